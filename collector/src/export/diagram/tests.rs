use super::*;
use crate::lan::{Basis, Graph, GraphLink, Heading, Node, Paper, Role, Sheet};

fn at() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

/// A router, a switch called `name`, so many servers.
fn office(name: &str, servers: u32) -> Graph {
    let mut graph = Graph::default();
    let mut put = |id: &str, role, called: &str| {
        let node = Node { role, name: called.into(), detail: "10.20.7.1".into(), ..Node::default() };
        graph.nodes.insert(id.to_owned(), node);
    };
    put("gw", Role::Router, "RTR-RSUD");
    put("sw", Role::Switch, name);
    for n in 1..=servers {
        put(&format!("s{n}"), Role::Server, &format!("srv-{n:02}"));
    }
    let link = |upper: &str, lower: &str, port: Option<String>| GraphLink {
        upper: upper.into(),
        lower: lower.into(),
        upper_port: port,
        lower_port: None,
        basis: Basis::Announced,
        vlan: None,
        evidence: Default::default(),
        is_missing: false,
        mark: None,
    };
    graph.links.push(link("gw", "sw", None));
    graph.links.extend((1..=servers).map(|n| link("sw", &format!("s{n}"), Some(n.to_string()))));
    graph
}

fn sheets(graph: &Graph) -> Vec<Diagram> {
    let heading = Heading {
        title: "Diagram Jaringan LAN".into(),
        office: "Rumah Sakit Umum Daerah".into(),
        facts: vec!["Versi 3".into()],
        note: "Digambar dari laporan agen.".into(),
    };
    Diagram::pages(graph, &heading, Sheet { paper: Paper::A4, has_letterhead: false })
}

fn made(drawing: Drawing, graph: &Graph) -> Vec<u8> {
    drawing.bytes(&sheets(graph), "Diagram LAN RSUD", at()).unwrap()
}

#[test]
fn each_is_what_it_says_and_the_same_every_time() {
    let graph = office("SW-RSUD", 3);
    let begins: [(Drawing, &[u8]); 6] = [
        (Drawing::Svg, b"<svg "),
        (Drawing::Pdf, b"%PDF-1."),
        (Drawing::Png, b"\x89PNG\r\n\x1a\n"),
        (Drawing::DrawIo, b"<?xml "),
        (Drawing::GraphMl, b"<?xml "),
        (Drawing::Dot, b"graph lan {"),
    ];
    for (drawing, beginning) in begins {
        let bytes = made(drawing, &graph);
        assert!(bytes.starts_with(beginning), "{}", drawing.name());
        assert!(bytes == made(drawing, &graph), "{} differs from run to run", drawing.name());
        assert_eq!(Drawing::of_extension(drawing.extension()), Some(drawing));
    }
    assert!(Drawing::of_extension("exe").is_none());
    assert!(Drawing::Svg.bytes(&[], "", at()).is_err());
}

#[test]
fn a_pdf_is_archival_and_carries_its_face() {
    let graph = office("SW-RSUD", 3);
    let kept = pdf::archival(&sheets(&graph), "Diagram LAN RSUD", at()).unwrap();
    let made = made(Drawing::Pdf, &graph);
    assert!(made == kept, "what is taken away is for archives");
    let text = String::from_utf8_lossy(&kept);
    for part in ["GTS_PDFA1", "Arimo", "/MediaBox"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// A device may call itself whatever it likes.
#[test]
fn a_name_in_a_strange_script_costs_the_archive_not_the_diagram() {
    let graph = office("交换机 \u{1F5A7} <&>", 1);
    assert!(made(Drawing::Pdf, &graph).starts_with(b"%PDF-1."));
    assert!(pdf::archival(&sheets(&graph), "", at()).is_err());
    assert!(!made(Drawing::Png, &office("交换机 \u{1F5A7} <&>", 1)).is_empty());
}

#[test]
fn a_large_lan_takes_several_pages() {
    let mut graph = office("SW-RSUD", 30);
    for switch in 0..6 {
        for (id, mut node) in office("SW", 30).nodes {
            node.name = format!("{}-{switch}", node.name);
            graph.nodes.insert(format!("{switch}/{id}"), node);
        }
        for mut link in office("SW", 30).links {
            link.upper = format!("{switch}/{}", link.upper);
            link.lower = format!("{switch}/{}", link.lower);
            graph.links.push(link);
        }
    }
    assert!(sheets(&graph).len() > 2, "{}", sheets(&graph).len());
    assert!(made(Drawing::Pdf, &graph).len() > made(Drawing::Pdf, &office("SW", 3)).len());
}

#[test]
fn a_picture_has_a_size_that_a_machine_bears() {
    let svg =
        |width: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"9\"/>");
    assert!(png(&svg("9"), 96).is_ok());
    assert!(matches!(png(&svg("900000"), 96), Err(DrawingError::Size)));
    assert!(matches!(png("<svg", 96), Err(DrawingError::Svg(_))));
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(24))]
    #[test]
    fn no_name_makes_it_panic(name: String) {
        let graph = office(&name, 1);
        proptest::prop_assert!(Drawing::Pdf.bytes(&sheets(&graph), &name, at()).is_ok());
        proptest::prop_assert!(png(&sheets(&graph)[0].svg(), 20).is_ok());
    }
}
