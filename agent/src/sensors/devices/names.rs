//! Names of vendors and products, from the tables of pciutils and usbutils (`pci.ids`, `usb.ids`), where the
//! host has them.
//!
//! The tables hold 1.4 MB of which a host needs some ten lines, so its vendors are searched by bytes, and of their
//! products only the numbers are looked at before one is known to be wanted. (Building a map of all of it costs
//! more than all other sensors together.)

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::roots::Roots;
use crate::roots::lossy::{NAME, lossy};

/// The most that is read of a table, in bytes.
const MAX_TABLE: u64 = 8 * 1024 * 1024;

/// A vendor's number and a product's.
pub(super) type Id = (u16, u16);

/// The names that were found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    vendors: BTreeMap<u16, String>,
    products: BTreeMap<Id, String>,
}

impl Names {
    /// The vendor's name.
    pub(super) fn vendor(&self, id: Id) -> Option<String> {
        self.vendors.get(&id.0).cloned()
    }

    /// The product's name.
    pub(super) fn product(&self, id: Id) -> Option<String> {
        self.products.get(&id).cloned()
    }
}

/// The names of `wanted`, from the first of the tables `paths` that is there; none when there is none.
pub(super) fn look_up(roots: &Roots, paths: &[&str], wanted: &BTreeSet<Id>) -> Names {
    if wanted.is_empty() {
        return Names::default();
    }
    let table = paths.iter().find_map(|path| roots.head(Path::new(path), MAX_TABLE).ok().flatten());
    table.map(|table| scan(&table, wanted)).unwrap_or_default()
}

/// A vendor's line begins with four hexadecimal digits, those of its products with a tab, those of their variants
/// with two. Behind the vendors come classes, whose lines begin with a word.
fn scan(table: &[u8], wanted: &BTreeSet<Id>) -> Names {
    let mut names = Names::default();
    let vendors: BTreeSet<u16> = wanted.iter().map(|(vendor, _)| *vendor).collect();
    for vendor in vendors {
        let Some(mut lines) = from_vendor(table, vendor).map(lines) else { continue };
        names.vendors.extend(lines.next().and_then(numbered));
        for line in lines.map_while(of_a_product) {
            let Some(product) = line.first().and_then(|_| number(line)) else { continue };
            if wanted.contains(&(vendor, product)) {
                names.products.extend(numbered(line).map(|(_, text)| ((vendor, product), text)));
            }
        }
    }
    names
}

/// `table` from the line of `vendor` on.
fn from_vendor(table: &[u8], vendor: u16) -> Option<&[u8]> {
    let begin = format!("{vendor:04x}  ");
    if table.starts_with(begin.as_bytes()) {
        return Some(table);
    }
    let found = memchr::memmem::find(table, format!("\n{begin}").as_bytes())?;
    table.get(found + 1..)
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = memchr::memchr_iter(b'\n', text).chain([text.len()]);
    ends.scan(0, |from, end| text.get(std::mem::replace(from, end + 1)..end))
}

/// What stands behind the tab; nothing for lines in between. None where the vendor's products end.
fn of_a_product(line: &[u8]) -> Option<&[u8]> {
    match line.first() {
        Some(b'\t') => line.get(1..),
        None | Some(b'#') => Some(&[]),
        Some(_) => None,
    }
}

/// The number of four hexadecimal digits that a line begins with.
fn number(line: &[u8]) -> Option<u16> {
    let digits = line.first_chunk::<4>()?;
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u16::try_from(digit).ok());
    digits.iter().try_fold(0, |number: u16, byte| Some(number << 4 | digit(byte)?))
}

/// The number that a line begins with, and the name that follows it.
fn numbered(line: &[u8]) -> Option<(u16, String)> {
    let number = number(line)?;
    let text = line.get(4..)?;
    let text = text.starts_with(b" ").then(|| lossy(text, NAME))?;
    (!text.is_empty()).then_some((number, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    const TABLE: &str = "# List of PCI ID's\n\n0014  Loongson\n\t7a00  Hyper Transport\n8086  Intel Corporation\n\
        \t1533  I210 Gigabit Network Connection\n\t\t103c 0003  Ethernet I210-T1\n\t1539  I211\n\
        \tbad\n1af4  Red Hat, Inc.\n\t1041\n\nC 02  Network controller\n\t00  Ethernet\nC 8086\n";

    fn check(wanted: &[Id], expected: &[(Option<&str>, Option<&str>)]) {
        let host = fixture::host(&[("usr/share/hwdata/pci.ids", TABLE)]);
        let paths = ["/usr/share/misc/pci.ids", "/usr/share/hwdata/pci.ids"];
        let names = look_up(&host.roots, &paths, &wanted.iter().copied().collect());
        let found: Vec<_> = wanted.iter().map(|id| (names.vendor(*id), names.product(*id))).collect();
        let expected: Vec<_> =
            expected.iter().map(|(v, p)| (v.map(str::to_owned), p.map(str::to_owned))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn names_are_found_by_number() {
        check(
            &[(0x8086, 0x1533), (0x8086, 0x1539), (0x1af4, 0x1041), (0x9999, 0x1533)],
            &[
                (Some("Intel Corporation"), Some("I210 Gigabit Network Connection")),
                (Some("Intel Corporation"), Some("I211")),
                (Some("Red Hat, Inc."), None),
                (None, None),
            ],
        );
        check(&[(0x0014, 0x7a00)], &[(Some("Loongson"), Some("Hyper Transport"))]);
        check(&[], &[]);
    }

    #[test]
    fn without_a_table_there_are_no_names() {
        let host = fixture::host(&[("x", "")]);
        assert_eq!(look_up(&host.roots, &["/nowhere"], &BTreeSet::from([(1, 1)])), Names::default());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in "((\t{0,2})[0-9a-f]{0,5} {0,3}.{0,9}\n){0,9}") {
            let wanted = BTreeSet::from([(0, 0), (0x8086, 0x1533)]);
            let _ = (scan(&bytes, &wanted), scan(text.as_bytes(), &wanted));
        }
    }
}
