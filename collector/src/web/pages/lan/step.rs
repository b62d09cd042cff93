//! What officials do with a report, and what is asked of them.

use super::super::super::input::Pairs;
use super::super::form::Input;
use crate::lan::{ChangeReport, FilingRefusal, Party, ReportStanding};

/// What is done with a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is handed in.
    Submit,
    /// The Dinas receives it.
    Receive,
    /// The Dinas sends it back.
    Return,
    /// There is nothing to report.
    Dismiss,
}

/// Fields of the forms.
pub(super) const PARTY: &str = "oleh";
pub(super) const NAME: &str = "nama";
pub(super) const DONE_BY: &str = "pengubah";
pub(super) const REASON: &str = "alasan";

/// What was typed, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    pub(crate) values: Pairs,
    pub(crate) refusal: Option<FilingRefusal>,
}

impl Step {
    /// Its name in addresses.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::Submit => "serahkan",
            Self::Receive => "terima",
            Self::Return => "kembalikan",
            Self::Dismiss => "kesampingkan",
        }
    }

    /// The step of this name.
    pub(crate) fn of_slug(slug: &str) -> Option<Self> {
        [Self::Submit, Self::Receive, Self::Return, Self::Dismiss].into_iter().find(|it| it.slug() == slug)
    }

    /// What can be done with a report, what is to be done first.
    pub(crate) fn open_for(report: &ChangeReport) -> Vec<Self> {
        let by_dinas = report.dismissed.as_ref().is_some_and(|act| act.party == Party::Dinas);
        match report.standing {
            ReportStanding::Draft => vec![Self::Submit, Self::Dismiss],
            ReportStanding::Submitted => vec![Self::Receive, Self::Return],
            ReportStanding::Received => Vec::new(),
            ReportStanding::Dismissed if by_dinas => vec![Self::Submit],
            ReportStanding::Dismissed => vec![Self::Dismiss, Self::Submit],
        }
    }

    pub(crate) fn title(self, report: &ChangeReport) -> &'static str {
        match self {
            Self::Submit if report.is_diagram_only() => "Serahkan diagram kepada Dinas",
            Self::Submit => "Serahkan laporan kepada Dinas",
            Self::Receive => "Terima untuk Dinas",
            Self::Return => "Kembalikan kepada Perangkat Daerah",
            Self::Dismiss if report.standing == ReportStanding::Dismissed => {
                "Benarkan: tidak perlu dilaporkan"
            }
            Self::Dismiss => "Sudah diketahui, tidak perlu dilaporkan",
        }
    }

    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::Submit => {
                "Yang diserahkan adalah diagram di halaman ini, dengan sidik SHA-256-nya dalam buku bukti. Kewajiban terpenuhi sesudah Dinas menerimanya."
            }
            Self::Receive => "Sesudah diterima, laporan ini tidak dapat diubah lagi.",
            Self::Return => "Perangkat Daerah dapat menyerahkannya lagi sesudah diperbaiki.",
            Self::Dismiss => {
                "Misalnya perubahan yang sudah dilaporkan di luar Patuh, atau gangguan sesaat. Catatannya tetap tersimpan."
            }
        }
    }

    pub(crate) const fn button(self) -> &'static str {
        match self {
            Self::Submit => "Serahkan",
            Self::Receive => "Terima",
            Self::Return => "Kembalikan",
            Self::Dismiss => "Kesampingkan",
        }
    }

    /// Its form over what was typed.
    pub(crate) fn inputs(self, report: &ChangeReport, typed: Option<&Typed>) -> Vec<Input> {
        let mut inputs = Vec::new();
        if matches!(self, Self::Submit | Self::Dismiss) {
            inputs.push(party(PARTY, self.actor(), "Siapa yang menyatakan ini."));
        }
        if self == Self::Submit && !report.is_diagram_only() {
            inputs.push(party(
                DONE_BY,
                "Perubahan dilakukan oleh",
                "Perubahan yang dilakukan Dinas bukan kelalaian Perangkat Daerah.",
            ));
        }
        inputs.push(Input {
            required: true,
            ..field(
                NAME,
                "Nama pejabat dan NIP",
                "Yang menandatangani, dengan gelar dan NIP atau jabatannya.",
            )
        });
        let required = match self {
            Self::Submit => !report.is_diagram_only(),
            Self::Receive => false,
            Self::Return | Self::Dismiss => true,
        };
        let (label, hint) = self.reason(report);
        inputs.push(Input { required, long: true, ..field(REASON, label, hint) });
        for input in &mut inputs {
            if let Some(typed) = typed {
                input.value = typed.values.get(input.slug).cloned().unwrap_or_default();
                input.wrong = wrong(input.slug, typed.refusal.as_ref());
            }
        }
        inputs
    }

    const fn actor(self) -> &'static str {
        match self {
            Self::Submit => "Diserahkan oleh",
            _ => "Dinyatakan oleh",
        }
    }

    fn reason(self, report: &ChangeReport) -> (&'static str, &'static str) {
        match self {
            Self::Submit if report.is_diagram_only() => {
                ("Keterangan", "Misalnya bagian jaringan yang belum tergambar.")
            }
            Self::Submit => {
                ("Alasan perubahan", "Apa yang dikerjakan dan mengapa, misalnya penggantian switch lantai 2.")
            }
            Self::Receive => ("Catatan", ""),
            Self::Return => ("Alasan dikembalikan", "Apa yang perlu diperbaiki."),
            Self::Dismiss => ("Alasan", "Mengapa tidak perlu dilaporkan."),
        }
    }
}

impl Typed {
    /// What was refused and belongs to no field.
    pub(crate) fn told(&self) -> Option<String> {
        let refusal = self.refusal.as_ref()?;
        let has_field = matches!(refusal, FilingRefusal::NoName | FilingRefusal::NoReason);
        (!has_field).then(|| refusal.to_string())
    }
}

fn wrong(slug: &str, refusal: Option<&FilingRefusal>) -> Option<String> {
    match (slug, refusal?) {
        (NAME, why @ FilingRefusal::NoName) | (REASON, why @ FilingRefusal::NoReason) => {
            Some(why.to_string())
        }
        _ => None,
    }
}

fn field(slug: &'static str, label: &'static str, hint: &'static str) -> Input {
    Input {
        slug,
        label,
        hint,
        value: String::new(),
        wrong: None,
        choices: Vec::new(),
        required: false,
        long: false,
    }
}

fn party(slug: &'static str, label: &'static str, hint: &'static str) -> Input {
    let choice = |party: Party| {
        let behalf = if party == Party::Dinas && slug == PARTY { ", atas nama Perangkat Daerah" } else { "" };
        (party.slug().to_owned(), format!("{}{behalf}", party.word()))
    };
    let choices = [Party::Office, Party::Dinas].map(choice).to_vec();
    Input { choices, value: Party::Office.slug().to_owned(), ..field(slug, label, hint) }
}
