//! Data stores that lie in no backup, or not well.

use jiff::civil::date;
use patuh_compliance::estate::{Cover, DataStore, Estate, Known, StoreKind};

use super::{check_policy, check_rule};
use crate::example::{ago, backup, store};
use patuh_compliance::pack::Policy;

/// Breaks the stores of the clean server, by what one rule says.
#[track_caller]
fn check(rule: &str, stores: Vec<DataStore>, expected: &str) {
    check_rule(rule, with(stores), expected);
}

fn with(stores: Vec<DataStore>) -> impl FnOnce(&mut Estate) {
    move |estate| estate.servers[0].stores = Known::Yes(stores)
}

fn database(cover: Cover, reason: &str) -> DataStore {
    let database = store("basis data sikd (MariaDB)", StoreKind::Database, "malam");
    DataStore { cover, reason: reason.into(), ..database }
}

fn files() -> DataStore {
    store("/var/www/html", StoreKind::Files, "malam")
}

fn etc() -> DataStore {
    store("/etc", StoreKind::Configuration, "malam")
}

fn exempt_until(year: i16) -> DataStore {
    let cover = Cover::Exempted {
        approver: "Kepala Dinas Kominfo".into(),
        reason: "hanya data uji".into(),
        until: date(year, 12, 31),
    };
    DataStore { sets: Vec::new(), ..database(cover, "") }
}

#[test]
fn counted_per_store() {
    check(
        "MLG20-19.2-CAKUPAN",
        vec![files(), etc()],
        "● MLG20-19.2-CAKUPAN 2 dari 2 tempat data server `simpeg` masuk cadangan.",
    );
    check(
        "MJL-16.1-CAKUPAN",
        vec![files(), etc()],
        "● MJL-16.1-CAKUPAN 1 dari 1 tempat data server `simpeg` masuk cadangan di Pusat Data.",
    );
    let new = DataStore { sets: Vec::new(), ..database(Cover::Uncovered, "tidak ada dalam daftar dump") };
    check(
        "MLG20-19.2-CAKUPAN",
        vec![files(), new, etc()],
        "▲ MLG20-19.2-CAKUPAN 2 dari 3 tempat data server `simpeg` masuk cadangan; tidak masuk: basis data sikd \
         (MariaDB) (tidak ada dalam daftar dump).",
    );
}

#[test]
fn many_are_counted_and_a_few_named() {
    let bare = |n: u32| DataStore {
        cover: Cover::Uncovered,
        sets: Vec::new(),
        ..store(&format!("/srv/{n}"), StoreKind::Files, "")
    };
    check(
        "KD-CAKUPAN",
        (1..=1_007).map(bare).collect(),
        "▲ KD-CAKUPAN 0 dari 1.007 tempat data server `simpeg` masuk cadangan; tidak masuk: /srv/1, /srv/2, /srv/3, \
         /srv/4, /srv/5 dan 1.002 lainnya.",
    );
}

#[test]
fn what_is_left_out_or_copied_raw_goes_to_a_person() {
    check(
        "MLG20-19.2-CAKUPAN",
        vec![
            DataStore { cover: Cover::Partly, reason: "cache/ ditinggalkan".into(), ..files() },
            database(Cover::Inconsistent, "/var/lib/mysql disalin oleh restic"),
        ],
        "? MLG20-19.2-CAKUPAN 0 dari 2 tempat data server `simpeg` masuk cadangan; hanya sebagian masuk: \
         /var/www/html (cache/ ditinggalkan); disalin mentah selagi berjalan, sehingga belum tentu dapat dipulihkan: \
         basis data sikd (MariaDB) (/var/lib/mysql disalin oleh restic).",
    );
}

#[test]
fn what_cannot_be_told_is_no_pass() {
    check(
        "MLG20-19.2-CAKUPAN",
        vec![files(), database(Cover::Unknown, "isi cadangan tidak dinyatakan")],
        "– MLG20-19.2-CAKUPAN 1 dari 2 tempat data server `simpeg` masuk cadangan; belum dapat dipastikan: basis data \
         sikd (MariaDB) (isi cadangan tidak dinyatakan).",
    );
    check(
        "MLG20-19.2-CAKUPAN",
        vec![],
        "– MLG20-19.2-CAKUPAN Agen belum menemukan satu pun tempat data di server `simpeg`.",
    );
    check_rule(
        "MLG20-19.2-CAKUPAN",
        |estate| estate.servers[0].stores = Known::No("agen belum melaporkan basis data".into()),
        "– MLG20-19.2-CAKUPAN Tempat data server `simpeg` belum diketahui: agen belum melaporkan basis data.",
    );
    check(
        "MJL-16.1-CAKUPAN",
        vec![etc()],
        "– MJL-16.1-CAKUPAN Agen belum menemukan satu pun tempat data di server `simpeg`.",
    );
}

