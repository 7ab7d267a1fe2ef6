//! The W3C's extended log format: a `#Fields` line names the columns of those after it (IIS, CloudFront).

use super::line::{Damage, Line, count_of, is_address, present, status_of};
use super::moment;
use std::borrow::Cow;

/// Which column a field stands in, as the last directives said.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    count: usize,
    date: Option<usize>,
    time: Option<usize>,
    address: Option<usize>,
    forwarded: Option<usize>,
    method: Option<usize>,
    stem: Option<usize>,
    query: Option<usize>,
    status: Option<usize>,
    bytes: Option<usize>,
    referrer: Option<usize>,
    agent: Option<usize>,
    /// The day of a `#Date` line, for logs whose lines have the time only.
    day: Vec<u8>,
}

impl Columns {
    /// Takes in a line that begins with `#`.
    pub fn directive(&mut self, line: &[u8]) {
        if let Some(date) = after(line, b"#date:") {
            self.day = date.get(..10).unwrap_or_default().to_vec();
        }
        let Some(fields) = after(line, b"#fields:") else { return };
        *self = Columns { day: std::mem::take(&mut self.day), ..Columns::default() };
        for (index, field) in words(fields).enumerate() {
            self.count = index + 1;
            let slot = match field.to_ascii_lowercase().as_slice() {
                b"date" => &mut self.date,
                b"time" => &mut self.time,
                b"c-ip" => &mut self.address,
                b"x-forwarded-for" | b"cs(x-forwarded-for)" => &mut self.forwarded,
                b"cs-method" => &mut self.method,
                b"cs-uri-stem" | b"cs-uri" => &mut self.stem,
                b"cs-uri-query" => &mut self.query,
                b"sc-status" => &mut self.status,
                b"sc-bytes" => &mut self.bytes,
                b"cs(referer)" => &mut self.referrer,
                b"cs(user-agent)" => &mut self.agent,
                _ => continue,
            };
            *slot = slot.or(Some(index));
        }
    }

    /// Reads a line of values.
    pub fn line<'a>(&self, line: &'a [u8], forwarded: bool) -> Result<Line<'a>, Damage> {
        let values: Vec<&[u8]> = words(line).take(self.count + 1).collect();
        if self.count == 0 || values.len() != self.count {
            return Err(Damage::OtherFields);
        }
        let value = |column: Option<usize>| present(column.and_then(|at| values.get(at)).copied().unwrap_or_default());
        let day = if self.date.is_some() { value(self.date) } else { &self.day };
        let at = moment::w3c(day, value(self.time)).ok_or(Damage::NoTime)?;
        let first = value(self.forwarded).split(|byte| *byte == b',' || *byte == b'+').next().unwrap_or_default();
        let address = if forwarded && is_address(first) { first } else { value(self.address) };
        if address.is_empty() {
            return Err(Damage::NoAddress);
        }
        if self.stem.is_none() {
            return Err(Damage::NoRequest);
        }
        let (stem, query) = (value(self.stem), value(self.query));
        let target = if query.is_empty() { Cow::Borrowed(stem) } else { Cow::Owned([stem, b"?", query].concat()) };
        Ok(Line {
            address: address.into(),
            at,
            method: value(self.method).into(),
            target,
            status: status_of(value(self.status)).ok_or(Damage::NoStatus)?,
            bytes: count_of(value(self.bytes)).ok_or(Damage::NoStatus)?,
            referrer: value(self.referrer).into(),
            agent: spaced(value(self.agent)),
            is_cut: false,
        })
    }
}

/// What follows a directive's name, whatever its case.
fn after<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let head = line.get(..name.len())?;
    head.eq_ignore_ascii_case(name).then(|| line[name.len()..].trim_ascii())
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty())
}

/// A user agent's blanks stand as `+` or `%20` here.
fn spaced(agent: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr2(b'+', b'%', agent).is_none() {
        return Cow::Borrowed(agent);
    }
    let mut spaced = Vec::with_capacity(agent.len());
    let mut rest = agent;
    while let Some((first, after)) = rest.split_first() {
        match (first, after) {
            (b'%', [b'2', b'5', b'2', b'0', tail @ ..]) | (b'%', [b'2', b'0', tail @ ..]) => {
                spaced.push(b' ');
                rest = tail;
            }
            (byte, tail) => {
                spaced.push(if *byte == b'+' { b' ' } else { *byte });
                rest = tail;
            }
        }
    }
    Cow::Owned(spaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_where_the_fields_line_says_and_may_change_within_a_file() {
        let mut columns = Columns::default();
        assert_eq!(columns.line(b"2015-05-17 10:05:03", false), Err(Damage::OtherFields));
        columns.directive(
            b"#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent) cs(Referer)",
        );
        let text = b"2015-05-17 10:05:03 1.2.3.4 GET /shop id=7 200 Mozilla/5.0+(Windows+NT+10.0) -";
        let line = columns.line(text, false).unwrap();
        assert_eq!((line.at, &*line.target, line.status), (1_431_857_103, &b"/shop?id=7"[..], 200));
        assert_eq!((&*line.agent, line.referrer.len()), (&b"Mozilla/5.0 (Windows NT 10.0)"[..], 0));

        columns.directive(b"#Date: 2015-05-17 00:00:00");
        columns.directive(b"#Fields: time c-ip cs-uri-stem sc-status sc-bytes");
        let line = columns.line(b"10:05:03\t::1\t/\t404\t12", false).unwrap();
        assert_eq!((line.at, line.status, line.bytes), (1_431_857_103, 404, 12));
        assert_eq!(columns.line(b"10:05:03 ::1 / 404", false), Err(Damage::OtherFields));
    }
}
