//! A hand-made world and all its pages.

use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use patuh_compliance::{Pack, Verdict};
use patuh_protocol::body;
use patuh_protocol::checkpoint::{Checkpoint, Verifier};
use patuh_protocol::digest::Digest;
use patuh_protocol::merkle;
use patuh_protocol::receipt::{ActLeaf, Leaf, Receipt, ReportLeaf};
use patuh_protocol::seal::Sealed;
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::super::error::Problem;
use super::super::format::Format;
use super::super::pages;
use super::super::pages::servers::Seen;
use super::super::session::Person;
use super::super::shell::{Place, Shell};
use super::super::stylesheet;
use super::copies::copies;
use super::estate::{agent, estate, row};
use super::host::{self, Say};
use crate::config::Config;
use crate::ledger::Signer;
use crate::store::{Found, LeafRow, ServerRow};
use crate::tasks::condition::{Condition, Conditions, Kind, Trouble};
use crate::tasks::evaluate::Judged;
use crate::tasks::ipplan::Survey;

const CONFIG: &str = r#"
[government]
code = "contoh"
name = "Pemerintah Kabupaten Contoh"
dinas = "Dinas Komunikasi dan Informatika"
timezone = "Asia/Jakarta"
packs = ["mjl-2021", "mlg-2020"]
[agents]
listen = "127.0.0.1:0"
hosts = ["localhost"]
[web]
listen = "127.0.0.1:0"
[[office]]
code = "diskominfo"
name = "Dinas Komunikasi dan Informatika"
[[site]]
code = "pusat-data"
name = "Pusat Data Diskominfo"
kind = "data_centre"
networks = ["10.10.0.0/16"]
"#;

const PACKS: [&str; 2] = [
    include_str!("../../../../config/packs/mjl-2021.toml"),
    include_str!("../../../../config/packs/mlg-2020.toml"),
];

/// The configuration of the hand-made world.
pub(super) fn config() -> Config {
    Config::parse("collector.toml", CONFIG).unwrap()
}

/// The packs of the hand-made world.
pub(super) fn packs() -> Vec<Pack> {
    PACKS.iter().map(|text| Pack::parse(text).unwrap()).collect()
}

/// Sunday morning.
pub(super) fn now() -> Timestamp {
    "2026-11-22T00:30:00Z".parse().unwrap()
}

/// A regency, its judgement and its ledger.
pub(super) struct World<'a> {
    pub(super) config: Config,
    pub(super) judged: Judged,
    pub(super) rows: Vec<ServerRow>,
    conditions: Conditions,
    pub(super) leaves: [LeafRow; 2],
    receipts: [Receipt; 2],
    sealed: Vec<u8>,
    verifier: Verifier,
    pub(super) format: Format,
    pub(super) say: Say<'a>,
}

impl<'a> World<'a> {
    /// A world of so many offices with at most so many servers each; `say` has the last word in whatever an
    /// agent said.
    pub(super) fn new(offices: usize, servers: u32, say: Say<'a>) -> Self {
        let config = config();
        let mut estate = estate(offices, servers, now(), say);
        let copies = copies(&mut estate, now(), say);
        let packs = packs();
        let assessments = packs.iter().map(|p| patuh_compliance::evaluate(&estate, p, now())).collect();
        let rows: Vec<_> =
            estate.servers.iter().zip(0..).map(|(server, n)| row(server, n, now(), say)).collect();
        let conditions = conditions(&rows, say);
        let survey = Survey::default();
        let judged = Judged { at: now(), size: 2, estate, copies, survey, packs, assessments };
        let (leaves, receipts, sealed, verifier) = ledger(&config, say);
        let format = Format::new(TimeZone::get("Asia/Jakarta").unwrap(), now());
        Self { config, judged, rows, conditions, leaves, receipts, sealed, verifier, format, say }
    }

    /// What stands around a page at `here`.
    pub(super) fn shell(&self, here: Place) -> Shell {
        let person = person();
        let checkpoint = Checkpoint::open(&self.receipts[1].checkpoint, &self.verifier).unwrap();
        Shell::new(&self.config, &self.judged, Some(&checkpoint), &person, here)
    }

