//! `kernel`: the kernel that runs, those that are installed, and whether the host waits for a restart.
//!
//! Installed is what has modules (`/lib/modules/RELEASE`) with their index or a kernel beside them: what
//! removed packages leave behind there does not count. A restart is due when the distribution says so, when
//! a newer kernel of the same flavour is installed, or when the running one was replaced by another build of
//! the same release, as Debian and Ubuntu do within one ABI. A container has a kernel of its host's, of which
//! it cannot tell: then nothing is said.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_protocol::inventory::Kernel;
use patuh_protocol::report::Reading;

use super::Settings;
use crate::roots::lossy::{NAME, lossy, name as shown};
use crate::roots::{Failure, Roots};

mod image;
mod release;

const MODULES: &str = "/lib/modules";
/// How many kernels are carried, and how many packages that ask for a restart.
const MAX_INSTALLED: usize = 64;
const MAX_REASONS: usize = 64;
/// Marks of distributions that a restart is due, by what they list: update-notifier (Debian, Ubuntu),
/// libzypp (SUSE).
const MARKS: [(&str, &str); 2] =
    [("/run/reboot-required", "/run/reboot-required.pkgs"), ("/run/reboot-needed", "/run/reboot-needed")];

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let Some(running) = roots.value("/proc/sys/kernel/osrelease") else { return Ok(None) };
    let installed = installed(roots)?;
    let marked = marked(roots)?;
    let newer = installed.iter().rfind(|other| release::is_newer(other, &running));
    let rebuilt = if newer.is_none() { image::rebuilt(roots, &running) } else { None };
    let is_known = installed.contains(&running);
    let reboot_pending = match (marked.is_some() || newer.is_some() || rebuilt.is_some(), is_known) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    };
    let mut reasons: Vec<String> = newer.cloned().into_iter().chain(rebuilt).collect();
    reasons.extend(marked.unwrap_or_default());
    reasons.dedup();
    Ok(Some(Reading::Kernel(Kernel { running, installed, reboot_pending, reasons })))
}

/// The releases with modules, oldest first.
fn installed(roots: &Roots) -> Result<Vec<String>, Failure> {
    let names = roots.list(MODULES)?.unwrap_or_default();
    let is_kernel = |name: &String| {
        let at: PathBuf = Path::new(MODULES).join(name);
        ["modules.dep", "kernel", "vmlinuz"].iter().any(|part| roots.exists(at.join(part)))
    };
    let mut releases: Vec<String> =
        names.into_iter().filter(is_kernel).take(MAX_INSTALLED).map(|name| shown(&name)).collect();
    releases.sort_by(|a, b| release::compare(a, b));
    Ok(releases)
}

/// The packages for which a restart was asked, each once and sorted; `None` when none was.
fn marked(roots: &Roots) -> Result<Option<Vec<String>>, Failure> {
    for (mark, list) in MARKS {
        if roots.exists(mark) {
            let text = roots.head(Path::new(list), 64 * 1024)?.unwrap_or_default();
            let mut packages: Vec<String> =
                text.split(|byte| *byte == b'\n').map(|line| lossy(line, NAME)).collect();
            packages.retain(|package| !package.is_empty());
            packages.sort_unstable();
            packages.dedup();
            packages.truncate(MAX_REASONS);
            return Ok(Some(packages));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], installed: &[&str], pending: Option<bool>, reasons: &[&str]) {
        let host = fixture::host(files);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        let expected = Kernel {
            running: "6.1.0-9-amd64".into(),
            installed: installed.iter().map(|release| (*release).to_owned()).collect(),
            reboot_pending: pending,
            reasons: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
        };
        assert_eq!(read, Some(Reading::Kernel(expected)), "{files:?}");
    }

    const RUNNING: (&str, &str) = ("proc/sys/kernel/osrelease", "6.1.0-9-amd64\n");
    const ITS_MODULES: (&str, &str) = ("lib/modules/6.1.0-9-amd64/modules.dep", "");

    #[test]
    fn a_newer_kernel_of_the_same_flavour_waits() {
        let newer = ("lib/modules/6.1.0-40-amd64/kernel/fs/ext4.ko", "");
        let cloud = ("lib/modules/6.1.0-41-cloud-amd64/vmlinuz", "");
        let leftover = ("lib/modules/6.1.0-50-amd64/updates/dkms/x.ko", "");
        check(&[RUNNING, ITS_MODULES], &["6.1.0-9-amd64"], Some(false), &[]);
        check(
            &[RUNNING, ITS_MODULES, newer, cloud, leftover],
            &["6.1.0-9-amd64", "6.1.0-40-amd64", "6.1.0-41-cloud-amd64"],
            Some(true),
            &["6.1.0-40-amd64"],
        );
        // Arch and Alpine remove the modules of the old kernel at once.
        check(&[RUNNING, newer], &["6.1.0-40-amd64"], Some(true), &["6.1.0-40-amd64"]);
    }

    #[test]
    fn the_distribution_may_say_so() {
        let packages = ("run/reboot-required.pkgs", "libc6\ndbus\nlibc6\n");
        let mark = ("run/reboot-required", "*** System restart required ***\n");
        check(&[RUNNING, ITS_MODULES, mark, packages], &["6.1.0-9-amd64"], Some(true), &["dbus", "libc6"]);
        check(&[RUNNING, mark], &[], Some(true), &[]);
    }

    #[test]
    fn a_kernel_that_was_not_installed_here_tells_nothing() {
        check(&[RUNNING], &[], None, &[]);
        check(&[RUNNING, ("lib/modules/5.15.0-1-pve/modules.dep", "")], &["5.15.0-1-pve"], None, &[]);
        let host = fixture::host(&[("etc/hostname", "x")]);
        assert_eq!(read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH), Ok(None));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let host = fixture::host(&[
                ("proc/sys/kernel/osrelease", bytes.as_slice()),
                ("run/reboot-required", b""),
                ("run/reboot-required.pkgs", &bytes),
                ("lib/modules/6.1.0/modules.dep", b""),
            ]);
            let _ = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        }
    }
}
