//! PDF/A-2b (ISO 19005-2): a page for each sheet, texts that can be searched and copied, the face inside, so that it
//! looks in twenty years as it does today.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use krilla::configure::{Archival, Configuration, ConfigurationBuilder};
use krilla::geom::Size;
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};
use krilla_svg::{SurfaceExt as _, SvgSettings};

use super::{DrawingError, face};
use crate::lan::Diagram;

/// Points in a user unit: a 72nd of an inch in a 96th.
const POINTS: f32 = 72.0 / 96.0;

/// The sheets, a page each. A name in a script that the face does not have is drawn as boxes, which no archive
/// takes: such a document is a plain PDF.
pub(super) fn pdf(sheets: &[Diagram], title: &str, at: Timestamp) -> Result<Vec<u8>, DrawingError> {
    archival(sheets, title, at).or_else(|_| written(sheets, title, at, Configuration::default()))
}

pub(super) fn archival(sheets: &[Diagram], title: &str, at: Timestamp) -> Result<Vec<u8>, DrawingError> {
    let archival = ConfigurationBuilder::new().with_archival_validator(Archival::A2_B).finish();
    let archival = archival.map_err(|error| DrawingError::Pdf(format!("{error:?}")))?;
    written(sheets, title, at, archival)
}

fn written(
    sheets: &[Diagram],
    title: &str,
    at: Timestamp,
    configuration: Configuration,
) -> Result<Vec<u8>, DrawingError> {
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
    let about = about.creation_date(date(at));
    document.set_metadata(about);
    document.finish().map_err(|error| DrawingError::Pdf(format!("{error:?}")))
}

/// A time as PDF writes it (ISO 32000-1, 7.9.4).
fn date(at: Timestamp) -> DateTime {
    let at = at.to_zoned(TimeZone::UTC);
    let number = |n: i8| u8::try_from(n).unwrap_or(0);
    DateTime::new(u16::try_from(at.year()).unwrap_or(0))
        .month(number(at.month()))
        .day(number(at.day()))
        .hour(number(at.hour()))
        .minute(number(at.minute()))
        .second(number(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
