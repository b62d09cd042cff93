//! Diagrams, as the programs read them that they are taken to; and the letter that carries two of them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use patuh_collector::config::Config;
use patuh_collector::export::{Drawing, Picture, png};
use patuh_collector::lan::{
    Basis, ChangeReport, Graph, GraphLink, Names, Node, Party, ReportStanding, Role, Sheet, Version,
};
use patuh_collector::letters::{Annex, LanLetter, LanOccasion};
use patuh_protocol::digest::Digest;
use patuh_tests::process::run;

use crate::{office, skip};

const CONFIG: &str = r#"
[government]
code = "contoh"
name = "Pemerintah Kota Contoh"
dinas = "Dinas Komunikasi dan Informatika"
timezone = "Asia/Jakarta"
packs = []
[agents]
listen = "127.0.0.1:0"
hosts = ["localhost"]
[web]
listen = "127.0.0.1:0"
[[office]]
code = "rsud"
name = "Rumah Sakit Umum Daerah"
"#;

/// What a switch may call itself.
const HOSTILE: &str = "SW-<&\"'>]]>\\ =1+1";

fn config() -> Config {
    Config::parse("collector.toml", CONFIG).unwrap()
}

fn link(upper: &str, lower: &str, port: &str) -> GraphLink {
    GraphLink {
        upper: upper.into(),
        lower: lower.into(),
        upper_port: Some(port.into()),
        lower_port: Some("eno1".into()),
        basis: Basis::Announced,
        vlan: Some(7),
        evidence: BTreeMap::new(),
        is_missing: false,
        mark: None,
    }
}

/// A router, a switch with such a name, `servers` servers; the first on `port`.
fn version(number: u32, servers: u32, port: &str) -> Version {
    let mut graph = Graph { servers: 2, ..Graph::default() };
    let mut put = |id: &str, role, name: &str| {
        let node = Node { role, name: name.into(), detail: "10.20.7.9".into(), ..Node::default() };
        graph.nodes.insert(id.to_owned(), node);
    };
    put("gw", Role::Router, "RTR-RSUD");
    put("sw", Role::Switch, HOSTILE);
    (1..=servers).for_each(|n| put(&format!("s{n}"), Role::Server, &format!("simrs-{n:02}")));
    graph.links.push(link("gw", "sw", "ether2"));
    graph.links.extend((1..=servers).map(|n| {
        let port = if n == 1 { port.to_owned() } else { n.to_string() };
        link("sw", &format!("s{n}"), &port)
    }));
    Version {
        office: "rsud".parse().unwrap(),
        number,
        at: "2026-11-20T03:00:00Z".parse().unwrap(),
        digest: Digest::of(b"facts"),
        facts: Default::default(),
        names: Names::default(),
        graph,
        sentences: vec!["Switch `SW-1` port 1: server `simrs-01` pindah ke port 12".into()],
    }
}

/// A program, when it is installed.
fn reader(name: &str) -> Option<PathBuf> {
    Some(Path::new("/usr/bin").join(name)).filter(|path| path.exists())
}

/// A drawing in a file.
fn drawn(folder: &Path, drawing: Drawing, version: &Version) -> PathBuf {
    let (config, picture) = (config(), Picture { version, since: None });
    let sheets = if drawing.is_paged() {
        picture.sheets(&config, Sheet::default())
    } else {
        vec![picture.whole(&config, Sheet::default())]
    };
    let path = folder.join(format!("lan.{}", drawing.extension()));
    let bytes = drawing.bytes(&sheets, &picture.title(&config), version.at).unwrap();
    std::fs::File::create(&path).unwrap().write_all(&bytes).unwrap();
    path
}

/// What a program says when it reads a file.
fn says(program: &Path, arguments: &[&str], file: &Path) -> String {
    let file = file.display().to_string();
    let arguments: Vec<&str> = arguments.iter().map(|it| if *it == "{}" { &file } else { *it }).collect();
    let outcome = run(program, &arguments, "");
    assert!(outcome.success, "{}: {}", program.display(), outcome.stderr);
    outcome.stdout
}

#[test]
fn an_svg_is_drawn_by_another_hand() {
    let Some(rsvg) = reader("rsvg-convert") else {
        return skip("an_svg_is_drawn_by_another_hand", "rsvg-convert");
    };
    let folder = tempfile::tempdir().unwrap();
    let svg = drawn(folder.path(), Drawing::Svg, &version(1, 6, "1"));
    let out = folder.path().join("seen.png").display().to_string();
    says(&rsvg, &["--dpi-x=96", "--dpi-y=96", "--output", &out, "{}"], &svg);
    let (width, height) = size(Path::new(&out));
    assert!((1120..=1124).contains(&width) && (792..=796).contains(&height), "{width} × {height}");
}

#[test]
fn a_png_is_as_large_as_its_paper_at_200_dots() {
    let folder = tempfile::tempdir().unwrap();
    let file = drawn(folder.path(), Drawing::Png, &version(1, 6, "1"));
    assert_eq!(size(&file), (2339, 1654));
}

fn size(path: &Path) -> (u32, u32) {
    let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).unwrap()));
    let reader = decoder.read_info().unwrap();
    (reader.info().width, reader.info().height)
}

