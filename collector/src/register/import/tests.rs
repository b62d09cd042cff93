use std::collections::BTreeSet;

use patuh_protocol::id::Code;

use super::super::{Asset, AssetId, AssetKind, Codes, Field, Hosts};
use super::*;

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn asset(n: u64, written: &[(Field, &str)]) -> Asset {
    let mut asset = Asset::new(code("dinkes"), AssetKind::Server, format!("Server {n}"));
    (asset.id, asset.revision) = (AssetId(n), 1);
    for (field, text) in written {
        field.set(&mut asset, text).unwrap();
    }
    asset
}

fn plan_in(text: &str, assets: &[Asset], office: Option<&str>, thousands: bool) -> Plan {
    let offices = [(code("dinkes"), "Dinas Kesehatan".into()), (code("bappeda"), "Bappeda".into())];
    let sites = [(code("pusat"), "Pusat Data".into())];
    let (codes, hosts, office) = (Codes::shipped(), Hosts::default(), office.map(code));
    let context =
        Context { assets, offices: &offices, sites: &sites, codes: &codes, hosts: &hosts, office, thousands };
    Plan::new(&read(text.as_bytes()).unwrap(), &Mapping::new(), &context).unwrap()
}

/// The rows in words: `row word: what`.
fn told(plan: &Plan) -> Vec<String> {
    let what = |row: &RowPlan| match &row.outcome {
        Outcome::New(asset) => format!("{} {} {}", asset.office, asset.kind.slug(), asset.name),
        Outcome::Changed(asset, changes) => {
            let changes: Vec<_> = changes.iter().map(ToString::to_string).collect();
            format!("{} {}", asset.id, changes.join("; "))
        }
        Outcome::Same(id) => id.to_string(),
        Outcome::Skipped(why) => why.clone(),
        Outcome::Wrong(problems) => {
            problems.iter().map(|it| format!("{}: {}", it.column, it.what)).collect::<Vec<_>>().join("; ")
        }
    };
    plan.rows.iter().map(|row| format!("{} {}: {}", row.row, row.outcome.word(), what(row))).collect()
}

/// Checks the rows; an expected line may be the beginning of what is told.
fn check(text: &str, assets: &[Asset], expected: &[&str]) {
    let told = told(&plan_in(text, assets, Some("dinkes"), false));
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected), "{told}\nis not\n{expected}");
    }
}

/// Our own list, as it is taken away.
fn own(assets: &[Asset]) -> Vec<Vec<String>> {
    let headings = Field::ALL.map(|field| field.heading().to_owned()).to_vec();
    let rows = assets.iter().map(|asset| Field::ALL.map(|field| field.get(asset)).to_vec());
    std::iter::once(headings).chain(rows).collect()
}

fn joined(rows: &[Vec<String>]) -> String {
    rows.iter().map(|row| row.join(";")).collect::<Vec<_>>().join("\n")
}

fn place(field: Field) -> usize {
    Field::ALL.iter().position(|it| *it == field).unwrap()
}

fn full() -> Asset {
    asset(
        1,
        &[
            (Field::Serial, "0012"),
            (Field::Code, "1.3.2.10.02.04.001"),
            (Field::Nibar, "120135110200000028000020261321002040010000001"),
            (Field::Register, "0001"),
            (Field::AcquiredOn, "5-3-2024"),
            (Field::Price, "125.000.000"),
            (Field::Condition, "Baik"),
            (Field::Site, "pusat"),
            (Field::Stage, "Penerimaan"),
            (Field::Document, "12/BAST/2024"),
            (Field::Dated, "6-3-2024"),
            (Field::Note, "hibah, lihat berkas"),
        ],
    )
}

#[test]
fn what_was_taken_away_and_brought_back_changes_nothing() {
    check(
        &joined(&own(&[full(), asset(2, &[])])),
        &[full(), asset(2, &[])],
        &["2 Sama: A-000001", "3 Sama: A-000002"],
    );
}

#[test]
fn one_edited_cell_changes_one_field() {
    let edit = |field: Field, text: &str, expected: &str| {
        let mut rows = own(&[full()]);
        rows[1][place(field)] = text.to_owned();
        check(&joined(&rows), &[full()], &[expected]);
    };
    edit(Field::Condition, "Rusak Ringan", "2 Berubah: A-000001 Kondisi: Baik → Rusak Ringan");
    edit(Field::Price, "130000000", "2 Berubah: A-000001 Harga (Rp): 125.000.000 → 130.000.000");
    edit(Field::Note, "", "2 Berubah: A-000001 Keterangan: hibah, lihat berkas → –");
    edit(Field::Serial, "0013", "2 Berubah: A-000001 Nomor seri: 0012 → 0013");
    edit(
        Field::Stage,
        "Pencatatan",
        "2 Berubah: A-000001 Tahap: Penerimaan → Pencatatan; Nomor dokumen: 12/BAST/2024 → –; \
         Tanggal dokumen: 6 Maret 2024 → –",
    );
    edit(
        Field::AcquiredOn,
        "1-2-2023",
        "2 Berubah: A-000001 Tanggal perolehan: 5 Maret 2024 → 1 Februari 2023; Tahun perolehan: 2024 → 2023",
    );
    edit(Field::Name, "", "2 Salah: D (Spesifikasi nama barang): Spesifikasi nama barang harus diisi");
    edit(Field::Nibar, "1.20135E+44", "2 Salah: I (NIBAR): spreadsheet telah mengubahnya");
    edit(Field::Site, "gudang", "2 Salah: Q (Kode lokasi): lokasi “gudang” tidak ada");
    edit(Field::Number, "A-000099", "2 Salah: A (Nomor aset): aset A-000099 tidak ada");
    edit(Field::Office, "dukcapil", "2 Salah: B (Kode PD): perangkat daerah “dukcapil” tidak ada");
}

