//! Backups of whole machines, which their hosts make: they hold what the server in the machine holds. Its own agent
//! knows nothing of them, and without them a well kept guest would look as if nobody backed it up.

use std::collections::BTreeMap;

use patuh_compliance::estate::Known;
use patuh_protocol::backup::{BackupSet, Tool};
use patuh_protocol::id::AgentId;
use patuh_protocol::inventory::{Guest, GuestKind};
use patuh_protocol::report::Reading;

use super::Sections;
use super::backups::{self, Claimed};
use crate::kin::{self, Machines};
use crate::store::CurrentSection;

/// A set that a host makes of one of its guests, as that guest would claim it.
pub(super) struct Lent<'a> {
    set: BackupSet,
    told: Claimed<'a>,
}

impl Lent<'_> {
    /// As a claim of the guest.
    pub(super) fn claimed(&self) -> Claimed<'_> {
        Claimed { set: &self.set, ..self.told }
    }
}

/// What hosts back up of each server that is a guest. A machine that several servers say they are is nobody's.
pub(super) fn lent(sections: &Sections) -> BTreeMap<AgentId, Vec<Lent<'_>>> {
    let machines = machines(sections);
    let mut lent = BTreeMap::<AgentId, Vec<Lent<'_>>>::new();
    for own in sections.values() {
        let mut guests = kin::guests(readings(own)).filter(|guest| guest.manager == "proxmox").peekable();
        let Some(Known::Yes(claims)) = guests.peek().map(|_| backups::claimed(own)) else { continue };
        for guest in guests {
            let mut within = machines.within(guest);
            let (Some(agent), None) = (within.next(), within.next()) else { continue };
            let of_guest = claims.iter().filter(|claimed| is_of(claimed.set, guest));
            lent.entry(agent.clone())
                .or_default()
                .extend(of_guest.map(|told| Lent { set: whole(told.set), told: *told }));
        }
    }
    lent
}

/// The servers that are guests, by what their hosts know them by.
pub(super) fn machines(sections: &Sections) -> Machines<AgentId> {
    let mut machines = Machines::default();
    for (agent, own) in sections.iter().filter(|(_, own)| kin::is_guest(readings(own))) {
        machines.add(agent, readings(own));
    }
    machines
}

/// Whether Proxmox made it of this guest and no other: its source is the guest's number.
fn is_of(set: &BackupSet, guest: &Guest) -> bool {
    let kind = match guest.kind {
        GuestKind::Machine => "vm",
        GuestKind::Container => "ct",
    };
    matches!(set.tool, Tool::Vzdump | Tool::Pbs)
        && matches!(set.sources.as_slice(), [only] if *only == format!("{kind}/{}", guest.id))
}

/// The guest number's set, as the guest sees it: everything from its root down, taken while it ran.
fn whole(set: &BackupSet) -> BackupSet {
    BackupSet { sources: vec!["/".to_owned()], one_filesystem: Some(false), ..set.clone() }
}

/// All that was read of a server.
pub(super) fn readings(sections: &[CurrentSection]) -> impl Iterator<Item = &Reading> {
    sections.iter().filter_map(|section| section.value.as_ref().map(|value| &value.reading))
}
