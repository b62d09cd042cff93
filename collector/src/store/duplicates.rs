//! Questions about doubled servers, and what was decided: [`crate::duplicates`] asks them.
//!
//! A decision is an act of the ledger, written in one transaction with what follows from it. Nothing is ever
//! thrown away: an agent that was retired for another keeps its server, its history and its reports; it is only
//! hidden from lists and from the judge, its reports are no longer taken, and a decision can be taken back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::id::AgentId;
use patuh_protocol::inventory::Machine;
use patuh_protocol::receipt::ActLeaf;
use patuh_protocol::report::Reading;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::access::SET_ACTIVE;
use super::cell::{Cells as _, corrupt, micros, plain};
use super::grouped::Grouped;
use super::{Error, ServerFilter, ServerRow, Store};
use crate::duplicates::{
    Answer, Conflicts, Decided, Facts, Ground, GuestSeen, Kind, Question, Sighting, guests_seen, macs,
    questions,
};
use crate::ledger::Signer;

/// The sensors whose readings tell machines apart.
const SENSORS: [&str; 5] = ["guests/libvirt", "guests/lxc", "guests/proxmox", "interfaces", "machine"];

const SIGHTINGS: &str = "SELECT agent, seen FROM sightings WHERE government = $1";

const CONFLICTS: &str = "SELECT agent, count, first_at, last_at FROM conflicts WHERE government = $1";

/// The same number again is the same conflict.
const ADD_CONFLICTS: Grouped = Grouped::insert(
    "INSERT INTO conflicts (government, agent, sequence, count, first_at, last_at) VALUES ",
    5,
    " ON CONFLICT (government, agent) DO UPDATE SET count = conflicts.count + 1, \
        sequence = excluded.sequence, last_at = excluded.last_at \
        WHERE conflicts.sequence <> excluded.sequence",
);

const DECISIONS: &str = "SELECT question FROM decisions WHERE government = $1 ORDER BY idx";

const ADD_DECISION: &str = "INSERT INTO decisions (government, idx, question, same, who, at) \
    VALUES ($1, $2, $3, $4, $5, $6)";

const FORGET_DECISION: &str = "DELETE FROM decisions WHERE government = $1 AND idx = $2";

const MERGE: &str = "INSERT INTO merged (government, agent, kept, idx, active) \
    SELECT government, agent, $3, $4, active FROM agents WHERE government = $1 AND agent = $2 \
    ON CONFLICT (government, agent) DO UPDATE SET kept = excluded.kept, idx = excluded.idx";

/// Agents that were merged into one that is retired now follow it to the one that carries on.
const FOLLOW: &str = "UPDATE merged SET kept = $3 WHERE government = $1 AND kept = $2";

const UNMERGE: &str = "DELETE FROM merged WHERE government = $1 AND agent = $2 RETURNING kept, idx, active";

const KIN: &str = "SELECT m.agent, m.kept, o.hostname AS old, n.hostname AS new FROM merged m \
    JOIN servers o ON o.government = m.government AND o.agent = m.agent \
    JOIN servers n ON n.government = m.government AND n.agent = m.kept \
    WHERE m.government = $1 AND (m.agent = $2 OR m.kept = $2) ORDER BY m.idx";

/// The other agents of a server, before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage {
    /// The agents that it carries on, with their host names: its history goes on in theirs.
    pub follows: Vec<(AgentId, String)>,
    /// The agent that carries it on, with its host name.
    pub followed_by: Option<(AgentId, String)>,
}

/// What came of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It stands in the ledger, and what follows from it is done.
    Done,
    /// There is no such question any more: somebody else answered it, or what is known has changed.
    Gone,
    /// The agent that is to carry on is none of those in question, or it was retired or revoked.
    NotAmongThem,
}

