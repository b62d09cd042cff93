//! The page of the downloads, and labels.

use super::super::pages::downloads::{Asked, Downloads};
use super::super::pages::labels::Labels;
use super::super::shell::{Place, Shell};
use super::host::Say;
use crate::config::Config;
use crate::export::Label;
use crate::register::{Asset, AssetKind};

use askama::Template;

/// The pages, with rooms and names as `say` says them.
pub(super) fn pages(
    shell: impl Fn(Place) -> Shell,
    config: &Config,
    say: Say<'_>,
) -> Vec<(&'static str, String)> {
    let mut asset = Asset::new("diskominfo".parse().unwrap(), AssetKind::Server, "x".into());
    asset.place.room = Some(say("Ruang Server"));
    let asked = Asked { pd: "diskominfo".into(), ruang: say("Ruang Server"), ..Asked::default() };
    let downloads = Downloads::new(shell(Place::Downloads), config, &[asset], &asked);
    let label = |n: u32| Label {
        number: format!("A-{n:06}"),
        office: "Dinas Komunikasi dan Informatika".into(),
        name: say("Server PowerEdge R740"),
        identifier: Some(say("120135110200000028000020241320502060010000001")),
        year: Some(2024),
        code: format!("https://patuh.contoh.go.id/aset/A-{n:06}"),
    };
    let labels: Vec<_> = (1..8).map(label).collect();
    vec![
        ("unduhan", downloads.render().unwrap()),
        ("label", Labels::new(&config.government.name, &labels, &asked).render().unwrap()),
        ("label-kosong", Labels::new(&config.government.name, &[], &Asked::default()).render().unwrap()),
    ]
}

#[test]
fn a_file_of_labels_stands_alone() {
    let config = super::world::config();
    let label = Label {
        number: "A-000001".into(),
        office: "Dinas".into(),
        name: "<b>".into(),
        identifier: None,
        year: None,
        code: "A-000001".into(),
    };
    let page = Labels::alone(&config.government.name, &vec![label; 50]).render().unwrap();
    assert!(page.contains("href=\"data:text/css;base64,") && !page.contains("href=\"/"));
    assert_eq!(page.matches("class=\"sheet\"").count(), 3, "24 on a sheet");
    assert_eq!(page.matches("<article>").count(), 50);
    assert!(page.contains("&#60;b&#62;"));
}
