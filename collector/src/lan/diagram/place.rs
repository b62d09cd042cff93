//! Where everything stands: a switch above what hangs on it, leaves in a grid of at most four columns on shared spines,
//! switches side by side on shelves. Of many ways to break the shelves, the one is taken that fills the paper best.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::tree::{Branch, Forest, Leaf};

/// A rectangle, in user units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) w: i32,
    pub(super) h: i32,
}

/// A point, in user units.
pub(super) type Point = (i32, i32);

/// Where one thing stands.
#[derive(Clone, Debug)]
pub(super) struct Spot<'a> {
    pub(super) rect: Rect,
    pub(super) ids: &'a [String],
    pub(super) links: &'a [usize],
    pub(super) is_header: bool,
    /// How the wire from its parent runs.
    pub(super) wire: Vec<Point>,
}

/// How wide things must be for their texts.
pub(super) trait Measure {
    /// The width of a leaf, the same for all.
    fn leaf(&self) -> i32;
    /// The width of a header.
    fn header(&self, id: &str) -> i32;
}

/// Everything placed: what stands where, and how large it is in all.
#[derive(Clone, Debug, Default)]
pub(super) struct Placed<'a> {
    pub(super) spots: Vec<Spot<'a>>,
    pub(super) w: i32,
    pub(super) h: i32,
}

pub(super) const LEAF_H: i32 = 36;
pub(super) const HEADER_H: i32 = 46;
/// Between the rows of leaves: room for a flag, and for a wire across.
const ROW_GAP: i32 = 14;
/// Between the columns: room for the spine, and for a wire across.
const COLUMN_GAP: i32 = 22;
/// The spine stands this far left of its leaves.
const SPINE: i32 = 11;
/// From a header down to its bus.
const BUS: i32 = 18;
/// From a bus down to a header: room for the names of the ports.
const DROP: i32 = 28;
/// Between two things on a shelf, and between two shelves.
const BLOCK_GAP: i32 = 30;
const SHELF_GAP: i32 = 26;
/// Room for the trunk that leads to lower shelves.
const GUTTER: i32 = 20;
const MAX_COLUMNS: usize = 4;

/// Rows of leaves and widths of shelves to try.
const ROWS: [usize; 9] = [2, 3, 4, 5, 6, 7, 9, 11, 14];
const WIDTHS: [i32; 18] =
    [420, 560, 700, 850, 1000, 1150, 1300, 1450, 1600, 1750, 1900, 2050, 2200, 2350, 2500, 2800, 3200, 3800];

/// Places all in every way that is to be tried. Ways that come out alike are tried once: as many columns for each grid as
/// before, or shelves that are wide enough for all.
pub(super) fn ways<'a>(forest: &'a Forest, measure: &impl Measure) -> Vec<Placed<'a>> {
    let mut ways: Vec<Placed<'a>> = Vec::new();
    let mut grids = BTreeSet::new();
    for rows in ROWS {
        let columns: Vec<usize> =
            forest.leaf_counts().into_iter().map(|leaves| columns(leaves, rows)).collect();
        if !grids.insert(columns) {
            continue;
        }
        for width in WIDTHS {
            let placer = Placer { measure, rows, width, is_broken: Cell::new(false) };
            ways.push(placer.forest(forest));
            if !placer.is_broken.get() {
                break;
            }
        }
    }
    ways
}

/// The way that fills a field of `w` by `h` best.
pub(super) fn best<'w, 'a>(ways: &'w [Placed<'a>], w: i32, h: i32) -> Option<&'w Placed<'a>> {
    let key = |placed: &Placed<'_>| {
        let (scale, shape) = score(placed, w, h);
        (-scale, shape)
    };
    ways.iter().min_by_key(|placed| key(placed))
}

fn columns(leaves: usize, rows: usize) -> usize {
    leaves.div_ceil(rows).clamp(1, MAX_COLUMNS)
}

