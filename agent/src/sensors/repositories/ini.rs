//! Files of sections with keys, as yum, zypper, pacman and Flatpak have them.

/// A section and its keys, in their order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) name: String,
    keys: Vec<(String, String)>,
}

impl Section {
    /// The value of a key; the last one counts.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.keys.iter().rfind(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Every value of a key that may stand several times.
    pub(super) fn all(&self, key: &str) -> impl Iterator<Item = &str> {
        self.keys.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Whether a key says yes or no; `None` when it is not there.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        Some(!matches!(self.get(key)?.to_ascii_lowercase().as_str(), "0" | "no" | "false" | "off"))
    }
}

/// The sections of a text. A line that begins with white space goes on with the value before it; a key
/// without a value is an empty one.
pub(super) fn parse(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.push(Section { name: name.to_owned(), keys: Vec::new() });
            continue;
        }
        let Some(section) = sections.last_mut() else { continue };
        match section.keys.last_mut() {
            Some((_, value)) if line.starts_with([' ', '\t']) => {
                value.push(' ');
                value.push_str(trimmed);
            }
            _ => {
                let (key, value) = trimmed.split_once('=').unwrap_or((trimmed, ""));
                section.keys.push((key.trim().to_owned(), value.trim().to_owned()));
            }
        }
    }
    sections
}