    /// Every page that is made from the estate, by name.
    pub(super) fn pages(&self) -> Vec<(&'static str, String)> {
        let (judged, format, seen) = (&self.judged, &self.format, self.seen());
        let named: Vec<_> = self.rows.iter().map(|r| (r.agent.clone(), r.hostname.clone())).collect();
        let changes = host::changes(&named, now(), self.say);
        let shell = |here| self.shell(here);
        let rsud = judged.estate.offices.last().unwrap();
        let of_office: Vec<_> =
            self.rows.iter().filter(|r| r.office.as_str() == rsud.code).cloned().collect();
        let rule = pages::rule_named(judged, "MJL-16.1").unwrap();
        let asked = pages::rule::Asked::default();
        let finding =
            pages::findings(judged).find(|f| f.verdict == Verdict::NotCompliant && f.rule == "MJL-16.1");
        let all = pages::servers::Asked { cari: (self.say)(""), ..pages::servers::Asked::default() };
        vec![
            (
                "ringkasan",
                render(&pages::overview::Overview::new(shell(Place::Overview), &seen, 2, &changes)),
            ),
            ("pd", render(&pages::offices::Offices::new(shell(Place::Offices), judged, format))),
            (
                "pd-satu",
                render(&pages::office::Office::new(
                    shell(Place::Offices),
                    &self.config,
                    &seen,
                    rsud,
                    &of_office,
                )),
            ),
            (
                "server",
                render(
                    &pages::servers::Servers::new(shell(Place::Servers), &seen, self.rows.clone(), &all, 2)
                        .unwrap(),
                ),
            ),
            (
                "temuan",
                render(&pages::finding::Finding::new(
                    shell(Place::Compliance),
                    judged,
                    finding.unwrap(),
                    format,
                )),
            ),
            (
                "kepatuhan",
                render(&pages::compliance::Compliance::new(shell(Place::Compliance), judged, format)),
            ),
            (
                "ketentuan",
                render(&pages::rule::Rule::new(shell(Place::Compliance), judged, rule, &asked, format)),
            ),
            ("bukti", self.evidence()),
            ("bukti-tindakan", self.leaf(0)),
            ("bukti-laporan", self.leaf(1)),
        ]
    }

    /// What the pages know of all servers.
    fn seen(&self) -> Seen<'_> {
        Seen { judged: &self.judged, conditions: &self.conditions, format: &self.format }
    }

    fn evidence(&self) -> String {
        let (shell, note) = (self.shell(Place::Evidence), Some(self.receipts[1].checkpoint.clone()));
        let rows: Vec<_> = self.leaves.iter().rev().cloned().collect();
        let verifier = &self.verifier;
        render(&pages::evidence::Evidence::new(
            shell,
            &self.judged,
            &rows,
            note,
            verifier,
            false,
            &self.format,
        ))
    }

    fn leaf(&self, i: usize) -> String {
        let (shell, receipt) = (self.shell(Place::Evidence), Some(&self.receipts[i]));
        let sealed = (i == 1).then_some(self.sealed.as_slice());
        let (row, verifier) = (&self.leaves[i], &self.verifier);
        render(&pages::leaf::Leaf::new(shell, &self.judged, row, receipt, sealed, verifier, &self.format))
    }

    /// The pages that stand outside the shell, or say nothing of the estate.
    pub(super) fn others(&self) -> Vec<(&'static str, String)> {
        let mut others = self.outside();
        others.extend(self.server_pages());
        others.extend(self.backup_pages());
        others.extend(self.questions_and_answers());
        others.extend(super::taken::pages(|here| self.shell(here), &self.config, self.say));
        let shell = || self.shell(Place::Assets);
        others.extend(super::register::pages(shell, &self.config, &self.format, self.say));
        let shell = || self.shell(Place::Backups);
        others.extend(super::media::pages(shell, &self.config, &self.format, self.say));
        let shell = || self.shell(Place::Network);
        others.extend(super::lan::pages(shell, &self.config, &self.format, self.say));
        let shell = || self.shell(Place::Network);
        others.extend(super::ipplan::pages(shell, &self.config, &self.format, self.say));
        others
    }

    fn outside(&self) -> Vec<(&'static str, String)> {
        let account = |must_change, fault| pages::account::Account {
            shell: self.shell(Place::Account),
            must_change,
            shortest: 12,
            fault,
        };
        let short = pages::account::Fault { field: "baru", text: "Kata sandi baru terlalu pendek." };
        let sign_in = |fault: Option<&str>| pages::sign_in::SignIn {
            stylesheet: stylesheet::path(),
            government: self.config.government.name.clone(),
            dinas: self.config.government.dinas.clone(),
            name: (self.say)("sari"),
            fault: fault.map(ToOwned::to_owned),
        };
        vec![
            ("masuk", render(&sign_in(None))),
            ("masuk-salah", render(&sign_in(Some("Nama pengguna atau kata sandi tidak cocok.")))),
            ("sandi", render(&account(false, None))),
            ("sandi-pertama", render(&account(true, Some(short)))),
            ("tidak-ada", render(&Problem::not_found())),
            ("gangguan", render(&Problem::failed("0badf00d".into()))),
        ]
    }

    /// The pages of a collector that nobody has reported to.
    pub(super) fn empty() -> Vec<(&'static str, String)> {
        let say: Say<'_> = &|text| text.to_owned();
        let mut world = World::new(0, 0, say);
        world.judged.size = 0;
        let (judged, format) = (&world.judged, &world.format);
        let person = person();
        let shell = |here| Shell::new(&world.config, judged, None, &person, here);
        let asked = pages::servers::Asked::default();
        let verifier = &world.verifier;
        let register = super::register::empty(|| shell(Place::Assets), &world.config, format);
        let media = super::media::empty(|| shell(Place::Backups), &world.config, format);
        let lan = super::lan::empty(|| shell(Place::Network), &world.config, format);
        let mut pages = vec![
            (
                "kosong-ringkasan",
                render(&pages::overview::Overview::new(shell(Place::Overview), &world.seen(), 0, &[])),
            ),
            ("kosong-pd", render(&pages::offices::Offices::new(shell(Place::Offices), judged, format))),
            (
                "kosong-server",
                render(
                    &pages::servers::Servers::new(
                        shell(Place::Servers),
                        &world.seen(),
                        Vec::new(),
                        &asked,
                        0,
                    )
                    .unwrap(),
                ),
            ),
            (
                "kosong-pertanyaan",
                render(&pages::questions::Questions::new(shell(Place::Servers), judged, &[], format)),
            ),
            ("kosong-cari", world.search("", &Found::default())),
            ("kosong-cari-hasil", world.search("tidak ada", &Found::default())),
            (
                "kosong-bukti",
                render(&pages::evidence::Evidence::new(
                    shell(Place::Evidence),
                    judged,
                    &[],
                    None,
                    verifier,
                    false,
                    format,
                )),
            ),
        ];
        pages.extend(register);
        pages.extend(media);
        pages.extend(lan);
        pages.extend(super::ipplan::empty(|| shell(Place::Network), &world.config, format));
        pages.extend(world.empty_backup_pages());
        pages
    }
}

