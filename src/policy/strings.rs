//! Resource strings that make one text: an array, numbered strings, a title
//! with its content, the texts and buttons of a consent dialog.
//!
//! Names tell what belongs together: `privacy_title`, `privacy_part_01`,
//! `privacy_part_02` are the text `privacy` in one locale.

use std::collections::{BTreeMap, BTreeSet};

use super::discover::{Discovery, SHORTEST_TEXT, document};
use super::names::names;
use super::{Back, Button, ButtonKind, Class, Document, Origin};
use crate::decode::prose::{self, html};
use crate::evidence::{Gap, GapKind, Part, Place};

/// Most bytes, and most strings, that are held back to be put together.
const MAX_BYTES: usize = 4 * 1024 * 1024;
const MAX_STRINGS: usize = 20_000;
/// Longest text of a button, in characters.
const MAX_BUTTON: usize = 24;
/// Length in characters of a text that asks for consent in a dialog.
const MIN_DIALOG: usize = 20;
const MAX_DIALOG: usize = 1200;
/// Shortest such text without a telling name: a line with a box to tick is
/// shorter.
const MIN_UNNAMED: usize = 40;
/// How many names may lie between such a text and its buttons.
const NEAR: usize = 6;
/// Length in characters of what can be a document of its own.
const OWN: usize = 400;

/// Strings held back until all are known.
#[derive(Debug, Default)]
pub(super) struct Strings {
    texts: BTreeMap<Key, Vec<Piece>>,
    /// Buttons without a text of their name, by file and locale.
    buttons: BTreeMap<(String, String), Vec<Piece>>,
    bytes: usize,
    held: usize,
    /// Name last seen, and how many came before it.
    last: String,
    number: usize,
    /// The array that began with the title of a policy.
    titled: Option<Key>,
    /// Whether something was not held back for want of room.
    full: bool,
}

/// A text: strings of one file and locale with the same stem.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    file: String,
    locale: String,
    kind: String,
    stem: String,
}

/// One string of a text.
#[derive(Debug)]
struct Piece {
    /// Numbers in the name.
    numbers: Vec<u32>,
    role: Role,
    /// First word of the name, and how many names came before.
    word: String,
    number: usize,
    text: String,
    place: Place,
}

/// What a string is in its text, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Title,
    Text,
    Answer(ButtonKind),
}

/// The name of a string resource, read: `string/privacy_title_2`.
#[derive(Debug, PartialEq, Eq)]
struct Name {
    kind: String,
    stem: String,
    word: String,
    numbers: Vec<u32>,
    role: Role,
}

impl Name {
    /// A name with an answer that the text does not give is that of a text.
    fn of(name: &str, text: &str) -> Self {
        let (kind, rest) = name.split_once('/').unwrap_or(("", name));
        let words = words(rest);
        let parts = &names().parts;
        let is = |list: &[String], word: &str| list.iter().any(|known| known == word);
        let number = |word: &str| word.parse::<u32>().ok();
        let part = |word: &str| is(&parts.text, word) || is(&parts.button, word);
        let mut said = words
            .iter()
            .rev()
            .filter(|word| !part(word) && number(word).is_none());
        let by_name = match (said.next(), said.next()) {
            (Some(last), before) if is(&parts.accept, last) => {
                let not = before.is_some_and(|before| is(&parts.refuse, before));
                Some(if not {
                    ButtonKind::Refuse
                } else {
                    ButtonKind::Accept
                })
            }
            (Some(last), _) if is(&parts.refuse, last) => Some(ButtonKind::Refuse),
            _ => None,
        };
        let short = text.chars().count() <= MAX_BUTTON && !text.contains(['《', '。', '，']);
        let answer = names().answer(text).or(by_name.filter(|_| short));
        let is_title = words.iter().any(|word| is(&parts.title, word));
        let left_out = |word: &str| {
            let button = answer.is_some() && (is(&parts.accept, word) || is(&parts.refuse, word));
            number(word).is_some() || part(word) || is(&parts.title, word) || button
        };
        let stem: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .filter(|word| !left_out(word))
            .collect();
        Self {
            kind: kind.to_owned(),
            stem: stem.join("_"),
            word: words.first().cloned().unwrap_or_default(),
            numbers: words.iter().filter_map(|word| number(word)).collect(),
            role: match answer {
                Some(kind) => Role::Answer(kind),
                None if is_title => Role::Title,
                None => Role::Text,
            },
        }
    }
}

