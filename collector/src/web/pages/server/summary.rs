//! One server on one page: what needs somebody, what it is, what is on it, its duties, its backups, what
//! changed last. Printed, it is the sheet of the server.

use askama::Template;
use patuh_compliance::estate::{Certainty, Location};
use patuh_protocol::inventory::{Filesystem, System};
use patuh_protocol::report::Reading;

use super::super::super::chart::Usage;
use super::super::super::format::{bytes, date, memory, number};
use super::super::super::shell::Shell;
use super::super::changes::{ChangeGroup, groups};
use super::super::section::{FactLine, Facts, SectionState, Sign, readings};
use super::super::trouble;
use super::super::{Asking, path_of};
use super::super::{FindingLine, host_name};
use super::backups::{self, BackupView};
use super::compliance::findings_of;
use super::contents::{Count, counts, failed_units};
use super::hardware::{joined, kind};
use super::system::support;
use super::{Around, Frame, Ground, Known};
use crate::store::{CurrentSection, Latest};
use crate::tasks::condition::Condition;

/// Lines of changes shown.
const CHANGES: usize = 8;
/// How many days of changes are looked through.
const DAYS: i32 = 90;

#[derive(Template)]
#[template(path = "server.html")]
pub(crate) struct Server {
    shell: Shell,
    frame: Frame,
    attention: Vec<Attention>,
    identity: Vec<FactLine>,
    booked: Option<Asking>,
    /// The servers that say they run this one.
    hosts: Vec<Asking>,
    machine: Vec<FactLine>,
    counts: Vec<Count>,
    findings: Vec<FindingLine>,
    backups: Vec<BackupView>,
    backups_state: SectionState,
    changes: Vec<ChangeGroup>,
}

/// Something that needs somebody, and the part that tells more.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Attention {
    sign: Sign,
    text: String,
    href: String,
}

impl Server {
    /// The summary of a server.
    pub(crate) fn new(around: Around, ground: &Ground<'_>, known: &Known<'_>) -> Self {
        let (shell, frame) = around;
        let (sections, format) = (known.sections, ground.format);
        let mut changes = groups(known.changes, DAYS, format);
        changes.truncate(CHANGES);
        let hosts = known.kin.hosts.iter().map(|relative| Asking {
            href: path_of(&relative.agent),
            text: host_name(&relative.host, relative.agent.as_str()),
        });
        Self {
            attention: attention(&frame, ground, known),
            identity: identity(ground, known),
            booked: known.booked.clone(),
            hosts: hosts.collect(),
            machine: machine(ground, sections),
            counts: counts(sections),
            findings: findings_of(ground.judged, known.row.agent.as_str()),
            backups: backups::views(sections, format),
            backups_state: SectionState::of(sections, &["backup/"], format),
            changes,
            shell,
            frame,
        }
    }
}

/// What needs somebody: the gravest first.
fn attention(frame: &Frame, ground: &Ground<'_>, known: &Known<'_>) -> Vec<Attention> {
    let sections = known.sections;
    let at = |sign, text, rest: &str| Attention { sign, text, href: frame.to(rest) };
    let mut all = Vec::new();
    for it in Condition::of(sections, ground.table, ground.format.today()).troubles {
        let sign = trouble::TroubleMark::from(it.kind()).sign;
        all.push(at(sign, trouble::sentence(&it), trouble::place(it.kind())));
    }
    all.extend(tight(sections).map(|text| at(Sign::Look, text, "perangkat-keras#sistem-berkas")));
    let failed = failed_units(sections);
    if !failed.is_empty() {
        let text = format!("Layanan gagal: {}.", some_of(&failed));
        all.push(at(Sign::Look, text, "layanan#layanan-gagal"));
    }
    let asking = known.questions.iter();
    all.extend(asking.map(|it| Attention { sign: Sign::Look, text: it.text.clone(), href: it.href.clone() }));
    let unread = sections.iter().filter(|section| matches!(section.latest, Latest::Failed(_))).count();
    if unread > 0 {
        let text = format!("{unread} bagian gagal dibaca pada laporan terakhir.");
        all.push(at(Sign::Unknown, text, "pembacaan"));
    }
    all
}

/// `a, b, c dan 4 lainnya`.
fn some_of(names: &[String]) -> String {
    let first: Vec<_> = names.iter().take(3).map(String::as_str).collect();
    let rest = names.len() - first.len();
    let more = if rest > 0 { format!(" dan {rest} lainnya") } else { String::new() };
    format!("{}{more}", first.join(", "))
}

