//! Texts in the code of cross-platform frameworks: bundles of JavaScript,
//! plain or as Hermes bytecode, compiled Dart, and what Unity carries.

use std::ops::Range;

use super::discover::{Discovery, MAX_LABEL};
use super::names::{ByName, names};
use super::pages::{Pages, is_text};
use super::{Class, Origin};
use crate::container::{Entry, Module, ModuleKind};
use crate::decode::literals::Literals;
use crate::decode::{hermes, il2cpp, prose, runs, text};
use crate::evidence::{Gap, GapKind, Part, Place};

/// Largest file, and sum of all, in bytes: bundles reach 30 MiB, compiled
/// Dart 60.
const MAX_FILE: u64 = 64 * 1024 * 1024;
const MAX_ALL: u64 = 160 * 1024 * 1024;
/// Most files.
const MAX_FILES: usize = 2000;

/// In what form a file carries code or texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// JavaScript, JSON, or Hermes bytecode under the same name.
    Script,
    /// Compiled Dart.
    Dart,
    /// String literals of C# compiled ahead of time.
    Metadata,
    /// Objects of Unity.
    Unity,
}

/// Extensions of scripts and of lists of texts that scripts load.
const SCRIPTS: [&str; 9] = [
    "js", "mjs", "cjs", "bundle", "jsbundle", "hbc", "json", "json5", "arb",
];
/// Extensions in Unity's folder that hold no texts.
const NO_OBJECTS: [&str; 6] = ["dll", "so", "ress", "resource", "config", "json"];
/// Extensions of archives that are not opened.
const CLOSED: [&str; 3] = ["7z", "rar", "xz"];

impl Form {
    /// By the path; `None` if no texts are looked for there. In an archive
    /// inside the package, as a mini-program is, scripts lie anywhere.
    fn of(path: &str, archive: bool) -> Option<Self> {
        let path = path.to_ascii_lowercase();
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
        let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
        let inside =
            |wanted: &str| path.starts_with(wanted) || path.contains(&format!("/{wanted}"));
        if file == "libapp.so" {
            return Some(Self::Dart);
        }
        if file == "global-metadata.dat" {
            return Some(Self::Metadata);
        }
        if inside("assets/bin/data/") {
            let objects = !NO_OBJECTS.contains(&extension) && !folder.ends_with("managed");
            return objects.then_some(Self::Unity);
        }
        let script = SCRIPTS.contains(&extension) && names().by_name(&path) != ByName::Named;
        let lies_there = archive || inside("assets/") || inside("www/") || inside("res/raw");
        (script && lies_there).then_some(Self::Script)
    }

    /// Files that hold an app's screens, before those that rarely do.
    fn comes_late(path: &str) -> bool {
        let file = path.rsplit('/').next().unwrap_or_default();
        !(file.starts_with("app-") || file.ends_with("bundle") || file == "libapp.so")
    }
}

impl Discovery {
    /// Looks through the bundles of these modules, those of a framework
    /// first, then by size, up to 2000 files and 160 MiB. The rest, and what
    /// cannot be read, is a gap.
    pub(super) fn bundles(&mut self, modules: &[&Module]) {
        let mut found: Vec<(Form, &Module, &Entry)> = Vec::new();
        for module in modules {
            let archive = module.kind == ModuleKind::Archive;
            for entry in module.entries() {
                if is_closed(&entry.name) {
                    self.closed(module.place(entry));
                } else if let Some(form) = Form::of(&entry.name, archive) {
                    found.push((form, module, entry));
                }
            }
        }
        found.sort_by_cached_key(|(form, module, entry)| {
            let late = Form::comes_late(&entry.name);
            (late, *form, entry.size, module.place(entry))
        });
        // The same Dart code for several processors.
        let mut dart = false;
        found.retain(|(form, ..)| *form != Form::Dart || !std::mem::replace(&mut dart, true));
        let mut left = MAX_ALL;
        let mut read = 0_usize;
        let mut skipped: Option<(Place, usize)> = None;
        for (form, module, entry) in found {
            let place = module.place(entry);
            if read >= MAX_FILES || entry.size > left.min(MAX_FILE) {
                skipped.get_or_insert((place, 0)).1 += 1;
                continue;
            }
            read += 1;
            left -= entry.size;
            match module.read(entry) {
                Ok(bytes) => self.bundle(form, &bytes, &place),
                Err(error) => self.bundle_gap(&place, error.gap_kind(), error.to_string()),
            }
        }
        if let Some((place, files)) = skipped {
            let detail = format!("{files} bundles were not searched for policies");
            self.bundle_gap(&place, GapKind::Limit, detail);
        }
    }

