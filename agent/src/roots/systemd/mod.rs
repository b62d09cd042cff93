//! Asking systemd which of its units failed.
//!
//! What runs can be seen in files; that a service failed is known to systemd alone. It is asked over D-Bus,
//! with the one method that answers this (`ListUnitsFiltered` of org.freedesktop.systemd1(5)). Of D-Bus no
//! more is spoken than that takes: the first words, two calls, and as much of the answer as holds the names
//! (D-Bus Specification, "Authentication Protocol" and "Message Format"). Root may speak with systemd
//! itself; everybody else goes by the bus.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use super::lossy::{NAME, lossy};
use super::{Failure, Roots};

/// systemd's own socket, for root only.
const PRIVATE: &str = "/run/systemd/private";
/// The system bus.
const BUS: &str = "/run/dbus/system_bus_socket";
/// How long one read or write may take, and the whole conversation.
const PATIENCE: Duration = Duration::from_secs(2);
const LIMIT: Duration = Duration::from_secs(10);
/// The longest message that is taken; a failed unit takes about 300 bytes.
const MAX_MESSAGE: usize = 4 * 1024 * 1024;
/// How many messages are passed over while the answer is waited for (the bus greets with signals).
const MAX_MESSAGES: usize = 16;
/// How many names are taken.
const MAX_UNITS: usize = 4096;

/// The numbers of the message format.
const METHOD_CALL: u8 = 1;
const METHOD_RETURN: u8 = 2;
const FIELD_REPLY_SERIAL: u8 = 5;
/// The serials of our two calls.
const HELLO: u32 = 1;
const LIST: u32 = 2;

impl Roots {
    /// The units that failed; `None` when nobody can be asked.
    pub(crate) fn failed_units(&self) -> Option<Vec<String>> {
        if self.folder.is_some() {
            let recorded = self.text("/.host/failed-units").ok().flatten()?;
            return Some(recorded.lines().map(str::to_owned).collect());
        }
        self.within("systemd", LIMIT, || ask().map_err(|error| Failure::io(Path::new(BUS), &error))).ok()
    }
}

fn ask() -> io::Result<Vec<String>> {
    let direct = UnixStream::connect(PRIVATE).and_then(|stream| converse(&stream, false));
    direct.or_else(|_| UnixStream::connect(BUS).and_then(|stream| converse(&stream, true)))
}

/// The whole conversation; on a bus one says hello first.
fn converse(stream: &UnixStream, on_bus: bool) -> io::Result<Vec<String>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream);
    let user = rustix::process::geteuid().as_raw().to_string();
    let user: String = user.bytes().map(|digit| format!("{digit:02x}")).collect();
    let mut writer = stream;
    writer.write_all(format!("\0AUTH EXTERNAL {user}\r\n").as_bytes())?;
    let mut line = Vec::new();
    (&mut reader).take(256).read_until(b'\n', &mut line)?;
    if !line.starts_with(b"OK ") {
        return Err(io::Error::other(format!("D-Bus: {}", lossy(&line, NAME))));
    }
    writer.write_all(b"BEGIN\r\n")?;
    if on_bus {
        let path = "/org/freedesktop/DBus";
        writer.write_all(&call(
            HELLO,
            "org.freedesktop.DBus",
            path,
            "org.freedesktop.DBus",
            "Hello",
            None,
        ))?;
    }
    writer.write_all(&list())?;
    answer(&mut reader)
}

/// The call whose answer we want.
fn list() -> Vec<u8> {
    let states = Writer::default().array(4, |inner| inner.string("failed"));
    let (to, path) = ("org.freedesktop.systemd1", "/org/freedesktop/systemd1");
    call(LIST, to, path, "org.freedesktop.systemd1.Manager", "ListUnitsFiltered", Some(("as", &states.0)))
}

/// The names in the answer to [`LIST`]; whatever comes before it is passed over.
fn answer(reader: &mut impl Read) -> io::Result<Vec<String>> {
    for _ in 0..MAX_MESSAGES {
        let message = Message::read(reader)?;
        if message.reply_to != Some(LIST) {
            continue;
        }
        if message.kind != METHOD_RETURN {
            return Err(io::Error::other("D-Bus: systemd refused"));
        }
        return names(&message.body).ok_or_else(|| io::Error::other("D-Bus: an odd answer"));
    }
    Err(io::Error::other("D-Bus: no answer"))
}

/// The first field of each structure in an array of `(ssssssouso)`.
fn names(body: &[u8]) -> Option<Vec<String>> {
    let mut cursor = Cursor { bytes: body, at: 0 };
    let length = cursor.number()? as usize;
    cursor.align(8);
    let end = cursor.at.checked_add(length)?;
    let mut names = Vec::new();
    while cursor.at < end && names.len() < MAX_UNITS {
        cursor.align(8);
        names.push(lossy(cursor.string()?, NAME));
        for _ in 0..6 {
            cursor.string()?;
        }
        cursor.number()?;
        cursor.string()?;
        cursor.string()?;
    }
    Some(names)
}

