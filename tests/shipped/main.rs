//! Everything we ship beside the programs is read here as its reader will read it: configuration, rule packs,
//! systemd units, users, packages. A file in `config/` or `deploy/` that this test does not know is a fault.
#![expect(clippy::disallowed_methods, reason = "asks the shells, rpm and systemd about the files")]
#![expect(clippy::print_stdout, reason = "says what it skips")]

mod unit;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use patuh_compliance::Pack;

use crate::unit::Unit;

/// How one kind of file is read.
type Check = fn(&Path, &str) -> Result<()>;

/// Every kind of file we ship: where it lies and how it is read.
const KINDS: &[(&str, Check)] = &[
    ("config/agent.toml", agent_toml),
    ("config/collector.toml", collector_toml),
    ("config/packs/*.toml", pack),
    ("config/kode-barang.toml", kode_barang),
    ("config/os-lifecycle.toml", os_lifecycle),
    ("deploy/systemd/*.service", service),
    ("deploy/systemd/*.target", unit),
    ("deploy/systemd/*.path", unit),
    ("deploy/dbus/*.conf", bus),
    ("deploy/sysusers.d/*.conf", sysusers),
    ("deploy/tmpfiles.d/*.conf", tmpfiles),
    ("deploy/layout", script),
    ("deploy/debian/build", script),
    ("deploy/debian/copyright", prose),
    ("deploy/debian/*/control", control),
    ("deploy/debian/*/postinst", script),
    ("deploy/debian/*/prerm", script),
    ("deploy/debian/*/postrm", script),
    ("deploy/rpm/*.spec", spec),
    ("deploy/*.md", prose),
];

#[test]
fn every_shipped_file_is_sound() -> Result<()> {
    let mut faults = Vec::new();
    for path in files(&root().join("config"))?.into_iter().chain(files(&root().join("deploy"))?) {
        let name = path.strip_prefix(root())?.to_path_buf();
        let Some((_, check)) = KINDS.iter().find(|(pattern, _)| matches(pattern, &name)) else {
            faults.push(format!("{}: tests/shipped does not say how this file is read", name.display()));
            continue;
        };
        let text = std::fs::read_to_string(&path).with_context(|| name.display().to_string())?;
        if let Err(error) = check(&name, &text) {
            faults.push(format!("{}: {error:#}", name.display()));
        }
    }
    ensure!(faults.is_empty(), "\n{}", faults.join("\n"));
    Ok(())
}

#[test]
fn every_kind_is_shipped() -> Result<()> {
    let mut names = files(&root().join("config"))?;
    names.extend(files(&root().join("deploy"))?);
    for (pattern, _) in KINDS {
        let mut there = names.iter().filter_map(|path| path.strip_prefix(root()).ok());
        ensure!(there.any(|name| matches(pattern, name)), "{pattern}: nothing of this kind is there");
    }
    Ok(())
}

#[test]
fn systemd_finds_no_fault_and_little_exposure() -> Result<()> {
    unit::ask_systemd(&root().join("deploy/systemd"))
}

/// What the two halves of the agent may not both have: the host and a way out.
#[test]
fn the_halves_of_the_agent_share_the_spool_only() -> Result<()> {
    let sense = Unit::parse(&read("deploy/systemd/patuh-sense.service")?)?;
    ensure!(sense.words("RestrictAddressFamilies") == ["AF_NETLINK", "AF_UNIX"]);
    for resolver in ["-/run/systemd/resolve", "-/run/nscd"] {
        ensure!(sense.words("InaccessiblePaths").contains(&resolver), "{resolver} is a way out");
    }
    ensure!(sense.value("IPAddressDeny")? == "any");
    ensure!(sense.words("CapabilityBoundingSet") == ["CAP_DAC_READ_SEARCH"]);
    ensure!(sense.value("ProtectHome")? == "read-only");
    for hidden in ["PrivateTmp", "PrivateNetwork", "PrivateUsers", "ProtectHostname"] {
        ensure!(sense.words(hidden).is_empty(), "{hidden} would hide something of the host from the sensors");
    }
    let send = Unit::parse(&read("deploy/systemd/patuh-send.service")?)?;
    ensure!(send.value("CapabilityBoundingSet")?.is_empty() && send.words("AmbientCapabilities").is_empty());
    ensure!(send.words("BindPaths") == ["/var/lib/patuh-agent"]);
    for hidden in ["/sys", "-/srv", "-/opt", "-/mnt"] {
        ensure!(send.words("InaccessiblePaths").contains(&hidden), "{hidden} can be seen");
    }
    ensure!(send.words("StateDirectory") == sense.words("StateDirectory"));
    Ok(())
}

