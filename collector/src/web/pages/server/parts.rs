//! The parts of a server's page that are made of sections only: hardware, system, services, guests, network.

use askama::Template;

use super::super::super::shell::Shell;
use super::super::section::Section;
use super::{Around, Frame, Ground, Known, Tab, guests, hardware, network, numbering, services, system};

#[derive(Template)]
#[template(path = "server_part.html")]
pub(crate) struct Part {
    shell: Shell,
    frame: Frame,
    sections: Vec<Section>,
    /// What there is nothing to show of, and why: in one place, so that the page stays calm.
    absent: Vec<(String, String)>,
}

impl Part {
    /// The part `tab` of a server's page.
    pub(crate) fn new(around: Around, ground: &Ground<'_>, known: &Known<'_>, tab: Tab) -> Self {
        let (sections, format) = (known.sections, ground.format);
        let all = match tab {
            Tab::System => system::sections(sections, ground.table, format),
            Tab::Services => services::sections(sections, format),
            Tab::Guests => guests::sections(sections, &known.kin, format),
            Tab::Network => network::sections(sections, format),
            _ => hardware::sections(sections, format),
        };
        let (shown, silent): (Vec<_>, Vec<_>) = all.into_iter().partition(Section::speaks);
        // The plan speaks of now, never of a past day.
        let now = tab == Tab::Network && around.1.past.is_none();
        let beside = if now { numbering::sections(ground, &known.row.agent) } else { Vec::new() };
        let shown =
            shown.into_iter().chain(beside.into_iter().filter(|section| !section.is_empty())).collect();
        let absent = silent.into_iter().filter_map(|section| Some((section.title, section.state.none?)));
        let (shell, frame) = around;
        Self { shell, frame, sections: shown, absent: absent.collect() }
    }
}
