//! What layouts bring to life: code names them by their ids only.

use rustc_hash::FxHashMap;

use super::world::{ClassNo, Name, World};
use crate::layout::LayoutFacts;

/// What the platform makes of a layout.
#[derive(Clone, Debug, Default)]
pub(super) struct Screen {
    /// Classes of the app: views and fragments.
    pub classes: Vec<ClassNo>,
    /// Methods of the activity that a click calls.
    pub clicks: Vec<Name>,
}

/// Layouts, menus, navigation graphs and preference screens with something
/// of the app in them, by their resource ids.
#[derive(Debug, Default)]
pub(super) struct Screens {
    by_id: FxHashMap<u32, Screen>,
    /// Layouts that were not looked at.
    pub left_out: u32,
}

/// Views of all layouts, those of included ones counted each time.
const MOST_VIEWS: usize = 1 << 22;

impl Screens {
    /// Looks up what the layouts name.
    pub fn new(world: &World<'_>, layouts: &LayoutFacts) -> Self {
        let found = layouts.by_id();
        let (mut room, mut left_out) = (MOST_VIEWS, 0_u32);
        let mut by_id = FxHashMap::default();
        for id in layouts.layouts.iter().filter_map(|layout| layout.id) {
            if by_id.contains_key(&id) {
                continue;
            }
            let mut screen = Screen::default();
            if room == 0 {
                left_out = left_out.saturating_add(1);
                continue;
            }
            let views = found.of(id);
            room = room.saturating_sub(views.len());
            for view in views {
                let class = world.type_of_class(&view.class);
                screen
                    .classes
                    .extend(class.and_then(|of| world.class_of(of)));
                let click = view.on_click.as_ref();
                let click = click.and_then(|name| world.names.get(name.as_bytes()));
                screen.clicks.extend(click);
            }
            screen.classes.sort_unstable();
            screen.classes.dedup();
            screen.clicks.sort_unstable();
            screen.clicks.dedup();
            by_id.insert(id, screen);
        }
        by_id.retain(|_, screen| !screen.classes.is_empty() || !screen.clicks.is_empty());
        Self { by_id, left_out }
    }

    /// What a number brings, if it is the id of such a layout.
    pub fn of(&self, number: i64) -> Option<&Screen> {
        // The ids of apps start with the number of their package.
        let id = u32::try_from(number).ok().filter(|id| *id > 0x0100_0000)?;
        self.by_id.get(&id)
    }
}
