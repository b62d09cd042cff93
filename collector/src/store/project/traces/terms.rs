//! What a server is found by: its names and numbers, out of the readings that have them.
//!
//! One text for each sensor, one line for each term: the sign of its kind ([`HitKind`]), the term in lower case,
//! and where it was written otherwise, behind another sign, as it was. The signs are control characters, which no
//! word that is looked for contains, so that a plain LIKE over the text finds terms and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use patuh_protocol::inventory::{Machine, System};
use patuh_protocol::report::Reading;
use sqlx::AnyConnection;

use super::super::Key;
use crate::store::Error;
use crate::store::HitKind;
use crate::store::grouped::Grouped;

/// The most terms of one sensor, and the most characters of one.
const MAX_TERMS: usize = 500;
const LONGEST: usize = 200;

/// Stands between a term in lower case and as it was written.
pub(in crate::store) const AS_WRITTEN: char = '\u{1f}';

const PUT: Grouped = Grouped::insert(
    "INSERT INTO terms (government, agent, sensor, terms) VALUES ",
    3,
    " ON CONFLICT (government, agent, sensor) DO UPDATE SET terms = excluded.terms",
);

/// The terms of a batch.
#[derive(Debug, Default)]
pub(super) struct Terms(BTreeMap<Key, String>);

impl Terms {
    pub(super) fn turned(&mut self, key: &Key, old: Option<&Reading>, new: Option<&Reading>) {
        let (old, new) = (old.map(terms).unwrap_or_default(), new.map(terms).unwrap_or_default());
        if old != new || !new.is_empty() {
            self.0.insert(key.clone(), text(&new));
        }
    }

    pub(super) async fn write(self, connection: &mut AnyConnection, government: &str) -> Result<(), Error> {
        let rows: Vec<_> = self.0.into_iter().collect();
        let put = PUT.execute(connection, government, &rows, |query, ((agent, sensor), terms)| {
            query.bind(agent.as_str()).bind(sensor.as_str()).bind(terms.as_str())
        });
        put.await
    }
}

/// Terms with their kinds.
type All = BTreeSet<(HitKind, String)>;

fn text(terms: &All) -> String {
    let mut text = String::new();
    for (kind, term) in terms.iter().take(MAX_TERMS) {
        let term: String = term.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
        let lower = term.to_lowercase();
        text.push(kind.sign());
        text.push_str(&lower);
        if lower != term {
            text.push(AS_WRITTEN);
            text.push_str(&term);
        }
        text.push('\n');
    }
    text
}

fn terms(reading: &Reading) -> All {
    let terms: Vec<(HitKind, &str)> = match reading {
        Reading::System(it) => system(it),
        Reading::Machine(it) => return machine(it),
        Reading::Interfaces(all) => {
            let cards = all.iter().filter(|it| !it.name.starts_with("veth"));
            let macs = cards.filter_map(|it| Some((HitKind::Mac, it.mac.as_deref()?)));
            let addresses = all.iter().flat_map(|it| &it.addresses);
            macs.chain(addresses.map(|address| (HitKind::Address, address.as_str()))).collect()
        }
        Reading::Cpu(it) => it.model.iter().map(|model| (HitKind::Model, model.as_str())).collect(),
        Reading::Disks(all) => {
            all.iter().flat_map(|it| part(it.serial.as_ref(), it.model.as_ref())).collect()
        }
        Reading::MemoryModules(all) => {
            all.iter().flat_map(|it| part(it.serial.as_ref(), it.part.as_ref())).collect()
        }
        Reading::PowerSupplies(all) => {
            all.iter().flat_map(|it| part(it.serial.as_ref(), it.model.as_ref())).collect()
        }
        Reading::Guests(all) => {
            let names = all.iter().map(|it| (HitKind::Guest, it.name.as_str()));
            names.chain(all.iter().flat_map(|it| &it.macs).map(|mac| (HitKind::Mac, mac.as_str()))).collect()
        }
        Reading::Containers(all) => all
            .iter()
            .flat_map(|it| [&it.name, &it.image])
            .map(|it| (HitKind::Container, it.as_str()))
            .collect(),
        Reading::Images(all) => {
            all.iter().flat_map(|it| &it.names).map(|name| (HitKind::Container, name.as_str())).collect()
        }
        Reading::Sites(all) => {
            let names = all.iter().flat_map(|it| it.names.iter().chain(&it.root).chain(&it.application));
            names.map(|name| (HitKind::Site, name.as_str())).collect()
        }
        Reading::Databases(all) => {
            let names = all.iter().flat_map(|it| it.databases.iter().map(|it| &it.name).chain([&it.name]));
            names.map(|name| (HitKind::Database, name.as_str())).collect()
        }
        _ => Vec::new(),
    };
    gathered(terms)
}

fn gathered<'a>(terms: impl IntoIterator<Item = (HitKind, &'a str)>) -> All {
    let terms = terms.into_iter().map(|(kind, term)| (kind, term.trim().to_owned()));
    terms.filter(|(_, term)| !term.is_empty()).collect()
}

fn system(it: &System) -> Vec<(HitKind, &str)> {
    let system = [&it.name, &it.id, &it.kernel].into_iter().flatten();
    let system = system.map(|name| (HitKind::System, name.as_str()));
    std::iter::once((HitKind::Host, it.hostname.as_str())).chain(system).collect()
}

fn machine(it: &Machine) -> All {
    let numbers = [&it.serial, &it.board_serial, &it.chassis_serial, &it.asset_tag, &it.uuid];
    let numbers = numbers.into_iter().flatten().map(|number| (HitKind::Serial, number.as_str()));
    let named = |vendor: &Option<String>, product: &Option<String>| {
        [vendor.as_deref(), product.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    let models = [named(&it.vendor, &it.product), named(&it.board_vendor, &it.board_product)];
    gathered(numbers.chain(models.iter().map(|model| (HitKind::Model, model.as_str()))))
}

fn part<'a>(
    serial: Option<&'a String>,
    model: Option<&'a String>,
) -> impl Iterator<Item = (HitKind, &'a str)> {
    let serial = serial.map(|serial| (HitKind::Serial, serial.as_str()));
    serial.into_iter().chain(model.map(|model| (HitKind::Model, model.as_str())))
}

#[cfg(test)]
mod tests {
    use patuh_protocol::inventory::Disk;
    use patuh_protocol::lan::Interface;

    use super::*;

    fn check(reading: &Reading, expected: &str) {
        assert_eq!(text(&terms(reading)), expected);
    }

    #[test]
    fn a_term_stands_in_lower_case_and_as_it_was_written() {
        let disk = Disk { serial: Some("WD-x1".into()), model: Some("wd40\n".into()), ..Disk::default() };
        let (model, serial) = (HitKind::Model.sign(), HitKind::Serial.sign());
        check(
            &Reading::Disks(vec![disk.clone(), disk]),
            &format!("{serial}wd-x1{AS_WRITTEN}WD-x1\n{model}wd40\n"),
        );
        let bridge = Interface { name: "veth1".into(), mac: Some("aa".into()), ..Interface::default() };
        check(&Reading::Interfaces(vec![bridge]), "");
        let hostile = System { hostname: "a\nb\u{1}c".into(), ..System::default() };
        check(&Reading::System(hostile), &format!("{}a b c\n", HitKind::Host.sign()));
    }
}
