//! A sign for each kind of thing, drawn by lines on a field of 14 by 14, so that kinds are told apart without colour.

use super::xml::Xml;
use crate::lan::graph::Role;

/// Draws the sign of `role` with its upper left corner at `at`, `size` fourteenths as large.
pub(super) fn draw(xml: &mut Xml, role: Role, at: (i32, i32), size: &str) {
    xml.open("g").attribute("transform", format!("translate({},{}) scale({size})", at.0, at.1));
    xml.attribute("fill", "none").attribute("stroke", "#1f2937").attribute("stroke-width", "1.1");
    xml.attribute("stroke-linecap", "round").attribute("stroke-linejoin", "round");
    xml.open("path").attribute("d", path(role)).close();
    xml.close();
}

const fn path(role: Role) -> &'static str {
    match role {
        // A globe.
        Role::Outside => {
            "M7 .7a6.3 6.3 0 1 0 0 12.6a6.3 6.3 0 1 0 0-12.6zM.7 7h12.6M7 .7c-3.6 3.6-3.6 9 0 12.6M7 .7c3.6 3.6 3.6 9 0 12.6"
        }
        // A disc with four arrows.
        Role::Router => {
            "M7 .7a6.3 6.3 0 1 0 0 12.6a6.3 6.3 0 1 0 0-12.6zM7 2.6v3M5.9 3.7L7 2.6l1.1 1.1M7 11.4v-3M5.9 10.3L7 11.4l1.1-1.1M2.6 7h3M4.5 5.9L5.6 7L4.5 8.1M11.4 7h-3M9.5 5.9L8.4 7l1.1 1.1"
        }
        // A flat case with sockets.
        Role::Switch => "M.7 4h12.6v6.4H.7zM3 6.2v2M5.2 6.2v2M7.4 6.2v2M9.6 6.2v2M11.4 7.2h.1",
        Role::InferredSwitch => {
            "M.7 4h1.6M3.6 4h1.6M6.5 4h1.6M9.4 4h1.6M12 4h1.3v1.6M13.3 7v1.4M13.3 10.4h-1.6M10.4 10.4H8.8M7.5 10.4H5.9M4.6 10.4H3M1.7 10.4h-1V8.8M.7 7.4V5.8M6 6.2a1 .9 0 1 1 1.5.8q-.5.3-.5.7M7 8.9v.1"
        }
        // A bus with drops.
        Role::Segment => "M.7 5h12.6M3 5v4M7 5v4M11 5v4M2 9h2v2H2zM6 9h2v2H6zM10 9h2v2h-2z",
        Role::AccessPoint => {
            "M7 10.6v.1M4.9 8.6a3 3 0 0 1 4.2 0M3 6.6a5.7 5.7 0 0 1 8 0M1.1 4.6a8.4 8.4 0 0 1 11.8 0"
        }
        // Two drawers.
        Role::Server => "M1.5 1.5h11v5h-11zM1.5 7.5h11v5h-11zM4 4h.1M4 10h.1M7 4h3.4M7 10h3.4",
        Role::Guest => "M1 1h9v9H1zM4 12v1h9V4h-1",
        // A screen.
        Role::Host => "M1 1.8h12v8H1zM4.5 12.6h5M7 9.8v2.8",
        Role::Asset => "M3 5V1.2h8V5M3 10.4H1V5h12v5.4h-2M3 8.4h8v4.4H3z",
    }
}
