//! What hangs on the buses of the machine: [`pci`], [`usb`], and how their numbers get [`names`].

use std::path::Path;

use crate::roots::Roots;
use crate::roots::lossy::name;

pub(super) mod pci;
pub(super) mod usb;

mod names;

/// What the kernel tells programs about one device, as `KEY=value` lines: the file `uevent` of its folder.
/// One file instead of one per attribute: each costs more to open than to read.
pub(super) struct Uevent(String);

impl Uevent {
    /// That of the device in `folder`; `None` when there is none.
    pub(super) fn of(roots: &Roots, folder: &Path) -> Option<Self> {
        let bytes = roots.head(&folder.join("uevent"), 4096).ok().flatten()?;
        Some(Self(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The value of `key`; `None` when it is missing or empty.
    pub(super) fn get(&self, key: &str) -> Option<String> {
        let value = self.0.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?;
        Some(name(value)).filter(|value| !value.is_empty())
    }
}
