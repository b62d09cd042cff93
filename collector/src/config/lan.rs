//! `[lan]`: how long the collector waits before it believes what agents see of the offices' LANs, and what the network
//! behind the offices is called. No law gives any of these numbers: `kebijakan Dinas`.

use jiff::SignedDuration;
use patuh_compliance::estate::Zone;

use super::reader::{Key, Reader, number, text};
use crate::lan::Windows;

/// The offices' LANs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanConfig {
    /// The windows of confirming and ageing.
    pub windows: Windows,
    /// What lies behind the offices' gateways, for the diagrams.
    pub outside: String,
    /// Every so many seconds the ledger is followed.
    pub follow_seconds: u32,
}

impl Default for LanConfig {
    fn default() -> Self {
        Self {
            windows: Windows::default(),
            outside: "Jaringan Intra Pemerintah Daerah".to_owned(),
            follow_seconds: 5,
        }
    }
}

/// Reads `[lan]`; days are counted by the clocks of `zone`.
pub(super) fn read(root: &mut Reader<'_, '_>, zone: Zone) -> LanConfig {
    let mut lan = LanConfig::default();
    lan.windows.utc_offset_minutes = zone.offset().seconds() / 60;
    let Some(mut table) = root.table("lan") else { return lan };
    let outside = table.optional(Key("outside", "\"Jaringan Intra Pemerintah Daerah\""), text);
    lan.outside = outside.unwrap_or(lan.outside);
    count(&mut table, Key("follow_seconds", "5"), &mut lan.follow_seconds);
    windows(&mut table, &mut lan.windows);
    table.close();
    lan
}

fn windows(table: &mut Reader<'_, '_>, windows: &mut Windows) {
    let (second, minute, hour, day) = (1, 60, 3600, 24 * 3600);
    span(table, Key("first_look_minutes", "60"), minute, &mut windows.first_look);
    count(table, Key("configuration_readings", "2"), &mut windows.configuration_readings);
    span(table, Key("configuration_seconds", "60"), second, &mut windows.configuration_span);
    count(table, Key("gateway_mac_readings", "3"), &mut windows.gateway_mac_readings);
    span(table, Key("gateway_mac_seconds", "600"), second, &mut windows.gateway_mac_span);
    span(table, Key("pair_hours", "24"), hour, &mut windows.pair_within);
    span(table, Key("adjacency_seconds", "300"), second, &mut windows.adjacency_span);
    span(table, Key("adjacency_silent_seconds", "900"), second, &mut windows.adjacency_silent);
    span(table, Key("adjacency_down_hours", "24"), hour, &mut windows.adjacency_down);
    count(table, Key("host_sightings", "3"), &mut windows.host_sightings);
    count(table, Key("host_hours", "2"), &mut windows.host_hours);
    span(table, Key("host_within_hours", "24"), hour, &mut windows.host_span);
    span(table, Key("baseline_days", "7"), day, &mut windows.baseline);
    count(table, Key("host_missing_days", "14"), &mut windows.host_missing_days);
    count(table, Key("host_gone_days", "30"), &mut windows.host_gone_days);
    count(table, Key("flap_toggles", "3"), &mut windows.flap_toggles);
    span(table, Key("flap_hours", "24"), hour, &mut windows.flap_within);
    span(table, Key("change_set_seconds", "900"), second, &mut windows.change_set);
}

fn count(table: &mut Reader<'_, '_>, key: Key, value: &mut u32) {
    *value = table.optional(key, number).unwrap_or(*value);
}

/// A span that is written as a number of `seconds`.
fn span(table: &mut Reader<'_, '_>, key: Key, seconds: i64, value: &mut SignedDuration) {
    if let Some(number) = table.optional(key, number) {
        *value = SignedDuration::from_secs(i64::from(number) * seconds);
    }
}
