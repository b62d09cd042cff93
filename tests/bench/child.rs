//! What a program that is run once costs.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::figure::Watch;

/// A program and its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// What it is called in the table.
    pub(crate) name: String,
    path: String,
    arguments: Vec<String>,
}

/// What its runs cost, run by run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cost {
    /// Milliseconds from start to end.
    pub(crate) wall_ms: Vec<f64>,
    /// Milliseconds of processor, user and system, of it and all its children.
    pub(crate) cpu_ms: Vec<f64>,
    /// Most memory of the largest of its processes, in MiB.
    pub(crate) peak_mib: f64,
    /// Programs that were started, itself included.
    pub(crate) programs: usize,
    /// What it printed.
    pub(crate) output: Vec<u8>,
}

impl Program {
    /// `path arguments…`, called `name`.
    pub(crate) fn new(name: &str, path: &str, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Self { name: name.to_owned(), path: path.to_owned(), arguments }
    }

    /// Whether it is installed.
    pub(crate) fn exists(&self) -> bool {
        ["", "/usr/bin/", "/usr/sbin/"]
            .iter()
            .any(|folder| Path::new(&format!("{folder}{}", self.path)).exists())
    }

    /// One run: wall and processor milliseconds, and what it printed.
    pub(crate) fn once(&self) -> Result<(f64, f64, Vec<u8>)> {
        let (before, watch) = (cpu_ms(UsageWho::RUSAGE_CHILDREN)?, Watch::start());
        let output = command(&self.path).args(&self.arguments).stderr(Stdio::null()).output();
        let output = output.with_context(|| self.path.clone())?;
        let wall = watch.ms();
        // facter ends with 1 where it may not read everything; what counts is what it printed.
        ensure!(!output.stdout.is_empty(), "{} printed nothing", self.name);
        Ok((wall, cpu_ms(UsageWho::RUSAGE_CHILDREN)? - before, output.stdout))
    }

    /// Most memory, in MiB, by GNU time: a small parent, so that it does not hide a small child.
    pub(crate) fn peak_mib(&self) -> Result<f64> {
        let mut time = command("/usr/bin/time");
        let output = time.args(["-f", "%M", &self.path]).args(&self.arguments).stdout(Stdio::null()).output();
        let stderr = output.context("/usr/bin/time is not installed: apt install time")?.stderr;
        let kib = String::from_utf8_lossy(&stderr).lines().last().and_then(|line| line.parse::<f64>().ok());
        Ok(kib.context("/usr/bin/time said nothing")? / 1024.0)
    }

    /// How many programs it starts, itself included, by strace.
    pub(crate) fn programs(&self) -> Result<usize> {
        let mut strace = command("strace");
        let output =
            strace.args(["-f", "-qq", "-e", "trace=execve", &self.path]).args(&self.arguments).output();
        let stderr = output.context("strace is not installed: apt install strace")?.stderr;
        let text = String::from_utf8_lossy(&stderr);
        Ok(text.lines().filter(|line| line.contains("execve(") && line.ends_with("= 0")).count())
    }
}

/// Runs all of `programs` in turn, `runs` times, so that what the machine does meanwhile hits all alike.
pub(crate) fn measure(programs: &[Program], runs: usize) -> Result<Vec<Cost>> {
    let mut costs = vec![Cost::default(); programs.len()];
    for _ in 0..runs {
        for (program, cost) in programs.iter().zip(&mut costs) {
            let (wall, cpu, output) = program.once()?;
            cost.wall_ms.push(wall);
            cost.cpu_ms.push(cpu);
            cost.output = output;
        }
    }
    for (program, cost) in programs.iter().zip(&mut costs) {
        cost.peak_mib = program.peak_mib()?;
        cost.programs = program.programs()?;
    }
    Ok(costs)
}

/// Processor milliseconds, user and system, of this process or of all its children that ended.
pub(crate) fn cpu_ms(who: UsageWho) -> Result<f64> {
    let usage: Usage = getrusage(who)?;
    Ok(milliseconds(usage.user_time()) + milliseconds(usage.system_time()))
}

fn milliseconds(time: TimeVal) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let (seconds, micros) = (time.tv_sec() as f64, time.tv_usec() as f64);
    seconds * 1e3 + micros / 1e3
}

#[expect(clippy::disallowed_methods, reason = "the programs that are measured")]
fn command(path: &str) -> Command {
    Command::new(path)
}
