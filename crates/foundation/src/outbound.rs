//! Out of the house: which files of this machine and which addresses of the network Rapport may be pointed at.
//!
//! Whoever administers the company in a browser is not whoever runs the machine. So a path is read only if it lies in a
//! folder that the server's settings name (or in the company's own folder for files that come in), and an address is
//! reached only if it is a public one or named there. Addresses are checked after resolving, and the connection goes to
//! the address that was checked.

pub mod store;

use std::collections::HashMap;
use std::io::Read as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use kernel::{Error, Result};
// What addresses are made of in the client's own library; nobody is answered with it.
use ureq::http as wire;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use crate::access::Secret;
use crate::app::App;

/// What the server's settings allow beyond the public network.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// Folders whose files may be read as sources.
    pub folders: Vec<PathBuf>,
    /// Hosts on private networks that may be reached: `shop.internal`, `10.0.0.5`, either with `:5432` for one port.
    pub hosts: Vec<String>,
}

/// The server that mail goes out by. Whoever runs the machine named it, so it may stand on a private network.
#[derive(Debug, Clone)]
pub struct MailServer {
    /// `smtp://user:password@host:587` or `smtps://…`.
    pub url: Secret,
    /// Whom mail is from: `Rapport <crm@example.com>`.
    pub from: String,
}

/// The company's own folder for files that come in; places without a leading `/` are looked up in it.
pub fn incoming(app: &App) -> PathBuf {
    app.config().folder.join("incoming")
}

/// The file or folder that a place names, with all links followed, if it lies where the settings allow.
pub fn path(app: &App, place: &str) -> Result<PathBuf> {
    let own = incoming(app);
    std::fs::create_dir_all(&own).map_err(Error::internal)?;
    let asked = Path::new(place.trim());
    let outside = || {
        Error::invalid(
            "place",
            "not_allowed_here",
            "the path lies outside of the folders that the server's settings allow (source_folders)",
        )
    };
    if asked.as_os_str().is_empty() || asked.components().any(|part| part == Component::ParentDir) {
        return Err(outside());
    }
    let whole = own.join(asked);
    let allowed = |path: &Path| {
        let folders = std::iter::once(&own).chain(&app.config().outside.folders);
        folders.filter_map(|folder| folder.canonicalize().ok()).any(|folder| path.starts_with(folder))
    };
    match whole.canonicalize() {
        Ok(real) if allowed(&real) => Ok(real),
        Ok(_) => Err(outside()),
        // What is not there is told apart only where one may look.
        Err(_) if whole.parent().and_then(|parent| parent.canonicalize().ok()).is_some_and(|at| allowed(&at)) => {
            Err(Error::invalid("place", "not_found", format!("there is no \"{place}\"")))
        }
        Err(_) => Err(outside()),
    }
}

/// The engine on several machines that analytical questions go to.
#[derive(Debug, Clone)]
pub struct AnalysisCluster {
    /// Where it answers Arrow Flight SQL: `http://host:port`, or `https://…`.
    pub url: String,
    /// The folder or store that holds the company's lake, as the cluster sees it; none where it sees the same folder.
    pub lake: Option<String>,
    /// What it wants to be shown.
    pub token: Option<Secret>,
}

/// The addresses behind a host that may be reached.
pub fn addresses(app: &App, host: &str, port: u16) -> Result<Vec<SocketAddr>> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = (bare, port).to_socket_addrs().map_err(|fault| unreachable(host, port, &fault.to_string()))?;
    let found: Vec<SocketAddr> = found.collect();
    let named = is_named(&app.config().outside.hosts, bare, port);
    let open: Vec<SocketAddr> = found
        .iter()
        .filter(|at| named || is_public(at.ip()) || is_named(&app.config().outside.hosts, &at.ip().to_string(), port))
        .copied()
        .collect();
    if open.is_empty() {
        let detail = if found.is_empty() {
            format!("{host} has no address")
        } else {
            format!("{host} is on a private network; the server's settings must name it (source_hosts) first")
        };
        return Err(Error::invalid("place", "address_refused", detail));
    }
    Ok(open)
}

/// What a web address answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub retry_after_s: Option<u64>,
    pub body: Vec<u8>,
}

/// The one client for web addresses that somebody set up: addresses checked and pinned, no redirects, counted bytes.
pub struct Client {
    app: App,
    timeout: Duration,
    agents: HashMap<(String, u16), ureq::Agent>,
}

/// The addresses that were checked; the connection goes to one of them.
#[derive(Debug)]
struct Pinned(Vec<SocketAddr>);

impl Resolver for Pinned {
    fn resolve(
        &self,
        _: &wire::Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> std::result::Result<ResolvedSocketAddrs, ureq::Error> {
        let mut found = self.empty();
        self.0.iter().take(16).for_each(|at| found.push(*at));
        if found.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(found) }
    }
}

