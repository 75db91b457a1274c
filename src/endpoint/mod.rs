//! URLs and hosts that the package names.

mod collect;
mod files;
mod host;
mod mention;
mod references;
#[cfg(test)]
mod tests;

pub use collect::Collector;

use serde::{Deserialize, Serialize};

use crate::evidence::Place;

/// All URLs of the package, sorted by URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointFacts {
    /// One for each different URL.
    pub endpoints: Vec<Endpoint>,
    /// URLs beyond the limit that are not listed.
    #[serde(default)]
    pub not_listed: u64,
}

/// One URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// As written, without a trailing punctuation mark.
    pub url: String,
    /// Lower case: `https`.
    pub scheme: String,
    /// Lower case, without port and user info.
    pub host: String,
    /// Whether it names a place to talk to or only a document or namespace.
    pub kind: Kind,
    /// Plain `http`, `ws` or `ftp` to a host that is not this device, for
    /// something that is possibly contacted.
    pub cleartext: bool,
    /// What the host is.
    pub host_kind: HostKind,
    /// The first five places in the order of places.
    pub places: Vec<Place>,
    /// Whose code names it: `app`, `sdk:jpush`, …, sorted; empty if it
    /// stands elsewhere than in code.
    #[serde(default)]
    pub owners: Vec<String>,
    /// In how many places it stands.
    pub count: u64,
}

/// Whether a URL leads to documentation, a namespace or a licence that the
/// catalogue lists.
pub(crate) fn is_documentation(url: &str) -> bool {
    host::parts(url).is_some_and(|parts| references::is_listed(&parts.host, parts.path))
}

/// What a URL is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Possibly contacted.
    Endpoint,
    /// Written for people only: in a comment, as a link of a page or in
    /// running text.
    Mention,
    /// A namespace, schema, licence or documentation page.
    Reference,
}

/// What a host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostKind {
    /// A public name.
    Name,
    /// A public IP address.
    Ip,
    /// An address or name of a private network.
    Private,
    /// This device: `localhost`, `127.0.0.0/8`, `::1`.
    Local,
    /// A pattern or a piece of one: `%s.example.com`.
    Template,
}
