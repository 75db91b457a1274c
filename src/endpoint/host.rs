//! The host of a URL, and what it is.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::HostKind;

/// The parts of a URL that a fact needs.
pub(super) struct Parts<'a> {
    pub scheme: String,
    pub host: String,
    pub kind: HostKind,
    /// From the first `/`, `?` or `#` on.
    pub path: &'a str,
}

/// Names that stand for a part of a private network (RFC 6762, RFC 8375,
/// and what routers give out).
const PRIVATE: [&str; 6] = [
    ".local",
    ".lan",
    ".internal",
    ".localdomain",
    ".home.arpa",
    ".intranet",
];

/// Takes a URL apart; none if there is no host, or one that cannot be one.
pub(super) fn parts(url: &str) -> Option<Parts<'_>> {
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let (host, port) = if let Some(address) = authority.strip_prefix('[') {
        let (address, after) = address.split_once(']')?;
        (address, after.strip_prefix(':'))
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        }
    };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let kind = kind(&host)?;
    // A single word is a host only if something follows that is more than
    // the end of a sentence.
    if kind == HostKind::Private && !host.contains(['.', ':']) && port.is_none() && path.len() < 2 {
        return None;
    }
    Some(Parts {
        scheme: scheme.to_ascii_lowercase(),
        host,
        kind,
        path,
    })
}

fn kind(host: &str) -> Option<HostKind> {
    if host.is_empty() || host.len() > 253 {
        return None;
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return Some(v4(address));
    }
    if let Ok(address) = host.parse::<Ipv6Addr>() {
        return Some(v6(address));
    }
    if host.contains(['%', '{', '}', '$', '*', '(', ')']) {
        return Some(HostKind::Template);
    }
    let plausible = host.split('.').all(|label| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    });
    if !plausible {
        return None;
    }
    if host == "localhost" || host.strip_suffix(".localhost").is_some() {
        return Some(HostKind::Local);
    }
    let Some((_, last)) = host.rsplit_once('.') else {
        return host
            .starts_with(|c: char| c.is_ascii_alphabetic())
            .then_some(HostKind::Private);
    };
    if PRIVATE.iter().any(|suffix| host.ends_with(suffix)) {
        return Some(HostKind::Private);
    }
    let top = last.len() >= 2
        && (last.starts_with("xn--") || last.bytes().all(|b| b.is_ascii_alphabetic()));
    top.then_some(HostKind::Name)
}

fn v4(address: Ipv4Addr) -> HostKind {
    let [a, b, ..] = address.octets();
    if address.is_loopback() || address.is_unspecified() {
        HostKind::Local
    } else if address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_broadcast()
        || address.is_multicast()
        // Shared address space, RFC 6598.
        || (a == 100 && (64..128).contains(&b))
    {
        HostKind::Private
    } else {
        HostKind::Ip
    }
}

fn v6(address: Ipv6Addr) -> HostKind {
    if let Some(address) = address.to_ipv4_mapped() {
        return v4(address);
    }
    if address.is_loopback() || address.is_unspecified() {
        HostKind::Local
    } else if address.is_unique_local()
        || address.is_unicast_link_local()
        || address.is_multicast()
        || address.segments().starts_with(&[0x2001, 0xdb8])
    {
        HostKind::Private
    } else {
        HostKind::Ip
    }
}
