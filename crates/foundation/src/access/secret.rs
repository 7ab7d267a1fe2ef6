//! Secrets in memory: passwords and tokens. They do not print, do not serialise, and are wiped when dropped.

use std::fmt;

use kernel::{Error, Result};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// SHA-256 of a token: what the database keeps and finds it by.
pub type TokenHash = [u8; 32];

/// A password or token. To be read it must be [`Secret::expose`]d, which is easy to search for.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// 256 random bits as 64 hexadecimal digits behind `prefix`.
    pub fn token(prefix: &str) -> Result<Secret> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).map_err(Error::internal)?;
        let text = format!("{prefix}{}", hex(&bytes));
        bytes.fill(0);
        std::hint::black_box(&bytes);
        Ok(Secret(text))
    }

    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Under which a token is stored. Enough for random tokens; passwords go through Argon2.
    pub fn hash(&self) -> TokenHash {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        let mut bytes = std::mem::take(&mut self.0).into_bytes();
        bytes.fill(0);
        // Keeps the compiler from leaving the wiping out.
        std::hint::black_box(&bytes);
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print_itself() {
        let secret = Secret::new("a password nobody may read");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let (one, other) = (Secret::token("rap_").unwrap(), Secret::token("rap_").unwrap());
        assert_eq!(one.expose().len(), 4 + 64);
        assert_ne!(one.expose(), other.expose());
        assert_ne!(one.hash(), other.hash());
    }
}
