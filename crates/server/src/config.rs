//! Settings: what the command line says goes before the environment, that before the file `rapport.toml` in the data
//! folder, and that before what is usual.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use db::Target;
use foundation::Config;
use foundation::access::Secret;
use foundation::doors::entrance::{Entrance, Network};
use foundation::outbound::store::{ObjectStore, Objects};
use foundation::outbound::{Allowed, AnalysisCluster, MailServer};
use kernel::{Clock, Error, Result};
use serde::Deserialize;

/// Where the server listens unless told otherwise.
pub const LISTEN: &str = "127.0.0.1:8080";

/// Which company: on every command.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The folder with the company's data; it is made if it is not there.
    #[arg(long, value_name = "DIR", env = "RAPPORT_DATA", default_value = "data")]
    pub data: PathBuf,
    /// Keep the records in PostgreSQL: postgres://user:password@host/name
    #[arg(long, value_name = "URL", env = "RAPPORT_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// Read the settings from this file instead of rapport.toml in the data folder.
    #[arg(long, value_name = "FILE", env = "RAPPORT_CONFIG")]
    pub config: Option<PathBuf>,
    /// Send mail by this server: smtp://user:password@host:587 or smtps://…
    #[arg(long, value_name = "URL", env = "RAPPORT_MAIL_URL", hide_env_values = true)]
    pub mail_url: Option<String>,
    /// Whom mail is from: "Rapport <crm@example.com>"
    #[arg(long, value_name = "ADDRESS", env = "RAPPORT_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// Ask this engine on several machines analytical questions, by Arrow Flight SQL: http://host:port
    #[arg(long, value_name = "URL", env = "RAPPORT_CLUSTER")]
    pub cluster: Option<String>,
    /// Keep the lake's files of events in this store of objects: https://host/bucket/folder
    #[arg(long, value_name = "URL", env = "RAPPORT_LAKE_URL")]
    pub lake_url: Option<String>,
    /// Who the store of objects is told we are.
    #[arg(long, value_name = "ID", env = "RAPPORT_LAKE_KEY_ID")]
    pub lake_key_id: Option<String>,
    /// With which key it is told so.
    #[arg(long, value_name = "KEY", env = "RAPPORT_LAKE_SECRET", hide_env_values = true)]
    pub lake_secret: Option<String>,
}

/// The file `rapport.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Address and port to listen on.
    pub listen: Option<String>,
    /// Where people reach the workspace, `https://crm.example.com`. Links and the checks of foreign pages use it.
    pub origin: Option<String>,
    /// Further names by which it is called, `["crm.internal"]`. A request for any other name is answered with 421.
    pub hosts: Vec<String>,
    /// Proxies in front of it, `["127.0.0.1", "10.0.0.0/8"]`: only their `X-Forwarded-For` is believed.
    pub proxies: Vec<String>,
    /// `postgres://…`; without it the database is a file in the data folder.
    pub database: Option<String>,
    /// Folders of this machine whose files may be read as sources, beside `incoming` in the data folder.
    pub source_folders: Vec<PathBuf>,
    /// Hosts on private networks that sources may be read from: `["shop.internal", "10.0.0.5:5432"]`.
    pub source_hosts: Vec<String>,
    /// By which server mail goes out.
    pub mail: Mail,
    /// Which engine on several machines is asked analytical questions.
    pub cluster: Cluster,
    /// Where the lake's files of events lie.
    pub lake: Lake,
    /// What is logged: `info`, `debug`, `foundation=debug`.
    pub log: Option<String>,
}

/// The part `[mail]` of the file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// `smtp://user:password@host:587` or `smtps://…`; signs that mean something in an address are written `%40`.
    pub url: Option<Secret>,
    /// `Rapport <crm@example.com>`.
    pub from: Option<String>,
}

/// The part `[cluster]` of the file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cluster {
    /// Where it answers Arrow Flight SQL: `http://host:port`, or `https://…`.
    pub url: Option<String>,
    /// The folder `lake` of the data folder as the cluster sees it, `s3://…` or a path; without it they see the same.
    pub lake: Option<String>,
    /// Sent as a bearer's token.
    pub token: Option<Secret>,
}

