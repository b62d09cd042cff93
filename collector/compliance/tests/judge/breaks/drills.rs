//! Backups that nobody brought back.

use patuh_compliance::estate::{Backup, Drill, Estate, Known};
use patuh_compliance::pack::Policy;

use super::{check_policy, check_rule};
use crate::example::{ago, backup, drill};

const DUTY: &str = "MJL-24.4 Penyediaan cadangan dan pemulihan server `simpeg`";
const OPEN: &str = "perlu dinilai: cadangan `malam` ada, tetapi pemulihannya belum dibuktikan:";

fn with(drills: Vec<Drill>) -> impl FnOnce(&mut Estate) {
    move |estate| estate.servers[0].drills = Known::Yes(drills)
}

/// What `MJL-24.4` says of the clean server with these drills, after its duty.
#[track_caller]
fn check(drills: Vec<Drill>, shape: &str, expected: &str) {
    check_rule("MJL-24.4", with(drills), &format!("{shape} {DUTY} {expected}"));
}

#[test]
fn one_drill_of_one_set_proves_recovery() {
    check(
        vec![drill("salinan", 40)],
        "●",
        "terpenuhi: cadangan `salinan` diuji pulih 13 Oktober 2026 pukul 07.30 WIB (40 hari lalu): 21 butir (1.234.567 \
         byte) kembali dalam 42 detik, 20 dari 20 yang dibandingkan sama.",
    );
    let plain = Drill { compared: (0, 0), took_ms: 900, ..drill("malam", 0) };
    check(
        vec![plain],
        "●",
        "terpenuhi: cadangan `malam` diuji pulih 22 November 2026 pukul 07.30 WIB (0 menit lalu): 21 butir (1.234.567 \
         byte) kembali dalam kurang dari 1 detik, tanpa pembandingan isi.",
    );
}

#[test]
fn a_backup_without_proof_of_recovery_goes_to_a_person() {
    check(vec![], "?", &format!("{OPEN} belum pernah diuji."));
    check(vec![drill("lain", 1)], "?", &format!("{OPEN} belum pernah diuji."));
    check(
        vec![drill("malam", 181)],
        "?",
        &format!("{OPEN} terakhir diuji 25 Mei 2026 pukul 07.30 WIB (181 hari lalu), batasnya 180 hari."),
    );
    let ahead = Drill { at: ago(-5), ..drill("malam", 0) };
    check(
        vec![ahead],
        "?",
        &format!(
            "{OPEN} uji pemulihannya bertanggal 22 November 2026 pukul 12.30 WIB, mendahului waktu pemeriksaan."
        ),
    );
}

#[test]
fn the_newest_drill_of_a_set_counts_whatever_it_says_of_itself() {
    let told = |drill: Drill, why: &str| {
        check(
            vec![crate::example::drill("malam", 20), drill],
            "?",
            &format!("{OPEN} uji pemulihan 12 November 2026 pukul 07.30 WIB (10 hari lalu) gagal, {why}."),
        );
    };
    told(Drill { passed: false, note: Some("sandi ditolak".into()), ..drill("malam", 10) }, "sandi ditolak");
    told(Drill { passed: false, ..drill("malam", 10) }, "tanpa keterangan");
    told(Drill { items: 0, ..drill("malam", 10) }, "tidak satu butir pun kembali");
    told(Drill { compared: (20, 18), ..drill("malam", 10) }, "2 dari 20 yang dibandingkan berbeda");
}

#[test]
fn too_slow_is_said_so() {
    check(
        vec![Drill { took_ms: 5 * 3_600_000, ..drill("malam", 10) }],
        "?",
        "perlu dinilai: cadangan `malam` ada dan dapat dipulihkan, tetapi terlalu lama: diuji 12 November 2026 pukul \
         07.30 WIB (10 hari lalu) dalam 5 jam, batasnya 240 menit.",
    );
}

#[test]
fn a_strict_dinas_calls_it_a_breach() {
    let strict = || Policy { strict: Some(true), ..Policy::default() };
    let unmet = "belum terpenuhi: cadangan `malam` ada, tetapi pemulihannya belum dibuktikan:";
    check_policy("MJL-24.4", strict(), with(vec![]), &format!("▲ {DUTY} {unmet} belum pernah diuji."));
    let grown_old = |estate: &mut Estate| {
        estate.servers[0].last_report = Some(ago(30));
        estate.servers[0].drills = Known::Yes(vec![Drill { at: ago(24 * 180 + 6), ..drill("malam", 0) }]);
    };
    let silent =
        "menurut data 30 jam yang lalu, karena agen tidak melapor sejak 21 November 2026 pukul 01.30 WIB.";
    let age = "terakhir diuji 26 Mei 2026 pukul 01.30 WIB (180 hari lalu), batasnya 180 hari";
    check_policy(
        "MJL-24.4",
        strict(),
        grown_old,
        &format!(
            "– {DUTY} belum dapat dipastikan: cadangan `malam` ada, tetapi pemulihannya belum dibuktikan: {age}; {silent}"
        ),
    );
    check_rule("MJL-24.4", grown_old, &format!("? {DUTY} {OPEN} {age}; {silent}"));
}

#[test]
fn without_a_whole_backup_there_is_nothing_to_recover() {
    check_rule(
        "MJL-24.4",
        |estate| estate.servers[0].backups = Known::Yes(vec![]),
        "▲ MJL-24.4 Tidak ada cadangan server `simpeg` yang tercatat pada agen.",
    );
    check_rule(
        "MJL-24.4",
        |estate| {
            let spoilt = Backup { spoilt: Some("RUSAK: data/ab".into()), ..backup("malam", "pusat-data", 6) };
            estate.servers[0].backups = Known::Yes(vec![spoilt]);
        },
        &format!("▲ {DUTY} belum terpenuhi: cadangan `malam` tidak dapat diandalkan: RUSAK: data/ab."),
    );
    check_rule(
        "MJL-24.4",
        |estate| estate.servers[0].drills = Known::No("agen belum melaporkan uji pemulihan".into()),
        &format!(
            "– {DUTY} belum dapat dipastikan: cadangan `malam` ada, tetapi uji pemulihannya belum diketahui: agen \
             belum melaporkan uji pemulihan."
        ),
    );
}

#[test]
fn the_dinas_may_ask_for_a_drill_of_every_set() {
    check_rule(
        "KD-PULIH",
        with(vec![drill("malam", 10)]),
        "? KD-PULIH Penyediaan cadangan dan pemulihan server `simpeg` perlu dinilai: cadangan `salinan` ada, tetapi \
         pemulihannya belum dibuktikan: belum pernah diuji.",
    );
}
