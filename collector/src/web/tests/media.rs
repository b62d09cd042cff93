//! The pages of portable media and of second holders of keys, from hand-made ones.

use std::collections::BTreeMap;

use askama::Template;
use jiff::{SignedDuration, Timestamp};
use patuh_compliance::estate::{Backup, Estate, Known, Server};
use patuh_protocol::id::AgentId;

use super::super::format::Format;
use super::super::pages::media::Typed;
use super::super::pages::media::escrows::{self, Escrows};
use super::super::pages::media::form::MediumForm;
use super::super::pages::media::list::{self, Media};
use super::super::pages::media::one::{self, MediumPage};
use super::super::pages::media::step::Step;
use super::super::shell::Shell;
use super::host::Say;
use super::world::now;
use crate::config::Config;
use crate::media::{Escrow, EscrowField, EscrowId, Field, Medium, MediumId, Writing, proposals};
use crate::store::{Attested, Version};

fn hours(n: i64) -> Timestamp {
    now() - SignedDuration::from_hours(n)
}

fn agent(n: u8) -> AgentId {
    AgentId::of_key(&[n; 32])
}

/// A medium of Diskominfo, with its names and notes as `say` says them.
fn medium(n: u64, label: &str, written: &[(Field, &str)], say: Say<'_>) -> Medium {
    let mut medium = Medium::new("diskominfo".parse().unwrap(), say(label));
    (medium.id, medium.revision) = (MediumId(n), 2);
    for (field, text) in written {
        field.set(&mut medium, text).unwrap();
    }
    for text in [&mut medium.model, &mut medium.contents, &mut medium.place.safe, &mut medium.custodian.name]
    {
        *text = say(text);
    }
    medium
}

fn media(say: Say<'_>) -> Vec<Medium> {
    let manifest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let stored = [
        (Field::Model, "Seagate Expansion 4 TB"),
        (Field::Identity, "NA8F7X2K"),
        (Field::Contents, "restic, berkas dan basis data presensi"),
        (Field::Manifest, manifest),
        (Field::Life, "Disimpan"),
        (Field::Site, "pusat-data"),
        (Field::Room, "Ruang Arsip lantai 1"),
        (Field::Safe, "Brankas 2"),
        (Field::Custodian, "Siti Aminah, S.Sos."),
        (Field::CustodianNip, "198512252009032003"),
        (Field::CustodianPosition, "Kepala Subbagian Umum"),
        (Field::HandedBy, "Budi Santoso, S.Kom."),
        (Field::HandedByNip, "198703142011011002"),
        (Field::HandedByPosition, "Pranata Komputer"),
        (Field::HandedOn, "20-11-2026"),
        (Field::Document, "027/118/BA/2026"),
        (Field::SeenOn, "21-11-2026"),
        (Field::SeenBy, "Siti Aminah"),
    ];
    let tape = [(Field::Kind, "Pita LTO"), (Field::Model, "LTO-8 12 TB"), (Field::WrittenOn, "1-10-2026")];
    let lost = [(Field::Identity, "WX71A1234567"), (Field::Life, "Hilang"), (Field::EndedOn, "1-9-2026")];
    vec![medium(1, "HDD-07", &stored, say), medium(2, "PITA-01", &tape, say), medium(3, "HDD-03", &lost, say)]
}

fn writings(say: Say<'_>) -> Vec<Writing> {
    let writing = |medium: &str, n: u8, ago: i64, index: u64| Writing {
        medium: medium.to_owned(),
        agent: agent(n),
        set: say("harian"),
        location: say("/media/cadangan"),
        newest: hours(ago),
        index,
    };
    vec![
        writing("Seagate Expansion NA8F7X2K", 1, 30, 1),
        writing("WDC WX71A1234567", 1, 200, 1),
        Writing { medium: say("SanDisk Ultra 4C530001"), ..writing("", 2, 5, 0) },
    ]
}

fn versions(medium: &Medium, say: Say<'_>) -> Vec<Version<Medium>> {
    let mut first = medium.clone();
    (first.life, first.seen) = (crate::media::Life::InUse, crate::media::Sighting::default());
    let version =
        |revision, at, content| Version { revision, index: revision, at, who: say("sari"), content };
    vec![version(2, hours(3), medium.clone()), version(1, hours(500), first)]
}

