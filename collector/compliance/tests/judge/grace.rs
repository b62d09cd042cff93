//! Grace, promulgation and exemptions: what becomes of a duty that is not met.

use jiff::civil::{Date, date};
use patuh_compliance::estate::{Estate, Exemption, Known, Subject};
use patuh_compliance::finding::Finding;
use patuh_compliance::{Pack, Verdict, evaluate};

use super::example::{estate, now, packs, server, shipped};

const UNMET: &str = "Tidak ada cadangan server `simpeg` yang tercatat pada agen";

/// The clean server without any backup.
fn unmet() -> Estate {
    let mut estate = estate();
    estate.servers[0].backups = Known::Yes(Vec::new());
    estate
}

/// What `BKT-21.1`, promulgated on this day, says of a server in use since then.
fn judged(promulgated: Option<Date>, since: Option<Date>) -> Finding {
    let text = shipped().into_iter().find(|(name, _)| name == "bkt-2023").unwrap().1;
    let mut pack = Pack::parse(&text).unwrap();
    pack.promulgated = promulgated;
    let mut estate = unmet();
    estate.servers[0].since = since;
    finding(&estate, &pack, "BKT-21.1")
}

fn finding(estate: &Estate, pack: &Pack, rule: &str) -> Finding {
    let all = evaluate(estate, pack, now()).findings;
    all.into_iter().find(|finding| finding.rule == rule).unwrap()
}

#[track_caller]
fn check(found: &Finding, verdict: Verdict, sentence: &str) {
    assert_eq!((found.verdict, found.sentence.as_str()), (verdict, sentence));
}

#[test]
fn grace_protects_what_stood_before() {
    let before = Some(date(2019, 3, 1));
    check(
        &judged(Some(date(2025, 11, 22)), before),
        Verdict::Transition,
        &format!("{UNMET}; masa peralihan berlaku sampai 22 November 2026 (Pasal 65)."),
    );
    check(&judged(Some(date(2025, 11, 21)), before), Verdict::NotCompliant, &format!("{UNMET}."));
}

#[test]
fn grace_does_not_protect_what_came_later() {
    let promulgated = date(2026, 3, 2);
    check(&judged(Some(promulgated), Some(promulgated)), Verdict::NotCompliant, &format!("{UNMET}."));
    let day_before = Some(date(2026, 3, 1));
    assert_eq!(judged(Some(promulgated), day_before).verdict, Verdict::Transition);
}

#[test]
fn a_beginning_that_is_not_known_is_taken_as_before_and_said() {
    check(
        &judged(Some(date(2026, 3, 2)), None),
        Verdict::Transition,
        &format!(
            "{UNMET}; masa peralihan berlaku sampai 2 Maret 2027 (Pasal 65); mulai beroperasinya belum diketahui \
             dan dianggap sebelum peraturan itu diundangkan."
        ),
    );
}

#[test]
fn grace_ends_on_the_last_day_of_february() {
    let mut pack = packs().into_iter().find(|pack| pack.id == "mjl-2021").unwrap();
    let ends = |pack: &Pack| pack.grace_end().map(|end| end.to_string());
    assert_eq!(ends(&pack).as_deref(), Some("2023-02-23"));
    pack.promulgated = Some(date(2024, 2, 29));
    assert_eq!(ends(&pack).as_deref(), Some("2026-02-28"));
    pack.grace_years = 0;
    assert_eq!(ends(&pack), None);
}

#[test]
fn without_a_promulgation_date_nothing_is_a_breach() {
    let found = judged(None, None);
    check(
        &found,
        Verdict::NeedsReview,
        &format!(
            "{UNMET}; tanggal pengundangan belum diisi untuk Perda Bukittinggi SPBE, sehingga masa peralihannya \
             belum dapat dihitung."
        ),
    );
    assert!(
        found
            .remedy
            .ends_with("isikan tanggal pengundangan Perda Bukittinggi SPBE pada pengaturan kolektor.")
    );
}

#[test]
fn a_policy_binds_from_a_day_that_the_dinas_sets() {
    let text = shipped().into_iter().find(|(name, _)| name == "kebijakan-dinas").unwrap().1;
    let mut pack = Pack::parse(&text).unwrap();
    let mut broken = estate();
    if let Known::Yes(sets) = &mut broken.servers[0].backups {
        sets[0].encrypted = Some(false);
    }
    let open = "Enkripsi cadangan server `simpeg` belum terpenuhi: cadangan `malam` tersimpan di Pusat Data Kominfo \
                tanpa enkripsi";
    let found = finding(&broken, &pack, "KD-ENKRIPSI");
    check(
        &found,
        Verdict::NeedsReview,
        &format!(
            "{open}; tanggal mulai berlaku belum diisi untuk Kebijakan Dinas, sehingga belum dapat disebut \
             pelanggaran."
        ),
    );
    assert!(found.remedy.ends_with("isikan tanggal mulai berlaku Kebijakan Dinas pada pengaturan kolektor."));
    pack.promulgated = Some(date(2026, 12, 1));
    check(
        &finding(&broken, &pack, "KD-ENKRIPSI"),
        Verdict::Transition,
        &format!("{open}; Kebijakan Dinas baru berlaku mulai 1 Desember 2026."),
    );
    pack.promulgated = Some(date(2026, 11, 1));
    check(&finding(&broken, &pack, "KD-ENKRIPSI"), Verdict::NotCompliant, &format!("{open}."));
}

