//! Whatever an agent calls its things, the page stays the page: the same elements with the same attributes
//! as with harmless texts, and the text itself for everybody to see.

use askama::filters::Escaper;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;

use super::super::escape::{Visible, is_invisible};
use super::world::World;

const TEXTS: [&str; 56] = [
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</textarea><svg/onload=alert(1)>",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script><![CDATA[",
    "<!--",
    "<![CDATA[",
    "<?php echo 1 ?>",
    "<!DOCTYPE html>",
    "&lt;script&gt;",
    "&#60;b&#62;",
    "&",
    "&amp",
    "&#x202e;",
    "\" onmouseover=\"alert(1)",
    "' onfocus='alert(1)' autofocus='",
    "x onclick=alert(1)",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//jahat.example/",
    "../../../etc/passwd",
    "?a=b&c=d#e",
    "%3Cscript%3E",
    "{{ shell.token }}",
    "{% include \"x\" %}",
    "${7*7}",
    "#{7*7}",
    "`id`",
    "a`b",
    "$(id)",
    "'; DROP TABLE servers; --",
    "\" OR \"\"=\"",
    "=cmd|' /C calc'!A0",
    "laporan\u{202e}fdp.exe",
    "\u{2066}kiri\u{2069}",
    "nol\u{200b}lebar",
    "\u{feff}bom",
    "a\u{0}b",
    "\u{1b}[31mmerah\u{1b}[0m",
    "baris\r\nLokasi: http://jahat.example",
    "tab\there",
    "\u{8}\u{7f}\u{85}",
    "\u{fffe}\u{ffff}",
    "\u{e0001}\u{e0041}",
    "\u{ad}tanda\u{ad}hubung",
    "\u{115f}\u{3164}",
    "Z\u{334}a\u{335}l\u{336}g\u{337}o\u{338}",
    "مرحبا بالعالم",
    "日本語のホスト名",
    "👩‍👩‍👧‍👦",
    "＜script＞",
    "«»‹›“”‘’",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
];

/// Element names with attribute names, in order; names in sentences are left out, because a backtick in a
/// host's name decides whether it is set apart.
fn skeleton(name: &str, page: &str) -> Vec<String> {
    let mut reader = Reader::from_str(page);
    let mut bones = Vec::new();
    loop {
        match reader.read_event().unwrap_or_else(|e| panic!("{name}: {e}")) {
            Event::Eof => return bones,
            Event::Start(element) | Event::Empty(element) => {
                let tag = element.name().as_ref().to_owned();
                let mut bone = tag.clone();
                for attribute in element.attributes() {
                    let attribute = attribute.unwrap_or_else(|e| panic!("{name}: {tag}: {e}"));
                    let key = attribute.key.as_ref().to_owned();
                    let value = unescape(&attribute.value).unwrap().into_owned();
                    check_attribute(name, &key, &value);
                    bone = format!("{bone} {key}");
                }
                if bone != "code" {
                    bones.push(bone);
                }
            }
            Event::Comment(_) | Event::CData(_) | Event::PI(_) => panic!("{name}: comment or section"),
            _ => {}
        }
    }
}

fn check_attribute(name: &str, key: &str, value: &str) {
    assert!(!key.starts_with("on") && key != "style" && key != "src", "{name}: {key}");
    if matches!(key, "href" | "action") {
        let own = value.starts_with('#') || value.starts_with("data:image/svg+xml,");
        let own = own || (value.starts_with('/') && !value.starts_with("//"));
        assert!(own, "{name}: {key}={value}");
    }
}

fn pages(text: &str) -> Vec<(&'static str, String)> {
    let say = |_: &str| text.to_owned();
    let world = World::new(3, 2, &say);
    world.pages().into_iter().chain(world.others()).collect()
}

#[test]
fn hostile_texts_change_no_page() {
    let harmless: Vec<_> = pages("aman").iter().map(|(name, page)| (*name, skeleton(name, page))).collect();
    for text in TEXTS {
        let mut shown = String::new();
        Visible.write_escaped_str(&mut shown, text).unwrap();
        for ((name, page), (_, bones)) in pages(text).iter().zip(&harmless) {
            assert_eq!(skeleton(name, page), *bones, "{name} with {text:?}");
            assert!(!page.chars().any(is_invisible), "{name} with {text:?}");
        }
        let pages = pages(text);
        let server = &pages.iter().find(|(name, _)| *name == "server-satu").unwrap().1;
        assert!(server.contains(&shown), "{text:?}");
    }
}

#[test]
fn every_page_is_well_formed() {
    for (name, page) in World::empty() {
        assert!(!skeleton(name, &page).is_empty());
    }
}

/// Nothing goes past the escaper.
#[test]
fn no_template_calls_a_value_safe() {
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for door in ["|safe", "| safe", "escape(", "autoescape", "<script", "style=\"", "<style"] {
            assert!(!text.contains(door), "{} has {door}", path.display());
        }
    }
}
