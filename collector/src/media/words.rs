//! What kinds of media and their states are called: in the address and the store (`slug`), and for people (`name`).

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a medium is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediumKind {
    /// A hard disk in a USB box.
    #[default]
    UsbDisk,
    /// A solid state disk in a USB box.
    UsbSsd,
    /// A USB stick.
    UsbStick,
    /// An LTO tape.
    Tape,
    /// A cartridge with a disk in it (RDX).
    Cartridge,
    /// A disk for a drive bay that is changed while the server runs.
    SwapDisk,
    /// DVD or Blu-ray.
    Optical,
    /// Anything else.
    Other,
}

/// Where a medium is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Life {
    /// In turn: it is plugged in and written.
    #[default]
    InUse,
    /// In its place, apart from what it protects.
    Stored,
    /// Nobody knows where it is.
    Lost,
    /// Destroyed, with a document that says so.
    Destroyed,
}

impl MediumKind {
    /// All kinds, in the order of lists.
    pub const ALL: [Self; 8] = [
        Self::UsbDisk,
        Self::UsbSsd,
        Self::UsbStick,
        Self::Tape,
        Self::Cartridge,
        Self::SwapDisk,
        Self::Optical,
        Self::Other,
    ];

    /// Its name in the store and in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::UsbDisk => "usb_disk",
            Self::UsbSsd => "usb_ssd",
            Self::UsbStick => "usb_stick",
            Self::Tape => "tape",
            Self::Cartridge => "cartridge",
            Self::SwapDisk => "swap_disk",
            Self::Optical => "optical",
            Self::Other => "other",
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UsbDisk => "Hard disk USB",
            Self::UsbSsd => "SSD USB",
            Self::UsbStick => "Flash disk",
            Self::Tape => "Pita LTO",
            Self::Cartridge => "Kartrid RDX",
            Self::SwapDisk => "Disk lepas-pasang",
            Self::Optical => "Cakram DVD/Blu-ray",
            Self::Other => "Lainnya",
        }
    }
}

impl Life {
    /// All states, in the order of lists.
    pub const ALL: [Self; 4] = [Self::InUse, Self::Stored, Self::Lost, Self::Destroyed];

    /// Its name in the store and in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::InUse => "in_use",
            Self::Stored => "stored",
            Self::Lost => "lost",
            Self::Destroyed => "destroyed",
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InUse => "Dipakai",
            Self::Stored => "Disimpan",
            Self::Lost => "Hilang",
            Self::Destroyed => "Dimusnahkan",
        }
    }

    /// Whether the medium is no longer to be had.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Lost | Self::Destroyed)
    }
}

/// The member of `all` that is called `text`, by slug or name, in any case.
fn named<T: Copy>(
    all: &[T],
    text: &str,
    slug: fn(T) -> &'static str,
    name: fn(T) -> &'static str,
) -> Result<T, String> {
    let wanted = text.trim().to_lowercase();
    let found = all.iter().copied().find(|one| wanted == slug(*one) || wanted == name(*one).to_lowercase());
    found.ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|one| name(*one)).collect();
        format!("{text:?} tidak dikenal; pilih {}", names.join(", "))
    })
}

impl FromStr for MediumKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        named(&Self::ALL, text, Self::slug, Self::name)
    }
}

impl FromStr for Life {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        named(&Self::ALL, text, Self::slug, Self::name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back() {
        for kind in MediumKind::ALL {
            assert_eq!(kind.slug().parse(), Ok(kind));
            assert_eq!(kind.name().to_uppercase().parse(), Ok(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.slug()));
        }
        for life in Life::ALL {
            assert_eq!(life.slug().parse(), Ok(life));
            assert_eq!(life.name().to_uppercase().parse(), Ok(life));
            assert_eq!(serde_json::to_string(&life).unwrap(), format!("\"{}\"", life.slug()));
        }
        assert!("disket".parse::<MediumKind>().unwrap_err().contains("Pita LTO"));
    }
}
