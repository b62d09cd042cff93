//! Ways for the links that are not in the tree: through the lanes between the boxes, never through a box.
//!
//! The lanes are the lines beside the edges of all boxes. The shortest way with few bends is taken (Dijkstra's); a lane
//! that is taken already is dearer.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::place::{Point, Rect};

/// A lane runs this far from an edge.
const RIGHT: i32 = 5;
const LEFT: i32 = 17;
const BELOW: i32 = 5;
const ABOVE: i32 = 22;
/// Lanes keep this far from every box.
const CLEAR: i32 = 2;
/// What a bend costs, as a length.
const BEND: i64 = 40;
/// How much dearer a lane is that is taken.
const TAKEN: i64 = 4;

/// The lanes of a diagram.
pub(super) struct Lanes {
    xs: Vec<i32>,
    ys: Vec<i32>,
    /// Pieces to the right of a crossing, and below it, that a box is in the way of.
    no_right: Vec<bool>,
    no_down: Vec<bool>,
    taken: BTreeSet<(usize, usize, bool)>,
}

/// A crossing, and whether it was reached sideways.
type Step = (usize, usize, bool);

/// The best way to a crossing so far.
#[derive(Clone, Copy)]
struct Reached {
    cost: i64,
    before: Option<Step>,
}

/// Crossings to go on from, the cheapest first.
type Open = BinaryHeap<Reverse<(i64, Step)>>;

fn shut(pieces: &mut [bool], piece: usize) {
    if let Some(piece) = pieces.get_mut(piece) {
        *piece = true;
    }
}

impl Lanes {
    pub(super) fn new(boxes: &[Rect]) -> Self {
        let xs: BTreeSet<i32> = boxes.iter().flat_map(|b| [b.x - LEFT, b.x + b.w + RIGHT]).collect();
        let middles = boxes.iter().map(|b| b.y + b.h / 2);
        let ys: BTreeSet<i32> =
            boxes.iter().flat_map(|b| [b.y - ABOVE, b.y + b.h + BELOW]).chain(middles).collect();
        let free = vec![false; xs.len() * ys.len()];
        let mut lanes = Self {
            xs: xs.into_iter().collect(),
            ys: ys.into_iter().collect(),
            no_right: free.clone(),
            no_down: free,
            taken: BTreeSet::new(),
        };
        for b in boxes {
            lanes.block(b);
        }
        lanes
    }

    fn block(&mut self, b: &Rect) {
        let (left, right) = (b.x - CLEAR, b.x + b.w + CLEAR);
        let (top, bottom) = (b.y - CLEAR, b.y + b.h + CLEAR);
        // The piece before the first line inside reaches into the box too.
        let from = |lines: &[i32], edge: i32| lines.partition_point(|line| *line <= edge);
        let to = |lines: &[i32], edge: i32| lines.partition_point(|line| *line < edge);
        let (x0, x1) = (from(&self.xs, left), to(&self.xs, right));
        let (y0, y1) = (from(&self.ys, top), to(&self.ys, bottom));
        for y in y0..y1 {
            for x in x0.saturating_sub(1)..x1 {
                shut(&mut self.no_right, y * self.xs.len() + x);
            }
        }
        for x in x0..x1 {
            for y in y0.saturating_sub(1)..y1 {
                shut(&mut self.no_down, y * self.xs.len() + x);
            }
        }
    }

    /// The way from one box to another, from edge to edge; none where there is no way.
    pub(super) fn way(&mut self, from: &Rect, to: &Rect) -> Option<Vec<Point>> {
        let starts = self.doors(from);
        let ends = self.doors(to);
        let mut known: Vec<Option<Reached>> = vec![None; 2 * self.xs.len() * self.ys.len()];
        let mut open = BinaryHeap::new();
        for (x, y, _) in &starts {
            self.reach(&mut known, &mut open, (*x, *y, true), Reached { cost: 0, before: None });
        }
        while let Some(Reverse((cost, step))) = open.pop() {
            if self.reached(&known, step).is_some_and(|best| best.cost < cost) {
                continue;
            }
            if ends.iter().any(|(x, y, _)| (*x, *y) == (step.0, step.1)) {
                return Some(self.trace(&known, step, &starts, &ends));
            }
            for (next, length) in self.next(step) {
                let bend = if next.2 == step.2 { 0 } else { BEND };
                let reached = Reached { cost: cost + length + bend, before: Some(step) };
                self.reach(&mut known, &mut open, next, reached);
            }
        }
        None
    }

