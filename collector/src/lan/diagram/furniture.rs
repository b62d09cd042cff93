//! What stands around the picture: heading above, legend and note below.

use super::xml::Xml;
use super::{Cell, Diagram, Mark, Type, icons, pen, plain};

/// The margin of the paper: 12 mm.
pub(super) const MARGIN: i32 = 45;
/// Down to where a letterhead ends: 45 mm.
pub(super) const LETTERHEAD: i32 = 170;
/// The height of legend and note.
pub(super) const FOOT: i32 = 74;

const TEXT: Type = Type::plain(10);
const INK: &str = "#111827";
const GREY: &str = "#4b5563";
const RULE: &str = "#9ca3af";

/// The height of the heading with so many facts at its right.
pub(super) fn heading_height(facts: usize) -> i32 {
    let facts = i32::try_from(facts).unwrap_or(8).min(8);
    (facts * 13 + 22).max(64)
}

pub(super) fn heading(xml: &mut Xml, diagram: &Diagram, top: i32) {
    let (heading, w) = (&diagram.heading, diagram.page.w);
    let right = w - MARGIN;
    let facts: Vec<String> = heading.facts.iter().take(8).map(|fact| plain(fact)).collect();
    let facts_w = facts.iter().map(|fact| TEXT.width(fact)).max().unwrap_or(0).min((w - 2 * MARGIN) / 2);
    let room = w - 2 * MARGIN - facts_w - 20;
    let title = Type::bold(19).fit(&plain(&heading.title), room);
    let office = Type::plain(14).fit(&plain(&heading.office), room);
    pen::text(xml, (MARGIN, top + 18), Type::bold(19), INK, "start", &title, room);
    pen::text(xml, (MARGIN, top + 37), Type::plain(14), INK, "start", &office, room);
    let mut y = top + 10;
    for fact in facts {
        pen::text(xml, (right, y), TEXT, GREY, "end", &TEXT.fit(&fact, facts_w), facts_w);
        y += 13;
    }
    let under = diagram.page.field.y - 14;
    pen::line(xml, (MARGIN, under), (right, under), RULE);
}

/// The signs that occur, each with its word; how many there are of each kind; the note.
pub(super) fn foot(xml: &mut Xml, diagram: &Diagram) {
    let page = &diagram.page;
    let top = page.h - MARGIN - FOOT + 12;
    pen::line(xml, (MARGIN, top), (page.w - MARGIN, top), RULE);
    let mut x = MARGIN;
    let y = top + 19;
    for sign in signs(diagram) {
        sign.draw(xml, (x, y));
        let word = sign.word();
        pen::text(xml, (x + sign.width() + 5, y + 3), TEXT, INK, "start", word, 400);
        x += sign.width() + 5 + TEXT.width(word) + 20;
    }
    let mut x = MARGIN;
    for (role, n) in &diagram.counts {
        let words = format!("{n} {}", role.word().to_lowercase());
        icons::draw(xml, *role, (x, top + 31), "1");
        pen::text(xml, (x + 19, top + 42), TEXT, INK, "start", &words, 400);
        x += 19 + TEXT.width(&words) + 18;
    }
    let room = page.w - 2 * MARGIN;
    let note = TEXT.fit(&plain(&diagram.heading.note), room);
    pen::text(xml, (MARGIN, top + 60), TEXT, GREY, "start", &note, room);
}

/// A sign of the legend.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Cable,
    Inferred,
    Across,
    Many,
    Marked(Mark),
}

fn signs(diagram: &Diagram) -> Vec<Sign> {
    let (cells, wires) = (&diagram.cells, &diagram.wires);
    let mut signs = Vec::new();
    let mut add = |sign, occurs: bool| {
        if occurs {
            signs.push(sign);
        }
    };
    add(Sign::Cable, wires.iter().any(|wire| !wire.is_inferred && !wire.is_across));
    add(Sign::Inferred, wires.iter().any(|wire| wire.is_inferred));
    add(Sign::Across, wires.iter().any(|wire| wire.is_across && wire.mark != Some(Mark::Gone)));
    add(Sign::Many, cells.iter().any(|cell| cell.count > 1));
    for mark in [Mark::New, Mark::Gone, Mark::Moved] {
        let is_marked = |cell: &Cell| cell.mark == Some(mark);
        add(
            Sign::Marked(mark),
            cells.iter().any(is_marked) || wires.iter().any(|wire| wire.mark == Some(mark)),
        );
    }
    signs
}

impl Sign {
    const fn word(self) -> &'static str {
        match self {
            Self::Cable => "sambungan yang tampak",
            Self::Inferred => "disimpulkan",
            Self::Across => "jalur lain",
            Self::Many => "beberapa perangkat, dijumlahkan",
            Self::Marked(Mark::New) => "baru sejak versi sebelumnya",
            Self::Marked(Mark::Gone) => "tidak ada lagi",
            Self::Marked(Mark::Moved) => "pindah sambungan",
        }
    }

    fn width(self) -> i32 {
        match self {
            Self::Marked(mark) => pen::flag_width(mark),
            Self::Many => 22,
            _ => 30,
        }
    }

    fn draw(self, xml: &mut Xml, (x, y): (i32, i32)) {
        match self {
            Self::Marked(mark) => pen::flag(xml, mark, (x, y - 6)),
            Self::Many => pen::cards(xml, super::Rect { x, y: y - 6, w: 16, h: 9 }, 2),
            _ => pen::stroke(xml, &[(x, y), (x + 30, y)], self == Self::Inferred, self == Self::Across, None),
        }
    }
}
