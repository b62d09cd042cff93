//! Estates of every sort.

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use patuh_compliance::estate::{
    Addressing, Backup, Cover, DataStore, Drill, Escrow, Estate, Exemption, Grade, IntranetUse, Known, Lan,
    LanReport, LanStanding, Location, Medium, Office, Place, Plan, Reach, Server, StoreKind, Subject,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::example::{
    drill as clean_drill, escrow as clean_escrow, estate as clean, lan as clean_lan, medium as clean_medium,
    now, plan as clean_plan, server as clean_server,
};

const SITES: [&str; 4] = ["pusat-data", "ppb", "ruang-bkpsdm", "tidak-terdaftar"];
const OFFICES: [&str; 3] = ["bkpsdm", "dinkes", "tidak-terdaftar"];
const RULES: [&str; 3] = ["MJL-16.1", "MLG20-6.3", "BKT-19.5"];
const SETS: [&str; 3] = ["malam", "siang", "tidak-ada"];

fn hours_ago() -> impl Strategy<Value = Timestamp> {
    (0_i64..24 * 60 * 60).prop_map(|minutes| now() - SignedDuration::from_mins(minutes))
}

pub(super) fn day() -> impl Strategy<Value = Date> {
    (2019_i16..2029, 1_i8..13, 1_i8..29).prop_map(|(year, month, day)| date(year, month, day))
}

fn site() -> impl Strategy<Value = String> {
    prop::sample::select(&SITES[..]).prop_map(str::to_owned)
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        Just(Place::SameHost),
        Just(Place::Removable),
        Just(Place::Unknown),
        Just(Place::OtherHost("nas1".into())),
        site().prop_map(Place::Site),
        Just(Place::Site("pusat-data".into())),
    ]
}

fn grade() -> impl Strategy<Value = Grade> {
    prop::sample::select(&[Grade::Claimed, Grade::Witnessed, Grade::Verified, Grade::Restored][..])
}

fn backup() -> impl Strategy<Value = Backup> {
    let problems = prop_oneof![4 => Just(Vec::new()), 1 => Just(vec!["dump kosong".to_owned()])];
    let spoilt = option::weighted(0.1, Just("RUSAK: data/ab".to_owned()));
    let content =
        (any::<bool>(), any::<bool>(), problems, spoilt, any::<bool>(), option::weighted(0.1, hours_ago()));
    let copy = (prop::sample::select(&SETS[..2]), place(), option::weighted(0.9, hours_ago()), grade());
    let nature = (option::of(any::<bool>()), option::of(any::<bool>()), option::of(hours_ago()));
    let depth = (option::of(hours_ago()), 0_u64..40, option::of(1_u32..90));
    let medium = option::of(Just("WD Elements 575834".to_owned()));
    (content, copy, nature, depth, medium).prop_map(|(content, copy, nature, depth, medium)| Backup {
        set: copy.0.into(),
        tool: "restic".into(),
        files: content.0,
        database: content.1,
        place: copy.1,
        newest: copy.2,
        unread: content.4,
        spoilt: content.3,
        unwatched_since: content.5,
        grade: copy.3,
        problems: content.2,
        oldest: depth.0,
        points: depth.1,
        keep_days: depth.2,
        encrypted: nature.0,
        append_only: nature.1,
        checked: nature.2,
        medium,
    })
}

fn cover() -> impl Strategy<Value = Cover> {
    prop_oneof![
        4 => Just(Cover::Covered),
        1 => Just(Cover::Inconsistent),
        1 => Just(Cover::Partly),
        1 => Just(Cover::Unknown),
        1 => Just(Cover::Uncovered),
        1 => day().prop_map(|until| Cover::Exempted {
            approver: "Kepala Dinas".into(),
            reason: "uji coba".into(),
            until,
        }),
    ]
}

fn store() -> impl Strategy<Value = DataStore> {
    let kinds = [StoreKind::Database, StoreKind::Files, StoreKind::Configuration];
    let sets = vec(prop::sample::select(&SETS[..]).prop_map(str::to_owned), 0..3);
    (prop::sample::select(kinds.to_vec()), cover(), sets).prop_map(|(kind, cover, sets)| DataStore {
        name: "/srv/data".into(),
        kind,
        cover,
        sets,
        reason: String::new(),
    })
}

fn drill() -> impl Strategy<Value = Drill> {
    let result = (prop::bool::weighted(0.8), 0_u64..4, 0_u64..3, 0_u64..3);
    let took = prop_oneof![4 => 0_u64..600_000, 1 => 10_000_000_u64..90_000_000];
    (prop::sample::select(&SETS[..]), hours_ago(), took, result).prop_map(|(set, at, took_ms, result)| {
        let (passed, items, compared, same) = result;
        Drill { at, took_ms, items, compared: (compared, same), passed, ..clean_drill(set, 0) }
    })
}

fn plan() -> impl Strategy<Value = Plan> {
    let exit = prop::sample::select(vec![None, Some(0), Some(0), Some(3)]);
    let on = prop::sample::select(vec![None, Some(true), Some(true), Some(false)]);
    (option::weighted(0.8, 1_u32..800), on, option::weighted(0.9, hours_ago()), exit).prop_map(
        |(every_hours, enabled, last_ran, last_exit)| Plan {
            every_hours,
            enabled,
            last_ran,
            last_exit,
            ..clean_plan()
        },
    )
}

fn known<T: Clone + std::fmt::Debug>(
    one: impl Strategy<Value = T>,
    most: usize,
) -> impl Strategy<Value = Known<Vec<T>>> {
    prop_oneof![
        6 => vec(one, 0..=most).prop_map(Known::Yes),
        1 => Just(Known::No("tidak terbaca".into())),
    ]
}

