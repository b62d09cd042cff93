//! The plan of numbering through the router: the form, an import, what does not fit, from where servers come.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use jiff::SignedDuration;
use patuh_protocol::id::AgentId;
use ring::signature::Ed25519KeyPair;

use super::desk::{Bench, Reply};
use super::spreadsheet::multipart;
use super::world;
use crate::ipplan::{Field, Plot};
use crate::ledger::Signer;
use crate::store::{PlotFilter, PlotsBooked};
use crate::tasks::topology;

/// A subnet with these fields.
pub(super) fn plot(subnet: &str, written: &[(Field, &str)]) -> Plot {
    let mut plot = Plot::new(subnet.parse().unwrap());
    for (field, text) in written {
        field.set(&mut plot, text).unwrap();
    }
    plot
}

impl Bench {
    /// Puts a subnet into the plan.
    pub(super) async fn number(&self, plot: &Plot) {
        let signer =
            Signer::new("patuh/contoh".into(), Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap());
        let plots = std::slice::from_ref(plot);
        let booked = self.store.put_plots(plots, None, "budi", &signer, world::now()).await.unwrap();
        assert!(matches!(booked, PlotsBooked::Done(_)), "{booked:?}");
    }

    /// Takes in two reports of a server, far enough apart that its LAN is believed.
    async fn believed(&self) -> AgentId {
        self.report_of(5, 1, world::now() - SignedDuration::from_mins(10)).await;
        let agent = self.report_of(5, 2, world::now()).await;
        topology::follow(&self.store, &world::config()).await.unwrap();
        agent
    }

    async fn typed(&self, path: &str, cookie: &str, token: &str, pairs: &[(&str, &str)]) -> Reply {
        let encoded = |value: &str| value.replace('/', "%2F").replace(' ', "+").replace(',', "%2C");
        let pairs = pairs.iter().map(|(name, value)| format!("&{name}={}", encoded(value)));
        self.post(path, cookie, &format!("tanda={token}{}", pairs.collect::<String>())).await
    }

    async fn newest(&self) -> String {
        self.store.leaves(None, 1).await.unwrap().remove(0).text
    }
}

async fn signed_in() -> (Bench, String, String) {
    let bench = Bench::new(false).await;
    let cookie = bench.sign_in().await;
    let token = bench.get("/rencana-ip/baru", &cookie).await.token();
    (bench, cookie, token)
}

