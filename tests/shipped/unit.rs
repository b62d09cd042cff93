//! systemd units: read as the format says (systemd.syntax(7)), with the directives we mean to use.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// The directives each section may have. A misspelt one is only a warning to systemd: it would run the
/// program without the protection the line was meant to give.
const DIRECTIVES: &[(&str, &[&str])] = &[
    (
        "Unit",
        &[
            "After",
            "Before",
            "ConditionCapability",
            "ConditionPathExists",
            "Description",
            "Documentation",
            "PartOf",
            "StartLimitIntervalSec",
            "Wants",
        ],
    ),
    ("Install", &["WantedBy"]),
    ("Path", &["PathChanged", "Unit"]),
    (
        "Service",
        &[
            "AmbientCapabilities",
            "BindPaths",
            "CPUQuota",
            "CPUWeight",
            "CapabilityBoundingSet",
            "DevicePolicy",
            "ExecPaths",
            "ExecStart",
            "ExecStartPre",
            "Group",
            "IOSchedulingClass",
            "IOWeight",
            "IPAddressDeny",
            "InaccessiblePaths",
            "KeyringMode",
            "LimitNOFILE",
            "LockPersonality",
            "MemoryDenyWriteExecute",
            "MemoryMax",
            "Nice",
            "NoExecPaths",
            "NoNewPrivileges",
            "OOMScoreAdjust",
            "PrivateDevices",
            "PrivateMounts",
            "PrivateTmp",
            "PrivateUsers",
            "ProcSubset",
            "ProtectClock",
            "ProtectControlGroups",
            "ProtectHome",
            "ProtectHostname",
            "ProtectKernelLogs",
            "ProtectKernelModules",
            "ProtectKernelTunables",
            "ProtectProc",
            "ProtectSystem",
            "RemoveIPC",
            "Restart",
            "RestartSec",
            "RestrictAddressFamilies",
            "RestrictNamespaces",
            "RestrictRealtime",
            "RestrictSUIDSGID",
            "RuntimeDirectory",
            "RuntimeDirectoryMode",
            "RuntimeDirectoryPreserve",
            "StateDirectory",
            "StateDirectoryMode",
            "SystemCallArchitectures",
            "SystemCallErrorNumber",
            "SystemCallFilter",
            "TasksMax",
            "TemporaryFileSystem",
            "TimeoutStartSec",
            "Type",
            "UMask",
            "User",
        ],
    ),
];

/// The most exposure `systemd-analyze security` may find, in tenths.
const MOST_EXPOSED: &str = "20";

/// One unit file: the values of each directive, in order.
#[derive(Debug, Default)]
pub(crate) struct Unit(BTreeMap<String, Vec<String>>);

impl Unit {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut unit = Self::default();
        let mut known: Option<&[&str]> = None;
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                known =
                    DIRECTIVES.iter().find(|(name, _)| *name == section).map(|(_, directives)| *directives);
                ensure!(known.is_some(), "line {number}: no section is called {section}");
                continue;
            }
            let (name, value) =
                line.split_once('=').with_context(|| format!("line {number}: no directive: {line}"))?;
            let known = known.with_context(|| format!("line {number}: {name} stands in no section"))?;
            ensure!(known.contains(&name), "line {number}: {name} is not a directive we know");
            unit.0.entry(name.to_owned()).or_default().push(value.to_owned());
        }
        Ok(unit)
    }

    /// The words of all values of a directive.
    pub(crate) fn words(&self, directive: &str) -> Vec<&str> {
        self.0.get(directive).into_iter().flatten().flat_map(|value| value.split_whitespace()).collect()
    }

    /// The only value of a directive.
    pub(crate) fn value(&self, directive: &str) -> Result<&str> {
        match self.0.get(directive).map(Vec::as_slice) {
            Some([value]) => Ok(value),
            Some(_) => bail!("{directive} stands there more than once"),
            None => bail!("{directive} is missing"),
        }
    }
}

/// Asks systemd itself what it thinks of the units in `folder`, which are copied with a program that exists.
/// Says so and does nothing where there is no systemd-analyze.
pub(crate) fn ask_systemd(folder: &Path) -> Result<()> {
    let copies = tempfile::tempdir()?;
    let mut units = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let text = std::fs::read_to_string(&path)?;
        let copy = copies.path().join(path.file_name().context("a unit has a name")?);
        std::fs::write(
            &copy,
            text.replace("/usr/bin/patuh-agent", "/bin/true")
                .replace("/usr/bin/patuh-collector", "/bin/true"),
        )?;
        units.push(copy);
    }
    let services: Vec<PathBuf> =
        units.iter().filter(|unit| unit.extension().is_some_and(|kind| kind == "service")).cloned().collect();
    analyze(copies.path(), &["verify", "--man=no"], &units)?;
    analyze(copies.path(), &["security", "--offline=true", "--threshold", MOST_EXPOSED], &services)
}

fn analyze(folder: &Path, arguments: &[&str], units: &[PathBuf]) -> Result<()> {
    let mut command = Command::new("systemd-analyze");
    // The empty place at the end stands for the paths that systemd knows by itself.
    command.env("SYSTEMD_UNIT_PATH", format!("{}:", folder.display())).env("SYSTEMD_COLORS", "0");
    let output = match command.args(arguments).args(units).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("skipped: no systemd-analyze on this machine");
            return Ok(());
        }
        output => output?,
    };
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(
        output.status.success() && complained.trim().is_empty(),
        "systemd-analyze {arguments:?}:\n{complained}{said}"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_directive_is_a_fault() {
        let faults = |text: &str| Unit::parse(text).map(|_| ()).unwrap_err().to_string();
        assert_eq!(
            faults("[Service]\nProtectSytem=strict"),
            "line 2: ProtectSytem is not a directive we know"
        );
        assert_eq!(faults("[Unit]\nUser=patuh"), "line 2: User is not a directive we know");
        assert_eq!(faults("[Servcie]"), "line 1: no section is called Servcie");
        assert_eq!(faults("User=patuh"), "line 1: User stands in no section");
        assert_eq!(faults("[Service]\nstrict"), "line 2: no directive: strict");
    }

    #[test]
    fn values_come_in_order() -> Result<()> {
        let unit = Unit::parse("# why\n[Service]\nExecPaths=/a /b\nExecPaths=/c\nUser=patuh\n")?;
        assert_eq!(unit.words("ExecPaths"), ["/a", "/b", "/c"]);
        assert_eq!(unit.value("User")?, "patuh");
        assert!(unit.value("ExecPaths").is_err() && unit.value("Group").is_err());
        Ok(())
    }
}
