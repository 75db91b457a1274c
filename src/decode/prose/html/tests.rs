use super::super::Table;
use super::super::tests::shown;
use super::*;

fn rows(prose: &Prose, table: &Table) -> Vec<String> {
    let row = |row: &super::super::Row| {
        let cells: Vec<&str> = row.cells.iter().map(|cell| prose.words(cell)).collect();
        let mark = if row.head { "*" } else { "" };
        format!("{mark}{}", cells.join("|"))
    };
    table.rows.iter().map(row).collect()
}

/// Every word of `words` leads back to where it stands in the page.
fn leads_back(page: &str, prose: &Prose, words: &[&str]) {
    for word in words {
        let at = prose.text.find(word).unwrap_or_else(|| panic!("{word}"));
        assert_eq!(prose.source(at), page.find(word).unwrap(), "{word}");
    }
}

#[test]
fn a_page_becomes_headings_paragraphs_and_items() {
    let page = "<!DOCTYPE html><html><head><title> 隐私&nbsp;政策 </title>\
        <style>p{color:red}</style><script>var s='</p>收集';</script></head><body>\
        <h1>隐私<br>政策</h1><div><p>我们<b>收集</b>设备&#20449;息 &amp; 位置，\n  见<a href='https://a.cn/sdk?a=1&amp;b=2'> 清单 </a>。</p>\
        <!-- <p>旧文</p> --><ul><li><p>手机号</p></li><li>昵称<li>头像</ul><svg><text>图</text></svg>\
        <noscript>请开启脚本</noscript>尾 a < b<br>末行</div></body></html>";
    let prose = read(page);
    assert_eq!(prose.title.as_deref(), Some("隐私 政策"));
    assert_eq!(
        shown(&prose),
        [
            "h1 隐私 政策",
            "p 我们收集设备信息 & 位置， 见 清单 。",
            "li 手机号",
            "li 昵称",
            "li 头像",
            "p 尾 a < b",
            "p 末行",
        ]
    );
    leads_back(page, &prose, &["我们", "位置", "手机号", "头像", "末行"]);
    let after = prose.text.find("息 & 位置").unwrap();
    assert_eq!(prose.source(after), page.find("息 &amp;").unwrap());
    let amp = prose.text.find('&').unwrap();
    assert_eq!(prose.source(amp), page.find("&amp; 位置").unwrap());
    assert_eq!(prose.links.len(), 1);
    assert_eq!(prose.words(&prose.links[0].at), "清单");
    assert_eq!(prose.links[0].target, "https://a.cn/sdk?a=1&b=2");
}

#[test]
fn a_table_keeps_its_cells_and_spans() {
    let page = "<table><caption>清单</caption><thead><tr><td>公司<td>SDK<td colspan=2>说明</thead>\
        <tr><td rowspan=2><p>甲公司</p></td><td>推送</td><td>消息</td><td><ul><li>IMEI</li><li>MAC</li></ul></td></tr>\
        <tr><td>统计<td>分析<td><a href=https://b.cn>链接</a></table><p>后文。";
    let prose = read(page);
    assert_eq!(
        shown(&prose),
        [
            "h1 清单",
            "tr 公司|SDK|说明",
            "tr 甲公司|推送|消息|IMEI MAC",
            "tr 统计|分析|链接",
            "p 后文。",
        ]
    );
    assert_eq!(
        rows(&prose, &prose.tables[0]),
        [
            "*公司|SDK|说明|说明",
            "甲公司|推送|消息|IMEI MAC",
            "甲公司|统计|分析|链接",
        ]
    );
    assert_eq!(prose.links[0].target, "https://b.cn");
    leads_back(page, &prose, &["甲公司", "MAC", "链接", "后文"]);
}

#[test]
fn tables_that_lay_out_a_page_are_no_tables() {
    let long = "我们重视您的个人信息。".repeat(60);
    let page = format!(
        "<table><tr><td>导航</td><td><h2>一、收集</h2><p>{long}</p>\
         <table><tr><th>名称</th><th>用途</th></tr><tr><td>推送</td><td>消息</td></tr></table></td></tr></table>\
         <table><tr><td>只有一列</td></tr><tr><td>的表</td></tr></table>"
    );
    let prose = read(&page);
    let kinds: Vec<String> = shown(&prose)
        .iter()
        .map(|line| line.chars().take(8).collect())
        .collect();
    assert_eq!(
        kinds,
        [
            "p 导航",
            "h2 一、收集",
            "p 我们重视您的",
            "tr 名称|用途",
            "tr 推送|消息",
            "p 只有一列",
            "p 的表",
        ]
    );
    assert_eq!(prose.tables.len(), 1);
    assert!(prose.tables[0].rows[0].head);
}

#[test]
fn what_a_word_processor_exports_reads_like_what_was_written() {
    let page = "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head>\
        <meta http-equiv=Content-Type content=\"text/html; charset=gb2312\">\
        <!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->\
        <style><!-- /* Style Definitions */ p.MsoNormal {mso-style-parent:\"\";} --></style></head>\
        <body lang=ZH-CN><div class=WordSection1>\
        <p class=MsoNormal align=center><b><span style='font-size:16.0pt'>示例隐私政策<span lang=EN-US><o:p></o:p></span></span></b></p>\
        <p class=MsoNormal><b><span>一、我们如何收集</span></b><b><span>信息</span></b></p>\
        <p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>1.<span>&nbsp;&nbsp; </span></span><![endif]>我们收集您的设备信息。</p>\
        <table class=MsoNormalTable><tr><td><p class=MsoNormal>名称<o:p></o:p></p></td><td><p class=MsoNormal>用途</p></td></tr>\
        <tr><td><p class=MsoNormal>推送</p></td><td><p class=MsoNormal>&nbsp;</p></td></tr></table></div></body></html>";
    let prose = read(page);
    assert_eq!(
        shown(&prose),
        [
            "h1 示例隐私政策",
            "h2 一、我们如何收集信息",
            "li 1. 我们收集您的设备信息。",
            "tr 名称|用途",
            "tr 推送|",
        ]
    );
    assert_eq!(rows(&prose, &prose.tables[0]), ["名称|用途", "推送|"]);
}

