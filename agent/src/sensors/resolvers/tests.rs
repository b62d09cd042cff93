use super::*;
use crate::roots::fixture;

/// Address, interface or nothing, and source.
fn check(files: &[(&str, &str)], expected: &[(&str, &str, &str)]) {
    let host = fixture::host(files);
    let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
    let expected = expected.iter().map(|(address, interface, source)| Resolver {
        address: (*address).into(),
        interface: Some((*interface).to_owned()).filter(|it| !it.is_empty()),
        source: (*source).into(),
    });
    assert_eq!(read, listed(expected.collect(), Reading::Resolvers), "{files:?}");
}

#[test]
fn whom_programs_ask_is_told_in_their_order() {
    check(
        &[(
            "etc/resolv.conf",
            "# nameserver 1.1.1.1\nsearch dinkes.contoh.go.id\nnameserver 10.1.0.3\nnameserver\t10.1.0.2 # x\n\
             nameserver fe80::1%eno1\nnameserver 10.1.0.3\nnameserver x\nnameserver\n",
        )],
        &[
            ("10.1.0.3", "", "/etc/resolv.conf"),
            ("10.1.0.2", "", "/etc/resolv.conf"),
            ("fe80::1", "eno1", "/etc/resolv.conf"),
        ],
    );
    check(&[("etc/resolv.conf", "search x\n")], &[]);
    check(&[("etc/hostname", "x")], &[]);
}

#[test]
fn behind_a_resolver_of_the_hosts_own_are_those_it_asks() {
    let link = "run/systemd/netif/links/2";
    check(
        &[
            ("etc/resolv.conf", "-> ../run/systemd/resolve/stub-resolv.conf"),
            ("sys/class/net/eno1/ifindex", "2\n"),
            ("etc/systemd/resolved.conf", "[Resolve]\n#DNS=\nDNS=9.9.9.9\nFallbackDNS=1.1.1.1\n"),
            (
                "etc/systemd/resolved.conf.d/opd.conf",
                "[Resolve]\nDNS=\nDNS=10.1.0.3:53#dns.go.id [fd00::3]:53\n",
            ),
            (link, "ADMIN_STATE=configured\nDNS=10.1.0.1 10.1.0.3%eno1\nNTP=10.1.0.4\n"),
        ],
        &[
            ("127.0.0.53", "", "/etc/resolv.conf"),
            ("10.1.0.3", "", "/etc/systemd/resolved.conf.d/opd.conf"),
            ("fd00::3", "", "/etc/systemd/resolved.conf.d/opd.conf"),
            ("10.1.0.1", "eno1", "/run/systemd/netif/links/2"),
            ("10.1.0.3", "eno1", "/run/systemd/netif/links/2"),
        ],
    );
    check(
        &[
            ("etc/resolv.conf", "nameserver 127.0.0.1\n"),
            ("run/NetworkManager/no-stub-resolv.conf", "nameserver 10.1.0.1\nnameserver 127.0.0.1\n"),
        ],
        &[("127.0.0.1", "", "/etc/resolv.conf"), ("10.1.0.1", "", "/run/NetworkManager/no-stub-resolv.conf")],
    );
    check(
        &[
            ("etc/resolv.conf", "-> /run/systemd/resolve/resolv.conf"),
            ("sys/class/net/eno1/ifindex", "2\n"),
            (link, "DNS=10.1.0.1\n"),
        ],
        &[("10.1.0.1", "eno1", "/run/systemd/netif/links/2")],
    );
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".*", word in "[0-9a-f:.%#\\[\\]]{0,24}") {
        let _ = resolver(&word, &text);
        for found in resolv_conf(&format!("nameserver {word}\nnameserver {text}"), "x") {
            proptest::prop_assert!(found.address.parse::<IpAddr>().is_ok());
        }
    }
}