/// The words of a name in lower case; numbers are words.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for c in name.chars().take(200) {
        let goes_on = before.is_ascii_digit() == c.is_ascii_digit()
            && before.is_alphanumeric()
            && !(before.is_lowercase() && c.is_uppercase());
        if c.is_alphanumeric() {
            match words.last_mut().filter(|_| goes_on) {
                Some(word) => word.extend(c.to_lowercase()),
                None => words.push(c.to_lowercase().collect()),
            }
        }
        before = c;
    }
    words
}

impl Strings {
    /// Holds a string back if it may be part of a text, and says whether it
    /// did.
    fn take(&mut self, name: &str, locale: &str, text: &str, place: impl Fn() -> Place) -> bool {
        let base = name.split('[').next().unwrap_or(name);
        if base != self.last {
            base.clone_into(&mut self.last);
            self.number = self.number.saturating_add(1);
        }
        let length = text.chars().count();
        if length == 0 {
            return false;
        }
        let read = Name::of(name, text);
        let telling = names().is_telling(&read.stem);
        let is_title = length <= 40 && names().labels.is_match(text);
        let array = read.kind == "array";
        let asks = (MIN_UNNAMED..=MAX_DIALOG).contains(&length) && names().asks_for_consent(text);
        let answer = matches!(read.role, Role::Answer(_)) && names().answer(text).is_some();
        if !(telling || asks || answer || array) {
            return false;
        }
        let place = place();
        let key = Key {
            file: place.file.clone(),
            locale: locale.to_owned(),
            kind: read.kind,
            stem: read.stem,
        };
        if array && !telling {
            if name.ends_with("[0]") {
                self.titled = is_title.then(|| key.clone());
            }
            if self.titled.as_ref() != Some(&key) {
                return false;
            }
        }
        self.bytes = self.bytes.saturating_add(text.len());
        self.held = self.held.saturating_add(1);
        if self.bytes > MAX_BYTES || self.held > MAX_STRINGS {
            self.full = true;
            return false;
        }
        let piece = Piece {
            numbers: read.numbers,
            role: read.role,
            word: read.word,
            number: self.number,
            text: text.to_owned(),
            place,
        };
        if answer && !telling && !array {
            let all = self.buttons.entry((key.file, key.locale)).or_default();
            all.push(piece);
            return true;
        }
        let pieces = self.texts.entry(key).or_default();
        // The same string for another screen or platform version.
        if pieces.iter().any(|known| known.place == piece.place) {
            return false;
        }
        pieces.push(piece);
        true
    }

    /// Moves buttons of texts that are not there to the others.
    fn part_buttons(&mut self) {
        let has_text = |pieces: &[Piece]| pieces.iter().any(|p| p.role == Role::Text);
        let texts = std::mem::take(&mut self.texts);
        for (key, pieces) in texts {
            if has_text(&pieces) {
                self.texts.insert(key, pieces);
            } else {
                let buttons = self.buttons.entry((key.file, key.locale)).or_default();
                buttons.extend(pieces);
            }
        }
    }

    /// Buttons that stand near these pieces, if one of them refuses.
    fn near(&self, key: &Key, pieces: &[&Piece]) -> Vec<Button> {
        let place = (key.file.clone(), key.locale.clone());
        let near: Vec<Button> = self
            .buttons
            .get(&place)
            .into_iter()
            .flatten()
            .filter(|button| {
                pieces.iter().any(|piece| {
                    piece.word == button.word || piece.number.abs_diff(button.number) <= NEAR
                })
            })
            .filter_map(Piece::button)
            .collect();
        if near.iter().any(|button| button.kind == ButtonKind::Refuse) {
            near
        } else {
            Vec::new()
        }
    }
}

