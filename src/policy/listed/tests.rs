//! Stories of lists: what a person reads in them, and what is read.

use super::*;
use crate::decode::prose::{BlockKind, Builder};

/// A text from lines: `# ` a heading, `- ` an item, `|` a row of a table
/// with cells between bars, anything else a paragraph. `[words](target)` is
/// a link; a cell `^` goes on from the row above.
fn prose(text: &str) -> Prose {
    let mut builder = Builder::default();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut in_table = false;
    for (number, line) in lines.iter().enumerate() {
        if let Some(row) = line.strip_prefix('|') {
            if !in_table {
                builder.table();
                in_table = true;
            }
            builder.row(false);
            let cells: Vec<&str> = row.trim_end_matches('|').split('|').collect();
            for (column, cell) in cells.iter().enumerate() {
                if cell.trim() == "^" {
                    continue;
                }
                let hangs = |line: &&&str| {
                    let row = line.strip_prefix('|').unwrap_or_default();
                    row.split('|').nth(column).is_some_and(|c| c.trim() == "^")
                };
                let below = lines.iter().skip(number + 1).take_while(hangs).count();
                builder.cell(1, below + 1);
                words(&mut builder, cell);
                builder.end_cell();
            }
            continue;
        }
        if in_table {
            builder.end_table();
            in_table = false;
        }
        if let Some(heading) = line.strip_prefix("# ") {
            builder.block(BlockKind::Heading(2));
            words(&mut builder, heading);
        } else if let Some(heading) = line.strip_prefix("## ") {
            builder.block(BlockKind::Heading(3));
            words(&mut builder, heading);
        } else if let Some(item) = line.strip_prefix("- ") {
            builder.block(BlockKind::Item);
            words(&mut builder, item);
        } else if !line.is_empty() {
            builder.block(BlockKind::Paragraph);
            words(&mut builder, line);
        }
    }
    builder.finish()
}

fn words(builder: &mut Builder, text: &str) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let Some((label, tail)) = after.split_once("](") else {
            break;
        };
        let Some((target, tail)) = tail.split_once(')') else {
            break;
        };
        builder.push(before, 0);
        builder.link(target);
        builder.push(label, 0);
        builder.end_link();
        rest = tail;
    }
    builder.push(rest, 0);
}

fn listed(text: &str) -> Vec<ListedSdk> {
    read(&prose(text), Matcher::builtin())
}

fn names(text: &str) -> Vec<String> {
    listed(text).into_iter().map(|entry| entry.name).collect()
}

/// The SDKs that a text of one entry is joined to.
fn joined(text: &str) -> Vec<(String, By)> {
    let entries = listed(text);
    assert_eq!(entries.len(), 1, "{entries:#?}");
    entries
        .into_iter()
        .flat_map(|entry| entry.sdks)
        .map(|sdk| (sdk.id, sdk.by))
        .collect()
}

fn ids(text: &str) -> Vec<String> {
    joined(text).into_iter().map(|(id, _)| id).collect()
}

/// A row of a list that has all columns.
fn row(name: &str, company: &str, purpose: &str, link: &str) -> String {
    format!(
        "# 第三方SDK列表
        |SDK名称|公司|使用目的|收集信息|链接|
        |{name}|{company}|{purpose}|设备信息|{link}|"
    )
}

