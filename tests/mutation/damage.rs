//! Ways to damage a file, the same on every run.

/// A stream of numbers: xorshift with 64 bits.
pub struct Dice(u64);

impl Dice {
    /// Each name starts a stream of its own.
    pub fn named(name: &str) -> Self {
        let seed = name.bytes().fold(0x9e37_79b9_7f4a_7c15_u64, |seed, byte| {
            (seed ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(seed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`, which is not zero.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 11).unwrap() % end
    }

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }
}

/// A copy of `bytes` with up to four wounds.
pub fn damaged(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut copy = bytes.to_vec();
    for _ in 0..=dice.below(4) {
        if !copy.is_empty() {
            wound(&mut copy, dice);
        }
    }
    copy
}

fn wound(bytes: &mut Vec<u8>, dice: &mut Dice) {
    // Headers, where the lengths are, get half of the wounds.
    let reach = if dice.below(2) == 0 {
        bytes.len().min(256)
    } else {
        bytes.len()
    };
    let at = dice.below(reach);
    match dice.below(8) {
        0 | 1 => bytes[at] ^= 1 << dice.below(8),
        2 => bytes[at] = dice.byte(),
        3 | 4 => extreme(bytes, at & !3, dice),
        5 => {
            let end = bytes.len().min(at + 1 + dice.below(16));
            bytes.drain(at..end);
        }
        6 => {
            let end = bytes.len().min(at + 1 + dice.below(64));
            let piece = bytes[at..end].to_vec();
            let to = dice.below(bytes.len());
            bytes.splice(to..to, piece);
        }
        _ => bytes.truncate(at),
    }
}

/// A word of the kind that breaks lengths, counts and offsets.
fn extreme(bytes: &mut [u8], at: usize, dice: &mut Dice) {
    let length = u32::try_from(bytes.len()).unwrap();
    let words = [
        0,
        1,
        u32::MAX,
        u32::MAX >> 1,
        1 << 31,
        0x0001_0000,
        length,
        length - 1,
    ];
    let word = words[dice.below(words.len())].to_le_bytes();
    for (byte, new) in bytes[at..].iter_mut().zip(word) {
        *byte = new;
    }
}
