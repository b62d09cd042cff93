use super::*;
use crate::ipplan::tests::{code, plot};
use crate::register::import::read;

fn numbered(n: u64, subnet: &str, written: &[(Field, &str)]) -> Plot {
    Plot { id: PlotId(n), revision: 1, ..plot(subnet, written) }
}

fn import(text: &str, plots: &[Plot]) -> Result<Import, Unreadable> {
    let offices = [(code("dinkes"), "Dinas Kesehatan".to_owned()), (code("rsud"), "RSUD".to_owned())];
    let sites = [(code("ruang-dinkes"), "Ruang server Dinas Kesehatan".to_owned())];
    Import::new(&read(text.as_bytes()).unwrap(), &Context { plots, offices: &offices, sites: &sites })
}

/// What comes of the rows of `text`, in words.
fn check(text: &str, plots: &[Plot], expected: &[&str]) {
    let told = import(text, plots).unwrap().rows.into_iter().map(|row| match row.outcome {
        Outcome::New(plot) => {
            let office = plot.office.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("baru {} {office} {}", plot.subnet, plot.purpose.slug())
        }
        Outcome::Changed(plot, changes) => {
            let told: Vec<_> = changes.iter().map(ToString::to_string).collect();
            format!("{} {}", plot.id, told.join("; "))
        }
        Outcome::Same(id) => format!("sama {id}"),
        Outcome::Skipped(why) => format!("dilewati {why}"),
        Outcome::Wrong(wrong) => {
            let told: Vec<_> = wrong.iter().map(|it| format!("{}: {}", it.column, it.what)).collect();
            format!("salah {}", told.join("; "))
        }
    });
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[test]
fn lists_of_others_are_read() {
    let text = "Rencana IP Kabupaten\n\nNo;Network;Nama OPD;VLAN ID;Gateway;Keterangan\n\
        1;10.20.3.0/24;Dinas Kesehatan;45;10.20.3.1;LAN\n2;10.20.4.0/24;rsud;;;\n3;10.0.0.0/16;;;;";
    check(
        &text.replace("Nama OPD", "Perangkat Daerah"),
        &[],
        &["baru 10.20.3.0/24 dinkes pd", "baru 10.20.4.0/24 rsud pd", "baru 10.0.0.0/16  bersama"],
    );
    assert_eq!(import(text, &[]).unwrap().unread, ["No", "Nama OPD"]);
    assert_eq!(import("a;b\n1;2", &[]), Err(NO_SUBNETS));
}

#[test]
fn rows_are_held_against_the_plan() {
    let plots = [
        numbered(1, "10.20.3.0/24", &[(Field::Office, "dinkes"), (Field::Gateways, "10.20.3.1")]),
        numbered(2, "10.20.4.0/24", &[(Field::Office, "rsud"), (Field::Life, "Dicabut")]),
    ];
    check("Subnet;Kode PD;Gateway\n10.20.3.0/24;dinkes;", &plots, &["sama S-000001"]);
    check(
        "Subnet;Kode PD;Gateway\n10.20.3.0/24;rsud;10.20.3.254",
        &plots,
        &["S-000001 Kode PD: dinkes → rsud; Gateway: 10.20.3.1 → 10.20.3.254"],
    );
    // What was withdrawn can be given away anew.
    check("Subnet;Kode PD\n10.20.4.0/24;dinkes", &plots, &["baru 10.20.4.0/24 dinkes pd"]);
    // Our own list: an empty cell takes away, and a number stays with its plot.
    check(
        "Nomor;Subnet;Kode PD;Gateway\nS-000001;10.20.30.0/24;dinkes;\nS-000009;10.1.0.0/24;dinkes;",
        &plots,
        &[
            "S-000001 Subnet: 10.20.3.0/24 → 10.20.30.0/24; Gateway: 10.20.3.1 → –",
            "salah Nomor: subnet “S-000009” tidak ada dalam rencana",
        ],
    );
}

#[test]
fn what_is_wrong_is_said_by_column() {
    check(
        "Subnet;Kode PD;VLAN;Kode lokasi\n10.20.3.9/24;dinkes;;\n10.20.3.0/24;dinsos;9999;x\n\
         10.20.5.0/24;dinkes;5;ruang-dinkes\n10.20.5.0/24;rsud;6;",
        &[],
        &[
            "salah Subnet: alamat itu milik sebuah mesin di dalam subnet; subnetnya sendiri ialah 10.20.3.0/24",
            "salah Kode PD: perangkat daerah “dinsos” tidak ada dalam konfigurasi; Kode lokasi: lokasi “x” \
             tidak ada dalam konfigurasi; VLAN: “9999” bukan nomor VLAN; tulis 1 sampai 4094",
            "baru 10.20.5.0/24 dinkes pd",
            "salah : subnet ini sudah disebut pada baris 4",
        ],
    );
    let bad = import("Subnet;Kode PD;Gateway\n10.20.3.0/24;dinkes;10.9.9.9", &[]).unwrap();
    assert_eq!(bad.counts(), [0, 0, 0, 0, 1]);
    assert!(bad.writes().is_empty());
}

#[test]
fn an_import_is_known_by_what_it_writes() {
    let one = import("Subnet;Kode PD\n10.20.3.0/24;dinkes", &[]).unwrap();
    let other = import("Subnet;Kode PD\n10.20.3.0/24;rsud", &[]).unwrap();
    assert_ne!(one.digest(), other.digest());
    assert_eq!(one.digest(), import("Kode PD;Subnet\ndinkes;10.20.3.0/24", &[]).unwrap().digest());
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(text: String, bytes: Vec<u8>) {
        let _ = import(&format!("Subnet;Kode PD;VLAN;Gateway\n{text}"), &[]);
        if let Ok(sheets) = read(&bytes) {
            let _ = Import::new(&sheets, &Context { plots: &[], offices: &[], sites: &[] });
        }
    }
}
