//! `/pencadangan/set/{agen}/{set}`: one backup set: what its server claims, what a witness saw and when, what was
//! brought back, what was planned, what is in it, and the ledger entries that say so.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use jiff::{SignedDuration, Timestamp};
use patuh_compliance::estate::{Known, Server};
use patuh_protocol::backup::{Drill, Run};
use patuh_protocol::id::AgentId;
use patuh_protocol::witness::WitnessedObject;

use super::super::super::error::Error;
use super::super::super::format::{Format, When, bytes, number, span};
use super::super::super::session::{App, Person};
use super::super::super::shell::{Place, Scene, Shell};
use super::super::section::{Cell, FactLine, Sign, Table};
use super::super::{host_name, office_name, page, path_of};
use super::drills::drill_rows;
use super::facts::facts;
use super::plans::plans;
use super::remedy::remedies;
use super::rows::store_words;
use super::sizes::{Sizes, sizes};
use super::timeline::Timeline;
use super::{holds_words, problem_words, shape, short_id, sign_of};
use crate::tasks::board::{Fate, Ground, Outcome, Row, Subject, Terms, came_back, is_of, key, place};
use crate::tasks::evaluate::copies::{ServerCopies, SetView, WitnessView};
use crate::tasks::evaluate::{Judged, tool_words};
use crate::testimony::Standing;

#[derive(Template)]
#[template(path = "backups_set.html")]
pub(crate) struct SetPage {
    shell: Shell,
    host: String,
    host_href: String,
    office: String,
    office_code: String,
    name: String,
    lead: String,
    shape: &'static str,
    word: &'static str,
    sentence: String,
    /// Whether it is green, so that the remedies only make it stronger.
    green: bool,
    remedies: Vec<String>,
    timeline: Timeline,
    sizes: Option<Sizes>,
    runs: Table,
    more_runs: u64,
    lost: Option<Table>,
    facts: Vec<FactLine>,
    stores: Option<Table>,
    plans: Option<Table>,
    drills: Option<Table>,
    problems: Vec<String>,
    evidence: Vec<(u64, &'static str, Option<When>)>,
}

/// What a set is looked at with.
struct View<'a> {
    server: &'a Server,
    agent: &'a AgentId,
    copies: &'a ServerCopies,
    view: &'a SetView,
    witness: Option<&'a WitnessView>,
    drills: Vec<&'a (Drill, u64)>,
    fate: Fate,
    ground: Ground<'a>,
    /// The oldest that a copy of this set may be.
    limit: SignedDuration,
}

impl<'a> View<'a> {
    fn of(judged: &'a Judged, agent: &AgentId, wanted: &str, now: Timestamp) -> Option<Self> {
        let (agent, copies) = judged.copies.servers.get_key_value(agent)?;
        let server = judged.estate.servers.iter().find(|server| server.id == agent.as_str())?;
        let view = copies.sets.iter().find(|view| key(view) == wanted)?;
        let witness = view.store.as_ref().and_then(|(at, _)| judged.copies.witnesses.get(*at));
        let own = |drill: &&(Drill, u64)| is_of(&drill.0, view);
        let terms = Terms::of(&judged.packs);
        let ground = Ground::new(&judged.estate, &judged.copies, terms, now);
        let drills = copies.drills.iter().filter(own).collect();
        let fate = ground.rate(view);
        Some(Self {
            server,
            agent,
            copies,
            view,
            witness,
            drills,
            fate,
            ground,
            limit: terms.limit(view.judged.database),
        })
    }
}

impl SetPage {
    /// The page of the set of `agent` that is found by `wanted`; `None` when there is none.
    pub(crate) fn new(
        shell: Shell,
        judged: &Judged,
        agent: &AgentId,
        wanted: &str,
        format: &Format,
    ) -> Option<Self> {
        let it = View::of(judged, agent, wanted, format.now())?;
        let (view, set) = (it.view, &it.view.set);
        let only: Vec<_> = it.drills.iter().map(|(drill, _)| drill).collect();
        let problems = set.problems.iter().map(|p| format!("`{}`: {}", p.about, problem_words(p.kind)));
        Some(Self {
            shell,
            host: host_name(&it.server.name, it.agent.as_str()),
            host_href: format!("{}/cadangan", path_of(it.agent)),
            office: office_name(judged, &it.server.office),
            office_code: it.server.office.clone(),
            name: set.name.clone(),
            lead: format!(
                "{} · {} · {}",
                tool_words(set.tool),
                holds_words(set.holds),
                place(&view.judged.place, &judged.estate)
            ),
            shape: shape(it.fate.outcome()),
            word: it.fate.name(),
            sentence: sentence(&it, judged, format),
            green: it.fate.outcome() == Outcome::Safe,
            remedies: remedies(view, it.fate, &judged.copies),
            timeline: Timeline::new(view, &only, it.limit, format),
            sizes: sizes(view, format),
            runs: runs(view, format),
            more_runs: set.count.saturating_sub(set.runs.len() as u64),
            lost: lost(view, format),
            facts: facts(view, it.witness, judged, format),
            stores: stores(&it),
            plans: plans(it.server, Some(tool_words(set.tool)), format),
            drills: (!it.drills.is_empty()).then(|| drill_rows(&it.drills, format)),
            problems: problems.collect(),
            evidence: evidence(&it, format),
        })
    }
}

