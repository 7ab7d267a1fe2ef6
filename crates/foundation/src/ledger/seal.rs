//! Personal text under the party's key.
//!
//! A party's key is HKDF-SHA256 (RFC 5869) of the master key, which lies outside the database, and the party's salt, which
//! lies in it. Deleting the salt is erasure: nothing sealed for that party can be read again, in any copy.
//! The cipher is ChaCha20-Poly1305 (RFC 8439) with a random nonce; the event's id is authenticated with it.

use std::fmt;
use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hkdf::Hkdf;
use kernel::{Error, Id, Result};
use sha2::Sha256;

/// The half of every party's key that lies outside the database.
pub struct MasterKey([u8; 32]);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    /// From `RAPPORT_SECRET` (64 hexadecimal digits), else from the file `secret.key`, which is made on the first start.
    pub fn load_or_create(folder: &Path) -> Result<MasterKey> {
        if let Ok(hex) = std::env::var("RAPPORT_SECRET") {
            return parse(&hex).ok_or_else(|| Error::internal("RAPPORT_SECRET must be 64 hexadecimal digits"));
        }
        let path = folder.join("secret.key");
        match std::fs::read_to_string(&path) {
            Ok(hex) => parse(&hex).ok_or_else(|| Error::internal(format!("{} is damaged", path.display()))),
            Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => {
                let mut bytes = [0u8; 32];
                random(&mut bytes)?;
                let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
                write_private(&path, &hex)?;
                Ok(MasterKey(bytes))
            }
            Err(other) => Err(Error::internal(format!("{}: {other}", path.display()))),
        }
    }

    /// The bytes of a party's key material for other uses of the same secret (keyed hashes of tokens, cursors).
    pub fn derive(&self, salt: &[u8], info: &[u8]) -> Result<[u8; 32]> {
        let mut out = [0u8; 32];
        Hkdf::<Sha256>::new(Some(salt), &self.0).expand(info, &mut out).map_err(Error::internal)?;
        Ok(out)
    }

    /// Seals `text` for a party.
    pub fn seal(&self, party: Id, salt: &[u8], event: Id, text: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0u8; 12];
        random(&mut nonce)?;
        let payload = Payload { msg: text, aad: event.0.as_bytes() };
        let sealed = self
            .cipher(party, salt)?
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| Error::internal("sealing failed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for a party; `None` if the key is not the one it was sealed with.
    pub fn open(&self, party: Id, salt: &[u8], event: Id, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_at_checked(12)?;
        let nonce: [u8; 12] = nonce.try_into().ok()?;
        let payload = Payload { msg: text, aad: event.0.as_bytes() };
        self.cipher(party, salt).ok()?.decrypt(&Nonce::from(nonce), payload).ok()
    }

    fn cipher(&self, party: Id, salt: &[u8]) -> Result<ChaCha20Poly1305> {
        Ok(ChaCha20Poly1305::new(&Key::from(self.derive(salt, party.0.as_bytes())?)))
    }
}

/// Sixteen new random bytes for a party.
pub fn new_salt() -> Result<Vec<u8>> {
    let mut salt = vec![0u8; 16];
    random(&mut salt)?;
    Ok(salt)
}

/// Fills `bytes` from the system's generator.
pub fn random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(Error::internal)
}

fn parse(hex: &str) -> Option<MasterKey> {
    let hex = hex.trim();
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut bytes = [0u8; 32];
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(i * 2..i * 2 + 2)?, 16).ok()?;
    }
    Some(MasterKey(bytes))
}

fn write_private(path: &Path, text: &str) -> Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|e| Error::internal(format!("{}: {e}", path.display())))?;
    file.write_all(text.as_bytes()).map_err(Error::internal)?;
    file.sync_all().map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_party_salt_and_event_open_a_seal() {
        let key = MasterKey([7; 32]);
        let (ana, event, salt) = (Id::at(1), Id::at(2), [1u8; 16]);
        let sealed = key.seal(ana, &salt, event, b"ana@example.com").unwrap();
        assert_eq!(key.open(ana, &salt, event, &sealed).unwrap(), b"ana@example.com");
        assert!(key.open(Id::at(3), &salt, event, &sealed).is_none());
        assert!(key.open(ana, &[2u8; 16], event, &sealed).is_none());
        assert!(key.open(ana, &salt, Id::at(4), &sealed).is_none());
    }
}
