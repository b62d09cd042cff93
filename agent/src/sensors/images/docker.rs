//! `images/docker`: the images of Docker's own image store: `image/DRIVER/imagedb` has one file for each, named by its
//! id, and `repositories.json` their names. Where Docker leaves images to containerd (its `containerd` snapshotter),
//! they stand in that one's database, which is not read.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::inventory::Image;
use patuh_protocol::report::Reading;

use super::{MAX_IMAGES, reading};
use crate::roots::lossy::name as shown;
use crate::roots::{Failure, Roots};
use crate::sensors::Settings;
use crate::sensors::containers::docker::{data, named};
use crate::sensors::containers::short;

/// Of how many storage drivers images are looked for; a host changes its driver once in its life.
const MAX_DRIVERS: usize = 16;

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let folder = data(roots).join("image");
    let drivers = roots.list(&folder)?.unwrap_or_default();
    let mut images = Vec::new();
    for driver in drivers.iter().take(MAX_DRIVERS) {
        images.extend(of_driver(roots, &folder.join(driver))?);
    }
    Ok(reading(images))
}

fn of_driver(roots: &Roots, folder: &Path) -> Result<Vec<Image>, Failure> {
    let ids = roots.list(folder.join("imagedb/content/sha256"))?.unwrap_or_default();
    let mut names = BTreeMap::<String, Vec<String>>::new();
    for (name, id) in named(roots, folder) {
        names.entry(id).or_default().push(shown(&name));
    }
    let image = |id: &String| Image {
        engine: "docker".to_owned(),
        id: short(id),
        names: names.remove(&format!("sha256:{id}")).unwrap_or_default(),
    };
    Ok(ids.iter().take(MAX_IMAGES).map(image).collect())
}

#[cfg(test)]
mod tests {
    use super::super::laid;
    use super::*;

    #[test]
    fn an_image_is_told_with_its_names_and_also_without_any() {
        let (one, two) = ("aa".repeat(32), "bb".repeat(32));
        let files = [
            (
                "var/lib/docker/image/overlay2/repositories.json".to_owned(),
                format!(
                    r#"{{"Repositories":{{"app":{{"app:2":"sha256:{one}","app:latest":"sha256:{one}","app@sha256:77":"sha256:{one}"}}}}}}"#
                ),
            ),
            (format!("var/lib/docker/image/overlay2/imagedb/content/sha256/{one}"), "{}".to_owned()),
            (format!("var/lib/docker/image/overlay2/imagedb/content/sha256/{two}"), "{}".to_owned()),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(at, text)| (at.as_str(), text.as_str())).collect();
        laid::check(read, &files, &["docker bbbbbbbbbbbb ", "docker aaaaaaaaaaaa app:2,app:latest"]);
        laid::check(read, &[("etc/hostname", "x")], &["None"]);
    }
}