#[test]
fn a_plain_table_is_read_column_by_column() {
    let entries = listed(
        "# 第三方SDK目录
        |序号|SDK名称|第三方主体|使用目的|收集个人信息类型|共享方式|隐私政策链接|
        |1|极光推送|深圳市和讯华谷信息技术有限公司|消息推送|设备标识符|SDK本机采集|[查看](https://www.jiguang.cn/license/privacy)|
        |2|Bugly|深圳市腾讯计算机系统有限公司|崩溃分析|日志信息|SDK本机采集|https://privacy.qq.com/document/preview/fc748b3d96224fdb825ea79e132c1a56|",
    );
    let [push, crash] = entries.as_slice() else {
        panic!("{entries:#?}");
    };
    assert_eq!(push.name, "极光推送");
    assert_eq!(
        push.company.as_deref(),
        Some("深圳市和讯华谷信息技术有限公司")
    );
    assert_eq!(push.purpose.as_deref(), Some("消息推送"));
    assert_eq!(push.data.as_deref(), Some("设备标识符"));
    assert_eq!(push.method.as_deref(), Some("SDK本机采集"));
    assert_eq!(
        push.link.as_deref(),
        Some("https://www.jiguang.cn/license/privacy")
    );
    assert_eq!(push.form, Form::Table);
    assert_eq!(push.missing(), []);
    assert_eq!(push.sdks[0].id, "jpush");
    assert_eq!(crash.sdks[0].id, "bugly");
}

#[test]
fn a_header_that_is_not_clear_is_settled_by_its_cells() {
    // 「第三方名称」 is the company here ...
    let entries = listed(
        "|第三方名称|第三方SDK|目的|信息|
        |深圳市和讯华谷信息技术有限公司|极光推送|推送|设备信息|
        |高德软件有限公司|高德定位|定位|位置信息|",
    );
    assert_eq!(entries[0].name, "极光推送");
    assert_eq!(
        entries[0].company.as_deref(),
        Some("深圳市和讯华谷信息技术有限公司")
    );
    // ... and the product here,
    let entries = listed(
        "|第三方名称|运营方|目的|信息|
        |极光推送|深圳市和讯华谷信息技术有限公司|推送|设备信息|",
    );
    assert_eq!(entries[0].name, "极光推送");
    // and 「功能类型」 heads the names of one list.
    let entries = listed(
        "# 我们接入的第三方SDK
        |功能类型|使用目的|收集信息|
        |微信支付|支付|设备信息|
        |极光推送|推送|设备信息|",
    );
    assert_eq!(entries[0].name, "微信支付");
    assert_eq!(entries.len(), 2);
}

#[test]
fn tables_without_header_or_with_the_header_twice() {
    let text = "# 第三方SDK列表
        |友盟统计|友盟同欣（北京）科技有限公司|统计分析|设备信息|https://www.umeng.com/page/policy|
        |Bugly|深圳市腾讯计算机系统有限公司|崩溃上报|设备信息|https://privacy.qq.com/a|";
    let entries = listed(text);
    assert_eq!(entries.len(), 2);
    assert_eq!(
        entries[0].company.as_deref(),
        Some("友盟同欣（北京）科技有限公司")
    );
    assert_eq!(
        names(
            "|SDK名称|公司|目的|
            |友盟统计|甲公司|统计|
            |SDK名称|公司|目的|
            |Bugly|乙公司|崩溃|"
        ),
        ["友盟统计", "Bugly"]
    );
}

#[test]
fn a_table_may_stand_on_its_side() {
    let entries = listed(
        "|SDK名称|微信SDK|Bugly|
        |使用目的|登录、分享|崩溃收集|
        |所属公司|深圳市腾讯计算机系统有限公司|深圳市腾讯计算机系统有限公司|
        |收集信息|设备信息|日志|",
    );
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[1].name, "Bugly");
    assert_eq!(entries[1].purpose.as_deref(), Some("崩溃收集"));
    let entries = listed(
        "|SDK名称|极光推送|
        |公司|深圳市和讯华谷信息技术有限公司|
        |目的|推送|
        |SDK名称|Bugly|
        |公司|深圳市腾讯计算机系统有限公司|
        |目的|崩溃|",
    );
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[1].purpose.as_deref(), Some("崩溃"));
}

#[test]
fn cells_that_hang_down_and_rows_that_go_on() {
    let entries = listed(
        "|公司|SDK名称|目的|信息|
        |深圳市腾讯计算机系统有限公司|Bugly|崩溃|日志|
        |^|微信登录|登录|昵称|
        |甲有限公司|极光推送|推送|设备信息|
        |||统计|应用列表|",
    );
    assert_eq!(entries.len(), 3);
    assert_eq!(
        entries[1].company.as_deref(),
        Some("深圳市腾讯计算机系统有限公司")
    );
    assert_eq!(entries[2].purpose.as_deref(), Some("推送；统计"));
    assert_eq!(entries[2].data.as_deref(), Some("设备信息；应用列表"));
}

#[test]
fn platforms_are_kept_apart() {
    let entries = listed(
        "# 第三方SDK列表
        ## Android
        |SDK名称|目的|公司|
        |极光推送|推送|甲有限公司|
        ## iOS
        |SDK名称|目的|公司|
        |极光推送|推送|甲有限公司|",
    );
    let platforms: Vec<_> = entries.iter().map(|e| e.platform.as_deref()).collect();
    assert_eq!(platforms, [Some("android"), Some("ios")]);
    let entries = listed(
        "|SDK名称|适用平台|目的|
        |极光推送|Android、iOS|推送|
        |友盟SDK（iOS）||统计|",
    );
    assert_eq!(entries[0].platform.as_deref(), Some("android,ios"));
    assert_eq!(entries[1].platform.as_deref(), Some("ios"));
}

