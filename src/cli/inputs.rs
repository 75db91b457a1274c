//! Which files the arguments name.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use super::Stop;
use crate::catalog::Bilingual;
use crate::container::find_packages;

/// A file to look at, or one that cannot be, and why.
pub struct Named {
    /// Path as given, or below a directory that was given.
    pub path: PathBuf,
    /// Why it is refused before it is opened.
    pub refused: Option<Bilingual>,
}

/// Calls `work` for every file, with a progress bar on a terminal when there
/// are several.
pub fn for_each(named: Vec<Named>, mut work: impl FnMut(Named)) {
    let bar = if named.len() > 1 && super::is_interactive() {
        let style = ProgressStyle::with_template("{pos}/{len} {wide_msg}");
        ProgressBar::new(named.len() as u64)
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    } else {
        ProgressBar::hidden()
    };
    for named in named {
        bar.set_message(shown(&named.path));
        work(named);
        bar.inc(1);
    }
    bar.finish_and_clear();
}

/// Every package that paths and a file of paths name, directories walked.
pub fn named(paths: &[PathBuf], list: Option<&Path>) -> Result<Vec<Named>, Stop> {
    let mut paths = paths.to_vec();
    if let Some(list) = list {
        let text = file_list(list)?;
        let text = text.trim_start_matches('\u{feff}');
        paths.extend(
            text.lines()
                .filter(|line| !line.trim().is_empty())
                .map(PathBuf::from),
        );
    }
    let mut named = Vec::new();
    for path in paths {
        if path.is_dir() {
            named.extend(directory(&path));
        } else {
            named.push(Named {
                path,
                refused: None,
            });
        }
    }
    if named.is_empty() {
        return Err(Stop::Usage(
            "no input is named; try: apkaudit check app.apk".to_owned(),
        ));
    }
    Ok(named)
}

fn file_list(list: &Path) -> Result<String, Stop> {
    let mut text = String::new();
    let read = if list.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).map(|_| ())
    } else {
        fs::read_to_string(list).map(|read| text = read)
    };
    match read {
        Ok(()) => Ok(text),
        Err(error) => Err(Stop::Usage(format!(
            "cannot read the file list {}: {error}",
            list.display()
        ))),
    }
}

/// The packages of a directory. What cannot be walked, and a directory
/// without any, is refused like a file that cannot be read.
fn directory(path: &Path) -> Vec<Named> {
    let (found, failed) = find_packages(path);
    let refusal = |text: Bilingual| Named {
        path: path.to_owned(),
        refused: Some(text),
    };
    let mut named: Vec<Named> = failed
        .iter()
        .map(|error| {
            refusal(Bilingual::new(
                format!("目录无法全部读取：{error}"),
                format!("cannot be walked in full: {error}"),
            ))
        })
        .collect();
    if found.is_empty() && failed.is_empty() {
        named.push(refusal(Bilingual::new(
            "目录中没有安装包（查找 .apk .aab .aar .jar .apks .xapk .apkm）",
            "is a directory without packages (looked for .apk .aab .aar .jar .apks .xapk .apkm)",
        )));
    }
    named.extend(found.into_iter().map(|path| Named {
        path,
        refused: None,
    }));
    named
}

/// Path for reports: as given, with `/` between folders.
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
