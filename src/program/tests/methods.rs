//! Blocks of a method, what static fields hold at the start, which calls read
//! a memory, and whom the platform calls.

use super::super::flow::Flow;
use super::super::gates::Stores;
use super::super::listeners::Listeners;
use super::super::statics::Statics;
use super::super::summary::Known;
use super::super::world::{FieldRef, World};
use super::{files, of, own, world};

fn flow<'a>(world: &World<'a>, name: &str) -> Flow<'a> {
    let method = world.method(own(world, "a.Main", name)).unwrap();
    Flow::new(world.code(method).unwrap())
}

#[test]
fn a_branch_cuts_a_method_into_blocks_and_both_ways_are_known() {
    let files = files(
        r#"
        [[class]]
        name = "a.Main"
        [[class.method]]
        signature = "static void straight(int n)"
        [[class.method]]
        signature = "static int branch(int n)"
        code = ["if n goto end", "const 5", "end:", "return n"]
        "#,
    );
    let world = world(&files);
    assert_eq!(flow(&world, "straight").len(), 1);

    let branch = flow(&world, "branch");
    assert_eq!(branch.len(), 3);
    let test = *branch.block(0).last().unwrap();
    assert_eq!(branch.next(&test), Some(1));
    let targets = branch.targets(&test);
    assert_eq!(branch.block_at(targets[0]), Some(2));
    assert!(branch.handlers(0).is_empty() && !branch.too_large);
    assert!(branch.block(3).is_empty(), "there is no fourth");
}

#[test]
fn a_static_field_holds_its_value_until_an_initialiser_may_set_it() {
    let files = files(
        r#"
        [[class]]
        name = "a.Main"
        fields = ['static final java.lang.String KEY = "agreed"', "static boolean ready", "static int count"]
        [[class.method]]
        signature = "static void <clinit>()"
        code = ["put-static int a.Main.count with 3"]
        [[class.method]]
        signature = "void use()"
        code = ["get-static java.lang.String a.Main.KEY", "get-static boolean a.Main.ready"]
        "#,
    );
    let world = world(&files);
    let statics = Statics::default();
    let field = |name: &[u8]| {
        let name = world.names.get(name).unwrap();
        let class = of(&world, "a.Main");
        let of = super::super::names::NONE;
        statics.of(&world, FieldRef { class, name, of }).unwrap()
    };
    let key = field(b"KEY");
    assert_eq!(key.value, Known::Text("agreed".into()));
    assert!(key.is_final && !key.in_clinit);
    let ready = field(b"ready");
    assert_eq!(ready.value, Known::Int(0));
    assert!(!ready.is_final && !ready.in_clinit);
    assert!(field(b"count").in_clinit);
}

#[test]
fn what_an_initialiser_sets_twice_is_there_twice() {
    let field = |name| FieldRef {
        class: 1,
        name,
        of: 2,
    };
    let statics = Statics::default();
    let set = statics.set_by(9, || {
        vec![
            (field(1), Known::Int(1)),
            (field(2), Known::Int(1)),
            (field(2), Known::Int(2)),
        ]
    });
    assert_eq!(set.get(&field(1)).map(Vec::len), Some(1));
    assert_eq!(set.get(&field(2)).map(Vec::len), Some(2));
    assert_eq!(set.get(&field(3)), None);
    let again = statics.set_by(9, || unreachable!("it is known"));
    assert_eq!(again, set);
}

#[test]
fn a_read_of_preferences_names_its_key_and_its_default() {
    let files = files(
        r#"
        [[class]]
        name = "a.Main"
        [[class.method]]
        signature = "void read()"
        code = [
            "call-interface boolean android.content.SharedPreferences.getBoolean(java.lang.String, boolean)",
            "call int java.lang.Math.abs(int)",
        ]
        "#,
    );
    let world = world(&files);
    let stores = Stores::new(&world);
    let of_call = |class, name: &[u8]| stores.of(of(&world, class), world.names.get(name).unwrap());
    let read = of_call("android.content.SharedPreferences", b"getBoolean").unwrap();
    assert_eq!(
        (read.key, read.default, read.missing),
        (Some(0), Some(1), 0)
    );
    assert!(!read.consent && !read.is_name);
    assert!(of_call("java.lang.Math", b"abs").is_none());
}

#[test]
fn the_platform_calls_a_thread_that_is_started_and_a_listener_that_it_is_given() {
    let files = files(
        r#"
        [[class]]
        name = "a.Work"
        extends = "java.lang.Thread"
        [[class.method]]
        signature = "public void run()"
        [[class]]
        name = "a.Main"
        implements = ["android.view.View$OnClickListener"]
        [[class.method]]
        signature = "public void onClick(android.view.View view)"
        code = ["new a.Work()", "call-virtual void a.Work.start() on it", "call-virtual int a.Work.getPriority() on it"]
        "#,
    );
    let world = world(&files);
    let listeners = Listeners::new(&world, &[]);
    let thread = of(&world, "java.lang.Thread");
    let work = of(&world, "a.Work");
    assert_eq!(listeners.starts(&world, work, b"start"), Some(thread));
    assert_eq!(listeners.starts(&world, work, b"getPriority"), None);
    let click = of(&world, "android.view.View$OnClickListener");
    assert!(listeners.is_one(click) && !listeners.is_one(work));
    let called: Vec<_> = listeners
        .of(click)
        .iter()
        .flat_map(|(_, names)| names)
        .collect();
    assert_eq!(called, [&world.names.get(b"onClick").unwrap()]);
    assert!(Listeners::takes_back(b"removeCallbacks"));
    assert!(!Listeners::takes_back(b"setOnClickListener"));
}
