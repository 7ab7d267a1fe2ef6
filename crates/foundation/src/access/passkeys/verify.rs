//! What an authenticator says, checked as WebAuthn Level 3 sections 7.1 and 7.2 ask: the challenge is ours, the page is ours,
//! the person was there and was verified, and the signature is by the key we know.
//!
//! ES256 and Ed25519 only. We do not ask who made the authenticator: no attestation is trusted, one that signs with
//! anything but the new key itself is refused.

use kernel::{Error, Result};
use ring::signature::{ECDSA_P256_SHA256_ASN1, ED25519, UnparsedPublicKey};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::House;
use super::cbor::{self, Item};
use crate::access::encoding::from_base64url;

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const MAY_BE_BACKED_UP: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const HAS_KEY: u8 = 0x40;
const HAS_EXTENSIONS: u8 = 0x80;

/// Longest id of a key (WebAuthn section 4).
const LONGEST_ID: usize = 1023;

/// A public key and what it signs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    pub algorithm: i64,
    pub bytes: Vec<u8>,
}

pub const ES256: i64 = -7;
pub const ED25519_ALGORITHM: i64 = -8;

impl PublicKey {
    /// Reads a COSE key (RFC 9053).
    fn read(cose: &Item) -> Option<PublicKey> {
        let number = |at| cose.at(at).and_then(Item::int);
        let part = |at| cose.at(at).and_then(Item::bytes).filter(|part| part.len() == 32);
        let algorithm = number(3)?;
        let bytes = match (algorithm, number(1)?, number(-1)?) {
            (ES256, 2, 1) => [&[4u8], part(-2)?, part(-3)?].concat(),
            (ED25519_ALGORITHM, 1, 6) => part(-2)?.to_vec(),
            _ => return None,
        };
        Some(PublicKey { algorithm, bytes })
    }

    /// Whether the signature is by this key over the message.
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        match self.algorithm {
            ES256 => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.bytes).verify(message, signature).is_ok(),
            ED25519_ALGORITHM => UnparsedPublicKey::new(&ED25519, &self.bytes).verify(message, signature).is_ok(),
            _ => false,
        }
    }
}

/// A new key as `PublicKeyCredential.toJSON()` writes it. What browsers add beside is not looked at.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewCredential {
    #[serde(rename = "type")]
    kind: String,
    raw_id: String,
    response: NewResponse,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: String,
    #[serde(default)]
    transports: Vec<String>,
}

/// An answer to a challenge as `PublicKeyCredential.toJSON()` writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assertion {
    #[serde(rename = "type")]
    kind: String,
    raw_id: String,
    response: AssertionResponse,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssertionResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    #[serde(default)]
    user_handle: Option<String>,
}

/// What the browser says it was asked for, and where.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    #[serde(default)]
    top_origin: Option<String>,
}

/// A key that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub credential: Vec<u8>,
    pub key: PublicKey,
    pub count: u32,
    pub backed_up: bool,
    pub transports: Vec<String>,
}

/// An answer that holds together; whose key it is and whether the signature fits is still to be asked ([`Answered::by`]).
#[derive(Debug, Clone)]
pub struct Answered {
    pub credential: Vec<u8>,
    pub challenge: Vec<u8>,
    pub user_handle: Option<Vec<u8>>,
    pub count: u32,
    pub backed_up: bool,
    signed: Vec<u8>,
    signature: Vec<u8>,
}

impl Answered {
    /// Whether this key signed it.
    pub fn by(&self, key: &PublicKey) -> bool {
        key.signed(&self.signed, &self.signature)
    }
}

/// The bytes of the challenge that a new key answers, to find the step by.
pub fn challenge_of_new(credential: &NewCredential) -> Result<Vec<u8>> {
    let bytes = from_base64url(&credential.response.client_data).ok_or_else(refused)?;
    let client: ClientData = serde_json::from_slice(&bytes).map_err(|_| refused())?;
    from_base64url(&client.challenge).ok_or_else(refused)
}

/// Checks a new key against the house it is for. That its challenge is an open one, the caller finds out.
pub fn made(house: &House, credential: &NewCredential) -> Result<Made> {
    let client = client_data(house, &credential.response.client_data, "webauthn.create")?;
    let object = from_base64url(&credential.response.attestation_object).ok_or_else(refused)?;
    let (attestation, rest) = cbor::read(&object).ok_or_else(refused)?;
    if !rest.is_empty() || credential.kind != "public-key" {
        return Err(refused());
    }
    let data = attestation.get("authData").and_then(Item::bytes).ok_or_else(refused)?;
    let said = Said::read(house, data)?;
    let (id, cose) = said.key.ok_or_else(refused)?;
    let key = PublicKey::read(&cose).ok_or_else(|| {
        Error::invalid("credential", "not_supported", "this key signs with an algorithm that we do not take")
    })?;
    if from_base64url(&credential.raw_id).as_deref() != Some(&id) {
        return Err(refused());
    }
    let signed = [data, &Sha256::digest(&client)].concat();
    attested(&attestation, &key, &signed)?;
    let mut transports = credential.response.transports.clone();
    transports.retain(|one| ["usb", "nfc", "ble", "smart-card", "hybrid", "internal"].contains(&one.as_str()));
    Ok(Made { credential: id, key, count: said.count, backed_up: said.backed_up, transports })
}

