//! What copies were made of something on each of the last days, where the government is.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use patuh_compliance::estate::Zone;
use patuh_protocol::backup::Run;
use patuh_protocol::witness::WitnessedObject;

use super::DAYS;
use crate::tasks::evaluate::copies::SetView;
use crate::testimony::Standing;
use crate::words::words;

/// A day of a data store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// What it shows.
    pub sign: Sign,
    /// How many copies were made.
    pub runs: u32,
    /// The size of the newest of them, in bytes.
    pub bytes: Option<u64>,
}

/// What a day shows; of several copies, and of several sets, the last of these in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Nothing is known of that day.
    #[default]
    NoData,
    /// No copy, and none that was young enough by the end of the day.
    Missing,
    /// No new copy, and the one before was still young enough.
    Held,
    /// The server says that it made one.
    Claimed,
    /// One that a witness saw is gone before its time.
    Gone,
    /// One lies there and its content is wrong.
    Damaged,
    /// A witness has seen it.
    Seen,
    /// It was brought back.
    Restored,
}

// Best first: the order of a legend.
words! { pub Sign:
    Restored, "pulih", "dipulihkan";
    Seen, "saksi", "disaksikan";
    Claimed, "klaim", "diklaim";
    Held, "masih", "tanpa salinan baru, yang terakhir masih berlaku";
    Missing, "tiada", "tidak ada";
    Damaged, "rusak", "rusak";
    Gone, "hilang", "hilang";
    NoData, "nihil", "tanpa data";
}

impl Sign {
    /// Those that a single copy can have, best first.
    pub const OF_COPIES: [Self; 5] = [Self::Restored, Self::Seen, Self::Claimed, Self::Damaged, Self::Gone];

    /// Its word where there is little room.
    #[must_use]
    pub const fn short(self) -> &'static str {
        match self {
            Self::Held => "masih berlaku",
            other => other.name(),
        }
    }

    /// Whether something could have been brought back at the end of such a day.
    #[must_use]
    pub const fn is_held(self) -> bool {
        matches!(self, Self::Held | Self::Claimed | Self::Seen | Self::Restored)
    }
}

const DAY: i64 = 86_400;

/// The last days, in a zone without summer time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calendar {
    zone: Zone,
    now: Timestamp,
}

impl Calendar {
    pub(super) const fn new(zone: Zone, now: Timestamp) -> Self {
        Self { zone, now }
    }

    /// The number of the local day of `at`.
    fn number(&self, at: Timestamp) -> i64 {
        (at.as_second() + i64::from(self.zone.offset().seconds())).div_euclid(DAY)
    }

    /// The place of `at` among the days, oldest first.
    fn place(&self, at: Timestamp) -> Option<usize> {
        let back = usize::try_from(self.number(self.now) - self.number(at)).ok()?;
        (DAYS - 1).checked_sub(back)
    }

    /// The last moment of the day at this place, in seconds; now, for today.
    fn end(&self, place: usize) -> i64 {
        let back = i64::try_from(DAYS - 1 - place.min(DAYS - 1)).unwrap_or(0);
        let day = self.number(self.now) - back;
        let end = (day + 1) * DAY - i64::from(self.zone.offset().seconds());
        end.min(self.now.as_second())
    }

    /// The days of what no set holds.
    pub(super) fn without(&self, since: Option<Date>) -> [Day; DAYS] {
        let today = self.zone.day(self.now);
        let first = since.and_then(|since| since.until(today).ok()).map_or(i32::MAX, |span| span.get_days());
        let of = |place: usize| {
            let back = i32::try_from(DAYS - 1 - place).unwrap_or(0);
            let sign = if back <= first { Sign::Missing } else { Sign::NoData };
            Day { sign, ..Day::default() }
        };
        std::array::from_fn(of)
    }

    /// The days of one set: its runs as they stand, what is gone, what was brought back by `drills` (when, what).
    pub(super) fn of_set(
        &self,
        view: &SetView,
        drills: &[(Timestamp, &str)],
        limit: SignedDuration,
    ) -> [Day; DAYS] {
        let mut days = [Day::default(); DAYS];
        let mut good = Vec::new();
        let mut first: Option<i64> = None;
        for (run, (standing, object)) in view.set.runs.iter().zip(&view.runs) {
            let (at, sign) = (made(run, object.as_ref()), sign(run, *standing, drills));
            first = Some(first.map_or(at.as_second(), |first| first.min(at.as_second())));
            if sign.is_held() {
                good.push(at.as_second());
            }
            self.add(&mut days, at, Day { sign, runs: 1, bytes: run.bytes });
        }
        for gone in &view.lost {
            first = Some(first.map_or(gone.first_seen.as_second(), |f| f.min(gone.first_seen.as_second())));
            self.add(&mut days, gone.first_seen, Day { sign: Sign::Gone, ..Day::default() });
        }
        for (at, object) in drills {
            if !view.set.runs.iter().any(|run| run.id == *object) {
                self.add(&mut days, *at, Day { sign: Sign::Restored, ..Day::default() });
            }
        }
        if first.is_none() && !view.judged.unread {
            first = Some(i64::MIN);
        }
        self.fill(&mut days, &good, first, limit);
        days
    }

    fn add(&self, days: &mut [Day; DAYS], at: Timestamp, more: Day) {
        let Some(day) = self.place(at).and_then(|place| days.get_mut(place)) else { return };
        day.sign = day.sign.max(more.sign);
        day.runs = day.runs.saturating_add(more.runs);
        // Runs come newest first.
        day.bytes = day.bytes.or(more.bytes);
    }

    /// Days without anything: before the first that is known, nothing can be said of them.
    fn fill(&self, days: &mut [Day; DAYS], good: &[i64], first: Option<i64>, limit: SignedDuration) {
        let Some(first) = first else { return };
        for (place, day) in days.iter_mut().enumerate().filter(|(_, day)| day.sign == Sign::NoData) {
            let end = self.end(place);
            let newest = good.iter().filter(|at| **at <= end).max();
            day.sign = match newest {
                Some(at) if end - at <= limit.as_secs() => Sign::Held,
                _ if end < first => Sign::NoData,
                _ => Sign::Missing,
            };
        }
    }
}

/// When a run was made. A content that the witness knew before is as old as that, whatever its new name says.
fn made(run: &Run, object: Option<&WitnessedObject>) -> Timestamp {
    object.map_or(run.at, |object| run.at.min(object.first_seen))
}

fn sign(run: &Run, standing: Standing, drills: &[(Timestamp, &str)]) -> Sign {
    match standing {
        Standing::Damaged => Sign::Damaged,
        Standing::Vanished => Sign::Gone,
        _ if run.whole == Some(false) => Sign::Damaged,
        _ if drills.iter().any(|(_, object)| *object == run.id) => Sign::Restored,
        Standing::Met => Sign::Seen,
        Standing::ClaimOnly | Standing::WitnessSilent => Sign::Claimed,
    }
}

/// The days of something that two sets hold: the better of both.
pub(super) fn merged(a: [Day; DAYS], b: [Day; DAYS]) -> [Day; DAYS] {
    let mut both = a;
    for (day, other) in both.iter_mut().zip(b) {
        day.runs = day.runs.saturating_add(other.runs);
        if other.sign > day.sign {
            day.sign = other.sign;
            day.bytes = other.bytes.or(day.bytes);
        }
    }
    both
}
