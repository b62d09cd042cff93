//! Who holds keys of backups beside those who made them: attested, and ended before its time.

use jiff::Timestamp;
use jiff::civil::Date;
use patuh_protocol::digest::Digest;
use patuh_protocol::receipt::ActLeaf;
use sqlx::any::AnyRow;

use super::Attested;
use crate::ledger::Signer;
use crate::media::{Escrow, EscrowId};
use crate::store::cell::{Cells as _, corrupt, micros, plain};
use crate::store::{Error, Store};

const ESCROWS: &str = "SELECT escrow, idx, at, who, ended_idx FROM escrows \
    WHERE government = $1 ORDER BY office, number DESC";

const HIGHEST: &str = "SELECT COALESCE(MAX(number), 0) AS number FROM escrows WHERE government = $1";

const ADD: &str = "INSERT INTO escrows (government, number, office, escrow, idx, at, who) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const ONE: &str = "SELECT escrow, ended_idx FROM escrows WHERE government = $1 AND number = $2";

const END: &str = "UPDATE escrows SET escrow = $3, ended_idx = $4 WHERE government = $1 AND number = $2";

impl Store {
    /// All attestations there ever were, by office, the newest first.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn escrows(&self) -> Result<Vec<Attested>, Error> {
        self.query(ESCROWS).fetch_all(&self.pool).await?.iter().map(attested).collect()
    }

    /// Writes an attestation with the act that tells of it; returns its number.
    ///
    /// # Errors
    /// [`Error`]: nothing was written, or (when the connection broke during the commit) it is not known.
    pub async fn attest_escrow(
        &self,
        escrow: &Escrow,
        who: &str,
        signer: &Signer,
        now: Timestamp,
    ) -> Result<EscrowId, Error> {
        let (_turn, mut transaction, head) = self.begin().await?;
        let highest = self.query(HIGHEST).fetch_one(&mut *transaction).await?.number("number")?;
        let escrow = Escrow { id: EscrowId(highest + 1), ..escrow.clone() };
        let (text, act) = told(&escrow, "escrow.attest", who, now)?;
        let index = head.size();
        self.append_acts(&mut transaction, head, &[act], signer, now).await?;
        let add = self
            .query(ADD)
            .bind(escrow.id.0.cast_signed())
            .bind(escrow.office.to_string())
            .bind(plain(&text))
            .bind(index.cast_signed())
            .bind(micros(now))
            .bind(plain(who));
        add.execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(escrow.id)
    }

    /// Ends an attestation on `day`, with the act that tells of it. Returns whether there was one to end.
    ///
    /// # Errors
    /// As [`Self::attest_escrow`].
    pub async fn end_escrow(
        &self,
        id: EscrowId,
        day: Date,
        who: &str,
        signer: &Signer,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let (_turn, mut transaction, head) = self.begin().await?;
        let one = self.query(ONE).bind(id.0.cast_signed());
        let Some(row) = one.fetch_optional(&mut *transaction).await? else { return Ok(false) };
        if row.maybe_number("ended_idx")?.is_some() {
            return Ok(false);
        }
        let escrow = Escrow { ended_on: Some(day), ..row.json("escrow")? };
        let (text, act) = told(&escrow, "escrow.end", who, now)?;
        let index = head.size();
        self.append_acts(&mut transaction, head, &[act], signer, now).await?;
        let end = self.query(END).bind(id.0.cast_signed()).bind(plain(&text)).bind(index.cast_signed());
        end.execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// The text of an attestation, and the act that tells of it.
fn told(escrow: &Escrow, act: &str, who: &str, now: Timestamp) -> Result<(String, ActLeaf), Error> {
    let text = serde_json::to_string(escrow).map_err(|error| corrupt("escrow", error))?;
    let digest = Digest::of(text.as_bytes());
    let about = format!("{} {}, dokumen {}; isi sha256:{digest}", escrow.id, escrow.about(), escrow.document);
    Ok((text, ActLeaf { at: now, who: who.to_owned(), act: act.to_owned(), about }))
}

fn attested(row: &AnyRow) -> Result<Attested, Error> {
    Ok(Attested {
        escrow: row.json("escrow")?,
        index: row.number("idx")?,
        at: row.time("at")?,
        who: row.text("who")?,
        ended: row.maybe_number("ended_idx")?,
    })
}
