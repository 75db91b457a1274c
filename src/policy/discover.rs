//! Finding policy texts, links to them, and words of the user interface
//! that name them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::names::{Names, names};
use super::notes::{self, notes};
use super::strings::Strings;
use super::{
    AppNames, Back, Class, Document, Label, Origin, PolicyFacts, PolicyUrl, Searched, classify,
    date, sets,
};
use crate::decode::prose::{self, Prose, Read, html};
use crate::decode::url::urls;
use crate::evidence::{Gap, GapKind, Part, Place};
use crate::limits::Limits;

/// Shortest resource string or string constant that can be a text, in
/// characters.
pub(super) const SHORTEST_TEXT: usize = 200;
/// Longest label, in characters.
pub(super) const MAX_LABEL: usize = 200;
/// Most different documents kept.
const MAX_DOCUMENTS: usize = 200;

/// A text of a script or page that the caller asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown {
    /// Where.
    pub place: Place,
    /// The text.
    pub text: String,
}

/// Gathers what an app shows of policies. Give it files, resource strings
/// and string constants, then take the facts.
///
/// ```
/// use apkaudit::evidence::Place;
/// use apkaudit::limits::Limits;
/// use apkaudit::policy::Discovery;
///
/// let mut discovery = Discovery::new(&Limits::default());
/// discovery.resource("string/agree", "", "阅读并同意《隐私政策》", || {
///     Place::file("resources.arsc").at("string/agree")
/// });
/// discovery.code("https://shop.example.cn/privacy.html", || Place::file("classes.dex"));
/// let (facts, gaps) = discovery.finish();
/// assert_eq!(facts.labels[0].text, "阅读并同意《隐私政策》");
/// assert_eq!(facts.urls[0].url, "https://shop.example.cn/privacy.html");
/// assert_eq!(gaps.len(), 1, "the text itself is not there");
/// ```
pub struct Discovery {
    pub(super) names: &'static Names,
    listed: usize,
    pub(super) documents: Vec<Document>,
    urls: BTreeMap<String, Place>,
    labels: BTreeMap<String, Place>,
    app: AppNames,
    /// Resource strings that are part of a text.
    pub(super) strings: Strings,
    pub(super) searched: Searched,
    pub(super) gaps: Vec<Gap>,
    /// Whether the input should have a policy: a library need not.
    pub(super) expected: bool,
    /// Names of the package's assets, if it was looked through.
    pub(super) assets: Option<BTreeSet<String>>,
    /// Which other texts of scripts and pages the caller asks for.
    wanted: fn(&str) -> bool,
    shown: Vec<Shown>,
    /// How many more there were.
    more_shown: u64,
}

impl Discovery {
    /// Nothing found yet; at most `limits.listed` links and labels are kept.
    pub fn new(limits: &Limits) -> Self {
        Self {
            names: names(),
            listed: limits.listed,
            documents: Vec::new(),
            urls: BTreeMap::new(),
            labels: BTreeMap::new(),
            app: AppNames::default(),
            strings: Strings::default(),
            searched: Searched::default(),
            gaps: Vec::new(),
            expected: true,
            assets: None,
            wanted: |_| false,
            shown: Vec::new(),
            more_shown: 0,
        }
    }

    /// Also gathers the texts of scripts and pages that are `wanted`, for
    /// others who look for something in them: they are read once only.
    pub fn gather(&mut self, wanted: fn(&str) -> bool) {
        self.wanted = wanted;
    }

    /// Takes what was gathered, in the order of reading, and how many more
    /// there were than are kept.
    pub fn gathered(&mut self) -> (Vec<Shown>, u64) {
        (std::mem::take(&mut self.shown), self.more_shown)
    }

    /// Looks whether a text of a script or page is wanted.
    pub(super) fn show(&mut self, text: &str, place: impl FnOnce() -> Place) {
        if !(self.wanted)(text) {
            return;
        }
        if self.shown.len() >= self.listed {
            self.more_shown = self.more_shown.saturating_add(1);
            return;
        }
        self.shown.push(Shown {
            place: place(),
            text: text.trim().to_owned(),
        });
    }

    /// Looks at a string constant of code.
    pub fn code(&mut self, text: &str, place: impl Fn() -> Place) {
        self.mentions(text, &place);
        self.whole(Origin::Code, "", text, &place);
    }

    /// Says by which names the app is known.
    pub fn app(&mut self, names: AppNames) {
        self.app = names;
    }

    /// Counts string constants that the caller has passed over because
    /// nothing in them could matter here.
    pub fn passed_over(&mut self, strings: u64) {
        self.searched.strings = self.searched.strings.saturating_add(strings);
    }

