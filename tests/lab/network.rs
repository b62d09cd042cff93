//! The lab as a story sees it: hosts that run commands, and that are gone when the story ends, however it ends.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use patuh_tests::process::outside_cargo;

/// Between two looks at something that is awaited.
const LOOK: Duration = Duration::from_millis(250);

/// Hosts on a switch. Dropping it stops and forgets them.
pub(crate) struct Lab {
    /// Held as long as the hosts are up: one lab at a time on one machine.
    _turn: File,
}

impl Lab {
    /// Boots `names`.
    pub(crate) fn up(names: &[&str]) -> Result<Self> {
        let turn = File::create(std::env::temp_dir().join("patuh-lab.turn"))?;
        turn.lock()?;
        let lab = Self { _turn: turn };
        tool(&["down"])?; // what a story that was killed left behind
        tool(&[&["up"], names].concat())?;
        Ok(lab)
    }

    /// Boots one more host on the same switch.
    pub(crate) fn join(&self, name: &'static str) -> Result<Host<'_>> {
        tool(&["up", name])?;
        Ok(self.host(name))
    }

    /// Has the switch announce itself by LLDP.
    pub(crate) fn announce(&self, name: &str) -> Result<()> {
        tool(&["announce", name]).map(|_| ())
    }

    /// Runs a line of shell where the switch's ports are.
    pub(crate) fn switch(&self, line: &str) -> Result<String> {
        tool(&["switch", "sh", "-c", line]).with_context(|| format!("switch: {line}"))
    }

    /// One of the hosts.
    pub(crate) fn host(&self, name: &'static str) -> Host<'_> {
        Host { name, _lab: self }
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if let Err(error) = tool(&["down"]) {
            println!("the lab did not come down: {error:#}");
        }
    }
}

/// One host of the lab.
#[derive(Clone, Copy)]
pub(crate) struct Host<'a> {
    name: &'static str,
    _lab: &'a Lab,
}

impl Host<'_> {
    /// The name by which the others know it.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// Runs a line of shell as root and gives what it wrote. An error when it fails, with what it said.
    pub(crate) fn run(&self, line: &str) -> Result<String> {
        tool(&["exec", self.name, "sh", "-c", line]).with_context(|| format!("{}: {line}", self.name))
    }

    /// Runs a line of shell of this machine where the host's cables are.
    pub(crate) fn net(&self, line: &str) -> Result<String> {
        tool(&["net", self.name, "sh", "-c", line]).with_context(|| format!("{}: {line}", self.name))
    }

    /// Where a file of the host lies on this machine.
    pub(crate) fn path(&self, path: &str) -> Result<PathBuf> {
        let root = tool(&["root", self.name])?;
        Ok(Path::new(root.trim()).join(path.trim_start_matches('/')))
    }

    /// Whether a line of shell succeeds.
    pub(crate) fn holds(&self, line: &str) -> bool {
        self.run(line).is_ok()
    }

    /// Puts a file into a folder of the host.
    pub(crate) fn push(&self, file: &Path, folder: &str) -> Result<()> {
        tool(&["push", self.name, &file.to_string_lossy(), folder]).map(|_| ())
    }

    /// Writes a file of the host.
    pub(crate) fn write(&self, path: &str, text: &str) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join(Path::new(path).file_name().context("a file has a name")?);
        std::fs::write(&file, text)?;
        self.push(&file, Path::new(path).parent().context("a file has a folder")?.to_string_lossy().as_ref())
    }

    /// Reboots and waits until everything is started again.
    pub(crate) fn reboot(&self) -> Result<()> {
        tool(&["reboot", self.name]).map(|_| ())
    }
}

/// Tries again and again, at most three minutes; then the last error is the answer.
pub(crate) fn until<T>(what: &str, attempt: impl Fn() -> Result<T>) -> Result<T> {
    let mut outcome = attempt();
    for _ in 0..720 {
        if outcome.is_ok() {
            break;
        }
        std::thread::sleep(LOOK);
        outcome = attempt();
    }
    outcome.with_context(|| format!("waited in vain: {what}"))
}

/// The packages, built from what stands in this checkout as the tests are: with or without optimising. Once for all
/// stories: whoever builds them again writes over what another is installing.
pub(crate) fn packages() -> Result<(PathBuf, PathBuf)> {
    static BUILT: OnceLock<Result<(PathBuf, PathBuf), String>> = OnceLock::new();
    BUILT.get_or_init(|| built().map_err(|error| format!("{error:#}"))).clone().map_err(anyhow::Error::msg)
}

fn built() -> Result<(PathBuf, PathBuf)> {
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let build = root().join("deploy/debian/build");
    let mut command = Command::new(build);
    command.args(["agent", "collector"]).env("PATUH_PROFILE", profile);
    let built = said(outside_cargo(&mut command))?;
    match built.lines().map(|path| root().join(path)).collect::<Vec<_>>().as_slice() {
        [agent, collector] => Ok((agent.clone(), collector.clone())),
        _ => bail!("deploy/debian/build printed {built:?}"),
    }
}

fn tool(arguments: &[&str]) -> Result<String> {
    said(Command::new(root().join("tests/lab/lab")).args(arguments))
}

fn said(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(answer);
    }
    bail!("{}{answer}", String::from_utf8_lossy(&output.stderr))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}