    fn bundle(&mut self, form: Form, bytes: &[u8], place: &Place) {
        let mut pages = Pages::default();
        match form {
            Form::Script if hermes::is_hermes(bytes) => self.bytecode(bytes, place, &mut pages),
            Form::Script => return self.script(bytes, place),
            Form::Dart => {
                // Chinese is kept as UTF-16, other texts byte by byte.
                for run in runs::utf16(bytes) {
                    self.literal(&run.text, run.offset, place, &mut pages);
                }
                self.pages(pages, place);
                pages = Pages::default();
                for run in runs::utf8(bytes) {
                    self.literal(run.text, run.offset, place, &mut pages);
                }
            }
            Form::Metadata => match il2cpp::literals(bytes) {
                Ok(literals) => {
                    for literal in literals {
                        self.literal(literal.text, literal.offset, place, &mut pages);
                    }
                }
                Err(error) => self.bundle_gap(place, GapKind::Malformed, error.to_string()),
            },
            Form::Unity => {
                for run in runs::utf8(bytes) {
                    self.literal(run.text, run.offset, place, &mut pages);
                }
            }
        }
        self.searched.files = self.searched.files.saturating_add(1);
        self.pages(pages, place);
    }

    /// A script or a list of texts.
    fn script(&mut self, bytes: &[u8], place: &Place) {
        if text::looks_binary(bytes) {
            let json = place.file.to_ascii_lowercase().ends_with("json");
            if !json && !bytes.is_empty() {
                let detail = "a script in a form that is not read".to_owned();
                self.bundle_gap(place, GapKind::Unsupported, detail);
            }
            return;
        }
        self.searched.files = self.searched.files.saturating_add(1);
        let decoded = text::decode(bytes);
        let source = decoded.text.as_str();
        self.links(source, |offset| {
            place.clone().offset(decoded.byte_offset(offset))
        });
        let mut pages = Pages::default();
        // Literals joined by `+` are one string.
        let mut whole = String::new();
        let mut at = 0..0;
        for literal in Literals::new(source) {
            let between = source.get(at.end..literal.start).unwrap_or_default();
            if !is_joined(between) {
                self.words(&whole, &at, &decoded, place, &mut pages);
                whole.clear();
                at.start = literal.start;
            }
            whole.push_str(&literal.text());
            at.end = literal.end();
        }
        self.words(&whole, &at, &decoded, place, &mut pages);
        self.pages(pages, place);
    }

    fn words(
        &mut self,
        words: &str,
        at: &Range<usize>,
        decoded: &text::Text,
        place: &Place,
        pages: &mut Pages,
    ) {
        self.show(words, || {
            place.clone().offset(decoded.byte_offset(at.start))
        });
        if !is_text(words) {
            return;
        }
        self.counted();
        if self.is_label(words) {
            let place = place.clone().offset(decoded.byte_offset(at.start));
            self.label(words, place);
        }
        pages.add(words, at.start, at.clone());
    }

    /// The strings of Hermes bytecode, put into the order in which code
    /// uses them.
    fn bytecode(&mut self, bytes: &[u8], place: &Place, pages: &mut Pages) {
        let strings = match hermes::Strings::find(bytes) {
            Ok(strings) => strings,
            Err(error) => {
                self.bundle_gap(place, GapKind::Malformed, error.to_string());
                return;
            }
        };
        let mut wanted = vec![false; strings.count()];
        let mut texts: Vec<Option<hermes::HermesString<'_>>> = Vec::new();
        for string in strings.iter() {
            let string = match string {
                Ok(string) => string,
                Err(error) => {
                    self.bundle_gap(place, GapKind::Malformed, error.to_string());
                    break;
                }
            };
            self.links(&string.text, |_| place.clone().offset(string.offset as u64));
            self.show(&string.text, || place.clone().offset(string.offset as u64));
            let index = texts.len();
            let telling = is_text(&string.text);
            if let Some(wanted) = wanted.get_mut(index) {
                *wanted = telling;
            }
            texts.push(telling.then_some(string));
        }
        for used in strings.uses(&wanted) {
            if let Some(string) = texts.get_mut(used.index).and_then(Option::take) {
                self.labelled(&string.text, string.offset, place);
                pages.add(&string.text, string.offset, used.offset..used.offset);
            }
        }
        // Those whose use was not seen, far from all others.
        for string in texts.iter().flatten() {
            self.labelled(&string.text, string.offset, place);
            let at = bytes.len().saturating_mul(2);
            pages.add(&string.text, string.offset, at..at);
        }
    }

