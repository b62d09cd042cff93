//! Jobs that did not run when they should.

use patuh_compliance::estate::{Known, Plan};

use super::check_rule;
use crate::example::{ago, plan};

/// What `KD-JADWAL` says of the clean server with these jobs.
#[track_caller]
fn check(plans: Vec<Plan>, expected: &str) {
    check_rule(
        "KD-JADWAL",
        |estate| estate.servers[0].plans = Known::Yes(plans),
        &expected.replacen("DUTY", "KD-JADWAL Jadwal pencadangan server `simpeg`", 1),
    );
}

#[test]
fn a_job_that_ran_is_kept() {
    check(
        vec![plan()],
        "● DUTY terpenuhi: jadwal `cadangan.timer` terakhir berjalan 22 November 2026 pukul 01.30 WIB (6 jam lalu), \
         dijadwalkan setiap 24 jam.",
    );
    let within = Plan { last_ran: Some(ago(30)), ..plan() };
    check(
        vec![within],
        "● DUTY terpenuhi: jadwal `cadangan.timer` terakhir berjalan 21 November 2026 pukul 01.30 WIB (30 jam lalu), \
         dijadwalkan setiap 24 jam.",
    );
}

#[test]
fn a_missed_run_is_a_breach_beside_jobs_that_run() {
    check(
        vec![plan(), Plan { name: "dump.sh".into(), last_ran: Some(ago(32)), ..plan() }],
        "▲ DUTY belum terpenuhi: jadwal `dump.sh` terlewat: terakhir berjalan 20 November 2026 pukul 23.30 WIB (32 jam \
         lalu), padahal seharusnya setiap 24 jam dengan kelonggaran 6 jam.",
    );
}

#[test]
fn what_the_jobs_do_not_tell() {
    check(
        vec![Plan { last_exit: Some(3), ..plan() }],
        "? DUTY perlu dinilai: jadwal `cadangan.timer` terakhir berjalan 22 November 2026 pukul 01.30 WIB (6 jam lalu) \
         dan berakhir dengan kode 3.",
    );
    check(
        vec![Plan { enabled: Some(false), last_ran: Some(ago(999)), ..plan() }],
        "? DUTY perlu dinilai: jadwal `cadangan.timer` dimatikan.",
    );
    check(
        vec![Plan { every_hours: None, schedule: "~15:00".into(), ..plan() }],
        "– DUTY belum dapat dipastikan: jadwal `cadangan.timer` tidak dapat dibandingkan, karena selang waktunya \
         (`~15:00`) tidak dikenali.",
    );
    check(
        vec![Plan { last_ran: None, ..plan() }],
        "– DUTY belum dapat dipastikan: jadwal `cadangan.timer` belum terlihat pernah berjalan.",
    );
    check(
        vec![Plan { last_ran: Some(ago(-5)), ..plan() }],
        "? DUTY perlu dinilai: jadwal `cadangan.timer` bertanggal 22 November 2026 pukul 12.30 WIB, mendahului waktu \
         pemeriksaan.",
    );
}

#[test]
fn no_job_proves_nothing() {
    check(
        vec![],
        "? KD-JADWAL Tidak ada jadwal pencadangan yang terlihat di server `simpeg`; pencadangannya mungkin dijalankan \
         dari tempat lain, atau dengan tangan.",
    );
    check_rule(
        "KD-JADWAL",
        |estate| estate.servers[0].plans = Known::No("systemd tidak terbaca".into()),
        "– KD-JADWAL Jadwal pencadangan server `simpeg` belum diketahui: systemd tidak terbaca.",
    );
}

#[test]
fn a_run_that_fell_due_in_silence_is_not_known() {
    check_rule(
        "KD-JADWAL",
        |estate| {
            estate.servers[0].last_report = Some(ago(30));
            estate.servers[0].plans = Known::Yes(vec![Plan { last_ran: Some(ago(31)), ..plan() }]);
        },
        "– KD-JADWAL Jadwal pencadangan server `simpeg` belum dapat dipastikan: jadwal `cadangan.timer` terakhir terlihat \
         berjalan 21 November 2026 pukul 00.30 WIB (31 jam lalu), dan agen belum melaporkan apakah sesudah itu berjalan \
         lagi; menurut data 30 jam yang lalu, karena agen tidak melapor sejak 21 November 2026 pukul 01.30 WIB.",
    );
}
