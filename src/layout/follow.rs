//! What a resource id brings on the screen.

use std::collections::{BTreeMap, BTreeSet};

use super::{Layout, LayoutFacts, LayoutKind, View};

/// Layouts by their resource ids.
#[derive(Debug)]
pub struct ById<'a> {
    layouts: BTreeMap<u32, Vec<&'a Layout>>,
}

impl LayoutFacts {
    /// The layouts by id, to ask for many of them.
    pub fn by_id(&self) -> ById<'_> {
        let mut layouts: BTreeMap<u32, Vec<&Layout>> = BTreeMap::new();
        for layout in &self.layouts {
            if let Some(id) = layout.id {
                layouts.entry(id).or_default().push(layout);
            }
        }
        ById { layouts }
    }

    /// See [`ById::of`].
    pub fn of(&self, id: u32) -> impl Iterator<Item = &View> {
        self.by_id().of(id).into_iter()
    }
}

impl<'a> ById<'a> {
    /// Everything that comes with this id, in all configurations: includes
    /// are followed, each once; of a navigation graph only where it starts.
    pub fn of(&self, id: u32) -> Vec<&'a View> {
        let mut views = Vec::new();
        let mut seen = BTreeSet::from([id]);
        // What is still to be walked, the innermost last.
        let mut open = self.walks(id);
        while let Some(walk) = open.last_mut() {
            let Some(view) = walk.next() else {
                open.pop();
                continue;
            };
            views.push(view);
            let inner = view.include.filter(|id| seen.insert(*id));
            open.extend(inner.into_iter().flat_map(|id| self.walks(id)));
        }
        views
    }

    /// The files behind an id, the first of them last.
    fn walks(&self, id: u32) -> Vec<Walk<'a>> {
        let layouts = self.layouts.get(&id).into_iter().flatten().rev();
        layouts
            .map(|layout| Walk {
                views: layout.views.iter(),
                only_start: layout.kind == LayoutKind::Navigation,
            })
            .collect()
    }
}

struct Walk<'a> {
    views: std::slice::Iter<'a, View>,
    only_start: bool,
}

impl<'a> Iterator for Walk<'a> {
    type Item = &'a View;

    fn next(&mut self) -> Option<&'a View> {
        let only_start = self.only_start;
        self.views.find(|view| view.start || !only_start)
    }
}
