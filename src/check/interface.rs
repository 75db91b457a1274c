//! What conditions and texts of checks ask of the interface of an app.

use minijinja::value::{Serde, Value};
use minijinja::{Error, ErrorKind, State};

use super::environment::fact;
use crate::catalog::{self, Bilingual, did_you_mean};
use crate::interface::{InterfaceFacts, SearchedPart};

/// Start of the message for a topic that does not exist.
pub const NO_TOPIC: &str = "the catalogue of the interface has no topic";

/// How sure it is that the app has something: `clear`, `weak` or none.
pub fn strength_of(state: &State<'_, '_>, topic: &str) -> Result<Value, Error> {
    match find(state, topic)? {
        Some(found) => found.get_attr("strength"),
        None => Ok(Value::from(())),
    }
}

/// The evidence for it; an empty list if there is none.
pub fn evidence_of(state: &State<'_, '_>, topic: &str) -> Result<Value, Error> {
    match find(state, topic)? {
        Some(found) => found.get_attr("evidence"),
        None => Ok(Value::from(Vec::<Value>::new())),
    }
}

fn find(state: &State<'_, '_>, topic: &str) -> Result<Option<Value>, Error> {
    if catalog::interface().get(topic).is_none() {
        let known = catalog::interface().topics.iter();
        let help = did_you_mean(topic, known.map(|topic| topic.id.as_str()));
        let help = help.map_or_else(String::new, |help| format!("; {help}"));
        return Err(Error::new(
            ErrorKind::InvalidOperation,
            format!("{NO_TOPIC} `{topic}`{help}"),
        ));
    }
    let topics = fact(state, "interface")?.get_attr("topics")?;
    for found in topics.try_iter()? {
        if found.get_attr("topic")?.as_str() == Some(topic) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// What was looked through, with counts, without full stop.
pub fn searched(state: &State<'_, '_>) -> Result<Value, Error> {
    let mut counts = Vec::new();
    for part in fact(state, "interface")?.get_attr("searched")?.try_iter()? {
        let word = part.get_attr("part")?;
        let count = u64::try_from(part.get_attr("count")?).unwrap_or_default();
        let known = NAMES
            .into_iter()
            .find(|(_, known, ..)| Some(*known) == word.as_str());
        counts.extend(known.map(|(part, ..)| (part, count)));
    }
    Ok(Value::from(Serde(sentence(counts.into_iter()))))
}

/// The same of facts.
pub fn searched_text(facts: &InterfaceFacts) -> Bilingual {
    sentence(facts.searched.iter().map(|part| (part.part, part.count)))
}

/// Word in the facts, Chinese name and measure word, English names for one
/// and for several.
const NAMES: [(SearchedPart, &str, &str, &str, &str); 6] = [
    (
        SearchedPart::Screens,
        "screens",
        "个界面文件",
        "screen file",
        "screen files",
    ),
    (
        SearchedPart::Strings,
        "strings",
        "条界面文字",
        "text",
        "texts",
    ),
    (
        SearchedPart::Classes,
        "classes",
        "个自有代码类",
        "class",
        "classes",
    ),
    (
        SearchedPart::Constants,
        "constants",
        "处代码字符串",
        "string in code",
        "strings in code",
    ),
    (
        SearchedPart::Addresses,
        "addresses",
        "个网址",
        "address",
        "addresses",
    ),
    (
        SearchedPart::Bundles,
        "bundles",
        "个脚本和文本文件",
        "script or text file",
        "scripts and text files",
    ),
];

fn sentence(counts: impl Iterator<Item = (SearchedPart, u64)>) -> Bilingual {
    let mut zh = Vec::new();
    let mut en = Vec::new();
    for (part, count) in counts.filter(|(_, count)| *count > 0) {
        let known = NAMES.into_iter().find(|(known, ..)| *known == part);
        let Some((_, _, chinese, one, several)) = known else {
            continue;
        };
        zh.push(format!("{count} {chinese}"));
        en.push(format!(
            "{count} {}",
            if count == 1 { one } else { several }
        ));
    }
    if zh.is_empty() {
        return Bilingual::new("0 处", "nothing");
    }
    Bilingual::new(zh.join("、"), en.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_leaves_out_what_was_not_there() {
        let counts = [
            (SearchedPart::Screens, 1),
            (SearchedPart::Strings, 0),
            (SearchedPart::Classes, 7),
        ];
        let text = sentence(counts.into_iter());
        assert_eq!(text.zh, "1 个界面文件、7 个自有代码类");
        assert_eq!(text.en, "1 screen file, 7 classes");
        assert_eq!(sentence(std::iter::empty()).en, "nothing");
    }

    #[test]
    fn every_part_has_a_name_and_the_word_of_the_facts() {
        for (part, word, ..) in NAMES {
            assert_eq!(serde_json::to_value(part).unwrap(), word);
        }
    }
}
