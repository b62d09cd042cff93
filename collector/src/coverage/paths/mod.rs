//! Paths, how the sources of a backup stand to them, and the patterns by which backup tools leave some of them out.

mod pattern;
mod wild;

pub(super) use pattern::{Pattern, Touch};
use wild::Walk;
pub(super) use wild::is_like;

/// The most parts of a path or pattern that are compared.
const MAX_PARTS: usize = 128;

/// The parts of an absolute path; `None` when it is none, or does not say for certain where it leads.
pub(super) fn parts(path: &str) -> Option<Vec<&str>> {
    let is_odd = |c: char| c.is_control() || matches!(c, '$' | '\u{fffd}' | '…');
    if !path.starts_with('/') || path.contains(is_odd) {
        return None;
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    (parts.len() <= MAX_PARTS && !parts.contains(&"..")).then_some(parts)
}

/// Whether `path` is `folder` or lies in it.
pub(super) fn is_in(path: &[&str], folder: &[&str]) -> bool {
    path.starts_with(folder)
}

/// How a source of a backup stands to a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// They have nothing in common.
    Apart,
    /// It cannot be told.
    Unclear,
    /// It is a part of the folder.
    Below,
    /// It holds the folder.
    Holds,
}

/// A source of a backup, as its tool was given it.
pub(super) struct Source<'a> {
    text: &'a str,
    /// `None` where it is no certain path.
    parts: Option<Vec<&'a str>>,
}

impl<'a> Source<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, parts: parts(text) }
    }

    /// How many parts it has: it begins that far down, each `*` standing for one.
    pub(super) fn depth(&self) -> usize {
        self.parts.as_ref().map_or(0, Vec::len)
    }

    /// How it stands to the folder `path`.
    pub(super) fn reach(&self, path: &[&str]) -> Reach {
        let Some(wanted) = &self.parts else {
            // `vm/101`, `host/simpeg`, a stream: no folder. A name without a slash may be one.
            let is_path = self.text.starts_with(['.', '~', '/']) || !self.text.contains(['/', ':']);
            return if is_path && !self.text.is_empty() { Reach::Unclear } else { Reach::Apart };
        };
        if !self.text.contains(['*', '?']) {
            return match (is_in(path, wanted), is_in(wanted, path)) {
                (true, _) => Reach::Holds,
                (_, true) => Reach::Below,
                _ => Reach::Apart,
            };
        }
        let walked = Walk::of(wanted, path);
        if walked.is_whole() {
            return Reach::Holds;
        }
        match walked.rest(wanted).min_by_key(|rest| rest.len()) {
            // `/home/*` is all of /home that anybody sees.
            Some(["*"]) => Reach::Holds,
            Some(_) => Reach::Below,
            None => Reach::Apart,
        }
    }
}

#[cfg(test)]
mod tests;
