//! The pages for people who listen to them, who use the keyboard, or who see little: everything has its name,
//! every reference leads somewhere, every text stands out from its ground.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;

use super::super::stylesheet;
use super::world::World;
use crate::config::Colour;

/// An element and its attributes.
struct Element {
    tag: String,
    attributes: BTreeMap<String, String>,
}

impl Element {
    fn is(&self, tag: &str) -> bool {
        self.tag == tag
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// The ids that it points to.
    fn references(&self) -> Vec<&str> {
        let words =
            ["for", "aria-labelledby", "aria-describedby"].into_iter().filter_map(|key| self.get(key));
        let anchor = self.get("href").and_then(|href| href.strip_prefix('#'));
        let fill = self.get("fill").and_then(|fill| fill.strip_prefix("url(#")?.strip_suffix(')'));
        words.flat_map(str::split_whitespace).chain(anchor).chain(fill).collect()
    }
}

fn elements(name: &str, page: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(page);
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap_or_else(|e| panic!("{name}: {e}")) {
            Event::Eof => return found,
            Event::Start(element) | Event::Empty(element) => {
                let attributes = element.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    let value = unescape(&attribute.value).unwrap().into_owned();
                    (attribute.key.as_ref().to_owned(), value)
                });
                let attributes = attributes.collect();
                found.push(Element { tag: element.name().as_ref().to_owned(), attributes });
            }
            _ => {}
        }
    }
}

fn pages() -> Vec<(&'static str, Vec<Element>)> {
    let world = World::new(4, 3, &|text| text.to_owned());
    let pages = world.pages().into_iter().chain(world.others()).chain(World::empty());
    pages.map(|(name, page)| (name, elements(name, &page))).collect()
}

/// Headings in order, one first heading, every control with a label, every table with a caption and every one of
/// its headings with a scope, every section with a name.
#[test]
fn pages_can_be_read_without_eyes() {
    for (name, page) in pages() {
        let all = |tag| page.iter().filter(move |element| element.is(tag));
        assert_eq!((all("h1").count(), all("main").count()), (1, 1), "{name}");
        assert_eq!(all("html").next().unwrap().get("lang"), Some("id"), "{name}");
        assert_eq!(all("table").count(), all("caption").count(), "{name}");
        assert!(all("th").all(|th| th.get("scope").is_some()), "{name}: a heading without a scope");
        let named = |it: &Element| it.get("aria-label").or_else(|| it.get("aria-labelledby")).is_some();
        assert!(all("section").chain(all("nav")).all(named), "{name}: a part without a name");
        let levels = page.iter().filter_map(|it| it.tag.strip_prefix('h')?.parse::<u8>().ok());
        let levels: Vec<_> = levels.collect();
        assert!(levels.windows(2).all(|w| w[1] <= w[0] + 1), "{name}: {levels:?}");
    }
}

/// A field whose label belongs to another is a field without one.
#[test]
fn every_id_is_one_and_every_reference_leads_to_it() {
    for (name, page) in pages() {
        let mut ids = BTreeMap::<&str, u32>::new();
        for id in page.iter().filter_map(|element| element.get("id")) {
            *ids.entry(id).or_default() += 1;
        }
        assert!(ids.values().all(|count| *count == 1), "{name}: {ids:?}");
        for to in page.iter().flat_map(Element::references) {
            assert!(ids.contains_key(to), "{name}: nothing is called {to}");
        }
        let labels: Vec<_> = page.iter().filter(|it| it.is("label")).filter_map(|it| it.get("for")).collect();
        let controls = page.iter().filter(|it| ["input", "select", "textarea"].contains(&it.tag.as_str()));
        for control in controls.filter(|it| it.get("type") != Some("hidden")) {
            assert!(
                control.get("id").is_some_and(|id| labels.contains(&id)),
                "{name}: a field without a label"
            );
        }
    }
}

