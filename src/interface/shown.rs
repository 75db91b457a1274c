//! Which texts that code loads cannot be what a screen shows: names in an
//! enumeration, values of maps, what goes into the log or to an SDK.

use rustc_hash::FxHashMap;

use crate::decode::dex::{self, Dex, Insn};
use crate::sdk::Owners;

/// Classes of the platform that keep or log what they are given.
const KEEP: [&str; 4] = [
    "Landroid/content/ContentValues;",
    "Landroid/util/Log;",
    "Ljava/util/Properties;",
    "Lorg/json/JSONObject;",
];
/// Beginnings of names of methods that tell an event.
const EVENTS: [&str; 6] = [
    "track",
    "logEvent",
    "onEvent",
    "sendEvent",
    "reportEvent",
    "setScreenName",
];
/// Parts of names of an SDK's methods by which it is told what to show.
const SHOW: [&str; 7] = ["Text", "Title", "Btn", "Button", "Label", "Hint", "Message"];

/// Whether a method neither shows nor passes on what it is given.
pub fn hides(dex: &Dex<'_>, owners: &Owners<'_>, method: u32) -> bool {
    let told = || {
        let method = dex.method(method).ok()?;
        let class = dex.type_descriptor(method.class).ok()?;
        let name = dex.string(method.name).ok()?;
        Some((class, name))
    };
    let Some((class, name)) = told() else {
        return false;
    };
    let is_map = class.starts_with("Ljava/util/") && class.ends_with("Map;");
    is_map
        || KEEP.contains(&&*class)
        || EVENTS.iter().any(|start| name.starts_with(start))
        || (!SHOW.iter().any(|part| name.contains(part))
            && owners.of(&dex::dotted(&class)).starts_with("sdk:"))
}

/// Whether a text can be the name of a constant.
pub fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|char| char.is_ascii_alphanumeric() || char == '_')
}

/// Texts that registers hold, instruction by instruction, and whether each
/// was only given to a method that hides it.
#[derive(Debug, Default)]
pub struct Loaded {
    held: FxHashMap<u16, (u32, bool)>,
    /// Texts that may be shown.
    pub shown: Vec<u32>,
}

impl Loaded {
    /// A register holds a text from now on.
    pub fn load(&mut self, register: u16, text: u32) {
        self.release(register);
        self.held.insert(register, (text, false));
    }

    /// The next instruction; `hides` tells it of the method that it calls.
    pub fn step(&mut self, insn: &Insn, hides: impl FnOnce(u32) -> bool) {
        if self.held.is_empty() {
            return;
        }
        let calls = matches!(insn.opcode, 0x6e..=0x72 | 0x74..=0x78);
        // const, move-result, new-instance, instance-of, iget, sget
        let writes = matches!(insn.opcode, 0x0a..=0x0d | 0x12..=0x1c | 0x20 | 0x22 | 0x52..=0x58 | 0x60..=0x66);
        let held = |register: &u16| self.held.contains_key(register);
        let given: Vec<u16> = insn.registers.iter().filter(held).collect();
        if given.is_empty() {
            return;
        }
        if calls && insn.index.is_some_and(hides) {
            for register in given {
                if let Some((_, hidden)) = self.held.get_mut(&register) {
                    *hidden = true;
                }
            }
            return;
        }
        for register in given {
            if writes && insn.registers.get(0) == Some(register) {
                self.release(register);
            } else {
                self.shown
                    .extend(self.held.remove(&register).map(|(text, _)| text));
            }
        }
    }

    /// What a register holds is gone.
    fn release(&mut self, register: u16) {
        if let Some((text, hidden)) = self.held.remove(&register)
            && !hidden
        {
            self.shown.push(text);
        }
    }

    /// The texts that may be shown, at the end of the method.
    pub fn finish(mut self) -> Vec<u32> {
        let mut registers: Vec<u16> = self.held.keys().copied().collect();
        registers.sort_unstable();
        for register in registers {
            self.release(register);
        }
        self.shown
    }
}
