use std::io::Write as _;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::tests::shown;
use super::*;

const STYLES: &str = r#"<w:styles xmlns:w="x"><w:style w:type="paragraph" w:styleId="a"><w:name w:val="Normal"/></w:style>
    <w:style w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/></w:style>
    <w:style w:styleId="Kap"><w:name w:val="Kapitel"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
    <w:style w:styleId="Unter"><w:name w:val="Unterkapitel"/><w:basedOn w:val="Kap"/></w:style>
    <w:style w:styleId="loop"><w:name w:val="loop"/><w:basedOn w:val="loop"/></w:style></w:styles>"#;
const LINKS: &str = r#"<Relationships><Relationship Id="rId5" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://a.cn/?a=1&amp;b=2" TargetMode="External"/></Relationships>"#;
const CORE: &str = "<cp:coreProperties xmlns:dc='x'><dc:creator>甲</dc:creator><dc:title>示例 &amp; 隐私政策</dc:title></cp:coreProperties>";

fn body(inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document xmlns:w=\"x\"><w:body>{inner}</w:body></w:document>"
    )
}

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn docx(inner: &str) -> Vec<u8> {
    zipped(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", &body(inner)),
        ("word/styles.xml", STYLES),
        ("word/_rels/document.xml.rels", LINKS),
        ("docProps/core.xml", CORE),
    ])
}

#[test]
fn a_document_has_its_headings_lists_links_and_tables() {
    let inner = r#"<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>隐私</w:t></w:r><w:r><w:rPr><w:b w:val="0"/></w:rPr><w:t>政策</w:t></w:r></w:p>
<w:p><w:pPr><w:pStyle w:val="Unter"/></w:pPr><w:r><w:t>收集</w:t></w:r></w:p>
<w:p><w:pPr><w:rPr><w:b/></w:rPr></w:pPr><w:r><w:t xml:space="preserve">我们收集设备 </w:t></w:r><w:del w:id="1"><w:r><w:delText>旧文</w:delText><w:t>旧</w:t></w:r></w:del><w:ins><w:r><w:t>信息 &amp; 位置。</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>暗文</w:t></w:r><w:r><w:br/><w:t>另起。</w:t></w:r></w:p>
<w:p><w:pPr><w:pStyle w:val="loop"/><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>手机号</w:t></w:r></w:p>
<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>二、共享</w:t></w:r></w:p>
<w:p><w:r><w:t>见</w:t></w:r><w:hyperlink r:id="rId5"><w:r><w:t>清单</w:t></w:r></w:hyperlink><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://b.cn" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>此页</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>。</w:t></w:r></w:p>
<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>名称</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>公司</w:t></w:r></w:p></w:tc></w:tr>
<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>推送</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>消息</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>甲公司</w:t></w:r></w:p></w:tc></w:tr>
<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:t>提醒</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>乙公司</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<mc:AlternateContent><mc:Choice><w:p><w:r><w:t>文本框</w:t></w:r></w:p></mc:Choice><mc:Fallback><w:p><w:r><w:t>文本框</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"#;
    let (prose, document) = read(&docx(inner)).unwrap();
    assert_eq!(prose.title.as_deref(), Some("示例 & 隐私政策"));
    assert_eq!(
        shown(&prose),
        [
            "h1 隐私政策",
            "h2 收集",
            "p 我们收集设备 信息 & 位置。",
            "p 另起。",
            "li 手机号",
            "h2 二、共享",
            "p 见清单此页。",
            "tr 名称|公司",
            "tr 推送|消息|甲公司",
            "tr |提醒|乙公司",
            "p 文本框",
        ]
    );
    let rows: Vec<Vec<&str>> = prose.tables[0]
        .rows
        .iter()
        .map(|row| row.cells.iter().map(|cell| prose.words(cell)).collect())
        .collect();
    assert_eq!(
        rows,
        [
            ["名称", "名称", "公司"],
            ["推送", "消息", "甲公司"],
            ["推送", "提醒", "乙公司"]
        ]
    );
    assert!(prose.tables[0].rows[0].head);
    let links: Vec<(&str, &str)> = prose
        .links
        .iter()
        .map(|link| (prose.words(&link.at), link.target.as_str()))
        .collect();
    assert_eq!(
        links,
        [("清单", "https://a.cn/?a=1&b=2"), ("此页", "https://b.cn")]
    );
    for word in ["隐私", "收集设备", "位置", "清单", "乙公司"] {
        let at = prose.text.find(word).unwrap();
        let source = document.text.find(word).unwrap();
        assert_eq!(prose.source(at), source, "{word}");
    }
}

#[test]
fn what_is_no_document_is_an_error() {
    let why = |bytes: &[u8]| read(bytes).unwrap_err().why;
    assert_eq!(why(b"PK\x03\x04"), "is no readable ZIP archive");
    assert_eq!(why(&zipped(&[("a.txt", "a")])), "has no word/document.xml");
    let broken = body("<w:p><w:r><w:t>甲</w:r>");
    assert_eq!(why(&zipped(&[(DOCUMENT, &broken)])), "is not well-formed");
    assert_eq!(why(&zipped(&[(DOCUMENT, "<a/>")])), "has no body");
    let mut damaged = docx("<w:p><w:r><w:t>甲</w:t></w:r></w:p>");
    let at = damaged
        .windows(17)
        .position(|w| w == DOCUMENT.as_bytes())
        .unwrap();
    damaged[at + 20..at + 60].fill(0xFF);
    assert_eq!(why(&damaged), "has a damaged part");
}

#[test]
fn hostile_documents_are_bounded() {
    let bomb = zipped(&[(DOCUMENT, &" ".repeat(40 << 20))]);
    assert!(bomb.len() < 100_000);
    assert_eq!(
        read(&bomb).unwrap_err().why,
        "unpacks to more than the limit"
    );
    for (what, inner) in [
        ("deep", "<w:tbl><w:tr><w:tc>".repeat(10_000)),
        ("cells", format!("<w:tbl>{}</w:tbl>", "<w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"99999\"/><w:vMerge/></w:tcPr></w:tc><w:tc/></w:tr>".repeat(10_000))),
        ("attributes", format!("<w:p{}/>", " a=\"b\"".repeat(50_000))),
        ("references", format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "&amp;&bad;".repeat(20_000))),
    ] {
        match read(&docx(&inner)) {
            Ok((prose, _)) => assert!(prose.text.len() < inner.len(), "{what}"),
            Err(error) => assert_eq!(error.why, "is not well-formed", "{what}"),
        }
    }
}
