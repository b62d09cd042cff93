//! What is known of a set besides its runs: where it lies, who watches it, how it is kept, what is in it.

use patuh_protocol::backup::BackupSet;

use super::super::super::format::{Format, number};
use super::super::section::{FactLine, Facts, Sign};
use super::{basis_words, encrypted_words, short_id, some_of};
use crate::tasks::board::place;
use crate::tasks::evaluate::Judged;
use crate::tasks::evaluate::copies::{SetView, WitnessView};

/// Folders and databases named in a fact.
const NAMED: usize = 12;

/// What is known of a set besides its runs; `witness` watches the place where it lies.
pub(super) fn facts(
    view: &SetView,
    witness: Option<&WitnessView>,
    judged: &Judged,
    format: &Format,
) -> Vec<FactLine> {
    let (set, mut facts) = (&view.set, Facts::default());
    target(&mut facts, view, witness, judged);
    facts.code("Repositori", set.repository.as_ref().map(|id| short_id(id)).as_ref());
    facts.word("Diketahui dari", Some(basis_words(set.basis).to_owned()));
    let sign = match set.encrypted {
        Some(true) => Sign::Well,
        Some(false) => Sign::Look,
        None => Sign::Unknown,
    };
    facts.signed("Penyandian", sign, encrypted_words(set.encrypted).to_owned());
    let append = set.append_only.map(|only| if only { "hanya dapat ditambah" } else { "dapat dihapus" });
    facts.word("Penghapusan", append.map(str::to_owned));
    facts.word("Disimpan selama", set.keep_days.map(|days| format!("{days} hari, menurut konfigurasinya")));
    let points = view.judged.points.max(set.count);
    let oldest = view.judged.oldest.or(set.oldest_at).map(|at| format!(", tertua {}", format.moment(at)));
    facts.word("Titik pulih", Some(format!("{}{}", number(points), oldest.unwrap_or_default())));
    let checked = view.judged.checked.or(set.checked_at);
    facts.word(
        "Terakhir didapati utuh",
        Some(checked.map_or_else(|| "belum pernah".to_owned(), |at| format.moment(at))),
    );
    contents(&mut facts, set);
    facts.into_lines()
}

fn target(facts: &mut Facts, view: &SetView, witness: Option<&WitnessView>, judged: &Judged) {
    let target = &view.set.target;
    facts.code("Tempat", Some(&target.location));
    facts.word("Letaknya", Some(place(&view.judged.place, &judged.estate)));
    facts.code("Media", target.medium.as_ref());
    let watched = witness.zip(view.store.as_ref());
    let watched = watched.map(|(witness, (_, path))| format!("{} pada {path}", witness.hostname));
    facts.word("Diamati saksi", Some(watched.unwrap_or_else(|| "tidak ada saksi di tempat ini".to_owned())));
}

fn contents(facts: &mut Facts, set: &BackupSet) {
    let some = |names: &[String]| (!names.is_empty()).then(|| some_of(names, NAMED));
    facts.code("Berkas dan folder", some(&set.sources).as_ref());
    facts.code("Dikecualikan", some(&set.excludes).as_ref());
    let databases =
        some(&set.databases).map(|names| if names == "*" { "semuanya".to_owned() } else { names });
    facts.code("Basis data", databases.as_ref());
}
