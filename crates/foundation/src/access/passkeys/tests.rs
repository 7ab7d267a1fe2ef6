use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::House;
use super::verify::{self, Assertion, NewCredential};
use crate::access::encoding::base64url;

/// An authenticator of the test's own: what it signs is real, and each part can be made wrong.
struct Device {
    key: Key,
    id: Vec<u8>,
    house: String,
    flags: u8,
    count: u32,
}

enum Key {
    Es256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

const UP_UV: u8 = 0x05;

impl Device {
    fn es256() -> Device {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random).unwrap();
        Device::with(Key::Es256(key))
    }

    fn ed25519() -> Device {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Device::with(Key::Ed25519(Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap()))
    }

    fn with(key: Key) -> Device {
        Device { key, id: vec![7; 16], house: "localhost".into(), flags: UP_UV, count: 1 }
    }

    fn cose(&self) -> Vec<u8> {
        match &self.key {
            Key::Es256(key) => {
                let point = key.public_key().as_ref();
                [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], &point[1..33], &[0x22, 0x58, 32], &point[33..]]
                    .concat()
            }
            Key::Ed25519(key) => [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32], key.public_key().as_ref()].concat(),
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.key {
            Key::Es256(key) => key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Key::Ed25519(key) => key.sign(message).as_ref().to_vec(),
        }
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        [Sha256::digest(self.house.as_bytes()).as_slice(), &[flags], &self.count.to_be_bytes()].concat()
    }

    fn register(&self, client: &Json) -> NewCredential {
        let mut data = self.data(self.flags | 0x40);
        data.extend([0u8; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(self.cose());
        // {"fmt": "none", "attStmt": {}, "authData": …}
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt");
        object.extend([0x64]);
        object.extend(b"none");
        object.extend([0x67]);
        object.extend(b"attStmt");
        object.extend([0xa0, 0x68]);
        object.extend(b"authData");
        object.extend([0x58, u8::try_from(data.len()).unwrap()]);
        object.extend(data);
        serde_json::from_value(json!({
            "id": base64url(&self.id), "rawId": base64url(&self.id), "type": "public-key",
            "authenticatorAttachment": "platform", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64url(client.to_string().as_bytes()),
                "attestationObject": base64url(&object),
                "transports": ["internal", "something new"],
            },
        }))
        .unwrap()
    }

    fn answer(&self, client: &Json) -> Assertion {
        serde_json::from_value(self.answer_json(client)).unwrap()
    }

    fn answer_json(&self, client: &Json) -> Json {
        let data = self.data(self.flags);
        let client = client.to_string();
        let signature = self.sign(&[data.as_slice(), &Sha256::digest(client.as_bytes())].concat());
        json!({
            "id": base64url(&self.id), "rawId": base64url(&self.id), "type": "public-key",
            "response": {
                "clientDataJSON": base64url(client.as_bytes()),
                "authenticatorData": base64url(&data),
                "signature": base64url(&signature),
                "userHandle": null,
            },
        })
    }
}

fn house() -> House {
    House::of("http://localhost:8080").unwrap()
}

fn client(kind: &str) -> Json {
    json!({ "type": kind, "challenge": base64url(b"a challenge"), "origin": "http://localhost:8080", "crossOrigin": false })
}

/// The same with one member other.
fn but(mut client: Json, member: &str, value: Json) -> Json {
    client[member] = value;
    client
}

#[test]
fn a_key_that_was_made_here_signs_in_here() {
    for device in [Device::es256(), Device::ed25519()] {
        let new = device.register(&client("webauthn.create"));
        assert_eq!(verify::challenge_of_new(&new).unwrap(), b"a challenge");
        let made = verify::made(&house(), &new).unwrap();
        assert_eq!((made.credential.as_slice(), made.count, made.backed_up), (device.id.as_slice(), 1, false));
        assert_eq!(made.transports, ["internal"]);

        let answered = verify::answered(&house(), &device.answer(&client("webauthn.get"))).unwrap();
        assert_eq!(answered.challenge, b"a challenge");
        assert!(answered.by(&made.key));
    }
}

#[test]
fn another_key_does_not_sign_for_it() {
    let (mine, other) = (Device::es256(), Device::es256());
    let made = verify::made(&house(), &mine.register(&client("webauthn.create"))).unwrap();
    let answered = verify::answered(&house(), &other.answer(&client("webauthn.get"))).unwrap();
    assert!(!answered.by(&made.key));
    let ed = Device::ed25519();
    let answered = verify::answered(&house(), &ed.answer(&client("webauthn.get"))).unwrap();
    assert!(!answered.by(&made.key), "nor one of another kind");
}

#[test]
fn a_changed_answer_is_signed_by_nobody() {
    let device = Device::es256();
    let made = verify::made(&house(), &device.register(&client("webauthn.create"))).unwrap();
    let other_challenge = but(client("webauthn.get"), "challenge", json!(base64url(b"another")));
    let later = Device { count: 9, ..Device::es256() };
    for (part, other) in [
        ("clientDataJSON", device.answer_json(&other_challenge)),
        ("authenticatorData", later.answer_json(&client("webauthn.get"))),
    ] {
        let mut forged = device.answer_json(&client("webauthn.get"));
        forged["response"][part] = other["response"][part].clone();
        let answered = verify::answered(&house(), &serde_json::from_value(forged).unwrap()).unwrap();
        assert!(!answered.by(&made.key), "{part}");
    }
}

#[test]
fn an_answer_for_another_page_house_or_purpose_is_refused() {
    let device = Device::es256();
    for wrong in [
        but(client("webauthn.get"), "type", json!("webauthn.create")),
        but(client("webauthn.get"), "origin", json!("https://evil.example")),
        but(client("webauthn.get"), "origin", json!("http://localhost:8081")),
        but(client("webauthn.get"), "crossOrigin", json!(true)),
        but(client("webauthn.get"), "topOrigin", json!("https://evil.example")),
    ] {
        assert!(verify::answered(&house(), &device.answer(&wrong)).is_err(), "{wrong}");
    }
    let elsewhere = Device { house: "evil.example".into(), ..Device::es256() };
    assert!(verify::answered(&house(), &elsewhere.answer(&client("webauthn.get"))).is_err());
    assert!(verify::made(&house(), &elsewhere.register(&client("webauthn.create"))).is_err());
}

#[test]
fn nobody_there_and_nobody_verified_are_refused() {
    for flags in [0x00, 0x01, 0x04, UP_UV | 0x10] {
        let device = Device { flags, ..Device::es256() };
        assert!(verify::answered(&house(), &device.answer(&client("webauthn.get"))).is_err(), "{flags:#x}");
        assert!(verify::made(&house(), &device.register(&client("webauthn.create"))).is_err(), "{flags:#x}");
    }
    let backed_up = Device { flags: UP_UV | 0x18, ..Device::es256() };
    assert!(verify::answered(&house(), &backed_up.answer(&client("webauthn.get"))).unwrap().backed_up);
}

#[test]
fn the_house_is_the_name_in_the_address() {
    let id = |origin| House::of(origin).map(|house| (house.id, house.origin));
    assert_eq!(id("https://crm.example.com"), Some(("crm.example.com".into(), "https://crm.example.com".into())));
    assert_eq!(id("http://127.0.0.1:8080"), Some(("localhost".into(), "http://localhost:8080".into())));
    assert_eq!(id("http://localhost:9"), Some(("localhost".into(), "http://localhost:9".into())));
    assert_eq!(id("https://192.0.2.7"), None, "browsers refuse a bare address");
    assert_eq!(id("http://crm.example.com"), None, "and a name without https");
}
