//! As SVG 1.1, without styles or scripts, so that it stands on a page of the strictest policy and prints alike everywhere.

use super::furniture;
use super::ink::Ink;
use super::pen::{cards, colour, flag, flag_width, line, mark_colour, outline, stroke, struck_text, text};
use super::xml::Xml;
use super::{Cell, DETAIL, Diagram, ICON, PAD, PORT, Point, Rect, Role, Wire, icons, types};
use crate::lan::graph::Mark;

const INK: &str = "#111827";
const GREY: &str = "#4b5563";
const LINE: &str = "#374151";
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
        flag(xml, mark, (x + cell.rect.w - flag_width(mark) - 4, y - 9));
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

fn label(xml: &mut Xml, wire: &Wire) {
    if let Some(label) = &wire.label {
        let anchor = if label.is_left { "end" } else { "start" };
        text(xml, label.at, DETAIL, GREY, anchor, &label.words, 2 * DETAIL.width(&label.words));
    }
}
