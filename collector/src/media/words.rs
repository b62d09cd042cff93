//! What kinds of media and their states are called: in the address and the store (`slug`), and for people (`name`).

use serde::{Deserialize, Serialize};

use crate::words::words;

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

words! { pub MediumKind, written:
    UsbDisk, "usb_disk", "Hard disk USB";
    UsbSsd, "usb_ssd", "SSD USB";
    UsbStick, "usb_stick", "Flash disk";
    Tape, "tape", "Pita LTO";
    Cartridge, "cartridge", "Kartrid RDX";
    SwapDisk, "swap_disk", "Disk lepas-pasang";
    Optical, "optical", "Cakram DVD/Blu-ray";
    Other, "other", "Lainnya";
}

words! { pub Life, written:
    InUse, "in_use", "Dipakai";
    Stored, "stored", "Disimpan";
    Lost, "lost", "Hilang";
    Destroyed, "destroyed", "Dimusnahkan";
}

impl Life {
    /// Whether the medium is no longer to be had.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Lost | Self::Destroyed)
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
