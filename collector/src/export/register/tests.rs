use super::*;
use crate::export::Conditions;
use crate::register::Field;

const CONFIG: &str = r#"
[government]
code = "contoh"
name = "Pemerintah Kabupaten Contoh"
dinas = "Dinas Komunikasi dan Informatika"
timezone = "Asia/Jakarta"
packs = []
[agents]
listen = "127.0.0.1:0"
hosts = ["localhost"]
[[office]]
code = "dinkes"
name = "Dinas Kesehatan"
location_code = "12.01.35.11.02"
head = "dr. Bambang Hartono"
head_nip = "19690817 199703 1 004"
[[office]]
code = "bkad"
name = "Badan Keuangan"
"#;

/// An asset of the register, with these fields.
fn asset(n: u64, office: &str, kind: AssetKind, fields: &[(Field, &str)]) -> Asset {
    let mut asset = Asset::new(office.parse().unwrap(), kind, format!("=Barang {n}"));
    asset.id = crate::register::AssetId(n);
    for (field, text) in fields {
        field.set(&mut asset, text).unwrap();
    }
    asset
}

fn whole() -> Asset {
    let nibar = "120135110200000028000020261320502060010000001";
    asset(
        1,
        "dinkes",
        AssetKind::Server,
        &[
            (Field::Model, "Dell/PowerEdge R740"),
            (Field::Serial, "007XK42"),
            (Field::Code, "1.3.2.10.02.04.001"),
            (Field::Nibar, nibar),
            (Field::Register, "0001"),
            (Field::Year, "2024"),
            (Field::Price, "123456789012"),
            (Field::Origin, "Pembelian"),
            (Field::Condition, "B"),
            (Field::Room, "R. Server"),
            (Field::Custodian, "Siti"),
            (Field::Note, "+ UPS"),
        ],
    )
}

/// What the list `list` says of these assets, with the agent of the second one known.
fn book(list: List, assets: Vec<Asset>, filter: &Filter) -> (Book, Sheet) {
    let config = Config::parse("collector.toml", CONFIG).unwrap();
    let now = "2026-11-22T00:30:00Z".parse().unwrap();
    let books =
        Books { assets, facts: BTreeMap::new(), codes: Codes::shipped(), config: &config, filter, now };
    (books.list(list), books.incomplete(list))
}

fn cell(sheet: &Sheet, row: usize, column: &str) -> String {
    let at = sheet.columns.iter().position(|it| it.name == column).unwrap();
    match &sheet.rows[row][at] {
        Cell::Empty => String::new(),
        Cell::Dash => "-".to_owned(),
        Cell::Text(text) => text.to_string(),
        Cell::Number(n) => n.to_string(),
        Cell::Moment(at) => at.to_string(),
        Cell::Day(day) => day.to_string(),
    }
}

#[test]
fn kib_b_has_sixteen_columns_and_a_dash_for_what_is_not_known() {
    let bare = asset(2, "dinkes", AssetKind::Storage, &[]);
    let other = asset(3, "bkad", AssetKind::Network, &[(Field::Code, "1.3.2.10.02.04.002")]);
    let licence = asset(4, "dinkes", AssetKind::Licence, &[]);
    let (book, incomplete) = book(List::KibB, vec![bare, other, licence, whole()], &Filter::default());
    let names: Vec<_> = book.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["Dinas Kesehatan", "Badan Keuangan"], "as configured, one sheet an office");
    let sheet = &book.sheets[0];
    assert_eq!((sheet.columns.len(), sheet.rows.len()), (16, 2));
    let shown = |row: usize| -> Vec<_> { sheet.columns.iter().map(|c| cell(sheet, row, c.name)).collect() };
    assert_eq!(
        shown(0),
        [
            "1",
            "1.3.2.10.02.04.001",
            "=Barang 1",
            "0001",
            "Dell/PowerEdge R740",
            "-",
            "-",
            "2024",
            "007XK42",
            "-",
            "-",
            "-",
            "-",
            "Pembelian",
            "123456789012",
            "A-000001; + UPS",
        ]
    );
    let dashes = shown(1).iter().filter(|text| *text == "-").count();
    assert_eq!((dashes, shown(1)[15].as_str()), (13, "A-000002"));
    let head: Vec<_> = sheet.head.iter().map(|line| format!("{line:?}")).collect();
    assert!(head.iter().any(|line| line.contains("No. Kode Lokasi: 12.01.35.11.02")), "{head:?}");
    assert!(head.iter().any(|line| line.contains("Nama UPB: Dinas Kesehatan")), "{head:?}");
    let person = sheet.signatures[0].person.as_ref().unwrap();
    assert_eq!(person, &("dr. Bambang Hartono".to_owned(), "19690817 199703 1 004".to_owned()));
    assert_eq!(sheet.signatures[1].person, None);

    let lacking: Vec<_> =
        (0..incomplete.rows.len()).map(|row| cell(&incomplete, row, "Nomor aset")).collect();
    assert_eq!(
        lacking,
        ["A-000002", "A-000003"],
        "nothing is lacking in the first, the licence has its own list"
    );
    assert!(
        cell(&incomplete, 0, "Yang belum diisi").contains("Kode barang, Nomor register, Tahun perolehan")
    );
}

