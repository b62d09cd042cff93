//! What is drawn already. Many wires share a bus: drawn once for each, it would grow thick, and the dashes of one would
//! fill the gaps of another.

use std::collections::BTreeMap;

use super::place::Point;

/// The pieces that are drawn: by direction and line, from where to where.
#[derive(Default)]
pub(super) struct Ink(BTreeMap<(bool, i32), Vec<(i32, i32)>>);

impl Ink {
    /// The parts of a way that are not drawn yet; they count as drawn from now on.
    pub(super) fn fresh(&mut self, way: &[Point]) -> Vec<Vec<Point>> {
        let mut parts: Vec<Vec<Point>> = Vec::new();
        for pair in way.windows(2) {
            let [from, to] = pair else { continue };
            for (start, end) in self.piece(*from, *to) {
                match parts.last_mut().filter(|part| part.last() == Some(&start)) {
                    Some(part) => part.push(end),
                    None => parts.push(vec![start, end]),
                }
            }
        }
        parts
    }

    fn piece(&mut self, from: Point, to: Point) -> Vec<(Point, Point)> {
        let is_upright = from.0 == to.0;
        let (line, start, end) = if is_upright { (from.0, from.1, to.1) } else { (from.1, from.0, to.0) };
        let drawn = self.0.entry((is_upright, line)).or_default();
        let mut left = vec![(start.min(end), start.max(end))];
        for (a, b) in drawn.iter() {
            let cut = |(x, y): (i32, i32)| [(x, y.min(*a)), (x.max(*b), y)];
            left = left.into_iter().flat_map(cut).filter(|(x, y)| x < y).collect();
        }
        drawn.extend(&left);
        left.sort_unstable();
        let point = |at: i32| if is_upright { (line, at) } else { (at, line) };
        let forwards = left.into_iter().map(|(a, b)| (point(a), point(b)));
        if start <= end { forwards.collect() } else { forwards.rev().map(|(a, b)| (b, a)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_not_drawn_again() {
        let mut ink = Ink::default();
        assert_eq!(
            ink.fresh(&[(5, 0), (5, 10), (0, 10), (0, 20)]),
            [vec![(5, 0), (5, 10), (0, 10), (0, 20)]]
        );
        assert_eq!(ink.fresh(&[(5, 0), (5, 10), (0, 10), (0, 30)]), [vec![(0, 20), (0, 30)]]);
        assert_eq!(ink.fresh(&[(5, 0), (5, 10), (9, 10)]), [vec![(5, 10), (9, 10)]]);
        assert_eq!(ink.fresh(&[(12, 10), (-3, 10)]), [vec![(12, 10), (9, 10)], vec![(0, 10), (-3, 10)]]);
        assert_eq!(ink.fresh(&[(5, 0), (5, 10)]), Vec::<Vec<Point>>::new());
    }
}
