//! What lldpd heard. The language of its socket is its own affair, so its own command is asked (lldpcli(8)), in the
//! form that keeps its shape whatever there is (`json0`). Its ages are left alone: they move by themselves.

use std::time::Duration;

use jiff::Timestamp;
use patuh_protocol::lan::{Adjacency, Capability, Discovery, Identifier, IdentifierKind};
use serde::Deserialize;
use serde_json::Value;

use super::{Heard, Ports};
use crate::roots::lossy::{SENTENCE, lossy, name};
use crate::roots::{Command, Roots};

/// Where its socket is: as Debian, Red Hat and the project itself have it.
const SOCKETS: [&str; 3] = ["/run/lldpd.socket", "/run/lldpd/lldpd.socket", "/var/run/lldpd.socket"];
/// It answers at once.
const LIMIT: Duration = Duration::from_secs(5);
/// How many addresses of one device are carried.
const MAX_ADDRESSES: usize = 16;

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    lldp: Vec<Interfaces>,
}

#[derive(Deserialize)]
struct Interfaces {
    #[serde(default)]
    interface: Vec<Interface>,
}

#[derive(Deserialize)]
struct Interface {
    name: String,
    #[serde(default)]
    via: String,
    #[serde(default)]
    chassis: Vec<Chassis>,
    #[serde(default)]
    port: Vec<Port>,
    #[serde(default)]
    vlan: Vec<Vlan>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Chassis {
    id: Vec<Text>,
    name: Vec<Text>,
    descr: Vec<Text>,
    mgmt_ip: Vec<Text>,
    capability: Vec<Able>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Port {
    id: Vec<Text>,
    descr: Vec<Text>,
    ttl: Vec<Text>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Text {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

#[derive(Deserialize)]
struct Able {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    enabled: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Vlan {
    #[serde(default)]
    vlan_id: Value,
    #[serde(default)]
    pvid: bool,
}

pub(super) fn read(roots: &Roots, ports: &Ports, _: Timestamp) -> Heard {
    if !SOCKETS.iter().any(|socket| roots.exists(socket)) {
        return Err("tidak berjalan".to_owned());
    }
    let answer = roots.run(&Command {
        label: "lldpcli show neighbors".to_owned(),
        program: "lldpcli",
        arguments: ["-f", "json0", "show", "neighbors", "details"].map(str::to_owned).to_vec(),
        environment: Vec::new(),
        limit: LIMIT,
    });
    let heard = parse(&answer.map_err(|failure| format!("tidak menjawab ({failure})"))?)?;
    Ok(heard.into_iter().filter(|it| ports.values().any(|port| *port == it.interface)).collect())
}

fn parse(answer: &[u8]) -> Heard {
    let answer: Answer =
        serde_json::from_slice(answer).map_err(|error| format!("jawabannya tidak terbaca ({error})"))?;
    let interfaces = answer.lldp.into_iter().flat_map(|all| all.interface);
    Ok(interfaces.filter_map(adjacency).collect())
}

fn adjacency(heard: Interface) -> Option<Adjacency> {
    let protocol = protocol(&heard.via)?;
    let chassis = heard.chassis.into_iter().next()?;
    let port = heard.port.into_iter().next()?;
    let vlan = heard.vlan.iter().find(|vlan| vlan.pvid);
    let mut management: Vec<String> = chassis.mgmt_ip.iter().filter_map(address).collect();
    management.sort_unstable();
    management.dedup();
    management.truncate(MAX_ADDRESSES);
    Some(Adjacency {
        interface: name(&heard.name),
        protocol,
        chassis: identifier(&chassis.id)?,
        port: identifier(&port.id)?,
        port_description: first(&port.descr).map(name),
        system_name: first(&chassis.name).map(name),
        system_description: first(&chassis.descr).map(sentence),
        management,
        capabilities: capabilities(&chassis.capability),
        pvid: vlan.and_then(|vlan| number(&vlan.vlan_id)),
        ttl: first(&port.ttl).and_then(|ttl| ttl.parse().ok()).unwrap_or_default(),
        since: None,
    })
}

fn protocol(via: &str) -> Option<Discovery> {
    Some(match via {
        "LLDP" => Discovery::Lldp,
        "CDPv1" | "CDPv2" => Discovery::Cdp,
        "EDP" => Discovery::Edp,
        "FDP" => Discovery::Fdp,
        "SONMP" => Discovery::Sonmp,
        _ => return None,
    })
}

fn identifier(texts: &[Text]) -> Option<Identifier> {
    let id = texts.first().filter(|id| !id.value.is_empty())?;
    let kind = match id.kind.as_str() {
        "ifalias" => IdentifierKind::InterfaceAlias,
        "ifname" => IdentifierKind::InterfaceName,
        "ip" => IdentifierKind::Address,
        "mac" => IdentifierKind::Mac,
        _ => IdentifierKind::Local,
    };
    let value = if kind == IdentifierKind::Mac { id.value.to_lowercase() } else { id.value.clone() };
    Some(Identifier { kind, value: name(&value) })
}

fn capabilities(all: &[Able]) -> Vec<Capability> {
    let known = |able: &Able| {
        Some(match able.kind.as_str() {
            "Other" => Capability::Other,
            "Repeater" => Capability::Repeater,
            "Bridge" => Capability::Bridge,
            "Wlan" => Capability::AccessPoint,
            "Router" => Capability::Router,
            "Tel" => Capability::Telephone,
            "Docsis" => Capability::Docsis,
            "Station" => Capability::Station,
            _ => return None,
        })
    };
    let mut found: Vec<Capability> = all.iter().filter(|able| able.enabled).filter_map(known).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn address(text: &Text) -> Option<String> {
    text.value.parse::<std::net::IpAddr>().ok().map(|address| address.to_string())
}

/// A number of 1 to 4094, which versions write in quotes or without.
fn number(value: &Value) -> Option<u16> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    u16::try_from(number).ok().filter(|id| (1..=4094).contains(id))
}

fn first(texts: &[Text]) -> Option<&str> {
    texts.first().map(|text| text.value.as_str()).filter(|text| !text.is_empty())
}

fn sentence(text: &str) -> String {
    lossy(text.split_whitespace().collect::<Vec<_>>().join(" ").as_bytes(), SENTENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, via in "LLDP|CDPv2|EDP|x", kind in ".{0,8}", value in ".{0,8}") {
            let _ = parse(&bytes);
            let text = serde_json::json!([{"type": kind, "value": value}]);
            let answer = serde_json::json!({"lldp": [{"interface": [{"name": value, "via": via, "chassis": [{"id": text}],
                "port": [{"id": text, "ttl": text}], "vlan": [{"vlan-id": value, "pvid": true}]}]}]});
            let heard = parse(answer.to_string().as_bytes()).unwrap();
            proptest::prop_assert_eq!(heard.len(), usize::from(via != "x" && !value.is_empty()));
        }
    }
}
