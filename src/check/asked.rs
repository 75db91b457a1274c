//! Which permissions the code asks the user for.

use minijinja::value::{Value, ValueKind};
use minijinja::{Error, State};

use super::environment::fact;

/// Permissions that a request names and the app declares as ones that the
/// user decides on; the system refuses all others without a dialog. None if
/// the names are not seen.
pub(super) fn asks_for(state: &State<'_, '_>, used: &Value) -> Result<Option<Vec<String>>, Error> {
    let names = named(used)?;
    if names.is_empty() {
        return Ok(None);
    }
    Ok(Some(declared(state, names)?))
}

/// The same of all requests that one method makes before an act of the user,
/// if there are several.
pub(super) fn asks_together(state: &State<'_, '_>, used: &Value) -> Result<Vec<String>, Error> {
    let method = |used: &Value| used.get_attr("place")?.get_attr("locator");
    let (class, here) = (used.get_attr("class")?, method(used)?);
    let mut names = Vec::new();
    let mut requests = 0;
    for other in fact(state, "program")?.get_attr("uses")?.try_iter()? {
        let early = matches!(
            other.get_attr("phase")?.as_str(),
            Some("start" | "first-screen")
        );
        if early
            && other.get_attr("kind")?.as_str() == Some("permission_request")
            && other.get_attr("class")? == class
            && method(&other)? == here
        {
            let more = named(&other)?;
            requests += usize::from(!more.is_empty());
            names.extend(more);
        }
    }
    if requests < 2 {
        return Ok(Vec::new());
    }
    names.sort_unstable();
    names.dedup();
    declared(state, names)
}

/// Names of permissions among the constants of a use; the items of an array
/// stand on a line each.
pub(super) fn named(used: &Value) -> Result<Vec<String>, Error> {
    let constants = used.get_attr("constants")?;
    let mut names = Vec::new();
    if constants.kind() == ValueKind::Seq {
        for constant in constants.try_iter()? {
            let lines = constant.as_str().unwrap_or_default().lines();
            let is_name = |line: &&str| line.contains(".permission.") && !line.contains(' ');
            names.extend(lines.filter(is_name).map(str::to_owned));
        }
    }
    Ok(names)
}

fn declared(state: &State<'_, '_>, names: Vec<String>) -> Result<Vec<String>, Error> {
    let mut declared = Vec::new();
    for permission in fact(state, "permissions")?
        .get_attr("requested")?
        .try_iter()?
    {
        let level = permission.get_attr("level")?;
        if level.is_none() || level.as_str() == Some("dangerous") {
            declared.push(permission.get_attr("name")?.to_string());
        }
    }
    Ok(names
        .into_iter()
        .filter(|name| declared.contains(name))
        .collect())
}