    /// The facts, and what is missing: a text that is only linked, or no
    /// trace of one at all. Both are said only of an app without a policy
    /// text.
    pub fn finish(mut self) -> (PolicyFacts, Vec<Gap>) {
        self.join_strings();
        self.documents.sort_by(|a, b| a.place.cmp(&b.place));
        self.documents
            .dedup_by(|b, a| a.place == b.place && a.sha256 == b.sha256);
        let has_policy = self.documents.iter().any(|d| d.class == Class::Policy);
        if !has_policy && self.expected {
            let linked = self.urls.first_key_value();
            self.gaps.push(match linked {
                Some((url, place)) => Gap {
                    part: Part::Policy,
                    kind: GapKind::Remote,
                    place: place.clone(),
                    detail: format!("policy is only linked, nothing is fetched: {url}"),
                },
                None => Gap {
                    part: Part::Policy,
                    kind: GapKind::NotFound,
                    place: Place::default(),
                    detail: format!(
                        "no policy text in {} files and {} strings",
                        self.searched.files, self.searched.strings
                    ),
                },
            });
        }
        self.gaps.sort();
        let joined = sets::join(&self.documents, &self.app);
        let unread = |gap: &Gap| gap.part == Part::Policy && gap.kind != GapKind::NotFound;
        let facts = PolicyFacts {
            known: has_policy || self.gaps.iter().any(unread),
            documents: self.documents,
            sets: joined.sets,
            clauses: joined.clauses,
            data: joined.mentions.data,
            permissions: joined.mentions.permissions,
            listed: joined.mentions.listed,
            urls: self
                .urls
                .into_iter()
                .map(|(url, place)| PolicyUrl {
                    notes: notes(&url, self.assets.as_ref()),
                    url,
                    place,
                })
                .collect(),
            labels: self
                .labels
                .into_iter()
                .map(|(text, place)| Label { text, place })
                .collect(),
            searched: self.searched,
        };
        (facts, self.gaps)
    }

    /// Looks for links in a string, and whether it is a label.
    pub(super) fn mentions(&mut self, text: &str, place: impl Fn() -> Place) {
        let length = text.chars().count();
        self.searched.strings = self.searched.strings.saturating_add(1);
        if text.contains("://") {
            self.links(text, |_| place());
        }
        if length <= MAX_LABEL && self.names.labels.is_match(text) {
            self.label(text, place());
        }
    }

    /// Looks whether a string is a text.
    pub(super) fn whole(
        &mut self,
        origin: Origin,
        locale: &str,
        text: &str,
        place: impl Fn() -> Place,
    ) {
        if text.chars().count() >= SHORTEST_TEXT && !is_data(text) {
            let mut document = document(origin, place(), prose::of_text(text), "UTF-8", false);
            document.locale = Some(locale.to_owned()).filter(|locale| !locale.is_empty());
            if document.class != Class::Unknown && document.class != Class::Licence {
                self.keep(document);
            }
        }
    }

    /// Looks at a text file or a given document, as its bytes.
    pub(super) fn file(&mut self, bytes: &[u8], origin: Origin, place: &Place, named: bool) {
        self.searched.files = self.searched.files.saturating_add(1);
        let read = match prose::read(bytes, &place.file) {
            Ok(read) => read,
            Err(unread) => {
                if named {
                    self.gaps.push(Gap {
                        part: Part::Policy,
                        kind: unread.kind,
                        place: place.clone(),
                        detail: unread.error.to_string(),
                    });
                }
                return;
            }
        };
        self.links_of(&read, place);
        if self.consent_dialog(&read.source, place) {
            return;
        }
        let is_json = place.file.to_ascii_lowercase().ends_with("json");
        let encoding = read.source.decoded.encoding;
        let document = if is_json {
            let prose = prose::of_text(&json_strings(&read.source.decoded.text));
            document(origin, place.clone(), prose, encoding, named)
        } else {
            let mut document = document(origin, place.clone(), read.prose, encoding, named);
            document.back = Back::File(read.source);
            document
        };
        // A page of the app's own, and no policy.
        if document.class == Class::Unknown && is_page(&place.file) {
            for line in document.prose.text.lines() {
                self.show(line, || place.clone());
            }
        }
        // JSON under such a name is mostly data.
        let telling = !matches!(document.class, Class::Unknown | Class::Licence);
        if telling || (named && !is_json) {
            self.keep(document);
        }
    }

    /// Looks for links in the source of a file, or in the text if the
    /// source is markup of a word processor.
    fn links_of(&mut self, read: &Read, place: &Place) {
        let source = &read.source;
        let text = match source.inner {
            None => &source.decoded.text,
            Some(_) => &read.prose.text,
        };
        self.links(text, |offset| match source.inner {
            None => source.place(place, offset),
            Some(_) => source.place(place, read.prose.source(offset)),
        });
        if source.inner.is_some() {
            for link in &read.prose.links {
                let at = read.prose.source(link.at.start);
                self.links(&link.target, |_| source.place(place, at));
            }
        }
    }

