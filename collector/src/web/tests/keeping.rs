//! The register of media through the router: forms, steps, proposals, the berita acara, second holders of keys.

use std::io::{Cursor, Read as _};

use axum::http::StatusCode;
use jiff::SignedDuration;
use patuh_protocol::backup::{BackupSet, Run, Target, TargetClass};
use patuh_protocol::body;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::AgentId;
use patuh_protocol::report::{Outcome, Reading, Section};
use patuh_protocol::seal::Sealed;
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::desk::{Bench, Reply};
use super::{host, world};
use crate::ledger::Signer;
use crate::media::{Field, Medium, MediumId};
use crate::store::{Entry, MediaFilter, MediumBooked};

/// A medium of Diskominfo.
pub(super) fn medium(label: &str, written: &[(Field, &str)]) -> Medium {
    let mut medium = Medium::new("diskominfo".parse().unwrap(), label.into());
    for (field, text) in written {
        field.set(&mut medium, text).unwrap();
    }
    medium
}

fn signer() -> Signer {
    Signer::new("patuh/contoh".into(), Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap())
}

impl Bench {
    /// Puts a medium into the register.
    pub(super) async fn keep(&self, medium: &Medium) -> MediumId {
        match self.store.put_medium(medium, "budi", &signer(), world::now()).await.unwrap() {
            MediumBooked::Done(id) => id,
            MediumBooked::Refused(why) => panic!("{why}"),
        }
    }

    /// Takes in a report of a server that writes to a USB disk.
    async fn writes(&self, identity: &str) {
        let key = Ed25519KeyPair::from_seed_unchecked(&[8; 32]).unwrap();
        let (public, now) = (key.public_key().as_ref().to_vec(), world::now());
        let (agent, office) = (AgentId::of_key(&public), "diskominfo".parse().unwrap());
        let mut report = host::report(now, &|text| text.to_owned());
        let set = BackupSet {
            name: "mingguan".into(),
            target: Target {
                location: "/media/usb".into(),
                class: TargetClass::Removable,
                medium: Some(identity.into()),
                ..Target::default()
            },
            runs: vec![Run { id: "a".into(), at: now - SignedDuration::from_hours(7), ..Run::default() }],
            encrypted: Some(true),
            ..BackupSet::default()
        };
        let outcome = Outcome::Ok(Reading::Backups(vec![set]));
        report.sections.retain(|section| section.sensor != "backup/borg");
        report.sections.push(Section { sensor: "backup/borg".into(), took_us: 1, outcome });
        let sealed = Sealed::new(&key, agent.clone(), 1, now, body::pack(&report).unwrap());
        let (secret, until) = (Digest::of(b"usb"), now + SignedDuration::from_hours(1));
        self.store.add_token("0b1b2c3e", secret, &office, None, now, until).await.unwrap();
        self.store.enrol("0b1b2c3e", secret, &agent, &public, now).await.unwrap();
        let (report, carried) = body::open_with_base(&sealed.body).unwrap();
        let entry = Entry::Report { sealed, report, carried, office };
        self.store.append(&[entry], &signer(), now).await.unwrap();
    }

    /// Sends a form with the page's token; `pairs` must need no encoding.
    async fn fill(&self, path: &str, cookie: &str, token: &str, pairs: &[(&str, &str)]) -> Reply {
        let pairs = pairs.iter().map(|(name, value)| format!("&{name}={}", value.replace(' ', "+")));
        self.post(path, cookie, &format!("tanda={token}{}", pairs.collect::<String>())).await
    }

    async fn media(&self) -> Vec<Medium> {
        self.store.media(&MediaFilter::default()).await.unwrap()
    }

    async fn newest_act(&self) -> String {
        self.store.leaves(None, 1).await.unwrap().remove(0).text
    }
}

async fn signed_in() -> (Bench, String, String) {
    let bench = Bench::new(false).await;
    let cookie = bench.sign_in().await;
    let token = bench.get("/media/baru", &cookie).await.token();
    (bench, cookie, token)
}

