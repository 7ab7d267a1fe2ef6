//! Passkeys through the doors, with keys that the test itself holds and signs with.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::{TestApp, on_both};

use crate::sign_in::{PASSWORD, ana_by_password, entered};

const ORIGIN: &str = "http://localhost:8080";

/// A device with one key.
struct Device {
    key: EcdsaKeyPair,
    random: SystemRandom,
    count: u32,
}

impl Device {
    fn new() -> Device {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random).unwrap();
        Device { key, random, count: 0 }
    }

    fn id(&self) -> Vec<u8> {
        Sha256::digest(self.key.public_key().as_ref()).to_vec()
    }

    fn data(&mut self, flags: u8) -> Vec<u8> {
        self.count += 1;
        [Sha256::digest(b"localhost").as_slice(), &[flags], &self.count.to_be_bytes()].concat()
    }

    fn client(kind: &str, options: &Value) -> String {
        json!({ "type": kind, "challenge": options["publicKey"]["challenge"], "origin": ORIGIN }).to_string()
    }

    fn made(&mut self, options: &Value) -> Value {
        let point = self.key.public_key().as_ref().to_vec();
        let cose =
            [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], &point[1..33], &[0x22, 0x58, 32], &point[33..]].concat();
        let data = [self.data(0x45), vec![0; 16], vec![0, 32], self.id(), cose].concat();
        let head = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58";
        let object = [head.as_slice(), &[u8::try_from(data.len()).unwrap()], &data].concat();
        json!({
            "id": base64url(&self.id()), "rawId": base64url(&self.id()), "type": "public-key",
            "response": {
                "clientDataJSON": base64url(Device::client("webauthn.create", options).as_bytes()),
                "attestationObject": base64url(&object),
                "transports": ["internal"],
            },
        })
    }

    fn answer(&mut self, options: &Value) -> Value {
        let (data, client) = (self.data(0x05), Device::client("webauthn.get", options));
        let message = [data.as_slice(), &Sha256::digest(client.as_bytes())].concat();
        let signature = self.key.sign(&self.random, &message).unwrap();
        json!({
            "id": base64url(&self.id()), "rawId": base64url(&self.id()), "type": "public-key",
            "response": {
                "clientDataJSON": base64url(client.as_bytes()),
                "authenticatorData": base64url(&data),
                "signature": base64url(signature.as_ref()),
            },
        })
    }
}

pub fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let number =
            three.iter().fold(0u32, |number, byte| (number << 8) | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            out.push(char::from(LETTERS[((number >> (18 - 6 * place)) & 63) as usize]));
        }
    }
    out
}

