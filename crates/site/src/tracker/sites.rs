//! Which sites are counted, and by which names they are reached.

use db::Tx;
use kernel::{Id, Result};

use super::queries;

/// A site of the company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub id: Id,
    /// Lower case, without `www.`.
    pub domains: Vec<String>,
}

/// The sites that are counted.
pub fn load(tx: &mut Tx) -> Result<Vec<Known>> {
    let split = |text: &str| -> Vec<String> {
        text.split([',', ';', ' ', '\n']).map(bare_host).filter(|host| !host.is_empty()).collect()
    };
    Ok(queries::sites(tx)?.into_iter().map(|(id, domains)| Known { id, domains: split(&domains) }).collect())
}

/// The site that a page's origin or address belongs to.
pub fn of<'s>(sites: &'s [Known], origin: &str) -> Option<&'s Known> {
    let (scheme, _) = origin.split_once("://")?;
    let host = bare_host(origin);
    (matches!(scheme, "http" | "https") && !host.is_empty())
        .then(|| sites.iter().find(|site| site.domains.contains(&host)))
        .flatten()
}

/// The host of an address in lower case, without scheme, port, path and `www.`.
pub fn bare_host(host: &str) -> String {
    let host = host.trim().to_ascii_lowercase();
    let host = host.split_once("://").map_or(host.as_str(), |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    host.strip_prefix("www.").unwrap_or(host).trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_known_by_its_own_names_only() {
        let shop = Known { id: Id::at(1), domains: vec!["shop.example".into(), "127.0.0.1".into()] };
        let sites = [shop];
        for own in ["https://shop.example", "http://www.SHOP.example:8080/a?b", "http://127.0.0.1:9"] {
            assert!(of(&sites, own).is_some(), "{own}");
        }
        for other in [
            "null",
            "",
            "https://shop.example.evil.test",
            "https://evil.test/shop.example",
            "https://shop.example@evil.test",
            "ftp://shop.example",
            "https://notshop.example",
        ] {
            assert!(of(&sites, other).is_none(), "{other}");
        }
    }
}
