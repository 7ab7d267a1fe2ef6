//! Asking a house over the network: its description, its keys, its word for a code. Short answers, in a short time, from where
//! the administrator said and nowhere else: redirects are not followed.

use std::io::Read;
use std::time::Duration;

use kernel::{Error, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::providers::Provider;
use crate::access::Secret;
use crate::access::encoding::base64;
use crate::html::coded;

const PATIENCE: Duration = Duration::from_secs(10);
const LARGEST: u64 = 256 << 10;

/// What a house says of itself (OpenID Connect Discovery 1.0).
#[derive(Debug, Clone, Deserialize)]
pub struct Description {
    issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

/// A house's keys (RFC 7517).
#[derive(Debug, Clone, Deserialize)]
pub struct Keys {
    pub keys: Vec<Jwk>,
}

/// One key; what we cannot use is passed over.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Jwk {
    pub kty: String,
    pub kid: Option<String>,
    #[serde(rename = "use")]
    pub purpose: Option<String>,
    pub alg: Option<String>,
    pub crv: Option<String>,
    pub n: Option<String>,
    pub e: Option<String>,
    pub x: Option<String>,
    pub y: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

/// The description of a house; it must be about this house and lead to safe addresses.
pub fn description(issuer: &str) -> Result<Description> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let said: Description = get(&address)?;
    // Behind the name of one house stands no other (OpenID Connect Discovery, section 4.3).
    let safe = |address: &str| super::providers::is_safe_address(address.split('?').next().unwrap_or_default());
    let addresses = [&said.authorization_endpoint, &said.token_endpoint, &said.jwks_uri];
    if said.issuer != issuer || !addresses.iter().all(|address| safe(address)) {
        return Err(unreachable(&address, "it describes another house, or leads to unsafe addresses"));
    }
    Ok(said)
}

/// The keys of a house.
pub fn keys(address: &str) -> Result<Keys> {
    get(address)
}

/// The house's word on who somebody is, for the code that they brought.
pub fn word(
    app: &crate::App,
    provider: &Provider,
    described: &Description,
    code: &str,
    verifier: &Secret,
    back: &str,
) -> Result<String> {
    let secret = provider.client_secret(app)?;
    let methods = &described.token_endpoint_auth_methods_supported;
    let has = |method: &str| methods.iter().any(|known| known == method);
    // Where a house does not say, the header is how it is done.
    let in_body = has("client_secret_post") && !has("client_secret_basic");
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", back),
        ("client_id", &provider.client_id),
        ("code_verifier", verifier.expose()),
    ];
    let mut request = agent().post(&described.token_endpoint).header("accept", "application/json");
    if let Some(secret) = &secret {
        if in_body {
            form.push(("client_secret", secret.expose()));
        } else {
            let pair = format!("{}:{}", coded(&provider.client_id), coded(secret.expose()));
            request = request.header("authorization", format!("Basic {}", base64(pair.as_bytes())));
        }
    }
    let answer = request.send_form(form);
    let mut answer = answer.map_err(|fault| unreachable(&described.token_endpoint, &fault.to_string()))?;
    let tokens: Tokens = read(&described.token_endpoint, answer.status().as_u16(), answer.body_mut().as_reader())?;
    Ok(tokens.id_token)
}

fn get<T: DeserializeOwned>(address: &str) -> Result<T> {
    let answer = agent().get(address).header("accept", "application/json").call();
    let mut answer = answer.map_err(|fault| unreachable(address, &fault.to_string()))?;
    read(address, answer.status().as_u16(), answer.body_mut().as_reader())
}

fn read<T: DeserializeOwned>(address: &str, status: u16, body: impl Read) -> Result<T> {
    if status != 200 {
        return Err(unreachable(address, &format!("it answered {status}")));
    }
    let mut bytes = Vec::new();
    body.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|fault| unreachable(address, &fault.to_string()))?;
    if bytes.len() as u64 > LARGEST {
        return Err(unreachable(address, "its answer is too long"));
    }
    serde_json::from_slice(&bytes).map_err(|fault| unreachable(address, &fault.to_string()))
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent("rapport")
        .build();
    config.into()
}

/// The house is away or does not keep to the standard: its fault, and the log says which.
fn unreachable(address: &str, why: &str) -> Error {
    tracing::warn!(address, why, "a provider of sign-in could not be asked");
    Error::Busy { retry_after_s: 30 }
}