/// File systems that are almost full.
fn tight(sections: &[CurrentSection]) -> impl Iterator<Item = String> {
    let lists = readings(sections).filter_map(|reading| match reading {
        Reading::Filesystems(list) => Some(list),
        _ => None,
    });
    let full = |fs: &Filesystem| {
        let usage = Usage::new(fs.used_bytes?, fs.size_bytes?)?;
        let text = || format!("Sistem berkas {} terpakai {}.", fs.mount, usage.percent);
        (usage.tight && !fs.read_only).then(text)
    };
    lists.flatten().filter_map(full)
}

/// Whose it is, where it stands, and what the machine is called.
fn identity(ground: &Ground<'_>, known: &Known<'_>) -> Vec<FactLine> {
    let mut facts = Facts::default();
    let site = known.row.site.as_ref().map(|code| match ground.config.site(code) {
        Some(site) => site.name.clone(),
        None => code.to_string(),
    });
    let site = site.unwrap_or_else(|| "belum dinyatakan".to_owned());
    facts.word("Lokasi menurut petugas", Some(site));
    let mut servers = ground.judged.estate.servers.iter();
    let judged = servers.find(|server| server.id == known.row.agent.as_str());
    if let Some(server) = judged {
        place(&mut facts, &server.location, ground);
    }
    for reading in readings(known.sections) {
        let Reading::Machine(machine) = reading else { continue };
        facts.word("Jenis", Some(kind(machine)));
        facts.word("Merek dan tipe", joined(machine.vendor.as_ref(), machine.product.as_ref()));
        facts.code("Nomor seri (nomor pabrik)", machine.serial.as_ref());
    }
    facts.word("Alamat IP", Some(known.row.addresses.join(", ")));
    facts.code("Agen", Some(&known.row.agent.to_string()));
    facts.word("Didaftarkan", Some(ground.format.moment(known.row.enrolled_at)));
    facts.into_lines()
}

/// Where it stands by what was seen, how certain that is, and all that speaks for it.
fn place(facts: &mut Facts, location: &Location, ground: &Ground<'_>) {
    // The marks around names are for sentences.
    let plain = |words: &String| words.replace('`', "");
    facts.word("Lokasi menurut jaringan", location.observation.as_ref().map(plain));
    let certainty = patuh_compliance::certainty(&ground.judged.estate, location, &ground.judged.packs);
    let sign = match certainty {
        Certainty::Confirmed => Sign::Well,
        Certainty::Probable | Certainty::Declared | Certainty::Outside => Sign::Look,
        Certainty::Unknown => Sign::Unknown,
    };
    facts.signed("Kepastian lokasi", sign, certainty.words().to_owned());
    if let Some(found) = &location.found {
        let site = ground.judged.estate.site(&found.site).map_or(&found.site, |site| &site.name);
        let words = format!("{site}, {} oleh {} ({})", date(found.on), found.by, found.evidence);
        facts.word("Pemeriksaan di tempat", Some(words));
    }
    let others = location.signs.iter().map(|sign| &sign.words);
    for words in others.filter(|words| Some(*words) != location.observation.as_ref()) {
        facts.word("Petunjuk lokasi", Some(plain(words)));
    }
}

/// What it runs and what it is made of, in a few lines.
fn machine(ground: &Ground<'_>, sections: &[CurrentSection]) -> Vec<FactLine> {
    let mut facts = Facts::default();
    for reading in readings(sections) {
        if let Reading::System(system) = reading {
            self::system(&mut facts, system, ground);
        }
    }
    for reading in readings(sections) {
        match reading {
            Reading::Cpu(cpu) => {
                facts.word("Prosesor", cpu.model.clone());
                let [sockets, cores] = [cpu.sockets, cpu.cores].map(number);
                facts.word("Soket dan inti", Some(format!("{sockets} soket, {cores} inti")));
            }
            Reading::Memory(kept) => facts.word("Memori", Some(memory(kept.total_bytes))),
            Reading::Disks(disks) if !disks.is_empty() => {
                let size = disks.iter().fold(0_u64, |sum, disk| sum.saturating_add(disk.size_bytes));
                let words = format!("{} disk, {}", number(disks.len() as u64), bytes(size));
                facts.word("Penyimpanan", Some(words));
            }
            _ => {}
        }
    }
    facts.into_lines()
}

fn system(facts: &mut Facts, system: &System, ground: &Ground<'_>) {
    facts.word("Sistem operasi", system.name.clone());
    let (sign, words) = support(system, ground.table, ground.format);
    facts.signed("Dukungan keamanan", sign, words);
    facts.code("Kernel", system.kernel.as_ref());
    facts.word("Menyala sejak", system.booted_at.map(|at| ground.format.moment(at)));
}
