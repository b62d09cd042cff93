//! Small hosts for tests, laid out from a list of files.

use std::fs;

use super::Roots;

/// A host in a temporary folder that goes when this is dropped.
pub(crate) struct Host {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) roots: Roots,
}

/// A host that holds `files`: paths without the leading `/`, and what is in them. A path that ends in `/`
/// is an empty folder; content of the form `-> target` makes a symbolic link.
pub(crate) fn host(files: &[(&str, impl AsRef<[u8]>)]) -> Host {
    let dir = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = dir.path().join(path);
        if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
            fs::create_dir_all(&path).unwrap();
            continue;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match std::str::from_utf8(content.as_ref()).ok().and_then(|text| text.strip_prefix("-> ")) {
            Some(target) => std::os::unix::fs::symlink(target, &path).unwrap(),
            None => lay(&path, content.as_ref()),
        }
    }
    let roots = Roots::at(dir.path());
    Host { dir, roots }
}

#[expect(clippy::disallowed_methods, reason = "a test's own folder outlives no power cut")]
pub(crate) fn lay(path: &std::path::Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}
