//! The status and errors as Indonesian text.

use std::error::Error;
use std::fmt;
use std::io;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Received, Status, Trouble, Waiting};

/// A status as text, in a host's local time.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    /// What to tell.
    pub status: &'a Status,
    /// The host's local time.
    pub zone: TimeZone,
    /// When it is told.
    pub now: Timestamp,
}

/// An error with its causes, as one sentence.
#[must_use]
pub fn told(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut cause = Some(error);
    while let Some(error) = cause {
        let text = error.downcast_ref::<io::Error>().map_or_else(|| error.to_string(), of_kernel);
        if parts.last() != Some(&text) {
            parts.push(text);
        }
        cause = error.source();
    }
    parts.join(": ")
}

/// What the kernel answers, for the causes that people meet.
fn of_kernel(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "tidak diizinkan; jalankan sebagai root atau pengguna patuh, misalnya dengan sudo".to_owned()
        }
        io::ErrorKind::NotFound => "tidak ada".to_owned(),
        io::ErrorKind::StorageFull => "disk penuh; kosongkan ruang".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "sistem berkas ini hanya dapat dibaca".to_owned(),
        io::ErrorKind::IsADirectory => "itu sebuah direktori".to_owned(),
        io::ErrorKind::NotADirectory => "bagian dari jalur itu bukan direktori".to_owned(),
        _ => error.to_string(),
    }
}

const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

impl Words<'_> {
    fn time(&self, at: Timestamp) -> String {
        time(at, &self.zone)
    }

    fn ago(&self, at: Timestamp) -> String {
        let minutes = self.now.duration_since(at).as_secs() / 60;
        match minutes {
            ..1 => "baru saja".to_owned(),
            1..=119 => format!("{minutes} menit lalu"),
            120..=2879 => format!("{} jam lalu", minutes / 60),
            _ => format!("{} hari lalu", grouped(u64::try_from(minutes / 1440).unwrap_or(0))),
        }
    }

    fn receipt(&self, received: &Received) -> String {
        let place = grouped(received.ledger_index + 1);
        let of = received.ledger_size.map_or_else(String::new, |size| format!(" dari {}", grouped(size)));
        format!(
            "laporan nomor {}, catatan ke-{place}{of} dalam buku bukti, diterima {}",
            grouped(received.sequence),
            self.time(received.received_at)
        )
    }

    fn waiting(&self, spool: &Waiting) -> String {
        match spool.oldest {
            Some(oldest) => format!(
                "{} laporan ({}), yang tertua {}",
                grouped(spool.reports),
                size(spool.bytes),
                self.ago(oldest)
            ),
            None => "tidak ada".to_owned(),
        }
    }

    fn certificate(&self, until: Timestamp) -> String {
        let time = self.time(until);
        if until < self.now {
            format!("berakhir {time}; diperbarui begitu kolektor terhubung")
        } else {
            format!("berlaku sampai {time}")
        }
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let status = self.status;
        let text = |value: Option<String>, absent: &str| value.unwrap_or_else(|| absent.to_owned());
        let last =
            status.last_report.map(|r| format!("nomor {}, {}", grouped(r.sequence), self.time(r.taken_at)));
        let mut lines = vec![
            ("Agen", text(status.agent.as_ref().map(ToString::to_string), "belum ada kunci")),
            ("Perangkat Daerah", text(status.office.as_ref().map(ToString::to_string), "belum terdaftar")),
            ("Kolektor Pusat", text(status.collector.clone(), "belum terdaftar")),
            ("Laporan terakhir", text(last, "belum ada")),
            ("Bukti terima", text(status.receipt.as_ref().map(|r| self.receipt(r)), "belum ada")),
            ("Menunggu dikirim", self.waiting(&status.spool)),
        ];
        lines.extend(status.next_report.map(|at| ("Laporan berikut", self.time(at))));
        lines.extend(status.certificate_until.map(|until| ("Sertifikat", self.certificate(until))));
        lines
    }

    /// What is not as it should be, each as one paragraph.
    fn notes(&self) -> Vec<String> {
        let status = self.status;
        let since =
            |t: &Trouble| format!("{} (sejak {}, terakhir {})", t.what, self.time(t.since), self.ago(t.at));
        let mut notes: Vec<_> =
            status.alarm.iter().map(|alarm| format!("PERINGATAN: {}", since(alarm))).collect();
        notes.extend(status.troubles.iter().map(|trouble| format!("Masalah: {}", since(trouble))));
        notes.extend(
            status.failed_sensors.iter().map(|(sensor, why)| format!("Sensor {sensor} gagal: {why}")),
        );
        notes.extend(status.rejected.iter().map(|rejected| {
            let when = self.time(rejected.at);
            format!("Laporan nomor {} disisihkan ({when}): {}", grouped(rejected.sequence), rejected.what)
        }));
        let told = |number: &&u64| status.rejected.iter().any(|rejected| rejected.sequence == **number);
        let damaged: Vec<_> =
            status.spool.set_aside.iter().filter(|n| !told(n)).map(|n| grouped(*n)).collect();
        if !damaged.is_empty() {
            notes.push(format!("Laporan disisihkan karena berkasnya rusak: nomor {}", damaged.join(", ")));
        }
        notes.extend(self.next_step().map(|step| format!("Langkah berikutnya: {step}")));
        notes
    }

    fn next_step(&self) -> Option<&'static str> {
        let status = self.status;
        let old = |at: Timestamp| self.now.duration_since(at) > SignedDuration::from_hours(26);
        if status.collector.is_none() && !status.troubles.is_empty() {
            None
        } else if status.collector.is_none() {
            Some(
                "daftarkan server ini dengan token dari Dinas Kominfo:\n  sudo patuh-agent enrol \
                 --collector https://ALAMAT:8443 --token TOKEN",
            )
        } else if status.last_report.is_none_or(|report| old(report.taken_at)) {
            Some(
                "jalankan agen: sudo systemctl start patuh-agent.target\n  Catatannya: journalctl -u patuh-sense",
            )
        } else if status.troubles.is_empty() && status.spool.oldest.is_some_and(old) {
            Some(
                "jalankan bagian pengirim: sudo systemctl start patuh-send\n  Catatannya: journalctl -u patuh-send",
            )
        } else {
            None
        }
    }
}

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Agen Patuh {}\n", self.status.version)?;
        for (name, value) in self.lines() {
            writeln!(f, "{name:<17} {value}")?;
        }
        self.notes().iter().try_for_each(|note| writeln!(f, "\n{note}"))
    }
}