#[test]
fn before_promulgation_nothing_is_a_breach() {
    check(
        &judged(Some(date(2026, 12, 1)), None),
        Verdict::Transition,
        &format!("{UNMET}; Perda Bukittinggi SPBE baru diundangkan 1 Desember 2026."),
    );
}

#[test]
fn a_promulgation_date_of_the_text_is_not_replaced() {
    let pack = packs().into_iter().find(|pack| pack.id == "mjl-2021").unwrap();
    assert!(pack.clone().with_promulgated(date(2021, 2, 23)).is_ok());
    let refused = pack.with_promulgated(date(2022, 1, 1)).unwrap_err().to_string();
    assert_eq!(
        refused,
        "paket `mjl-2021`: tanggal pengundangan sudah tertulis dalam naskahnya (2021-02-23); hapus tanggal \
         2022-01-01 dari pengaturan"
    );
}

fn exemption(subject: Subject, until: Date) -> Exemption {
    Exemption {
        rule: "MJL-16.1".into(),
        subject,
        reason: "hanya melayani uji coba".into(),
        approver: "Kepala Dinas Kominfo".into(),
        document: "Nota Dinas 000.8/12/2026".into(),
        until,
    }
}

/// What `MJL-16.1` says of `estate` with this exemption.
fn exempted(mut estate: Estate, subject: Subject, until: Date) -> Finding {
    let pack = packs().into_iter().find(|pack| pack.id == "mjl-2021").unwrap();
    estate.exemptions.push(exemption(subject, until));
    finding(&estate, &pack, "MJL-16.1")
}

#[test]
fn an_exemption_holds_until_its_last_day() {
    let found = exempted(unmet(), Subject::Server("a1".into()), date(2026, 11, 22));
    check(
        &found,
        Verdict::Exempt,
        "Server `simpeg` dikecualikan sampai 22 November 2026 oleh Kepala Dinas Kominfo dengan Nota Dinas \
         000.8/12/2026: hanya melayani uji coba.",
    );
    let without = found.inputs.iter().find(|fact| fact.name == "Tanpa pengecualian").unwrap();
    assert!(
        without.value.starts_with("TIDAK PATUH: tidak ada cadangan server `simpeg`"),
        "{}",
        without.value
    );
    let expired = exempted(unmet(), Subject::Server("a1".into()), date(2026, 11, 21));
    check(&expired, Verdict::NotCompliant, &format!("{UNMET}."));
    let fact = expired.inputs.last().unwrap();
    assert_eq!(fact.value, "berakhir 21 November 2026 (Nota Dinas 000.8/12/2026)");
}

#[test]
fn an_exemption_of_an_office_covers_its_servers_and_no_others() {
    let later = date(2027, 1, 1);
    assert_eq!(exempted(unmet(), Subject::Office("bkpsdm".into()), later).verdict, Verdict::Exempt);
    assert_eq!(exempted(unmet(), Subject::Office("dinkes".into()), later).verdict, Verdict::NotCompliant);
    assert_eq!(exempted(unmet(), Subject::Server("a2".into()), later).verdict, Verdict::NotCompliant);
}

#[test]
fn a_duty_that_is_met_needs_no_exemption() {
    let found = exempted(estate(), Subject::Server("a1".into()), date(2027, 1, 1));
    assert_eq!(found.verdict, Verdict::Compliant);
}

#[test]
fn findings_name_the_entries_they_rest_on() {
    let of = |rule: &str| {
        let all: Vec<Finding> =
            packs().iter().flat_map(|pack| evaluate(&estate(), pack, now()).findings).collect();
        let found = all.into_iter().find(|finding| finding.rule == rule).unwrap();
        found.evidence.iter().map(|entry| entry.index).collect::<Vec<_>>()
    };
    assert_eq!(server().evidence.len(), 5);
    assert_eq!(of("MLG20-6.3"), [41], "where it stands");
    assert_eq!(of("MJL-16.1"), [42], "its backups");
    assert_eq!(of("MLG20-19.3"), [41, 42], "both");
    assert_eq!(of("BKT-19.5"), [41, 42], "both, since data may stand in");
    assert_eq!(of("MJL-16.1-CAKUPAN"), [42, 43], "its backups and what was found on it");
    assert_eq!(of("MJL-24.4"), [42, 45], "its backups and the drills");
    assert_eq!(of("KD-JADWAL"), [44], "its jobs");
    assert_eq!(of("KD-KUNCI"), [42], "its backups");
}