/// How much it may be enlarged, in thousandths, at most by a fifth; and how far its shape is from the field's.
fn score(placed: &Placed<'_>, w: i32, h: i32) -> (i64, i64) {
    let (own_w, own_h) = (i64::from(placed.w.max(1)), i64::from(placed.h.max(1)));
    let (w, h) = (i64::from(w), i64::from(h));
    let scale = (w * 1000 / own_w).min(h * 1000 / own_h).min(1200);
    (scale, (own_w * 1000 / own_h - w * 1000 / h).abs())
}

struct Placer<'m, M> {
    measure: &'m M,
    rows: usize,
    width: i32,
    /// A shelf was too short, and another was begun.
    is_broken: Cell<bool>,
}

/// Something on a shelf, and where wires enter it from the bus above.
struct Item<'a> {
    placed: Placed<'a>,
    /// For each spot, by index, that the bus leads to: where its wire leaves the bus.
    entries: Vec<(usize, i32)>,
    /// Where its parent would best stand above it.
    middle: i32,
}

impl<M: Measure> Placer<'_, M> {
    fn forest<'a>(&self, forest: &'a Forest) -> Placed<'a> {
        let items = forest
            .roots
            .iter()
            .map(|root| if root.id.is_empty() { self.grid(&root.leaves) } else { self.hung(root) });
        let shelves = self.shelves(items.collect());
        let w = shelves.iter().map(Shelf::width).max().unwrap_or(0);
        let mut all = Placed { w, ..Placed::default() };
        for shelf in shelves {
            let top = if all.h == 0 { 0 } else { all.h + SHELF_GAP };
            let mut x = (w - shelf.width()) / 2;
            for mut item in shelf.items {
                // There is no bus above a root.
                for spot in &mut item.placed.spots {
                    if spot.links.is_empty() {
                        spot.wire.clear();
                    }
                }
                let width = item.placed.w;
                all.h = all.h.max(top + item.placed.h);
                item.placed.shift(x, top);
                all.spots.extend(item.placed.spots);
                x += width + BLOCK_GAP;
            }
        }
        all
    }

    /// A branch with its header, for a shelf.
    fn hung<'a>(&self, branch: &'a Branch) -> Item<'a> {
        let mut placed = self.branch(branch);
        placed.shift(0, DROP);
        placed.h += DROP;
        let x = placed.spots.first().map_or(0, |header| header.rect.x + header.rect.w / 2);
        if let Some(header) = placed.spots.first_mut() {
            header.wire = vec![(x, 0), (x, header.rect.y)];
        }
        Item { placed, entries: vec![(0, x)], middle: x }
    }

    /// A header, with what hangs on it below; the header is the first spot.
    fn branch<'a>(&self, branch: &'a Branch) -> Placed<'a> {
        let header_w = self.measure.header(&branch.id);
        let mut items = Vec::new();
        if !branch.leaves.is_empty() {
            items.push(self.grid(&branch.leaves));
        }
        items.extend(branch.branches.iter().map(|child| self.hung(child)));
        let shelves = self.shelves(items);
        let gutter = if shelves.len() > 1 { GUTTER } else { 0 };
        let content = shelves.iter().map(Shelf::width).max().unwrap_or(0) + gutter;
        let w = content.max(header_w);
        let indent = |shelf: &Shelf<'_>| gutter + (w - gutter - shelf.width()) / 2;
        let best = shelves.first().map_or(w / 2, |shelf| indent(shelf) + shelf.middle());
        let centre = best.clamp(header_w / 2, w - (header_w - header_w / 2));
        let header = Spot {
            rect: Rect { x: centre - header_w / 2, y: 0, w: header_w, h: HEADER_H },
            ids: std::slice::from_ref(&branch.id),
            links: &branch.links,
            is_header: true,
            wire: Vec::new(),
        };
        let mut all = Placed { spots: vec![header], w, h: HEADER_H };
        let first_bus = HEADER_H + BUS;
        for (n, shelf) in shelves.into_iter().enumerate() {
            let bus = if n == 0 { first_bus } else { all.h + SHELF_GAP };
            let mut trunk = vec![(centre, HEADER_H), (centre, first_bus)];
            if n > 0 {
                trunk.extend([(GUTTER / 2, first_bus), (GUTTER / 2, bus)]);
            }
            let mut x = indent(&shelf);
            for item in shelf.items {
                let width = item.placed.w;
                all.take(item, x, bus, &trunk);
                x += width + BLOCK_GAP;
            }
        }
        all
    }

    /// Fills shelves from the left as far as the width allows.
    fn shelves<'a>(&self, items: Vec<Item<'a>>) -> Vec<Shelf<'a>> {
        let mut shelves: Vec<Shelf<'a>> = Vec::new();
        for item in items {
            match shelves.last_mut() {
                Some(shelf) if shelf.width() + BLOCK_GAP + item.placed.w <= self.width => {
                    shelf.items.push(item)
                }
                _ => {
                    self.is_broken.set(self.is_broken.get() || !shelves.is_empty());
                    shelves.push(Shelf { items: vec![item] });
                }
            }
        }
        shelves
    }

    /// Leaves in columns, each on a spine at its left.
    fn grid<'a>(&self, leaves: &'a [Leaf]) -> Item<'a> {
        let columns = columns(leaves.len(), self.rows);
        let rows = leaves.len().div_ceil(columns);
        let leaf_w = self.measure.leaf();
        let pitch = leaf_w + COLUMN_GAP;
        let size = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let mut item = Item { placed: Placed::default(), entries: Vec::new(), middle: 0 };
        for (n, leaf) in leaves.iter().enumerate() {
            let (column, row) = (size(n / rows), size(n % rows));
            let x = column * pitch + COLUMN_GAP;
            let y = ROW_GAP + row * (LEAF_H + ROW_GAP);
            let (spine, middle) = (x - SPINE, y + LEAF_H / 2);
            item.entries.push((n, spine));
            item.placed.spots.push(Spot {
                rect: Rect { x, y, w: leaf_w, h: LEAF_H },
                ids: &leaf.ids,
                links: &leaf.links,
                is_header: false,
                wire: vec![(spine, 0), (spine, middle), (x, middle)],
            });
        }
        item.placed.w = size(columns.min(leaves.len())) * pitch;
        item.middle = item.placed.w / 2;
        item.placed.h = size(rows) * (LEAF_H + ROW_GAP) + ROW_GAP / 2;
        item
    }
}

