//! Berita acara penyimpanan media: who handed which media to whom, where they are kept. Malang 23/2020 Pasal 19 ayat
//! (3) wants them apart from the server room; that they are is what both parties sign, not what an agent saw.

use jiff::civil::Date;
use patuh_compliance::pack::{Check, Pack};
use patuh_compliance::wording;
use patuh_protocol::checkpoint::Checkpoint;

use super::paper::{DOTS, Letterhead, Sheet, Signatory, WIDTH};
use super::{Error, words};
use crate::config::Config;
use crate::media::{Medium, Official};

/// The columns of the table of media.
const COLUMNS: [(&str, usize); 6] = [
    ("No.", 480),
    ("Nomor label dan register", 1_450),
    ("Jenis, merek, kapasitas", 1_600),
    ("Nomor seri atau UUID", 1_700),
    ("Isi, ditulis terakhir", WIDTH - 480 - 1_450 - 1_600 - 1_700 - 1_760),
    ("SHA-256 manifes", 1_760),
];

/// Digits of a digest in one line of its column.
const DIGITS: usize = 16;

/// A medium in a berita acara.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMedium {
    /// The medium.
    pub medium: Medium,
    /// When it was last written, in words; empty when that is not known.
    pub written: String,
}

/// What a berita acara says.
#[derive(Clone, Debug, PartialEq)]
pub struct StorageRecord {
    /// The kop.
    pub head: Letterhead,
    /// Its number, where the register has one.
    pub number: String,
    /// The day of the handover; today, where none is registered.
    pub day: Date,
    /// Where the media are kept, in words.
    pub place: String,
    /// Who handed over.
    pub giver: Official,
    /// Who keeps.
    pub keeper: Official,
    /// What was handed over.
    pub media: Vec<StoredMedium>,
    /// The law that it rests on: `Pasal 19 ayat (3) Peraturan Bupati …`.
    pub basis: Vec<String>,
    /// Who has taken note: the head of the Dinas.
    pub witness: Signatory,
    /// The ledger's checkpoint, in a line.
    pub ledger: String,
}

impl StorageRecord {
    /// The berita acara of media that were handed over together; `media` begins with the one that was asked for.
    #[must_use]
    pub fn new(
        config: &Config,
        packs: &[Pack],
        checkpoint: Option<&Checkpoint>,
        media: Vec<StoredMedium>,
        place: String,
        today: Date,
    ) -> Option<Self> {
        let first = media.first()?.medium.clone();
        let dinas = config.offices.iter().find(|office| office.name == config.government.dinas);
        let head = dinas.and_then(|office| office.head.clone());
        let (name, nip) = head.map_or_else(Default::default, |it| (it.name, it.nip.unwrap_or_default()));
        Some(Self {
            head: Letterhead::of(config),
            number: first.handover.document.clone(),
            day: first.handover.on.unwrap_or(today),
            place,
            giver: first.handover.by,
            keeper: first.custodian,
            media,
            basis: packs.iter().flat_map(basis).collect(),
            witness: Signatory { role: format!("Kepala {},", config.government.dinas), name, nip },
            ledger: checkpoint.map_or_else(|| "Buku bukti masih kosong".to_owned(), ledger),
        })
    }

