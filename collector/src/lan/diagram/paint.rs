//! From spots to boxes and lines with their texts.

use std::collections::BTreeMap;

use super::across::Lanes;
use super::place::{Point, Rect, Spot};
use super::tree::{Forest, Leaf};
use super::{Cell, DETAIL, Label, PAD, PORT, Sizes, Wire, leaf_texts, ports, types};
use crate::lan::graph::{Basis, Graph, Link, Node, NodeId};
use crate::lan::text::plain;
use crate::lan::words::at_port;

pub(super) struct Painter<'a> {
    graph: &'a Graph,
    sizes: &'a Sizes,
}

impl<'a> Painter<'a> {
    pub(super) const fn new(graph: &'a Graph, sizes: &'a Sizes) -> Self {
        Self { graph, sizes }
    }

    pub(super) fn cell(&self, spot: &Spot<'_>) -> Cell {
        let first = spot.ids.first().cloned().unwrap_or_default();
        let nothing = Node::default();
        let node = self.graph.nodes.get(&first).unwrap_or(&nothing);
        let leaf = Leaf { ids: spot.ids.to_vec(), links: spot.links.to_vec() };
        let (full_name, full_detail) = leaf_texts(self.graph, &leaf);
        let is_single = spot.ids.len() == 1;
        let port = if spot.is_header || !is_single {
            String::new()
        } else {
            ports(self.graph, spot.links, |link| link.upper_port.as_deref())
        };
        let (name_type, detail_type, icon) = types(spot.is_header, node.role);
        let port_room = if port.is_empty() { 0 } else { self.sizes.port };
        let room = spot.rect.w - icon - PAD - port_room;
        Cell {
            rect: spot.rect,
            role: node.role,
            is_header: spot.is_header,
            count: spot.ids.len(),
            name: name_type.fit(&full_name, room),
            detail: detail_type.fit(&full_detail, room),
            port: PORT.fit(&port, port_room - 10),
            title: self.cell_title(spot, node),
            full_name,
            full_detail,
            mark: node.mark.filter(|_| is_single),
            id: first,
        }
    }

    fn cell_title(&self, spot: &Spot<'_>, node: &Node) -> String {
        let mark = node.mark.map(|mark| format!(" ({})", mark.word())).unwrap_or_default();
        let named = |id: &String| self.graph.nodes.get(id).map_or_else(String::new, |node| plain(&node.name));
        if spot.ids.len() > 1 {
            let names: Vec<String> = spot.ids.iter().map(named).collect();
            return format!("{} {}: {}", names.len(), node.role.word().to_lowercase(), names.join(", "));
        }
        let mut words = vec![format!("{} {}{mark}", node.role.word(), plain(&node.name))];
        words.extend(Some(plain(&node.detail)).filter(|detail| !detail.is_empty()));
        words.extend(node.addresses.iter().filter(|text| **text != node.detail).map(|text| plain(text)));
        words.join(", ")
    }

    /// The wire of a box from its parent.
    pub(super) fn wire(&self, spot: &Spot<'_>) -> Option<Wire> {
        let link = self.graph.links.get(*spot.links.first()?)?;
        let mut wire = self.line(link, spot.wire.clone());
        wire.upper_port = ports(self.graph, spot.links, |link| link.upper_port.as_deref());
        wire.lower_port = ports(self.graph, spot.links, |link| link.lower_port.as_deref());
        if spot.ids.len() > 1 {
            let count = spot.ids.len();
            wire.title = format!("{count} sambungan, {}", link.basis.word());
            (wire.upper_port, wire.lower_port) = Default::default();
        }
        if spot.is_header {
            let text = [&wire.upper_port, &wire.lower_port].map(String::as_str);
            let text = text.into_iter().filter(|port| !port.is_empty()).collect::<Vec<_>>().join(" – ");
            // The flag of a mark stands above the right end.
            let is_left = self.graph.nodes.get(&link.lower).is_some_and(|node| node.mark.is_some());
            let beside = if is_left { -5 } else { 5 };
            let at = (spot.rect.x + spot.rect.w / 2 + beside, spot.rect.y - 5);
            let words = DETAIL.fit(&text, spot.rect.w / 2 - 8);
            wire.label = (words.chars().count() > 1).then_some(Label { at, words, is_left });
        }
        Some(wire)
    }

    fn line(&self, link: &Link, points: Vec<Point>) -> Wire {
        let name = |id: &str| self.graph.nodes.get(id).map_or_else(String::new, |node| plain(&node.name));
        let port = |port: &Option<String>| port.as_deref().map(plain).unwrap_or_default();
        let at = |port: &Option<String>| {
            port.as_deref().map(|it| format!(" {}", at_port(&plain(it)))).unwrap_or_default()
        };
        let mark = link.mark.map(|mark| format!(" ({})", mark.word())).unwrap_or_default();
        let missing = if link.is_missing { ", sedang tidak tampak" } else { "" };
        let vlan = link.vlan.map(|vlan| format!(", VLAN {vlan}")).unwrap_or_default();
        let title = format!(
            "{}{} – {}{}{mark}: {}{vlan}{missing}",
            name(&link.upper),
            at(&link.upper_port),
            name(&link.lower),
            at(&link.lower_port),
            link.basis.word()
        );
        Wire {
            points,
            upper: link.upper.clone(),
            lower: link.lower.clone(),
            upper_port: port(&link.upper_port),
            lower_port: port(&link.lower_port),
            label: None,
            is_inferred: link.basis == Basis::Concluded,
            is_across: false,
            mark: link.mark,
            title,
        }
    }

    /// The links that are not in the tree, in their order, each by a way of its own.
    pub(super) fn across(&self, forest: &Forest, spots: &[Spot<'_>]) -> Vec<Wire> {
        let boxes: Vec<Rect> = spots.iter().map(|spot| spot.rect).filter(|rect| rect.w > 0).collect();
        let stands: BTreeMap<&NodeId, &Rect> =
            spots.iter().flat_map(|spot| spot.ids.iter().map(move |id| (id, &spot.rect))).collect();
        if forest.across.is_empty() {
            return Vec::new();
        }
        let mut lanes = Lanes::new(&boxes);
        let mut wires = Vec::new();
        for link in forest.across.iter().filter_map(|index| self.graph.links.get(*index)) {
            let (Some(from), Some(to)) = (stands.get(&link.upper), stands.get(&link.lower)) else { continue };
            if from != to
                && let Some(points) = lanes.way(from, to)
            {
                wires.push(Wire { is_across: true, ..self.line(link, points) });
            }
        }
        wires
    }
}