impl Store {
    /// What a person must decide, oldest first.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn questions(&self) -> Result<Vec<Question>, Error> {
        let facts = self.facts().await?;
        let rows = self.query(DECISIONS).fetch_all(&self.pool).await?;
        let decided: Vec<Decided> = rows.iter().map(|row| row.json("question")).collect::<Result<_, _>>()?;
        Ok(questions(facts, &decided))
    }

    /// Carries out the answer of `who` to the question `id`, and writes it into the ledger with the reason `why`.
    /// When it is one machine, all agents in question but the one that carries on are retired; otherwise nothing
    /// changes but that it is not asked again on the same grounds.
    ///
    /// # Errors
    /// [`Error`]: nothing was written.
    pub async fn answer_question(
        &self,
        id: &str,
        answer: &Answer,
        why: &str,
        who: &str,
        signer: &Signer,
        now: Timestamp,
    ) -> Result<Answered, Error> {
        let (_turn, mut transaction, head) = self.begin().await?;
        let Some(question) = self.questions().await?.into_iter().find(|question| question.id == id) else {
            return Ok(Answered::Gone);
        };
        if let Answer::Same { keeps } = answer {
            let active = self.agent(keeps).await?.is_some_and(|agent| agent.active);
            if !active || !question.agents.contains(keeps) {
                return Ok(Answered::NotAmongThem);
            }
        }
        let (index, act) = (head.size().cast_signed(), act(&question, answer, why, who, now));
        self.append_acts(&mut transaction, head, &[act], signer, now).await?;
        self.decide(&mut transaction, index, &question, answer, (who, now)).await?;
        if let Answer::Same { keeps } = answer {
            for agent in question.agents.iter().filter(|agent| *agent != keeps) {
                self.retire(&mut transaction, agent, keeps, index).await?;
            }
        }
        transaction.commit().await?;
        Ok(Answered::Done)
    }

    async fn decide(
        &self,
        connection: &mut AnyConnection,
        index: i64,
        question: &Question,
        answer: &Answer,
        (who, now): (&str, Timestamp),
    ) -> Result<(), Error> {
        let decided = question.decided();
        let decided = serde_json::to_string(&decided).map_err(|error| corrupt("question", error))?;
        let same = i64::from(matches!(answer, Answer::Same { .. }));
        let query = self.query(ADD_DECISION).bind(index).bind(decided).bind(same);
        query.bind(plain(who)).bind(micros(now)).execute(connection).await?;
        Ok(())
    }

    async fn retire(
        &self,
        connection: &mut AnyConnection,
        agent: &AgentId,
        keeps: &AgentId,
        index: i64,
    ) -> Result<(), Error> {
        let follow = self.query(FOLLOW).bind(agent.as_str()).bind(keeps.as_str());
        follow.execute(&mut *connection).await?;
        let merge = self.query(MERGE).bind(agent.as_str()).bind(keeps.as_str()).bind(index);
        merge.execute(&mut *connection).await?;
        let query = self.query(SET_ACTIVE).bind(agent.as_str()).bind(0_i64);
        query.execute(connection).await?;
        Ok(())
    }

    /// Takes back that `agent` was retired for another: it is listed, judged and asked about again, and its reports
    /// are taken unless it was revoked. False when it was not retired.
    ///
    /// # Errors
    /// [`Error`]: nothing was written.
    pub async fn unmerge(
        &self,
        agent: &AgentId,
        who: &str,
        signer: &Signer,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let (_turn, mut transaction, head) = self.begin().await?;
        let query = self.query(UNMERGE).bind(agent.as_str());
        let Some(row) = query.fetch_optional(&mut *transaction).await? else { return Ok(false) };
        let about = format!("agen {agent} dipisahkan lagi dari agen {}", row.text("kept")?);
        let act = ActLeaf { at: now, who: who.to_owned(), act: "duplicate.unmerge".to_owned(), about };
        self.append_acts(&mut transaction, head, &[act], signer, now).await?;
        let forget = self.query(FORGET_DECISION).bind(row.number("idx")?.cast_signed());
        forget.execute(&mut *transaction).await?;
        let query = self.query(SET_ACTIVE).bind(agent.as_str()).bind(row.number("active")?.cast_signed());
        query.execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// The other agents of the server of `agent`.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lineage(&self, agent: &AgentId) -> Result<Lineage, Error> {
        let mut lineage = Lineage::default();
        for row in self.query(KIN).bind(agent.as_str()).fetch_all(&self.pool).await? {
            let (old, kept): (AgentId, AgentId) = (row.parsed("agent")?, row.parsed("kept")?);
            if old == *agent {
                lineage.followed_by = Some((kept, row.text("new")?));
            } else {
                lineage.follows.push((old, row.text("old")?));
            }
        }
        Ok(lineage)
    }

    /// Takes down that agents handed in other reports under numbers that were taken. This is no fact of the ledger,
    /// which refused them.
    pub(super) async fn add_conflicts(
        &self,
        conflicts: &[(&AgentId, u64)],
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut connection = self.pool.acquire().await?;
        // One at a time: a statement may not meet the same row twice.
        for conflict in conflicts {
            let one = [conflict];
            let add =
                ADD_CONFLICTS.execute(&mut connection, &self.government, &one, |query, (agent, sequence)| {
                    let query = query.bind(agent.as_str()).bind(sequence.cast_signed()).bind(1_i64);
                    query.bind(micros(now)).bind(micros(now))
                });
            add.await?;
        }
        Ok(())
    }

    /// What is known of the machine of each agent that was not retired.
    async fn facts(&self) -> Result<Vec<Facts>, Error> {
        let servers = self.servers(&ServerFilter::default()).await?;
        let seen = self.each_agent(SIGHTINGS, |row| row.json::<Vec<Sighting>>("seen")).await?;
        let conflicts = self.each_agent(CONFLICTS, conflicts).await?;
        let mut readings: BTreeMap<AgentId, Vec<Reading>> = BTreeMap::new();
        for (agent, section) in self.sections_named(&SENSORS).await? {
            readings.entry(agent).or_default().extend(section.value.map(|value| value.reading));
        }
        let mut guests = Vec::new();
        for server in &servers {
            for reading in readings.get(&server.agent).into_iter().flatten() {
                if let Reading::Guests(all) = reading {
                    guests.extend(guests_seen(&server.hostname, all));
                }
            }
        }
        let fact = |server: ServerRow| {
            let agent = server.agent.clone();
            let seen = seen.get(&agent).cloned().unwrap_or_default();
            let own = readings.get(&agent).map(Vec::as_slice).unwrap_or_default();
            facts(server, own, &guests, seen, conflicts.get(&agent).cloned())
        };
        Ok(servers.into_iter().map(fact).collect())
    }

    async fn each_agent<T>(
        &self,
        sql: &'static str,
        read: impl Fn(&AnyRow) -> Result<T, Error>,
    ) -> Result<BTreeMap<AgentId, T>, Error> {
        let rows = self.query(sql).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.parsed("agent")?, read(row)?))).collect()
    }
}