struct Shelf<'a> {
    items: Vec<Item<'a>>,
}

impl Shelf<'_> {
    /// Half way between the first thing and the last.
    fn middle(&self) -> i32 {
        let first = self.items.first().map_or(0, |item| item.middle);
        let last = self.items.last().map_or(0, |item| self.width() - item.placed.w + item.middle);
        (first + last) / 2
    }

    fn width(&self) -> i32 {
        let gaps = BLOCK_GAP * i32::try_from(self.items.len().saturating_sub(1)).unwrap_or(0);
        self.items.iter().map(|item| item.placed.w).sum::<i32>() + gaps
    }
}

impl<'a> Placed<'a> {
    fn shift(&mut self, x: i32, y: i32) {
        for spot in &mut self.spots {
            spot.rect.x += x;
            spot.rect.y += y;
            for point in &mut spot.wire {
                *point = (point.0 + x, point.1 + y);
            }
        }
    }

    /// Puts an item below the bus at `y`; the wires of its entries come down `trunk`.
    fn take(&mut self, mut item: Item<'a>, x: i32, y: i32, trunk: &[Point]) {
        item.placed.shift(x, y);
        for (index, entry) in &item.entries {
            if let Some(spot) = item.placed.spots.get_mut(*index) {
                let mut wire = trunk.to_vec();
                wire.push((entry + x, y));
                wire.append(&mut spot.wire);
                spot.wire = straight(wire);
            }
        }
        self.h = self.h.max(y + item.placed.h);
        self.spots.extend(item.placed.spots);
    }
}

/// A way without points that change nothing.
pub(super) fn straight(way: Vec<Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for point in way {
        if kept.last() == Some(&point) {
            continue;
        }
        if let [.., a, b] = kept.as_slice()
            && ((a.0 == b.0 && b.0 == point.0) || (a.1 == b.1 && b.1 == point.1))
        {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}