/// `22 November 2026 pukul 14.30 WIB`.
#[must_use]
pub fn time(at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned(zone.clone());
    let month = usize::try_from(local.month() - 1).ok().and_then(|m| MONTHS.get(m)).unwrap_or(&"");
    let zone = match local.offset().seconds() {
        25_200 => "WIB".to_owned(),
        28_800 => "WITA".to_owned(),
        32_400 => "WIT".to_owned(),
        0 => "UTC".to_owned(),
        _ => format!("UTC{}", local.offset()),
    };
    let (day, year, hour, minute) = (local.day(), local.year(), local.hour(), local.minute());
    format!("{day} {month} {year} pukul {hour:02}.{minute:02} {zone}")
}

/// `1.234.567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// `1,2 MB`, in the units that disks are sold by.
pub(super) fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        ..1000 => return format!("{bytes} B"),
        1000..1_000_000 => (1000, "kB"),
        _ => (1_000_000, "MB"),
    };
    format!("{},{} {name}", grouped(bytes / unit), bytes % unit * 10 / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1.000", "1.234.567"]);
        assert_eq!([7, 1234, 3_400_000].map(size), ["7 B", "1,2 kB", "3,4 MB"]);
    }

    #[test]
    fn causes_are_told_once_each() {
        let error = crate::durable::read(std::path::Path::new("/")).unwrap_err();
        assert_eq!(told(&error), "membaca / gagal: itu sebuah direktori");
    }
}
