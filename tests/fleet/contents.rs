//! What runs on a simulated server: the sites and databases that its packages speak of, its containers, its
//! guests.

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::inventory::{
    Container, Database, DatabaseEngine, DatabaseService, Guest, GuestKind, Kernel, Site,
};
use patuh_protocol::report::{Outcome, Reading};

use crate::dress::{mac, machine};
use crate::plan::Host;

/// The site that a server with a web server has; its application follows from what it is written in.
pub(crate) fn sites(host: &Host) -> Outcome {
    let (nginx, apache, php) = (host.has("nginx"), host.has("apache2"), host.has("php"));
    if !nginx && !apache {
        return Outcome::Nothing;
    }
    let (application, version) = match host.seed("site") % 3 {
        0 => ("Laravel", "10.48.22"),
        1 => ("CodeIgniter", "3.1.13"),
        _ => ("WordPress", "6.4.3"),
    };
    let server = if nginx { "nginx" } else { "apache" };
    let folder = if nginx { "nginx" } else { "apache2" };
    let site = Site {
        server: server.to_owned(),
        names: vec![format!("{}.contoh.go.id", host.name)],
        listen: vec!["*:80".to_owned(), "*:443".to_owned()],
        root: Some(format!("/srv/www/{}", host.name)),
        application: php.then(|| application.to_owned()),
        version: php.then(|| version.to_owned()),
        file: Some(format!("/etc/{folder}/sites-enabled/{}.conf", host.name)),
    };
    Outcome::Ok(Reading::Sites(vec![site]))
}

/// The database server that is among the packages, with a database called as the server.
pub(crate) fn databases(host: &Host, now: Timestamp) -> Outcome {
    let known = [
        ("postgresql", DatabaseEngine::Postgresql, "/var/lib/postgresql", 5432),
        ("mariadb", DatabaseEngine::Mariadb, "/var/lib/mysql", 3306),
        ("mysql", DatabaseEngine::Mysql, "/var/lib/mysql", 3306),
    ];
    let Some((package, engine, place, port)) = known.into_iter().find(|(name, ..)| host.has(name)) else {
        return Outcome::Nothing;
    };
    let version = host.runs.iter().find(|line| line.starts_with(package)).and_then(|line| {
        let version = line.split_once(' ')?.1.rsplit(':').next()?;
        Some(version.split(['-', '+']).next()?.to_owned())
    });
    let size_bytes = Some(host.seed("database") % 40_000_000_000 + 300_000_000);
    let database =
        |name: String| Database { name, size_bytes, modified_at: Some(now - SignedDuration::from_mins(11)) };
    // On some servers a database was made after the list of those to dump.
    let newer = host.seed("newer").is_multiple_of(5).then(|| database(format!("{}_arsip", host.database())));
    let databases = std::iter::once(database(host.database())).chain(newer).collect();
    let service = DatabaseService {
        engine,
        name: "utama".to_owned(),
        version,
        system_id: Some(host.seed("system id").to_string()),
        data_dir: Some(place.to_owned()),
        port: Some(port),
        running: Some(true),
        size_bytes,
        databases,
        note: None,
    };
    Outcome::Ok(Reading::Databases(vec![service]))
}

/// Its containers.
pub(crate) fn containers(host: &Host, now: Timestamp) -> Outcome {
    let container = |line: &String| {
        let (name, image) = line.split_once(' ').unwrap_or((line, ""));
        Container {
            engine: "docker".to_owned(),
            id: host.hex(&format!("container {name}"), 12),
            name: name.to_owned(),
            image: image.to_owned(),
            image_id: Some(format!("sha256:{}", host.hex(&format!("image {name}"), 64))),
            running: Some(true),
            restarts: Some(true),
            created_at: Some(now - SignedDuration::from_hours(24 * 31)),
            volumes: vec![format!("/srv/{name}:/data")],
        }
    };
    let all: Vec<_> = host.containers.iter().map(container).collect();
    if all.is_empty() { Outcome::Nothing } else { Outcome::Ok(Reading::Containers(all)) }
}

/// What a host of guests runs: all simulated guests of the Pusat Data, and a template that never starts. A
/// server without guests has none here either.
pub(crate) fn guests(base: Outcome, lan: &[Host]) -> Outcome {
    let Outcome::Ok(Reading::Guests(_)) = base else { return base };
    let site = |host: &&Host| host.machine.is_none() && host.base.contains("guest");
    let guest = |(n, host): (usize, &Host)| Guest {
        manager: "proxmox".to_owned(),
        kind: GuestKind::Machine,
        id: (n + 100).to_string(),
        name: host.name.clone(),
        uuid: machine(host).uuid,
        running: Some(true),
        cpus: Some(4),
        memory_bytes: Some(host.memory_gb.unwrap_or(8) << 30),
        macs: vec![mac(host)],
        disks: vec![format!("tank:vm-{}-disk-0", n + 100)],
    };
    let template = Guest {
        manager: "proxmox".to_owned(),
        id: "900".to_owned(),
        name: "templat-ubuntu-2204".to_owned(),
        running: Some(false),
        cpus: Some(2),
        memory_bytes: Some(4 << 30),
        disks: vec!["tank:base-900-disk-0".to_owned()],
        ..Guest::default()
    };
    let all = lan.iter().filter(site).enumerate().map(guest).chain([template]);
    Outcome::Ok(Reading::Guests(all.collect()))
}

/// The fixture's kernel; it waits for a restart where the plan says so.
pub(crate) fn kernel(kernel: Kernel, host: &Host) -> Kernel {
    if !host.restart {
        let known = kernel.reboot_pending.is_some();
        return Kernel { reboot_pending: known.then_some(false), reasons: Vec::new(), ..kernel };
    }
    let newer = kernel.installed.last().filter(|newest| **newest != kernel.running);
    let reason = newer.cloned().unwrap_or_else(|| "libc6".to_owned());
    Kernel { reboot_pending: Some(true), reasons: vec![reason], ..kernel }
}
