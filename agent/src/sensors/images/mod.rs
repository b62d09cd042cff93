//! `images/…`: the images that container engines keep, one engine a file: programs that lie ready to run, also those
//! that no container was made of. Read as `containers/…` are, from the engine's own files.

use patuh_protocol::inventory::Image;
use patuh_protocol::report::Reading;

use super::listed;

pub(super) mod docker;
pub(super) mod podman;

/// How many images are carried.
const MAX_IMAGES: usize = 2_000;

/// `images` in a stable order.
fn reading(mut images: Vec<Image>) -> Option<Reading> {
    images.sort_by(|a, b| (&a.names, &a.id).cmp(&(&b.names, &b.id)));
    images.truncate(MAX_IMAGES);
    listed(images, Reading::Images)
}

#[cfg(test)]
mod laid {
    use jiff::Timestamp;
    use patuh_protocol::inventory::Image;
    use patuh_protocol::report::Reading;

    use crate::roots::{Failure, Roots, fixture};
    use crate::sensors::Settings;

    type Read = fn(&Roots, &Settings, Timestamp) -> Result<Option<Reading>, Failure>;

    /// What `read` makes of a host with `files`: an image a line.
    pub(super) fn check(read: Read, files: &[(&str, &str)], expected: &[&str]) {
        let host = fixture::host(files);
        let words = |it: &Image| format!("{} {} {}", it.engine, it.id, it.names.join(","));
        let found = match read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap() {
            Some(Reading::Images(found)) => found.iter().map(words).collect(),
            other => vec![format!("{other:?}")],
        };
        assert_eq!(found, expected);
    }
}
