//! What a server answers, taken apart: lines whose literals are counted, and the words, strings and lists of a line.

/// Deepest list within a list.
const DEPTH: usize = 20;

/// One answer: a line, with the literals that stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Text, literals as their place among [`Answer::literals`].
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(Vec<u8>),
    Literal(Vec<u8>),
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Word(String),
    Bytes(Vec<u8>),
    List(Vec<Item>),
}

impl Item {
    /// The word or string.
    pub fn text(&self) -> Option<String> {
        match self {
            Item::Word(word) => Some(word.clone()),
            Item::Bytes(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            Item::List(_) => None,
        }
    }

    /// The bytes of a string; of `NIL` none.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Item::Bytes(bytes) => Some(bytes),
            Item::Word(_) | Item::List(_) => None,
        }
    }
}

impl Answer {
    /// Takes the first whole answer off what came; none as long as it is not whole.
    pub fn split(held: &mut Vec<u8>, longest: usize) -> Result<Option<Answer>, &'static str> {
        let mut parts = Vec::new();
        let mut at = 0;
        loop {
            let rest = held.get(at..).unwrap_or_default();
            let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") else {
                return if held.len() > longest { Err("an answer without an end") } else { Ok(None) };
            };
            let line = rest.get(..end).unwrap_or_default();
            match literal_size(line) {
                Some((text, size)) => {
                    if size > longest {
                        return Err("a message larger than its limit");
                    }
                    let start = at + end + 2;
                    let Some(literal) = held.get(start..start.saturating_add(size)) else { return Ok(None) };
                    parts.push(Part::Text(text.to_vec()));
                    parts.push(Part::Literal(literal.to_vec()));
                    at = start + size;
                }
                None => {
                    parts.push(Part::Text(line.to_vec()));
                    at += end + 2;
                    held.drain(..at);
                    return Ok(Some(Answer { parts }));
                }
            }
        }
    }

    /// The line up to its first literal.
    pub fn line(&self) -> String {
        self.first().to_string()
    }

    fn first(&self) -> std::borrow::Cow<'_, str> {
        match self.parts.first() {
            Some(Part::Text(text)) => String::from_utf8_lossy(text),
            _ => "".into(),
        }
    }

    pub fn starts_with(&self, start: &str) -> bool {
        matches!(self.parts.first(), Some(Part::Text(text)) if text.starts_with(start.as_bytes()))
    }

    /// What stands behind this beginning, up to the first literal.
    pub fn after(&self, start: &str) -> Option<&str> {
        let Some(Part::Text(text)) = self.parts.first() else { return None };
        std::str::from_utf8(text).ok()?.strip_prefix(start)
    }

    /// The items behind this beginning.
    pub fn items(&self, start: &str) -> Option<Vec<Item>> {
        if !self.starts_with(start) {
            return None;
        }
        let mut reader = Items { open: vec![Vec::new()] };
        for (place, part) in self.parts.iter().enumerate() {
            match part {
                Part::Text(text) if place == 0 => reader.read(text.get(start.len()..)?)?,
                Part::Text(text) => reader.read(text)?,
                Part::Literal(bytes) => reader.put(Item::Bytes(bytes.clone())),
            }
        }
        (reader.open.len() == 1).then(|| reader.open.pop()).flatten()
    }
}

/// Lists that are open, the outermost first.
struct Items {
    open: Vec<Vec<Item>>,
}

impl Items {
    fn put(&mut self, item: Item) {
        if let Some(list) = self.open.last_mut() {
            list.push(item);
        }
    }

