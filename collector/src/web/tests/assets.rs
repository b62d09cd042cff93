//! The register through the router: forms, refusals, stages, imports, reconciliation.

use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use patuh_protocol::body;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::AgentId;
use patuh_protocol::report::{Outcome, Reading};
use patuh_protocol::seal::Sealed;
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::desk::{Bench, Reply};
use super::{host, world};
use crate::ledger::Signer;
use crate::register::{Asset, AssetId, AssetKind, Field};
use crate::store::{AssetFilter, Booked, Entry};

/// An asset of Diskominfo.
pub(super) fn asset(name: &str) -> Asset {
    Asset::new("diskominfo".parse().unwrap(), AssetKind::Server, name.into())
}

fn signer() -> Signer {
    Signer::new("patuh/contoh".into(), Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap())
}

impl Bench {
    /// Puts an asset into the register.
    pub(super) async fn book(&self, asset: &Asset) -> AssetId {
        let assets = std::slice::from_ref(asset);
        let Booked::Done(ids) =
            self.store.put_assets(assets, None, "budi", &signer(), world::now()).await.unwrap()
        else {
            panic!("refused")
        };
        ids[0]
    }

    /// Takes in a report of a virtual machine; returns its agent.
    async fn guest(&self) -> AgentId {
        let key = Ed25519KeyPair::from_seed_unchecked(&[6; 32]).unwrap();
        let (public, now) = (key.public_key().as_ref().to_vec(), world::now());
        let (agent, office) = (AgentId::of_key(&public), "diskominfo".parse().unwrap());
        let mut report = host::report(now, &|text| text.replace("db-diskominfo-01", "vm-web"));
        for section in &mut report.sections {
            if let Outcome::Ok(Reading::Machine(machine)) = &mut section.outcome {
                machine.guest_of = Some("kvm".into());
            }
        }
        let sealed = Sealed::new(&key, agent.clone(), 1, now, body::pack(&report).unwrap());
        let secret = Digest::of(b"guest");
        let until = now + SignedDuration::from_hours(1);
        self.store.add_token("0b1b2c3d", secret, &office, None, now, until).await.unwrap();
        self.store.enrol("0b1b2c3d", secret, &agent, &public, now).await.unwrap();
        let (report, carried) = body::open_with_base(&sealed.body).unwrap();
        self.store
            .append(&[Entry::Report { sealed, report, carried, office }], &signer(), now)
            .await
            .unwrap();
        agent
    }

    async fn assets(&self) -> Vec<Asset> {
        self.store.assets(&AssetFilter::default()).await.unwrap()
    }

    /// Sends a form with the page's token; `pairs` must need no encoding.
    async fn submit(&self, path: &str, cookie: &str, token: &str, pairs: &[(&str, &str)]) -> Reply {
        let pairs = pairs.iter().map(|(name, value)| format!("&{name}={}", value.replace(' ', "+")));
        self.post(path, cookie, &format!("tanda={token}{}", pairs.collect::<String>())).await
    }

    /// Uploads a file.
    async fn upload(&self, cookie: &str, token: &str, name: &str, text: &str) -> Reply {
        let part = |head: &str, text: &str| {
            format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n")
        };
        let body = [
            part("name=\"tanda\"", token),
            part("name=\"pd\"", ""),
            part(&format!("name=\"berkas\"; filename=\"{name}\""), text),
            "--x--\r\n".into(),
        ];
        let headers = [
            (COOKIE.as_str(), cookie),
            ("sec-fetch-site", "same-origin"),
            (CONTENT_TYPE.as_str(), "multipart/form-data; boundary=x"),
        ];
        self.send_as(Method::POST, "/aset/impor", &headers, &body.concat()).await
    }
}

async fn signed_in() -> (Bench, String, String) {
    let bench = Bench::new(false).await;
    let cookie = bench.sign_in().await;
    let token = bench.get("/aset/baru", &cookie).await.token();
    (bench, cookie, token)
}