impl Piece {
    fn button(&self) -> Option<Button> {
        match self.role {
            Role::Answer(kind) => Some(Button {
                kind,
                text: self.text.trim().to_owned(),
                place: self.place.clone(),
            }),
            Role::Title | Role::Text => None,
        }
    }
}

impl Discovery {
    /// Looks at a resource string: its name (`string/agree`,
    /// `array/planets[0]`), its locale, empty for the default, and its text.
    pub fn resource(
        &mut self,
        name: &str,
        locale: &str,
        text: &str,
        place: impl Fn() -> Place + Copy,
    ) {
        self.mentions(text, place);
        if !self.strings.take(name, locale, text, place) {
            self.whole(Origin::Resource, locale, text, place);
        }
    }

    /// Puts together what was held back.
    pub(super) fn join_strings(&mut self) {
        let mut strings = std::mem::take(&mut self.strings);
        strings.part_buttons();
        for (key, pieces) in &strings.texts {
            let mut texts: Vec<&Piece> = pieces.iter().filter(|p| p.button().is_none()).collect();
            texts.sort_by_key(|piece| (&piece.numbers, piece.role, piece.number));
            if let Some(document) = one_text(key, pieces, &texts, &strings) {
                self.keep(document);
                continue;
            }
            for piece in texts {
                self.whole(Origin::Resource, &key.locale, &piece.text, || {
                    piece.place.clone()
                });
            }
        }
        if strings.full {
            self.gaps.push(Gap {
                part: Part::Policy,
                kind: GapKind::Limit,
                place: Place::default(),
                detail: format!(
                    "more than {MAX_STRINGS} strings or {MAX_BYTES} bytes are named like \
                     policies; the others are not put together"
                ),
            });
        }
    }
}

/// The document that the strings of a text are, if they are one.
fn one_text(key: &Key, pieces: &[Piece], texts: &[&Piece], strings: &Strings) -> Option<Document> {
    let chars: usize = texts.iter().map(|piece| piece.text.chars().count()).sum();
    let mut buttons: Vec<Button> = pieces.iter().filter_map(Piece::button).collect();
    let dialog_length = chars <= MAX_DIALOG;
    let names_policy = || texts.iter().any(|p| names().labels.is_match(&p.text));
    if buttons.is_empty()
        && dialog_length
        && texts.iter().any(|p| names().asks_for_consent(&p.text))
    {
        buttons = strings.near(key, texts);
    }
    if buttons.is_empty() && (texts.len() < 2 || chars < SHORTEST_TEXT || are_several(texts)) {
        return None;
    }
    let mut document = joined(key, texts)?;
    if !buttons.is_empty() && chars >= MIN_DIALOG && names_policy() {
        if dialog_length || document.class != Class::Policy {
            document.class = Class::ShortNotice;
        }
        buttons.sort();
        buttons.dedup();
        document.buttons = buttons;
        return Some(document);
    }
    let telling = !matches!(document.class, Class::Unknown | Class::Licence);
    (telling && texts.len() > 1 && chars >= SHORTEST_TEXT).then_some(document)
}

/// Whether these are texts of their own, each with another title: the
/// policy, the agreement and the list of SDKs.
fn are_several(texts: &[&Piece]) -> bool {
    let own: BTreeSet<Class> = texts
        .iter()
        .filter(|piece| piece.text.chars().count() >= OWN)
        .filter_map(|piece| {
            let first = piece.text.trim_start().lines().next()?;
            let numbered = first
                .starts_with(|c: char| c.is_numeric() || "一二三四五六七八九十（(第".contains(c));
            let title = prose::of_text(first).text;
            let short = title.chars().count() <= 40 && !numbered;
            let class = names()
                .titles
                .iter()
                .find(|(_, words)| words.is_match(&title));
            class.filter(|_| short).map(|(class, _)| *class)
        })
        .collect();
    own.len() > 1
}

