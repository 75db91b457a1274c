//! When code runs and how the app comes to it, as a person reads it. The
//! full way goes along with the evidence.

use std::collections::BTreeSet;

use minijinja::Error;
use minijinja::value::{Serde, Value, ValueKind};

use crate::catalog::Bilingual;

/// Steps of a way before the middle is left out.
const STEPS: usize = 5;

/// Methods of a way to a use or an act, from the entry on.
pub(super) fn steps(item: &Value) -> Result<Vec<String>, Error> {
    let steps = path(item)?.into_iter();
    Ok(steps.map(|step| step.method).collect())
}

/// When a use or an act can run, and the way there.
pub(super) fn way(item: &Value) -> Result<Value, Error> {
    let when = when(item)?;
    let path = path(item)?;
    let steps = shortened(&path).join(" → ");
    let mut way = when;
    if path.len() > 1 {
        way.zh = format!("{}，路径：{steps}", way.zh);
        way.en = format!("{}, by way of {steps}", way.en);
    }
    for (key, zh, en) in [("gate", "取决于", "if"), ("condition", "条件", "condition")] {
        if let Some(gate) = text(item, key)? {
            way.zh = format!("{}；{zh} {gate}", way.zh);
            way.en = format!("{}; {en} {gate}", way.en);
        }
    }
    Ok(Value::from(Serde(way)))
}

/// When it can run first.
fn when(item: &Value) -> Result<Bilingual, Error> {
    let entry = text(item, "entry")?;
    let gated = text(item, "gate")?.is_some();
    let (zh, en) = match (text(item, "phase")?.as_deref(), entry.as_deref()) {
        (Some("start"), _) => ("进程启动时", "while the process starts"),
        (Some("first-screen"), _) => (
            "首个界面上、用户操作之前",
            "on the first screen, before an act of the user",
        ),
        (Some("user"), _) if gated => (
            "用户操作或同意之后",
            "after an act or the consent of the user",
        ),
        (Some("user"), _) => ("用户操作之后", "after an act of the user"),
        (Some("other"), Some("service")) => ("在服务中", "in a service"),
        (Some("other"), Some("receiver")) => ("收到广播时", "when a broadcast comes"),
        (Some("other"), Some("activity")) => ("在其他界面上", "on another screen"),
        (Some("other"), Some("provider")) => (
            "内容提供者被访问时",
            "when others ask a provider of the app",
        ),
        (Some("other"), Some("script")) => (
            "由脚本调用，时间未知",
            "called by a script, when is not known",
        ),
        (Some("other"), Some("native")) => (
            "可能由原生代码调用，时间未知",
            "perhaps called by native code, when is not known",
        ),
        (Some("other"), _) => ("启动之后的其他时机", "at some time after the start"),
        _ => ("未发现能运行到的路径", "no way there was found"),
    };
    Ok(Bilingual::new(zh, en))
}

/// A step of a way.
struct Step {
    method: String,
    owner: String,
}

fn path(item: &Value) -> Result<Vec<Step>, Error> {
    let mut steps = Vec::new();
    let path = item.get_attr("path")?;
    if path.kind() == ValueKind::Seq {
        for step in path.try_iter()? {
            steps.push(Step {
                method: step.get_attr("method")?.to_string(),
                owner: step.get_attr("owner")?.to_string(),
            });
        }
    }
    Ok(steps)
}

/// A way with the steps that tell most: the entry, the first step in the code
/// of each owner, and the last two.
fn shortened(path: &[Step]) -> Vec<String> {
    let mut owners = BTreeSet::new();
    let mut shown: Vec<String> = Vec::new();
    let mut left_out = false;
    for (index, step) in path.iter().enumerate() {
        let new_owner = owners.insert(step.owner.as_str());
        let last = path.len() - index <= 2;
        if path.len() <= STEPS || new_owner || last {
            if std::mem::take(&mut left_out) {
                shown.push("…".to_owned());
            }
            shown.push(short(&step.method).to_owned());
        } else {
            left_out = true;
        }
    }
    shown
}

/// Class and method without the package.
fn short(method: &str) -> &str {
    let class = method.rsplit_once('.').map_or(method, |(class, _)| class);
    let package = class.rfind('.').map_or(0, |dot| dot + 1);
    method.get(package..).unwrap_or(method)
}

/// An optional text of an item that may not have it.
fn text(item: &Value, key: &str) -> Result<Option<String>, Error> {
    let Some(object) = item.as_object() else {
        return Ok(None);
    };
    let known = object
        .try_iter()
        .is_some_and(|mut keys| keys.any(|known| known.as_str() == Some(key)));
    let value = if known {
        item.get_attr(key)?
    } else {
        Value::UNDEFINED
    };
    Ok(value.as_str().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::context;

    fn of(phase: &str, entry: &str, methods: &[(&str, &str)]) -> Value {
        let path: Vec<Value> = methods
            .iter()
            .map(|&(method, owner)| context! { method, owner })
            .collect();
        context! { phase, entry, path }
    }

    fn english(item: &Value) -> String {
        way(item).unwrap().get_attr("en").unwrap().to_string()
    }

    #[test]
    fn a_screen_that_is_shown_is_before_an_act_not_before_the_screen() {
        let used = of("first-screen", "launcher", &[("a.Main.onResume", "app")]);
        assert_eq!(
            english(&used),
            "on the first screen, before an act of the user"
        );
    }

    #[test]
    fn what_runs_later_is_told_by_its_entry() {
        for (entry, en) in [
            ("service", "in a service"),
            ("receiver", "when a broadcast comes"),
            ("activity", "on another screen"),
            ("launcher", "at some time after the start"),
        ] {
            assert_eq!(english(&of("other", entry, &[])), en);
        }
    }

    #[test]
    fn consent_is_named_only_if_a_gate_was_seen() {
        let tap = context! { phase => "user", path => Vec::<Value>::new() };
        assert_eq!(english(&tap), "after an act of the user");
        let gate = context! { gate => "agreed", ..tap };
        assert_eq!(
            english(&gate),
            "after an act or the consent of the user; if agreed"
        );
    }

    #[test]
    fn a_long_way_shows_the_entry_the_first_step_of_each_owner_and_the_last_two() {
        let methods = [
            ("a.App.onCreate", "app"),
            ("a.Start.all", "app"),
            ("a.Start.push", "app"),
            ("cn.push.Api.init", "sdk:push"),
            ("cn.push.Api.load", "sdk:push"),
            ("cn.push.Api.read", "sdk:push"),
            ("cn.push.Ids$1.run", "sdk:push"),
            ("cn.push.Ids.get", "sdk:push"),
        ];
        let used = of("start", "application", &methods);
        assert_eq!(
            english(&used),
            "while the process starts, by way of App.onCreate → … → Api.init → … → Ids$1.run → Ids.get"
        );
        assert_eq!(steps(&used).unwrap().len(), 8);
    }

    #[test]
    fn a_short_way_is_shown_in_full() {
        let used = of(
            "start",
            "application",
            &[("a.App.onCreate", "app"), ("a.Ids.get", "app")],
        );
        assert!(english(&used).ends_with("App.onCreate → Ids.get"));
    }
}
