//! `aapt.pb.Configuration` to the packed form of the framework.

use crate::decode::DecodeError;
use crate::decode::proto::{Message, Wire, low};
use crate::decode::resources::Config;

/// Longest locale tag that is looked at, in bytes.
const LONGEST_TAG: usize = 64;

/// Reads a configuration. Numbers are cut to the width they have in the
/// binary table, as aapt2 does.
pub(super) fn read(message: &Message<'_>) -> Result<Config, DecodeError> {
    let mut config = Config::default();
    for field in message.fields() {
        match field? {
            (3, Wire::Bytes(tag)) => locale(&mut config, &tag.text()),
            (number, Wire::Varint(value)) => set(&mut config, number, low(value)),
            _ => {}
        }
    }
    Ok(config)
}

fn set(config: &mut Config, field: u32, value: u32) {
    let [byte, second, ..] = value.to_le_bytes();
    let half = u16::from_le_bytes([byte, second]);
    // Of two choices with "no" second: the framework has "no" first.
    let no_yes = match byte {
        1 => 2,
        2 => 1,
        _ => 0,
    };
    match field {
        1 => config.mcc = half,
        2 => config.mnc = half,
        4 => config.screen_layout |= (byte & 3) << 6,
        5 => config.screen.0 = half,
        6 => config.screen.1 = half,
        7 => config.screen_dp.0 = half,
        8 => config.screen_dp.1 = half,
        9 => config.smallest_width = half,
        10 => config.screen_layout |= byte & 0x0f,
        11 => config.screen_layout |= no_yes << 4,
        12 => config.screen_layout2 |= no_yes,
        13 => config.color_mode |= no_yes,
        14 => config.color_mode |= no_yes << 2,
        15 => config.orientation = byte,
        16 => config.ui_mode |= byte & 0x0f,
        17 => config.ui_mode |= no_yes << 4,
        18 => config.density = half,
        19 => config.touchscreen = byte,
        20 => config.input_flags |= byte & 3,
        21 => config.keyboard = byte,
        22 => config.input_flags |= (byte & 3) << 2,
        23 => config.navigation = byte,
        24 => config.sdk.0 = half,
        26 => config.gender = byte & 3,
        _ => {}
    }
}

/// Takes a BCP 47 tag apart: language, script, region, variant, and the
/// numbering system of the extension `u`.
fn locale(config: &mut Config, tag: &str) {
    if tag.len() > LONGEST_TAG {
        return;
    }
    let mut parts = tag.split('-');
    config.language = parts.next().unwrap_or_default().to_ascii_lowercase();
    while let Some(part) = parts.next() {
        let letters = part.bytes().all(|byte| byte.is_ascii_alphabetic());
        match part.len() {
            1 => {
                let mut rest = parts.skip_while(|part| !part.eq_ignore_ascii_case("nu"));
                if part.eq_ignore_ascii_case("u") {
                    config.numbering = rest.nth(1).unwrap_or_default().to_ascii_lowercase();
                }
                return;
            }
            4 if letters => {
                let (first, rest) = part.split_at_checked(1).unwrap_or_default();
                config.script = first.to_ascii_uppercase() + &rest.to_ascii_lowercase();
            }
            2 | 3 => config.region = part.to_ascii_uppercase(),
            _ => config.variant = part.to_ascii_lowercase(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_tag(tag: &str) -> Config {
        let mut config = Config::default();
        locale(&mut config, tag);
        config
    }

    #[test]
    fn locale_tags_are_taken_apart_and_put_together_again() {
        for tag in [
            "zh",
            "zh-CN",
            "zh-Hans-CN",
            "es-419",
            "de-1996",
            "ar-EG-u-nu-latn",
            "sr-Latn",
        ] {
            assert_eq!(of_tag(tag).locale(), tag);
        }
        assert_eq!(of_tag("ZH-hANS-cn").locale(), "zh-Hans-CN");
        assert_eq!(of_tag("en-x-private").locale(), "en");
        assert_eq!(of_tag(&"x".repeat(100)), Config::default());
        assert_eq!(of_tag("é-éé").language, "é");
    }

    #[test]
    fn choices_get_the_bits_of_the_framework() {
        let data = b"\x20\x02\x58\x01\x60\x02\x68\x01\x70\x02\x80\x01\x04\x88\x01\x01\
            \xa0\x01\x02\xb0\x01\x02\x08\xcc\x03\xd0\x01\x02";
        let config = read(&Message::whole(data, "sample")).unwrap();
        assert_eq!(
            config.qualifiers(),
            "mcc460-feminine-ldrtl-long-notround-widecg-lowdr-television-night-keyshidden-navhidden"
        );
    }
}
