//! As SVG 1.1, without styles or scripts, so that it stands on a page of the strictest policy and prints alike everywhere.

use std::fmt::Write as _;

use super::furniture;
use super::ink::Ink;
use super::xml::Xml;
use super::{Cell, DETAIL, Diagram, ICON, PAD, PORT, Point, Rect, Role, Type, Wire, icons, types};
use crate::lan::graph::Mark;

const INK: &str = "#111827";
const GREY: &str = "#4b5563";
const LINE: &str = "#374151";
const ACROSS: &str = "#1d4ed8";
/// Metrics that Windows, Linux and macOS have a face for.
const FACE: &str = "Arial, 'Liberation Sans', Helvetica, sans-serif";

impl Diagram {
    /// The diagram as SVG.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut xml = Xml::new();
        let page = &self.page;
        let name = format!("{}, {}", self.heading.title, self.heading.office);
        xml.open("svg").attribute("xmlns", "http://www.w3.org/2000/svg");
        xml.attribute("viewBox", format!("0 0 {} {}", page.w, page.h));
        xml.attribute("width", format!("{}mm", page.mm.0)).attribute("height", format!("{}mm", page.mm.1));
        xml.attribute("role", "img")
            .attribute("aria-label", super::plain(&name))
            .attribute("font-family", FACE);
        xml.line().open("title").text(&super::plain(&name)).close();
        xml.line().open("desc").text(&self.description()).close();
        xml.line()
            .open("rect")
            .attribute("width", page.w)
            .attribute("height", page.h)
            .attribute("fill", "#ffffff")
            .close();
        xml.line();
        furniture::heading(&mut xml, self, page.top);
        let scale = format!("{}.{:03}", self.scale / 1000, self.scale % 1000);
        xml.open("g")
            .attribute("transform", format!("translate({},{}) scale({scale})", self.origin.0, self.origin.1));
        let mut ink = Ink::default();
        for wire in self.wires.iter().filter(|wire| !wire.is_across) {
            draw_wire(&mut xml, wire, &ink.fresh(&wire.points));
        }
        for cell in &self.cells {
            draw_cell(&mut xml, cell);
        }
        for wire in self.wires.iter().filter(|wire| wire.is_across) {
            draw_wire(&mut xml, wire, std::slice::from_ref(&wire.points));
        }
        for wire in &self.wires {
            label(&mut xml, wire);
        }
        xml.close().line();
        furniture::foot(&mut xml, self);
        xml.finish()
    }

    fn description(&self) -> String {
        let gone = self.cells.iter().filter(|cell| cell.mark.is_some()).count();
        let marks = if gone > 0 { format!("; {gone} bertanda perubahan") } else { String::new() };
        let counts: Vec<String> =
            self.counts.iter().map(|(role, n)| format!("{n} {}", role.word().to_lowercase())).collect();
        let (office, note) = (super::plain(&self.heading.office), super::plain(&self.heading.note));
        format!("{office}: {}{marks}. {note}", counts.join(", "))
    }
}

fn draw_wire(xml: &mut Xml, wire: &Wire, parts: &[Vec<Point>]) {
    xml.line().open("g");
    xml.open("title").text(&wire.title).close();
    for part in parts {
        stroke(xml, part, wire.is_inferred, wire.is_across, wire.mark);
    }
    if wire.is_across {
        for (x, y) in [wire.points.first(), wire.points.last()].into_iter().flatten() {
            xml.open("circle").attribute("cx", x).attribute("cy", y).attribute("r", "2.4");
            xml.attribute("fill", colour(wire.is_across, wire.mark)).close();
        }
    }
    xml.close();
}

/// What is new is drawn thicker, what is gone dotted, what is concluded dashed, what runs across dash-dotted.
pub(super) fn stroke(
    xml: &mut Xml,
    points: &[Point],
    is_inferred: bool,
    is_across: bool,
    mark: Option<Mark>,
) {
    let path = if is_across { rounded(points) } else { straight(points) };
    xml.open("path")
        .attribute("d", path)
        .attribute("fill", "none")
        .attribute("stroke", colour(is_across, mark));
    let width = match mark {
        Some(Mark::New | Mark::Moved) => "2.4",
        _ => "1.3",
    };
    xml.attribute("stroke-width", width).attribute("stroke-linejoin", "round");
    let dashes = match (mark, is_inferred, is_across) {
        (Some(Mark::Gone), ..) => Some("1.5 3.5"),
        (_, true, _) => Some("6 4"),
        (_, _, true) => Some("14 3 2 3"),
        _ => None,
    };
    if let Some(dashes) = dashes {
        xml.attribute("stroke-dasharray", dashes);
    }
    xml.close();
}

