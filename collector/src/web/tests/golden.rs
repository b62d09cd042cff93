//! The pages as they were looked at and found good: `tests/golden/pages/*.html`. After a change on purpose:
//! `cargo test -p patuh-collector bless_pages -- --ignored`, and look at the difference.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::super::stylesheet;
use super::world::World;

fn pages() -> Vec<(&'static str, String)> {
    let world = World::new(4, 3, &|text| text.to_owned());
    // The stylesheet's address changes with every comma in it.
    let plain =
        |(name, page): (&'static str, String)| (name, page.replace(stylesheet::path(), "/gaya/patuh.css"));
    world.pages().into_iter().chain(world.others()).chain(World::empty()).map(plain).collect()
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/golden/pages/{name}.html"))
}

#[test]
fn pages_are_the_golden_ones() {
    for (name, page) in pages() {
        let golden = fs::read_to_string(path(name)).unwrap_or_default();
        let differs = page.lines().zip(golden.lines()).find(|(a, b)| a != b);
        assert_eq!(differs, None, "{name}");
        assert_eq!(page.len(), golden.len(), "{name}");
    }
}

#[test]
fn no_golden_page_is_left_over() {
    let names: Vec<_> = pages().iter().map(|(name, _)| path(name).file_name().unwrap().to_owned()).collect();
    for entry in fs::read_dir(path("x").parent().unwrap()).unwrap() {
        let name = entry.unwrap().file_name();
        assert!(names.contains(&name), "{}", name.display());
    }
}

#[test]
#[ignore = "writes the golden pages"]
fn bless_pages() {
    fs::create_dir_all(path("x").parent().unwrap()).unwrap();
    for (name, page) in pages() {
        File::create(path(name)).unwrap().write_all(page.as_bytes()).unwrap();
    }
}

/// The weight that a thin link bears: the page without its stylesheet.
#[test]
fn pages_are_light() {
    let world = World::new(26, 60, &|text| text.to_owned());
    for (name, page) in world.pages().into_iter().chain(world.others()) {
        assert!(page.len() < 100_000, "{name} weighs {}", page.len());
    }
}