/// The register of media and the attestations.
fn registers() -> impl Strategy<Value = (Vec<Medium>, Vec<Escrow>)> {
    let office = || prop::sample::select(&OFFICES[..]).prop_map(str::to_owned);
    let medium = (office(), option::of(day()), any::<bool>()).prop_map(|(office, seen_on, kept)| Medium {
        office,
        seen_on,
        custodian: if kept { "Siti".into() } else { String::new() },
        ..clean_medium()
    });
    let set = option::of(prop::sample::select(&SETS[..]).prop_map(str::to_owned));
    let escrow = (office(), set, day()).prop_map(|(office, set, attested_on)| Escrow {
        office,
        set,
        attested_on,
        ..clean_escrow()
    });
    (vec(medium, 0..2), vec(escrow, 0..3))
}

fn backups() -> impl Strategy<Value = Known<Vec<Backup>>> {
    prop_oneof![
        6 => vec(backup(), 0..4).prop_map(Known::Yes),
        1 => Just(Known::No("restic tidak dapat dibaca".into())),
    ]
}

fn server(index: usize) -> impl Strategy<Value = Server> {
    let office = prop::sample::select(&OFFICES[..]);
    let times = (option::of(day()), option::weighted(0.9, hours_ago()));
    let around = (known(store(), 3), known(plan(), 2), known(drill(), 3));
    (office, times, option::of(site()), option::of(site()), backups(), around).prop_map(
        move |(office, (since, last_report), declared, observed, backups, (stores, plans, drills))| Server {
            id: format!("a{index}"),
            office: office.into(),
            since,
            last_report,
            location: Location { declared, observed, ..Location::default() },
            backups,
            stores,
            plans,
            drills,
            ..clean_server()
        },
    )
}

fn lan_report() -> impl Strategy<Value = LanReport> {
    use LanStanding::{Draft, Received, SetAsideByDinas, SetAsideByOffice, Submitted};
    let standing = prop::sample::select(&[Draft, Submitted, Received, SetAsideByOffice, SetAsideByDinas][..]);
    (any::<bool>(), 1_u32..4, hours_ago(), standing, option::of(hours_ago())).prop_map(
        |(diagram_only, after, since, standing, submitted)| LanReport {
            id: u64::from(after),
            diagram_only,
            after,
            since: since - SignedDuration::from_hours(24 * 10),
            standing,
            submitted,
            ..LanReport::default()
        },
    )
}

fn maybe<T: Clone + std::fmt::Debug>(one: impl Strategy<Value = T>) -> impl Strategy<Value = Known<T>> {
    prop_oneof![4 => one.prop_map(Known::Yes), 1 => Just(Known::No("belum dimuat".into()))]
}

fn lan() -> impl Strategy<Value = Lan> {
    let count = || 0_u32..3;
    let addressing = (count(), count(), count(), count(), count()).prop_map(
        |(subnets, addresses, outside, in_pool, second_egress)| Addressing {
            subnets,
            addresses,
            outside,
            in_pool,
            second_egress,
            ..Addressing::default()
        },
    );
    let intranet = (count(), count(), option::of(Just("belum ada kabel".to_owned()))).prop_map(
        |(inside, outside, not_connected)| IntranetUse {
            inside,
            outside,
            not_connected,
            ..IntranetUse::default()
        },
    );
    let times = (option::of(hours_ago()), option::of(hours_ago()), option::of(hours_ago()));
    let reach =
        times.prop_map(|(tried, answered, since)| Reach { tried, answered, since, ..Reach::default() });
    let seen = (option::weighted(0.9, hours_ago()), any::<bool>(), vec(lan_report(), 0..4));
    (prop::sample::select(&OFFICES[..2]), seen, maybe(addressing), maybe(intranet), maybe(reach)).prop_map(
        |(office, (seen_at, known, reports), addressing, intranet, reach)| {
            let clean = clean_lan(office);
            let version = clean.version.filter(|_| known);
            Lan { seen_at, version, reports, addressing, intranet, reach, ..clean }
        },
    )
}

fn exemption() -> impl Strategy<Value = Exemption> {
    let subject = prop_oneof![
        Just(Subject::Server("a0".into())),
        Just(Subject::Office("dinkes".into())),
        Just(Subject::Office("kosong".into())),
    ];
    (prop::sample::select(&RULES[..]), subject, day()).prop_map(|(rule, subject, until)| Exemption {
        rule: rule.into(),
        subject,
        reason: "uji coba".into(),
        approver: "Kepala Dinas".into(),
        document: "Nota Dinas 1".into(),
        until,
    })
}

/// Up to three servers; two offices with them, one without.
pub(super) fn estate() -> impl Strategy<Value = Estate> {
    let servers = (server(0), server(1), server(2), 0_usize..4);
    let offices = (option::of(0_u32..5), option::of(Just("Keputusan 12/2024".to_owned())));
    (servers, offices, vec(exemption(), 0..3), registers(), option::of(lan())).prop_map(
        |((a, b, c, count), (registered_servers, mandiri_tik), exemptions, (media, escrows), lan)| {
            let office = |code: &str, mandiri_tik: Option<String>| Office {
                code: code.into(),
                name: code.into(),
                mandiri_tik,
                registered_servers,
            };
            Estate {
                offices: vec![office("bkpsdm", None), office("dinkes", mandiri_tik), office("kosong", None)],
                servers: [a, b, c].into_iter().take(count).collect(),
                exemptions,
                media,
                escrows,
                lans: lan.into_iter().collect(),
                ..clean()
            }
        },
    )
}

/// The same without exemptions.
pub(super) fn unexempted() -> impl Strategy<Value = Estate> {
    estate().prop_map(|estate| Estate { exemptions: Vec::new(), ..estate })
}
