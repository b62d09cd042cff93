//! `[[exemption]]`: what somebody with the power to do so set free in writing: a rule, or a data store that need
//! not lie in a backup.

use jiff::civil::Date;
use patuh_compliance::estate::Subject;
use patuh_protocol::id::{AgentId, Code};

use super::estate::Office;
use super::reader::{Key, Reader, date, parsed, text};

/// Something that is set free, until a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// What is lifted.
    pub lifted: Lifted,
    /// From whom.
    pub subject: Subject,
    /// Why, in a few words.
    pub reason: String,
    /// Who approved it: name and position.
    pub approver: String,
    /// The document that says so: kind, number and date in words.
    pub document: String,
    /// Its last day.
    pub until: Date,
}

/// What an exemption lifts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lifted {
    /// A duty, by its rule's id.
    Rule(String),
    /// That data stores lie in a backup: those whose key is like this pattern (`*` for anything).
    Store(String),
}

/// Reads `[[exemption]]`; `offices` are those that there are.
pub(super) fn read(root: &mut Reader<'_, '_>, offices: &[Office]) -> Vec<Exemption> {
    let tables = root.tables("exemption");
    tables.into_iter().filter_map(|table| exemption(table, offices)).collect()
}

fn exemption(mut table: Reader<'_, '_>, offices: &[Office]) -> Option<Exemption> {
    let lifted = lifted(&mut table);
    let subject = subject(&mut table, offices);
    let reason = table.required(Key("reason", "\"server uji tanpa data asli\""), text);
    let approver = table.required(Key("approver", "\"Budi Santoso, S.Kom., Kepala Diskominfo\""), text);
    let document = "\"Nota Dinas Nomor 047/12/Diskominfo tanggal 3 November 2026\"";
    let document = table.required(Key("document", document), text);
    let until = table.required(Key("until", "\"2027-03-31\""), date);
    table.close();
    Some(Exemption {
        lifted: lifted?,
        subject: subject?,
        reason: reason?,
        approver: approver?,
        document: document?,
        until: until?,
    })
}

/// Either a rule or a store.
fn lifted(table: &mut Reader<'_, '_>) -> Option<Lifted> {
    let rule = table.optional(Key("rule", "\"MJL-16.1\""), text);
    let store = table.optional(Key("store", "\"files/home\""), text);
    match (rule, store) {
        (Some(rule), None) => Some(Lifted::Rule(rule)),
        (None, Some(store)) => Some(Lifted::Store(store)),
        (given, _) => {
            let what = if given.is_some() {
                "`rule` dan `store` tidak boleh diisi berdua"
            } else {
                "belum disebut apa yang dikecualikan"
            };
            let remedy = "Isi `rule` dengan nomor ketentuan, atau `store` dengan kunci penyimpanan data, salah satu saja.";
            table.fault(None, "rule", what.to_owned(), remedy);
            None
        }
    }
}

/// Either a server or an office.
fn subject(table: &mut Reader<'_, '_>, offices: &[Office]) -> Option<Subject> {
    let server: Option<AgentId> =
        table.optional(Key("server", "\"0f1e2d3c4b5a69788796a5b4c3d2e1f0\""), parsed);
    let office: Option<Code> = table.optional(Key("office", "\"dinkes\""), parsed);
    match (server, office) {
        (Some(server), None) => Some(Subject::Server(server.to_string())),
        (None, Some(office)) if offices.iter().any(|known| known.code == office) => {
            Some(Subject::Office(office.to_string()))
        }
        (None, Some(office)) => {
            let what = format!("perangkat daerah {:?} tidak terdaftar", office.as_str());
            table.fault(None, "office", what, "Pakai `code` salah satu [[office]].");
            None
        }
        (given, _) => {
            let what = if given.is_some() {
                "`server` dan `office` tidak boleh diisi berdua"
            } else {
                "belum disebut siapa yang dikecualikan"
            };
            let remedy = "Isi `server` dengan nama agen (32 digit, pada halaman server), atau `office` dengan \
                          kode perangkat daerah, salah satu saja.";
            table.fault(None, "server", what.to_owned(), remedy);
            None
        }
    }
}
