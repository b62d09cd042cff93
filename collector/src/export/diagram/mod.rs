//! The diagram of an office's LAN as files: to be looked at, printed, and gone on with in other programs.
//!
//! [`sheet`] says what stands around a version. SVG, draw.io, GraphML and DOT come from the diagram itself; [`mod@png`] and
//! [`pdf`] draw its SVG with a face that is part of the program. Whatever is drawn from the same version is the same
//! to the byte.

mod face;
mod pdf;
mod png;
mod sheet;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::lan::Diagram;

pub use sheet::{Picture, fingerprint};

/// As what a diagram is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// SVG 1.1: for browsers and Inkscape.
    Svg,
    /// PDF/A-2b: for letters and archives; text stays text.
    Pdf,
    /// PNG, 200 dots an inch: for text programs and chats.
    Png,
    /// draw.io (diagrams.net): to be edited.
    DrawIo,
    /// GraphML, with the positions of yEd.
    GraphMl,
    /// DOT, for Graphviz.
    Dot,
}

/// A diagram that cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum DrawingError {
    /// The SVG is none. It is ours: this is a defect.
    #[error("diagram: {0}")]
    Svg(#[from] resvg::usvg::Error),
    /// The picture has no size, or one that no machine bears.
    #[error("diagram: no picture of this size")]
    Size,
    /// The PNG writer.
    #[error("diagram as PNG: {0}")]
    Png(String),
    /// The PDF writer.
    #[error("diagram as PDF: {0}")]
    Pdf(String),
}

impl Drawing {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 6] = [Self::Pdf, Self::Svg, Self::Png, Self::DrawIo, Self::GraphMl, Self::Dot];

    /// The end of its file's name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::DrawIo => "drawio",
            Self::GraphMl => "graphml",
            Self::Dot => "dot",
        }
    }

    /// The one with this end.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|drawing| drawing.extension() == extension)
    }

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Svg => "SVG",
            Self::Pdf => "PDF",
            Self::Png => "PNG",
            Self::DrawIo => "draw.io",
            Self::GraphMl => "GraphML",
            Self::Dot => "DOT",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::DrawIo => "application/vnd.jgraph.mxfile",
            Self::GraphMl => "application/graphml+xml",
            Self::Dot => "text/vnd.graphviz",
        }
    }

    /// Whether it is made for paper: a large LAN goes on several sheets. The others show all of it at once.
    #[must_use]
    pub const fn is_paged(self) -> bool {
        matches!(self, Self::Pdf)
    }

    /// The file. Of several `sheets` only what [is paged](Self::is_paged) has more than the first; `title`, and `at`, as
    /// of when it is, stand in what a program says of the file.
    ///
    /// # Errors
    /// [`DrawingError`]; without a sheet, [`DrawingError::Size`].
    pub fn bytes(self, sheets: &[Diagram], title: &str, at: Timestamp) -> Result<Vec<u8>, DrawingError> {
        let first = sheets.first().ok_or(DrawingError::Size)?;
        Ok(match self {
            Self::Svg => first.svg().into_bytes(),
            Self::Pdf => pdf::pdf(sheets, title, at)?,
            Self::Png => png::png(&first.svg(), png::DOTS)?,
            Self::DrawIo => first.drawio().into_bytes(),
            Self::GraphMl => first.graphml().into_bytes(),
            Self::Dot => first.dot().into_bytes(),
        })
    }
}

/// The SVG of a diagram as PNG, so many dots an inch.
///
/// # Errors
/// [`DrawingError`].
pub fn png(svg: &str, dots: u16) -> Result<Vec<u8>, DrawingError> {
    png::png(svg, dots)
}
