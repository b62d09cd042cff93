//! Strokes, frames, flags and texts: what all parts of the picture are drawn with.

use std::fmt::Write as _;

use super::Type;
use super::place::{Point, Rect};
use super::xml::Xml;
use crate::lan::graph::Mark;

const LINE: &str = "#374151";
const ACROSS: &str = "#1d4ed8";

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

pub(super) const fn colour(is_across: bool, mark: Option<Mark>) -> &'static str {
    match (mark, is_across) {
        (Some(mark), _) => mark_colour(mark),
        (None, true) => ACROSS,
        (None, false) => LINE,
    }
}

pub(super) const fn mark_colour(mark: Mark) -> &'static str {
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

pub(super) fn outline(xml: &mut Xml, rect: Rect, radius: i32, fill: &str, colour: &str, width: &str) {
    xml.open("rect").attribute("x", rect.x).attribute("y", rect.y).attribute("width", rect.w);
    xml.attribute("height", rect.h).attribute("rx", radius).attribute("fill", fill);
    xml.attribute("stroke", colour).attribute("stroke-width", width);
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

pub(super) fn line(xml: &mut Xml, from: Point, to: Point, colour: &str) {
    xml.open("path").attribute("d", straight(&[from, to])).attribute("stroke", colour).close();
}

pub(super) fn text(xml: &mut Xml, at: Point, face: Type, colour: &str, anchor: &str, words: &str, room: i32) {
    begin_text(xml, at, face, colour, anchor, words, room);
    xml.text(words).close();
}

pub(super) fn struck_text(
    xml: &mut Xml,
    at: Point,
    face: Type,
    colour: &str,
    words: &str,
    room: i32,
    is_struck: bool,
) {
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