impl Client {
    /// A client whose answers may take so long each.
    pub fn new(app: &App, timeout: Duration) -> Client {
        Client { app: app.clone(), timeout, agents: HashMap::new() }
    }

    /// Asks an address; the answer may have so many bytes.
    pub fn get(&mut self, url: &str, headers: &[(String, String)], largest: u64) -> Result<Answer> {
        let uri: wire::Uri = url.parse().map_err(|_| Error::invalid("place", "not_a_url", "must be a web address"))?;
        let (host, port) = host_of(&uri)?;
        let agent = match self.agents.get(&(host.clone(), port)) {
            Some(agent) => agent.clone(),
            None => {
                let pinned = Pinned(addresses(&self.app, &host, port)?);
                let config = ureq::Agent::config_builder()
                    .timeout_global(Some(self.timeout))
                    .max_redirects(0)
                    .max_redirects_will_error(false)
                    .http_status_as_error(false)
                    .proxy(None)
                    .user_agent("rapport")
                    .build();
                let agent = ureq::Agent::with_parts(config, DefaultConnector::default(), pinned);
                self.agents.insert((host.clone(), port), agent.clone());
                agent
            }
        };
        let mut request = agent.get(url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let mut answer = request.call().map_err(|fault| unreachable(&host, port, &fault.to_string()))?;
        let retry_after_s =
            answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let mut body = Vec::new();
        let read = answer.body_mut().as_reader().take(largest + 1).read_to_end(&mut body);
        read.map_err(|fault| unreachable(&host, port, &fault.to_string()))?;
        if body.len() as u64 > largest {
            return Err(Error::TooLarge(format!("the answer of {host} is longer than {} MB", largest >> 20)));
        }
        Ok(Answer { status: answer.status().as_u16(), retry_after_s, body })
    }
}

fn host_of(uri: &wire::Uri) -> Result<(String, u16)> {
    let wrong = || Error::invalid("place", "not_a_url", "must be a web address such as https://shop.example/api");
    let default = match uri.scheme_str() {
        Some("https") => 443,
        Some("http") => 80,
        _ => return Err(wrong()),
    };
    let authority = uri.authority().ok_or_else(wrong)?;
    Ok((authority.host().to_ascii_lowercase(), authority.port_u16().unwrap_or(default)))
}

/// The other side does not answer.
pub fn unreachable(host: &str, port: u16, why: &str) -> Error {
    Error::conflict("source.unreachable", format!("{host}:{port} cannot be reached: {why}"))
}

fn is_named(hosts: &[String], host: &str, port: u16) -> bool {
    hosts.iter().any(|named| {
        let named = named.trim();
        named.eq_ignore_ascii_case(host)
            || named.rsplit_once(':').is_some_and(|(name, number)| {
                name.trim_start_matches('[').trim_end_matches(']').eq_ignore_ascii_case(host)
                    && number.parse() == Ok(port)
            })
    })
}

/// An address that anybody on the network may reach. Addresses within addresses (mapped, NAT64, 6to4) are unwrapped.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let special = (a == 192 && b == 0 && c == 0) || (a == 198 && (b == 18 || b == 19)) || a == 0 || a >= 240;
    let documentation = matches!((a, b, c), (192, 0, 2) | (198, 51, 100) | (203, 0, 113));
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_unspecified()
        || shared
        || special
        || documentation)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let [a, b, c, ..] = ip.segments();
    let [.., hi, lo] = ip.segments();
    let v4 = |hi: u16, lo: u16| {
        let [a, b] = hi.to_be_bytes();
        let [c, d] = lo.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    match a {
        // NAT64 (RFC 6052) and 6to4 (RFC 3056) hold an address of the old kind.
        0x64 if b == 0xff9b => is_public_v4(v4(hi, lo)),
        0x2002 => is_public_v4(v4(b, c)),
        // Global unicast is 2000::/3; within it Teredo and documentation are not for us.
        0x2001 if b == 0 || b == 0xdb8 => false,
        _ => a & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known_in_every_dress() {
        let refused = [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001:db8::1",
        ];
        for text in refused {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn a_host_is_named_whole_or_with_one_port() {
        let hosts = ["shop.internal".to_string(), "10.0.0.5:5432".into(), "[::1]:80".into()];
        assert!(is_named(&hosts, "SHOP.internal", 1));
        assert!(is_named(&hosts, "10.0.0.5", 5432));
        assert!(!is_named(&hosts, "10.0.0.5", 22));
        assert!(!is_named(&hosts, "internal", 1));
        assert!(is_named(&hosts, "::1", 80));
        assert!(!is_named(&hosts, "::1", 81));
    }
}
