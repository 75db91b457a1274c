//! The elements of one document as views.

use super::attributes::{self as attr, Attr};
use super::{LayoutKind, View};
use crate::decode::xml::{ANDROID, Element, Value};
use crate::evidence::Place;
use crate::manifest::{Label, Reader};

/// Longest element path that is written out, in bytes; of a longer one the
/// end is kept.
const LONGEST_PATH: usize = 400;

/// Elements that belong to others and are no views, destinations or
/// preferences, with everything inside them.
const PARTS: [&str; 10] = [
    "requestFocus",
    "tag",
    "data",
    "action",
    "argument",
    "deepLink",
    "intent",
    "extra",
    "aapt:attr",
    "attr",
];

/// The kind of the document with this root, if files of the type (`layout`,
/// `xml`) can be one.
pub fn kind_of(kind: &str, root: &Element) -> Option<LayoutKind> {
    Some(match kind {
        "layout" => LayoutKind::Layout,
        "menu" => LayoutKind::Menu,
        "navigation" => LayoutKind::Navigation,
        "xml" => {
            let name = root.name.rsplit('.').next()?;
            return matches!(name, "PreferenceScreen" | "preference-headers")
                .then_some(LayoutKind::Preferences);
        }
        _ => return None,
    })
}

/// The views of a document in its order, without those that say nothing.
pub fn views(kind: LayoutKind, root: &Element, reader: &Reader<'_>) -> Vec<View> {
    let mut walk = Walk {
        kind,
        reader,
        views: Vec::new(),
    };
    let mut open = vec![Open {
        element: root,
        index: None,
        next: 0,
        start: true,
    }];
    walk.element(&open);
    while let Some(last) = open.last_mut() {
        let index = last.next;
        let Some(child) = last.element.children.get(index) else {
            open.pop();
            continue;
        };
        last.next = index.saturating_add(1);
        if PARTS.contains(&child.name.as_str()) {
            continue;
        }
        let start = last.start && starts_at(last.element, child);
        open.push(Open {
            element: child,
            index: Some(index),
            next: 0,
            start,
        });
        walk.element(&open);
    }
    walk.views
}

/// An element on the way from the root to where the walk is.
struct Open<'a> {
    element: &'a Element,
    /// Which child of its parent it is.
    index: Option<usize>,
    /// The child to go to next.
    next: usize,
    /// In a navigation graph: the graph starts here, or in here.
    start: bool,
}

/// Whether a navigation graph starts at this child.
fn starts_at(graph: &Element, child: &Element) -> bool {
    let start = named(graph, "startDestination").map(without_plus);
    let id = value(child, attr::ID).map(without_plus);
    start.is_some() && start == id
}

/// `@+id/home` and `@id/home` are one.
fn without_plus(value: &Value) -> Value {
    match value {
        Value::NamedReference(name) => Value::NamedReference(name.replacen("@+", "@", 1)),
        other => other.clone(),
    }
}

struct Walk<'a> {
    kind: LayoutKind,
    reader: &'a Reader<'a>,
    views: Vec<View>,
}

