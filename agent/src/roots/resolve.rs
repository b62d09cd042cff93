//! Where a path of the host lies when the host is a folder.
//!
//! A fixture, or the unpacked image of another host, is full of symbolic links that mean that host's root
//! (`/etc/localtime`, all of sysfs). They are followed here one by one, as chroot(2) would, so that none
//! leads out of the folder to the machine the agent runs on. (openat2(2) with `RESOLVE_IN_ROOT` does the
//! same, but the oldest kernels in the field, 3.10 of CentOS 7, do not have it.)

use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};

/// As many links as the kernel follows before it says `ELOOP` (path_resolution(7)).
const MAX_LINKS: u32 = 40;

/// The real path of `path` below `base`. Parts that do not exist are kept as they are. The last part is
/// followed only when `follow_last`.
pub(crate) fn resolve(base: &Path, path: &Path, follow_last: bool) -> io::Result<PathBuf> {
    let mut pending: Vec<OsString> = parts(path);
    let mut real = PathBuf::new();
    let mut links = 0;
    while let Some(part) = pending.pop() {
        if part == ".." {
            real.pop();
            continue;
        }
        let next = real.join(&part);
        let followed = follow_last || !pending.is_empty();
        match base.join(&next).read_link() {
            Ok(target) if followed => {
                links += 1;
                if links > MAX_LINKS {
                    return Err(io::Error::other("too many levels of symbolic links"));
                }
                if target.is_absolute() {
                    real = PathBuf::new();
                }
                pending.extend(parts(&target));
            }
            _ => real = next,
        }
    }
    Ok(base.join(real))
}

/// The names in `path`, last first.
fn parts(path: &Path) -> Vec<OsString> {
    path.components()
        .rev()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some("..".into()),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn check(path: &str, expected: &str) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("a/b")).unwrap();
        symlink("/a/b", dir.path().join("absolute")).unwrap();
        symlink("../../../../a", dir.path().join("a/b/above")).unwrap();
        symlink("/etc", dir.path().join("outside")).unwrap();
        symlink("loop", dir.path().join("loop")).unwrap();
        let found = resolve(dir.path(), Path::new(path), true).map_or_else(
            |error| error.to_string(),
            |p| p.strip_prefix(dir.path()).unwrap().display().to_string(),
        );
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn links_mean_the_folder_as_root() {
        check("/a/b/x", "a/b/x");
        check("/absolute/x", "a/b/x");
        check("/a/b/above/b", "a/b");
        check("/outside/passwd", "etc/passwd");
        check("/../../../etc/passwd", "etc/passwd");
        check("/loop/x", "too many levels of symbolic links");
        check("/", "");
    }

    #[test]
    fn the_last_link_may_be_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        symlink("/etc", dir.path().join("link")).unwrap();
        assert_eq!(resolve(dir.path(), Path::new("/link"), false).unwrap(), dir.path().join("link"));
    }

    proptest::proptest! {
        #[test]
        fn no_path_leads_out(path in "(/|\\.\\./|a/|b/|absolute/|above/|outside/|\\./){0,12}") {
            let dir = tempfile::tempdir().unwrap();
            std::fs::create_dir_all(dir.path().join("a/b")).unwrap();
            symlink("../../../..", dir.path().join("a/b/above")).unwrap();
            symlink("/../../etc", dir.path().join("outside")).unwrap();
            let real = resolve(dir.path(), Path::new(&path), true).unwrap();
            assert!(real.starts_with(dir.path()));
            assert!(!real.components().any(|c| c == Component::ParentDir));
        }
    }
}
