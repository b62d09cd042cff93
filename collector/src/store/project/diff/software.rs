//! What is watched of what runs on the machine: the system, packages, containers, guests.

use std::collections::BTreeSet;

use patuh_protocol::inventory::{Container, Guest, Image, Kernel, Package, Repository, System};

use super::{Watched, fields, gibibytes, joined};

pub(super) fn system(it: &System) -> Vec<Watched> {
    let os = it.name.as_ref().or(it.id.as_ref());
    fields("system", [("hostname", Some(&it.hostname)), ("os", os), ("kernel", it.kernel.as_ref())])
}

/// That a restart is due. Which kernel runs is told of the system, which ones are installed of the packages.
pub(super) fn kernel(it: &Kernel) -> Option<Watched> {
    let due = it.reboot_pending?;
    let reasons = if it.reasons.is_empty() { String::new() } else { format!(": {}", it.reasons.join(", ")) };
    let value = if due { format!("due{reasons}") } else { "not due".to_owned() };
    Some(Watched::differs("kernel", "restart", value).compared(due.to_string()))
}

/// The packages, before and after, of those names of which one came, went or has another version.
pub(super) fn packages(old: &[Package], new: &[Package]) -> (Vec<Watched>, Vec<Watched>) {
    let (before, after): (BTreeSet<&Package>, BTreeSet<&Package>) =
        (old.iter().collect(), new.iter().collect());
    let differing: BTreeSet<&str> = before.symmetric_difference(&after).map(|it| it.name.as_str()).collect();
    let of =
        |all: &[Package]| all.iter().filter(|it| differing.contains(it.name.as_str())).map(package).collect();
    (of(old), of(new))
}

/// A package of a folder is told with its folder.
pub(super) fn package(it: &Package) -> Watched {
    let subject = if it.place.is_empty() { it.name.clone() } else { format!("{} ({})", it.name, it.place) };
    Watched::new("package", subject, &it.version).apart(&it.architecture)
}

pub(super) fn repository(it: &Repository) -> Watched {
    let subject = joined(&[Some(&it.address), it.suite.as_deref()]);
    let components = it.components.join(" ");
    let signed = (it.signed == Some(false)).then_some("unsigned");
    let state = if it.enabled { "enabled" } else { "disabled" };
    let value = joined(&[Some(state), Some(&components), signed]);
    Watched::new("repository", subject, value).apart(format!("{} {}", it.kind, it.file))
}

/// A container is known by its name: its id is another whenever it is made anew. One that does not start with
/// the host and is not running either was for one use only.
pub(super) fn container(it: &Container) -> Vec<Watched> {
    if it.restarts == Some(false) {
        return Vec::new();
    }
    let image = Watched::new("container", &it.name, &it.image).apart(&it.engine);
    let state = running(it.running)
        .map(|state| Watched::differs("container state", &it.name, state).apart(&it.engine));
    std::iter::once(image).chain(state).collect()
}

/// An image is known by each of its names; one that lost them to a newer one is told by that.
pub(super) fn image(it: &Image) -> Vec<Watched> {
    it.names.iter().map(|name| Watched::new("image", name, &it.id).apart(&it.engine)).collect()
}

/// A guest is known by its manager's id, which stays when it is renamed.
pub(super) fn guest(it: &Guest) -> Vec<Watched> {
    let apart = format!("{} {}", it.manager, it.id);
    let (cpus, memory) = (it.cpus.map(|cpus| format!("{cpus} CPU")), it.memory_bytes.map(gibibytes));
    let known = if it.id.is_empty() { it.name.clone() } else { it.id.clone() };
    let there = Watched::comes_and_goes("guest", &known, &it.name).apart(&apart);
    let size = joined(&[cpus.as_deref(), memory.as_deref()]);
    let differs = [
        Some(("guest name", it.name.clone())),
        (!size.is_empty()).then_some(("guest size", size)),
        running(it.running).map(|state| ("guest state", state.to_owned())),
    ];
    let differs = differs.into_iter().flatten();
    std::iter::once(there)
        .chain(differs.map(|(kind, value)| Watched::differs(kind, &known, value).apart(&apart)))
        .collect()
}

/// The word for whether something runs.
pub(super) fn running(running: Option<bool>) -> Option<&'static str> {
    running.map(|running| if running { "running" } else { "stopped" })
}
