//! The room's rules told on small packages and short texts.

use std::io::{Cursor, Write as _};

use super::*;
use crate::container::Package;
use crate::evidence::{Gap, GapKind};
use crate::limits::Limits;

const POLICY: &str = "示例隐私政策\n更新日期：2026年1月2日\n我们会收集您的设备信息与个人信息，未经您同意不会与第三方共享。您可以删除或注销账号。";
const AGREEMENT: &str = "用户服务协议\n一、知识产权\n二、违约责任与赔偿\n三、争议解决与管辖\n本协议约定您与我们的权利义务，您应当保护账号。";

fn apk(files: &[(&str, &[u8])]) -> Package {
    Package::from_bytes("app.apk", zip_of(files), &Limits::default()).unwrap()
}

pub(super) fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("AndroidManifest.xml", options).unwrap();
    for (name, content) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(super) fn of_files(files: &[(&str, &[u8])]) -> (PolicyFacts, Vec<Gap>) {
    let mut discovery = Discovery::new(&Limits::default());
    discovery.files(&apk(files));
    discovery.finish()
}

pub(super) fn kinds(gaps: &[Gap]) -> Vec<GapKind> {
    gaps.iter().map(|gap| gap.kind).collect()
}

#[test]
fn a_policy_is_found_by_its_file_name_wherever_texts_lie() {
    for path in [
        "assets/privacy_policy.html",
        "assets/flutter_assets/assets/隐私政策.md",
        "assets/www/docs/yszc.html",
        "res/raw/privacy.txt",
        "assets/apps/__UNI__1/www/static/privacyPolicy.htm",
    ] {
        let (facts, gaps) = of_files(&[(path, POLICY.as_bytes())]);
        let document = &facts.documents[0];
        assert_eq!(document.place.file, path);
        assert_eq!(
            (document.class, document.language, document.date.as_deref()),
            (Class::Policy, Language::Zh, Some("2026-01-02")),
            "{path}"
        );
        assert_eq!(document.title.as_deref(), Some("示例隐私政策"));
        assert!(gaps.is_empty());
    }
}

#[test]
fn a_policy_under_another_name_is_found_by_its_words() {
    let body = format!("{POLICY}{}", "我们重视您的隐私与存储安全。".repeat(40));
    let (facts, _) = of_files(&[("assets/h5/1.html", body.as_bytes())]);
    assert_eq!(facts.documents[0].class, Class::Policy);

    let readme = "This folder holds fonts. ".repeat(60);
    let (facts, gaps) = of_files(&[("assets/fonts/readme.txt", readme.as_bytes())]);
    assert_eq!(facts.documents, []);
    assert_eq!(facts.searched.files, 1);
    assert_eq!(kinds(&gaps), [GapKind::NotFound]);
}

#[test]
fn an_encoding_and_a_page_are_undone() {
    let page = format!(
        "<html><head><meta charset=gb2312><title>隐私政策</title></head><body><p>{}</p></body></html>",
        POLICY.replace('\n', "</p><p>")
    );
    let (bytes, _, _) = encoding_rs::GBK.encode(&page);
    let (facts, _) = of_files(&[("assets/privacy.html", &bytes)]);
    let document = &facts.documents[0];
    assert_eq!(document.encoding, "gb18030");
    assert_eq!(document.title.as_deref(), Some("隐私政策"));
    assert_eq!(document.prose.text, POLICY);
    assert_eq!(document.chars, POLICY.chars().count() as u64);
}

#[test]
fn each_kind_of_text_is_told_from_a_policy() {
    for (name, text, class) in [
        ("assets/agreement.txt", AGREEMENT, Class::UserAgreement),
        ("assets/privacy.txt", AGREEMENT, Class::UserAgreement),
        (
            "assets/sdk_list.md",
            "# 第三方SDK目录\n\n| 名称 | 公司 |\n|---|---|\n| 示例推送 | 示例公司 |",
            Class::SdkList,
        ),
        (
            "assets/children.txt",
            "儿童个人信息保护规则及监护人须知\n我们收集儿童的个人信息前会征得监护人同意。",
            Class::Children,
        ),
        (
            "assets/privacy_permission.txt",
            "应用权限申请与使用情况说明\n相机：拍照。",
            Class::PermissionNote,
        ),
        (
            "assets/terms.txt",
            "Terms of Service\nLimitation of liability. Governing law. Intellectual property.",
            Class::UserAgreement,
        ),
        (
            "assets/privacy.md",
            "一段没有说明来意的文字",
            Class::Unknown,
        ),
    ] {
        let (facts, _) = of_files(&[(name, text.as_bytes())]);
        assert_eq!(facts.documents[0].class, class, "{name}");
    }
}

