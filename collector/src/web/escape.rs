//! The one escaper of all pages (named in `askama.toml`): what an agent sends can neither break a page nor
//! hide on it. HTML's five characters become references; characters that are invisible, or turn the
//! direction of the text around them (Unicode TR 36, section 2), are shown by their number: `⟦U+202E⟧`.

use std::fmt::{self, Write};

/// Escapes for HTML texts and quoted attributes, and makes the invisible visible.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Visible;

impl askama::filters::Escaper for Visible {
    fn write_escaped_str<W: Write>(&self, mut to: W, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| self.write_escaped_char(&mut to, c))
    }

    fn write_escaped_char<W: Write>(&self, mut to: W, c: char) -> fmt::Result {
        match c {
            '&' => to.write_str("&#38;"),
            '<' => to.write_str("&#60;"),
            '>' => to.write_str("&#62;"),
            '"' => to.write_str("&#34;"),
            '\'' => to.write_str("&#39;"),
            c if is_invisible(c) => write!(to, "⟦U+{:04X}⟧", u32::from(c)),
            c => to.write_char(c),
        }
    }
}

/// Whether `c` takes no place of its own on paper: controls, joiners, direction marks, fillers, tags and
/// noncharacters. Line feed and tab stay: browsers show them as a space.
#[must_use]
pub(crate) fn is_invisible(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' => true,
        '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' => true,
        '\u{fdd0}'..='\u{fdef}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' => true,
        c => c.is_control() || u32::from(c) & 0xfffe == 0xfffe,
    }
}

#[cfg(test)]
mod tests {
    use askama::filters::Escaper;

    use super::*;

    fn check(text: &str, expected: &str) {
        let mut escaped = String::new();
        Visible.write_escaped_str(&mut escaped, text).unwrap();
        assert_eq!(escaped, expected);
    }

    #[test]
    fn nothing_breaks_out_and_nothing_hides() {
        check("srv-web-1, Dinas Kesehatan — “é”", "srv-web-1, Dinas Kesehatan — “é”");
        check("<b a='\"'>&", "&#60;b a=&#39;&#34;&#39;&#62;&#38;");
        check("laporan\u{202e}fdp.exe", "laporan⟦U+202E⟧fdp.exe");
        check("a\u{0}b\u{1b}[31m\u{200b}\r\u{feff}", "a⟦U+0000⟧b⟦U+001B⟧[31m⟦U+200B⟧⟦U+000D⟧⟦U+FEFF⟧");
        check("\u{e0041}\u{1fffe}", "⟦U+E0041⟧⟦U+1FFFE⟧");
    }

    proptest::proptest! {
        #[test]
        fn no_text_leaves_a_character_of_html(text: String) {
            let mut escaped = String::new();
            Visible.write_escaped_str(&mut escaped, &text).unwrap();
            assert!(!escaped.contains(['<', '>', '"', '\'']) && !escaped.chars().any(is_invisible));
        }
    }
}
