//! The colour of a government, for what can be clicked on its pages.

use std::fmt;
use std::str::FromStr;

/// A colour of the screen (sRGB).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

/// Why a text is no colour of a government.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadColour {
    /// Not six hexadecimal digits.
    #[error("bukan warna dalam bentuk #rrggbb")]
    Malformed,
    /// Too light to be read on white and on the light greys of the pages.
    #[error(
        "terlalu muda untuk dibaca di atas latar putih dan abu-abu; yang terdekat dan cukup tua {darker}"
    )]
    TooLight {
        /// The nearest that is not, of the same hue.
        darker: Colour,
    },
}

impl Colour {
    /// White.
    pub const WHITE: Self = Self::new(255, 255, 255);
    /// Black.
    pub const BLACK: Self = Self::new(0, 0, 0);
    /// The least contrast with white at which a text has 4.5 : 1 (WCAG 2.2, 1.4.3) on the greys and tints of the
    /// pages, too.
    pub const READABLE: f64 = 5.4;

    /// From its three channels; of the pages' own colours, which nobody sets.
    #[must_use]
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// How bright it is, from 0 to 1 (WCAG 2.2, relative luminance).
    fn luminance(self) -> f64 {
        let linear = |channel: u8| match f64::from(channel) / 255.0 {
            small @ ..=0.04045 => small / 12.92,
            large => ((large + 0.055) / 1.055).powf(2.4),
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// How well one is read on the other, from 1 to 21 (WCAG 2.2, contrast ratio).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// This one with `percent` of `other` in it.
    #[must_use]
    pub fn mixed(self, other: Self, percent: u8) -> Self {
        let percent = u32::from(percent.min(100));
        let channel = |own: u8, other: u8| {
            let mixture = (u32::from(own) * (100 - percent) + u32::from(other) * percent + 50) / 100;
            u8::try_from(mixture).unwrap_or(u8::MAX)
        };
        Self {
            red: channel(self.red, other.red),
            green: channel(self.green, other.green),
            blue: channel(self.blue, other.blue),
        }
    }

    /// This one with as little of `other` as gives it a contrast of `least` with `ground`.
    #[must_use]
    pub fn towards(self, other: Self, ground: Self, least: f64) -> Self {
        let mut mixtures = (0..=100).map(|percent| self.mixed(other, percent));
        mixtures.find(|mixture| mixture.contrast(ground) >= least).unwrap_or(other)
    }
}

impl FromStr for Colour {
    type Err = BadColour;

    fn from_str(text: &str) -> Result<Self, BadColour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(BadColour::Malformed)?;
        let channel = |at: usize| {
            let digits =
                digits.get(at..at + 2).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
            u8::from_str_radix(digits.ok_or(BadColour::Malformed)?, 16).map_err(|_| BadColour::Malformed)
        };
        let colour = Self::new(channel(0)?, channel(2)?, channel(4)?);
        let darker = colour.towards(Self::BLACK, Self::WHITE, Self::READABLE);
        if darker == colour { Ok(colour) } else { Err(BadColour::TooLight { darker }) }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let colour = text.parse::<Colour>().map_or_else(|why| why.to_string(), |colour| colour.to_string());
        assert_eq!(colour, expected, "{text}");
    }

    #[test]
    fn colours_are_read_and_those_that_are_too_light_are_answered_with_a_darker_one() {
        check("#0b5394", "#0b5394");
        check("#7A1F1F", "#7a1f1f");
        check("#000000", "#000000");
        let light = "terlalu muda untuk dibaca di atas latar putih dan abu-abu; yang terdekat dan cukup tua";
        check("#ffd200", &format!("{light} #7d6700"));
        check("#ffffff", &format!("{light} #696969"));
        for malformed in ["", "biru", "0b5394", "#fff", "#0b53949", "#0b539g", "#+b5394", "#é5394", "#ééé"]
        {
            check(malformed, "bukan warna dalam bentuk #rrggbb");
        }
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        assert!((Colour::contrast(Colour::WHITE, Colour::BLACK) - 21.0).abs() < 0.01);
        assert!((Colour::contrast(Colour::new(0x77, 0x77, 0x77), Colour::WHITE) - 4.48).abs() < 0.01);
    }
}
