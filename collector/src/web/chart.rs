//! The geometry of the pictures: a stacked bar and the days of a set of backups. Pure; drawn as SVG by the
//! templates `_bar.html` and `_days.html`.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use patuh_protocol::backup::Run;

use super::format::{Format, date, number, percent};
use super::verdict::{Mark, Tally};

/// A stacked bar of verdicts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bar {
    /// From the left.
    pub(super) segments: Vec<Segment>,
    /// What it shows, for who does not see it.
    pub(super) label: String,
}

/// A part of a [`Bar`], in per cent of its width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) slug: &'static str,
    pub(super) x: String,
    pub(super) width: String,
    pub(super) title: String,
}

impl Bar {
    /// The bar of a tally, worst first.
    pub(super) fn of_tally(tally: &Tally) -> Self {
        let parts = tally.given().map(|(mark, n)| (mark.slug, mark.counted, n));
        Self::new(&parts.collect::<Vec<_>>())
    }

    /// The bar of these parts: class, words, number.
    pub(super) fn new(parts: &[(&'static str, &str, u64)]) -> Self {
        let whole = parts.iter().map(|(_, _, n)| n).sum::<u64>().max(1);
        let mut from = 0;
        let mut segments = Vec::new();
        let mut words = Vec::new();
        for (slug, name, n) in parts.iter().filter(|(_, _, n)| *n > 0) {
            let title = format!("{} {name}", number(*n));
            segments.push(Segment {
                slug,
                x: share(from, whole),
                width: share(*n, whole),
                title: title.clone(),
            });
            words.push(title);
            from += n;
        }
        Self { segments, label: words.join(", ") }
    }
}

/// `37.5%`, as SVG writes it.
fn share(part: u64, whole: u64) -> String {
    let hundredths = part * 10_000 / whole;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// How many days the picture of a set of backups goes back.
pub(super) const DAYS: i32 = 30;
/// Width of a day in the picture, in user units.
const DAY: i32 = 16;

/// One day of a set of backups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Day {
    /// Left edge.
    pub(super) x: i32,
    /// Middle.
    pub(super) middle: i32,
    /// `ada`, `cacat` or `kosong`.
    pub(super) slug: &'static str,
    /// The day and what was on it.
    pub(super) title: String,
    /// The date, below the first day of each week.
    pub(super) tick: Option<String>,
}

/// The last [`DAYS`] days of `runs`, oldest first.
pub(super) fn days(runs: &[Run], format: &Format) -> Vec<Day> {
    (0..DAYS).rev().map(|back| day(back, runs, format)).collect()
}

fn day(back: i32, runs: &[Run], format: &Format) -> Day {
    let of_day: Vec<_> = runs.iter().filter(|run| format.days_back(run.at) == back).collect();
    let broken = of_day.iter().any(|run| run.whole == Some(false));
    let slug = if broken {
        "cacat"
    } else if of_day.is_empty() {
        "kosong"
    } else {
        "ada"
    };
    let what = match (of_day.len(), broken) {
        (0, _) => "tidak ada cadangan".to_owned(),
        (n, false) => format!("{n} cadangan"),
        (n, true) => format!("{n} cadangan, ada yang tidak utuh"),
    };
    let date = format.date(format.now() - jiff::SignedDuration::from_hours(24 * i64::from(back)));
    let x = (DAYS - 1 - back) * DAY;
    let tick = (back % 7 == 0).then(|| brief(&date));
    Day { x, middle: x + DAY / 2, slug, title: format!("{date}: {what}"), tick }
}

/// `22 Nov` of `22 November 2026`.
pub(super) fn brief(date: &str) -> String {
    let mut words = date.split(' ');
    let (day, month) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    format!("{day} {}", month.chars().take(3).collect::<String>())
}

/// How many days the picture of changes goes back: thirteen weeks.
const CHANGE_DAYS: i32 = 91;
/// Width of a day in it, and the height of its tallest bar, in user units.
const CHANGE_DAY: i32 = 8;
const TALLEST: u64 = 48;

/// The picture of how much changed on each day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bars {
    /// Days on which something changed.
    pub(super) bars: Vec<ChangeBar>,
    /// Where a week begins, with its date.
    pub(super) ticks: Vec<(i32, String)>,
    /// What it shows, for who does not see it.
    pub(super) label: String,
}

/// One day of [`Bars`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ChangeBar {
    pub(super) x: i32,
    pub(super) y: u64,
    pub(super) height: u64,
    pub(super) title: String,
}

