//! `[[office]]` and `[[site]]`: whose servers there are, and where they may stand.

use std::collections::BTreeMap;

use patuh_compliance::estate::SiteKind;
use patuh_protocol::id::Code;
use toml::de::DeValue;

use super::listener::host;
use super::network::Network;
use super::reader::{Key, Reader, Wrong, list, number, parsed, text};
use crate::lan::Mac;

/// A Perangkat Daerah.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// Its code, such as `dinkes`.
    pub code: Code,
    /// Its name, such as `Dinas Kesehatan`.
    pub name: String,
    /// The decree (number and date in words) that makes it a Perangkat Daerah Mandiri TIK.
    pub mandiri_tik: Option<String>,
    /// How many servers it has by its own count, with or without an agent.
    pub servers: Option<u32>,
    /// Its "kode lokasi" as a unit that books assets (UPB), for the heads of forms.
    pub location_code: Option<String>,
    /// Its head, who signs the forms.
    pub head: Option<Official>,
    /// Its pengurus barang, who signs the forms.
    pub asset_officer: Option<Official>,
    /// Why it is not connected to the intranet yet, as the Dinas says; it then goes by secured Internet.
    pub not_connected: Option<String>,
    /// The document by which the Dinas manages its LAN.
    pub lan_managed: Option<String>,
}

/// Somebody who signs forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Official {
    /// Name with titles.
    pub name: String,
    /// NIP, as it is printed.
    pub nip: Option<String>,
}

/// A place where servers or copies stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its code, such as `pusat-data`.
    pub code: Code,
    /// Its name.
    pub name: String,
    /// What kind of place it is.
    pub kind: SiteKind,
    /// The networks of its servers.
    pub networks: Vec<Network>,
    /// Names and addresses of hosts that stand there, for copies whose target is named so.
    pub hosts: Vec<String>,
    /// Its switches, by what they announce themselves by (chassis id), in small letters.
    pub switches: Vec<String>,
    /// Its gateways: addresses, or link-layer addresses, in small letters.
    pub gateways: Vec<String>,
}

/// Reads `[[office]]`.
pub(super) fn read_offices(root: &mut Reader<'_, '_>) -> Vec<Office> {
    let mut codes = Once::new("dua perangkat daerah memakai kode yang sama");
    let tables = root.tables("office");
    if tables.is_empty() {
        let what = "belum ada satu pun perangkat daerah".to_owned();
        root.fault(
            None,
            "office",
            what,
            "Tulis [[office]] dengan `code` dan `name` untuk tiap perangkat daerah.",
        );
    }
    tables.into_iter().filter_map(|table| office(table, &mut codes)).collect()
}

fn office(mut table: Reader<'_, '_>, codes: &mut Once<Code>) -> Option<Office> {
    let code = table.required(Key("code", "\"dinkes\""), parsed);
    let name = table.required(Key("name", "\"Dinas Kesehatan\""), text);
    let decree = "\"Keputusan Bupati Nomor 5 Tahun 2026 tanggal 2 Maret 2026\"";
    let mandiri_tik = table.optional(Key("mandiri_tik", decree), text);
    let servers = table.optional(Key("servers", "4"), number);
    let location_code = table.optional(Key("location_code", "\"12.01.35.11.02.00.00\""), text);
    let head = official(&mut table, ["head", "head_nip"]);
    let asset_officer = official(&mut table, ["asset_officer", "asset_officer_nip"]);
    let why = "\"serat optik belum sampai; direncanakan tahun 2027\"";
    let not_connected = table.optional(Key("not_connected", why), text);
    let lan_managed = table.optional(Key("lan_managed", "\"Nota Dinas Nomor 047/9/Diskominfo\""), text);
    codes.check(&table, "code", code.as_ref());
    table.close();
    Some(Office {
        code: code?,
        name: name?,
        mandiri_tik,
        servers,
        location_code,
        head,
        asset_officer,
        not_connected,
        lan_managed,
    })
}

