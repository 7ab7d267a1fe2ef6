//! Components, their properties, and the lines they are made of.

use std::fmt::Write as _;

use kernel::{Error, Result};

/// Bytes of one thing.
pub const MOST_BYTES: usize = 512 * 1024;
/// Lines of one thing, unfolded.
const MOST_LINES: usize = 20_000;
/// Components within components.
const DEEPEST: usize = 6;
/// Bytes of a line before it is folded (RFC 5545, section 3.1).
const LINE: usize = 75;

/// `NAME;PARAMETER=value:value`, the value as it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// As written, with the group that vCard may put before it (`item1.EMAIL`).
    pub name: String,
    /// Names in capitals, values as written, quotes included.
    pub parameters: Vec<(String, String)>,
    pub value: String,
}

impl Property {
    pub fn new(name: &str, value: impl Into<String>) -> Property {
        Property { name: name.into(), parameters: Vec::new(), value: value.into() }
    }

    pub fn with(mut self, parameter: &str, value: impl Into<String>) -> Property {
        self.parameters.push((parameter.into(), value.into()));
        self
    }

    /// Whether this is the property of that name, in whatever group.
    pub fn is(&self, name: &str) -> bool {
        self.name.rsplit('.').next().unwrap_or_default().eq_ignore_ascii_case(name)
    }

    /// A parameter's value without its quotes.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim_matches('"'))
    }

    /// The value as text, its escapes taken away.
    pub fn text(&self) -> String {
        super::unescaped(&self.value)
    }

    fn read(line: &str) -> Option<Property> {
        let mut in_quotes = false;
        let mut ends = Vec::new();
        let mut value_at = None;
        for (at, c) in line.char_indices() {
            match c {
                '"' => in_quotes = !in_quotes,
                ';' if !in_quotes => ends.push(at),
                ':' if !in_quotes => {
                    value_at = Some(at);
                    break;
                }
                _ => {}
            }
        }
        let (head, value) = (line.get(..value_at?)?, line.get(value_at? + 1..)?);
        ends.push(head.len());
        let mut parts = Vec::new();
        let mut from = 0;
        for end in ends {
            parts.push(head.get(from..end)?);
            from = end + 1;
        }
        let mut parts = parts.into_iter();
        let name = parts.next()?.trim();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '/');
        if name.is_empty() || !name.chars().all(is_name) {
            return None;
        }
        let parameters = parts
            .map(|part| match part.split_once('=') {
                Some((name, value)) => (name.trim().to_ascii_uppercase(), value.to_string()),
                // vCard 2.1 leaves the name of a type out.
                None => ("TYPE".to_string(), part.to_string()),
            })
            .collect();
        Some(Property { name: name.to_string(), parameters, value: value.to_string() })
    }

    fn write(&self, out: &mut String) {
        let mut line = self.name.clone();
        for (name, value) in &self.parameters {
            let _ = write!(line, ";{name}={value}");
        }
        line.push(':');
        line.push_str(&self.value);
        fold(&line, out);
    }
}

/// `BEGIN:NAME` to `END:NAME`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Component {
    /// In capitals.
    pub name: String,
    pub properties: Vec<Property>,
    pub children: Vec<Component>,
}

impl Component {
    pub fn new(name: &str) -> Component {
        Component { name: name.into(), ..Component::default() }
    }

    pub fn get(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.is(name))
    }

    pub fn all<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c Property> {
        self.properties.iter().filter(move |property| property.is(name))
    }

    /// The text of a property that says something.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(Property::text).filter(|text| !text.trim().is_empty())
    }

    /// Puts properties where those of that name stood.
    pub fn replace(&mut self, name: &str, with: impl IntoIterator<Item = Property>) {
        let place = self.properties.iter().position(|property| property.is(name)).unwrap_or(self.properties.len());
        self.properties.retain(|property| !property.is(name));
        let place = place.min(self.properties.len());
        self.properties.splice(place..place, with);
    }

    /// The components within it of that name.
    pub fn children<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c Component> {
        self.children.iter().filter(move |child| child.name == name)
    }

    fn write(&self, out: &mut String) {
        fold(&format!("BEGIN:{}", self.name), out);
        self.properties.iter().for_each(|property| property.write(out));
        self.children.iter().for_each(|child| child.write(out));
        fold(&format!("END:{}", self.name), out);
    }
}

