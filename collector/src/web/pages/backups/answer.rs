//! The answer to the question of the board: whose data is lost if servers break tonight.

use std::collections::BTreeSet;

use patuh_compliance::Coverage;

use super::super::super::format::{Format, number};
use super::super::office_name;
use super::offices::Counts;
use crate::tasks::board::{Board, Ground, Outcome, Row, Terms};
use crate::tasks::evaluate::Judged;

/// The answer in one sentence, with its shape, and what stands beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) shape: &'static str,
    pub(crate) sentence: String,
    /// What the numbers are of, and what they leave out.
    pub(crate) beside: Vec<String>,
}

impl Answer {
    /// The answer for everybody, or for one office.
    pub(crate) fn now(judged: &Judged, office: Option<&str>, format: &Format) -> Self {
        let terms = Terms::of(&judged.packs);
        let mut board = Ground::new(&judged.estate, &judged.copies, terms, format.now()).board();
        board.rows.retain(|row| office.is_none_or(|code| row.server.office == code));
        Self::of(&board, judged, office, format)
    }

    /// The answer for these rows, which are those of everybody, or of one office.
    pub(super) fn of(board: &Board<'_>, judged: &Judged, office: Option<&str>, format: &Format) -> Self {
        let counts = Counts::of(&board.rows);
        let of = |outcome| counts.get(outcome);
        let whose = office.map_or_else(String::new, |code| format!(" {}", office_name(judged, code)));
        let known = counts.total() - of(Outcome::Unknown);
        let (shape, end) = match (of(Outcome::Gone), of(Outcome::Part)) {
            (0, 0) if known == 0 => ("nihil", "belum diketahui data mana yang akan hilang.".to_owned()),
            (0, 0) if of(Outcome::Doubtful) + of(Outcome::Unknown) > 0 => (
                "nilai",
                "tidak ada data yang diketahui akan hilang, tetapi belum semuanya terbukti.".to_owned(),
            ),
            (0, 0) => ("patuh", "semua data dapat dikembalikan.".to_owned()),
            (0, part) => (
                "peralihan",
                format!(
                    "tidak ada yang hilang seluruhnya, tetapi isi {} tempat data hanya kembali sebagian.",
                    number(part)
                ),
            ),
            (gone, _) => {
                let of_whom = match office {
                    Some(_) => String::new(),
                    None => format!(" milik {} Perangkat Daerah", losing(&board.rows)),
                };
                ("tidak", format!("isi {} tempat data{of_whom} tidak akan kembali.", number(gone)))
            }
        };
        let sentence = format!("Bila malam ini server{whose} rusak, {end}");
        Self { shape, sentence, beside: beside(&counts, board, judged, office, format) }
    }
}

/// How many offices would lose something.
fn losing(rows: &[Row<'_>]) -> usize {
    let gone = rows.iter().filter(|row| row.fate.outcome() == Outcome::Gone);
    gone.map(|row| row.server.office.as_str()).collect::<BTreeSet<_>>().len()
}

fn beside(
    counts: &Counts,
    board: &Board<'_>,
    judged: &Judged,
    office: Option<&str>,
    format: &Format,
) -> Vec<String> {
    let servers: BTreeSet<_> = board.rows.iter().map(|row| row.agent).collect();
    let [total, servers] = [counts.total(), servers.len() as u64].map(number);
    let mut beside = vec![format!("Dari {total} tempat data di {servers} server.")];
    let coverage = match office {
        None => Coverage::of(&judged.estate, format.now()),
        Some(code) => Coverage::of_office(&judged.estate, code, format.now()),
    };
    let without = coverage.without_agent();
    if without > 0 {
        beside.push(format!("{without} server lain belum memiliki agen; datanya tidak terhitung di sini."));
    }
    beside
}
