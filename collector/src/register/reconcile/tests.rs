use super::*;
use crate::register::{AssetKind, Field};

fn now() -> Timestamp {
    "2026-11-22T00:30:00Z".parse().unwrap()
}

fn days_ago(days: i64) -> Timestamp {
    now() - SignedDuration::from_hours(24 * days)
}

fn seen(n: u8) -> Seen {
    Seen {
        agent: AgentId::of_key(&[n; 32]),
        office: "dinkes".parse().unwrap(),
        host: format!("srv-{n}"),
        guest_of: None,
        site: Some("pusat".parse().unwrap()),
        model: Some("Dell PowerEdge R740".into()),
        serial: Some(format!("CZ000{n}")),
        cpu: None,
        memory_bytes: Some(63 << 30),
        disk_bytes: None,
        enrolled_at: days_ago(400),
        last_report: Some(days_ago(0)),
    }
}

fn asset(n: u8, written: &[(Field, &str)]) -> Asset {
    let mut asset = Asset::new("dinkes".parse().unwrap(), AssetKind::Server, format!("Server {n}"));
    (asset.id, asset.revision) = (AssetId(n.into()), 1);
    asset.agent = Some(AgentId::of_key(&[n; 32]));
    for (field, text) in written {
        field.set(&mut asset, text).unwrap();
    }
    asset
}

/// Mismatches in words, one a line: `kind asset: booked | seen`.
fn check(assets: &[Asset], seen: &[Seen], expected: &[&str]) {
    let zone = TimeZone::get("Asia/Jakarta").unwrap();
    let terms = Terms { now: now(), zone: &zone, sites: &[], not_seen_days: 30 };
    let asset = |it: &Mismatch| it.asset.map_or_else(|| "-".to_owned(), |id| id.to_string());
    let found = reconcile(assets, seen, &terms);
    let lines: Vec<_> = found
        .iter()
        .map(|it| format!("{} {}: {} | {}", it.kind.slug(), asset(it), it.booked, it.seen))
        .collect();
    assert_eq!(lines, expected);
}

#[test]
fn what_agrees_is_not_told() {
    let booked = [(Field::Serial, "CZ-0001"), (Field::Site, "pusat"), (Field::Size, "memori 64 GB")];
    check(&[asset(1, &booked)], &[seen(1)], &[]);
    check(&[], &[], &[]);
}

#[test]
fn a_machine_that_nobody_booked() {
    let guest = Seen { guest_of: Some("kvm".into()), ..seen(2) };
    let mute = Seen { last_report: None, host: String::new(), ..seen(3) };
    let expected =
        "belum-tercatat -: tidak ada dalam register | srv-1, Dell PowerEdge R740, nomor seri CZ0001";
    check(&[], &[seen(1), guest, mute], &[expected]);
}

#[test]
fn the_same_serial_number_suggests_the_join() {
    let booked = Asset { agent: None, ..asset(1, &[(Field::Serial, "cz 0001")]) };
    let expected = "belum-ditautkan A-000001: nomor seri cz 0001 | srv-1, nomor seri CZ0001";
    check(&[booked], &[seen(1)], &[expected]);
    let junk = Asset { agent: None, ..asset(1, &[(Field::Serial, "None")]) };
    let unbooked = Seen { serial: Some("None".into()), model: None, ..seen(1) };
    check(&[junk], &[unbooked], &["belum-tercatat -: tidak ada dalam register | srv-1"]);
}

#[test]
fn an_asset_that_is_not_seen() {
    let silent = |days| Seen { last_report: Some(days_ago(days)), ..seen(1) };
    let booked = asset(1, &[(Field::Stage, "Pengelolaan"), (Field::Condition, "B")]);
    check(std::slice::from_ref(&booked), &[silent(29)], &[]);
    let expected =
        "tidak-terlihat A-000001: Pengelolaan, kondisi Baik | srv-1 terakhir melapor 22 Oktober 2026";
    check(std::slice::from_ref(&booked), &[silent(31)], &[expected]);
    let never = Seen { last_report: None, ..seen(1) };
    check(
        &[booked],
        &[never],
        &["tidak-terlihat A-000001: Pengelolaan, kondisi Baik | srv-1 belum pernah melapor"],
    );
}

#[test]
fn an_asset_that_lives_after_its_removal() {
    let removed = |on: &str| {
        asset(1, &[(Field::Stage, "Penghapusan"), (Field::StageOn, on), (Field::Document, "5/SK")])
    };
    let expected =
        "masih-hidup A-000001: dihapuskan 1 November 2026, 5/SK | srv-1 terakhir melapor 22 November 2026";
    check(&[removed("1-11-2026")], &[seen(1)], &[expected]);
    check(&[removed("22-11-2026")], &[seen(1)], &[]);
    let expected = "masih-hidup A-000001: dihapuskan, 5/SK | srv-1 terakhir melapor 22 November 2026";
    check(&[removed("")], &[seen(1)], &[expected]);
    let silent = Seen { last_report: Some(days_ago(60)), ..seen(1) };
    check(&[removed("")], &[silent], &[]);
    let successor = Asset { id: AssetId(2), ..asset(1, &[]) };
    check(&[removed("1-11-2026"), successor], &[seen(1)], &[]);
}

#[test]
fn another_place_and_other_facts() {
    let booked = asset(1, &[(Field::Site, "ruang-dinkes"), (Field::Room, "Ruang 2")]);
    check(&[booked], &[seen(1)], &["lokasi-lain A-000001: ruang-dinkes, Ruang 2 | pusat"]);
    let booked =
        asset(1, &[(Field::Serial, "XX99"), (Field::Size, "RAM 128 GB"), (Field::Model, "IBM x3650")]);
    let expected = "fakta-berbeda A-000001: Nomor seri XX99, Memori 128 GB | Nomor seri CZ0001, Memori 63 GB";
    check(&[booked], &[seen(1)], &[expected]);
    let guest = Seen { guest_of: Some("kvm".into()), ..seen(1) };
    let expected = "mesin-virtual A-000001: tercatat sebagai barang | srv-1 berjalan sebagai mesin virtual atau kontainer (kvm)";
    check(&[asset(1, &[])], &[guest], &[expected]);
}

#[test]
fn what_has_no_agent_is_not_compared() {
    let nas = Asset { agent: None, ..asset(1, &[(Field::Serial, "NAS-1")]) };
    check(&[nas], &[], &[]);
    check(&[asset(1, &[])], &[], &[]);
}

#[test]
fn kinds_are_told_apart() {
    for kind in MismatchKind::ALL {
        assert_eq!(MismatchKind::of_slug(kind.slug()), Some(kind));
        assert!(!kind.name().is_empty() && kind.remedy().ends_with('.'));
    }
}
