//! How long the collector waits before it believes what it sees. All of it is judgement, none of it law
//! ("kebijakan Dinas").

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// The windows within which facts are confirmed and forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Windows {
    /// What is there this long after a source first ran was there before it ran.
    pub first_look: SignedDuration,
    /// Configuration is believed, and given up, after this many readings …
    pub configuration_readings: u32,
    /// … at least this far apart.
    pub configuration_span: SignedDuration,
    /// A gateway's MAC address is believed after this many readings …
    pub gateway_mac_readings: u32,
    /// … over this long.
    pub gateway_mac_span: SignedDuration,
    /// MAC addresses that alternate within this long are a pair of routers for one address.
    pub pair_within: SignedDuration,
    /// A neighbour that announces itself is believed after this long, heard twice.
    pub adjacency_span: SignedDuration,
    /// … and given up when it was silent for this long with the link up.
    pub adjacency_silent: SignedDuration,
    /// … or with the link down.
    pub adjacency_down: SignedDuration,
    /// A host is believed after this many sightings …
    pub host_sightings: u32,
    /// … in this many different hours …
    pub host_hours: u32,
    /// … within this long.
    pub host_span: SignedDuration,
    /// Hosts that come to be believed this long after the first look at their subnet were there before.
    pub baseline: SignedDuration,
    /// A host is missing after this many days on which a sound agent looked and did not see it.
    pub host_missing_days: u32,
    /// … and gone after this many.
    pub host_gone_days: u32,
    /// A carrier that came and went this many times …
    pub flap_toggles: u32,
    /// … within this long is told once.
    pub flap_within: SignedDuration,
    /// Changes within this long are one set, and one report.
    pub change_set: SignedDuration,
    /// What the hours of a day are counted by: minutes before UTC (WIB 420, WITA 480, WIT 540).
    pub utc_offset_minutes: i32,
}

impl Default for Windows {
    fn default() -> Self {
        Self {
            first_look: SignedDuration::from_hours(1),
            configuration_readings: 2,
            configuration_span: SignedDuration::from_secs(60),
            gateway_mac_readings: 3,
            gateway_mac_span: SignedDuration::from_mins(10),
            pair_within: SignedDuration::from_hours(24),
            adjacency_span: SignedDuration::from_mins(5),
            adjacency_silent: SignedDuration::from_mins(15),
            adjacency_down: SignedDuration::from_hours(24),
            host_sightings: 3,
            host_hours: 2,
            host_span: SignedDuration::from_hours(24),
            baseline: SignedDuration::from_hours(7 * 24),
            host_missing_days: 14,
            host_gone_days: 30,
            flap_toggles: 3,
            flap_within: SignedDuration::from_hours(24),
            change_set: SignedDuration::from_mins(15),
            utc_offset_minutes: 7 * 60,
        }
    }
}
