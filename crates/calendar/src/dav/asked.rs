//! What a client asks: the bodies of PROPFIND and REPORT, read.

use jiff::tz::TimeZone;
use kernel::{Error, Result, Time};
use roxmltree::{Document, Node};

use crate::ics::read_value;

/// Namespaces, with the letters that answers use for them.
pub const DAV: &str = "DAV:";
pub const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
pub const CARDDAV: &str = "urn:ietf:params:xml:ns:carddav";
pub const SERVER: &str = "http://calendarserver.org/ns/";

/// Names asked for in one request, and things.
const MOST_NAMES: usize = 200;
const MOST_HREFS: usize = 5_000;
/// The longest stretch of one question about who is busy.
const LONGEST_WINDOW_MS: i64 = 366 * 24 * 60 * 60 * 1000;

/// A property by its namespace and name.
pub type Name = (String, String);

/// Which properties.
#[derive(Debug, Clone, PartialEq)]
pub enum Properties {
    /// Those that everybody wants, without the things themselves.
    Usual,
    Named(Vec<Name>),
}

/// What a REPORT asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Report {
    /// These things.
    Multiget(Vec<String>),
    /// Things that match.
    Query(Filter),
    /// What changed since a token; none is everything.
    Sync(Option<String>),
    /// When its owner is busy, between these.
    Busy((Time, Time)),
}

/// What a thing must be to be found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// The component that it must have.
    pub component: Option<String>,
    /// It takes place between these.
    pub range: Option<(Time, Time)>,
    /// Texts in its properties.
    pub texts: Vec<Text>,
    /// Whether one of the texts is enough.
    pub any: bool,
}

/// A property that is there, or not, or has a text in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    pub property: String,
    pub is_defined: bool,
    /// In small letters; none where it is enough that the property is there.
    pub text: Option<String>,
    pub is_equal: bool,
    pub is_not: bool,
}

fn document(text: &str) -> Result<Document<'_>> {
    // Document types, and with them entities, are not read.
    Document::parse(text).map_err(|fault| Error::Unreadable(fault.to_string()))
}

fn name_of(node: Node) -> Name {
    (node.tag_name().namespace().unwrap_or_default().to_string(), node.tag_name().name().to_string())
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.is_element() && child.tag_name().name() == name)
}

/// The properties of a PROPFIND; an empty body wants the usual.
pub fn propfind(body: &str) -> Result<Properties> {
    if body.trim().is_empty() {
        return Ok(Properties::Usual);
    }
    Ok(properties(document(body)?.root_element()))
}

fn properties(node: Node) -> Properties {
    match child(node, "prop") {
        Some(prop) => {
            Properties::Named(prop.children().filter(Node::is_element).take(MOST_NAMES).map(name_of).collect())
        }
        None => Properties::Usual,
    }
}

/// A REPORT with the properties that its answer has.
pub fn report(body: &str) -> Result<(Report, Properties)> {
    let document = document(body)?;
    let root = document.root_element();
    let report = match root.tag_name().name() {
        "calendar-multiget" | "addressbook-multiget" => {
            let hrefs = root.children().filter(|node| node.tag_name().name() == "href").take(MOST_HREFS);
            Report::Multiget(hrefs.filter_map(|node| node.text()).map(|text| text.trim().to_string()).collect())
        }
        "calendar-query" | "addressbook-query" => {
            Report::Query(child(root, "filter").map(filter).transpose()?.unwrap_or_default())
        }
        "sync-collection" => {
            let token = child(root, "sync-token").and_then(|node| node.text()).map(|text| text.trim().to_string());
            Report::Sync(token.filter(|token| !token.is_empty()))
        }
        "free-busy-query" => Report::Busy(window(root)?),
        other => return Err(Error::Unreadable(format!("the report `{other}` is not known"))),
    };
    Ok((report, properties(root)))
}

