//! A plot as flat columns: what the forms ask, what the list shows in a sheet, what an import reads, and how a change is
//! told.
//!
//! A field is read with [`Field::get`] and set with [`Field::set`], both as the text that people write. `set` of what
//! `get` gave changes nothing.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use patuh_protocol::id::Code;

use super::Plot;
use crate::columns::columns;
use crate::difference::{self, Difference};
use crate::register::written::tidy;

/// The most characters of a note; of every other text.
const NOTE: usize = 2000;
const TEXT: usize = 200;

/// The most gateways, pools or servers of a subnet.
const LISTED: usize = 16;

columns! {
    /// A column of the plan.
    Field:
    /// Its number in the register.
    Number, "nomor", "Nomor";
    /// The subnet.
    Subnet, "subnet", "Subnet";
    /// What it is called.
    Name, "nama", "Nama jaringan";
    /// The office: its code.
    Office, "pd", "Kode PD";
    /// The site: its code.
    Site, "lokasi", "Kode lokasi";
    /// The VLAN's number.
    Vlan, "vlan", "VLAN";
    /// What it is for.
    Purpose, "peruntukan", "Peruntukan";
    /// Its gateways.
    Gateways, "gateway", "Gateway";
    /// The ranges that DHCP gives away.
    Pools, "kisaran", "Kisaran DHCP";
    /// The DHCP servers.
    DhcpServers, "dhcp", "Server DHCP";
    /// The letter that gave it away.
    Document, "dokumen", "Dokumen penetapan";
    /// Whether it holds.
    Life, "keadaan", "Keadaan";
    /// Keterangan.
    Note, "keterangan", "Keterangan";
}

impl Field {
    /// Whether it is a code or an address that stays text, whatever it looks like.
    #[must_use]
    pub const fn is_code(self) -> bool {
        !matches!(self, Self::Name | Self::Purpose | Self::Life | Self::Note)
    }

    /// What is in it, as people write it; empty when nothing is.
    #[must_use]
    pub fn get(self, plot: &Plot) -> String {
        match self {
            Self::Number if plot.is_new() => String::new(),
            Self::Number => plot.id.to_string(),
            Self::Subnet => plot.subnet.to_string(),
            Self::Name => plot.name.clone(),
            Self::Office => code(plot.office.as_ref()),
            Self::Site => code(plot.site.as_ref()),
            Self::Vlan => plot.vlan.map(|vlan| vlan.to_string()).unwrap_or_default(),
            Self::Purpose => plot.purpose.name().to_owned(),
            Self::Gateways => joined(&plot.gateways),
            Self::Pools => joined(&plot.pools),
            Self::DhcpServers => joined(&plot.dhcp_servers),
            Self::Document => plot.document.clone(),
            Self::Life => plot.life.name().to_owned(),
            Self::Note => plot.note.clone(),
        }
    }

    /// Sets it to what people wrote; empty takes it away.
    ///
    /// # Errors
    /// What is wrong and what to write instead, in Indonesian; the plot is as it was.
    pub fn set(self, plot: &mut Plot, written: &str) -> Result<(), String> {
        let written = tidy(written);
        let most = if self == Self::Note { NOTE } else { TEXT };
        if written.chars().count() > most {
            return Err(format!("terlalu panjang; paling banyak {most} huruf"));
        }
        let written = if written == "-" { String::new() } else { written };
        match self {
            Self::Number => return Err("nomor subnet tidak dapat diubah".to_owned()),
            Self::Subnet => plot.subnet = subnet(&written)?,
            Self::Name => plot.name = written,
            Self::Office => plot.office = a_code(&written)?,
            Self::Site => plot.site = a_code(&written)?,
            Self::Vlan => plot.vlan = vlan(&written)?,
            Self::Purpose if written.is_empty() => plot.purpose = super::Purpose::default(),
            Self::Purpose => plot.purpose = written.parse()?,
            Self::Gateways => plot.gateways = addresses(&written)?,
            Self::Pools => plot.pools = list(&written, &[',', ';'], str::parse)?,
            Self::DhcpServers => plot.dhcp_servers = addresses(&written)?,
            Self::Document => plot.document = written,
            Self::Life if written.is_empty() => plot.life = super::Life::default(),
            Self::Life => plot.life = written.parse()?,
            Self::Note => plot.note = written,
        }
        Ok(())
    }
}

fn code(code: Option<&Code>) -> String {
    code.map(ToString::to_string).unwrap_or_default()
}