/// A drill runs what a dump holds: it is another user, and sees nothing that is the agent's alone.
#[test]
fn a_drill_is_nobody_to_the_agent() -> Result<()> {
    let drill = Unit::parse(&read("deploy/systemd/patuh-drill.service")?)?;
    let sense = Unit::parse(&read("deploy/systemd/patuh-sense.service")?)?;
    ensure!(drill.value("User")? != sense.value("User")?);
    ensure!(drill.words("StateDirectory") == ["patuh-drill"]);
    ensure!(drill.words("CapabilityBoundingSet") == ["CAP_DAC_READ_SEARCH"]);
    ensure!(drill.words("RestrictAddressFamilies") == ["AF_UNIX"] && drill.value("IPAddressDeny")? == "any");
    for secret in ["identity.key", "tls.pem", "spool"] {
        let path = format!("-/var/lib/patuh-agent/{secret}");
        ensure!(drill.words("InaccessiblePaths").contains(&path.as_str()), "{secret} can be read");
    }
    for limit in ["MemoryMax", "CPUQuota", "TasksMax", "TimeoutStartSec"] {
        ensure!(drill.value(limit).is_ok(), "no {limit}");
    }
    let path = Unit::parse(&read("deploy/systemd/patuh-drill.path")?)?;
    ensure!(path.value("Unit")? == "patuh-drill.service");
    ensure!(path.value("PathChanged")? == "/var/lib/patuh-agent/drill-due");
    Ok(())
}

/// The listener hears strangers: it is another user, sees nothing of the host, and cannot speak.
#[test]
fn the_listener_is_an_ear_and_nothing_else() -> Result<()> {
    let listener = Unit::parse(&read("deploy/systemd/patuh-lldp.service")?)?;
    let sense = Unit::parse(&read("deploy/systemd/patuh-sense.service")?)?;
    ensure!(listener.value("User")? != sense.value("User")?);
    for set in ["CapabilityBoundingSet", "AmbientCapabilities"] {
        ensure!(
            listener.words(set) == ["CAP_NET_RAW"] && !sense.words(set).contains(&"CAP_NET_RAW"),
            "{set}"
        );
    }
    ensure!(listener.words("RestrictAddressFamilies") == ["AF_PACKET"]);
    ensure!(!sense.words("RestrictAddressFamilies").contains(&"AF_PACKET"));
    for call in ["sendto", "sendmsg", "sendmmsg", "bind", "@aio"] {
        ensure!(listener.words("SystemCallFilter").contains(&call), "it could send by {call}");
    }
    ensure!(
        listener.words("RuntimeDirectory") == ["patuh-lldp"] && listener.words("StateDirectory").is_empty()
    );
    ensure!(format!("/run/{}", listener.value("RuntimeDirectory")?) == patuh_agent::lldp::FOLDER);
    ensure!(listener.value("TemporaryFileSystem")? == "/var:ro" && listener.value("ProtectHome")? == "yes");
    Ok(())
}

/// The agent's file says what holds when it is absent.
fn agent_toml(name: &Path, text: &str) -> Result<()> {
    let config = patuh_agent::config::Config::parse(name, text)?;
    ensure!(
        config == patuh_agent::config::Config::default(),
        "says something else than the defaults: {config:?}"
    );
    Ok(())
}

/// The collector's file names packs that are shipped with it.
fn collector_toml(name: &Path, text: &str) -> Result<()> {
    let name = name.display().to_string();
    let mut config = patuh_collector::config::Config::parse(&name, text)?;
    ensure!(config.packs == Path::new("/usr/share/patuh/packs"), "names another folder than the package's");
    config.packs = root().join("config/packs");
    patuh_collector::config::packs::load(&config, &name)?;
    Ok(())
}

fn kode_barang(_: &Path, text: &str) -> Result<()> {
    let codes = patuh_collector::register::Codes::parse(text)?;
    ensure!(codes == patuh_collector::register::Codes::shipped(), "the program does not hold this table");
    Ok(())
}

/// The table says nothing twice, and knows the systems that are most common here.
fn os_lifecycle(_: &Path, text: &str) -> Result<()> {
    let table = patuh_collector::lifecycle::Table::parse(text)?;
    for name in ["Debian 12", "Ubuntu 22.04", "CentOS Linux 7", "Windows Server 2012 R2"] {
        ensure!(table.named(name).is_some_and(|life| life.release.ends.is_some()), "no end of {name}");
    }
    Ok(())
}

fn pack(_: &Path, text: &str) -> Result<()> {
    Pack::parse(text)?;
    Ok(())
}

fn service(_: &Path, text: &str) -> Result<()> {
    let unit = Unit::parse(text)?;
    let user = unit.value("User")?;
    // Its own is a folder that stays, or one that goes with it.
    let (folder, above) = match unit.value("StateDirectory") {
        Ok(folder) => (folder, "/var/lib"),
        Err(_) => (unit.value("RuntimeDirectory")?, "/run"),
    };
    let home = format!("{above}/{folder}");
    let known = read(&format!("deploy/sysusers.d/{folder}.conf"))?;
    ensure!(known.contains(&format!("u {user} ")), "no sysusers file makes the user {user}");
    ensure!(known.contains(&home), "the home of {user} is not {home}");
    for (directive, value) in [("NoNewPrivileges", "yes"), ("ProtectSystem", "strict"), ("UMask", "0077")] {
        ensure!(unit.value(directive)? == value, "{directive} is not {value}");
    }
    // What runs once must end; what runs on must come back.
    if unit.value("Type")? == "oneshot" {
        ensure!(
            unit.words("Restart").is_empty() && unit.value("TimeoutStartSec").is_ok(),
            "may run for ever"
        );
    } else {
        ensure!(unit.value("Restart")? == "always", "Restart is not always");
    }
    Ok(())
}