/// From the first press of the tabulator: past the navigation, then in the order of the page.
#[test]
fn the_keyboard_goes_where_the_eye_goes() {
    for (name, page) in pages() {
        let first = page.iter().find(|it| it.is("a") || it.is("button") || it.is("input")).unwrap();
        let main = page.iter().find(|it| it.is("main")).unwrap().get("id");
        if page.iter().any(|it| it.get("aria-label") == Some("Utama")) {
            assert_eq!(first.get("href").and_then(|href| href.strip_prefix('#')), main, "{name}");
        }
        let forced =
            page.iter().filter_map(|it| it.get("tabindex")).find(|index| !["0", "-1"].contains(index));
        assert_eq!(forced, None, "{name}");
    }
}

type Colours = BTreeMap<String, String>;

/// What the blocks `:root { … }` of a stylesheet set.
fn blocks<const N: usize>(stylesheet: &str) -> [Colours; N] {
    let blocks = stylesheet.split(":root {").skip(1).map(|block| {
        let block = block.split_once('}').unwrap().0;
        let lines = block.split(';').filter_map(|line| line.trim().strip_prefix("--")?.split_once(": "));
        let colours = lines.filter(|(_, value)| value.starts_with('#'));
        colours.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    });
    <[_; N]>::try_from(blocks.collect::<Vec<_>>()).unwrap()
}

/// The colours of the screen in light, in dark, and both with more contrast, as a browser lays them over each other.
fn screens([light, dark, more, more_in_dark]: [&Colours; 4]) -> [Colours; 4] {
    let over = |layers: &[&Colours]| layers.iter().flat_map(|layer| (*layer).clone()).collect();
    [over(&[light]), over(&[light, dark]), over(&[light, more]), over(&[light, dark, more, more_in_dark])]
}

/// Of `#rrggbb` and `#rgb`.
fn colour(text: &str) -> Colour {
    let digits: Vec<u8> = text.chars().filter_map(|digit| digit.to_digit(16)?.try_into().ok()).collect();
    match digits.as_slice() {
        [r, g, b] => Colour::new(r * 17, g * 17, b * 17),
        [r, s, g, h, b, c] => Colour::new(r * 16 + s, g * 16 + h, b * 16 + c),
        _ => panic!("{text}"),
    }
}

fn stands_out(name: &str, scheme: &Colours) {
    let texts = ["ink", "muted", "brand", "patuh", "tidak", "nilai", "nihil"];
    let grounds = ["paper", "tint", "soft", "brand-tint", "warn-tint", "wrong-tint", "right-tint"];
    for (text, ground) in texts.iter().flat_map(|text| grounds.map(|ground| (*text, ground))) {
        let contrast = colour(&scheme[text]).contrast(colour(&scheme[ground]));
        assert!(contrast >= 4.5, "{name}: {text} on {ground} is {contrast:.2}: {scheme:?}");
    }
}

#[test]
fn every_text_stands_out_from_every_ground_whatever_the_colour_of_the_government() {
    let [light, dark, more, more_in_dark, paper] = blocks(stylesheet::SHIPPED);
    assert_eq!(colour(&dark["paper"]), stylesheet::DARK);
    let shipped = screens([&light, &dark, &more, &more_in_dark]);
    stands_out("paper", &light.into_iter().chain(paper).collect());
    shipped.iter().for_each(|scheme| stands_out("shipped", scheme));
    // Of each hue the lightest that is taken, and the darkest; and grey.
    for hue in ["#ff0000", "#ffff00", "#00ff00", "#00ffff", "#0000ff", "#ff00ff", "#ffffff", "#010000"] {
        let lightest = colour(hue).towards(Colour::BLACK, Colour::WHITE, Colour::READABLE);
        for own in [lightest, lightest.mixed(Colour::BLACK, 60)] {
            assert_eq!(own.to_string().parse(), Ok(own));
            let [light, dark, more, more_in_dark] = blocks(&stylesheet::theme(own));
            let themed = screens([&light, &dark, &more, &more_in_dark]);
            for (scheme, themed) in shipped.iter().zip(themed) {
                stands_out(hue, &scheme.clone().into_iter().chain(themed).collect());
            }
        }
    }
}
