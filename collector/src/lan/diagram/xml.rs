//! XML, written so that no text of a stranger can be anything but text (XML 1.0 section 2.4). Elements are closed by the
//! writer, characters that XML knows no way to write are replaced.

/// A document in the making.
pub(super) struct Xml {
    text: String,
    open: Vec<&'static str>,
    in_tag: bool,
}

impl Xml {
    pub(super) fn new() -> Self {
        Self { text: String::new(), open: Vec::new(), in_tag: false }
    }

    /// A document of its own, with the declaration.
    pub(super) fn document() -> Self {
        Self { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(), ..Self::new() }
    }

    /// Opens an element; attributes may follow.
    pub(super) fn open(&mut self, name: &'static str) -> &mut Self {
        self.end_tag();
        self.text.push('<');
        self.text.push_str(name);
        self.open.push(name);
        self.in_tag = true;
        self
    }

    /// An attribute of the element just opened.
    pub(super) fn attribute(&mut self, name: &str, value: impl std::fmt::Display) -> &mut Self {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        self.escaped(&value.to_string());
        self.text.push('"');
        self
    }

    /// Text inside the element.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.end_tag();
        self.escaped(text);
        self
    }

    /// Closes the innermost element.
    pub(super) fn close(&mut self) -> &mut Self {
        let Some(name) = self.open.pop() else { return self };
        if self.in_tag {
            self.text.push_str("/>");
            self.in_tag = false;
        } else {
            self.text.extend(['<', '/']);
            self.text.push_str(name);
            self.text.push('>');
        }
        self
    }

    /// An end of line, where it is no text.
    pub(super) fn line(&mut self) -> &mut Self {
        self.end_tag();
        self.text.push('\n');
        self
    }

    /// Closes all that is open.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.text.push('\n');
        self.text
    }

    fn end_tag(&mut self) {
        if std::mem::take(&mut self.in_tag) {
            self.text.push('>');
        }
    }

    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\'' => self.text.push_str("&#39;"),
                '\t' | '\n' => self.text.push(' '),
                c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => self.text.push('\u{fffd}'),
                c => self.text.push(c),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_texts() {
        let mut xml = Xml::new();
        xml.open("a").attribute("b", "\"><script>&'").open("c").close().text("]]>\0\u{1b}é").close();
        let expected = "<a b=\"&quot;&gt;&lt;script&gt;&amp;&#39;\"><c/>]]&gt;\u{fffd}\u{fffd}é</a>\n";
        assert_eq!(xml.finish(), expected);
    }
}
