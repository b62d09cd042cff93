//! The clean example: one server, `PATUH` by every rule of every shipped pack.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::date;
use patuh_compliance::estate::{
    Addressing, Backup, Cover, DataStore, Drill, Escrow, Estate, Evidence, Grade, IntranetUse, Known, Lan,
    LanReport, LanStanding, LanVersion, Location, Medium, Office, Place, Plan, Reach, Server, Site, SiteKind,
    StoreKind,
};
use patuh_compliance::{Finding, Pack, evaluate};

/// 22 November 2026 pukul 07.30 WIB.
pub(crate) const NOW: &str = "2026-11-22T00:30:00Z";

/// The time the example is judged as of.
pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// So many hours ago.
pub(crate) fn ago(hours: i64) -> Timestamp {
    now() - jiff::SignedDuration::from_hours(hours)
}

/// The shipped packs by file name; those that give no date with one.
pub(crate) fn packs() -> Vec<Pack> {
    // Read once: the properties ask for them thousands of times.
    static PACKS: LazyLock<Vec<Pack>> = LazyLock::new(read);
    PACKS.clone()
}

fn read() -> Vec<Pack> {
    let set = |pack: Pack| match pack.promulgated {
        Some(_) => pack,
        None => pack.with_promulgated(date(2023, 5, 2)).unwrap(),
    };
    shipped().into_iter().map(|(_, text)| set(Pack::parse(&text).unwrap())).collect()
}

/// Names and texts of the shipped packs.
pub(crate) fn shipped() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/packs");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let named = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    files.into_iter().map(named).collect()
}

/// The clean estate.
pub(crate) fn estate() -> Estate {
    let office = Office {
        code: "bkpsdm".into(),
        name: "Badan Kepegawaian".into(),
        mandiri_tik: None,
        registered_servers: Some(1),
    };
    Estate {
        offices: vec![office],
        sites: vec![
            site("pusat-data", "Pusat Data Kominfo", SiteKind::DataCentre),
            site("ppb", "Pusat Pemulihan Bencana", SiteKind::RecoveryCentre),
            site("ruang-bkpsdm", "ruang server Badan Kepegawaian", SiteKind::OfficeRoom),
        ],
        servers: vec![server()],
        media: vec![medium()],
        escrows: vec![escrow()],
        lans: vec![lan("bkpsdm")],
        ..Estate::default()
    }
}

/// The clean server.
pub(crate) fn server() -> Server {
    Server {
        id: "a1".into(),
        name: "simpeg".into(),
        office: "bkpsdm".into(),
        since: Some(date(2019, 3, 1)),
        last_report: Some(ago(1)),
        location: Location {
            declared: Some("pusat-data".into()),
            observed: Some("pusat-data".into()),
            observation: Some("10.10.0.5 dalam jaringan Pusat Data Kominfo".into()),
            ..Location::default()
        },
        backups: Known::Yes(vec![backup("malam", "pusat-data", 6), backup("salinan", "ppb", 7)]),
        stores: Known::Yes(vec![
            store("basis data simpeg (PostgreSQL)", StoreKind::Database, "malam"),
            store("/var/www/html", StoreKind::Files, "malam"),
            store("/etc", StoreKind::Configuration, "malam"),
        ]),
        plans: Known::Yes(vec![plan()]),
        drills: Known::Yes(vec![drill("malam", 30), drill("salinan", 40), drill("kaset", 50)]),
        evidence: vec![
            entry(41, "interfaces"),
            entry(42, "backup/restic"),
            entry(43, "databases"),
            entry(44, "backup/plans"),
            entry(45, "drills"),
        ],
    }
}

/// A store that lies in a set.
pub(crate) fn store(name: &str, kind: StoreKind, set: &str) -> DataStore {
    DataStore {
        name: name.into(),
        kind,
        cover: Cover::Covered,
        sets: vec![set.into()],
        reason: String::new(),
    }
}

/// A nightly job that ran this night.
pub(crate) fn plan() -> Plan {
    Plan {
        name: "cadangan.timer".into(),
        tool: "restic".into(),
        schedule: "*-*-* 01:00:00".into(),
        every_hours: Some(24),
        enabled: Some(true),
        last_ran: Some(ago(6)),
        last_exit: Some(0),
    }
}

