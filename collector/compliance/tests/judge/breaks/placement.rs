//! Servers that stand elsewhere, or nobody knows where.

use jiff::civil::date;
use patuh_compliance::estate::{Backup, Estate, Grade, Known, Location, OnSite, Sign, SignKind};

use super::{check_rule, check_server, portable};
use crate::example::{backup, estate, findings, line, now, packs};

#[test]
fn placement_by_word_alone_goes_to_a_person() {
    check_server(
        |server| {
            server.location.observed = None;
            server.backups = Known::Yes(vec![backup("malam", "pusat-data", 6), portable()]);
        },
        &[
            "? MJL-15.1 Server `simpeg` berada di Pusat Data hanya menurut petugas (Pusat Data Kominfo); alamat \
             jaringannya belum menguatkan hal itu.",
            "? MLG20-6.3 Server `simpeg` berada di Pusat Data hanya menurut petugas (Pusat Data Kominfo); alamat \
             jaringannya belum menguatkan hal itu.",
        ],
    );
}

#[test]
fn placement_undeclared_is_believed_of_the_network() {
    check_server(|server| server.location.declared = None, &[]);
}

#[test]
fn placement_contradicted_goes_to_a_person() {
    check_server(
        |server| server.location.declared = Some("ruang-bkpsdm".into()),
        &[
            "? MJL-15.1 Lokasi server `simpeg` tidak cocok: di Pusat Data atau Pusat Pemulihan Bencana menurut \
             alamat jaringan (10.10.0.5 dalam jaringan Pusat Data Kominfo), tetapi di luar Pusat Data atau \
             Pusat Pemulihan Bencana menurut petugas (ruang server Badan Kepegawaian).",
            "? MLG20-6.3 Lokasi server `simpeg` tidak cocok: di Pusat Data menurut alamat jaringan (10.10.0.5 \
             dalam jaringan Pusat Data Kominfo), tetapi di luar Pusat Data menurut petugas (ruang server Badan \
             Kepegawaian).",
        ],
    );
}

#[test]
fn placement_outside_is_believed_of_an_officer() {
    check_server(
        |server| {
            server.location.declared = Some("ruang-bkpsdm".into());
            server.location.observed = None;
        },
        &[
            "▲ MJL-15.1 Server `simpeg` berada di luar Pusat Data dan Pusat Pemulihan Bencana menurut petugas \
             (ruang server Badan Kepegawaian).",
            "▲ MLG20-6.3 Server `simpeg` berada di luar Pusat Data menurut petugas (ruang server Badan \
             Kepegawaian).",
        ],
    );
}

#[test]
fn placement_in_the_recovery_centre_is_lawful_where_the_text_names_it() {
    check_server(
        |server| {
            server.location.declared = Some("ppb".into());
            server.location.observed = Some("ppb".into());
            server.location.observation = None;
        },
        &["▲ MLG20-6.3 Server `simpeg` berada di luar Pusat Data menurut alamat jaringan (Pusat Pemulihan \
             Bencana) dan menurut petugas (Pusat Pemulihan Bencana)."],
    );
}

#[test]
fn placement_unknown_is_no_data() {
    check_server(
        |server| {
            server.location = Location::default();
            server.location.declared = Some("gudang".into());
            server.backups = Known::Yes(vec![backup("malam", "pusat-data", 6), portable()]);
        },
        &[
            "– MJL-15.1 Lokasi server `simpeg` belum diketahui: lokasi `gudang` yang belum terdaftar.",
            "– MLG20-6.3 Lokasi server `simpeg` belum diketahui: lokasi `gudang` yang belum terdaftar.",
        ],
    );
}

#[test]
fn data_in_the_data_centre_stands_in_for_the_server() {
    let mut outside = estate();
    outside.servers[0].location.declared = Some("ruang-bkpsdm".into());
    outside.servers[0].location.observed = None;
    let found = |estate: &Estate| {
        let all = findings(estate, &packs(), now());
        line(all.iter().find(|finding| finding.rule == "BKT-19.5").unwrap())
    };
    let place = "Server `simpeg` berada di luar Pusat Data menurut petugas (ruang server Badan Kepegawaian)";
    assert_eq!(
        found(&outside),
        format!(
            "● BKT-19.5 {place}; penyimpanan datanya di Pusat Data terpenuhi: berkas dan basis data terakhir \
             dicadangkan 22 November 2026 pukul 01.30 WIB (6 jam lalu) di Pusat Data Kominfo, disaksikan agen \
             di tempat penyimpanan."
        )
    );
    outside.servers[0].backups =
        Known::Yes(vec![Backup { grade: Grade::Claimed, ..backup("malam", "pusat-data", 6) }]);
    assert_eq!(
        found(&outside),
        format!(
            "? BKT-19.5 {place}; penyimpanan datanya di Pusat Data perlu dinilai: klaim tanpa bukti: berkas dan \
             basis data terakhir dicadangkan 22 November 2026 pukul 01.30 WIB (6 jam lalu) di Pusat Data \
             Kominfo menurut klaim agen, sedangkan yang diminta kesaksian agen di tempat penyimpanan."
        )
    );
    outside.servers[0].backups = Known::No("restic tidak dapat dibaca".into());
    assert_eq!(
        found(&outside),
        format!("– BKT-19.5 {place}; cadangan server `simpeg` belum diketahui: restic tidak dapat dibaca.")
    );
    outside.servers[0].backups = Known::Yes(Vec::new());
    assert_eq!(
        found(&outside),
        format!("▲ BKT-19.5 {place}; tidak ada cadangan server `simpeg` yang tercatat pada agen.")
    );
    outside.offices[0].mandiri_tik = Some("Keputusan Walikota Nomor 12 Tahun 2024".into());
    assert_eq!(
        found(&outside),
        format!(
            "? BKT-19.5 {place}, dan Perangkat Daerahnya berstatus Mandiri TIK (Keputusan Walikota Nomor 12 \
             Tahun 2024); tidak ada cadangan server `simpeg` yang tercatat pada agen."
        )
    );
    outside.offices[0].mandiri_tik = Some("  ".into());
    assert!(found(&outside).starts_with("▲ BKT-19.5"), "a decree without a name does not count");
}

