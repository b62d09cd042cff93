//! The shipped packs, and what a pack or a policy must not be.

use std::collections::BTreeMap;

use patuh_compliance::Pack;
use patuh_compliance::estate::Grade;
use patuh_compliance::pack::{Check, Policy, apply};

use super::example::{packs, shipped};

#[test]
fn every_shipped_pack_is_read_and_named_as_its_file() {
    let shipped = shipped();
    assert_eq!(shipped.len(), 6);
    for (name, text) in shipped {
        let pack = Pack::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(pack.id, name);
        for rule in &pack.rules {
            let article = if pack.policy { "Tanpa pasal" } else { "Pasal " };
            assert!(rule.article.starts_with(article), "{}: {}", rule.id, rule.article);
            assert!(!pack.policy || rule.text.starts_with("Kebijakan Dinas: "), "{}: says so", rule.id);
            assert!(rule.text.ends_with(['.', ';']), "{}: quoted as a whole sentence", rule.id);
            let mut shown = [&rule.title, &rule.text].into_iter().chain(&rule.reading);
            assert!(shown.all(|text| !text.contains('"')), "{}: quotes as they are printed", rule.id);
        }
    }
}

#[test]
fn rule_ids_are_unique_over_all_packs() {
    let packs = packs();
    let mut ids: Vec<&str> = packs.iter().flat_map(|pack| &pack.rules).map(|rule| rule.id.as_str()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn the_table_of_checks_names_every_rule_and_parameter() {
    let table =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/checks.md")).unwrap();
    for rule in packs().iter().flat_map(|pack| &pack.rules) {
        let named = |line: &&str| line.split(['|', ',', ' ']).any(|word| word == rule.id);
        let line = table.lines().find(named).unwrap_or_else(|| panic!("{} is not in the table", rule.id));
        if !line.contains("| sama |") {
            for key in rule.check.parameters() {
                assert!(line.contains(&format!("`{key}`")), "{}: {key}", rule.id);
            }
        }
    }
}

#[test]
fn a_policy_is_set_on_its_rule() {
    let mut packs = packs();
    let policy = Policy { database_hours: Some(12), least_grade: Some(Grade::Verified), ..Policy::default() };
    apply(&mut packs, &BTreeMap::from([("MJL-16.1".to_owned(), policy)])).unwrap();
    let rule = packs.iter().find_map(|pack| pack.rule("MJL-16.1")).unwrap();
    let expected =
        Check::BackupToDataCentre { database_hours: 12, files_hours: 168, least_grade: Grade::Verified };
    assert_eq!(rule.check, expected);
}

#[test]
fn a_policy_may_switch_a_reading() {
    let mut packs = packs();
    let policy = Policy { data_suffices: Some(false), mandiri_tik_review: Some(false), ..Policy::default() };
    apply(&mut packs, &BTreeMap::from([("BKT-19.5".to_owned(), policy)])).unwrap();
    let rule = packs.iter().find_map(|pack| pack.rule("BKT-19.5")).unwrap();
    assert!(matches!(rule.check, Check::Placement { data_suffices: false, mandiri_tik_review: false, .. }));
}

#[test]
fn every_parameter_can_be_set_where_it_belongs_and_nowhere_else() {
    let every = Policy {
        database_hours: Some(7),
        files_hours: Some(7),
        apart_hours: Some(7),
        portable_hours: Some(7),
        max_age_hours: Some(7),
        medium_seen_days: Some(7),
        max_age_days: Some(7),
        max_minutes: Some(7),
        keep_days: Some(7),
        least_points: Some(7),
        grace_hours: Some(7),
        watched_days: Some(7),
        report_days: Some(7),
        answered_hours: Some(7),
        never_days: Some(7),
        least_grade: Some(Grade::Restored),
        mandiri_tik_review: Some(true),
        data_suffices: Some(true),
        configuration: Some(true),
        every_set: Some(true),
        strict: Some(true),
    };
    let mut settable = std::collections::BTreeSet::new();
    for pack in packs() {
        for rule in &pack.rules {
            let own = rule.check.parameters();
            let told = pack.clone().apply(&rule.id, &every).map_err(|error| error.to_string());
            assert!(told.is_err(), "{}: no rule has all", rule.id);
            let told = told.unwrap_err();
            for key in &own {
                assert!(!told.contains(&format!("`{key}` bukan parameter")), "{}: {told}", rule.id);
            }
            assert_eq!(told.lines().filter(|line| line.contains("bukan parameter")).count(), 21 - own.len());
            settable.extend(own);
        }
    }
    assert_eq!(settable.len(), 21, "every key of a policy belongs to some shipped rule: {settable:?}");
}

#[test]
fn limits_name_their_unit_when_they_are_nothing() {
    let zero = Policy { max_age_days: Some(0), max_minutes: Some(0), ..Policy::default() };
    let told = apply(&mut packs(), &BTreeMap::from([("MDN-25.4".to_owned(), zero)])).unwrap_err().to_string();
    let expected = "\
[policy.\"MDN-25.4\"] `max_age_days` harus lebih dari 0 hari
[policy.\"MDN-25.4\"] `max_minutes` harus lebih dari 0 menit";
    assert_eq!(told, expected);
    let foreign = Policy { strict: Some(true), ..Policy::default() };
    let told = apply(&mut packs(), &BTreeMap::from([("KD-ENKRIPSI".to_owned(), foreign)])).unwrap_err();
    let expected = "[policy.\"KD-ENKRIPSI\"] `strict` bukan parameter ketentuan ini; yang dapat diatur: (tidak satu pun)";
    assert_eq!(told.to_string(), expected);
}

#[test]
fn all_faults_of_policies_are_told_at_once() {
    let policies = BTreeMap::from([
        ("MJL-16.9".to_owned(), Policy::default()),
        ("MLG20-6.3".to_owned(), Policy { data_suffices: Some(true), ..Policy::default() }),
        (
            "MJL-16.1".to_owned(),
            Policy { portable_hours: Some(1), files_hours: Some(0), ..Policy::default() },
        ),
    ]);
    let mut packs = packs();
    packs.retain(|pack| pack.id == "mjl-2021" || pack.id == "mlg-2020");
    let told = apply(&mut packs, &policies).unwrap_err().to_string();
    let expected = "\
[policy.\"MJL-16.1\"] `portable_hours` bukan parameter ketentuan ini; yang dapat diatur: database_hours, files_hours, least_grade
[policy.\"MJL-16.1\"] `files_hours` harus lebih dari 0 jam
[policy.\"MJL-16.9\"] tidak ada ketentuan `MJL-16.9` dalam paket yang dipakai; yang ada: MJL-15.1, MJL-16.1, MJL-16.1-CAKUPAN, MJL-24.4, MJL-18.5, MLG20-6.3, MLG20-19.2, MLG20-19.2-CAKUPAN, MLG20-19.3, MLG20-4.3, MLG20-5.1
[policy.\"MLG20-6.3\"] `data_suffices = true` memerlukan `max_age_hours`: isikan juga batas itu
[policy.\"MLG20-6.3\"] `data_suffices = true` memerlukan `least_grade`: isikan juga batas itu";
    assert_eq!(told, expected);
}

const GOOD: &str = r#"id = "contoh"
title = "Peraturan Contoh"
short = "Contoh"
status = "berlaku"
promulgated = "2021-02-23"
grace_years = 2
grace_article = "Pasal 9"

[[rule]]
id = "C-1"
title = "Pencadangan"
article = "Pasal 1"
text = "wajib"
obliged = "office"

[rule.check.backup_to_data_centre]
database_hours = 24
files_hours = 168
least_grade = "claimed"
"#;

/// Puts `new` for `old` in a good pack and expects these faults.
#[track_caller]
fn check(old: &str, new: &str, expected: &str) {
    assert!(GOOD.contains(old));
    let error = Pack::parse(&GOOD.replacen(old, new, 1)).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn faults_name_line_key_and_remedy() {
    assert!(Pack::parse(GOOD).is_ok());
    check(
        "status",
        "statis",
        "baris 4: kunci `statis` tidak dikenal; yang dikenal: `id`, `title`, `short`, `status`, `policy`, `notes`, `promulgated`, `grace_years`, `grace_article`, `asset_stages`, `rule`, `missing`",
    );
    check("text = \"wajib\"\n", "", "baris 9: kunci `text` belum ada; tambahkan");
    check(
        "\"office\"",
        "\"kantor\"",
        "baris 14: isi `obliged` `kantor` tidak dikenal; yang dikenal: `office`, `dinas`, `government`",
    );
    check(
        "= 24",
        "= \"sehari\"",
        "baris 17: isi `database_hours` tidak sesuai; yang diminta: bilangan bulat, tidak negatif",
    );
    check(
        "= 24",
        "= -1",
        "baris 17: isi `database_hours` tidak sesuai; yang diminta: bilangan bulat, tidak negatif",
    );
    check(
        "2021-02-23",
        "23 Februari 2021",
        "baris 5: isi `promulgated` bukan tanggal; tulis seperti \"2021-02-23\"",
    );
    check(
        "files_hours = 168",
        "files_hours = 168\nfiles_hours = 24",
        "baris 19: kunci `files_hours` ditulis dua kali; hapus salah satu",
    );
    check(
        "backup_to_data_centre",
        "cadangkan",
        "baris 16: `cadangkan` tidak dikenal; yang dikenal: `placement`, `backup_to_data_centre`, `backup_both_kinds`, `separate_copy`, `stores_covered`, `recovery_drilled`, `retention_held`, `schedule_kept`, `encrypted_at_target`, `deletion_resistant`, `integrity_verified`, `content_sane`, `key_escrowed`, `lan_diagram`, `lan_changes`, `addresses_planned`, `internet_by_dinas`, `intranet_used`, `lan_reachable`",
    );
}

#[test]
fn what_serde_cannot_know_is_told_all_at_once() {
    let text = GOOD
        .replace("\"Contoh\"", "\"\"")
        .replace("grace_article = \"Pasal 9\"\n", "")
        .replace("168", "0")
        .replace("\"wajib\"", "\" \"");
    let text = format!("{text}{}", text.split_once("\n\n").unwrap().1);
    let error = Pack::parse(&text).unwrap_err().to_string();
    let expected = "\
baris 3: `short` tidak boleh kosong
baris 6: `grace_years` memerlukan `grace_article`: sebutkan pasal yang memberi masa peralihan
baris 9: ketentuan `C-1`: `text` tidak boleh kosong
baris 9: ketentuan `C-1`: `files_hours` harus lebih dari 0 jam
baris 9: ketentuan `C-1`: `text` tidak boleh kosong
baris 9: ketentuan `C-1`: `files_hours` harus lebih dari 0 jam
baris 9: ketentuan `C-1`: `id` dipakai dua kali; beri nama lain";
    assert_eq!(error, expected);
}

#[test]
fn a_pack_without_rules_says_what_is_missing() {
    let head = GOOD.split_once("\n\n").unwrap().0;
    assert!(Pack::parse(head).unwrap_err().to_string().starts_with("paket ini kosong"));
    let missing = format!("{head}\n[[missing]]\narticle = \"Pasal 2\"\nwhy = \"naskah belum dimuat\"\n");
    assert_eq!(Pack::parse(&missing).unwrap().missing.len(), 1);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_fall(text in "(?s).{0,300}") {
        if let Err(error) = Pack::parse(&text) {
            proptest::prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn no_slip_in_a_good_pack_makes_the_reader_fall(at in 0..GOOD.chars().count(), slip in "(?s).{0,6}") {
        let text: String = GOOD.chars().take(at).chain(slip.chars()).chain(GOOD.chars().skip(at + 1)).collect();
        if let Err(error) = Pack::parse(&text) {
            proptest::prop_assert!(!error.faults.is_empty());
        }
    }
}
