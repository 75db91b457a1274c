//! `report`: a saved result in other formats.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use serde::Deserialize;

use super::args::ReportArgs;
use super::{Exit, Stop, outcome, outputs, run};
use crate::report::{RunResult, SCHEMA_VERSION};

/// Largest file that is read as a result.
const LIMIT: u64 = 1 << 30;

/// `apkaudit report`
pub fn run(args: &ReportArgs) -> Result<Exit, Stop> {
    super::apply_color(args.output.color);
    outputs::ready(&args.output)?;
    let result = read(&args.result).map_err(|why| {
        let path = args.result.display();
        Stop::Usage(format!("cannot read the result {path}: {why}"))
    })?;
    let view = run::view(&args.output, &args.shown);
    outputs::write_all(&args.output, &result, &view)?;
    Ok(outcome::finish(
        &result,
        args.strict,
        args.exit_zero,
        view.lang,
    ))
}

/// What every version of the result has.
#[derive(Deserialize)]
struct Head {
    schema_version: Option<u32>,
    tool: Option<Name>,
}

#[derive(Deserialize)]
struct Name {
    name: String,
    version: Option<String>,
}

/// The result in a file, or why it is none.
pub fn read(path: &Path) -> Result<RunResult, String> {
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes))
        .map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LIMIT {
        return Err(format!("it is larger than {LIMIT} bytes"));
    }
    if bytes.is_empty() {
        return Err("it is empty".to_owned());
    }
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Result<RunResult, String> {
    const ADVICE: &str = "give a file that apkaudit check -f json wrote";
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head: Head = serde_json::from_slice(bytes).map_err(|error| {
        if error.is_eof() {
            format!("it ends too early ({error}): was it written in full?")
        } else if error.is_syntax() {
            format!("it is not JSON ({error}); {ADVICE}")
        } else {
            format!("it is not a result of apkaudit; {ADVICE}")
        }
    })?;
    let ours = |tool: &Name| tool.name == env!("CARGO_PKG_NAME");
    let Some(tool) = head.tool.filter(ours) else {
        return Err(format!("it is not a result of apkaudit; {ADVICE}"));
    };
    match head.schema_version {
        Some(SCHEMA_VERSION) => {}
        Some(version) => {
            return Err(format!(
                "it has schema version {version}, and this program reads {SCHEMA_VERSION}: \
                 run the check again, or use the version that wrote it"
            ));
        }
        None => return Err(format!("it has no schema version; {ADVICE}")),
    }
    let result: RunResult = serde_json::from_slice(bytes).map_err(|error| {
        let by = tool.version.filter(|by| by != env!("CARGO_PKG_VERSION"));
        let by = by.map(|by| {
            format!(
                "; {} {by} wrote it, use that or run the check again",
                tool.name
            )
        });
        let advice = by.unwrap_or_else(|| format!("; {ADVICE}"));
        format!("it is not as apkaudit writes it ({error}){advice}")
    })?;
    let inputs = result.inputs.len();
    if result
        .findings
        .iter()
        .any(|finding| finding.input >= inputs)
    {
        return Err(format!(
            "a finding is on an input that is not in it; {ADVICE}"
        ));
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_result_of_another_version_that_lacks_a_field_names_the_version() {
        let of = |version: &str| {
            let text = format!(
                "{{\"schema_version\": 1, \"tool\": {{\"name\": \"apkaudit\", \
                 \"version\": \"{version}\", \"checks\": \"1\"}}}}"
            );
            parse(text.as_bytes()).unwrap_err()
        };
        let old = of("0.0.9");
        assert!(old.contains("apkaudit 0.0.9 wrote it"), "{old}");
        let ours = of(env!("CARGO_PKG_VERSION"));
        assert!(ours.contains("give a file that"), "{ours}");
    }
}
