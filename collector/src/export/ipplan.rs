//! The plan of numbering, every column of it, with how full each subnet is; and beside it what does not fit.

use jiff::Timestamp;

use super::sheet::{Book, Cell, Column, Kind, Sheet};
use super::{Error, Filter, List, stands};
use crate::config::Config;
use crate::ipplan::{Field, Finding, Plot, Weight};
use crate::store::{PlotFilter, ServerFilter, Store};
use crate::tasks::ipplan::{Survey, survey};

/// The plan, as far as `filter` lets it through.
pub(super) async fn book(
    filter: &Filter,
    store: &Store,
    config: &Config,
    now: Timestamp,
) -> Result<Book, Error> {
    let wanted = PlotFilter {
        office: filter.office.clone(),
        purpose: filter.purpose,
        life: filter.plot_life,
        search: filter.search.clone(),
    };
    let plots = store.plots(&wanted).await?;
    let survey = surveyed(store, config, now).await?;
    let (title, owner) = (List::IpPlan.title(), &config.government.name);
    let as_of = stands(now, config);
    let seen = [
        Column::new("Server terlihat", Kind::Number, 14),
        Column::new("Mesin lain terlihat", Kind::Number, 16),
        Column::new("Tidak sesuai", Kind::Number, 14),
    ];
    let columns: Vec<Column> = Field::ALL.map(column).into_iter().chain(seen).collect();
    let mut sheet = Sheet::plain(title, owner, Some(&as_of), &columns);
    sheet.rows = plots.iter().map(|plot| row(plot, &survey)).collect();
    let findings = Sheet { aside: true, ..findings("Temuan", filter, &survey, config, &as_of) };
    Ok(Book { title: title.to_owned(), owner: owner.clone(), sheets: vec![sheet, findings] })
}

/// What does not fit the plan, as far as `filter` lets it through.
pub(super) async fn findings_book(
    filter: &Filter,
    store: &Store,
    config: &Config,
    now: Timestamp,
) -> Result<Book, Error> {
    let (title, survey) = (List::IpFindings.title(), surveyed(store, config, now).await?);
    let sheet = findings(title, filter, &survey, config, &stands(now, config));
    Ok(Book { title: title.to_owned(), owner: config.government.name.clone(), sheets: vec![sheet] })
}

async fn surveyed(store: &Store, config: &Config, now: Timestamp) -> Result<Survey, Error> {
    let rows = store.servers(&ServerFilter::default()).await?;
    let states = store.lan_states().await?.into_iter().collect();
    Ok(survey(store, config, &rows, &states, now).await?)
}

const fn column(field: Field) -> Column {
    let kind = if field.is_code() { Kind::Code } else { Kind::Text };
    let width = match field {
        Field::Subnet | Field::Gateways | Field::Name => 20,
        Field::Pools | Field::Note | Field::Document => 34,
        Field::Vlan => 8,
        _ => 14,
    };
    Column::new(field.heading(), kind, width)
}

fn row(plot: &Plot, survey: &Survey) -> Vec<Cell> {
    let seen = survey.usage.get(&plot.id);
    let count = |n: usize| Cell::Number(n as u64);
    let findings = survey.findings.iter().filter(|finding| finding.plot == Some(plot.id)).count();
    let cells = Field::ALL.into_iter().map(|field| Cell::text(Some(&field.get(plot))));
    let counts = [seen.map_or(0, |it| it.servers.len()), seen.map_or(0, |it| it.others.len()), findings];
    cells.chain(counts.map(count)).collect()
}

/// What does not fit, the gravest first, with the servers that have or saw it.
fn findings(title: &str, filter: &Filter, survey: &Survey, config: &Config, as_of: &str) -> Sheet {
    let columns = [
        Column::new("Kode PD", Kind::Code, 12),
        Column::new("Perangkat Daerah", Kind::Text, 34),
        Column::new("Temuan", Kind::Text, 30),
        Column::new("Bobot", Kind::Text, 16),
        Column::new("Alamat atau subnet", Kind::Code, 20),
        Column::new("Subnet menurut rencana", Kind::Code, 24),
        Column::new("Server", Kind::Text, 30),
        Column::new("Uraian", Kind::Text, 70),
        Column::new("Tindak lanjut", Kind::Text, 60),
    ];
    let mut sheet = Sheet::plain(title, &config.government.name, Some(as_of), &columns);
    let wanted = |it: &&Finding| {
        filter.office.as_ref().is_none_or(|code| it.office == *code)
            && filter.finding.is_none_or(|sort| it.kind.misfit() == sort)
    };
    let mut found: Vec<&Finding> = survey.findings.iter().filter(wanted).collect();
    found.sort_by_key(|finding| (finding.kind.weight(), *finding));
    sheet.rows = found.into_iter().map(|finding| misfit(finding, survey, config)).collect();
    sheet
}

fn misfit(finding: &Finding, survey: &Survey, config: &Config) -> Vec<Cell> {
    let weight = match finding.kind.weight() {
        Weight::Breach => "tidak sesuai",
        Weight::Doubt => "perlu penilaian",
    };
    let plot = finding.plot.map(|id| survey.plot_words(id)).unwrap_or_default();
    let servers: Vec<_> = finding.agents.iter().map(|agent| survey.host(agent)).collect();
    let texts = [
        finding.office.as_str(),
        config.office_name(&finding.office),
        finding.kind.misfit().name(),
        weight,
        &finding.about,
        &plot,
        &servers.join(", "),
        &survey.sentence(finding, config),
        finding.kind.misfit().remedy(),
    ];
    texts.map(|text| Cell::text(Some(text))).to_vec()
}
