//! A house's word: an ID token, signed (OpenID Connect Core 1.0, section 3.1.3.7). RS256 and ES256, and nothing else: what a
//! token says of its own algorithm only chooses among keys of that kind.

use kernel::Time;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::Value as Json;

use super::fetch::{Jwk, Keys};
use crate::access::encoding::from_base64url;

/// How far two clocks may be apart.
const APART_S: i64 = 120;
/// A word older than this was not said for this sign-in.
const OLDEST_S: i64 = 15 * 60;

/// Why a word does not count; for the audit log.
pub type Refusal = &'static str;

/// What was said, once it is known to be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub subject: String,
    /// Only where the house says it has made sure of it.
    pub email: Option<String>,
    pub name: Option<String>,
    /// The house asked for a second factor.
    pub with_second_factor: bool,
}

/// What we expect of it.
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub now: Time,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<Json>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: i64,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    email_verified: Option<Json>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    amr: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Reads a word and makes sure of it.
pub fn heard(token: &str, keys: &Keys, expected: &Expected) -> Result<Said, Refusal> {
    let claims = signed(token, keys)?;
    if claims.iss != expected.issuer {
        return Err("issuer");
    }
    let (meant, alone) = match &claims.aud {
        Audience::One(one) => (one == expected.client_id, true),
        Audience::Many(many) => (many.iter().any(|one| one == expected.client_id), many.len() == 1),
    };
    let authorized = claims.azp.as_deref().map_or(alone, |party| party == expected.client_id);
    if !meant || !authorized {
        return Err("audience");
    }
    let now = expected.now.0 / 1000;
    if claims.exp <= now - APART_S || claims.iat > now + APART_S || claims.iat < now - OLDEST_S {
        return Err("time");
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err("nonce");
    }
    if claims.sub.is_empty() || claims.sub.len() > 255 {
        return Err("subject");
    }
    let verified = matches!(&claims.email_verified, Some(Json::Bool(true)))
        || claims.email_verified.as_ref().and_then(Json::as_str) == Some("true");
    Ok(Said {
        subject: claims.sub,
        email: claims.email.filter(|_| verified),
        name: claims.name,
        // RFC 8176.
        with_second_factor: claims.amr.iter().any(|how| matches!(how.as_str(), "mfa" | "hwk" | "swk" | "otp")),
    })
}

/// What a token claims, if a key of the house signed it.
fn signed(token: &str, keys: &Keys) -> Result<Claims, Refusal> {
    let mut parts = token.split('.');
    let (Some(head), Some(claims), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("form");
    };
    let read = |part: &str| from_base64url(part).ok_or("form");
    let said: Head = serde_json::from_slice(&read(head)?).map_err(|_| "form")?;
    if said.crit.is_some() {
        return Err("form");
    }
    let message = token.get(..head.len() + 1 + claims.len()).ok_or("form")?.as_bytes();
    let signature = read(signature)?;
    let fits = |key: &&Jwk| {
        let named = said.kid.is_none() || key.kid == said.kid;
        let for_this = key.alg.as_ref().is_none_or(|alg| *alg == said.alg);
        named && for_this && key.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
    };
    let by_house = keys.keys.iter().filter(fits).take(20).any(|key| match said.alg.as_str() {
        "RS256" => by_rsa(key, message, &signature),
        "ES256" => by_p256(key, message, &signature),
        _ => false,
    });
    if !by_house {
        return Err("signature");
    }
    serde_json::from_slice(&read(claims)?).map_err(|_| "form")
}

fn by_rsa(key: &Jwk, message: &[u8], signature: &[u8]) -> bool {
    let part = |part: &Option<String>| part.as_deref().and_then(from_base64url);
    let (true, Some(n), Some(e)) = (key.kty == "RSA", part(&key.n), part(&key.e)) else { return false };
    // Numbers begin without zeroes; some houses send them all the same.
    let bare = |bytes: Vec<u8>| bytes.into_iter().skip_while(|byte| *byte == 0).collect::<Vec<u8>>();
    let key = RsaPublicKeyComponents { n: bare(n), e: bare(e) };
    key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
}