#[test]
fn kir_ticks_the_condition_in_either_vocabulary() {
    let worn = asset(2, "dinkes", AssetKind::Power, &[(Field::Room, "R. Server"), (Field::Condition, "KB")]);
    let elsewhere = asset(3, "dinkes", AssetKind::Power, &[(Field::Room, "Loket")]);
    let nowhere = asset(4, "dinkes", AssetKind::Power, &[]);
    let assets = || vec![whole(), worn.clone(), elsewhere.clone(), nowhere.clone()];
    let (letters, _) = book(List::Kir, assets(), &Filter::default());
    let names: Vec<_> = letters.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["Loket Dinas Kesehatan", "R. Server Dinas Kesehatan"]);
    let room = &letters.sheets[1];
    assert_eq!((room.columns.len(), room.rows.len()), (14, 2));
    assert_eq!([cell(room, 0, "Baik (B)"), cell(room, 0, "Kurang Baik (KB)")], ["✓", ""]);
    assert_eq!([cell(room, 1, "Baik (B)"), cell(room, 1, "Kurang Baik (KB)")], ["", "✓"]);
    assert_eq!(cell(room, 0, "Jumlah Barang/Register"), "1/0001");
    assert_eq!(room.signatures[2].person, None, "not all name the same keeper");
    let words = Filter { conditions: Conditions::Words, ..Filter::default() };
    let (words, _) = book(List::Kir, assets(), &words);
    assert_eq!(cell(&words.sheets[1], 1, "Rusak Ringan"), "✓");
}

#[test]
fn licences_have_a_list_of_their_own() {
    let licence = asset(
        7,
        "dinkes",
        AssetKind::Licence,
        &[(Field::Licence, "Server, 16 inti"), (Field::ValidUntil, "31-12-2027"), (Field::Serial, "00123")],
    );
    let (book, incomplete) = book(List::Licences, vec![whole(), licence], &Filter::default());
    let sheet = &book.sheets[0];
    assert_eq!(sheet.rows.len(), 1);
    assert_eq!(cell(sheet, 0, "Spesifikasi Lisensi"), "Server, 16 inti");
    assert_eq!([cell(sheet, 0, "Berlaku Sampai"), cell(sheet, 0, "Nomor Lisensi")], ["2027-12-31", "00123"]);
    assert_eq!(incomplete.rows.len(), 1);
}

#[test]
fn what_simda_cannot_hold_is_cut_and_named() {
    let long = "x".repeat(60);
    let wordy = asset(2, "dinkes", AssetKind::Server, &[(Field::Model, &long), (Field::Note, "y")]);
    let (book, _) = book(List::Simda, vec![whole(), wordy], &Filter::default());
    let [list, cut] = &book.sheets[..] else { panic!("{} sheets", book.sheets.len()) };
    let shown = |row, columns: &[&str]| columns.iter().map(|c| cell(list, row, c)).collect::<Vec<_>>();
    assert_eq!(shown(0, &["Kd_Aset8", "Kd_Aset83", "Kd_Aset85", "No_Reg8"]), ["1", "02", "001", "0001"]);
    assert_eq!(shown(0, &["Merk", "Type", "Kondisi"]), ["Dell", "PowerEdge R740", "B"]);
    assert_eq!(cell(list, 1, "Merk").len(), 50);
    assert_eq!((cut.rows.len(), cell(cut, 0, "Isi seluruhnya")), (1, long));
}

#[test]
fn the_columns_of_2021_have_the_nibar_and_the_standard_name() {
    let (book, _) = book(List::Pmdn47, vec![whole()], &Filter::default());
    let sheet = &book.sheets[0];
    assert_eq!(cell(sheet, 0, "NIBAR").len(), 45);
    assert_eq!(cell(sheet, 0, "Nama Barang"), "Server");
    assert_eq!([cell(sheet, 0, "Kondisi"), cell(sheet, 0, "Lokasi/Ruang")], ["B", "R. Server"]);
}

#[test]
fn an_empty_register_says_so() {
    let (book, incomplete) = book(List::KibB, Vec::new(), &Filter::default());
    assert!(format!("{:?}", book.sheets[0].head).contains("Belum ada aset"));
    assert!(incomplete.rows.is_empty());
}

#[test]
fn a_filter_takes_rooms_and_agents() {
    let check = |filter: Filter, taken: bool| assert_eq!(filter.takes(&whole()), taken, "{filter:?}");
    check(Filter::default(), true);
    check(Filter { room: Some("R. Server".into()), ..Filter::default() }, true);
    check(Filter { room: Some("Loket".into()), ..Filter::default() }, false);
    check(Filter { agent: Some(AgentId::of_key(&[1])), ..Filter::default() }, false);
}
