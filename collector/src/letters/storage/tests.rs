use std::io::{Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::*;
use crate::media::Field;

/// The texts of a part of a DOCX, each paragraph a line.
fn texts(docx: &[u8], part: &str) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut xml = String::new();
    archive.by_name(part).unwrap().read_to_string(&mut xml).unwrap();
    let mut reader = Reader::from_str(&xml);
    let (mut lines, mut line) = (Vec::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return lines,
            Event::Text(text) => line.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => line.push_str(match reference.as_ref() {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                _ => "'",
            }),
            Event::End(end) if end.name().as_ref() == "w:p" => lines.push(std::mem::take(&mut line)),
            _ => {}
        }
    }
}

fn medium(label: &str, written: &[(Field, &str)]) -> Medium {
    let mut medium = Medium::new("dinkes".parse().unwrap(), label.into());
    medium.id = crate::media::MediumId(7);
    for (field, text) in written {
        field.set(&mut medium, text).unwrap();
    }
    medium
}

fn record(medium: Medium) -> StorageRecord {
    let (giver, keeper) = (medium.handover.by.clone(), medium.custodian.clone());
    StorageRecord {
        head: Letterhead {
            government: "Pemerintah Kabupaten Contoh".into(),
            office: "Dinas Komunikasi dan Informatika".into(),
            address: vec![],
        },
        number: String::new(),
        day: "2026-11-22".parse().unwrap(),
        place: "Brankas Sekretariat Daerah, Ruang Arsip".into(),
        giver,
        keeper,
        media: vec![StoredMedium { medium, written: "20 November 2026".into() }],
        basis: vec!["Pasal 19 ayat (3) Peraturan Bupati Malang Nomor 23 Tahun 2020".into()],
        witness: Signatory {
            role: "Kepala Dinas Komunikasi dan Informatika,".into(),
            ..Signatory::default()
        },
        ledger: "Buku bukti patuh/contoh · 1.204 catatan · akar 9c1e5f".into(),
    }
}

fn check(record: &StorageRecord, expected: &[&str]) {
    let lines = texts(&record.docx().unwrap(), "word/document.xml");
    for line in expected {
        assert!(lines.iter().any(|it| it == line), "{line:?} is not in {lines:#?}");
    }
}

#[test]
fn it_says_who_gave_what_to_whom() {
    let manifest = "0123456789abcdef".repeat(4);
    let whole = [
        (Field::Kind, "Pita LTO"),
        (Field::Model, "LTO-8 12 TB"),
        (Field::Identity, "A1B2C3"),
        (Field::Contents, "restic, semua basis data"),
        (Field::Manifest, manifest.as_str()),
        (Field::Custodian, "Siti Aminah, S.Sos."),
        (Field::CustodianNip, "198512252009032003"),
        (Field::CustodianPosition, "Kepala Subbagian Umum"),
        (Field::HandedBy, "Budi Santoso, S.Kom."),
    ];
    let record = record(medium("PITA-07", &whole));
    check(
        &record,
        &[
            "PEMERINTAH KABUPATEN CONTOH",
            "BERITA ACARA",
            "PENYIMPANAN MEDIA CADANGAN DATA",
            "Pada hari ini, Minggu, tanggal dua puluh dua bulan November tahun dua ribu dua puluh enam (22-11-2026), \
             kami yang bertanda tangan di bawah ini:",
            "Siti Aminah, S.Sos.",
            "19851225 200903 2 003",
            "dalam rangka melaksanakan Pasal 19 ayat (3) Peraturan Bupati Malang Nomor 23 Tahun 2020, menyatakan \
             bahwa PIHAK PERTAMA telah menyerahkan dan PIHAK KEDUA telah menerima untuk disimpan 1 (satu) media \
             penyimpanan cadangan data sebagai berikut:",
            "PITA-07",
            "M-000007",
            "LTO-8 12 TB",
            "0123456789abcdef",
            "Ditulis 20 November 2026",
            "Mengetahui, Kepala Dinas Komunikasi dan Informatika,",
        ],
    );
    let foot = texts(&record.docx().unwrap(), "word/footer1.xml").join("\n");
    assert!(foot.contains("akar 9c1e5f") && foot.contains("Halaman PAGE1 dari NUMPAGES1"), "{foot}");
}

#[test]
fn what_is_not_known_is_dots() {
    let lines = texts(&record(medium("HDD-1", &[])).docx().unwrap(), "word/document.xml");
    assert!(lines.contains(&format!("Nomor: {DOTS}")), "{lines:#?}");
    assert_eq!(lines.iter().filter(|line| *line == DOTS).count(), 6 + 3, "two parties, three signatures");
}

#[test]
fn the_same_letter_is_the_same_bytes() {
    let record = record(medium("HDD-1", &[]));
    assert_eq!(record.docx().unwrap(), record.docx().unwrap());
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_it(label: String, contents: String) {
        let mut medium = medium("HDD-1", &[]);
        (medium.label, medium.contents) = (label, contents);
        proptest::prop_assert!(!texts(&record(medium).docx().unwrap(), "word/document.xml").is_empty());
    }
}
