//! The parts of the package, unpacked no further than the limit, and their elements.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;

use super::super::{Unreadable, limits};
use super::damaged;

/// The parts of a package.
pub(super) struct Parts<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// How many bytes may still be unpacked.
    room: u64,
}

impl<'a> Parts<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        if zip.index_for_name("content.xml").is_some() {
            return Err(Unreadable::Format("berkas ODS"));
        }
        Ok(Self { zip, room: limits::MAX_UNPACKED })
    }

    /// The text of a part; `None` when there is no such part. What a part says of its own size is not believed.
    pub(super) fn text(&mut self, path: &str) -> Result<Option<String>, Unreadable> {
        let Some(index) = self.zip.index_for_name(path) else { return Ok(None) };
        let part = self.zip.by_index(index).map_err(damaged)?;
        let mut bytes = Vec::new();
        part.take(self.room + 1).read_to_end(&mut bytes).map_err(damaged)?;
        let taken = bytes.len() as u64;
        if taken > self.room {
            let limit = usize::try_from(limits::MAX_UNPACKED).unwrap_or(usize::MAX);
            return Err(limits::bytes(limit, "isinya setelah dibuka"));
        }
        self.room -= taken;
        String::from_utf8(bytes).map(Some).map_err(damaged)
    }

    /// What `source` (a part; empty for the package) is related to by relations whose type ends so: their ids and
    /// the parts they lead to.
    pub(super) fn related(&mut self, source: &str, kind: &str) -> Result<Vec<(String, String)>, Unreadable> {
        let (folder, file) = source.rsplit_once('/').unwrap_or(("", source));
        let path = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        let text = self.text(&path)?.unwrap_or_default();
        let mut found = Vec::new();
        elements(&text, |name, attributes| {
            let of_kind = attributes.get("Type").is_some_and(|of| of.ends_with(kind));
            if let (true, "Relationship", Some(id), Some(target)) =
                (of_kind, name, attributes.get("Id"), attributes.get("Target"))
            {
                found.push((id.clone(), resolved(folder, target)));
            }
        })?;
        Ok(found)
    }
}

/// The part that `target` names, seen from `folder`.
fn resolved(folder: &str, target: &str) -> String {
    let (start, target) = match target.strip_prefix('/') {
        Some(absolute) => ("", absolute),
        None => (folder, target),
    };
    let mut path: Vec<&str> = start.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    path.join("/")
}

/// The attributes of an element, by local name.
pub(super) type Attributes = BTreeMap<String, String>;

/// Calls `each` for every element, with its local name and attributes.
pub(super) fn elements(text: &str, mut each: impl FnMut(&str, &Attributes)) -> Result<(), Unreadable> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(element) | Event::Empty(element) => {
                each(element.local_name().as_ref(), &attributes(&element)?);
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The attributes of an element, by local name.
pub(super) fn attributes(element: &BytesStart<'_>) -> Result<Attributes, Unreadable> {
    let mut attributes = Attributes::new();
    // Not looked through for duplicates: that would take the square of their number.
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(damaged)?;
        let value = quick_xml::escape::unescape(&attribute.value).map_err(damaged)?.into_owned();
        attributes.insert(attribute.key.local_name().as_ref().to_owned(), value);
    }
    Ok(attributes)
}

/// The letter that a reference such as `&amp;` or `&#233;` stands for. Others are not resolved: a file that
/// declares its own is none of a spreadsheet's.
pub(super) fn letter(reference: &BytesRef<'_>) -> Result<char, Unreadable> {
    let letter = match reference.as_ref() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let letter = reference.resolve_char_ref().map_err(damaged)?;
            return letter.ok_or_else(|| damaged("rujukan yang tidak dikenal"));
        }
    };
    Ok(letter)
}
