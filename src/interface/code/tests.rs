use super::*;
use crate::catalog::sdks;
use crate::sdk::{self, Seen};

/// Classes that all have the same annotated methods, each of these the same
/// set, of which every entry is the same annotation of many values: a file of
/// a few hundred kilobytes that asks for 10^14 values.
fn shared_annotations() -> Vec<u8> {
    const CLASSES: u32 = 2000;
    const METHODS: u32 = 1000;
    const ENTRIES: u32 = 1000;
    const VALUES: u32 = 50_000;
    const STRINGS: u32 = 0x70;
    const TYPES: u32 = STRINGS + 4;
    const DEFS: u32 = TYPES + 4;
    const DIRECTORY: u32 = DEFS + 32 * CLASSES;
    const SET: u32 = DIRECTORY + 16 + 8 * METHODS;
    const TEXT: u32 = SET + 4 + 4 * ENTRIES;
    const ITEM: u32 = TEXT + 12;
    const SIZE: u32 = ITEM + 5 + 2 * VALUES;
    const NONE: u32 = u32::MAX;
    let mut dex = b"dex\n035\0".to_vec();
    dex.extend([0; 24]);
    let mut words = |words: &[u32]| dex.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    words(&[SIZE, 0x70, 0x1234_5678, 0, 0, 0]);
    // Strings, types, prototypes, fields, methods, classes, data.
    words(&[1, STRINGS, 1, TYPES, 0, 0, 0, 0, 0, 0]);
    words(&[CLASSES, DEFS, SIZE - DIRECTORY, DIRECTORY]);
    words(&[TEXT, 0]);
    for _ in 0..CLASSES {
        words(&[0, 1, NONE, 0, NONE, DIRECTORY, 0, 0]);
    }
    words(&[0, 0, METHODS, 0]);
    for _ in 0..METHODS {
        words(&[0, SET]);
    }
    words(&[ENTRIES]);
    for _ in 0..ENTRIES {
        words(&[ITEM]);
    }
    dex.extend(b"\x09La/b/Cde;\0");
    dex.push(0);
    // Visible at run time, of type 0, 50,000 times `null` by the name 0.
    dex.extend([1, 0, 0xd0, 0x86, 0x03]);
    dex.extend([0, 0x1e].repeat(VALUES as usize));
    assert_eq!(dex.len(), SIZE as usize);
    dex
}

#[test]
fn annotations_that_lie_over_each_other_are_read_within_bounds() {
    let bytes = shared_annotations();
    let seen = Seen {
        package: "a.b",
        ..Seen::default()
    };
    let (_, owners) = sdk::detect(&seen, sdks(), &|_| None);
    let wanted = Scan {
        owners: &owners,
        ids: &FxHashSet::default(),
        by_name: &FxHashMap::default(),
        limits: &Limits::default(),
    };
    let file = CodeFile {
        path: "classes.dex",
        bytes: &bytes,
    };
    let read = scan(&[file], &wanted);
    assert_eq!(read.seen, 2000);
    assert_eq!(read.cut, ["classes.dex"]);
}
