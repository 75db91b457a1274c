//! Console sessions: `tests/cli/*.md`.

#[test]
fn console_sessions_go_as_written() {
    trycmd::TestCases::new()
        .env("LC_ALL", "C")
        .env("COLUMNS", "100")
        .case("tests/cli/*.md");
}
