//! Link-layer addresses, and what their bits say of their owner (IEEE 802 clause 8).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A MAC address, written as six lower-case hex pairs with colons.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Mac([u8; 6]);

/// Not six hex pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a MAC address is six hex pairs with colons")]
pub struct NotAMac;

impl Mac {
    /// Given by a maker, so that no other card has it; the others were made up by software.
    #[must_use]
    pub const fn is_universal(self) -> bool {
        self.0[0] & 0x02 == 0
    }

    /// Made up, but once for all: the virtual machines of QEMU, as libvirt and Proxmox VE make them.
    #[must_use]
    pub const fn is_of_a_guest(self) -> bool {
        matches!(self.0, [0x52, 0x54, 0x00, ..])
    }

    /// An address that routers share: VRRP and CARP (RFC 9568 section 7.3), HSRP 1 and 2, GLBP. It names no device.
    #[must_use]
    pub const fn is_of_a_router_group(self) -> bool {
        matches!(
            self.0,
            [0x00, 0x00, 0x5e, 0x00, 0x01 | 0x02, _]
                | [0x00, 0x00, 0x0c, 0x07, 0xac, _]
                | [0x00, 0x00, 0x0c, 0x9f, 0xf0..=0xff, _]
                | [0x00, 0x07, 0xb4, 0x00, ..]
        )
    }

    /// Whether one device and no other may have it: not zero, no group of listeners, no group of routers.
    #[must_use]
    pub const fn is_of_a_device(self) -> bool {
        self.0[0] & 0x01 == 0 && !matches!(self.0, [0, 0, 0, 0, 0, 0]) && !self.is_of_a_router_group()
    }
}

impl FromStr for Mac {
    type Err = NotAMac;

    fn from_str(text: &str) -> Result<Self, NotAMac> {
        let mut bytes = [0; 6];
        let mut pairs = text.split([':', '-']);
        for byte in &mut bytes {
            let pair = pairs.next().filter(|pair| pair.len() == 2).ok_or(NotAMac)?;
            if !pair.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return Err(NotAMac);
            }
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NotAMac)?;
        }
        if pairs.next().is_none() { Ok(Self(bytes)) } else { Err(NotAMac) }
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Mac> for String {
    fn from(mac: Mac) -> Self {
        mac.to_string()
    }
}

impl TryFrom<String> for Mac {
    type Error = NotAMac;

    fn try_from(text: String) -> Result<Self, NotAMac> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, universal: bool, router_group: bool, device: bool) {
        let mac: Mac = text.parse().unwrap();
        assert_eq!(
            (mac.is_universal(), mac.is_of_a_router_group(), mac.is_of_a_device()),
            (universal, router_group, device),
            "{text}"
        );
    }

    #[test]
    fn bits_are_read() {
        check("b8:2a:72:d1:00:01", true, false, true);
        check("52-54-00-12-34-56", false, false, true);
        check("00:00:5e:00:01:0a", true, true, false);
        check("00:00:5E:00:02:0a", true, true, false);
        check("00:00:0c:07:ac:01", true, true, false);
        check("00:00:0c:9f:f0:01", true, true, false);
        check("00:00:0c:9f:e0:01", true, false, true);
        check("33:33:ff:12:34:56", false, false, false);
        check("00:00:00:00:00:00", true, false, false);
        for bad in ["", "b8:2a:72:d1:00", "b8:2a:72:d1:00:01:02", "b8:2a:72:d1:00:+1", "b8:2a:72:d1:0:001"] {
            assert_eq!(bad.parse::<Mac>(), Err(NotAMac), "{bad}");
        }
        assert_eq!("B8-2A-72-D1-00-01".parse::<Mac>().unwrap().to_string(), "b8:2a:72:d1:00:01");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = text.parse::<Mac>();
        }
    }
}
