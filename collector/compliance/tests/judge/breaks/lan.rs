//! An office's LAN: what was handed in, what was reported, addresses, the intranet, reachability.

use patuh_compliance::estate::{Addressing, IntranetUse, Known, Lan, LanReport, LanStanding, Reach};
use patuh_compliance::pack::Policy;

use super::{check_policy, check_rule};
use crate::example::ago;

/// What one rule says of the clean estate with its LAN broken so.
#[track_caller]
fn check(rule: &str, break_it: impl FnOnce(&mut Lan), expected: &str) {
    check_rule(rule, |estate| break_it(&mut estate.lans[0]), expected);
}

fn draft(lan: &mut Lan, id: usize, days: i64) {
    let report = &mut lan.reports[id];
    *report = LanReport {
        standing: LanStanding::Draft,
        submitted: None,
        received: None,
        since: ago(24 * days),
        ..report.clone()
    };
}

#[test]
fn a_diagram_counts_when_the_dinas_has_it() {
    check(
        "BKT-25.1",
        |_| {},
        "● BKT-25.1 Diagram LAN Badan Kepegawaian versi 2 diterima Dinas 5 November 2026 pukul 07.30 WIB.",
    );
    check(
        "BKT-25.1",
        |lan| {
            lan.reports.truncate(1);
            lan.reports[0].standing = LanStanding::Submitted;
            lan.reports[0].submitted = Some(ago(48));
        },
        "? BKT-25.1 Diagram LAN Badan Kepegawaian versi 1 diserahkan 20 November 2026 pukul 07.30 WIB (2 hari lalu) dan \
         belum diterima Dinas.",
    );
    check(
        "BKT-25.1",
        |lan| {
            lan.reports.truncate(1);
            draft(lan, 0, 13);
        },
        "? BKT-25.1 Diagram LAN Badan Kepegawaian versi 1 masih draf dan menunggu diserahkan, paling lambat 23 November \
         2026.",
    );
    check(
        "BKT-25.1",
        |lan| {
            lan.reports.truncate(1);
            draft(lan, 0, 15);
        },
        "▲ BKT-25.1 Badan Kepegawaian belum menyerahkan diagram LAN: drafnya ada sejak 7 November 2026 pukul 07.30 WIB, \
         batasnya 21 November 2026.",
    );
    check(
        "BKT-25.1",
        |lan| *lan = Lan { office: "bkpsdm".into(), ..Lan::default() },
        "– BKT-25.1 LAN Badan Kepegawaian belum tampak dari satu agen pun.",
    );
}

#[test]
fn after_a_change_the_newest_diagram_counts() {
    check(
        "MDN-20.1",
        |lan| draft(lan, 1, 15),
        "▲ MDN-20.1 Badan Kepegawaian belum menyerahkan diagram LAN: drafnya ada sejak 7 November 2026 pukul 07.30 WIB, \
         batasnya 21 November 2026.",
    );
    check(
        "MDN-20.1",
        |lan| {
            lan.reports.truncate(1);
            draft(lan, 0, 90);
        },
        "– MDN-20.1 Belum tampak perubahan LAN Badan Kepegawaian dari 2 server, dan belum ada diagram terkini yang \
         diterima Dinas sebagai pembanding.",
    );
    check(
        "MDN-20.1",
        |lan| {
            lan.reports.truncate(1);
            lan.version.as_mut().unwrap().number = 1;
        },
        "● MDN-20.1 LAN Badan Kepegawaian masih seperti diagram versi 1 yang diterima Dinas 26 September 2026 pukul \
         07.30 WIB; tidak ada perubahan yang harus dilaporkan.",
    );
}