/// A name, and the NIP beside it.
fn official(table: &mut Reader<'_, '_>, [name, nip]: [&'static str; 2]) -> Option<Official> {
    let name = table.optional(Key(name, "\"Siti Aminah, S.Kom.\""), text);
    let nip = table.optional(Key(nip, "\"19851225 200903 2 003\""), text);
    name.map(|name| Official { name, nip })
}

/// Reads `[[site]]`.
pub(super) fn read_sites(root: &mut Reader<'_, '_>) -> Vec<Site> {
    let mut codes = Once::new("dua lokasi memakai kode yang sama");
    let mut networks = Once::new("jaringan yang sama tercantum dua kali");
    let tables = root.tables("site");
    tables.into_iter().filter_map(|table| site(table, &mut codes, &mut networks)).collect()
}

fn site(mut table: Reader<'_, '_>, codes: &mut Once<Code>, nets: &mut Once<Network>) -> Option<Site> {
    let code = table.required(Key("code", "\"pusat-data\""), parsed);
    let name = table.required(Key("name", "\"Pusat Data Diskominfo\""), text);
    let kind = table.required(Key("kind", "\"data_centre\""), kind);
    let networks = table.optional(Key("networks", "[\"10.10.0.0/24\"]"), list(parsed)).unwrap_or_default();
    let hosts = table.optional(Key("hosts", "[\"cadangan.contoh.go.id\"]"), list(host)).unwrap_or_default();
    let switches = table.optional(Key("switches", "[\"00:1b:21:aa:00:07\"]"), list(key)).unwrap_or_default();
    let gateways = table.optional(Key("gateways", "[\"10.10.0.1\"]"), list(gateway)).unwrap_or_default();
    codes.check(&table, "code", code.as_ref());
    networks.iter().for_each(|network| nets.check(&table, "networks", Some(network)));
    table.close();
    Some(Site { code: code?, name: name?, kind: kind?, networks, hosts, switches, gateways })
}

/// What a device is known by.
fn key(value: &DeValue<'_>) -> Result<String, Wrong> {
    Ok(text(value)?.to_lowercase())
}

/// An address or a link-layer address.
fn gateway(value: &DeValue<'_>) -> Result<String, Wrong> {
    let text = key(value)?;
    if let Ok(address) = text.parse::<std::net::IpAddr>() {
        return Ok(address.to_string());
    }
    let mac: Result<Mac, _> = text.parse();
    mac.map(|mac| mac.to_string()).map_err(|_| format!("{text:?} bukan alamat IP atau alamat MAC"))
}

fn kind(value: &DeValue<'_>) -> Result<SiteKind, Wrong> {
    match text(value)?.as_str() {
        "data_centre" => Ok(SiteKind::DataCentre),
        "recovery_centre" => Ok(SiteKind::RecoveryCentre),
        "office_room" => Ok(SiteKind::OfficeRoom),
        other => Err(format!(
            "{other:?} bukan jenis lokasi (Pusat Data data_centre, Pusat Pemulihan recovery_centre, ruang perangkat daerah office_room)"
        )),
    }
}

/// Values that may stand once only, with the line where each did.
struct Once<T> {
    what: &'static str,
    seen: BTreeMap<T, Option<usize>>,
}

impl<T: Ord + Clone + std::fmt::Display> Once<T> {
    const fn new(what: &'static str) -> Self {
        Self { what, seen: BTreeMap::new() }
    }

    /// Notes a fault when `value` was seen in another table before.
    fn check(&mut self, table: &Reader<'_, '_>, key: &str, value: Option<&T>) {
        let Some(value) = value else { return };
        if let Some(before) = self.seen.insert(value.clone(), table.line()) {
            let what = format!("{}: {value}", self.what);
            let before = before.map(|line| format!(" di baris {line}")).unwrap_or_default();
            table.fault(None, key, what, format!("Ubah salah satunya; yang lain berada{before}."));
        }
    }
}
