//! `api-token`.

use std::io::{IsTerminal, Write};

use anyhow::{Result, bail};
use jiff::SignedDuration;
use patuh_collector::Premises;
use patuh_collector::api::token::Token;
use patuh_collector::store::ApiToken;
use patuh_compliance::wording::moment;

use super::WHO;
use super::arguments::ApiTokenCreate;

/// Makes a token and prints it: the only time it is seen.
pub(super) async fn create(premises: Premises, asked: &ApiTokenCreate, out: &mut impl Write) -> Result<()> {
    let (config, now) = (&premises.config, (premises.clock)());
    if let Some(office) = asked.opd.as_ref().filter(|office| config.office(office).is_none()) {
        bail!("perangkat daerah {:?} tidak ada dalam konfigurasi", office.as_str());
    }
    let token = Token::new()?;
    let row = ApiToken {
        id: token.id.clone(),
        name: asked.name.clone(),
        office: asked.opd.clone(),
        created_at: now,
        expires_at: now + SignedDuration::from_hours(24 * i64::from(asked.valid_days)),
        used_at: None,
        revoked_at: None,
    };
    let until = moment(row.expires_at, config.government.zone());
    let about = format!("token API {} untuk “{}”, {}, berlaku sampai {until}", row.id, row.name, scope(&row));
    premises.record(WHO, "api-token.create", about).await?;
    premises.store.add_api_token(&row, token.digest()).await?;
    writeln!(out, "{token}")?;
    if std::io::stdout().is_terminal() {
        let mut err = std::io::stderr();
        let _ = writeln!(err, "\nBerlaku sampai {until}, tidak dapat ditampilkan lagi. Pemakaiannya:");
        let _ = writeln!(err, "  curl -H \"Authorization: Bearer TOKEN\" https://ALAMAT/api/v1/servers");
    }
    Ok(())
}

/// Lists all tokens there ever were.
pub(super) async fn list(premises: Premises, out: &mut impl Write) -> Result<()> {
    let (now, zone) = ((premises.clock)(), premises.config.government.zone());
    let tokens = premises.store.api_tokens().await?;
    if tokens.is_empty() {
        writeln!(out, "Belum ada token API. Buat dengan `patuh-collector api-token create --name NAMA`.")?;
    }
    for token in tokens {
        let state = match token.revoked_at {
            Some(at) => format!("dicabut {}", moment(at, zone)),
            None if token.expires_at <= now => format!("kedaluwarsa {}", moment(token.expires_at, zone)),
            None => format!("berlaku sampai {}", moment(token.expires_at, zone)),
        };
        let used =
            token.used_at.map_or("belum dipakai".to_owned(), |at| format!("dipakai {}", moment(at, zone)));
        writeln!(out, "{}  {}, {}; {state}; {used}", token.id, token.name, scope(&token))?;
    }
    Ok(())
}

/// Revokes a token.
pub(super) async fn revoke(premises: Premises, id: &str, out: &mut impl Write) -> Result<()> {
    if !premises.store.revoke_api_token(id, (premises.clock)()).await? {
        bail!("tidak ada token API {id:?} yang masih berlaku; lihat `patuh-collector api-token list`");
    }
    premises.record(WHO, "api-token.revoke", format!("token API {id}")).await?;
    writeln!(out, "Token API {id} dicabut; permintaan berikutnya ditolak.")?;
    Ok(())
}

fn scope(token: &ApiToken) -> String {
    token.office.as_ref().map_or("semua perangkat daerah".to_owned(), |office| format!("hanya {office}"))
}
