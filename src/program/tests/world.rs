//! Names over all files, the hierarchy, and which method a call runs.

use super::super::names::Names;
use super::super::structure::{ClassShape, structure};
use super::super::world::World;
use super::super::{Bytecode, uris};
use super::{files, of, own, world};
use crate::code;
use crate::container::Package;
use crate::limits::Limits;

const FAMILY: &str = r#"
[[class]]
name = "a.Speaks"
modifiers = "public interface"
[[class.method]]
signature = "public void speak()"
code = ["call int android.util.Log.d(java.lang.String, java.lang.String)"]

[[class]]
name = "a.Animal"
implements = ["a.Speaks"]
[[class.method]]
signature = "public void eat()"
[[class.method]]
signature = "public void eat(int much)"

[[class]]
name = "a.Dog"
extends = "a.Animal"
[[class.method]]
signature = "public void eat()"

[[class]]
name = "a.Puppy"
extends = "a.Dog"

[[class]]
name = "a.Cat"
extends = "a.Animal"
"#;

#[test]
fn a_name_has_one_number_and_an_unseen_name_has_none() {
    let mut names = Names::default();
    let (run, stop) = (names.add(b"run"), names.add(b"stop"));
    assert_ne!(run, stop);
    assert_eq!(names.add(b"run"), run);
    assert_eq!((names.get(b"stop"), names.get(b"walk")), (Some(stop), None));
    assert_eq!((names.text(run), names.len()), (&b"run"[..], 2));
}

#[test]
fn an_object_runs_the_nearest_method_above_it() {
    let files = files(FAMILY);
    let world = world(&files);
    let class = |name| world.class_of(of(&world, name)).unwrap();
    let eat = world.method(own(&world, "a.Dog", "eat")).unwrap().sig;
    assert_eq!(
        world.dispatch(class("a.Puppy"), eat),
        Some(own(&world, "a.Dog", "eat"))
    );
    let cats = world.dispatch(class("a.Cat"), eat).unwrap();
    assert_eq!(world.method_name(cats), "a.Animal.eat");
}

#[test]
fn an_interface_brings_a_method_that_no_class_has() {
    let files = files(FAMILY);
    let world = world(&files);
    let speak = own(&world, "a.Speaks", "speak");
    let sig = world.method(speak).unwrap().sig;
    let puppy = world.class_of(of(&world, "a.Puppy")).unwrap();
    assert_eq!(world.dispatch(puppy, sig), Some(speak));
}

#[test]
fn overloads_stand_together_and_are_told_apart() {
    let files = files(FAMILY);
    let world = world(&files);
    let animal = world.class_of(of(&world, "a.Animal")).unwrap();
    let eat = world.names.get(b"eat").unwrap();
    let texts: Vec<_> = world
        .own_named(animal, eat)
        .map(|method| world.descriptor(world.method(method).unwrap().sig))
        .collect();
    assert_eq!(texts.len(), 2);
    assert!(texts.contains(&&b"()V"[..]) && texts.contains(&&b"(I)V"[..]));
}

#[test]
fn a_call_has_only_one_target_as_long_as_no_class_below_has_its_own() {
    let files = files(FAMILY);
    let world = world(&files);
    let eat = world.method(own(&world, "a.Dog", "eat")).unwrap().sig;
    assert_eq!(world.only(of(&world, "a.Animal"), eat), None);
    assert_eq!(
        world.only(of(&world, "a.Dog"), eat),
        Some(own(&world, "a.Dog", "eat"))
    );
}

#[test]
fn everything_above_a_class_is_above_it_and_nothing_beside_it() {
    let files = files(FAMILY);
    let world = world(&files);
    let below = |one, other| world.is_below(of(&world, one), of(&world, other));
    assert!(below("a.Puppy", "a.Animal") && below("a.Puppy", "a.Speaks"));
    assert!(below("a.Puppy", "a.Puppy") && below("a.Puppy", "java.lang.Object"));
    assert!(!below("a.Puppy", "a.Cat") && !below("a.Animal", "a.Dog"));
}

#[test]
fn of_two_classes_with_one_name_the_first_counts() {
    let twice = r#"
        [[class]]
        name = "a.Twice"
        [[class.method]]
        signature = "public void first()"
        [[class]]
        name = "a.Twice"
        dex = 2
        [[class.method]]
        signature = "public void second()"
        "#;
    let files = files(twice);
    assert_eq!(files.len(), 2);
    let world = world(&files);
    let class = world.class_of(of(&world, "a.Twice")).unwrap();
    let has = |name: &[u8]| world.named(class, name).is_some();
    assert!(has(b"first") && !has(b"second"));
}

#[test]
fn an_address_of_content_tells_what_is_there() {
    assert_eq!(uris::kind("content://sms/inbox"), Some("sms"));
    assert_eq!(uris::kind("content://sms"), Some("sms"));
    assert_eq!(uris::kind("content://smsbackup/1"), None);
    assert_eq!(uris::kind("https://sms/inbox"), None);
    let field = "@android.provider.ContactsContract$Contacts.CONTENT_URI";
    assert_eq!(uris::kind(field), Some("contacts"));

    assert_eq!(
        uris::needs("content://sms"),
        ["android.permission.READ_SMS"]
    );
    assert!(uris::needs(field).contains(&"android.permission.READ_CONTACTS".to_owned()));
    assert!(uris::needs("content://media/external/images/media").is_empty());
}

#[test]
fn a_class_that_was_merged_stands_in_the_structure_once_as_the_file_has_it() {
    let limits = Limits::default();
    let merged = "fixtures/flows/merged-classes/r8.apk";
    let package = Package::open(merged.as_ref(), &limits).unwrap();
    let files = code::load(&package);
    let files: Vec<Bytecode> = files.into_iter().filter_map(Bytecode::of).collect();
    let world = World::read(&files, &limits);
    assert!(
        world.classes.len() > world.written_classes().len(),
        "taken apart"
    );

    let structure = structure(&files, &limits);
    assert_eq!(structure.classes.len(), world.written_classes().len());
    let itself = |class: &ClassShape| class.superclass.as_deref() == Some(class.name.as_str());
    assert!(!structure.classes.iter().any(itself));
}
