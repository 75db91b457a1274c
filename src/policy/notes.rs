//! What the address of a policy alone says about it.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::names::names;

/// Something to look at in the address of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UrlNote {
    /// `http://`: anyone on the way can change the text.
    Cleartext,
    /// The device itself.
    Localhost,
    /// An address without a name.
    IpAddress,
    /// A host that by its name serves tests, or an example.
    TestHost,
    /// A file of the package that is not there.
    MissingAsset,
    /// A service where anyone publishes documents without charge.
    FreeDocumentHost,
}

/// Longest address of an asset, in bytes.
const MAX_URL: usize = 1024;
/// How files among the assets are addressed.
pub(super) const ASSET: &str = "file:///android_asset/";

/// The addresses of assets in a text, and where they begin.
pub(super) fn asset_urls(text: &str) -> impl Iterator<Item = (&str, usize)> {
    text.match_indices(ASSET).map(|(start, _)| {
        let tail = text.get(start..).unwrap_or_default();
        let ends = |c: char| c.is_whitespace() || "\"'<>`\\)|".contains(c);
        let end = tail.find(ends).unwrap_or(tail.len()).min(MAX_URL);
        (tail.get(..end).unwrap_or(ASSET), start)
    })
}

/// The notes on a URL, sorted. `assets` are the names of the package's
/// assets; `None` if they are not known.
pub(super) fn notes(url: &str, assets: Option<&BTreeSet<String>>) -> Vec<UrlNote> {
    let mut notes = Vec::new();
    if let Some(path) = url.strip_prefix(ASSET) {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let known = path.is_empty() || path.contains('%');
        if let Some(assets) = assets.filter(|_| !known)
            && !assets.contains(&format!("assets/{path}"))
        {
            notes.push(UrlNote::MissingAsset);
        }
        return notes;
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        return notes;
    };
    if scheme.eq_ignore_ascii_case("http") {
        notes.push(UrlNote::Cleartext);
    }
    let host = host(rest);
    match host.parse::<IpAddr>() {
        Ok(address) if address.is_loopback() || address.is_unspecified() => {
            notes.push(UrlNote::Localhost);
        }
        Ok(_) => notes.push(UrlNote::IpAddress),
        Err(_) if host == "localhost" => notes.push(UrlNote::Localhost),
        Err(_) if is_test(&host) => notes.push(UrlNote::TestHost),
        Err(_) => {}
    }
    let under = |known: &String| {
        host.strip_suffix(known.as_str())
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    if names().hosts.free.iter().any(under) {
        notes.push(UrlNote::FreeDocumentHost);
    }
    notes
}

/// The host in what follows `://`, without user and port.
fn host(rest: &str) -> String {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether a part of the name, but for the registered domain, is a word
/// for tests, or the whole is set aside for examples.
fn is_test(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let before = labels.len().saturating_sub(2);
    let words = &names().hosts.test;
    let has_word = labels
        .iter()
        .take(before)
        .flat_map(|label| label.split(['-', '_']))
        .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()))
        .any(|word| words.iter().any(|known| known == word));
    // RFC 2606.
    let domain = labels.get(before..).unwrap_or_default();
    let set_aside = matches!(domain, ["example", "com" | "net" | "org"])
        || matches!(
            labels.last(),
            Some(&("test" | "example" | "invalid" | "local"))
        );
    has_word || set_aside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_what_to_look_at() {
        use UrlNote::*;
        for (url, expected) in [
            ("https://shop.cn/privacy.html", &[][..]),
            ("http://shop.cn/privacy.html", &[Cleartext]),
            ("http://127.0.0.1:8080/privacy", &[Cleartext, Localhost]),
            ("https://localhost/privacy", &[Localhost]),
            ("http://user@10.0.2.2/privacy", &[Cleartext, IpAddress]),
            ("https://[2001:db8::1]/privacy", &[IpAddress]),
            ("https://h5-test2.shop.cn/privacy", &[TestHost]),
            ("https://dev.shop.cn/privacy", &[TestHost]),
            ("https://latest.shop.cn/privacy", &[]),
            ("https://test.cn/privacy", &[]),
            ("https://www.example.com/privacy", &[TestHost]),
            ("https://docs.qq.com/doc/privacy", &[FreeDocumentHost]),
            ("https://someone.github.io/privacy", &[FreeDocumentHost]),
            ("https://notdocs.qq.com.cn/privacy", &[]),
        ] {
            assert_eq!(notes(url, None), expected, "{url}");
        }
    }

    #[test]
    fn a_file_of_the_package_is_there_or_not() {
        let assets = BTreeSet::from(["assets/privacy.html".to_owned()]);
        let url = |path: &str| format!("{ASSET}{path}");
        assert_eq!(notes(&url("privacy.html?v=1#top"), Some(&assets)), []);
        assert_eq!(
            notes(&url("yinsi.html"), Some(&assets)),
            [UrlNote::MissingAsset]
        );
        assert_eq!(notes(&url("yinsi.html"), None), []);
        assert_eq!(notes(&url("%E9%9A%90.html"), Some(&assets)), []);
    }
}
