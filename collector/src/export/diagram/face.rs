//! The face that texts are drawn with: Arimo, as wide as Arial, which the diagrams are laid out for. It is part of the
//! program: a bare server has none, and with whatever it has a picture would differ from machine to machine.

use std::sync::{Arc, OnceLock};

use resvg::usvg::{self, Options, fontdb};

use super::DrawingError;

const REGULAR: &[u8] = include_bytes!("../../../fonts/Arimo-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../fonts/Arimo-Bold.ttf");
/// What the face calls itself.
const NAME: &str = "Arimo";

fn faces() -> Arc<fontdb::Database> {
    static FACES: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let read = || {
        let mut faces = fontdb::Database::new();
        for face in [REGULAR, BOLD] {
            faces.load_font_source(fontdb::Source::Binary(Arc::new(face)));
        }
        faces.set_sans_serif_family(NAME);
        Arc::new(faces)
    };
    Arc::clone(FACES.get_or_init(read))
}

/// Reads an SVG for drawing. It takes nothing from outside: no file, no face of the machine's.
pub(super) fn tree(svg: &str) -> Result<usvg::Tree, DrawingError> {
    let mut options = Options { font_family: NAME.to_owned(), fontdb: faces(), ..Options::default() };
    options.image_href_resolver.resolve_string = Box::new(|_, _| None);
    options.image_href_resolver.resolve_data = Box::new(|_, _, _| None);
    Ok(usvg::Tree::from_str(svg, &options)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_face_is_in_the_program() {
        let names: Vec<_> = faces().faces().map(|face| (face.families[0].0.clone(), face.weight.0)).collect();
        assert_eq!(names, [(NAME.to_owned(), 400), (NAME.to_owned(), 700)]);
    }
}
