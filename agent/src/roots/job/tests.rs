//! Jobs of this host.

use super::*;
use crate::roots::fixture::{self, ProcessTree};
use crate::roots::lossy::lossy;

const LONG: Duration = Duration::from_secs(60);

fn job(program: &str, arguments: &[&str]) -> Job {
    Job {
        label: "the tool".into(),
        program: program.into(),
        arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        environment: vec![("X", "1".into())],
        folder: "/".into(),
        limit: LONG,
        runs_as: RunsAs::Us,
        accepts: |status| status == 0,
        heeds: |_| true,
    }
}

fn all(pipe: &mut (dyn Read + Send)) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    pipe.read_to_end(&mut bytes).map_err(|error| Failure::malformed("pipe", &error.to_string()))?;
    Ok(bytes)
}

fn said(job: &Job, input: Option<&[u8]>) -> String {
    let mut input = input;
    let input = input.as_mut().map(|bytes| bytes as &mut (dyn Read + Send));
    let heard = Roots::live().converse(job, input, all);
    heard.map_or_else(|failure| failure.to_string(), |heard| lossy(&heard.output, 200))
}

#[test]
fn a_job_is_fed_and_heard() {
    assert_eq!(said(&job("cat", &[]), Some(b"a b")), "a b");
    assert_eq!(said(&job("cat", &[]), None), "");
    assert_eq!(said(&job("sh", &["-c", "echo $X; pwd"]), None), "1\n/".replace('\n', "\u{fffd}"));
    assert_eq!(said(&job("/no/such/tool", &[]), None), "the tool: /no/such/tool tidak terpasang");
    assert_eq!(said(&job("sh", &["-c", "echo why >&2; exit 3"]), None), "the tool: kode keluar 3: why");
    // It does not take all that it is given, and says nothing of it.
    assert_eq!(said(&job("head", &["-c", "1"]), Some(&vec![b'x'; 4 << 20])), "x");
}

#[test]
fn complaints_are_counted_as_far_as_they_are_heeded() {
    let mut shell = job("sh", &["-c", "echo NOTICE: a >&2; echo ERROR: b >&2; echo ERROR: c >&2"]);
    shell.heeds = |line| line.contains("ERROR:");
    let heard = Roots::live().converse(&shell, None, all).unwrap();
    assert_eq!((heard.complaints, heard.first.as_deref()), (2, Some("ERROR: b")));
}

/// Gives some bytes, and then no more.
struct Broken(bool);

impl Read for Broken {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if std::mem::replace(&mut self.0, true) {
            return Err(io::Error::other("torn"));
        }
        buffer.fill(b'x');
        Ok(buffer.len())
    }
}

#[test]
fn what_cannot_be_read_is_not_taken_for_its_end() {
    let failure = Roots::live().converse(&job("cat", &[]), Some(&mut Broken(false)), all).unwrap_err();
    assert_eq!(failure.to_string(), "the tool: masukannya tidak terbaca: torn");
}

#[test]
fn one_job_feeds_another() {
    let roots = Roots::live();
    let inner = |pipe: &mut (dyn Read + Send)| {
        roots.converse(&job("tr", &["a-z", "A-Z"]), Some(pipe), all).map(|heard| heard.output)
    };
    let heard = roots.converse(&job("echo", &["abc"]), None, inner).unwrap();
    assert_eq!(heard.output, b"ABC\n");
}

#[test]
fn when_the_time_is_up_or_the_agent_ends_nothing_of_it_stays() {
    let late = ProcessTree::new();
    let script = late.script();
    late.ends_when_late(|limit| {
        let job = Job { limit, ..job("sh", &["-c", &script]) };
        Roots::live().converse(&job, None, all).map(drop)
    });
    let stopped = ProcessTree::new();
    let roots = Roots::live();
    let stopping = roots.clone();
    // Told to end as soon as it says something.
    let failure = roots.converse(&job("sh", &["-c", &stopped.script()]), None, move |pipe| {
        let _ = pipe.read(&mut [0; 2]);
        thread::spawn(move || stopping.stop_jobs());
        all(pipe)
    });
    assert_eq!(failure.unwrap_err().to_string(), "the tool: ended with the agent");
    stopped.is_gone();
    let failure = roots.converse(&job("true", &[]), None, all).unwrap_err();
    assert_eq!(failure.to_string(), "the tool: not begun: the agent ends");
}

#[test]
fn a_stranger_has_no_rights() {
    let roots = Roots::live();
    if !roots.can_set_apart() {
        return;
    }
    let mut stranger = job("sh", &["-c", "id -u; grep -E 'CapEff|NoNewPrivs' /proc/self/status"]);
    stranger.runs_as = RunsAs::Stranger(Account { user: 65_534, group: 65_534 });
    let said = String::from_utf8(roots.converse(&stranger, None, all).unwrap().output).unwrap();
    assert!(said.contains("CapEff:\t0000000000000000") && said.contains("NoNewPrivs:\t1"), "{said}");
    assert!(!said.starts_with("0\n"), "{said}");
}

#[test]
fn a_server_ends_when_it_is_dropped() {
    let dir = tempfile::tempdir().unwrap();
    let (log, ready) = (dir.path().join("log"), dir.path().join("ready"));
    let file = std::fs::File::create(&log).unwrap();
    let script = format!("echo $$; touch {}; exec sleep 600", ready.display());
    let mut server = Roots::live().serve(&job("sh", &["-c", &script]), &file, Signal::TERM).unwrap();
    assert!(server.wait(LONG, || ready.exists()));
    drop(server);
    let pid = std::fs::read_to_string(&log).unwrap();
    assert!(!Path::new("/proc").join(pid.trim()).exists());
    let mut server = Roots::live().serve(&job("false", &[]), &file, Signal::TERM).unwrap();
    assert!(!server.wait(LONG, || false), "it ended before it was ready");
}

#[test]
fn a_recorded_host_says_what_was_recorded() {
    let host = fixture::host(&[(".host/cmd/the_tool", "recorded")]);
    assert_eq!(host.roots.converse(&job("cat", &[]), None, all).unwrap().output, b"recorded");
}
