//! The components of a bill: a server as a device, and what is on it.

use patuh_protocol::inventory::{Container, Package, Site, System};
use patuh_protocol::report::Reading;
use serde::Serialize;

use super::purl;
use crate::store::{CurrentSection, ServerRow};

/// The kinds of components that we have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    Platform,
    Device,
    Firmware,
    OperatingSystem,
    Library,
    Application,
    Container,
}

/// A component, as the schema has it.
#[derive(Debug, Serialize)]
pub(super) struct Component {
    r#type: Kind,
    #[serde(rename = "bom-ref")]
    reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    manufacturer: Option<Organization>,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) components: Vec<Self>,
}

#[derive(Debug, Serialize)]
struct Organization {
    name: String,
}

#[derive(Debug, Serialize)]
struct Property {
    name: &'static str,
    value: String,
}

impl Component {
    pub(super) const fn new(kind: Kind, reference: String, name: String) -> Self {
        Self {
            r#type: kind,
            reference,
            manufacturer: None,
            name,
            version: None,
            description: None,
            purl: None,
            properties: Vec::new(),
            components: Vec::new(),
        }
    }

    fn version(mut self, version: Option<&str>) -> Self {
        self.version = version.filter(|version| !version.is_empty()).map(ToOwned::to_owned);
        self
    }

    fn made_by(mut self, maker: Option<&str>) -> Self {
        self.manufacturer = maker.map(|name| Organization { name: name.to_owned() });
        self
    }

    /// With a property, when it has a value.
    fn with(mut self, name: &'static str, value: Option<&str>) -> Self {
        let value = value.filter(|value| !value.is_empty());
        self.properties.extend(value.map(|value| Property { name, value: value.to_owned() }));
        self
    }
}

fn readings(sections: &[CurrentSection]) -> impl Iterator<Item = (&str, &Reading)> {
    sections.iter().filter_map(|section| Some((&*section.sensor, &section.value.as_ref()?.reading)))
}

/// A server as a device, without its components.
pub(super) fn device(server: &ServerRow, sections: &[CurrentSection]) -> Component {
    let agent = server.agent.as_str();
    let name = if server.hostname.is_empty() { agent } else { &server.hostname };
    let machine = readings(sections).find_map(|(_, reading)| match reading {
        Reading::Machine(machine) => Some(machine),
        _ => None,
    });
    let mut device = Component::new(Kind::Device, agent.to_owned(), name.to_owned())
        .made_by(machine.and_then(|machine| machine.vendor.as_deref()))
        .with("patuh:agent", Some(agent))
        .with("patuh:office", Some(server.office.as_str()))
        .with("patuh:serial", server.serial.as_deref())
        .with("patuh:guest-of", server.guest_of.as_deref())
        .with("patuh:cpu", server.cpu.as_deref());
    device.description = server.model.clone();
    device
}

/// All that is on a server.
pub(super) fn parts(server: &ServerRow, sections: &[CurrentSection]) -> Vec<Component> {
    let system = readings(sections).find_map(|(_, reading)| match reading {
        Reading::System(system) => Some(system),
        _ => None,
    });
    let mut parts = Vec::new();
    for (sensor, reading) in readings(sections) {
        let reference = |n: usize| format!("{}/{sensor}/{n}", server.agent);
        match reading {
            Reading::Machine(machine) => {
                if let Some(version) = &machine.bios_version {
                    let bios = Component::new(Kind::Firmware, reference(0), "BIOS".to_owned());
                    let bios = bios.made_by(machine.bios_vendor.as_deref()).version(Some(version));
                    parts.push(bios.with("patuh:date", machine.bios_date.as_deref()));
                }
            }
            Reading::System(system) => parts.extend(operating_system(system, reference(0))),
            Reading::Packages(packages) => {
                let manager = sensor.rsplit('/').next().unwrap_or_default();
                let all = packages.iter().zip(0..);
                parts.extend(all.map(|(p, n)| package(manager, p, system, reference(n))));
            }
            Reading::Containers(containers) => {
                let all = containers.iter().zip(0..);
                parts.extend(all.map(|(container, n)| image(container, reference(n))));
            }
            Reading::Sites(sites) => {
                let all = sites.iter().zip(0..);
                parts.extend(all.filter_map(|(site, n)| application(site, reference(n))));
            }
            _ => {}
        }
    }
    parts
}

fn operating_system(system: &System, reference: String) -> Option<Component> {
    let name = system.id.as_ref().or(system.name.as_ref())?;
    let mut os = Component::new(Kind::OperatingSystem, reference, name.clone())
        .version(system.version.as_deref())
        .with("patuh:kernel", system.kernel.as_deref());
    os.description = system.name.clone();
    Some(os)
}

fn package(manager: &str, package: &Package, system: Option<&System>, reference: String) -> Component {
    let mut component = Component::new(Kind::Library, reference, package.name.clone())
        .version(Some(&package.version))
        .with("patuh:manager", Some(manager))
        .with("patuh:place", Some(&package.place));
    component.purl = purl::of(manager, package, system);
    component
}

fn image(container: &Container, reference: String) -> Component {
    // A port stands before a slash, a tag behind the last one.
    let tag = container.image.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'));
    let (name, version) = tag.map_or((container.image.as_str(), None), |(name, tag)| (name, Some(tag)));
    Component::new(Kind::Container, reference, name.to_owned())
        .version(version)
        .with("patuh:container", Some(&container.name))
        .with("patuh:image-id", container.image_id.as_deref())
}

fn application(site: &Site, reference: String) -> Option<Component> {
    let name = site.application.clone()?;
    let component = Component::new(Kind::Application, reference, name).version(site.version.as_deref());
    Some(component.with("patuh:place", site.root.as_deref()))
}
