//! Names out of the hands of strangers.

use proptest::prelude::*;

use super::*;

const HOSTILE: [&str; 7] = [
    "\"><script>alert(1)</script>",
    "]]></text></svg><svg onload=alert(1)>",
    "a\u{202e}gnp.exe\u{200b}",
    "\0\u{1b}[31m\n\r\t",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "Z\u{335}\u{321}\u{353}\u{35c}a\u{300}\u{301}\u{302}lgo \u{fffe}",
    "\\\" -- x [label=\"y\"]; &amp; &#x0;",
];

fn named(name: &str) -> Graph {
    let mut office = Office(small());
    for node in office.0.nodes.values_mut() {
        node.name = name.into();
        node.detail = name.into();
        node.group = name.into();
        node.addresses = vec![name.into()];
    }
    for link in &mut office.0.links {
        link.upper_port = Some(name.into());
        link.lower_port = Some(name.into());
    }
    office.0
}

/// All elements of a well-formed document: what is a text is no element.
fn elements(text: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut names = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => return names,
            quick_xml::events::Event::Start(it) | quick_xml::events::Event::Empty(it) => {
                for attribute in it.attributes() {
                    attribute.unwrap().normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap();
                }
                names.push(it.name().as_ref().to_owned());
            }
            _ => {}
        }
    }
}

fn check(name: &str) {
    let diagram = draw(&named(name));
    let svg = diagram.svg();
    let allowed = ["svg", "title", "desc", "rect", "g", "path", "text", "circle"];
    let strange: Vec<String> =
        elements(&svg).into_iter().filter(|element| !allowed.contains(&element.as_str())).collect();
    assert_eq!(strange, Vec::<String>::new(), "{name:?}");
    for text in [&svg, &diagram.drawio(), &diagram.graphml(), &diagram.dot()] {
        assert!(
            !text.chars().any(|c| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{200b}')),
            "{name:?}"
        );
    }
    elements(&diagram.drawio());
    elements(&diagram.graphml());
    dot(&diagram.dot());
}

/// Every line of DOT is one statement: quotes are closed, and no other statement begins inside a name.
fn dot(text: &str) {
    for line in text.lines().filter(|line| line.starts_with("  \"")) {
        let mut is_open = false;
        let mut is_escaped = false;
        let mut outside = String::new();
        for c in line.chars() {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' if is_open => is_escaped = true,
                '"' => is_open = !is_open,
                c if !is_open => outside.push(c),
                _ => {}
            }
        }
        assert!(!is_open && outside.matches(';').count() == 1, "{line}");
    }
}

#[test]
fn hostile_names_are_only_names() {
    for name in HOSTILE {
        check(name);
        layout::check(&named(name));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_name_is_more_than_a_name(name in "\\PC{0,40}|.{0,40}") {
        check(&name);
    }
}
