//! A line to a mail server: addresses checked and pinned by [`outbound`], TLS from the first byte or later, patience with an
//! end. It blocks, on a thread of its own.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use foundation::{App, outbound};
use kernel::{Error, Result};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::Trouble;

/// A server that says nothing for so long is away.
pub const PATIENCE: Duration = Duration::from_secs(30);
const CONNECTING: Duration = Duration::from_secs(15);

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte.
    Whole,
    /// Demanded after the greeting.
    Start,
    /// Never: only for a server on this machine or one that the server's settings name.
    Plain,
}

impl Tls {
    pub fn parse(text: &str) -> Option<Tls> {
        match text {
            "tls" => Some(Tls::Whole),
            "starttls" => Some(Tls::Start),
            "none" => Some(Tls::Plain),
            _ => None,
        }
    }
}

/// Where a mail server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
}

/// The addresses of a server that may be reached. Checked now, connected to as checked.
pub fn addresses(app: &App, server: &Server) -> std::result::Result<Vec<SocketAddr>, Trouble> {
    let found = outbound::addresses(app, &server.host, server.port).map_err(|fault| match fault {
        Error::Invalid(_) => Trouble::of("address_refused", &fault.to_string()),
        other => Trouble::of("unreachable", &other.to_string()),
    })?;
    // Without TLS a password is for everybody on the way.
    if server.tls == Tls::Plain && found.iter().any(|at| !at.ip().is_loopback()) {
        return Err(Trouble::of("needs_tls", "a password goes over the network only under TLS"));
    }
    Ok(found)
}

/// An open line.
pub struct Wire {
    stream: Stream,
    host: String,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
    /// Between the two.
    Gone,
}

impl Wire {
    pub fn open(app: &App, server: &Server) -> std::result::Result<Wire, Trouble> {
        let mut last = Trouble::of("unreachable", "the server has no address");
        for at in addresses(app, server)? {
            match TcpStream::connect_timeout(&at, CONNECTING) {
                Ok(stream) => {
                    let mut wire = Wire { stream: Stream::Plain(stream), host: server.host.clone() };
                    wire.set_patience(PATIENCE)?;
                    if server.tls == Tls::Whole {
                        wire.start_tls()?;
                    }
                    return Ok(wire);
                }
                Err(fault) => last = Trouble::of("unreachable", &fault.to_string()),
            }
        }
        Err(last)
    }

    /// Turns to TLS; the certificate must be good for the host.
    pub fn start_tls(&mut self) -> std::result::Result<(), Trouble> {
        let Stream::Plain(tcp) = std::mem::replace(&mut self.stream, Stream::Gone) else {
            return Err(Trouble::of("tls", "the line is under TLS already"));
        };
        let bare = self.host.trim_start_matches('[').trim_end_matches(']').to_string();
        let name = ServerName::try_from(bare).map_err(|fault| Trouble::of("tls", &fault.to_string()))?;
        let config = config().map_err(|fault| Trouble::of("tls", &fault.to_string()))?;
        let session = ClientConnection::new(config, name).map_err(|fault| Trouble::of("tls", &fault.to_string()))?;
        let mut stream = StreamOwned::new(session, tcp);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).map_err(|fault| Trouble::of("tls", &fault.to_string()))?;
        }
        self.stream = Stream::Tls(Box::new(stream));
        Ok(())
    }

    pub fn set_patience(&self, patience: Duration) -> std::result::Result<(), Trouble> {
        let tcp = match &self.stream {
            Stream::Plain(tcp) => tcp,
            Stream::Tls(tls) => &tls.sock,
            Stream::Gone => return Err(Trouble::of("unreachable", "the line is closed")),
        };
        tcp.set_read_timeout(Some(patience))
            .and_then(|()| tcp.set_write_timeout(Some(PATIENCE)))
            .map_err(|fault| Trouble::of("unreachable", &fault.to_string()))
    }

    /// Reads some bytes; none at the end of the line.
    pub fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        match &mut self.stream {
            Stream::Plain(tcp) => tcp.read(into),
            Stream::Tls(tls) => tls.read(into),
            Stream::Gone => Ok(0),
        }
    }

    pub fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match &mut self.stream {
            Stream::Plain(tcp) => tcp.write_all(bytes),
            Stream::Tls(tls) => tls.write_all(bytes).and_then(|()| tls.flush()),
            Stream::Gone => Err(std::io::ErrorKind::NotConnected.into()),
        }
    }
}

/// Who vouches for servers: the roots that browsers trust.
fn config() -> Result<Arc<ClientConfig>> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(Error::internal)?.with_root_certificates(roots).with_no_client_auth();
    Ok(Arc::new(config))
}
