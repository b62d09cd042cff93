//! The pages about backups in the hand-made world, and what they say of it.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::super::pages::backups::board::{Asked, BoardPage};
use super::super::pages::backups::drills::{self, Drills};
use super::super::pages::backups::path_of_set;
use super::super::pages::backups::set::SetPage;
use super::super::pages::backups::witnesses::{Earlier, History, Witnesses};
use super::super::pages::server::{Around, Backups};
use super::super::shell::Place;
use super::desk::Bench;
use super::estate::agent;
use super::world::{World, now, render};
use crate::store::CurrentSection;
use crate::tasks::board::key;

impl World<'_> {
    /// The pages about backups, by name.
    pub(super) fn backup_pages(&self) -> Vec<(&'static str, String)> {
        let board = |asked: &Asked| self.board(asked);
        let office =
            self.judged.estate.offices.first().map_or_else(String::new, |office| office.code.clone());
        let asked =
            |pd: &str, keadaan: &str| Asked { pd: pd.into(), keadaan: keadaan.into(), ..Asked::default() };
        let mut pages = vec![
            ("pencadangan", board(&Asked::default())),
            ("pencadangan-pd", board(&asked(&office, ""))),
            ("pencadangan-hilang", board(&asked("", "hilang"))),
            ("pencadangan-saksi", self.witnesses()),
            ("pencadangan-latihan", self.drills(&drills::Asked::default())),
        ];
        for (name, n) in [("pencadangan-set-rusak", 0), ("pencadangan-set", 1), ("pencadangan-set-hilang", 3)]
        {
            pages.extend(self.set(n).map(|page| (name, page)));
        }
        pages
    }

    /// The same where nothing is known.
    pub(super) fn empty_backup_pages(&self) -> Vec<(&'static str, String)> {
        vec![
            ("kosong-pencadangan", self.board(&Asked::default())),
            ("kosong-latihan", self.drills(&drills::Asked::default())),
        ]
    }

    fn board(&self, asked: &Asked) -> String {
        render(&BoardPage::new(self.shell(Place::Backups), &self.judged, asked, &self.format).unwrap())
    }

    fn drills(&self, asked: &drills::Asked) -> String {
        render(&Drills::new(self.shell(Place::Backups), &self.judged, asked, &self.format).unwrap())
    }

    fn witnesses(&self) -> String {
        let stores = [("/srv/cadangan/simpeg", 790), ("/srv/restic/rsud", 3_300)];
        let bytes = stores.map(|(path, gb)| ((self.say)(path), gb * 1_000_000_000_u64));
        let earlier = Earlier { at: now() - SignedDuration::from_hours(24 * 30), bytes: bytes.into() };
        let history = History::from([(agent(0), earlier)]);
        render(&Witnesses::new(self.shell(Place::Backups), &self.judged, &history, &self.format))
    }

    /// The page of the first set of the server at this place.
    fn set(&self, n: usize) -> Option<String> {
        let agent = self.judged.estate.servers.get(n)?.id.parse().ok()?;
        let view = self.judged.copies.servers.get(&agent)?.sets.first()?;
        let shell = self.shell(Place::Backups);
        SetPage::new(shell, &self.judged, &agent, &key(view), &self.format).map(|page| render(&page))
    }

    /// The backups of the second server, which are as they should be.
    pub(super) fn backups(&self, around: Around, sections: &[CurrentSection]) -> String {
        let agent = self.judged.estate.servers.get(1).and_then(|server| server.id.parse().ok());
        let judged = agent.as_ref().map(|agent| (&self.judged, agent));
        render(&Backups::new(around, sections, judged, &self.format))
    }
}

fn world() -> World<'static> {
    World::new(4, 3, &|text| text.to_owned())
}