/// How it stands, in a sentence.
fn sentence(it: &View<'_>, judged: &Judged, format: &Format) -> String {
    let (view, witness) = (it.view, it.witness);
    let who = witness.map_or_else(|| "saksi".to_owned(), |witness| format!("saksi `{}`", witness.hostname));
    let newest = view.judged.newest.map(|at| format.moment(at));
    let newest = newest.unwrap_or_else(|| "waktu yang tidak diketahui".to_owned());
    match (it.fate, view.standing) {
        (Fate::Spoilt, Standing::Damaged) => format!(
            "Isinya dibaca ulang {who}, dan {} berkas didapati rusak. Salinan ini tidak dapat diandalkan.",
            view.damaged.len().max(1)
        ),
        (Fate::Spoilt, _) => format!(
            "Pernah dilihat {who}, dan kini tidak ada lagi sebelum masa simpannya habis: {} titik pulih.",
            view.lost.len().max(1)
        ),
        (Fate::Uncovered, _) => {
            "Server menyebut cadangan ini, tetapi belum ada satu pun yang berhasil.".to_owned()
        }
        (Fate::Near, _) => {
            format!(
                "Salinan terbaru dibuat {newest}, tetapi tersimpan di server yang sama: bila server itu rusak, keduanya hilang."
            )
        }
        (Fate::Stale, _) => {
            format!("Salinan terbaru dibuat {newest}, lebih lama dari batas {}.", span(it.limit.as_secs()))
        }
        (Fate::Unknown, _) => "Agen tahu cadangan ini ada, tetapi tidak dapat membacanya.".to_owned(),
        (Fate::Claimed, Standing::WitnessSilent) => {
            format!(
                "Menurut server, salinan terbaru dibuat {newest}; {who} diam, jadi tidak ada yang melihatnya."
            )
        }
        (Fate::Claimed, _) => {
            format!("Menurut server, salinan terbaru dibuat {newest}. Belum ada saksi yang melihatnya.")
        }
        _ => seen(it, &who, &newest, judged, format),
    }
}

/// The sentence of a set that was seen.
fn seen(it: &View<'_>, who: &str, newest: &str, judged: &Judged, format: &Format) -> String {
    let at = place(&it.view.judged.place, &judged.estate);
    let verified = it.view.runs.iter().filter_map(|(_, object)| object.as_ref()?.verified_at).max();
    let verified =
        verified.map_or_else(String::new, |at| format!(" Isinya dibaca ulang {}.", format.moment(at)));
    let drill = it.drills.iter().filter(|(drill, _)| came_back(drill)).map(|(drill, _)| drill.at).max();
    let drill = drill.map_or_else(
        || " Belum pernah dipulihkan.".to_owned(),
        |at| format!(" Terakhir berhasil dipulihkan {}.", format.moment(at)),
    );
    format!("Salinan terbaru, {newest}, dilihat {who} di {at}.{verified}{drill}")
}

fn runs(view: &SetView, format: &Format) -> Table {
    let row = |(run, (standing, object)): (&Run, &(Standing, Option<WitnessedObject>))| {
        let seen = object.as_ref().map(|object| {
            let cell = Cell::text(format.when(object.first_seen).short);
            let later = object.first_seen.as_second() - run.at.as_second();
            let after = (later > 60).then(|| format!("{} sesudahnya", span(later)));
            if object.existed_before {
                cell.small("sudah ada saat pengamatan dimulai".to_owned())
            } else {
                cell.small(after)
            }
        });
        let verified = object.as_ref().and_then(|object| object.verified_at);
        let whole = match run.whole {
            Some(false) => Some("tidak utuh".to_owned()),
            _ => {
                run.exit.filter(|exit| *exit != 0).map(|exit| format!("alatnya berakhir dengan kode {exit}"))
            }
        };
        let sign = if whole.is_some() { Sign::Wrong } else { sign_of(*standing) };
        vec![
            Cell::code(short_id(&run.id)),
            Cell::text(format.when(run.at).short),
            Cell::number(run.bytes.map(bytes)).small(run.added_bytes.map(|n| format!("+{}", bytes(n)))),
            Cell::number(run.files.map(number)),
            Cell::signed(sign, standing.word()).small(whole),
            seen.unwrap_or_else(|| Cell::text("")),
            Cell::text(verified.map(|at| format.when(at).short).unwrap_or_default()),
        ]
    };
    let rows = view.set.runs.iter().zip(&view.runs).map(row).collect();
    let columns = [
        "Salinan",
        "Dibuat, kata server",
        "#Ukuran",
        "#Berkas",
        "Keadaan",
        "Pertama dilihat saksi",
        "Dibaca ulang",
    ];
    Table::new("Salinan, terbaru lebih dahulu", &columns, rows)
}