#[test]
fn a_dictionary_with_every_word_of_a_policy_is_none() {
    let words =
        "收集 蒐集\n个人信息 個人資訊\n第三方 第三方\n隐私 隱私\n同意 同意\n共享 共享\n存储 儲存\n";
    let (facts, _) = of_files(&[("assets/STPhrases.txt", words.repeat(40).as_bytes())]);
    assert_eq!(facts.documents.len(), 0, "{:?}", facts.documents);
}

#[test]
fn a_consent_dialog_is_no_policy() {
    let dialog = "欢迎使用示例。请您阅读《隐私政策》与《用户协议》。我们会收集设备信息，并在您同意后共享必要的个人信息。[不同意] [同意]";
    let dialog_file = format!(
        "{{\"version\":\"1\",\"prompt\":\"template\",\"title\":\"服务协议和隐私政策\",\"message\":\"{dialog}\",\"buttonAccept\":\"同意并接受\",\"buttonRefuse\":\"暂不同意\"}}"
    );
    let (facts, _) = of_files(&[("androidPrivacy.json", dialog_file.as_bytes())]);
    assert_eq!(facts.documents[0].class, Class::ShortNotice);
}

#[test]
fn licences_of_code_are_no_policies() {
    let licence = "Apache License\nVersion 2.0\nPermission is granted to use, copy and share. Privacy. Consent. Collect. ".repeat(20);
    let (facts, _) = of_files(&[
        ("assets/open_source_licenses.txt", licence.as_bytes()),
        ("assets/flutter_assets/NOTICES.txt", licence.as_bytes()),
        ("META-INF/LICENSE.txt", licence.as_bytes()),
        ("assets/photos.html", b"photos"),
        ("assets/protocol.json", b"{\"version\": 3}"),
        ("assets/privacy.css", b"p {}"),
    ]);
    assert_eq!(facts.documents, []);
}

#[test]
fn a_document_that_is_not_read_is_a_gap() {
    let (facts, gaps) = of_files(&[("assets/privacy_policy.pdf", b"%PDF-1.7")]);
    assert_eq!(facts.documents, []);
    assert_eq!(kinds(&gaps), [GapKind::Malformed, GapKind::NotFound]);
    let (_, gaps) = of_files(&[("assets/privacy.txt", b"\0\x01\x02\x03\x04binary")]);
    assert_eq!(kinds(&gaps), [GapKind::Unsupported, GapKind::NotFound]);
}

#[test]
fn a_document_on_its_own_is_the_policy() {
    let package = Package::from_bytes("隐私政策.txt", POLICY.into(), &Limits::default()).unwrap();
    let mut discovery = Discovery::new(&Limits::default());
    discovery.files(&package);
    let (facts, gaps) = discovery.finish();
    assert_eq!(facts.documents[0].place.file, "隐私政策.txt");
    assert_eq!(facts.documents[0].class, Class::Policy);
    assert!(gaps.is_empty());
}

#[test]
fn strings_give_texts_labels_and_links() {
    let mut discovery = Discovery::new(&Limits::default());
    let place = |name: &str| {
        let place = Place::file("resources.arsc").at(format!("string/{name}"));
        move || place.clone()
    };
    let long = format!("{POLICY}{}", "我们重视您的隐私与存储安全。".repeat(40));
    for (name, locale, text) in [
        ("privacy_content", "zh-CN", long.as_str()),
        ("b", "", "Read our Privacy Policy"),
        ("a", "", "Read our Privacy Policy"),
        ("settings", "", "隐私设置"),
        ("key", "", "privacy_policy_url"),
    ] {
        discovery.resource(&format!("string/{name}"), locale, text, &place(name));
    }
    discovery.code("隐私政策：https://a.cn/h5?id=7", || {
        Place::file("classes.dex")
    });
    for url in [
        "https://a.cn/app/privacy.html",
        "https://a.cn/user_agreement",
        "https://a.cn/userAgreement.html",
        "https://a.cn/api/protocols",
        "https://a.cn/api/v1/login",
        "https://a.cn/geopolicyholder",
        "https://a.cn/readme#content-security-policy",
        "https://flutter.dev/docs/release/breaking-changes/network-policy-ios-android",
        "https://developers.google.com/ml-kit/terms",
    ] {
        discovery.code(url, || Place::file("classes.dex"));
    }
    discovery.passed_over(100);
    let (facts, gaps) = discovery.finish();
    assert_eq!(facts.documents.len(), 1);
    assert_eq!(facts.documents[0].locale.as_deref(), Some("zh-CN"));
    assert_eq!(facts.documents[0].origin, Origin::Resource);
    let labels: Vec<(&str, Option<&str>)> = facts
        .labels
        .iter()
        .map(|l| (l.text.as_str(), l.place.locator.as_deref()))
        .collect();
    assert_eq!(
        labels,
        [
            ("Read our Privacy Policy", Some("string/a")),
            ("隐私政策：https://a.cn/h5?id=7", None),
        ]
    );
    let urls: Vec<&str> = facts.urls.iter().map(|u| u.url.as_str()).collect();
    assert_eq!(
        urls,
        [
            "https://a.cn/app/privacy.html",
            "https://a.cn/h5?id=7",
            "https://a.cn/userAgreement.html",
            "https://a.cn/user_agreement",
        ]
    );
    assert_eq!(facts.searched.strings, 115);
    assert!(gaps.is_empty());
}

