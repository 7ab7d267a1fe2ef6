//! Where an address is, by a table that the company brings: lines of a CSV with a first and a last address (or a network
//! such as `192.0.2.0/24`) and a country's code. Nothing is asked over the network, and the address itself is not kept.

mod queries;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use foundation::{App, Operation, Reader};
use kernel::{Error, Result, Time};
use serde_json::{Value as Json, json};

/// Bytes of one range: first and last address, country.
const WIDTH: usize = 34;
/// A table may have so many ranges.
const MOST: usize = 2_000_000;

/// Ranges of addresses in order, IPv4 as mapped into IPv6.
#[derive(Debug, Default, PartialEq)]
pub struct Countries {
    ranges: Vec<(u128, u128, [u8; 2])>,
}

impl Countries {
    /// Reads a table. Fails with the number of the first line that is none; a first line of names is passed over.
    pub fn parse(text: &str) -> Result<Countries> {
        let mut ranges = Vec::new();
        for (number, line) in (1_usize..).zip(text.lines()) {
            let line = line.trim().trim_start_matches('\u{feff}');
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match range(line) {
                Some(range) => ranges.push(range),
                None if number == 1 => {}
                None => {
                    let why = format!("line {number} is not `first,last,country` or `network,country`");
                    return Err(Error::invalid("", "not_a_range", why));
                }
            }
            if ranges.len() > MOST {
                return Err(Error::TooLarge(format!("a table may have {MOST} ranges")));
            }
        }
        if ranges.is_empty() {
            return Err(Error::invalid("", "not_a_range", "there is no range of addresses in the file"));
        }
        ranges.sort_unstable();
        Ok(Countries { ranges })
    }

    /// The country of an address as a log or a socket writes it.
    pub fn of(&self, address: &str) -> Option<[u8; 2]> {
        let address = number(address.trim().parse().ok()?);
        let after = self.ranges.partition_point(|(first, _, _)| *first <= address);
        let (_, last, country) = self.ranges.get(after.checked_sub(1)?)?;
        (address <= *last).then_some(*country)
    }

    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    fn packed(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.ranges.len() * WIDTH);
        for (first, last, country) in &self.ranges {
            bytes.extend_from_slice(&first.to_be_bytes());
            bytes.extend_from_slice(&last.to_be_bytes());
            bytes.extend_from_slice(country);
        }
        bytes
    }

    fn unpacked(bytes: &[u8]) -> Countries {
        let range = |chunk: &[u8]| {
            let (first, rest) = chunk.split_first_chunk::<16>()?;
            let (last, country) = rest.split_first_chunk::<16>()?;
            let (country, _) = country.split_first_chunk::<2>()?;
            Some((u128::from_be_bytes(*first), u128::from_be_bytes(*last), *country))
        };
        Countries { ranges: bytes.chunks_exact(WIDTH).filter_map(range).collect() }
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_ipv6_mapped()),
        IpAddr::V6(address) => u128::from(address),
    }
}

fn range(line: &str) -> Option<(u128, u128, [u8; 2])> {
    let cells: Vec<&str> = line.split([',', ';', '\t']).map(|cell| cell.trim().trim_matches('"')).collect();
    let (first, last, country) = match cells.as_slice() {
        [network, country] | [network, country, ..] if network.contains('/') => {
            let (first, last) = of_network(network)?;
            (first, last, country)
        }
        [first, last, country, ..] => (number(first.parse().ok()?), number(last.parse().ok()?), country),
        _ => return None,
    };
    let code = <[u8; 2]>::try_from(country.as_bytes()).ok().filter(|code| code.iter().all(u8::is_ascii_alphabetic))?;
    (first <= last).then_some((first, last, code.map(|letter| letter.to_ascii_uppercase())))
}

fn of_network(network: &str) -> Option<(u128, u128)> {
    let (address, length) = network.split_once('/')?;
    let (address, length): (IpAddr, u32) = (address.parse().ok()?, length.parse().ok()?);
    let width = if address.is_ipv4() { 32 } else { 128 };
    let free = 128 - (128 - width) - length.min(width);
    let rest = 1_u128.checked_shl(free).map_or(u128::MAX, |size| size - 1);
    let first = number(address) & !rest;
    Some((first, first | rest))
}

/// The company's table; empty where there is none. Read once for each version of it.
pub fn current(app: &App, reader: &mut Reader) -> Result<Arc<Countries>> {
    type Kept = Mutex<Option<((std::path::PathBuf, i64), Arc<Countries>)>>;
    static KEPT: OnceLock<Kept> = OnceLock::new();
    let kept = KEPT.get_or_init(Mutex::default);
    let Some((_, _, loaded_at)) = queries::about(reader.tx)? else { return Ok(Arc::default()) };
    let key = (app.config().folder.clone(), loaded_at);
    if let Some((at, countries)) = &*kept.lock().unwrap_or_else(PoisonError::into_inner)
        && *at == key
    {
        return Ok(countries.clone());
    }
    let countries = Arc::new(Countries::unpacked(&queries::packed(reader.tx)?));
    *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((key, countries.clone()));
    Ok(countries)
}

/// Takes a table in, in place of the one there was.
pub fn replace(op: &mut Operation, name: &str, countries: &Countries) -> Result<Json> {
    op.who.need_admin()?;
    let ranges = i64::try_from(countries.ranges.len()).unwrap_or(i64::MAX);
    let now = op.now;
    queries::put(op.tx, name, ranges, now, countries.packed())?;
    show(op)
}

/// Takes the table away.
pub fn remove(op: &mut Operation) -> Result<()> {
    op.who.need_admin()?;
    queries::remove(op.tx)
}

/// `{"name","ranges","loaded_at"}`, or null where there is none.
pub fn show(reader: &mut Reader) -> Result<Json> {
    let about = queries::about(reader.tx)?;
    Ok(about.map_or(Json::Null, |(name, ranges, at)| json!({ "name": name, "ranges": ranges, "loaded_at": Time(at) })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_networks_of_both_kinds_name_a_country() {
        let table = "start,end,country\n\"192.0.2.0\",\"192.0.2.127\",\"RO\"\n198.51.100.0/24;md\n2001:db8::/32,CN\n";
        let countries = Countries::unpacked(&Countries::parse(table).unwrap().packed());
        for (address, country) in [
            ("192.0.2.0", Some(*b"RO")),
            ("192.0.2.127", Some(*b"RO")),
            ("192.0.2.128", None),
            ("198.51.100.255", Some(*b"MD")),
            ("2001:db8:ffff::1", Some(*b"CN")),
            ("2001:db9::", None),
            ("not an address", None),
        ] {
            assert_eq!(countries.of(address), country, "{address}");
        }
    }

    #[test]
    fn a_line_that_is_no_range_is_named() {
        for table in ["a,b\nc,d,e\n", "", "192.0.2.9,192.0.2.1,RO", "192.0.2.0/24,ROM\n1.1.1.1,1.1.1.1,RO\nx"] {
            assert!(Countries::parse(table).is_err(), "{table}");
        }
    }
}
