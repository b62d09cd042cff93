//! Link-layer addresses, and what their bits say of their owner (IEEE 802 clause 8).

use std::fmt;

use crate::roots::netlink::chunk;

/// Six bytes that are not all zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mac([u8; 6]);

impl Mac {
    /// Of exactly six bytes.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        chunk::<6>(bytes, 0).filter(|mac| bytes.len() == 6 && *mac != [0; 6]).map(Self)
    }

    /// Of six hex pairs with colons.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let pair = |pair: &str| {
            let is_pair = pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
            u8::from_str_radix(pair, 16).ok().filter(|_| is_pair)
        };
        Self::of(&text.split(':').take(7).map(pair).collect::<Option<Vec<u8>>>()?)
    }

    /// Whether one device and no other may have it: no group of listeners, and none that routers share (VRRP and
    /// CARP, RFC 9568 section 7.3; HSRP 1 and 2; GLBP).
    pub(crate) const fn is_of_a_device(self) -> bool {
        let shared = matches!(
            self.0,
            [0x00, 0x00, 0x5e, 0x00, 0x01 | 0x02, _]
                | [0x00, 0x00, 0x0c, 0x07, 0xac, _]
                | [0x00, 0x00, 0x0c, 0x9f, 0xf0..=0xff, _]
                | [0x00, 0x07, 0xb4, 0x00, ..]
        );
        self.0[0] & 0x01 == 0 && !shared
    }

    /// Whether its owner will have it tomorrow: given by a maker, or made up once for all as QEMU does. The others
    /// are made up anew, by telephones each day.
    pub(crate) const fn is_lasting(self) -> bool {
        self.0[0] & 0x02 == 0 || matches!(self.0, [0x52, 0x54, 0x00, ..])
    }
}

/// Six lower-case hex pairs with colons.
impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(bool, bool)>) {
        let mac = Mac::parse(text);
        assert_eq!(mac.map(|mac| (mac.is_of_a_device(), mac.is_lasting())), expected, "{text}");
        assert_eq!(mac.map(|mac| mac.to_string()), expected.map(|_| text.to_lowercase()));
    }

    #[test]
    fn bits_are_read() {
        check("b8:2a:72:D1:00:01", Some((true, true)));
        check("52:54:00:12:34:56", Some((true, true)));
        check("d2:05:b1:9f:f5:5d", Some((true, false)));
        check("00:00:5e:00:01:0a", Some((false, true)));
        check("00:00:0c:9f:f0:01", Some((false, true)));
        check("33:33:ff:12:34:56", Some((false, false)));
        for bad in ["", "00:00:00:00:00:00", "b8:2a:72:d1:00", "b8:2a:72:d1:00:01:02", "b8:2a:72:d1:00:+1"] {
            check(bad, None);
        }
        // An InfiniBand address.
        check("80:00:02:08:fe:80:00:00:00:00:00:00:00:02:c9:03:00:0a:0b:0c", None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", bytes: Vec<u8>) {
            let _ = (Mac::parse(&text), Mac::of(&bytes));
        }
    }
}