const fn colour(is_across: bool, mark: Option<Mark>) -> &'static str {
    match (mark, is_across) {
        (Some(mark), _) => mark_colour(mark),
        (None, true) => ACROSS,
        (None, false) => LINE,
    }
}

const fn mark_colour(mark: Mark) -> &'static str {
    match mark {
        Mark::New => "#14532d",
        Mark::Gone => "#7f1d1d",
        Mark::Moved => "#1e3a8a",
    }
}

fn straight(points: &[Point]) -> String {
    let mut path = String::new();
    for (n, (x, y)) in points.iter().enumerate() {
        // Writing to a text cannot fail.
        let _ = write!(path, "{}{x} {y}", if n == 0 { 'M' } else { 'L' });
    }
    path
}

/// With its corners rounded.
fn rounded(points: &[Point]) -> String {
    const RADIUS: i32 = 9;
    let [first, .., last] = points else { return straight(points) };
    let mut path = format!("M{} {}", first.0, first.1);
    for corner in points.windows(3) {
        let [a, b, c] = corner else { continue };
        let toward = |to: &Point| {
            let length = (to.0 - b.0).abs().max((to.1 - b.1).abs());
            let step = RADIUS.min(length / 2);
            (b.0 + (to.0 - b.0).signum() * step, b.1 + (to.1 - b.1).signum() * step)
        };
        let (start, end) = (toward(a), toward(c));
        let _ = write!(path, "L{} {}Q{} {} {} {}", start.0, start.1, b.0, b.1, end.0, end.1);
    }
    let _ = write!(path, "L{} {}", last.0, last.1);
    path
}

fn draw_cell(xml: &mut Xml, cell: &Cell) {
    xml.line().open("g");
    xml.open("title").text(&cell.title).close();
    if cell.count > 1 {
        cards(xml, cell.rect, 4);
    }
    frame(xml, cell);
    let Rect { x, y, h, .. } = cell.rect;
    let port = port_field(xml, cell);
    let (name_type, detail_type, icon) = types(cell.is_header, cell.role);
    let room = cell.rect.w - icon - PAD - port;
    let (sign, size, left) = if cell.is_header {
        ((x + 9, y + (h - 22) / 2), "1.6", x + icon)
    } else {
        ((x + port + 7, y + (h - 14) / 2), "1", x + port + ICON)
    };
    icons::draw(xml, cell.role, sign, size);
    let is_alone = cell.detail.is_empty();
    let name_y = match (cell.is_header, is_alone) {
        (true, true) => y + 28,
        (true, false) => y + 20,
        (false, true) => y + 22,
        (false, false) => y + 15,
    };
    let is_gone = cell.mark == Some(Mark::Gone);
    struck_text(xml, (left, name_y), name_type, INK, &cell.name, room, is_gone);
    let detail_y = if cell.is_header { y + 35 } else { y + 28 };
    struck_text(xml, (left, detail_y), detail_type, GREY, &cell.detail, room, is_gone);
    if let Some(mark) = cell.mark {
        flag(xml, mark, (x + cell.rect.w - flag_width(mark) - 4, y - 7));
    }
    xml.close();
}

fn frame(xml: &mut Xml, cell: &Cell) {
    if cell.mark == Some(Mark::Moved) {
        let Rect { x, y, w, h } = cell.rect;
        outline(
            xml,
            Rect { x: x - 3, y: y - 3, w: w + 6, h: h + 6 },
            6,
            "none",
            mark_colour(Mark::Moved),
            "1",
        );
        xml.close();
    }
    let (colour, width) = match cell.mark {
        Some(mark @ (Mark::New | Mark::Moved)) => (mark_colour(mark), "2.2"),
        Some(Mark::Gone) => (mark_colour(Mark::Gone), "1.2"),
        None if cell.is_header => (LINE, "1.4"),
        None => ("#6b7280", "1"),
    };
    outline(xml, cell.rect, if cell.role == Role::Outside { 23 } else { 4 }, fill(cell), colour, width);
    match (cell.mark, cell.role) {
        (Some(Mark::Gone), _) => {
            xml.attribute("stroke-dasharray", "1.5 3");
        }
        (_, Role::InferredSwitch) => {
            xml.attribute("stroke-dasharray", "5 3");
        }
        _ => {}
    }
    xml.close();
}

