//! The condition of the machines: what their own readings say needs a person, whatever any regulation asks. A
//! disk that calls itself failing, an array that lost a member, a restart that is due, an operating system
//! that nobody mends any more. Facts only, each beside the number of servers of which it is known at all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use patuh_protocol::id::AgentId;
use patuh_protocol::inventory::{DiskHealth, Kernel, Raid, System};
use patuh_protocol::report::Reading;
use tokio::sync::Mutex;

use crate::duplicates::Question;
use crate::lifecycle::{Standing, Table};
use crate::store::{CurrentSection, Error, Store};

/// The sensors that tell of it.
const SENSORS: [&str; 4] = ["kernel", "raid", "smart", "system"];

/// The kinds of [`Trouble`], the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A disk that fails by its own account.
    Disk,
    /// An array without all its members.
    Raid,
    /// An operating system without security updates.
    Unsupported,
    /// A restart that is due.
    Restart,
}

/// Something that needs a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// A disk that fails by its own account: its name or, where that is not known, its model.
    Disk(String),
    /// An array, with the members that do not take part.
    Raid(String, Vec<String>),
    /// A release whose support ended on this day.
    Unsupported(String, Date),
    /// Why a restart is due.
    Restart(Vec<String>),
}

/// The condition of one machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// What is known of it at all.
    pub known: BTreeSet<Kind>,
    /// What needs a person, gravest first.
    pub troubles: Vec<Trouble>,
}

/// The conditions of all machines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions(BTreeMap<AgentId, Condition>);

impl Kind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Disk, Self::Raid, Self::Unsupported, Self::Restart];
}

impl Trouble {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Disk(_) => Kind::Disk,
            Self::Raid(..) => Kind::Raid,
            Self::Unsupported(..) => Kind::Unsupported,
            Self::Restart(_) => Kind::Restart,
        }
    }
}

impl Condition {
    /// The condition that `sections` tell of, as of `day`.
    pub fn of<'a>(sections: impl IntoIterator<Item = &'a CurrentSection>, table: &Table, day: Date) -> Self {
        let mut condition = Self::default();
        for section in sections {
            match section.value.as_ref().map(|value| &value.reading) {
                Some(Reading::System(system)) => condition.system(system, table, day),
                Some(Reading::DiskHealth(disks)) => condition.disks(disks),
                Some(Reading::Raids(raids)) => condition.raids(raids),
                Some(Reading::Kernel(kernel)) => condition.kernel(kernel),
                _ => {}
            }
        }
        condition.troubles.sort();
        condition
    }

    fn system(&mut self, system: &System, table: &Table, day: Date) {
        let Some(life) = table.of(system) else { return };
        match life.standing(day) {
            Standing::Unannounced => return,
            Standing::Supported(_) | Standing::Extended(_) => {}
            Standing::Ended(day) => self.troubles.push(Trouble::Unsupported(life.name(), day)),
        }
        self.known.insert(Kind::Unsupported);
    }

    fn disks(&mut self, disks: &[DiskHealth]) {
        for disk in disks {
            let Some(passed) = disk.passed else { continue };
            self.known.insert(Kind::Disk);
            if !passed {
                let names = [&disk.disk, &disk.model, &disk.serial];
                let name = names.into_iter().flatten().find(|name| !name.is_empty());
                self.troubles.push(Trouble::Disk(name.cloned().unwrap_or_default()));
            }
        }
    }

    fn raids(&mut self, raids: &[Raid]) {
        for raid in raids {
            let Some(degraded) = raid.degraded else { continue };
            self.known.insert(Kind::Raid);
            if degraded {
                let lost = raid.members.iter().filter(|member| !takes_part(&member.state));
                let lost = lost.map(|member| member.disk.clone()).collect();
                self.troubles.push(Trouble::Raid(raid.name.clone(), lost));
            }
        }
    }

    fn kernel(&mut self, kernel: &Kernel) {
        let Some(pending) = kernel.reboot_pending else { return };
        self.known.insert(Kind::Restart);
        if pending {
            self.troubles.push(Trouble::Restart(kernel.reasons.clone()));
        }
    }
}

/// Whether a member of an array in this state holds its data, or stands by to.
fn takes_part(state: &str) -> bool {
    matches!(state, "in_sync" | "spare" | "write_mostly")
}

impl Conditions {
    /// The condition of the machine of `agent`.
    #[must_use]
    pub fn get(&self, agent: &AgentId) -> Option<&Condition> {
        self.0.get(agent)
    }

    /// The servers with a trouble of `kind`.
    #[must_use]
    pub fn troubled(&self, kind: Kind) -> BTreeSet<AgentId> {
        let troubled = |condition: &Condition| condition.troubles.iter().any(|t| t.kind() == kind);
        self.0.iter().filter(|(_, condition)| troubled(condition)).map(|(agent, _)| agent.clone()).collect()
    }

    /// Of how many servers it is known whether they have a trouble of `kind`.
    #[must_use]
    pub fn known(&self, kind: Kind) -> usize {
        self.0.values().filter(|condition| condition.known.contains(&kind)).count()
    }
}

impl FromIterator<(AgentId, Condition)> for Conditions {
    fn from_iter<I: IntoIterator<Item = (AgentId, Condition)>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}

/// Keeps the newest conditions and the open questions, so that a page reads the sections of all servers only
/// when the ledger grew.
#[derive(Debug)]
pub struct Watch {
    store: Store,
    table: Arc<Table>,
    newest: Mutex<Option<(u64, Date, Arc<Conditions>)>>,
    asked: Mutex<Option<(u64, Arc<Vec<Question>>)>>,
}