fn conflicts(row: &AnyRow) -> Result<Conflicts, Error> {
    Ok(Conflicts { count: row.number("count")?, first: row.time("first_at")?, last: row.time("last_at")? })
}

fn facts(
    server: ServerRow,
    readings: &[Reading],
    guests: &[GuestSeen],
    seen: Vec<Sighting>,
    conflicts: Option<Conflicts>,
) -> Facts {
    let machine = readings.iter().find_map(|reading| match reading {
        Reading::Machine(machine) => Some((**machine).clone()),
        _ => None,
    });
    let machine = machine.unwrap_or_else(Machine::default);
    let interfaces = readings.iter().find_map(|reading| match reading {
        Reading::Interfaces(all) => Some(all.as_slice()),
        _ => None,
    });
    let macs = macs(interfaces.unwrap_or_default(), &machine);
    let uuid = machine.uuid.as_deref().map(str::to_lowercase);
    let by_card = guests.iter().find(|guest| !guest.macs.is_disjoint(&macs));
    let by_uuid = || guests.iter().find(|guest| uuid.as_ref().is_some_and(|uuid| guest.uuids.contains(uuid)));
    let guest = machine.guest_of.as_ref().and_then(|_| by_card.or_else(by_uuid));
    Facts {
        agent: server.agent,
        hostname: server.hostname,
        office: server.office,
        enrolled_at: server.enrolled_at,
        last_report: server.last_report,
        guest: guest.map(|guest| guest.words.clone()),
        machine,
        macs,
        seen,
        conflicts,
    }
}

/// What the ledger says of an answer.
fn act(question: &Question, answer: &Answer, why: &str, who: &str, now: Timestamp) -> ActLeaf {
    let agents = question.agents.iter().map(AgentId::as_str).collect::<Vec<_>>().join(", ");
    let ground = |ground: &Ground| format!("{} {}", ground.mark.name(), ground.value).trim_end().to_owned();
    let grounds = question.grounds.iter().map(ground).collect::<Vec<_>>().join("; ");
    let (act, about) = match (question.kind, answer) {
        (Kind::SameMachine, Answer::Same { keeps }) => {
            ("duplicate.merge", format!("agen {agents} satu mesin; agen {keeps} diteruskan"))
        }
        (Kind::SameMachine, Answer::Different) => {
            ("duplicate.split", format!("agen {agents} mesin yang berbeda"))
        }
        (Kind::SharedKey, Answer::Same { .. }) => {
            ("duplicate.same-key", format!("kunci agen {agents} dipakai satu mesin saja"))
        }
        (Kind::SharedKey, Answer::Different) => {
            ("duplicate.shared-key", format!("kunci agen {agents} dipakai lebih dari satu mesin"))
        }
    };
    ActLeaf {
        at: now,
        who: who.to_owned(),
        act: act.to_owned(),
        about: format!("{about} (dasar: {grounds}; alasan: {why})"),
    }
}
