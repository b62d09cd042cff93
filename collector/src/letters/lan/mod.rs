//! The letter by which an office hands in its LAN diagram, or reports a change of it: Bukittinggi Pasal 25, Madiun
//! Pasal 20. The letter is the office's own, to the Dinas; what agents saw is in it as what it is.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use patuh_compliance::wording;

use super::paper::{Annex, DOTS, Letterhead, Sheet, Signatory, WIDTH};
use super::{Error, words};
use crate::config::Config;
use crate::lan::{ChangeReport, Party};

/// The columns of the table of changes.
const COLUMNS: [(&str, usize); 2] = [("No.", 560), ("Perubahan", WIDTH - 560)];

/// What the letter says.
#[derive(Clone, Debug, PartialEq)]
pub struct LanLetter {
    /// The kop of the office.
    pub head: Letterhead,
    /// The day of the letter.
    pub day: Date,
    /// To whom: `Kepala Dinas …`.
    pub to: String,
    /// The office's name.
    pub office: String,
    /// The first diagram, and not a change.
    pub is_diagram_only: bool,
    /// When the change was certain.
    pub noticed: Date,
    /// What changed, in words.
    pub changes: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who changed it.
    pub done_by: Option<Party>,
    /// How much the diagram shows: `tampak dari 2 server`.
    pub coverage: String,
    /// SHA-256 of the diagram that was handed in.
    pub digest: Option<String>,
    /// The law that it rests on.
    pub basis: Vec<String>,
    /// Who signs.
    pub signatory: Signatory,
    /// The ledger's checkpoint, in a line.
    pub ledger: String,
    /// The diagrams.
    pub annexes: Vec<Annex>,
}

/// When a letter is written, and by which laws.
#[derive(Clone, Debug)]
pub struct LanOccasion {
    /// Today.
    pub day: Date,
    /// Where days begin.
    pub zone: TimeZone,
    /// Articles with their regulations.
    pub basis: Vec<String>,
    /// The ledger's checkpoint, in a line.
    pub ledger: String,
}

impl LanLetter {
    /// The letter of a report whose diagram shows what `coverage` says.
    #[must_use]
    pub fn new(
        config: &Config,
        report: &ChangeReport,
        coverage: String,
        occasion: LanOccasion,
        annexes: Vec<Annex>,
    ) -> Self {
        let office = config.office(&report.office);
        let name = office.map_or_else(|| report.office.to_string(), |office| office.name.clone());
        let head = office.and_then(|office| office.head.clone());
        let (signer, nip) = head.map_or_else(Default::default, |it| (it.name, it.nip.unwrap_or_default()));
        Self {
            head: Letterhead {
                government: config.government.name.clone(),
                office: name.clone(),
                address: if name == config.government.dinas {
                    config.government.address.clone()
                } else {
                    Vec::new()
                },
            },
            day: occasion.day,
            to: format!("Kepala {}", config.government.dinas),
            is_diagram_only: report.is_diagram_only(),
            noticed: report.from_at.to_zoned(occasion.zone).date(),
            changes: report.sentences.iter().map(|sentence| sentence.replace('`', "")).collect(),
            reason: report.reason.clone(),
            done_by: report.done_by,
            coverage,
            digest: report.diagram.map(|digest| digest.to_string()),
            basis: occasion.basis,
            signatory: Signatory { role: format!("Kepala {name},"), name: signer, nip },
            office: name,
            ledger: occasion.ledger,
            annexes,
        }
    }

    /// The letter.
    ///
    /// # Errors
    /// [`Error`], when it could not be packed.
    pub fn docx(&self) -> Result<Vec<u8>, Error> {
        let subject = if self.is_diagram_only {
            "Penyerahan Diagram Infrastruktur LAN"
        } else {
            "Laporan Perubahan Infrastruktur LAN"
        };
        let count = u32::try_from(self.annexes.len()).unwrap_or(u32::MAX);
        let annexes = format!("{count} ({}) lembar", words::spelled(count));
        let sheet = Sheet::new(&self.head, &self.ledger)
            .right(&format!("…………………, {}", wording::date(self.day)))
            .facts("", &[("Nomor", ""), ("Sifat", "Biasa"), ("Lampiran", &annexes), ("Hal", subject)])
            .gap()
            .text(&format!("Yth. {}", self.to))
            .text("di tempat")
            .gap()
            .text(&self.opening())
            .table(&COLUMNS, &self.rows())
            .gap();
        let sheet = if self.is_diagram_only { sheet } else { self.causes(sheet) };
        let sheet = sheet
            .text(&self.about_the_diagram())
            .text("Demikian disampaikan, atas perhatian dan kerja sama Saudara diucapkan terima kasih.");
        let sheet = sheet.gap().signed(&self.signatory);
        self.annexes.iter().cloned().fold(sheet, Sheet::annex).docx()
    }

    fn opening(&self) -> String {
        let basis = match self.basis.as_slice() {
            [] => "Bersama ini kami".to_owned(),
            all => format!("Dalam rangka melaksanakan {}, bersama ini kami", all.join(" dan ")),
        };
        let noticed = wording::date(self.noticed);
        if self.is_diagram_only {
            format!(
                "{basis} serahkan diagram infrastruktur LAN {} menurut keadaan per {noticed}, dengan isi sebagai berikut:",
                self.office
            )
        } else {
            format!(
                "{basis} laporkan perubahan infrastruktur LAN {}, yang terpantau sejak {noticed}, sebagai berikut:",
                self.office
            )
        }
    }

    fn rows(&self) -> Vec<Vec<Vec<String>>> {
        let row = |(n, change): (usize, &String)| vec![vec![(n + 1).to_string()], vec![change.clone()]];
        self.changes.iter().enumerate().map(row).collect()
    }

    fn causes(&self, sheet: Sheet) -> Sheet {
        let by = match self.done_by {
            Some(Party::Office) => self.office.as_str(),
            Some(Party::Dinas) => self.to.strip_prefix("Kepala ").unwrap_or(&self.to),
            None => DOTS,
        };
        let reason = if self.reason.is_empty() { DOTS } else { &self.reason };
        sheet.text(&format!("Perubahan tersebut dilakukan oleh {by}. Alasan perubahan: {reason}"))
    }

    fn about_the_diagram(&self) -> String {
        let which = match self.annexes.len() {
            0 => "Diagram diserahkan secara elektronik.".to_owned(),
            1 => "Diagramnya terlampir.".to_owned(),
            _ => "Diagram sebelum dan sesudah perubahan terlampir.".to_owned(),
        };
        let seen = format!(
            "Diagram digambar dari yang terpantau agen ({}); perangkat yang tidak terlihat dari server mana pun belum tergambar.",
            self.coverage
        );
        let digest = self.digest.as_ref().map(|digest| {
            format!(" Diagram yang diserahkan tercatat dalam buku bukti dengan sidik SHA-256 {digest}.")
        });
        format!("{which} {seen}{}", digest.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
