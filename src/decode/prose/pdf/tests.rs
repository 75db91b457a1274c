use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::super::tests::shown;
use super::*;

/// A file of these objects, numbered from 1, of which the first is the
/// catalogue.
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    for (number, object) in (1..).zip(objects) {
        file.extend(format!("{number} 0 obj\n").into_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    file.extend(b"trailer <</Root 1 0 R>>\n%%EOF");
    file
}

fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(content).unwrap();
    let packed = packed.finish().unwrap();
    let length = packed.len();
    let head = format!("<</Length {length} /Filter /FlateDecode {entries}>>stream\n");
    [head.as_bytes(), &packed, b"\nendstream"].concat()
}

/// What pages and forms have: a Latin font, a bold one, a Chinese one, and
/// the objects 10 and further by name.
const RESOURCES: &str =
    "<</Font <</L 4 0 R /B 5 0 R /C 6 0 R /U 7 0 R>> /XObject <</X 10 0 R /Y 11 0 R>>>>";

/// A document of these pages. Objects from 10 on are `more`.
fn pdf(pages: &[&str], more: &[Vec<u8>]) -> Vec<u8> {
    let first = 10 + more.len();
    let mut kids = String::new();
    for number in 0..pages.len() {
        write!(kids, "{} 0 R ", first + number * 2).unwrap();
    }
    let mut objects = vec![
        b"<</Type/Catalog /Pages 2 0 R>>".to_vec(),
        format!("<</Kids [{kids}] /Resources 3 0 R>>").into_bytes(),
        RESOURCES.into(),
        b"<</Subtype/Type1 /BaseFont/Times /Encoding/WinAnsiEncoding>>".to_vec(),
        b"<</Subtype/Type1 /BaseFont/Times-Bold /Encoding/WinAnsiEncoding>>".to_vec(),
        b"<</Subtype/Type0 /Encoding/UniGB-UCS2-H>>".to_vec(),
        b"<</Subtype/Type0 /Encoding/Identity-H /ToUnicode 8 0 R>>".to_vec(),
        stream("", b"1 beginbfchar <0001> <9690> endbfchar 1 beginbfrange <0002> <0003> [<79C1> <653F7B56>] endbfrange"),
        b"null".to_vec(),
    ];
    objects.extend(more.iter().cloned());
    for (number, page) in pages.iter().enumerate() {
        let contents = first + number * 2 + 1;
        objects.push(format!("<</Type/Page /Contents {contents} 0 R>>").into_bytes());
        objects.push(stream("", page.as_bytes()));
    }
    file(&objects)
}

/// Shows a text at a place, in letters of 10 units of which each is 5 wide.
fn at(x: u32, y: u32, text: &str) -> String {
    format!("BT /L 10 Tf {x} {y} Td ({text}) Tj ET\n")
}

/// The same in Chinese.
fn chinese(x: u32, y: u32, text: &str) -> String {
    let mut codes = String::new();
    for unit in text.encode_utf16() {
        write!(codes, "{unit:04X}").unwrap();
    }
    format!("BT /C 10 Tf {x} {y} Td <{codes}> Tj ET\n")
}

fn blocks(bytes: &[u8]) -> Vec<String> {
    shown(&read(bytes).unwrap().prose)
}

fn why(bytes: &[u8]) -> (GapKind, &'static str) {
    let unread = read(bytes).unwrap_err();
    (unread.kind, unread.error.why)
}

/// Long enough not to be taken for a scan.
const SENTENCE: &str = "We collect your name and your address to run the service.";

#[test]
fn lines_of_a_paragraph_are_one_and_a_large_line_is_a_heading() {
    let page = [
        "BT /L 16 Tf 50 740 Td (Privacy) Tj 60 0 Td (Policy) Tj ET\n".to_owned(),
        at(50, 700, "We collect your name, your address and your phone"),
        at(50, 688, "number to run the service. We keep them until you"),
        at(50, 676, "close the account."),
        at(50, 650, "You may write to us."),
        "BT /B 10 Tf 50 630 Td (How to reach us) Tj ET\n".to_owned(),
        at(50, 610, "Write to a@example.com, and we answer."),
    ];
    assert_eq!(
        blocks(&pdf(&[&page.concat()], &[])),
        [
            "h1 Privacy Policy",
            "p We collect your name, your address and your phone number to run the service. \
             We keep them until you close the account.",
            "p You may write to us.",
            "h2 How to reach us",
            "p Write to a@example.com, and we answer.",
        ]
    );
}

