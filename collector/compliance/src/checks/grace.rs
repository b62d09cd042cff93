//! `MASA PERALIHAN`: time that a regulation gives to what stood before it.
//!
//! The clauses protect a Perangkat Daerah that ran e-government before the regulation, until so many years
//! after its promulgation. A server that came later is not protected. Of a server whose beginning is not
//! known it cannot be said that it came later, and no data is never a breach: it is taken as protected, and
//! the sentence says so.
//!
//! A policy of the Dinas binds from a day that the Dinas sets; until it does, nothing is a breach of it.

use jiff::civil::Date;

use super::Ruling;
use crate::finding::Verdict;
use crate::pack::Pack;
use crate::wording::{Voice, standing};

/// Since when there is what is judged.
#[derive(Clone, Copy)]
pub(super) enum Beginning {
    /// A server: since that day, as far as it is known.
    Server(Option<Date>),
    /// An office: it was there before every regulation.
    Office,
}

/// Turns an unmet duty into what the regulation's dates make of it; leaves every other verdict alone.
pub(super) fn temper(ruling: &mut Ruling, pack: &Pack, voice: Voice, beginning: Beginning) {
    if ruling.verdict != Verdict::NotCompliant {
        return;
    }
    let Some(promulgated) = pack.promulgated else {
        ruling.verdict = Verdict::NeedsReview;
        ruling.reasons.push(standing::no_date(&pack.short, pack.policy));
        ruling.remedies.push(standing::no_date_remedy(&pack.short, pack.policy));
        return;
    };
    let today = voice.zone.day(voice.now);
    if today < promulgated {
        ruling.verdict = Verdict::Transition;
        ruling.reasons.push(standing::not_in_force(&pack.short, promulgated, pack.policy));
        return;
    }
    let Some(end) = pack.grace_end() else { return };
    ruling.thresholds.push(standing::grace_limit(end, pack.grace_article.as_deref()));
    let (is_protected, is_known) = match beginning {
        Beginning::Server(since) => (since.is_none_or(|since| since < promulgated), since.is_some()),
        Beginning::Office => (true, true),
    };
    if today <= end && is_protected {
        ruling.verdict = Verdict::Transition;
        ruling.reasons.push(standing::in_grace(end, pack.grace_article.as_deref(), is_known));
    }
}
