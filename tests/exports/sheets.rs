//! Sheets, as LibreOffice shows them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use patuh_collector::export::{Format, List};

use crate::estate::{Estate, HOSTILE, NIBAR, PRICE};
use crate::office::{self, Rows, Shown};
use crate::skip;

/// What LibreOffice shows of all lists, by list and sheet.
struct Seen {
    xlsx: BTreeMap<(String, String), Rows>,
    csv: BTreeMap<(String, String), Rows>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_sheet_opens_in_libreoffice_as_it_was_meant() {
    let Some(soffice) = office::libreoffice() else {
        return skip("every_sheet_opens_in_libreoffice_as_it_was_meant", "LibreOffice");
    };
    let estate = Estate::new().await;
    let (xlsx, csv) = (written(&estate, Format::Xlsx).await, written(&estate, Format::Csv).await);
    let folder = estate.collector.folder();
    let seen = Seen {
        xlsx: office::open(&soffice, folder, &xlsx, false),
        csv: office::open(&soffice, folder, &csv, true),
    };
    for ((file, sheet), rows) in seen.xlsx.iter().chain(&seen.csv) {
        assert!(!rows.is_empty(), "{file} {sheet}");
        for cell in rows.iter().flatten() {
            let (Shown::Text(text) | Shown::Value(text)) = cell;
            assert!(!text.starts_with("Err:") && !text.starts_with('#'), "{file} {sheet}: {text}");
        }
    }
    seen.forms();
    seen.hostile_names();
    seen.inventories();
}

/// All lists that come in `format`, as files.
async fn written(estate: &Estate, format: Format) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for list in List::ALL.into_iter().filter(|list| list.formats().contains(&format)) {
        let name = list.slug().replace('-', "_");
        let path = estate.collector.folder().join(format!("{name}.{}", format.extension()));
        let bytes = estate.file(list, format, None).await;
        std::fs::File::create(&path).unwrap().write_all(&bytes).unwrap();
        files.push(path);
    }
    files
}

impl Seen {
    /// The rows of a sheet by the headings of their columns.
    fn sheet(&self, file: &str, sheet: &str, heading: &str) -> Vec<BTreeMap<String, Shown>> {
        let (all, key) = if sheet.is_empty() { (&self.csv, (file, "")) } else { (&self.xlsx, (file, sheet)) };
        let found = all.iter().find(|((f, s), _)| f == key.0 && (sheet.is_empty() || s == key.1));
        let Some((_, rows)) = found else { panic!("no {key:?} among {:?}", all.keys().collect::<Vec<_>>()) };
        let head = rows.iter().position(|row| row.contains(&text(heading)));
        let Some(head) = head else { panic!("no {heading} in {key:?}: {rows:?}") };
        let name = |cell: &Shown| match cell {
            Shown::Text(text) | Shown::Value(text) => text.clone(),
        };
        let names: Vec<String> = rows[head].iter().map(name).collect();
        let row = |row: &Vec<Shown>| names.iter().cloned().zip(row.iter().cloned()).collect();
        rows.iter().skip(head + 1).map(row).collect()
    }