impl std::fmt::Display for Component {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = String::new();
        self.write(&mut out);
        f.write_str(&out)
    }
}

/// Reads one component with all that is in it.
pub fn parse(text: &str) -> Result<Component> {
    if text.len() > MOST_BYTES {
        return Err(Error::TooLarge(format!("{MOST_BYTES} bytes")));
    }
    let unreadable = |why: &str| Error::Unreadable(why.to_string());
    let mut open: Vec<Component> = Vec::new();
    let lines = unfolded(text);
    if lines.len() > MOST_LINES {
        return Err(Error::TooLarge(format!("{MOST_LINES} lines")));
    }
    for line in lines {
        let property = Property::read(&line).ok_or_else(|| unreadable("a line has no name or no value"))?;
        if property.name.eq_ignore_ascii_case("BEGIN") {
            if open.len() >= DEEPEST {
                return Err(unreadable("components stand too deep in each other"));
            }
            open.push(Component::new(&property.value.trim().to_ascii_uppercase()));
        } else if property.name.eq_ignore_ascii_case("END") {
            let done = open.pop().filter(|open| open.name.eq_ignore_ascii_case(property.value.trim()));
            let done = done.ok_or_else(|| unreadable("a component ends that did not begin"))?;
            match open.last_mut() {
                Some(around) => around.children.push(done),
                None => return Ok(done),
            }
        } else {
            open.last_mut().ok_or_else(|| unreadable("it does not begin with BEGIN"))?.properties.push(property);
        }
    }
    Err(unreadable("it has no end"))
}

/// Lines with what was folded put together again.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.trim_start_matches('\u{feff}').split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ if line.trim().is_empty() => {}
            _ => lines.push(line.to_string()),
        }
    }
    lines
}

fn fold(line: &str, out: &mut String) {
    let mut width = 0;
    for c in line.chars().filter(|c| !matches!(c, '\r' | '\n')) {
        if width + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nATTENDEE;CN=\"Popa; Ion: chief\";RSVP=TRUE:mailto:ion@x.example\r\nX-MINE;VALUE=TEXT:a\\,b\r\nSUMMARY:Встреча в саду, которую нельзя сокращать ни при каких обс\r\n тоятельствах\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    #[test]
    fn what_is_read_is_written_again_whole() {
        let read = parse(EVENT).expect("a calendar");
        assert_eq!(parse(&read.to_string()).expect("a calendar"), read);
        let event = read.children("VEVENT").next().expect("an event");
        let guest = event.get("attendee").expect("a guest");
        assert_eq!(guest.parameter("CN"), Some("Popa; Ion: chief"));
        assert_eq!(guest.value, "mailto:ion@x.example");
        assert!(event.text("SUMMARY").expect("a summary").ends_with("обстоятельствах"));
        assert!(read.to_string().lines().all(|line| line.len() <= LINE));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in
            ["", "hello", "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:A\nEND:B", "BEGIN:A\n:x\nEND:A", "SUMMARY:x"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse(&"BEGIN:A\n".repeat(100)).is_err());
    }

    #[test]
    fn a_property_takes_the_place_of_those_before_it() {
        let mut event = parse("BEGIN:VEVENT\nUID:1\nEXDATE:1\nX-A:b\nEXDATE:2\nEND:VEVENT").expect("an event");
        event.replace("EXDATE", [Property::new("EXDATE", "3")]);
        let names: Vec<String> = event.properties.iter().map(|p| format!("{}={}", p.name, p.value)).collect();
        assert_eq!(names, ["UID=1", "EXDATE=3", "X-A=b"]);
    }
}
