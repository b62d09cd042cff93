//! The clean estate, one thing broken, and exactly the findings that follow.

use patuh_compliance::Verdict;
use patuh_compliance::estate::{Backup, Estate, Grade, Known, Place, Server};

use super::example::{ago, backup, estate, findings, line, now, only, packs};

/// Breaks the clean estate and expects these lines, and `PATUH` everywhere else.
#[track_caller]
fn check(break_it: impl FnOnce(&mut Estate), expected: &[&str]) {
    let mut broken = estate();
    break_it(&mut broken);
    let bad: Vec<String> = findings(&broken, &packs(), now())
        .iter()
        .filter(|finding| finding.verdict != Verdict::Compliant)
        .map(line)
        .collect();
    assert_eq!(bad, expected);
}

/// As [`check`], for a break of the one server.
#[track_caller]
fn check_server(break_it: impl FnOnce(&mut Server), expected: &[&str]) {
    check(|estate| break_it(&mut estate.servers[0]), expected);
}

/// As [`check`], with these sets instead of the server's own, by one rule only.
#[track_caller]
fn check_sets(rule: &str, sets: Vec<Backup>, expected: &str) {
    let mut broken = estate();
    broken.servers[0].backups = Known::Yes(sets);
    let all = findings(&broken, &packs(), now());
    let found: Vec<String> = all.iter().filter(|finding| finding.rule == rule).map(line).collect();
    assert_eq!(found, [expected]);
}

#[test]
fn nothing_broken() {
    check(|_| (), &[]);
    assert_eq!(findings(&estate(), &packs(), now()).len(), 7);
}

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
            server.location = patuh_compliance::estate::Location::default();
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

#[test]
fn no_backup_recorded() {
    let none = "Tidak ada cadangan server `simpeg` yang tercatat pada agen.";
    check_server(
        |server| server.backups = Known::Yes(Vec::new()),
        &[
            &format!("▲ BKT-21.1 {none}"),
            &format!("▲ MJL-16.1 {none}"),
            &format!("▲ MLG20-19.2 {none}"),
            &format!("▲ MLG20-19.3 {none}"),
        ],
    );
}

#[test]
fn backups_not_known() {
    let unknown = "Cadangan server `simpeg` belum diketahui: restic tidak dapat dibaca.";
    check_server(
        |server| server.backups = Known::No("restic tidak dapat dibaca".into()),
        &[
            &format!("– BKT-21.1 {unknown}"),
            &format!("– MJL-16.1 {unknown}"),
            &format!("– MLG20-19.2 {unknown}"),
            &format!("– MLG20-19.3 {unknown}"),
        ],
    );
}

#[test]
fn a_claim_is_not_proof() {
    check_sets(
        "MJL-16.1",
        vec![Backup { grade: Grade::Claimed, ..backup("malam", "pusat-data", 6) }],
        "? MJL-16.1 Pencadangan server `simpeg` ke Pusat Data perlu dinilai: klaim tanpa bukti: berkas dan basis \
         data terakhir dicadangkan 22 November 2026 pukul 01.30 WIB (6 jam lalu) di Pusat Data Kominfo menurut \
         klaim agen, sedangkan yang diminta kesaksian agen di tempat penyimpanan.",
    );
}

#[test]
fn each_kind_has_its_own_limit() {
    check_sets(
        "MJL-16.1",
        vec![backup("malam", "pusat-data", 60)],
        "▲ MJL-16.1 Pencadangan server `simpeg` ke Pusat Data belum terpenuhi: cadangan basis data di Pusat Data \
         Kominfo terlambat, yang terbaru 19 November 2026 pukul 19.30 WIB (2 hari 12 jam lalu), batasnya 24 jam.",
    );
    check_sets(
        "MJL-16.1",
        vec![only(backup("malam", "pusat-data", 60), true, false)],
        concat!(
            "● MJL-16.1 Pencadangan server `simpeg` ke Pusat Data terpenuhi: berkas terakhir dicadangkan 19 November ",
            "2026 pukul 19.30 WIB (2 hari 12 jam lalu) di Pusat Data Kominfo, disaksikan agen di tempat penyimpanan."
        ),
    );
}

#[test]
fn fresh_files_do_not_make_up_for_a_database_elsewhere() {
    let here = Backup { place: Place::SameHost, ..only(backup("dump", "", 2), false, true) };
    check_sets(
        "MJL-16.1",
        vec![only(backup("malam", "pusat-data", 6), true, false), here],
        "▲ MJL-16.1 Pencadangan server `simpeg` ke Pusat Data belum terpenuhi: cadangan basis data hanya \
         tersimpan pada server itu sendiri, bukan di Pusat Data.",
    );
}

#[test]
fn contents_that_were_never_stated_leave_a_kind_in_doubt() {
    let here = Backup { place: Place::SameHost, ..only(backup("dump", "", 2), false, true) };
    let unstated = |hours| only(backup("malam", "pusat-data", hours), false, false);
    check_sets(
        "MJL-16.1",
        vec![unstated(6), here],
        "? MJL-16.1 Pencadangan server `simpeg` ke Pusat Data perlu dinilai: isi cadangan `malam` belum \
         dinyatakan, sehingga cadangan basis data belum dapat dipastikan.",
    );
    check_sets(
        "MJL-16.1",
        vec![unstated(6)],
        "● MJL-16.1 Pencadangan server `simpeg` ke Pusat Data terpenuhi: data terakhir dicadangkan 22 November \
         2026 pukul 01.30 WIB (6 jam lalu) di Pusat Data Kominfo, disaksikan agen di tempat penyimpanan.",
    );
    check_sets(
        "MJL-16.1",
        vec![unstated(60)],
        "? MJL-16.1 Pencadangan server `simpeg` ke Pusat Data perlu dinilai: isi cadangan `malam` belum \
         dinyatakan, sehingga cadangan data belum dapat dipastikan.",
    );
}

