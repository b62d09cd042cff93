//! As DOT for Graphviz: with positions, so that `neato -n` draws it as it stands, while `dot` lays it out anew.

use std::fmt::Write as _;

use super::Diagram;
use crate::lan::graph::{Mark, Role};

impl Diagram {
    /// The diagram as DOT.
    #[must_use]
    pub fn dot(&self) -> String {
        let mut text = String::from("graph lan {\n");
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "  label={}; labelloc=t; splines=line;",
            quoted(&super::plain(&self.heading.title))
        );
        text.push_str("  node [shape=box, style=rounded, fontname=\"Arial\", fontsize=10];\n");
        text.push_str("  edge [fontname=\"Arial\", fontsize=8];\n");
        for cell in &self.cells {
            let rect = &cell.rect;
            let mark = cell.mark.map(|mark| format!(" [{}]", mark.word())).unwrap_or_default();
            let label = format!("{}{mark}\n{}", cell.full_name, cell.full_detail);
            let is_dashed = cell.role == Role::InferredSwitch || cell.mark == Some(Mark::Gone);
            let style = if is_dashed { ", style=\"rounded,dashed\"" } else { "" };
            // Points, upwards; sizes in inches of 96 units.
            let (x, y) = (rect.x + rect.w / 2, -(rect.y + rect.h / 2));
            let _ = writeln!(
                text,
                "  {} [label={}, pos=\"{},{}\", width={}, height={}{style}];",
                quoted(&cell.id),
                quoted(&label),
                quarters(x * 3),
                quarters(y * 3),
                hundredths(rect.w),
                hundredths(rect.h)
            );
        }
        for wire in &self.wires {
            let style = if wire.is_inferred || wire.mark == Some(Mark::Gone) { ", style=dashed" } else { "" };
            let _ = writeln!(
                text,
                "  {} -- {} [taillabel={}, headlabel={}{style}];",
                quoted(&wire.upper),
                quoted(&wire.lower),
                quoted(&wire.upper_port),
                quoted(&wire.lower_port)
            );
        }
        text.push_str("}\n");
        text
    }
}

/// A quoted string: only the quote and the backslash mean anything in it. A line's end becomes `\n`.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.trim_end().chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            c if c.is_control() => quoted.push('\u{fffd}'),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A number of quarters, as a decimal.
fn quarters(n: i32) -> String {
    let sign = if n < 0 { "-" } else { "" };
    let n = n.unsigned_abs();
    format!("{sign}{}.{:02}", n / 4, n % 4 * 25)
}

/// Units as inches.
fn hundredths(units: i32) -> String {
    let n = units.unsigned_abs() * 100 / 96;
    format!("{}.{:02}", n / 100, n % 100)
}
