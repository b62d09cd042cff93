//! A hand-made estate: a regency with its offices and their servers, some well kept, some not.

use jiff::{SignedDuration, Timestamp};
use patuh_compliance::Estate;
use patuh_compliance::estate::{
    Backup, Evidence, Grade, Known, Location, Office, Place, Server, Sign, SignKind, Site, SiteKind, Zone,
};
use patuh_protocol::id::AgentId;

use crate::store::ServerRow;

/// Offices with how many servers they count and how many have an agent.
const OFFICES: [(&str, &str, u32, u32); 26] = [
    ("diskominfo", "Dinas Komunikasi dan Informatika", 38, 38),
    ("dinkes", "Dinas Kesehatan", 12, 11),
    ("rsud", "RSUD Kabupaten Contoh", 14, 12),
    ("dukcapil", "Dinas Kependudukan dan Pencatatan Sipil", 9, 9),
    ("disdik", "Dinas Pendidikan", 11, 8),
    ("bkad", "Badan Keuangan dan Aset Daerah", 8, 8),
    ("bapenda", "Badan Pendapatan Daerah", 7, 7),
    ("bkpsdm", "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia", 4, 4),
    ("bappelitbangda", "Badan Perencanaan Pembangunan, Penelitian dan Pengembangan Daerah", 5, 4),
    ("dpmptsp", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu", 6, 6),
    ("pupr", "Dinas Pekerjaan Umum dan Penataan Ruang", 6, 5),
    ("dishub", "Dinas Perhubungan", 6, 5),
    ("dinsos", "Dinas Sosial", 3, 3),
    ("disperindag", "Dinas Perindustrian dan Perdagangan", 4, 3),
    ("dlh", "Dinas Lingkungan Hidup", 3, 3),
    ("dispertan", "Dinas Pertanian dan Ketahanan Pangan", 4, 4),
    ("disnaker", "Dinas Tenaga Kerja dan Transmigrasi", 3, 3),
    ("dispora", "Dinas Kepemudaan dan Olahraga", 2, 2),
    ("disparbud", "Dinas Pariwisata dan Kebudayaan", 3, 3),
    ("dpmd", "Dinas Pemberdayaan Masyarakat dan Desa", 4, 4),
    ("bpbd", "Badan Penanggulangan Bencana Daerah", 3, 3),
    ("satpolpp", "Satuan Polisi Pamong Praja", 2, 2),
    ("setda", "Sekretariat Daerah", 5, 5),
    ("setwan", "Sekretariat DPRD", 3, 2),
    ("inspektorat", "Inspektorat Daerah", 3, 0),
    ("kec-sukamaju", "Kecamatan Sukamaju", 3, 0),
];

/// What the servers are for: names as administrators give them.
const NAMES: [&str; 12] =
    ["web", "db", "simrs", "siak", "sipd", "mail", "berkas", "aplikasi", "arsip", "absensi", "dns", "gis"];

/// An estate of the first `offices` offices, each with at most `servers` servers, as of `now`; `say` has the
/// last word in whatever an agent said.
pub(super) fn estate(offices: usize, servers: u32, now: Timestamp, say: &dyn Fn(&str) -> String) -> Estate {
    let taken = || OFFICES.iter().take(offices);
    let mut n = 0;
    let mut all = Vec::new();
    for (code, _, _, agents) in taken() {
        for i in 0..(*agents).min(servers) {
            all.push(server(code, i, n, now, say));
            n += 1;
        }
    }
    all.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Estate {
        offices: taken()
            .map(|(code, name, count, _)| office(code, name, (*count).min(servers + 2)))
            .collect(),
        sites: vec![
            site("pusat-data", "Pusat Data Diskominfo", SiteKind::DataCentre),
            site("ppb", "Pusat Pemulihan Bencana", SiteKind::RecoveryCentre),
            site("ruang-rsud", "Ruang server RSUD", SiteKind::OfficeRoom),
        ],
        servers: all,
        zone: Zone::Wib,
        ..Estate::default()
    }
}

fn office(code: &str, name: &str, servers: u32) -> Office {
    let mandiri_tik = (code == "rsud").then(|| "Keputusan Bupati Nomor 100 Tahun 2024".to_owned());
    Office { code: code.into(), name: name.into(), mandiri_tik, registered_servers: Some(servers) }
}

fn site(code: &str, name: &str, kind: SiteKind) -> Site {
    Site { code: code.into(), name: name.into(), kind }
}

/// The `n`th agent's name.
pub(super) fn agent(n: u32) -> AgentId {
    AgentId::of_key(&n.to_be_bytes())
}

/// A number that looks random and never changes.
fn spread(n: u32, salt: u32) -> u32 {
    (n.wrapping_mul(2_654_435_761) ^ salt.wrapping_mul(40_503)).wrapping_mul(2_246_822_519) >> 13
}

fn server(office: &str, i: u32, n: u32, now: Timestamp, say: &dyn Fn(&str) -> String) -> Server {
    let hours = |h: u32| now - SignedDuration::from_hours(i64::from(h));
    let word = NAMES[(spread(n, 1) % 12) as usize];
    let last = match spread(n, 2) % 29 {
        0 => Some(hours(24 * 9 + spread(n, 3) % 200)),
        1 => Some(hours(40)),
        2 if n > 8 => None,
        _ => Some(now - SignedDuration::from_mins(i64::from(spread(n, 3) % 55))),
    };
    let inside = office == "diskominfo" || spread(n, 4) % 5 > 1;
    let here = if inside { "pusat-data" } else { "ruang-rsud" };
    let observation = format!("10.{}.{}.{} dalam jaringan Pusat Data", 10 + i, n % 250, 5 + i);
    Server {
        id: agent(n).to_string(),
        name: say(&format!("{word}-{office}-{:02}", i + 1)),
        office: office.into(),
        since: jiff::civil::Date::new(2019 + i16::try_from(spread(n, 5) % 6).unwrap(), 5, 17).ok(),
        last_report: last,
        location: Location {
            declared: Some(here.into()),
            observed: inside.then(|| here.into()),
            observation: inside.then(|| say(&observation)),
            signs: if inside && i == 2 { signs(&observation, say) } else { vec![] },
            ..Location::default()
        },
        backups: Known::Yes(backups(n, inside, now, say)),
        evidence: vec![
            Evidence { index: 1, shows: "backup/dumps".into(), taken_at: hours(1) },
            Evidence { index: 1, shows: "interfaces".into(), taken_at: hours(1) },
        ],
        ..Server::default()
    }
}

fn backups(n: u32, inside: bool, now: Timestamp, say: &dyn Fn(&str) -> String) -> Vec<Backup> {
    let age = |h: u32| Some(now - SignedDuration::from_hours(i64::from(h)));
    let place = |n: u32| match n % 7 {
        0 => Place::SameHost,
        1 => Place::OtherHost(say("nas-lama")),
        2 => Place::Removable,
        3 if inside => Place::Site("ppb".into()),
        _ => Place::Site("pusat-data".into()),
    };
    let grade = if spread(n, 8).is_multiple_of(9) { Grade::Claimed } else { Grade::Witnessed };
    let one = |set: &str, tool: &str, database: bool, newest, salt| Backup {
        set: say(set),
        tool: tool.into(),
        files: !database,
        database,
        place: place(spread(n, salt)),
        newest,
        unread: false,
        spoilt: None,
        grade,
        problems: Vec::new(),
        ..Backup::default()
    };
    match spread(n, 6) % 8 {
        0 => Vec::new(),
        1 => vec![one("harian", "mysqldump", true, age(24 * 40), 9)],
        2 => vec![
            one("/srv/cadangan", "mysqldump", true, age(31), 9),
            one("berkas", "restic", false, age(9), 10),
        ],
        _ => vec![one("harian", "mysqldump", true, age(7), 9), one("berkas", "restic", false, age(9), 10)],
    }
}

/// What speaks for the Pusat Data: a cable, an address, and the way by which it comes.
fn signs(address: &str, say: &dyn Fn(&str) -> String) -> Vec<Sign> {
    let sign = |kind, words: &str| Sign { kind, site: Some("pusat-data".into()), words: say(words) };
    vec![
        sign(SignKind::Switch, "switch `SW-DC-1` milik Pusat Data"),
        sign(SignKind::Address, address),
        sign(SignKind::Source, "kolektor melihatnya datang dari 10.10.4.5, jaringan Pusat Data"),
    ]
}

/// The store's row of a server of the estate.
pub(super) fn row(server: &Server, n: u32, now: Timestamp, say: &dyn Fn(&str) -> String) -> ServerRow {
    let os =
        ["Debian GNU/Linux 12 (bookworm)", "Ubuntu 22.04.5 LTS", "CentOS Linux 7 (Core)", "Proxmox VE 8.2"];
    let model = ["Dell Inc. PowerEdge R740", "HPE ProLiant DL380 Gen10", "Lenovo ThinkSystem SR650"];
    let (guest, gib) = (spread(n, 11).is_multiple_of(3), 1 << (2 + spread(n, 12) % 6));
    ServerRow {
        agent: server.id.parse().unwrap(),
        office: server.office.parse().unwrap(),
        site: server.location.declared.as_ref().map(|code| code.parse().unwrap()),
        hostname: server.name.clone(),
        os: Some(say(os[(spread(n, 13) % 4) as usize])),
        model: (!guest).then(|| say(model[(spread(n, 14) % 3) as usize])),
        serial: (!guest).then(|| say(&format!("SGH{:07}", spread(n, 15)))),
        guest_of: guest.then(|| say("kvm")),
        cpu: Some(say("Intel(R) Xeon(R) Silver 4214R CPU @ 2.40GHz")),
        threads: Some(24),
        memory_bytes: Some(gib << 30),
        disk_bytes: Some(960_197_124_096),
        addresses: vec![
            say(&format!("10.{}.{}.{}/24", 10 + n % 20, n % 250, 5 + n % 200)),
            say("fe80::1/64"),
            say("172.17.0.1/16"),
        ],
        packages: 612,
        agent_version: "0.1.0".into(),
        enrolled_at: now - SignedDuration::from_hours(24 * 200),
        last_report: server.last_report,
    }
}
