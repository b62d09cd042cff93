//! Files of a host, fed to the sensors that read them.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_agent::config::Config;
use patuh_agent::roots::Roots;
use patuh_agent::sensors::{ALL, Sensor, Settings};
use patuh_protocol::report::{Outcome, Section};
use serde_json::Value;
use tempfile::TempDir;

use crate::{Run, file, repository};

/// A file that comes from a stranger, on a host with nothing else on it but what leads a sensor there.
#[derive(Debug)]
pub(crate) struct HostFile {
    pub(crate) name: &'static str,
    /// Where it lies, from the host's root. The same file of every fixture host is a seed.
    path: &'static str,
    /// The sensors that read it; the first must make sense of a seed.
    sensors: &'static [&'static str],
    /// Files of fixture hosts that are of its kind: more seeds.
    like: &'static [&'static str],
    /// What else lies there; `-> x` is a link to `x`.
    beside: &'static [(&'static str, &'static str)],
    /// The fixture host that it lies on; a bare one when none is named.
    on: &'static [&'static str],
    /// More seeds.
    seeds: &'static [&'static str],
}

impl HostFile {
    pub(crate) fn seeds(&self) -> Vec<Vec<u8>> {
        let hosts = fs::read_dir(repository().join("tests/fixtures/hosts")).expect("the fixture hosts");
        let hosts: Vec<PathBuf> = hosts.map(|host| host.expect("a fixture host").path()).collect();
        let found = hosts.iter().filter_map(|host| fs::read(host.join(self.path)).ok());
        let like = self.like.iter().map(|path| file(&format!("tests/fixtures/hosts/{path}")));
        let mut seeds: Vec<_> =
            found.chain(like).chain(self.seeds.iter().map(|seed| seed.as_bytes().to_vec())).collect();
        seeds.sort();
        seeds.dedup();
        seeds
    }

    pub(crate) fn run(&'static self) -> Run {
        let folder = memory();
        for host in self.on {
            copy(&repository().join("tests/fixtures/hosts").join(host), folder.path());
        }
        for (path, content) in self.beside {
            match content.strip_prefix("-> ") {
                Some(to) => link(folder.path(), path, to),
                None => write(folder.path(), path, content.as_bytes()),
            }
        }
        let find =
            |name: &&str| ALL.iter().find(|sensor| sensor.name == *name).expect("a sensor of that name");
        let sensors: Vec<&Sensor> = self.sensors.iter().map(find).collect();
        let (settings, now) = (self.settings(), "2026-11-22T03:00:00Z".parse().expect("a time"));
        Box::new(move |bytes| {
            write(folder.path(), self.path, bytes);
            let sections = sensors.iter().map(|sensor| read(sensor, folder.path(), &settings, now));
            let read: Vec<bool> = sections.collect();
            read.first() == Some(&true)
        })
    }

    /// The `[backup]` table of the host's configuration.
    fn settings(&self) -> Settings {
        let config = self.beside.iter().find(|(path, _)| *path == CONFIG).map(|(_, text)| *text);
        config.map_or_else(Settings::default, |text| {
            Config::parse(Path::new(CONFIG), text).expect("a sound configuration").backup
        })
    }
}

const CONFIG: &str = "etc/patuh/agent.toml";

/// Reads one section and holds it against what is promised of any; whether there was anything to read.
fn read(sensor: &Sensor, folder: &Path, settings: &Settings, now: Timestamp) -> bool {
    let section = sensor.section(&Roots::at(folder), settings, now);
    if let Outcome::Failed(why) = &section.outcome {
        assert!(!why.contains("the reading code failed") && !why.contains(": no answer in "), "{section:?}");
    }
    let json = serde_json::to_string(&section).expect("JSON");
    let written: Value = serde_json::from_str(&json).expect("JSON");
    assert!(is_plain(&written), "a control character left the host: {json}");
    let back: Section = serde_json::from_str(&json).expect("what was written is read");
    assert_eq!(back, section, "the section does not survive the wire");
    matches!(section.outcome, Outcome::Ok(_))
}

/// Whether no text in it could steer a terminal.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.chars().any(char::is_control),
        Value::Array(all) => all.iter().all(is_plain),
        Value::Object(all) => {
            all.iter().all(|(key, value)| !key.chars().any(char::is_control) && is_plain(value))
        }
        _ => true,
    }
}

