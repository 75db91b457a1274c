//! `ResTable_config`: for which devices and languages a value is meant.
//!
//! Source: `struct ResTable_config`, `toString`, `appendDirLocale` and
//! `getBcp47Locale` in `androidfw` of the Android Open Source Project.

use std::fmt::Write as _;

use crate::decode::DecodeError;
use crate::decode::chunk::Chunk;

/// The configuration of a value. All fields are as the file stores them;
/// zero means any.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Config {
    /// Mobile country code.
    pub mcc: u16,
    /// Mobile network code.
    pub mnc: u16,
    /// Language, two or three letters.
    pub language: String,
    /// Region, two letters or three digits.
    pub region: String,
    /// Script, four letters, if it was written down (and not derived).
    pub script: String,
    /// Language variant.
    pub variant: String,
    /// Numbering system of the locale.
    pub numbering: String,
    /// Orientation: 1 portrait, 2 landscape, 3 square.
    pub orientation: u8,
    /// Touch screen: 1 none, 2 stylus, 3 finger.
    pub touchscreen: u8,
    /// Dots per inch; 0xfffe any, 0xffff none.
    pub density: u16,
    /// Keyboard: 1 none, 2 qwerty, 3 twelve keys.
    pub keyboard: u8,
    /// Navigation: 1 none, 2 directional pad, 3 trackball, 4 wheel.
    pub navigation: u8,
    /// Bits 0–1 keys hidden, bits 2–3 navigation hidden.
    pub input_flags: u8,
    /// Grammatical gender: 1 neuter, 2 feminine, 3 masculine.
    pub gender: u8,
    /// Screen width and height in pixels.
    pub screen: (u16, u16),
    /// SDK version and minor version.
    pub sdk: (u16, u16),
    /// Bits 0–3 size, 4–5 long, 6–7 layout direction.
    pub screen_layout: u8,
    /// Bits 0–3 type, 4–5 night.
    pub ui_mode: u8,
    /// Smallest width in density-independent pixels.
    pub smallest_width: u16,
    /// Width and height in density-independent pixels.
    pub screen_dp: (u16, u16),
    /// Bits 0–1 round.
    pub screen_layout2: u8,
    /// Bits 0–1 wide colour gamut, 2–3 high dynamic range.
    pub color_mode: u8,
}

impl Config {
    /// Reads the structure at `offset` bytes from the start of `chunk`. It
    /// says its own size; what it does not reach is zero.
    ///
    /// # Errors
    /// When it is cut short.
    pub(crate) fn parse(data: &[u8], chunk: &Chunk, offset: usize) -> Result<Self, DecodeError> {
        let mut cursor = chunk.cursor(data, offset, "configuration");
        let size = cursor.index()?;
        let bytes = cursor.take(size.saturating_sub(4))?;
        let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
        let half = |at: usize| u16::from_le_bytes([byte(at), byte(at.saturating_add(1))]);
        let text = |at: usize, length: usize| -> String {
            let field = bytes.get(at..).unwrap_or_default().iter().take(length);
            let field = field.take_while(|byte| **byte != 0);
            field.map(|byte| char::from(*byte)).collect()
        };
        // One byte says that the script was worked out from the language.
        let script = if byte(48) == 0 {
            text(32, 4)
        } else {
            String::new()
        };
        Ok(Self {
            mcc: half(0),
            mnc: half(2),
            language: unpack([byte(4), byte(5)], b'a'),
            region: unpack([byte(6), byte(7)], b'0'),
            orientation: byte(8),
            touchscreen: byte(9),
            density: half(10),
            keyboard: byte(12),
            navigation: byte(13),
            input_flags: byte(14),
            gender: byte(15) & 3,
            screen: (half(16), half(18)),
            sdk: (half(20), half(22)),
            screen_layout: byte(24),
            ui_mode: byte(25),
            smallest_width: half(26),
            screen_dp: (half(28), half(30)),
            script,
            variant: text(36, 8),
            screen_layout2: byte(44),
            color_mode: byte(45),
            numbering: text(49, 8),
        })
    }

    /// Whether this is the configuration for everything.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The locale as a BCP 47 tag: `zh-Hans-CN`, `en-US`; empty for any.
    pub fn locale(&self) -> String {
        let mut tag = String::new();
        for part in [&self.language, &self.script, &self.region, &self.variant] {
            if !part.is_empty() {
                if !tag.is_empty() {
                    tag.push('-');
                }
                tag.push_str(part);
            }
        }
        if !tag.is_empty() && !self.numbering.is_empty() {
            tag.push_str("-u-nu-");
            tag.push_str(&self.numbering);
        }
        tag
    }

