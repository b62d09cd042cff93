use super::*;

const SHIPPED: &str = include_str!("../../../config/collector.toml");

fn shipped() -> Config {
    let mut config = Config::parse("config/collector.toml", SHIPPED).unwrap();
    config.packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/packs");
    config
}

/// The faults of the shipped file once `from` is replaced by `to`, one a line.
fn check(from: &str, to: &str, expected: &str) {
    assert!(SHIPPED.contains(from), "{from}");
    let faults = Config::parse("c.toml", &SHIPPED.replacen(from, to, 1)).unwrap_err();
    let faults: Vec<_> = faults.0.iter().map(ToString::to_string).collect();
    assert_eq!(faults.join("\n"), expected);
}

#[test]
fn the_shipped_file_is_sound_and_names_packs_that_are_shipped() {
    let config = shipped();
    assert_eq!(config.store_url(), "sqlite:/var/lib/patuh-collector/patuh.db");
    assert_eq!(config.origin(), "patuh/contoh");
    assert_eq!(config.offices.len(), 2);
    let packs = packs::load(&config, "config/collector.toml").unwrap();
    let ids: Vec<_> = packs.iter().map(|pack| pack.id.as_str()).collect();
    assert_eq!(ids, ["mjl-2021", "mlg-2020"]);
}

#[test]
fn every_commented_key_is_known() {
    // "#key = …" and "#[table]" are settings; "# words" are words.
    let active: Vec<_> = SHIPPED
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with([' ', '-']) && !setting.is_empty() => setting,
            _ => line,
        })
        .collect();
    let mut config = Config::parse("config/collector.toml", &active.join("\n")).unwrap();
    assert!(config.web.tls.is_some() && config.store.url.is_some());
    assert_eq!(config.policy["MJL-16.1"].files_hours, Some(168));
    assert_eq!(config.testimony.silent_after_hours, Some(26));
    let lifted: Vec<_> = config.exemptions.iter().map(|exemption| &exemption.lifted).collect();
    assert_eq!(lifted, [&Lifted::Rule("MJL-16.1".into()), &Lifted::Store("mariadb/*/test".into())]);
    config.packs = shipped().packs;
    config.government.packs.extend(["bkt-2023".to_owned(), "kebijakan-dinas".to_owned()]);
    let packs = packs::load(&config, "config/collector.toml").unwrap();
    assert_eq!(packs[2].promulgated.unwrap().to_string(), "2023-05-02");
}

#[test]
fn all_faults_are_found_at_once_each_with_line_key_and_remedy() {
    let faults = Config::parse("collector.toml", include_str!("golden/faults.toml")).unwrap_err();
    assert_eq!(format!("{faults}\n"), include_str!("golden/faults.txt"));
}

#[test]
fn a_single_fault_is_named_alone() {
    check(
        "\"0.0.0.0:8443\"",
        "\"8443\"",
        "c.toml baris 45, kunci `agents.listen`: \"8443\" bukan alamat IP dengan porta. \
         Tulis misalnya `listen = \"0.0.0.0:8443\"`.",
    );
    check(
        "#colour = \"#0b5394\"",
        "colour = \"#ffd200\"",
        "c.toml baris 28, kunci `government.colour`: \"#ffd200\" tidak dapat dipakai: terlalu muda untuk dibaca di \
         atas latar putih dan abu-abu; yang terdekat dan cukup tua #7d6700. Tulis misalnya `colour = \"#0b5394\"`.",
    );
    check(
        "#certificate = ",
        "certificate = ",
        "c.toml baris 51, kunci `web.key`: sertifikat dan kuncinya harus diisi berdua. \
         Isi keduanya, atau hapus keduanya.",
    );
    check(
        "code = \"ruang-dinkes\"",
        "code = \"pusat-data\"",
        "c.toml baris 108, kunci `site.code`: dua lokasi memakai kode yang sama: pusat-data. \
         Ubah salah satunya; yang lain berada di baris 95.",
    );
}

#[test]
fn what_no_pack_knows_is_a_fault() {
    let mut config = shipped();
    config.government.packs.push("kudus-2030".to_owned());
    let date = "2023-05-02".parse().unwrap();
    config.government.promulgated = [("bkt-2023".to_owned(), date), ("mjl-2021".to_owned(), date)].into();
    config.policy.insert("MJL-99".to_owned(), Policy::default());
    config.exemptions.push(Exemption {
        lifted: Lifted::Rule("MJL-98".to_owned()),
        subject: patuh_compliance::estate::Subject::Office("dinkes".to_owned()),
        reason: "x".to_owned(),
        approver: "x".to_owned(),
        document: "x".to_owned(),
        until: date,
    });
    let faults = packs::load(&config, "collector.toml").unwrap_err().to_string();
    for words in [
        "\"kudus-2030\" tidak ada",
        "paket itu tidak dipakai",
        "hapus tanggal 2023-05-02",
        "MJL-99",
        "MJL-98",
    ] {
        assert!(faults.contains(words), "{words}: {faults}");
    }
    config.packs = "/nonexistent".into();
    let faults = packs::load(&config, "collector.toml").unwrap_err().to_string();
    assert!(
        faults.contains("Direktori /nonexistent (kunci `packs`) tidak memuat satu paket pun"),
        "{faults}"
    );
}

#[test]
fn a_missing_file_is_named() {
    let faults = Config::load(Path::new("/nonexistent/collector.toml")).unwrap_err().to_string();
    assert!(faults.contains("/nonexistent/collector.toml: berkas tidak dapat dibaca"), "{faults}");
}

#[test]
fn a_password_in_the_url_is_never_shown() {
    let text = SHIPPED.replacen("#url = ", "url = \"postgres://patuh:rahasia@db/patuh\" #", 1);
    let config = Config::parse("collector.toml", &text).unwrap();
    assert!(!format!("{config:?}").contains("rahasia"));
    let text = SHIPPED.replacen("#url = ", "url = \"mysql://patuh:rahasia@db/patuh\" #", 1);
    assert!(!Config::parse("collector.toml", &text).unwrap_err().to_string().contains("rahasia"));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text: String, line in 0_usize..120, insert in "[\\[\\]=\"a-z0-9. #]{0,20}") {
        let _ = Config::parse("collector.toml", &text);
        let mut lines: Vec<_> = SHIPPED.lines().collect();
        lines.insert(line.min(lines.len()), &insert);
        let _ = Config::parse("collector.toml", &lines.join("\n"));
    }
}
