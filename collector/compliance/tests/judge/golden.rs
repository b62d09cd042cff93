//! Golden assessments: a small mixed estate, held against every shipped pack.
//!
//! A text that differs is written to the target's temporary directory; look at it, and copy it over the old
//! one when it is right.

use std::path::Path;

use jiff::civil::date;
use patuh_compliance::estate::{
    Addressing, Backup, Cover, DataStore, Drill, Estate, Exemption, Freshness, Grade, IntranetUse, Known,
    Lan, LanReport, LanStanding, Location, Office, OnSite, Place, Plan, Reach, Server, Sign, SignKind,
    StoreKind, Subject, Zone,
};
use patuh_compliance::{Assessment, Coverage, Pack, Verdict, evaluate, wording};

use super::example::{ago, backup, drill, estate, findings, lan, now, only, packs, plan, server, store};

/// Compares with `tests/golden/NAME.txt`.
#[track_caller]
pub(crate) fn check(name: &str, actual: &str) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.txt"));
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    if actual != expected {
        let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.txt"));
        write(&new, actual);
        panic!("differs; when right: cp {} {}", new.display(), golden.display());
    }
}

#[expect(clippy::disallowed_methods, reason = "scratch output of a failing test; durability does not matter")]
fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

/// Five offices, nine servers.
fn mixed() -> Estate {
    let mut mixed = estate();
    mixed.offices = vec![
        office("bkpsdm", "Badan Kepegawaian", Some(2)),
        office("dinkes", "Dinas Kesehatan", Some(4)),
        office("disdik", "Dinas Pendidikan", None),
        Office {
            mandiri_tik: Some("Keputusan Walikota Nomor 12 Tahun 2024".into()),
            ..office("rsud", "RSUD Contoh", Some(1))
        },
        office("dlh", "Dinas Lingkungan Hidup", Some(3)),
    ];
    mixed.servers = vec![
        server(),
        Server { last_report: Some(ago(72)), ..named("a2", "epresensi", "bkpsdm") },
        in_own_room(),
        Server { backups: Known::No("restic menolak kata sandi".into()), ..named("b2", "sikda", "dinkes") },
        Server { last_report: Some(ago(24 * 12)), ..named("b3", "puskesmas", "dinkes") },
        Server { last_report: None, evidence: Vec::new(), ..named("b4", "", "dinkes") },
        half_known(),
        Server {
            location: Location {
                declared: Some("ruang-bkpsdm".into()),
                found: Some(OnSite {
                    site: "ruang-bkpsdm".into(),
                    on: date(2026, 11, 2),
                    by: "Budi Santoso".into(),
                    evidence: "Berita Acara 12/2026".into(),
                }),
                ..Location::default()
            },
            backups: Known::Yes(vec![backup("malam", "ppb", 5)]),
            ..named("d1", "simrs", "rsud")
        },
        Server { backups: Known::Yes(Vec::new()), ..named("c2", "uji", "disdik") },
    ];
    mixed.lans =
        vec![lan("bkpsdm"), changed_unreported(), drafted(), Lan { seen_at: None, ..Lan::default() }];
    mixed.exemptions.push(Exemption {
        rule: "MJL-16.1".into(),
        subject: Subject::Server("c2".into()),
        reason: "hanya melayani uji coba".into(),
        approver: "Kepala Dinas Kominfo".into(),
        document: "Nota Dinas 000.8/12/2026".into(),
        until: date(2026, 12, 31),
    });
    mixed
}

fn office(code: &str, name: &str, registered_servers: Option<u32>) -> Office {
    Office { code: code.into(), name: name.into(), mandiri_tik: None, registered_servers }
}

fn named(id: &str, name: &str, office: &str) -> Server {
    Server { id: id.into(), name: name.into(), office: office.into(), ..server() }
}

