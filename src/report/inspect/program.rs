//! What the code does before the user agreed, and what else it does that
//! matters, as text.

use super::SHOWN;
use crate::catalog::Lang;
use crate::check::owner_name as owner;
use crate::program::{DataUse, Early, Grade, Phase, ProgramFacts, Step};
use crate::report::page::Page;
use crate::report::words::{number, pick};

/// Steps of a way before its middle is left out.
const STEPS: usize = 8;

/// How much was followed, and what is early.
pub fn render(page: &mut Page, program: &ProgramFacts, lang: Lang) {
    let coverage = &program.coverage;
    if coverage.methods == 0 {
        return;
    }
    let all = number(u64::from(coverage.reached()));
    let methods = number(u64::from(coverage.methods));
    let start = number(u64::from(coverage.start));
    let first = number(u64::from(coverage.first_screen));
    let mut text = match lang {
        Lang::Zh => {
            format!("{methods} 个方法中找到通往 {all} 个的路径：进程启动 {start}，首个界面 {first}")
        }
        Lang::En => format!(
            "ways were found to {all} of {methods} methods: {start} while the process starts, {first} on the first screen"
        ),
    };
    for (count, zh, en) in [
        (
            coverage.script,
            "个方法可由脚本调用",
            "methods can be called by scripts",
        ),
        (
            coverage.native,
            "个方法可能由原生代码调用",
            "methods may be called by native code",
        ),
        (
            coverage.wide,
            "处调用目标过多，未全部跟踪",
            "calls have too many targets to follow all",
        ),
        (
            coverage.too_large,
            "个方法过大，未跟踪取值",
            "methods are too large to follow values in",
        ),
    ] {
        if count > 0 {
            let between = pick(lang, "；", "; ");
            let count = number(u64::from(count));
            text = format!("{text}{between}{count} {}", pick(lang, zh, en));
        }
    }
    page.row(pick(lang, "代码路径", "code paths"), &text);
    for (index, early) in program.early.iter().take(SHOWN).enumerate() {
        let label = if index == 0 {
            pick(lang, "同意之前", "before consent")
        } else {
            ""
        };
        page.row(label, &summary(early, lang));
        if let Some(first) = early.uses.first() {
            page.paragraph("  ", &way(first));
        }
    }
    if program.early.len() > SHOWN {
        let more = number((program.early.len() - SHOWN) as u64);
        page.row(
            "",
            &match lang {
                Lang::Zh => format!("另有 {more} 项"),
                Lang::En => format!("and {more} more"),
            },
        );
    }
    acts(page, program, lang);
}

/// What acts are called.
const ACTS: [(&str, &str, &str); 17] = [
    ("trust-all-tls", "接受任何证书", "accepts any certificate"),
    ("hostname-any", "接受任何主机名", "accepts any host name"),
    (
        "ssl-error-ignored",
        "网页证书出错仍继续",
        "ignores wrong certificates of pages",
    ),
    ("dynamic-code", "加载代码", "loads code"),
    ("log-of-data", "个人信息写入日志", "logs personal data"),
    (
        "external-storage-of-data",
        "个人信息写入公共存储",
        "writes personal data to shared storage",
    ),
    (
        "bridge-gives-data",
        "个人信息交给网页",
        "gives personal data to web pages",
    ),
    (
        "data-to-sdk",
        "个人信息交给 SDK",
        "gives personal data to SDKs",
    ),
    ("hides-icon", "停用桌面图标", "hides the icon"),
    ("asks-to-install", "请求安装应用", "asks to install apps"),
    ("shake-sensor", "监听设备晃动", "listens to movement"),
    (
        "location-interval",
        "按间隔定位",
        "asks for the location at intervals",
    ),
    ("repeats-collection", "反复读取", "reads again and again"),
    (
        "records-in-background",
        "后台录制",
        "records in the background",
    ),
    (
        "refusal-ends-app",
        "拒绝权限即退出",
        "ends when a permission is refused",
    ),
    (
        "refusal-offers-only-exit",
        "拒绝权限后只能退出",
        "offers only to leave after a refusal",
    ),
    (
        "refusal-asks-again",
        "拒绝权限后再次申请",
        "asks again after a refusal",
    ),
];

/// What the code does that can run, with whose it is.
fn acts(page: &mut Page, program: &ProgramFacts, lang: Lang) {
    let mut label = pick(lang, "代码行为", "acts");
    for (act, zh, en) in ACTS {
        let same = program
            .acts
            .iter()
            .filter(|found| found.act == act && found.phase != Phase::Unreached);
        let mut owners: Vec<&str> = same.clone().map(|found| found.owner.as_str()).collect();
        let places = number(owners.len() as u64);
        owners.sort_unstable();
        owners.dedup();
        if owners.is_empty() {
            continue;
        }
        let mut names: Vec<String> = owners
            .iter()
            .take(SHOWN)
            .map(|one| owner(one).get(lang).to_owned())
            .collect();
        if owners.len() > SHOWN {
            names.push("…".to_owned());
        }
        let names = names.join(pick(lang, "、", ", "));
        page.row(label, &format!("{}  {places}  {names}", pick(lang, zh, en)));
        label = "";
    }
}

fn summary(early: &Early, lang: Lang) -> String {
    let grade = match early.grade {
        Grade::Definite => pick(lang, "确定", "definite"),
        Grade::Likely => pick(lang, "较可能", "likely"),
        Grade::Possible => pick(lang, "可能", "possible"),
    };
    let phase = match early.phase {
        Phase::Start => pick(lang, "进程启动", "process start"),
        _ => pick(lang, "首个界面", "first screen"),
    };
    let what = match &early.starts {
        Some(sdk) => owner(sdk).get(lang).to_owned(),
        None => early.name.get(lang).to_owned(),
    };
    format!(
        "{what}  {}  {phase}  {grade}",
        owner(&early.owner).get(lang)
    )
}

/// The way to a use: its first and last steps.
fn way(used: &DataUse) -> String {
    let short = |step: &Step| {
        let mut parts = step.method.rsplit('.');
        let (method, class) = (parts.next().unwrap_or_default(), parts.next());
        match class {
            Some(class) => format!("{class}.{method}"),
            None => method.to_owned(),
        }
    };
    let mut steps: Vec<String> = used.path.iter().map(short).collect();
    if steps.len() > STEPS {
        let last = steps.split_off(steps.len() - STEPS / 2);
        steps.truncate(STEPS / 2);
        steps.push("…".to_owned());
        steps.extend(last);
    }
    steps.push(used.api.clone());
    steps.join(" → ")
}
