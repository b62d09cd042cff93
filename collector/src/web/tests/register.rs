//! The pages of the register, from hand-made assets.

use std::collections::BTreeMap;

use askama::Template;
use jiff::{SignedDuration, Timestamp};
use patuh_protocol::id::AgentId;

use super::super::format::Format;
use super::super::pages::assets::form::{AssetForm, Choices, Refused, Typed};
use super::super::pages::assets::import::{ImportForm, Options, Preview};
use super::super::pages::assets::list::{self, Assets};
use super::super::pages::assets::one::{AssetPage, Known};
use super::super::pages::assets::reconcile::{self, Reconciliation};
use super::super::pages::spreadsheet;
use super::super::shell::Shell;
use super::host::Say;
use super::world::{now, packs};
use crate::config::Config;
use crate::lifecycle::Table;
use crate::register::import::{Mapping, Outcome, Plan, Problem, RowPlan, Sheet, SheetPlan};
use crate::register::{
    Asset, AssetId, AssetKind, Codes, Field, Mismatch, MismatchKind, Seen, Stage, differences,
    stages_in_force,
};
use crate::store::Version;

fn agent(n: u8) -> AgentId {
    AgentId::of_key(&[n; 32])
}

/// An asset of the register, with names and notes as `say` says them.
fn asset(n: u64, kind: AssetKind, name: &str, written: &[(Field, &str)], say: Say<'_>) -> Asset {
    let mut asset = Asset::new("diskominfo".parse().unwrap(), kind, say(name));
    (asset.id, asset.revision) = (AssetId(n), 2);
    for (field, text) in written {
        field.set(&mut asset, text).unwrap();
    }
    asset.place.room = Some(say("Ruang Server lantai 2"));
    asset.model = say(&asset.model);
    asset
}

fn assets(say: Say<'_>) -> Vec<Asset> {
    let server = [
        (Field::Model, "Dell PowerEdge R740"),
        (Field::Serial, "7XK42N2"),
        (Field::Size, "2 prosesor, memori 128 GB, disk 4 TB"),
        (Field::Code, "1.3.2.10.02.04.001"),
        (Field::Nibar, "120135110200000028000020241321002040010000001"),
        (Field::Register, "0001"),
        (Field::AcquiredOn, "5-3-2024"),
        (Field::Price, "125000000"),
        (Field::Origin, "Pembelian"),
        (Field::Condition, "Baik"),
        (Field::Site, "pusat-data"),
        (Field::Custodian, "Budi Santoso, NIP 19851225 200903 1 003"),
        (Field::Stage, "Pengadaan"),
        (Field::StageOn, "12-2-2024"),
        (Field::Document, "027/SPK/2024"),
        (Field::Dated, "10-2-2024"),
        (Field::Stage, "Penerimaan"),
        (Field::StageOn, "5-3-2024"),
        (Field::Document, "027/BAST/2024"),
        (Field::Stage, "Pengelolaan"),
    ];
    let router = [
        (Field::Model, "MikroTik CCR1036"),
        (Field::Serial, "HC1234"),
        (Field::Code, "1.3.2.10.02.04.002"),
        (Field::Register, "0001"),
        (Field::Year, "2021"),
        (Field::Price, "18500000"),
        (Field::Condition, "Rusak Ringan"),
        (Field::Address, "10.10.0.1"),
        (Field::Mac, "48:8f:5a:00:11:22"),
    ];
    let gone = [(Field::Model, "HP ProLiant DL380 G6"), (Field::Year, "2010"), (Field::Stage, "Penghapusan")];
    let mut all = vec![
        asset(1, AssetKind::Server, "Server basis data", &server, say),
        asset(2, AssetKind::Network, "Router induk", &router, say),
        asset(3, AssetKind::Server, "Server lama", &gone, say),
        asset(4, AssetKind::Licence, "Lisensi hypervisor", &[(Field::Licence, "4 prosesor")], say),
    ];
    all[0].agent = Some(agent(1));
    all[0].note = say("Garansi sampai 2027");
    all
}

