//! Addresses of policies, made comparable.

/// An address without what does not tell pages apart.
pub(super) struct Address {
    pub host: String,
    path: String,
    query: String,
}

impl Address {
    pub fn of(url: &str) -> Self {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest).trim();
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.to_lowercase();
        Self {
            host: host.strip_prefix("www.").unwrap_or(&host).to_owned(),
            path: path.trim_end_matches('/').to_lowercase(),
            query: format!(
                "{query}#{}",
                if fragment.starts_with('/') {
                    fragment
                } else {
                    ""
                }
            ),
        }
    }

    /// Keys from the narrowest. A host alone is no key: it says whose a page
    /// is, not which.
    pub fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        if self.query.len() > 1 {
            keys.push(format!("{}/{}?{}", self.host, self.path, self.query));
        }
        if !self.path.is_empty() {
            keys.push(format!("{}/{}", self.host, self.path));
        }
        keys
    }
}