#[test]
fn a_row_finds_its_asset_by_what_it_has() {
    let headings = "Nama Barang;Nomor Seri;NIBAR;Kode Barang;Nomor Register;Kondisi\n";
    let nibar = full().book.nibar.unwrap();
    let row = |row: &str, expected: &str| check(&format!("{headings}{row}"), &[full()], &[expected]);
    row("Server 1;0012;;;;Baik", "2 Sama: A-000001");
    row(
        "Server 1; 00-12;-;;;KB",
        "2 Berubah: A-000001 Nomor seri: 0012 → 00-12; Kondisi: Baik → Rusak Ringan",
    );
    row(&format!("Server 1;;{nibar};;;"), "2 Sama: A-000001");
    row("Server 1;;;132100204001;0001;", "2 Sama: A-000001");
    row("Server 1;;;132100204001;0002;", "2 Baru: dinkes server Server 1");
    row("Server 1;None;;1.3.2.10.02.04.002;0001;", "2 Baru: dinkes network Server 1");
    let twins = [asset(1, &[(Field::Serial, "X-99")]), asset(2, &[(Field::Serial, "X99")])];
    check(
        &format!("{headings}Server;X99;;;;"),
        &twins,
        &["2 Salah: B (Nomor Seri): cocok dengan beberapa aset (A-000001, A-000002)"],
    );
}

#[test]
fn a_row_finds_its_asset_without_an_office_too() {
    let text = "Nama Barang;Nomor Seri;Kondisi\nServer 1;0012;B\n";
    assert_eq!(told(&plan_in(text, &[full()], None, false)), ["2 Sama: A-000001"]);
}

#[test]
fn a_form_says_whose_it_is() {
    let text = "KARTU INVENTARIS BARANG;;;\nNama UPB: Dinas  Kesehatan;;;\nNama Barang/Jenis Barang;Kode Barang;\
        Harga (Rp penuh, bukan ribuan);Keterangan\nRouter;1.3.2.10.02.04.002;5000000;-\n\
        Server 1;-;125000000;A-000001; hibah, lihat berkas\n;Mengetahui;;\n;;NIP 1;NIP 2\n";
    let text = text.replace("A-000001; hibah", "\"A-000001; hibah").replace("berkas\n", "berkas\"\n");
    let plan = plan_in(&text, &[full()], None, false);
    let expected = [
        "4 Baru: dinkes network Router",
        "5 Sama: A-000001",
        "6 Dilewati: bukan baris barang",
        "7 Dilewati: bukan baris barang",
    ];
    assert_eq!(told(&plan), expected);
    assert_eq!((plan.sheets[0].office.clone(), plan.thousands()), (Some(code("dinkes")), false));
    let named = "Nama Barang;Perangkat Daerah;Kode lokasi\nx;dinas kesehatan;Pusat Data\n";
    assert_eq!(told(&plan_in(named, &[], None, false)), ["2 Baru: dinkes other x"]);
}

#[test]
fn what_our_forms_put_together_is_taken_apart() {
    let mut asset = full();
    asset.place.room = Some("R. 2".into());
    let text = "Nama Barang;Nomor Seri;Lokasi/Ruang\nServer 1;0012;\"Pusat Data, R. 2\"\n";
    assert_eq!(told(&plan_in(text, &[asset.clone()], None, false)), ["2 Sama: A-000001"]);
    let moved = text.replace("Pusat Data, R. 2", "R. 3");
    assert_eq!(told(&plan_in(&moved, &[asset], None, false)), ["2 Berubah: A-000001 Ruang: R. 2 → R. 3"]);
}

#[test]
fn the_same_thing_twice_is_wrong() {
    let text = "Nama Barang;Nomor Seri;Kode Barang\nA;S-1;1.3.2.10.02.04.001\nB;s1;1.3.2.10.02.04.001\n";
    check(text, &[], &["2 Baru: dinkes server A", "3 Salah: : barang yang sama sudah ada di baris 2"]);
    let mut rows = own(&[full()]);
    rows.push(rows[1].clone());
    check(
        &joined(&rows),
        &[full()],
        &["2 Sama: A-000001", "3 Salah: : barang yang sama sudah ada di baris 2"],
    );
}

