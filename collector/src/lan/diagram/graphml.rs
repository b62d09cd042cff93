//! As GraphML (graphml.graphdrawing.org) with the geometry of yEd, so that it opens where it stands.

use super::xml::Xml;
use super::{Cell, Diagram, Role, Wire};
use crate::lan::graph::Mark;

impl Diagram {
    /// The diagram as GraphML.
    #[must_use]
    pub fn graphml(&self) -> String {
        let mut xml = Xml::document();
        xml.open("graphml").attribute("xmlns", "http://graphml.graphdrawing.org/xmlns");
        xml.attribute("xmlns:y", "http://www.yworks.com/xml/graphml");
        xml.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
        let schema =
            "http://graphml.graphdrawing.org/xmlns http://www.yworks.com/xml/schema/graphml/1.1/ygraphml.xsd";
        xml.attribute("xsi:schemaLocation", schema);
        for (id, of, name) in KEYS {
            xml.line().open("key").attribute("id", id).attribute("for", of).attribute("attr.name", name);
            xml.attribute("attr.type", "string").close();
        }
        for (id, of, kind) in [("shape", "node", "nodegraphics"), ("line", "edge", "edgegraphics")] {
            xml.line()
                .open("key")
                .attribute("id", id)
                .attribute("for", of)
                .attribute("yfiles.type", kind)
                .close();
        }
        xml.line().open("graph").attribute("id", "lan").attribute("edgedefault", "undirected");
        for cell in &self.cells {
            node(&mut xml, cell);
        }
        for (n, wire) in self.wires.iter().enumerate() {
            edge(&mut xml, n, wire);
        }
        xml.finish()
    }
}

/// What programs may read of a node or an edge.
const KEYS: [(&str, &str, &str); 7] = [
    ("role", "node", "peran"),
    ("name", "node", "nama"),
    ("detail", "node", "alamat"),
    ("mark", "all", "perubahan"),
    ("upper_port", "edge", "port_atas"),
    ("lower_port", "edge", "port_bawah"),
    ("basis", "edge", "dasar"),
];

fn data(xml: &mut Xml, key: &str, value: &str) {
    if !value.is_empty() {
        xml.open("data").attribute("key", key).text(value).close();
    }
}

fn node(xml: &mut Xml, cell: &Cell) {
    xml.line().open("node").attribute("id", &cell.id);
    data(xml, "role", cell.role.word());
    data(xml, "name", &cell.full_name);
    data(xml, "detail", &cell.full_detail);
    data(xml, "mark", cell.mark.map_or("", Mark::word));
    xml.open("data").attribute("key", "shape").open("y:ShapeNode");
    xml.open("y:Geometry").attribute("x", cell.rect.x).attribute("y", cell.rect.y);
    xml.attribute("width", cell.rect.w).attribute("height", cell.rect.h).close();
    let kind =
        if cell.role == Role::InferredSwitch || cell.mark == Some(Mark::Gone) { "dashed" } else { "line" };
    let width = if cell.mark.is_some() { "2.0" } else { "1.0" };
    xml.open("y:BorderStyle")
        .attribute("color", "#374151")
        .attribute("type", kind)
        .attribute("width", width)
        .close();
    xml.open("y:NodeLabel").attribute("fontSize", 11).text(&cell.full_name).close();
    xml.open("y:Shape").attribute("type", "roundrectangle").close();
    xml.close().close().close();
}

fn edge(xml: &mut Xml, n: usize, wire: &Wire) {
    xml.line().open("edge").attribute("id", format!("e{n}"));
    xml.attribute("source", &wire.upper).attribute("target", &wire.lower);
    data(xml, "upper_port", &wire.upper_port);
    data(xml, "lower_port", &wire.lower_port);
    data(xml, "basis", &wire.title);
    data(xml, "mark", wire.mark.map_or("", Mark::word));
    xml.open("data").attribute("key", "line").open("y:PolyLineEdge");
    xml.open("y:Path").attribute("sx", 0).attribute("sy", 0).attribute("tx", 0).attribute("ty", 0);
    let inner = wire.points.get(1..wire.points.len().saturating_sub(1)).unwrap_or_default();
    for (x, y) in inner {
        xml.open("y:Point").attribute("x", x).attribute("y", y).close();
    }
    xml.close();
    let kind = if wire.is_inferred || wire.mark == Some(Mark::Gone) { "dashed" } else { "line" };
    xml.open("y:LineStyle")
        .attribute("color", "#374151")
        .attribute("type", kind)
        .attribute("width", "1.0")
        .close();
    xml.open("y:Arrows").attribute("source", "none").attribute("target", "none").close();
    xml.close().close().close();
}
