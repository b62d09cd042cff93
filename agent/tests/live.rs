//! A report of the machine the tests run on, compared with what the machine's own tools say of it. A tool
//! that is missing is named and its comparison skipped; `tests/prepare` installs them all.
#![expect(clippy::disallowed_methods, reason = "asks the tools that the agent does without")]
#![expect(clippy::unwrap_used, reason = "a tool that answers oddly fails the test")]
#![expect(clippy::print_stdout, reason = "says what it skips")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use jiff::Timestamp;
use patuh_agent::roots::Roots;
use patuh_agent::sensors::{self, Settings};
use patuh_protocol::report::{Outcome, Reading};
use serde_json::Value;

/// What one sensor reads here; `None` when there is no such thing.
fn reading(name: &str) -> Option<Reading> {
    let sensor = sensors::ALL.iter().find(|sensor| sensor.name == name).unwrap();
    let outcome = sensor.section(&Roots::live(), &Settings::default(), Timestamp::UNIX_EPOCH).outcome;
    assert!(!matches!(outcome, Outcome::Failed(_)), "{name}: {outcome:?}");
    match outcome {
        Outcome::Ok(reading) => Some(reading),
        _ => None,
    }
}

/// What a tool says, or `None`, printed, when it is not there.
fn said(tool: &str, arguments: &[&str]) -> Option<String> {
    let output = match Command::new(tool).args(arguments).env("LC_ALL", "C").output() {
        Err(error) => {
            println!("skipped: {tool}: {error}");
            return None;
        }
        Ok(output) => output,
    };
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

fn json(tool: &str, arguments: &[&str]) -> Option<Value> {
    Some(serde_json::from_str(&said(tool, arguments)?).unwrap())
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Things that one side knows and the other does not.
fn difference<T: Ord + Clone + std::fmt::Debug>(ours: &BTreeSet<T>, theirs: &BTreeSet<T>) -> String {
    let only = |a: &BTreeSet<T>, b: &BTreeSet<T>| a.difference(b).take(5).cloned().collect::<Vec<_>>();
    format!("only the report: {:?}; only the tool: {:?}", only(ours, theirs), only(theirs, ours))
}

#[test]
fn packages_are_those_of_dpkg_query() {
    let format = "${Status}\t${Package}\t${Version}\t${Architecture}\n";
    let Some(listed) = said("dpkg-query", &["-W", "-f", format]) else { return };
    let theirs: BTreeSet<(String, String, String)> = listed
        .lines()
        .filter_map(|line| {
            let mut fields = line.split('\t').map(str::to_owned);
            fields.next().filter(|status| status.ends_with(" installed"))?;
            Some((fields.next()?, fields.next()?, fields.next()?))
        })
        .collect();
    let Some(Reading::Packages(packages)) = reading("packages/dpkg") else { panic!("no packages") };
    let ours = packages.into_iter().map(|p| (p.name, p.version, p.architecture)).collect();
    assert!(ours == theirs && !theirs.is_empty(), "{}", difference(&ours, &theirs));
}

#[test]
fn interfaces_and_addresses_are_those_of_ip() {
    let Some(listed) = json("ip", &["-j", "addr"]) else { return };
    let mut theirs = BTreeSet::new();
    for link in listed.as_array().unwrap().iter().filter(|link| text(link, "ifname") != "lo") {
        let address = |address: &Value| {
            let length = address.get("prefixlen").and_then(Value::as_u64).unwrap();
            format!("{}/{length}", text(address, "local"))
        };
        let of_link = link.get("addr_info").and_then(Value::as_array).into_iter().flatten();
        // Link-local ones follow from the MAC and tell nothing; others are passing, or not its own yet.
        let is = |address: &Value, flag: &str| address.get(flag).and_then(Value::as_bool) == Some(true);
        let told = of_link.filter(|address| !text(address, "local").starts_with("fe80:"));
        let told = told.filter(|it| !["temporary", "tentative", "dadfailed"].iter().any(|flag| is(it, flag)));
        let mut addresses: Vec<String> = told.map(address).collect();
        addresses.sort();
        // Tunnels have an address of another kind there.
        let mac = Some(text(link, "address")).filter(|_| text(link, "link_type") == "ether");
        theirs.insert((text(link, "ifname"), mac, addresses));
    }
    let Some(Reading::Interfaces(interfaces)) = reading("interfaces") else { panic!("no interface") };
    let is_ether: BTreeMap<&str, bool> =
        theirs.iter().map(|(n, mac, _)| (n.as_str(), mac.is_some())).collect();
    let ours: BTreeSet<_> = interfaces
        .into_iter()
        .map(|i| {
            let mac = i.mac.filter(|_| is_ether.get(i.name.as_str()) == Some(&true));
            (i.name, mac, i.addresses)
        })
        .collect();
    assert!(ours == theirs, "{}", difference(&ours, &theirs));
}

#[test]
fn links_belong_to_what_ip_says() {
    let Some(listed) = json("ip", &["-j", "-d", "link"]) else { return };
    let kind = |link: &Value| link.pointer("/linkinfo/info_kind").and_then(Value::as_str).map(str::to_owned);
    let of_link = |link: &Value| {
        let master = Some(text(link, "master")).filter(|master| !master.is_empty());
        (text(link, "ifname"), kind(link), master, link.get("mtu").and_then(Value::as_u64))
    };
    let links = listed.as_array().unwrap().iter().filter(|link| text(link, "ifname") != "lo");
    let theirs: BTreeSet<_> = links.map(of_link).collect();
    let Some(Reading::Interfaces(interfaces)) = reading("interfaces") else { panic!("no interface") };
    let ours =
        interfaces.into_iter().map(|it| (it.name, it.kind, it.master, it.mtu.map(u64::from))).collect();
    assert!(ours == theirs, "{}", difference(&ours, &theirs));
}

#[test]
fn routes_are_those_of_ip() {
    let Some(listed) = json("ip", &["-j", "-4", "route", "show", "table", "main"]) else { return };
    let one = |route: &Value| {
        let to = match text(route, "dst").as_str() {
            "default" => "0.0.0.0/0".to_owned(),
            host if !host.contains('/') => format!("{host}/32"),
            net => net.to_owned(),
        };
        let by = Some(text(route, "gateway")).filter(|by| !by.is_empty());
        // What was set by hand goes without saying.
        let origin = Some(text(route, "protocol")).filter(|origin| !origin.is_empty());
        let metric = route.get("metric").and_then(Value::as_u64);
        (to, by, text(route, "dev"), origin.unwrap_or_else(|| "boot".to_owned()), metric)
    };
    // Those that lead nowhere have a type, and those with several next routers no device.
    let plain = |route: &&Value| route.get("type").is_none() && route.get("dev").is_some();
    let inner = ["docker", "veth", "virbr", "br-"];
    let outer = |route: &&Value| !inner.iter().any(|name| text(route, "dev").starts_with(name));
    let theirs: BTreeSet<_> =
        listed.as_array().unwrap().iter().filter(plain).filter(outer).map(one).collect();
    let routes = match reading("routes") {
        Some(Reading::Routes(routes)) => routes,
        _ => Vec::new(),
    };
    let main = routes.into_iter().filter(|it| it.table.is_none() && !it.destination.contains(':'));
    let ours: BTreeSet<_> = main
        .map(|it| {
            (
                it.destination,
                it.gateway,
                it.interface,
                it.origin.unwrap_or_default(),
                it.metric.map(u64::from),
            )
        })
        .collect();
    assert!(theirs.is_subset(&ours), "{}", difference(&ours, &theirs));
}

#[test]
fn neighbours_are_those_of_ip() {
    let listed = || json("ip", &["-j", "neigh"]);
    let told = |listed: &Value| -> BTreeSet<(String, String)> {
        let is_known = |it: &&Value| {
            let states = it.get("state").map(Value::to_string).unwrap_or_default();
            let address = text(it, "dst");
            !["FAILED", "INCOMPLETE", "NOARP"].iter().any(|state| states.contains(state))
                && !text(it, "lladdr").is_empty()
                && !address.starts_with("fe80:")
        };
        let all = listed.as_array().into_iter().flatten().filter(is_known);
        all.map(|it| (text(it, "dst"), text(it, "lladdr"))).collect()
    };
    let Some(before) = listed() else { return };
    let ours: BTreeSet<_> = match reading("neighbours") {
        Some(Reading::Neighbours(all)) => all.into_iter().map(|it| (it.address, it.mac)).collect(),
        _ => BTreeSet::new(),
    };
    let (before, after) = (told(&before), told(&listed().unwrap()));
    // Somebody may come or go at any moment: nobody is made up.
    let theirs: BTreeSet<_> = before.union(&after).cloned().collect();
    assert!(ours.is_subset(&theirs), "{}", difference(&ours, &theirs));
}

#[test]
fn disks_are_those_of_lsblk() {
    let columns = "NAME,SIZE,TYPE,RM,SERIAL";
    let Some(listed) = json("lsblk", &["-J", "-b", "-d", "-o", columns]) else { return };
    // Memory that poses as a disk is none.
    let no_disk = ["zram", "ram", "nbd", "loop", "pmem"];
    let mut theirs = BTreeSet::new();
    let mut serials = BTreeMap::new();
    for disk in listed.get("blockdevices").and_then(Value::as_array).unwrap() {
        let (name, size) = (text(disk, "name"), disk.get("size").and_then(Value::as_u64).unwrap_or(0));
        if text(disk, "type") == "disk" && size > 0 && !no_disk.iter().any(|no| name.starts_with(no)) {
            serials.insert(name.clone(), text(disk, "serial"));
            theirs.insert((name, size));
        }
    }
    let disks = match reading("disks") {
        Some(Reading::Disks(disks)) => disks,
        _ => Vec::new(),
    };
    let ours: BTreeSet<(String, u64)> = disks.iter().map(|d| (d.name.clone(), d.size_bytes)).collect();
    assert!(ours == theirs, "{}", difference(&ours, &theirs));
    for disk in &disks {
        let (Some(serial), Some(other)) = (&disk.serial, serials.get(&disk.name)) else { continue };
        assert!(other.is_empty() || other.trim() == serial, "{}: {serial}, lsblk: {other}", disk.name);
    }
}

/// One listening socket: address, port, and the programs that hold it as far as they may be seen.
type Socket = (String, u16, BTreeSet<String>);

/// `LISTEN 0 128 127.0.0.1%lo:631 0.0.0.0:* users:(("cupsd",pid=1,fd=7))`
fn listening(line: &str) -> Option<Socket> {
    let (address, port) = line.split_whitespace().nth(3)?.rsplit_once(':')?;
    let address = address.trim_start_matches('[').split(['%', ']']).next()?;
    let address = address.strip_prefix("::ffff:").unwrap_or(address);
    let address = if matches!(address, "0.0.0.0" | "::" | "*") { "*" } else { address };
    let programs = line.split_once("users:").map_or("", |(_, users)| users);
    let programs = programs.split("(\"").skip(1).filter_map(|rest| rest.split('"').next());
    Some((address.to_owned(), port.parse().ok()?, programs.map(str::to_owned).collect()))
}

fn ss() -> Option<BTreeMap<(String, u16), BTreeSet<String>>> {
    let said = said("ss", &["-H", "-tlnp"])?;
    let mut sockets: BTreeMap<(String, u16), BTreeSet<String>> = BTreeMap::new();
    for (address, port, programs) in said.lines().filter_map(listening) {
        sockets.entry((address, port)).or_default().extend(programs);
    }
    Some(sockets)
}

#[test]
fn listeners_are_those_of_ss() {
    // One that we hold ourselves, so that there is one.
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let Some(before) = ss() else { return };
    let Some(Reading::Listeners(listeners)) = reading("listeners") else { panic!("no listener") };
    let after = ss().unwrap();
    let ours: BTreeMap<(String, u16), Option<String>> = listeners
        .into_iter()
        .filter(|listener| listener.protocol == "tcp")
        .map(|listener| ((listener.address, listener.port), listener.process))
        .collect();
    let port = held.local_addr().unwrap().port();
    assert!(ours.contains_key(&("127.0.0.1".to_owned(), port)));
    // Other programs come and go: what was there all the time counts, and nothing that never was.
    for (socket, programs) in before.iter().filter(|(socket, _)| after.contains_key(*socket)) {
        let Some(process) = ours.get(socket) else {
            panic!("{socket:?} of {programs:?} is not in the report")
        };
        let is_same =
            process.as_ref().is_none_or(|process| programs.is_empty() || programs.contains(process));
        assert!(is_same, "{socket:?} is of {programs:?}, not {process:?}");
        assert!(process.is_some() || programs.is_empty(), "{socket:?} is of {programs:?}");
    }
    for socket in ours.keys() {
        let (address, port) = socket;
        let is_known = before.contains_key(socket) || after.contains_key(socket);
        // Between the two questions somebody may have come and gone; not with a port that nobody picks.
        assert!(is_known || *port >= 32_768, "{address}:{port} is not known to ss");
    }
}

#[test]
fn lines_of_ss_are_understood() {
    let programs = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    for (line, expected) in [
        (
            "LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:((\"nginx\",pid=2,fd=6),(\"nginx\",pid=1,fd=6))",
            Some(("*".to_owned(), 80, programs(&["nginx"]))),
        ),
        ("LISTEN 0 128 [::1]:631 [::]:*", Some(("::1".to_owned(), 631, programs(&[])))),
        ("LISTEN 0 128 127.0.0.53%lo:53 0.0.0.0:*", Some(("127.0.0.53".to_owned(), 53, programs(&[])))),
        ("LISTEN 0 128 *:22 *:*", Some(("*".to_owned(), 22, programs(&[])))),
        ("", None),
    ] {
        assert_eq!(listening(line), expected, "{line}");
    }
}
