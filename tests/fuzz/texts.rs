//! What people write or upload: configuration, rule packs, lists of assets.

use std::io::Write as _;
use std::path::Path;

use patuh_agent::config::Config as AgentConfig;
use patuh_agent::schedule::Cron;
use patuh_collector::config::Config as CollectorConfig;
use patuh_collector::ipplan;
use patuh_collector::register::import::{self, Context, Mapping, Plan, Planned as _};
use patuh_collector::register::{Codes, Hosts};
use patuh_compliance::Pack;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::{Target, file};

pub(crate) const TARGETS: &[Target] = &[
    Target::of_bytes("agent-config", || vec![file("config/agent.toml")], agent_config),
    Target::of_bytes("collector-config", || vec![file("config/collector.toml")], collector_config),
    Target::of_bytes("pack", packs, |bytes| Pack::parse(&String::from_utf8_lossy(bytes)).is_ok()),
    Target::of_bytes(
        "codes",
        || vec![file("config/kode-barang.toml")],
        |bytes| Codes::parse(&String::from_utf8_lossy(bytes)).is_ok(),
    ),
    Target::of_bytes(
        "cron",
        || vec![b"0 15 */6 * * Mon-Fri".to_vec()],
        |bytes| Cron::try_from(String::from_utf8_lossy(bytes).into_owned()).is_ok(),
    ),
    Target::of_bytes("import-csv", lists, imported),
    Target::of_bytes("import-plan", plans, planned),
    Target::of_bytes("import-xlsx", || vec![workbook(SHEET)], imported),
    Target::of_bytes("import-xlsx-sheet", || vec![SHEET.to_vec()], |bytes| imported(&workbook(bytes))),
];

fn agent_config(bytes: &[u8]) -> bool {
    AgentConfig::parse(Path::new("agent.toml"), &String::from_utf8_lossy(bytes)).is_ok()
}

fn collector_config(bytes: &[u8]) -> bool {
    CollectorConfig::parse("collector.toml", &String::from_utf8_lossy(bytes)).is_ok()
}

fn packs() -> Vec<Vec<u8>> {
    let packs = std::fs::read_dir(crate::repository().join("config/packs")).expect("the rule packs");
    packs.map(|pack| std::fs::read(pack.expect("a pack").path()).expect("a pack")).collect()
}

fn lists() -> Vec<Vec<u8>> {
    [
        "Nama Barang;Merk/Type;Nomor Pabrik;Kode PD;Harga\nServer;Dell R740;7XK42N2;dinkes;\"125.000.000,00\"\n",
        "\u{feff}\"Nama Barang\",\"Nomor Register\",\"Tahun\"\n\"Switch \"\"inti\"\"\",000001,2021\n",
        "Nama Barang\tNIBAR\nNAS\t123456789012345678901234567890123456789012345\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}

/// A file as an officer uploads it: read, and planned against an empty register.
fn imported(bytes: &[u8]) -> bool {
    let Ok(sheets) = import::read(bytes) else { return false };
    let office = "dinkes".parse().expect("a code");
    static CODES: std::sync::LazyLock<Codes> = std::sync::LazyLock::new(Codes::shipped);
    let (offices, hosts) = ([(office, "Dinas Kesehatan".to_owned())], Hosts::default());
    let context = Context {
        assets: &[],
        offices: &offices,
        sites: &[],
        codes: &CODES,
        hosts: &hosts,
        office: None,
        thousands: false,
    };
    let Ok(plan) = Plan::new(&sheets, &Mapping::default(), &context) else { return false };
    assert!(plan.writes().len() <= plan.rows.len(), "a row becomes one asset at most");
    true
}

fn plans() -> Vec<Vec<u8>> {
    [
        "Nomor;Subnet;Kode PD;VLAN;Gateway;Kisaran DHCP\nS-000001;10.20.3.0/24;dinkes;45;10.20.3.1;10.20.3.100-199\n",
        "No,Network,Perangkat Daerah,Jenis\n1,10.20.4.0 255.255.252.0,Dinas Kesehatan,nat\n2,2001:db8:5::/48,,bersama\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}

/// A plan of numbering as an officer uploads it, against an empty one.
fn planned(bytes: &[u8]) -> bool {
    let Ok(sheets) = import::read(bytes) else { return false };
    let offices = [("dinkes".parse().expect("a code"), "Dinas Kesehatan".to_owned())];
    let context = ipplan::import::Context { plots: &[], offices: &offices, sites: &[] };
    let Ok(read) = ipplan::import::Import::new(&sheets, &context) else { return false };
    let writes = read.writes();
    assert!(writes.iter().all(|plot| plot.subnet == plot.subnet.trunc() && plot.faults().is_empty()));
    let plan = ipplan::Plan::new(writes);
    assert!(plan.plots().iter().all(|plot| plan.speaks_of(plot.subnet.network())));
    true
}

const SHEET: &[u8] = br#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Nama Barang</t></is></c><c r="B1" t="s"><v>0</v></c>
<c r="C1" t="inlineStr"><is><t>Nomor Pabrik</t></is></c><c r="D1" t="inlineStr"><is><t>Kode PD</t></is></c></row>
<row r="2"><c r="A2" t="str"><v>Server</v></c><c r="B2"><v>45000.5</v></c><c r="C2" t="e"><v>#REF!</v></c></row>
</sheetData></worksheet>"#;

/// The parts of a workbook that are always the same.
const PARTS: [(&str, &str); 5] = [
    (
        "[Content_Types].xml",
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#,
    ),
    (
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
        Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
        Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Aset"
        sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
        Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
        Target="worksheets/sheet1.xml"/><Relationship Id="rId2"
        Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
        Target="sharedStrings.xml"/></Relationships>"#,
    ),
    (
        "xl/sharedStrings.xml",
        r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Merk/Type</t></si></sst>"#,
    ),
];

/// A workbook whose only sheet is `sheet`.
fn workbook(sheet: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let parts = PARTS.iter().map(|(name, text)| (*name, text.as_bytes()));
    for (name, content) in parts.chain([("xl/worksheets/sheet1.xml", sheet)]) {
        zip.start_file(name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(content).expect("a part");
    }
    zip.finish().expect("a workbook").into_inner()
}
