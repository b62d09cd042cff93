//! The LAN of an office, in words.

use jiff::Timestamp;
use jiff::civil::Date;

use super::time::{Voice, date, hours, moment, number};
use super::{POLICY_OF_DINAS, listed};
use crate::estate::{Addressing, IntranetUse, Lan, LanReport, LanStanding, Reach};
use crate::finding::{Fact, Threshold};

/// What to do where nothing is seen.
pub(crate) const LOOK: &str = "pasang agen pada server Perangkat Daerah ini, atau periksa agen yang ada";

/// What to do where something is not known.
pub(crate) const COMPLETE: &str = "lengkapi yang disebut itu, lalu tunggu laporan agen berikutnya";

/// What to do about a draft of a diagram.
pub(crate) const HAND_IN: &str = "periksa draf diagramnya, lalu serahkan kepada Dinas";

/// What to do before changes can be told apart.
pub(crate) const HAND_IN_FIRST: &str = "serahkan diagram yang sekarang agar perubahannya dapat dibandingkan";

/// What to do about a draft of a report.
pub(crate) const REPORT: &str =
    "periksa draf laporan perubahannya, lengkapi alasannya, lalu serahkan kepada Dinas";

/// What the Dinas does about what was handed in.
pub(crate) const RECEIVE: &str = "terima penyerahan itu, atau kembalikan dengan alasannya";

/// What the Dinas does about what an office set aside.
pub(crate) const SETTLE: &str =
    "nilai apakah memang tidak ada yang harus diserahkan: kesampingkan oleh Dinas, atau minta diserahkan";

/// What to do without a plan.
pub(crate) const PLAN: &str = "muat rencana penomoran alamat IP Perangkat Daerah ini";

/// What to do about addresses off the plan.
pub(crate) const RENUMBER: &str =
    "sesuaikan alamat server dengan rencana Dinas, atau perbaiki rencananya bila keliru";

/// What to do about doubtful addresses.
pub(crate) const LOOK_AT_ADDRESSES: &str =
    "periksa temuan pada halaman rencana penomoran, lalu perbaiki atau daftarkan";

/// What to do about a second way out.
pub(crate) const CLOSE_EGRESS: &str = "periksa jalan itu; tutup, atau daftarkan dengan dasar tertulisnya";

/// What to do about an office by the Internet.
pub(crate) const CONNECT: &str =
    "hubungkan server ke jaringan intra, atau catat bahwa Perangkat Daerah ini belum terhubung";

/// What to do about an office that is not connected yet.
pub(crate) const JUDGE_SECURED: &str =
    "nilai apakah akses internetnya diamankan, dan hubungkan Perangkat Daerah ini ke jaringan intra";

/// What to do where nobody tried.
pub(crate) const TRY: &str =
    "aktifkan uji jangkau pada pengaturan kolektor, atau catat bahwa LAN ini dikelola Dinas";

/// What to do where nobody answers.
pub(crate) const OPEN_WAY: &str = "periksa sambungan dan penyaringan menuju gateway Perangkat Daerah ini";

/// What to do about the oldest open report.
pub(crate) fn remedy_of(standing: LanStanding) -> &'static str {
    match standing {
        LanStanding::Submitted => RECEIVE,
        LanStanding::SetAsideByOffice | LanStanding::SetAsideByDinas => SETTLE,
        LanStanding::Draft | LanStanding::Received => REPORT,
    }
}

/// From where the LAN is seen, as a fact.
pub(crate) fn seen(voice: Voice, lan: Option<&Lan>) -> Fact {
    let value = match lan.and_then(|lan| Some((lan.servers, lan.seen_at?))) {
        Some((servers, at)) => {
            format!("dari {} server, terakhir {}", number(u64::from(servers)), voice.when(at))
        }
        None => "belum tampak".into(),
    };
    Fact { name: "LAN tampak".into(), value }
}

/// Nobody sees it.
pub(crate) fn unseen(office: &str) -> String {
    format!("LAN {office} belum tampak dari satu agen pun")
}

/// Nobody has seen it for too long.
pub(crate) fn lost(office: &str, voice: Voice, since: Timestamp) -> String {
    format!("LAN {office} tidak lagi diketahui: agen terakhir melapor {}", voice.when(since))
}

