//! Routes of the kernel and of its files.

use super::*;
use crate::roots::fixture;
use crate::sensors::netlink::crafted::{Links as Crafted, Routes as CraftedRoutes};

/// Destination, gateway, interface, metric, table, origin.
type Expected<'a> = (&'a str, &'a str, &'a str, u32, u32, &'a str);

fn route(&(destination, gateway, interface, metric, table, origin): &Expected<'_>) -> Route {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Route {
        destination: destination.to_owned(),
        gateway: text(gateway),
        interface: interface.to_owned(),
        metric: Some(metric).filter(|metric| *metric > 0),
        table: Some(table).filter(|table| *table != 254),
        origin: text(origin),
    }
}

fn check(files: &[(&str, Vec<u8>)], expected: &[Expected<'_>]) {
    let host = fixture::host(files);
    let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(read, listed(expected.iter().map(route).collect(), Reading::Routes));
}

#[test]
fn routes_of_the_kernel_that_lead_out_count() {
    let links =
        Crafted::default().link(2, "eno1").link(3, "eno2").bridge(4, "docker0").kind(5, "wg0", "wireguard");
    let routes = CraftedRoutes::default()
        .add("0.0.0.0/0", Some("10.1.0.1"), 2, |route| route.metric(100).origin(16))
        .add("10.1.0.0/24", None, 2, |route| route.origin(2))
        .add("0.0.0.0/0", Some("192.168.8.1"), 3, |route| route.table(1000))
        .add("10.20.0.0/16", Some("10.1.0.254"), 2, |route| route.origin(4))
        .add("10.9.0.0/16", None, 5, |route| route)
        .add("10.8.0.0/16", Some("10.1.0.7"), 2, |route| route.origin(186))
        .add("172.17.0.0/16", None, 4, |route| route.origin(2))
        .add("10.1.0.9/32", None, 2, |route| route.kind(2).table(255))
        .add("10.1.0.255/32", None, 2, |route| route.kind(3).table(255))
        .add("10.66.0.0/16", None, 2, |route| route.kind(6))
        .add("::/0", Some("fe80::1"), 2, |route| route.metric(1024).origin(9))
        .add("fe80::/64", None, 2, |route| route.metric(256).origin(2))
        .add("10.77.0.0/16", None, 99, |route| route)
        .several("10.5.0.0/16", &[("10.1.0.2", 2), ("10.2.0.2", 3)]);
    let files = [(".host/netlink/links", links.bytes()), (".host/netlink/routes", routes.bytes())];
    check(
        &files,
        &[
            ("0.0.0.0/0", "10.1.0.1", "eno1", 100, 254, "dhcp"),
            ("0.0.0.0/0", "192.168.8.1", "eno2", 0, 1000, "boot"),
            ("10.1.0.0/24", "", "eno1", 0, 254, "kernel"),
            ("10.20.0.0/16", "10.1.0.254", "eno1", 0, 254, "static"),
            ("10.5.0.0/16", "10.1.0.2", "eno1", 0, 254, "boot"),
            ("10.5.0.0/16", "10.2.0.2", "eno2", 0, 254, "boot"),
            ("10.8.0.0/16", "10.1.0.7", "eno1", 0, 254, "bgp"),
            ("10.9.0.0/16", "", "wg0", 0, 254, "boot"),
            ("::/0", "fe80::1", "eno1", 1024, 254, "ra"),
        ],
    );
}

#[test]
fn the_files_tell_the_main_table() {
    let four = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
        eno1\t00000000\t0100010A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n\
        eno1\t0000010A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n\
        ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n\
        docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\nrubbish\n";
    let nowhere = "0".repeat(32);
    let six = format!(
        "{nowhere} 00 {nowhere} 00 fd000000000000000000000000000001 00000400 2 0 00000003 eno1\n\
         fe800000000000000000000000000000 40 {nowhere} 00 {nowhere} 00000100 1 0 00000001 eno1\n\
         fd000000000000000000000000000009 80 {nowhere} 00 {nowhere} 00000000 1 0 80200001 eno1\n\
         {nowhere} 00 {nowhere} 00 {nowhere} ffffffff 1 0 00200200 lo\n"
    );
    check(
        &[("proc/net/route", four.into()), ("proc/net/ipv6_route", six.into())],
        &[
            ("0.0.0.0/0", "", "ppp0", 0, 254, ""),
            ("0.0.0.0/0", "10.1.0.1", "eno1", 100, 254, ""),
            ("10.1.0.0/24", "", "eno1", 100, 254, ""),
            ("::/0", "fd00::1", "eno1", 1024, 254, ""),
        ],
    );
    check(&[("proc/net/route", b"Iface\n".to_vec())], &[]);
}

#[test]
fn no_means_to_look_is_not_nothing_there() {
    let host = fixture::host(&[("etc/hostname", "x")]);
    let failure = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap_err();
    assert_eq!(failure.to_string(), "/proc/net/route: tidak ada");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(fields in proptest::collection::vec("[0-9a-fA-F]{0,34}|.{0,5}", 0..12)) {
        let _ = (files::route(&fields.join("\t")), files::route6(&fields.join(" ")));
    }
}
