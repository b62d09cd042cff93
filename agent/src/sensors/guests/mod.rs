//! `guests/…`: the virtual machines and system containers that this host runs, one family of managers a
//! file. A guest's own agent sees it from within; the two views join by the SMBIOS UUID.

use patuh_protocol::inventory::Guest;
use patuh_protocol::report::Reading;

use super::listed;

pub(super) mod libvirt;
pub(super) mod lxc;
pub(super) mod proxmox;

/// How many guests of one manager are carried.
const MAX_GUESTS: usize = 2_000;
/// How many disks and MAC addresses of one guest are carried.
const MAX_PARTS: usize = 64;
/// The largest description of a guest that is read.
const MAX_DESCRIPTION: u64 = 1024 * 1024;

/// `guests` in a stable order.
fn reading(mut guests: Vec<Guest>) -> Option<Reading> {
    for guest in &mut guests {
        for parts in [&mut guest.macs, &mut guest.disks] {
            parts.sort_unstable();
            parts.dedup();
            parts.truncate(MAX_PARTS);
        }
    }
    guests.sort_by(|a, b| (&a.manager, &a.name, &a.id).cmp(&(&b.manager, &b.name, &b.id)));
    guests.truncate(MAX_GUESTS);
    listed(guests, Reading::Guests)
}

/// `text` as a MAC address in the kernel's form, if it is one.
fn mac(text: &str) -> Option<String> {
    let octets: Vec<&str> = text.trim().split(':').collect();
    let is_octet = |octet: &&str| octet.len() == 2 && octet.bytes().all(|byte| byte.is_ascii_hexdigit());
    (octets.len() == 6 && octets.iter().all(is_octet)).then(|| octets.join(":").to_lowercase())
}

/// `text` as a UUID in lower case, if it is one.
fn uuid(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.bytes().filter(|byte| *byte != b'-');
    let is_uuid =
        text.len() == 36 && digits.clone().count() == 32 && digits.clone().all(|d| d.is_ascii_hexdigit());
    is_uuid.then(|| text.to_lowercase())
}

#[cfg(test)]
mod laid {
    use jiff::Timestamp;
    use patuh_protocol::inventory::{Guest, GuestKind};
    use patuh_protocol::report::Reading;

    use crate::roots::{Failure, Roots, fixture};
    use crate::sensors::Settings;

    type Read = fn(&Roots, &Settings, Timestamp) -> Result<Option<Reading>, Failure>;

    /// What `read` makes of a host with `files`, a guest a line.
    pub(super) fn seen(read: Read, files: &[(&str, impl AsRef<[u8]>)]) -> Result<Vec<String>, String> {
        let host = fixture::host(files);
        match read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH) {
            Ok(None) => Ok(vec!["nothing".to_owned()]),
            Ok(Some(Reading::Guests(found))) => Ok(found.iter().map(words).collect()),
            Ok(Some(other)) => Err(format!("{other:?}")),
            Err(failure) => Err(failure.to_string()),
        }
    }

    fn words(it: &Guest) -> String {
        let kind = if it.kind == GuestKind::Container { "container" } else { "machine" };
        let state = match it.running {
            Some(true) => "runs",
            Some(false) => "rests",
            None => "?",
        };
        let cpus = it.cpus.map(|cpus| format!("{cpus} cpus")).unwrap_or_default();
        let memory = it.memory_bytes.map(|bytes| format!("{} MiB", bytes >> 20)).unwrap_or_default();
        let uuid = it.uuid.clone().unwrap_or_default();
        let words = [it.manager.as_str(), kind, &it.id, &it.name, &uuid, state, &cpus, &memory];
        let parts = it.macs.iter().chain(&it.disks).map(String::as_str);
        words.into_iter().chain(parts).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, as_mac: Option<&str>, as_uuid: Option<&str>) {
        assert_eq!(mac(text).as_deref(), as_mac, "{text}");
        assert_eq!(uuid(text).as_deref(), as_uuid, "{text}");
    }

    #[test]
    fn addresses_and_ids_have_one_form() {
        check("BC:24:11:2A:00:01", Some("bc:24:11:2a:00:01"), None);
        check("BC:24:11:2A:00", None, None);
        check("vmbr0", None, None);
        let uuid = "4C4C4544-0058-5110-8032-B7C04F463633";
        check(uuid, None, Some(&uuid.to_lowercase()));
        check("4C4C4544005851108032B7C04F463633", None, None);
        check("------------------------------------", None, None);
    }
}