/// A good drill of a set, so many days ago.
pub(crate) fn drill(set: &str, days: i64) -> Drill {
    Drill {
        set: set.into(),
        method: "pemulihan contoh berkas".into(),
        at: ago(24 * days),
        took_ms: 42_000,
        items: 21,
        bytes: 1_234_567,
        compared: (20, 20),
        passed: true,
        note: None,
        by: "jadwal".into(),
    }
}

/// A portable disk in the safe.
pub(crate) fn medium() -> Medium {
    Medium {
        label: "M-01".into(),
        identity: Some("WD Elements 575834".into()),
        office: "bkpsdm".into(),
        place: "brankas Sekretariat".into(),
        custodian: "Siti Aminah".into(),
        written_at: Some(ago(48)),
        seen_on: Some(date(2026, 11, 20)),
    }
}

/// A second key holder for all of the office's sets.
pub(crate) fn escrow() -> Escrow {
    Escrow {
        office: "bkpsdm".into(),
        set: None,
        holder: "Kepala Bidang Infrastruktur".into(),
        document: "Berita Acara 000.8/7/2026".into(),
        attested_on: date(2026, 6, 1),
    }
}

/// A LAN that changed once; the Dinas has both diagrams, the plan and the gateway's answer.
pub(crate) fn lan(office: &str) -> Lan {
    let received = |id: u64, diagram_only, days: i64, sentence: &str| LanReport {
        id,
        diagram_only,
        after: u32::try_from(id).unwrap(),
        since: ago(24 * days),
        sentences: vec![sentence.into()],
        standing: LanStanding::Received,
        submitted: Some(ago(24 * (days - 2))),
        received: Some(ago(24 * (days - 3))),
        by_dinas: false,
    };
    Lan {
        office: office.into(),
        servers: 2,
        seen_at: Some(ago(1)),
        version: Some(LanVersion { number: 2, at: ago(24 * 20) }),
        reports: vec![
            received(1, true, 60, "Diagram pertama: 1 router, 1 switch, 2 server"),
            received(2, false, 20, "Switch `SW-1` port 7: server `simpeg` pindah ke port 12"),
        ],
        addressing: Known::Yes(Addressing { subnets: 1, addresses: 2, ..Addressing::default() }),
        intranet: Known::Yes(IntranetUse { inside: 2, ..IntranetUse::default() }),
        reach: Known::Yes(Reach {
            target: "gateway 10.20.1.1".into(),
            tried: Some(ago(1)),
            answered: Some(ago(1)),
            since: Some(ago(24 * 90)),
            managed: None,
        }),
        evidence: vec![entry(11, "interfaces"), entry(12, "lan.receive"), entry(7, "gateways")],
    }
}

/// A good set of files and databases at a site, so many hours old.
pub(crate) fn backup(set: &str, site: &str, hours: i64) -> Backup {
    Backup {
        set: set.into(),
        tool: "restic".into(),
        files: true,
        database: true,
        place: Place::Site(site.into()),
        newest: Some(ago(hours)),
        unread: false,
        spoilt: None,
        unwatched_since: None,
        grade: Grade::Witnessed,
        problems: Vec::new(),
        oldest: Some(ago(24 * 40)),
        points: 40,
        keep_days: Some(60),
        encrypted: Some(true),
        append_only: None,
        checked: Some(ago(24 * 3)),
        medium: None,
    }
}

/// Only databases, or only files, of a set.
pub(crate) fn only(set: Backup, files: bool, database: bool) -> Backup {
    Backup { files, database, ..set }
}

fn site(code: &str, name: &str, kind: SiteKind) -> Site {
    Site { code: code.into(), name: name.into(), kind }
}

fn entry(index: u64, shows: &str) -> Evidence {
    Evidence { index, shows: shows.into(), taken_at: ago(1) }
}

/// The findings of all packs.
pub(crate) fn findings(estate: &Estate, packs: &[Pack], now: Timestamp) -> Vec<Finding> {
    packs.iter().flat_map(|pack| evaluate(estate, pack, now).findings).collect()
}

/// A finding as one line: `▲ MJL-16.1 Sentence.`
pub(crate) fn line(finding: &Finding) -> String {
    format!("{} {} {}", finding.verdict.shape(), finding.rule, finding.sentence)
}