impl Walk<'_> {
    /// Keeps what the last of these elements says.
    fn element(&mut self, open: &[Open<'_>]) {
        let Some(Open { element, start, .. }) = open.last() else {
            return;
        };
        let view = match self.kind {
            LayoutKind::Layout => self.layout(element),
            LayoutKind::Menu => self.item(element),
            LayoutKind::Navigation => self.destination(element, *start),
            LayoutKind::Preferences => Some(self.preference(element)),
        };
        let Some(view) = view.filter(says_something) else {
            return;
        };
        let place = || self.reader.place(element, &path(open));
        let opened = match self.kind {
            LayoutKind::Preferences => self.text(element, attr::FRAGMENT),
            _ => None,
        };
        let opened = opened.map(|class| View {
            class,
            fragment: true,
            id: view.id.clone(),
            place: place(),
            ..View::default()
        });
        let place = place();
        self.views.push(View { place, ..view });
        self.views.extend(opened);
    }

    fn layout(&self, element: &Element) -> Option<View> {
        let reader = self.reader;
        let mut view = View {
            class: element.name.clone(),
            id: self.id(element),
            resource: reader.reference(element, attr::ID),
            texts: self.texts(
                element,
                &[
                    attr::TEXT,
                    attr::TITLE,
                    attr::HINT,
                    attr::CONTENT_DESCRIPTION,
                ],
            ),
            on_click: self.text(element, attr::ON_CLICK),
            checked: reader.bool(element, attr::CHECKED),
            ..View::default()
        };
        let class = || {
            element
                .plain("class")
                .and_then(|class| self.written(&class.value))
        };
        match element.name.as_str() {
            "merge" | "layout" => return None,
            "include" => view.include = element.plain("layout").and_then(|at| id_in(&at.value)),
            "ViewStub" => view.include = reader.reference(element, attr::LAYOUT),
            "view" => view.class = class()?,
            "fragment" => {
                view.class = class().or_else(|| self.text(element, attr::NAME))?;
                view.fragment = true;
            }
            name if name.ends_with("FragmentContainerView") => {
                if let Some(class) = class().or_else(|| self.text(element, attr::NAME)) {
                    view.class = class;
                    view.fragment = true;
                }
            }
            _ => {}
        }
        if view.fragment && view.include.is_none() {
            view.include = named(element, "navGraph").and_then(id_in);
        }
        Some(view)
    }

    fn item(&self, element: &Element) -> Option<View> {
        if element.name != "item" {
            return None;
        }
        let class = |attribute| {
            self.text(element, attribute)
                .or_else(|| self.written(named(element, attribute.1)?))
        };
        let class = class(attr::ACTION_VIEW_CLASS)
            .or_else(|| class(attr::ACTION_PROVIDER_CLASS))
            .unwrap_or_else(|| element.name.clone());
        Some(View {
            class,
            include: value(element, attr::LAYOUT).and_then(id_in),
            id: self.id(element),
            resource: self.reader.reference(element, attr::ID),
            texts: self.texts(element, &[attr::TITLE, attr::CONTENT_DESCRIPTION]),
            on_click: self.text(element, attr::ON_CLICK),
            checked: self.reader.bool(element, attr::CHECKED),
            ..View::default()
        })
    }

    fn destination(&self, element: &Element, start: bool) -> Option<View> {
        let view = View {
            id: self.id(element),
            resource: self.reader.reference(element, attr::ID),
            texts: self.texts(element, &[attr::LABEL]),
            start,
            ..View::default()
        };
        if element.name == "include" {
            return Some(View {
                class: element.name.clone(),
                include: named(element, "graph").and_then(id_in),
                ..view
            });
        }
        Some(View {
            class: self.text(element, attr::NAME)?,
            fragment: matches!(element.name.as_str(), "fragment" | "dialog"),
            ..view
        })
    }

    fn preference(&self, element: &Element) -> View {
        let key = self.text(element, attr::KEY);
        View {
            class: element.name.clone(),
            id: key.or_else(|| self.written(named(element, "key")?)),
            resource: self.reader.reference(element, attr::ID),
            texts: self.texts(element, &[attr::TITLE, attr::SUMMARY]),
            ..View::default()
        }
    }

    /// Name of the id.
    fn id(&self, element: &Element) -> Option<String> {
        let name = match value(element, attr::ID)? {
            Value::Reference(_) => self.reader.resource_name(element, attr::ID)?,
            Value::NamedReference(name) => name.clone(),
            _ => return None,
        };
        let name = name.rsplit_once('/')?.1;
        // A name that was removed.
        (!name.starts_with("0x")).then(|| name.to_owned())
    }

    /// Text of an attribute in the default locale.
    fn text(&self, element: &Element, attribute: Attr) -> Option<String> {
        self.written(value(element, attribute)?)
    }

    /// Text of a value in the default locale; none for an expression of data
    /// binding and for what leads nowhere.
    fn written(&self, value: &Value) -> Option<String> {
        if !is_text(value) {
            return None;
        }
        let text = self.reader.text_of(value);
        Some(text).filter(|text| !text.is_empty() && !text.starts_with("@0x"))
    }

    /// What these attributes say in every locale.
    fn texts(&self, element: &Element, attributes: &[Attr]) -> Vec<Label> {
        let given = |attribute: &Attr| {
            let own = value(element, *attribute);
            own.or_else(|| named(element, attribute.1))
        };
        let mut texts: Vec<Label> = attributes
            .iter()
            .filter_map(given)
            .filter(|value| is_text(value))
            .flat_map(|value| self.reader.labels_of(value))
            .filter(|label| !label.text.trim().is_empty())
            .collect();
        texts.sort();
        texts.dedup();
        texts
    }
}

/// Whether a value can be a text: not a colour, and no expression of data
/// binding (`@{…}`, `@={…}`).
fn is_text(value: &Value) -> bool {
    match value {
        Value::Text(text) => !text.starts_with("@{") && !text.starts_with("@={"),
        Value::Reference(_) | Value::NamedReference(_) => true,
        _ => false,
    }
}

/// Value of an attribute of the Android namespace.
fn value(element: &Element, (id, name): Attr) -> Option<&Value> {
    Some(&element.android(id, name)?.value)
}

/// Value of an attribute that a library defines: it has the namespace of the
/// app, and an id that differs from app to app.
fn named<'a>(element: &'a Element, name: &str) -> Option<&'a Value> {
    let mut attributes = element.attributes.iter();
    let own = attributes.find(|a| a.name == name && a.namespace != ANDROID);
    Some(&own?.value)
}

fn id_in(value: &Value) -> Option<u32> {
    match value {
        Value::Reference(id) => Some(*id),
        _ => None,
    }
}

/// Whether anybody can want to know of this view.
fn says_something(view: &View) -> bool {
    view.class.contains('.')
        || view.fragment
        || view.include.is_some()
        || view.id.is_some()
        || view.resource.is_some()
        || !view.texts.is_empty()
        || view.on_click.is_some()
        || view.checked.is_some()
}

/// `LinearLayout/Button[2]`: the names of the elements from the root, each
/// with its position in its parent.
fn path(open: &[Open<'_>]) -> String {
    let mut steps = Vec::new();
    let mut length = 0_usize;
    for Open { element, index, .. } in open.iter().rev() {
        let name: String = element.name.chars().take(LONGEST_PATH / 4).collect();
        let step = match index {
            Some(index) => format!("{name}[{index}]"),
            None => name,
        };
        length = length.saturating_add(step.len());
        if length > LONGEST_PATH && !steps.is_empty() {
            steps.push("…".to_owned());
            break;
        }
        steps.push(step);
    }
    steps.reverse();
    steps.join("/")
}

/// What it costs to keep a view, in bytes.
pub fn cost(view: &View) -> usize {
    let texts = |texts: &[Label]| -> usize {
        let each = |label: &Label| {
            label
                .locale
                .len()
                .saturating_add(label.text.len())
                .saturating_add(size_of::<Label>())
        };
        texts.iter().map(each).fold(0, usize::saturating_add)
    };
    let text = |text: Option<&String>| text.map_or(0, String::len);
    let Place { file, locator, .. } = &view.place;
    [
        size_of::<View>(),
        view.class.len(),
        text(view.id.as_ref()),
        text(view.on_click.as_ref()),
        text(locator.as_ref()),
        file.len(),
        texts(&view.texts),
    ]
    .into_iter()
    .fold(0, usize::saturating_add)
}
