//! Trying the offices' gateways from the Dinas, where `[reachability]` says so: an ICMP echo through an unprivileged
//! socket (icmp(7), `net.ipv4.ping_group_range`), and where none comes back TCP connections. No command is run, and
//! nothing is sent but these.
//!
//! The gateways are those that the plan of numbering registers for each office's own networks.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use patuh_protocol::id::Code;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketType, connect, ipproto, recv, send, socket};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::clock::Clock;
use crate::config::{Config, Reachability};
use crate::ipplan::{Attempt, Plan, Purpose};
use crate::store::{Error, PlotFilter, Store};

/// For one echo, and for one connection.
const PATIENCE: Duration = Duration::from_secs(2);

/// The types of an echo request and of its reply, in IPv4 (RFC 792) and IPv6 (RFC 4443).
const ECHO_V4: (u8, u8) = (8, 0);
const ECHO_V6: (u8, u8) = (128, 129);

/// Tries all gateways every few minutes from now on; `None` where nobody asked for it.
#[must_use]
pub fn start(store: Store, config: &Config, clock: Clock) -> Option<JoinHandle<()>> {
    let how = Arc::new(config.reachability.clone()?);
    let pause = Duration::from_secs(60 * u64::from(how.every_minutes));
    Some(tokio::spawn(async move {
        loop {
            if let Err(error) = round(&store, &how, &clock).await {
                tracing::error!(%error, "gateways not tried");
            }
            tokio::time::sleep(pause).await;
        }
    }))
}

/// Tries each gateway once, one after the other, and notes what came of it.
async fn round(store: &Store, how: &Reachability, clock: &Clock) -> Result<(), Error> {
    let plan = Plan::new(store.plots(&PlotFilter::default()).await?);
    for (office, gateway) in gateways(&plan) {
        let attempt = attempt(gateway, &how.ports).await;
        tracing::debug!(office = office.as_str(), %gateway, ?attempt, "gateway tried");
        store.note_reach(&office, gateway, attempt, clock()).await?;
    }
    Ok(())
}

/// The registered gateways of the offices' own networks.
fn gateways(plan: &Plan) -> BTreeSet<(Code, IpAddr)> {
    let own = plan.plots().iter().filter(|plot| plot.purpose == Purpose::Office);
    let of = |plot: &crate::ipplan::Plot| {
        let office = plot.office.clone();
        plot.gateways.clone().into_iter().filter_map(move |gateway| Some((office.clone()?, gateway)))
    };
    own.flat_map(of).collect()
}

/// What comes back from `gateway`.
async fn attempt(gateway: IpAddr, ports: &[u16]) -> Attempt {
    let echo = tokio::task::spawn_blocking(move || echo(gateway)).await;
    match echo {
        Ok(Ok(true)) => return Attempt::Echo,
        Ok(Ok(false)) => {}
        Ok(Err(error)) => tracing::debug!(%gateway, %error, "no echo"),
        Err(error) => tracing::error!(%error, "echo broken off"),
    }
    for port in ports {
        match timeout(PATIENCE, TcpStream::connect(SocketAddr::new(gateway, *port))).await {
            Ok(Ok(_)) => return Attempt::Open(*port),
            Ok(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => return Attempt::Refused(*port),
            Ok(Err(_)) | Err(_) => {}
        }
    }
    Attempt::Silent
}

/// Whether an echo comes back. The kernel fills in identifier and checksum, and hands over replies to this socket only.
fn echo(gateway: IpAddr) -> rustix::io::Result<bool> {
    let (family, protocol, (request, reply)) = match gateway {
        IpAddr::V4(_) => (AddressFamily::INET, ipproto::ICMP, ECHO_V4),
        IpAddr::V6(_) => (AddressFamily::INET6, ipproto::ICMPV6, ECHO_V6),
    };
    let socket = socket(family, SocketType::DGRAM, Some(protocol))?;
    set_socket_timeout(&socket, Timeout::Recv, Some(PATIENCE))?;
    connect(&socket, &SocketAddr::new(gateway, 0))?;
    send(
        &socket,
        &[request, 0, 0, 0, 0, 0, 0, 1, b'p', b'a', b't', b'u', b'h', 0, 0, 0],
        SendFlags::empty(),
    )?;
    let mut buffer = [0; 64];
    let (_, read) = recv(&socket, &mut buffer, RecvFlags::empty())?;
    Ok(read > 0 && buffer.first() == Some(&reply))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;
    use crate::ipplan::{Field, Plot};

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[tokio::test]
    async fn an_open_port_answers_and_a_shut_one_too() {
        let listener = TcpListener::bind((HERE, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = attempt(HERE, &[port]).await;
        assert!(matches!(answer, Attempt::Echo) || answer == Attempt::Open(port), "{answer:?}");
        drop(listener);
        let answer = attempt(HERE, &[port]).await;
        assert!(matches!(answer, Attempt::Echo) || answer == Attempt::Refused(port), "{answer:?}");
    }

    /// Where this machine may not send echoes, the socket says so; where it may, the loopback answers.
    #[test]
    fn an_echo_comes_back_or_is_not_allowed() {
        match echo(HERE) {
            Ok(came) => assert!(came),
            Err(error) => {
                assert!(matches!(error, rustix::io::Errno::ACCESS | rustix::io::Errno::PERM), "{error}")
            }
        }
    }

    #[test]
    fn gateways_of_the_offices_own_networks_are_tried() {
        let plot = |subnet: &str, written: &[(Field, &str)]| {
            let mut plot = Plot::new(subnet.parse().unwrap());
            for (field, text) in written {
                field.set(&mut plot, text).unwrap();
            }
            plot
        };
        let own = [(Field::Office, "dinkes"), (Field::Gateways, "10.20.3.1, 10.20.3.2")];
        let hidden = [(Field::Office, "dinkes"), (Field::Gateways, "192.168.1.1"), (Field::Purpose, "nat")];
        let plan = Plan::new([
            plot("10.20.3.0/24", &own),
            plot("192.168.1.0/24", &hidden),
            plot("10.0.0.0/24", &[(Field::Gateways, "10.0.0.1"), (Field::Purpose, "bersama")]),
        ]);
        let tried: Vec<String> =
            gateways(&plan).iter().map(|(office, it)| format!("{office} {it}")).collect();
        assert_eq!(tried, ["dinkes 10.20.3.1", "dinkes 10.20.3.2"]);
    }
}