fn attested(n: u64, set: Option<&str>, until: &str, say: Say<'_>) -> Attested {
    let typed: BTreeMap<String, String> = [
        ("pd", "diskominfo"),
        ("pemegang", "dr. Rina Wulandari"),
        ("nip", "197912012005012001"),
        ("jabatan", "Sekretaris Dinas"),
        ("disimpan", "Amplop tersegel di brankas Inspektorat"),
        ("dokumen", "700/12/INSP/2026"),
        ("tanggal", "1-3-2026"),
        ("sampai", until),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let mut escrow = Escrow::read(&typed, "2026-11-22".parse().unwrap()).unwrap();
    (escrow.id, escrow.set) = (EscrowId(n), set.map(say));
    for text in [&mut escrow.holder.name, &mut escrow.holder.position, &mut escrow.kept, &mut escrow.document]
    {
        *text = say(text);
    }
    Attested { escrow, index: 0, at: hours(800), who: say("sari"), ended: None }
}

/// An estate with three encrypted sets, for which nobody else has a key but for one.
fn encrypted(say: Say<'_>) -> Estate {
    let backup = |set: &str, encrypted| Backup {
        set: say(set),
        tool: "restic".into(),
        encrypted: Some(encrypted),
        ..Backup::default()
    };
    let server = |n: u8, name: &str, backups| Server {
        id: agent(n).to_string(),
        name: say(name),
        office: "diskominfo".into(),
        backups: Known::Yes(backups),
        ..Server::default()
    };
    let servers = vec![
        server(1, "db-diskominfo-01", vec![backup("harian", true), backup("terbuka", false)]),
        server(2, "web-diskominfo-01", vec![backup("mingguan", true)]),
    ];
    Estate { servers, ..Estate::default() }
}

/// The pages, with whatever people and agents write as `say` says it.
pub(super) fn pages(
    shell: impl Fn() -> Shell,
    config: &Config,
    format: &Format,
    say: Say<'_>,
) -> Vec<(&'static str, String)> {
    let (all, writings) = (media(say), writings(say));
    let host = |_: &str| say("db-diskominfo-01");
    let asked = list::Asked { cari: say(""), ..list::Asked::default() };
    // What is proposed does not depend on what people call the media.
    let known = list::Known {
        media: all.clone(),
        proposals: proposals(&all, &writings),
        writings: &writings,
        host: &host,
    };
    let versions = versions(&all[0], say);
    let typed = Typed {
        wrong: BTreeMap::from([(Field::EndedOn, say("bukan tanggal"))]),
        refusal: Some(say("media sudah diubah oleh budi")),
        ..Typed::of(|field| field.get(&all[0]))
    };
    let whole = one::Known {
        medium: &all[0],
        versions: &versions,
        writings: &writings,
        host: &host,
        typed: Some((Step::Gone, typed)),
    };
    let bare = one::Known { medium: &all[1], versions: &[], writings: &[], host: &host, typed: None };
    vec![
        ("media", render(&Media::new(shell(), config, known, &asked, format))),
        ("media-satu", render(&MediumPage::new(shell(), config, whole, format))),
        ("media-tanpa-agen", render(&MediumPage::new(shell(), config, bare, format))),
        ("media-baru", form(shell(), config, say)),
        (
            "media-ubah",
            render(&MediumForm::new(
                shell(),
                Some(&all[2]),
                &Typed::of(|field| field.get(&all[2])),
                None,
                config,
            )),
        ),
        ("pemegang-kunci", holders(shell(), config, format, say)),
    ]
}

fn form(shell: Shell, config: &Config, say: Say<'_>) -> String {
    let typed = Typed {
        values: BTreeMap::from([("label".to_owned(), say("HDD-08")), ("manifes".to_owned(), say("9f86"))]),
        wrong: BTreeMap::from([(Field::Manifest, say("SHA-256 terdiri atas 64 digit"))]),
        refusal: None,
    };
    render(&MediumForm::new(shell, None, &typed, Some(say("SanDisk Ultra 4C530001")), config))
}

fn holders(shell: Shell, config: &Config, format: &Format, say: Say<'_>) -> String {
    let mut ended = attested(3, None, "", say);
    (ended.escrow.ended_on, ended.ended) = (Some("2026-05-01".parse().unwrap()), Some(1));
    let all = [attested(1, Some("harian"), "1-3-2027", say), attested(2, None, "1-10-2026", say), ended];
    let typed = escrows::Typed {
        values: BTreeMap::from([("pemegang".to_owned(), say("Siti"))]),
        wrong: BTreeMap::from([(EscrowField::Document, say("harus diisi"))]),
        refusal: None,
    };
    render(&Escrows::new(shell, config, &encrypted(say), &all, &typed, format))
}

/// The pages of a register in which nothing stands.
pub(super) fn empty(
    shell: impl Fn() -> Shell,
    config: &Config,
    format: &Format,
) -> Vec<(&'static str, String)> {
    let known =
        list::Known { media: Vec::new(), proposals: Vec::new(), writings: &[], host: &|_| String::new() };
    let typed = escrows::Typed::default();
    vec![
        ("kosong-media", render(&Media::new(shell(), config, known, &list::Asked::default(), format))),
        (
            "kosong-pemegang-kunci",
            render(&Escrows::new(shell(), config, &Estate::default(), &[], &typed, format)),
        ),
    ]
}

fn render(page: &impl Template) -> String {
    page.render().unwrap()
}