/// A folder in memory where there is one: each input becomes a file.
pub(crate) fn memory() -> TempDir {
    let shared = Path::new("/dev/shm");
    let made = if shared.is_dir() { TempDir::new_in(shared) } else { TempDir::new() };
    made.expect("a temporary folder")
}

/// A copy of a host, its links as they are.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (kind, to) = (entry.file_type().expect("a kind"), to.join(entry.file_name()));
        if kind.is_dir() {
            copy(&entry.path(), &to);
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path()).expect("a link"), to).expect("a link");
        } else {
            fs::copy(entry.path(), to).expect("a file");
        }
    }
}

/// `path` in `folder`, whose own folder is there.
fn place(folder: &Path, path: &str) -> PathBuf {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
    path
}

fn link(folder: &Path, path: &str, to: &str) {
    std::os::unix::fs::symlink(to, place(folder, path)).expect("a link");
}

pub(crate) fn write(folder: &Path, path: &str, content: &[u8]) {
    let path = place(folder, path);
    File::create(path).and_then(|mut file| file.write_all(content)).expect("a file");
}

const DUMPS: (&str, &str) = (CONFIG, "[[backup.dumps]]\nname = \"x\"\nglob = \"/srv/db/*\"\n");
const DUMP_FACTS: (&str, &str) = (
    ".host/files.json",
    r#"{"/srv/db/x.dump":{"modified":"2026-11-21T00:00:00Z"},
    "/srv/db/x.sql":{"modified":"2026-11-21T00:00:00Z"},"/srv/db/x.sql.gz":{"modified":"2026-11-21T00:00:00Z"}}"#,
);
const MOUNTS: (&str, &str) = ("proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
const RESTIC: (&str, &str) =
    (CONFIG, "[[backup.restic]]\nname = \"x\"\nrepository = \"sftp:x:/srv\"\npassword_file = \"/etc/x\"\n");

const BORG: (&str, &str) =
    (CONFIG, "[[backup.borg]]\nname = \"x\"\nrepository = \"ssh://x/srv\"\npassphrase_file = \"/etc/x\"\n");
const PGBACKREST: (&str, &str) =
    (CONFIG, "[[backup.pgbackrest]]\nname = \"x\"\nstanza = \"x\"\nask = true\n");
const PBS: (&str, &str) = ("etc/pve/storage.cfg", "pbs: pusat\n\tserver 10.20.0.9\n\tdatastore x\n");
const DUPLICITY: (&str, &str) = ("usr/bin/duplicity", "");
const ENO1: (&str, &str) = ("sys/class/net/eno1/ifindex", "2\n");
const HELD: (&str, &str) = (".host/addresses.json", r#"{"eno1":["10.10.6.5/24"]}"#);
const LISTENING: (&str, &str) = ("run/patuh-lldp/state", "listening");
const NODE: (&str, &str) = ("proc/sys/kernel/hostname", "pve1\n");
/// A folder of dump files with one in it.
const DUMP: (&str, &str) = ("var/lib/vz/dump/vzdump-qemu-100-a.vma", "VMA");
const VZDUMP_FACTS: (&str, &str) = (
    ".host/files.json",
    r#"{"/var/lib/vz/dump/vzdump-qemu-100-a.vma":{"modified":"2026-11-21T00:00:00Z"},
    "/var/lib/vz/dump/vzdump-qemu-100-a.log":{"modified":"2026-11-21T00:00:00Z"}}"#,
);

macro_rules! files {
    ($($name:literal $path:literal [$($sensor:literal)+] $beside:expr, $seeds:expr $(, like $like:literal)? $(, on $on:literal)?;)*) => {
        &[$(HostFile {
            name: $name,
            path: $path,
            sensors: &[$($sensor),+],
            like: &[$($like)?],
            on: &[$($on)?],
            beside: $beside,
            seeds: $seeds,
        }),*]
    };
}

/// Every file.
pub(crate) const FILES: &[HostFile] = files! {
    "apache" "etc/apache2/apache2.conf" ["sites"] &[("srv/w/index.php", "<?php")],
        &["<VirtualHost *:80>\nServerName a.go.id\nDocumentRoot /srv/w\n</VirtualHost>\nDefine X y\nIncludeOptional x*\n"];
    "apk" "lib/apk/db/installed" ["packages/apk"] &[], &[];
    "apk-repositories" "etc/apk/repositories" ["repositories"] &[], &[];
    "apt" "etc/apt/sources.list" ["repositories"] &[], &[];
    "apt-deb822" "etc/apt/sources.list.d/x.sources" ["repositories"] &[],
        &["Types: deb deb-src\nURIs: https://u:p@deb.debian.org/debian\nSuites: bookworm\nComponents: main\n\
           Enabled: yes\nSigned-By:\n -----BEGIN\n .\n x\n"];
    "arp" "proc/net/arp" ["neighbours"] &[], &[];
    "bareos" "etc/bareos/bareos-fd.d/director/bareos-dir.conf" ["backup/bareos"] &[MOUNTS],
        &["Director {\n  Name = \"bareos-dir\" # x\n  Password = \"x\"; Monitor = no\n}\n"];
    "bareos-state" "var/spool/bacula/bacula-fd.9102.state" ["backup/bareos"] &[], &[], on "centos7";
    "borg-cache" "root/.cache/borg/22db000000000000000000000000000000000000000000000000000000000000/config" ["backup/borg"] &[MOUNTS],
        &["[cache]\nversion = 1\nmanifest = x\ntimestamp = 2026-11-22T03:30:16.112425\nkey_type = 3\n\
           previous_location = ssh://opd@dc/./x\n"];
    "borg-config" "srv/borg/config" ["backup/borg"] &[MOUNTS, ("srv/borg/data/0/1", "BORG_SEG"), ("srv/borg/README", "x"),
        (".host/files.json", r#"{"/srv/borg/data/0/1":{"modified":"2026-11-21T00:00:00Z"}}"#),
        (CONFIG, "[[backup.borg]]\nname = \"x\"\nrepository = \"/srv/borg\"\n")],
        &["[repository]\nversion = 1\nsegments_per_dir = 1000\nappend_only = 1\n\
           id = 22db000000000000000000000000000000000000000000000000000000000000\n"];
    "borg-list" ".host/cmd/borg_list_ssh_x_srv" ["backup/borg"] &[BORG, MOUNTS, ("etc/x", "x"), ("proc/sys/kernel/hostname", "x\n")],
        &[r#"{"archives":[{"id":"ab","name":"a","hostname":"x","start":"2026-11-22T03:30:12.000000","end":"2026-11-22T03:31:00.5",
           "command_line":["borg","create","--exclude","*.o","::a","/srv"]}],"encryption":{"mode":"repokey"},"repository":{"id":"22db"}}"#];
    "borg-location" "root/.config/borg/security/22db000000000000000000000000000000000000000000000000000000000000/location" ["backup/borg"]
        &[MOUNTS], &["ssh://opd:x@dc:22/./dinkes", "/srv/borg", "file:///srv/borg"];
    "borg-timestamp" "root/.config/borg/security/22db000000000000000000000000000000000000000000000000000000000000/manifest-timestamp"
        ["backup/borg"] &[MOUNTS], &["2026-11-22T03:30:16.112425", "2026-11-22T10:30:16+07:00"];
    "borgmatic" "etc/borgmatic/config.yaml" ["backup/borgmatic" "backup/borg"] &[MOUNTS],
        &["location:\n  repositories: [ssh://opd@dc/./x]\n  source_directories: [/etc]\nretention: {keep_daily: 7}\n"],
        like "ubuntu2204-proxmox-guest/etc/borgmatic/config.yaml";
    "cron-duplicity" "etc/cron.d/cadangan" ["backup/duplicity" "backup/plans"] &[DUPLICITY, MOUNTS],
        &["0 1 * * * root duplicity --name x --exclude=/a /srv sftp://u:p@dc//x && duplicity remove-older-than 3M sftp://u:p@dc//x\n"];
    "cron-pbs" "etc/cron.d/cadangan" ["backup/pbs" "backup/plans"] &[MOUNTS, ("usr/bin/proxmox-backup-client", "")],
        &["0 1 * * * root proxmox-backup-client backup root.pxar:/ --repository u@pam!t@dc:x --ns a/b --crypt-mode none\n"];
    "duplicity" "root/.cache/duplicity/x/duplicity-full.20261115T181503Z.manifest" ["backup/duplicity"] &[MOUNTS],
        &["Hostname x\nLocaldir \"/srv\\x20a\"\nVolume 1:\n    StartingPath   .  \n    Hash SHA1 00\nFilelist 2\n    new      a\n"];
    "duply" "etc/duply/x/conf" ["backup/duplicity"] &[MOUNTS],
        &["GPG_KEY='disabled'\nTARGET='sftp://u:p@dc//x'\nSOURCE=/srv\nexport MAX_AGE=1M2D\n"];
    "pbs-repositories" "root/.cache/proxmox-backup/repo-list" ["backup/pbs"] &[MOUNTS], &[r#"{"u@pbs!t@[fd00::1]:8007:x":4,"x":1}"#];
    "pgbackrest" "etc/pgbackrest.conf" ["backup/pgbackrest"] &[MOUNTS],
        &["[global]\nrepo1-host=x\nrepo1-path=/srv\nrepo2-type=s3\nrepo2-s3-bucket=b\nrepo2-retention-full-type=time\n\
           repo2-retention-full=9\n[x:backup]\n[x]\npg1-path=/x\n"];
    "pgbackrest-answer" ".host/cmd/pgbackrest_info_x" ["backup/pgbackrest"] &[PGBACKREST, MOUNTS],
        &[r#"[{"backup":[{"database":{"id":1,"repo-key":1},"error":false,"info":{"repository":{"delta":3},"size":2},"label":"a",
           "timestamp":{"start":1795346925,"stop":1795346930}}],"cipher":"none","db":[{"id":1,"repo-key":1,"system-id":7710956317623699643}],
           "name":"x","repo":[{"cipher":"none","key":1,"status":{"code":0,"message":"ok"}}],"status":{"code":0,"message":"ok"}}]"#];
    "pgbackrest-info" "var/lib/pgbackrest/backup/puskesmas/backup.info" ["backup/pgbackrest"]
        &[MOUNTS, ("etc/pgbackrest.conf", "[puskesmas]\npg1-path=/x\n")], &[];
    "proxmox-jobs" "etc/pve/jobs.cfg" ["backup/plans"] &[NODE, PBS], &[];
    "proxmox-storage" "etc/pve/storage.cfg" ["backup/vzdump" "backup/pbs"] &[NODE, MOUNTS, DUMP, VZDUMP_FACTS],
        &["dir: local\n\tpath /var/lib/vz\n\tcontent backup\n\tprune-backups keep-daily=7,keep-last=1\n\npbs: a\n\tserver b\n\tdatastore c\n"];
    "proxmox-task" "var/log/pve/tasks/0/UPID:pve1:0003F1A2:01C9C380:6B01EA30:vzdump::root@pam:" ["backup/pbs"] &[NODE, MOUNTS, PBS,
        ("var/log/pve/tasks/index", "UPID:pve1:0003F1A2:01C9C380:6B01EA30:vzdump::root@pam: 6B01EED0 OK\n")], &[];
    "proxmox-tasks" "var/log/pve/tasks/index" ["backup/pbs"] &[NODE, MOUNTS, PBS], &[];
    "vzdump-log" "var/lib/vz/dump/vzdump-qemu-100-a.log" ["backup/vzdump"] &[NODE, MOUNTS, DUMP, VZDUMP_FACTS,
        ("etc/pve/storage.cfg", "dir: local\n\tpath /var/lib/vz\n\tcontent backup\n")],
        &["2026-11-21 01:00:02 INFO: Starting Backup of VM 100 (qemu)\n2026-11-21 01:21:02 ERROR: Backup of VM 100 failed - x\n"];
    "composer" "var/www/html/vendor/composer/installed.json" ["packages/composer"] &[],
        &[r#"{"packages":[{"name":"laravel/framework","version":"v10.1.0"}]}"#];
    "cpuinfo" "proc/cpuinfo" ["cpu"] &[], &[];
    "dhclient" "var/lib/dhclient/dhclient--eno1.lease" ["leases"] &[ENO1, HELD], &[];
    "dhcp-pairs" "run/systemd/netif/leases/2" ["leases"] &[ENO1, HELD],
        &["ADDRESS=10.10.6.5\nROUTER=10.1.0.1 x\nSERVER_ADDRESS=10.1.0.2\nLIFETIME=1\nDNS=10.1.0.3\nDOMAINNAME=\"x\"\n"];
    "dhcpcd" "var/lib/dhcpcd/end0.lease" ["leases"] &[("sys/class/net/end0/ifindex", "2\n"),
        (".host/addresses.json", r#"{"end0":["10.10.9.14/24"]}"#)], &[];
    "docker" "var/lib/docker/containers/a/config.v2.json" ["containers/docker"] &[],
        &[r#"{"ID":"a","Name":"/web","Image":"sha256:00","Config":{"Image":"nginx:1"},"State":{"Running":true}}"#];
    "dpkg" "var/lib/dpkg/status" ["packages/dpkg"] &[], &[];
    "dump-custom" "srv/db/x.dump" ["backup/dumps"] &[DUMPS, DUMP_FACTS, MOUNTS], &["PGDMP\x01\x0e\x04\x08\x08"],
        like "debian12-bare/var/backups/postgresql/simkes-2026-11-21.dump";
    "dump-gzip" "srv/db/x.sql.gz" ["backup/dumps"] &[DUMPS, DUMP_FACTS, MOUNTS], &[],
        like "debian12-bare/var/backups/postgresql/epuskesmas-2026-11-21.sql.gz";
    "dump-sql" "srv/db/x.sql" ["backup/dumps"] &[DUMPS, DUMP_FACTS, MOUNTS],
        &["-- MariaDB dump 10.19\n-- Dump completed on 2026-11-21\n", "--\n-- PostgreSQL database dump\n--\n"];
    "flatpak" "var/lib/flatpak/app/org.x.Y/x86_64/stable/3f1c/deploy" ["packages/flatpak"]
        &[("var/lib/flatpak/app/org.x.Y/x86_64/stable/active", "-> 3f1c")],
        &["flathub\0abc\0\0\0\0alt-id\0\0x\0\0s\x07appdata-version\0\0\0\0\x007.6.2\0\0s\x0f"];
    "kernel-image" "boot/vmlinuz-6.1.0-40-amd64" ["kernel"] &[
        ("proc/sys/kernel/osrelease", "6.1.0-40-amd64\n"),
        ("proc/version", "Linux version 6.1.0-40-amd64 (x) #1 SMP Debian 6.1.147-1\n"),
    ], &["\x7fELF"];
    "libvirt" "etc/libvirt/qemu/x.xml" ["guests/libvirt"] &[],
        &["<domain type='kvm'><name>x</name><uuid>4c4c4544-0058-4b10-8034-b7c04f4e3232</uuid><memory unit='KiB'>1048576\
           </memory><vcpu>2</vcpu><devices><disk type='file'><source file='/x'/></disk><interface><mac address=\
           '52:54:00:00:00:01'/></interface></devices></domain>"];
    "lldp" "run/patuh-lldp/2-1795219200-0" ["adjacencies"] &[ENO1, LISTENING], &[],
        like "raid-two-nics/run/patuh-lldp/3-1795132801-0";
    "lldp-edp" "run/patuh-lldp/2-1795219200-2" ["adjacencies"] &[ENO1, LISTENING], &[];
    "lldp-networkd" "run/systemd/netif/lldp/2" ["adjacencies"] &[ENO1, ("run/systemd/netif/links/2", "ADMIN_STATE=configured\n")], &[];
    "lldpcli" ".host/cmd/lldpcli_show_neighbors" ["adjacencies"] &[ENO1, ("run/lldpd.socket", "")], &[];
    "lvm" "etc/lvm/backup/vg0" ["lvm"] &[("sys/class/block/sda/size", "1\n")],
        &["contents = \"Text Format Volume Group\"\nversion = 1\nvg0 {\nid = \"a\"\nextent_size = 8192\nphysical_volumes {\n\
           pv0 { device = \"/dev/sda\"\npe_count = 10\n}\n}\nlogical_volumes {\nroot { segment_count = 1\nsegment1 {\n\
           extent_count = 5\ntype = \"striped\"\nstripes = [\n\"pv0\", 0\n]\n}\n}\n}\n}\n"];
    "lxc" "var/lib/lxc/105/config" ["guests/lxc"] &[], &["lxc.uts.name = x\nlxc.arch = amd64\nlxc.net.0.hwaddr = 00:00\n"];
    "meminfo" "proc/meminfo" ["memory"] &[], &[];
    "mongod" "etc/mongod.conf" ["databases"] &[("var/lib/mongodb/WiredTiger", "")],
        &["storage:\n  dbPath: /var/lib/mongodb\nnet:\n  port: 27017\n"];
    "mountinfo" "proc/self/mountinfo" ["filesystems"] &[(".host/space.json", "{}")], &[];
    "mysql" "etc/mysql/my.cnf" ["databases"] &[("var/lib/mysql/ibdata1", ""), ("var/lib/mysql/simpeg/db.opt", "")],
        &["[mysqld]\ndatadir = /var/lib/mysql\nport=3306\n!includedir /etc/mysql/conf.d/\n!include /etc/mysql/my.cnf\n"];
    "nginx" "etc/nginx/nginx.conf" ["sites"] &[("srv/w/index.php", "<?php")],
        &["http { include mime.types; server { listen 80; server_name a.go.id; root /srv/w; } }"];
    "npm" "usr/lib/node_modules/x/package.json" ["packages/npm"] &[], &[r#"{"name":"x","version":"1.0.0"}"#];
    "os-release" "etc/os-release" ["system"] &[("proc/sys/kernel/hostname", "x\n"), ("etc/hostname", "x\n")],
        &["ID=debian\nNAME=\"Debian GNU/Linux\"\nVERSION_ID='12'\nPRETTY_NAME=\"Debian 12\"\n"];
    "pacman" "var/lib/pacman/local/bash-5.2.037-1/desc" ["packages/pacman"] &[],
        &["%NAME%\nbash\n\n%VERSION%\n5.2.037-1\n\n%ARCH%\nx86_64\n"];
    "pacman-conf" "etc/pacman.conf" ["repositories"] &[("etc/pacman.d/mirrorlist", "Server = https://m/$repo/os/$arch\n")],
        &["[options]\nSigLevel = Required\n[core]\nInclude = /etc/pacman.d/mirrorlist\n[x]\nServer = file:///x\n"];
    "pci-ids" "usr/share/misc/pci.ids" ["devices/pci"] &[("sys/bus/pci/devices/0000:00:01.0/vendor", "0x8086\n"),
        ("sys/bus/pci/devices/0000:00:01.0/device", "0x100e\n"), ("sys/bus/pci/devices/0000:00:01.0/class", "0x020000\n"),
        ("sys/bus/pci/devices/0000:00:01.0/uevent", "PCI_CLASS=20000\nPCI_ID=8086:100E\nPCI_SLOT_NAME=0000:00:01.0\n")], &[];
    "pip" "usr/local/lib/python3.11/dist-packages/x-1.dist-info/METADATA" ["packages/pip"] &[],
        &["Metadata-Version: 2.1\nName: x\nVersion: 1\n\nbody\n"];
    "podman" "var/lib/containers/storage/overlay-containers/containers.json" ["containers/podman"] &[], &[];
    "postgresql" "etc/postgresql/15/main/postgresql.conf" ["databases"] &[("var/lib/postgresql/15/main/PG_VERSION", "15\n"),
        ("var/lib/postgresql/15/main/base/16384/1", "x")],
        &["data_directory = '/var/lib/postgresql/15/main' # x\nport = 5432\n"];
    "pg-control" "var/lib/postgresql/15/main/global/pg_control" ["databases"] &[
        ("var/lib/postgresql/15/main/PG_VERSION", "15\n"), ("etc/postgresql/15/main/postgresql.conf", "port = 5432\n")],
        &["\x01\x02\x03\x04\x05\x06\x07\x08\x14\x05\0\0"];
    "proxmox" "etc/pve/qemu-server/100.conf" ["guests/proxmox"] &[],
        &["name: x\nmemory: 2048\ncores: 2\nsmbios1: uuid=4c4c4544-0058-4b10-8034-b7c04f4e3232\nnet0: virtio=AA:BB:CC:DD:EE:FF,bridge=vmbr0\n\
           scsi0: local:vm-100-disk-0,size=32G\n[snap]\nname: y\n"];
    "redis" "etc/redis/redis.conf" ["databases"] &[("var/lib/redis/dump.rdb", "REDIS0011\u{fa}")],
        &["dir /var/lib/redis\nport 6379\ndbfilename dump.rdb\n"];
    "netlink-addresses" ".host/netlink/addresses" ["interfaces"] &[], &[], on "raid-two-nics";
    "netlink-bridges" ".host/netlink/bridges" ["bridge_entries"] &[], &[], on "proxmox-host";
    "netlink-links" ".host/netlink/links" ["interfaces" "bridge_entries" "routes" "neighbours"] &[], &[], on "proxmox-host";
    "netlink-neighbours" ".host/netlink/neighbours" ["neighbours" "gateways"] &[], &[], on "raid-two-nics";
    "netlink-routes" ".host/netlink/routes" ["routes" "gateways"] &[], &[], on "raid-two-nics";
    "networkd-link" "run/systemd/netif/links/2" ["resolvers" "adjacencies"] &[ENO1, ("run/systemd/netif/lldp/9", ""),
        ("etc/resolv.conf", "-> ../run/systemd/resolve/stub-resolv.conf")], &[];
    "resolv-conf" "etc/resolv.conf" ["resolvers"] &[ENO1], &["nameserver 10.1.0.1\nnameserver fe80::1%eno1\n# x\n"];
    "restic" ".host/cmd/restic_snapshots_sftp_x_srv" ["backup/restic"] &[RESTIC, MOUNTS, ("etc/x", "x"), ("proc/sys/kernel/hostname", "x\n")],
        &[r#"[{"time":"2026-11-21T18:00:00.123+07:00","paths":["/srv"],"hostname":"x","id":"a","short_id":"a",
           "summary":{"total_bytes_processed":1,"total_files_processed":1}}]"#];
    "route" "proc/net/route" ["gateways" "routes"] &[], &[];
    "route-ipv6" "proc/net/ipv6_route" ["gateways" "routes"] &[("proc/net/route", "Iface\n")],
        &["00000000000000000000000000000000 00 00000000000000000000000000000000 00 fd101010000000000000000000000001 00000400 1 0 3 eth0\n"];
    "rpm" ".host/cmd/rpm_-qa" ["packages/rpm"] &[("var/lib/rpm/Packages", "")], &[];
    "smartctl" ".host/cmd/smartctl_sdb" ["smart"] &[], &[], on "raid-two-nics";
    "smartd" "var/lib/smartmontools/smartd.ST4000NM0035_1V4107-ZC1A77K2.ata.state" ["smart"] &[
        (".host/files.json", r#"{"/var/lib/smartmontools/smartd.ST4000NM0035_1V4107-ZC1A77K2.ata.state":
            {"modified":"2026-11-21T00:00:00Z"}}"#)], &[];
    "smbios" "sys/firmware/dmi/tables/DMI" ["memory/modules" "machine" "processors" "power"] &[], &[];
    "smbios-entry" "sys/firmware/dmi/tables/smbios_entry_point" ["machine" "memory/modules"] &[
        ("sys/firmware/dmi/tables/DMI", "\x01\x04\0\0\0\0")], &[];
    "snap" "snap/lxd/1/meta/snap.yaml" ["packages/snap"] &[("var/lib/snapd/snaps/lxd_1.snap", "")],
        &["name: lxd\nversion: '5.21'\narchitectures: [amd64]\n"];
    "sockets" "proc/net/tcp" ["listeners"] &[("proc/net/udp", "")],
        &["  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
           0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 1 0 100 0 0 10 0\n"];
    "wordpress" "srv/w/wp-includes/version.php" ["sites"] &[
        ("etc/nginx/nginx.conf", "http { server { listen 80; server_name a.go.id; root /srv/w; } }")],
        &["<?php\n$wp_version = '6.4.3';\n"];
    "yum" "etc/yum.repos.d/x.repo" ["repositories"] &[],
        &["[base]\nname=CentOS - Base\nbaseurl=http://u:p@mirror/x\n  http://two\nenabled=1\ngpgcheck = 1\n"];
};
