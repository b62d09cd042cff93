//! `patuh-collector`: arguments, clock, log and exit code; the commands are in [`cli`].

mod cli;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use jiff::Timestamp;
use patuh_collector::clock::Clock;
use tracing_subscriber::EnvFilter;

use cli::{Arguments, Outcome};

fn main() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(words) => return words.print(),
    };
    log();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let ended = runtime.map_err(anyhow::Error::from).and_then(|runtime| {
        let mut out = std::io::stdout().lock();
        let ended = runtime.block_on(cli::run(arguments, clock(), &mut out));
        // A reader that has seen enough (`| head`) is no fault.
        let _ = out.flush();
        ended
    });
    match ended {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::LedgerBroken) => ExitCode::from(3),
        Err(error) => complain(&error),
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn clock() -> Clock {
    Arc::new(Timestamp::now)
}

/// The log goes to standard error; `RUST_LOG` says what is in it.
fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let ansi = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(ansi).init();
}

/// One sentence, then what led to it.
fn complain(error: &anyhow::Error) -> ExitCode {
    if error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe) {
        return ExitCode::SUCCESS;
    }
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "Kesalahan: {error}");
    for cause in error.chain().skip(1) {
        let _ = writeln!(err, "  sebab: {cause}");
    }
    ExitCode::FAILURE
}
