//! `[government]`: whose collector this is, and by which regulations it judges.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use patuh_compliance::estate::Zone;
use patuh_protocol::id::Code;
use toml::de::DeValue;

use super::Colour;
use super::reader::{Key, Reader, Wrong, date, list, parsed, text};

/// Whose collector this is.
#[derive(Clone, Debug, PartialEq)]
pub struct Government {
    /// Its code; every row of the store begins with it.
    pub code: Code,
    /// Its name, such as `Pemerintah Kabupaten Contoh`.
    pub name: String,
    /// The name of its Dinas Kominfo.
    pub dinas: String,
    /// Address, telephone and e-mail of its Dinas Kominfo, a line each, for the kop of letters.
    pub address: Vec<String>,
    /// The colour of what can be clicked on its pages, if not that of Patuh.
    pub colour: Option<Colour>,
    /// The time zone in which times are shown.
    pub timezone: TimeZone,
    /// The ids of the rule packs in force, in the order they are shown.
    pub packs: Vec<String>,
    /// Promulgation dates of packs whose text gives none, by pack id.
    pub promulgated: BTreeMap<String, Date>,
}

impl Government {
    /// The time zone as the judge knows it.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.timezone.iana_name().and_then(Zone::named).unwrap_or_default()
    }
}

/// Reads `[government]`.
pub(super) fn read(root: &mut Reader<'_, '_>) -> Option<Government> {
    let Some(mut table) = root.table("government") else {
        root.fault(
            None,
            "government",
            "tabel wajib ini belum ada".into(),
            "Salin dari contoh collector.toml.",
        );
        return None;
    };
    let code = table.required(Key("code", "\"contoh\""), parsed);
    let name = table.required(Key("name", "\"Pemerintah Kabupaten Contoh\""), text);
    let dinas = table.required(Key("dinas", "\"Dinas Komunikasi dan Informatika\""), text);
    let address = table.optional(Key("address", "[\"Jalan Merdeka Nomor 1, Contoh 65111\"]"), list(text));
    let colour = table.optional(Key("colour", "\"#0b5394\""), parsed);
    let timezone = table.required(Key("timezone", "\"Asia/Jakarta\""), timezone);
    let packs = table.required(Key("packs", "[\"mjl-2021\"]"), list(text));
    let promulgated = table.table("promulgated").map(|t| t.named_values("\"2023-05-02\"", date));
    table.close();
    let promulgated = promulgated.into_iter().flatten().collect();
    Some(Government {
        code: code?,
        name: name?,
        dinas: dinas?,
        address: address.unwrap_or_default(),
        colour,
        timezone: timezone?,
        packs: packs?,
        promulgated,
    })
}

/// One of the three zones of Indonesia: the judge counts days by it.
fn timezone(value: &DeValue<'_>) -> Result<TimeZone, Wrong> {
    let name = text(value)?;
    let zone = Zone::named(&name).and_then(|_| TimeZone::get(&name).ok());
    zone.ok_or_else(|| {
        format!(
            "{name:?} bukan zona waktu Indonesia (WIB Asia/Jakarta, WITA Asia/Makassar, WIT Asia/Jayapura)"
        )
    })
}
