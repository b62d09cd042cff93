//! The diagram of an office's LAN, for a page, a letter, and other programs.
//!
//! Own layout: layered engines put the hundred leaves of an office into one row and differ from run to run. Here the
//! outside stands above the routers, these above the switches, and what hangs on a switch in a grid below it. The
//! picture follows from the graph and the heading alone, whole numbers throughout, so that it is the same to the byte
//! on every machine, and two versions can be laid side by side.

mod across;
mod dot;
mod drawio;
mod furniture;
mod graphml;
mod icons;
mod ink;
mod pages;
mod paint;
mod pen;
mod place;
mod svg;
#[cfg(test)]
mod tests;
mod tree;
mod xml;

use std::collections::{BTreeMap, BTreeSet};

use self::paint::Painter;
use self::place::{Measure, Point, Rect};
use self::tree::{Forest, Leaf};
use super::graph::{Graph, Link, Mark, NodeId, Role};
use super::text::{Type, plain};

/// What stands above and below the picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// Such as `Diagram Jaringan LAN`.
    pub title: String,
    /// The office.
    pub office: String,
    /// Lines at the right: as of when, version, fingerprint.
    pub facts: Vec<String>,
    /// The line at the foot: how it came about, and what it does not show.
    pub note: String,
}

/// The paper, in landscape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    /// A4 as long as it can be read there, else A3.
    #[default]
    Fitting,
    /// A4.
    A4,
    /// A3.
    A3,
}

/// How it lies on the paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The paper.
    pub paper: Paper,
    /// Room for the letterhead (*kop*) is left at the top.
    pub has_letterhead: bool,
}

/// A diagram, laid out.
#[derive(Clone, Debug)]
pub struct Diagram {
    heading: Heading,
    page: Page,
    /// Where the picture begins on the page.
    origin: Point,
    /// How much it is enlarged, in thousandths.
    scale: i32,
    cells: Vec<Cell>,
    wires: Vec<Wire>,
    counts: Vec<(Role, usize)>,
}

/// The paper in user units (a 96th of an inch) and millimetres, and the field for the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Page {
    w: i32,
    h: i32,
    mm: (i32, i32),
    /// Where the heading begins.
    top: i32,
    field: Rect,
}

/// A box.
#[derive(Clone, Debug)]
struct Cell {
    id: NodeId,
    rect: Rect,
    role: Role,
    is_header: bool,
    /// How many things it stands for.
    count: usize,
    /// As far as they fit.
    name: String,
    detail: String,
    port: String,
    /// In full.
    title: String,
    full_name: String,
    full_detail: String,
    mark: Option<Mark>,
}

/// A line.
#[derive(Clone, Debug)]
struct Wire {
    points: Vec<Point>,
    upper: NodeId,
    lower: NodeId,
    upper_port: String,
    lower_port: String,
    /// The names of the ports, where they stand, as far as they fit.
    label: Option<Label>,
    is_inferred: bool,
    is_across: bool,
    mark: Option<Mark>,
    title: String,
}

/// The names of the ports beside a wire.
#[derive(Clone, Debug)]
struct Label {
    at: Point,
    words: String,
    /// It stands left of the wire, and ends there.
    is_left: bool,
}

const NAME: Type = Type::plain(11);
const STRONG: Type = Type::bold(11);
const DETAIL: Type = Type::plain(9);
const PORT: Type = Type::bold(9);
const HEADER_NAME: Type = Type::bold(13);
const HEADER_DETAIL: Type = Type::plain(10);
/// Inside a leaf, left of the text: the icon and the space around it.
const ICON: i32 = 26;
const HEADER_ICON: i32 = 38;
const PAD: i32 = 7;
/// Below this a name is smaller than 5¾ points on paper.
const READABLE: i32 = 700;

impl Diagram {
    /// Draws a graph.
    #[must_use]
    pub fn new(graph: &Graph, heading: Heading, sheet: Sheet) -> Self {
        Self::with(graph, heading, sheet, tree::MAX_LEAVES)
    }

    fn with(graph: &Graph, heading: Heading, sheet: Sheet, most: usize) -> Self {
        let forest = tree::grow(graph, most);
        let sizes = Sizes::new(graph, &forest);
        let ways = place::ways(&forest, &sizes);
        let nothing = place::Placed::default();
        let on = |paper: Paper| {
            let page = Page::new(paper, sheet.has_letterhead, heading.facts.len());
            let placed = place::best(&ways, page.field.w, page.field.h).unwrap_or(&nothing);
            let (w, h) = (placed.w.max(1), placed.h.max(1));
            let scale = (page.field.w * 1000 / w).min(page.field.h * 1000 / h).min(1200);
            let spare = (page.field.w - w * scale / 1000, page.field.h - h * scale / 1000);
            (page, (page.field.x + spare.0 / 2, page.field.y + spare.1 / 3), scale, placed)
        };
        let (page, origin, scale, placed) = match sheet.paper {
            Paper::Fitting => {
                Some(on(Paper::A4)).filter(|drawn| drawn.2 >= READABLE).unwrap_or_else(|| on(Paper::A3))
            }
            paper => on(paper),
        };
        let painter = Painter::new(graph, &sizes);
        let cells: Vec<Cell> =
            placed.spots.iter().filter(|spot| spot.rect.w > 0).map(|spot| painter.cell(spot)).collect();
        let mut wires: Vec<Wire> = placed.spots.iter().filter_map(|spot| painter.wire(spot)).collect();
        wires.extend(painter.across(&forest, &placed.spots));
        // Where wires share a bus, it is drawn for the first of them.
        wires.sort_by_key(|wire| (wire.is_across, wire.is_inferred, wire.mark));
        Self { heading, page, origin, scale, cells, wires, counts: counts(graph) }
    }

