//! What is on a server, counted: each number leads to the part that lists it.

use patuh_protocol::inventory::UnitState;
use patuh_protocol::report::Reading;

use super::super::super::format::number;
use super::super::section::readings;
use super::Tab;
use crate::store::CurrentSection;

/// A number with the words after it, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) number: String,
    pub(super) words: &'static str,
    /// Below the server's address.
    pub(super) rest: String,
}

/// How many of what.
#[derive(Default)]
struct Numbers {
    packages: usize,
    units: usize,
    listeners: usize,
    sites: usize,
    databases: usize,
    containers: usize,
    guests: usize,
}

impl Numbers {
    fn of(sections: &[CurrentSection]) -> Self {
        let mut all = Self::default();
        for reading in readings(sections) {
            match reading {
                Reading::Packages(list) => all.packages += list.len(),
                Reading::Units(list) => all.units += list.len(),
                Reading::Listeners(list) => all.listeners += list.len(),
                Reading::Sites(list) => all.sites += list.len(),
                Reading::Databases(list) => {
                    all.databases += list.iter().map(|it| it.databases.len().max(1)).sum::<usize>();
                }
                Reading::Containers(list) => all.containers += list.len(),
                Reading::Guests(list) => all.guests += list.len(),
                _ => {}
            }
        }
        all
    }
}

/// What is on the server of which `sections` are known.
pub(super) fn counts(sections: &[CurrentSection]) -> Vec<Count> {
    let all = Numbers::of(sections);
    let count = |n: usize, words, tab: Tab, at: &str| {
        let rest = format!("{}{at}", tab.slug());
        (n > 0).then(|| Count { number: number(n as u64), words, rest })
    };
    let counts = [
        count(all.databases, "basis data", Tab::Services, "#basis-data"),
        count(all.sites, "situs web", Tab::Services, "#situs"),
        count(all.guests, "mesin tamu", Tab::Guests, "#tamu"),
        count(all.containers, "kontainer", Tab::Guests, "#kontainer"),
        count(all.units, "layanan", Tab::Services, "#layanan"),
        count(all.listeners, "porta terbuka", Tab::Services, "#porta"),
        count(all.packages, "paket", Tab::Software, ""),
    ];
    counts.into_iter().flatten().collect()
}

/// The services that failed, by name.
pub(super) fn failed_units(sections: &[CurrentSection]) -> Vec<String> {
    let lists = readings(sections).filter_map(|reading| match reading {
        Reading::Units(list) => Some(list),
        _ => None,
    });
    let failed = lists.flatten().filter(|unit| unit.state == UnitState::Failed);
    failed.map(|unit| unit.name.clone()).collect()
}