fn outline(xml: &mut Xml, rect: Rect, radius: i32, fill: &str, colour: &str, width: &str) {
    xml.open("rect").attribute("x", rect.x).attribute("y", rect.y).attribute("width", rect.w);
    xml.attribute("height", rect.h).attribute("rx", radius).attribute("fill", fill);
    xml.attribute("stroke", colour).attribute("stroke-width", width);
}

/// So light that it vanishes on a black and white copy.
const fn fill(cell: &Cell) -> &'static str {
    match (cell.mark, cell.role) {
        (Some(Mark::Gone), _) | (_, Role::InferredSwitch | Role::Host | Role::Guest | Role::Asset) => {
            "#ffffff"
        }
        (_, Role::Outside) => "#eef2f7",
        (_, Role::Router) => "#fdf0e2",
        (_, Role::Switch) => "#e8f3ea",
        (_, Role::AccessPoint) => "#eef7f7",
        (_, Role::Segment) => "#f3f4f6",
        (_, Role::Server) => "#e8eefb",
    }
}

/// The port stands in a field of its own at the left, where the cable comes in. Returns its width.
fn port_field(xml: &mut Xml, cell: &Cell) -> i32 {
    if cell.is_header || cell.port.is_empty() {
        return 0;
    }
    let Rect { x, y, h, .. } = cell.rect;
    let width = PORT.width(&cell.port) + 10;
    let width = width.max(24);
    line(xml, (x + width, y + 1), (x + width, y + h - 1), "#9ca3af");
    text(xml, (x + width / 2, y + h / 2 + 3), PORT, INK, "middle", &cell.port, width - 4);
    width
}

/// The edges of cards below a card.
pub(super) fn cards(xml: &mut Xml, rect: Rect, radius: i32) {
    for step in [radius + 2, radius / 2 + 1] {
        let below = Rect { x: rect.x + step, y: rect.y + step, ..rect };
        outline(xml, below, radius, "#ffffff", "#6b7280", "1");
        xml.close();
    }
    outline(xml, rect, radius, "#ffffff", "#6b7280", "1");
    xml.close();
}

const FLAG: Type = Type::bold(8);

pub(super) fn flag_width(mark: Mark) -> i32 {
    FLAG.width(mark.word()) + 10
}

/// The word of a mark in a small field: white on dark, but for what is gone.
pub(super) fn flag(xml: &mut Xml, mark: Mark, (x, y): Point) {
    let (fill, ink) = match mark {
        Mark::Gone => ("#ffffff", mark_colour(mark)),
        Mark::New | Mark::Moved => (mark_colour(mark), "#ffffff"),
    };
    let width = flag_width(mark);
    outline(xml, Rect { x, y, w: width, h: 12 }, 3, fill, mark_colour(mark), "1");
    xml.close();
    text(xml, (x + width / 2, y + 9), FLAG, ink, "middle", mark.word(), width - 4);
}

fn label(xml: &mut Xml, wire: &Wire) {
    if let Some(label) = &wire.label {
        let anchor = if label.is_left { "end" } else { "start" };
        text(xml, label.at, DETAIL, GREY, anchor, &label.words, 2 * DETAIL.width(&label.words));
    }
}

pub(super) fn line(xml: &mut Xml, from: Point, to: Point, colour: &str) {
    xml.open("path").attribute("d", straight(&[from, to])).attribute("stroke", colour).close();
}

pub(super) fn text(xml: &mut Xml, at: Point, face: Type, colour: &str, anchor: &str, words: &str, room: i32) {
    begin_text(xml, at, face, colour, anchor, words, room);
    xml.text(words).close();
}

fn struck_text(xml: &mut Xml, at: Point, face: Type, colour: &str, words: &str, room: i32, is_struck: bool) {
    if words.is_empty() {
        return;
    }
    begin_text(xml, at, face, colour, "start", words, room);
    if is_struck {
        xml.attribute("text-decoration", "line-through");
    }
    xml.text(words).close();
}

/// Where a text nearly fills its room, its length is set: a machine with a wider face presses it together instead of
/// letting it run over the edge.
fn begin_text(xml: &mut Xml, (x, y): Point, face: Type, colour: &str, anchor: &str, words: &str, room: i32) {
    xml.open("text")
        .attribute("x", x)
        .attribute("y", y)
        .attribute("font-size", face.size)
        .attribute("fill", colour);
    if face.is_bold {
        xml.attribute("font-weight", "bold");
    }
    if anchor != "start" {
        xml.attribute("text-anchor", anchor);
    }
    let width = face.width(words);
    if width * 100 > room * 84 && words.chars().count() > 3 {
        xml.attribute("textLength", width - 1).attribute("lengthAdjust", "spacingAndGlyphs");
    }
}
