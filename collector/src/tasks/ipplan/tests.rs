//! The survey in the judge's terms.

use patuh_compliance::estate::{self, Known};

use super::*;
use crate::ipplan::{Attempt, Field, Plot};
use crate::lan::{Heard, Observation, Windows};
use patuh_protocol::lan::{Gateway, Interface, Neighbour};
use patuh_protocol::report::Reading;

const CONFIG: &str = r#"
[government]
code = "contoh"
name = "Pemerintah Kabupaten Contoh"
dinas = "Dinas Komunikasi dan Informatika"
timezone = "Asia/Jakarta"
packs = ["mlg-2020"]
[agents]
listen = "127.0.0.1:0"
hosts = ["localhost"]
[web]
listen = "127.0.0.1:0"
[[office]]
code = "dinkes"
name = "Dinas Kesehatan"
[[office]]
code = "rsud"
name = "RSUD"
not_connected = "serat optik belum sampai"
lan_managed = "ND 047/9"
"#;

fn config(more: &str) -> Config {
    Config::parse("c.toml", &format!("{CONFIG}{more}")).unwrap()
}

fn now() -> Timestamp {
    "2026-11-22T00:30:00Z".parse().unwrap()
}

fn agent(n: u16) -> AgentId {
    format!("{n:032x}").parse().unwrap()
}

fn row(n: u16, office: &str) -> ServerRow {
    let last_report = Some(now());
    ServerRow { last_report, ..ServerRow::named(agent(n), office, &format!("srv-{n}"), now()) }
}

fn plot(n: u64, subnet: &str, written: &[(Field, &str)]) -> Plot {
    let mut plot = Plot::new(subnet.parse().unwrap());
    (plot.id, plot.revision) = (PlotId(n), 1);
    for (field, text) in written {
        field.set(&mut plot, text).unwrap();
    }
    plot
}

/// A LAN of servers at these addresses, which see `others` more each.
fn state(servers: &[(u16, String)], others: u8) -> State {
    let mut state = State::default();
    for minutes in [0, 5] {
        for (n, address) in servers {
            let link = Interface {
                name: "eno1".into(),
                mac: Some(format!("b8:2a:72:ff:{:02x}:{:02x}", n >> 8, n & 255)),
                addresses: vec![address.clone()],
                ..Interface::default()
            };
            let (near, _) = address.rsplit_once('.').unwrap();
            let gateway = Gateway { address: format!("{near}.1"), interface: "eno1".into(), mac: None };
            let neighbour = |m: u8| Neighbour {
                address: format!("{near}.{m}"),
                mac: format!("3c:52:82:00:{:02x}:{m:02x}", n & 255),
                interface: "eno1".into(),
            };
            let readings = [
                ("interfaces", Reading::Interfaces(vec![link])),
                ("gateways", Reading::Gateways(vec![gateway])),
                ("neighbours", Reading::Neighbours((100..100 + others).map(neighbour).collect())),
            ];
            let heard = readings.iter().map(|(sensor, reading)| (*sensor, Heard::Read(reading)));
            let at = now() - jiff::SignedDuration::from_mins(10 - minutes);
            state.observe(&Observation::new(agent(*n), at, heard, None), &Windows::default());
        }
    }
    state
}

fn surveyed(config: &Config, plots: Vec<Plot>, arrivals: &[(u16, &str)], reaches: Vec<Reach>) -> Survey {
    let rows = [row(1, "dinkes"), row(2, "dinkes"), row(3, "rsud")];
    let servers = [(1, "10.20.3.9/24".to_owned()), (2, "10.20.4.9/24".to_owned())];
    let states = BTreeMap::from([("dinkes".parse().unwrap(), state(&servers, 0))]);
    let arrival = |(n, address): &(u16, &str)| {
        let arrival =
            Arrival { agent: agent(*n), address: address.parse().unwrap(), first_at: now(), last_at: now() };
        (agent(*n), arrival)
    };
    let arrivals = arrivals.iter().map(arrival).collect();
    laid_out(config, &rows, Plan::new(plots), &states, arrivals, reaches, now())
}

/// Why something is not known.
fn why<T: std::fmt::Debug>(known: Known<T>) -> String {
    match known {
        Known::No(why) => why,
        Known::Yes(known) => panic!("{known:?}"),
    }
}

fn known<T>(known: Known<T>) -> T {
    match known {
        Known::Yes(known) => known,
        Known::No(why) => panic!("{why}"),
    }
}

