//! Questions and answers.

use super::*;
use crate::roots::fixture;

/// A message as it travels.
fn framed(kind: u16, flags: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(16 + body.len()).unwrap().to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.resize(16, 0);
    bytes.extend(body);
    bytes
}

fn check(datagrams: &[Vec<u8>], expected: Result<(bool, End, usize), &str>) {
    let mut answer = Answer { bytes: Vec::new(), end: End::Done };
    let mut last = Ok(false);
    for datagram in datagrams {
        last = answer.take(datagram);
    }
    let found = last.map(|done| (done, answer.end, answer.bytes.len())).map_err(|error| error.to_string());
    assert_eq!(found, expected.map_err(str::to_owned));
}

#[test]
fn an_answer_is_taken_to_its_end() {
    let link = framed(16, 0, &[0; 16]);
    let done = framed(NLMSG_DONE, 0, &[0; 4]);
    check(&[link.clone(), link.clone()], Ok((false, End::Done, 64)));
    check(&[link.clone(), done.clone()], Ok((true, End::Done, 52)));
    check(&[[link.clone(), done.clone()].concat()], Ok((true, End::Done, 52)));
    check(&[framed(16, NLM_F_DUMP_INTR, &[0; 16]), done], Ok((true, End::Interrupted, 52)));
    check(&[framed(NLMSG_ERROR, 0, &(-95_i32).to_ne_bytes())], Err("Operation not supported (os error 95)"));
    check(&[framed(NLMSG_DONE, 0, &(-90_i32).to_ne_bytes())], Err("Message too long (os error 90)"));
    check(&[link.get(..20).unwrap().to_vec()], Err("sebuah pesan terpotong"));
}

#[test]
fn a_recorded_table_is_given_as_it_is_unless_it_is_torn() {
    let link = framed(16, 0, &[0; 16]);
    let host = |bytes: &[u8]| fixture::host(&[(".host/netlink/links", bytes.to_vec())]);
    assert_eq!(host(&link).roots.table(Table::Links), Ok(Some(link.clone())));
    assert_eq!(host(&link).roots.table(Table::Routes), Ok(None));
    let failure = host(link.get(..20).unwrap()).roots.table(Table::Links).unwrap_err().to_string();
    assert_eq!(failure, "rtnetlink links: sebuah pesan terpotong");
}

#[test]
fn this_host_is_asked() {
    for table in [Table::Links, Table::Addresses, Table::Routes, Table::Neighbours, Table::Bridges] {
        let bytes = Roots::live().table(table).unwrap().unwrap();
        assert!(messages(&bytes).all(|message| message.is_ok()), "{table:?}");
    }
    assert!(Roots::live().ear().unwrap().is_some());
}