/// Something about it is not known.
pub(crate) fn not_known(office: &str, why: &str) -> String {
    format!("keadaan LAN {office} dalam hal ini belum diketahui: {why}")
}

/// Within how many days a change is to be reported, as a threshold.
pub(crate) fn report_limit(report_days: u32) -> Threshold {
    let value = format!("{} hari sesudah perubahan dipastikan", number(u64::from(report_days)));
    Threshold { name: "Batas lapor".into(), value, set_by: POLICY_OF_DINAS.into() }
}

/// What stands of the diagram, as facts.
pub(crate) fn diagram_facts(voice: Voice, lan: &Lan) -> Vec<Fact> {
    let version = lan.version.map(|version| Fact {
        name: "Versi terbaru".into(),
        value: format!("versi {}, dipastikan {}", version.number, voice.when(version.at)),
    });
    let received = lan.reports.iter().filter(|report| report.standing == LanStanding::Received);
    let received = received.max_by_key(|report| report.after);
    let value = received.map_or("belum ada".into(), |report| format!("versi {}", report.after));
    version.into_iter().chain([Fact { name: "Diterima Dinas".into(), value }]).collect()
}

/// How many changes stand how, as facts.
pub(crate) fn change_facts(lan: &Lan) -> Vec<Fact> {
    let count = |standings: &[LanStanding]| {
        let of = |report: &&LanReport| !report.diagram_only && standings.contains(&report.standing);
        number(lan.reports.iter().filter(of).count() as u64)
    };
    let value = format!(
        "{} diterima, {} diserahkan, {} menunggu diserahkan, {} dikesampingkan",
        count(&[LanStanding::Received]),
        count(&[LanStanding::Submitted]),
        count(&[LanStanding::Draft]),
        count(&[LanStanding::SetAsideByOffice, LanStanding::SetAsideByDinas])
    );
    let by_dinas = lan.reports.iter().filter(|report| !report.diagram_only && report.by_dinas).count();
    let by_dinas =
        (by_dinas > 0).then(|| Fact { name: "Dilakukan oleh Dinas".into(), value: number(by_dinas as u64) });
    std::iter::once(Fact { name: "Laporan perubahan".into(), value }).chain(by_dinas).collect()
}

/// The Dinas has a diagram.
pub(crate) fn diagram_received(office: &str, voice: Voice, report: &LanReport) -> String {
    let at = report.received.map(|at| format!(" {}", moment(at, voice.zone))).unwrap_or_default();
    format!("diagram LAN {office} versi {} diterima Dinas{at}", report.after)
}

/// A diagram waits for the Dinas.
pub(crate) fn diagram_waits(office: &str, voice: Voice, report: &LanReport) -> String {
    let at = report.submitted.map(|at| format!(" {}", voice.when(at))).unwrap_or_default();
    format!("diagram LAN {office} versi {} diserahkan{at} dan belum diterima Dinas", report.after)
}

/// A diagram was set aside.
pub(crate) fn diagram_set_aside(office: &str, report: &LanReport) -> String {
    format!(
        "draf diagram LAN {office} versi {} dikesampingkan; belum ada diagram yang diterima Dinas",
        report.after
    )
}

/// A diagram is drafted, and there is time.
pub(crate) fn diagram_draft(office: &str, report: &LanReport, due: Date) -> String {
    format!(
        "diagram LAN {office} versi {} masih draf dan menunggu diserahkan, paling lambat {}",
        report.after,
        date(due)
    )
}

/// A diagram is drafted, and there was time.
pub(crate) fn diagram_overdue(office: &str, voice: Voice, report: &LanReport, due: Date) -> String {
    format!(
        "{office} belum menyerahkan diagram LAN: drafnya ada sejak {}, batasnya {}",
        moment(report.since, voice.zone),
        date(due)
    )
}

/// There is a version and no draft of it.
pub(crate) fn no_draft(office: &str) -> String {
    format!("belum ada draf diagram LAN {office}")
}

/// Nothing changed since the Dinas received a diagram.
pub(crate) fn unchanged(office: &str, voice: Voice, report: &LanReport) -> String {
    let at = report.received.map(|at| format!(" {}", moment(at, voice.zone))).unwrap_or_default();
    format!(
        "LAN {office} masih seperti diagram versi {} yang diterima Dinas{at}; tidak ada perubahan yang harus dilaporkan",
        report.after
    )
}

