//! What runs on a hand-made server: kernel, services, ports, sites, databases, containers, guests.

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::inventory::{
    Container, Database, DatabaseEngine, DatabaseService, Guest, GuestKind, Image, Kernel, Listener, Package,
    Repository, Site, Unit, UnitState,
};
use patuh_protocol::report::Reading;

use super::host::Say;

/// What the sensors of the software read, by name.
pub(super) fn readings(now: Timestamp, say: Say<'_>) -> Vec<(&'static str, Reading)> {
    vec![
        ("containers/docker", Reading::Containers(vec![container(now, say)])),
        ("databases", Reading::Databases(vec![database(now, say)])),
        ("guests/proxmox", Reading::Guests(guests(say))),
        ("images/docker", Reading::Images(images(say))),
        ("kernel", Reading::Kernel(kernel(say))),
        ("listeners", Reading::Listeners(listeners(say))),
        ("packages/pip", Reading::Packages(vec![pip(say)])),
        ("repositories", Reading::Repositories(repositories(say))),
        ("sites", Reading::Sites(vec![site(say)])),
        ("units", Reading::Units((0..40).map(|n| unit(n, say)).collect())),
    ]
}

fn kernel(say: Say<'_>) -> Kernel {
    Kernel {
        running: say("6.1.0-25-amd64"),
        installed: vec![say("6.1.0-25-amd64"), say("6.1.0-26-amd64")],
        reboot_pending: Some(true),
        reasons: vec![say("linux-image-6.1.0-26-amd64")],
    }
}

fn repositories(say: Say<'_>) -> Vec<Repository> {
    let repository = |address: &str, signed, enabled| Repository {
        kind: say("apt"),
        address: say(address),
        suite: Some(say("bookworm")),
        components: vec![say("main"), say("contrib")],
        enabled,
        signed,
        file: say("/etc/apt/sources.list"),
    };
    vec![
        repository("http://kartolo.sby.datautama.net.id/debian", None, true),
        repository("http://10.10.0.3/lokal", Some(false), true),
        repository("http://security.debian.org", Some(true), false),
    ]
}

fn unit(n: u32, say: Say<'_>) -> Unit {
    let state = match n {
        3 => UnitState::Failed,
        n if n % 4 == 0 => UnitState::Inactive,
        39 => UnitState::Unknown,
        _ => UnitState::Active,
    };
    Unit {
        name: say(&format!("layanan-{n}.service")),
        enabled: (n != 39).then_some(!n.is_multiple_of(3)),
        state,
    }
}

fn listeners(say: Say<'_>) -> Vec<Listener> {
    let listener = |port, address: &str, process: Option<&str>| Listener {
        protocol: say("tcp"),
        address: say(address),
        port,
        process: process.map(say),
        unit: process.map(say),
    };
    vec![
        listener(22, "0.0.0.0", Some("sshd")),
        listener(80, "*", Some("apache2")),
        listener(3306, "127.0.0.1", Some("mariadbd")),
        listener(9100, "*", None),
    ]
}

fn site(say: Say<'_>) -> Site {
    Site {
        server: say("apache"),
        names: vec![say("siak.contoh.go.id"), say("www.siak.contoh.go.id")],
        listen: vec![say("*:443")],
        root: Some(say("/var/www/siak")),
        application: Some(say("WordPress")),
        version: Some(say("6.4.3")),
        file: Some(say("/etc/apache2/sites-enabled/siak.conf")),
    }
}

fn database(now: Timestamp, say: Say<'_>) -> DatabaseService {
    let database = |name: &str, size_bytes| Database {
        name: say(name),
        size_bytes,
        modified_at: Some(now - SignedDuration::from_hours(2)),
    };
    DatabaseService {
        engine: DatabaseEngine::Mariadb,
        name: say("utama"),
        version: Some(say("10.11.6")),
        system_id: Some(say("5f3a9c1e-1111-2222-3333-444455556666")),
        data_dir: Some(say("/var/lib/mysql")),
        port: Some(3306),
        running: Some(true),
        size_bytes: Some(48_120_000_000),
        databases: vec![database("siak", Some(41_000_000_000)), database("arsip", None)],
        note: Some(say("satu basis data tidak dapat dibaca")),
    }
}

fn container(now: Timestamp, say: Say<'_>) -> Container {
    Container {
        engine: say("docker"),
        id: say("9f1c2e3d4b5a"),
        name: say("antrian"),
        image: say("registry.contoh.go.id/antrian:2.1"),
        image_id: Some(say("sha256:0f")),
        running: Some(true),
        restarts: Some(false),
        created_at: Some(now - SignedDuration::from_hours(24 * 40)),
        volumes: vec![say("/srv/antrian:/data")],
    }
}

fn images(say: Say<'_>) -> Vec<Image> {
    let image = |id: &str, names: &[&str]| Image {
        engine: say("docker"),
        id: say(id),
        names: names.iter().map(|name| say(name)).collect(),
    };
    vec![image("0f", &["registry.contoh.go.id/antrian:2.1"]), image("aa11bb22cc33", &[])]
}

fn guests(say: Say<'_>) -> Vec<Guest> {
    let guest = |n: u32, kind, uuid: Option<&str>, running| Guest {
        manager: say("proxmox"),
        kind,
        id: say(&format!("{}", 100 + n)),
        name: say(&format!("vm-{n}")),
        uuid: uuid.map(Into::into),
        running,
        cpus: Some(4),
        memory_bytes: Some(8 << 30),
        macs: vec![format!("bc:24:11:00:00:{n:02x}")],
        disks: vec![say("local-lvm:vm-100-disk-0")],
    };
    vec![
        guest(1, GuestKind::Machine, Some("4c4c4544-0058-5110-8032-b7c04f463633"), Some(true)),
        guest(2, GuestKind::Machine, Some("5d5d5555-0058-5110-8032-b7c04f463633"), Some(false)),
        guest(3, GuestKind::Container, None, None),
    ]
}

fn pip(say: Say<'_>) -> Package {
    Package {
        name: say("django"),
        version: say("4.2.16"),
        place: say("/srv/siak/venv"),
        ..Package::default()
    }
}