    /// A string of a file that is no text.
    fn literal(&mut self, text: &str, offset: usize, place: &Place, pages: &mut Pages) {
        self.links(text, |at| {
            place.clone().offset(offset.saturating_add(at) as u64)
        });
        self.show(text, || place.clone().offset(offset as u64));
        if is_text(text) {
            self.labelled(text, offset, place);
            pages.add(text, offset, offset..offset.saturating_add(text.len()));
        }
    }

    fn labelled(&mut self, text: &str, offset: usize, place: &Place) {
        self.counted();
        if self.is_label(text) {
            self.label(text, place.clone().offset(offset as u64));
        }
    }

    fn counted(&mut self) {
        self.searched.strings = self.searched.strings.saturating_add(1);
    }

    fn is_label(&self, text: &str) -> bool {
        self.names.labels.is_match(text) && text.chars().count() <= MAX_LABEL
    }

    fn pages(&mut self, pages: Pages, place: &Place) {
        for page in pages.finish() {
            let place = place.clone().offset(page.offset as u64);
            let prose = prose::of_text(&page.text);
            let document = super::discover::document(Origin::Code, place, prose, "UTF-8", false);
            if !matches!(document.class, Class::Unknown | Class::Licence) {
                self.keep(document);
            }
        }
    }

    fn bundle_gap(&mut self, place: &Place, kind: GapKind, detail: String) {
        self.gaps.push(Gap {
            part: Part::Policy,
            kind,
            place: place.clone(),
            detail,
        });
    }

    fn closed(&mut self, place: Place) {
        self.gaps.push(Gap {
            part: Part::Policy,
            kind: GapKind::Unsupported,
            place,
            detail: "archives of this kind are not opened".to_owned(),
        });
    }
}

/// Whether only a `+` stands between two literals, quotes included.
fn is_joined(between: &str) -> bool {
    let mut chars = between.chars().filter(|c| !c.is_whitespace());
    let quote = |c: Option<char>| matches!(c, Some('"' | '\'' | '`'));
    between.len() < 200
        && quote(chars.next())
        && chars.next() == Some('+')
        && quote(chars.next())
        && chars.next().is_none()
}