/// The strings as one text, with the way back to each.
fn joined(key: &Key, texts: &[&Piece]) -> Option<Document> {
    let first = texts.first()?;
    let last = texts.last()?;
    let markup = texts.iter().any(|piece| html::is_html(&piece.text));
    let mut text = String::new();
    let mut parts = Vec::new();
    for piece in texts {
        parts.push((text.len(), piece.place.clone()));
        match (markup, html::is_html(&piece.text)) {
            (false, _) => text.push_str(&piece.text),
            (true, true) => {
                text.push_str("<p>");
                text.push_str(&piece.text);
            }
            (true, false) => {
                let title = piece.role == Role::Title;
                text.push_str(if title { "<h2>" } else { "<p>" });
                let escaped = piece.text.replace('&', "&amp;").replace('<', "&lt;");
                text.push_str(&escaped.replace('\n', "<br>"));
                text.push_str(if title { "</h2>" } else { "</p>" });
            }
        }
        text.push('\n');
    }
    let mut prose = if markup {
        html::read(&text)
    } else {
        prose::of_text(&text)
    };
    if first.role == Role::Title && first.numbers.is_empty() {
        prose.title = Some(first.text.trim().to_owned());
    }
    let mut place = first.place.clone();
    let end = last.place.locator.as_deref().unwrap_or_default();
    let end = end.rsplit('/').next().unwrap_or_default();
    if let (Some(locator), true) = (&mut place.locator, texts.len() > 1) {
        locator.push('…');
        locator.push_str(end);
    }
    let named = text.chars().count() >= OWN;
    let mut document = document(Origin::Resource, place, prose, "UTF-8", named);
    document.locale = Some(key.locale.clone()).filter(|locale| !locale.is_empty());
    document.back = Back::Parts(parts);
    Some(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::policy::PolicyFacts;

    const PARTS: [&str; 4] = [
        "示例隐私政策",
        "更新日期：2026年1月2日。我们重视您的隐私，会按本政策收集、存储和使用您的个人信息，未经您同意不会与第三方共享。我们按照法律的要求保护您的个人信息，只在实现目的所必需的范围内处理；超出这个范围的，我们会再次征得您的同意。下面逐项说明我们收集哪些信息、用来做什么、保存多久、交给谁，以及您怎样查询、更正和删除它们。请您在使用之前仔细阅读。",
        "为了登录，我们收集您的手机号码；为了保障安全，我们收集设备信息。您可以随时删除个人信息、撤回同意或者注销账号，我们会在十五个工作日内处理。我们不会收集与服务无关的信息，也不会在您同意之前收集任何信息。如果您不提供，只会影响需要它的功能，其他功能照常可用。",
        "未成年人应当在监护人同意后使用。我们会保护未成年人的个人信息。如有疑问，请拨打客服电话，或者写信给我们，我们会尽快答复。您的个人信息保存在中华人民共和国境内，保存期限为一年，到期后我们会删除或者匿名化处理。本政策变更时，我们会用弹窗告诉您，并且再次征得您的同意。",
    ];
    const DIALOG: &str =
        "欢迎使用示例。请您阅读并同意《隐私政策》和《用户协议》，我们会按其中的约定保护您的信息。";

    /// What an app with these strings shows: names, locales, texts.
    fn of(strings: &[(&str, &str, &str)]) -> PolicyFacts {
        let mut discovery = Discovery::new(&Limits::default());
        for (name, locale, text) in strings {
            let place = || Place::file("resources.arsc").at(*name);
            discovery.resource(name, locale, text, place);
        }
        discovery.finish().0
    }

    fn shown(facts: &PolicyFacts) -> Vec<(Class, &str)> {
        facts
            .documents
            .iter()
            .map(|d| (d.class, d.place.locator.as_deref().unwrap_or_default()))
            .collect()
    }

    fn buttons(facts: &PolicyFacts) -> Vec<(ButtonKind, &str)> {
        let all = facts.documents.iter().flat_map(|d| &d.buttons);
        all.map(|button| (button.kind, button.text.as_str()))
            .collect()
    }

    #[test]
    fn an_array_of_paragraphs_is_one_policy() {
        for array in ["privacy_policy", "paragraphs"] {
            let names: Vec<String> = (0..4).map(|i| format!("array/{array}[{i}]")).collect();
            let strings: Vec<(&str, &str, &str)> = names
                .iter()
                .zip(PARTS)
                .map(|(name, text)| (name.as_str(), "zh", text))
                .collect();
            let facts = of(&strings);
            let place = format!("array/{array}[0]…{array}[3]");
            assert_eq!(shown(&facts), [(Class::Policy, place.as_str())]);
            assert_eq!(facts.documents[0].title.as_deref(), Some(PARTS[0]));
            assert_eq!(facts.documents[0].locale.as_deref(), Some("zh"));
            assert_eq!(facts.documents[0].prose.text, PARTS.join("\n"));
        }
    }

    #[test]
    fn numbered_strings_are_one_policy_and_a_quote_leads_to_its_string() {
        for names in [
            ["privacy_1", "privacy_2", "privacy_9", "privacy_10"],
            [
                "policy_part_01",
                "policy_part_02",
                "policy_part_03",
                "policy_part_04",
            ],
            [
                "privacy_title",
                "privacy_content",
                "privacy_content2",
                "privacy_content3",
            ],
            [
                "privacyTitle1",
                "privacyText1",
                "privacyTitle2",
                "privacyText2",
            ],
        ] {
            let mut strings: Vec<(String, &str)> = names
                .iter()
                .map(|name| format!("string/{name}"))
                .zip(PARTS)
                .collect();
            strings.sort();
            let all: Vec<(&str, &str, &str)> = strings
                .iter()
                .map(|(name, text)| (name.as_str(), "", *text))
                .collect();
            let facts = of(&all);
            let place = format!("string/{}…{}", names[0], names[3]);
            assert_eq!(shown(&facts), [(Class::Policy, place.as_str())]);
            let document = &facts.documents[0];
            assert_eq!(document.prose.text, PARTS.join("\n"));
            let at = document.prose.text.find("保存期限").unwrap();
            let last = format!("string/{}", names[3]);
            assert_eq!(document.place_of(at).locator, Some(last));
        }
    }

    #[test]
    fn parts_with_markup_keep_their_headings_and_lists() {
        let html = format!("<p>{}</p><p>{}</p>", PARTS[1], PARTS[2]);
        let facts = of(&[
            ("string/privacy_title", "", PARTS[0]),
            ("string/privacy_content_1", "", &html),
            ("string/privacy_content_2", "", PARTS[3]),
        ]);
        assert_eq!(facts.documents[0].class, Class::Policy);
        assert_eq!(facts.documents[0].prose.text, PARTS.join("\n"));
    }

    #[test]
    fn each_locale_has_its_own_text() {
        let mut strings = Vec::new();
        for (name, text) in ["string/privacy_1", "string/privacy_2", "string/privacy_3"]
            .iter()
            .zip(&PARTS[1..])
        {
            strings.push((*name, "zh-CN", *text));
        }
        let others: Vec<String> = PARTS[1..].iter().map(|t| t.replace('您', "你")).collect();
        for ((name, _, _), text) in strings.clone().iter().zip(&others) {
            strings.push((*name, "zh-TW", text));
        }
        let facts = of(&strings);
        let locales: Vec<Option<&str>> = facts
            .documents
            .iter()
            .map(|d| d.locale.as_deref())
            .collect();
        assert_eq!(locales, [Some("zh-CN"), Some("zh-TW")]);
    }

    #[test]
    fn strings_of_other_things_stay_apart() {
        let cities: Vec<String> = (0..300).map(|i| format!("array/cities[{i}]")).collect();
        let mut strings: Vec<(&str, &str, &str)> = cities
            .iter()
            .map(|name| (name.as_str(), "", "上海市"))
            .collect();
        let shared = "和朋友分享这个应用，收集点赞，换取礼物，隐私由您掌握。".repeat(4);
        for name in ["string/share_1", "string/share_2", "string/share_3"] {
            strings.push((name, "", &shared));
        }
        for name in ["string/privacy_error_1", "string/privacy_error_2"] {
            strings.push((name, "", "隐私政策加载失败，请检查网络后重试"));
        }
        strings.push(("string/privacy_title", "", "隐私政策"));
        strings.push(("string/privacy_summary", "", "查看隐私政策"));
        assert_eq!(shown(&of(&strings)), []);
    }

    #[test]
    fn an_array_of_several_documents_is_not_one_text() {
        let policy = PARTS.join("\n");
        let agreement = format!(
            "示例用户服务协议\n{}",
            "本协议约定双方的权利义务，违约、知识产权、争议解决与管辖等按约定处理。".repeat(16)
        );
        let facts = of(&[
            ("array/legal_texts[0]", "", &agreement),
            ("array/legal_texts[1]", "", &policy),
        ]);
        assert_eq!(
            shown(&facts),
            [
                (Class::UserAgreement, "array/legal_texts[0]"),
                (Class::Policy, "array/legal_texts[1]"),
            ]
        );
    }

    #[test]
    fn a_consent_dialog_is_one_notice_with_its_buttons() {
        let facts = of(&[
            ("string/privacy_dialog_agree", "", "同意并继续"),
            ("string/privacy_dialog_content", "", DIALOG),
            ("string/privacy_dialog_disagree", "", "不同意"),
            ("string/privacy_dialog_title", "", "温馨提示"),
        ]);
        assert_eq!(
            shown(&facts),
            [(
                Class::ShortNotice,
                "string/privacy_dialog_title…privacy_dialog_content"
            )]
        );
        assert_eq!(
            buttons(&facts),
            [
                (ButtonKind::Accept, "同意并继续"),
                (ButtonKind::Refuse, "不同意"),
            ]
        );
    }

    #[test]
    fn a_dialog_without_a_way_to_refuse_has_one_button() {
        let facts = of(&[
            ("string/privacy_ok_btn", "", "我知道了"),
            ("string/privacy_message", "", DIALOG),
        ]);
        assert_eq!(
            shown(&facts),
            [(Class::ShortNotice, "string/privacy_message")]
        );
        assert_eq!(buttons(&facts), [(ButtonKind::Accept, "我知道了")]);
    }

    #[test]
    fn buttons_with_other_names_are_known_by_their_words_nearby() {
        let facts = of(&[
            ("string/first_left", "", "暂不使用"),
            ("string/first_message", "", DIALOG),
            ("string/first_right", "", "同意"),
        ]);
        assert_eq!(
            shown(&facts),
            [(Class::ShortNotice, "string/first_message")]
        );
        assert_eq!(
            buttons(&facts),
            [
                (ButtonKind::Accept, "同意"),
                (ButtonKind::Refuse, "暂不使用")
            ]
        );
        // An invitation somewhere else in the app is no part of it.
        let mut strings = vec![("string/a_refuse", "", "拒绝")];
        let names: Vec<String> = (0..9).map(|i| format!("string/b{i}")).collect();
        strings.extend(names.iter().map(|name| (name.as_str(), "", "文字")));
        strings.push(("string/first_message", "", DIALOG));
        assert_eq!(shown(&of(&strings)), []);
    }

    #[test]
    fn buttons_that_only_stand_near_do_not_make_a_policy_a_notice() {
        let policy = PARTS.join("\n").repeat(3);
        let facts = of(&[
            ("string/privacy_agree", "", "同意"),
            ("string/privacy_content", "", &policy),
            ("string/privacy_disagree", "", "不同意"),
        ]);
        assert_eq!(shown(&facts), [(Class::Policy, "string/privacy_content")]);
        assert_eq!(buttons(&facts).len(), 2);
    }

    #[test]
    fn what_is_held_back_is_bounded() {
        let text = "字".repeat(100_000);
        let mut discovery = Discovery::new(&Limits::default());
        for number in 0..20 {
            let name = format!("string/privacy_{number}");
            let place = || Place::file("resources.arsc").at(&*name);
            discovery.resource(&name, "", &text, place);
        }
        let (_, gaps) = discovery.finish();
        assert_eq!(gaps[0].kind, GapKind::Limit);
    }
}
