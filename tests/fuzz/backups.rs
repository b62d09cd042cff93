//! What stands behind other doors than a sensor's: what a job hands over of its backup, and what a witness finds on
//! the storage of the Pusat Data.

use std::fs;
use std::path::Path;

use patuh_agent::record::{self, Told};
use patuh_agent::roots::Roots;
use patuh_agent::witness::{self, Settings, StoreSettings};
use patuh_protocol::report::{Outcome, Reading};

use crate::Target;
use crate::hosts::{memory, write};

pub(crate) const TARGETS: &[Target] = &[
    Target::of_bytes("record", outputs, recorded),
    Target::of_bytes("borg-segment", segments, |bytes| witnessed("data/0/1", bytes)),
    Target::of_bytes("borg-witnessed", configs, |bytes| witnessed("config", bytes)),
];

const NOW: &str = "2026-11-22T03:00:00Z";

/// What restic and borg write with `--json`.
fn outputs() -> Vec<Vec<u8>> {
    [
        "{\"message_type\":\"status\",\"percent_done\":0}\n{\"message_type\":\"error\",\"item\":\"/x\"}\n\
         {\"message_type\":\"summary\",\"files_new\":1,\"data_added\":3,\"total_files_processed\":2,\
         \"total_bytes_processed\":9,\"snapshot_id\":\"ab12\"}\n",
        "x\n{\n\"archive\": {\"id\": \"ab\", \"name\": \"a\", \"start\": \"2026-11-22T03:30:12.000000\", \"command_line\": \
         [\"borg\", \"create\", \"::a\", \"/srv\"], \"stats\": {\"original_size\": 9, \"deduplicated_size\": 3, \"nfiles\": 2}},\n\
         \"encryption\": {\"mode\": \"repokey\"}, \"repository\": {\"id\": \"22db\", \"location\": \"ssh://u:p@dc/x\"}\n}\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}

/// Records a run of a set that was there before, and is read again.
fn recorded(bytes: &[u8]) -> bool {
    let state = memory();
    let told = Told { set: "x".to_owned(), ..Told::default() };
    let Ok(set) = record::backup(state.path(), &told, bytes, NOW.parse().expect("a time")) else {
        return false;
    };
    let written = serde_json::to_string(&set).expect("JSON");
    assert!(!written.chars().any(char::is_control), "a control character left the host: {written}");
    let again = record::backup(state.path(), &told, bytes, NOW.parse().expect("a time")).expect("as before");
    assert!(again.runs.len() >= set.runs.len(), "a run was lost");
    true
}

/// A segment in which an archive was made.
fn segments() -> Vec<Vec<u8>> {
    vec![SEGMENT.to_vec()]
}

fn configs() -> Vec<Vec<u8>> {
    vec![CONFIG.to_vec()]
}

const CONFIG: &[u8] =
    b"[repository]\nversion = 1\nid = 22db000000000000000000000000000000000000000000000000000000000000\nappend_only = 0\n";

/// Two objects, the manifest, and the end of the transaction.
const SEGMENT: &[u8] = b"BORG_SEG\
      k\xef\x87\xe0-\0\0\0\0UUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUdata\
      \xf4\xa2\xa0\xb40\0\0\0\0\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xab\xabarchive\
      \xdea\xefl*\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0m\
      @\xf4<%\x09\0\0\0\x02";

/// Looks at a repository of borg whose file at `path` holds `bytes`; whether anything of it was told.
fn witnessed(path: &str, bytes: &[u8]) -> bool {
    let folder = memory();
    for (file, content) in [("README", &b"x"[..]), ("config", CONFIG), ("data/0/1", SEGMENT), (path, bytes)] {
        write(folder.path(), &format!("store/{file}"), content);
    }
    fs::create_dir_all(folder.path().join("state")).expect("a folder");
    let path = folder.path().join("store").display().to_string();
    let settings = Settings { store: vec![StoreSettings { path, office: None }], ..Settings::default() };
    let state: &Path = &folder.path().join("state");
    let section = witness::section(&Roots::live(), &settings, state, true, NOW.parse().expect("a time"));
    let section = section.expect("a store is named");
    let written = serde_json::to_string(&section).expect("JSON");
    assert!(
        !written.contains("the reading code failed") && !written.contains(": no answer in "),
        "{written}"
    );
    assert!(!written.chars().any(char::is_control), "a control character left the host: {written}");
    match section.outcome {
        Outcome::Ok(Reading::Witnessed(stores)) => {
            stores.iter().any(|store| store.repository.is_some() && store.count > 0)
        }
        _ => false,
    }
}