#[tokio::test]
async fn a_form_with_faults_comes_back_as_it_was_typed() {
    let (bench, cookie, token) = signed_in().await;
    let typed = [
        ("label", "HDD-07"),
        ("pd", "diskominfo"),
        ("jenis", "Hard disk USB"),
        ("keadaan", "Disimpan"),
        ("penyimpan-nip", "123"),
        ("isi", "semua basis data"),
    ];
    let reply = bench.fill("/media/baru", &cookie, &token, &typed).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = reply.text();
    assert!(text.contains("value=\"HDD-07\"") && text.contains(">semua basis data</textarea>"), "{text}");
    assert!(text.contains("18 angka") && text.contains("href=\"#penyimpan-nip\""));
    let nowhere = typed.map(|(name, value)| (name, if name == "penyimpan-nip" { "" } else { value }));
    let reply = bench.fill("/media/baru", &cookie, &token, &nowhere).await.text();
    assert!(
        reply.contains("sebutkan di mana media ini disimpan") && reply.contains("siapa yang menyimpannya")
    );
    let lost = typed.map(|(name, value)| match name {
        "penyimpan-nip" => (name, ""),
        "keadaan" => (name, "Hilang"),
        _ => (name, value),
    });
    let reply = bench.fill("/media/baru", &cookie, &token, &lost).await.text();
    assert!(reply.contains("Hilang atau dimusnahkan pada: sebutkan tanggalnya"), "{reply}");
    assert!(bench.media().await.is_empty());
    assert_eq!(bench.fill("/media/baru", &cookie, "0", &typed).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_is_written_is_proposed_and_registered_by_a_person() {
    let (bench, cookie, token) = signed_in().await;
    bench.writes("Seagate Expansion NA8F7X2K").await;
    let list = bench.get("/media", &cookie).await.text();
    assert!(list.contains("Terlihat ditulis, belum terdaftar"));
    assert!(list.contains("/media/baru?identitas=Seagate%20Expansion%20NA8F7X2K"), "{list}");
    let form = bench.get("/media/baru?identitas=Seagate%20Expansion%20NA8F7X2K", &cookie).await.text();
    assert!(form.contains("value=\"Seagate Expansion NA8F7X2K\"") && form.contains("set mingguan"));
    assert!(form.contains("name=\"label\" value=\"\""), "the label is the keeper's");
    let typed = [
        ("label", "HDD-07"),
        ("pd", "diskominfo"),
        ("jenis", "Hard disk USB"),
        ("keadaan", "Dipakai"),
        ("identitas", "NA8F7X2K"),
    ];
    let reply = bench.fill("/media/baru", &cookie, &token, &typed).await;
    assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, "/media/M-000001"));
    assert!(bench.newest_act().await.contains("media.add"));
    let list = bench.get("/media", &cookie).await.text();
    assert!(!list.contains("belum terdaftar") && list.contains("dilihat agen"), "{list}");
    let one = bench.get("/media/M-000001", &cookie).await.text();
    assert!(
        one.contains("mingguan") && one.contains("/media/usb") && one.contains("7\u{a0}jam lalu"),
        "{one}"
    );
    let csv = bench.get("/media.csv?keadaan=in_use", &cookie).await.text();
    assert!(csv.contains("HDD-07") && csv.contains("mingguan"), "{csv}");
    assert!(!bench.get("/media.csv?keadaan=lost", &cookie).await.text().contains("HDD-07"));
    assert_eq!(bench.get("/media/baru?identitas=lain", &cookie).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn steps_are_acts_and_nobody_is_overwritten() {
    let (bench, cookie, token) = signed_in().await;
    let id = bench.keep(&medium("HDD-07", &[(Field::Custodian, "Budi")])).await;
    let path = |step: &str| format!("/media/{id}/{step}");
    let seen = [("revisi", "1"), ("dilihat", "23-11-2026"), ("dilihat-oleh", "Sari")];
    let reply = bench.fill(&path("dilihat"), &cookie, &token, &seen).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.text().contains("belum tiba") && reply.text().contains("value=\"23-11-2026\""));
    let seen = [("revisi", "1"), ("dilihat", "22-11-2026"), ("dilihat-oleh", "Sari")];
    assert_eq!(bench.fill(&path("dilihat"), &cookie, &token, &seen).await.status, StatusCode::SEE_OTHER);
    assert!(bench.newest_act().await.contains("media.seen"));
    let stale = bench.fill(&path("dilihat"), &cookie, &token, &seen).await;
    assert!(stale.text().contains("sudah diubah oleh sari"), "{}", stale.text());
    let moved = [
        ("revisi", "2"),
        ("keadaan", "Disimpan"),
        ("lokasi", "pusat-data"),
        ("brankas", "Brankas 2"),
        ("penyimpan", "Siti Aminah"),
        ("penyerah", "Budi"),
        ("diserahkan", "22-11-2026"),
    ];
    assert_eq!(bench.fill(&path("pindah"), &cookie, &token, &moved).await.status, StatusCode::SEE_OTHER);
    assert!(bench.newest_act().await.contains("Penyimpan: Budi → Siti Aminah"));
    let gone = [("revisi", "3"), ("keadaan", "Dimusnahkan"), ("berakhir", "22-11-2026")];
    let reply = bench.fill(&path("lepas"), &cookie, &token, &gone).await;
    assert!(reply.text().contains("pemusnahan memerlukan nomor"), "{}", reply.text());
    let gone = [&gone[..], &[("berakhir-dokumen", "5/BA")]].concat();
    assert_eq!(bench.fill(&path("lepas"), &cookie, &token, &gone).await.status, StatusCode::SEE_OTHER);
    assert!(bench.newest_act().await.contains("media.release"));
    assert!(bench.media().await[0].life.is_over(), "it is still there");
    assert_eq!(bench.fill(&path("jual"), &cookie, &token, &seen).await.status, StatusCode::NOT_FOUND);
}

/// The text of a letter.
fn text(docx: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut text = String::new();
    archive.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn a_berita_acara_has_all_that_was_handed_over_together() {
    let (bench, cookie, _) = signed_in().await;
    let handed = [
        (Field::Life, "Disimpan"),
        (Field::Safe, "Brankas 2"),
        (Field::Custodian, "Siti Aminah"),
        (Field::HandedBy, "Budi Santoso"),
        (Field::HandedOn, "20-11-2026"),
    ];
    bench.keep(&medium("HDD-07", &handed)).await;
    bench.keep(&medium("HDD-08", &handed)).await;
    bench.keep(&medium("HDD-09", &[])).await;
    let reply = bench.get("/media/M-000002/berita-acara.docx", &cookie).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.header("content-type").ends_with("wordprocessingml.document"));
    assert!(reply.header("content-disposition").contains("berita-acara-media-M-000002.docx"));
    let letter = text(&reply.body);
    for part in [
        "PEMERINTAH KABUPATEN CONTOH",
        "Jumat, tanggal dua puluh bulan November tahun dua ribu dua puluh enam",
        "Pasal 19 ayat (3) Peraturan Bupati Malang Nomor 23 Tahun 2020",
        "2 (dua) media",
        "HDD-07",
        "HDD-08",
        "Brankas 2",
        "Siti Aminah",
    ] {
        assert!(letter.contains(part), "{part}: {letter}");
    }
    assert!(!letter.contains("HDD-09"));
    let act = bench.newest_act().await;
    assert!(act.contains("letter.make") && act.contains(&Digest::of(&reply.body).to_string()), "{act}");
    let alone = text(&bench.get("/media/M-000003/berita-acara.docx", &cookie).await.body);
    assert!(
        alone.contains("1 (satu) media") && alone.contains("Minggu, tanggal dua puluh dua"),
        "today: {alone}"
    );
}

#[tokio::test]
async fn second_holders_are_attested_and_keys_are_refused() {
    let (bench, cookie, token) = signed_in().await;
    bench.writes("UUID 6f1c22aa").await;
    let page = bench.get("/pemegang-kunci", &cookie).await.text();
    assert!(page.contains("2 dari 2 set terenkripsi") && page.contains("set=mingguan"), "{page}");
    let typed = [
        ("pd", "diskominfo"),
        ("pemegang", "Siti Aminah"),
        ("jabatan", "Sekretaris"),
        ("dokumen", "700/12"),
        ("tanggal", "1-11-2026"),
    ];
    let key = "AGE-SECRET-KEY-1QQPPPP";
    let leaked = [&typed[..], &[("keterangan", key)]].concat();
    let reply = bench.fill("/pemegang-kunci", &cookie, &token, &leaked).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.text().contains("terlihat seperti kunci") && !reply.text().contains(key));
    assert!(bench.store.escrows().await.unwrap().is_empty());
    assert_eq!(bench.fill("/pemegang-kunci", &cookie, &token, &typed).await.status, StatusCode::SEE_OTHER);
    assert!(bench.newest_act().await.contains("escrow.attest"));
    let page = bench.get("/pemegang-kunci", &cookie).await.text();
    assert!(page.contains("mempunyai pemegang kedua") && page.contains("700/12"), "{page}");
    let end = "/pemegang-kunci/K-000001/akhiri";
    assert_eq!(bench.fill(end, &cookie, "0", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(bench.fill(end, &cookie, &token, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(bench.get("/pemegang-kunci", &cookie).await.text().contains("diakhiri 22 November 2026"));
    assert_eq!(bench.fill(end, &cookie, &token, &[]).await.status, StatusCode::NOT_FOUND, "once");
}