#[tokio::test]
async fn a_form_with_faults_comes_back_as_it_was_typed() {
    let (bench, cookie, token) = signed_in().await;
    let typed =
        [("subnet", "10.10.0.9/24"), ("pd", "diskominfo"), ("gateway", "10.11.0.1"), ("nama", "LAN 1")];
    let reply = bench.typed("/rencana-ip/baru", &cookie, &token, &typed).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = reply.text();
    assert!(text.contains("ialah 10.10.0.0/24") && text.contains("value=\"LAN 1\""), "{text}");
    let typed = typed.map(|(name, value)| (name, if name == "subnet" { "10.10.0.0/24" } else { value }));
    let reply = bench.typed("/rencana-ip/baru", &cookie, &token, &typed).await;
    assert!(reply.text().contains("10.11.0.1 berada di luar 10.10.0.0/24"));
    assert_eq!(bench.typed("/rencana-ip/baru", &cookie, "0", &typed).await.status, StatusCode::FORBIDDEN);
    let typed = typed.map(|(name, value)| (name, if name == "gateway" { "10.10.0.1" } else { value }));
    let reply = bench.typed("/rencana-ip/baru", &cookie, &token, &typed).await;
    assert_eq!(
        (reply.status, reply.header("location")),
        (StatusCode::SEE_OTHER, "/rencana-ip/subnet/S-000001")
    );
    assert!(bench.newest().await.contains("ipplan.add"));
    // Nobody is overwritten, and nothing is given away twice.
    let change = "/rencana-ip/subnet/S-000001/ubah";
    let stale = [&typed[..], &[("revisi", "9")]].concat();
    assert!(bench.typed(change, &cookie, &token, &stale).await.text().contains("sudah diubah oleh sari"));
    assert!(
        bench.typed("/rencana-ip/baru", &cookie, &token, &typed).await.text().contains("sudah ditetapkan")
    );
    let gone = [&typed[..], &[("revisi", "1"), ("keadaan", "Dicabut")]].concat();
    assert_eq!(bench.typed(change, &cookie, &token, &gone).await.status, StatusCode::SEE_OTHER);
    assert!(bench.newest().await.contains("ipplan.withdraw"));
    let one = bench.get("/rencana-ip/subnet/S-000001", &cookie).await.text();
    assert!(one.contains("Keadaan: Berlaku → Dicabut") && one.contains("Dicabut</span>"), "{one}");
    assert_eq!(bench.get("/rencana-ip/subnet/S-000009", &cookie).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_import_is_shown_and_then_accepted() {
    let (bench, cookie, token) = signed_in().await;
    let own = [
        ("cookie", cookie.as_str()),
        ("sec-fetch-site", "same-origin"),
        (CONTENT_TYPE.as_str(), "multipart/form-data; boundary=x"),
    ];
    let send = async |token: &str, text: &str| {
        let body = multipart(token, "rencana.csv", text);
        bench.send_as(axum::http::Method::POST, "/rencana-ip/impor", &own, &body).await
    };
    let text = "Subnet;Kode PD;VLAN\n10.10.0.0/24;diskominfo;10\n10.10.1.9/24;diskominfo;";
    assert_eq!(send("0", text).await.status, StatusCode::FORBIDDEN);
    let headless = send(&token, "a;b\n1;2").await;
    assert!(headless.text().contains("tidak ada kolom subnet"), "{}", headless.text());
    assert_eq!(send(&token, text).await.status, StatusCode::SEE_OTHER);
    let preview = bench.get("/rencana-ip/impor", &cookie).await.text();
    assert!(preview.contains("tulis 1 subnet") && preview.contains("1 baris salah"), "{preview}");
    // An upload of assets is another.
    assert!(bench.get("/aset/impor", &cookie).await.text().contains("Unggah dan periksa"));
    let accept = "/rencana-ip/impor/terima";
    let (_, rest) = preview.split_once("name=\"rencana\" value=\"").unwrap();
    let digest = rest.split('"').next().unwrap();
    let other = bench.typed(accept, &cookie, &token, &[("rencana", "0")]).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "only what was shown");
    let done = bench.typed(accept, &cookie, &token, &[("rencana", digest)]).await;
    assert_eq!(done.header("location"), "/rencana-ip/impor?baru=1&ubah=0");
    assert!(bench.get("/rencana-ip/impor?baru=1&ubah=0", &cookie).await.text().contains("1 subnet baru"));
    let plots = bench.store.plots(&PlotFilter::default()).await.unwrap();
    assert_eq!((plots.len(), plots[0].vlan), (1, Some(10)));
    let csv = bench.get("/rencana-ip.csv", &cookie).await.text();
    assert!(csv.contains("S-000001") && csv.contains("10.10.0.0/24"), "{csv}");
}

#[tokio::test]
async fn a_server_stands_beside_the_plan() {
    let (bench, cookie, _) = signed_in().await;
    let agent = bench.believed().await;
    let plain = bench.get(&format!("/server/{agent}/jaringan"), &cookie).await.text();
    assert!(!plain.contains("Rencana Penomoran IP"), "nothing is planned");
    bench.number(&plot("10.10.0.0/24", &[(Field::Office, "rsud"), (Field::Name, "LAN RSUD")])).await;
    bench.store.note_arrival(&agent, "36.66.1.9".parse().unwrap(), world::now()).await.unwrap();
    let network = bench.get(&format!("/server/{agent}/jaringan"), &cookie).await.text();
    assert!(network.contains("LAN RSUD") && network.contains("Alamat dalam rentang PD lain"), "{network}");
    assert!(network.contains("36.66.1.9"));
    let past = bench.get(&format!("/server/{agent}/jaringan?pada=2026-11-21"), &cookie).await.text();
    assert!(!past.contains("LAN RSUD"), "the plan speaks of now");
    let findings = bench.get("/rencana-ip/temuan", &cookie).await.text();
    assert!(findings.contains("10.10.0.21") && findings.contains("db-diskominfo-01"), "{findings}");
    assert!(bench.get("/rencana-ip/temuan?jenis=ganda", &cookie).await.text().contains("Tidak ada"));
    for (filter, there) in [
        ("", true),
        ("pd=diskominfo&jenis=rentang-pd-lain", true),
        ("jenis=ganda", false),
        ("pd=rsud", false),
    ] {
        let csv = bench.get(&format!("/rencana-ip/temuan.csv?{filter}"), &cookie).await.text();
        assert!(csv.contains("Kode PD") && csv.contains("10.10.0.21") == there, "{filter}: {csv}");
    }
    assert!(bench.newest().await.contains("Tidak sesuai rencana penomoran dalam bentuk CSV"));
    let unknown = bench.get("/rencana-ip/temuan.xlsx?jenis=lain", &cookie).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let office = bench.get("/pd/diskominfo", &cookie).await.text();
    assert!(office.contains("Penomoran alamat") && office.contains("rentang rsud"), "{office}");
    let subnet = bench.get("/rencana-ip/subnet/S-000001", &cookie).await.text();
    assert!(subnet.contains("10.10.0.21") && subnet.contains("14 dari 254 alamat"), "{subnet}");
    let list = bench.get("/rencana-ip?cari=rsud", &cookie).await.text();
    assert!(list.contains("0</b> dari 1 alamat server sesuai"), "{list}");
}
