//! One-time codes by time (RFC 6238 over RFC 4226): six digits that change every 30 seconds, made from a secret that the
//! person's telephone and we hold. SHA-1 is what every app knows; as a MAC it is not broken.

use kernel::{Result, Time};
use ring::hmac;
use subtle::ConstantTimeEq;

use super::encoding::base32;
use crate::html;
use crate::ledger::seal::random;

/// Bytes of a secret, as RFC 4226 section 4 asks.
pub const SECRET_BYTES: usize = 20;
const STEP_MS: i64 = 30_000;
const DIGITS: usize = 6;

/// A new secret.
pub fn secret() -> Result<Vec<u8>> {
    let mut bytes = vec![0u8; SECRET_BYTES];
    random(&mut bytes)?;
    Ok(bytes)
}

/// The code of one step.
pub fn code(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    // RFC 4226 section 5.3: the last four bits say where the four bytes begin.
    let offset = usize::from(bytes.last().copied().unwrap_or(0) & 0x0f);
    let four = bytes.get(offset..offset + 4).unwrap_or(&[0; 4]);
    let number = four.iter().fold(0u32, |number, byte| (number << 8) | u32::from(*byte)) & 0x7fff_ffff;
    format!("{:0DIGITS$}", number % 1_000_000)
}

/// The step of a moment.
pub fn step_of(now: Time) -> i64 {
    now.0.div_euclid(STEP_MS)
}

/// The step that the code belongs to, one to either side of now for clocks that are off; none if it is no code of this
/// secret, or if that step's code or a later one was used before.
pub fn accepted(secret: &[u8], asked: &str, now: Time, last_used: i64) -> Option<i64> {
    let asked: String = asked.chars().filter(|c| !c.is_whitespace()).collect();
    let current = step_of(now);
    let mut found = None;
    // Every step is looked at, whichever fits: the time taken says nothing.
    for step in [current - 1, current, current + 1] {
        if bool::from(code(secret, step).as_bytes().ct_eq(asked.as_bytes())) && step > last_used {
            found = Some(step);
        }
    }
    found
}

/// What a telephone reads from the picture: `otpauth://totp/Blue%20Bakery:ana%40…?secret=…&issuer=…`.
pub fn uri(company: &str, account: &str, secret: &[u8]) -> String {
    let company = if company.is_empty() { "Rapport" } else { company };
    let issuer = html::coded(company);
    format!(
        "otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period=30",
        html::coded(account),
        base32(secret)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, its last six digits.
    #[test]
    fn the_vectors_of_rfc_6238_hold() {
        let secret = b"12345678901234567890";
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(secret, step_of(Time(seconds * 1000))), expected);
        }
    }

    #[test]
    fn a_code_is_taken_once_and_only_near_its_time() {
        let secret = b"12345678901234567890";
        let now = Time(1_111_111_109_000);
        let step = accepted(secret, "081 804", now, 0).unwrap();
        assert!(accepted(secret, "081804", now, step).is_none());
        assert_eq!(accepted(secret, "081804", Time(now.0 + 30_000), 0), Some(step));
        assert!(accepted(secret, "081804", Time(now.0 + 90_000), 0).is_none());
        assert!(accepted(secret, "", now, 0).is_none());
    }

    #[test]
    fn the_address_names_company_and_account() {
        let uri = uri("Blue Bakery", "ana@bluebakery.example", b"12345678901234567890");
        assert_eq!(
            uri,
            "otpauth://totp/Blue%20Bakery:ana%40bluebakery.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Blue%20Bakery&algorithm=SHA1&digits=6&period=30"
        );
    }
}