#[test]
fn tables_of_permissions_data_and_cookies_are_no_lists() {
    for text in [
        "# 权限列表
        |权限名称|使用目的|信息|
        |相机权限|扫码|照片|
        |位置权限|定位|位置信息|",
        "# 我们收集的信息
        |业务功能|收集的个人信息|目的|
        |注册登录|手机号码|创建账号|",
        "# Cookie
        |名称|用途|期限|
        |session_id|登录|一天|",
        "# 第三方共享
        |信息名称|使用目的|使用场景|
        |手机号码|登录|注册|",
    ] {
        assert_eq!(names(text), [""; 0], "{text}");
    }
}

#[test]
fn keys_with_values_line_by_line() {
    let entries = listed(
        "# 第三方SDK
        SDK名称：极光推送
        第三方主体：深圳市和讯华谷信息技术有限公司
        使用目的：消息推送
        收集信息类型：设备标识符、网络信息
        隐私政策链接：https://www.jiguang.cn/license/privacy
        SDK名称：Bugly
        使用目的：崩溃分析",
    );
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0].form, Form::Keyed);
    assert_eq!(entries[0].missing(), []);
    assert_eq!(
        entries[1].missing(),
        [Detail::Company, Detail::Data, Detail::Link]
    );
}

#[test]
fn keys_with_values_on_one_line_and_below_a_name() {
    let entries = listed(
        "1、SDK名称：极光推送；使用目的：推送；收集信息：设备信息；隐私政策链接：https://www.jiguang.cn/license/privacy
        2、SDK名称：Bugly，使用目的：崩溃，收集信息：日志",
    );
    assert_eq!(entries.len(), 2, "{entries:#?}");
    assert_eq!(entries[1].data.as_deref(), Some("日志"));
    let entries = listed(
        "# 第三方SDK
        ## 微信开放平台SDK
        公司：深圳市腾讯计算机系统有限公司
        用途：登录、分享
        收集个人信息类型：设备信息
        ## GIO移动端 SDK
        用途：统计
        提供方：北京易数科技有限公司",
    );
    assert_eq!(entries.len(), 2, "{entries:#?}");
    assert_eq!(entries[0].name, "微信开放平台SDK");
    assert_eq!(entries[1].company.as_deref(), Some("北京易数科技有限公司"));
}

#[test]
fn what_an_app_says_of_itself_is_no_entry() {
    assert_eq!(
        names(
            "# 隐私政策
            应用名称：示例天气
            开发者：北京示例有限公司
            联系方式：a@example.cn
            我们会收集以下信息：设备信息"
        ),
        [""; 0]
    );
}

#[test]
fn a_second_name_that_is_a_company_says_whose_the_first_is() {
    let entries = listed(
        "# 第三方SDK清单
        第三方 SDK 名称：App 支付宝客户端 SDK
        第三方名称：支付宝支付科技有限公司
        收集的个人信息类型：设备信息
        微信支付
        第三方名称：财付通支付科技有限公司
        使用目的：支付",
    );
    assert_eq!(entries.len(), 2, "{entries:#?}");
    assert_eq!(entries[0].name, "App 支付宝客户端 SDK");
    assert_eq!(
        entries[0].company.as_deref(),
        Some("支付宝支付科技有限公司")
    );
    assert_eq!(entries[1].name, "微信支付");
    assert_eq!(
        entries[1].company.as_deref(),
        Some("财付通支付科技有限公司")
    );
}

#[test]
fn what_is_short_and_has_keys_below_need_not_be_an_entry() {
    assert_eq!(
        names(
            "title: 第三方SDK列表
            description: 说明
            # 第三方SDK
            主要SDK列表
            |SDK名称|目的|公司|
            |极光推送|推送|甲有限公司|"
        ),
        ["极光推送"]
    );
}

#[test]
fn numbered_prose() {
    let entries = listed(
        "# 第三方服务
        （7）微信支付SDK 我们的产品集成微信支付SDK，用于完成支付，会收集您的设备信息。
        （8）极光推送（深圳市和讯华谷信息技术有限公司）：用于消息推送，收集设备标识符。
        （9）与授权合作伙伴共享：我们会与合作伙伴共享信息。",
    );
    let names: Vec<&str> = entries.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["微信支付SDK", "极光推送"]);
    assert_eq!(
        entries[1].company.as_deref(),
        Some("深圳市和讯华谷信息技术有限公司")
    );
    assert!(entries[1].purpose.is_some() && entries[1].data.is_some());
    assert_eq!(
        self::names(
            "# Third-party services
            1. Firebase Analytics (Google LLC): used for app analytics, collects device identifiers.
            2. AdMob (Google LLC): shows ads."
        ),
        ["Firebase Analytics", "AdMob"]
    );
}

