//! Which permissions a text names: by their constants, or by the words of
//! permission lists where permissions are spoken of.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use super::finder::{Finder, Word};
use super::stance::Stance;
use super::{Cues, is_listed, split};
use crate::catalog::{self, Cue, PermissionWords};
use crate::decode::prose::BlockKind;
use crate::policy::sentences::{Sentence, Sentences};

/// Words by which texts name permissions, ready to be found.
#[derive(Debug)]
pub struct Permissions {
    words: Finder<Vec<Name>>,
    cues: Cues,
}

/// A permission that a word stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    permission: String,
    /// The word is the constant, not a word of everyday language.
    constant: bool,
}

/// The first place where a permission is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionHit {
    /// The word, in bytes of the normalised text.
    pub at: Range<usize>,
    /// The sentence it stands in: its number.
    pub sentence: usize,
    /// Whether it is the constant.
    pub constant: bool,
}

impl Permissions {
    /// The words that this program carries.
    ///
    /// # Panics
    ///
    /// If an embedded file is wrong: a defect of the build that every test
    /// run meets.
    pub fn builtin() -> &'static Self {
        static PERMISSIONS: LazyLock<Permissions> = LazyLock::new(|| {
            let known = catalog::builtin().permissions.keys().map(String::as_str);
            match Permissions::new(catalog::permission_words(), known, catalog::cue_words()) {
                Ok(permissions) => permissions,
                Err(message) => panic!("checks/catalog/permission-terms.toml: {message}"),
            }
        });
        &PERMISSIONS
    }

    fn new<'n>(
        entries: &'n [PermissionWords],
        known: impl Iterator<Item = &'n str>,
        cues: &catalog::CueWords,
    ) -> Result<Self, String> {
        let mut words: BTreeMap<Word, Vec<Name>> = BTreeMap::new();
        let mut add = |word: &str, permission: &str, constant: bool| {
            words.entry(Word::of(word)).or_default().push(Name {
                permission: permission.to_owned(),
                constant,
            });
        };
        let listed = entries.iter().flat_map(|entry| &entry.names);
        for name in known
            .chain(listed.map(String::as_str))
            .collect::<BTreeSet<_>>()
        {
            add(name, name, true);
            // A constant of one word, CAMERA, cannot be told from the word.
            if let Some((_, last)) = name.rsplit_once('.')
                && last.contains('_')
            {
                add(last, name, true);
            }
        }
        for entry in entries {
            for word in entry.zh.iter().chain(&entry.en) {
                for name in &entry.names {
                    add(word, name, false);
                }
            }
        }
        Ok(Self {
            words: Finder::new(words)?,
            cues: Cues::new(cues)?,
        })
    }

    /// The permissions that the text names, each with its first place; a
    /// place where it is not said that the permission is not needed.
    pub fn read(&self, text: &Sentences) -> BTreeMap<&str, PermissionHit> {
        let words = self.words.find(&text.normal.text);
        let cues = self.cues.sentences.find(&text.normal.text);
        let (mut words, mut cues) = (words.as_slice(), cues.as_slice());
        let mut found: BTreeMap<&str, PermissionHit> = BTreeMap::new();
        let mut speaks: Vec<bool> = Vec::with_capacity(text.all.len());
        // The sentence that opened the list or table.
        let mut opened: Option<usize> = None;
        for (number, sentence) in text.all.iter().enumerate() {
            let named = split(&mut words, sentence);
            let cues = split(&mut cues, sentence);
            let own = cues
                .iter()
                .any(|(_, tells)| tells.contains(&Cue::Permission));
            speaks.push(own);
            let above = self::above(text, number, sentence, opened);
            let spoken = own || above.iter().any(|above| speaks.get(*above) == Some(&true));
            let stance = Stance::of(&text.normal.text, &sentence.at, cues);
            for (at, names) in named {
                if stance.negates(at.start).is_some() {
                    continue;
                }
                for name in *names {
                    if !name.constant && !spoken
                        || name.constant && !is_constant(&text.normal.text, at, &name.permission)
                    {
                        continue;
                    }
                    found
                        .entry(&name.permission)
                        .or_insert_with(|| PermissionHit {
                            at: at.clone(),
                            sentence: number,
                            constant: name.constant,
                        });
                }
            }
            opened = opens(text, number, sentence, opened);
        }
        found
    }
}