#[test]
fn a_whole_kib_brings_its_ict_only() {
    let text = "No Urut;Kode Barang;Nama/Jenis Barang;Nomor Register;Merk/Type;Ukuran/CC;Bahan;Tahun Pembelian;\
        Nomor Pabrik;Nomor Rangka;Nomor Mesin;Nomor Polisi;Nomor BPKB;Asal usul;Harga (ribuan Rp);Keterangan\n\
        1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16\n\
        1;1.3.2.05.02.01.002;Kursi;0001;-;-;Kayu;2020;-;-;-;-;-;Pembelian;500;-\n\
        2;1.3.2.10.02.04.002;Router;0001;MikroTik CCR;-;-;2021;HC123;-;-;-;-;Pembelian;12.500;-\n\
        3;1.3.2.10.02.04.001;Server;0001 s/d 0003;Dell;-;-;21;S5;-;-;-;-;Pembelian;1;-\n\
        ;;Jumlah;;;;;;;;;;;;13.000;\n;;Mengetahui;;;;;;;;;;;;;\n";
    let expected = [
        "3 Dilewati: kode 1.3.2.05.02.01.002 bukan barang TIK",
        "4 Baru: dinkes network Router",
        "5 Salah: D (Nomor Register): “0001 s/d 0003” adalah beberapa register; pecah menjadi satu baris tiap unit; \
         H (Tahun Pembelian): “21” bukan tahun",
        "6 Dilewati: bukan baris barang",
        "7 Dilewati: bukan baris barang",
    ];
    check(text, &[], &expected);
    let plan = plan_in(text, &[], Some("dinkes"), true);
    assert!(plan.thousands());
    assert_eq!(plan.counts(), [1, 0, 0, 3, 1]);
    let [router] = plan.writes().try_into().unwrap();
    assert_eq!(
        (router.book.price, router.book.material, router.serial.as_deref()),
        (Some(12_500_000), None, Some("HC123"))
    );
    let without = plan_in(text, &[], None, false);
    assert!(told(&without)[1].contains("Perangkat Daerahnya tidak diketahui"), "{:?}", told(&without));
}

#[test]
fn one_row_is_one_unit() {
    let text = "Nama Barang;Jumlah;Jenis;Merk\nSwitch;3 unit;Perangkat jaringan;x\nUPS;1;Daya listrik;x\n";
    check(text, &[], &["2 Salah: B (Jumlah): jumlahnya 3 unit", "3 Baru: dinkes power UPS"]);
}

#[test]
fn a_plan_is_known_by_what_it_would_write() {
    let text = |condition: &str| format!("Nama Barang;Nomor Seri;Kondisi\nx;S1;{condition}\n");
    let digests: BTreeSet<_> =
        ["B", "B", "KB"].map(|it| plan_in(&text(it), &[], Some("dinkes"), false).digest().to_string()).into();
    assert_eq!(digests.len(), 2);
}

#[test]
fn a_file_without_headings_is_told_so() {
    let (offices, codes, hosts) = ([(code("dinkes"), String::new())], Codes::shipped(), Hosts::default());
    let context = Context {
        assets: &[],
        offices: &offices,
        sites: &[],
        codes: &codes,
        hosts: &hosts,
        office: None,
        thousands: false,
    };
    let refused = Plan::new(&read(b"a;b\n1;2").unwrap(), &Mapping::new(), &context).unwrap_err();
    assert!(refused.to_string().contains("baris judul"), "{refused}");
}

#[test]
fn columns_are_lettered() {
    assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let _ = read(&bytes);
        let _ = read(&[b"PK\x03\x04", bytes.as_slice()].concat());
    }

    #[test]
    fn no_cells_make_it_panic(cells in proptest::collection::vec(".{0,12}", 0..64)) {
        let rows: Vec<Vec<String>> = cells.chunks(8).map(<[String]>::to_vec).collect();
        let headings = "Nomor aset;Nama Barang;Nomor Seri;NIBAR;Kode Barang;Nomor Register;Harga;Tahap\n";
        if let Ok(sheets) = read(format!("{headings}{}", joined(&rows)).as_bytes()) {
            let (offices, codes, hosts, assets) = ([(code("dinkes"), String::new())], Codes::shipped(), Hosts::default(), [full()]);
            let office = Some(code("dinkes"));
            let context = Context { assets: &assets, offices: &offices, sites: &[], codes: &codes, hosts: &hosts, office, thousands: true };
            if let Ok(plan) = Plan::new(&sheets, &Mapping::new(), &context) {
                proptest::prop_assert_eq!(plan.counts().iter().sum::<usize>(), plan.rows.len());
            }
        }
    }
}