fn by_p256(key: &Jwk, message: &[u8], signature: &[u8]) -> bool {
    let part = |part: &Option<String>| part.as_deref().and_then(from_base64url).filter(|part| part.len() == 32);
    let is_p256 = key.kty == "EC" && key.crv.as_deref() == Some("P-256");
    let (true, Some(x), Some(y)) = (is_p256, part(&key.x), part(&key.y)) else { return false };
    let point = [&[4u8][..], &x, &y].concat();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    use serde_json::json;

    use super::*;
    use crate::access::encoding::base64url;

    struct House {
        key: EcdsaKeyPair,
        random: SystemRandom,
    }

    impl House {
        fn new() -> House {
            let random = SystemRandom::new();
            let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
            let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap();
            House { key, random }
        }

        fn keys(&self) -> Keys {
            let point = self.key.public_key().as_ref();
            serde_json::from_value(json!({ "keys": [
                { "kty": "oct", "kid": "1", "k": "c2VjcmV0" },
                { "kty": "EC", "crv": "P-256", "kid": "1", "use": "sig", "x": base64url(&point[1..33]), "y": base64url(&point[33..]) },
            ] }))
            .unwrap()
        }

        fn says(&self, head: Json, claims: Json) -> String {
            let part = |json: Json| base64url(json.to_string().as_bytes());
            let message = format!("{}.{}", part(head), part(claims));
            let signature = self.key.sign(&self.random, message.as_bytes()).unwrap();
            format!("{message}.{}", base64url(signature.as_ref()))
        }
    }

    const NOW_S: i64 = 1_800_000_000;

    fn claims() -> Json {
        json!({
            "iss": "https://login.example.com", "sub": "42", "aud": "rapport", "exp": NOW_S + 300, "iat": NOW_S,
            "nonce": "n", "email": "ana@bluebakery.example", "email_verified": true, "name": "Ana Pop",
        })
    }

    fn heard_by(house: &House, token: &str) -> Result<Said, Refusal> {
        let expected =
            Expected { issuer: "https://login.example.com", client_id: "rapport", nonce: "n", now: Time(NOW_S * 1000) };
        heard(token, &house.keys(), &expected)
    }

    #[test]
    fn a_true_word_says_who_it_is() {
        let house = House::new();
        let said = heard_by(&house, &house.says(json!({ "alg": "ES256", "kid": "1" }), claims())).unwrap();
        assert_eq!((said.subject.as_str(), said.email.as_deref()), ("42", Some("ana@bluebakery.example")));
        assert!(!said.with_second_factor);
    }

    #[test]
    fn each_claim_is_checked() {
        let house = House::new();
        let but = |member: &str, value: Json| {
            let mut claims = claims();
            claims[member] = value;
            heard_by(&house, &house.says(json!({ "alg": "ES256", "kid": "1" }), claims))
        };
        assert_eq!(but("iss", json!("https://evil.example")), Err("issuer"));
        assert_eq!(but("aud", json!("another")), Err("audience"));
        assert_eq!(but("aud", json!(["rapport", "another"])), Err("audience"), "for two, and nobody says for whom");
        assert_eq!(but("azp", json!("another")), Err("audience"));
        assert_eq!(but("exp", json!(NOW_S - 200)), Err("time"));
        assert_eq!(but("iat", json!(NOW_S + 200)), Err("time"));
        assert_eq!(but("iat", json!(NOW_S - 3600)), Err("time"));
        assert_eq!(but("nonce", json!("another")), Err("nonce"));
        assert_eq!(but("nonce", json!(null)), Err("nonce"));
        assert_eq!(but("sub", json!("")), Err("subject"));
        assert_eq!(but("email_verified", json!(false)).unwrap().email, None);
        assert_eq!(but("email_verified", json!(null)).unwrap().email, None);
        assert!(but("amr", json!(["pwd", "mfa"])).unwrap().with_second_factor);
    }

    #[test]
    fn a_word_that_the_house_did_not_sign_is_none() {
        let (house, other) = (House::new(), House::new());
        let head = || json!({ "alg": "ES256", "kid": "1" });
        assert_eq!(heard_by(&house, &other.says(head(), claims())), Err("signature"));
        assert_eq!(heard_by(&house, &house.says(json!({ "alg": "none" }), claims())), Err("signature"));
        assert_eq!(heard_by(&house, &house.says(json!({ "alg": "HS256", "kid": "1" }), claims())), Err("signature"));
        assert_eq!(heard_by(&house, &house.says(json!({ "alg": "ES256", "kid": "2" }), claims())), Err("signature"));
        assert_eq!(heard_by(&house, &house.says(json!({ "alg": "ES256", "crit": ["x"] }), claims())), Err("form"));
        let token = house.says(head(), claims());
        let (message, _) = token.rsplit_once('.').unwrap();
        assert_eq!(heard_by(&house, &format!("{message}.")), Err("signature"));
        assert_eq!(heard_by(&house, message), Err("form"));
    }
}
