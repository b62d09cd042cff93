//! `patuh-agent`: the only place that reads arguments, clock and environment, and that prints.

use std::fmt::{Display, Write as _};
use std::io::{IsTerminal, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::{CommandFactory, FromArgMatches};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use patuh_agent::config::{Config, DEFAULT_PATH};
use patuh_agent::drill::{self, Order};
use patuh_agent::lldp::{self, Moment};
use patuh_agent::record::{self, Told};
use patuh_agent::roots::Roots;
use patuh_agent::schedule::{GROUPS, Timetable};
use patuh_agent::status::{Drilled, Status, Words, time, told};
use patuh_agent::{Clock, Stop, uplink};
use patuh_protocol::enrolment::Token;
use patuh_protocol::id::AgentId;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{oneshot, watch};

use crate::arguments::{Arguments, Command, Recorded, misused};

mod arguments;

fn main() -> ExitCode {
    let arguments = match Arguments::command().try_get_matches().and_then(|m| Arguments::from_arg_matches(&m))
    {
        Ok(arguments) => arguments,
        Err(error) if !error.use_stderr() => {
            print(&error.render());
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            complain(&misused(&error));
            return ExitCode::from(2);
        }
    };
    match obey(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&told(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn obey(Arguments { command, config: named, .. }: Arguments) -> Result<()> {
    let config = || Ok::<_, anyhow::Error>(Config::load(named.as_deref())?);
    match command {
        Command::Report { root, pretty } => report(root, pretty, &config()?),
        Command::Enrol { collector, token } => enrol(&collector, &token, &config()?),
        Command::Run => work(config()?, async |config, clock, stop| {
            patuh_agent::run(&config, TimeZone::system(), &clock, stop).await
        }),
        Command::Sense => work(config()?, async |config, clock, stop| {
            patuh_agent::sense(&config, TimeZone::system(), &clock, stop).await
        }),
        Command::Send => {
            work(config()?, async |config, clock, stop| patuh_agent::send(&config, &clock, stop).await)
        }
        Command::Lldp { folder } => {
            log();
            lldp::listen(&Roots::live(), &folder, &moment).map(|never| match never {}).map_err(Into::into)
        }
        Command::Status { json } => status(json, &config()?),
        Command::Record { what: Recorded::Backup(told) } => record(&told, &config()?),
        Command::Drill { set, scheduled } => hold_drills(set.as_deref(), scheduled, &config()?),
        Command::CheckConfig { file } => check_config(file.or(named)),
    }
}

fn report(root: Option<PathBuf>, pretty: bool, config: &Config) -> Result<()> {
    let roots = match root {
        None => Roots::live(),
        Some(dir) => {
            std::fs::read_dir(&dir).with_context(|| format!("membaca direktori {} gagal", dir.display()))?;
            Roots::at(&dir)
        }
    };
    let report = patuh_agent::read(&roots, config, &GROUPS.map(|(_, group)| group), false, now());
    let json = if pretty { serde_json::to_string_pretty(&report) } else { serde_json::to_string(&report) };
    print(&format!("{}\n", json?));
    Ok(())
}

fn enrol(collector: &str, token: &Token, config: &Config) -> Result<()> {
    let grant = runtime()?.block_on(uplink::enrol(&config.state, collector, token, now()))?;
    print(&format!(
        "Server ini terdaftar untuk Perangkat Daerah {} dengan nama agen {}.\n\
         Agen lalu berjalan dengan sendirinya; bila tidak: sudo systemctl start patuh-agent.target\n\
         Keadaannya: sudo patuh-agent status\n",
        grant.office, grant.agent
    ));
    Ok(())
}

fn status(json: bool, config: &Config) -> Result<()> {
    let (zone, now) = (TimeZone::system(), now());
    let status = Status::read(config, zone.clone(), now)?;
    if json {
        print(&format!("{}\n", serde_json::to_string_pretty(&status)?));
    } else {
        print(&Words { status: &status, zone, now });
    }
    Ok(())
}

/// Whoever forgot the pipe is not left waiting.
fn record(told: &Told, config: &Config) -> Result<()> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        record::backup(&config.state, told, std::io::empty(), now())?;
    } else {
        record::backup(&config.state, told, stdin.lock(), now())?;
    }
    Ok(())
}

/// Holds drills until they are done or somebody wants them to end.
fn hold_drills(set: Option<&str>, scheduled: bool, config: &Config) -> Result<()> {
    log();
    let (settings, roots) = (config.drill.clone().unwrap_or_default(), Roots::live());
    let by = if scheduled { "schedule".to_owned() } else { asker() };
    let order = Order { settings: &settings, backup: &config.backup, state: &config.state, set, by: &by };
    let (done, held) = oneshot::channel();
    let runtime = runtime()?;
    let tally = std::thread::scope(|scope| {
        scope.spawn(|| {
            let _ = done.send(drill::run(&roots, &order, &now, &mut |event| print(&Drilled(event))));
        });
        runtime.block_on(unless_ended(&roots, held))
    })?;
    ensure!(tally.failed == 0, "{} latihan gagal; sebabnya di atas", tally.failed);
    if !tally.is_good() {
        bail!("tidak satu cadangan pun dapat dilatih; sebabnya di atas");
    }
    Ok(())
}

/// What came of the drills; when the process is told to end, they are ended first.
async fn unless_ended(
    roots: &Roots,
    mut held: oneshot::Receiver<Result<drill::Tally, drill::Error>>,
) -> Result<drill::Tally> {
    let mut signals = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()].map(signal);
    let [Ok(terminate), Ok(interrupt), Ok(hangup)] = &mut signals else { bail!("menyiapkan proses gagal") };
    tokio::select! {
        tally = &mut held => return Ok(tally.context("latihan terhenti oleh kesalahan dalam agen")??),
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hangup.recv() => {}
    }
    roots.stop_jobs();
    match tokio::time::timeout(PATIENCE, held).await {
        Ok(tally) => Ok(tally.context("latihan terhenti oleh kesalahan dalam agen")??),
        // It waits for a disk that does not answer. The next drill clears away what this one leaves.
        Err(_) => std::process::exit(1),
    }
}

/// How long drills that were told to end are waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// The account that asked, also through sudo.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn asker() -> String {
    let named = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    named.unwrap_or_else(|| "root".to_owned())
}

