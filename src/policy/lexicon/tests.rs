use super::*;
use crate::decode::prose::plain;

/// What a text says of a kind, at each place that names it.
fn said(kind: &str, text: &str) -> Vec<(Polarity, Subject)> {
    let text = Sentences::of(&plain::read(text));
    Lexicon::builtin()
        .read(&text)
        .into_iter()
        .filter(|hit| hit.kind == kind)
        .map(|hit| (hit.polarity, hit.subject))
        .collect()
}

fn polarity(kind: &str, text: &str) -> Polarity {
    match said(kind, text).as_slice() {
        [(polarity, _)] => *polarity,
        other => panic!("{kind} in {text}: {other:?}"),
    }
}

fn all(polarity_of: Polarity, texts: &[(&str, &str)]) {
    let wrong: Vec<String> = texts
        .iter()
        .filter(|(kind, text)| polarity(kind, text) != polarity_of)
        .map(|(kind, text)| format!("{:?} {kind}: {text}", polarity(kind, text)))
        .collect();
    assert!(
        wrong.is_empty(),
        "not {polarity_of:?}:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn a_sentence_that_collects_names_what_it_collects() {
    all(
        Polarity::Collected,
        &[
            ("device_id.imei", "我们会收集您的IMEI、设备型号。"),
            ("device_id.mac", "我们可能读取您的 MAC 地址。"),
            ("phone_number", "注册时，您需要提供手机号码。"),
            (
                "location.precise",
                "當您使用導航時，我們會獲取您的精確位置。",
            ),
            ("broad.location", "您的位置信息将被收集。"),
            ("contacts", "We collect your contacts to find friends."),
            (
                "account.email",
                "You provide your email address when you register.",
            ),
            (
                "device_id.imei",
                "为保障安全，我们需要获取设备标识（如IMEI）。",
            ),
            ("phone_number", "我们会与配送商共享您的手机号。"),
        ],
    );
}

#[test]
fn plain_words_of_the_app_itself_deny() {
    all(
        Polarity::Denied,
        &[
            ("contacts", "我们不会收集您的通讯录。"),
            ("contacts", "本应用不读取您的通讯录。"),
            ("contacts", "我們不會收集您的通訊錄。"),
            ("call_log", "我们不会收集您的通讯录、短信内容、通话记录。"),
            ("call_log", "本应用不读取您的通讯录，也不读取通话记录。"),
            ("sms", "本应用不读取短信。"),
            ("contacts", "我们从不收集、存储或上传您的通讯录。"),
            ("contacts", "我们在任何情况下都不会收集您的通讯录。"),
            ("identity.name", "我们不收集任何个人信息,包括姓名、电话。"),
            (
                "location.precise",
                "We do not collect your precise location.",
            ),
            ("contacts", "Our app does not access your contacts."),
            ("contacts", "We never read your contacts."),
            (
                "contacts",
                "We never collect, store or share your contacts.",
            ),
            ("contacts", "我们不会收集以下信息：\n1. 您的通讯录\n"),
        ],
    );
}

#[test]
fn what_is_not_passed_on_may_still_be_collected() {
    all(
        Polarity::Other,
        &[
            ("contacts", "我们不会共享您的通讯录。"),
            ("phone_number", "我们不会出售、公开您的手机号。"),
            ("phone_number", "我们不会将您的手机号提供给任何第三方。"),
            ("contacts", "We do not share your contacts."),
            ("contacts", "We will not sell your contacts to anyone."),
        ],
    );
}

#[test]
fn conditions_exceptions_and_purposes_are_no_denial() {
    all(
        Polarity::Other,
        &[
            ("contacts", "除上述情形外，我们不收集您的通讯录。"),
            ("contacts", "若您拒绝授权，我们将不收集您的通讯录。"),
            ("contacts", "未经您同意，我们不会收集您的通讯录。"),
            ("contacts", "在您同意之前，我们不会收集您的通讯录。"),
            ("contacts", "我们不会收集您的通讯录用于广告推送。"),
            ("contacts", "我们不收集您的通讯录，您也能使用本应用。"),
            ("contacts", "我们不会在后台收集您的通讯录。"),
            ("contacts", "注销后，我们将不再收集您的通讯录。"),
            ("contacts", "我们无法获取您的通讯录。"),
            ("contacts", "我们不会直接收集您的通讯录。"),
            ("contacts", "访客模式下，我们不会收集您的通讯录。"),
            ("contacts", "我们不会收集您的通讯录吗？"),
            (
                "contacts",
                "We do not collect your contacts unless you allow it.",
            ),
            (
                "contacts",
                "We do not collect your contacts without your consent.",
            ),
            (
                "contacts",
                "Except as set out here, we do not collect your contacts.",
            ),
            (
                "contacts",
                "We do not collect your contacts for advertising.",
            ),
            ("contacts", "Do we collect your contacts?"),
        ],
    );
}

#[test]
fn others_cannot_deny_for_the_app() {
    all(
        Polarity::Other,
        &[
            ("contacts", "第三方SDK不会收集您的通讯录。"),
            (
                "contacts",
                "If you do not provide access to your contacts, nothing changes.",
            ),
            ("contacts", "Third parties do not collect your contacts."),
            ("contacts", "## 儿童隐私\n我们不会收集您的通讯录。"),
            ("contacts", "## 第三方SDK目录\n本SDK不收集通讯录。"),
        ],
    );
}

#[test]
fn a_denial_ends_where_something_else_is_said() {
    let text = "我们不会收集您的通讯录，但会收集您的短信内容。";
    assert_eq!(polarity("contacts", text), Polarity::Denied);
    assert_eq!(polarity("sms", text), Polarity::Collected);
    let text = "我们不会收集您的通讯录，您的短信内容用于自动填写。";
    assert_eq!(polarity("sms", text), Polarity::Collected);
    let text = "We do not collect your contacts, but we collect your call logs.";
    assert_eq!(polarity("call_log", text), Polarity::Collected);
}

#[test]
fn naming_is_not_collecting() {
    all(
        Polarity::Other,
        &[
            (
                "identity.id_number",
                "敏感个人信息包括身份证件号码、行踪轨迹等。",
            ),
            ("account.profile", "您可以更正您的头像。"),
            ("account.profile", "您可以在设置中访问、修改您的头像。"),
            ("account.password", "我们使用加密技术存储您的密码。"),
            ("account.password", "请勿向他人提供您的密码。"),
            ("device_id.imei", "设备标识符是指IMEI等标识。"),
            ("identity.name", "## 您的权利\n您提供姓名即可使用更正功能。"),
            (
                "account.email",
                "You can update your email address in the settings.",
            ),
        ],
    );
}

#[test]
fn headings_lists_and_tables_say_what_their_rows_do() {
    all(
        Polarity::Collected,
        &[
            ("contacts", "## 我们收集的信息\n通讯录\n"),
            ("contacts", "我们会收集以下信息：\n- 通讯录\n- 短信\n"),
            (
                "contacts",
                "## 您的权利\n为核实身份，我们会收集您的通讯录。",
            ),
            ("broad.location", "## 我们如何收集您的位置信息\n见下文。"),
        ],
    );
    assert_eq!(
        polarity("contacts", "## 您的权利\n通讯录\n"),
        Polarity::Other
    );
}

#[test]
fn what_an_sdk_collects_is_told_apart() {
    for (text, subject) in [
        ("## 第三方SDK目录\n友盟：收集IMEI。", Subject::Sdk),
        ("友盟SDK会收集您的IMEI。", Subject::Sdk),
        ("我们使用友盟SDK收集您的IMEI。", Subject::Sdk),
        ("为接入SDK，我们会收集您的IMEI。", Subject::App),
        ("我们会向第三方共享您的IMEI。", Subject::App),
        ("Our partners may collect your IMEI.", Subject::Sdk),
        ("We and our partners collect your IMEI.", Subject::App),
        ("## 未成年人保护\n我们收集儿童的IMEI。", Subject::Other),
    ] {
        let said = said("device_id.imei", text);
        assert_eq!(said, [(Polarity::Collected, subject)], "{text}");
    }
}

#[test]
fn groups_are_told_from_kinds() {
    let text = Sentences::of(&plain::read("我们收集设备信息和IMEI。"));
    let lexicon = Lexicon::builtin();
    let hits = lexicon.read(&text);
    let named: Vec<(&str, bool, &str)> = hits
        .iter()
        .map(|hit| (hit.kind, hit.broad, text.words(&hit.at)))
        .collect();
    assert_eq!(
        named,
        [
            ("broad.device", true, "设备信息"),
            ("device_id.imei", false, "imei"),
        ]
    );
    let words = catalog::data_words();
    let device = words.group("broad.device").unwrap();
    assert!(device.covers("device_id.imei") && device.warns("device_id.imei"));
    assert!(!device.covers("contacts"));
    assert!(words.is_sensitive("face"));
}

#[test]
fn longer_phrases_hide_the_words_inside_them() {
    assert_eq!(said("broad.location", "我们在页面显著位置提供入口。"), []);
    assert_eq!(said("device_id.mac", "我们收集蓝牙MAC地址。"), []);
    assert_eq!(said("network.ip", "见 https://example.com/ip 。"), []);
}

/// What is wrong with a file in which two kinds have these words.
fn faults(contacts: &str, sms: &str) -> String {
    let file = format!(
        "broad = []\n\
         [[term]]\nkind = 'contacts'\nzh = ['{contacts}']\nen = []\n\
         [[term]]\nkind = 'sms'\nzh = ['{sms}']\nen = []\n"
    );
    let file = file.as_str().into();
    match DataWords::read("lexicon.toml", &file, &["contacts", "sms"]) {
        Ok(words) => Lexicon::compile(&words, catalog::cue_words())
            .unwrap_err()
            .to_string(),
        Err(faults) => faults.to_string(),
    }
}

#[test]
fn a_word_stands_for_one_thing_only() {
    let faults = faults("通讯录", "通讯录");
    assert!(
        faults.contains("`通讯录` is `contacts` and `sms`"),
        "{faults}"
    );
    assert!(faults.contains("lexicon.toml:8:"), "{faults}");
}

#[test]
fn a_word_is_written_as_texts_are_compared() {
    let faults = faults("通讯录", "短信 ID");
    assert!(
        faults.contains("texts have `短信 ID` as `短信id`"),
        "{faults}"
    );
}

#[test]
fn a_kind_that_is_not_known_is_a_mistake() {
    let file = "broad = []\n[[term]]\nkind = 'contcts'\nzh = []\nen = []\n".into();
    let faults = DataWords::read("lexicon.toml", &file, &["contacts"]).unwrap_err();
    let faults = faults.to_string();
    assert!(faults.contains("unknown kind `contcts`"), "{faults}");
    assert!(faults.contains("did you mean `contacts`?"), "{faults}");
}

#[test]
fn a_text_that_never_ends_is_read_once() {
    let long = "我们不会收集IMEI、".repeat(20_000);
    let text = Sentences::of(&plain::read(&long));
    let started = std::time::Instant::now();
    assert_eq!(Lexicon::builtin().read(&text).len(), 20_000);
    assert!(started.elapsed().as_secs() < 20);
}
