//! Planned backup jobs in words: whether they ran when they should.

use jiff::Timestamp;

use super::copies::Said;
use super::time::{Voice, hours};
use crate::estate::Plan;
use crate::finding::{Fact, Threshold};

fn said(reason: String, remedy: &str) -> Said {
    Said { reason, remedy: remedy.into() }
}

/// The duty, as the sentence's subject.
pub(crate) fn duty(server: &str) -> String {
    format!("jadwal pencadangan server `{server}`")
}

/// A job, as a clause's subject.
pub(crate) fn subject(plan: &Plan) -> String {
    format!("jadwal `{}`", plan.name)
}

/// A job as a fact.
pub(crate) fn fact(voice: Voice, plan: &Plan) -> Fact {
    let ran = plan
        .last_ran
        .map_or("belum terlihat berjalan".into(), |at| format!("terakhir berjalan {}", voice.when(at)));
    let off = if plan.enabled == Some(false) { ", dimatikan" } else { "" };
    let exit = plan.last_exit.map(|code| format!(", kode akhir {code}")).unwrap_or_default();
    Fact {
        name: format!("Jadwal `{}` ({})", plan.name, plan.tool),
        value: format!("`{}`{off}, {ran}{exit}", plan.schedule),
    }
}

/// How much later than planned a run may be, as a threshold.
pub(crate) fn grace(grace_hours: u32) -> Threshold {
    Threshold {
        name: "Kelonggaran jadwal".into(),
        value: hours(grace_hours),
        set_by: super::POLICY_OF_DINAS.into(),
    }
}

/// Nothing is known of the jobs.
pub(crate) fn unknown(server: &str, why: &str) -> Said {
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    said(
        format!("{} belum diketahui{why}", duty(server)),
        "pastikan agen di server ini membaca jadwal systemd dan cron",
    )
}

/// No job is seen.
pub(crate) fn none(server: &str) -> Said {
    said(
        format!(
            "tidak ada jadwal pencadangan yang terlihat di server `{server}`; pencadangannya mungkin dijalankan \
             dari tempat lain, atau dengan tangan"
        ),
        "pastikan dari mana pencadangan server ini dijalankan, dan jadwalkan bila belum",
    )
}

/// It is switched off.
pub(crate) fn switched_off(plan: &Plan) -> Said {
    said("dimatikan".into(), &format!("nyalakan jadwal `{}`, atau hapus bila sudah ada gantinya", plan.name))
}

/// Its schedule is not understood.
pub(crate) fn unreadable(plan: &Plan) -> Said {
    said(
        format!("tidak dapat dibandingkan, karena selang waktunya (`{}`) tidak dikenali", plan.schedule),
        "periksa penulisan jadwal itu",
    )
}

/// It was never seen to run.
pub(crate) fn never_seen(plan: &Plan) -> Said {
    said(
        "belum terlihat pernah berjalan".into(),
        &format!("periksa apakah jadwal `{}` berjalan, dan apakah agen dapat melihat hasilnya", plan.name),
    )
}

/// A run was missed.
pub(crate) fn late(voice: Voice, plan: &Plan, ran: Timestamp, every: u32, grace_hours: u32) -> Said {
    said(
        format!(
            "terlewat: terakhir berjalan {}, padahal seharusnya setiap {} dengan kelonggaran {}",
            voice.when(ran),
            hours(every),
            hours(grace_hours)
        ),
        &format!("periksa mengapa jadwal `{}` tidak berjalan, lalu jalankan sekarang", plan.name),
    )
}

/// A run would be due by now, and the agent has not spoken since.
pub(crate) fn unseen(voice: Voice, ran: Timestamp) -> Said {
    said(
        format!(
            "terakhir terlihat berjalan {}, dan agen belum melaporkan apakah sesudah itu berjalan lagi",
            voice.when(ran)
        ),
        "pastikan agen di server ini melapor kembali",
    )
}

/// Its last run lies ahead of ours.
pub(crate) fn ahead(voice: Voice, ran: Timestamp) -> Said {
    said(format!("bertanggal {}, mendahului waktu pemeriksaan", voice.when(ran)), "periksa jam server ini")
}

/// It ran and failed.
pub(crate) fn failed(voice: Voice, plan: &Plan, ran: Timestamp, code: i32) -> Said {
    said(
        format!("terakhir berjalan {} dan berakhir dengan kode {code}", voice.when(ran)),
        &format!("periksa catatan jadwal `{}` dan perbaiki sebabnya", plan.name),
    )
}

/// It ran when it should.
pub(crate) fn kept(voice: Voice, ran: Timestamp, every: u32) -> Said {
    said(format!("terakhir berjalan {}, dijadwalkan setiap {}", voice.when(ran), hours(every)), "")
}
