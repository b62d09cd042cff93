//! What a backup tool wrote while it worked, as a hook hands it over: lines of `restic backup --json`, the
//! document of `borg create --json`, or anything else, which is passed over.

use std::io::{self, BufRead, BufReader, Read};

use jiff::Timestamp;
use patuh_protocol::backup::Tool;
use serde::Deserialize;

use crate::roots::lossy::name;
use crate::sensors::{BorgTold, borg_told, redact};

/// How much of one line is kept. A summary of restic has some hundred bytes.
const MAX_LINE: u64 = 64 * 1024;
/// How much of a document that is no line is kept; that of borg has some thousand bytes.
const MAX_DOCUMENT: usize = 4 * 1024 * 1024;

/// What is known of a run by what its tool said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Output {
    /// The tool, when it is recognised.
    pub(super) tool: Option<Tool>,
    /// The snapshot or archive.
    pub(super) id: Option<String>,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) files: Option<u64>,
    pub(super) bytes: Option<u64>,
    pub(super) added_bytes: Option<u64>,
    /// How many things the tool could not read.
    pub(super) errors: u64,
    /// The exit status that the tool announced.
    pub(super) exit: Option<i32>,
    pub(super) repository: Option<String>,
    pub(super) location: Option<String>,
    pub(super) encrypted: Option<bool>,
    pub(super) sources: Vec<String>,
    pub(super) excludes: Vec<String>,
    pub(super) one_filesystem: Option<bool>,
}

/// Reads `input` to its end, whatever it holds: whoever writes into a pipe that nobody reads any more is
/// killed, and that would be the backup.
pub(super) fn read(input: impl Read) -> io::Result<Output> {
    let mut input = BufReader::with_capacity(64 * 1024, input);
    let (mut output, mut document, mut line) = (Output::default(), Vec::new(), Vec::new());
    loop {
        line.clear();
        if (&mut input).take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.last() != Some(&b'\n') {
            input.skip_until(b'\n')?;
        }
        match serde_json::from_slice(&line) {
            Ok(message) => output.hear(message),
            // Before a document there may be other words.
            Err(_) if document.is_empty() && !line.starts_with(b"{") => {}
            Err(_) if document.len() + line.len() <= MAX_DOCUMENT => document.extend_from_slice(&line),
            Err(_) => {}
        }
    }
    if output.tool.is_none() {
        output.hear_document(&document);
    }
    Ok(output)
}

/// A line of `restic backup --json` (restic's manual, "Scripting"), or a document of borg on one line.
#[derive(Deserialize)]
#[serde(untagged)]
enum Message {
    Restic(Restic),
    Borg(Box<Borg>),
}

#[derive(Deserialize)]
#[serde(tag = "message_type", rename_all = "snake_case")]
enum Restic {
    Status {},
    VerboseStatus {},
    Summary(Summary),
    Error {},
    ExitError { code: i32 },
}

#[derive(Deserialize)]
struct Summary {
    #[serde(default)]
    snapshot_id: Option<String>,
    #[serde(default)]
    backup_end: Option<Timestamp>,
    #[serde(default)]
    total_files_processed: Option<u64>,
    #[serde(default)]
    total_bytes_processed: Option<u64>,
    #[serde(default)]
    data_added: Option<u64>,
    /// As it lies in the repository, since restic 0.16.
    #[serde(default)]
    data_added_packed: Option<u64>,
    #[serde(default)]
    dry_run: bool,
}

/// The document of `borg create --json` (borg's "Internals: Frontends"). Its times are those of the zone that
/// borg ran in, which it does not name: they are not read.
#[derive(Deserialize)]
struct Borg {
    archive: Archive,
    #[serde(default)]
    encryption: Option<Encryption>,
    repository: Repository,
}

#[derive(Deserialize)]
struct Archive {
    id: String,
    stats: Stats,
    #[serde(default)]
    command_line: Vec<String>,
}

#[derive(Deserialize)]
struct Stats {
    original_size: u64,
    deduplicated_size: u64,
    nfiles: u64,
}

#[derive(Deserialize)]
struct Encryption {
    mode: String,
}

#[derive(Deserialize)]
struct Repository {
    id: String,
    location: String,
}

impl Output {
    fn hear(&mut self, message: Message) {
        match message {
            Message::Restic(message) => {
                self.tool = Some(Tool::Restic);
                self.encrypted = Some(true);
                match message {
                    Restic::Status {} | Restic::VerboseStatus {} => {}
                    Restic::Summary(summary) => self.sum_up(summary),
                    Restic::Error {} => self.errors += 1,
                    Restic::ExitError { code } => self.exit = Some(code),
                }
            }
            Message::Borg(borg) => self.archived(*borg),
        }
    }

    fn sum_up(&mut self, summary: Summary) {
        // A rehearsal made nothing.
        if summary.dry_run {
            return;
        }
        self.id = summary.snapshot_id.filter(|id| !id.is_empty()).map(|id| name(&id));
        self.ended_at = summary.backup_end;
        self.files = summary.total_files_processed;
        self.bytes = summary.total_bytes_processed;
        self.added_bytes = summary.data_added_packed.or(summary.data_added);
    }

