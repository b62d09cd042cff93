//! `[policy."RULE"]`: what the Dinas sets differently from a rule pack. Every number here is *kebijakan
//! Dinas*, and is shown as such.

use std::collections::BTreeMap;

use patuh_compliance::estate::Grade;
use patuh_compliance::pack::Policy;
use toml::de::DeValue;

use super::reader::{Key, Reader, Wrong, flag, number, text};

/// Reads `[policy]`: one table per rule id.
pub(super) fn read(root: &mut Reader<'_, '_>) -> BTreeMap<String, Policy> {
    let Some(table) = root.table("policy") else { return BTreeMap::new() };
    table.named_tables().into_iter().map(|(rule, table)| (rule, policy(table))).collect()
}

fn policy(mut table: Reader<'_, '_>) -> Policy {
    let policy = Policy {
        database_hours: table.optional(Key("database_hours", "24"), number),
        files_hours: table.optional(Key("files_hours", "168"), number),
        apart_hours: table.optional(Key("apart_hours", "168"), number),
        portable_hours: table.optional(Key("portable_hours", "720"), number),
        max_age_hours: table.optional(Key("max_age_hours", "24"), number),
        medium_seen_days: table.optional(Key("medium_seen_days", "90"), number),
        max_age_days: table.optional(Key("max_age_days", "180"), number),
        max_minutes: table.optional(Key("max_minutes", "240"), number),
        keep_days: table.optional(Key("keep_days", "30"), number),
        least_points: table.optional(Key("least_points", "4"), number),
        grace_hours: table.optional(Key("grace_hours", "6"), number),
        watched_days: table.optional(Key("watched_days", "14"), number),
        report_days: table.optional(Key("report_days", "14"), number),
        answered_hours: table.optional(Key("answered_hours", "24"), number),
        never_days: table.optional(Key("never_days", "7"), number),
        least_grade: table.optional(Key("least_grade", "\"claimed\""), grade),
        mandiri_tik_review: table.optional(Key("mandiri_tik_review", "true"), flag),
        data_suffices: table.optional(Key("data_suffices", "true"), flag),
        configuration: table.optional(Key("configuration", "true"), flag),
        every_set: table.optional(Key("every_set", "true"), flag),
        strict: table.optional(Key("strict", "true"), flag),
    };
    table.close();
    policy
}

fn grade(value: &DeValue<'_>) -> Result<Grade, Wrong> {
    match text(value)?.as_str() {
        "claimed" => Ok(Grade::Claimed),
        "witnessed" => Ok(Grade::Witnessed),
        "verified" => Ok(Grade::Verified),
        "restored" => Ok(Grade::Restored),
        other => Err(format!("{other:?} bukan tingkat bukti (claimed, witnessed, verified, restored)")),
    }
}
