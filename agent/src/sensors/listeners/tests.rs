//! Sockets of whole hosts, and of this very one.

use super::*;
use crate::roots::fixture;

const TCP: &str =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 800 1
   1: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 900 1
   2: 0100007F:1538 0100007F:8000 01 00000000:00000000 00:00000000 00000000     0        0 901 1
";
const TCP6: &str = "header
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 801 1
   1: 0000000000000000FFFF00000500000A:01BB 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 802 1
";
const UDP: &str = "header
   0: 00000000:0044 00000000:0000 07 0:0 0:0 0 0 0 950 1
   1: 00000000:C001 00000000:0000 07 0:0 0:0 0 0 0 951 1
   2: 00000000:CA6C 00000000:0000 07 0:0 0:0 0 0 0 0 1
";
const UDP6: &str = "header
   0: 00000000000000000000000000000000:CA6C 00000000000000000000000000000000:0000 07 0:0 0:0 0 0 0 0 1
";

fn check(files: &[(&str, &str)], expected: &[&str]) {
    let host = fixture::host(files);
    let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
    let listeners = match read {
        Some(Reading::Listeners(listeners)) => listeners,
        _ => Vec::new(),
    };
    let shown = |l: &Listener| {
        format!("{} {}:{} {}", l.protocol, l.address, l.port, l.process.as_deref().unwrap_or("?"))
    };
    assert_eq!(listeners.iter().map(shown).collect::<Vec<_>>(), expected);
}

#[test]
fn sockets_have_holders_and_questions_are_left_out() {
    check(
        &[
            ("proc/net/tcp", TCP),
            ("proc/net/tcp6", TCP6),
            ("proc/net/udp", UDP),
            ("proc/net/udp6", UDP6),
            ("proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n"),
            ("proc/700/comm", "nginx\n"),
            ("proc/700/fd/6", "-> socket:[800]"),
            ("proc/700/fd/7", "-> socket:[801]"),
            ("proc/701/comm", "worker\n"),
            ("proc/701/fd/6", "-> socket:[800]"),
            ("proc/702/comm", "postgres\n"),
            ("proc/702/fd/0", "-> /dev/null"),
            ("proc/702/fd/5", "-> socket:[900]"),
        ],
        &[
            "tcp *:80 nginx",
            "tcp 10.0.0.5:443 ?",
            "tcp 127.0.0.1:5432 postgres",
            "udp *:68 ?",
            "udp *:51820 ?",
        ],
    );
}

#[test]
fn a_host_without_sockets_has_nothing() {
    check(&[("proc/net/tcp", "header\n")], &[]);
    check(&[("x", "")], &[]);
}

#[test]
fn the_range_of_picked_ports_is_the_hosts_own() {
    for (text, expected) in [
        ("1024\t65535\n", (1024, 65_535)),
        ("rubbish", USUAL_RANGE),
        ("1", USUAL_RANGE),
        ("1 x", USUAL_RANGE),
    ] {
        let host = fixture::host(&[("proc/sys/net/ipv4/ip_local_port_range", text)]);
        assert_eq!(range(&host.roots), expected, "{text}");
    }
}

/// A socket made in a group that holds `files`, and what is known of its holder.
fn in_group(files: &[(&str, &str)]) -> (Option<String>, Option<String>) {
    let host = fixture::host(files);
    let group = super::super::slices::read(&host.roots).into_iter().next().unwrap();
    let socket = Socket {
        transport: Transport::Tcp,
        address: IpAddr::from([0, 0, 0, 0]),
        port: 80,
        inode: 800,
        cgroup: Some(group.id),
    };
    let holder = holders::find(&host.roots, std::slice::from_ref(&socket)).of(&socket);
    (holder.process, holder.unit)
}

#[test]
fn a_group_tells_the_service_and_mostly_the_program() {
    let group = "sys/fs/cgroup/system.slice/nginx.service/cgroup.procs";
    let (service, nginx) = (Some("nginx.service".to_owned()), Some("nginx".to_owned()));
    let same = [(group, "70\n71\n"), ("proc/70/comm", "nginx\n"), ("proc/71/comm", "nginx\n")];
    assert_eq!(in_group(&same), (nginx.clone(), service.clone()));
    let different = [(group, "70\n71\n"), ("proc/70/comm", "nginx\n"), ("proc/71/comm", "njs\n")];
    assert_eq!(in_group(&different), (None, service.clone()));
    let seen = [&different[..], &[("proc/71/fd/3", "-> socket:[800]"), ("proc/72/fd/3", "-> socket:[800]")]];
    assert_eq!(in_group(&seen.concat()), (Some("njs".into()), service));
    let scope = [("sys/fs/cgroup/system.slice/x.scope/cgroup.procs", "70\n"), ("proc/70/comm", "nginx\n")];
    assert_eq!(in_group(&scope), (nginx, None));
}

#[test]
fn this_process_is_found_on_this_host() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let read = read(&Roots::live(), &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
    let Some(Reading::Listeners(listeners)) = read else { panic!("{read:?}") };
    let ours = listeners.iter().find(|l| l.port == port && l.address == "127.0.0.1").unwrap();
    assert_eq!(ours.protocol, "tcp");
    assert!(ours.process.as_deref().is_some_and(|name| name.starts_with("patuh_agent")), "{ours:?}");
}
