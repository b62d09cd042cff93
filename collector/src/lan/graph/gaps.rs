//! Why a diagram may show less than there is: an empty map explains itself.

use super::build::Builder;
use crate::lan::observation::{Ran, Source};
use crate::lan::state::Witness;
use crate::lan::text::plain;

/// Cards whose firmware takes LLDP frames for itself unless it is told not to (lldpd issues 444, 455 and 660).
const SILENT_CARDS: [&str; 2] = ["i40e", "ice"];

impl Builder<'_> {
    pub(super) fn gaps(&mut self) {
        let mut gaps = Vec::new();
        for (agent, witness) in &self.state.agents {
            let server = self.names.server(agent);
            for (source, ran) in &witness.sources {
                if let Ran::Failed(why) = ran {
                    gaps.push(format!("Server `{server}`: {} tidak terbaca: {}", source.word(), plain(why)));
                }
            }
            let silent = silent_cards(witness).into_iter().map(|(interface, driver)| {
                format!("Server `{server}`: kartu jaringan `{interface}` ({driver}) dapat menahan LLDP di firmware")
            });
            gaps.extend(silent);
        }
        gaps.sort();
        self.graph.gaps = gaps;
    }
}

/// Interfaces that are up and hear nobody, where the card may be why.
fn silent_cards(witness: &Witness) -> Vec<(String, String)> {
    let listens = witness.sources.get(&Source::Adjacencies).is_some_and(Ran::is_sound);
    let hears = |name: &str| witness.view.announced.iter().any(|heard| heard.interface == name);
    let links =
        witness.view.links.iter().filter(|(name, link)| listens && link.up == Some(true) && !hears(name));
    let silent = links.filter_map(|(name, link)| {
        let driver = link.driver.as_deref().filter(|driver| SILENT_CARDS.contains(driver))?;
        Some((plain(name), driver.to_owned()))
    });
    silent.collect()
}