    /// How much the texts are reduced or enlarged, in thousandths of their size (names: 11 units, 8¼ points).
    #[must_use]
    pub const fn scale(&self) -> i32 {
        self.scale
    }
}

/// How many there are of each kind; what is gone is not counted.
fn counts(graph: &Graph) -> Vec<(Role, usize)> {
    let mut all: BTreeMap<Role, usize> = BTreeMap::new();
    for node in graph.nodes.values().filter(|node| node.mark != Some(Mark::Gone)) {
        *all.entry(node.role).or_default() += 1;
    }
    all.into_iter().filter(|(role, _)| !matches!(role, Role::Outside | Role::Segment)).collect()
}

impl Page {
    fn new(paper: Paper, has_letterhead: bool, facts: usize) -> Self {
        let (w, h, mm) = if paper == Paper::A3 { (1587, 1123, (420, 297)) } else { (1123, 794, (297, 210)) };
        let top = if has_letterhead { furniture::LETTERHEAD } else { furniture::MARGIN };
        let y = top + furniture::heading_height(facts);
        let x = furniture::MARGIN;
        let field = Rect { x, y, w: w - 2 * x, h: h - y - furniture::FOOT - furniture::MARGIN };
        Self { w, h, mm, top, field }
    }
}

/// How large boxes must be for what stands in them.
struct Sizes {
    leaf: i32,
    /// The part of a leaf for the port; 0 when no port is known.
    port: i32,
    headers: BTreeMap<NodeId, i32>,
}

impl Measure for Sizes {
    fn leaf(&self) -> i32 {
        self.leaf
    }

    fn header(&self, id: &str) -> i32 {
        self.headers.get(id).copied().unwrap_or(0)
    }
}

impl Sizes {
    /// Leaves are all of one width, so that the grid is quiet: wide enough for nine names of ten.
    fn new(graph: &Graph, forest: &Forest) -> Self {
        let mut sizes = Self { leaf: 0, port: 0, headers: BTreeMap::new() };
        let mut widths = Vec::new();
        let mut branches: Vec<&tree::Branch> = forest.roots.iter().collect();
        while let Some(branch) = branches.pop() {
            branches.extend(&branch.branches);
            if let Some(node) = graph.nodes.get(&branch.id) {
                let (name, detail) =
                    (HEADER_NAME.width(&plain(&node.name)), HEADER_DETAIL.width(&plain(&node.detail)));
                let width = HEADER_ICON + name.max(detail) + 2 * PAD;
                sizes.headers.insert(branch.id.clone(), width.clamp(150, 260));
            }
            for leaf in &branch.leaves {
                let (name, detail) = leaf_texts(graph, leaf);
                widths.push(STRONG.width(&name).max(DETAIL.width(&detail)));
                let port = PORT.width(&ports(graph, &leaf.links, |link| link.upper_port.as_deref()));
                sizes.port = sizes.port.max(if port > 1 { (port + 10).clamp(24, 52) } else { 0 });
            }
        }
        widths.sort_unstable();
        let wide = widths.get(widths.len() * 9 / 10).or(widths.last()).copied().unwrap_or(0);
        sizes.leaf = sizes.port + (ICON + wide + PAD).clamp(104, 170);
        sizes
    }
}

/// What stands in a leaf: a thing, or how many of which kind.
fn leaf_texts(graph: &Graph, leaf: &Leaf) -> (String, String) {
    let first = leaf.ids.first().and_then(|id| graph.nodes.get(id));
    let Some(node) = first else { return Default::default() };
    match leaf.ids.len() {
        1 => (plain(&node.name), plain(&node.detail)),
        n => (format!("{n} {}", node.role.word().to_lowercase()), plain(&node.group)),
    }
}

/// The ports of links that run side by side, each once.
fn ports<'a>(graph: &'a Graph, links: &[usize], port: impl Fn(&'a Link) -> Option<&'a str>) -> String {
    let all = links.iter().filter_map(|index| graph.links.get(*index)).filter_map(port);
    let all: BTreeSet<String> = all.map(plain).collect();
    all.into_iter().collect::<Vec<_>>().join("+")
}

/// The types of name and detail, and the room for the icon.
const fn types(is_header: bool, role: Role) -> (Type, Type, i32) {
    match (is_header, role) {
        (true, _) => (HEADER_NAME, HEADER_DETAIL, HEADER_ICON),
        (false, Role::Server) => (STRONG, DETAIL, ICON),
        (false, _) => (NAME, DETAIL, ICON),
    }
}
