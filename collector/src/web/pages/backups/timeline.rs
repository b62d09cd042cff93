//! The picture of one set over its last weeks: what its server claims, what a witness saw and when, what was
//! brought back. Geometry only; drawn by `_backups_timeline.html`, with the same facts in the table below it.

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::Drill;

use super::super::super::chart::brief;
use super::super::super::format::{Format, bytes, span};
use crate::tasks::board::came_back;
use crate::tasks::evaluate::copies::SetView;
use crate::testimony::Standing;

/// How far back it goes at most, and at least, in days.
const LONGEST: i64 = 30;
const SHORTEST: i64 = 7;
/// The left edge of the time, its width, in user units.
const LEFT: i64 = 100;
const WIDTH: i64 = 760;
/// The middles of the lanes.
const CLAIMS: i64 = 26;
const SIGHTINGS: i64 = 70;
const DRILLS: i64 = 110;

/// The picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Timeline {
    /// The lanes: name, and its middle.
    pub(crate) lanes: Vec<(&'static str, i64)>,
    /// The shapes, in the order in which they are drawn.
    pub(crate) marks: Vec<Mark>,
    /// From a claim to its sighting: x1, x2.
    pub(crate) links: Vec<(i64, i64)>,
    /// Times without a copy that was young enough: x, width, words.
    pub(crate) gaps: Vec<(i64, i64, String)>,
    /// Days: x, words.
    pub(crate) ticks: Vec<(i64, String)>,
    /// Its height.
    pub(crate) height: i64,
    /// What it shows, in a sentence.
    pub(crate) label: String,
    /// What it shows, in full.
    pub(crate) description: String,
}

/// A shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Left edge.
    pub(crate) x: i64,
    /// Upper edge.
    pub(crate) y: i64,
    /// One of the shapes of the board.
    pub(crate) slug: &'static str,
    pub(crate) title: String,
}

impl Mark {
    fn new(x: i64, middle: i64, slug: &'static str, title: String) -> Self {
        Self { x: x - 7, y: middle - 7, slug, title }
    }
}

/// Time as a place.
struct Scale {
    from: Timestamp,
    until: Timestamp,
}

impl Scale {
    fn new(view: &SetView, now: Timestamp) -> Self {
        let oldest =
            view.set.runs.iter().map(|run| run.at).chain(view.lost.iter().map(|gone| gone.first_seen));
        let days = |n| SignedDuration::from_hours(24 * n);
        let from = oldest.min().unwrap_or(now).clamp(now - days(LONGEST), now - days(SHORTEST));
        Self { from, until: now }
    }

    fn x(&self, at: Timestamp) -> Option<i64> {
        let whole = (self.until.as_second() - self.from.as_second()).max(1);
        let since = at.as_second() - self.from.as_second();
        (0..=whole).contains(&since).then(|| LEFT + since * WIDTH / whole)
    }
}

impl Timeline {
    /// The picture of `view` and its drills; a copy is too old after `limit`.
    pub(crate) fn new(view: &SetView, drills: &[&Drill], limit: SignedDuration, format: &Format) -> Self {
        let scale = Scale::new(view, format.now());
        let mut drawn = Self {
            lanes: vec![("Kata server", CLAIMS), ("Dilihat saksi", SIGHTINGS)],
            ticks: ticks(&scale, format),
            gaps: gaps(view, &scale, limit, format),
            height: 134,
            ..Self::default()
        };
        for (run, (standing, object)) in view.set.runs.iter().zip(&view.runs) {
            let Some(x) = scale.x(run.at) else { continue };
            let size = run.bytes.map_or_else(String::new, |n| format!(", {}", bytes(n)));
            let title = format!("{}: {}{size}", format.moment(run.at), claim_words(*standing, run.whole));
            if let Some(seen) = object.as_ref().filter(|object| !object.existed_before)
                && let Some(to) = scale.x(seen.first_seen)
            {
                drawn.links.push((x, to));
                drawn.marks.push(Mark::new(
                    to,
                    SIGHTINGS,
                    "saksi",
                    format!("{}: dilihat saksi", format.moment(seen.first_seen)),
                ));
            }
            drawn.marks.push(Mark::new(x, CLAIMS, claim_slug(*standing, run.whole), title));
        }
        drawn.sightings(view, &scale, format);
        drawn.drills(drills, &scale, format);
        drawn.describe(view, drills, format);
        drawn
    }

