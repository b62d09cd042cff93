//! `patuh-agent`: the only place that reads arguments, clock and environment, and that prints.

use std::fmt::{Display, Write as _};
use std::io::{IsTerminal, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::error::{ContextKind, ErrorKind};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use patuh_agent::config::{Config, DEFAULT_PATH};
use patuh_agent::drill::{self, Order};
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

/// Agen Patuh: membaca inventaris dan status pencadangan server ini, lalu melaporkannya ke Kolektor Pusat.
#[derive(Parser)]
#[command(name = "patuh-agent", version, disable_help_flag = true, disable_version_flag = true)]
#[command(disable_help_subcommand = true, subcommand_help_heading = "Perintah", subcommand_required = true)]
#[command(override_usage = "patuh-agent PERINTAH [PILIHAN]", help_template = TEMPLATE, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Berkas konfigurasi; bawaannya /etc/patuh/agent.toml, dan boleh tidak ada
    #[arg(long, value_name = "BERKAS", global = true, help_heading = "Pilihan")]
    config: Option<PathBuf>,
    /// Tampilkan bantuan ini
    #[arg(long, short = 'h', global = true, action = clap::ArgAction::HelpShort, help_heading = "Pilihan")]
    help: Option<bool>,
    /// Tampilkan versi
    #[arg(long, short = 'V', action = clap::ArgAction::Version, help_heading = "Pilihan")]
    version: Option<bool>,
}

const TEMPLATE: &str = "{about}\n\nPemakaian: {usage}\n\n{all-args}{after-help}";

const EXAMPLES: &str = "\
Contoh:
  patuh-agent report --pretty          lihat laporan server ini; tidak ada yang dikirim
  sudo patuh-agent enrol --collector https://patuh.contoh.go.id:8443 --token TOKEN
                                       daftarkan server ini, sekali saja
  sudo patuh-agent status              bagaimana keadaan agen
  sudo patuh-agent drill               latih pemulihan semua cadangan, sekarang
  patuh-agent check-config             periksa /etc/patuh/agent.toml

Sesudah didaftarkan, agen dijalankan systemd: patuh-sense (membaca) dan patuh-send (mengirim).";

const DRILLS: &str = "\
Repositori tidak dikunci dan tidak ditulisi; folder sementara selalu dibersihkan. Hasilnya dicatat dan ikut laporan
berikutnya. Kode keluar 1 bila ada yang tidak kembali sebagaimana mestinya.

Contoh:
  sudo patuh-agent drill                    latih semua cadangan di /etc/patuh/agent.toml
  sudo patuh-agent drill --set berkas-harian";

#[derive(Subcommand)]
enum Command {
    /// Tampilkan laporan server ini sebagai JSON; tidak ada yang dikirim
    #[command(override_usage = "patuh-agent report [PILIHAN]", help_template = TEMPLATE)]
    Report {
        /// Baca server yang disimpan dalam direktori ini, bukan server ini
        #[arg(long, value_name = "DIREKTORI", help_heading = "Pilihan")]
        root: Option<PathBuf>,
        /// Tulis JSON berbaris-baris agar mudah dibaca
        #[arg(long, help_heading = "Pilihan")]
        pretty: bool,
    },
    /// Daftarkan server ini: buat kunci dan minta sertifikat
    #[command(help_template = TEMPLATE)]
    #[command(override_usage = "patuh-agent enrol --collector ALAMAT --token TOKEN [PILIHAN]")]
    Enrol {
        /// Alamat Kolektor Pusat, misalnya https://patuh.contoh.go.id:8443
        #[arg(long, value_name = "ALAMAT", help_heading = "Pilihan")]
        collector: String,
        /// Token Pendaftaran dari Dinas Kominfo; berlaku sekali
        #[arg(long, value_name = "TOKEN", help_heading = "Pilihan")]
        token: Token,
    },
    /// Baca dan kirim sekaligus, dalam satu proses, sampai dihentikan
    #[command(override_usage = "patuh-agent run [PILIHAN]", help_template = TEMPLATE)]
    Run,
    /// Hanya baca server menurut jadwal; tidak pernah membuka sambungan ke jaringan
    #[command(override_usage = "patuh-agent sense [PILIHAN]", help_template = TEMPLATE)]
    Sense,
    /// Hanya kirim laporan yang menunggu; tidak perlu hak membaca server
    #[command(override_usage = "patuh-agent send [PILIHAN]", help_template = TEMPLATE)]
    Send,
    /// Tampilkan keadaan agen: laporan dan bukti terima terakhir, yang menunggu, masalah
    #[command(override_usage = "patuh-agent status [PILIHAN]", help_template = TEMPLATE)]
    Status {
        /// Tulis sebagai JSON, untuk program lain
        #[arg(long, help_heading = "Pilihan")]
        json: bool,
    },
    /// Catat hasil satu kali pencadangan; dipanggil oleh skrip pencadangan itu sendiri
    #[command(override_usage = "patuh-agent record backup --set NAMA [PILIHAN] < KELUARAN", help_template = TEMPLATE)]
    #[command(subcommand_help_heading = "Perintah", disable_help_subcommand = true)]
    Record {
        #[command(subcommand)]
        what: Recorded,
    },
    /// Latih pemulihan: kembalikan sebagian isi cadangan terbaru ke folder sementara, dan periksa
    #[command(override_usage = "patuh-agent drill [PILIHAN]", help_template = TEMPLATE, after_help = DRILLS)]
    Drill {
        /// Hanya cadangan yang bernama ini di agent.toml; bawaannya semua
        #[arg(long, value_name = "NAMA", help_heading = "Pilihan")]
        set: Option<String>,
        /// Atas permintaan jadwal, bukan orang
        #[arg(long, hide = true)]
        scheduled: bool,
    },
    /// Periksa berkas konfigurasi dan tunjukkan semua kesalahannya
    #[command(override_usage = "patuh-agent check-config [BERKAS]", help_template = TEMPLATE)]
    CheckConfig {
        /// Berkas yang diperiksa; bawaannya /etc/patuh/agent.toml
        #[arg(value_name = "BERKAS", help_heading = "Pilihan")]
        file: Option<PathBuf>,
    },
}

/// What a job may tell of.
#[derive(Subcommand)]
enum Recorded {
    /// Satu kali pencadangan: keluaran restic atau borg dengan --json, kode keluar, atau berkas dump
    #[command(override_usage = "patuh-agent record backup --set NAMA [PILIHAN] < KELUARAN", help_template = TEMPLATE)]
    Backup(#[command(flatten)] Told),
}

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

/// Wrong arguments, in one Indonesian sentence.
fn misused(error: &clap::Error) -> String {
    let context = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let (argument, value) = (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue));
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("pilihan {argument} tidak dikenal"),
        ErrorKind::InvalidSubcommand => {
            format!("perintah {} tidak dikenal", context(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "perintah belum disebut".to_owned()
        }
        ErrorKind::MissingRequiredArgument => format!("yang wajib belum disebut: {argument}"),
        ErrorKind::ArgumentConflict => format!("pilihan {argument} disebut lebih dari sekali"),
        ErrorKind::InvalidValue if value.is_empty() => format!("pilihan {argument} belum diberi nilai"),
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            format!("nilai untuk {argument} tidak dapat dipakai: {why}")
        }
        _ => error.to_string(),
    };
    format!("{what}. Lihat patuh-agent --help")
}

/// The one printer: what a command was asked for. Whoever closed the pipe wants no more of it.
fn print(text: &dyn Display) {
    let _ = write!(std::io::stdout().lock(), "{text}");
}

/// Why it was not done.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "patuh-agent: {text}");
}