/// The last thirteen weeks until `today`; a bar grows with the logarithm of what changed, so that one new disk
/// is seen beside a day of upgrades.
pub(super) fn bars(changes: &BTreeMap<Date, u64>, today: Date) -> Bars {
    let back = |day: Date| day.until(today).map_or(i32::MAX, |span| span.get_days());
    let x = |back: i32| (CHANGE_DAYS - 1 - back) * CHANGE_DAY;
    let seen = changes.iter().filter(|(day, _)| (0..CHANGE_DAYS).contains(&back(**day)));
    let bar = |(day, n): (&Date, &u64)| {
        let height = (6 + 6 * u64::from(n.max(&1).ilog2())).min(TALLEST);
        let title = format!("{}: {} perubahan", date(*day), number(*n));
        ChangeBar { x: x(back(*day)) + 1, y: TALLEST - height, height, title }
    };
    let ticks = (0..CHANGE_DAYS).rev().filter(|n| n % 14 == 0);
    let tick = |n: i32| {
        let day = today.checked_sub(n.days()).ok()?;
        Some((x(n), brief(&date(day))))
    };
    let days = seen.clone().count();
    Bars {
        bars: seen.map(bar).collect(),
        ticks: ticks.filter_map(tick).collect(),
        label: format!("Perubahan dalam 13 minggu terakhir: pada {days} hari; rinciannya di bawah"),
    }
}

/// How full a file system is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Usage {
    /// Width of the filled part, as SVG writes it.
    pub(super) width: String,
    /// The same in words.
    pub(super) percent: String,
    /// Whether it is almost full (90 % and more).
    pub(super) tight: bool,
}

impl Usage {
    /// The usage of `used` out of `size` bytes.
    pub(super) fn new(used: u64, size: u64) -> Option<Self> {
        let used = used.min(size);
        let thousandths = u64::try_from(u128::from(used) * 1000 / u128::from(size.max(1))).unwrap_or(1000);
        (size > 0).then(|| Self {
            width: format!("{}.{}%", thousandths / 10, thousandths % 10),
            percent: percent(used, size),
            tight: thousandths >= 900,
        })
    }
}

/// The mark of a verdict that was given to most subjects at its worst, with numbers: a cell of the matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// The worst verdict.
    pub(super) mark: Mark,
    /// How many have it.
    pub(super) n: String,
    /// Out of how many.
    pub(super) total: String,
    /// All verdicts in words.
    pub(super) title: String,
}

impl Cell {
    /// The cell of a tally; `None` when nothing was judged.
    pub(super) fn of_tally(tally: &Tally) -> Option<Self> {
        let mark = tally.worst()?;
        let title = Bar::of_tally(tally).label;
        Some(Self { mark, n: number(tally.count(mark.verdict)), total: number(tally.total()), title })
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use patuh_compliance::Verdict;

    use super::*;

    #[test]
    fn a_bar_is_full_and_says_what_it_shows() {
        let mut tally = Tally::default();
        tally.add(Verdict::Compliant, 2);
        tally.add(Verdict::NotCompliant, 1);
        let bar = Bar::of_tally(&tally);
        let seen: Vec<_> = bar.segments.iter().map(|s| (s.slug, &*s.x, &*s.width)).collect();
        assert_eq!(seen, [("tidak", "0.00%", "33.33%"), ("patuh", "33.33%", "66.66%")]);
        assert_eq!(bar.label, "1 indikasi tidak patuh, 2 patuh");
        assert_eq!(Bar::of_tally(&Tally::default()).segments, []);
    }

    #[test]
    fn days_are_local_and_a_broken_backup_shows() {
        let now = "2026-11-22T00:30:00Z".parse().unwrap();
        let format = Format::new(TimeZone::get("Asia/Jakarta").unwrap(), now);
        let run = |at: &str, whole| Run { at: at.parse().unwrap(), whole, ..Run::default() };
        let runs = [run("2026-11-21T18:00:00Z", Some(true)), run("2026-11-20T18:00:00Z", Some(false))];
        let days = days(&runs, &format);
        assert_eq!(days.len(), 30);
        let last: Vec<_> = days.iter().rev().take(3).map(|d| (d.slug, d.title.as_str())).collect();
        assert_eq!(last[0], ("ada", "22 November 2026: 1 cadangan"));
        assert_eq!(last[1], ("cacat", "21 November 2026: 1 cadangan, ada yang tidak utuh"));
        assert_eq!(last[2].0, "kosong");
        assert_eq!(days[29].tick.as_deref(), Some("22 Nov"));
    }

    #[test]
    fn changes_of_thirteen_weeks_are_drawn() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let changes = [("2026-11-22", 1), ("2026-11-20", 600), ("2026-08-24", 3), ("2026-08-23", 3)];
        let changes = changes.into_iter().map(|(text, n)| (day(text), n)).collect();
        let bars = bars(&changes, day("2026-11-22"));
        let seen: Vec<_> = bars.bars.iter().map(|bar| (bar.x, bar.height)).collect();
        assert_eq!(seen, [(1, 12), (705, 48), (721, 6)]);
        assert_eq!(bars.bars[1].title, "20 November 2026: 600 perubahan");
        assert_eq!(bars.ticks.last(), Some(&(720, "22 Nov".to_owned())));
        assert!(bars.label.contains("pada 3 hari"));
    }

    #[test]
    fn usage_is_bounded() {
        let usage = |used, size| Usage::new(used, size).map(|u| (u.width, u.tight));
        assert_eq!(usage(1, 3), Some(("33.3%".into(), false)));
        assert_eq!(usage(u64::MAX, 10), Some(("100.0%".into(), true)));
        assert_eq!(usage(1, 0), None);
    }
}
