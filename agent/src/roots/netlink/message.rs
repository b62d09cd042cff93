//! How the kernel lays out what it says: messages (`struct nlmsghdr`, netlink(7)) and the attributes within them
//! (`struct nlattr`). Numbers are the machine's own; everything starts at a multiple of four.
//!
//! Each attribute is looked at by itself: one that a newer kernel made longer, or that is torn, costs nothing but
//! itself.

/// What a message's header takes.
const HEADER: usize = 16;
/// What an attribute's header takes.
const ATTRIBUTE: usize = 4;
/// `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER` are no part of an attribute's number.
const KIND: u16 = 0x3fff;

/// One message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Message<'a> {
    /// What it is about: one of the `RTM_` numbers of rtnetlink(7), or of netlink(7) itself.
    pub(crate) kind: u16,
    /// The `NLM_F_` flags.
    pub(crate) flags: u16,
    /// What follows the header.
    pub(crate) body: &'a [u8],
}

/// The messages in `bytes`, one after another. It ends where the bytes end; `Err` holds what is left when that is no
/// whole message.
pub(crate) fn messages(mut bytes: &[u8]) -> impl Iterator<Item = Result<Message<'_>, Torn>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let message = message(bytes).ok_or(Torn);
        let length = message.map_or(bytes.len(), |message| HEADER + message.body.len());
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some(message)
    })
}

/// A message is cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Torn;

fn message(bytes: &[u8]) -> Option<Message<'_>> {
    let length = usize::try_from(u32_at(bytes, 0)?).ok()?;
    let body = bytes.get(HEADER..length)?;
    Some(Message { kind: u16_at(bytes, 4)?, flags: u16_at(bytes, 6)?, body })
}

/// The attributes in `bytes` with their numbers; it ends at the first that is torn.
pub(crate) fn attributes(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let length = usize::from(u16_at(bytes, 0)?);
        let (kind, value) = (u16_at(bytes, 2)? & KIND, bytes.get(ATTRIBUTE..length)?);
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, value))
    })
}

/// The machine's own 16-bit number at `at`.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    chunk(bytes, at).map(u16::from_ne_bytes)
}

/// The machine's own 32-bit number at `at`.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    chunk(bytes, at).map(u32::from_ne_bytes)
}

/// `N` bytes from `at` on.
pub(crate) fn chunk<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk::<N>().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message as it travels.
    fn framed(kind: u16, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(HEADER + body.len()).unwrap();
        let mut bytes = length.to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.resize(HEADER, 0);
        bytes.extend(body);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn check(bytes: &[u8], expected: &[Result<(u16, &[u8]), Torn>]) {
        let found: Vec<_> =
            messages(bytes).map(|it| it.map(|message| (message.kind, message.body))).collect();
        assert_eq!(found, expected, "{bytes:?}");
    }

    #[test]
    fn messages_follow_each_other() {
        let two = [framed(16, b"abcde"), framed(3, &[])].concat();
        check(&two, &[Ok((16, b"abcde")), Ok((3, b""))]);
        check(&[], &[]);
        check(two.get(..18).unwrap(), &[Err(Torn)]);
        check(&[framed(16, b"abcd"), vec![1, 2]].concat(), &[Ok((16, b"abcd")), Err(Torn)]);
        check(&[0; 16], &[Err(Torn)]);
    }

    #[test]
    fn attributes_follow_each_other() {
        let bytes = [5, 0, 3, 0x80, b'x', 0, 0, 0, 8, 0, 4, 0, 1, 2, 3, 4, 200, 0, 9, 0];
        let found: Vec<_> = attributes(&bytes).collect();
        assert_eq!(found, [(3, &b"x"[..]), (4, &[1, 2, 3, 4][..])]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_run_forever(bytes: Vec<u8>) {
            assert!(messages(&bytes).count() <= bytes.len());
            assert!(attributes(&bytes).count() <= bytes.len());
        }
    }
}