/// A method call, with the arguments and their signature.
fn call(
    serial: u32,
    to: &str,
    path: &str,
    interface: &str,
    member: &str,
    arguments: Option<(&str, &[u8])>,
) -> Vec<u8> {
    let body = arguments.map_or(&[][..], |(_, body)| body);
    let mut head = Writer(vec![b'l', METHOD_CALL, 0, 1]);
    head.number(u32::try_from(body.len()).unwrap_or(u32::MAX));
    head.number(serial);
    let head = head.array(8, |fields| {
        for (code, kind, value) in [(1, "o", path), (2, "s", interface), (3, "s", member), (6, "s", to)] {
            fields.field(code, kind);
            fields.string(value);
        }
        if let Some((signature, _)) = arguments {
            fields.field(8, "g");
            fields.signature(signature);
        }
    });
    let mut message = head;
    message.align(8);
    message.0.extend(body);
    message.0
}

/// What is needed of a message that came in.
struct Message {
    kind: u8,
    reply_to: Option<u32>,
    body: Vec<u8>,
}

impl Message {
    fn read(reader: &mut impl Read) -> io::Result<Self> {
        let odd = || io::Error::other("D-Bus: not a message of this machine");
        let mut head = [0; 16];
        reader.read_exact(&mut head)?;
        let [b'l', kind, ..] = head else { return Err(odd()) };
        let mut cursor = Cursor { bytes: &head, at: 4 };
        let body = cursor.number().ok_or_else(odd)? as usize;
        cursor.number();
        let fields = cursor.number().ok_or_else(odd)? as usize;
        let padded = fields.checked_next_multiple_of(8).ok_or_else(odd)?;
        let length = padded.checked_add(body).filter(|length| *length <= MAX_MESSAGE).ok_or_else(odd)?;
        let mut rest = vec![0; length];
        reader.read_exact(&mut rest)?;
        let reply_to = reply_to(rest.get(..fields).unwrap_or_default());
        Ok(Self { kind, reply_to, body: rest.split_off(padded) })
    }
}

/// Which of our calls a message answers: the field of that number among its header's fields.
fn reply_to(fields: &[u8]) -> Option<u32> {
    let mut cursor = Cursor { bytes: fields, at: 0 };
    loop {
        cursor.align(8);
        let code = cursor.byte()?;
        match cursor.signature()? {
            b"u" => {
                let value = cursor.number()?;
                if code == FIELD_REPLY_SERIAL {
                    return Some(value);
                }
            }
            b"s" | b"o" => drop(cursor.string()?),
            b"g" => drop(cursor.signature()?),
            _ => return None,
        }
    }
}

/// Values of a message one after another, each where its alignment puts it.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn align(&mut self, to: usize) {
        self.at = self.at.next_multiple_of(to);
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(length)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn number(&mut self) -> Option<u32> {
        self.align(4);
        self.take(4)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
    }

    fn string(&mut self) -> Option<&'a [u8]> {
        let length = self.number()? as usize;
        let string = self.take(length)?;
        self.byte()?;
        Some(string)
    }

    fn signature(&mut self) -> Option<&'a [u8]> {
        let length = self.byte()?.into();
        let signature = self.take(length)?;
        self.byte()?;
        Some(signature)
    }
}

/// The counterpart of [`Cursor`].
#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn align(&mut self, to: usize) {
        self.0.resize(self.0.len().next_multiple_of(to), 0);
    }

    fn number(&mut self, value: u32) {
        self.align(4);
        self.0.extend(value.to_le_bytes());
    }

    fn string(&mut self, value: &str) {
        self.number(u32::try_from(value.len()).unwrap_or(u32::MAX));
        self.0.extend(value.bytes().chain([0]));
    }

    fn signature(&mut self, value: &str) {
        self.0.push(u8::try_from(value.len()).unwrap_or(u8::MAX));
        self.0.extend(value.bytes().chain([0]));
    }

    /// The beginning of a header's field: its number and the kind of value that follows.
    fn field(&mut self, code: u8, kind: &str) {
        self.align(8);
        self.0.push(code);
        self.signature(kind);
    }

    /// An array with the elements that `fill` writes, each aligned to `to`. Its length comes first and does
    /// not count the padding before the first element.
    fn array(mut self, to: usize, fill: impl FnOnce(&mut Self)) -> Self {
        self.number(0);
        let counted = self.0.len();
        self.align(to);
        let begun = self.0.len();
        fill(&mut self);
        let length = u32::try_from(self.0.len() - begun).unwrap_or(u32::MAX);
        if let Some(place) = self.0.get_mut(counted - 4..counted) {
            place.copy_from_slice(&length.to_le_bytes());
        }
        self
    }
}

#[cfg(test)]
mod tests;
