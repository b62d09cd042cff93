//! The base of a report: the readings that the collector has already, so that they need not travel again.
//!
//! A reading that is byte for byte the one the collector acknowledged travels as [`Outcome::Same`], four letters
//! instead of a list of packages. What it rests on is named once for the whole report, in [`Report::base`]: the
//! SHA-256 of one line for each such section, as `sha256sum` prints them and sorted by sensor:
//!
//! ```text
//! <digest of the reading, 64 hex digits>  <sensor>
//! ```
//! The digest of a reading covers its outcome's JSON (`{"ok":{…}}`) as it travelled. Neither end digests what it
//! would write itself: a collector of another release, which knows other fields, comes to the same digest.
//!
//! Both ends follow one rule, [`Base::take`]: a reading becomes the base of its sensor, "nothing there" ends it, and
//! a failure or "the same" leave it as it is. The agent applies it to reports whose receipt it has checked, the
//! collector to reports in the order of its ledger. Where they disagree (one of them was restored from a backup),
//! the names differ, and the collector asks for everything again: [`crate::receipt::Answer::full`].

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::digest::Digest;
use crate::report::{Outcome, Report};

/// The digests of readings, by sensor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Base(BTreeMap<String, Digest>);

impl Base {
    /// The readings that a report carries, from its JSON: those that were read, whether or not this release
    /// understands them. A sensor that is named twice counts as it stands last.
    ///
    /// # Errors
    /// When it is not a report.
    pub fn carried_by(json: &[u8]) -> serde_json::Result<Self> {
        let head: Head<'_> = serde_json::from_slice(json)?;
        let mut base = BTreeMap::new();
        for Line { sensor, outcome } in head.sections {
            let outcome = outcome.get();
            match serde_json::from_str(outcome) {
                Ok(Read::Ok(_)) => base.insert(sensor, Digest::of(outcome.as_bytes())),
                Err(_) => base.remove(&sensor),
            };
        }
        Ok(Self(base))
    }

    /// The digest of the reading of `sensor`.
    #[must_use]
    pub fn get(&self, sensor: &str) -> Option<Digest> {
        self.0.get(sensor).copied()
    }

    /// Whether there is no reading in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes in a report, which carries `carried`: what "the same" refers to after it.
    pub fn take(&mut self, report: &Report, carried: &Self) {
        for section in &report.sections {
            match (carried.get(&section.sensor), &section.outcome) {
                (Some(digest), _) => drop(self.0.insert(section.sensor.clone(), digest)),
                (None, Outcome::Nothing) => drop(self.0.remove(&section.sensor)),
                (None, Outcome::Ok(_) | Outcome::Same | Outcome::Failed(_)) => {}
            }
        }
    }

    /// The report with every reading that is in this base replaced by [`Outcome::Same`].
    #[must_use]
    pub fn shorten(&self, mut report: Report) -> Report {
        let mut same = BTreeMap::new();
        for section in &mut report.sections {
            let (Outcome::Ok(_), Some(digest)) = (&section.outcome, self.get(&section.sensor)) else {
                continue;
            };
            let json = serde_json::to_vec(&section.outcome);
            if json.is_ok_and(|json| Digest::of(&json) == digest) {
                section.outcome = Outcome::Same;
                same.insert(section.sensor.as_str(), digest);
            }
        }
        report.base = (!same.is_empty()).then(|| name(&same));
        report
    }
}

/// The name of a base that consists of the readings `same`: what [`Report::base`] says.
#[must_use]
pub fn name(same: &BTreeMap<&str, Digest>) -> Digest {
    let mut lines = String::new();
    for (sensor, digest) in same {
        let _ = writeln!(lines, "{digest}  {sensor}");
    }
    Digest::of(lines.as_bytes())
}

/// A report's JSON, its readings left as they lie there.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    sections: Vec<Line<'a>>,
}

#[derive(Deserialize)]
struct Line<'a> {
    sensor: String,
    #[serde(borrow)]
    outcome: &'a RawValue,
}

/// An outcome that is a reading, of whatever kind.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Read {
    Ok(IgnoredAny),
}

#[cfg(test)]
mod tests {
    use crate::report::{Reading, Section};
    use crate::{VERSION, body};

    use super::*;

    fn section(sensor: &str, outcome: Outcome) -> Section {
        Section { sensor: sensor.into(), took_us: 1, outcome }
    }

