//! The register taken away, edited in LibreOffice and brought back: what was edited changes, and nothing else.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use patuh_collector::export::{Format, List};
use patuh_collector::register::import::{self, Context, Mapping, Outcome, Plan};
use patuh_collector::register::{Codes, Field, Hosts};
use patuh_collector::store::AssetFilter;
use patuh_tests::process::run;

use crate::estate::Estate;
use crate::office;
use crate::skip;

/// What is edited: a word that stands in one cell only, and what takes its place.
const EDIT: (&str, &str) = ("Pembelian", "Hibah");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_edited_in_libreoffice_is_all_that_changes() {
    let Some(soffice) = office::libreoffice() else {
        return skip("what_was_edited_in_libreoffice_is_all_that_changes", "LibreOffice");
    };
    let estate = Estate::new().await;
    let folder = estate.collector.folder().join("edited");
    std::fs::create_dir_all(&folder).unwrap();
    for format in [Format::Xlsx, Format::Csv] {
        let bytes = estate.file(List::Assets, format, None).await;
        let taken = folder.join(format!("aset.{}", format.extension()));
        std::fs::File::create(&taken).unwrap().write_all(&bytes).unwrap();
        let untouched = saved(&soffice, &folder, &taken, None);
        assert_eq!(changes(&estate, &untouched).await, Vec::<String>::new(), "{format:?}");
        let edited = saved(&soffice, &folder, &taken, Some(EDIT));
        assert_eq!(changes(&estate, &edited).await, ["A-000001 Asal usul: Pembelian → Hibah"], "{format:?}");
    }
}

/// The file as LibreOffice saves it as XLSX, with a cell edited in between.
fn saved(soffice: &Path, folder: &Path, file: &Path, edit: Option<(&str, &str)>) -> Vec<u8> {
    // Its own format as one text, in which a cell can be edited as well as on the screen.
    let flat = converted(soffice, folder, file, "fods");
    let text = std::fs::read_to_string(&flat).unwrap();
    let text = edit.map_or(text.clone(), |(from, to)| {
        assert_eq!(text.matches(&format!(">{from}<")).count(), 1, "{from} stands in one cell");
        text.replace(&format!(">{from}<"), &format!(">{to}<"))
    });
    let edited = folder.join("disunting.fods");
    std::fs::File::create(&edited).unwrap().write_all(text.as_bytes()).unwrap();
    std::fs::read(converted(soffice, folder, &edited, "xlsx")).unwrap()
}

fn converted(soffice: &Path, folder: &Path, file: &Path, to: &str) -> PathBuf {
    let (out, text) = (folder.join("saved"), |path: &Path| path.display().to_string());
    let profile = format!("-env:UserInstallation=file://{}", text(&folder.join("profile")));
    let mut arguments = vec!["--headless".to_owned(), "--norestore".into(), profile];
    arguments.extend(file.extension().is_some_and(|it| it == "csv").then(|| office::IN.to_owned()));
    arguments.extend(["--convert-to".to_owned(), to.into(), "--outdir".into(), text(&out), text(file)]);
    let outcome = run(soffice, &arguments.iter().map(String::as_str).collect::<Vec<_>>(), "");
    assert!(outcome.success, "{}", outcome.stderr);
    out.join(file.file_stem().unwrap()).with_extension(to)
}

/// What an import would change, one line each; nothing may be new or wrong.
async fn changes(estate: &Estate, bytes: &[u8]) -> Vec<String> {
    let assets = estate.store.assets(&AssetFilter::default()).await.unwrap();
    let config = estate.collector.config();
    let offices: Vec<_> = config.offices.iter().map(|it| (it.code.clone(), it.name.clone())).collect();
    let sites: Vec<_> = config.sites.iter().map(|it| (it.code.clone(), it.name.clone())).collect();
    let (codes, hosts) = (Codes::shipped(), Hosts::default());
    let context = Context {
        assets: &assets,
        offices: &offices,
        sites: &sites,
        codes: &codes,
        hosts: &hosts,
        office: None,
        thousands: false,
    };
    let plan = Plan::new(&import::read(bytes).unwrap(), &Mapping::new(), &context).unwrap();
    assert_eq!(plan.rows.len(), assets.len());
    let told = plan.rows.iter().flat_map(|row| match &row.outcome {
        Outcome::Same(_) => vec![],
        Outcome::Changed(asset, changes) => changes
            .iter()
            .inspect(|change| assert_ne!(change.field, Field::Number))
            .map(|change| format!("{} {change}", asset.id))
            .collect(),
        other => vec![format!("row {}: {other:?}", row.row)],
    });
    told.collect()
}