#[test]
fn each_change_is_to_be_reported_in_time() {
    let overdue = "1 perubahan LAN Badan Kepegawaian belum dilaporkan melewati batasnya; yang tertua dipastikan 7 \
                   November 2026 pukul 07.30 WIB, batasnya 21 November 2026: Switch `SW-1` port 7: server `simpeg` pindah \
                   ke port 12.";
    check("BKT-25.2", |lan| draft(lan, 1, 15), &format!("▲ BKT-25.2 {overdue}"));
    check("MDN-20.2", |lan| draft(lan, 1, 15), &format!("▲ MDN-20.2 {overdue}"));
    check(
        "BKT-25.2",
        |lan| draft(lan, 1, 14),
        "? BKT-25.2 1 perubahan LAN Badan Kepegawaian belum selesai; yang tertua menunggu dilaporkan, paling lambat 22 \
         November 2026: Switch `SW-1` port 7: server `simpeg` pindah ke port 12.",
    );
    check(
        "BKT-25.2",
        |lan| lan.reports[1].submitted = Some(ago(24 * 2)),
        "● BKT-25.2 1 perubahan LAN Badan Kepegawaian sudah dilaporkan dan diterima Dinas, 1 di antaranya terlambat.",
    );
    let policy = Policy { report_days: Some(30), ..Policy::default() };
    check_policy(
        "BKT-25.2",
        policy,
        |estate| draft(&mut estate.lans[0], 1, 15),
        "? BKT-25.2 1 perubahan LAN Badan Kepegawaian belum selesai; yang tertua menunggu dilaporkan, paling lambat 7 \
         Desember 2026: Switch `SW-1` port 7: server `simpeg` pindah ke port 12.",
    );
}

#[test]
fn what_is_set_aside_needs_the_dinas() {
    check(
        "BKT-25.2",
        |lan| lan.reports[1].standing = LanStanding::SetAsideByOffice,
        "? BKT-25.2 1 perubahan LAN Badan Kepegawaian belum selesai; yang tertua dikesampingkan oleh Perangkat Daerah dan \
         belum dinilai Dinas: Switch `SW-1` port 7: server `simpeg` pindah ke port 12.",
    );
    check(
        "BKT-25.2",
        |lan| lan.reports[1].standing = LanStanding::SetAsideByDinas,
        "– BKT-25.2 Belum tampak perubahan LAN Badan Kepegawaian dari 2 server, dan belum ada diagram terkini yang \
         diterima Dinas sebagai pembanding.",
    );
}

#[test]
fn addresses_are_held_against_the_plan() {
    let check_plan = |found: Addressing, expected: &str| {
        check("MLG20-5.1", |lan| lan.addressing = Known::Yes(found), expected);
    };
    let clean = Addressing { subnets: 1, addresses: 3, ..Addressing::default() };
    check_plan(
        clean.clone(),
        "● MLG20-5.1 Semua alamat server Badan Kepegawaian (3) ada dalam rencana Dinas.",
    );
    check_plan(
        Addressing { outside: 1, duplicates: 2, examples: vec!["a".into(), "b".into()], ..clean.clone() },
        "▲ MLG20-5.1 Pada LAN Badan Kepegawaian ada 1 alamat di luar rencana Dinas dan 2 alamat yang dipakai dua \
         perangkat: a; b.",
    );
    check_plan(
        Addressing { strange_dhcp: 1, translated: 3, ..clean.clone() },
        "? MLG20-5.1 Pada LAN Badan Kepegawaian ada 1 peladen DHCP yang belum terdaftar dan 3 alamat di balik \
         penerjemahan alamat (NAT).",
    );
    check_plan(
        Addressing { subnets: 0, ..clean },
        "– MLG20-5.1 Rencana penomoran alamat IP belum memuat subnet Badan Kepegawaian.",
    );
    check(
        "MLG20-5.1",
        |lan| lan.seen_at = Some(ago(24 * 8)),
        "– MLG20-5.1 LAN Badan Kepegawaian tidak lagi diketahui: agen terakhir melapor 14 November 2026 pukul 07.30 WIB (8 \
         hari lalu).",
    );
}

