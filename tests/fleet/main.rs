//! `patuh-fleet`: a kabupaten full of simulated servers that talk to a real collector. Each has its own
//! keys and goes the whole way of a real agent: enrolment by token, signed and spooled reports, mutual TLS,
//! receipts that are checked. Only the host before it is made up, out of fixtures and `kabupaten.toml`.

mod agent;
mod backups;
mod contents;
mod crowd;
mod dress;
mod lan;
mod parts;
mod plan;
mod witness;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use clap::Parser;
use jiff::Timestamp;
use patuh_protocol::enrolment::Token;
use patuh_protocol::id::Code;

use crate::crowd::{Crowd, Tokens, Totals};
use crate::lan::Part;

/// Server simulasi sebuah kabupaten, melalui protokol yang sesungguhnya
#[derive(Parser)]
#[command(name = "patuh-fleet", version)]
struct Arguments {
    /// Berapa server
    #[arg(long, default_value_t = 40)]
    agents: usize,
    /// Alamat kolektor untuk agen, misalnya https://127.0.0.1:8443
    #[arg(long, required_unless_present = "needs")]
    collector: Option<String>,
    /// Berkas token: satu per baris, `TOKEN LOKASI` (lokasi `-` bila tidak dicatat)
    #[arg(long, required_unless_present = "needs")]
    tokens: Option<PathBuf>,
    /// Direktori host rujukan
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/hosts"))]
    hosts: PathBuf,
    /// Berapa kali tiap server melapor
    #[arg(long, default_value_t = 1)]
    rounds: u32,
    /// Detik antara dua putaran
    #[arg(long, default_value_t = 0)]
    every: u64,
    /// Sertakan riwayat jaringan dua minggu terakhir; kabel yang pindah, pindah sebelum putaran terakhir
    #[arg(long)]
    network: bool,
    /// Menunggu sampai berkas ini ada sebelum putaran terakhir
    #[arg(long)]
    hold: Option<PathBuf>,
    /// Hanya mencetak token yang diperlukan: `PD LOKASI JUMLAH` tiap baris
    #[arg(long)]
    needs: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("patuh-fleet: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<()> {
    let hosts = plan::hosts(arguments.agents)?;
    let (Some(url), Some(tokens), false) = (&arguments.collector, &arguments.tokens, arguments.needs) else {
        print(&needs(&hosts));
        return Ok(());
    };
    let mut tokens = read_tokens(tokens)?;
    let state = tempfile::tempdir().context("direktori sementara tidak dapat dibuat")?;
    let begun = begin();
    let mut crowd = Crowd::enrol(hosts, &arguments.hosts, state.path(), url, &mut tokens, now()).await?;
    tell(&format!("  {} server terdaftar", crowd.len()));
    let mut all = Totals { enrolled: crowd.len(), ..Totals::default() };
    if arguments.network {
        crowd.look(Part::Before, now()).await?;
        tell("  riwayat jaringan dua minggu terakhir dikirim");
    }
    for round in 1..=arguments.rounds {
        if round > 1 {
            tokio::time::sleep(Duration::from_secs(arguments.every)).await;
        }
        if round > 1 && round == arguments.rounds {
            wait_for(arguments.hold.as_deref()).await;
            if arguments.network {
                crowd.look(Part::Last, now()).await?;
            }
        }
        let totals = crowd.round(round, now()).await?;
        tell(&format!(
            "  putaran {round}: {} laporan dikirim, {} tanda terima sah",
            totals.sent, totals.receipts
        ));
        all.sent += totals.sent;
        all.receipts += totals.receipts;
    }
    let seconds = format!("{:.1}", begun.elapsed().as_secs_f64()).replace('.', ",");
    let Totals { enrolled, sent, receipts } = all;
    tell(&format!(
        "Selesai: {enrolled} server, {sent} laporan dikirim, {receipts} tanda terima diperiksa dan sah, {seconds} detik."
    ));
    Ok(())
}

/// Waits until `file` is there.
async fn wait_for(file: Option<&Path>) {
    while file.is_some_and(|file| !file.exists()) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn needs(hosts: &[plan::Host]) -> String {
    let mut text = String::new();
    for ((office, site), count) in plan::needs(hosts) {
        let _ = writeln!(text, "{office} {} {count}", site.as_ref().map_or("-", Code::as_str));
    }
    text
}

fn read_tokens(path: &Path) -> Result<Tokens> {
    let text = std::fs::read_to_string(path).with_context(|| format!("berkas token {}", path.display()))?;
    let mut tokens = Tokens::new();
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = || format!("{}, baris {}", path.display(), i + 1);
        let mut words = line.split_whitespace();
        let token: Token = words.next().unwrap_or_default().parse().with_context(place)?;
        let site =
            words.next().filter(|site| *site != "-").map(str::parse).transpose().with_context(place)?;
        tokens.entry((token.office.clone(), site)).or_default().push(token);
    }
    Ok(tokens)
}

#[expect(clippy::disallowed_methods, reason = "the program's own clock")]
fn now() -> Timestamp {
    Timestamp::now()
}

#[expect(clippy::disallowed_methods, reason = "the program's own clock")]
fn begin() -> Instant {
    Instant::now()
}

#[expect(clippy::print_stderr, reason = "the program's only printer of progress")]
fn tell(line: &str) {
    eprintln!("{line}");
}

#[expect(clippy::print_stdout, reason = "the program's only printer of results")]
fn print(text: &str) {
    print!("{text}");
}