    fn read(&mut self, text: &[u8]) -> Option<()> {
        let mut bytes = text.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b' ' => {}
                b'(' if self.open.len() > DEPTH => return None,
                b'(' => self.open.push(Vec::new()),
                b')' => {
                    let list = self.open.pop()?;
                    self.open.last_mut()?.push(Item::List(list));
                }
                b'"' => {
                    let mut string = Vec::new();
                    loop {
                        match bytes.next()? {
                            b'"' => break,
                            b'\\' => string.push(bytes.next()?),
                            other => string.push(other),
                        }
                    }
                    self.put(Item::Bytes(string));
                }
                first => {
                    // `BODY[HEADER.FIELDS (FROM TO)]` is one word.
                    let mut word = vec![first];
                    let mut depth = usize::from(first == b'[');
                    while let Some(next) = bytes.peek().copied() {
                        if depth == 0 && matches!(next, b' ' | b'(' | b')') {
                            break;
                        }
                        depth = match next {
                            b'[' => depth + 1,
                            b']' => depth.saturating_sub(1),
                            _ => depth,
                        };
                        word.push(next);
                        bytes.next();
                    }
                    self.put(Item::Word(String::from_utf8_lossy(&word).into_owned()));
                }
            }
        }
        Some(())
    }
}

/// `… {123}` at the end of a line: the text before it, and the size.
fn literal_size(line: &[u8]) -> Option<(&[u8], usize)> {
    let inner = line.strip_suffix(b"}")?;
    let open = inner.iter().rposition(|byte| *byte == b'{')?;
    let digits = std::str::from_utf8(inner.get(open + 1..)?).ok()?;
    let digits = digits.strip_suffix('+').unwrap_or(digits);
    Some((line.get(..open)?, digits.parse().ok()?))
}

/// A string as IMAP quotes it.
pub fn quoted(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !matches!(c, '\r' | '\n' | '\0')).collect();
    format!("\"{}\"", plain.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A folder's name out of modified UTF-7 (RFC 3501, 5.1.3); what is none stays as it is.
pub fn utf7_decode(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let Some((code, tail)) = after.split_once('-') else {
            out.push('&');
            rest = after;
            continue;
        };
        match code.is_empty().then(|| "&".to_string()).or_else(|| utf16(code)) {
            Some(text) => out.push_str(&text),
            None => return name.to_string(),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn utf16(code: &str) -> Option<String> {
    let plain: String = code
        .chars()
        .map(|c| {
            if c == ',' {
                '_'
            } else if c == '+' {
                '-'
            } else {
                c
            }
        })
        .collect();
    let bytes = foundation::access::encoding::from_base64url(&plain)?;
    let units: Vec<u16> =
        bytes.chunks(2).filter_map(|pair| Some(u16::from_be_bytes([*pair.first()?, *pair.get(1)?]))).collect();
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_with_its_literals_or_waits() {
        let whole = b"* 1 FETCH (BODY[] {3}\r\na\r\n)\r\nr1 OK done\r\n".to_vec();
        for cut in 0..whole.len() - 12 {
            let mut held = whole.get(..cut).unwrap().to_vec();
            assert_eq!(Answer::split(&mut held, 1000), Ok(None), "cut at {cut}");
        }
        let mut held = whole;
        let first = Answer::split(&mut held, 1000).unwrap().unwrap();
        assert_eq!(first.items("* ").unwrap().len(), 3);
        assert!(Answer::split(&mut held, 1000).unwrap().unwrap().starts_with("r1 OK"));
        assert!(held.is_empty());
    }

    #[test]
    fn nothing_a_server_says_is_believed_blindly() {
        assert!(Answer::split(&mut b"* 1 FETCH (BODY[] {99999}\r\n".to_vec(), 1000).is_err());
        assert!(Answer::split(&mut vec![b'x'; 2000], 1000).is_err());
        let mut deep = b"* LIST ".to_vec();
        deep.extend(vec![b'('; 100]);
        deep.extend(b"\r\n");
        assert_eq!(Answer::split(&mut deep, 1000).unwrap().unwrap().items("* LIST "), None);
        let mut open = b"* LIST (\"a\r\n".to_vec();
        assert_eq!(Answer::split(&mut open, 1000).unwrap().unwrap().items("* LIST "), None);
    }

    #[test]
    fn names_of_folders_are_read() {
        assert_eq!(utf7_decode("R&AOk-sum&AOk-"), "Résumé");
        assert_eq!(utf7_decode("A &- B"), "A & B");
        assert_eq!(utf7_decode("&!!-"), "&!!-");
        assert_eq!(quoted("a\"b\\c\r\n"), "\"a\\\"b\\\\c\"");
    }
}