fn is_closed(path: &str) -> bool {
    path.starts_with("assets/")
        && path.rsplit_once('.').is_some_and(|(_, extension)| {
            CLOSED
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
        })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{kinds, of_files, zip_of};
    use super::*;
    use crate::decode::hermes::tests::bytecode;

    const LINES: [&str; 12] = [
        "示例应用隐私政策",
        "更新日期：2026年1月2日",
        "我们非常重视您的个人信息与隐私保护，本政策说明我们如何处理您的个人信息。",
        "注册时，我们会收集您的手机号码，用于创建账号和保障账号安全。",
        "为了统计崩溃，我们会收集设备信息，包括设备型号和系统版本。",
        "我们在中华人民共和国境内存储您的个人信息，保存期限为实现上述目的所必需的最短时间，法律、行政法规另有规定的除外；超出期限后，我们会删除您的个人信息或作匿名化处理。",
        "我们使用加密传输、访问控制等措施保护您的个人信息；如果发生安全事件，我们会依法告知您，并报告监管部门。",
        "我们不向未满十四周岁的未成年人提供服务；如果我们发现未经监护人同意而收集了未成年人的个人信息，会尽快删除。",
        "未经您的同意，我们不会向第三方共享您的个人信息，法律另有规定的除外。",
        "您可以查阅、更正、删除您的个人信息，注销账号，撤回同意，我们会在十五个工作日内答复您。",
        "如果您对本政策有疑问，可以通过下面的方式联系我们，我们会尽快答复您。",
        "邮箱：kefu@example.cn",
    ];

    /// Found as one policy whose lines are these.
    fn is_the_policy(path: &str, content: &[u8]) -> u64 {
        let (facts, gaps) = of_files(&[(path, content)]);
        assert_eq!(facts.documents.len(), 1, "{path}: {gaps:?}");
        let document = &facts.documents[0];
        assert_eq!(document.prose.text, LINES.join("\n"), "{path}");
        assert_eq!(
            (document.class, document.origin, document.date.as_deref()),
            (Class::Policy, Origin::Code, Some("2026-01-02"))
        );
        assert_eq!(facts.labels[0].text, LINES[0]);
        assert!(gaps.is_empty(), "{gaps:?}");
        document.place.offset.unwrap()
    }

    fn drawn(before: &str, after: &str) -> String {
        let lines = LINES.map(|line| format!("{before}\"{line}\"{after}"));
        format!("page({{name:'privacy'}},[{}])", lines.join(","))
    }

    #[test]
    fn a_policy_drawn_by_a_script_is_found() {
        for path in [
            "assets/index.android.bundle",
            "assets/apps/__UNI__1/www/app-service.js",
            "assets/www/static/js/1.abc.js",
            "assets/public/assets/privacy-1a.js",
            "assets/flutter_assets/assets/i18n/zh.json",
        ] {
            let script = drawn("e('Text',{style:s.p},", ")");
            let offset = is_the_policy(path, script.as_bytes());
            assert_eq!(offset, script.find(LINES[0]).unwrap() as u64);
        }
    }

    #[test]
    fn escapes_and_joined_strings_are_undone() {
        let script = LINES.map(|line| {
            let (head, tail) = line.split_at(6);
            let head: Vec<String> = head
                .encode_utf16()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect();
            let head = head.concat();
            format!("_v(\"{head}\" +\n '{tail}')")
        });
        is_the_policy("assets/www/app.js", script.join(",").as_bytes());
    }

    #[test]
    fn a_policy_in_hermes_bytecode_has_its_lines_in_order() {
        let mut sorted = LINES.to_vec();
        sorted.sort_unstable();
        let mut file = bytecode(96, 16, &sorted);
        for line in LINES {
            let index = sorted.iter().position(|other| *other == line).unwrap();
            let index = u8::try_from(index).unwrap();
            file.extend([125, 0, index, 0, 80, 1, 2, 3]);
        }
        is_the_policy("assets/index.android.bundle", &file);
    }

    #[test]
    fn a_policy_in_compiled_dart_and_in_unity_is_found() {
        let wide: Vec<u8> = LINES
            .iter()
            .flat_map(|line| line.encode_utf16().chain([0, 0, 7]))
            .flat_map(u16::to_le_bytes)
            .collect();
        is_the_policy("lib/arm64-v8a/libapp.so", &wide);
        let text = LINES.join("\0\0\0");
        is_the_policy("assets/bin/Data/level0", text.as_bytes());
    }

    #[test]
    fn a_mini_program_in_an_archive_is_searched() {
        let script = drawn("", "");
        let wgt = zip_of(&[("app-service.js", script.as_bytes())]);
        let (facts, _) = of_files(&[("assets/__UNI__1.bin", &wgt)]);
        let file = facts.documents[0].place.file.clone();
        assert!(file.ends_with("!/app-service.js"), "{file}");
    }

    #[test]
    fn links_and_labels_of_a_script_are_found() {
        let script = "a('\\u9690\\u79c1\\u653f\\u7b56'),open('https://a.cn/privacy.html')";
        let (facts, gaps) = of_files(&[("assets/www/a.js", script.as_bytes())]);
        assert_eq!(facts.labels[0].text, "隐私政策");
        assert_eq!(facts.urls[0].url, "https://a.cn/privacy.html");
        assert_eq!(facts.urls[0].place.offset, Some(36));
        assert_eq!(facts.searched.strings, 1);
        assert_eq!(kinds(&gaps), [GapKind::Remote]);
    }

    #[test]
    fn a_script_without_such_a_text_was_searched() {
        let (facts, gaps) = of_files(&[("assets/index.android.bundle", b"run('Privacy')")]);
        assert_eq!((facts.documents.len(), facts.searched.files), (0, 1));
        assert_eq!(kinds(&gaps), [GapKind::NotFound]);
    }

    #[test]
    fn what_cannot_be_searched_is_a_gap() {
        let damaged = hermes::MAGIC;
        for (path, content, kind) in [
            (
                "assets/index.android.bundle",
                &damaged[..],
                GapKind::Malformed,
            ),
            ("assets/www/app.js", b"\0\x01\x02", GapKind::Unsupported),
            ("assets/web.7z", b"7z", GapKind::Unsupported),
        ] {
            let (_, gaps) = of_files(&[(path, content)]);
            assert!(kinds(&gaps).contains(&kind), "{path}: {gaps:?}");
        }
    }
}
