//! Whether the kernel on the disk is another build than the one that runs, under the same release.
//!
//! A kernel image for x86 names its build: the header has the offset of a text with release, builder and
//! version (The Linux/x86 Boot Protocol, `kernel_version`), whose last part (`#1 SMP … Debian 6.1.153-1
//! (2025-09-20)`) is what the running one says in `/proc/version`. Other architectures do not have it.

use std::path::Path;

use crate::roots::Roots;
use crate::roots::lossy::{SENTENCE, lossy, name as shown};

/// Where the boot protocol puts its sign, and the offset of the text, counted from [`BASE`].
const SIGN: (usize, &[u8]) = (0x202, b"HdrS");
const OFFSET: usize = 0x20e;
const BASE: usize = 0x200;
/// How much of an image is read: the text lies in the setup code, which has at most 64 sectors.
const BEGINNING: u64 = 33 * 1024;

/// The build on the disk, when it is another one than the build that runs; `None` also when it cannot be told.
pub(super) fn rebuilt(roots: &Roots, running: &str) -> Option<String> {
    let runs = lossy(&roots.head(Path::new("/proc/version"), 4096).ok()??, SENTENCE);
    let image = roots.head(Path::new(&format!("/boot/vmlinuz-{running}")), BEGINNING).ok()??;
    let kept = lossy(text(&image)?, SENTENCE);
    let (runs, kept) = (build(&runs)?, build(&kept)?);
    (runs != kept).then(|| shown(kept))
}

/// The text in the header of an image.
fn text(image: &[u8]) -> Option<&[u8]> {
    let (at, sign) = SIGN;
    image.get(at..)?.strip_prefix(sign)?;
    let offset: [u8; 2] = image.get(OFFSET..OFFSET + 2)?.try_into().ok()?;
    let text = image.get(BASE + usize::from(u16::from_le_bytes(offset))..)?;
    text.split(|byte| *byte == 0).next()
}

/// The part from the number of the build on: what stands before names compilers and people.
fn build(version: &str) -> Option<&str> {
    version.split_at_checked(version.find('#')?).map(|(_, build)| build)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    const OLD: &str = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.147-1 (2025-08-02)";
    const NEW: &str = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.153-1 (2025-09-20)";

    fn image(build: &str) -> Vec<u8> {
        let mut image = vec![0; 0x400];
        image.splice(0x202..0x206, *b"HdrS");
        image.splice(0x20e..0x210, 0x200_u16.to_le_bytes());
        image.extend(format!("6.1.0-40-amd64 (debian-kernel@lists.debian.org) {build}\0rest").bytes());
        image
    }

    fn check(image: Vec<u8>, expected: Option<&str>) {
        let runs = format!("Linux version 6.1.0-40-amd64 (debian-kernel@lists.debian.org) (gcc-12) {OLD}\n");
        let host =
            fixture::host(&[("proc/version", runs.into_bytes()), ("boot/vmlinuz-6.1.0-40-amd64", image)]);
        assert_eq!(rebuilt(&host.roots, "6.1.0-40-amd64").as_deref(), expected);
    }

    #[test]
    fn another_build_of_the_same_release_is_seen() {
        check(image(OLD), None);
        check(image(NEW), Some(NEW));
        check(b"MZ, an image for another architecture".to_vec(), None);
        check(image("without a number"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, offset: u16) {
            let mut image = image(NEW);
            image.splice(0x20e..0x210, offset.to_le_bytes());
            let _ = text(&image);
            image.splice(0x210.., bytes.iter().copied());
            let _ = (text(&image), text(&bytes), build(&String::from_utf8_lossy(&bytes)));
        }
    }
}
