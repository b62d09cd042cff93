use super::*;
use crate::roots::fixture;

/// Interface, address, server, resolvers and domain in one line each.
fn check(files: &[(&str, &[u8])], expected: &[&str]) {
    let own = br#"{"eno1": ["10.1.0.9/24"], "br-lan": ["10.2.0.9/24"]}"#.as_slice();
    let host: [(&str, &[u8]); 3] = [
        ("sys/class/net/eno1/ifindex", b"2\n"),
        ("sys/class/net/br-lan/ifindex", b"3\n"),
        (".host/addresses.json", own),
    ];
    let host = fixture::host(&[files, &host].concat());
    let read = read(&host.roots, &Settings::default(), "2026-11-22T03:00:00Z".parse().unwrap()).unwrap();
    let Some(Reading::Leases(leases)) = read else {
        assert!(read.is_none() && expected.is_empty(), "{read:?}");
        return;
    };
    let line = |lease: &Lease| {
        format!(
            "{} {} from {} by {}, {} {} for {}",
            lease.interface,
            lease.address,
            lease.server.as_deref().unwrap_or("?"),
            lease.routers.join("+"),
            lease.resolvers.join("+"),
            lease.domain.as_deref().unwrap_or("?"),
            lease.lifetime_s.unwrap_or_default()
        )
    };
    assert_eq!(leases.iter().map(line).collect::<Vec<_>>(), expected);
}

const PAIRS: &[u8] = b"# This is private data. Do not parse.\nADDRESS=10.1.0.9\nNETMASK=255.255.255.0\nROUTER=10.1.0.1\n\
    SERVER_ADDRESS=10.1.0.2\nT1=43200\nLIFETIME=86400\nDNS=10.1.0.3 10.1.0.4\nDOMAINNAME=dinkes.contoh.go.id\nCLIENTID=ff\n";
const SAID: &str = "eno1 10.1.0.9 from 10.1.0.2 by 10.1.0.1, 10.1.0.3+10.1.0.4 dinkes.contoh.go.id for 86400";

#[test]
fn networkd_and_network_manager_write_pairs() {
    check(&[("run/systemd/netif/leases/2", PAIRS)], &[SAID]);
    let managed = "var/lib/NetworkManager/internal-6ba7b810-9dad-11d1-80b4-00c04fd430c8-eno1.lease";
    check(&[(managed, PAIRS)], &[SAID]);
    check(&[(managed, PAIRS), ("run/systemd/netif/leases/2", PAIRS)], &[SAID]);
    // An address that has gone, a port that has gone, and what is no lease.
    check(&[("run/systemd/netif/leases/2", b"ADDRESS=10.1.0.8\n")], &[]);
    check(&[("run/systemd/netif/leases/9", PAIRS), ("run/systemd/netif/leases/x", PAIRS)], &[]);
    check(&[("run/systemd/netif/leases/2", b"ADDRESS=x\nROUTER=10.1.0.1\n")], &[]);
    check(&[], &[]);
}

const BLOCK: &str = "lease {\n  interface \"eno1\";\n  fixed-address 10.1.0.9;\n  option subnet-mask 255.255.255.0;\n  \
    option routers 10.1.0.1;\n  option dhcp-lease-time 86400;\n  option domain-name-servers 10.1.0.3,10.1.0.4;\n  \
    option dhcp-server-identifier 10.1.0.2;\n  option domain-name \"dinkes.contoh.go.id\";\n  renew 0 2026/11/22 10:00:00;\n";

#[test]
fn of_dhclients_blocks_the_last_one_that_holds_counts() {
    let earlier = BLOCK.replace("10.1.0.2;", "10.1.0.66;");
    for (ends, expected) in [
        ("expire 0 2026/11/22 12:00:00;", &[SAID] as &[_]),
        ("expire epoch 1795350000; # Sun Nov 22", &[SAID]),
        ("expire never;", &[SAID]),
        ("expire 0 2026/11/22 02:00:00;", &[]),
        ("expire epoch 1;", &[]),
    ] {
        let text = format!(
            "lease6 {{\n  ia-na 01 {{\n  }}\n}}\n{earlier}}}\n{BLOCK}  {ends}\n}}\nlease {{\n  interface \"x"
        );
        check(&[("var/lib/dhcp/dhclient.eno1.leases", text.as_bytes())], expected);
        check(&[("var/lib/dhclient/dhclient--eno1.lease", text.as_bytes())], expected);
    }
    check(&[("var/lib/dhcp/dhcpd.leases", BLOCK.as_bytes())], &[]);
}

/// An answer with the options of `SAID`.
fn packet() -> Vec<u8> {
    let mut packet = vec![0; 240];
    packet[16..20].copy_from_slice(&[10, 1, 0, 9]);
    packet[236..].copy_from_slice(&[0x63, 0x82, 0x53, 0x63]);
    packet.extend([53, 1, 5, 0, 54, 4, 10, 1, 0, 2, 51, 4, 0, 1, 0x51, 0x80, 3, 4, 10, 1, 0, 1]);
    packet.extend([6, 8, 10, 1, 0, 3, 10, 1, 0, 4, 15, 19]);
    packet.extend(b"dinkes.contoh.go.id");
    packet.extend([255, 6, 4, 1, 1, 1, 1]);
    packet
}

#[test]
fn dhcpcd_keeps_the_answer_itself() {
    check(&[("var/lib/dhcpcd/eno1.lease", &packet())], &[SAID]);
    check(&[("var/lib/dhcpcd5/dhcpcd-eno1.lease", &packet())], &[SAID]);
    check(&[("var/lib/dhcpcd/eno1.lease", packet().get(..200).unwrap())], &[]);
    let mut bridged = packet();
    bridged[17] = 2;
    bridged.truncate(250);
    check(
        &[("var/lib/dhcpcd/br-lan-KANTOR.lease", &bridged)],
        &["br-lan 10.2.0.9 from 10.1.0.2 by ,  ? for 0"],
    );
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*", line in "(lease \\{|\\}|option (routers|domain-name)|expire|interface)? ?[\"0-9/:., a-z]{0,20};?") {
        let _ = pairs::lease(&text, &text);
        let _ = dhclient::leases(&format!("lease {{\n{line}\n{text}\n{line}\n}}"), Timestamp::UNIX_EPOCH);
        let _ = interface_behind_uuid(&text);
        let mut packet = packet();
        packet.truncate(240);
        packet.extend(&bytes);
        let _ = (dhcpcd::lease(&bytes, "eno1"), dhcpcd::lease(&packet, "eno1"));
    }
}
