//! For draw.io (diagrams.net): every box and every line stays movable, and stands where it stands in the picture.

use super::xml::Xml;
use super::{Cell, Diagram, Role, Wire};
use crate::lan::graph::Mark;

impl Diagram {
    /// The diagram as an uncompressed `mxfile`.
    #[must_use]
    pub fn drawio(&self) -> String {
        let mut xml = Xml::document();
        xml.open("mxfile").attribute("host", "patuh");
        xml.line()
            .open("diagram")
            .attribute("name", super::plain(&self.heading.title))
            .attribute("id", "lan");
        xml.line().open("mxGraphModel").attribute("grid", 1).attribute("gridSize", 10).attribute("page", 1);
        xml.attribute("pageWidth", self.page.w).attribute("pageHeight", self.page.h).attribute("math", 0);
        xml.line().open("root");
        xml.line().open("mxCell").attribute("id", "0").close();
        xml.line().open("mxCell").attribute("id", "1").attribute("parent", "0").close();
        for cell in &self.cells {
            vertex(&mut xml, cell);
        }
        for (n, wire) in self.wires.iter().enumerate() {
            edge(&mut xml, n, wire);
        }
        xml.finish()
    }
}

fn vertex(xml: &mut Xml, cell: &Cell) {
    let style = format!(
        "rounded=1;html=0;whiteSpace=wrap;arcSize={};fillColor={};strokeColor={};{}{}",
        if cell.role == Role::Outside { 50 } else { 8 },
        fill(cell.role),
        stroke(cell.mark),
        if cell.role == Role::InferredSwitch || cell.mark == Some(Mark::Gone) { "dashed=1;" } else { "" },
        if cell.mark.is_some() { "strokeWidth=2;" } else { "" },
    );
    let mark = cell.mark.map(|mark| format!(" [{}]", mark.word())).unwrap_or_default();
    // An attribute cannot hold a line's end but by its number; the writer has no numbers, so a middle dot parts them.
    let parts = [cell.full_name.as_str(), cell.full_detail.as_str()];
    let value = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    xml.line().open("mxCell").attribute("id", &cell.id).attribute("value", format!("{value}{mark}"));
    xml.attribute("style", style).attribute("vertex", 1).attribute("parent", "1");
    xml.open("mxGeometry").attribute("x", cell.rect.x).attribute("y", cell.rect.y);
    xml.attribute("width", cell.rect.w).attribute("height", cell.rect.h).attribute("as", "geometry").close();
    xml.close();
}

fn edge(xml: &mut Xml, n: usize, wire: &Wire) {
    let ports = [wire.upper_port.as_str(), wire.lower_port.as_str()];
    let label = ports.into_iter().filter(|port| !port.is_empty()).collect::<Vec<_>>().join(" – ");
    let style = format!(
        "endArrow=none;html=0;fontSize=9;edgeStyle=none;rounded={};strokeColor={};{}{}",
        u8::from(wire.is_across),
        stroke(wire.mark),
        if wire.is_inferred || wire.mark == Some(Mark::Gone) { "dashed=1;" } else { "" },
        if wire.mark.is_some() { "strokeWidth=2;" } else { "" },
    );
    xml.line().open("mxCell").attribute("id", format!("edge-{n}")).attribute("value", label);
    xml.attribute("style", style).attribute("edge", 1).attribute("parent", "1");
    xml.attribute("source", &wire.upper).attribute("target", &wire.lower);
    xml.open("mxGeometry").attribute("relative", 1).attribute("as", "geometry");
    xml.open("Array").attribute("as", "points");
    let inner = wire.points.get(1..wire.points.len().saturating_sub(1)).unwrap_or_default();
    for (x, y) in inner {
        xml.open("mxPoint").attribute("x", x).attribute("y", y).close();
    }
    xml.close().close().close();
}

const fn fill(role: Role) -> &'static str {
    match role {
        Role::Outside => "#eef2f7",
        Role::Router => "#fdf0e2",
        Role::Switch => "#e8f3ea",
        Role::AccessPoint => "#eef7f7",
        Role::Segment => "#f3f4f6",
        Role::Server => "#e8eefb",
        Role::InferredSwitch | Role::Host | Role::Guest | Role::Asset => "#ffffff",
    }
}

const fn stroke(mark: Option<Mark>) -> &'static str {
    match mark {
        Some(Mark::New) => "#14532d",
        Some(Mark::Gone) => "#7f1d1d",
        Some(Mark::Moved) => "#1e3a8a",
        None => "#374151",
    }
}
