//! Holds the order of the rooms: a crate is a list of modules, and each may import from those below it only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::source::Source;

/// A crate's rooms, from the top of the house to its cellar.
pub(crate) struct Layers {
    /// The folder with the sources, from the root of the project.
    pub(crate) src: &'static str,
    /// The modules, upper ones first; `lib` and `main` are the files of these names.
    pub(crate) rooms: &'static [&'static str],
}

/// One module: its path from the crate's root and the paths it imports.
struct Module {
    path: Vec<String>,
    imports: Vec<Vec<String>>,
}

impl Layers {
    /// What breaks the order in the project at `root`, one sentence each.
    pub(crate) fn faults(&self, root: &Path) -> Result<Vec<String>> {
        let modules = self.modules(root)?;
        let mut faults = self.unlisted(&modules);
        faults.extend(modules.iter().flat_map(|module| self.upward(module)));
        faults.extend(self.cycles(&modules));
        faults.sort();
        faults.dedup();
        Ok(faults)
    }

    fn modules(&self, root: &Path) -> Result<Vec<Module>> {
        let src = root.join(self.src);
        let mut modules = Vec::new();
        for file in rust_files(&src)? {
            let path = module_path(file.strip_prefix(&src)?);
            let code = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
            let within = if path == ["lib"] || path == ["main"] { Vec::new() } else { path.clone() };
            modules.push(Module { imports: Source::read(&code, &within).imports, path });
        }
        Ok(modules)
    }

    /// Modules that are not in the list, and names in the list that are no module.
    fn unlisted(&self, modules: &[Module]) -> Vec<String> {
        let there: BTreeSet<&str> =
            modules.iter().filter_map(|module| module.path.first()).map(String::as_str).collect();
        let listed: BTreeSet<&str> = self.rooms.iter().copied().collect();
        let strangers =
            there.difference(&listed).map(|room| format!("{}: {room} is not in the list of rooms", self.src));
        let ghosts = listed
            .difference(&there)
            .map(|room| format!("{}: {room} is listed but does not exist", self.src));
        strangers.chain(ghosts).collect()
    }

    /// Imports of `module` from a room above its own.
    fn upward(&self, module: &Module) -> Vec<String> {
        let Some(own) = module.path.first() else { return Vec::new() };
        let Some(at) = self.rooms.iter().position(|room| room == own) else { return Vec::new() };
        let above = self.rooms.get(..at).unwrap_or_default();
        let rooms: BTreeSet<&str> = module.imports.iter().map(|path| self.room(path)).collect();
        let upward = rooms.into_iter().filter(|room| above.contains(room));
        upward.map(|room| format!("{}: {own} imports {room}, which is above it", self.src)).collect()
    }

    /// The room a path leads to; whatever is no room is an item of `lib`.
    fn room<'a>(&self, path: &'a [String]) -> &'a str {
        path.first().map(String::as_str).filter(|name| self.rooms.contains(name)).unwrap_or("lib")
    }

    /// Neighbours (modules of one folder) that import each other in a circle. The door of a room (`mod.rs`)
    /// and its children are not neighbours: what is in a room may know what the room is.
    fn cycles(&self, modules: &[Module]) -> Vec<String> {
        let known: BTreeSet<&[String]> = modules
            .iter()
            .flat_map(|module| (1..=module.path.len()).filter_map(|end| module.path.get(..end)))
            .collect();
        let mut graphs: BTreeMap<&[String], Graph<'_>> = BTreeMap::new();
        for module in modules {
            for import in &module.imports {
                let fork = module.path.iter().zip(import).take_while(|(own, other)| own == other).count();
                let (Some(from), Some(to)) = (module.path.get(fork), import.get(fork)) else { continue };
                let Some(folder) = module.path.get(..fork) else { continue };
                if import.get(..=fork).is_some_and(|path| known.contains(path)) {
                    graphs.entry(folder).or_default().entry(from).or_default().insert(to);
                }
            }
        }
        let circles = graphs.iter().filter_map(|(folder, graph)| Some((folder, circle(graph)?)));
        circles.map(|(folder, circle)| format!("{}: {circle} is a cycle", place(self.src, folder))).collect()
    }
}