#[test]
fn a_store_stands_no_better_than_the_set_that_holds_it() {
    let held =
        |set: &str| with(vec![DataStore { sets: vec![set.into()], ..database(Cover::Covered, "") }, files()]);
    check_rule(
        "MJL-16.1-CAKUPAN",
        held("salinan"),
        "▲ MJL-16.1-CAKUPAN 1 dari 2 tempat data server `simpeg` masuk cadangan di Pusat Data; cadangan basis data \
         sikd (MariaDB) hanya tersimpan di Pusat Pemulihan Bencana, bukan di Pusat Data.",
    );
    check_rule(
        "MJL-16.1-CAKUPAN",
        held("lama"),
        "▲ MJL-16.1-CAKUPAN 1 dari 2 tempat data server `simpeg` masuk cadangan di Pusat Data; tidak masuk: basis \
         data sikd (MariaDB) (tidak ada cadangan tercatat yang memuatnya).",
    );
    check_rule(
        "KD-CAKUPAN",
        |estate| {
            estate.servers[0].backups = Known::Yes(vec![backup("malam", "pusat-data", 60)]);
            estate.servers[0].stores = Known::Yes(vec![database(Cover::Covered, ""), files(), etc()]);
        },
        "▲ KD-CAKUPAN 2 dari 3 tempat data server `simpeg` masuk cadangan; cadangan basis data sikd (MariaDB) di Pusat \
         Data Kominfo terlambat, yang terbaru 19 November 2026 pukul 19.30 WIB (2 hari 12 jam lalu), batasnya 24 jam.",
    );
    check_rule(
        "KD-CAKUPAN",
        |estate| {
            estate.servers[0].last_report = Some(ago(100));
            estate.servers[0].backups = Known::Yes(vec![backup("malam", "pusat-data", 106)]);
            estate.servers[0].stores = Known::Yes(vec![database(Cover::Partly, "satu tabel ditinggalkan")]);
        },
        "– KD-CAKUPAN 0 dari 1 tempat data server `simpeg` masuk cadangan; cadangan basis data sikd (MariaDB) terbaru \
         yang dilaporkan, 17 November 2026 pukul 21.30 WIB (4 hari 10 jam lalu), kini melewati batas 24 jam, dan agen \
         belum melaporkan apakah ada yang lebih baru; menurut data 4 hari 4 jam yang lalu, karena agen tidak melapor \
         sejak 18 November 2026 pukul 03.30 WIB.",
    );
}

#[test]
fn what_is_set_free_is_not_counted_until_that_runs_out() {
    check(
        "KD-CAKUPAN",
        vec![files(), exempt_until(2026)],
        "● KD-CAKUPAN 1 dari 1 tempat data server `simpeg` masuk cadangan, 1 dikecualikan.",
    );
    check(
        "KD-CAKUPAN",
        vec![exempt_until(2026)],
        "○ KD-CAKUPAN Semua 1 tempat data server `simpeg` dikecualikan; tidak ada yang perlu masuk cadangan sampai \
         pengecualiannya berakhir.",
    );
    check(
        "KD-CAKUPAN",
        vec![files(), exempt_until(2025)],
        "▲ KD-CAKUPAN 1 dari 2 tempat data server `simpeg` masuk cadangan; tidak masuk: basis data sikd (MariaDB) \
         (pengecualiannya berakhir 31 Desember 2025).",
    );
}

#[test]
fn configuration_is_asked_for_where_the_dinas_wants_it() {
    let bare = DataStore { cover: Cover::Uncovered, sets: Vec::new(), ..etc() };
    check_policy(
        "MJL-16.1-CAKUPAN",
        Policy { configuration: Some(true), ..Policy::default() },
        with(vec![files(), bare]),
        "▲ MJL-16.1-CAKUPAN 1 dari 2 tempat data server `simpeg` masuk cadangan di Pusat Data; tidak masuk: /etc.",
    );
}
