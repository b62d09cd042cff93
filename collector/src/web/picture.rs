//! Pictures in a page: the one thing that goes past the escaper. They are written by the diagram's own writer of XML,
//! which makes every text of a stranger a text, and has no way to write anything else
//! ([`crate::lan::Diagram::svg`]; held by its tests against hostile names).

use askama::filters::Safe;

use crate::lan::Diagram;

/// A picture that stands in a page as it is.
pub(super) type Svg = Safe<String>;

/// The picture of a diagram. Nothing else makes an [`Svg`].
pub(super) fn drawn(diagram: &Diagram) -> Svg {
    Safe(diagram.svg())
}
