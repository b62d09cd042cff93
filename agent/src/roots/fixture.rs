//! Small hosts for tests, laid out from a list of files; and waiting for what takes a real one a moment.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Failure, Roots};

/// After this long nothing comes any more, however slow the machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How often is looked.
const STEP: Duration = Duration::from_millis(10);

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
pub(crate) fn lay(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}

/// Waits for something that takes the kernel, or the agent, a moment.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..PATIENCE.as_millis() / STEP.as_millis() {
        if is_so() {
            return;
        }
        std::thread::park_timeout(STEP);
    }
    panic!("in vain waited until {what}");
}

/// A program with a child that it waits for; neither ends by itself.
pub(crate) struct ProcessTree {
    dir: tempfile::TempDir,
}

impl ProcessTree {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn pids(&self) -> PathBuf {
        self.dir.path().join("pids")
    }

    /// For `sh -c`; says `go` when both are there.
    pub(crate) fn script(&self) -> String {
        format!("sleep 600 & echo $! > {0}; echo $$ >> {0}; echo go; wait", self.pids().display())
    }

    fn has_begun(&self) -> bool {
        fs::read_to_string(self.pids()).is_ok_and(|pids| pids.lines().count() == 2)
    }

    /// Waits until both are gone. A program that was told to end takes a moment.
    pub(crate) fn is_gone(&self) {
        assert!(self.has_begun(), "both were there");
        for pid in fs::read_to_string(self.pids()).unwrap().lines() {
            let state = || fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            until(&format!("{pid} ends"), || state().is_empty() || state().contains(") Z "));
        }
    }

    /// They are gone after `run` gave them up for want of time. A slow machine, which had no time to begin
    /// with them, is given more.
    pub(crate) fn ends_when_late(self, run: impl Fn(Duration) -> Result<(), Failure>) {
        let begun = |seconds: &u64| {
            let failure = run(Duration::from_secs(*seconds)).unwrap_err();
            assert_eq!(failure.to_string(), format!("the tool: tidak menjawab dalam {seconds} detik"));
            self.has_begun()
        };
        assert!([1, 4, 16, 64].iter().any(begun), "they never began");
        self.is_gone();
    }
}
