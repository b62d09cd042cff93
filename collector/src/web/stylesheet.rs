//! The one stylesheet, in the colour of the government. Its address holds its digest, so that a browser keeps it for a
//! year and still takes a new one at once.

use std::sync::OnceLock;

use patuh_protocol::digest::Digest;

use crate::config::Colour;

/// The stylesheet as it is shipped.
pub(super) const SHIPPED: &str = include_str!("../../static/patuh.css");

/// The ground of a page in the dark (`--paper`).
pub(super) const DARK: Colour = Colour::new(0x13, 0x17, 0x1b);
/// The least contrast of the colour with a dark page, at which it is read on its greys, too.
const READABLE_IN_DARK: f64 = 7.5;
/// The least contrast where a browser asks for more of it.
const MORE: f64 = 11.0;

/// The contrast of a tint with the page, that of the lightest greys.
const TINT: f64 = 1.12;

/// What this process serves. One process serves one collector; pages that tell of trouble know nothing of it and still
/// must name its stylesheet.
static SERVED: OnceLock<Served> = OnceLock::new();

struct Served {
    text: String,
    path: String,
}

impl Served {
    fn new(colour: Option<Colour>) -> Self {
        let text = format!("{SHIPPED}{}", colour.map(theme).unwrap_or_default());
        let digest: String = Digest::of(text.as_bytes()).to_string().chars().take(16).collect();
        Self { text, path: format!("/gaya/{digest}.css") }
    }
}

/// Has this process serve it in `colour`, unless it already serves one.
pub(super) fn set_colour(colour: Option<Colour>) {
    SERVED.get_or_init(|| Served::new(colour));
}

fn served() -> &'static Served {
    SERVED.get_or_init(|| Served::new(None))
}

/// The stylesheet.
pub(super) fn text() -> &'static str {
    &served().text
}

/// Where it is served: `/gaya/0123456789abcdef.css`.
pub(super) fn path() -> &'static str {
    &served().path
}

/// The rules that give the pages `colour` on a screen: in light, in dark, and both with more contrast. Paper stays
/// black on white.
pub(super) fn theme(colour: Colour) -> String {
    let dark = colour.towards(Colour::WHITE, DARK, READABLE_IN_DARK);
    let more = colour.towards(Colour::BLACK, Colour::WHITE, MORE);
    let more_in_dark = colour.towards(Colour::WHITE, DARK, MORE);
    let tint = |ground: Colour, colour| ground.towards(colour, ground, TINT);
    let (tint, dark_tint) = (tint(Colour::WHITE, colour), tint(DARK, dark));
    format!(
        "\n@media screen {{ :root {{ --brand: {colour}; --brand-tint: {tint}; }} }}\n\
         @media screen and (prefers-color-scheme: dark) {{ :root {{ --brand: {dark}; --brand-tint: {dark_tint}; }} }}\n\
         @media screen and (prefers-contrast: more) {{ :root {{ --brand: {more}; }} }}\n\
         @media screen and (prefers-contrast: more) and (prefers-color-scheme: dark) {{ :root {{ --brand: {more_in_dark}; }} }}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_colour_is_another_address() {
        let (plain, themed) = (Served::new(None), Served::new(Some(Colour::new(0x7a, 0x1f, 0x1f))));
        assert_eq!(plain.text, SHIPPED);
        assert!(themed.text.starts_with(SHIPPED) && themed.text.contains("--brand: #7a1f1f;"));
        assert_ne!(plain.path, themed.path);
    }
}
