//! The consent dialog of uni-app: `androidPrivacy.json`.
//!
//! Source: uniapp.dcloud.net.cn, "Android平台隐私与政策提示框配置": `prompt` is
//! `template` or `none`; `title`, `message` (with links), `buttonAccept` and
//! `buttonRefuse`, which is not shown if it is empty; the same four in
//! `second`, which is shown after a refusal.

use std::fmt::Write as _;

use serde::Deserialize;

use super::discover::{Discovery, document};
use super::{Button, ButtonKind, Class, Origin};
use crate::decode::prose::{Source, html};
use crate::evidence::Place;

/// Name of the file.
const FILE: &str = "androidprivacy.json";

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Template {
    prompt: String,
    #[serde(flatten)]
    first: Step,
    second: Step,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Step {
    title: String,
    message: String,
    button_accept: String,
    button_refuse: String,
}

impl Discovery {
    /// Looks at a file if it is such a dialog, and says whether it was. Its
    /// links lead to policies and agreements, whatever they are called.
    pub(super) fn consent_dialog(&mut self, source: &Source, place: &Place) -> bool {
        if !place.file.to_ascii_lowercase().ends_with(FILE) {
            return false;
        }
        let Ok(template) = serde_json::from_str::<Template>(&source.decoded.text) else {
            return false;
        };
        if template.prompt == "none" {
            return true;
        }
        let (first, second) = (template.first, template.second);
        let mut page = String::new();
        let mut buttons = Vec::new();
        for step in [&first, &second] {
            let _ = write!(page, "<h2>{}</h2><p>{}</p>", step.title, step.message);
            for (kind, text) in [
                (ButtonKind::Accept, &step.button_accept),
                (ButtonKind::Refuse, &step.button_refuse),
            ] {
                buttons.extend((!text.trim().is_empty()).then(|| Button {
                    kind,
                    text: text.trim().to_owned(),
                    place: place.clone(),
                }));
            }
        }
        let mut prose = html::read(&page);
        if prose.text.is_empty() {
            return true;
        }
        for link in &prose.links {
            let at = source.decoded.text.find(&link.target).unwrap_or_default();
            self.dialog_link(&link.target, || source.place(place, at));
        }
        prose.title = Some(first.title.trim().to_owned()).filter(|title| !title.is_empty());
        let encoding = source.decoded.encoding;
        let mut document = document(Origin::File, place.clone(), prose, encoding, true);
        document.class = Class::ShortNotice;
        document.buttons = buttons;
        self.keep(document);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::tests::of_files;

    const DIALOG: &str = r#"{
  "version": "1", "prompt": "template", "title": "服务协议和隐私政策",
  "message": "请您阅读<a href=\"https://h5.example.cn/a1\">《服务协议》</a>和<a href=\"https://h5.example.cn/a2\">《隐私政策》</a>。如果您同意，请点击下面的按钮。",
  "buttonAccept": "同意并接受", "buttonRefuse": "暂不同意",
  "hrefLoader": "system", "backToExit": "false",
  "second": { "title": "确认提示", "message": "您需要先同意才能使用。", "buttonAccept": "同意", "buttonRefuse": "退出应用" },
  "styles": { "title": { "color": "red" } }
}"#;

    #[test]
    fn the_dialog_of_uni_app_is_a_notice_with_links_and_buttons() {
        let (facts, _) = of_files(&[("assets/data/androidPrivacy.json", DIALOG.as_bytes())]);
        let document = &facts.documents[0];
        assert_eq!(document.class, Class::ShortNotice);
        assert_eq!(document.title.as_deref(), Some("服务协议和隐私政策"));
        assert!(document.prose.text.contains("《隐私政策》"));
        let buttons: Vec<(ButtonKind, &str)> = document
            .buttons
            .iter()
            .map(|button| (button.kind, button.text.as_str()))
            .collect();
        assert_eq!(
            buttons,
            [
                (ButtonKind::Accept, "同意并接受"),
                (ButtonKind::Refuse, "暂不同意"),
                (ButtonKind::Accept, "同意"),
                (ButtonKind::Refuse, "退出应用"),
            ]
        );
        let urls: Vec<(&str, Option<u32>)> = facts
            .urls
            .iter()
            .map(|url| (url.url.as_str(), url.place.line))
            .collect();
        assert_eq!(
            urls,
            [
                ("https://h5.example.cn/a1", Some(3)),
                ("https://h5.example.cn/a2", Some(3)),
            ]
        );
    }

    #[test]
    fn a_refuse_button_without_words_is_not_shown() {
        let dialog = DIALOG.replace("暂不同意", "").replace("退出应用", " ");
        let (facts, _) = of_files(&[("assets/androidPrivacy.json", dialog.as_bytes())]);
        let buttons = &facts.documents[0].buttons;
        assert!(buttons.iter().all(|b| b.kind == ButtonKind::Accept));
    }

    #[test]
    fn a_dialog_that_is_switched_off_is_none() {
        let dialog = DIALOG.replace("\"template\"", "\"none\"");
        let (facts, _) = of_files(&[("assets/androidPrivacy.json", dialog.as_bytes())]);
        assert_eq!(facts.documents, []);
    }
}
