use std::io::{Cursor, Read as _};

use super::*;

const PNG: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

fn letter(is_diagram_only: bool) -> LanLetter {
    let annex = |title: &str| Annex {
        title: title.into(),
        png: [PNG.as_slice(), title.as_bytes()].concat(),
        shape: (297, 210),
    };
    LanLetter {
        head: Letterhead {
            government: "Pemerintah Kota Contoh".into(),
            office: "Dinas Kesehatan".into(),
            address: vec![],
        },
        day: "2026-11-22".parse().unwrap(),
        to: "Kepala Dinas Komunikasi dan Informatika".into(),
        office: "Dinas Kesehatan".into(),
        is_diagram_only,
        noticed: "2026-11-20".parse().unwrap(),
        changes: vec!["Switch SW-LT2 port 7: server simpus pindah ke port 12".into(), "<&> \u{202e}".into()],
        reason: "Port 7 rusak".into(),
        done_by: Some(Party::Office),
        coverage: "tampak dari 2 server".into(),
        digest: Some("9c1e".repeat(16)),
        basis: vec!["Pasal 25 ayat (2) Peraturan Daerah Kota Bukittinggi".into()],
        signatory: Signatory { role: "Kepala Dinas Kesehatan,".into(), ..Signatory::default() },
        ledger: "Buku bukti patuh/contoh · 12 catatan".into(),
        annexes: if is_diagram_only {
            vec![annex("Diagram versi 1")]
        } else {
            vec![annex("Sebelum, versi 1"), annex("Sesudah, versi 2")]
        },
    }
}

/// The document's XML, and the names of its parts.
fn opened(letter: &LanLetter) -> (String, Vec<String>) {
    let mut archive = zip::ZipArchive::new(Cursor::new(letter.docx().unwrap())).unwrap();
    let mut xml = String::new();
    archive.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    let names = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    (xml, names)
}

#[test]
fn a_change_is_reported_with_what_was_and_what_is() {
    let (xml, parts) = opened(&letter(false));
    for part in [
        "Laporan Perubahan Infrastruktur LAN",
        "2 (dua) lembar",
        "Dalam rangka melaksanakan Pasal 25 ayat (2)",
        "20 November 2026",
        "pindah ke port 12",
        "&lt;&amp;&gt; \u{fffd}",
        "dilakukan oleh Dinas Kesehatan. Alasan perubahan: Port 7 rusak",
        "tampak dari 2 server",
        "Lampiran 2: Sesudah, versi 2",
    ] {
        assert!(xml.contains(part), "{part}: {xml}");
    }
    assert_eq!(parts.iter().filter(|name| name.ends_with(".png")).count(), 2, "{parts:?}");
    let portrait = xml.find("w:w=\"11906\"").unwrap();
    assert!(portrait < xml.find("w:orient=\"landscape\"").unwrap(), "the letter stands, its annexes lie");
    assert!(!xml.contains('`'));
}

#[test]
fn a_first_diagram_is_handed_in_without_a_cause() {
    let (xml, parts) = opened(&letter(true));
    for part in ["Penyerahan Diagram Infrastruktur LAN", "serahkan diagram", "Diagramnya terlampir", DOTS] {
        assert!(xml.contains(part), "{part}: {xml}");
    }
    assert!(!xml.contains("Alasan perubahan"));
    assert_eq!(parts.iter().filter(|name| name.ends_with(".png")).count(), 1);
}

#[test]
fn what_is_not_known_is_left_to_be_written() {
    let unknown = LanLetter { reason: String::new(), done_by: None, digest: None, ..letter(false) };
    let (xml, _) = opened(&unknown);
    assert!(xml.contains(&format!("dilakukan oleh {DOTS}. Alasan perubahan: {DOTS}")), "{xml}");
    assert!(!xml.contains("SHA-256"));
}
