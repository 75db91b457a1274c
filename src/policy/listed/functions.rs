//! Which kinds of SDK the words of a purpose speak of.

use super::fold::narrow;

/// Words of a purpose, and the categories of SDK that serve it.
const FUNCTIONS: [(&[&str], &[&str]); 31] = [
    (&["push"], &["推送", "通知", "push", "notification", "通道"]),
    (
        &["analytics", "session-replay", "ab-test"],
        &["统计", "分析", "埋点", "analy", "statistic", "measure"],
    ),
    (
        &["crash", "apm"],
        &[
            "崩溃",
            "异常",
            "闪退",
            "crash",
            "稳定性",
            "故障",
            "日志",
            "bug",
            "diagnos",
        ],
    ),
    (&["apm"], &["性能", "监控", "performance", "apm", "卡顿"]),
    (
        &["social"],
        &[
            "分享",
            "社交",
            "社会化",
            "share",
            "sharing",
            "转发",
            "social",
        ],
    ),
    (
        &["social", "auth", "game-channel"],
        &[
            "登录", "登陆", "login", "sign in", "sign-in", "授权", "账号", "帐号",
        ],
    ),
    (
        &["auth-onekey"],
        &[
            "一键",
            "本机号码",
            "号码认证",
            "号码校验",
            "免密",
            "取号",
            "一键登录",
        ],
    ),
    (
        &["payment", "game-channel"],
        &[
            "支付", "付款", "收银", "pay", "充值", "purchase", "billing", "购买",
        ],
    ),
    (
        &["ads", "ads-mediation", "ads-offerwall", "ad-measure"],
        &[
            "广告",
            "ads",
            "advert",
            "admob",
            "变现",
            "商业化",
            "monetiz",
        ],
    ),
    (
        &["ads-content", "content", "game-content"],
        &[
            "内容",
            "小说",
            "短视频",
            "短剧",
            "资讯",
            "信息流",
            "content",
        ],
    ),
    (&["ad-measure"], &["监测", "viewability", "反作弊"]),
    (
        &["attribution"],
        &[
            "归因",
            "渠道",
            "attribution",
            "转化",
            "安装来源",
            "参数安装",
        ],
    ),
    (
        &["map-location"],
        &[
            "地图",
            "定位",
            "位置",
            "导航",
            "map",
            "location",
            "逆地理",
            "轨迹",
            "路线",
        ],
    ),
    (
        &["im"],
        &["即时通", "聊天", "im", "消息", "chat", "messag", "通讯"],
    ),
    (
        &["rtc"],
        &[
            "实时音视频",
            "通话",
            "连麦",
            "rtc",
            "语音聊天",
            "video call",
            "音视频",
        ],
    ),
    (
        &["media"],
        &[
            "播放",
            "直播",
            "点播",
            "视频",
            "player",
            "video",
            "音视频",
            "拍摄",
            "推流",
        ],
    ),
    (
        &["customer-service"],
        &["客服", "咨询", "customer service", "support"],
    ),
    (
        &["risk-control", "device-id"],
        &[
            "风控",
            "反欺诈",
            "设备指纹",
            "风险",
            "反作弊",
            "安全",
            "fraud",
            "防刷",
        ],
    ),
    (&["captcha"], &["验证码", "人机", "滑块", "captcha"]),
    (&["sms-verify"], &["短信", "sms"]),
    (
        &["biometric-face", "identity"],
        &["人脸", "活体", "实名", "身份", "face", "identity"],
    ),
    (&["ocr"], &["ocr", "识别证件", "文字识别", "证件", "身份证"]),
    (&["speech"], &["语音", "speech", "朗读", "tts", "asr"]),
    (
        &["ml"],
        &[
            "美颜",
            "特效",
            "滤镜",
            "扫码",
            "二维码",
            "识别",
            "scan",
            "barcode",
        ],
    ),
    (
        &["device-id"],
        &["oaid", "设备标识", "匿名设备", "补充设备", "device id"],
    ),
    (
        &["webview"],
        &["浏览", "内核", "文档", "网页", "文件", "webview"],
    ),
    (
        &["cloud", "baas", "platform"],
        &[
            "存储",
            "上传",
            "云服务",
            "storage",
            "数据库",
            "backend",
            "database",
        ],
    ),
    (
        &["hotfix", "distribution"],
        &["热更新", "热修复", "升级", "更新", "update", "补丁"],
    ),
    (&["security"], &["加固", "安全", "加密", "security"]),
    (
        &["deeplink", "mini-program"],
        &["小程序", "跳转", "唤起", "deep link", "拉起"],
    ),
    (
        &["engagement"],
        &["运营", "营销", "触达", "marketing", "engagement"],
    ),
];

/// Categories that a text's words fit, sorted; none if it names no function.
pub(super) fn of(text: &str) -> Vec<&'static str> {
    let text: String = text
        .chars()
        .take(600)
        .map(narrow)
        .collect::<String>()
        .to_lowercase();
    let mut found: Vec<&'static str> = FUNCTIONS
        .iter()
        .filter(|(_, words)| words.iter().any(|word| has(&text, word)))
        .flat_map(|(categories, _)| categories.iter().copied())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a word stands in a text. Short Latin words count only alone:
/// `im` is not in `time`.
fn has(text: &str, word: &str) -> bool {
    if word.len() > 4 || !word.is_ascii() {
        return text.contains(word);
    }
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = at
            .checked_add(word.len())
            .and_then(|end| text.get(end..))
            .and_then(|tail| tail.chars().next());
        let open = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
        let whole = word.len() > 3 || open(after);
        open(before) && whole
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_names_categories() {
        assert_eq!(of("用于消息推送"), ["im", "push"]);
        assert!(of("first time").is_empty());
        assert!(of("IM 聊天").contains(&"im"));
        assert!(of("").is_empty());
    }
}
