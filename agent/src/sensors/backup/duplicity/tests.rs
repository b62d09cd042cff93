//! Traces, targets, and what was left out of both; the last test with the real tool.

use super::*;
use crate::roots::{Command, fixture};

const MOUNTS: (&str, &str) = ("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n");
const FULL: &str = "duplicity-full.20261115T180000Z";
const FIRST: &str = "duplicity-inc.20261115T180000Z.to.20261116T180000Z";
const SECOND: &str = "duplicity-inc.20261116T180000Z.to.20261117T180000Z";
const MANIFEST: &str = "Hostname vm\nLocaldir /srv\nVolume 1:\n    StartingPath   .  \n    EndingPath     z  \n    \
    Hash SHA1 00\nFilelist 3\n    new      z\n";
const JOB: (&str, &str) =
    ("etc/cron.d/x", "0 1 * * * root duplicity --no-encryption /srv file:///mnt/usb/dinkes\n");

fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

/// A file of the traces of the target `file:///mnt/usb/dinkes`.
fn trace(run: &str) -> String {
    format!("root/.cache/duplicity/{}/{run}.manifest", fingerprint::of("file:///mnt/usb/dinkes"))
}

fn sets(files: &[(&str, &str)], settings: &Settings) -> Result<Vec<BackupSet>, String> {
    let facts = files.iter().map(|(path, text)| {
        format!(r#""/{path}": {{"modified": "2026-11-21T18:00:00Z", "bytes": {}}}"#, text.len())
    });
    let facts = format!("{{{}}}", facts.collect::<Vec<_>>().join(","));
    let all = [files, &[MOUNTS, (".host/files.json", &facts)]].concat();
    match read(&fixture::host(&all).roots, settings, now()) {
        Ok(Some(Reading::Backups(sets))) => Ok(sets),
        Ok(_) => Ok(Vec::new()),
        Err(failure) => Err(failure.to_string()),
    }
}

fn check(files: &[(&str, &str)], expected: &[&str]) {
    let shown = |set: &BackupSet| {
        let runs: String =
            set.runs.iter().map(|run| format!(" {}={:?}", run.at.strftime("%d"), run.whole)).collect();
        let problems: String = set.problems.iter().map(|p| format!(" {:?}:{}", p.kind, p.about)).collect();
        format!("{} {:?}{runs}{problems}", set.name, set.basis)
    };
    let sets = sets(files, &Settings::default()).unwrap();
    assert_eq!(sets.iter().map(shown).collect::<Vec<_>>(), expected);
}

#[test]
fn traces_tell_of_runs_and_jobs_of_their_target() {
    let files = [JOB, (&trace(FULL), MANIFEST), (&trace(FIRST), MANIFEST)];
    let set = sets(&files, &Settings::default()).unwrap().remove(0);
    assert_eq!((set.name.as_str(), set.basis), ("duplicity file:///mnt/usb/dinkes", Basis::Traces));
    assert_eq!((set.sources.as_slice(), set.encrypted), (&["/srv".to_owned()][..], Some(false)));
    let ids: Vec<_> = set.runs.iter().map(|run| (run.id.as_str(), run.files)).collect();
    assert_eq!(ids, [(FIRST, None), (FULL, Some(3))]);
    assert_eq!((set.count, set.oldest_at.unwrap().to_string().as_str()), (2, "2026-11-15T18:00:00Z"));
}

#[test]
fn a_chain_with_a_link_missing_cannot_be_brought_back() {
    let (full, first, second) = (trace(FULL), trace(FIRST), trace(SECOND));
    let set = "duplicity file:///mnt/usb/dinkes Traces";
    check(
        &[JOB, (&full, MANIFEST), (&first, MANIFEST), (&second, MANIFEST)],
        &[&format!("{set} 17=None 16=None 15=None")],
    );
    check(
        &[JOB, (&full, MANIFEST), (&second, MANIFEST)],
        &[&format!("{set} 17=Some(false) 15=None Incomplete:{SECOND}")],
    );
    check(
        &[JOB, (&first, MANIFEST), (&second, MANIFEST)],
        &[&format!("{set} 17=Some(false) 16=Some(false) Incomplete:{SECOND} Incomplete:{FIRST}")],
    );
}

#[test]
fn a_target_in_a_folder_is_looked_at() {
    let there = |run: &str, part: &str| format!("mnt/usb/dinkes/{run}.{part}");
    let (full, first) = (trace(FULL), trace(FIRST));
    let volume = there(FULL, "vol1.difftar.gz");
    let set = "duplicity file:///mnt/usb/dinkes Files";
    // The incremental run is gone from the target, though its manifest lingers.
    let files = [JOB, (&full, MANIFEST), (&first, MANIFEST), (&volume, "12345")];
    check(&files, &[&format!("{set} 15=Some(true)")]);
    let found = sets(&files, &Settings::default()).unwrap();
    assert_eq!((found[0].runs[0].bytes, found[0].encrypted), (Some(5), Some(false)));
    let manifest = there(FULL, "manifest.gpg");
    check(&[JOB, (&full, MANIFEST), (&manifest, "x")], &[&format!("{set} 15=Some(false) Incomplete:{FULL}")]);
}

#[test]
fn what_was_given_up_is_told() {
    let part = trace(SECOND).replace(".manifest", ".manifest.part");
    let name = "duplicity file:///mnt/usb/dinkes Traces";
    check(
        &[JOB, (&trace(FULL), MANIFEST), (&part, "Hostname vm\n")],
        &[&format!("{name} 15=None Incomplete:{SECOND}")],
    );
    let running = trace("duplicity-full.20261122T020000Z").replace(".manifest", ".manifest.part");
    check(&[JOB, (&trace(FULL), MANIFEST), (&running, "")], &[&format!("{name} 15=None")]);
}

#[test]
fn traces_without_a_target_and_targets_without_traces() {
    let short: String = fingerprint::of("file:///mnt/usb/dinkes").chars().take(8).collect();
    check(&[(&trace(FULL), MANIFEST)], &[&format!("duplicity {short} Traces 15=None")]);
    check(&[JOB], &[]);
    let installed = ("usr/bin/duplicity", "");
    assert_eq!(sets(&[JOB, installed], &Settings::default()).unwrap_err(), "/mnt/usb/dinkes: tidak ada");
    let far = ("etc/cron.d/x", "0 1 * * * root duplicity /srv sftp://u@dc//x\n");
    check(&[far, installed], &["duplicity sftp://dc//x Configured"]);
    let settings = DuplicitySettings {
        name: "harian".into(),
        target: "sftp://opd:rahasia@dc//srv/dinkes".into(),
        archive: Some("/srv/arsip".into()),
        holds: None,
    };
    let settings = Settings { duplicity: vec![settings], ..Settings::default() };
    assert_eq!(sets(&[], &settings).unwrap_err(), "harian: tidak ada jejak duplicity yang menyebutnya");
    let found = sets(&[(&format!("srv/arsip/{FULL}.manifest"), MANIFEST)], &settings).unwrap();
    assert_eq!(
        (found[0].name.as_str(), found[0].count, found[0].sources.as_slice()),
        ("harian", 1, &["/srv".to_owned()][..])
    );
    assert_eq!(found[0].target.location, "sftp://dc//srv/dinkes");
}

#[test]
fn the_real_tool_leaves_what_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    std::fs::create_dir_all(at("source")).unwrap();
    fixture::lay(&at("source/data"), b"isi");
    let url = format!("file://{}", at("target").display());
    let roots = Roots::live();
    let environment = vec![("HOME", dir.path().display().to_string())];
    let arguments = vec!["--no-encryption".to_owned(), at("source").display().to_string(), url.clone()];
    let limit = Duration::from_secs(60);
    let command =
        Command { label: "duplicity".to_owned(), program: "duplicity", arguments, environment, limit };
    roots.run(&command).expect("duplicity is needed for this test; `make test` installs it");
    let archive = at(ARCHIVES).join(fingerprint::of(&url));
    let settings =
        DuplicitySettings { name: "harian".into(), target: url, archive: Some(archive), holds: None };
    let settings = Settings { duplicity: vec![settings], ..Settings::default() };
    let Some(Reading::Backups(sets)) = read(&roots, &settings, now()).unwrap() else { panic!("no sets") };
    let set = sets.into_iter().find(|set| set.name == "harian").unwrap();
    assert_eq!((set.basis, set.count, set.encrypted), (Basis::Files, 1, Some(false)));
    assert_eq!((set.runs[0].whole, set.runs[0].files), (Some(true), Some(1)));
    assert_eq!((set.sources, set.problems), (vec![at("source").display().to_string()], vec![]));
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let host = fixture::host(&[(trace(FULL).as_str(), bytes.clone()), ("etc/cron.d/x", [JOB.1.as_bytes(), &bytes].concat())]);
        let _ = read(&host.roots, &Settings::default(), now());
    }
}
