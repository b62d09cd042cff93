//! `[agents]` and `[web]`: where the collector listens. Two listeners, never one.

use std::net::SocketAddr;
use std::path::PathBuf;

use rustls_pki_types::ServerName;
use toml::de::DeValue;

use super::reader::{Key, Reader, Wrong, list, parsed, text};

/// The agents' listener: always TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentsListener {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Names and addresses by which agents reach it: the server certificate's SANs.
    pub hosts: Vec<String>,
}

/// The people's listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebListener {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The certificate to show. `None`: plain HTTP on a loopback address, else a certificate of the own CA.
    pub tls: Option<PemFiles>,
    /// Where people reach the pages, without a slash at the end: what the QR codes of labels lead to.
    pub address: Option<String>,
}

/// A certificate chain and its key, PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PemFiles {
    /// The chain, leaf first.
    pub certificate: PathBuf,
    /// The leaf's private key.
    pub key: PathBuf,
}

/// Reads `[agents]`.
pub(super) fn read_agents(root: &mut Reader<'_, '_>) -> Option<AgentsListener> {
    let Some(mut table) = root.table("agents") else {
        root.fault(None, "agents", "tabel wajib ini belum ada".into(), "Salin dari contoh collector.toml.");
        return None;
    };
    let listen = table.required(Key("listen", "\"0.0.0.0:8443\""), address);
    let hosts = Key("hosts", "[\"patuh.contoh.go.id\", \"10.10.0.5\"]");
    let hosts = table.required(hosts, |value| match list(host)(value)? {
        hosts if hosts.is_empty() => {
            Err("agen perlu sedikitnya satu nama atau alamat untuk dihubungi".into())
        }
        hosts => Ok(hosts),
    });
    table.close();
    Some(AgentsListener { listen: listen?, hosts: hosts? })
}

/// Reads `[web]`.
pub(super) fn read_web(root: &mut Reader<'_, '_>) -> Option<WebListener> {
    let Some(mut table) = root.table("web") else {
        let listen = SocketAddr::from(([127, 0, 0, 1], 8080));
        return Some(WebListener { listen, tls: None, address: None });
    };
    let listen = table.required(Key("listen", "\"127.0.0.1:8080\""), address);
    let certificate = table.optional(Key("certificate", "\"/etc/patuh/web.crt\""), text);
    let key = table.optional(Key("key", "\"/etc/patuh/web.key\""), text);
    let address = table.optional(Key("address", "\"https://patuh.contoh.go.id\""), pages);
    let tls = match (certificate, key) {
        (Some(certificate), Some(key)) => Some(PemFiles { certificate: certificate.into(), key: key.into() }),
        (None, None) => None,
        (given, _) => {
            let name = if given.is_some() { "key" } else { "certificate" };
            let what = "sertifikat dan kuncinya harus diisi berdua".to_owned();
            table.fault(None, name, what, "Isi keduanya, atau hapus keduanya.");
            None
        }
    };
    table.close();
    Some(WebListener { listen: listen?, tls, address })
}

/// The address of the pages, as people type it.
fn pages(value: &DeValue<'_>) -> Result<String, Wrong> {
    let text: String = text(value)?;
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let sound = rest.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]/_~".contains(c));
    if rest.is_empty() || !sound || text.len() > 100 {
        return Err(format!("{text:?} bukan alamat halaman yang diawali https:// atau http://"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn address(value: &DeValue<'_>) -> Result<SocketAddr, Wrong> {
    let text: String = text(value)?;
    text.parse().map_err(|_| format!("{text:?} bukan alamat IP dengan porta"))
}

/// A host name or an IP address, as a certificate can name it.
pub(super) fn host(value: &DeValue<'_>) -> Result<String, Wrong> {
    let text: String = parsed(value)?;
    let sound = ServerName::try_from(text.as_str()).is_ok();
    if sound { Ok(text) } else { Err(format!("{text:?} bukan nama host atau alamat IP")) }
}
