//! `DIKECUALIKAN`: a duty lifted in writing, until a day.

use super::Ruling;
use crate::estate::{Estate, Exemption, Subject};
use crate::finding::Verdict;
use crate::wording::{Voice, standing};

/// Lifts the rule from the ruling when an exemption for one of `subjects` holds today; says so when the last
/// one has run out. A duty that is met needs none.
pub(super) fn lift(
    ruling: &mut Ruling,
    called: &str,
    rule: &str,
    subjects: &[Subject],
    estate: &Estate,
    voice: Voice,
) {
    let mine = |e: &&Exemption| e.rule == rule && subjects.contains(&e.subject);
    let longest =
        estate.exemptions.iter().filter(mine).max_by_key(|e| (e.until, &e.document, &e.approver, &e.reason));
    let Some(exemption) = longest.filter(|_| ruling.verdict != Verdict::Compliant) else { return };
    if exemption.until < voice.zone.day(voice.now) {
        ruling.inputs.push(standing::expired(exemption));
        return;
    }
    ruling.inputs.push(standing::without_exemption(ruling.verdict, &ruling.reasons.join("; ")));
    ruling.verdict = Verdict::Exempt;
    ruling.reasons = vec![standing::exempt(called, exemption)];
    ruling.remedies = vec![standing::BEFORE_EXPIRY.into()];
}
