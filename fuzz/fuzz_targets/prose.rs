#![no_main]

#[path = "../../tests/mutation/walk.rs"]
mod walk;

use libfuzzer_sys::fuzz_target;
use walk::Format;

fuzz_target!(|data: &[u8]| {
    let _ = walk::everything(Format::Prose, "", data);
});
