//! The little of CBOR (RFC 8949) that authenticators speak: whole numbers, bytes, text, lists and maps of stated length.
//! Anything else, and nesting without end, is refused.

use kernel::limits;

/// How deep a document may be nested; theirs are two deep.
const DEPTH: usize = 6;

/// One item.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Int(i64),
    Bytes(Vec<u8>),
    Text(String),
    List(Vec<Item>),
    /// In the order in which they came; a key that comes twice is refused.
    Map(Vec<(Item, Item)>),
    Bool(bool),
    Null,
}

impl Item {
    /// The value under a name.
    pub fn get(&self, name: &str) -> Option<&Item> {
        self.find(&Item::Text(name.to_string()))
    }

    /// The value under a number, as COSE keys have them.
    pub fn at(&self, number: i64) -> Option<&Item> {
        self.find(&Item::Int(number))
    }

    fn find(&self, key: &Item) -> Option<&Item> {
        let Item::Map(pairs) = self else { return None };
        pairs.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    pub fn bytes(&self) -> Option<&[u8]> {
        if let Item::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub fn text(&self) -> Option<&str> {
        if let Item::Text(text) = self { Some(text) } else { None }
    }

    pub fn int(&self) -> Option<i64> {
        if let Item::Int(number) = self { Some(*number) } else { None }
    }
}

/// Reads one item; answers it and what stands behind it.
pub fn read(bytes: &[u8]) -> Option<(Item, &[u8])> {
    if bytes.len() > limits::LONG_TEXT_BYTES {
        return None;
    }
    item(bytes, 0)
}

fn item(bytes: &[u8], depth: usize) -> Option<(Item, &[u8])> {
    if depth > DEPTH {
        return None;
    }
    let (first, rest) = bytes.split_first()?;
    let (kind, short) = (first >> 5, first & 0x1f);
    if kind == 7 {
        return match short {
            20 => Some((Item::Bool(false), rest)),
            21 => Some((Item::Bool(true), rest)),
            22 => Some((Item::Null, rest)),
            _ => None,
        };
    }
    let (number, mut rest) = argument(short, rest)?;
    let length = usize::try_from(number).ok()?;
    match kind {
        0 => Some((Item::Int(i64::try_from(number).ok()?), rest)),
        1 => Some((Item::Int(-1 - i64::try_from(number).ok()?), rest)),
        2 => rest.split_at_checked(length).map(|(own, rest)| (Item::Bytes(own.to_vec()), rest)),
        3 => {
            let (own, rest) = rest.split_at_checked(length)?;
            Some((Item::Text(std::str::from_utf8(own).ok()?.to_string()), rest))
        }
        4 => {
            // An item takes a byte at least, so a length that was made up ends with the bytes.
            let mut list = Vec::new();
            for _ in 0..length {
                let (one, after) = item(rest, depth + 1)?;
                list.push(one);
                rest = after;
            }
            Some((Item::List(list), rest))
        }
        5 => {
            let mut pairs: Vec<(Item, Item)> = Vec::new();
            for _ in 0..length {
                let (key, after) = item(rest, depth + 1)?;
                let (value, after) = item(after, depth + 1)?;
                if pairs.len() >= 64 || pairs.iter().any(|(known, _)| *known == key) {
                    return None;
                }
                pairs.push((key, value));
                rest = after;
            }
            Some((Item::Map(pairs), rest))
        }
        _ => None,
    }
}

/// The number of a head: in its last five bits, or in the next one to eight bytes.
fn argument(short: u8, rest: &[u8]) -> Option<(u64, &[u8])> {
    let width = match short {
        0..=23 => return Some((u64::from(short), rest)),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let (own, rest) = rest.split_at_checked(width)?;
    Some((own.iter().fold(0u64, |number, byte| (number << 8) | u64::from(*byte)), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn maps_lists_and_numbers_are_read() {
        // {1: 2, 3: -7, "a": [h'00ff', true]} and a byte behind it
        let bytes = [0xa3, 0x01, 0x02, 0x03, 0x26, 0x61, b'a', 0x82, 0x42, 0x00, 0xff, 0xf5, 0x99];
        let (item, rest) = read(&bytes).unwrap();
        assert_eq!(rest, [0x99]);
        assert_eq!(item.at(1).unwrap().int(), Some(2));
        assert_eq!(item.at(3).unwrap().int(), Some(-7));
        assert_eq!(item.get("a"), Some(&Item::List(vec![Item::Bytes(vec![0, 255]), Item::Bool(true)])));
    }

    #[test]
    fn endless_lengths_doubled_keys_and_deep_nesting_are_refused() {
        assert!(read(&[0x5f, 0x41, 0x00, 0xff]).is_none(), "a length that is not stated");
        assert!(read(&[0xa2, 0x01, 0x02, 0x01, 0x03]).is_none(), "a key twice");
        assert!(read(&[0x81; 40]).is_none(), "a list in a list in a list");
        assert!(read(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).is_none(), "a length made up");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fall_over(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }
    }
}
