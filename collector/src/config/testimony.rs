//! `[testimony]`: on which terms claims of backups are set beside what witnesses saw. No law gives any of these
//! numbers: `kebijakan Dinas`.

use super::reader::{Key, Reader, number};

/// The terms of the witnesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestimonyConfig {
    /// For how many days a recovery point must stay, where its set does not say.
    pub keep_days: u32,
    /// After how many hours a witness that has not looked says nothing about now; `None`: as for agents.
    pub silent_after_hours: Option<u32>,
    /// For how many days a restore drill proves that a backup can be brought back.
    pub drill_days: u32,
}

impl Default for TestimonyConfig {
    fn default() -> Self {
        Self { keep_days: 30, silent_after_hours: None, drill_days: 180 }
    }
}

/// Reads `[testimony]`.
pub(super) fn read(root: &mut Reader<'_, '_>) -> TestimonyConfig {
    let default = TestimonyConfig::default();
    let Some(mut table) = root.table("testimony") else { return default };
    let keep_days = table.optional(Key("keep_days", "30"), number).unwrap_or(default.keep_days);
    let silent_after_hours = table.optional(Key("silent_after_hours", "26"), number);
    let drill_days = table.optional(Key("drill_days", "180"), number).unwrap_or(default.drill_days);
    table.close();
    TestimonyConfig { keep_days, silent_after_hours, drill_days }
}