/// The sentences that say what a sentence is part of: the heading above it,
/// the next one too if it is a heading or part of a list, the line that
/// opened the list, the head of the table.
fn above(
    text: &Sentences,
    number: usize,
    sentence: &Sentence,
    opened: Option<usize>,
) -> Vec<usize> {
    let words = text.words(&sentence.at);
    let listed = is_listed(sentence, words);
    let opened = opened.filter(|opened| listed && *opened < number);
    let depth = if listed { 2 } else { 1 };
    text.headings(sentence).take(depth).chain(opened).collect()
}

/// The sentence that opens the list or table which goes on behind this one.
fn opens(
    text: &Sentences,
    number: usize,
    sentence: &Sentence,
    opened: Option<usize>,
) -> Option<usize> {
    let words = text.words(&sentence.at).trim_end();
    let was_row = opened
        .and_then(|opened| text.all.get(opened))
        .is_some_and(|opened| opened.kind == BlockKind::Row);
    match sentence.kind {
        BlockKind::Heading(_) => None,
        BlockKind::Row if was_row => opened,
        BlockKind::Row => Some(number),
        _ if words.ends_with(':') => Some(number),
        _ => opened.filter(|_| !was_row && is_listed(sentence, words)),
    }
}

/// Whether the constant stands here, and not the end of another name.
fn is_constant(text: &str, at: &Range<usize>, permission: &str) -> bool {
    let before = text.get(..at.start).unwrap_or_default();
    let after = text.get(at.end..).unwrap_or_default();
    if after.starts_with('_') || before.ends_with('_') {
        return false;
    }
    let Some(before) = before.strip_suffix('.') else {
        return true;
    };
    let prefix = permission.rsplit_once('.').map_or("", |(prefix, _)| prefix);
    before.ends_with(&prefix.to_ascii_lowercase())
        || before.ends_with("manifest.permission")
        || before.strip_suffix("permission").is_some_and(|before| {
            !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_')
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::prose::plain;

    fn named(text: &str) -> Vec<String> {
        let text = Sentences::of(&plain::read(text));
        let found = Permissions::builtin().read(&text);
        let short = |name: &&str| name.rsplit('.').next().unwrap_or(name).to_owned();
        found.keys().map(short).collect()
    }

    #[test]
    fn a_constant_names_its_permission_anywhere() {
        for text in [
            "android.permission.READ_PHONE_STATE",
            "需要READ_PHONE_STATE。",
            "Manifest.permission.READ_PHONE_STATE",
        ] {
            assert_eq!(named(text), ["READ_PHONE_STATE"], "{text}");
        }
        assert_eq!(named("com.example.READ_PHONE_STATE"), [""; 0]);
        assert_eq!(named("MY_READ_PHONE_STATE_X"), [""; 0]);
        assert_eq!(named("android.permission.CAMERA"), ["CAMERA"]);
    }

    #[test]
    fn everyday_words_name_one_only_where_permissions_are_spoken_of() {
        assert_eq!(named("我们会申请相机权限。"), ["CAMERA"]);
        assert_eq!(named("您可以用相机扫码。"), [""; 0]);
        assert_eq!(
            named("## 权限说明\n1. 麦克风：用于语音。"),
            ["RECORD_AUDIO"]
        );
        assert_eq!(named("## 权限说明\n### 相机\n用于扫码。"), ["CAMERA"]);
        assert_eq!(
            named("We ask for permission to use the camera."),
            ["CAMERA"]
        );
        assert_eq!(named("经授权的员工才能查看相机。"), [""; 0]);
    }

    #[test]
    fn a_word_may_name_several_permissions() {
        assert_eq!(named("读写通讯录权限"), ["READ_CONTACTS", "WRITE_CONTACTS"]);
    }

    #[test]
    fn a_permission_that_is_not_asked_for_is_not_named() {
        assert_eq!(named("我们不会申请通讯录权限。"), [""; 0]);
    }
}
