//! Who can open encrypted backups beside the one who made them: whoever has the only key and falls ill, takes the
//! backups along. The key itself is never written down here; what looks like one is refused.

use std::collections::BTreeMap;

use jiff::civil::Date;
use patuh_compliance::estate;
use patuh_protocol::id::{BadId, Code};
use serde::{Deserialize, Serialize};

use super::Official;
use super::official::nip;
use crate::columns::columns;
use crate::numbered::numbered;
use crate::register::written::{a_day, day, tidy};

/// What a form sent, by field.
type Typed = BTreeMap<String, String>;

/// The most characters of a text.
const TEXT: usize = 200;

/// So many signs in one word, all of them those of hex digits or base64, are a key rather than a name.
const KEY: usize = 40;

numbered! {
    /// The number of an attestation that somebody else holds a key, written `K-000001`.
    EscrowId, "K", "pemegang kunci"
}

/// Somebody attested that a second person holds the key of encrypted backups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escrow {
    /// Its number.
    pub id: EscrowId,
    /// The office whose backups they are.
    pub office: Code,
    /// The backup set; `None` for all of the office.
    pub set: Option<String>,
    /// The second holder.
    pub holder: Official,
    /// Where and how the key is kept, in words: `amplop tersegel di brankas Inspektorat`.
    pub kept: String,
    /// The document that says so.
    pub document: String,
    /// The day it was attested.
    pub attested_on: Date,
    /// Its last day.
    pub until: Option<Date>,
    /// The day it was ended before its time.
    pub ended_on: Option<Date>,
    /// Anything else.
    pub note: String,
}

columns! {
    /// A field of the form.
    EscrowField:
    /// The office: its code.
    Office, "pd", "Kode PD";
    /// The backup set.
    Set, "set", "Set cadangan";
    /// Name of the second holder.
    Holder, "pemegang", "Pemegang kedua";
    /// Their NIP.
    Nip, "nip", "NIP";
    /// Their position.
    Position, "jabatan", "Jabatan";
    /// Where and how the key is kept.
    Kept, "disimpan", "Cara dan tempat menyimpan";
    /// Number of the document.
    Document, "dokumen", "Nomor dokumen";
    /// The day it was attested.
    AttestedOn, "tanggal", "Tanggal pernyataan";
    /// Its last day.
    Until, "sampai", "Berlaku sampai";
    /// Keterangan.
    Note, "keterangan", "Keterangan";
}

impl EscrowField {
    /// What is in it, as people write it.
    #[must_use]
    pub fn get(self, escrow: &Escrow) -> String {
        match self {
            Self::Office => escrow.office.to_string(),
            Self::Set => escrow.set.clone().unwrap_or_default(),
            Self::Holder => escrow.holder.name.clone(),
            Self::Nip => escrow.holder.nip.clone(),
            Self::Position => escrow.holder.position.clone(),
            Self::Kept => escrow.kept.clone(),
            Self::Document => escrow.document.clone(),
            Self::AttestedOn => day(Some(escrow.attested_on)),
            Self::Until => day(escrow.until),
            Self::Note => escrow.note.clone(),
        }
    }
}

impl Escrow {
    /// What was typed, as an attestation as of `today`.
    ///
    /// # Errors
    /// What is wrong, by field, in Indonesian.
    pub fn read(typed: &Typed, today: Date) -> Result<Self, BTreeMap<EscrowField, String>> {
        let tidied = |field: EscrowField| (field, tidy(typed.get(field.slug()).map_or("", String::as_str)));
        let texts: BTreeMap<EscrowField, String> = EscrowField::ALL.into_iter().map(tidied).collect();
        let text = |field| texts.get(&field).cloned().unwrap_or_default();
        let mut wrong = faults(&texts);
        let office =
            text(EscrowField::Office).to_lowercase().parse().map_err(|error: BadId| error.to_string());
        let office: Option<Code> = kept(&mut wrong, EscrowField::Office, office);
        let nip = kept(&mut wrong, EscrowField::Nip, nip(&text(EscrowField::Nip)));
        let attested = attested(&text(EscrowField::AttestedOn), today);
        let attested_on = kept(&mut wrong, EscrowField::AttestedOn, attested);
        let until = kept(&mut wrong, EscrowField::Until, a_day(&text(EscrowField::Until)));
        if until.flatten().zip(attested_on).is_some_and(|(until, from)| until < from) {
            wrong.insert(EscrowField::Until, "lebih awal daripada tanggal pernyataan".to_owned());
        }
        match (office, nip, attested_on, until) {
            (Some(office), Some(nip), Some(attested_on), Some(until)) if wrong.is_empty() => Ok(Self {
                id: EscrowId(0),
                office,
                set: Some(text(EscrowField::Set)).filter(|set| !set.is_empty()),
                holder: Official {
                    name: text(EscrowField::Holder),
                    nip,
                    position: text(EscrowField::Position),
                },
                kept: text(EscrowField::Kept),
                document: text(EscrowField::Document),
                attested_on,
                until,
                ended_on: None,
                note: text(EscrowField::Note),
            }),
            _ => Err(wrong),
        }
    }

    /// Whether it holds on `today`.
    #[must_use]
    pub fn in_force(&self, today: Date) -> bool {
        self.ended_on.is_none() && self.until.is_none_or(|until| until >= today)
    }

    /// What it is about, in words: the office, and the set where it is about one.
    #[must_use]
    pub fn about(&self) -> String {
        let set = self.set.as_deref().map_or("semua set".to_owned(), |set| format!("set {set}"));
        format!("{}, {set}, pemegang kedua {}", self.office, self.holder.words())
    }