/// The part `[lake]` of the file: a store of objects that is spoken to as S3 is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lake {
    /// `https://host/bucket` or `https://host/bucket/folder`; without it the files lie in the data folder.
    pub url: Option<String>,
    /// `us-east-1` unless said otherwise.
    pub region: Option<String>,
    pub key_id: Option<String>,
    pub secret: Option<Secret>,
}

impl Place {
    /// The settings of the file; a missing file is an empty one, unless it was asked for by name.
    pub fn settings(&self) -> Result<Settings> {
        let (path, asked) = match &self.config {
            Some(path) => (path.clone(), true),
            None => (self.data.join("rapport.toml"), false),
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                toml::from_str(&text).map_err(|e| Error::Unreadable(format!("{}: {}", path.display(), e.message())))
            }
            Err(missing) if missing.kind() == std::io::ErrorKind::NotFound && !asked => Ok(Settings::default()),
            Err(fault) => Err(Error::Unreadable(format!("{}: {fault}", path.display()))),
        }
    }

    /// Where the records are.
    pub fn target(&self, settings: &Settings) -> Target {
        match self.database.clone().or_else(|| settings.database.clone()) {
            Some(url) => Target::Postgres(url),
            None => Target::Folder(self.data.clone()),
        }
    }

    /// How the company is opened. `origin` is where people reach the server.
    pub fn company(&self, settings: &Settings, origin: String, entrance: Entrance) -> Result<Config> {
        let outside = Allowed { folders: settings.source_folders.clone(), hosts: settings.source_hosts.clone() };
        let (target, folder) = (self.target(settings), self.data.clone());
        let mail = self.mail(settings)?;
        let cluster = self.cluster(settings);
        let lake = self.lake(settings)?;
        Ok(Config { target, folder, clock: Clock::system(), origin, entrance, outside, mail, cluster, lake })
    }

    /// The engine on several machines, if one was named.
    fn cluster(&self, settings: &Settings) -> Option<AnalysisCluster> {
        let url = self.cluster.clone().or_else(|| settings.cluster.url.clone())?;
        Some(AnalysisCluster { url, lake: settings.cluster.lake.clone(), token: settings.cluster.token.clone() })
    }

    /// The store of the lake, if one was named. A setting that cannot work is refused by name.
    fn lake(&self, settings: &Settings) -> Result<Option<ObjectStore>> {
        let Some(url) = self.lake_url.clone().or_else(|| settings.lake.url.clone()) else { return Ok(None) };
        let missing = |name: &str| Error::Unreadable(format!("lake: `{name}` is missing"));
        let key_id = self.lake_key_id.clone().or_else(|| settings.lake.key_id.clone());
        let secret = self.lake_secret.as_ref().map(Secret::new).or_else(|| settings.lake.secret.clone());
        let store = ObjectStore {
            url,
            region: settings.lake.region.clone().unwrap_or_else(|| "us-east-1".into()),
            key_id: key_id.ok_or_else(|| missing("key_id"))?,
            secret: secret.ok_or_else(|| missing("secret"))?,
        };
        Objects::new(&store)?;
        Ok(Some(store))
    }

    /// The server that mail goes out by; none if nobody named one. A setting that cannot work is refused by name.
    fn mail(&self, settings: &Settings) -> Result<Option<MailServer>> {
        let url = self.mail_url.as_ref().map(Secret::new).or_else(|| settings.mail.url.clone());
        let from = self.mail_from.clone().or_else(|| settings.mail.from.clone());
        let server = match (url, from) {
            (None, None) => return Ok(None),
            (Some(url), Some(from)) => MailServer { url, from },
            (None, Some(_)) => return Err(Error::Unreadable("mail: `url` is missing".into())),
            (Some(_), None) => return Err(Error::Unreadable("mail: `from` is missing".into())),
        };
        channels::email::Email::new(&server)?;
        Ok(Some(server))
    }

    /// Fails where there is no company yet, so that a mistyped folder is not taken for an empty company.
    pub fn must_exist(&self, settings: &Settings) -> Result<()> {
        match self.target(settings) {
            Target::Postgres(_) => Ok(()),
            Target::Folder(folder) if folder.join("rapport.db").exists() => Ok(()),
            Target::Folder(folder) => Err(Error::Unreadable(format!("there is no company in {}", folder.display()))),
        }
    }
}