    pub(super) fn links(&mut self, text: &str, place: impl Fn(usize) -> Place) {
        let assets = notes::asset_urls(text);
        for (url, start) in urls(text)
            .map(|found| (found.url, found.start))
            .chain(assets.map(|(url, start)| (url.into(), start)))
        {
            let near = self.names.labels.find(before(text, start)).is_some();
            if !(near || self.names.is_policy_link(&url)) || self.urls.len() >= self.listed {
                continue;
            }
            // The first place is kept; to work out others can be slow.
            if !self.urls.contains_key(&*url) {
                self.urls.insert(url.into_owned(), place(start));
            }
        }
    }

    /// Takes the target of a link in a consent dialog.
    pub(super) fn dialog_link(&mut self, target: &str, place: impl FnOnce() -> Place) {
        if target.contains("://") && self.urls.len() < self.listed {
            self.urls.entry(target.to_owned()).or_insert_with(place);
        }
    }

    pub(super) fn label(&mut self, text: &str, place: Place) {
        if self.labels.len() >= self.listed {
            return;
        }
        self.labels
            .entry(text.to_owned())
            .and_modify(|known| {
                if place < *known {
                    known.clone_from(&place);
                }
            })
            .or_insert(place);
    }

    pub(super) fn keep(&mut self, document: Document) {
        if self.documents.len() < MAX_DOCUMENTS {
            self.documents.push(document);
        } else {
            let gap = Gap {
                part: Part::Policy,
                kind: GapKind::Limit,
                place: Place::default(),
                detail: format!("more than {MAX_DOCUMENTS} texts; the others are not listed"),
            };
            if !self.gaps.contains(&gap) {
                self.gaps.push(gap);
            }
        }
    }
}

/// Whether a file is a page, by its name.
fn is_page(file: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, extension)| {
        ["html", "htm", "xhtml"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

pub(super) fn document(
    origin: Origin,
    place: Place,
    prose: Prose,
    encoding: &str,
    named: bool,
) -> Document {
    let text = &prose.text;
    let class = classify::class(prose.title.as_deref(), text, named);
    let digest = Sha256::digest(text.as_bytes());
    Document {
        place,
        origin,
        class,
        language: classify::language(text),
        locale: None,
        title: classify::title(prose.title.clone(), text),
        chars: u64::try_from(text.chars().count()).unwrap_or(u64::MAX),
        date: date::date(text),
        year_named: date::year_named(text),
        encoding: encoding.to_owned(),
        sha256: digest.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        }),
        buttons: Vec::new(),
        prose,
        recognised: true,
        back: Back::Whole,
    }
}

/// The words before a link that may name it: up to 24 characters of the
/// same line.
fn before(text: &str, start: usize) -> &str {
    let reach = text.floor_char_boundary(start.saturating_sub(96));
    let head = text.get(reach..start).unwrap_or_default();
    let line = head.rsplit('\n').next().unwrap_or_default();
    let from = line.char_indices().rev().nth(23).map_or(0, |(at, _)| at);
    line.get(from..).unwrap_or_default()
}

/// Whether a long string is data and no text: base64, JSON without prose,
/// code. Text has spaces or Han characters.
fn is_data(text: &str) -> bool {
    let mut spaces = 0_usize;
    let mut han = 0_usize;
    let mut all = 0_usize;
    for c in text.chars().take(2000) {
        all += 1;
        if c == ' ' {
            spaces += 1;
        } else if ('\u{4E00}'..='\u{9FFF}').contains(&c) {
            han += 1;
        }
    }
    spaces * 20 < all && han * 5 < all
}

/// The strings of a JSON file, one a line: what a template of a consent
/// dialog says. Text that is no JSON is taken as it is.
fn json_strings(text: &str) -> String {
    fn walk(value: &serde_json::Value, lines: &mut String) {
        match value {
            serde_json::Value::String(text) => {
                if html::is_html(text) {
                    lines.push_str(&html::read(text).text);
                } else {
                    lines.push_str(text);
                }
                lines.push('\n');
            }
            serde_json::Value::Array(list) => list.iter().for_each(|item| walk(item, lines)),
            serde_json::Value::Object(map) => map.values().for_each(|item| walk(item, lines)),
            _ => {}
        }
    }
    match serde_json::from_str(text) {
        Ok(value) => {
            let mut lines = String::new();
            walk(&value, &mut lines);
            lines
        }
        Err(_) => text.to_owned(),
    }
}
