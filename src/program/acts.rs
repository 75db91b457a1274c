//! What code does that is no use of personal information: what a refused
//! permission leads to.

use serde::{Deserialize, Serialize};

use super::names::NONE;
use super::refusals::Refusal;
use super::run::DoneAt;
use super::uses::Writer;
use super::world::MethodNo;
use super::{Grade, Phase, Step};
use crate::evidence::Place;

/// Something that code does.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Act {
    /// What: `refusal-ends-app`, …
    pub act: String,
    /// Kind of personal information that it is about, if it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// Whose the code is: `app`, `sdk:jpush`, …
    pub owner: String,
    /// Whom it gives something to, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// Dotted name of the class whose code does it.
    pub class: String,
    /// Where: file, class and method, line if there is one.
    pub place: Place,
    /// Constants that say more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constants: Vec<String>,
    /// When it can happen.
    pub phase: Phase,
    /// How sure it is that it happens before the user agreed; only then
    /// given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Kind of the entry that leads here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The shortest way here from an entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<Step>,
}

impl Writer<'_, '_> {
    /// What a refusal leads to.
    pub(super) fn refusal(&self, refusal: Refusal, heard_in: MethodNo, done: DoneAt) -> Act {
        let act = self.act(refusal.word(), heard_in, 0);
        Act {
            // Where it ends may be a helper; the reader starts where the
            // answer is heard.
            constants: vec![self.bodies.world.method_name(done.0)],
            place: if done.0 == heard_in {
                self.place(done.0, done.1)
            } else {
                act.place
            },
            ..act
        }
    }

    /// An act at a place of a method, and how that is reached.
    pub(super) fn act(&self, act: &str, method: MethodNo, at: u32) -> Act {
        let world = self.bodies.world;
        let class = world
            .method(method)
            .and_then(|method| world.class(method.class))
            .map_or_else(String::new, |class| world.dotted(class.of));
        let reached = self.reach.of(method);
        let level = reached.map(|reached| (reached.level, NONE));
        let (phase, grade) = self.when(method, level, false);
        Act {
            act: act.to_owned(),
            class,
            place: self.place(method, at),
            phase,
            grade,
            entry: self.entry(method),
            path: self.path(method),
            ..Act::default()
        }
    }
}
