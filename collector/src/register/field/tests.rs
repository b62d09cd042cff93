use super::super::AssetKind;
use super::*;

fn asset() -> Asset {
    Asset::new("dinkes".parse().unwrap(), AssetKind::Server, "Server presensi".into())
}

/// What a field gives back that was set so; an error is told by a word of it.
fn check(field: Field, written: &str, expected: Result<&str, &str>) {
    let mut changed = asset();
    if field != Field::Stage {
        Field::Stage.set(&mut changed, "Pencatatan").unwrap();
    }
    let before = changed.clone();
    match (field.set(&mut changed, written), expected) {
        (Ok(()), Ok(expected)) => assert_eq!(field.get(&changed), expected, "{field:?} {written}"),
        (Err(why), Err(word)) => {
            assert!(why.contains(word), "{field:?} {written}: {why}");
            assert_eq!(changed, before, "nothing is half set");
        }
        (result, _) => panic!("{field:?} {written}: {result:?}"),
    }
}

#[test]
fn days_are_understood_as_they_are_written() {
    for day in
        ["22-11-2026", "22/11/2026", "22.11.2026", "22 November 2026", "22 nov 2026", "2026-11-22 00:00:00"]
    {
        check(Field::AcquiredOn, day, Ok("22-11-2026"));
    }
    check(Field::Dated, "1-2-2024", Ok("01-02-2024"));
    check(Field::ValidUntil, "31-02-2026", Err("bukan tanggal"));
    check(Field::ValidUntil, "besok", Err("bukan tanggal"));
    check(Field::StageOn, "", Ok(""));
}

#[test]
fn a_change_tells_days_with_their_months() {
    let (before, mut changed) = (asset(), asset());
    Field::AcquiredOn.set(&mut changed, "14-06-2023").unwrap();
    let told: Vec<_> = differences(&before, &changed).iter().map(ToString::to_string).collect();
    assert_eq!(told, ["Tanggal perolehan: – → 14 Juni 2023", "Tahun perolehan: – → 2023"]);
}

#[test]
fn prices_are_whole_rupiah() {
    for price in ["12500000", "12.500.000", "Rp12.500.000,00", "Rp 12.500.000,-", "Rp. 12.500.000"] {
        check(Field::Price, price, Ok("12.500.000"));
    }
    for wrong in ["12,5", "12.5", "dua juta", "-5", "1.2500.000", "Rp"] {
        check(Field::Price, wrong, Err("bukan harga"));
    }
}

#[test]
fn closed_lists_take_their_own_words() {
    check(Field::Condition, "rusak ringan", Ok("Rusak Ringan"));
    check(Field::Condition, "KB", Ok("Rusak Ringan"));
    check(Field::Condition, "Hilang", Err("pilih Baik"));
    check(Field::Kind, "penyimpan", Err("Media penyimpanan"));
    check(Field::Office, "Dinas Kesehatan", Err("kode"));
    check(Field::Office, "BAPPEDA", Ok("bappeda"));
    check(Field::Name, " ", Err("harus diisi"));
    check(Field::Year, "24", Err("bukan tahun"));
    check(Field::Year, "2024", Ok("2024"));
}

#[test]
fn codes_stay_texts() {
    check(Field::Register, "0001", Ok("0001"));
    check(Field::Serial, "007", Ok("007"));
    check(Field::Serial, "-", Ok(""));
    check(Field::Nibar, "1.20135E+44", Err("Teks"));
    check(Field::Number, "A-000002", Err("tidak dapat diubah"));
    check(Field::Note, &"x".repeat(2001), Err("terlalu panjang"));
    check(Field::Name, "a\u{0}\n b  c", Ok("a b c"));
}

#[test]
fn the_day_of_acquisition_gives_the_year() {
    let mut asset = asset();
    Field::AcquiredOn.set(&mut asset, "5-3-2024").unwrap();
    assert_eq!(asset.book.year, Some(2024));
    Field::AcquiredOn.set(&mut asset, "").unwrap();
    assert_eq!((asset.book.acquired_on, asset.book.year), (None, Some(2024)));
}

#[test]
fn another_stage_is_a_new_step() {
    let mut asset = asset();
    Field::Document.set(&mut asset, "").unwrap();
    assert!(Field::Document.set(&mut asset, "1/BAST").unwrap_err().contains("tahap"));
    Field::Stage.set(&mut asset, "Penerimaan").unwrap();
    Field::Document.set(&mut asset, "1/BAST").unwrap();
    Field::Stage.set(&mut asset, "penerimaan").unwrap();
    assert_eq!(asset.stages.len(), 1);
    Field::Stage.set(&mut asset, "Pencatatan").unwrap();
    assert_eq!(
        asset.stages.iter().map(|it| it.document.as_deref()).collect::<Vec<_>>(),
        [Some("1/BAST"), None]
    );
    assert!(Field::Stage.set(&mut asset, "").is_err());
}

#[test]
fn names_and_headings_are_told_apart() {
    for pick in [Field::slug, Field::heading] {
        let mut all = Field::ALL.map(pick).to_vec();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), Field::ALL.len());
    }
    assert_eq!(Field::of_slug("nibar"), Some(Field::Nibar));
}

proptest::proptest! {
    #[test]
    fn setting_what_was_got_changes_nothing(written in proptest::collection::vec((0..Field::ALL.len(), ".{0,20}"), 0..40)) {
        let mut asset = asset();
        for (index, text) in &written {
            let _ = Field::ALL[*index].set(&mut asset, text);
        }
        for field in Field::ALL.into_iter().filter(|field| *field != Field::Number) {
            let before = asset.clone();
            field.set(&mut asset, &field.get(&before)).unwrap();
            proptest::prop_assert_eq!(&asset, &before, "{:?}", field);
        }
    }
}