fn seen(say: Say<'_>) -> Seen {
    Seen {
        agent: agent(1),
        office: "diskominfo".parse().unwrap(),
        host: say("db-diskominfo-01"),
        guest_of: None,
        site: Some("pusat-data".parse().unwrap()),
        model: Some("Dell Inc. PowerEdge R740".into()),
        serial: Some("7XK42N2".into()),
        cpu: Some(say("Intel(R) Xeon(R) Silver 4214R CPU @ 2.40GHz")),
        memory_bytes: Some(67_431_763_968),
        disk_bytes: Some(3_840_000_000_000),
        enrolled_at: hours(2000),
        last_report: Some(hours(1)),
    }
}

fn hours(n: i64) -> Timestamp {
    now() - SignedDuration::from_hours(n)
}

fn versions(asset: &Asset, say: Say<'_>) -> Vec<Version<Asset>> {
    let mut first = asset.clone();
    first.book.condition = None;
    first.stages.pop();
    let version =
        |revision, at, content| Version { revision, index: revision, at, who: say("sari"), content };
    vec![version(2, hours(3), asset.clone()), version(1, hours(500), first)]
}

/// The pages, with whatever people and agents write as `say` says it.
pub(super) fn pages(
    shell: impl Fn() -> Shell,
    config: &Config,
    format: &Format,
    say: Say<'_>,
) -> Vec<(&'static str, String)> {
    let (all, codes, packs) = (assets(say), Codes::shipped(), packs());
    let lifecycle = Table::shipped().unwrap();
    let stages = stages_in_force(&packs);
    let last = |_: &str| Some(hours(1));
    let asked = list::Asked { cari: say(""), ..list::Asked::default() };
    let known = list::Known { assets: all.clone(), last: &last, stages: stages.clone() };
    let versions = versions(&all[0], say);
    let typed = Typed { wrong: BTreeMap::from([(Field::StageOn, say("bukan tanggal"))]), ..Typed::default() };
    let one = Known {
        asset: &all[0],
        versions: &versions,
        seen: Some(seen(say)),
        codes: &codes,
        packs: &packs,
        lifecycle: &lifecycle,
        typed,
    };
    let bare = Known {
        asset: &all[1],
        versions: &[],
        seen: None,
        codes: &codes,
        packs: &packs,
        lifecycle: &lifecycle,
        typed: Typed::default(),
    };
    let refused = Refused {
        shell: shell(),
        agent: agent(2).to_string(),
        host: say("vm-web"),
        why: say("vm-web adalah mesin virtual"),
        asset: None,
    };
    let mut pages = vec![
        ("aset", render(&Assets::new(shell(), config, known, &asked, format))),
        ("aset-satu", render(&AssetPage::new(shell(), config, one, format))),
        ("aset-tanpa-agen", render(&AssetPage::new(shell(), config, bare, format))),
        ("aset-ditolak", render(&refused)),
    ];
    pages.extend(forms(&shell, config, &codes, &stages, say));
    pages.push(("rekonsiliasi", reconciliation(shell(), config, &all, format, say)));
    pages
}