/// In its own room, a dump beside the database, a late copy in the Pusat Data.
fn in_own_room() -> Server {
    Server {
        location: Location {
            declared: Some("ruang-bkpsdm".into()),
            observed: Some("ruang-bkpsdm".into()),
            signs: vec![Sign {
                kind: SignKind::Switch,
                site: Some("ruang-bkpsdm".into()),
                words: "switch `SW-RUANG` milik ruang server Badan Kepegawaian".into(),
            }],
            ..Location::default()
        },
        backups: Known::Yes(vec![
            Backup {
                place: Place::SameHost,
                tool: "mysqldump".into(),
                grade: Grade::Claimed,
                encrypted: Some(false),
                oldest: Some(ago(24 * 7)),
                points: 7,
                keep_days: Some(7),
                checked: None,
                ..only(backup("dump", "", 3), false, true)
            },
            only(backup("berkas", "pusat-data", 24 * 9), true, false),
        ]),
        stores: Known::Yes(vec![
            store("basis data simpus (MariaDB)", StoreKind::Database, "dump"),
            DataStore {
                cover: Cover::Uncovered,
                sets: Vec::new(),
                reason: "tidak ada dalam daftar dump".into(),
                ..store("basis data antrian (MariaDB)", StoreKind::Database, "")
            },
            DataStore {
                cover: Cover::Partly,
                reason: "unggahan/ ditinggalkan".into(),
                ..store("/var/www/simpus", StoreKind::Files, "berkas")
            },
            DataStore {
                cover: Cover::Exempted {
                    approver: "Kepala Dinas Kesehatan".into(),
                    reason: "dapat dibuat ulang".into(),
                    until: date(2026, 12, 31),
                },
                sets: Vec::new(),
                ..store("/srv/tembolok", StoreKind::Files, "")
            },
        ]),
        plans: Known::Yes(vec![
            plan(),
            Plan { name: "salin.timer".into(), last_ran: Some(ago(24 * 9)), ..plan() },
        ]),
        drills: Known::Yes(vec![Drill {
            passed: false,
            note: Some("ruang kerja penuh".into()),
            ..drill("dump", 9)
        }]),
        ..named("b1", "simpus", "dinkes")
    }
}

/// Two changes: one reported and waiting, one that nobody reported; addresses off the plan; no answer.
fn changed_unreported() -> Lan {
    let mut lan = lan("dinkes");
    let change = |id: u64, days: i64, standing, words: &str| LanReport {
        id,
        after: u32::try_from(id).unwrap(),
        since: ago(24 * days),
        sentences: vec![words.into(), "Gateway `10.20.1.1` mulai dipakai".into()],
        standing,
        ..LanReport::default()
    };
    lan.reports = vec![
        lan.reports.remove(0),
        change(3, 40, LanStanding::Draft, "VLAN 40 pada `eno1` mulai dipakai"),
        change(4, 3, LanStanding::Submitted, "Server `sikda` terhubung ke switch `SW-2` port 3"),
    ];
    lan.addressing = Known::Yes(Addressing {
        subnets: 2,
        addresses: 5,
        outside: 1,
        elsewhere: 2,
        second_egress: 1,
        examples: vec!["192.168.8.9 pada `simpus` di luar rencana".into()],
        ..Addressing::default()
    });
    lan.intranet = Known::Yes(IntranetUse {
        inside: 1,
        outside: 2,
        not_connected: Some("menara Puskesmas belum berdiri".into()),
        ..IntranetUse::default()
    });
    lan.reach = Known::Yes(Reach {
        target: "gateway 10.20.1.1".into(),
        tried: Some(ago(1)),
        answered: Some(ago(24 * 9)),
        since: Some(ago(24 * 90)),
        managed: None,
    });
    lan
}

/// A diagram that nobody has handed in yet; of the rest nothing is known.
fn drafted() -> Lan {
    let mut lan = lan("rsud");
    lan.reports.truncate(1);
    lan.reports[0] = LanReport {
        id: 9,
        diagram_only: true,
        after: 1,
        since: ago(24 * 3),
        sentences: vec!["Diagram pertama: 1 switch, 1 server".into()],
        ..LanReport::default()
    };
    lan.addressing = Known::No("rencana penomoran belum dimuat".into());
    lan.intranet = Known::No("daftar jaringan intra belum dimuat".into());
    lan.reach = Known::No("uji jangkau tidak aktif".into());
    lan
}