    fn index(&self, (x, y, is_sideways): Step) -> usize {
        2 * (y * self.xs.len() + x) + usize::from(is_sideways)
    }

    fn reached(&self, known: &[Option<Reached>], step: Step) -> Option<Reached> {
        known.get(self.index(step)).copied().flatten()
    }

    /// Notes a way to a crossing, where it is the best so far.
    fn reach(&self, known: &mut [Option<Reached>], open: &mut Open, step: Step, way: Reached) {
        if let Some(best) = known.get_mut(self.index(step))
            && best.is_none_or(|best| way.cost < best.cost)
        {
            *best = Some(way);
            open.push(Reverse((way.cost, step)));
        }
    }

    /// The crossings beside a box, with the point of its edge: at the middle of either side.
    fn doors(&self, b: &Rect) -> Vec<(usize, usize, Point)> {
        let middle = b.y + b.h / 2;
        let Ok(y) = self.ys.binary_search(&middle) else { return Vec::new() };
        let door = |lane: i32, edge: i32| Some((self.xs.binary_search(&lane).ok()?, y, (edge, middle)));
        [door(b.x + b.w + RIGHT, b.x + b.w), door(b.x - LEFT, b.x)].into_iter().flatten().collect()
    }

    fn next(&self, (x, y, _): Step) -> Vec<(Step, i64)> {
        let mut all = Vec::with_capacity(4);
        let gap = |lines: &[i32], a: usize, b: usize| {
            lines.get(b).zip(lines.get(a)).map(|(b, a)| i64::from((b - a).abs()))
        };
        let mut add = |piece: (usize, usize, bool), is_shut: bool, step: Step, length: Option<i64>| {
            if let Some(length) = length.filter(|_| !is_shut) {
                let dear = if self.taken.contains(&piece) { TAKEN } else { 1 };
                all.push((step, length * dear));
            }
        };
        let is_shut =
            |pieces: &[bool], x: usize, y: usize| pieces.get(y * self.xs.len() + x).copied().unwrap_or(true);
        add((x, y, true), is_shut(&self.no_right, x, y), (x + 1, y, true), gap(&self.xs, x, x + 1));
        add((x, y, false), is_shut(&self.no_down, x, y), (x, y + 1, false), gap(&self.ys, y, y + 1));
        if let Some(left) = x.checked_sub(1) {
            add((left, y, true), is_shut(&self.no_right, left, y), (left, y, true), gap(&self.xs, left, x));
        }
        if let Some(up) = y.checked_sub(1) {
            add((x, up, false), is_shut(&self.no_down, x, up), (x, up, false), gap(&self.ys, up, y));
        }
        all
    }

    fn trace(
        &mut self,
        known: &[Option<Reached>],
        end: Step,
        starts: &[(usize, usize, Point)],
        ends: &[(usize, usize, Point)],
    ) -> Vec<Point> {
        let edge = |doors: &[(usize, usize, Point)], at: Step| {
            doors.iter().find(|(x, y, _)| (*x, *y) == (at.0, at.1)).map(|(.., point)| *point)
        };
        let mut points: Vec<Point> = edge(ends, end).into_iter().collect();
        let mut step = end;
        loop {
            points.extend(self.xs.get(step.0).copied().zip(self.ys.get(step.1).copied()));
            let Some(before) = self.reached(known, step).and_then(|way| way.before) else { break };
            self.taken.insert((step.0.min(before.0), step.1.min(before.1), step.2));
            step = before;
        }
        points.extend(edge(starts, step));
        points.reverse();
        super::place::straight(points)
    }
}