#[test]
fn places_that_are_not_the_data_centre() {
    let check = |place: Place, expected: &str| {
        check_sets("MJL-16.1", vec![Backup { place, ..backup("malam", "", 6) }], expected);
    };
    let unmet = "▲ MJL-16.1 Pencadangan server `simpeg` ke Pusat Data belum terpenuhi: cadangan berkas dan basis \
                 data hanya tersimpan";
    check(Place::Removable, &format!("{unmet} pada media portabel, bukan di Pusat Data."));
    check(Place::Site("ppb".into()), &format!("{unmet} di Pusat Pemulihan Bencana, bukan di Pusat Data."));
    let doubt = "? MJL-16.1 Pencadangan server `simpeg` ke Pusat Data perlu dinilai:";
    check(
        Place::OtherHost("nas1".into()),
        &format!(
            "{doubt} cadangan berkas dan basis data tersimpan pada host `nas1` yang belum terdaftar di suatu lokasi."
        ),
    );
    check(
        Place::Site("baru".into()),
        &format!("{doubt} cadangan berkas dan basis data tersimpan di lokasi `baru` yang belum terdaftar."),
    );
    check(Place::Unknown, &format!("{doubt} letak cadangan berkas dan basis data `malam` belum diketahui."));
}

#[test]
fn runs_that_do_not_count() {
    let trouble = vec!["dump kosong".to_owned()];
    check_sets(
        "MJL-16.1",
        vec![Backup { newest: None, problems: trouble.clone(), ..backup("malam", "pusat-data", 6) }],
        "▲ MJL-16.1 Pencadangan server `simpeg` ke Pusat Data belum terpenuhi: cadangan berkas dan basis data \
         `malam` belum pernah selesai dengan utuh: dump kosong.",
    );
    check_sets(
        "MJL-16.1",
        vec![Backup { problems: trouble, ..backup("malam", "pusat-data", 6) }],
        "? MJL-16.1 Pencadangan server `simpeg` ke Pusat Data perlu dinilai: cadangan berkas dan basis data \
         `malam` bermasalah: dump kosong.",
    );
    check_sets(
        "MJL-16.1",
        vec![backup("malam", "pusat-data", -5)],
        "? MJL-16.1 Pencadangan server `simpeg` ke Pusat Data perlu dinilai: cadangan berkas dan basis data \
         `malam` bertanggal 22 November 2026 pukul 12.30 WIB, mendahului waktu pemeriksaan.",
    );
}

#[test]
fn a_missing_kind_names_itself() {
    check_sets(
        "MLG20-19.2",
        vec![only(backup("malam", "pusat-data", 6), true, false)],
        "▲ MLG20-19.2 Pencadangan berkas dan basis data server `simpeg` belum terpenuhi: cadangan basis data \
         tidak tercatat pada agen.",
    );
}

#[test]
fn both_kinds_may_lie_anywhere() {
    let here = Backup { place: Place::SameHost, ..backup("dump", "", 2) };
    check_sets(
        "MLG20-19.2",
        vec![here],
        "● MLG20-19.2 Pencadangan berkas dan basis data server `simpeg` terpenuhi: berkas dan basis data \
         terakhir dicadangkan 22 November 2026 pukul 05.30 WIB (2 jam lalu) pada server itu sendiri, disaksikan \
         agen di tempat penyimpanan.",
    );
}

#[test]
fn a_copy_in_the_same_room_is_not_apart() {
    let unmet = "▲ MLG20-19.3 Penyimpanan cadangan server `simpeg` secara terpisah belum terpenuhi:";
    check_sets(
        "MLG20-19.3",
        vec![backup("malam", "pusat-data", 6)],
        &format!(
            "{unmet} cadangan berkas dan basis data hanya tersimpan di Pusat Data Kominfo, tidak terpisah dari \
             ruang server."
        ),
    );
    check_sets(
        "MLG20-19.3",
        vec![Backup { newest: Some(ago(24 * 31)), ..portable() }],
        &format!(
            "{unmet} cadangan berkas dan basis data pada media portabel terlambat, yang terbaru 22 Oktober 2026 \
             pukul 07.30 WIB (31 hari lalu), batasnya 30 hari."
        ),
    );
}

#[test]
fn apart_from_where() {
    let check = |declared: Option<&str>, expected: &str| {
        let mut broken = estate();
        broken.servers[0].location.declared = declared.map(str::to_owned);
        broken.servers[0].location.observed = None;
        broken.servers[0].backups = Known::Yes(vec![backup("malam", "pusat-data", 6)]);
        let all = findings(&broken, &packs(), now());
        let found = all.iter().find(|finding| finding.rule == "MLG20-19.3").unwrap();
        assert_eq!(found.verdict.statutory(), expected, "{declared:?}");
    };
    check(Some("ruang-bkpsdm"), "PATUH");
    check(Some("pusat-data"), "TIDAK PATUH");
    check(Some("gudang"), "PERLU PENILAIAN");
    check(None, "PERLU PENILAIAN");
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
        &["BKT-19.5", "BKT-21.1", "MJL-15.1", "MJL-16.1", "MLG20-6.3", "MLG20-19.2", "MLG20-19.3"]
            .map(|rule| format!("– {rule} 3 server terdaftar pada Dinas Kesehatan belum dipasangi agen."))
            .each_ref()
            .map(String::as_str),
    );
}

fn portable() -> Backup {
    Backup { place: Place::Removable, ..backup("kaset", "", 48) }
}
