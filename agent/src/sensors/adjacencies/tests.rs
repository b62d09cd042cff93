use super::*;
use crate::roots::fixture;

/// What systemd-networkd 252 kept of a frame of lldpd 1.0.16.
const KEPT: &[u8] = include_bytes!("../../lldp/samples/networkd.bin");
/// What lldpcli 1.0.16 said of another one of the same sender.
const TOLD: &[u8] = include_bytes!("../../lldp/samples/lldpcli.json");
const LINK: (&str, &[u8]) = ("run/systemd/netif/links/2", b"ADMIN_STATE=configured\nOPER_STATE=routable\n");
const LISTENS: (&str, &[u8]) = ("run/patuh-lldp/state", b"listening");

/// Of each: interface, chassis, port, name, and since when; else why not.
fn check(files: &[(&str, &[u8])], expected: Result<&[&str], &str>) {
    let ports: [(&str, &[u8]); 3] = [
        ("sys/class/net/eth0/ifindex", b"2\n"),
        ("sys/class/net/lo/ifindex", b"1\n"),
        ("sys/class/net/bonding_masters", b""),
    ];
    let host = fixture::host(&[files, &ports].concat());
    let read = read(&host.roots, &Settings::default(), "2026-11-22T03:00:00Z".parse().unwrap());
    let line = |it: &Adjacency| {
        let since = it.since.map(|since| format!(" since {since}")).unwrap_or_default();
        let name = it.system_name.as_deref().unwrap_or("?");
        format!("{} {} {} {name}{since}", it.interface, it.chassis.value, it.port.value)
    };
    let found = match &read {
        Ok(Some(Reading::Adjacencies(heard))) => Ok(heard.iter().map(line).collect()),
        Ok(None) => Ok(vec![]),
        other => Err(other.as_ref().map_or_else(ToString::to_string, |_| "another reading".into())),
    };
    assert_eq!(
        found,
        expected.map(|all| all.iter().map(ToString::to_string).collect()).map_err(str::to_owned)
    );
}

const SWITCH: &str = "eth0 00:1b:21:aa:00:07 p9 SW-LT2-DINKES";

#[test]
fn our_own_listener_comes_first_and_knows_since_when() {
    let since = "eth0 00:1b:21:aa:00:07 p9 SW-LT2-DINKES since 2026-11-22T02:00:00Z";
    check(&[LISTENS, ("run/patuh-lldp/2-1795312800-0", KEPT)], Ok(&[since]));
    check(
        &[LISTENS, ("run/patuh-lldp/2-1795312800-0", KEPT), LINK, ("run/systemd/netif/lldp/2", KEPT)],
        Ok(&[since]),
    );
    check(&[LISTENS], Ok(&[]));
    // A clock that was set back; a port that is gone; what is no frame.
    check(&[LISTENS, ("run/patuh-lldp/2-1895312800-0", KEPT)], Ok(&[SWITCH]));
    check(
        &[LISTENS, ("run/patuh-lldp/9-1795312800-0", KEPT), ("run/patuh-lldp/2-1795312800-1", b"x")],
        Ok(&[]),
    );
}

#[test]
fn who_does_not_listen_says_why_and_the_next_is_asked() {
    check(&[LINK, ("run/systemd/netif/lldp/2", KEPT)], Ok(&[SWITCH]));
    check(&[LINK, ("run/systemd/netif/lldp/", b"")], Ok(&[]));
    let failed = ("run/patuh-lldp/state", b"gagal: Operation not permitted (os error 1)".as_slice());
    check(&[failed, LINK, ("run/systemd/netif/lldp/2", KEPT)], Ok(&[SWITCH]));
    let runs = ("run/lldpd.socket", b"".as_slice());
    check(
        &[runs, (".host/cmd/lldpcli_show_neighbors", TOLD)],
        Ok(&["eth0 00:1b:21:aa:00:07 p7 SW-LT2-DINKES"]),
    );
    check(
        &[failed, ("run/systemd/netif/lldp/", b"")],
        Err("tidak ada yang mendengarkan LLDP: patuh-lldp gagal: Operation not permitted (os error 1); \
             systemd-networkd tidak mengelola satu port pun; lldpd tidak berjalan"),
    );
    check(
        &[runs, (".host/cmd/lldpcli_show_neighbors.failed", b"kode keluar 1: Permission denied")],
        Err(
            "tidak ada yang mendengarkan LLDP: patuh-lldp tidak berjalan; systemd-networkd tidak berjalan, atau tidak menyimpan pengumuman; \
             lldpd tidak menjawab (lldpcli show neighbors: kode keluar 1: Permission denied)",
        ),
    );
}

#[test]
fn a_host_without_ports_has_no_neighbours() {
    let host = fixture::host(&[
        ("sys/class/net/lo/ifindex", "1\n"),
        ("sys/class/net/ib0/ifindex", "2\n"),
        ("sys/class/net/ib0/type", "32\n"),
    ]);
    assert_eq!(read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH), Ok(None));
}
