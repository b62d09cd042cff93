//! What copies are like: kept, encrypted, examined, safe from deletion, sane, and to be opened by two.

use jiff::civil::date;
use patuh_compliance::estate::{Backup, Escrow, Estate, Grade, Known, Place};
use patuh_compliance::pack::Policy;

use super::{check_policy, check_rule, check_sets};
use crate::example::{ago, backup, escrow, only};

fn good() -> Backup {
    backup("malam", "pusat-data", 6)
}

fn with(sets: Vec<Backup>) -> impl FnOnce(&mut Estate) {
    |estate| estate.servers[0].backups = Known::Yes(sets)
}

#[test]
fn recovery_points_reach_as_far_back_as_they_should() {
    let duty = "KD-SIMPAN Masa simpan cadangan server `simpeg`";
    let subject = "cadangan berkas dan basis data `malam`";
    check_sets(
        "KD-SIMPAN",
        vec![good()],
        &format!(
            "● {duty} terpenuhi: {subject} menyimpan 40 titik pulih, yang tertua 13 Oktober 2026 pukul 07.30 WIB (40 hari \
             lalu)."
        ),
    );
    check_sets(
        "KD-SIMPAN",
        vec![Backup { oldest: Some(ago(24 * 7)), keep_days: Some(7), ..good() }],
        &format!(
            "▲ {duty} belum terpenuhi: {subject} diatur menyimpan 7 hari saja, sedangkan yang diminta 30 hari."
        ),
    );
    check_sets(
        "KD-SIMPAN",
        vec![Backup { oldest: Some(ago(24 * 7)), ..good() }],
        &format!(
            "? {duty} perlu dinilai: {subject} baru mencapai titik pulih tertua 15 November 2026 pukul 07.30 WIB (7 hari \
             lalu), sedangkan yang diminta 30 hari; cadangannya masih baru atau titik lamanya sudah dihapus."
        ),
    );
    check_sets(
        "KD-SIMPAN",
        vec![Backup { points: 2, ..good() }],
        &format!(
            "? {duty} perlu dinilai: {subject} hanya menyimpan 2 titik pulih sejak 13 Oktober 2026 pukul 07.30 WIB (40 \
             hari lalu), sedangkan yang diminta paling sedikit 4."
        ),
    );
    check_sets(
        "KD-SIMPAN",
        vec![Backup { oldest: None, ..good() }],
        &format!("– {duty} belum dapat dipastikan: {subject} belum diketahui titik pulih tertuanya."),
    );
}

#[test]
fn each_kind_needs_one_set_that_is_kept() {
    let short =
        Backup { oldest: Some(ago(24 * 3)), keep_days: Some(3), ..only(backup("dump", "", 2), false, true) };
    check_sets(
        "KD-SIMPAN",
        vec![only(good(), true, false), short.clone()],
        "▲ KD-SIMPAN Masa simpan cadangan server `simpeg` belum terpenuhi: cadangan basis data `dump` diatur menyimpan 3 \
         hari saja, sedangkan yang diminta 30 hari.",
    );
    check_sets(
        "KD-SIMPAN",
        vec![only(good(), false, false), short],
        "? KD-SIMPAN Masa simpan cadangan server `simpeg` perlu dinilai: cadangan basis data `malam` mungkin memuatnya, \
         tetapi isinya belum dinyatakan.",
    );
}

#[test]
fn what_leaves_the_server_lies_encrypted() {
    let duty = "KD-ENKRIPSI Enkripsi cadangan server `simpeg`";
    let here = Backup { place: Place::SameHost, encrypted: Some(false), ..backup("dump", "", 2) };
    check_sets(
        "KD-ENKRIPSI",
        vec![good(), here.clone()],
        &format!("● {duty} terpenuhi: cadangan `malam` tersimpan terenkripsi di Pusat Data Kominfo."),
    );
    check_sets(
        "KD-ENKRIPSI",
        vec![good(), Backup { place: Place::Removable, ..here.clone() }],
        &format!("▲ {duty} belum terpenuhi: cadangan `dump` tersimpan pada media portabel tanpa enkripsi."),
    );
    check_sets(
        "KD-ENKRIPSI",
        vec![Backup { encrypted: None, ..good() }],
        &format!(
            "– {duty} belum dapat dipastikan: cadangan `malam` belum diketahui terenkripsi atau tidaknya."
        ),
    );
    check_sets(
        "KD-ENKRIPSI",
        vec![here],
        "– KD-ENKRIPSI Tidak ada cadangan server `simpeg` di luar server itu sendiri yang dapat dinilai enkripsinya.",
    );
}

