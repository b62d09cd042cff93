//! Labels to stick on assets: what stands on each. How they look is the pages' business.

use super::register::is_licence;
use super::{Error, Filter};
use crate::config::Config;
use crate::register::Asset;
use crate::store::{AssetFilter, Store};

/// What stands on a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The asset's number in the register.
    pub number: String,
    /// The office that uses it.
    pub office: String,
    /// Spesifikasi nama barang.
    pub name: String,
    /// NIBAR, else kode barang and register, as far as they are known.
    pub identifier: Option<String>,
    /// Year of acquisition.
    pub year: Option<i16>,
    /// What the QR code says: the address of the asset's page, or its number where the pages have no address.
    pub code: String,
}

/// The labels of the assets that `filter` lets through, by office, room and number. Nothing is stuck on a
/// licence, or on what was written off.
///
/// # Errors
/// [`Error`], with the reason.
pub async fn labels(filter: &Filter, store: &Store, config: &Config) -> Result<Vec<Label>, Error> {
    let wanted = AssetFilter {
        office: filter.office.clone(),
        search: filter.search.clone(),
        ..AssetFilter::default()
    };
    let mut assets = store.assets(&wanted).await?;
    assets.retain(|asset| !asset.is_removed() && !is_licence(asset) && filter.takes(asset));
    assets.sort_by(|a, b| (&a.office, &a.place.room, a.id).cmp(&(&b.office, &b.place.room, b.id)));
    Ok(assets.iter().map(|asset| label(asset, config)).collect())
}

fn label(asset: &Asset, config: &Config) -> Label {
    let (book, number) = (&asset.book, asset.id.to_string());
    let registered =
        || Some(format!("{} / {}", book.code.as_deref()?, book.register.as_deref().unwrap_or("-")));
    let address = config.web.address.as_ref().map(|address| format!("{address}/aset/{number}"));
    Label {
        office: config.office_name(&asset.office).to_owned(),
        name: asset.name.clone(),
        identifier: book.nibar.clone().or_else(registered),
        year: book.year.or_else(|| book.acquired_on.map(jiff::civil::Date::year)),
        code: address.unwrap_or_else(|| number.clone()),
        number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::{AssetId, AssetKind};

    const CONFIG: &str = include_str!("../../../config/collector.toml");

    #[test]
    fn a_label_leads_to_the_page_or_says_the_number() {
        let mut asset = Asset::new("dinkes".parse().unwrap(), AssetKind::Server, "Server SIMRS".into());
        asset.id = AssetId(42);
        asset.book.code = Some("1.3.2.10.02.04.001".into());
        asset.book.acquired_on = Some(jiff::civil::date(2024, 5, 17));
        let mut config = Config::parse("c.toml", CONFIG).unwrap();
        let plain = label(&asset, &config);
        assert_eq!((plain.code.as_str(), plain.year), ("A-000042", Some(2024)));
        assert_eq!(plain.identifier.as_deref(), Some("1.3.2.10.02.04.001 / -"));
        assert_eq!(plain.office, "Dinas Kesehatan");
        config.web.address = Some("https://patuh.contoh.go.id".into());
        asset.book.nibar = Some("0".repeat(45));
        let linked = label(&asset, &config);
        assert_eq!(linked.code, "https://patuh.contoh.go.id/aset/A-000042");
        assert_eq!(linked.identifier, asset.book.nibar);
    }
}
