//! Texts of strangers, made fit for a line of a diagram: visible, on one line, and as wide as their box.
//!
//! What a switch calls itself is whatever somebody typed into it, or somebody else sent in its name.

/// The text on one line, with spaces joined; characters that are invisible, or turn the direction of the text around
/// them (Unicode TR 36, section 2), are replaced by U+FFFD, so that nothing hides and nothing looks like another.
/// Backquotes, which enclose names in sentences, become apostrophes.
#[must_use]
pub fn plain(text: &str) -> String {
    let shown = text.chars().map(|c| match c {
        '`' => '\'',
        c if c.is_whitespace() => ' ',
        c if is_invisible(c) => '\u{fffd}',
        c => c,
    });
    let shown: String = shown.take(MAX_CHARS).collect();
    shown.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// No name of a device is longer (IEEE 802.1AB: 255 octets).
const MAX_CHARS: usize = 255;

/// Whether `c` takes no place of its own on paper: controls, joiners, direction marks, fillers, variation selectors,
/// combining marks piled up, tags, planes without letters, private use and noncharacters.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{300}'..='\u{36f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fdd0}'..='\u{fdef}'
            | '\u{fff0}'..='\u{fffc}'
            | '\u{fffe}'..='\u{ffff}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{30000}'..='\u{10ffff}'
    )
}

/// Widths of the printable ASCII characters in thousandths of the type size: Helvetica's, which Arial and Liberation
/// Sans share (Adobe Font Metrics 4.1).
#[rustfmt::skip]
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// A type: its size in user units, and whether it is bold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) size: i32,
    pub(super) is_bold: bool,
}

impl Type {
    pub(super) const fn plain(size: i32) -> Self {
        Self { size, is_bold: false }
    }

    pub(super) const fn bold(size: i32) -> Self {
        Self { size, is_bold: true }
    }

    /// The width of `text` in user units, rounded up.
    pub(super) fn width(self, text: &str) -> i32 {
        let thousandths: i32 = text.chars().map(|c| i32::from(width(c))).sum();
        let bold = if self.is_bold { 108 } else { 100 };
        (i64::from(thousandths) * i64::from(self.size) * bold)
            .div_euclid(100_000)
            .try_into()
            .unwrap_or(i32::MAX)
            + 1
    }

    /// `text` as far as it fits into `room`, with an ellipsis where something was cut.
    pub(super) fn fit(self, text: &str, room: i32) -> String {
        if self.width(text) <= room {
            return text.to_owned();
        }
        let mut kept: String = text.chars().take(80).collect();
        while kept.pop().is_some() {
            let cut = format!("{}…", kept.trim_end());
            if self.width(&cut) <= room {
                return cut;
            }
        }
        String::new()
    }
}

fn width(c: char) -> u16 {
    let ascii =
        usize::try_from(u32::from(c)).ok().and_then(|n| n.checked_sub(32)).and_then(|n| WIDTHS.get(n));
    match (ascii, c) {
        (Some(width), _) => *width,
        (None, '·' | '’' | '‘') => 278,
        (None, '\u{a0}'..='\u{24f}' | '–') => 722,
        // Letters of the East and emoji are as wide as they are high, and a little more.
        (None, c) if c >= '\u{1100}' => 1100,
        (None, _) => 850,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, room: i32, expected: &str) {
        assert_eq!(Type::plain(10).fit(&plain(text), room), expected, "{text:?}");
    }

    #[test]
    fn texts_fit() {
        check("srv-01", 100, "srv-01");
        check("  srv\t-\n01 ", 100, "srv - 01");
        check("srv-dinas-kesehatan-01", 60, "srv-dinas-k…");
        check("a\u{202e}b\0c`d", 100, "a\u{fffd}b\u{fffd}c'd");
        check("WWWW", 3, "");
    }

    proptest::proptest! {
        #[test]
        fn every_text_fits(text in ".*", room in 0..200) {
            let fitted = Type::bold(11).fit(&plain(&text), room);
            assert!(fitted.is_empty() || Type::bold(11).width(&fitted) <= room);
            assert!(!plain(&text).chars().any(|c| c.is_control()));
        }
    }
}
