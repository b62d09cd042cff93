//! What happens to a medium in its life, and what is asked of it.

use jiff::civil::Date;

use super::Typed;
use crate::media::{Field, Handover, Life, Medium, Official};
use crate::words::words;

/// What happens to a medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A person saw it in its place.
    Seen,
    /// It went to another place or keeper.
    Moved,
    /// It is lost, or was destroyed.
    Gone,
}

words! { pub(crate) Step:
    Seen, "dilihat", "Dilihat di tempatnya";
    Moved, "pindah", "Pindah tempat atau penyimpan";
    Gone, "lepas", "Hilang atau dimusnahkan";
}

impl Step {
    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::Seen => {
                "Siapa yang melihat media ini di tempatnya, dan kapan. Agen tidak dapat melihat brankas."
            }
            Self::Moved => {
                "Serah terima kepada penyimpan baru, atau pindah tempat. Berita acaranya dibuat dari isian ini."
            }
            Self::Gone => "Catatannya tetap disimpan. Media yang dimusnahkan memerlukan nomor dokumen.",
        }
    }

    pub(crate) const fn button(self) -> &'static str {
        match self {
            Self::Seen => "Catat dilihat",
            Self::Moved => "Catat perpindahan",
            Self::Gone => "Catat keadaan",
        }
    }

    /// What its form asks.
    pub(crate) const fn fields(self) -> &'static [Field] {
        match self {
            Self::Seen => &[Field::SeenOn, Field::SeenBy],
            Self::Moved => &[
                Field::Life,
                Field::Site,
                Field::Room,
                Field::Safe,
                Field::Custodian,
                Field::CustodianNip,
                Field::CustodianPosition,
                Field::HandedBy,
                Field::HandedByNip,
                Field::HandedByPosition,
                Field::HandedOn,
                Field::Document,
            ],
            Self::Gone => &[Field::Life, Field::EndedOn, Field::EndedDocument],
        }
    }

    /// The states that its form offers.
    pub(crate) const fn lives(self) -> &'static [Life] {
        match self {
            Self::Gone => &[Life::Lost, Life::Destroyed],
            Self::Seen | Self::Moved => &[Life::Stored, Life::InUse],
        }
    }

    /// What its form shows before anything was typed: the day is today; who keeps it now hands it over.
    pub(crate) fn offered(self, medium: &Medium, today: Date) -> Typed {
        let mut next = medium.clone();
        match self {
            Self::Seen => next.seen.on = Some(today),
            Self::Moved => {
                next.handover =
                    Handover { by: medium.custodian.clone(), on: Some(today), document: String::new() };
                (next.custodian, next.life) = (Official::default(), Life::Stored);
            }
            Self::Gone => {
                let life = if medium.life.is_over() { medium.life } else { Life::Lost };
                (next.life, next.ended.on) = (life, medium.ended.on.or(Some(today)));
            }
        }
        Typed::of(|field| field.get(&next))
    }
}
