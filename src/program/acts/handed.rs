//! What helpers do with information that they are handed.

use rustc_hash::FxHashMap;
use std::rc::Rc;

use super::super::body::{Bodies, Member};
use super::super::world::MethodNo;
use super::Deed;

/// Looks into helpers.
pub(super) struct Handed<'b, 'a> {
    bodies: &'b Bodies<'a>,
    known: FxHashMap<(MethodNo, u16, Box<str>), Rc<[Deed]>>,
    /// Helpers that are still followed.
    left: u32,
    /// Helpers deep.
    deep: u8,
}

/// Most helpers of an app that are followed; the largest hand information to
/// some hundred.
const MOST: u32 = 4096;
/// Helpers deep.
const DEPTH: u8 = 3;

impl<'b, 'a> Handed<'b, 'a> {
    /// Nothing is known yet.
    pub fn new(bodies: &'b Bodies<'a>) -> Self {
        Self {
            bodies,
            known: FxHashMap::default(),
            left: MOST,
            deep: 0,
        }
    }

    /// What a helper that is handed information writes to the log, to files
    /// or to web pages, helpers of its own included.
    pub fn to(&mut self, passes: &Deed) -> Rc<[Deed]> {
        let Deed::Passes {
            kind,
            to,
            direct,
            parameter,
        } = passes
        else {
            return Rc::default();
        };
        let world = self.bodies.world;
        let target = if *direct {
            world.direct(to.class, to.sig)
        } else {
            world.only(to.class, to.sig)
        };
        let Some(target) = target.filter(|_| self.deep < DEPTH) else {
            return Rc::default();
        };
        let key = (target, *parameter, kind.clone());
        if let Some(known) = self.known.get(&key) {
            return Rc::clone(known);
        }
        let Some(left) = self.left.checked_sub(1) else {
            return Rc::default();
        };
        self.left = left;
        // A helper that hands it to itself does no more than it does.
        self.known.insert(key.clone(), Rc::default());
        let body = self.bodies.read_given(target, (*parameter, kind));
        let mut deeds = Vec::new();
        self.deep += 1;
        for used in body.uses {
            let Member::Deed(deed) = used.member else {
                continue;
            };
            match *deed {
                Deed::Logs(_) | Deed::WritesOutside { .. } | Deed::ShowsToWeb(_)
                    if deed.kind() == Some(kind) =>
                {
                    deeds.push(*deed);
                }
                Deed::Passes { .. } if deed.kind() == Some(kind) => {
                    deeds.extend(self.to(&deed).iter().cloned());
                }
                _ => {}
            }
        }
        self.deep -= 1;
        deeds.dedup();
        let deeds: Rc<[Deed]> = deeds.into();
        self.known.insert(key, Rc::clone(&deeds));
        deeds
    }
}
