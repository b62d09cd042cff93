//! Words around every check: silence, grace, exemption, servers without an agent.

use jiff::Timestamp;
use jiff::civil::Date;

use super::time::{Voice, date, duration, hours, moment};
use super::{POLICY_OF_DINAS, number};
use crate::estate::{Estate, Exemption, Freshness};
use crate::finding::{Fact, Threshold, Verdict};

/// Its agent never reported.
pub(crate) fn never_reported(server: &str) -> String {
    format!("server `{server}` belum pernah melapor")
}

/// Its agent has been silent for too long.
pub(crate) fn lost(server: &str, voice: Voice, since: Timestamp) -> String {
    format!(
        "agen server `{server}` tidak melapor sejak {}, sehingga keadaannya tidak lagi diketahui",
        voice.when(since)
    )
}

/// Its agent is silent, and the data is judged all the same.
pub(crate) fn silent(voice: Voice, since: Timestamp) -> String {
    format!(
        "menurut data {} yang lalu, karena agen tidak melapor sejak {}",
        duration(voice.now.duration_since(since)),
        moment(since, voice.zone)
    )
}

/// What to do about an agent that does not report.
pub(crate) const WAKE: &str = "periksa agen dan sambungan jaringan di server ini";

/// When the agent last reported, as a fact.
pub(crate) fn last_report(voice: Voice, freshness: Freshness) -> Fact {
    let value = match freshness {
        Freshness::Never => "belum pernah".into(),
        Freshness::Current(at) | Freshness::Silent(at) | Freshness::Lost(at) => voice.when(at),
    };
    Fact { name: "Laporan terakhir".into(), value }
}

/// After how long an agent is silent or lost, as a threshold; none while it reports.
pub(crate) fn silence_limit(estate: &Estate, freshness: Freshness) -> Option<Threshold> {
    let (name, limit) = match freshness {
        Freshness::Silent(_) => ("Agen dianggap senyap", estate.silent_after_hours),
        Freshness::Lost(_) => ("Data tidak lagi dinilai", estate.unknown_after_hours),
        Freshness::Current(_) | Freshness::Never => return None,
    };
    let value = format!("setelah {}", hours(limit));
    Some(Threshold { name: name.into(), value, set_by: POLICY_OF_DINAS.into() })
}

/// The duty is not met, and the regulation still gives time.
pub(crate) fn in_grace(end: Date, article: Option<&str>, since_known: bool) -> String {
    let article = article.map(|a| format!(" ({a})")).unwrap_or_default();
    let assumed = if since_known {
        ""
    } else {
        "; mulai beroperasinya belum diketahui dan dianggap sebelum peraturan itu diundangkan"
    };
    format!("masa peralihan berlaku sampai {}{article}{assumed}", date(end))
}

/// The last day of grace, as a threshold; the regulation itself gives it.
pub(crate) fn grace_limit(end: Date, article: Option<&str>) -> Threshold {
    Threshold {
        name: "Akhir masa peralihan".into(),
        value: date(end),
        set_by: article.unwrap_or("ketentuan peralihan").into(),
    }
}

/// The regulation, or the Dinas's policy, is not in force yet.
pub(crate) fn not_in_force(short: &str, from: Date, policy: bool) -> String {
    let begins = if policy { "baru berlaku mulai" } else { "baru diundangkan" };
    format!("{short} {begins} {}", date(from))
}

/// The day from which it binds is not known, so nothing can be called a breach.
pub(crate) fn no_date(short: &str, policy: bool) -> String {
    if policy {
        return format!(
            "tanggal mulai berlaku belum diisi untuk {short}, sehingga belum dapat disebut pelanggaran"
        );
    }
    format!("tanggal pengundangan belum diisi untuk {short}, sehingga masa peralihannya belum dapat dihitung")
}

/// What to do about that.
pub(crate) fn no_date_remedy(short: &str, policy: bool) -> String {
    let day = if policy { "tanggal mulai berlaku" } else { "tanggal pengundangan" };
    format!("isikan {day} {short} pada pengaturan kolektor")
}

/// It is set free.
pub(crate) fn exempt(subject: &str, exemption: &Exemption) -> String {
    format!(
        "{subject} dikecualikan sampai {} oleh {} dengan {}: {}",
        date(exemption.until),
        exemption.approver,
        exemption.document,
        exemption.reason
    )
}

/// What to do until then.
pub(crate) const BEFORE_EXPIRY: &str = "penuhi ketentuan ini sebelum pengecualiannya berakhir";

/// What would be said without the exemption, as a fact.
pub(crate) fn without_exemption(verdict: Verdict, reason: &str) -> Fact {
    Fact { name: "Tanpa pengecualian".into(), value: format!("{}: {reason}", verdict.statutory()) }
}

/// An exemption that has run out, as a fact.
pub(crate) fn expired(exemption: &Exemption) -> Fact {
    let value = format!("berakhir {} ({})", date(exemption.until), exemption.document);
    Fact { name: "Pengecualian".into(), value }
}

/// An office has servers, and none of them has an agent.
pub(crate) fn no_agents(office: &str, servers: u32) -> String {
    format!("{} server terdaftar pada {office} belum dipasangi agen", number(u64::from(servers)))
}

/// What to do about that.
pub(crate) const INSTALL: &str = "pasang agen pada server Perangkat Daerah ini";

/// How many servers an office says it has, as a fact.
pub(crate) fn registered(servers: u32) -> Fact {
    Fact { name: "Server terdaftar".into(), value: number(u64::from(servers)) }
}
