//! Paths, and the patterns by which backup tools leave some of them out.
//!
//! Every tool has a language of its own for these. The forms that people write are followed exactly: whole paths,
//! bare names, `*`, `?` and `**`. What is beyond them (regular expressions, character classes, negation,
//! variables) is not understood and may leave out anything. A wildcard that may or may not meet something inside
//! a folder leaves that open as well, except where it names what nobody would restore: caches, temporary files.

use patuh_protocol::backup::Tool;

/// What a pattern leaves out of a folder or file, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Touch {
    /// Nothing.
    Not,
    /// Perhaps something in it.
    Perhaps,
    /// A part that it names.
    Inside,
    /// All of it.
    Whole,
}

/// The most parts of a path or pattern that are compared.
const MAX_PARTS: usize = 128;
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

/// An exclusion of a tool.
pub(super) enum Pattern {
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
    pub(super) fn touch(&self, path: &[&str], is_file: bool) -> Touch {
        match self {
            Self::Nothing => Touch::Not,
            Self::Unclear => Touch::Perhaps,
            Self::Parts(parts) => by_parts(parts, path, is_file),
            Self::Text(text) => by_text(text, path, is_file),
        }
    }

    /// As `tool` with these `sources` understands it.
    pub(super) fn read(pattern: &str, tool: Tool, sources: &[String]) -> Self {
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

/// A pattern, compared with a path from the root down.
struct Walk {
    /// How much of the pattern may have been used up at the path's end.
    at: Vec<usize>,
    whole: bool,
}

impl Walk {
    fn of(pattern: &[&str], path: &[&str]) -> Self {
        let mut at = Self::onward(pattern, vec![0]);
        let mut whole = at.contains(&pattern.len());
        for part in path {
            if at.is_empty() {
                break;
            }
            let mut next = Vec::new();
            for place in at {
                match pattern.get(place) {
                    Some(&"**") => next.push(place),
                    Some(wanted) if *wanted == *part || is_like(wanted, part) => next.push(place + 1),
                    _ => {}
                }
            }
            at = Self::onward(pattern, next);
            whole |= at.contains(&pattern.len());
        }
        Self { at, whole }
    }

    /// `**` may also stand for nothing.
    fn onward(pattern: &[&str], mut at: Vec<usize>) -> Vec<usize> {
        let mut seen = 0;
        while let Some(place) = at.get(seen).copied() {
            if pattern.get(place) == Some(&"**") && !at.contains(&(place + 1)) {
                at.push(place + 1);
            }
            seen += 1;
        }
        at.sort_unstable();
        at.dedup();
        at
    }

    /// Whether it matches the path or a folder above it.
    fn is_whole(&self) -> bool {
        self.whole
    }

    /// What may be left of the pattern for what lies in the path.
    fn rest<'p>(&self, pattern: &'p [&'p str]) -> impl Iterator<Item = &'p [&'p str]> {
        self.at.iter().filter_map(|place| pattern.get(*place..)).filter(|rest| !rest.is_empty())
    }
}

/// Whether `text` is like `pattern`, in which `*` stands for anything and `?` for one sign.
pub(super) fn is_like(pattern: &str, text: &str) -> bool {
    if !pattern.contains(['*', '?']) {
        return pattern == text;
    }
    if text.is_ascii() {
        return like(pattern.as_bytes(), text.as_bytes(), b'*', b'?');
    }
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    like(&pattern, &text, '*', '?')
}

fn like<T: Copy + PartialEq>(pattern: &[T], text: &[T], any: T, one: T) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where the last star stood, and how far it reached.
    let mut star: Option<(usize, usize)> = None;
    while let Some(sign) = text.get(t) {
        match pattern.get(p) {
            Some(wanted) if *wanted == any => {
                star = Some((p, t));
                p += 1;
            }
            Some(wanted) if wanted == sign || *wanted == one => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, reached)) => {
                    star = Some((at, reached + 1));
                    (p, t) = (at + 1, reached + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_none_or(|rest| rest.iter().all(|sign| *sign == any))
}

#[cfg(test)]
mod tests;