#[test]
fn a_link_without_a_text_is_remote_and_not_absent() {
    let mut discovery = Discovery::new(&Limits::default());
    discovery.code("https://a.cn/privacy", || {
        Place::file("classes.dex").offset(7)
    });
    let (facts, gaps) = discovery.finish();
    assert_eq!(facts.urls.len(), 1);
    assert_eq!(kinds(&gaps), [GapKind::Remote]);
    assert_eq!(gaps[0].place.offset, Some(7));
}

#[test]
fn data_in_a_string_is_no_text() {
    let mut discovery = Discovery::new(&Limits::default());
    let base64 = "cHJpdmFjeWNvbGxlY3RzaGFyZWNvbnNlbnQ".repeat(40);
    let code =
        "function(a){return privacy&&collect||consent(share),cookies,retain,disclose}".repeat(20);
    discovery.code(&base64, || Place::file("classes.dex"));
    discovery.code(&code, || Place::file("classes.dex"));
    assert_eq!(discovery.finish().0.documents, []);
}

#[test]
fn reading_is_bounded_and_the_rest_is_a_gap() {
    let text = "x ".repeat(600);
    let names: Vec<String> = (0..310).map(|n| format!("assets/t/{n}.txt")).collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .map(|n| (n.as_str(), text.as_bytes()))
        .collect();
    let (facts, gaps) = of_files(&files);
    assert_eq!(facts.searched.files, 300);
    assert_eq!(kinds(&gaps), [GapKind::Limit, GapKind::NotFound]);
}

#[test]
fn a_long_text_without_a_telling_name_is_read_and_a_longer_one_is_a_gap() {
    let policy = format!("{POLICY}{}", "我们重视您的隐私与存储安全。".repeat(40));
    let help = format!("{policy}{}", "帮助的正文。\n".repeat(32_000));
    assert!(help.len() > 600_000);
    let (facts, gaps) = of_files(&[("assets/help.txt", help.as_bytes())]);
    assert_eq!(facts.documents[0].class, Class::Policy);
    assert!(gaps.is_empty());

    let book = format!("{policy}{}", "书的正文。\n".repeat(140_000));
    let (facts, gaps) = of_files(&[("assets/book.txt", book.as_bytes())]);
    assert_eq!(facts.documents, []);
    assert_eq!(kinds(&gaps), [GapKind::Limit, GapKind::NotFound]);
}

#[test]
fn texts_that_do_not_inflate_are_one_gap_and_no_absence() {
    let text = "help for this app. ".repeat(60);
    let mut bytes = zip_of(&[
        ("assets/help.txt", text.as_bytes()),
        ("assets/more.txt", text.as_bytes()),
    ]);
    for name in [&b"assets/help.txt"[..], b"assets/more.txt"] {
        let at = bytes.windows(name.len()).position(|w| w == name).unwrap();
        bytes[at + name.len()..][..16].fill(0xFF);
    }
    let package = Package::from_bytes("app.apk", bytes, &Limits::default()).unwrap();
    let mut discovery = Discovery::new(&Limits::default());
    discovery.files(&package);
    let (facts, gaps) = discovery.finish();
    assert_eq!(facts.searched.files, 0);
    assert_eq!(kinds(&gaps), [GapKind::Malformed, GapKind::NotFound]);
    assert_eq!(gaps[0].place.file, "assets/help.txt");
    assert!(
        gaps[0].detail.ends_with("and 1 more text files"),
        "{}",
        gaps[0].detail
    );
}
