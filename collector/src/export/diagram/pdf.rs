//! PDF/A-2b (ISO 19005-2): a page for each sheet, texts that can be searched and copied, the face inside, so that it
//! looks in twenty years as it does today.

use krilla::configure::{Archival, Configuration, ConfigurationBuilder};
use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};
use krilla_svg::{SurfaceExt as _, SvgSettings};

use super::{DrawingError, face};
use crate::lan::Diagram;

/// Points in a user unit: a 72nd of an inch in a 96th.
const POINTS: f32 = 72.0 / 96.0;

/// The sheets, a page each. A name in a script that the face does not have is drawn as boxes, which no archive
/// takes: such a document is a plain PDF.
pub(super) fn pdf(sheets: &[Diagram], title: &str) -> Result<Vec<u8>, DrawingError> {
    archival(sheets, title).or_else(|_| written(sheets, title, Configuration::default()))
}

pub(super) fn archival(sheets: &[Diagram], title: &str) -> Result<Vec<u8>, DrawingError> {
    let archival = ConfigurationBuilder::new().with_archival_validator(Archival::A2_B).finish();
    let archival = archival.map_err(|error| DrawingError::Pdf(format!("{error:?}")))?;
    written(sheets, title, archival)
}

fn written(sheets: &[Diagram], title: &str, configuration: Configuration) -> Result<Vec<u8>, DrawingError> {
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    for sheet in sheets {
        let tree = face::tree(&sheet.svg())?;
        let (width, height) = (tree.size().width() * POINTS, tree.size().height() * POINTS);
        let size = Size::from_wh(width, height).ok_or(DrawingError::Size)?;
        let mut page = document.start_page_with(PageSettings::new(size));
        let mut surface = page.surface();
        surface.draw_svg(&tree, size, SvgSettings::default()).ok_or(DrawingError::Size)?;
        surface.finish();
        page.finish();
    }
    let about = Metadata::new().title(title.to_owned()).creator("Patuh".to_owned()).language("id".to_owned());
    document.set_metadata(about);
    document.finish().map_err(|error| DrawingError::Pdf(format!("{error:?}")))
}
