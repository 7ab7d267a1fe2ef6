//! Bytes as text: base64 for addresses (RFC 4648 section 5, without padding) and base32 (section 6, without padding).

const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const THIRTY_TWO: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Base64 for addresses, as WebAuthn and JSON Web Tokens write bytes.
pub fn base64url(bytes: &[u8]) -> String {
    in_digits(bytes, 6, URL)
}

/// Plain base64 with its padding, as HTTP writes who asks.
pub fn base64(bytes: &[u8]) -> String {
    let mut out = in_digits(bytes, 6, STANDARD);
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

/// Base32, as one-time code apps take their secret.
pub fn base32(bytes: &[u8]) -> String {
    in_digits(bytes, 5, THIRTY_TWO)
}

/// Reads [`base64url`]. None for any other letter, for padding, and for bits that are left over.
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    if text.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut held, mut bits) = (0u32, 0u32);
    for byte in text.bytes() {
        let digit = URL.iter().position(|known| *known == byte)?;
        held = (held << 6) | u32::try_from(digit).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from((held >> bits) & 0xff).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    (held == 0).then_some(out)
}

fn in_digits(bytes: &[u8], width: u32, digits: &[u8]) -> String {
    let mut out = String::new();
    let (mut held, mut bits) = (0u32, 0u32);
    let mut push = |value: u32| {
        let digit = usize::try_from(value).ok().and_then(|value| digits.get(value)).copied().unwrap_or(b'A');
        out.push(char::from(digit));
    };
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= width {
            bits -= width;
            push((held >> bits) & ((1 << width) - 1));
            held &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        push((held << (width - bits)) & ((1 << width) - 1));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648_hold() {
        for (plain, sixty_four, thirty_two) in [
            ("", "", ""),
            ("f", "Zg", "MY"),
            ("fo", "Zm8", "MZXQ"),
            ("foo", "Zm9v", "MZXW6"),
            ("foob", "Zm9vYg", "MZXW6YQ"),
            ("fooba", "Zm9vYmE", "MZXW6YTB"),
            ("foobar", "Zm9vYmFy", "MZXW6YTBOI"),
        ] {
            assert_eq!(base64url(plain.as_bytes()), sixty_four);
            assert_eq!(base64(plain.as_bytes()).trim_end_matches('='), sixty_four);
            assert_eq!(base32(plain.as_bytes()), thirty_two);
            assert_eq!(from_base64url(sixty_four).unwrap(), plain.as_bytes());
        }
        let every: Vec<u8> = (0..=255).collect();
        assert_eq!(from_base64url(&base64url(&every)).unwrap(), every);
    }

    #[test]
    fn what_is_not_exact_is_not_read() {
        for wrong in ["Z", "Zg==", "Zh", "Zm 8", "Zm+8", "Zm/8"] {
            assert!(from_base64url(wrong).is_none(), "{wrong}");
        }
    }
}