    /// All qualifiers as in the name of a resource folder:
    /// `zh-rCN-night-v21`, `b+zh+Hans`; empty for the default.
    pub fn qualifiers(&self) -> String {
        let mut out = Qualifiers(String::new());
        out.number("mcc", self.mcc, "");
        out.number("mnc", self.mnc, "");
        out.push(&self.folder_locale());
        out.named(self.gender, ["neuter", "feminine", "masculine"]);
        out.named(self.screen_layout >> 6, ["ldltr", "ldrtl", "layoutDir=192"]);
        out.number("sw", self.smallest_width, "dp");
        out.number("w", self.screen_dp.0, "dp");
        out.number("h", self.screen_dp.1, "dp");
        match self.screen_layout & 0x0f {
            size @ 0..=4 => out.named(size, ["small", "normal", "large", "xlarge"]),
            size => out.number("screenLayoutSize=", size.into(), ""),
        }
        let long = self.screen_layout >> 4 & 3;
        out.named(long, ["notlong", "long", "screenLayoutLong=48"]);
        let round = self.screen_layout2 & 3;
        out.named(round, ["notround", "round", "screenRound=3"]);
        let gamut = self.color_mode & 3;
        out.named(gamut, ["nowidecg", "widecg", "wideColorGamut=3"]);
        let range = self.color_mode >> 2 & 3;
        out.named(range, ["lowdr", "highdr", "hdr=12"]);
        match self.orientation {
            known @ 0..=3 => out.named(known, ["port", "land", "square"]),
            other => out.number("orientation=", other.into(), ""),
        }
        match self.ui_mode & 0x0f {
            0 => {}
            other @ (1 | 8..) => out.number("uiModeType=", other.into(), ""),
            known => out.named(
                known.saturating_sub(1),
                [
                    "desk",
                    "car",
                    "television",
                    "appliance",
                    "watch",
                    "vrheadset",
                ],
            ),
        }
        let night = self.ui_mode >> 4 & 3;
        out.named(night, ["notnight", "night", "uiModeNight=48"]);
        match self.density {
            120 => out.push("ldpi"),
            160 => out.push("mdpi"),
            213 => out.push("tvdpi"),
            240 => out.push("hdpi"),
            320 => out.push("xhdpi"),
            480 => out.push("xxhdpi"),
            640 => out.push("xxxhdpi"),
            0xfffe => out.push("anydpi"),
            0xffff => out.push("nodpi"),
            other => out.number("", other, "dpi"),
        }
        match self.touchscreen {
            known @ 0..=3 => out.named(known, ["notouch", "stylus", "finger"]),
            other => out.number("touchscreen=", other.into(), ""),
        }
        let keys = self.input_flags & 3;
        out.named(keys, ["keysexposed", "keyshidden", "keyssoft"]);
        match self.keyboard {
            known @ 0..=3 => out.named(known, ["nokeys", "qwerty", "12key"]),
            other => out.number("keyboard=", other.into(), ""),
        }
        let hidden = self.input_flags >> 2 & 3;
        out.named(
            hidden,
            ["navexposed", "navhidden", "inputFlagsNavHidden=12"],
        );
        match self.navigation {
            known @ 0..=4 => out.named(known, ["nonav", "dpad", "trackball", "wheel"]),
            other => out.number("navigation=", other.into(), ""),
        }
        if self.screen != (0, 0) {
            out.push(&format!("{}x{}", self.screen.0, self.screen.1));
        }
        match self.sdk {
            (0, 0) => {}
            (sdk, 0) => out.push(&format!("v{sdk}")),
            (sdk, minor) => out.push(&format!("v{sdk}.{minor}")),
        }
        out.0
    }

    fn folder_locale(&self) -> String {
        let mut name = String::new();
        if self.language.is_empty() {
            return name;
        }
        if self.script.is_empty() && self.variant.is_empty() && self.numbering.is_empty() {
            name.push_str(&self.language);
            if !self.region.is_empty() {
                name.push_str("-r");
                name.push_str(&self.region);
            }
            return name;
        }
        name.push_str("b+");
        name.push_str(&self.language);
        for part in [&self.script, &self.region, &self.variant] {
            if !part.is_empty() {
                name.push('+');
                name.push_str(part);
            }
        }
        if !self.numbering.is_empty() {
            name.push_str("+u+nu+");
            name.push_str(&self.numbering);
        }
        name
    }
}

