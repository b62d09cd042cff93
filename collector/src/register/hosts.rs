//! Agents by the names of their hosts, for what people write: nobody knows 32 digits by heart. A name joins
//! nothing by itself (it is cloned in practice); a person writes it, and it must be one host's only.

use std::collections::BTreeMap;

use patuh_protocol::id::AgentId;

/// The agents of hosts, by name.
#[derive(Clone, Debug, Default)]
pub struct Hosts(BTreeMap<String, Vec<AgentId>>);

impl Hosts {
    /// The hosts that there are.
    pub fn new(hosts: impl IntoIterator<Item = (AgentId, String)>) -> Self {
        let mut named: BTreeMap<String, Vec<AgentId>> = BTreeMap::new();
        for (agent, name) in hosts {
            named.entry(name.trim().to_lowercase()).or_default().push(agent);
        }
        Self(named)
    }

    /// The agent that is meant by what a person wrote: its name, or that of its host. Empty means none.
    ///
    /// # Errors
    /// When there is no such host, or several of that name.
    pub fn agent(&self, written: &str) -> Result<String, String> {
        let written = written.trim();
        if written.is_empty() || written.to_lowercase().parse::<AgentId>().is_ok() {
            return Ok(written.to_lowercase());
        }
        match self.0.get(&written.to_lowercase()).map(Vec::as_slice) {
            Some([agent]) => Ok(agent.to_string()),
            Some(several) => Err(format!(
                "ada {} server bernama “{written}”; tulis kode agennya (32 digit, ada di halaman servernya)",
                several.len()
            )),
            None => Err(format!("tidak ada server bernama “{written}” yang melapor ke kolektor ini")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_must_be_one_hosts_only() {
        let agent = |n: u8| AgentId::of_key(&[n; 32]);
        let hosts =
            Hosts::new([(agent(1), "srv-1".into()), (agent(2), "klon".into()), (agent(3), "KLON".into())]);
        let check = |written: &str, expected: Result<&str, &str>| match (hosts.agent(written), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected),
            (Err(why), Err(word)) => assert!(why.contains(word), "{why}"),
            (found, _) => panic!("{written}: {found:?}"),
        };
        check(" SRV-1 ", Ok(agent(1).as_str()));
        check(&agent(9).as_str().to_uppercase(), Ok(agent(9).as_str()));
        check("", Ok(""));
        check("klon", Err("ada 2 server"));
        check("srv-2", Err("tidak ada server"));
    }
}
