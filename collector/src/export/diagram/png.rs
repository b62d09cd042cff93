//! PNG: dots, for programs that know no better picture.

use resvg::tiny_skia::{Color, Pixmap, Transform};

use super::{DrawingError, face};

/// Dots an inch: enough for print, and a file that a chat takes.
pub(super) const DOTS: u16 = 200;
/// User units an inch (CSS Values 3, section 6.2).
const UNITS: f32 = 96.0;
/// No picture is wider or higher: at 300 dots an inch an A3 has 4,961.
const MOST: f32 = 6_000.0;

/// An SVG as PNG on white.
pub(super) fn png(svg: &str, dots: u16) -> Result<Vec<u8>, DrawingError> {
    let tree = face::tree(svg)?;
    let scale = f32::from(dots) / UNITS;
    let (width, height) = (length(tree.size().width() * scale)?, length(tree.size().height() * scale)?);
    let mut picture = Pixmap::new(width, height).ok_or(DrawingError::Size)?;
    picture.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(|error| DrawingError::Png(error.to_string()))
}

fn length(dots: f32) -> Result<u32, DrawingError> {
    if !(1.0..=MOST).contains(&dots) {
        return Err(DrawingError::Size);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and MOST")]
    let whole = dots.round() as u32;
    Ok(whole)
}