fn check_config(file: Option<PathBuf>) -> Result<()> {
    let config = Config::load(file.as_deref())?;
    let named = file.unwrap_or_else(|| PathBuf::from(DEFAULT_PATH));
    let verdict = if named.exists() { "benar" } else { "tidak ada; agen memakai nilai bawaan" };
    let mut text =
        format!("{}: {verdict}.\n\nWaktu baca berikutnya, sebelum penundaan server ini", named.display());
    let splay = config.schedule.splay_minutes;
    let _ = writeln!(text, " (paling lama {splay} menit):");
    let zone = TimeZone::system();
    let settings = patuh_agent::schedule::Settings { splay_minutes: 0, ..config.schedule };
    let timetable = Timetable::new(&settings, &AgentId::of_key(&[]), zone.clone());
    for (group, next) in timetable.upcoming(now()) {
        let next = next.map_or_else(|| "tidak pernah lagi".to_owned(), |next| time(next, &zone));
        let _ = writeln!(text, "  {group:<9} {next}");
    }
    let restic = config.backup.restic.iter().map(|r| format!("{} (restic, {})", r.name, r.repository));
    let borg = config.backup.borg.iter().map(|b| format!("{} (borg, {})", b.name, b.repository));
    let dumps = config.backup.dumps.iter().map(|d| format!("{} (dump, {})", d.name, d.glob));
    let trees = config.backup.tree.iter().map(|t| format!("{} (salinan, {})", t.name, t.path));
    let backups: Vec<_> = restic.chain(borg).chain(dumps).chain(trees).collect();
    let none = "tidak ada yang disebut; yang dikenali sendiri tetap dilaporkan";
    let list = if backups.is_empty() { none.to_owned() } else { backups.join(", ") };
    let _ = writeln!(text, "Pencadangan: {list}");
    print(&text);
    Ok(())
}

/// Runs a half of the agent until it is told to end.
fn work<E: std::error::Error + Send + Sync + 'static>(
    config: Config,
    half: impl AsyncFnOnce(Config, Clock, Stop) -> Result<(), E>,
) -> Result<()> {
    log();
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        let (stop, stopped) = watch::channel(false);
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let half = half(config, Arc::new(now), stopped);
        tokio::pin!(half);
        tokio::select! {
            ended = &mut half => return ended.map_err(anyhow::Error::new),
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("ending");
        let _ = stop.send(true);
        half.await.map_err(anyhow::Error::new)
    });
    // A sensor may still wait for a disk; what it reads is not needed any more.
    runtime.shutdown_timeout(Duration::from_millis(100));
    ended
}

fn runtime() -> Result<Runtime> {
    Builder::new_current_thread().enable_all().build().context("menyiapkan proses gagal")
}

/// Log lines go to standard error, which the journal keeps and dates.
fn log() {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .without_time()
        .with_target(false)
        .init();
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn moment() -> Moment {
    let up = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Moment { wall: now(), up: up.try_into().unwrap_or_default() }
}

/// The one printer: what a command was asked for. Whoever closed the pipe wants no more of it.
fn print(text: &dyn Display) {
    let _ = write!(std::io::stdout().lock(), "{text}");
}

/// Why it was not done.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "patuh-agent: {text}");
}