/// Who imports whom among neighbours.
type Graph<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// One circle in `graph`, as `a → b → a`.
fn circle(graph: &Graph<'_>) -> Option<String> {
    let mut graph = graph.clone();
    // Whoever imports nobody that is left can be on no circle.
    while let Some(leaf) =
        graph.iter().find(|(_, to)| to.iter().all(|name| !graph.contains_key(name))).map(|(name, _)| *name)
    {
        graph.remove(leaf);
    }
    let mut way = vec![*graph.keys().next()?];
    loop {
        let next = *graph.get(way.last()?)?.iter().find(|name| graph.contains_key(*name))?;
        if let Some(start) = way.iter().position(|name| *name == next) {
            way.push(next);
            return Some(way.get(start..)?.join(" → "));
        }
        way.push(next);
    }
}

fn place(src: &str, folder: &[String]) -> String {
    std::iter::once(src).chain(folder.iter().map(String::as_str)).collect::<Vec<_>>().join("/")
}

/// `sensors/backup/restic.rs` is `sensors::backup::restic`, `sensors/mod.rs` is `sensors`.
fn module_path(file: &Path) -> Vec<String> {
    let stem = file.with_extension("");
    let mut path: Vec<String> = stem.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    path.pop_if(|name| name == "mod");
    path
}

/// Every Rust file under `folder`, in order.
pub(crate) fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let path = entry.path();
        // Fixture hosts hold links that lead out of them.
        if entry.file_type()?.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUSE: Layers = Layers { src: "agent/src", rooms: &["lib", "uplink", "sensors", "roots"] };

    /// Lays out `files` (name, content) beside a sound `lib`, `uplink`, `sensors` and `roots`.
    fn check(files: &[(&str, &str)], expected: &[&str]) -> Result<()> {
        let root = tempfile::tempdir()?;
        let sound = [
            ("lib.rs", ""),
            ("uplink.rs", "use crate::sensors::All;"),
            ("sensors/mod.rs", ""),
            ("roots.rs", ""),
        ];
        for (name, content) in sound.iter().chain(files) {
            let path = root.path().join(HOUSE.src).join(name);
            std::fs::create_dir_all(path.parent().context("a file has a folder")?)?;
            std::fs::write(&path, content)?;
        }
        assert_eq!(HOUSE.faults(root.path())?, expected, "faults of {files:?}");
        Ok(())
    }

    #[test]
    fn a_downward_import_is_sound() -> Result<()> {
        check(&[], &[])?;
        check(
            &[("sensors/cpu.rs", "use crate::roots::Roots; use super::Failure; mod tests { use super::*; }")],
            &[],
        )
    }

    #[test]
    fn an_upward_import_is_named() -> Result<()> {
        let fault = "agent/src: sensors imports uplink, which is above it";
        check(
            &[("sensors/mod.rs", "use crate::uplink::Uplink;")],
            &[fault, "agent/src: sensors → uplink → sensors is a cycle"],
        )?;
        check(&[("sensors/cpu.rs", "fn f() { super::super::uplink::send() }"), ("uplink.rs", "")], &[fault])?;
        check(&[("roots.rs", "use crate::VERSION;")], &["agent/src: roots imports lib, which is above it"])
    }

    #[test]
    fn a_module_outside_the_list_is_named() -> Result<()> {
        check(&[("alpha.rs", "")], &["agent/src: alpha is not in the list of rooms"])?;
        let root = tempfile::tempdir()?;
        std::fs::create_dir_all(root.path().join(HOUSE.src))?;
        assert_eq!(HOUSE.faults(root.path())?.len(), HOUSE.rooms.len());
        Ok(())
    }

    #[test]
    fn neighbours_in_a_circle_are_named() -> Result<()> {
        check(
            &[
                ("sensors/cpu.rs", "use super::memory::Memory;"),
                ("sensors/disks.rs", "use crate::sensors::cpu::Cpu;"),
                ("sensors/memory.rs", "use super::{disks::Disk, Failure};"),
            ],
            &["agent/src/sensors: cpu → memory → disks → cpu is a cycle"],
        )
    }
}