/// Every third machine has something wrong with it.
fn conditions(rows: &[ServerRow], say: Say<'_>) -> Conditions {
    let of = |(n, row): (usize, &ServerRow)| {
        let troubles = match n % 12 {
            1 => vec![Trouble::Disk(say("sdb")), Trouble::Raid(say("md0"), vec![say("sdb1")])],
            4 => vec![Trouble::Unsupported("CentOS Linux 7".into(), "2024-06-30".parse().unwrap())],
            7 => vec![Trouble::Restart(vec![say("linux-image-6.1.0-26-amd64")])],
            _ => Vec::new(),
        };
        let known = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Raid || n % 12 == 1).collect();
        (row.agent.clone(), Condition { known, troubles })
    };
    rows.iter().enumerate().map(of).collect()
}

fn person() -> Person {
    Person { name: "sari".into(), must_change: false, session: Digest::of(b"s"), token: "0a1b".repeat(16) }
}

pub(super) fn render(template: &impl Template) -> String {
    template.render().unwrap()
}

/// Two leaves with their receipts: a token was made, a report came in.
fn ledger(config: &Config, say: Say<'_>) -> ([LeafRow; 2], [Receipt; 2], Vec<u8>, Verifier) {
    let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let body = body::pack(&host::report(now(), say)).unwrap();
    let sealed = Sealed::new(&key, agent(0), 4_211, now(), body);
    let act = ActLeaf { at: now(), who: "sari".into(), act: "token.create".into(), about: say("pd=rsud") };
    let leaf = ReportLeaf::new(&sealed, "diskominfo".parse().unwrap(), now());
    let rows = [(0, Leaf::Act(act)), (1, Leaf::Report(leaf))].map(|(index, leaf)| {
        let text = serde_json::to_string(&leaf).unwrap();
        LeafRow { index, hash: merkle::leaf_hash(text.as_bytes()), text, leaf }
    });
    let signer = Signer::new(config.origin(), Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap());
    let checkpoint = signer.checkpoint(2, merkle::node_hash(&rows[0].hash, &rows[1].hash));
    let receipt = |i: usize| Receipt {
        index: rows[i].index,
        leaf: rows[i].text.clone(),
        checkpoint: checkpoint.clone(),
        proof: vec![rows[1 - i].hash],
    };
    let receipts = [receipt(0), receipt(1)];
    assert_eq!(signer.verifier(), Verifier::new(&config.origin(), key.public_key().as_ref()));
    (rows, receipts, sealed.to_bytes(), signer.verifier())
}
