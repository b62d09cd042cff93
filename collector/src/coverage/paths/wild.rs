//! Wildcards: `*`, `?`, and in paths `**`.

/// A pattern, compared with a path from the root down.
pub(super) struct Walk {
    /// How much of the pattern may have been used up at the path's end.
    at: Vec<usize>,
    whole: bool,
}

impl Walk {
    pub(super) fn of(pattern: &[&str], path: &[&str]) -> Self {
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
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// What may be left of the pattern for what lies in the path.
    pub(super) fn rest<'p>(&self, pattern: &'p [&'p str]) -> impl Iterator<Item = &'p [&'p str]> {
        self.at.iter().filter_map(|place| pattern.get(*place..)).filter(|rest| !rest.is_empty())
    }
}

/// Whether `text` is like `pattern`, in which `*` stands for anything and `?` for one sign.
pub(in crate::coverage) fn is_like(pattern: &str, text: &str) -> bool {
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
