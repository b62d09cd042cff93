//! What a report says of the network, with "the same" resolved.

use std::collections::BTreeMap;

use patuh_protocol::base;
use patuh_protocol::digest::Digest;
use patuh_protocol::report::{Outcome, Reading};

use crate::lan::{Heard, Observation, Source, View};
use crate::store::{LanSeen, LanTaken, SeenSection};

/// What came of a section.
enum Said {
    /// It says what is kept now.
    Kept,
    Nothing,
    Failed(String),
}

/// Why a section failed that rests on what is not known here.
const LOST: &str = "sama dengan bacaan yang tidak ada pada kolektor; semuanya sudah diminta ulang";

/// Takes a report into what its agent last read; returns what it shows of the LAN, or nothing when it says nothing of it.
/// A report that was overtaken by a later one says nothing about now.
pub(super) fn hear(seen: &mut LanSeen, taken: &LanTaken, known: Option<&View>) -> Option<Observation> {
    if seen.office.is_some() && taken.sequence < seen.sequence {
        return None;
    }
    let holds = holds(seen, taken);
    let mut said: Vec<(&str, Said)> = Vec::new();
    for section in &taken.report.sections {
        let sensor = section.sensor.as_str();
        if Source::of_sensor(sensor).is_none() {
            continue;
        }
        said.push((
            sensor,
            match (&section.outcome, taken.carried.get(sensor)) {
                (Outcome::Ok(reading), Some(digest)) => keep(seen, sensor, reading, digest),
                (Outcome::Ok(_), None) => Said::Failed(LOST.to_owned()),
                (Outcome::Same, _) => same(seen, sensor, holds),
                (Outcome::Nothing, _) => {
                    seen.sections.remove(sensor);
                    Said::Nothing
                }
                (Outcome::Failed(why), _) => Said::Failed(why.clone()),
            },
        ));
    }
    seen.base.take(&taken.report, &taken.carried);
    (seen.office, seen.sequence) = (Some(taken.office.clone()), taken.sequence);
    if said.is_empty() {
        return None;
    }
    let heard = said.iter().filter_map(|(sensor, said)| {
        let heard = match said {
            Said::Kept => Heard::Read(&seen.sections.get(*sensor)?.reading),
            Said::Nothing => Heard::Nothing,
            Said::Failed(why) => Heard::Failed(why),
        };
        Some((*sensor, heard))
    });
    Some(Observation::new(taken.agent.clone(), taken.at, heard, known))
}

fn keep(seen: &mut LanSeen, sensor: &str, reading: &Reading, digest: Digest) -> Said {
    let section = SeenSection { digest, reading: reading.clone() };
    seen.sections.insert(sensor.to_owned(), section);
    Said::Kept
}

/// "The same" is believed when the report names the base that is known here, and the reading was understood.
fn same(seen: &LanSeen, sensor: &str, holds: bool) -> Said {
    let kept = seen.sections.get(sensor).map(|section| section.digest);
    if holds && kept.is_some() && kept == seen.base.get(sensor) {
        Said::Kept
    } else {
        Said::Failed(LOST.to_owned())
    }
}

/// Whether the sections of a report that are "the same" rest on what is known here.
fn holds(seen: &LanSeen, taken: &LanTaken) -> bool {
    let same = taken.report.sections.iter().filter(|section| section.outcome == Outcome::Same);
    let known = same.map(|section| Some((section.sensor.as_str(), seen.base.get(&section.sensor)?)));
    let known: Option<BTreeMap<&str, Digest>> = known.collect();
    known.is_some_and(|known| taken.report.base == Some(base::name(&known)))
}