#[test]
fn chinese_goes_on_without_a_space_and_over_the_page() {
    let first = [
        chinese(50, 700, "我们收集您的手机号码、设备型号和操作系统版本，"),
        chinese(50, 684, "用于创建账号、排查故障以及保障账号与交易的安全"),
    ];
    let second = [
        chinese(50, 740, "，不会用于其他目的。"),
        chinese(50, 700, "您可以随时注销账号，我们会在十五个工作日内完成。"),
    ];
    assert_eq!(
        blocks(&pdf(&[&first.concat(), &second.concat()], &[])),
        [
            "p 我们收集您的手机号码、设备型号和操作系统版本，用于创建账号、排查故障以及保障账号与交易的安全，不会用于其他目的。",
            "p 您可以随时注销账号，我们会在十五个工作日内完成。",
        ]
    );
}

#[test]
fn cells_written_one_after_the_other_are_rows() {
    let row = |y: u32, cells: [&[&str]; 3]| -> String {
        let mut row = String::new();
        for (x, lines) in [50, 150, 300].into_iter().zip(cells) {
            for (step, line) in (0..).zip(lines) {
                row.push_str(&chinese(x, y - step * 12, line));
            }
        }
        row
    };
    let page = [
        row(700, [&["名称"], &["公司"], &["用途"]]),
        row(
            670,
            [
                &["极光推送"],
                &["深圳市和讯华谷", "信息技术有限公司"],
                &["消息推送"],
            ],
        ),
        row(
            630,
            [
                &["高德地图", "定位"],
                &[],
                &["获取位置，显示地图", "和规划路线"],
            ],
        ),
        chinese(50, 590, "除此之外我们不会向任何公司提供您的个人信息，"),
        chinese(50, 578, "法律法规另有规定的除外。"),
    ];
    assert_eq!(
        blocks(&pdf(&[&page.concat()], &[])),
        [
            "tr 名称|公司|用途",
            "tr 极光推送|深圳市和讯华谷信息技术有限公司|消息推送",
            "tr 高德地图定位||获取位置，显示地图和规划路线",
            "p 除此之外我们不会向任何公司提供您的个人信息，法律法规另有规定的除外。",
        ]
    );
}

#[test]
fn heads_and_feet_that_come_again_are_left_out() {
    let page = |number: u32| {
        let foot = format!("Page {number} of 3");
        let text = format!("{SENTENCE} This is part {number}.");
        [at(50, 20, &foot), at(50, 780, "ACME"), at(50, 700, &text)].concat()
    };
    let bytes = pdf(&[&page(1), &page(2), &page(3)], &[]);
    let expected = [1, 2, 3].map(|number| format!("p {SENTENCE} This is part {number}."));
    assert_eq!(blocks(&bytes), expected);
}

#[test]
fn text_in_forms_is_read_in_its_place() {
    let inner = stream(
        "/Subtype/Form /Matrix [1 0 0 1 0 -20]",
        at(50, 700, "Inside.").as_bytes(),
    );
    let outer = format!("{} q /Y Do Q", at(50, 700, SENTENCE));
    let outer = stream(
        &format!("/Subtype/Form /Resources {RESOURCES}"),
        outer.as_bytes(),
    );
    let page = format!("q /X Do Q {}", at(50, 660, "After."));
    assert_eq!(
        blocks(&pdf(&[&page], &[outer, inner])),
        [
            format!("p {SENTENCE}"),
            "p Inside.".into(),
            "p After.".into()
        ]
    );
}

#[test]
fn a_form_that_draws_itself_is_refused() {
    let form = stream(
        &format!("/Subtype/Form /Resources {RESOURCES}"),
        b"/X Do /X Do",
    );
    assert_eq!(
        why(&pdf(&["/X Do"], &[form])),
        (GapKind::Limit, "is beyond the limit")
    );
}

#[test]
fn tables_of_fonts_and_texts_that_stand_for_others_are_followed() {
    let page = format!(
        "{} BT /U 10 Tf 50 680 Td <000100020003> Tj ET\n\
         /Span <</ActualText <FEFF5B9A>>> BDC BT /U 10 Tf 80 680 Td <00090009> Tj ET EMC\n\
         /Artifact <</Type/Pagination>> BDC {} EMC\n\
         BT 3 Tr /L 10 Tf 50 640 Td (unseen) Tj ET",
        at(50, 700, SENTENCE),
        at(50, 30, "page 1"),
    );
    assert_eq!(
        blocks(&pdf(&[&page], &[])),
        [format!("p {SENTENCE}"), "p 隐私政策定".into()]
    );
}

#[test]
fn a_place_is_a_page() {
    let pages = [
        at(50, 700, SENTENCE),
        at(50, 700, "Second page, with its own words."),
    ];
    let read = super::super::read(&pdf(&[&pages[0], &pages[1]], &[]), "policy.pdf").unwrap();
    let page = |word: &str| {
        let at = read.prose.source(read.prose.text.find(word).unwrap());
        let place = read
            .source
            .place(&crate::evidence::Place::file("policy.pdf"), at);
        place.locator.unwrap()
    };
    assert_eq!(
        (page("collect"), page("Second")),
        ("page 1".into(), "page 2".into())
    );
}

