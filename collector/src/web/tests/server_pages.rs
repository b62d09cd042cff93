//! The pages of one server in the hand-made world, of the questions about it, and of a search.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use patuh_protocol::inventory::Machine;
use patuh_protocol::report::Reading;

use super::super::pages;
use super::super::pages::Asking;
use super::super::pages::server::{
    Asked, Compare, Compliance, Ends, Frame, Ground, History, Kin, Known, Part, Past, Readings, Relative,
    Server, Software, Tab,
};
use super::super::shell::Place;
use super::host;
use super::world::{World, now, render};
use crate::duplicates::{Evidence, Guess, Kind, Mark, Question, Side};
use crate::lifecycle::Table;
use crate::store::{
    Carrier, ChangedDay, Compared, CurrentSection, Found, Hit, HitKind, Latest, Lineage, PackageHit, Value,
};

impl World<'_> {
    /// Every part of the page of the first server, by name.
    pub(super) fn server_pages(&self) -> Vec<(&'static str, String)> {
        let Some(row) = self.rows.first() else { return Vec::new() };
        let (sections, table) = (host::sections(now(), self.say), Table::shipped().unwrap());
        let changes = host::changes(&[(row.agent.clone(), row.hostname.clone())], now(), self.say);
        let other = self.rows.get(1).map_or_else(String::new, |row| row.hostname.clone());
        let asking = Asking {
            href: "/pertanyaan/0a1b2c3d4e5f6071".into(),
            text: (self.say)("Mungkin mesin yang sama dengan db-lama."),
        };
        let (questions, lineage) =
            ([asking], Lineage { follows: vec![(row.agent.clone(), other)], followed_by: None });
        let known = || Known {
            row,
            sections: &sections,
            changes: &changes,
            reports: &self.leaves,
            questions: &questions,
            booked: Some(Asking { href: "/aset/A-000001".into(), text: (self.say)("A-000001 Server") }),
            lineage: &lineage,
            kin: self.kin(&sections),
        };
        let ground =
            Ground { judged: &self.judged, config: &self.config, table: &table, format: &self.format };
        let around = |tab| {
            let frame = Frame::new(&self.judged, &known(), tab, None, &self.format);
            (self.shell(Place::Servers), frame)
        };
        let part = |tab| render(&Part::new(around(tab), &ground, &known(), tab));
        let asked = Asked { paket: (self.say)(""), ..Asked::default() };
        let ends = Ends {
            from: "2026-11-15".parse().unwrap(),
            to: "2026-11-22".parse().unwrap(),
            known: (true, true),
            purged: vec![(self.say)("packages/dpkg")],
        };
        vec![
            ("server-satu", render(&Server::new(around(Tab::Summary), &ground, &known()))),
            ("server-perangkat-keras", part(Tab::Hardware)),
            ("server-sistem", part(Tab::System)),
            (
                "server-perangkat-lunak",
                render(&Software::new(around(Tab::Software), &sections, &asked, &self.format)),
            ),
            ("server-layanan", part(Tab::Services)),
            ("server-tamu", part(Tab::Guests)),
            ("server-jaringan", part(Tab::Network)),
            ("server-cadangan", self.backups(around(Tab::Backups), &sections)),
            (
                "server-kepatuhan",
                render(&Compliance::new(around(Tab::Compliance), &self.judged, row.agent.as_str())),
            ),
            ("server-riwayat", render(&History::new(around(Tab::History), &known(), &days(), &self.format))),
            ("server-banding", render(&Compare::new(around(Tab::History), &ends, &self.compared()))),
            ("server-pembacaan", render(&Readings::new(around(Tab::Readings), &known(), &self.format))),
            ("server-lampau", self.past(&ground, &known())),
            ("server-kosong", self.unread(&ground, &known())),
        ]
    }

    /// A day on which half of it was not read yet.
    fn past(&self, ground: &Ground<'_>, known: &Known<'_>) -> String {
        let purged = vec![(self.say)("packages/dpkg")];
        let past = Past::new("2026-11-15".parse().unwrap(), purged, false);
        let followed_by = Some((known.row.agent.clone(), (self.say)("db-baru")));
        let lineage = Lineage { follows: Vec::new(), followed_by };
        let half: Vec<_> = known.sections.iter().take(12).cloned().collect();
        let known = Known { sections: &half, lineage: &lineage, kin: Kin::default(), booked: None, ..*known };
        let frame = Frame::new(&self.judged, &known, Tab::Hardware, Some(past), &self.format);
        render(&Part::new((self.shell(Place::Servers), frame), ground, &known, Tab::Hardware))
    }

    /// A server of which nothing was read.
    fn unread(&self, ground: &Ground<'_>, known: &Known<'_>) -> String {
        let lineage = Lineage::default();
        let known = Known {
            sections: &[],
            changes: &[],
            questions: &[],
            lineage: &lineage,
            kin: Kin::default(),
            booked: None,
            ..*known
        };
        let frame = Frame::new(&self.judged, &known, Tab::Summary, None, &self.format);
        render(&Server::new((self.shell(Place::Servers), frame), ground, &known))
    }

    /// A guest with its agent, a host that runs this one.
    fn kin(&self, own: &[CurrentSection]) -> Kin {
        let machine = |uuid: &str| {
            let machine =
                Machine { uuid: Some(uuid.into()), guest_of: Some("kvm".into()), ..Machine::default() };
            let (at, index) = (now(), 1);
            let value = Value {
                reading: Reading::Machine(Box::new(machine)),
                at,
                index,
                carrier: Carrier { at, index },
            };
            CurrentSection {
                sensor: "machine".into(),
                latest: Latest::Ok,
                at,
                index,
                took_us: 1,
                value: Some(value),
            }
        };
        let uuids = ["4c4c4544-0058-5110-8032-b7c04f463633", "5d5d5555-0058-5110-8032-b7c04f463633"];
        let relatives = self.rows.iter().skip(1).zip([uuids[0], uuids[1], uuids[1]]);
        let all: BTreeMap<_, _> = relatives
            .map(|(row, uuid)| {
                (Relative { agent: row.agent.clone(), host: row.hostname.clone() }, vec![machine(uuid)])
            })
            .collect();
        let mut kin = Kin::of(&self.rows[0].agent, own, &all);
        kin.hosts.extend(all.keys().take(1).cloned());
        kin
    }

    fn compared(&self) -> Vec<Compared> {
        let compared = |kind: &str, subject: &str, before: Option<&str>, after: Option<&str>| Compared {
            sensor: kind.into(),
            kind: kind.into(),
            subject: (self.say)(subject),
            before: before.map(self.say),
            after: after.map(self.say),
        };
        let packages = (0..240).map(|n| compared("package", &format!("paket-{n}"), Some("1.0"), Some("1.1")));
        let others = [
            compared("disk", "ST4000 ZC1", None, Some("4000 GB")),
            compared("raid state", "md0", Some("whole"), Some("degraded")),
            compared("interface", "eno2", Some(""), None),
        ];
        others.into_iter().chain(packages).collect()
    }

    /// The questions about doubled servers, and what a search finds.
    pub(super) fn questions_and_answers(&self) -> Vec<(&'static str, String)> {
        let (judged, format) = (&self.judged, &self.format);
        let questions = [self.question(Kind::SameMachine), self.question(Kind::SharedKey)];
        let shell = || self.shell(Place::Servers);
        let page = |question| render(&pages::questions::QuestionPage::new(shell(), judged, question, format));
        vec![
            ("pertanyaan", render(&pages::questions::Questions::new(shell(), judged, &questions, format))),
            ("pertanyaan-mesin", page(&questions[0])),
            ("pertanyaan-kunci", page(&questions[1])),
            ("cari", self.search("openssl", &self.found())),
            ("cari-paket", self.package()),
        ]
    }

    fn question(&self, kind: Kind) -> Question {
        let side = |row: &crate::store::ServerRow| Side {
            agent: row.agent.clone(),
            hostname: row.hostname.clone(),
            office: row.office.clone(),
            first: row.enrolled_at,
            last: row.last_report,
        };
        let sides: Vec<_> = self.rows.iter().take(2).map(side).collect();
        let evidence = |mark, one: Option<&str>, other: Option<&str>, agrees| Evidence {
            mark,
            values: vec![one.map(self.say), other.map(self.say)],
            agrees,
        };
        let agents: Vec<_> = sides.iter().map(|side| side.agent.clone()).collect();
        let (guess, agents) = match kind {
            Kind::SameMachine => {
                (Guess::Reinstalled { old: agents[0].clone(), new: agents[1].clone() }, agents)
            }
            Kind::SharedKey => (Guess::CopiedKey, vec![agents[0].clone()]),
        };
        Question {
            id: "0a1b2c3d4e5f6071".into(),
            kind,
            agents,
            sides,
            evidence: vec![
                evidence(Mark::Serial, Some("7XK42N2"), Some("7XK42N2"), Some(true)),
                evidence(Mark::MachineId, Some("5f3a9c1e"), Some("77aa12bc"), Some(false)),
                evidence(Mark::Macs, Some("00:1b:21:3c:4d:5e"), None, None),
            ],
            guess,
            since: now() - SignedDuration::from_hours(50),
            grounds: std::collections::BTreeSet::new(),
        }
    }

    /// The page of a search.
    pub(super) fn search(&self, asked: &str, found: &Found) -> String {
        let answer = pages::search::Answer { found: found.clone(), assets: Vec::new(), package: None };
        let shell = self.shell(Place::Search).searching(asked);
        render(&pages::search::Search::new(shell, &self.judged, asked, &answer))
    }

    fn package(&self) -> String {
        let package = Some(((self.say)("openssl 3.0.14"), self.rows.clone()));
        let answer = pages::search::Answer { found: Found::default(), assets: Vec::new(), package };
        let asked = (self.say)("openssl");
        let shell = self.shell(Place::Search).searching(&asked);
        render(&pages::search::Search::new(shell, &self.judged, &asked, &answer))
    }

    fn found(&self) -> Found {
        let kinds = [
            HitKind::Host,
            HitKind::Address,
            HitKind::Serial,
            HitKind::Serial,
            HitKind::Office,
            HitKind::Site,
        ];
        let hit = |(row, why): (&crate::store::ServerRow, HitKind)| Hit {
            agent: row.agent.clone(),
            hostname: row.hostname.clone(),
            office: row.office.clone(),
            why,
            text: (self.say)("10.10.0.21/24"),
        };
        let package = |n: u32| PackageHit {
            sensor: "packages/dpkg".into(),
            name: (self.say)("openssl"),
            version: (self.say)(&format!("3.0.{n}-1~deb12u2")),
            servers: 142 - n as usize,
        };
        Found {
            servers: self.rows.iter().cycle().zip(kinds).map(hit).collect(),
            all_servers: 311,
            packages: (11..15).map(package).collect(),
            all_packages: 9,
        }
    }
}

fn days() -> Vec<ChangedDay> {
    let day = |(text, changes): (&str, u64)| ChangedDay { day: text.parse().unwrap(), changes };
    [("2026-11-22", 6), ("2026-11-19", 4), ("2026-11-10", 1), ("2026-10-02", 240), ("2026-05-01", 3)]
        .map(day)
        .into()
}
