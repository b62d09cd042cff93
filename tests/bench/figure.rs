//! Numbers of several runs.

use std::fmt;
use std::time::{Duration, Instant};

/// The same thing measured several times.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figure(Vec<f64>);

impl Figure {
    /// Of these values, of which there must be one.
    pub(crate) fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// The median.
    pub(crate) fn median(&self) -> f64 {
        self.0.get(self.0.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// One of `part`s, paired with those of `whole` run by run.
    pub(crate) fn ratio(part: &[f64], whole: &[f64]) -> Self {
        Self::of(part.iter().zip(whole).map(|(part, whole)| part / whole).collect())
    }
}

/// `median (least–most)`.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, most) = (self.0.first().copied(), self.0.last().copied());
        let (least, most) = (least.unwrap_or(f64::NAN), most.unwrap_or(f64::NAN));
        write!(f, "{} ({}–{})", short(self.median()), short(least), short(most))
    }
}

/// With as many digits as mean something.
pub(crate) fn short(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => grouped(value),
        v if v >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn grouped(value: f64) -> String {
    let digits: Vec<_> = format!("{value:.0}").chars().rev().collect();
    let groups: Vec<String> = digits.chunks(3).map(|group| group.iter().collect()).collect();
    groups.join(",").chars().rev().collect()
}

/// Measures time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch(Instant);

impl Watch {
    /// Begins.
    #[expect(clippy::disallowed_methods, reason = "measuring time is what this program is for")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// What has passed.
    pub(crate) fn passed(self) -> Duration {
        self.0.elapsed()
    }

    /// What has passed, in milliseconds.
    pub(crate) fn ms(self) -> f64 {
        self.passed().as_secs_f64() * 1e3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_show_as_many_digits_as_mean_something() {
        let check =
            |values: &[f64], expected: &str| assert_eq!(Figure::of(values.to_vec()).to_string(), expected);
        check(&[3.0, 1.0, 2.0], "2.00 (1.00–3.00)");
        check(&[12345.6], "12,346 (12,346–12,346)");
        check(&[12.34, 100.0, 999.9], "100 (12.3–1,000)");
    }

    #[test]
    fn ratios_are_paired() {
        assert_eq!(Figure::ratio(&[2.0, 9.0], &[1.0, 3.0]), Figure::of(vec![2.0, 3.0]));
    }
}