/// By which names a server that listens there is called, and which proxies it believes.
pub fn entrance(hosts: Vec<String>, proxies: &[String], listen: &str) -> Result<Entrance> {
    let networks = proxies.iter().map(|text| {
        Network::parse(text).ok_or_else(|| Error::Unreadable(format!("proxies: `{text}` is no address and no network")))
    });
    let listens = listen.parse::<SocketAddr>().ok().map(|address| address.ip());
    Ok(Entrance { hosts, listens, proxies: networks.collect::<Result<_>>()? })
}

/// `http://` and the address people can open: a server that listens everywhere is reached at this machine.
pub fn origin_of(listen: &str) -> String {
    let shown = listen.replacen("0.0.0.0:", "127.0.0.1:", 1).replacen("[::]:", "localhost:", 1);
    format!("http://{shown}")
}

/// The path without what a person would not write, for messages.
pub fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_setting_is_refused_by_name() {
        let fault = toml::from_str::<Settings>("listn = \"1.2.3.4:5\"").unwrap_err();
        assert!(fault.message().contains("listn"), "{}", fault.message());
    }

    #[test]
    fn a_store_is_named_whole_or_not_at_all() {
        let file = |text: &str| toml::from_str::<Settings>(text).unwrap();
        let place = Place {
            data: "data".into(),
            database: None,
            config: None,
            mail_url: None,
            mail_from: None,
            cluster: None,
            lake_url: None,
            lake_key_id: None,
            lake_secret: None,
        };
        assert!(place.lake(&file("")).unwrap().is_none());
        let url = "[lake]\nurl = \"https://s3.example/company/lake\"\n";
        let fault = |text: String| place.lake(&file(&text)).unwrap_err().to_string();
        assert!(fault(url.into()).contains("`key_id` is missing"));
        assert!(fault(format!("{url}key_id = \"a\"")).contains("`secret` is missing"));
        assert!(fault("[lake]\nurl = \"s3://b\"\nkey_id = \"a\"\nsecret = \"b\"".into()).contains("cannot be"));
        let whole = place.lake(&file(&format!("{url}key_id = \"a\"\nsecret = \"b\""))).unwrap().unwrap();
        assert_eq!((whole.region.as_str(), whole.key_id.as_str()), ("us-east-1", "a"));
    }

    #[test]
    fn mail_is_set_up_whole_or_not_at_all() {
        let place = |url: Option<&str>, from: Option<&str>| Place {
            data: "data".into(),
            database: None,
            config: None,
            mail_url: url.map(Into::into),
            mail_from: from.map(Into::into),
            cluster: None,
            lake_url: None,
            lake_key_id: None,
            lake_secret: None,
        };
        let (url, from) = ("smtp://mail.example:587", "crm@example.com");
        let none = Settings::default();
        assert!(place(None, None).mail(&none).unwrap().is_none());
        assert!(place(Some(url), None).mail(&none).unwrap_err().to_string().contains("`from` is missing"));
        assert!(place(None, Some(from)).mail(&none).unwrap_err().to_string().contains("`url` is missing"));
        let file: Settings = toml::from_str(&format!("[mail]\nurl = \"{url}\"\nfrom = \"{from}\"")).unwrap();
        assert_eq!(place(None, None).mail(&file).unwrap().unwrap().from, from);
        let said = place(None, Some("sales@example.com")).mail(&file).unwrap().unwrap();
        assert_eq!(said.from, "sales@example.com", "the command line goes before the file");
        assert!(!format!("{file:?}").contains("mail.example"), "an address with its password is not printed");
    }

    #[test]
    fn a_proxy_that_is_no_address_is_refused_by_name() {
        let fault = entrance(Vec::new(), &["10.0.0.0/8".into(), "proxy".into()], LISTEN).unwrap_err();
        assert!(fault.to_string().contains("`proxy`"), "{fault}");
    }

    #[test]
    fn a_server_that_listens_everywhere_is_reached_here() {
        assert_eq!(origin_of("0.0.0.0:9000"), "http://127.0.0.1:9000");
        assert_eq!(origin_of("127.0.0.1:8080"), "http://127.0.0.1:8080");
    }
}