#[tokio::test]
async fn a_form_with_faults_comes_back_as_it_was_typed() {
    let (bench, cookie, token) = signed_in().await;
    let typed = [
        ("pd", "diskominfo"),
        ("jenis", "Server"),
        ("nama", "Server web"),
        ("nibar", "1.20135E%2B44"),
        ("harga", "dua juta"),
        ("ruang", "Ruang 7"),
    ];
    let reply = bench.submit("/aset/baru", &cookie, &token, &typed).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = reply.text();
    for kept in ["value=\"Server web\"", "value=\"1.20135E+44\"", "value=\"dua juta\"", "value=\"Ruang 7\""] {
        assert!(text.contains(kept), "{kept}");
    }
    assert!(text.contains("id=\"nibar-salah\"") && text.contains("href=\"#harga\""));
    assert!(bench.assets().await.is_empty());
    assert_eq!(bench.submit("/aset/baru", &cookie, "0", &typed).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_code_is_proposed_and_accepted_by_a_person() {
    let (bench, cookie, token) = signed_in().await;
    let typed = [("pd", "diskominfo"), ("jenis", "Server"), ("nama", "Server web"), ("kode", "")];
    let asked = bench.submit("/aset/baru", &cookie, &token, &[&typed[..], &[("usul", "ya")]].concat()).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(asked.text().contains("name=\"kode\" value=\"1.3.2.10.02.04.001\""));
    assert!(bench.assets().await.is_empty(), "nothing is written by asking");
    let reply = bench.submit("/aset/baru", &cookie, &token, &typed).await;
    assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, "/aset/A-000001"));
    let [stands] = bench.assets().await.try_into().unwrap();
    assert_eq!((stands.book.code, stands.revision), (None, 1), "a proposal is not taken silently");
    let act = &bench.store.leaves(None, 1).await.unwrap()[0].text;
    assert!(act.contains("\"who\":\"sari\"") && act.contains("asset.add"), "{act}");
}

#[tokio::test]
async fn a_server_is_booked_with_what_was_seen_and_a_guest_is_not() {
    let (bench, cookie, _) = signed_in().await;
    let (agent, guest) = (bench.report().await, bench.guest().await);
    let form = bench.get(&format!("/aset/baru?agen={agent}"), &cookie).await.text();
    for seen in ["Dell Inc. PowerEdge R740", "7XK42N2", agent.as_str(), "memori 63 GB"] {
        assert!(form.contains(seen), "{seen}");
    }
    assert!(form.contains("name=\"nama\" value=\"\"") && form.contains("name=\"kode\" value=\"\""));
    let refused = bench.get(&format!("/aset/baru?agen={guest}"), &cookie).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("bukan Barang Milik Daerah"));
    let token = bench.get("/aset/baru", &cookie).await.token();
    let typed = [("pd", "diskominfo"), ("jenis", "Server"), ("nama", "VM"), ("agen", guest.as_str())];
    let reply = bench.submit("/aset/baru", &cookie, &token, &typed).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.text().contains("vm-web adalah mesin virtual") && bench.assets().await.is_empty());
    bench.book(&Asset { agent: Some(agent.clone()), ..asset("Server") }).await;
    let again = bench.get(&format!("/aset/baru?agen={agent}"), &cookie).await;
    assert!(again.text().contains("/aset/A-000001"));
}

#[tokio::test]
async fn two_people_do_not_overwrite_each_other() {
    let (bench, cookie, token) = signed_in().await;
    let id = bench.book(&asset("Server")).await;
    let path = format!("/aset/{id}/ubah");
    let mut other = bench.store.asset(id).await.unwrap().unwrap();
    other.note = "dipindah".into();
    bench.book(&other).await;
    let typed = [("revisi", "1"), ("pd", "diskominfo"), ("jenis", "Server"), ("nama", "Server presensi")];
    let reply = bench.submit(&path, &cookie, &token, &typed).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = reply.text();
    assert!(text.contains("sudah diubah oleh budi") && text.contains("value=\"Server presensi\""));
    assert_eq!(bench.assets().await[0].note, "dipindah");
    let newer = [("revisi", "2"), ("pd", "diskominfo"), ("jenis", "Server"), ("nama", "Server presensi")];
    assert_eq!(bench.submit(&path, &cookie, &token, &newer).await.status, StatusCode::SEE_OTHER);
    let page = bench.get(&format!("/aset/{id}"), &cookie).await.text();
    assert!(page.contains("Server → Server presensi") && page.contains("dipindah → –"), "history: {page}");
}

#[tokio::test]
async fn stages_are_steps_with_documents() {
    let (bench, cookie, token) = signed_in().await;
    let path = format!("/aset/{}/tahap", bench.book(&asset("Server")).await);
    let typed = [("revisi", "1"), ("tahap", "Penghapusan"), ("tahap-tanggal", "besok"), ("dokumen", "5/SK")];
    let reply = bench.submit(&path, &cookie, &token, &typed).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.text().contains("value=\"5/SK\"") && reply.text().contains("bukan tanggal"));
    let typed =
        [("revisi", "1"), ("tahap", "Penghapusan"), ("tahap-tanggal", "1-11-2026"), ("dokumen", "5/SK")];
    assert_eq!(bench.submit(&path, &cookie, &token, &typed).await.status, StatusCode::SEE_OTHER);
    assert!(bench.assets().await[0].is_removed(), "it is still there");
    assert!(bench.store.leaves(None, 1).await.unwrap()[0].text.contains("asset.remove"));
    assert!(bench.get("/aset?tahap=removed", &cookie).await.text().contains("A-000001"));
    assert!(!bench.get("/aset?tahap=managed", &cookie).await.text().contains("A-000001"));
}