/// Declared in one place, seen in another; a claim, contents not stated, on a host that nobody registered.
fn half_known() -> Server {
    Server {
        location: Location { declared: Some("ruang-bkpsdm".into()), ..server().location },
        backups: Known::Yes(vec![Backup {
            place: Place::OtherHost("nas1.lan".into()),
            grade: Grade::Claimed,
            problems: vec!["jauh lebih kecil daripada sebelumnya".into()],
            oldest: None,
            points: 0,
            keep_days: None,
            encrypted: None,
            checked: None,
            ..only(backup("nas", "", 8), false, false)
        }]),
        stores: Known::Yes(vec![
            DataStore {
                cover: Cover::Unknown,
                sets: Vec::new(),
                reason: "isi cadangan `nas` tidak dinyatakan".into(),
                ..store("basis data dapodik (PostgreSQL)", StoreKind::Database, "")
            },
            DataStore {
                cover: Cover::Inconsistent,
                reason: "folder datanya disalin selagi berjalan".into(),
                ..store("basis data rapor (MariaDB)", StoreKind::Database, "nas")
            },
        ]),
        plans: Known::No("systemd tidak terbaca".into()),
        drills: Known::No("agen belum melaporkan uji pemulihan".into()),
        ..named("c1", "dapodik", "disdik")
    }
}

/// An assessment as text: each finding with all it rests on.
fn text(assessment: &Assessment) -> String {
    let mut text = format!("{} per {}\n", assessment.pack, wording::moment(assessment.at, Zone::Wib));
    for found in &assessment.findings {
        let (shape, word) = (found.verdict.shape(), found.verdict.statutory());
        let subject = found.subject.id();
        text.push_str(&format!(
            "\n{shape} {word} {} {subject} ({})\n  {}\n",
            found.rule, found.office, found.sentence
        ));
        if !found.remedy.is_empty() {
            text.push_str(&format!("  > {}\n", found.remedy));
        }
        for fact in &found.inputs {
            text.push_str(&format!("  - {}: {}\n", fact.name, fact.value));
        }
        for threshold in &found.thresholds {
            text.push_str(&format!("  = {}: {} ({})\n", threshold.name, threshold.value, threshold.set_by));
        }
        for entry in &found.evidence {
            text.push_str(&format!("  # {} {}\n", entry.index, entry.shows));
        }
    }
    text
}

/// The shipped packs, Bukittinggi's promulgated so that its grace still runs.
fn packs_in_grace() -> Vec<Pack> {
    let mut packs = packs();
    for pack in packs.iter_mut().filter(|pack| pack.id == "bkt-2023") {
        pack.promulgated = Some(date(2026, 5, 4));
    }
    packs
}

#[test]
fn assessments_of_a_mixed_estate() {
    let mixed = mixed();
    for pack in packs_in_grace() {
        check(&pack.id, &text(&evaluate(&mixed, &pack, now())));
    }
}

#[test]
fn every_verdict_occurs_in_the_mixed_estate() {
    let findings = findings(&mixed(), &packs_in_grace(), now());
    for verdict in Verdict::ALL {
        assert!(findings.iter().any(|finding| finding.verdict == verdict), "{verdict:?}");
    }
}

#[test]
fn coverage_of_a_mixed_estate() {
    let mixed = mixed();
    let mut lines = format!("{}\n", Coverage::of(&mixed, now()).sentence(&mixed));
    for (code, coverage) in Coverage::by_office(&mixed, now()) {
        lines.push_str(&format!("{code}: {}\n", coverage.sentence(&mixed)));
    }
    check("coverage", &lines);
}

#[test]
fn the_mixed_estate_knows_every_freshness() {
    let mixed = mixed();
    let count = |wanted: fn(&Freshness) -> bool| {
        mixed.servers.iter().filter(|server| wanted(&mixed.freshness(server, now()))).count()
    };
    assert_eq!(count(|fresh| matches!(fresh, Freshness::Current(_))), 6);
    assert_eq!(count(|fresh| matches!(fresh, Freshness::Silent(_))), 1);
    assert_eq!(count(|fresh| matches!(fresh, Freshness::Lost(_))), 1);
    assert_eq!(count(|fresh| matches!(fresh, Freshness::Never)), 1);
}
