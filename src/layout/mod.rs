//! What the XML resources of an app's screens say: which classes its
//! layouts, menus, navigation graphs and preference screens name, which
//! methods they call on a click, which texts they show.
//!
//! The code of an app names a layout by its id only (`setContentView`); the
//! views in it are made by the platform. Whoever follows the code needs
//! this room to know that they are.

mod attributes;
mod follow;
mod read;
#[cfg(test)]
mod tests;
mod view;

pub use follow::ById;
pub use read::{Source, read};

use serde::{Deserialize, Serialize};

use crate::evidence::Place;
use crate::manifest::Label;

/// Everything that layouts, menus, navigation graphs and preference screens
/// name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutFacts {
    /// One for each file and each name it has, sorted by name, then place.
    pub layouts: Vec<Layout>,
}

/// One XML resource, in one configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// What it is.
    pub kind: LayoutKind,
    /// Name of the resource: `activity_main`.
    pub name: String,
    /// Resource id, as code names it (`R.layout.activity_main`); the same
    /// for each configuration. None in a library, which has none yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u32>,
    /// The file.
    pub place: Place,
    /// Its elements in document order, without those that say nothing: a
    /// class of the platform with no id, no text and no behaviour.
    pub views: Vec<View>,
}

/// Kind of an XML resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LayoutKind {
    /// Views.
    Layout,
    /// Items of a menu.
    Menu,
    /// Destinations of a navigation graph.
    Navigation,
    /// A preference screen.
    Preferences,
}

/// One element that names something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Class as written: `Button`, `com.example.MapView`. Where the element
    /// names a class in an attribute (`view`, `fragment`, a container of
    /// fragments, a destination, the action view of a menu item), that one.
    pub class: String,
    /// The class is a fragment. In a preference screen, one that opens on a
    /// click on the preference of the same id.
    #[serde(default, skip_serializing_if = "is_false")]
    pub fragment: bool,
    /// In a navigation graph: shown without a step of the user's, since the
    /// graph starts here.
    #[serde(default, skip_serializing_if = "is_false")]
    pub start: bool,
    /// Resource id of what is put in here: the layout of an `include` or a
    /// `ViewStub`, the graph of a container of fragments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include: Option<u32>,
    /// Name of the id: `btn_agree`. In a preference screen, the key under
    /// which the choice is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The id as code names it (`R.id.btn_agree`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<u32>,
    /// What it shows or says to a screen reader, in every locale; each
    /// once, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<Label>,
    /// Method of the activity that a click calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_click: Option<String>,
    /// Whether a box, switch or button is ticked to begin with, if the
    /// layout says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<bool>,
    /// Where it stands.
    pub place: Place,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that serde asks for"
)]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
