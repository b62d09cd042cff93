//! The files that a configuration file draws in.

use std::path::{Path, PathBuf};

use glob::Pattern;

use crate::roots::{Failure, Kind, Roots};

/// How deep files draw in each other.
pub(super) const MAX_DEPTH: usize = 8;
/// How many files are read for one server.
pub(super) const MAX_FILES: usize = 2000;

/// The files that `pattern` names, sorted: relative to `base`, with wildcards in its last part. A folder
/// stands for all files in it, links among them; below it nothing is looked for. Hidden files are an
/// editor's.
pub(super) fn files(roots: &Roots, base: &Path, pattern: &str) -> Result<Vec<PathBuf>, Failure> {
    let path = base.join(pattern);
    let (Some(folder), Some(last)) = (path.parent(), path.file_name().map(|name| name.to_string_lossy()))
    else {
        return Ok(Vec::new());
    };
    if !last.contains(['*', '?', '[']) {
        return match roots.entries(&path, |name| !name.starts_with('.'))? {
            None => Ok(vec![path]),
            Some(entries) => {
                let files = entries.into_iter().filter(|entry| entry.kind != Kind::Folder);
                Ok(files.map(|entry| path.join(entry.name)).take(MAX_FILES).collect())
            }
        };
    }
    // A pattern that is none, or has wildcards further up, which nobody writes by hand, names nothing.
    let Ok(pattern) = Pattern::new(&last) else { return Ok(Vec::new()) };
    let names = roots.list(folder)?.unwrap_or_default().into_iter();
    let visible = names.filter(|name| !name.starts_with('.') && pattern.matches(name));
    Ok(visible.map(|name| folder.join(name)).take(MAX_FILES).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(pattern: &str, expected: &[&str]) {
        let host = fixture::host(&[
            ("etc/nginx/conf.d/b.conf", ""),
            ("etc/nginx/conf.d/a.conf", "-> /srv/a.conf"),
            ("etc/nginx/conf.d/.swp.conf", ""),
            ("etc/nginx/conf.d/old/x.conf", ""),
            ("etc/nginx/mime.types", ""),
        ]);
        let found = files(&host.roots, Path::new("/etc/nginx"), pattern).unwrap();
        let found: Vec<_> = found.iter().map(|path| path.to_str().unwrap()).collect();
        assert_eq!(found, expected, "{pattern}");
    }

    #[test]
    fn patterns_name_files() {
        let both = ["/etc/nginx/conf.d/a.conf", "/etc/nginx/conf.d/b.conf"];
        check("conf.d/*.conf", &both);
        check("/etc/nginx/conf.d/[ab].conf", &both);
        check("conf.d", &both);
        check("mime.types", &["/etc/nginx/mime.types"]);
        check("nothing.conf", &["/etc/nginx/nothing.conf"]);
        check("nowhere/*.conf", &[]);
        check("conf.d/[", &[]);
        check("/", &[]);
    }
}