    fn forms(&self) {
        let kib = self.sheet("kib_b", "Dinas Kesehatan", "Kode Barang");
        let whole = kib.iter().find(|row| row["Nomor Register"] == text("0001")).unwrap();
        assert_eq!(whole["Kode Barang"], text("1.3.2.10.02.04.001"));
        assert_eq!(whole["Tahun Pembelian"], value("2024"), "a number, not grouped");
        assert_eq!(whole["Harga (Rp penuh, bukan ribuan)"], value(&grouped(PRICE)));
        assert_eq!([&whole["Nomor Rangka"], &whole["Nomor BPKB"]], [&text("-"), &text("-")]);
        assert_eq!(kib[0].get("No. Urut"), Some(&value("1")), "the columns are numbered, as on paper");
        for sheet in ["Belum lengkap", "Rekonsiliasi"] {
            assert!(self.xlsx.contains_key(&("kib_b".into(), sheet.into())), "{sheet}");
        }

        // All 45 digits are there, or the row is not found.
        let newer = self.sheet("pmdn47", "Dinas Kesehatan", "NIBAR");
        let whole = newer.iter().find(|row| row["NIBAR"] == text(NIBAR)).unwrap();
        assert_eq!(whole["Tanggal Perolehan"], value("17-05-2024"));
        let flat = self.sheet("pmdn47", "", "NIBAR");
        let whole = flat.iter().find(|row| row["NIBAR"] == text(NIBAR)).unwrap();
        assert_eq!(whole["Perangkat Daerah"], text("Dinas Kesehatan"), "what a file without sheets adds");
        assert_eq!(whole["Kode Barang"], text("1.3.2.10.02.04.001"));

        let room = self.sheet("kir", "Ruang Server Dinas Kesehat", "Jenis/Nama Barang");
        assert!(room.iter().any(|row| row["Baik (B)"] == text("✓")));
        let licences = self.sheet("atb", "Dinas Kesehatan", "Nomor Lisensi");
        assert_eq!(licences[1]["Nomor Lisensi"], text("0012345678901234567890"));
        assert_eq!(licences[1]["Berlaku Sampai"], value("31-12-2027"));
        let simda = self.sheet("simda", "Ta_KIB_B", "Kd_Aset8");
        let whole = simda.iter().find(|row| row["No_Reg8"] == text("0001")).unwrap();
        assert_eq!([&whole["Kd_Aset82"], &whole["Kd_Aset85"]], [&text("10"), &text("001")]);
    }

    /// No name was carried out as a formula: it is shown as it is, in the workbook; with an apostrophe before
    /// what would be one, in a CSV.
    fn hostile_names(&self) {
        let kib = self.sheet("kib_b", "Dinas Kesehatan", "Kode Barang");
        let flat = self.sheet("kib_b", "", "Kode Barang");
        for name in HOSTILE {
            let is =
                |row: &&BTreeMap<String, Shown>, shown: &str| row["Nama Barang/Jenis Barang"] == text(shown);
            assert!(kib.iter().any(|row| is(&row, name)), "{name}");
            let defused = if name.starts_with('a') { name.to_owned() } else { format!("'{name}") };
            assert!(flat.iter().any(|row| is(&row, &defused)), "{defused}");
        }
    }

    fn inventories(&self) {
        let servers = self.sheet("server", "Daftar Server", "Nama server");
        assert_eq!(servers.len(), 4);
        assert!(servers.iter().all(|row| matches!(&row["Agen"], Shown::Text(agent) if agent.len() == 32)));
        assert!(servers.iter().all(|row| matches!(&row["Jumlah paket"], Shown::Value(_))));
        let old = servers
            .iter()
            .find(|row| matches!(&row["Sistem operasi"], Shown::Text(os) if os.contains("CentOS")))
            .unwrap();
        assert_eq!(old["Dukungan berakhir"], value("30-06-2024"));
        let date = |row: &BTreeMap<String, Shown>| match &row["Laporan terakhir"] {
            Shown::Value(date) => date.clone(),
            Shown::Text(text) => panic!("{text} is no date"),
        };
        assert!(date(&servers[0]).starts_with("23-11-2026 08:00"), "{}", date(&servers[0]));
        let packages = self.sheet("paket", "Daftar Paket", "Versi");
        assert!(packages.len() > 100 && packages.iter().all(|row| matches!(row["Versi"], Shown::Text(_))));
        let objects: Vec<_> = self
            .xlsx
            .keys()
            .filter(|(file, _)| file == "sia_spbe")
            .map(|(_, sheet)| sheet.as_str())
            .collect();
        assert!(objects.contains(&"PK Server") && objects.contains(&"Fasilitas Komputasi"), "{objects:?}");
    }
}

fn text(text: &str) -> Shown {
    Shown::Text(text.to_owned())
}

fn value(text: &str) -> Shown {
    Shown::Value(text.to_owned())
}

/// As LibreOffice groups digits in its own language, which is English here.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