    /// What a witness missed or found wrong.
    fn sightings(&mut self, view: &SetView, scale: &Scale, format: &Format) {
        for gone in &view.lost {
            let title = format!("{}: hilang, terakhir dilihat saksi", format.moment(gone.last_seen));
            self.marks.extend(scale.x(gone.last_seen).map(|x| Mark::new(x, SIGHTINGS, "hilang", title)));
        }
        for found in &view.damaged {
            let title = format!("{}: {} didapati rusak", format.moment(found.found_at), found.path);
            self.marks.extend(scale.x(found.found_at).map(|x| Mark::new(x, SIGHTINGS, "rusak", title)));
        }
    }

    fn drills(&mut self, drills: &[&Drill], scale: &Scale, format: &Format) {
        if drills.is_empty() {
            return;
        }
        self.lanes.push(("Dipulihkan", DRILLS));
        self.height = 164;
        for drill in drills {
            let (slug, word) = if came_back(drill) { ("pulih", "berhasil") } else { ("tiada", "gagal") };
            let title = format!("{}: uji pemulihan {word}", format.moment(drill.at));
            self.marks.extend(scale.x(drill.at).map(|x| Mark::new(x, DRILLS, slug, title)));
        }
    }

    fn describe(&mut self, view: &SetView, drills: &[&Drill], format: &Format) {
        let seen = view.runs.iter().filter(|(_, object)| object.is_some()).count();
        let newest = view.set.runs.iter().map(|run| run.at).max();
        let newest = newest.map_or_else(|| "belum ada".to_owned(), |at| format.moment(at));
        self.label = format!(
            "Garis waktu: {} salinan menurut server, {seen} di antaranya dilihat saksi",
            view.set.runs.len()
        );
        self.description = format!(
            "Terbaru {newest}. {} titik pulih hilang sebelum waktunya, {} berkas rusak, {} uji pemulihan, {} kali terlambat. Rinciannya ada di tabel di bawah.",
            view.lost.len(),
            view.damaged.len(),
            drills.len(),
            self.gaps.len(),
        );
    }
}

const fn claim_slug(standing: Standing, whole: Option<bool>) -> &'static str {
    match (standing, whole) {
        (Standing::Vanished, _) => "hilang",
        (Standing::Damaged, _) | (_, Some(false)) => "rusak",
        (Standing::Met, _) => "saksi",
        (Standing::ClaimOnly | Standing::WitnessSilent, _) => "klaim",
    }
}

const fn claim_words(standing: Standing, whole: Option<bool>) -> &'static str {
    match (standing, whole) {
        (_, Some(false)) => "dibuat, tidak utuh",
        (Standing::Met, _) => "dibuat dan dilihat saksi",
        (Standing::ClaimOnly, _) => "dibuat, belum dilihat saksi",
        (Standing::WitnessSilent, _) => "dibuat, saksinya diam",
        (Standing::Vanished, _) => "dibuat, lalu hilang",
        (Standing::Damaged, _) => "dibuat, isinya rusak",
    }
}

/// The times in which the newest copy was too old.
fn gaps(view: &SetView, scale: &Scale, limit: SignedDuration, format: &Format) -> Vec<(i64, i64, String)> {
    let whole = view.set.runs.iter().filter(|run| run.whole != Some(false));
    let mut times: Vec<_> = whole.map(|run| run.at).collect();
    times.push(scale.until);
    times.sort();
    let late = times.windows(2).filter_map(|pair| {
        let [from, until] = pair else { return None };
        let due = from.checked_add(limit).ok()?.max(scale.from);
        let (x, end) = (scale.x(due)?, scale.x(*until)?);
        let words = format!(
            "{} sampai {}: terlambat {}",
            format.date(due),
            format.date(*until),
            span(until.as_second() - due.as_second())
        );
        // A few minutes more than a day are no gap.
        let counts = until.duration_since(due) > SignedDuration::from_hours(2);
        (counts && end > x).then(|| (x, end - x, words))
    });
    late.collect()
}

/// The beginnings of days: all of a short time, every fifth of a long one.
fn ticks(scale: &Scale, format: &Format) -> Vec<(i64, String)> {
    let days = format.days_back(scale.from).max(1);
    let step = usize::try_from((days / 7).max(1)).unwrap_or(1);
    let day = |back: i32| {
        let at = format.now() - SignedDuration::from_hours(24 * i64::from(back));
        Some((scale.x(at)?, brief(&format.date(at))))
    };
    (0..=days).step_by(step).filter_map(day).collect()
}
