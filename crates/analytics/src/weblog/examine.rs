//! A first look at a log: its format, and the site's own host as referrers tell it.

use super::line::{Format, combined};
use super::lines::{Lines, Next, unpacked};
use super::sources::{Medium, Source};
use super::{json, w3c};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Read};

/// What the first lines are like.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Survey {
    pub format: Format,
    pub lines: u64,
    pub parsed: u64,
    /// The host most requests were referred from, likely the site's own: one in five at least, and no known engine.
    pub own_host: Option<String>,
}

/// Looks at the first `most` lines.
pub fn examine(input: impl Read, most: u64) -> io::Result<Survey> {
    let mut lines = Lines::new(unpacked(input)?);
    let mut survey = Survey { format: Format::Combined, lines: 0, parsed: 0, own_host: None };
    let mut columns = w3c::Columns::default();
    let mut hosts: BTreeMap<String, u64> = BTreeMap::new();
    let mut referred = 0;
    while survey.lines < most {
        let text = match lines.next()? {
            Next::End => break,
            Next::TooLong => continue,
            Next::Line(text) => text,
        };
        if text.is_empty() {
            continue;
        }
        if survey.lines == 0 {
            survey.format = Format::of(text);
        }
        if survey.format == Format::W3c && text.starts_with(b"#") {
            columns.directive(text);
            continue;
        }
        survey.lines += 1;
        let line = match survey.format {
            Format::Combined => combined(text, false),
            Format::W3c => columns.line(text, false),
            Format::Json => json::line(text, false),
        };
        let Ok(line) = line else { continue };
        survey.parsed += 1;
        if !line.referrer.is_empty() {
            referred += 1;
            let source = Source::of(&line.referrer, b"", &[]);
            if source.medium == Medium::Referral {
                *hosts.entry(source.name).or_default() += 1;
            }
        }
    }
    let most_frequent = hosts.into_iter().max_by_key(|(_, count)| *count);
    survey.own_host = most_frequent.filter(|(_, count)| 5 * count >= referred).map(|(host, _)| host);
    Ok(survey)
}
