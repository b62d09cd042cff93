//! A small collector: real TLS, a real CA, a real ledger of a few leaves, and answers as the test says.

use std::sync::{Arc, Mutex};

use patuh_protocol::checkpoint::{Checkpoint, Verifier};
use patuh_protocol::digest::Digest;
use patuh_protocol::enrolment::{CertificateRequest, Grant, Token};
use patuh_protocol::id::Code;
use patuh_protocol::merkle;
use patuh_protocol::receipt::{Answer, Leaf, Receipt, ReportLeaf};
use patuh_protocol::seal::Sealed;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use rustls::ServerConfig;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::time;

pub(super) struct Collector {
    ca: CertifiedIssuer<'static, KeyPair>,
    ledger: Ed25519KeyPair,
    /// The leaves, as they stand now.
    pub(super) leaves: Mutex<Vec<String>>,
    /// What to answer instead of taking a report.
    pub(super) instead: Mutex<Option<Response>>,
    /// Every request that came: its path, and whether the client showed a certificate.
    pub(super) seen: Mutex<Vec<(String, bool)>>,
}

/// An answer's status, headers and body.
#[derive(Clone)]
pub(super) struct Response(pub(super) u16, pub(super) &'static str, pub(super) Vec<u8>);

struct Request {
    path: String,
    tree_size: Option<u64>,
    body: Vec<u8>,
}

impl Collector {
    pub(super) fn new() -> Arc<Self> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let ledger = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap();
        let (leaves, instead, seen) = Default::default();
        Arc::new(Self { ca, ledger, leaves, instead, seen })
    }

    /// Listens with a certificate for `host`; the address.
    pub(super) async fn listen(self: &Arc<Self>, host: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let acceptor = TlsAcceptor::from(Arc::new(self.tls(host)));
        let collector = Arc::clone(self);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (collector, acceptor) = (Arc::clone(&collector), acceptor.clone());
                tokio::spawn(async move { collector.serve(socket, acceptor).await });
            }
        });
        address
    }

    pub(super) fn token(&self) -> Token {
        let (id, secret) = ("0a1b2c3d".into(), "00112233445566778899aabbccddeeff".into());
        Token { office: office(), id, secret, ca: Digest::of(self.ca.der()) }
    }

    fn tls(&self, host: &str) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        (params.not_before, params.not_after) =
            (rcgen::date_time_ymd(2026, 1, 1), rcgen::date_time_ymd(2027, 1, 1));
        let leaf = params.signed_by(&key, &self.ca).unwrap();
        let mut roots = rustls::RootCertStore::empty();
        roots.add(self.ca.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .allow_unauthenticated()
            .build()
            .unwrap();
        let given = Arc::new(super::GivenTime::default());
        given.set(time("2026-11-22T00:00:00Z"));
        ServerConfig::builder_with_details(provider, given)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(clients)
            .with_single_cert(
                vec![leaf.der().clone(), self.ca.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .unwrap()
    }

    async fn serve(&self, socket: TcpStream, acceptor: TlsAcceptor) {
        let Ok(mut stream) = acceptor.accept(socket).await else { return };
        let shown = stream.get_ref().1.peer_certificates().is_some();
        let Some(request) = receive(&mut stream).await else { return };
        self.seen.lock().unwrap().push((request.path.clone(), shown));
        let Response(status, headers, body) = self.respond(&request);
        let head = format!(
            "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
            body.len()
        );
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.write_all(&body).await;
        let _ = stream.shutdown().await;
    }

    fn respond(&self, request: &Request) -> Response {
        if let Some(response) = self.instead.lock().unwrap().clone() {
            return response;
        }
        let body = match request.path.as_str() {
            "/v1/reports" => {
                let sealed = Sealed::parse(&request.body).unwrap();
                serde_json::to_vec(&self.take(&sealed, request.tree_size)).unwrap()
            }
            _ => serde_json::to_vec(&self.grant(&serde_json::from_slice(&request.body).unwrap())).unwrap(),
        };
        Response(200, "", body)
    }

    fn grant(&self, request: &CertificateRequest) -> Grant {
        let (_, agent) = request.verify().unwrap();
        let mut csr = rcgen::CertificateSigningRequestParams::from_pem(&request.csr).unwrap();
        // The life of a certificate is half over at the end of the day on which the tests play.
        (csr.params.not_before, csr.params.not_after) =
            (rcgen::date_time_ymd(2026, 11, 19), rcgen::date_time_ymd(2026, 11, 27));
        let certificate = csr.signed_by(&self.ca).unwrap().pem();
        let ledger = Verifier::new("patuh/contoh", self.ledger.public_key().as_ref()).to_string();
        Grant { agent, office: office(), certificate, ca: self.ca.pem(), ledger }
    }

    /// Takes a report into the ledger, and answers as a collector does.
    pub(super) fn take(&self, sealed: &Sealed, tree_size: Option<u64>) -> Answer {
        let mut leaves = self.leaves.lock().unwrap();
        let leaf = Leaf::Report(ReportLeaf::new(sealed, office(), time("2026-11-22T03:00:05Z")));
        let leaf = serde_json::to_string(&leaf).unwrap();
        leaves.push(leaf.clone());
        let hashes: Vec<_> = leaves.iter().map(|leaf| merkle::leaf_hash(leaf.as_bytes())).collect();
        let index = hashes.len() - 1;
        let checkpoint =
            Checkpoint { origin: "patuh/contoh".into(), size: hashes.len() as u64, root: root(&hashes) };
        let checkpoint = checkpoint.sign(&self.ledger);
        let consistency = tree_size.filter(|n| (1..=hashes.len() as u64).contains(n));
        let consistency = consistency.map_or(vec![], |n| extension(n as usize, &hashes, true));
        let proof = path(index, &hashes);
        Answer {
            receipt: Receipt { index: index as u64, leaf, checkpoint: checkpoint.clone(), proof },
            checkpoint,
            consistency,
            release: Some("0.1.0".into()),
            full: false,
        }
    }
}

async fn receive(stream: &mut (impl AsyncReadExt + Unpin)) -> Option<Request> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break String::from_utf8(bytes.drain(..end + 4).collect()).ok()?;
        }
        stream.read_buf(&mut bytes).await.ok().filter(|n| *n > 0)?;
    };
    let header = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(name))?;
        line.strip_prefix(": ")?.trim().parse::<u64>().ok()
    };
    while (bytes.len() as u64) < header("content-length").unwrap_or(0) {
        stream.read_buf(&mut bytes).await.ok().filter(|n| *n > 0)?;
    }
    let path = head.split(' ').nth(1)?.to_owned();
    Some(Request { path, tree_size: header("patuh-tree-size"), body: bytes })
}

fn office() -> Code {
    "dinkes".parse().unwrap()
}

/// RFC 6962, section 2.1, word for word.
fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => merkle::empty_root(),
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            merkle::node_hash(&root(left), &root(right))
        }
    }
}

fn path(m: usize, leaves: &[Digest]) -> Vec<Digest> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut proof, sibling) = if m < k { (path(m, left), right) } else { (path(m - k, right), left) };
    proof.push(root(sibling));
    proof
}

fn extension(m: usize, leaves: &[Digest], whole: bool) -> Vec<Digest> {
    if m == leaves.len() {
        return if whole { Vec::new() } else { vec![root(leaves)] };
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut proof, sibling) =
        if m <= k { (extension(m, left, whole), right) } else { (extension(m - k, right, false), left) };
    proof.push(root(sibling));
    proof
}
