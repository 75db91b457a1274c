//! The command line.

fn main() -> std::process::ExitCode {
    apkaudit::cli::main()
}