#[test]
fn the_board_answers_whose_data_is_lost_tonight() {
    let world = world();
    let page = world.board(&Asked::default());
    let only = |keadaan: &str| world.board(&Asked { keadaan: keadaan.into(), ..Asked::default() });
    let gone = only("hilang").matches("class=\"fate\"").count();
    assert!(gone > 2 && page.contains(&format!("rusak, isi {gone} tempat data milik")), "{gone}");
    for word in ["Tanpa salinan", "Salinan rusak atau hilang", "Hanya di server itu sendiri", "Teruji pulih"]
    {
        assert!(page.contains(word), "{word}");
    }
    assert!(only("tanpa-salinan").contains("tidak ada cadangan yang memuatnya"));
    assert!(!only("tanpa-salinan").contains("RUSAK, saksi"));
    assert!(only("selamat").contains("#k-pulih"));
    let none = world.board(&Asked { cari: "tidak ada apa pun".into(), ..Asked::default() });
    assert!(none.contains("Tidak ada tempat data yang cocok"));
    let wrong = Asked { keadaan: "lain".into(), ..Asked::default() };
    assert!(BoardPage::new(world.shell(Place::Backups), &world.judged, &wrong, &world.format).is_err());
}

#[test]
fn a_set_says_how_it_stands_and_what_to_do() {
    let world = world();
    let damaged = world.set(0).unwrap();
    for part in
        ["RUSAK", "berkas didapati rusak", "Agar menjadi hijau", "#k-rusak", "isinya berubah", "/bukti/1"]
    {
        assert!(damaged.contains(part), "{part}");
    }
    let good = world.set(1).unwrap();
    for part in [
        "Teruji pulih",
        "BERTEMU",
        "Pertama dilihat saksi",
        "pg-dump.timer",
        "Sesuai jadwal",
        "14\u{a0}menit",
    ] {
        assert!(good.contains(part), "{part}");
    }
    for part in ["class=\"gap\"", "class=\"small\"", "Ukuran 22 salinan: biasanya", "3 kali terlambat"] {
        assert!(good.contains(part), "{part}");
    }
    let agent = agent(200);
    let shell = world.shell(Place::Backups);
    assert!(SetPage::new(shell, &world.judged, &agent, "0", &world.format).is_none());
}

#[test]
fn capacity_is_computed_or_said_to_be_unknown() {
    let world = world();
    let page = world.witnesses().replace('\u{a0}', " ");
    assert!(page.contains("Cukup untuk 82 hari lagi: bertambah 28 GB sehari"), "{page}");
    assert!(page.contains("Sisa hari belum dapat dihitung"));
    assert!(
        page.contains("▲ diam") && page.contains("TANPA KLAIM") && page.contains("Saksi cadangan-ppb diam")
    );
    let none = Witnesses::new(world.shell(Place::Backups), &world.judged, &BTreeMap::new(), &world.format);
    assert!(!render(&none).contains("Cukup untuk"));
}

#[test]
fn drills_are_listed_with_what_is_due() {
    let world = world();
    let page = world.drills(&drills::Asked::default());
    for part in ["Belum pernah", "contoh berkas dipulihkan", "24 dari 24 sama", "jadwal"] {
        assert!(page.contains(part), "{part}");
    }
    let failed = drills::Asked { keadaan: "gagal".into(), ..drills::Asked::default() };
    assert!(world.drills(&failed).contains("tidak satu berkas pun kembali"));
}

#[test]
fn a_set_is_found_by_an_address_that_does_not_move() {
    let world = world();
    let (agent, copies) = world.judged.copies.servers.iter().next().unwrap();
    let paths: Vec<_> = copies.sets.iter().map(|view| path_of_set(agent, view)).collect();
    let tails: Vec<_> = paths.iter().filter_map(|path| path.rsplit('/').next()).collect();
    assert!(
        tails.iter().all(|tail| tail.len() == 12 && tail.bytes().all(|b| b.is_ascii_hexdigit())),
        "{paths:?}"
    );
}

#[tokio::test]
async fn what_is_downloaded_is_what_is_shown() {
    let bench = Bench::new(false).await;
    bench.report().await;
    let cookie = bench.sign_in().await;
    let mut seen = 0;
    for query in ["", "keadaan=hilang", "keadaan=klaim", "cari=tidak-ada", "pd=diskominfo"] {
        let page = bench.get(&format!("/pencadangan?{query}"), &cookie).await.text();
        let file = bench.get(&format!("/pencadangan/unduh/papan.csv?{query}"), &cookie).await.text();
        let shown = page.matches("class=\"fate\"").count();
        assert_eq!(file.lines().count(), shown + 1, "{query}: {file}");
        seen += shown;
    }
    assert!(seen > 0);
    let acts = bench.store.leaves(None, 1).await.unwrap();
    assert!(acts[0].text.contains("pencadangan"), "{}", acts[0].text);
}