#[test]
fn whoever_holds_the_server_cannot_delete_its_copies() {
    let duty = "KD-HAPUS Ketahanan cadangan server `simpeg` terhadap penghapusan";
    let subject = "cadangan berkas dan basis data `malam`";
    let claimed = || Backup { grade: Grade::Claimed, ..good() };
    let check = |set: Backup, expected: &str| check_sets("KD-HAPUS", vec![set], expected);
    check(
        good(),
        &format!(
            "● {duty} terpenuhi: {subject} disaksikan di tempat penyimpanan sejak titik pulih 13 Oktober 2026 pukul 07.30 \
             WIB (40 hari lalu), dan tidak satu pun hilang sebelum waktunya."
        ),
    );
    check(
        Backup { append_only: Some(true), oldest: None, ..good() },
        &format!(
            "● {duty} terpenuhi: {subject} tersimpan pada penyimpanan yang menolak penghapusan menurut pengaturannya, \
             disaksikan agen di tempat penyimpanan."
        ),
    );
    check(
        Backup { oldest: Some(ago(24 * 2)), ..good() },
        &format!(
            "? {duty} perlu dinilai: {subject} baru disaksikan di tempat penyimpanan sejak titik pulih 20 November 2026 \
             pukul 07.30 WIB (2 hari lalu)."
        ),
    );
    check(
        Backup { append_only: Some(true), ..claimed() },
        &format!(
            "? {duty} perlu dinilai: {subject} tersimpan pada penyimpanan yang menolak penghapusan hanya menurut klaim \
             agen."
        ),
    );
    check(
        Backup { append_only: Some(false), ..claimed() },
        &format!(
            "▲ {duty} belum terpenuhi: {subject} tersimpan pada penyimpanan yang mengizinkan penghapusan dan tidak \
             disaksikan."
        ),
    );
    check(
        claimed(),
        &format!(
            "– {duty} belum dapat dipastikan: {subject} belum diketahui dapat dihapus atau tidaknya, dan tidak \
             disaksikan."
        ),
    );
    let lost = format!(
        "▲ {duty} belum terpenuhi: {subject} tersimpan pada server itu sendiri, sehingga hilang bersama servernya."
    );
    let here = || Backup { place: Place::SameHost, ..good() };
    check(Backup { append_only: Some(true), ..here() }, &lost);
    // Where it lies is known, also when nobody could look into it.
    check(Backup { newest: None, unread: true, ..here() }, &lost);
    check(
        Backup { spoilt: Some("HILANG: 3 titik pulih".into()), ..good() },
        &format!("▲ {duty} belum terpenuhi: {subject} tidak dapat diandalkan: HILANG: 3 titik pulih."),
    );
}

#[test]
fn the_content_of_the_copies_was_examined() {
    let duty = "KD-UTUH Pemeriksaan keutuhan cadangan server `simpeg`";
    let subject = "cadangan berkas dan basis data `malam`";
    let check = |set: Backup, expected: &str| check_sets("KD-UTUH", vec![set], expected);
    check(
        good(),
        &format!(
            "● {duty} terpenuhi: {subject} terakhir diperiksa 19 November 2026 pukul 07.30 WIB (3 hari lalu) dan utuh, \
             disaksikan agen di tempat penyimpanan."
        ),
    );
    let open = format!("? {duty} perlu dinilai: {subject} ada, tetapi keutuhannya belum dibuktikan:");
    check(Backup { checked: None, ..good() }, &format!("{open} belum ada pemeriksaan yang tercatat."));
    check(
        Backup { checked: Some(ago(24 * 31)), ..good() },
        &format!(
            "{open} terakhir diperiksa 22 Oktober 2026 pukul 07.30 WIB (31 hari lalu), batasnya 30 hari."
        ),
    );
    check(
        Backup { grade: Grade::Claimed, ..good() },
        &format!(
            "? {duty} perlu dinilai: {subject} terakhir diperiksa 19 November 2026 pukul 07.30 WIB (3 hari lalu) menurut \
             klaim agen, sedangkan yang diminta kesaksian agen di tempat penyimpanan."
        ),
    );
    check_policy(
        "KD-UTUH",
        Policy { strict: Some(true), ..Policy::default() },
        with(vec![Backup { checked: None, ..good() }]),
        &format!(
            "▲ {duty} belum terpenuhi: {subject} ada, tetapi keutuhannya belum dibuktikan: belum ada pemeriksaan yang \
             tercatat."
        ),
    );
}