    fn memory(total_bytes: u64) -> Outcome {
        Outcome::Ok(Reading::Memory(crate::inventory::Memory { total_bytes, swap_bytes: 0 }))
    }

    fn report(sections: Vec<Section>) -> Report {
        let taken_at = "2026-11-22T03:00:00Z".parse().unwrap();
        let agent_version = "0.1.0".to_owned();
        Report { version: VERSION, agent_version, taken_at, sections, gap: None, base: None }
    }

    /// As it comes out of its body on the other side.
    fn travelled(report: &Report) -> (Report, Base) {
        body::open_with_base(&body::pack(report).unwrap()).unwrap()
    }

    fn outcomes(report: &Report) -> Vec<String> {
        report.sections.iter().map(|s| serde_json::to_string(&s.outcome).unwrap()).collect()
    }

    #[test]
    fn a_digest_covers_a_reading_as_it_travelled_understood_or_not() {
        let json = br#"{"sections":[
            {"sensor":"memory","outcome":{"ok": {"memory":{"total_bytes":1,"swap_bytes":0}}}},
            {"sensor":"teleport","took_us":1,"outcome":{"ok":{"teleport":[]}}},
            {"sensor":"cpu","outcome":"same"},{"sensor":"raid","outcome":"nothing"},
            {"sensor":"disks","outcome":{"failed":"x"}},{"sensor":"later","outcome":{"new":{"form":1}}},
            {"sensor":"twice","outcome":{"ok":{"cpu":1}}},{"sensor":"twice","outcome":"nothing"}]}"#;
        let base = Base::carried_by(json).unwrap();
        let expected = [
            ("memory", r#"{"ok": {"memory":{"total_bytes":1,"swap_bytes":0}}}"#),
            ("teleport", r#"{"ok":{"teleport":[]}}"#),
        ];
        let expected = expected.map(|(sensor, json)| (sensor.to_owned(), Digest::of(json.as_bytes())));
        assert_eq!(base, Base(expected.into()));
        assert!(Base::carried_by(b"{}").is_err());
    }

    #[test]
    fn only_what_the_collector_has_is_the_same() {
        let first = report(vec![
            section("memory", memory(1)),
            section("memory/2", memory(2)),
            section("raid", Outcome::Nothing),
            section("disks", Outcome::Failed("x".into())),
        ]);
        assert_eq!(Base::default().shorten(first.clone()), first, "nothing is had yet");
        let (sent, carried) = travelled(&first);
        let mut base = Base::default();
        base.take(&sent, &carried);
        let short = base.shorten(first.clone());
        assert_eq!(outcomes(&short), [r#""same""#, r#""same""#, r#""nothing""#, r#"{"failed":"x"}"#]);
        let same = [("memory", base.get("memory").unwrap()), ("memory/2", base.get("memory/2").unwrap())];
        assert_eq!(short.base, Some(name(&same.into())));
        let other = report(vec![section("memory", memory(2)), section("memory/2", memory(2))]);
        assert_eq!(outcomes(&base.shorten(other)).get(1).map(String::as_str), Some(r#""same""#));
    }

    #[test]
    fn the_base_follows_one_rule() {
        let mut base = Base::default();
        let mut check = |outcome: Outcome, expected: Option<&Outcome>| {
            let (sent, carried) = travelled(&report(vec![section("memory", outcome)]));
            base.take(&sent, &carried);
            let digest = expected.map(|outcome| Digest::of(&serde_json::to_vec(outcome).unwrap()));
            assert_eq!(base.get("memory"), digest, "{sent:?}");
        };
        check(Outcome::Failed("x".into()), None);
        check(memory(1), Some(&memory(1)));
        check(Outcome::Failed("x".into()), Some(&memory(1)));
        check(Outcome::Same, Some(&memory(1)));
        check(memory(2), Some(&memory(2)));
        check(Outcome::Nothing, None);
    }

    /// What `sha256sum` says of the two lines.
    #[test]
    fn a_base_is_named_as_sha256sum_would() {
        let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
        let lines = format!("{a}  cpu\n{b}  packages/dpkg\n");
        assert_eq!(name(&[("packages/dpkg", b), ("cpu", a)].into()), Digest::of(lines.as_bytes()));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text: String) {
            let _ = Base::carried_by(&bytes);
            let _ = Base::carried_by(format!(r#"{{"sections":[{{"sensor":"a","outcome":{text}}}]}}"#).as_bytes());
        }
    }
}