    /// The attestation as it is judged on `today`; `None` when it no longer holds.
    #[must_use]
    pub fn judged(&self, today: Date) -> Option<estate::Escrow> {
        self.in_force(today).then(|| estate::Escrow {
            office: self.office.to_string(),
            set: self.set.clone(),
            holder: self.holder.words(),
            document: self.document.clone(),
            attested_on: self.attested_on,
        })
    }
}

/// What is wrong with texts, whatever stands in them: too long, missing, or a key.
fn faults(texts: &BTreeMap<EscrowField, String>) -> BTreeMap<EscrowField, String> {
    let needed = [EscrowField::Holder, EscrowField::Position, EscrowField::Document];
    let fault = |(field, text): (&EscrowField, &String)| {
        let what = if looks_secret(text) {
            "ini terlihat seperti kunci; kunci dan kata sandi tidak pernah ditulis di sini"
        } else if text.chars().count() > TEXT {
            "terlalu panjang; paling banyak 200 huruf"
        } else if text.is_empty() && needed.contains(field) {
            "harus diisi"
        } else {
            return None;
        };
        Some((*field, what.to_owned()))
    };
    texts.iter().filter_map(fault).collect()
}

/// The value, or what is wrong with it, unless something else is already.
fn kept<T>(
    wrong: &mut BTreeMap<EscrowField, String>,
    field: EscrowField,
    read: Result<T, String>,
) -> Option<T> {
    read.map_err(|what| wrong.entry(field).or_insert(what)).ok()
}

/// The day of an attestation, which has come.
fn attested(written: &str, today: Date) -> Result<Date, String> {
    let day = a_day(written)?.ok_or_else(|| "harus diisi".to_owned())?;
    if day > today { Err("belum tiba".to_owned()) } else { Ok(day) }
}

/// Whether a second holder is attested on `today` for `set` of `office`.
#[must_use]
pub fn holds(escrows: &[Escrow], office: &str, set: &str, today: Date) -> bool {
    escrows.iter().any(|it| {
        it.in_force(today) && it.office.as_str() == office && it.set.as_deref().is_none_or(|own| own == set)
    })
}

/// Whether a text is a key rather than words about one: PEM, age, borg's key export, or one long word of hex digits or
/// base64.
fn looks_secret(text: &str) -> bool {
    let upper = text.to_uppercase();
    let marked = ["-----BEGIN", "PRIVATE KEY", "AGE-SECRET-KEY-", "BORG_KEY", "BORG PAPER KEY"];
    let coded = |word: &str| {
        word.chars().count() >= KEY
            && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_'))
    };
    marked.iter().any(|mark| upper.contains(mark)) || text.split_whitespace().any(coded)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 11, 22);

    fn typed(changes: &[(&str, &str)]) -> BTreeMap<String, String> {
        let whole = [
            ("pd", "dinkes"),
            ("pemegang", "dr. Siti Aminah"),
            ("jabatan", "Sekretaris Dinas"),
            ("dokumen", "700/12/2026"),
            ("tanggal", "1-11-2026"),
        ];
        whole.iter().chain(changes).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn check(changes: &[(&str, &str)], expected: &[EscrowField]) {
        let wrong = Escrow::read(&typed(changes), TODAY).err().unwrap_or_default();
        assert_eq!(wrong.keys().copied().collect::<Vec<_>>(), expected, "{changes:?}: {wrong:?}");
    }

    #[test]
    fn an_attestation_names_who_and_by_which_document() {
        check(&[], &[]);
        check(&[("pemegang", " "), ("dokumen", "")], &[EscrowField::Holder, EscrowField::Document]);
        check(&[("pd", "Dinas Kesehatan")], &[EscrowField::Office]);
        check(&[("nip", "12")], &[EscrowField::Nip]);
        check(&[("tanggal", "")], &[EscrowField::AttestedOn]);
        check(&[("tanggal", "23-11-2026")], &[EscrowField::AttestedOn]);
        check(&[("sampai", "31-10-2026")], &[EscrowField::Until]);
        check(&[("sampai", "1-11-2027"), ("set", "harian"), ("nip", "198512252009031003")], &[]);
    }

    #[test]
    fn keys_are_refused() {
        for key in [
            "-----BEGIN OPENSSH PRIVATE KEY-----",
            "kunci: AGE-SECRET-KEY-1QQPPPP",
            "BORG_KEY 0f3a",
            &"0a".repeat(32),
            "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
        ] {
            check(&[("keterangan", key)], &[EscrowField::Note]);
        }
        check(&[("keterangan", "amplop tersegel nomor 3 di brankas Inspektorat, lantai 2")], &[]);
    }

    #[test]
    fn it_holds_until_its_last_day() {
        let mut escrow = Escrow::read(&typed(&[("sampai", "22-11-2026")]), TODAY).unwrap();
        let holds = |escrow: &Escrow, set: &str| holds(std::slice::from_ref(escrow), "dinkes", set, TODAY);
        assert!(escrow.in_force(TODAY) && !escrow.in_force(TODAY.tomorrow().unwrap()));
        assert!(holds(&escrow, "harian"));
        escrow.set = Some("mingguan".into());
        assert!(!holds(&escrow, "harian") && holds(&escrow, "mingguan"));
        assert_eq!(escrow.judged(TODAY).unwrap().holder, "dr. Siti Aminah, Sekretaris Dinas");
        escrow.ended_on = Some(TODAY);
        assert_eq!(escrow.judged(TODAY), None);
    }
}