fn sign(kind: SignKind, site: Option<&str>, words: &str) -> Sign {
    Sign { kind, site: site.map(str::to_owned), words: words.into() }
}

/// What is said of the clean server with these signs, and how certain it is.
#[track_caller]
fn check_signs(signs: Vec<Sign>, expected: &str, certainty: &str) {
    let mut broken = estate();
    broken.servers[0].location.signs = signs;
    let found =
        findings(&broken, &packs(), now()).into_iter().find(|found| found.rule == "MLG20-6.3").unwrap();
    let fact = found.inputs.iter().find(|fact| fact.name == "Kepastian lokasi").unwrap();
    assert_eq!((line(&found).as_str(), fact.value.as_str()), (expected, certainty));
    // What pages say of the place by itself is what the findings say.
    let grade = patuh_compliance::certainty(&broken, &broken.servers[0].location, &packs());
    assert_eq!(grade.words(), certainty);
}

#[test]
fn signs_make_a_place_certain_or_tear_it() {
    let inside = "● MLG20-6.3 Server `simpeg` berada di Pusat Data menurut alamat jaringan (10.10.0.5 dalam jaringan Pusat \
                  Data Kominfo) dan menurut petugas (Pusat Data Kominfo).";
    let cable = || sign(SignKind::Switch, Some("pusat-data"), "switch `DC-1` milik Pusat Data");
    let source = || sign(SignKind::Source, Some("pusat-data"), "datang dari 10.20.1.5");
    let address = || sign(SignKind::Address, Some("pusat-data"), "10.20.1.5 dalam jaringan Pusat Data");
    check_signs(
        vec![cable(), source()],
        inside,
        "dipastikan (lebih dari satu sumber, atau pemeriksaan di tempat)",
    );
    check_signs(vec![cable(), address()], inside, "kemungkinan besar (petunjuk kuat, hanya dari agen)");
    check_signs(vec![address(), source()], inside, "dinyatakan (hanya menurut petugas atau alamat)");
    let torn = "? MLG20-6.3 Petunjuk lokasi server `simpeg` bertentangan: 10.20.1.5 dalam jaringan Pusat Data, tetapi";
    check_signs(
        vec![sign(SignKind::Switch, None, "switch `SW-X` tidak terdaftar"), address()],
        &format!("{torn} switch `SW-X` tidak terdaftar."),
        "belum diketahui",
    );
    check_signs(
        vec![address(), sign(SignKind::Gateway, Some("ruang-bkpsdm"), "gateway 10.9.0.1 milik ruang server")],
        &format!("{torn} gateway 10.9.0.1 milik ruang server."),
        "belum diketahui",
    );
}

#[test]
fn what_was_found_on_the_spot_stands_above_addresses() {
    let found = |site: &str| OnSite {
        site: site.into(),
        on: date(2026, 11, 2),
        by: "Budi Santoso".into(),
        evidence: "foto rak 3".into(),
    };
    let told = "menurut pemeriksaan Budi Santoso tanggal 2 November 2026 (foto rak 3)";
    check_rule(
        "MLG20-6.3",
        |estate| estate.servers[0].location.found = Some(found("ruang-bkpsdm")),
        &format!("▲ MLG20-6.3 Server `simpeg` berada di ruang server Badan Kepegawaian {told}."),
    );
    check_rule(
        "MLG20-6.3",
        |estate| {
            let location = &mut estate.servers[0].location;
            (location.observed, location.observation) = (None, None);
            location.found = Some(found("pusat-data"));
        },
        &format!("● MLG20-6.3 Server `simpeg` berada di Pusat Data Kominfo {told}."),
    );
    check_rule(
        "MLG20-6.3",
        |estate| {
            let location = &mut estate.servers[0].location;
            location.found = Some(found("pusat-data"));
            location.signs =
                vec![sign(SignKind::Hypervisor, Some("ruang-bkpsdm"), "tamu `pve-9` di ruang server")];
        },
        &format!(
            "? MLG20-6.3 Server `simpeg` berada di Pusat Data Kominfo {told}, tetapi kini tamu `pve-9` di ruang server."
        ),
    );
}
