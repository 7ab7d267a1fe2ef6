//! Money: integer minor units and an ISO 4217 code. Never a float.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An ISO 4217 currency code, three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    pub const USD: Currency = Currency(*b"USD");
    pub const EUR: Currency = Currency(*b"EUR");

    /// Accepts any three letters; ISO adds and withdraws codes, so the list is not closed.
    pub fn parse(code: &str) -> Option<Currency> {
        let bytes: [u8; 3] = code.trim().to_ascii_uppercase().as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Currency(bytes))
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Digits behind the point (ISO 4217 "minor unit").
    pub fn decimals(&self) -> u32 {
        match self.code() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
            | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            "CLF" | "UYW" => 4,
            _ => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        let code = String::deserialize(deserializer)?;
        Currency::parse(&code).ok_or_else(|| serde::de::Error::custom("not a currency code"))
    }
}

/// An amount in minor units (cents) of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub amount: i64,
    pub currency: Currency,
}

impl Money {
    pub fn new(amount: i64, currency: Currency) -> Money {
        Money { amount, currency }
    }

    /// Reads a decimal text such as `1204.5` or `-3` exactly; `None` if it has more digits than the currency or is no number.
    pub fn from_decimal(text: &str, currency: Currency) -> Option<Money> {
        let decimals = currency.decimals() as usize;
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = if fraction.len() > decimals {
            let (kept, cut) = fraction.split_at_checked(decimals)?;
            if cut.bytes().any(|b| b != b'0') {
                return None;
            }
            kept
        } else {
            fraction
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut amount: i64 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return None;
            }
            amount = amount.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
        }
        for _ in fraction.len()..decimals {
            amount = amount.checked_mul(10)?;
        }
        Some(Money { amount: if negative { -amount } else { amount }, currency })
    }

    /// `1204.50`, without the code.
    pub fn to_decimal(&self) -> String {
        let decimals = self.currency.decimals() as usize;
        let sign = if self.amount < 0 { "-" } else { "" };
        let digits = format!("{:0width$}", self.amount.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_and_written_exactly() {
        let eur = |text| Money::from_decimal(text, Currency::EUR).map(|m| m.amount);
        assert_eq!(eur("1204.5"), Some(120_450));
        assert_eq!(eur("-3"), Some(-300));
        assert_eq!(eur(".07"), Some(7));
        assert_eq!(eur("1.005"), None);
        assert_eq!(eur("1.500"), Some(150));
        assert_eq!(eur("99999999999999999999"), None);
        assert_eq!(eur("1e5"), None);
        assert_eq!(Money::new(-7, Currency::EUR).to_decimal(), "-0.07");
        assert_eq!(Money::new(500, Currency::parse("jpy").unwrap()).to_decimal(), "500");
    }
}
