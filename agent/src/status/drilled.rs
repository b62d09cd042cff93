//! A drill as Indonesian text, for who waits for it.

use std::fmt;

use patuh_protocol::backup::{Drill, Tool};

use super::words::{grouped, size};
use crate::drill::Event;

/// What happens in a drill, as lines of text.
#[derive(Clone, Copy, Debug)]
pub struct Drilled<'a>(pub Event<'a>);

impl fmt::Display for Drilled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Event::Begun { set, tool } => writeln!(f, "{set} ({}) …", called(tool)),
            Event::Ended(drill) => ended(f, drill),
            Event::Skipped { why, .. } => writeln!(f, "  DILEWATI: {why}"),
        }
    }
}

const fn called(tool: Tool) -> &'static str {
    match tool {
        Tool::Restic => "restic",
        Tool::Borg => "borg",
        _ => "dump",
    }
}

fn ended(f: &mut fmt::Formatter<'_>, drill: &Drill) -> fmt::Result {
    let seconds = format!("{},{} detik", grouped(drill.took_ms / 1000), drill.took_ms % 1000 / 100);
    let note = drill.note.as_deref().unwrap_or_default();
    if !drill.passed {
        return writeln!(f, "  GAGAL sesudah {seconds}: {note}");
    }
    write!(f, "  BERHASIL dalam {seconds}: {} kembali ({})", grouped(drill.items), size(drill.bytes))?;
    if drill.compared > 0 {
        write!(f, ", {} dibandingkan, {} sama", grouped(drill.compared), grouped(drill.same))?;
    }
    if let Some(age) = drill.canary_age_s {
        let (count, unit) = if age < 2 * 3600 { (age / 60, "menit") } else { (age / 3600, "jam") };
        write!(f, "; kenari berumur {} {unit}", grouped(count))?;
    }
    writeln!(f)?;
    if note.is_empty() { Ok(()) } else { writeln!(f, "  Catatan: {note}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(drill: &Drill, expected: &str) {
        assert_eq!(Drilled(Event::Ended(drill)).to_string(), expected);
    }

    #[test]
    fn a_drill_is_told_in_a_line_or_two() {
        let passed = Drill {
            took_ms: 3210,
            items: 21,
            bytes: 1_234_567,
            compared: 15,
            same: 15,
            canary_age_s: Some(9 * 3600),
            passed: true,
            ..Drill::default()
        };
        let line = "  BERHASIL dalam 3,2 detik: 21 kembali (1,2 MB), 15 dibandingkan, 15 sama; kenari berumur 9 jam\n";
        check(&passed, line);
        let noted = Drill { note: Some("benih 7".to_owned()), ..passed };
        check(&noted, &format!("{line}  Catatan: benih 7\n"));
        let failed = Drill { note: Some("tidak kembali: /x".to_owned()), ..Drill::default() };
        check(&failed, "  GAGAL sesudah 0,0 detik: tidak kembali: /x\n");
        let begun = Event::Begun { set: "harian", tool: Tool::Restic };
        assert_eq!(Drilled(begun).to_string(), "harian (restic) …\n");
        let skipped = Event::Skipped { set: "harian", why: "tanpa kata sandi" };
        assert_eq!(Drilled(skipped).to_string(), "  DILEWATI: tanpa kata sandi\n");
    }
}