#[test]
fn a_second_way_out_goes_to_a_person_unless_the_dinas_is_strict() {
    let found = || Addressing {
        second_egress: 1,
        examples: vec!["gateway 192.168.8.1".into()],
        ..Addressing::default()
    };
    let words = "Pada LAN Badan Kepegawaian tampak 1 jalan lain ke Internet di luar jaringan intra: gateway 192.168.8.1.";
    check("MLG20-4.3", |lan| lan.addressing = Known::Yes(found()), &format!("? MLG20-4.3 {words}"));
    let strict = Policy { strict: Some(true), ..Policy::default() };
    check_policy(
        "MLG20-4.3",
        strict,
        |estate| estate.lans[0].addressing = Known::Yes(found()),
        &format!("▲ MLG20-4.3 {words}"),
    );
}

#[test]
fn the_intranet_is_used() {
    let used = |outside, not_connected: Option<&str>| IntranetUse {
        inside: 1,
        outside,
        unknown: 1,
        not_connected: not_connected.map(str::to_owned),
        examples: vec!["`simpeg` dari 103.20.1.9".into()],
    };
    check(
        "BKT-23.2",
        |lan| lan.intranet = Known::Yes(used(0, None)),
        "● BKT-23.2 1 server Badan Kepegawaian menghubungi kolektor lewat jaringan intra; 1 server belum diketahui.",
    );
    check(
        "MDN-18.2",
        |lan| lan.intranet = Known::Yes(used(1, None)),
        "▲ MDN-18.2 1 server Badan Kepegawaian menghubungi kolektor dari luar jaringan intra: `simpeg` dari 103.20.1.9.",
    );
    check(
        "MJL-18.5",
        |lan| lan.intranet = Known::Yes(used(1, Some("belum ada kabel"))),
        "? MJL-18.5 1 server Badan Kepegawaian menghubungi kolektor dari luar jaringan intra, karena belum terhubung \
         (belum ada kabel); ia menggunakan akses internet, yang harus diamankan.",
    );
}

#[test]
fn the_dinas_reaches_the_lan() {
    let check_reach = |answered: Option<i64>, since: i64, managed: Option<&str>, expected: &str| {
        let reach = Reach {
            target: "gateway 10.20.1.1".into(),
            tried: Some(ago(1)),
            answered: answered.map(ago),
            since: Some(ago(since)),
            managed: managed.map(str::to_owned),
        };
        check("BKT-24.2", |lan| lan.reach = Known::Yes(reach), expected);
    };
    check_reach(
        None,
        900,
        Some("Nota 5/2026"),
        "● BKT-24.2 LAN Badan Kepegawaian dikelola Dinas (Nota 5/2026).",
    );
    check_reach(
        Some(48),
        900,
        None,
        "? BKT-24.2 LAN Badan Kepegawaian tidak terjangkau dari Dinas: gateway 10.20.1.1 terakhir menjawab 20 November \
         2026 pukul 07.30 WIB (2 hari lalu).",
    );
    check_reach(
        Some(24 * 8),
        900,
        None,
        "▲ BKT-24.2 LAN Badan Kepegawaian tidak terjangkau dari Dinas: gateway 10.20.1.1 terakhir menjawab 14 November \
         2026 pukul 07.30 WIB (8 hari lalu).",
    );
    check_reach(
        None,
        48,
        None,
        "? BKT-24.2 LAN Badan Kepegawaian tidak terjangkau dari Dinas: gateway 10.20.1.1 belum pernah menjawab sejak 20 \
         November 2026 pukul 07.30 WIB (2 hari lalu).",
    );
    check(
        "BKT-24.2",
        |lan| lan.reach = Known::No("uji jangkau tidak aktif".into()),
        "– BKT-24.2 Jangkauan Dinas ke LAN Badan Kepegawaian belum diuji: uji jangkau tidak aktif.",
    );
}
