//! What the door promises, on a folder and on this very host.

use super::*;

#[test]
fn a_folder_is_a_host() {
    let host = fixture::host(&[
        ("etc/hostname", "srv1\n"),
        ("etc/localtime", "-> /usr/share/zoneinfo/Asia/Jakarta"),
        ("usr/share/zoneinfo/Asia/Jakarta", "TZif"),
        ("sys/x/serial", "  \n"),
        ("sys/x/model", "A\0B \n"),
        ("srv/log", "0123456789"),
    ]);
    let roots = &host.roots;
    assert_eq!(roots.text("/etc/hostname").unwrap().as_deref(), Some("srv1\n"));
    assert_eq!(roots.text("/etc/nothing").unwrap(), None);
    assert_eq!(roots.text("/etc/hostname/below").unwrap(), None);
    assert_eq!(roots.text("/etc/localtime").unwrap().as_deref(), Some("TZif"));
    assert_eq!(roots.link("/etc/localtime").unwrap(), Path::new("/usr/share/zoneinfo/Asia/Jakarta"));
    assert_eq!(
        roots.real(Path::new("/etc/localtime")).unwrap(),
        Path::new("/usr/share/zoneinfo/Asia/Jakarta")
    );
    assert_eq!(roots.link("/etc/hostname"), None);
    assert_eq!(roots.value("/sys/x/serial"), None);
    assert_eq!(roots.value("/sys/x/model").as_deref(), Some("A\u{fffd}B"));
    assert_eq!(roots.list("/etc").unwrap().unwrap(), ["hostname", "localtime"]);
    assert_eq!(roots.list("/nowhere").unwrap(), None);
    assert_eq!(roots.head(Path::new("/srv/log"), 3).unwrap().unwrap(), b"012");
    assert_eq!(roots.tail(Path::new("/srv/log"), 3).unwrap().unwrap(), b"789");
    assert_eq!(roots.tail(Path::new("/srv/log"), 30).unwrap().unwrap(), b"0123456789");
    assert!(roots.exists("/srv") && !roots.exists("/srv2"));
    assert!(roots.needed("/etc/nothing").unwrap_err().to_string().contains("/etc/nothing: tidak ada"));
}

#[test]
fn what_a_folder_cannot_hold_is_recorded() {
    let host = fixture::host(&[
        (".host/files.json", r#"{"/srv/a": {"modified": "2026-11-22T00:00:00Z", "bytes": 5000}}"#),
        (".host/space.json", r#"{"/": {"size_bytes": 10, "used_bytes": 3}}"#),
        (".host/addresses.json", r#"{"eth0": ["10.0.0.2/24"]}"#),
        (".host/cmd/the_tool", "said"),
        (".host/cmd/the_other.failed", "kode keluar 1: why\n"),
        ("srv/a", "x"),
        ("srv/b", "x"),
    ]);
    let roots = &host.roots;
    let modified: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
    assert_eq!(roots.facts(Path::new("/srv/a")).unwrap(), Some(Facts { bytes: 5000, modified, inode: 0 }));
    assert!(roots.facts(Path::new("/srv/b")).unwrap_err().to_string().contains("not recorded"));
    assert_eq!(roots.facts(Path::new("/srv/c")).unwrap(), None);
    assert_eq!(roots.space("/").unwrap(), Space { size_bytes: 10, used_bytes: 3 });
    assert!(roots.space("/srv").is_err());
    assert_eq!(roots.addresses().unwrap().get("eth0").unwrap(), &["10.0.0.2/24"]);
    let run = |label: &str| roots.run(&tool(label)).map_err(|failure| failure.to_string());
    assert_eq!(run("the tool").unwrap(), b"said");
    assert_eq!(run("the other").unwrap_err(), "the other: kode keluar 1: why");
    assert_eq!(run("a third").unwrap_err(), "a third: not recorded");
    assert_eq!(roots.commands_run(), 3);
}

fn tool(label: &str) -> Command {
    let limit = Duration::from_secs(60);
    Command { label: label.into(), program: "true", arguments: vec![], environment: vec![], limit }
}

#[test]
fn this_host_answers() {
    let roots = Roots::live();
    let space = roots.space("/").unwrap();
    assert!(space.size_bytes >= space.used_bytes && space.size_bytes > 0);
    assert!(roots.architecture().is_some_and(|name| !name.is_empty()));
    assert!(roots.addresses().unwrap().values().flatten().any(|a| a == "127.0.0.1/8"));
    assert!(roots.facts(Path::new("/etc/passwd")).unwrap().is_some_and(|facts| facts.bytes > 0));
    assert_eq!(roots.run(&tool("x")).unwrap(), b"");
}

#[test]
fn a_giant_is_refused_and_a_pipe_does_not_hang() {
    let host = fixture::host(&[("x", "")]);
    let giant = host.dir.path().join("giant");
    File::create(&giant).unwrap().set_len(MAX_FILE + 1).unwrap();
    assert!(matches!(host.roots.bytes("/giant"), Err(Failure::TooLarge { .. })));
    rustix::fs::mknodat(
        rustix::fs::CWD,
        host.dir.path().join("pipe"),
        rustix::fs::FileType::Fifo,
        0o600.into(),
        0,
    )
    .unwrap();
    assert_eq!(host.roots.bytes("/pipe").unwrap().unwrap(), b"");
}
