//! `packages/…`: what is installed, one package manager a file.

pub(super) mod dpkg;
pub(super) mod rpm;

/// How many packages are carried; the largest installations of Debian have about 6,000.
const MAX_PACKAGES: usize = 20_000;
