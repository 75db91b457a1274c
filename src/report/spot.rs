//! Where a finding points to in formats that know files and lines only.

use super::escape::percent;
use super::result::{Input, RunResult};
use crate::check::Finding;
use crate::gate::Diagnostic;

/// A file and a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Path of a source file or of the input, with `/`; never an absolute
    /// one.
    pub path: String,
    /// Line, from 1, if it is known.
    pub line: Option<u32>,
}

impl Spot {
    /// The line of the sources, if it is known; else the input.
    pub fn of(result: &RunResult, finding: &Finding) -> Self {
        match &finding.source {
            Some(source) => Self {
                path: relative(&source.file),
                line: source.line,
            },
            None => Self {
                path: result
                    .inputs
                    .get(finding.input)
                    .map_or_else(String::new, |input| relative(&input.path)),
                line: None,
            },
        }
    }

    /// A line of the settings, or the baseline.
    pub fn setting(diagnostic: &Diagnostic) -> Self {
        Self {
            path: relative(&diagnostic.place.file),
            line: diagnostic.place.line,
        }
    }

    /// An input as a whole.
    pub fn input(input: &Input) -> Self {
        Self {
            path: relative(&input.path),
            line: None,
        }
    }

    /// The line, or 1 for formats that want one.
    pub fn line(&self) -> u32 {
        self.line.unwrap_or(1).max(1)
    }
}

/// A path below the working directory as it is; of any other, the file name:
/// where it lies on this machine is nobody's business.
fn relative(path: &str) -> String {
    let path = path.replace('\\', "/");
    let drive = path.as_bytes().get(1) == Some(&b':');
    let steps: Vec<&str> = path
        .split('/')
        .filter(|step| !step.is_empty() && *step != ".")
        .collect();
    if path.starts_with('/') || drive || steps.contains(&"..") {
        return steps.last().copied().unwrap_or_default().to_owned();
    }
    steps.join("/")
}

/// A path as a relative URI reference.
pub fn uri(path: &str) -> String {
    percent(path, "/")
}

#[cfg(test)]
mod tests {
    use super::{relative, uri};

    #[test]
    fn a_path_outside_of_the_working_directory_tells_its_name_only() {
        assert_eq!(relative("out/app.apk"), "out/app.apk");
        assert_eq!(relative("./out//app.apk"), "out/app.apk");
        assert_eq!(relative("/home/me/app.apk"), "app.apk");
        assert_eq!(relative("../other/app.apk"), "app.apk");
        assert_eq!(relative("C:\\build\\app.apk"), "app.apk");
    }

    #[test]
    fn a_uri_has_no_other_characters() {
        assert_eq!(uri("out/my app#1.apk"), "out/my%20app%231.apk");
        assert_eq!(uri("a:b/商城.apk"), "a%3Ab/%E5%95%86%E5%9F%8E.apk");
    }
}