fn joined<T: ToString>(all: &[T]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn a_code(written: &str) -> Result<Option<Code>, String> {
    let given = Some(written).filter(|written| !written.is_empty());
    given
        .map(|written| {
            written.to_lowercase().parse().map_err(|error: <Code as FromStr>::Err| error.to_string())
        })
        .transpose()
}

/// `10.20.3.0/24`, also with a mask (`10.20.3.0/255.255.255.0`, `10.20.3.0 255.255.255.0`).
fn subnet(written: &str) -> Result<IpNet, String> {
    let wrong = || format!("“{written}” bukan subnet; tulis alamat/panjang-awalan seperti 10.20.3.0/24");
    let (address, prefix) = written.split_once(['/', ' ']).ok_or_else(wrong)?;
    let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
    let prefix = match prefix.trim().parse::<IpAddr>() {
        Ok(mask) => ipnet::ip_mask_to_prefix(mask).map_err(|_| wrong())?,
        Err(_) => prefix.trim().parse().map_err(|_| wrong())?,
    };
    let net = IpNet::new(address, prefix).map_err(|_| wrong())?;
    if prefix == 0 {
        return Err("panjang awalan 0 berarti semua alamat; tulis subnetnya".to_owned());
    }
    if net.trunc() == net {
        Ok(net)
    } else {
        Err(format!("alamat itu milik sebuah mesin di dalam subnet; subnetnya sendiri ialah {}", net.trunc()))
    }
}

fn vlan(written: &str) -> Result<Option<u16>, String> {
    if written.is_empty() {
        return Ok(None);
    }
    // A spreadsheet makes 12.0 of a number.
    let whole = written.strip_suffix(".0").unwrap_or(written);
    let number = whole.parse().ok().filter(|vlan| (1..=4094).contains(vlan));
    number.map(Some).ok_or_else(|| format!("“{written}” bukan nomor VLAN; tulis 1 sampai 4094"))
}

fn addresses(written: &str) -> Result<Vec<IpAddr>, String> {
    let wrong = |text: &str| format!("“{text}” bukan alamat IP; tulis seperti 10.20.3.1");
    list(written, &[',', ';', ' '], |text| text.parse().map_err(|_| wrong(text)))
}

fn list<T: Ord>(
    written: &str,
    separators: &[char],
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let parts = written.split(separators).map(str::trim).filter(|part| !part.is_empty());
    let mut all: Vec<T> = parts.map(read).collect::<Result<_, _>>()?;
    all.sort();
    all.dedup();
    if all.len() > LISTED { Err(format!("terlalu banyak; paling banyak {LISTED}")) } else { Ok(all) }
}

/// The fields in which `new` differs from `old`, in the order of the columns.
#[must_use]
pub fn differences(old: &Plot, new: &Plot) -> Vec<Difference<Field>> {
    difference::between(&Field::ALL, Field::heading, Field::get, old, new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipplan::tests::plot;

    fn check(field: Field, written: &str, expected: Result<&str, &str>) {
        let (before, mut changed) = (plot("10.20.3.0/24", &[]), plot("10.20.3.0/24", &[]));
        match (field.set(&mut changed, written), expected) {
            (Ok(()), Ok(expected)) => {
                assert_eq!(field.get(&changed), expected, "{written}");
                let told: Vec<_> = differences(&before, &changed).iter().map(|it| it.field).collect();
                assert!(told.iter().all(|it| *it == field), "{field:?} {written}: {told:?}");
            }
            (Err(why), Err(word)) => {
                assert!(why.contains(word), "{written}: {why}");
                assert_eq!(changed, before, "nothing is half set");
            }
            (result, _) => panic!("{field:?} {written}: {result:?}"),
        }
    }

    #[test]
    fn fields_take_what_people_write() {
        check(Field::Subnet, " 10.20.4.0/22 ", Ok("10.20.4.0/22"));
        check(Field::Subnet, "10.20.4.0 255.255.252.0", Ok("10.20.4.0/22"));
        check(Field::Subnet, "10.20.4.0/255.255.252.0", Ok("10.20.4.0/22"));
        check(Field::Subnet, "2001:DB8:5::/48", Ok("2001:db8:5::/48"));
        check(Field::Subnet, "10.20.4.9/22", Err("ialah 10.20.4.0/22"));
        check(Field::Subnet, "10.20.4.0", Err("10.20.3.0/24"));
        check(Field::Subnet, "0.0.0.0/0", Err("semua alamat"));
        check(Field::Subnet, "", Err("bukan subnet"));
        check(Field::Vlan, "45", Ok("45"));
        check(Field::Vlan, "45.0", Ok("45"));
        check(Field::Vlan, "4095", Err("1 sampai 4094"));
        check(Field::Gateways, "10.20.3.2; 10.20.3.1 10.20.3.1", Ok("10.20.3.1, 10.20.3.2"));
        check(Field::Gateways, "router", Err("bukan alamat IP"));
        check(Field::Pools, "10.20.3.100 - 199", Ok("10.20.3.100-10.20.3.199"));
        check(Field::Office, "DinKes", Ok("dinkes"));
        check(Field::Office, "-", Ok(""));
        check(Field::Purpose, "di balik nat", Ok("Di balik NAT"));
        check(Field::Purpose, "lain", Err("pilih Jaringan PD"));
        check(Field::Number, "S-000002", Err("tidak dapat diubah"));
        check(Field::Name, &"x".repeat(201), Err("paling banyak 200"));
    }

    proptest::proptest! {
        #[test]
        fn what_was_set_and_is_set_again_stays(n in 1_usize..13, text: String) {
            let (field, mut plot) = (Field::ALL[n], plot("10.20.3.0/24", &[]));
            if field.set(&mut plot, &text).is_ok() {
                let once = plot.clone();
                field.set(&mut plot, &field.get(&once)).unwrap();
                proptest::prop_assert_eq!(plot, once);
            }
        }

        #[test]
        fn subnets_are_read_or_refused(text in "[0-9a-f./: ]{0,40}") {
            let mut plot = plot("10.20.3.0/24", &[]);
            if Field::Subnet.set(&mut plot, &text).is_ok() {
                proptest::prop_assert_eq!(plot.subnet, plot.subnet.trunc());
            }
        }
    }
}