/// What went before its time, and what is wrong.
fn lost(view: &SetView, format: &Format) -> Option<Table> {
    let gone = view.lost.iter().map(|gone| {
        vec![
            Cell::signed(Sign::Wrong, "HILANG"),
            Cell::code(short_id(&gone.id)),
            Cell::text(format!("pertama dilihat {}", format.moment(gone.first_seen))),
            Cell::text(format!("terakhir dilihat {}", format.moment(gone.last_seen))),
        ]
    });
    let damaged = view.damaged.iter().map(|found| {
        let what = match found.what.as_str() {
            "digest" => "isinya berubah",
            "crc" => "jumlah periksanya tidak cocok",
            "size" => "ukurannya berubah",
            "missing" => "berkasnya tidak ada",
            other => other,
        };
        vec![
            Cell::signed(Sign::Wrong, "RUSAK"),
            Cell::code(short_id(&found.path)),
            Cell::text(what),
            Cell::text(format!("didapati {}", format.moment(found.found_at))),
        ]
    });
    let rows: Vec<_> = gone.chain(damaged).collect();
    let columns = ["Keadaan", "Apa", "Rincian", "Kapan"];
    (!rows.is_empty()).then(|| Table::new("Yang hilang dan yang rusak", &columns, rows))
}

/// The data stores that it holds.
fn stores(it: &View<'_>) -> Option<Table> {
    let Known::Yes(_) = &it.copies.stores else { return None };
    let all = it.ground.of_server(it.server, it.agent, it.copies);
    let at = it.copies.sets.iter().position(|view| std::ptr::eq(view, it.view))?;
    let held = all.iter().filter(|row| row.sets.contains(&at));
    let row = |row: &Row<'_>| {
        let kind = match row.subject {
            Subject::Store(store) => store_words(store.kind),
            Subject::Set(_) | Subject::Nothing(_) => "",
        };
        vec![
            Cell::text(row.subject.name()),
            Cell::text(kind),
            Cell::number(row.subject.bytes().map(bytes)),
            Cell::signed(sign_of_outcome(row.fate.outcome()), row.fate.name()).small(row.why.clone()),
        ]
    };
    let rows: Vec<_> = held.map(row).collect();
    (!rows.is_empty()).then(|| {
        Table::new("Data yang dimuatnya", &["Data", "Jenis", "#Ukuran", "Bila server rusak malam ini"], rows)
    })
}

/// The shape of an outcome among the four of the sections.
pub(super) const fn sign_of_outcome(outcome: Outcome) -> Sign {
    match outcome {
        Outcome::Gone => Sign::Wrong,
        Outcome::Part | Outcome::Doubtful => Sign::Look,
        Outcome::Unknown | Outcome::Exempted => Sign::Unknown,
        Outcome::Safe => Sign::Well,
    }
}

/// The ledger entries that it rests on.
fn evidence(it: &View<'_>, format: &Format) -> Vec<(u64, &'static str, Option<When>)> {
    let mut all = vec![(it.view.entry, "kata server tentang set ini", Some(format.when(it.view.said_at)))];
    all.extend(
        it.witness.map(|witness| (witness.entry, "yang dilihat saksi", Some(format.when(witness.seen_at)))),
    );
    all.extend(
        it.drills.iter().take(5).map(|(drill, entry)| (*entry, "uji pemulihan", Some(format.when(drill.at)))),
    );
    all
}

/// `GET /pencadangan/set/{agen}/{set}`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Path((agent, set)): Path<(String, String)>,
) -> Result<Html<String>, Error> {
    let agent: AgentId = agent.parse().map_err(|_| Error::NotFound)?;
    let Scene { judged, format, shell } = desk.scene(&person, Place::Backups).await?;
    page(&SetPage::new(shell, &judged, &agent, &set, &format).ok_or(Error::NotFound)?)
}
