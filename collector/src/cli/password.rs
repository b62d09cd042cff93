//! `user password`.

use std::io::{IsTerminal, Write};

use anyhow::{Context, Result, ensure};
use patuh_collector::Premises;
use patuh_collector::identity::password::{self, SHORTEST};
use patuh_collector::store::UserRow;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use super::WHO;

/// Makes a user or gives it another password, read from standard input.
pub(super) async fn set(premises: Premises, name: &str, out: &mut impl Write) -> Result<()> {
    let sound = |c: char| c.is_ascii_alphanumeric() || ".-_@".contains(c);
    ensure!(
        !name.is_empty() && name.len() <= 64 && name.chars().all(sound),
        "nama pengguna {name:?} tidak dapat dipakai; gunakan huruf, angka, titik, tanda hubung, garis bawah atau @"
    );
    let plain = read().context("kata sandi tidak dapat dibaca dari masukan standar")?;
    ensure!(
        plain.chars().count() >= SHORTEST,
        "kata sandi terlalu pendek; pakai paling sedikit {SHORTEST} huruf"
    );
    let hash = tokio::task::spawn_blocking(move || password::hash(&plain)).await??;
    let there = premises.store.user(name).await?.is_some();
    premises.record(WHO, "user.password", format!("pengguna {name}")).await?;
    let user = UserRow { name: name.to_owned(), password: hash, must_change: false };
    premises.store.put_user(&user, (premises.clock)()).await?;
    premises.store.end_sessions_of(name).await?;
    let done = if there { "Kata sandi pengguna diganti" } else { "Pengguna baru dibuat" };
    writeln!(out, "{done}: {name}")?;
    Ok(())
}

/// The first line of standard input; at a terminal without showing what is typed.
fn read() -> Result<String> {
    let stdin = std::io::stdin();
    let mut line = String::new();
    if !stdin.is_terminal() {
        stdin.read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let shown = tcgetattr(&stdin)?;
    let mut hidden = shown.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    let mut err = std::io::stderr();
    write!(err, "Kata sandi baru: ")?;
    tcsetattr(&stdin, OptionalActions::Flush, &hidden)?;
    let read = stdin.read_line(&mut line);
    tcsetattr(&stdin, OptionalActions::Flush, &shown)?;
    writeln!(err)?;
    read?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
