//! What is known of values: in one method, where ways meet, and what callers
//! learn of it.

use super::super::gates::{Gate, Source};
use super::super::names::NONE;
use super::super::summary::{Known, Returns, Summaries};
use super::super::value::{Content, Register, State, Texts, Value};

const CAT: u32 = 7;
const DOG: u32 = 8;

fn exact(of: u32) -> Register {
    Register {
        value: Value::Unknown,
        of,
        exact: true,
    }
}

#[test]
fn where_ways_meet_only_what_holds_on_both_is_known() {
    let one = Register::value(Value::Int(1));
    let two = Register::value(Value::Int(2));
    assert_eq!(one.join(one), one);
    assert_eq!(one.join(two), Register::UNKNOWN);
    assert_eq!(exact(CAT).join(exact(DOG)).of, NONE);
    assert!(!exact(CAT).join(Register::of(CAT)).exact);
}

#[test]
fn null_is_of_every_class() {
    let null = Register::value(Value::Int(0));
    for joined in [exact(CAT).join(null), null.join(exact(CAT))] {
        assert_eq!((joined.of, joined.exact), (CAT, true));
        assert_eq!(joined.value, Value::Unknown);
    }
}

#[test]
fn what_a_source_gave_stays_in_a_value_that_may_be_another() {
    let given = Register::value(Value::Given(3));
    let other = Register::value(Value::Int(5));
    assert_eq!(given.join(other).value, Value::Given(3));
    assert_eq!(other.join(given).value, Value::Given(3));
}

#[test]
fn texts_have_one_number_and_are_not_built_without_end() {
    let mut texts = Texts::default();
    let hello = texts.add("hello");
    assert_eq!(texts.add("hello"), hello);
    let both = texts.joined(hello, " world").unwrap();
    assert_eq!(texts.get(both), Some("hello world"));
    assert_eq!(texts.of(Value::Int(-3)).as_deref(), Some("-3"));
    assert_eq!(texts.joined(hello, &"x".repeat(5_000)), None);
    let mut long = texts.add("");
    for _ in 0..10_000 {
        long = texts.joined(long, "x").unwrap_or(hello);
    }
    assert!(texts.get(long).unwrap().len() <= 4096);
}

#[test]
fn an_object_holds_what_was_noted_last_until_ways_meet() {
    let (builder, array) = (Value::New(4), Value::New(9));
    let mut state = State::new(2);
    state.set(0, Register::value(builder));
    state.hold(array, Content::Array(0));
    state.hold(builder, Content::Built(1));
    state.hold(builder, Content::Built(2));
    assert_eq!(state.content(builder), Some(Content::Built(2)));
    assert_eq!(state.content(Value::Int(4)), None);

    let mut other = state.clone();
    assert!(!state.join(&other), "the same says nothing new");
    other.hold(builder, Content::Built(3));
    assert!(state.join(&other));
    assert_eq!(state.content(builder), Some(Content::Unknown));
    assert_eq!(state.content(array), Some(Content::Array(0)));
    assert!(!state.join(&other), "less than nothing is not known");
}

#[test]
fn a_register_that_is_not_there_is_unknown_and_stays_so() {
    let mut state = State::new(1);
    state.set(40, Register::value(Value::Int(1)));
    assert_eq!(state.get(40), Register::UNKNOWN);
}

#[test]
fn what_a_method_gives_back_is_told_in_the_words_of_its_caller() {
    let mut inside = Texts::default();
    let key = inside.add("key");
    let text = Known::of(Value::Text(key), &inside);
    let parameter = Known::of(Value::Param(1), &inside);
    assert_eq!(Known::of(Value::New(3), &inside), Known::Unknown);

    let mut caller = Texts::default();
    let arguments = [Register::UNKNOWN, Register::value(Value::Int(5))];
    assert_eq!(parameter.inside(&mut caller, &arguments), Value::Int(5));
    assert_eq!(parameter.inside(&mut caller, &[]), Value::Unknown);
    let Value::Text(number) = text.inside(&mut caller, &arguments) else {
        unreachable!("a text stays a text");
    };
    assert_eq!(caller.get(number), Some("key"));
}

#[test]
fn a_condition_on_a_parameter_is_one_on_what_the_caller_gives() {
    let of_parameter = Gate {
        source: Source::KeyOf(0),
        consent: false,
    };
    let returns = Returns {
        gates: vec![of_parameter.clone()],
        ..Returns::UNKNOWN
    };
    let mut texts = Texts::default();
    let key = texts.add("privacy_agreed");
    let asked = |value| {
        let arguments = [Register::value(value)];
        let gates: Vec<_> = returns.gates_for(&texts, &arguments).collect();
        gates
    };
    assert_eq!(asked(Value::Text(key)), [Gate::key(Some("privacy_agreed"))]);
    assert_eq!(asked(Value::Unknown), [Gate::key(None)]);
    let passed_on = Gate {
        source: Source::KeyOf(2),
        ..of_parameter
    };
    assert_eq!(asked(Value::Param(2)), [passed_on]);
}

#[test]
fn a_result_is_worked_out_once_for_each_depth() {
    let summaries = Summaries::default();
    let one = || Returns {
        of: CAT,
        ..Returns::UNKNOWN
    };
    assert_eq!(summaries.get(5, 2, one).of, CAT);
    let again = summaries.get(5, 2, || unreachable!("it is known"));
    assert_eq!(again.of, CAT);
    assert_eq!(summaries.get(5, 1, || Returns::UNKNOWN).of, NONE);
}

#[test]
fn the_name_of_a_key_tells_whether_a_condition_is_about_consent() {
    assert!(Gate::key(Some("privacy_agreed")).consent);
    assert!(!Gate::key(Some("dark_mode")).consent);
    assert!(!Gate::key(None).consent);
    assert!(Gate::told().consent);
}
