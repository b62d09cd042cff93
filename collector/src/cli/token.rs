//! `token create`.

use std::io::{IsTerminal, Write};

use anyhow::{Result, bail};
use jiff::SignedDuration;
use patuh_collector::Premises;
use patuh_collector::config::Config;
use patuh_collector::identity::enrolment;
use patuh_compliance::wording::moment;
use patuh_protocol::digest::Digest;
use patuh_protocol::enrolment::Token;

use super::WHO;
use super::arguments::TokenCreate;

/// Makes tokens and prints them, one a line: the only time they are seen.
pub(super) async fn create(premises: Premises, asked: &TokenCreate, out: &mut impl Write) -> Result<()> {
    let Premises { config, clock, authority, .. } = &premises;
    check(config, asked)?;
    let expires = clock() + SignedDuration::from_hours(i64::from(asked.valid_hours));
    let until = moment(expires, config.government.zone());
    for _ in 0..asked.count {
        let token = enrolment::token(asked.opd.clone(), authority.digest())?;
        let place = asked.site.as_ref().map(|site| format!(", lokasi {}", config.site_name(site)));
        let (office, place) = (config.office_name(&asked.opd), place.unwrap_or_default());
        let about = format!("token {} untuk {office}{place}, berlaku sampai {until}", token.id);
        premises.record(WHO, "token.create", about).await?;
        add(&premises, asked, &token, expires).await?;
        writeln!(out, "{token}")?;
    }
    hint(config, &until);
    Ok(())
}

fn check(config: &Config, asked: &TokenCreate) -> Result<()> {
    if config.office(&asked.opd).is_none() {
        let known: Vec<_> = config.offices.iter().map(|office| office.code.as_str()).collect();
        bail!(
            "perangkat daerah {:?} tidak ada dalam konfigurasi; yang ada: {}",
            asked.opd.as_str(),
            known.join(", ")
        );
    }
    if let Some(site) = asked.site.as_ref().filter(|site| config.site(site).is_none()) {
        let known: Vec<_> = config.sites.iter().map(|site| site.code.as_str()).collect();
        bail!("lokasi {:?} tidak ada dalam konfigurasi; yang ada: {}", site.as_str(), known.join(", "));
    }
    Ok(())
}

async fn add(
    premises: &Premises,
    asked: &TokenCreate,
    token: &Token,
    expires: jiff::Timestamp,
) -> Result<()> {
    let secret = Digest::of(token.secret.as_bytes());
    let (store, now) = (&premises.store, (premises.clock)());
    store.add_token(&token.id, secret, &asked.opd, asked.site.as_ref(), now, expires).await?;
    Ok(())
}

/// What to do with it, when a person is looking.
fn hint(config: &Config, until: &str) {
    if std::io::stdout().is_terminal() {
        let host = config.agents.hosts.first().map_or("ALAMAT", String::as_str);
        let port = config.agents.listen.port();
        let mut err = std::io::stderr();
        let _ = writeln!(
            err,
            "\nBerlaku sampai {until}, sekali pakai, tidak dapat ditampilkan lagi. Pada server:"
        );
        let _ = writeln!(err, "  patuh-agent enrol --collector https://{host}:{port} --token TOKEN");
    }
}
