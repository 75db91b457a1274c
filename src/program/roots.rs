//! Where the system enters the app.

use rustc_hash::FxHashMap;

use super::names::NONE;
use super::reach::Level;
use super::world::{Type, World};
use super::{Phase, Registered};
use crate::manifest::{Component, ComponentKind, ManifestFacts};

/// Interface of what `androidx.startup` initialises.
pub(super) const INITIALIZER: &[u8] = b"Landroidx/startup/Initializer;";
/// Its methods.
pub(super) const INITIALIZER_METHODS: [&str; 2] = ["create", "dependencies"];

/// What a root is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RootKind {
    Application,
    Provider,
    Initializer,
    Launcher,
    Activity,
    Service,
    Receiver,
    /// A script or compiled code of a framework calls.
    Script,
    /// Native code may call.
    Native,
}

impl RootKind {
    /// Its word in the facts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Provider => "provider",
            Self::Initializer => "initializer",
            Self::Launcher => "launcher",
            Self::Activity => "activity",
            Self::Service => "service",
            Self::Receiver => "receiver",
            Self::Script => "script",
            Self::Native => "native",
        }
    }
}

/// A class of which the system makes an object.
#[derive(Clone, Debug)]
pub(super) struct Root {
    pub kind: RootKind,
    pub of: Type,
    pub level: Level,
    /// Methods that are called beside the callbacks of its class.
    pub methods: &'static [&'static str],
}

impl Root {
    /// Whether it stands for all callers of a kind and for no class.
    pub fn stands_for(&self, kind: RootKind) -> bool {
        self.kind == kind && self.of == NONE
    }
}

/// The roots that the manifest names, early ones first; then classes that
/// files of the package register with a framework. The last two stand for
/// scripts and for native code.
pub(super) fn all(
    world: &World<'_>,
    manifest: &ManifestFacts,
    registered: &[Registered],
) -> Vec<Root> {
    let mut roots = Vec::new();
    let application = &manifest.application;
    let mut add = |class: &str, kind, level, methods| {
        if let Some(of) = world.type_of_class(class) {
            roots.push(Root {
                kind,
                of,
                level,
                methods,
            });
        }
    };
    for class in application
        .component_factory
        .iter()
        .chain(&application.class)
    {
        add(class, RootKind::Application, Level::Start, &[]);
    }
    let own = application.process.as_deref();
    let in_own_process = |component: &Component| match component.process.as_deref() {
        None => true,
        some => some == own || some == Some(&manifest.package),
    };
    let enabled = manifest
        .components
        .iter()
        .filter(|component| component.enabled);
    let mut providers: Vec<&Component> = enabled
        .clone()
        .filter(|component| component.kind == ComponentKind::Provider)
        .collect();
    // The order of starting: higher first, of equal ones as they stand.
    providers.sort_by_key(|provider| std::cmp::Reverse(provider.init_order.unwrap_or(0)));
    for provider in providers {
        let level = if in_own_process(provider) {
            Level::Start
        } else {
            Level::Other
        };
        add(&provider.class, RootKind::Provider, level, &[]);
        for meta in &provider.meta_data {
            if meta.value.as_deref() == Some("androidx.startup") {
                add(
                    &meta.name,
                    RootKind::Initializer,
                    level,
                    &INITIALIZER_METHODS,
                );
            }
        }
    }
    for component in enabled {
        let class = component.target.as_ref().unwrap_or(&component.class);
        let (kind, level) = match component.kind {
            ComponentKind::Provider => continue,
            ComponentKind::Activity | ComponentKind::ActivityAlias if component.is_launcher() => {
                (RootKind::Launcher, Level::FirstScreen)
            }
            ComponentKind::Activity | ComponentKind::ActivityAlias => {
                (RootKind::Activity, Level::Other)
            }
            ComponentKind::Service => (RootKind::Service, Level::Other),
            ComponentKind::Receiver => (RootKind::Receiver, Level::Other),
        };
        add(class, kind, level, &[]);
    }
    for class in registered {
        let level = match class.phase {
            Phase::Start => Level::Start,
            Phase::FirstScreen => Level::FirstScreen,
            _ => Level::Other,
        };
        add(&class.class, RootKind::Script, level, &[]);
    }
    for kind in [RootKind::Script, RootKind::Native] {
        roots.push(Root {
            kind,
            of: NONE,
            level: Level::Other,
            methods: &[],
        });
    }
    roots
}

/// Classes of the screens that the launcher opens.
pub(super) fn launchers(roots: &[Root]) -> Vec<Type> {
    let launchers = roots.iter().filter(|root| root.kind == RootKind::Launcher);
    launchers.map(|root| root.of).collect()
}

/// Classes of enabled components, and whether they are screens.
pub(super) fn components(world: &World<'_>, manifest: &ManifestFacts) -> FxHashMap<Type, bool> {
    let enabled = manifest
        .components
        .iter()
        .filter(|component| component.enabled);
    enabled
        .filter_map(|component| {
            let screen = matches!(
                component.kind,
                ComponentKind::Activity | ComponentKind::ActivityAlias
            );
            let class = component.target.as_ref().unwrap_or(&component.class);
            Some((world.type_of_class(class)?, screen))
        })
        .collect()
}

/// Components by the actions that only this app has a reason to send, and
/// whether they are screens.
pub(super) fn actions(
    world: &World<'_>,
    manifest: &ManifestFacts,
) -> FxHashMap<String, Vec<(Type, bool)>> {
    let mut actions: FxHashMap<String, Vec<(Type, bool)>> = FxHashMap::default();
    let components = components(world, manifest);
    for component in manifest.components.iter().filter(|c| c.enabled) {
        let class = component.target.as_ref().unwrap_or(&component.class);
        let Some(of) = world.type_of_class(class) else {
            continue;
        };
        let Some(screen) = components.get(&of) else {
            continue;
        };
        let named = component
            .intent_filters
            .iter()
            .flat_map(|filter| &filter.actions);
        for action in named.filter(|action| !action.starts_with("android.")) {
            actions
                .entry(action.clone())
                .or_default()
                .push((of, *screen));
        }
    }
    actions
}