#[test]
fn what_is_not_known_says_why() {
    let (config, dinkes) = (config(""), "dinkes".parse().unwrap());
    let bare = surveyed(&config, vec![], &[(1, "10.20.3.9")], vec![]);
    assert!(why(bare.addressing(&dinkes, &config)).contains("belum diisi oleh Dinas"));
    assert!(why(bare.intranet_use(&dinkes)).contains("[intranet] ranges"));
    assert!(why(bare.reach(&config.offices[0], &config)).contains("[reachability]"));
    let planned = surveyed(&config, vec![plot(1, "10.20.3.0/24", &[(Field::Office, "dinkes")])], &[], vec![]);
    let rsud = "rsud".parse().unwrap();
    assert!(why(planned.addressing(&rsud, &config)).contains("belum ada alamat server"));
    let tried = self::config("[intranet]\nranges = [\"10.0.0.0/8\"]\n[reachability]\n");
    let silent = surveyed(&tried, vec![], &[], vec![]);
    assert!(why(silent.intranet_use(&dinkes)).contains("7 hari"));
    assert!(why(silent.reach(&tried.offices[0], &tried)).contains("belum ada gateway"));
}

#[test]
fn what_is_known_is_counted() {
    let config = config("[intranet]\nranges = [\"10.0.0.0/8\"]\n");
    let (dinkes, rsud) = ("dinkes".parse().unwrap(), "rsud".parse().unwrap());
    let plots = vec![
        plot(1, "10.20.3.0/24", &[(Field::Office, "dinkes"), (Field::Gateways, "10.20.3.254")]),
        plot(2, "10.20.4.0/24", &[(Field::Office, "rsud")]),
    ];
    let answered = Some((now(), Attempt::Echo));
    let gateway = "10.20.3.254".parse().unwrap();
    let reach = Reach { office: dinkes, gateway, since: now(), tried_at: now(), answered };
    let dinkes = "dinkes".parse().unwrap();
    let survey =
        surveyed(&config, plots, &[(1, "10.20.3.9"), (2, "36.66.1.9"), (3, "36.66.1.8")], vec![reach]);
    let told = known(survey.addressing(&dinkes, &config));
    let counts = (told.subnets, told.addresses, told.elsewhere, told.wrong_gateways, told.outside);
    assert_eq!(counts, (1, 2, 1, 1, 0));
    assert!(told.examples[0].starts_with("srv-2 memakai 10.20.4.9"), "{:?}", told.examples);
    let used = known(survey.intranet_use(&dinkes));
    assert_eq!((used.inside, used.outside, used.unknown, used.not_connected), (1, 1, 0, None));
    assert_eq!(used.examples, ["srv-2 dari 36.66.1.9 (internet)"]);
    let waiting = known(survey.intranet_use(&rsud));
    assert_eq!(waiting.not_connected.as_deref(), Some("serat optik belum sampai"));
    let reached: estate::Reach = known(survey.reach(&config.offices[0], &config));
    assert_eq!((reached.target.as_str(), reached.answered), ("10.20.3.254, menjawab ping", Some(now())));
    let managed = known(survey.reach(&config.offices[1], &config));
    assert_eq!((managed.managed.as_deref(), managed.tried), (Some("ND 047/9"), None));
}

/// Offices whose numbers touch at every corner: each address is counted once, in its own office.
#[test]
fn many_offices_are_kept_apart() {
    let mut offices = String::new();
    let (mut rows, mut states, mut plots) = (Vec::new(), BTreeMap::new(), Vec::new());
    for office in 0..10_u16 {
        let code = format!("pd{office}");
        offices = format!("{offices}[[office]]\ncode = \"{code}\"\nname = \"{code}\"\n");
        let servers: Vec<_> =
            (0..12).map(|n| (office * 12 + n, format!("10.{office}.{}.{}/24", n % 6, 10 + n))).collect();
        rows.extend(servers.iter().map(|(n, _)| row(*n, &code)));
        states.insert(code.parse().unwrap(), state(&servers, 5));
        plots.extend((0..4_u64).map(|n| {
            plot(u64::from(office) * 4 + n + 1, &format!("10.{office}.{n}.0/24"), &[(Field::Office, &code)])
        }));
    }
    let config = config(&offices);
    let survey = laid_out(&config, &rows, Plan::new(plots), &states, BTreeMap::new(), vec![], now());
    for standing in survey.standings.values() {
        assert_eq!((standing.plots, standing.addresses, standing.conforming), (4, 12, 8), "{standing:?}");
    }
    let outside = survey.findings.iter().filter(|it| it.kind == crate::ipplan::Kind::Unplanned);
    assert_eq!(outside.count(), 10 * 4, "those in the fifth and sixth subnet of each office");
}
