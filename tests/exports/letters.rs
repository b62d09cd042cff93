//! Letters, as LibreOffice reads and prints them.

use std::io::Write as _;
use std::path::Path;

use patuh_collector::letters::{Letterhead, Signatory, StorageRecord, StoredMedium};
use patuh_collector::media::{Field, Medium, MediumId};
use patuh_tests::process::run;

use crate::{office, skip};

/// The part of LibreOffice that reads letters: sheets do without.
const WRITER: &str = "/usr/lib/libreoffice/program/libswlo.so";

fn medium(n: u64, written: &[(Field, &str)]) -> StoredMedium {
    let mut medium = Medium::new("dinkes".parse().unwrap(), format!("HDD-{n:02}"));
    medium.id = MediumId(n);
    for (field, text) in written {
        field.set(&mut medium, text).unwrap();
    }
    StoredMedium { medium, written: "20 November 2026".into() }
}

/// A berita acara of two media; the second is called what breaks careless programs.
fn record() -> StorageRecord {
    let manifest = "0123456789abcdef".repeat(4);
    let whole = [
        (Field::Model, "Seagate Expansion 4 TB"),
        (Field::Identity, "NA8F7X2K"),
        (Field::Contents, "restic, berkas dan basis data presensi Dinas Kesehatan"),
        (Field::Manifest, manifest.as_str()),
        (Field::Custodian, "Siti Aminah, S.Sos."),
        (Field::CustodianNip, "198512252009032003"),
        (Field::CustodianPosition, "Kepala Subbagian Umum dan Kepegawaian"),
        (Field::HandedBy, "Budi Santoso, S.Kom."),
        (Field::HandedByNip, "198703142011011002"),
        (Field::HandedByPosition, "Pranata Komputer Ahli Muda"),
    ];
    let hostile = [
        (Field::Kind, "Pita LTO"),
        (Field::Identity, "6f1c22aa-0b0c-4d5e-8f90-a1b2c3d4e5f6"),
        (Field::Contents, "<w:p>&amp; ]]> =1+1 \u{202e}kilab"),
    ];
    let first = medium(7, &whole);
    StorageRecord {
        head: Letterhead {
            government: "Pemerintah Kabupaten Contoh".into(),
            office: "Dinas Komunikasi dan Informatika".into(),
            address: vec![
                "Jalan Merdeka Nomor 1, Contoh 65111".into(),
                "Telepon (0341) 000000, surel kominfo@contoh.go.id".into(),
            ],
        },
        number: String::new(),
        day: "2026-11-22".parse().unwrap(),
        place: "Brankas 2, Ruang Arsip lantai 1, Sekretariat Daerah".into(),
        giver: first.medium.handover.by.clone(),
        keeper: first.medium.custodian.clone(),
        media: vec![first, medium(8, &hostile)],
        basis: vec!["Pasal 19 ayat (3) Peraturan Bupati Malang Nomor 23 Tahun 2020".into()],
        witness: Signatory {
            role: "Kepala Dinas Komunikasi dan Informatika,".into(),
            name: "Drs. Hadi Wibowo, M.Si.".into(),
            nip: "19690817 199703 1 004".into(),
        },
        ledger: format!("Buku bukti patuh/contoh · 1.204 catatan · akar {}", "9c1e5f00".repeat(8)),
    }
}

#[test]
fn a_berita_acara_opens_in_libreoffice_and_fits_a_page() {
    let name = "a_berita_acara_opens_in_libreoffice_and_fits_a_page";
    let Some(soffice) = office::libreoffice().filter(|_| Path::new(WRITER).exists()) else {
        return skip(name, "LibreOffice Writer");
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("surat.docx");
    std::fs::File::create(&path).unwrap().write_all(&record().docx().unwrap()).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", folder.path().join("profile").display());
    for format in ["txt:Text (encoded):UTF8", "pdf"] {
        let out = folder.path().display().to_string();
        let file = path.display().to_string();
        let arguments =
            ["--headless", "--norestore", &profile, "--convert-to", format, "--outdir", &out, &file];
        let outcome = run(&soffice, &arguments, "");
        assert!(outcome.success, "{}", outcome.stderr);
    }
    let text = std::fs::read_to_string(folder.path().join("surat.txt")).unwrap();
    for part in [
        "PEMERINTAH KABUPATEN CONTOH",
        "BERITA ACARA",
        "Pada hari ini, Minggu, tanggal dua puluh dua bulan November tahun dua ribu dua puluh enam (22-11-2026)",
        "2 (dua) media",
        "HDD-07",
        "M-000007",
        "0123456789abcdef",
        "6f1c22aa-0b0c-4d5e-8f90-a1b2c3d4e5f6",
        "<w:p>&amp; ]]> =1+1 \u{fffd}kilab",
        "Brankas 2, Ruang Arsip lantai 1, Sekretariat Daerah",
        "19851225 200903 2 003",
        "PIHAK KEDUA,",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let pdf = std::fs::read(folder.path().join("surat.pdf")).unwrap();
    let pages = pdf.windows(b"/Type/Page/".len()).filter(|part| part == b"/Type/Page/").count();
    assert_eq!(pages, 1, "pages of the letter");
}