/// No change was seen, and there is nothing to compare with.
pub(crate) fn no_change_seen(office: &str, servers: u32) -> String {
    format!(
        "belum tampak perubahan LAN {office} dari {} server, dan belum ada diagram terkini yang diterima Dinas sebagai \
         pembanding",
        number(u64::from(servers))
    )
}

/// Changes that nobody reported in time.
pub(crate) fn changes_overdue(
    office: &str,
    voice: Voice,
    count: usize,
    oldest: &LanReport,
    due: Date,
) -> String {
    format!(
        "{} perubahan LAN {office} belum dilaporkan melewati batasnya; yang tertua dipastikan {}, batasnya {}{}",
        number(count as u64),
        moment(oldest.since, voice.zone),
        date(due),
        such_as(oldest)
    )
}

/// Changes that wait.
pub(crate) fn changes_open(office: &str, count: usize, oldest: &LanReport, due: Date) -> String {
    let how = match oldest.standing {
        LanStanding::Submitted => "diserahkan dan belum diterima Dinas".to_owned(),
        LanStanding::SetAsideByOffice | LanStanding::SetAsideByDinas => {
            "dikesampingkan oleh Perangkat Daerah dan belum dinilai Dinas".to_owned()
        }
        LanStanding::Draft | LanStanding::Received => {
            format!("menunggu dilaporkan, paling lambat {}", date(due))
        }
    };
    format!(
        "{} perubahan LAN {office} belum selesai; yang tertua {how}{}",
        number(count as u64),
        such_as(oldest)
    )
}

fn such_as(report: &LanReport) -> String {
    let first = report.sentences.first().map(|sentence| format!(": {sentence}"));
    let more = report.sentences.len().saturating_sub(1);
    let more = if more > 0 { format!(" (dan {more} lainnya)") } else { String::new() };
    first.map(|first| format!("{first}{more}")).unwrap_or_default()
}

/// Every change is with the Dinas.
pub(crate) fn changes_received(office: &str, count: usize, late: usize) -> String {
    let late =
        if late > 0 { format!(", {} di antaranya terlambat", number(late as u64)) } else { String::new() };
    format!("{} perubahan LAN {office} sudah dilaporkan dan diterima Dinas{late}", number(count as u64))
}

/// The plan has nothing for the office.
pub(crate) fn no_plan(office: &str) -> String {
    format!("rencana penomoran alamat IP belum memuat subnet {office}")
}

/// No address of it is known.
pub(crate) fn no_addresses(office: &str) -> String {
    format!("belum ada alamat server {office} yang dapat dicocokkan")
}

/// Addresses off the plan.
pub(crate) fn addresses_off(office: &str, found: &Addressing) -> String {
    let parts = [
        (found.outside, "alamat di luar rencana Dinas"),
        (found.elsewhere, "alamat dalam subnet Perangkat Daerah lain"),
        (found.duplicates, "alamat yang dipakai dua perangkat"),
    ];
    format!("pada LAN {office} ada {}{}", counted(&parts), examples(&found.examples))
}

/// Addresses that a person must look at.
pub(crate) fn addresses_doubtful(office: &str, found: &Addressing) -> String {
    let parts = [
        (found.in_pool, "alamat tetap di dalam rentang DHCP"),
        (found.wrong_gateways, "gateway yang bukan gateway terdaftar"),
        (found.unregistered, "subnet yang belum terdaftar"),
        (found.strange_dhcp, "peladen DHCP yang belum terdaftar"),
        (found.translated, "alamat di balik penerjemahan alamat (NAT)"),
    ];
    format!("pada LAN {office} ada {}{}", counted(&parts), examples(&found.examples))
}

/// All addresses are in the plan.
pub(crate) fn addresses_planned(office: &str, found: &Addressing) -> String {
    format!("semua alamat server {office} ({}) ada dalam rencana Dinas", number(u64::from(found.addresses)))
}

/// What was held against the plan, as facts.
pub(crate) fn address_facts(found: &Addressing) -> Vec<Fact> {
    let count = |value: u32| number(u64::from(value));
    vec![
        Fact { name: "Subnet dalam rencana".into(), value: count(found.subnets) },
        Fact { name: "Alamat dicocokkan".into(), value: count(found.addresses) },
    ]
}

