//! A range of IP addresses (CIDR, RFC 4632 and RFC 4291 section 2.3).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A range of addresses, such as `10.10.0.0/24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// Why a text is not a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadNetwork {
    /// Not `address/prefix`.
    #[error("bukan jaringan berbentuk alamat/panjang-awalan seperti 10.10.0.0/24")]
    Form,
    /// Bits are set behind the prefix; most likely a host's address was copied.
    #[error("alamat itu milik sebuah mesin di dalam jaringan; jaringannya sendiri ialah {0}")]
    HostBits(Network),
}

impl Network {
    /// Whether `address` is in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(_), IpAddr::V4(_)) | (IpAddr::V6(_), IpAddr::V6(_)) => {
                masked(address.to_canonical(), self.prefix) == self.address
            }
            _ => false,
        }
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

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let (address, prefix) = text.split_once('/').ok_or(BadNetwork::Form)?;
        let address: IpAddr = address.parse().map_err(|_| BadNetwork::Form)?;
        let prefix: u8 = prefix.parse().map_err(|_| BadNetwork::Form)?;
        if prefix > if address.is_ipv4() { 32 } else { 128 } {
            return Err(BadNetwork::Form);
        }
        let network = Self { address: masked(address, prefix), prefix };
        if network.address == address { Ok(network) } else { Err(BadNetwork::HostBits(network)) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(network: &str, address: &str, inside: bool) {
        let network: Network = network.parse().unwrap();
        assert_eq!(network.contains(address.parse().unwrap()), inside, "{address} in {network}");
    }

    #[test]
    fn addresses_are_in_or_out() {
        check("10.10.0.0/24", "10.10.0.255", true);
        check("10.10.0.0/24", "10.10.1.0", false);
        check("10.10.0.0/24", "::ffff:10.10.0.7", true);
        check("0.0.0.0/0", "203.0.113.9", true);
        check("0.0.0.0/0", "2001:db8::1", false);
        check("10.1.2.3/32", "10.1.2.3", true);
        check("2001:db8:5::/48", "2001:db8:5:9::1", true);
        check("2001:db8:5::/48", "2001:db8:6::1", false);
        check("::/0", "2001:db8::1", true);
    }

    #[test]
    fn other_texts_are_refused_with_a_remedy() {
        for text in ["", "10.10.0.0", "10.10.0.0/33", "::/129", "10.10.0.0/x", "a/8", "10.10.0.0/24/1"] {
            assert_eq!(text.parse::<Network>(), Err(BadNetwork::Form), "{text}");
        }
        let remedy = "10.10.0.7/24".parse::<Network>().unwrap_err().to_string();
        assert!(remedy.ends_with("ialah 10.10.0.0/24"), "{remedy}");
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read(bits: u32, prefix in 0_u8..=32, other: u32, text: String) {
            let network = Network { address: masked(IpAddr::V4(bits.into()), prefix), prefix };
            assert_eq!(network.to_string().parse(), Ok(network));
            let same = prefix == 0 || (bits ^ other) >> (32 - u32::from(prefix)) == 0;
            assert_eq!(network.contains(IpAddr::V4(other.into())), same);
            let _ = text.parse::<Network>();
        }
    }
}