impl Watch {
    /// A watch over the servers in `store`, by `table`.
    #[must_use]
    pub fn new(store: Store, table: Arc<Table>) -> Self {
        Self { store, table, newest: Mutex::new(None), asked: Mutex::new(None) }
    }

    /// The table of the ends of support.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The conditions as of `day`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn current(&self, day: Date) -> Result<Arc<Conditions>, Error> {
        let mut newest = self.newest.lock().await;
        let size = self.store.size().await?;
        if let Some((of, on, conditions)) = &*newest
            && (*of, *on) == (size, day)
        {
            return Ok(Arc::clone(conditions));
        }
        let mut sections: BTreeMap<AgentId, Vec<CurrentSection>> = BTreeMap::new();
        for (agent, section) in self.store.sections_named(&SENSORS).await? {
            sections.entry(agent).or_default().push(section);
        }
        let of = |(agent, sections): (AgentId, Vec<CurrentSection>)| {
            (agent, Condition::of(&sections, &self.table, day))
        };
        let conditions = Arc::new(sections.into_iter().map(of).collect());
        *newest = Some((size, day, Arc::clone(&conditions)));
        Ok(conditions)
    }

    /// What a person must decide, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn questions(&self) -> Result<Arc<Vec<Question>>, Error> {
        let mut asked = self.asked.lock().await;
        let size = self.store.size().await?;
        if let Some((of, questions)) = &*asked
            && *of == size
        {
            return Ok(Arc::clone(questions));
        }
        let questions = Arc::new(self.store.questions().await?);
        *asked = Some((size, Arc::clone(&questions)));
        Ok(questions)
    }
}

#[cfg(test)]
mod tests {
    use patuh_protocol::inventory::RaidMember;

    use super::*;
    use crate::store::{Carrier, Latest, Value};

    fn section(sensor: &str, reading: Reading) -> CurrentSection {
        let at = "2026-11-22T00:00:00Z".parse().unwrap();
        let value = Some(Value { reading, at, index: 1, carrier: Carrier { at, index: 1 } });
        CurrentSection { sensor: sensor.into(), latest: Latest::Ok, at, index: 1, took_us: 1, value }
    }

    fn check(sections: &[CurrentSection], troubles: &[Trouble], known: &[Kind]) {
        let table = Table::shipped().unwrap();
        let condition = Condition::of(sections, &table, "2026-11-22".parse().unwrap());
        assert_eq!(condition.troubles, troubles);
        assert_eq!(condition.known.into_iter().collect::<Vec<_>>(), known);
    }

    fn raid(degraded: Option<bool>) -> CurrentSection {
        let member = |disk: &str, state: &str| RaidMember { disk: disk.into(), state: state.into() };
        let members = vec![member("sda1", "in_sync"), member("sdb1", "faulty"), member("sdc1", "spare")];
        let raid = Raid { name: "md0".into(), kind: "md".into(), degraded, members, ..Raid::default() };
        section("raid", Reading::Raids(vec![raid]))
    }

    #[test]
    fn what_is_not_known_is_no_trouble() {
        check(&[], &[], &[]);
        check(&[raid(None)], &[], &[]);
        check(&[section("kernel", Reading::Kernel(Kernel::default()))], &[], &[]);
        check(&[section("smart", Reading::DiskHealth(vec![DiskHealth::default()]))], &[], &[]);
        check(&[section("system", Reading::System(System::default()))], &[], &[]);
    }

    #[test]
    fn troubles_are_told_gravest_first() {
        let system = System { id: Some("centos".into()), version: Some("7".into()), ..System::default() };
        let health = |disk: &str, passed| DiskHealth {
            disk: Some(disk.into()),
            passed: Some(passed),
            ..DiskHealth::default()
        };
        let kernel = Kernel {
            reboot_pending: Some(true),
            reasons: vec!["linux-image-6.1.0-41-amd64".into()],
            ..Kernel::default()
        };
        let sections = [
            section("kernel", Reading::Kernel(kernel)),
            raid(Some(true)),
            section("smart", Reading::DiskHealth(vec![health("sda", true), health("sdb", false)])),
            section("system", Reading::System(system)),
        ];
        let expected = [
            Trouble::Disk("sdb".into()),
            Trouble::Raid("md0".into(), vec!["sdb1".into()]),
            Trouble::Unsupported("CentOS Linux 7".into(), "2024-06-30".parse().unwrap()),
            Trouble::Restart(vec!["linux-image-6.1.0-41-amd64".into()]),
        ];
        check(&sections, &expected, &Kind::ALL);
    }

    #[test]
    fn a_healthy_machine_is_known_to_be_so() {
        let system = System { id: Some("rocky".into()), version: Some("9.3".into()), ..System::default() };
        let kernel = Kernel { reboot_pending: Some(false), ..Kernel::default() };
        let sections = [
            raid(Some(false)),
            section("kernel", Reading::Kernel(kernel)),
            section("system", Reading::System(system)),
        ];
        check(&sections, &[], &[Kind::Raid, Kind::Unsupported, Kind::Restart]);
        let table = Table::shipped().unwrap();
        let day = "2026-11-22".parse().unwrap();
        let agent = AgentId::of_key(&[1; 32]);
        let all: Conditions = [(agent.clone(), Condition::of(&sections, &table, day))].into_iter().collect();
        assert_eq!((all.known(Kind::Raid), all.known(Kind::Disk)), (1, 0));
        assert!(all.troubled(Kind::Raid).is_empty() && all.get(&agent).is_some());
    }
}
