//! The plan of numbering, every column of it, with how full each subnet is; and beside it what does not fit.

use jiff::Timestamp;

use super::sheet::{Book, Cell, Column, Kind, Sheet};
use super::{Error, Filter, List, stands};
use crate::config::Config;
use crate::ipplan::{Field, Plot, Weight};
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
    let rows = store.servers(&ServerFilter::default()).await?;
    let states = store.lan_states().await?.into_iter().collect();
    let survey = survey(store, config, &rows, &states, now).await?;
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
    let findings = findings(filter, &survey, config, &as_of);
    Ok(Book { title: title.to_owned(), owner: owner.clone(), sheets: vec![sheet, findings] })
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

/// What does not fit: explains the list, and is no part of it.
fn findings(filter: &Filter, survey: &Survey, config: &Config, as_of: &str) -> Sheet {
    let columns = [
        Column::new("Perangkat Daerah", Kind::Text, 34),
        Column::new("Temuan", Kind::Text, 30),
        Column::new("Bobot", Kind::Text, 16),
        Column::new("Alamat atau subnet", Kind::Code, 20),
        Column::new("Uraian", Kind::Text, 70),
        Column::new("Tindak lanjut", Kind::Text, 60),
    ];
    let mut sheet = Sheet::plain("Temuan", &config.government.name, Some(as_of), &columns);
    let own =
        survey.findings.iter().filter(|it| filter.office.as_ref().is_none_or(|code| it.office == *code));
    let row = |finding: &crate::ipplan::Finding| {
        let weight = match finding.kind.weight() {
            Weight::Breach => "tidak sesuai",
            Weight::Doubt => "perlu penilaian",
        };
        let sentence = survey.sentence(finding, config);
        let texts = [
            config.office_name(&finding.office),
            finding.kind.name(),
            weight,
            &finding.about,
            &sentence,
            finding.kind.remedy(),
        ];
        texts.map(|text| Cell::text(Some(text))).to_vec()
    };
    sheet.rows = own.map(row).collect();
    Sheet { aside: true, ..sheet }
}