/// Two letters as they are, or three packed into five bits each and counted
/// from `base`.
fn unpack(field: [u8; 2], base: u8) -> String {
    let [a, b] = field;
    if a & 0x80 == 0 {
        return field
            .iter()
            .take_while(|byte| **byte != 0)
            .map(|byte| char::from(byte & 0x7f))
            .collect();
    }
    let packed = [b & 0x1f, (b & 0xe0) >> 5 | (a & 0x03) << 3, (a & 0x7c) >> 2];
    packed
        .iter()
        .map(|letter| char::from(base.saturating_add(*letter) & 0x7f))
        .collect()
}

struct Qualifiers(String);

impl Qualifiers {
    fn push(&mut self, part: &str) {
        if !part.is_empty() {
            if !self.0.is_empty() {
                self.0.push('-');
            }
            self.0.push_str(part);
        }
    }

    /// The name for `value`, counted from 1.
    fn named<const N: usize>(&mut self, value: u8, names: [&str; N]) {
        let at = usize::from(value).checked_sub(1);
        if let Some(name) = at.and_then(|at| names.get(at)) {
            self.push(name);
        }
    }

    fn number(&mut self, before: &str, value: u16, after: &str) {
        if value != 0 {
            self.push(before);
            if before.is_empty() {
                self.push(&format!("{value}{after}"));
            } else {
                let _ = write!(self.0, "{value}{after}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A configuration of 64 bytes with these bytes set.
    fn config(set: &[(usize, &[u8])]) -> Config {
        let mut data = vec![1, 2, 8, 0, 72, 0, 0, 0, 64, 0, 0, 0];
        data.resize(72, 0);
        for (at, bytes) in set {
            data[8 + at..8 + at + bytes.len()].copy_from_slice(bytes);
        }
        let chunk = Chunk::at(&data, 0, data.len()).unwrap();
        Config::parse(&data, &chunk, 8).unwrap()
    }

    #[test]
    fn the_default_has_no_qualifiers() {
        let config = config(&[]);
        assert!(config.is_default());
        assert_eq!((config.locale(), config.qualifiers()), Default::default());
    }

    #[test]
    fn locales_are_written_as_tags_and_as_folder_names() {
        let simplified = config(&[(8, b"zhCN")]);
        assert_eq!(simplified.locale(), "zh-CN");
        assert_eq!(simplified.qualifiers(), "zh-rCN");
        let scripted = config(&[(8, b"zh"), (36, b"Hans")]);
        assert_eq!(scripted.locale(), "zh-Hans");
        assert_eq!(scripted.qualifiers(), "b+zh+Hans");
        let derived = config(&[(8, b"zhTW"), (36, b"Hant"), (52, &[1])]);
        assert_eq!(derived.locale(), "zh-TW");
        assert_eq!(derived.qualifiers(), "zh-rTW");
    }

    #[test]
    fn packed_languages_and_regions_have_three_letters() {
        // fil: f=5, i=8, l=11; 419: 4, 1, 9.
        let packed = |letters: [u16; 3]| {
            let [a, b, c] = letters;
            (0x8000 | c << 10 | b << 5 | a).to_be_bytes()
        };
        let config = config(&[(8, &packed([5, 8, 11])), (10, &packed([4, 1, 9]))]);
        assert_eq!(config.locale(), "fil-419");
        assert_eq!(config.qualifiers(), "fil-r419");
    }

    #[test]
    fn qualifiers_come_in_the_order_of_the_tools() {
        let config = config(&[
            (4, &[204, 1, 4, 0]),
            (8, b"zhCN"),
            (12, &[2, 0, 0x40, 1]),
            (24, &[21, 0]),
            (28, &[0x40 | 3, 0x20 | 3, 0x58, 2]),
        ]);
        assert_eq!(
            config.qualifiers(),
            "mcc460-mnc4-zh-rCN-ldltr-sw600dp-large-land-car-night-xhdpi-v21"
        );
    }

    #[test]
    fn a_short_structure_has_zeros_for_the_rest() {
        let data = [
            1, 2, 8, 0, 20, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, b'e', b'n', 0, 0,
        ];
        let chunk = Chunk::at(&data, 0, data.len()).unwrap();
        let config = Config::parse(&data, &chunk, 8).unwrap();
        assert_eq!(config.qualifiers(), "en");
        let cut = Chunk::at(&data[..18], 0, 18).unwrap();
        assert!(Config::parse(&data[..18], &cut, 8).is_err());
    }
}
