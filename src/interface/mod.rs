//! What the screens of an app offer and ask: whether the user can close the
//! account, withdraw consent, refuse, find the policy.
//!
//! Looked at are layouts, menus and preference screens, string resources,
//! the texts that the app's own code and the scripts of frameworks carry,
//! the addresses it calls and the names of its classes, methods and
//! resources. The words are `checks/catalog/interface.toml`. What belongs to
//! the platform, to libraries and SDKs is no evidence of what the app offers.
//!
//! What is not found may still be on a page that a server sends: absence is
//! worth as much as [`InterfaceFacts::searched`] says.

mod ads;
mod board;
mod code;
mod consent;
mod gaps;
mod layouts;
mod links;
mod owners;
mod read;
mod shown;
mod texts;
mod ticked;
mod topics;

pub use code::CodeFile;
pub use read::{Sources, read};
pub use topics::is_telling;

use serde::{Deserialize, Serialize};

use crate::evidence::Place;

/// What the screens of an app offer and ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterfaceFacts {
    /// What was found of the topics of the catalogue, in its order.
    pub topics: Vec<TopicFact>,
    /// Screens and dialogs that ask for consent to a policy, sorted.
    pub dialogs: Vec<ConsentDialog>,
    /// Boxes beside such words that are ticked to begin with, sorted.
    pub ticked: Vec<Ticked>,
    /// From where the user comes to the policy, sorted.
    pub policy_links: Vec<PolicyLink>,
    /// Screens of the app's own that show an advertisement, sorted.
    pub ad_screens: Vec<AdScreen>,
    /// What was looked through.
    pub searched: Vec<Searched>,
}

/// One topic of the catalogue and what shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicFact {
    /// Id of the topic: `account-deletion`.
    pub topic: String,
    /// How sure it is.
    pub strength: Strength,
    /// The best evidence, at most twenty.
    pub evidence: Vec<TopicEvidence>,
    /// How much more there is.
    pub more: u64,
}

/// How sure it is that the app has something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// A text or an address says so, or two weaker things of different kind.
    Clear,
    /// A word that could mean something else, a name in code, a text that
    /// nothing is seen to show.
    Weak,
}

/// Something that shows a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicEvidence {
    /// The text, name or address.
    pub text: String,
    /// How it was found.
    pub via: Via,
    /// Locale of the text; empty for the default, and for names.
    pub locale: String,
    /// Layout or class that shows it, if that is known.
    pub screen: String,
    /// Where.
    pub place: Place,
}

/// Where something of the interface was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// A layout.
    Layout,
    /// A menu.
    Menu,
    /// A preference screen.
    Preferences,
    /// A string resource.
    String,
    /// A string constant of code.
    Code,
    /// A script or another file in which a framework carries texts.
    Bundle,
    /// An address.
    Endpoint,
    /// A name of a class, method, layout, view or string.
    Name,
}

/// A screen or dialog that asks for consent to a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConsentDialog {
    /// What can be answered.
    pub kind: DialogKind,
    /// How it was found.
    pub via: Via,
    /// The text that names the policy.
    pub text: String,
    /// Texts of the buttons that agree, sorted.
    pub agree: Vec<String>,
    /// Texts of the buttons that refuse, sorted.
    pub refuse: Vec<String>,
    /// Where.
    pub place: Place,
}

/// What a dialog lets the user answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DialogKind {
    /// To agree and to refuse.
    Pair,
    /// Only to agree.
    OneButton,
    /// Only something that is no clear answer: "got it".
    Vague,
}

/// A box beside words about a policy that is ticked to begin with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Ticked {
    /// How it was found: [`Via::Layout`] or [`Via::Code`].
    pub via: Via,
    /// Its own text, or the name of its id.
    pub text: String,
    /// The words beside it.
    pub near: String,
    /// Where.
    pub place: Place,
}

/// A screen from which the user comes to the policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PolicyLink {
    /// What the screen is.
    pub from: ScreenKind,
    /// Its layout or class.
    pub screen: String,
    /// Where.
    pub place: Place,
}

/// What a screen is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScreenKind {
    /// What is shown first: the dialog that asks for consent.
    Launcher,
    /// Sign-in or registration.
    SignIn,
    /// Settings.
    Settings,
    /// About the app.
    About,
    /// Anything else, or not known.
    Other,
}

/// A screen of the app's own that shows an advertisement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AdScreen {
    /// The layout.
    pub screen: String,
    /// Whether it has something to skip or close it.
    pub closes: bool,
    /// Where.
    pub place: Place,
}

/// What was looked through, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Searched {
    /// What.
    pub part: SearchedPart,
    /// How many.
    pub count: u64,
}

/// What is looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SearchedPart {
    /// Layouts, menus and preference screens of the app's own.
    Screens,
    /// Texts of string resources, in all locales.
    Strings,
    /// Classes of the app's own code.
    Classes,
    /// String constants of that code.
    Constants,
    /// Addresses.
    Addresses,
    /// Scripts and other files of frameworks.
    Bundles,
}
