//! LibreOffice without a face: files in, what it shows of them out, one start for all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use patuh_tests::process::run;

/// LibreOffice, when it is installed.
pub(crate) fn libreoffice() -> Option<PathBuf> {
    ["/usr/bin/soffice", "/usr/bin/libreoffice"].into_iter().map(PathBuf::from).find(|path| path.exists())
}

/// A cell as LibreOffice shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Text(String),
    /// A number or a date, as formatted.
    Value(String),
}

/// A sheet, row by row.
pub(crate) type Rows = Vec<Vec<Shown>>;

/// How it writes what it shows: `;`, `"`, UTF-8, every text quoted, every cell as it is shown, formulas not
/// written out but carried out, all sheets.
const OUT: &str = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,true,true,true,false,false,-1";
/// How a person who knows opens our CSV: `;`, `"`, UTF-8, Indonesian, quoted fields as texts, numbers and dates
/// recognised.
pub(crate) const IN: &str = "--infilter=Text - txt - csv (StarCalc):59,34,76,1,,1057,true,true";

/// Opens `files` (all of them workbooks, or all CSV) and returns what it shows, by the file's stem and the
/// sheet's name.
pub(crate) fn open(
    soffice: &Path,
    folder: &Path,
    files: &[PathBuf],
    are_csv: bool,
) -> BTreeMap<(String, String), Rows> {
    let out = folder.join(if are_csv { "seen-csv" } else { "seen-xlsx" });
    let text = |path: &Path| path.display().to_string();
    let profile = format!("-env:UserInstallation=file://{}", text(&folder.join("profile")));
    let mut arguments = vec!["--headless".to_owned(), "--norestore".into(), profile];
    arguments.extend(are_csv.then(|| IN.to_owned()));
    arguments.extend(["--convert-to".to_owned(), OUT.into(), "--outdir".into(), text(&out)]);
    arguments.extend(files.iter().map(|file| text(file)));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = run(soffice, &arguments, "");
    assert!(outcome.success, "{}", outcome.stderr);
    let mut seen = BTreeMap::new();
    for entry in std::fs::read_dir(&out).unwrap_or_else(|error| panic!("{error}: {outcome:?}")) {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let name = stem
            .split_once('-')
            .map_or((stem.clone(), String::new()), |(file, sheet)| (file.to_owned(), sheet.to_owned()));
        seen.insert(name, rows(&std::fs::read_to_string(&path).unwrap()));
    }
    seen
}

/// Reads what was written by [`OUT`]: what is quoted is a text.
fn rows(text: &str) -> Rows {
    let (mut all, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut inside) = (false, false);
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if inside && chars.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' => (inside, quoted) = (!inside, true),
            ';' | '\n' if !inside => {
                let shown = std::mem::take(&mut cell);
                row.push(if quoted { Shown::Text(shown) } else { Shown::Value(shown) });
                quoted = false;
                if c == '\n' {
                    all.push(std::mem::take(&mut row));
                }
            }
            '\r' if !inside => {}
            c => cell.push(c),
        }
    }
    all
}
