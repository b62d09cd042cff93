//! The backups of everybody: the board (what would be lost tonight), one set with its claims and sightings, the
//! witnesses with the room that is left, the drills.

pub(crate) mod answer;
pub(crate) mod board;
pub(crate) mod drills;
mod facts;
mod offices;
pub(crate) mod plans;
mod remedy;
pub(crate) mod rows;
pub(crate) mod set;
mod sizes;
mod timeline;
pub(crate) mod witnesses;

use patuh_protocol::backup::{Basis, Drill, Holds, ProblemKind};
use patuh_protocol::id::AgentId;

use super::section::Sign;
use crate::tasks::board::{Outcome, key};
use crate::tasks::evaluate::copies::SetView;
use crate::testimony::Standing;

/// Where the page of a set is.
pub(crate) fn path_of_set(agent: &AgentId, view: &SetView) -> String {
    format!("/pencadangan/set/{agent}/{}", key(view))
}

/// The shape of an outcome: one of the six of the verdicts.
pub(crate) const fn shape(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Gone => "tidak",
        Outcome::Part => "peralihan",
        Outcome::Unknown => "nihil",
        Outcome::Doubtful => "nilai",
        Outcome::Exempted => "kecuali",
        Outcome::Safe => "patuh",
    }
}

/// The shape of a standing.
pub(crate) const fn sign_of(standing: Standing) -> Sign {
    match standing {
        Standing::Met => Sign::Well,
        Standing::ClaimOnly => Sign::Look,
        Standing::WitnessSilent => Sign::Unknown,
        Standing::Vanished | Standing::Damaged => Sign::Wrong,
    }
}

/// What a set holds.
pub(crate) const fn holds_words(holds: Holds) -> &'static str {
    match holds {
        Holds::Files => "File sistem",
        Holds::Database => "Basis data",
        Holds::Both => "File sistem dan basis data",
        Holds::Unknown => "Isi tidak diketahui",
    }
}

/// How a claim came to be.
pub(crate) const fn basis_words(basis: Basis) -> &'static str {
    match basis {
        Basis::Asked => "Repositori ditanya dan menjawab",
        Basis::Files => "Berkas cadangannya dilihat",
        Basis::Recorded => "Dilaporkan oleh alatnya sendiri lewat kait",
        Basis::Configured => "Hanya tertulis dalam konfigurasi",
        Basis::Traces => "Hanya jejak alatnya di server ini",
    }
}

/// What speaks against a set.
pub(crate) const fn problem_words(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Empty => "kosong, tidak berisi apa pun",
        ProblemKind::Truncated => "terpotong: penutup yang ditulis terakhir tidak ada",
        ProblemKind::Collapsed => "menyusut: kurang dari separuh ukuran biasanya",
        ProblemKind::Unreadable => "tidak dapat dibaca",
        ProblemKind::NoFiles => "tidak memuat satu berkas pun",
        ProblemKind::ToolFailed => "gagal menurut alatnya sendiri",
        ProblemKind::Incomplete => "tidak lengkap menurut alatnya sendiri",
        ProblemKind::StaleLock => "terkunci lebih dari sehari: cadangan berikutnya dapat gagal",
    }
}

/// Whether a set is encrypted.
pub(crate) const fn encrypted_words(encrypted: Option<bool>) -> &'static str {
    match encrypted {
        Some(true) => "Terenkripsi",
        Some(false) => "Tidak terenkripsi",
        None => "Tidak diketahui",
    }
}

/// Digests are told by their first digits, the rest of a path stays.
pub(super) fn short_id(id: &str) -> String {
    let (folder, last) = id.rsplit_once('/').map_or((None, id), |(folder, last)| (Some(folder), last));
    let is_digest = last.len() == 64 && last.bytes().all(|byte| byte.is_ascii_hexdigit());
    let last: String = if is_digest { last.chars().take(8).collect() } else { last.to_owned() };
    folder.map_or_else(|| last.clone(), |folder| format!("{folder}/{last}"))
}

/// `a, b, c dan 4 lainnya`.
pub(super) fn some_of(names: &[String], shown: usize) -> String {
    let first: Vec<_> = names.iter().take(shown).map(String::as_str).collect();
    let rest = names.len() - first.len();
    let more = if rest > 0 { format!(" dan {rest} lainnya") } else { String::new() };
    format!("{}{more}", first.join(", "))
}

/// What was done in a drill. What is not one of ours is told as it is.
pub(super) fn method_words(method: &str) -> String {
    let words = match method {
        "restore sample" | "extract sample" => "contoh berkas dipulihkan",
        "pg_restore to nothing" => "seluruh dump dibaca dengan pg_restore",
        "read to its end" => "dibaca sampai akhir",
        "load into a scratch server" => "dimuat ke basis data sementara",
        other => other,
    };
    words.to_owned()
}

/// Who asked for a drill.
pub(super) fn by_words(drill: &Drill) -> String {
    match drill.by.as_str() {
        "schedule" => "jadwal".to_owned(),
        "" => "tidak disebut".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_short_and_names_stay() {
        let digest = "0a".repeat(32);
        assert_eq!(short_id(&digest), "0a0a0a0a");
        assert_eq!(short_id(&format!("data/0a/{digest}")), "data/0a/0a0a0a0a");
        assert_eq!(short_id("simpeg-20261122.dump"), "simpeg-20261122.dump");
        let names: Vec<_> = ["a", "b", "c"].map(str::to_owned).into();
        assert_eq!((some_of(&names, 2), some_of(&names, 3)), ("a, b dan 1 lainnya".into(), "a, b, c".into()));
    }
}