#[test]
fn what_cannot_be_read_as_a_whole_says_why() {
    let unknown = "BT /U 10 Tf 50 700 Td <00110012001300140015> Tj ET ".repeat(20);
    let picture = stream("/Subtype/Image", b"pixels");
    let scan = pdf(
        &["q 600 0 0 800 0 0 cm /X Do Q"],
        std::slice::from_ref(&picture),
    );
    let partly = pdf(&[&at(50, 700, SENTENCE), "/X Do"], &[picture]);
    let strange = stream("/Subtype/Form", b"")
        .iter()
        .map(|b| *b as char)
        .collect::<String>();
    let strange = strange.replace("/FlateDecode", "/LZWDecode").into_bytes();
    let whole = pdf(&[&at(50, 700, SENTENCE)], &[]);
    let replaced = |from: &[u8], to: &[u8]| {
        let at = memchr::memmem::rfind(&whole, from).unwrap();
        [&whole[..at], to, &whole[at + from.len()..]].concat()
    };
    for (bytes, kind, reason) in [
        (
            pdf(&[&unknown], &[]),
            GapKind::Unsupported,
            "has fonts that do not say which characters they mean",
        ),
        (
            pdf(&[""], &[]),
            GapKind::Unsupported,
            "has no text, at most pictures of it",
        ),
        (
            scan,
            GapKind::Unsupported,
            "has a page that is only a picture",
        ),
        (
            partly,
            GapKind::Unsupported,
            "has a page that is only a picture",
        ),
        (
            pdf(&["/X Do"], &[strange]),
            GapKind::Unsupported,
            "is packed in a way that is not read",
        ),
        (
            replaced(b"/Root", b"/Encrypt 9 0 R /Root"),
            GapKind::Encrypted,
            "is encrypted",
        ),
        (
            replaced(b"/Root 1", b"/Root 9"),
            GapKind::Malformed,
            "has no catalogue of pages",
        ),
        (
            replaced(b"/Kids [10 0 R", b"/Kids [2 0 R 10 0 R"),
            GapKind::Malformed,
            "has a page twice",
        ),
        (
            replaced(b"/Kids [10 0 R", b"/Kids [99 0 R"),
            GapKind::Malformed,
            "lacks a page that it names",
        ),
        (
            replaced(b"/Contents 11", b"/Contents 99"),
            GapKind::Malformed,
            "lacks a part that it names",
        ),
        (
            replaced(b"/FlateDecode >>stream\n", b"/FlateDecode >>stream\nxx"),
            GapKind::Malformed,
            "has a damaged part",
        ),
        (
            b"%PDF-1.7".to_vec(),
            GapKind::Malformed,
            "has no catalogue of pages",
        ),
        (
            vec![b'%'; LARGEST + 1],
            GapKind::Limit,
            "is larger than the limit of 16 MiB",
        ),
    ] {
        assert_eq!(why(&bytes), (kind, reason));
    }
}

#[test]
fn hostile_files_cost_no_more_than_the_budget() {
    let deep = "[".repeat(200_000);
    let open = "(a".repeat(200_000);
    let kept = "q ".repeat(1000);
    let many = "BT /L 9 Tf (a) Tj ".repeat(600_000);
    let range = stream(
        "",
        "1 beginbfrange <0000> <FFFF> <0041> endbfrange "
            .repeat(100)
            .as_bytes(),
    );
    let page = "BT /Z 9 Tf <0001> Tj ET";
    let fonts = b"<</Subtype/Type0 /ToUnicode 10 0 R>>".to_vec();
    let own = stream(
        "/Subtype/Form /Resources <</Font <</Z 12 0 R>>>>",
        page.as_bytes(),
    );
    for bytes in [
        pdf(&[&deep], &[]),
        pdf(&[&open], &[]),
        pdf(&[&kept], &[]),
        pdf(&[&many], &[]),
        pdf(&["/Y Do"], &[range, own, fonts]),
        [b"%PDF-1.7 ".to_vec(), b"1 0 obj ".repeat(300_000)].concat(),
        [b"%PDF-1.7 ".to_vec(), b"/Encrypt (".repeat(300_000)].concat(),
        [
            b"%PDF-1.7 ".to_vec(),
            b"1 0 obj <</Pages 1 0 R>> ".to_vec(),
            b"/Root 2 0 R ".repeat(300_000),
        ]
        .concat(),
    ] {
        assert!(read(&bytes).is_err());
    }
}
