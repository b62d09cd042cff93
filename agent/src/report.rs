//! From what the sensors read to the report that crosses the wire.

use jiff::Timestamp;
use patuh_protocol::report::{Gap, Outcome, Report, Section};
use patuh_protocol::{VERSION, body, limits};

/// A report of `sections` that were read from `taken_at` on.
#[must_use]
pub fn build(sections: Vec<Section>, taken_at: Timestamp) -> Report {
    let agent_version = env!("CARGO_PKG_VERSION").to_owned();
    Report { version: VERSION, agent_version, taken_at, sections, gap: None, base: None }
}

/// Packs a report so that it keeps within [`limits`]: as long as it is too large, its largest section is
/// given up and says so. One giant section never costs the others.
///
/// # Errors
/// When a section cannot be written as JSON, or zstd fails.
pub fn pack(mut report: Report) -> std::io::Result<Vec<u8>> {
    loop {
        let opened = serde_json::to_vec(&report)?.len();
        let packed = body::pack(&report)?;
        if opened <= limits::MAX_OPENED && packed.len() <= MAX_BODY {
            return Ok(packed);
        }
        let sizes = report.sections.iter_mut().filter(|s| matches!(s.outcome, Outcome::Ok(_)));
        let Some(largest) = sizes.max_by_key(|s| serde_json::to_vec(s).map_or(0, |json| json.len())) else {
            return Ok(packed);
        };
        largest.outcome = Outcome::Failed("terlalu besar untuk satu laporan".to_owned());
    }
}

/// What the sealed header leaves for the body, in bytes.
const MAX_BODY: usize = limits::MAX_SEALED - 1024;

/// `gap` and `other` as one.
#[must_use]
pub fn join(gap: Option<Gap>, other: Option<Gap>) -> Option<Gap> {
    match (gap, other) {
        (Some(a), Some(b)) => {
            Some(Gap { from: a.from.min(b.from), to: a.to.max(b.to), count: a.count + b.count })
        }
        (one, None) | (None, one) => one,
    }
}

#[cfg(test)]
mod tests {
    use patuh_protocol::inventory::Package;
    use patuh_protocol::report::Reading;

    use super::*;

    fn section(sensor: &str, packages: usize) -> Section {
        let package = |i: usize| {
            let version = patuh_protocol::digest::Digest::of(&i.to_be_bytes()).to_string();
            Package { name: format!("package-{i}"), version, ..Package::default() }
        };
        let outcome = Outcome::Ok(Reading::Packages((0..packages).map(package).collect()));
        Section { sensor: sensor.to_owned(), took_us: 1, outcome }
    }

    #[test]
    fn a_giant_section_costs_only_itself() {
        let at = Timestamp::UNIX_EPOCH;
        let report = build(vec![section("small", 10), section("giant", 40_000)], at);
        let packed = pack(report.clone()).unwrap();
        assert!(packed.len() <= MAX_BODY);
        let opened = body::open(&packed).unwrap();
        assert_eq!(opened.sections[0], report.sections[0]);
        assert_eq!(opened.sections[1].outcome, Outcome::Failed("terlalu besar untuk satu laporan".into()));
    }

    #[test]
    fn gaps_join() {
        let gap = |from, to, count| Some(Gap { from, to, count });
        assert_eq!(join(gap(3, 5, 2), gap(4, 9, 3)), gap(3, 9, 5));
        assert_eq!(join(None, gap(4, 9, 3)), gap(4, 9, 3));
        assert_eq!(join(None, None), None);
    }
}
