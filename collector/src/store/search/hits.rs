//! The servers that words find.

use std::collections::BTreeMap;

use patuh_protocol::id::{AgentId, Code};

use super::words::{Fit, Word};
use super::{Hit, HitKind};
use crate::store::cell::Cells as _;
use crate::store::grouped::Grouped;
use crate::store::project::AS_WRITTEN;
use crate::store::servers::escaped;
use crate::store::{Error, Store};

/// The servers of a retired agent are another's.
const BY_TERMS: &str = "SELECT t.agent, t.terms, s.hostname, s.office FROM terms t JOIN servers s \
    ON s.government = t.government AND s.agent = t.agent \
    WHERE t.government = $1 AND t.terms LIKE $2 ESCAPE '\\' AND NOT EXISTS \
    (SELECT 1 FROM merged m WHERE m.government = t.government AND m.agent = t.agent)";

const BY_AGENT: &str = "SELECT s.agent, s.hostname, s.office FROM servers s \
    WHERE s.government = $1 AND s.agent LIKE $2 AND NOT EXISTS \
    (SELECT 1 FROM merged m WHERE m.government = s.government AND m.agent = s.agent)";

const BY_OFFICE: Grouped = Grouped::keys(
    "SELECT s.agent, s.hostname, s.office FROM servers s \
        WHERE s.government = $1 AND NOT EXISTS \
        (SELECT 1 FROM merged m WHERE m.government = s.government AND m.agent = s.agent) \
        AND s.office IN (VALUES ",
    1,
    ")",
);

/// So many digits of an agent's name find it.
const DIGITS: usize = 6;

/// The servers that one word finds, each with the best reason for it.
pub(super) type Hits = BTreeMap<AgentId, (Fit, Hit)>;

impl Store {
    /// The servers that each of the words finds.
    pub(super) async fn hits(
        &self,
        words: &[Word],
        offices: &BTreeMap<Code, String>,
    ) -> Result<Vec<Hits>, Error> {
        let mut all = Vec::new();
        for word in words {
            let mut hits = self.by_terms(word).await?;
            self.by_office(word, offices, &mut hits).await?;
            self.by_agent(word, &mut hits).await?;
            all.push(hits);
        }
        Ok(all)
    }

    async fn by_terms(&self, word: &Word) -> Result<Hits, Error> {
        let begins = if word.is_short() { String::from(HitKind::Host.sign()) } else { String::new() };
        let pattern = format!("%{begins}{}%", escaped(word.as_str()));
        let query = self.query(BY_TERMS).bind(pattern);
        let mut hits = Hits::new();
        for row in query.fetch_all(&self.pool).await? {
            let terms = row.text("terms")?;
            let Some((fit, why, text)) = best_term(word, &terms) else { continue };
            let hit = Hit {
                agent: row.parsed("agent")?,
                hostname: row.text("hostname")?,
                office: row.parsed("office")?,
                why,
                text: text.to_owned(),
            };
            offer(&mut hits, fit, hit);
        }
        Ok(hits)
    }

    async fn by_office(
        &self,
        word: &Word,
        offices: &BTreeMap<Code, String>,
        hits: &mut Hits,
    ) -> Result<(), Error> {
        let fit = |(code, name): (&Code, &String)| {
            let fit = word.fit(code.as_str()).into_iter().chain(word.fit(&name.to_lowercase())).min()?;
            Some((code.clone(), (fit, name.clone())))
        };
        // An office that is not configured any more still has its code.
        let fitting: BTreeMap<Code, (Fit, String)> = offices.iter().filter_map(fit).collect();
        let given: Option<Code> = word.as_str().parse().ok().filter(|code| !fitting.contains_key(code));
        let codes: Vec<&Code> = fitting.keys().chain(&given).collect();
        let mut connection = self.pool.acquire().await?;
        let rows = BY_OFFICE
            .fetch(&mut connection, &self.government, &codes, |query, code| query.bind(code.as_str()));
        for row in rows.await? {
            let office: Code = row.parsed("office")?;
            let (fit, text) =
                fitting.get(&office).cloned().unwrap_or_else(|| (Fit::Whole, office.to_string()));
            let (agent, hostname) = (row.parsed("agent")?, row.text("hostname")?);
            offer(hits, fit, Hit { agent, hostname, office, why: HitKind::Office, text });
        }
        Ok(())
    }

    async fn by_agent(&self, word: &Word, hits: &mut Hits) -> Result<(), Error> {
        let word = word.as_str();
        if word.len() < DIGITS || !word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(());
        }
        let query = self.query(BY_AGENT).bind(format!("{word}%"));
        for row in query.fetch_all(&self.pool).await? {
            let agent: AgentId = row.parsed("agent")?;
            let fit = if agent.as_str() == word { Fit::Whole } else { Fit::Beginning };
            let (hostname, office, text) = (row.text("hostname")?, row.parsed("office")?, agent.to_string());
            offer(hits, fit, Hit { agent, hostname, office, why: HitKind::Agent, text });
        }
        Ok(())
    }
}

/// The term that a word fits best: how, of what kind, and as it is written.
fn best_term<'a>(word: &Word, terms: &'a str) -> Option<(Fit, HitKind, &'a str)> {
    let fitting = terms.lines().filter_map(|line| {
        let sign = line.chars().next()?;
        let (kind, term) = (HitKind::of_sign(sign)?, line.strip_prefix(sign)?);
        let (lower, written) = term.split_once(AS_WRITTEN).unwrap_or((term, term));
        Some((word.fit(lower)?, kind, written))
    });
    fitting.min_by_key(|(fit, kind, _)| (*fit != Fit::Whole, *kind, *fit))
}

/// Takes a reason that is better than the one before it.
fn offer(hits: &mut Hits, fit: Fit, hit: Hit) {
    let better = |(had, before): &(Fit, Hit)| {
        (fit != Fit::Whole, hit.why, fit) < (*had != Fit::Whole, before.why, *had)
    };
    if hits.get(&hit.agent).is_none_or(better) {
        hits.insert(hit.agent.clone(), (fit, hit));
    }
}

/// How good a reason is: what was typed as a whole, then by what, then by how well.
type Rank = (bool, HitKind, Fit);

/// The servers that all words find, best first, then by name. And how many there are.
pub(super) fn best(by_word: &[Hits], words: &[Word], limit: usize) -> (Vec<Hit>, usize) {
    let typed = words.iter().map(Word::as_str).collect::<Vec<_>>().join(" ");
    let Some((first, others)) = by_word.split_first() else { return (Vec::new(), 0) };
    let rank = |(fit, hit): &(Fit, Hit)| -> Rank {
        let whole = (*fit == Fit::Whole && others.is_empty()) || hit.text.to_lowercase() == typed;
        (!whole, hit.why, *fit)
    };
    let all = first.keys().filter(|agent| others.iter().all(|hits| hits.contains_key(*agent)));
    let reason = |agent| {
        let reasons = by_word.iter().filter_map(|hits: &Hits| hits.get(agent));
        let best = reasons.min_by_key(|reason| rank(reason))?;
        Some((rank(best), &best.1))
    };
    let mut found: Vec<_> = all.filter_map(reason).collect();
    found.sort_by(|(a, x), (b, y)| (a, &x.hostname, &x.agent).cmp(&(b, &y.hostname, &y.agent)));
    let count = found.len();
    (found.into_iter().take(limit).map(|(_, hit)| hit.clone()).collect(), count)
}