#[test]
fn a_pdf_can_be_searched_and_is_for_archives() {
    let name = "a_pdf_can_be_searched_and_is_for_archives";
    let (Some(text), Some(info)) = (reader("pdftotext"), reader("pdfinfo")) else {
        return skip(name, "pdftotext");
    };
    let folder = tempfile::tempdir().unwrap();
    let pdf = drawn(folder.path(), Drawing::Pdf, &version(3, 6, "1"));
    let words = says(&text, &["{}", "-"], &pdf);
    for part in ["Diagram Jaringan LAN", "Rumah Sakit Umum Daerah", "simrs-06", "RTR-RSUD", "Versi 3", "]]>"]
    {
        assert!(words.contains(part), "{part} is not in {words}");
    }
    let about = says(&info, &["{}"], &pdf);
    for part in ["Pages:           1", "(A4)", "Diagram Jaringan LAN, Rumah Sakit Umum Daerah, versi 3"] {
        assert!(about.contains(part), "{part} is not in {about}");
    }
    let meta = says(&info, &["-meta", "{}"], &pdf);
    assert!(meta.contains("pdfaid:part>2<") && meta.contains("pdfaid:conformance>B<"), "{meta}");
}

#[test]
fn what_is_to_be_edited_has_every_thing_and_every_cable() {
    let name = "what_is_to_be_edited_has_every_thing_and_every_cable";
    let (Some(xml), Some(neato)) = (reader("xmllint"), reader("neato")) else {
        return skip(name, "xmllint or Graphviz");
    };
    let folder = tempfile::tempdir().unwrap();
    let version = version(1, 6, "1");
    let count = |file: &Path, path: &str| says(&xml, &["--xpath", &format!("count({path})"), "{}"], file);
    let drawio = drawn(folder.path(), Drawing::DrawIo, &version);
    assert_eq!(count(&drawio, "/mxfile/diagram//mxCell[@vertex='1']").trim(), "8");
    assert_eq!(count(&drawio, "//mxCell[@edge='1']").trim(), "7");
    let graphml = drawn(folder.path(), Drawing::GraphMl, &version);
    assert_eq!(count(&graphml, "//*[local-name()='node']").trim(), "8");
    assert_eq!(count(&graphml, "//*[local-name()='edge']").trim(), "7");
    let dot = drawn(folder.path(), Drawing::Dot, &version);
    let plain = says(&neato, &["-n", "-Tplain", "{}"], &dot);
    let lines = |kind: &str| plain.lines().filter(|line| line.starts_with(kind)).count();
    assert_eq!((lines("node "), lines("edge ")), (8, 7), "{plain}");
}

/// The letter of a change, with what was and what is.
fn letter() -> LanLetter {
    let (config, before, after) = (config(), version(1, 6, "1"), version(2, 6, "12"));
    let annex = |title: &str, picture: Picture<'_>| Annex {
        title: title.into(),
        png: png(&picture.whole(&config, Sheet::default()).svg(), 150).unwrap(),
        shape: (297, 210),
    };
    let report = ChangeReport {
        id: 4,
        office: after.office.clone(),
        before: Some(1),
        after: 2,
        sentences: after.sentences.clone(),
        from_at: after.at,
        to_at: after.at,
        changes: Vec::new(),
        standing: ReportStanding::Draft,
        reason: "Port 1 rusak".into(),
        done_by: Some(Party::Office),
        diagram: None,
        submitted: None,
        received: None,
        dismissed: None,
        returned: None,
    };
    let occasion = LanOccasion {
        day: "2026-11-22".parse().unwrap(),
        zone: TimeZone::get("Asia/Jakarta").unwrap(),
        basis: vec!["Pasal 25 ayat (2) Peraturan Daerah Kota Bukittinggi".into()],
        ledger: format!("Buku bukti patuh/contoh · 1.204 catatan · akar {}", "9c1e5f00".repeat(8)),
    };
    let annexes = vec![
        annex("sebelum perubahan, versi 1", Picture { version: &before, since: None }),
        annex("sesudah perubahan, versi 2", Picture { version: &after, since: Some(&before) }),
    ];
    LanLetter::new(&config, &report, after.graph.coverage(), occasion, annexes)
}

#[test]
fn a_letter_stands_upright_and_its_diagrams_lie_behind_it() {
    let name = "a_letter_stands_upright_and_its_diagrams_lie_behind_it";
    let writer = Path::new("/usr/lib/libreoffice/program/libswlo.so").exists();
    let (Some(soffice), Some(info), Some(text)) =
        (office::libreoffice().filter(|_| writer), reader("pdfinfo"), reader("pdftotext"))
    else {
        return skip(name, "LibreOffice Writer or pdftotext");
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("surat.docx");
    std::fs::File::create(&path).unwrap().write_all(&letter().docx().unwrap()).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", folder.path().join("profile").display());
    let out = folder.path().display().to_string();
    says(
        &soffice,
        &["--headless", "--norestore", &profile, "--convert-to", "pdf", "--outdir", &out, "{}"],
        &path,
    );
    let pdf = folder.path().join("surat.pdf");
    let about = says(&info, &["-l", "9", "{}"], &pdf);
    let sizes: Vec<&str> =
        about.lines().filter(|line| line.starts_with("Page ") && line.contains(" size:")).collect();
    let [letter, before, after] = sizes.as_slice() else { panic!("{about}") };
    assert!(letter.contains("595") && letter.contains(" x 841"), "{letter}");
    assert!(before.contains("841") && before.contains(" x 595") && after.contains(" x 595"), "{sizes:?}");
    let words = says(&text, &["-layout", "{}", "-"], &pdf);
    for part in [
        "RUMAH SAKIT UMUM DAERAH",
        "Laporan Perubahan Infrastruktur LAN",
        "Pasal 25 ayat (2)",
        "pindah ke port 12",
        "Alasan perubahan: Port 1",
        "Lampiran 2: sesudah perubahan, versi 2",
    ] {
        assert!(words.contains(part), "{part} is not in {words}");
    }
}
