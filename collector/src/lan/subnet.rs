//! A range of addresses as an interface or a route names it (RFC 4632; RFC 4291 section 2.3).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A subnet, such as `10.20.3.0/24`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Subnet {
    address: IpAddr,
    prefix: u8,
}

/// Not `address/prefix`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a subnet is address/prefix, such as 10.20.3.0/24")]
pub struct NotASubnet;

impl Subnet {
    /// The address of an interface, such as `10.20.3.4/24`, and the subnet it lies in.
    #[must_use]
    pub fn of_interface(text: &str) -> Option<(IpAddr, Self)> {
        let address: IpAddr = text.split('/').next()?.parse().ok()?;
        Some((address, text.parse().ok()?))
    }

    /// Whether `address` lies in it.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        address.is_ipv4() == self.address.is_ipv4() && masked(address, self.prefix) == self.address
    }

    /// How many leading bits its addresses share.
    #[must_use]
    pub const fn prefix(self) -> u8 {
        self.prefix
    }

    /// Whether its addresses are those of IPv6.
    #[must_use]
    pub const fn is_ipv6(self) -> bool {
        self.address.is_ipv6()
    }

    /// Everywhere: `0.0.0.0/0` or `::/0`.
    #[must_use]
    pub const fn is_everywhere(self) -> bool {
        self.prefix == 0
    }

    /// No other host is in it: a single address, or nobody's network (loopback, link-local, multicast).
    #[must_use]
    pub fn is_no_network(self) -> bool {
        self.prefix == if self.address.is_ipv4() { 32 } else { 128 } || is_nowhere(self.address)
    }
}

/// Loopback, link-local, multicast, unspecified: an address that no network of an office is known by.
#[must_use]
pub fn is_nowhere(address: IpAddr) -> bool {
    let is_link_local = match address {
        IpAddr::V4(v4) => v4.is_link_local() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    is_link_local || address.is_loopback() || address.is_multicast() || address.is_unspecified()
}

/// Of a range that is nobody's on the Internet: RFC 1918, RFC 6598, RFC 4193.
#[must_use]
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || matches!(v4.octets(), [100, 64..=127, ..]),
        IpAddr::V6(v6) => v6.is_unique_local(),
    }
}

/// `address` with all bits behind the prefix cleared.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    let prefix = u32::from(prefix);
    match address {
        IpAddr::V4(v4) => IpAddr::V4((v4.to_bits() & u32::MAX.checked_shl(32 - prefix).unwrap_or(0)).into()),
        IpAddr::V6(v6) => {
            IpAddr::V6((v6.to_bits() & u128::MAX.checked_shl(128 - prefix).unwrap_or(0)).into())
        }
    }
}

impl FromStr for Subnet {
    type Err = NotASubnet;

    fn from_str(text: &str) -> Result<Self, NotASubnet> {
        let (address, prefix) = text.split_once('/').ok_or(NotASubnet)?;
        let address: IpAddr = address.parse().map_err(|_| NotASubnet)?;
        let prefix: u8 = prefix.parse().map_err(|_| NotASubnet)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        if prefix > longest { Err(NotASubnet) } else { Ok(Self { address: masked(address, prefix), prefix }) }
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl fmt::Debug for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Subnet> for String {
    fn from(subnet: Subnet) -> Self {
        subnet.to_string()
    }
}

impl TryFrom<String> for Subnet {
    type Error = NotASubnet;

    fn try_from(text: String) -> Result<Self, NotASubnet> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(interface: &str, subnet: Option<&str>) {
        let found = Subnet::of_interface(interface).map(|(_, subnet)| subnet.to_string());
        assert_eq!(found.as_deref(), subnet, "{interface}");
    }

    #[test]
    fn an_interface_lies_in_a_subnet() {
        check("10.20.3.4/24", Some("10.20.3.0/24"));
        check("10.20.3.4/0", Some("0.0.0.0/0"));
        check("fd00::9/64", Some("fd00::/64"));
        for bad in ["10.20.3.4", "10.20.3.4/33", "10.20.3/24", "", "/", "::/129"] {
            check(bad, None);
        }
        let subnet: Subnet = "10.20.0.0/16".parse().unwrap();
        assert!(
            subnet.contains("10.20.255.1".parse().unwrap()) && !subnet.contains("10.21.0.1".parse().unwrap())
        );
        assert!(!subnet.contains("::".parse().unwrap()) && !subnet.is_no_network());
    }

    #[test]
    fn ranges_are_known() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(is_private(address("100.64.0.1")) && is_private(address("fd00::1")));
        assert!(!is_private(address("103.20.1.1")) && !is_private(address("2001:db8::1")));
        assert!(is_nowhere(address("169.254.1.1")) && is_nowhere(address("fe80::1")));
        assert!(!is_nowhere(address("10.0.0.1")));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = Subnet::of_interface(&text);
        }
    }
}