    /// The letter.
    ///
    /// # Errors
    /// [`Error`], when it could not be packed.
    pub fn docx(&self) -> Result<Vec<u8>, Error> {
        let number = if self.number.is_empty() { DOTS } else { &self.number };
        let sheet = Sheet::new(&self.head, &self.ledger)
            .title("BERITA ACARA", true, 0)
            .title("PENYIMPANAN MEDIA CADANGAN DATA", true, 0)
            .title(&format!("Nomor: {number}"), false, 240)
            .text(&format!(
                "Pada hari ini, {} ({}), kami yang bertanda tangan di bawah ini:",
                words::day(self.day),
                self.day.strftime("%d-%m-%Y")
            ));
        let sheet =
            party(sheet, "1.", &self.giver).told("yang menyerahkan, selanjutnya disebut PIHAK PERTAMA; dan");
        let sheet = party(sheet, "2.", &self.keeper)
            .told("yang menerima dan menyimpan, selanjutnya disebut PIHAK KEDUA,");
        let sheet = sheet.text(&self.statement()).table(&COLUMNS, &self.rows()).gap();
        let place = if self.place.is_empty() { DOTS } else { &self.place };
        let sheet = sheet.text(&format!(
            "Media tersebut disimpan di {place}, tempat yang menurut kedua pihak aman dan terpisah dari ruang server \
             yang datanya tersimpan di dalamnya."
        ));
        let sheet = sheet.text(
            "Demikian Berita Acara ini dibuat dengan sebenarnya dalam rangkap 2 (dua) untuk dipergunakan sebagaimana \
             mestinya.",
        );
        sheet.gap().signatures(&self.parties()).gap().signatures(&[self.known()]).docx()
    }

    /// What was done, and by which law.
    fn statement(&self) -> String {
        let basis = match self.basis.as_slice() {
            [] => String::new(),
            all => format!("dalam rangka melaksanakan {}, ", all.join(" dan ")),
        };
        let count = u32::try_from(self.media.len()).unwrap_or(u32::MAX);
        let spelled = words::spelled(count);
        format!(
            "{basis}menyatakan bahwa PIHAK PERTAMA telah menyerahkan dan PIHAK KEDUA telah menerima untuk disimpan \
             {count} ({spelled}) media penyimpanan cadangan data sebagai berikut:"
        )
    }

    fn rows(&self) -> Vec<Vec<Vec<String>>> {
        let row = |(n, stored): (usize, &StoredMedium)| {
            let medium = &stored.medium;
            let written = Some(&stored.written).filter(|text| !text.is_empty());
            let written = written.map(|text| format!("Ditulis {text}"));
            let digest = medium.manifest.map(|it| it.to_string()).unwrap_or_default();
            let digits: Vec<char> = digest.chars().collect();
            vec![
                vec![(n + 1).to_string()],
                lines([medium.label.clone(), medium.id.to_string()]),
                lines([medium.kind.name().to_owned(), medium.model.clone()]),
                lines([medium.identity.clone().unwrap_or_default()]),
                lines([medium.contents.clone(), written.unwrap_or_default()]),
                digits.chunks(DIGITS).map(|line| line.iter().collect()).collect(),
            ]
        };
        self.media.iter().enumerate().map(row).collect()
    }

    /// Who gets stands left, who gives right, as is the custom.
    fn parties(&self) -> [Signatory; 2] {
        [("PIHAK KEDUA,", &self.keeper), ("PIHAK PERTAMA,", &self.giver)].map(|(role, who)| Signatory {
            role: role.to_owned(),
            name: who.name.clone(),
            nip: who.nip.clone(),
        })
    }

    fn known(&self) -> Signatory {
        Signatory { role: format!("Mengetahui, {}", self.witness.role), ..self.witness.clone() }
    }
}

fn party(sheet: Sheet, number: &str, who: &Official) -> Sheet {
    sheet.facts(number, &[("Nama", &who.name), ("NIP", &who.nip), ("Jabatan", &who.position)])
}

fn lines<const N: usize>(lines: [String; N]) -> Vec<String> {
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

/// The articles of a pack that want media kept apart.
fn basis(pack: &Pack) -> Vec<String> {
    let wanted =
        pack.rules.iter().filter(|rule| matches!(rule.check, Check::SeparateCopy { .. }) && !pack.policy);
    let title = pack.title.split(" tentang ").next().unwrap_or_default();
    wanted.map(|rule| format!("{} {title}", rule.article)).collect()
}

fn ledger(checkpoint: &Checkpoint) -> String {
    let size = wording::number(checkpoint.size);
    format!("Buku bukti {} · {size} catatan · akar {}", checkpoint.origin, checkpoint.root)
}

#[cfg(test)]
mod tests;
