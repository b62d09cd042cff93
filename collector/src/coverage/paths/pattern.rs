//! The patterns by which backup tools leave paths out.
//!
//! Every tool has a language of its own for these. The forms that people write are followed exactly: whole paths,
//! bare names, `*`, `?` and `**`. What is beyond them (regular expressions, character classes, negation,
//! variables) is not understood and may leave out anything. A wildcard that may or may not meet something inside
//! a folder leaves that open as well, except where it names what nobody would restore: caches, temporary files.

use patuh_protocol::backup::Tool;

use super::MAX_PARTS;
use super::wild::{Walk, is_like};

/// What a pattern leaves out of a folder or file, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::coverage) enum Touch {
    /// Nothing.
    Not,
    /// Perhaps something in it.
    Perhaps,
    /// A part that it names.
    Inside,
    /// All of it.
    Whole,
}

/// Names of what nobody would restore, without dots, stars and tildes around them. `kebijakan Dinas`.
const FLEETING: [&str; 24] = [
    "__pycache__",
    "bak~",
    "cache",
    "cache2",
    "caches",
    "lock",
    "log",
    "logs",
    "lost+found",
    "node_modules",
    "part",
    "pid",
    "pyc",
    "session",
    "sessions",
    "sock",
    "socket",
    "swo",
    "swp",
    "temp",
    "thumbnails",
    "tmp",
    "trash",
    "",
];

/// An exclusion of a tool.
pub(in crate::coverage) enum Pattern {
    /// It leaves nothing out.
    Nothing,
    /// It is not understood.
    Unclear,
    /// Part by part from the root; `**` stands for any number of parts.
    Parts(Vec<String>),
    /// As a text from the root, where a star also stands for slashes.
    Text(String),
}

impl Pattern {
    /// What it leaves out of `path`; `is_file` when that is a file and has nothing inside.
    pub(in crate::coverage) fn touch(&self, path: &[&str], is_file: bool) -> Touch {
        match self {
            Self::Nothing => Touch::Not,
            Self::Unclear => Touch::Perhaps,
            Self::Parts(parts) => by_parts(parts, path, is_file),
            Self::Text(text) => by_text(text, path, is_file),
        }
    }

    /// As `tool` with these `sources` understands it.
    pub(in crate::coverage) fn read(pattern: &str, tool: Tool, sources: &[String]) -> Self {
        let pattern = pattern.trim();
        if tool == Tool::Borg {
            return Self::of_borg(pattern);
        }
        let pattern = pattern.strip_prefix("- ").unwrap_or(pattern).trim_start();
        if pattern.is_empty() {
            return Self::Nothing;
        }
        // Only stars: most likely what follows a list of what is to be taken along.
        let is_all = pattern.chars().all(|c| matches!(c, '*' | '/'));
        if is_all || is_strange(pattern) || pattern.starts_with(['!', '+', '~']) {
            return Self::Unclear;
        }
        let is_anchored = pattern.starts_with('/');
        match tool {
            // Anchored where the transfer begins, wherever that is.
            Tool::Tree | Tool::Pbs if is_anchored && !sources.iter().all(|source| source == "/") => {
                Self::Unclear
            }
            Tool::Tar | Tool::Zip if is_anchored => Self::Text(pattern.trim_end_matches('/').to_owned()),
            Tool::Tar | Tool::Zip => Self::Text(format!("*/{}", pattern.trim_end_matches('/'))),
            _ => Self::of_parts(pattern, is_anchored),
        }
    }

    /// Of `fm:` the star also stands for slashes, of `sh:` it does not; `pp:` and `pf:` are paths as they are.
    fn of_borg(pattern: &str) -> Self {
        let (style, text) = match pattern.split_once(':') {
            Some((style @ ("fm" | "sh" | "pp" | "pf" | "re"), text)) => (style, text),
            _ => ("fm", pattern),
        };
        let rooted = || format!("/{}", text.trim_matches('/'));
        match style {
            _ if text.is_empty() => Self::Nothing,
            "re" => Self::Unclear,
            _ if is_strange(text) => Self::Unclear,
            "pp" | "pf" => Self::of_parts(&rooted(), true),
            "sh" => Self::of_parts(text.trim_start_matches('/'), true),
            _ if text.starts_with('*') => Self::Text(text.trim_end_matches('/').to_owned()),
            _ => Self::Text(rooted()),
        }
    }

    fn of_parts(pattern: &str, is_anchored: bool) -> Self {
        let mut parts: Vec<String> =
            pattern.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect();
        if !is_anchored && parts.first().is_none_or(|first| first != "**") {
            parts.insert(0, "**".to_owned());
        }
        if parts.len() > MAX_PARTS { Self::Unclear } else { Self::Parts(parts) }
    }
}

/// Whether it uses signs whose meaning differs from tool to tool.
fn is_strange(pattern: &str) -> bool {
    pattern.contains(['[', ']', '{', '}', '\\', '$', '\u{fffd}', '…'])
        || pattern.split('/').any(|p| p == "..")
}

fn by_parts(pattern: &[String], path: &[&str], is_file: bool) -> Touch {
    let pattern: Vec<&str> = pattern.iter().map(String::as_str).collect();
    let walked = Walk::of(&pattern, path);
    if walked.is_whole() {
        return Touch::Whole;
    }
    if is_file {
        return Touch::Not;
    }
    let most = walked.rest(&pattern).map(within).max().unwrap_or(Touch::Not);
    // How deep the rest lies is not known: there may be nothing of that name.
    if most == Touch::Inside && pattern.contains(&"**") { Touch::Perhaps } else { most }
}

/// What the rest of a pattern leaves out of the folder that it has come to.
fn within(rest: &[&str]) -> Touch {
    let named: Vec<&str> = rest.iter().rev().skip_while(|part| is_stars(part)).copied().collect();
    match named.first() {
        None if rest.is_empty() => Touch::Not,
        // All that is in it.
        None => Touch::Whole,
        Some(last) if is_fleeting(last) => Touch::Not,
        Some(_) if rest.iter().any(|part| part.contains(['*', '?'])) => Touch::Perhaps,
        Some(_) => Touch::Inside,
    }
}

fn is_stars(part: &str) -> bool {
    !part.is_empty() && part.chars().all(|c| c == '*')
}

fn is_fleeting(name: &str) -> bool {
    let bare = name.trim_matches(['*', '.', '~']).to_lowercase();
    FLEETING.contains(&bare.as_str()) || bare.starts_with("trash-")
}

/// A pattern whose stars stand for slashes too: it leaves out what it matches, and all that lies in that.
fn by_text(pattern: &str, path: &[&str], is_file: bool) -> Touch {
    let above = (1..=path.len()).filter_map(|n| Some(format!("/{}", path.get(..n)?.join("/"))));
    if above.into_iter().any(|folder| is_like(pattern, &folder)) {
        return Touch::Whole;
    }
    let here = format!("/{}/", path.join("/")).replace("//", "/");
    let contents = pattern.trim_end_matches('*').trim_end_matches('/');
    if contents.len() < pattern.len() && is_like(contents, here.trim_end_matches('/')) {
        return Touch::Whole;
    }
    let fixed = pattern.split(['*', '?']).next().unwrap_or_default();
    let has_stars = fixed.len() < pattern.len();
    let may_meet = fixed.starts_with(&here) || (has_stars && here.starts_with(fixed));
    let last = contents.rsplit('/').next().unwrap_or_default();
    match is_file || !may_meet || is_fleeting(last) {
        true => Touch::Not,
        false if !has_stars => Touch::Inside,
        false => Touch::Perhaps,
    }
}