on_both! {
    async fn a_passkey_signs_in_without_a_password(app: TestApp) {
        let app = app.reopened_at(ORIGIN);
        let ana = ana_by_password(&app).await;
        let mut device = Device::new();
        let options = ana.post("/me/passkeys/options", json!({})).await.ok();
        assert_eq!((&options["publicKey"]["rp"]["id"], &options["publicKey"]["attestation"]), (&json!("localhost"), &json!("none")));
        let credential = device.made(&options);
        let body = json!({ "name": "Ana's laptop", "credential": credential });
        let passkey = ana.post("/me/passkeys", body.clone()).await.created();
        ana.post("/me/passkeys", body).await.refused_with(422, "not_accepted");
        assert_eq!(ana.get("/me/security").await.ok()["passkeys"][0]["name"], "Ana's laptop");

        let stranger = app.stranger();
        let options = stranger.post("/session/passkey/options", json!({})).await.ok();
        assert_eq!(options["publicKey"]["allowCredentials"], json!([]), "nobody learns who has a passkey");
        let answer = device.answer(&options);
        let signed_in = entered(&app, stranger.post("/session/passkey", json!({ "credential": answer })).await);
        assert_eq!(signed_in.get("/session").await.ok()["user"]["email"], "ana@rapport.test");
        stranger.post("/session/passkey", json!({ "credential": answer })).await.refused(401);

        let path = format!("/me/passkeys/{}", passkey["id"].as_str().unwrap());
        assert_eq!(signed_in.patch(&path, json!({ "name": "Old laptop" })).await.ok()["name"], "Old laptop");
        ana.get("/me/passkeys").await.refused(405);
        signed_in.delete(&path).await.nothing();
        let options = stranger.post("/session/passkey/options", json!({})).await.ok();
        stranger.post("/session/passkey", json!({ "credential": device.answer(&options) })).await.refused(401);
        let audit = ana.get("/audit?action=passkey.").await.ok();
        assert_eq!(audit["data"].as_array().unwrap().len(), 2);
    }

    async fn a_challenge_of_somebody_elses_or_none_is_refused(app: TestApp) {
        let app = app.reopened_at(ORIGIN);
        let ana = ana_by_password(&app).await;
        let boris = app.colleague("Boris", json!({ "objects": {} })).await;
        let (mut device, name) = (Device::new(), "A key");
        let his = boris.post("/me/passkeys/options", json!({})).await.ok();
        let made = device.made(&his);
        ana.post("/me/passkeys", json!({ "name": name, "credential": made })).await.refused_with(422, "not_accepted");
        let mut own = ana.post("/me/passkeys/options", json!({})).await.ok();
        own["publicKey"]["challenge"] = json!(base64url(b"one of my own making"));
        ana.post("/me/passkeys", json!({ "name": name, "credential": device.made(&own) })).await.refused_with(422, "not_accepted");
        let late = ana.post("/me/passkeys/options", json!({})).await.ok();
        app.pass_ms(11 * 60_000);
        ana.post("/me/passkeys", json!({ "name": name, "credential": device.made(&late) })).await.refused_with(422, "not_accepted");
        assert_eq!(ana.get("/me/security").await.ok()["passkeys"], json!([]));
    }

    async fn a_copied_passkey_gives_itself_away_by_its_count(app: TestApp) {
        let app = app.reopened_at(ORIGIN);
        let ana = ana_by_password(&app).await;
        let mut device = Device::new();
        let options = ana.post("/me/passkeys/options", json!({})).await.ok();
        ana.post("/me/passkeys", json!({ "name": "A key", "credential": device.made(&options) })).await.created();
        let stranger = app.stranger();
        let options = stranger.post("/session/passkey/options", json!({})).await.ok();
        stranger.post("/session/passkey", json!({ "credential": device.answer(&options) })).await.ok();
        device.count = 0;
        let options = stranger.post("/session/passkey/options", json!({})).await.ok();
        stranger.post("/session/passkey", json!({ "credential": device.answer(&options) })).await.refused(401);
        assert_eq!(ana.get("/audit?action=passkey.copied").await.ok()["data"].as_array().unwrap().len(), 1);
    }

    async fn a_passkey_is_a_second_factor_where_the_role_needs_one(app: TestApp) {
        let app = app.reopened_at(ORIGIN);
        let ana = ana_by_password(&app).await;
        let mut device = Device::new();
        let options = ana.post("/me/passkeys/options", json!({})).await.ok();
        ana.post("/me/passkeys", json!({ "name": "A key", "credential": device.made(&options) })).await.created();
        let role = ana.get(&format!("/users/{}/roles", app.ana_id())).await.ok()["data"][0]["id"].clone();
        ana.patch("/company/sign-in", json!({ "second_factor": { "roles": [role] } })).await.ok();

        let stranger = app.stranger();
        let way = stranger.post("/session", json!({ "email": "ana@rapport.test", "password": PASSWORD })).await.accepted();
        assert_eq!(way["methods"], json!(["passkey"]));
        let options = stranger.post("/session/passkey/options", json!({ "token": way["token"] })).await.ok();
        assert_eq!(options["publicKey"]["allowCredentials"][0]["id"], base64url(&device.id()));
        let body = json!({ "credential": device.answer(&options), "token": way["token"] });
        let signed_in = entered(&app, stranger.post("/session/passkey", body).await);
        let sessions = signed_in.get("/sessions").await.ok();
        assert_eq!(sessions["data"][0]["method"], "password+passkey");

        // Without a password at all it is two factors in one.
        let options = stranger.post("/session/passkey/options", json!({})).await.ok();
        let alone = entered(&app, stranger.post("/session/passkey", json!({ "credential": device.answer(&options) })).await);
        alone.get("/contacts").await.ok();
        let passkey = alone.get("/me/security").await.ok()["passkeys"][0]["id"].clone();
        alone.delete(&format!("/me/passkeys/{}", passkey.as_str().unwrap())).await.refused_with(409, "second_factor.required");

        app.pass_ms(16 * 60_000);
        let options = stranger.post("/session/passkey/options", json!({})).await.ok();
        alone.post("/session/confirmation", json!({ "credential": device.answer(&options) })).await.nothing();
        assert_eq!(alone.get("/me/security").await.ok()["fresh"], true);
    }

    async fn at_a_bare_address_there_are_no_passkeys(app: TestApp) {
        let ana = ana_by_password(&app).await;
        assert_eq!(app.stranger().get("/sign-in").await.ok()["passkeys"], false);
        ana.post("/me/passkeys/options", json!({})).await.refused_with(409, "passkey.not_here");
    }
}
