//! The result as JSON: the primary format.

use super::result::RunResult;

/// Pretty-printed JSON with a line feed at the end.
pub fn render(result: &RunResult) -> String {
    let mut text = serde_json::to_string_pretty(result)
        .unwrap_or_else(|error| unreachable!("the result has only string keys: {error}"));
    text.push('\n');
    text
}