    fn hear_document(&mut self, document: &[u8]) {
        // What comes after it, such as the summary of a log, is not looked at.
        let first = serde_json::Deserializer::from_slice(document).into_iter::<Borg>().next();
        if let Some(Ok(borg)) = first {
            self.archived(borg);
        }
    }

    fn archived(&mut self, borg: Borg) {
        let encrypts = |mode: &str| mode.starts_with("repokey") || mode.starts_with("keyfile");
        let BorgTold { sources, excludes, one_filesystem } = borg_told(&borg.archive.command_line);
        *self = Self {
            tool: Some(Tool::Borg),
            id: Some(name(&borg.archive.id)),
            files: Some(borg.archive.stats.nfiles),
            bytes: Some(borg.archive.stats.original_size),
            added_bytes: Some(borg.archive.stats.deduplicated_size),
            repository: Some(name(&borg.repository.id)),
            location: Some(redact::location(&borg.repository.location)),
            encrypted: borg.encryption.map(|encryption| encrypts(&encryption.mode)),
            sources,
            excludes,
            one_filesystem,
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tool, the id, files, bytes, added bytes, errors, exit status.
    fn check(text: &str, expected: &str) {
        let Output { tool, id, files, bytes, added_bytes, errors, exit, .. } = read(text.as_bytes()).unwrap();
        let id = id.map(|id| id.chars().take(8).collect::<String>());
        let found = format!("{tool:?} {id:?} {files:?} {bytes:?} {added_bytes:?} {errors} {exit:?}");
        assert_eq!(found, expected, "{text}");
    }

    const STATUS: &str = r#"{"message_type":"status","percent_done":0,"total_files":1,"total_bytes":19}"#;
    const SUMMARY: &str = r#"{"message_type":"summary","files_new":57,"data_added":3865792,"data_added_packed":9,
        "total_files_processed":57,"total_bytes_processed":3840857,"backup_end":"2026-11-22T10:00:00+07:00",
        "snapshot_id":"6f71d62f"}"#;
    const BORG: &str = r#"{
    "archive": {
        "command_line": ["borg", "create", "--json", "/r::a", "/srv"],
        "end": "2026-11-22T03:30:12.000000",
        "id": "b1953abb9b42de854cbd5bc551221dcdfe18d4897e69d761264efad923e19b36",
        "stats": {"compressed_size": 1, "deduplicated_size": 2, "nfiles": 58, "original_size": 4}
    },
    "encryption": {"mode": "repokey-blake2"},
    "repository": {"id": "22db", "last_modified": "x", "location": "ssh://opd@dc/srv"}
}
"#;

    #[test]
    fn what_restic_says_is_understood() {
        let summary = SUMMARY.replace('\n', "");
        check(
            &format!("{STATUS}\n{summary}\n"),
            "Some(Restic) Some(\"6f71d62f\") Some(57) Some(3840857) Some(9) 0 None",
        );
        let error = r#"{"message_type":"error","error":{"message":"permission denied"},"during":"archival","item":"/x"}"#;
        let exit = r#"{"message_type":"exit_error","code":10,"message":"Fatal: no repository"}"#;
        check(&format!("{error}\n{error}\n{exit}"), "Some(Restic) None None None None 2 Some(10)");
        let rehearsal = summary.replace("\"files_new\"", "\"dry_run\":true,\"files_new\"");
        check(&rehearsal, "Some(Restic) None None None None 0 None");
        let ended = read(summary.as_bytes()).unwrap().ended_at;
        assert_eq!(ended.map(|at| at.to_string()).as_deref(), Some("2026-11-22T03:00:00Z"));
    }

    #[test]
    fn what_borg_says_is_understood() {
        let expected = "Some(Borg) Some(\"b1953abb\") Some(58) Some(4) Some(2) 0 None";
        check(BORG, expected);
        check(&BORG.replace('\n', " "), expected);
        check(&format!("Creating archive\n{BORG}terminating with success\n"), expected);
        let output = read(BORG.as_bytes()).unwrap();
        assert_eq!((output.location.as_deref(), output.encrypted), (Some("ssh://dc/srv"), Some(true)));
        assert_eq!(output.sources, ["/srv"]);
    }

    #[test]
    fn everything_else_is_read_to_its_end() {
        check("", "None None None None None 0 None");
        check("dump selesai\n{\"x\": 1}\n{ 1\n", "None None None None None 0 None");
        let long = format!("{{{}\n{}", "x".repeat(9_000_000), SUMMARY.replace('\n', ""));
        check(&long, "Some(Restic) Some(\"6f71d62f\") Some(57) Some(3840857) Some(9) 0 None");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*", kind in "(summary|error|exit_error|x)") {
            let _ = read(bytes.as_slice());
            let _ = read(format!(r#"{{"message_type":"{kind}","snapshot_id":"{text}","code":{text}}}"#).as_bytes());
        }
    }
}
