//! The ports of the host by their numbers, by which files of other programs name them.
//!
//! The kernel itself tells them (rtnetlink(7)), which knows in which network namespace it is asked; `/sys/class/net`
//! may be that of another one, as in some containers, and is looked at where the kernel may not be asked.

use std::collections::BTreeMap;

use super::netlink::Links;
use crate::lldp;
use crate::roots::{Failure, Roots};

/// Their names by their numbers (`ifindex`).
pub(super) fn read(roots: &Roots) -> Result<BTreeMap<u32, String>, Failure> {
    match Links::names(roots)? {
        Some(names) => Ok(names),
        None => lldp::ports(roots),
    }
}
