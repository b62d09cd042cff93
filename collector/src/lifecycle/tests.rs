use super::*;

fn system(id: &str, version: &str, name: &str, kernel: &str) -> System {
    let some = |text: &str| Some(text.to_owned());
    System {
        id: some(id),
        version: some(version),
        name: some(name),
        kernel: some(kernel),
        ..System::default()
    }
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn check(system: &System, on: &str, expected: Option<(&str, Standing)>) {
    let table = Table::shipped().unwrap();
    let life = table.of(system).map(|life| (life.name(), life.standing(day(on))));
    assert_eq!(life.as_ref().map(|(name, standing)| (name.as_str(), *standing)), expected);
}

#[test]
fn a_release_is_known_by_what_the_host_says() {
    let today = "2026-11-22";
    let bookworm = system("debian", "12", "Debian GNU/Linux 12 (bookworm)", "6.1.0-40-amd64");
    check(&bookworm, today, Some(("Debian 12", Standing::Extended(day("2028-06-30")))));
    let pve = System { kernel: Some("6.8.12-4-pve".into()), ..bookworm };
    check(&pve, today, Some(("Proxmox VE 8", Standing::Ended(day("2026-08-31")))));
    let trixie = system("debian", "13", "Debian GNU/Linux 13 (trixie)", "6.14.8-2-pve");
    check(&trixie, today, Some(("Proxmox VE 9", Standing::Unannounced)));
    let jammy = system("ubuntu", "22.04", "Ubuntu 22.04.5 LTS", "5.15.0-160-generic");
    check(&jammy, today, Some(("Ubuntu 22.04", Standing::Supported(day("2027-06-01")))));
    let centos = system("centos", "7", "CentOS Linux 7 (Core)", "3.10.0-1160.el7.x86_64");
    check(&centos, today, Some(("CentOS Linux 7", Standing::Ended(day("2024-06-30")))));
    let stream = system("centos", "8", "CentOS Stream 8", "4.18.0");
    check(&stream, today, Some(("CentOS Stream 8", Standing::Ended(day("2024-05-31")))));
    let rocky = system("rocky", "9.3", "Rocky Linux 9.3 (Blue Onyx)", "5.14.0");
    check(&rocky, today, Some(("Rocky Linux 9", Standing::Supported(day("2032-05-31")))));
    let alpine = system("alpine", "3.18.4", "Alpine Linux v3.18", "6.1.55-0-lts");
    check(&alpine, today, Some(("Alpine Linux 3.18", Standing::Ended(day("2025-05-09")))));
}

#[test]
fn what_is_not_in_the_table_is_not_known() {
    check(&system("alpine", "3.180", "", ""), "2026-11-22", None);
    check(&system("alpine", "edge", "", ""), "2026-11-22", None);
    check(&system("arch", "1", "Arch Linux", ""), "2026-11-22", None);
    check(&system("debian", "", "Debian GNU/Linux forky/sid", ""), "2026-11-22", None);
    check(&System::default(), "2026-11-22", None);
}

#[test]
fn the_last_day_still_counts() {
    let bullseye = system("debian", "11", "Debian GNU/Linux 11 (bullseye)", "5.10.0");
    let (general, extended) = (day("2024-08-14"), day("2026-08-31"));
    check(&bullseye, "2024-08-14", Some(("Debian 11", Standing::Supported(general))));
    check(&bullseye, "2024-08-15", Some(("Debian 11", Standing::Extended(extended))));
    check(&bullseye, "2026-08-31", Some(("Debian 11", Standing::Extended(extended))));
    check(&bullseye, "2026-09-01", Some(("Debian 11", Standing::Ended(extended))));
}

#[test]
fn what_has_no_agent_is_known_by_its_name() {
    let table = Table::shipped().unwrap();
    let check = |text: &str, expected: Option<&str>| {
        assert_eq!(table.named(text).map(|life| life.name()).as_deref(), expected, "{text}");
    };
    check("Microsoft Windows Server 2012 R2 Standard", Some("Windows Server 2012 R2"));
    check("windows server 2012", Some("Windows Server 2012"));
    check("Windows Server 2019, 16 core", Some("Windows Server 2019"));
    check("Windows 10 Pro", None);
    check("Debian 1", None);
    check("Debian 110", None);
    check("", None);
}

#[test]
fn contradictions_are_refused() {
    let check = |releases: &str, expected: &str| {
        let text = format!(
            "checked = \"2026-01-01\"\n[[product]]\nname = \"X\"\nos = \"x\"\nsource = \"s\"\nreleases = [{releases}]"
        );
        let error = Table::parse(&text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    let backwards = "{ version = \"1\", ends = \"2026-02-01\", extended = \"2026-01-01\" }";
    check(backwards, "X 1: dukungan lanjutan berakhir sebelum");
    check("{ version = \"1\", extended = \"2026-01-01\" }", "X 1: dukungan lanjutan");
    check("{ version = \"1\" }, { version = \"1\" }", "X 1: disebut dua kali");
    check("{ version = \"1\", ends = \"2026-02-30\" }", "tidak dapat dibaca");
    check("{ versi = \"1\" }", "tidak dapat dibaca");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text: String, id: String, version: String) {
        let _ = Table::parse(&text);
        let table = Table::shipped().unwrap();
        let _ = table.named(&text);
        let _ = table.of(&system(&id, &version, &text, &text));
        let _ = table.of(&system("debian", &version, &text, &text));
    }
}
