//! Backups that do not count, or not yet.

use patuh_compliance::estate::{Backup, Grade, Known, Place};

use super::{check_sets, portable};
use crate::example::{ago, backup, estate, findings, now, only, packs};

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
        vec![Backup { newest: None, unread: true, ..backup("malam", "pusat-data", 6) }],
        "– MJL-16.1 Pencadangan server `simpeg` ke Pusat Data belum dapat dipastikan: cadangan berkas dan basis data \
         `malam` tidak dapat diperiksa oleh agen.",
    );
    // Whatever may be in it: it does not lie in the Pusat Data.
    check_sets(
        "MJL-16.1",
        vec![Backup {
            newest: None,
            unread: true,
            place: Place::SameHost,
            ..backup("malam", "pusat-data", 6)
        }],
        "▲ MJL-16.1 Pencadangan server `simpeg` ke Pusat Data belum terpenuhi: cadangan berkas dan basis data hanya \
         tersimpan pada server itu sendiri, bukan di Pusat Data.",
    );
    check_sets(
        "MJL-16.1",
        vec![Backup { spoilt: Some("RUSAK: data/ab".into()), ..backup("malam", "pusat-data", 6) }],
        "▲ MJL-16.1 Pencadangan server `simpeg` ke Pusat Data belum terpenuhi: cadangan berkas dan basis data \
         `malam` tidak dapat diandalkan: RUSAK: data/ab.",
    );
    // A sound copy beside the data does not hide that the one in the Pusat Data is damaged.
    check_sets(
        "MJL-16.1",
        vec![
            Backup { place: Place::SameHost, ..backup("lokal", "pusat-data", 6) },
            Backup { spoilt: Some("RUSAK: data/ab".into()), ..backup("malam", "pusat-data", 6) },
        ],
        "▲ MJL-16.1 Pencadangan server `simpeg` ke Pusat Data belum terpenuhi: cadangan berkas dan basis data \
         `malam` tidak dapat diandalkan: RUSAK: data/ab.",
    );
    check_sets(
        "MJL-16.1",
        vec![Backup { problems: trouble, ..backup("malam", "pusat-data", 6) }],
        "? MJL-16.1 Pencadangan server `simpeg` ke Pusat Data perlu dinilai: cadangan berkas dan basis data \
         `malam` bermasalah: dump kosong.",
    );
    check_sets(
        "MJL-16.1",
        vec![Backup { unwatched_since: Some(ago(30)), ..backup("malam", "pusat-data", 6) }],
        "? MJL-16.1 Pencadangan server `simpeg` ke Pusat Data perlu dinilai: SAKSI DIAM: saksi di tempat penyimpanan \
         cadangan berkas dan basis data `malam` terakhir melihat 21 November 2026 pukul 01.30 WIB (30 jam lalu).",
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