#[test]
fn the_lists_that_generators_write() {
    let entries = listed(
        "The app does use third-party services that may collect information used to identify you.
        Link to the privacy policy of third-party service providers used by the app
        - [Google Play Services](https://www.google.com/policies/privacy/)
        - [AdMob](https://support.google.com/admob/answer/6128543?hl=en)
        - [Google Analytics for Firebase](https://firebase.google.com/policies/analytics)
        # Log Data
        I want to inform you that whenever you use my Service I collect data.",
    );
    let names: Vec<&str> = entries.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Google Play Services",
            "AdMob",
            "Google Analytics for Firebase"
        ]
    );
    assert!(entries.iter().all(|entry| entry.link.is_some()));
    assert!(entries[1].sdks.iter().any(|sdk| sdk.id == "admob"));
}

#[test]
fn sentences() {
    let entries = listed(
        "我们的产品集成友盟+SDK，友盟+SDK需要收集您的设备Mac地址、唯一设备识别码以提供统计分析服务。",
    );
    assert_eq!(entries.len(), 1, "{entries:#?}");
    assert_eq!(entries[0].form, Form::Sentence);
    assert!(entries[0].data.as_deref().unwrap().contains("Mac地址"));
    assert!(
        entries[0]
            .sdks
            .iter()
            .any(|sdk| sdk.id == "umeng-analytics")
    );
    assert_eq!(
        names("本应用接入的第三方SDK包括极光推送、Bugly和高德地图。"),
        ["极光推送", "Bugly", "高德地图"]
    );
    assert_eq!(
        names("We use Google Analytics to understand how you use the app."),
        ["Google Analytics"]
    );
}

#[test]
fn a_company_in_passing_is_no_entry() {
    for text in [
        "您可以使用微信登录本应用。",
        "本政策适用于腾讯、百度等应用市场。",
        "我们没有集成极光推送。",
        "我们可能接入第三方SDK，以下SDK会收集信息。",
        "We may adjust this policy. Your data may be in a branch office.",
    ] {
        assert_eq!(names(text), [""; 0], "{text}");
    }
}

#[test]
fn a_sentence_about_a_listed_sdk_is_no_second_entry() {
    let text = format!(
        "{}\n我们的产品集成极光推送SDK，极光推送SDK会收集设备信息。",
        row("极光推送", "甲有限公司", "推送", "")
    );
    assert_eq!(names(&text), ["极光推送"]);
}

#[test]
fn the_order_of_proof() {
    let by = |text: &str| joined(text).first().map(|(id, by)| (id.clone(), *by));
    let is = |id: &str, by| Some((id.to_owned(), by));
    assert_eq!(
        by(&row("推送组件（cn.jpush.android.*）", "", "", "")),
        is("jpush", By::Package)
    );
    assert_eq!(
        by(&row(
            "推送组件",
            "",
            "",
            "https://www.jiguang.cn/license/privacy"
        )),
        is("jpush", By::Url)
    );
    assert_eq!(
        by(&row("极光推送 SDK（Android）V4.3", "", "", "")),
        is("jpush", By::Alias)
    );
    assert_eq!(
        by(&row("小米", "", "消息推送", "")),
        is("xiaomi-push", By::Feature)
    );
}

#[test]
fn a_vendor_of_many_sdks_is_no_more_than_a_vendor() {
    for (name, company) in [
        ("腾讯", "深圳市腾讯计算机系统有限公司"),
        ("阿里云", ""),
        ("百度", "北京百度网讯科技有限公司"),
        ("华为", ""),
        ("OPPO", ""),
        ("OPPO SDK", ""),
        ("vivo SDK", ""),
        ("小米SDK", ""),
    ] {
        let found = joined(&row(name, company, "", ""));
        assert!(!found.is_empty(), "{name}");
        assert!(
            found.iter().all(|(_, by)| *by == By::Vendor),
            "{name}: {found:?}"
        );
    }
}

#[test]
fn an_open_platform_is_what_its_purpose_names() {
    let found = ids(&row("腾讯开放平台", "", "分享到微信，微信支付", ""));
    assert!(found.contains(&"wechat-opensdk".to_owned()), "{found:?}");
}

#[test]
fn ads_of_a_network_are_not_its_content() {
    let found = ids(&row("穿山甲SDK", "", "广告展示", ""));
    assert_eq!(found, ["pangle"]);
}

#[test]
fn umeng_covers_what_the_row_says() {
    let found = ids(&row("友盟+SDK", "", "统计分析", ""));
    assert!(found.contains(&"umeng-analytics".to_owned()), "{found:?}");
    assert!(!found.contains(&"umeng-push".to_owned()), "{found:?}");
    let found = ids(&row("友盟+SDK", "", "统计分析、消息推送、社交分享", ""));
    for id in ["umeng-analytics", "umeng-push", "umeng-share"] {
        assert!(found.contains(&id.to_owned()), "{id}: {found:?}");
    }
}

#[test]
fn the_makers_of_phones_by_one_name() {
    let all = ids(&row("厂商推送", "", "推送", ""));
    for id in [
        "xiaomi-push",
        "hms-push",
        "oppo-push",
        "vivo-push",
        "meizu-push",
    ] {
        assert!(all.contains(&id.to_owned()), "{id}: {all:?}");
    }
    for (name, id) in [
        ("小米推送", "xiaomi-push"),
        ("华为推送SDK", "hms-push"),
        ("OPPO PUSH", "oppo-push"),
        ("vivo推送", "vivo-push"),
        ("荣耀推送", "honor-push"),
        ("魅族推送", "meizu-push"),
    ] {
        assert_eq!(ids(&row(name, "", "推送", "")), [id], "{name}");
    }
}

#[test]
fn tencent_open_is_not_wechat() {
    let found = ids(&row("腾讯开放平台SDK（QQ互联）", "", "QQ登录", ""));
    assert!(found.contains(&"qq-connect".to_owned()), "{found:?}");
    assert!(!found.contains(&"wechat-opensdk".to_owned()), "{found:?}");
}

#[test]
fn a_plain_library_is_told_as_one() {
    let entries = listed(&row("Glide", "", "加载图片", ""));
    assert_eq!(entries[0].sdks, []);
    assert_eq!(entries[0].library.as_deref(), Some("glide"));
}

#[test]
fn a_company_must_be_said() {
    let entry = &listed(&row("微信支付", "", "支付", ""))[0];
    assert!(entry.missing().contains(&Detail::Company));
    let entry = &listed(&row("支付宝（杭州）信息技术有限公司", "", "支付", ""))[0];
    assert!(!entry.missing().contains(&Detail::Company));
    let entry = &listed(&row("极光推送", "/", "-", "无"))[0];
    assert_eq!(
        entry.missing(),
        [Detail::Company, Detail::Purpose, Detail::Link]
    );
}

#[test]
fn mentions_anywhere() {
    let matcher = Matcher::builtin();
    assert!(matcher.mentions("消息由极光推送送达", "jpush"));
    assert!(matcher.mentions("cn.jpush.android.api", "jpush"));
    assert!(!matcher.mentions("我们会推送消息", "jpush"));
    assert!(!matcher.mentions("we adjust our policy", "adjust"));
    assert!(matcher.mentions("the Adjust SDK", "adjust"));
    assert!(!matcher.mentions("online services", "line-sdk"));
}

#[test]
fn the_bracket_behind_a_name() {
    // A package is a part of the name ...
    assert_eq!(
        names(
            "我们的产品集成友盟+SDK（com.umeng.sdk），友盟+SDK需要收集您的设备信息以提供统计分析服务。"
        ),
        ["友盟+SDK（com.umeng.sdk）"]
    );
    // ... a vendor is not; it is whose the product is.
    let entries = listed(
        "# 第三方服务
        ## 6.1 Firebase Analytics（Google）
        目的：统计应用使用情况
        数据类型：设备信息",
    );
    assert_eq!(entries[0].name, "Firebase Analytics");
    assert_eq!(entries[0].company.as_deref(), Some("Google"));
    // Several fields in it are read one by one.
    let entries = listed(
        "我们接入声网实时音视频SDK（上海兆言网络科技有限公司，视频面试，收集 IP 地址）、神策分析SDK（神策网络科技（北京）有限公司，统计分析，收集浏览记录）。",
    );
    let [call, track] = entries.as_slice() else {
        panic!("{entries:#?}");
    };
    assert_eq!(call.purpose.as_deref(), Some("视频面试"));
    assert_eq!(call.data.as_deref(), Some("收集 IP 地址"));
    assert_eq!(
        track.company.as_deref(),
        Some("神策网络科技（北京）有限公司")
    );
    // One field is no such list.
    let entries = listed("我们集成极光推送SDK（V4.3），用于推送。");
    assert_eq!(entries[0].company, None);
}

#[test]
fn what_stands_before_a_name_says_what_it_is_for() {
    let purpose = |text: &str| listed(text).into_iter().next().and_then(|e| e.purpose);
    assert_eq!(
        purpose("为了分析崩溃原因，本应用集成 Bugly。").as_deref(),
        Some("分析崩溃原因")
    );
    assert_eq!(
        purpose("Visits are counted with Mixpanel (Mixpanel, Inc.).").as_deref(),
        Some("Visits are counted")
    );
    assert_eq!(
        purpose("Our service providers are Stripe, which handles card payments, and others.")
            .as_deref(),
        Some("handles card payments")
    );
    assert_eq!(
        purpose("For example, our app includes the AppsFlyer SDK."),
        None
    );
}

#[test]
fn a_sentence_may_go_on_about_the_one_before() {
    let entries = listed(
        "我们的产品集成友盟+SDK，用于统计分析。友盟同欣（北京）科技有限公司隐私政策：https://www.umeng.com/page/policy",
    );
    assert_eq!(entries.len(), 1, "{entries:#?}");
    assert_eq!(
        entries[0].link.as_deref(),
        Some("https://www.umeng.com/page/policy")
    );
    // Our own policy is not its policy.
    let entries = listed(
        "我们的产品集成友盟+SDK，用于统计分析。更多内容见我们的隐私政策：https://a.example/privacy",
    );
    assert_eq!(entries[0].link, None);
}

#[test]
fn an_sdk_that_is_described_twice_is_one_entry() {
    let entries = listed(
        "# 接入的第三方SDK
        SDK名称：极光推送SDK
        使用目的：推送
        # 敏感信息
        我们的产品集成极光推送，极光推送需要收集您的设备信息。",
    );
    assert_eq!(entries.len(), 1, "{entries:#?}");
    assert!(entries[0].data.is_some());
}

#[test]
fn clauses_and_pointers_are_no_names() {
    for text in [
        "# 第三方共享
        为实现支付、分享，我们会向第三方共享必要的信息，见[清单](https://a.example/sdk)",
        "（三）手机银行嵌入的第三方 SDK 见本政策附录二。",
        "# Third parties
        We also encourage you to review Google's policy: https://policies.google.com/privacy",
        "当您使用微信支付功能时，我们会收集订单信息。",
        "We and our third-party partners receive answers and the Advertising ID.",
    ] {
        assert_eq!(names(text), [""; 0], "{text}");
    }
}

#[test]
fn bare_links_below_an_introduction() {
    let text = |items: &str| {
        format!(
            "Link to the privacy policy of third-party service providers used by the app\n{items}"
        )
    };
    let list = "- [AdMob](https://support.google.com/admob)
        - [Expo](https://expo.io/privacy)";
    assert_eq!(names(&text(list)), ["AdMob", "Expo"]);
    // Links alone, none of which is an SDK, are no list of SDKs.
    let list = "- [Public interest](https://a.example/1)
        - [Back to top](https://a.example/2)";
    assert_eq!(names(&text(list)), [""; 0]);
}

#[test]
fn open_source_parts_in_a_sentence() {
    let entries = listed("还有几个开源的零件：Room、Retrofit、Lottie。它们不会上传任何数据。");
    let names: Vec<&str> = entries.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["Room", "Retrofit", "Lottie"]);
    assert!(entries.iter().all(|entry| entry.library.is_some()));
    assert!(entries.iter().all(|entry| entry.data.is_some()));
    assert_eq!(self::names("户型：Room、Kitchen、Retrofit。"), [""; 0]);
}

#[test]
fn keys_and_labels_below_a_name() {
    let entries = listed(
        "# 第三方SDK
        （1）微信支付SDK
        我们的产品集成微信支付SDK，用于会员充值，会收集订单信息。隐私政策：https://www.tenpay.com/v3/privacy
        （2）Supabase SDK（Supabase Inc.）：数据存储，收集账号信息",
    );
    assert_eq!(entries.len(), 2, "{entries:#?}");
    assert!(entries[0].purpose.is_some() && entries[0].data.is_some());
    assert_eq!(entries[1].purpose.as_deref(), Some("数据存储"));
}