#[test]
fn bold_lines_and_styled_spans_are_headings() {
    let page = "<p><strong>我们如何使用信息</strong></p><p>用于提供服务。</p>\
        <p><span style=\"font-weight: bold\">二、共享</span></p><p><b>我们不会</b>共享您的信息。</p>\
        <p><strong>我们不会出售您的信息。</strong></p><div>尾声</div>";
    assert_eq!(
        shown(&read(page)),
        [
            "h1 我们如何使用信息",
            "p 用于提供服务。",
            "h2 二、共享",
            "p 我们不会共享您的信息。",
            "p 我们不会出售您的信息。",
            "p 尾声",
        ]
    );
}

#[test]
fn line_ends_count_where_no_tag_breaks_lines() {
    let text =
        "隐私政策\n我们<b>收集</b>信息，请阅读<a href='https://a.cn'>全文</a>。\n您可以注销。";
    assert_eq!(
        shown(&read(text)),
        [
            "h1 隐私政策",
            "p 我们收集信息，请阅读全文。",
            "p 您可以注销。"
        ]
    );
    let page = "<body><div style='white-space: pre-wrap'>甲\n乙</div><p>丙\n丁</p></body>";
    assert_eq!(shown(&read(page)), ["h1 甲", "p 乙", "p 丙 丁"]);
}

#[test]
fn a_heading_left_open_does_not_swallow_the_page() {
    let page = "<h2>收集<p>我们收集设备信息。<p>您可以注销。<h2><div>共享</div></h2>不共享。";
    assert_eq!(
        shown(&read(page)),
        [
            "h2 收集",
            "p 我们收集设备信息。",
            "p 您可以注销。",
            "h2 共享",
            "p 不共享。",
        ]
    );
    let long = "我们收集设备信息".repeat(40);
    assert!(shown(&read(&format!("<h1>{long}")))[0].starts_with("p "));
}

#[test]
fn broken_markup_loses_no_text_before_it() {
    for (page, text) in [
        ("甲<p", "甲"),
        ("甲<!-- 乙", "甲"),
        ("甲<script>乙", "甲"),
        ("甲&#xFFFFFFFF;乙", "甲\u{FFFD}乙"),
        ("甲&;&nosuch;乙&隐私政策;&", "甲&;&nosuch;乙&隐私政策;&"),
        ("<", "<"),
        ("甲</乙", "甲"),
        ("甲\0乙\r\n丙\r丁", "甲乙\n丙\n丁"),
        (
            "</table></td></tr></li></b>甲<td>乙<tr><td>丙",
            "甲\n乙\n丙",
        ),
        (
            "<table>甲<tr>乙<td>丙</td>丁<td>戊</table>己",
            "甲\n乙 丙\n丁\n戊\n己",
        ),
    ] {
        let prose = read(page);
        let flat = |text: &str| text.replace(['\n', ' ', '\t'], "");
        assert_eq!(flat(&prose.text), flat(text), "{page}");
    }
}

#[test]
fn hostile_pages_take_time_and_memory_in_proportion() {
    let spans = format!(
        "<table>{}</table>",
        "<tr><td rowspan=65535 colspan=65535>甲<td>乙".repeat(2_000)
    );
    for (what, page) in [
        ("deep divisions", "<div>".repeat(50_000) + "甲"),
        ("deep tables", "<table><tr><td>".repeat(50_000) + "甲"),
        ("deep items", "<ul><li>".repeat(50_000) + "甲"),
        ("cells", "<table>".to_owned() + &"<td>".repeat(100_000)),
        (
            "rows",
            "<table>".to_owned() + &"<tr><td>甲<td>乙".repeat(20_000),
        ),
        ("references", "&".repeat(100_000)),
        (
            "long references",
            "&CounterClockwiseContourIntegra".repeat(20_000),
        ),
        ("digits", "&#".to_owned() + &"9".repeat(100_000)),
        ("spans", spans),
        (
            "open everything",
            "<a href=x><b><span style='font-weight:bold'><svg><title><table>".repeat(100_000),
        ),
        (
            "attributes",
            "<p ".to_owned() + &"href=x style=y ".repeat(20_000) + ">甲",
        ),
        ("comments", "<!--".repeat(50_000)),
        (
            "tags in script",
            "<script>".to_owned() + &"</scrip".repeat(50_000),
        ),
        ("tags", "<".repeat(100_000)),
        ("names", "<".to_owned() + &"a".repeat(500_000)),
        (
            "many tables",
            "<table><tr><td rowspan=1000 colspan=64>甲<td>乙</table>".repeat(50_000),
        ),
    ] {
        let prose = read(&page);
        let cells: usize = prose
            .tables
            .iter()
            .flat_map(|table| &table.rows)
            .map(|row| row.cells.len())
            .sum();
        assert!(prose.text.len() <= page.len(), "{what}");
        assert!(cells <= 100_000, "{what}: {cells} cells");
    }
}
