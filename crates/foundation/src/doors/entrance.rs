//! The entrance: what is settled about a request before anything in it is looked at. By which name the server was called,
//! so that a page of another site that points its own name here (DNS rebinding) finds nobody; how much its headers say;
//! and whose address it comes from, which a proxy may tell only if it was named in the settings.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::limits;

use super::problem::Problem;
use crate::app::App;

/// By which names the server is called and which proxies it believes.
#[derive(Debug, Clone, Default)]
pub struct Entrance {
    /// Names besides that of the public address, this machine's own (`localhost`) and the address it listens on.
    pub hosts: Vec<String>,
    /// The address it listens on. Where that is every address of the machine, any address is one of its own.
    pub listens: Option<IpAddr>,
    /// Whose word is taken for whom they speak for (`X-Forwarded-For`).
    pub proxies: Vec<Network>,
}

impl Entrance {
    /// Whether `host`, as a `Host` header says it, is a name of this server.
    fn knows(&self, host: &str, origin: &str) -> bool {
        let name = name_of(host);
        if name.is_empty() {
            return false;
        }
        let public = origin.split_once("://").map_or(origin, |(_, rest)| rest);
        let public = name_of(public.split('/').next().unwrap_or_default());
        if name == public || self.hosts.iter().any(|known| name_of(known) == name) {
            return true;
        }
        match name.trim_matches(['[', ']']).parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(address) => {
                address.is_loopback()
                    || self.listens.is_some_and(|own| own.is_unspecified() || own.to_canonical() == address)
            }
            Err(_) => name == "localhost" || name.ends_with(".localhost"),
        }
    }

    /// Who asks: the other end of the connection, or whom a proxy of ours speaks for. Of the addresses in the header only
    /// those count that our own proxies wrote, which are the last ones.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let is_ours = |address: IpAddr| self.proxies.iter().any(|network| network.holds(address));
        let mut client = peer.to_canonical();
        if !is_ours(client) {
            return client;
        }
        let told: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        for one in told.into_iter().rev() {
            let one = one.trim();
            let address = one.parse::<IpAddr>().or_else(|_| one.parse::<SocketAddr>().map(|with_port| with_port.ip()));
            let Ok(address) = address else { break };
            client = address.to_canonical();
            if !is_ours(client) {
                break;
            }
        }
        client
    }
}

/// `Example.com:8080` is `example.com`.
fn name_of(host: &str) -> String {
    let host = host.trim();
    let name = match host.rsplit_once(':') {
        Some((name, port))
            if port.bytes().all(|b| b.is_ascii_digit()) && (!name.contains(':') || name.ends_with(']')) =>
        {
            name
        }
        _ => host,
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// An address, or all that begin as it does: `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    pub fn parse(text: &str) -> Option<Network> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address.parse::<IpAddr>().ok()?, Some(bits.parse::<u8>().ok()?)),
            None => (text.trim().parse::<IpAddr>().ok()?, None),
        };
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Network { address, bits })
    }

    fn holds(&self, address: IpAddr) -> bool {
        let bits_of = |address: IpAddr| match address {
            IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, true),
            IpAddr::V6(address) => (address.to_bits(), false),
        };
        let ((own, own_is_v4), (other, other_is_v4)) = (bits_of(self.address), bits_of(address));
        let shift = 128 - u32::from(self.bits);
        own_is_v4 == other_is_v4 && own.checked_shr(shift).unwrap_or(0) == other.checked_shr(shift).unwrap_or(0)
    }
}

/// See the module.
pub async fn layer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let config = app.config();
    let headers = request.headers();
    let said: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if said > limits::HEADER_BYTES {
        return Problem::HeadersTooLarge.into_response();
    }
    // Programs within this process call without a name; whoever comes over a socket says one, and says one only.
    let mut names = headers.get_all(header::HOST).iter().map(|value| value.to_str().unwrap_or_default());
    let (host, more) = (names.next(), names.next());
    let asked = request.uri().authority().map(|authority| authority.as_str());
    let knows = |name: Option<&str>| name.is_none_or(|name| config.entrance.knows(name, &config.origin));
    if more.is_some() || !knows(host) || !knows(asked) {
        return Problem::UnknownHost.into_response();
    }
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let client = config.entrance.client(peer.ip(), request.headers());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(client, peer.port())));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn entrance(hosts: &[&str], listens: &str, proxies: &[&str]) -> Entrance {
        Entrance {
            hosts: hosts.iter().map(|host| (*host).to_string()).collect(),
            listens: listens.parse().ok(),
            proxies: proxies.iter().map(|network| Network::parse(network).unwrap()).collect(),
        }
    }

    #[test]
    fn only_its_own_names_are_known() {
        let server = entrance(&["intranet.example"], "10.0.0.5", &[]);
        for own in [
            "crm.example.com",
            "CRM.example.com:443",
            "crm.example.com.",
            "intranet.example:8080",
            "localhost:5173",
            "127.0.0.1:8080",
            "[::1]:8080",
            "10.0.0.5:8080",
        ] {
            assert!(server.knows(own, "https://crm.example.com"), "{own}");
        }
        for foreign in [
            "evil.example",
            "10.0.0.6",
            "crm.example.com.evil.example",
            "evil.example:8080",
            "",
            "[::2]",
            "localhost.evil.example",
        ] {
            assert!(!server.knows(foreign, "https://crm.example.com"), "{foreign}");
        }
    }

    #[test]
    fn a_server_that_listens_everywhere_is_called_by_any_address_but_by_no_foreign_name() {
        let server = entrance(&[], "0.0.0.0", &[]);
        assert!(server.knows("192.168.1.7:8080", "http://127.0.0.1:8080"));
        assert!(!server.knows("evil.example", "http://127.0.0.1:8080"));
    }

    fn forwarded(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), HeaderValue::from_static(text))])
    }

    #[test]
    fn only_a_proxy_of_ours_may_say_for_whom_it_speaks() {
        let server = entrance(&[], "127.0.0.1", &["127.0.0.1", "10.0.0.0/8"]);
        let client = |peer: &str, told| server.client(peer.parse().unwrap(), &forwarded(told)).to_string();
        assert_eq!(client("203.0.113.9", "198.51.100.1"), "203.0.113.9");
        assert_eq!(client("127.0.0.1", "198.51.100.1"), "198.51.100.1");
        // What stands before the last address that is not ours was written by whoever asked.
        assert_eq!(client("127.0.0.1", "1.1.1.1, 198.51.100.1, 10.3.2.1"), "198.51.100.1");
        assert_eq!(client("127.0.0.1", "nonsense"), "127.0.0.1");
        assert_eq!(client("127.0.0.1", "nonsense, 10.0.0.7"), "10.0.0.7");
        assert_eq!(client("::ffff:127.0.0.1", "198.51.100.1:4711"), "198.51.100.1");
    }

    #[test]
    fn a_network_holds_what_begins_as_it_does() {
        let network = Network::parse("10.1.0.0/16").unwrap();
        assert!(network.holds("10.1.255.255".parse().unwrap()));
        assert!(!network.holds("10.2.0.0".parse().unwrap()));
        assert!(Network::parse("0.0.0.0/0").unwrap().holds("8.8.8.8".parse().unwrap()));
        assert!(!Network::parse("0.0.0.0/0").unwrap().holds("::1".parse().unwrap()));
        assert!(Network::parse("fd00::/8").unwrap().holds("fd12::1".parse().unwrap()));
        for wrong in ["10.0.0.0/33", "nonsense", "10.0.0.0/x", ""] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }
}
