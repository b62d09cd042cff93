//! A range of addresses that a DHCP server gives away (RFC 2131).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// From one address to another, both included, such as `10.20.3.100-10.20.3.199`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Pool {
    first: IpAddr,
    last: IpAddr,
}

impl Pool {
    /// Its first address.
    #[must_use]
    pub const fn first(self) -> IpAddr {
        self.first
    }

    /// Its last address.
    #[must_use]
    pub const fn last(self) -> IpAddr {
        self.last
    }

    /// Whether `address` is in it.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        address.is_ipv4() == self.first.is_ipv4() && (self.first..=self.last).contains(&address)
    }
}

impl FromStr for Pool {
    type Err = String;

    /// `10.20.3.100-10.20.3.199`, with or without blanks, or `10.20.3.100-199`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}” bukan kisaran alamat; tulis seperti 10.20.3.100-10.20.3.199");
        let (first, last) = text.split_once(['-', '–']).ok_or_else(wrong)?;
        let first: IpAddr = first.trim().parse().map_err(|_| wrong())?;
        let last = match (last.trim().parse::<IpAddr>(), first) {
            (Ok(last), _) => last,
            (Err(_), IpAddr::V4(v4)) => {
                let [a, b, c, _] = v4.octets();
                IpAddr::from([a, b, c, last.trim().parse().map_err(|_| wrong())?])
            }
            (Err(_), IpAddr::V6(_)) => return Err(wrong()),
        };
        if first.is_ipv4() != last.is_ipv4() || first > last {
            Err(wrong())
        } else {
            Ok(Self { first, last })
        }
    }
}

impl TryFrom<String> for Pool {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Pool> for String {
    fn from(pool: Pool) -> Self {
        pool.to_string()
    }
}

impl fmt::Display for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(text.parse::<Pool>().ok().map(String::from).as_deref(), expected, "{text}");
    }

    #[test]
    fn ranges_are_read() {
        check("10.20.3.100-10.20.3.199", Some("10.20.3.100-10.20.3.199"));
        check(" 10.20.3.100 – 10.20.3.199 ", Some("10.20.3.100-10.20.3.199"));
        check("10.20.3.100-199", Some("10.20.3.100-10.20.3.199"));
        check("2001:db8::10-2001:db8::20", Some("2001:db8::10-2001:db8::20"));
        check("10.20.3.199-10.20.3.100", None);
        check("10.20.3.100-2001:db8::1", None);
        check("10.20.3.100-300", None);
        check("2001:db8::10-20", None);
        check("10.20.3.100", None);
    }

    #[test]
    fn its_ends_are_in_it() {
        let pool: Pool = "10.20.3.100-199".parse().unwrap();
        let inside = |address: &str| pool.contains(address.parse().unwrap());
        assert!(inside("10.20.3.100") && inside("10.20.3.199"));
        assert!(!inside("10.20.3.99") && !inside("10.20.3.200") && !inside("::"));
    }
}