/// The days of a question about who is busy: both ends are said, and they are not more than a year apart.
fn window(node: Node) -> Result<(Time, Time)> {
    let wrong = |why: &str| Error::Unreadable(why.to_string());
    let asked = child(node, "time-range").ok_or_else(|| wrong("a time-range is missing"))?;
    let (from, to) = range(asked)?;
    if from.0 == i64::MIN || to.0 == i64::MAX || to <= from || to.0.saturating_sub(from.0) > LONGEST_WINDOW_MS {
        return Err(wrong("a time-range has a start and an end, at most a year apart"));
    }
    Ok((from, to))
}

fn filter(node: Node) -> Result<Filter> {
    let mut found = Filter { any: node.attribute("test") != Some("allof"), ..Filter::default() };
    let mut inside = Some(node);
    while let Some(node) = inside {
        for child in node.children().filter(Node::is_element) {
            match child.tag_name().name() {
                "prop-filter" => found.texts.push(text(child)),
                "time-range" => found.range = Some(range(child)?),
                _ => {}
            }
        }
        inside = child(node, "comp-filter");
        if let Some(name) = inside.and_then(|node| node.attribute("name")) {
            if name != "VCALENDAR" {
                found.component = Some(name.to_ascii_uppercase());
            }
            // All of what a calendar is asked for must hold; only address books let one be enough.
            found.any = false;
        }
    }
    Ok(found)
}

fn text(node: Node) -> Text {
    let matched = child(node, "text-match");
    let says = |name: &str| matched.and_then(|node| node.attribute(name));
    Text {
        property: node.attribute("name").unwrap_or_default().to_ascii_uppercase(),
        is_defined: child(node, "is-not-defined").is_none(),
        text: matched.and_then(|node| node.text()).map(str::to_lowercase),
        is_equal: says("match-type") == Some("equals"),
        is_not: says("negate-condition") == Some("yes"),
    }
}

fn range(node: Node) -> Result<(Time, Time)> {
    let moment = |name: &str, open: i64| match node.attribute(name) {
        None => Ok(Time(open)),
        Some(text) => read_value(text, None, &TimeZone::UTC)
            .map(|stamp| stamp.at)
            .ok_or_else(|| Error::Unreadable(format!("`{text}` is no moment"))),
    };
    Ok((moment("start", i64::MIN)?, moment("end", i64::MAX)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_of_days_is_read() {
        let body = r#"<?xml version="1.0"?><c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/><c:calendar-data/></d:prop>
            <c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="20260619T000000Z"/>
            <c:prop-filter name="UID"><c:text-match>ABC</c:text-match></c:prop-filter></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"#;
        let (Report::Query(filter), Properties::Named(names)) = report(body).unwrap() else { panic!("a query") };
        assert_eq!(filter.component.as_deref(), Some("VEVENT"));
        assert_eq!(filter.range, Some((Time::parse("2026-06-19").unwrap(), Time(i64::MAX))));
        assert_eq!(filter.texts[0].text.as_deref(), Some("abc"));
        assert_eq!(
            names,
            [(DAV.to_string(), "getetag".to_string()), (CALDAV.to_string(), "calendar-data".to_string())]
        );
    }

    #[test]
    fn who_asks_for_busy_times_says_from_when_to_when() {
        let asked =
            |range: &str| report(&format!("<c:free-busy-query xmlns:c=\"{CALDAV}\">{range}</c:free-busy-query>"));
        let (found, _) = asked("<c:time-range start=\"20260619T000000Z\" end=\"20260620T000000Z\"/>").unwrap();
        let day = |text: &str| Time::parse(text).unwrap();
        assert_eq!(found, Report::Busy((day("2026-06-19"), day("2026-06-20"))));
        for wrong in [
            "",
            "<c:time-range start=\"20260619T000000Z\"/>",
            "<c:time-range start=\"20260620T000000Z\" end=\"20260619T000000Z\"/>",
            "<c:time-range start=\"20260620T000000Z\" end=\"20360619T000000Z\"/>",
        ] {
            assert!(asked(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn bodies_that_would_grow_in_memory_are_refused() {
        let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><propfind xmlns="DAV:"><prop>&b;</prop></propfind>"#;
        assert!(propfind(bomb).is_err());
        assert!(propfind("<propfind").is_err());
        assert!(report("<nothing/>").is_err());
        assert_eq!(propfind("").unwrap(), Properties::Usual);
    }
}