/// A second way out.
pub(crate) fn second_egress(office: &str, found: &Addressing) -> String {
    format!(
        "pada LAN {office} tampak {} jalan lain ke Internet di luar jaringan intra{}",
        number(u64::from(found.second_egress)),
        examples(&found.examples)
    )
}

/// None is seen.
pub(crate) fn one_egress(office: &str, servers: u32) -> String {
    format!(
        "gateway LAN {office} semuanya berada dalam jaringan intra, sejauh tampak dari {} server",
        number(u64::from(servers))
    )
}

/// Nobody knows by which way its servers come.
pub(crate) fn no_way_seen(office: &str) -> String {
    format!("belum tampak lewat jalan mana server {office} menghubungi kolektor")
}

/// All come by the intranet.
pub(crate) fn by_intranet(office: &str, used: &IntranetUse) -> String {
    let unknown = if used.unknown > 0 {
        format!("; {} server belum diketahui", number(u64::from(used.unknown)))
    } else {
        String::new()
    };
    format!(
        "{} server {office} menghubungi kolektor lewat jaringan intra{unknown}",
        number(u64::from(used.inside))
    )
}

/// Some come by the Internet, and the office is not connected yet.
pub(crate) fn not_connected(office: &str, used: &IntranetUse, why: &str, secured: bool) -> String {
    let secured = if secured { "; ia menggunakan akses internet, yang harus diamankan" } else { "" };
    format!(
        "{} server {office} menghubungi kolektor dari luar jaringan intra, karena belum terhubung ({why}){secured}",
        number(u64::from(used.outside))
    )
}

/// Some come by the Internet.
pub(crate) fn by_internet(office: &str, used: &IntranetUse) -> String {
    format!(
        "{} server {office} menghubungi kolektor dari luar jaringan intra{}",
        number(u64::from(used.outside)),
        examples(&used.examples)
    )
}

/// Nobody tried to reach it.
pub(crate) fn not_tried(office: &str, why: &str) -> String {
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    format!("jangkauan Dinas ke LAN {office} belum diuji{why}")
}

/// It is managed by the Dinas.
pub(crate) fn managed(office: &str, document: &str) -> String {
    format!("LAN {office} dikelola Dinas ({document})")
}

/// It answers.
pub(crate) fn reached(office: &str, voice: Voice, target: &str, at: Timestamp) -> String {
    format!("LAN {office} terjangkau dari Dinas: {target} menjawab {}", voice.when(at))
}

/// It does not.
pub(crate) fn unreached(office: &str, voice: Voice, reach: &Reach) -> String {
    let since = match (reach.answered, reach.since) {
        (Some(at), _) => format!("terakhir menjawab {}", voice.when(at)),
        (None, Some(at)) => format!("belum pernah menjawab sejak {}", voice.when(at)),
        (None, None) => "belum pernah menjawab".to_owned(),
    };
    format!("LAN {office} tidak terjangkau dari Dinas: {} {since}", reach.target)
}

/// How young an answer must be, as a threshold.
pub(crate) fn reach_limit(answered_hours: u32) -> Threshold {
    let value = format!("menjawab dalam {}", hours(answered_hours));
    Threshold { name: "LAN terjangkau".into(), value, set_by: POLICY_OF_DINAS.into() }
}

/// After how long it is not reached, as a threshold.
pub(crate) fn unreached_limit(never_days: u32) -> Threshold {
    let value = format!("tanpa jawaban lebih dari {} hari", number(u64::from(never_days)));
    Threshold { name: "LAN tidak terjangkau".into(), value, set_by: POLICY_OF_DINAS.into() }
}

/// `2 alamat …, 1 subnet … dan 3 …`; what there is none of is left out.
fn counted(parts: &[(u32, &str)]) -> String {
    let there = parts.iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> =
        there.map(|(count, what)| format!("{} {what}", number(u64::from(*count)))).collect();
    listed(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

fn examples(examples: &[String]) -> String {
    let shown: Vec<&str> = examples.iter().take(3).map(String::as_str).collect();
    if shown.is_empty() { String::new() } else { format!(": {}", shown.join("; ")) }
}
