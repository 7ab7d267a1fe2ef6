//! Encrypted connections to PostgreSQL.
//!
//! Who asks for encryption gets it with the server's name and certificate checked, whichever of libpq's words he uses:
//! a connection that is encrypted towards nobody knows whom is what `require` means there, and is not offered. `prefer` and
//! `allow` promise nothing, so they are plain connections, as is an address that says nothing.

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use ::postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use ::postgres::{Client, Config, NoTls};
use kernel::{Error, Result};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

/// An address of PostgreSQL as people write it, and what it says of encryption.
#[derive(Clone)]
pub struct Address {
    pub config: Config,
    /// Those who may vouch for the server; `None` is a plain connection.
    encrypted: Option<Arc<ClientConfig>>,
}

impl Address {
    /// Reads `postgres://…` or `host=… user=…`. `sslrootcert=FILE` names whom to believe instead of the public authorities.
    pub fn parse(text: &str) -> Result<Address> {
        let (rest, asked) = apart(text);
        let config = rest.parse::<Config>().map_err(|fault| Error::Unreadable(format!("not an address: {fault}")))?;
        let encrypted = match asked.mode.as_deref() {
            None | Some("disable" | "allow" | "prefer") => None,
            Some("require" | "verify-ca" | "verify-full") => Some(believing(asked.authorities.as_deref())?),
            Some(other) => return Err(Error::Unreadable(format!("sslmode={other} is none of PostgreSQL's words"))),
        };
        let mut address = Address { config, encrypted };
        let mode = match address.encrypted {
            Some(_) => ::postgres::config::SslMode::Require,
            None => ::postgres::config::SslMode::Disable,
        };
        address.config.ssl_mode(mode);
        Ok(address)
    }

    /// Whether it names a file of this machine.
    pub fn names_a_file(text: &str) -> bool {
        apart(text).1.authorities.is_some()
    }

    pub fn connect(&self) -> std::result::Result<Client, ::postgres::Error> {
        match &self.encrypted {
            Some(config) => self.config.connect(Encrypting(config.clone())),
            None => self.config.connect(NoTls),
        }
    }
}

#[derive(Default)]
struct Asked {
    mode: Option<String>,
    authorities: Option<PathBuf>,
}

/// The address without what its driver does not read, and that.
fn apart(text: &str) -> (String, Asked) {
    let mut asked = Asked::default();
    let mut take = |part: &str| match part.split_once('=') {
        Some(("sslmode", mode)) => {
            asked.mode = Some(mode.to_owned());
            true
        }
        Some(("sslrootcert", file)) => {
            asked.authorities = Some(PathBuf::from(file.replace("%2F", "/")));
            true
        }
        _ => false,
    };
    let rest = if text.contains("://") {
        let (place, query) = text.split_once('?').unwrap_or((text, ""));
        let kept: Vec<&str> = query.split('&').filter(|part| !part.is_empty() && !take(part)).collect();
        if kept.is_empty() { place.to_owned() } else { format!("{place}?{}", kept.join("&")) }
    } else {
        text.split_whitespace().filter(|part| !take(part)).collect::<Vec<_>>().join(" ")
    };
    (rest, asked)
}

fn believing(authorities: Option<&Path>) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    match authorities {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(file) => {
            let wrong = |fault: String| Error::Unreadable(format!("sslrootcert {}: {fault}", file.display()));
            for one in CertificateDer::pem_file_iter(file).map_err(|fault| wrong(fault.to_string()))? {
                let one = one.map_err(|fault| wrong(fault.to_string()))?;
                roots.add(one).map_err(|fault| wrong(fault.to_string()))?;
            }
            if roots.is_empty() {
                return Err(wrong("there is no certificate in it".into()));
            }
        }
    }
    let provider = Arc::new(crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().map_err(Error::internal)?;
    Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

#[derive(Clone)]
struct Encrypting(Arc<ClientConfig>);

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> MakeTlsConnect<S> for Encrypting {
    type Stream = Encrypted<S>;
    type TlsConnect = Handshake;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Handshake> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        Ok(Handshake { connector: self.0.clone().into(), name })
    }
}

struct Handshake {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> TlsConnect<S> for Handshake {
    type Stream = Encrypted<S>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Encrypted<S>>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(async move { Ok(Encrypted(Box::new(self.connector.connect(self.name, stream).await?))) })
    }
}

struct Encrypted<S>(Box<tokio_rustls::client::TlsStream<S>>);

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Encrypted<S> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Encrypted<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Encrypted<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn what_an_address_says_of_encryption_is_kept_or_refused() {
        for text in [
            "postgres://db.example/crm?sslmode=require",
            "postgres://db/crm?user=a&sslmode=verify-full",
            "host=db user=a sslmode=verify-ca",
        ] {
            assert!(Address::parse(text).unwrap().encrypted.is_some(), "{text}");
        }
        for text in ["postgres://db.example/crm", "postgres://db/crm?sslmode=prefer", "host=db sslmode=disable"] {
            assert!(Address::parse(text).unwrap().encrypted.is_none(), "{text}");
        }
        let told = |text: &str| Address::parse(text).err().unwrap().to_string();
        assert!(told("postgres://db/crm?sslmode=sure").contains("none of PostgreSQL's words"));
        assert!(told("postgres://db/crm?sslmode=require&sslrootcert=/no/such/file").contains("/no/such/file"));
    }

    /// The cluster of the tests speaks both; its certificate is in the file that `RAPPORT_TEST_POSTGRES_CA` names.
    #[test]
    fn the_server_is_who_it_says_or_nobody_is_spoken_to() {
        let (Ok(url), Ok(authority)) =
            (std::env::var("RAPPORT_TEST_POSTGRES"), std::env::var("RAPPORT_TEST_POSTGRES_CA"))
        else {
            println!("no PostgreSQL with a certificate to speak to: not tried");
            return;
        };
        let joined = if url.contains('?') { '&' } else { '?' };
        let trusted = format!("{url}{joined}sslmode=verify-full&sslrootcert={authority}");
        let mut client = Address::parse(&trusted).unwrap().connect().unwrap();
        let row = client.query_one("select ssl, version from pg_stat_ssl where pid = pg_backend_pid()", &[]).unwrap();
        assert!(row.get::<_, bool>(0));
        assert!(row.get::<_, String>(1).starts_with("TLSv1."));

        // Nobody that is known vouches for it.
        let unknown = format!("{url}{joined}sslmode=require");
        assert!(Address::parse(&unknown).unwrap().connect().is_err());
        // It is vouched for under another name.
        let elsewhere = trusted.replace("127.0.0.1", "127.0.0.2");
        assert!(elsewhere != trusted && Address::parse(&elsewhere).unwrap().connect().is_err());
    }
}
