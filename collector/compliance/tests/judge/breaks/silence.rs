//! What is not known, and what is not there at all.

use patuh_compliance::Verdict;
use patuh_compliance::estate::{Estate, Known};

use super::{check, check_server};
use crate::example::{ago, backup, estate, findings, line, now, packs};

#[test]
fn nothing_broken() {
    check(|_| (), &[]);
    assert_eq!(findings(&estate(), &packs(), now()).len(), 33);
}

#[test]
fn no_backup_recorded() {
    let none = "Tidak ada cadangan server `simpeg` yang tercatat pada agen.";
    check_server(
        |server| server.backups = Known::Yes(Vec::new()),
        &[
            &format!("▲ BKT-21.1 {none}"),
            &format!("▲ BKT-21.1-CAKUPAN {}", uncovered(2, " di Pusat Data")),
            &format!("▲ BKT-33.4 {none}"),
            &format!("▲ KD-CAKUPAN {}", uncovered(3, "")),
            &format!("▲ KD-TERPISAH {none}"),
            &format!("▲ KD-SIMPAN {none}"),
            &format!("▲ KD-ISI {none}"),
            &format!("▲ KD-UTUH {none}"),
            &format!("– KD-ENKRIPSI {none}"),
            &format!("▲ KD-HAPUS {none}"),
            &format!("▲ KD-PULIH {none}"),
            &format!("– KD-KUNCI {none}"),
            &format!("▲ MDN-25.4 {none}"),
            &format!("▲ MJL-16.1 {none}"),
            &format!("▲ MJL-16.1-CAKUPAN {}", uncovered(2, " di Pusat Data")),
            &format!("▲ MJL-24.4 {none}"),
            &format!("▲ MLG20-19.2 {none}"),
            &format!("▲ MLG20-19.2-CAKUPAN {}", uncovered(3, "")),
            &format!("▲ MLG20-19.3 {none}"),
        ],
    );
}

/// The stores of the clean server, when the set that held them is not there.
fn uncovered(count: usize, place: &str) -> String {
    let why = "(tidak ada cadangan tercatat yang memuatnya)";
    let all = ["basis data simpeg (PostgreSQL)", "/var/www/html", "/etc"];
    let (last, before) = all.get(..count).and_then(<[&str]>::split_last).unwrap();
    format!(
        "0 dari {count} tempat data server `simpeg` masuk cadangan{place}; tidak masuk: {} dan {last} {why}.",
        before.join(", ")
    )
}

/// The rules that stand by themselves when nothing is known of the backups.
const NOT_OF_BACKUPS: [&str; 4] = ["BKT-19.5", "KD-JADWAL", "MJL-15.1", "MLG20-6.3"];

/// The rules that ask an office about its LAN.
const OF_LAN: [&str; 10] = [
    "MJL-18.5",
    "MLG20-4.3",
    "MLG20-5.1",
    "BKT-23.2",
    "BKT-24.2",
    "BKT-25.1",
    "BKT-25.2",
    "MDN-18.2",
    "MDN-20.1",
    "MDN-20.2",
];

/// All rules of the shipped packs.
fn rules() -> Vec<String> {
    packs().into_iter().flat_map(|pack| pack.rules).map(|rule| rule.id).collect()
}

#[test]
fn backups_not_known() {
    let unknown = "Cadangan server `simpeg` belum diketahui: restic tidak dapat dibaca.";
    check_server(
        |server| server.backups = Known::No("restic tidak dapat dibaca".into()),
        &rules()
            .iter()
            .filter(|rule| !NOT_OF_BACKUPS.iter().chain(&OF_LAN).any(|other| rule == other))
            .map(|rule| format!("– {rule} {unknown}"))
            .collect::<Vec<_>>()
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn silence_is_said_and_then_ends_the_judgement() {
    let mut broken = estate();
    broken.servers[0].last_report = Some(ago(30));
    broken.servers[0].backups = Known::Yes(vec![backup("malam", "pusat-data", 40)]);
    let found = |estate: &Estate, rule: &str| {
        let all = findings(estate, &packs(), now());
        line(all.iter().find(|finding| finding.rule == rule).unwrap())
    };
    assert_eq!(
        found(&broken, "MLG20-6.3"),
        "● MLG20-6.3 Server `simpeg` berada di Pusat Data menurut alamat jaringan (10.10.0.5 dalam jaringan Pusat \
         Data Kominfo) dan menurut petugas (Pusat Data Kominfo); menurut data 30 jam yang lalu, karena agen tidak \
         melapor sejak 21 November 2026 pukul 01.30 WIB."
    );
    assert_eq!(
        found(&broken, "MJL-16.1"),
        "– MJL-16.1 Pencadangan server `simpeg` ke Pusat Data belum dapat dipastikan: cadangan basis data terbaru \
         yang dilaporkan, 20 November 2026 pukul 15.30 WIB (40 jam lalu), kini melewati batas 24 jam, dan agen \
         belum melaporkan apakah ada yang lebih baru; menurut data 30 jam yang lalu, karena agen tidak melapor \
         sejak 21 November 2026 pukul 01.30 WIB."
    );
    broken.servers[0].last_report = Some(ago(24 * 7 + 1));
    let lost = "Agen server `simpeg` tidak melapor sejak 15 November 2026 pukul 06.30 WIB (7 hari 1 jam lalu), \
                sehingga keadaannya tidak lagi diketahui.";
    assert_eq!(found(&broken, "MJL-16.1"), format!("– MJL-16.1 {lost}"));
    assert_eq!(found(&broken, "MLG20-6.3"), format!("– MLG20-6.3 {lost}"));
    broken.servers[0].last_report = None;
    broken.servers[0].name = String::new();
    assert_eq!(found(&broken, "MJL-16.1"), "– MJL-16.1 Server `a1` belum pernah melapor.");
}

#[test]
fn a_copy_that_was_late_already_is_late() {
    let mut broken = estate();
    broken.servers[0].last_report = Some(ago(30));
    broken.servers[0].backups = Known::Yes(vec![backup("malam", "pusat-data", 60)]);
    let all = findings(&broken, &packs(), now());
    let found = all.iter().find(|finding| finding.rule == "MJL-16.1").unwrap();
    assert_eq!(found.verdict, Verdict::NotCompliant);
}

#[test]
fn an_office_without_any_agent() {
    check(
        |estate| {
            let mut office = estate.offices[0].clone();
            office.code = "dinkes".into();
            office.name = "Dinas Kesehatan".into();
            office.registered_servers = Some(3);
            estate.offices.push(office);
        },
        &rules()
            .iter()
            .map(|rule| match rule.as_str() {
                "BKT-24.2" => format!("– {rule} Jangkauan Dinas ke LAN Dinas Kesehatan belum diuji."),
                lan if OF_LAN.contains(&lan) => {
                    format!("– {rule} LAN Dinas Kesehatan belum tampak dari satu agen pun.")
                }
                _ => format!("– {rule} 3 server terdaftar pada Dinas Kesehatan belum dipasangi agen."),
            })
            .collect::<Vec<_>>()
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>(),
    );
}