#[test]
fn one_sick_copy_is_said_beside_healthy_ones() {
    let duty = "KD-ISI Kewajaran isi cadangan server `simpeg`";
    let sick = || Backup { problems: vec!["simpeg.sql kosong".into()], ..backup("dump", "pusat-data", 6) };
    check_sets(
        "KD-ISI",
        vec![good(), sick()],
        &format!("? {duty} perlu dinilai: cadangan `dump` bermasalah: simpeg.sql kosong."),
    );
    check_sets(
        "KD-ISI",
        vec![good(), Backup { newest: None, ..sick() }],
        &format!(
            "▲ {duty} belum terpenuhi: cadangan `dump` belum pernah selesai dengan utuh: simpeg.sql kosong."
        ),
    );
    check_sets(
        "KD-ISI",
        vec![Backup { unwatched_since: Some(ago(30)), ..good() }],
        &format!(
            "? {duty} perlu dinilai: cadangan `malam` SAKSI DIAM: saksi di tempat penyimpanannya terakhir melihat \
             21 November 2026 pukul 01.30 WIB (30 jam lalu)."
        ),
    );
    let many: Vec<Backup> = (0..9).map(|n| Backup { set: format!("d{n}"), ..sick() }).collect();
    let named: Vec<String> =
        (0..6).map(|n| format!("cadangan `d{n}` bermasalah: simpeg.sql kosong")).collect();
    check_sets("KD-ISI", many, &format!("? {duty} perlu dinilai: {}; dan 3 lainnya.", named.join("; ")));
}

#[test]
fn two_can_open_what_is_encrypted() {
    let duty = "KD-KUNCI Penitipan kunci cadangan server `simpeg`";
    let check = |escrows: Vec<Escrow>, set: Backup, expected: &str| {
        check_rule(
            "KD-KUNCI",
            |estate| {
                estate.servers[0].backups = Known::Yes(vec![set]);
                estate.escrows = escrows;
            },
            expected,
        );
    };
    check(
        vec![escrow()],
        good(),
        &format!(
            "● {duty} terpenuhi: cadangan `malam` dapat dibuka pula oleh pemegang kunci kedua Kepala Bidang Infrastruktur \
             (Berita Acara 000.8/7/2026, 1 Juni 2026)."
        ),
    );
    let nobody = format!(
        "? {duty} perlu dinilai: cadangan `malam` terenkripsi, dan belum ada pemegang kunci kedua yang tercatat."
    );
    check(vec![], good(), &nobody);
    check(vec![Escrow { office: "dinkes".into(), ..escrow() }], good(), &nobody);
    check(vec![Escrow { set: Some("salinan".into()), ..escrow() }], good(), &nobody);
    check(vec![Escrow { attested_on: date(2026, 11, 23), ..escrow() }], good(), &nobody);
    check(
        vec![Escrow { attested_on: date(2025, 11, 1), set: Some("malam".into()), ..escrow() }],
        good(),
        &format!(
            "? {duty} perlu dinilai: cadangan `malam` terenkripsi, dan pemegang kunci kedua Kepala Bidang Infrastruktur \
             (Berita Acara 000.8/7/2026, 1 November 2025) sudah lewat batas 365 hari sejak terakhir dinyatakan."
        ),
    );
    check(
        vec![],
        Backup { encrypted: None, ..good() },
        &format!(
            "– {duty} belum dapat dipastikan: cadangan `malam` belum diketahui terenkripsi atau tidaknya, dan pemegang \
             kunci keduanya belum tercatat."
        ),
    );
    check(
        vec![],
        Backup { encrypted: Some(false), ..good() },
        "● KD-KUNCI Tidak satu pun cadangan server `simpeg` terenkripsi, sehingga tidak ada kunci yang perlu dititipkan.",
    );
}
