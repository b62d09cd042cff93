//! What holds for every diagram.

use proptest::prelude::*;

use super::*;

fn overlaps(a: &Rect, b: &Rect) -> bool {
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

/// Whether a piece of a wire runs through the inside of a box.
fn runs_through(from: Point, to: Point, b: &Rect) -> bool {
    let (left, right) = (from.0.min(to.0), from.0.max(to.0));
    let (top, bottom) = (from.1.min(to.1), from.1.max(to.1));
    left < b.x + b.w
        && b.x < right.max(left + 1)
        && top < b.y + b.h
        && b.y < bottom.max(top + 1)
        && !(right <= b.x || bottom <= b.y)
}

pub(super) fn check(graph: &Graph) {
    let diagram = draw(graph);
    let (cells, page) = (&diagram.cells, &diagram.page);
    for (n, cell) in cells.iter().enumerate() {
        for other in cells.iter().skip(n + 1) {
            assert!(!overlaps(&cell.rect, &other.rect), "{} on {}", cell.id, other.id);
        }
        let (name, detail, icon) = types(cell.is_header, cell.role);
        let port = if cell.port.is_empty() { 0 } else { (PORT.width(&cell.port) + 10).max(24) };
        let room = cell.rect.w - port - icon - PAD;
        assert!(name.width(&cell.name) <= room || cell.name.is_empty(), "{cell:?}");
        assert!(detail.width(&cell.detail) <= room || cell.detail.is_empty(), "{cell:?}");
        let scaled = |n: i32| n * diagram.scale / 1000;
        let (x, y) = (diagram.origin.0 + scaled(cell.rect.x), diagram.origin.1 + scaled(cell.rect.y));
        let field = &page.field;
        assert!(x >= field.x && x + scaled(cell.rect.w) <= field.x + field.w, "{cell:?}");
        assert!(y >= field.y && y + scaled(cell.rect.h) <= field.y + field.h, "{cell:?}");
    }
    for wire in &diagram.wires {
        for pair in wire.points.windows(2) {
            let [from, to] = pair else { continue };
            assert!(from.0 == to.0 || from.1 == to.1, "{wire:?} is askew");
            let hit = cells.iter().find(|cell| runs_through(*from, *to, &cell.rect));
            assert!(hit.is_none(), "{} through {:?}", wire.title, hit.map(|cell| &cell.id));
        }
    }
    let shown: usize = cells.iter().map(|cell| cell.count).sum();
    assert_eq!(shown, graph.nodes.len());
}

#[test]
fn the_known_offices() {
    for (_, graph) in GOLDEN {
        check(&graph());
    }
    let large = draw(&large());
    assert_eq!(
        large.cells.iter().filter(|cell| cell.count > 1).map(|cell| cell.count).collect::<Vec<_>>(),
        [23, 11]
    );
    assert_eq!(draw(&small()).page.mm, (297, 210));
    assert_eq!(draw(&Graph::default()).cells.len(), 0);
}

#[test]
fn a_wire_across_is_found_and_no_link_is_lost() {
    let diagram = draw(&forty());
    assert_eq!(diagram.wires.len(), forty().links.len());
    assert_eq!(diagram.wires.iter().filter(|wire| wire.is_across).count(), 2);
}

#[test]
fn room_is_left_for_a_letterhead() {
    let sheet = Sheet { paper: Paper::A4, has_letterhead: true };
    let diagram = Diagram::new(&small(), Heading::default(), sheet);
    assert!(diagram.page.top == furniture::LETTERHEAD && diagram.origin.1 > furniture::LETTERHEAD);
}

/// Everything that is counted on the overview stands on a sheet of its own.
#[test]
fn a_large_office_takes_several_sheets() {
    let heading = Heading { title: "Diagram Jaringan LAN".into(), ..Heading::default() };
    let sheet = Sheet { paper: Paper::A4, has_letterhead: false };
    let pages = Diagram::pages(&large(), &heading, sheet);
    let titles: Vec<&str> = pages.iter().map(|page| page.heading.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "Diagram Jaringan LAN: ikhtisar (lembar 1 dari 10)",
            "Diagram Jaringan LAN: SW-LT1-DINKES (lembar 2 dari 10)",
            "Diagram Jaringan LAN: SW-LT2-DINKES (lembar 3 dari 10)",
            "Diagram Jaringan LAN: SW-LT3-DINKES (lembar 4 dari 10)",
            "Diagram Jaringan LAN: Switch tak terkelola? (lembar 5 dari 10)",
            "Diagram Jaringan LAN: SW-LT4-DINKES (lembar 6 dari 10)",
            "Diagram Jaringan LAN: SW-LT5-DINKES (lembar 7 dari 10)",
            "Diagram Jaringan LAN: SW-LT6-DINKES (lembar 8 dari 10)",
            "Diagram Jaringan LAN: Switch tak terkelola? (lembar 9 dari 10)",
            "Diagram Jaringan LAN: SW-LT7-DINKES (lembar 10 dari 10)",
        ]
    );
    let scales: Vec<i32> = pages.iter().map(|page| page.scale).collect();
    assert!(scales.iter().all(|scale| *scale >= READABLE - 50), "{scales:?}");
    assert!(pages.iter().all(|page| page.page.mm == (297, 210)));
    let shown: usize = pages
        .iter()
        .skip(1)
        .flat_map(|page| &page.cells)
        .filter(|cell| !cell.is_header)
        .map(|cell| cell.count)
        .sum();
    let ends = large().nodes.values().filter(|node| !node.role.carries()).count();
    assert_eq!(shown, ends);
    assert_eq!(Diagram::pages(&small(), &heading, sheet).len(), 1);
}

/// Any tree with any further links, of any kinds.
fn any_graph() -> impl Strategy<Value = Graph> {
    let role = prop_oneof![
        Just(Role::Outside),
        Just(Role::Router),
        Just(Role::Switch),
        Just(Role::InferredSwitch),
        Just(Role::Segment),
        Just(Role::AccessPoint),
        Just(Role::Server),
        Just(Role::Guest),
        Just(Role::Host),
        Just(Role::Asset),
    ];
    let mark = prop_oneof![4 => Just(None), 1 => Just(Some(Mark::New)), 1 => Just(Some(Mark::Gone)), 1 => Just(Some(Mark::Moved))];
    let basis = prop_oneof![Just(Basis::Announced), Just(Basis::Declared), Just(Basis::Concluded)];
    let node = (role, ".{0,30}", "[a-f0-9:.]{0,40}", mark);
    (
        proptest::collection::vec(node, 1..40),
        proptest::collection::vec((0_usize..60, 0_usize..60, "[A-Za-z0-9/]{0,12}", basis), 0..50),
    )
        .prop_map(|(nodes, links)| {
            let mut office = Office::default();
            let count = nodes.len();
            for (n, (role, name, detail, mark)) in nodes.into_iter().enumerate() {
                office.node(&format!("n{n}"), role, &name, &detail).mark = mark;
            }
            for (a, b, port, basis) in links {
                if a % count != b % count {
                    office.link(&format!("n{}", a % count), &format!("n{}", b % count), (&port, ""), basis);
                }
            }
            office.0
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn any_office(graph in any_graph(), turn in 0_usize..90) {
        check(&graph);
        let mut turned = graph.clone();
        let turn = turn % turned.links.len().max(1);
        turned.links.rotate_left(turn);
        turned.links.reverse();
        turned.links.sort();
        let mut sorted = graph;
        sorted.links.sort();
        prop_assert_eq!(draw(&turned).svg(), draw(&sorted).svg());
    }
}