/// Either nothing is said of the maker, or the key vouches for itself.
fn attested(attestation: &Item, key: &PublicKey, signed: &[u8]) -> Result<()> {
    let statement = attestation.get("attStmt").ok_or_else(refused)?;
    match attestation.get("fmt").and_then(Item::text) {
        Some("none") if *statement == Item::Map(Vec::new()) => Ok(()),
        Some("packed") if statement.get("x5c").is_none() => {
            let algorithm = statement.get("alg").and_then(Item::int);
            let signature = statement.get("sig").and_then(Item::bytes).ok_or_else(refused)?;
            let fits = algorithm == Some(key.algorithm) && key.signed(signed, signature);
            if fits { Ok(()) } else { Err(refused()) }
        }
        _ => Err(refused()),
    }
}

/// Checks an answer against the house it is for.
pub fn answered(house: &House, assertion: &Assertion) -> Result<Answered> {
    let bytes = |text: &str| from_base64url(text).ok_or_else(refused);
    let client = client_data(house, &assertion.response.client_data, "webauthn.get")?;
    let data = bytes(&assertion.response.authenticator_data)?;
    let said = Said::read(house, &data)?;
    if said.key.is_some() || assertion.kind != "public-key" {
        return Err(refused());
    }
    let asked: ClientData = serde_json::from_slice(&client).map_err(|_| refused())?;
    Ok(Answered {
        credential: bytes(&assertion.raw_id)?,
        challenge: bytes(&asked.challenge)?,
        user_handle: assertion.response.user_handle.as_deref().map(bytes).transpose()?,
        count: said.count,
        backed_up: said.backed_up,
        signed: [data.as_slice(), &Sha256::digest(&client)].concat(),
        signature: bytes(&assertion.response.signature)?,
    })
}

/// The bytes that the browser signed for, once what they say is right.
fn client_data(house: &House, text: &str, kind: &str) -> Result<Vec<u8>> {
    let bytes = from_base64url(text).ok_or_else(refused)?;
    let said: ClientData = serde_json::from_slice(&bytes).map_err(|_| refused())?;
    // A page inside another house's page is not our page, whatever it shows.
    let ours = said.kind == kind && said.origin == house.origin && !said.cross_origin && said.top_origin.is_none();
    if ours { Ok(bytes) } else { Err(refused()) }
}

/// What the authenticator itself says (WebAuthn section 6.1).
struct Said {
    count: u32,
    backed_up: bool,
    /// The id of a new key, and the key.
    key: Option<(Vec<u8>, Item)>,
}

impl Said {
    fn read(house: &House, data: &[u8]) -> Result<Said> {
        let (hash, rest) = data.split_at_checked(32).ok_or_else(refused)?;
        let (flags, rest) = rest.split_first().ok_or_else(refused)?;
        let (count, rest) = rest.split_first_chunk::<4>().ok_or_else(refused)?;
        if hash != Sha256::digest(house.id.as_bytes()).as_slice() {
            return Err(refused());
        }
        // Present and verified: a passkey is two factors in one only if it asked for a finger, a face or a PIN.
        if flags & (PRESENT | VERIFIED) != PRESENT | VERIFIED {
            return Err(Error::invalid(
                "credential",
                "not_verified",
                "the device has to ask for a finger, a face or a PIN",
            ));
        }
        if flags & (MAY_BE_BACKED_UP | BACKED_UP) == BACKED_UP {
            return Err(refused());
        }
        let mut said = Said { count: u32::from_be_bytes(*count), backed_up: flags & BACKED_UP != 0, key: None };
        let mut rest = rest;
        if flags & HAS_KEY != 0 {
            let (_maker, after) = rest.split_at_checked(16).ok_or_else(refused)?;
            let (length, after) = after.split_first_chunk::<2>().ok_or_else(refused)?;
            let length = usize::from(u16::from_be_bytes(*length));
            let (id, after) = after.split_at_checked(length).ok_or_else(refused)?;
            let (key, after) = cbor::read(after).ok_or_else(refused)?;
            if id.is_empty() || id.len() > LONGEST_ID {
                return Err(refused());
            }
            rest = after;
            said.key = Some((id.to_vec(), key));
        }
        if flags & HAS_EXTENSIONS != 0 {
            let (extensions, after) = cbor::read(rest).ok_or_else(refused)?;
            if !matches!(extensions, Item::Map(_)) {
                return Err(refused());
            }
            rest = after;
        }
        if rest.is_empty() { Ok(said) } else { Err(refused()) }
    }
}

/// One answer for everything that does not hold together: whoever made it up need not learn where.
pub fn refused() -> Error {
    Error::invalid("credential", "not_accepted", "this passkey was not accepted")
}