fn forms(
    shell: &impl Fn() -> Shell,
    config: &Config,
    codes: &Codes,
    stages: &[Stage],
    say: Say<'_>,
) -> Vec<(&'static str, String)> {
    let choices = Choices { config, codes, stages };
    let all = assets(say);
    let typed = Typed {
        values: BTreeMap::from([
            ("jenis".to_owned(), "Server".to_owned()),
            ("nama".to_owned(), say("Server web")),
            ("nibar".to_owned(), say("1.20135E+44")),
        ]),
        wrong: BTreeMap::from([(Field::Nibar, say("spreadsheet telah mengubahnya menjadi angka"))]),
        refusal: Some(say("agen itu sudah tercatat pada aset A-000001")),
    };
    let server = Some((agent(1).to_string(), say("db-diskominfo-01")));
    let import = |fault: Option<String>, done: Option<(String, String)>| ImportForm {
        shell: shell(),
        offices: vec![("diskominfo".into(), "Dinas Komunikasi dan Informatika".into())],
        fault,
        done,
        rows: "20.000".into(),
    };
    let asked = BTreeMap::from([("harga".to_owned(), "ribuan".to_owned())]);
    let options = Options::new(&asked).unwrap();
    let (plan, file) = (&plan(say), &say("daftar.xlsx"));
    let seen = spreadsheet::Seen { file, plan, asked: &asked, refusal: None };
    let preview = Preview::new(shell(), config, &options, seen);
    vec![
        ("aset-baru", render(&AssetForm::new(shell(), None, &typed, server, &choices))),
        (
            "aset-ubah",
            render(&AssetForm::new(
                shell(),
                Some(&all[0]),
                &Typed::of(|field| field.get(&all[0])),
                None,
                &choices,
            )),
        ),
        ("aset-impor", render(&import(Some(say("berkasnya kosong")), None))),
        ("aset-impor-selesai", render(&import(None, Some(("12".into(), "3".into()))))),
        ("aset-pratinjau", render(&preview)),
    ]
}

/// A plan with a row of each kind.
fn plan(say: Say<'_>) -> Plan {
    let all = assets(say);
    let mut changed = all[0].clone();
    changed.book.condition = Some(crate::register::Condition::Broken);
    changed.place.rack = Some(say("R-2"));
    let changes = differences(&all[0], &changed);
    let fresh = Asset { revision: 0, ..all[1].clone() };
    let problem = Problem { column: "I (NIBAR)".into(), what: say("digitnya hilang") };
    let row =
        |row, outcome, notices| RowPlan { sheet: say("Dinas"), row, name: say("Server"), outcome, notices };
    let text = b"Nomor aset;Nama Barang;NIBAR;Harga (ribuan Rp);Warna\n";
    let sheets: Vec<Sheet> = crate::register::import::read(text).unwrap();
    let columns = sheets[0].columns(&Mapping::new()).unwrap();
    Plan {
        sheets: vec![SheetPlan { name: say("Dinas"), office: None, columns }],
        rows: vec![
            row(6, Outcome::New(Box::new(fresh)), vec![say("Nomor register 1 berupa sel angka")]),
            row(7, Outcome::Changed(Box::new(changed), changes), vec![]),
            row(8, Outcome::Same(AssetId(2)), vec![]),
            row(9, Outcome::Skipped(say("bukan barang TIK")), vec![]),
            row(10, Outcome::Wrong(vec![problem]), vec![]),
        ],
    }
}

fn reconciliation(shell: Shell, config: &Config, all: &[Asset], format: &Format, say: Say<'_>) -> String {
    let found = MismatchKind::ALL.into_iter().map(|kind| Mismatch {
        kind,
        asset: (kind != MismatchKind::SeenNotBooked).then_some(AssetId(1)),
        agent: Some(agent(1)),
        office: "diskominfo".parse().unwrap(),
        name: say("Server basis data"),
        booked: say("Pengelolaan, kondisi Baik"),
        seen: say("db-diskominfo-01 terakhir melapor 2 Oktober 2026"),
        since: Some(hours(1300)),
    });
    let asked = reconcile::Asked::default();
    render(&Reconciliation::new(shell, config, found.collect(), all, &asked, format))
}

/// The pages of a register in which nothing stands.
pub(super) fn empty(
    shell: impl Fn() -> Shell,
    config: &Config,
    format: &Format,
) -> Vec<(&'static str, String)> {
    let known = list::Known { assets: Vec::new(), last: &|_| None, stages: Stage::ALL.to_vec() };
    let asked = reconcile::Asked::default();
    vec![
        ("kosong-aset", render(&Assets::new(shell(), config, known, &list::Asked::default(), format))),
        (
            "kosong-rekonsiliasi",
            render(&Reconciliation::new(shell(), config, Vec::new(), &[], &asked, format)),
        ),
    ]
}

fn render(page: &impl Template) -> String {
    page.render().unwrap()
}