fn unit(_: &Path, text: &str) -> Result<()> {
    Unit::parse(text).map(|_| ())
}

/// dbus-daemon(1): our user may send nothing but what is allowed after that, each by its full name.
fn bus(_: &Path, text: &str) -> Result<()> {
    let rules: Vec<&str> = text
        .split('<')
        .filter(|element| ["policy ", "deny ", "allow "].iter().any(|name| element.starts_with(name)))
        .filter_map(|element| element.split_once('>').map(|(rule, _)| rule.trim_end_matches('/')))
        .collect();
    let (head, allowed) = rules.split_at_checked(3).context("too few rules")?;
    ensure!(head == ["policy user=\"patuh\"", "deny send_destination=\"*\"", "deny own=\"*\""], "{head:?}");
    for rule in allowed {
        let is_exact = ["allow send_destination=\"", "send_interface=\"", "send_member=\""]
            .iter()
            .all(|part| rule.contains(part));
        ensure!(is_exact && !rule.contains('*'), "allows more than one method: {rule}");
    }
    Ok(())
}

/// sysusers.d(5): type, name, number, description, home.
fn sysusers(_: &Path, text: &str) -> Result<()> {
    for line in lines(text) {
        let (before, after) = line
            .split_once('"')
            .and_then(|(before, rest)| Some((before, rest.split_once('"')?.1)))
            .context("no description")?;
        let ["u", name, "-"] = before.split_whitespace().collect::<Vec<_>>()[..] else {
            bail!("not `u NAME -`: {line}")
        };
        let is_own = ["/var/lib/", "/run/"].iter().any(|above| after.trim().starts_with(above));
        ensure!(is_own, "the home of {name} is not under /var/lib or /run");
    }
    Ok(())
}

/// tmpfiles.d(5): type, path, mode, user, group, age.
fn tmpfiles(_: &Path, text: &str) -> Result<()> {
    for line in lines(text) {
        let ["d", path, "0700", user, group, "-"] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            bail!("not `d PATH 0700 USER GROUP -`: {line}")
        };
        ensure!(path.starts_with("/var/lib/") && user == group, "{line}");
    }
    Ok(())
}

/// deb-control(5), before the build fills in what stands between `@`.
fn control(name: &Path, text: &str) -> Result<()> {
    let package =
        name.parent().and_then(Path::file_name).context("a control file lies in its package's folder")?;
    for field in
        ["Version: @VERSION@", "Architecture: @ARCH@", "Depends: @SHLIBS@", "Maintainer: ", "Description: "]
    {
        ensure!(text.lines().any(|line| line.starts_with(field)), "no line {field}");
    }
    ensure!(
        text.starts_with(&format!("Package: {}\n", package.display())),
        "the package is not called as its folder"
    );
    Ok(())
}

fn script(name: &Path, text: &str) -> Result<()> {
    let shell = text.lines().next().and_then(|line| line.rsplit(['/', ' ']).next()).unwrap_or_default();
    ensure!(["sh", "bash"].contains(&shell), "begins with no shell");
    ensure!(text.contains("\nset -e"), "goes on after an error: no set -e");
    accepted(Command::new(shell).arg("-n").arg(root().join(name)))
}

fn spec(name: &Path, text: &str) -> Result<()> {
    let version = format!("Version:        {}\n", env!("CARGO_PKG_VERSION"));
    ensure!(text.contains(&version), "is of another version than the programs");
    if Command::new("rpmspec").arg("--version").output().is_err() {
        println!("skipped: no rpmspec on this machine");
        return Ok(());
    }
    let project = format!("project {}", root().display());
    accepted(Command::new("rpmspec").args(["--parse", "--define", &project]).arg(root().join(name)))
}

fn prose(_: &Path, text: &str) -> Result<()> {
    ensure!(text.lines().count() > 3 && text.ends_with('\n'), "says nothing");
    Ok(())
}

fn accepted(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Whether `name` is of the kind `pattern`, in which `*` stands for a part of one name.
fn matches(pattern: &str, name: &Path) -> bool {
    let parts: Vec<String> = name.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let patterns: Vec<&str> = pattern.split('/').collect();
    patterns.len() == parts.len()
        && patterns.iter().zip(&parts).all(|(pattern, part)| match pattern.split_once('*') {
            Some((start, end)) => {
                part.len() >= start.len() + end.len() && part.starts_with(start) && part.ends_with(end)
            }
            None => pattern == part,
        })
}

/// Lines that say something, in the formats of systemd.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

fn read(name: &str) -> Result<String> {
    std::fs::read_to_string(root().join(name)).with_context(|| name.to_owned())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() { files.extend(self::files(&path)?) } else { files.push(path) }
    }
    files.sort();
    Ok(files)
}