#[tokio::test]
async fn an_import_writes_what_was_accepted_and_nothing_else() {
    let (bench, cookie, token) = signed_in().await;
    let mut booked = asset("Server");
    Field::Condition.set(&mut booked, "Baik").unwrap();
    bench.book(&booked).await;
    let list = bench.get("/aset.csv", &cookie).await.text();
    let edited = list.replace("Baik", "Rusak Berat") + ";diskominfo;Perangkat jaringan;Switch;;;;\r\n";
    let uploaded = bench.upload(&cookie, &token, "daftar.csv", &edited).await;
    assert_eq!((uploaded.status, uploaded.header("location")), (StatusCode::SEE_OTHER, "/aset/impor"));
    let preview = bench.get("/aset/impor", &cookie).await;
    let text = preview.text();
    assert!(
        text.contains("Kondisi: Baik → Rusak Berat") && text.contains("Terima dan tulis 2 aset"),
        "{text}"
    );
    assert_eq!(bench.assets().await.len(), 1, "nothing is written by looking");
    let plan = text.split_once("name=\"rencana\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();

    // Somebody else changes the asset meanwhile: what was accepted is not what would be written now.
    let mut other = bench.assets().await.remove(0);
    other.note = "dipindah".into();
    bench.book(&other).await;
    let stale = bench.submit("/aset/impor/terima", &cookie, &token, &[("rencana", &plan)]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert_eq!(bench.assets().await.len(), 1);
    let text = stale.text();
    let plan = text.split_once("name=\"rencana\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let done = bench.submit("/aset/impor/terima", &cookie, &token, &[("rencana", &plan)]).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/aset/impor?baru=1&ubah=1"));
    let [server, switch] = bench.assets().await.try_into().unwrap();
    assert_eq!((server.book.condition.unwrap().letters(), switch.name.as_str()), ("RB", "Switch"));
    let acts = bench.store.leaves(None, 3).await.unwrap();
    assert!(acts[2].text.contains("asset.import") && acts[2].text.contains("daftar.csv"), "{}", acts[2].text);
    let gone = bench.submit("/aset/impor/terima", &cookie, &token, &[("rencana", &plan)]).await;
    assert!(gone.text().contains("sudah tidak tersimpan"));
}

#[tokio::test]
async fn bad_files_are_told_what_is_wrong() {
    let (bench, cookie, token) = signed_in().await;
    let told = async |text: &str, what: &str| {
        let reply = bench.upload(&cookie, &token, "x.csv", text).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.text().contains(what), "{what}");
    };
    told("", "kosong").await;
    told("a;b\n1;2\n", "tidak ada baris judul").await;
    told("%PDF-1.7", "PDF").await;
    told("PK\u{3}\u{4}rusak", "XLSX").await;
    told(&"x".repeat(5 * 1024 * 1024), "4 MiB").await;
    assert_eq!(bench.upload(&cookie, "0", "x.csv", "a").await.status, StatusCode::FORBIDDEN);
    bench
        .upload(
            &cookie,
            &token,
            "x.csv",
            "Nama Barang;Nomor Seri;Kode PD;Jenis\nSwitch;17;diskominfo;Perangkat jaringan\n",
        )
        .await;
    let hidden = bench.get("/aset/impor?kolom.nomorseri=-", &cookie).await.text();
    assert!(hidden.contains("Terima dan tulis 1 aset"));
    assert!(
        bench.get("/aset/impor?hasil=salah&pd=dinkes&harga=ribuan", &cookie).await.status == StatusCode::OK
    );
    let cancelled = bench.submit("/aset/impor/batal", &cookie, &token, &[]).await;
    assert_eq!(cancelled.status, StatusCode::SEE_OTHER);
    assert!(bench.get("/aset/impor", &cookie).await.text().contains("Unggah dan periksa"));
}

#[tokio::test]
async fn what_is_seen_and_not_booked_can_be_booked() {
    let (bench, cookie, _) = signed_in().await;
    let (agent, _) = (bench.report().await, bench.guest().await);
    let page = bench.get("/rekonsiliasi", &cookie).await.text();
    assert!(page.contains(&format!("/aset/baru?agen={agent}")) && !page.contains("vm-web"));
    let mut booked = Asset { agent: Some(agent), ..asset("Server") };
    Field::Size.set(&mut booked, "memori 512 GB").unwrap();
    bench.book(&booked).await;
    let page = bench.get("/rekonsiliasi?jenis=fakta-berbeda", &cookie).await.text();
    assert!(page.contains("Memori 512 GB") && page.contains("Memori 63 GB"));
    let one = bench.get("/aset/A-000001", &cookie).await.text();
    assert!(one.contains("class=\"differs\"") && one.contains("Fakta berbeda dari buku"));
    assert_eq!(bench.get("/unduh/rekonsiliasi.csv", &cookie).await.status, StatusCode::OK);
}
