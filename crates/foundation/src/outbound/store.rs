//! A store of objects elsewhere, spoken to as S3 is: whole files are put, fetched, listed and removed.
//!
//! An object is there whole or not at all: what is put is signed with its checksum, so that a store takes no half of it.
//! Whoever runs the machine named the store, so it may stand on a private network. Addresses are `host/bucket/name`.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use kernel::{Error, Result, Time};
use ring::hmac;
use sha2::{Digest as _, Sha256};
// What answers are made of in the client's own library; nobody is answered with it.
use ureq::http as wire;

use crate::access::Secret;
use crate::access::secret::hex;

/// Where the store is and what it wants to be shown.
#[derive(Debug, Clone)]
pub struct ObjectStore {
    /// `https://host/bucket`, or further `https://host/bucket/folder`.
    pub url: String,
    pub region: String,
    pub key_id: String,
    pub secret: Secret,
}

/// An object of a listing.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub name: String,
    pub changed_at: Time,
}

/// A store that files are exchanged with.
pub struct Objects {
    at: ObjectStore,
    /// `https://host:port`.
    root: String,
    host: String,
    /// `/bucket`.
    bucket: String,
    /// `folder/` before each name, or nothing.
    folder: String,
    agent: ureq::Agent,
}

/// A store that does not even accept is not waited for so long.
const CONNECTING: Duration = Duration::from_secs(5);
/// How long one file may take.
const PATIENCE: Duration = Duration::from_secs(600);
/// What is waited before something is tried again, as often as there are entries.
const AGAIN_AFTER: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(1)];
/// Of nothing.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// The longest page of a listing, in bytes; it has a thousand names.
const LONGEST_PAGE: u64 = 4 << 20;

impl Objects {
    pub fn new(at: &ObjectStore) -> Result<Objects> {
        let unfit =
            |why: &str| Error::Unreadable(format!("lake: `{}` cannot be the store's address: {why}", at.url.trim()));
        let url = at.url.trim().trim_end_matches('/');
        let (scheme, rest) = url.split_once("://").ok_or_else(|| unfit("it begins with https://"))?;
        if scheme != "https" && scheme != "http" {
            return Err(unfit("it begins with https://"));
        }
        let (host, path) = rest.split_once('/').ok_or_else(|| unfit("a bucket is missing"))?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
        if host.is_empty() || path.is_empty() || !path.chars().all(is_plain) {
            return Err(unfit("a bucket and its folders are letters, digits, points and dashes"));
        }
        let (bucket, folder) = path.split_once('/').unwrap_or((path, ""));
        let config = ureq::Agent::config_builder()
            .timeout_connect(Some(CONNECTING))
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(None)
            .user_agent("rapport")
            .build();
        Ok(Objects {
            root: format!("{scheme}://{host}"),
            host: host.to_string(),
            bucket: format!("/{bucket}"),
            folder: if folder.is_empty() { String::new() } else { format!("{folder}/") },
            agent: ureq::Agent::new_with_config(config),
            at: at.clone(),
        })
    }

    /// Keeps a file under a name.
    pub fn put(&self, name: &str, file: &Path) -> Result<()> {
        let (length, sum) = summed(file)?;
        let path = self.path(name);
        self.tried(|| {
            let body = File::open(file).map_err(|fault| Fault::final_of(fault.to_string()))?;
            let mut request =
                self.agent.put(format!("{}{path}", self.root)).header("content-length", length.to_string());
            for (header, value) in self.signed("PUT", &path, "", &sum) {
                request = request.header(header, value);
            }
            let answer = request.send(&body).map_err(|fault| Fault::passing(fault.to_string()))?;
            answered("put", name, answer).map(drop)
        })
    }

    /// Fetches a file whole; `false` where there is none of that name. What is half fetched is the caller's to throw away.
    pub fn fetch(&self, name: &str, to: &Path) -> Result<bool> {
        let path = self.path(name);
        self.tried(|| {
            let Some(mut answer) = self.get(&path, "", name)? else { return Ok(false) };
            let mut file = File::create(to).map_err(|fault| Fault::final_of(fault.to_string()))?;
            io::copy(&mut answer.body_mut().as_reader(), &mut file)
                .map_err(|fault| Fault::passing(fault.to_string()))?;
            Ok(true)
        })
    }

    /// Removes a file; one that is gone already is fine.
    pub fn remove(&self, name: &str) -> Result<()> {
        let path = self.path(name);
        self.tried(|| {
            let mut request = self.agent.delete(format!("{}{path}", self.root));
            for (header, value) in self.signed("DELETE", &path, "", EMPTY) {
                request = request.header(header, value);
            }
            let answer = request.call().map_err(|fault| Fault::passing(fault.to_string()))?;
            answered("remove", name, answer).map(drop)
        })
    }

    /// Everything that lies in the folder itself.
    pub fn list(&self) -> Result<Vec<Listed>> {
        let mut all = Vec::new();
        let mut next: Option<String> = None;
        loop {
            // Sorted by name, as they are signed.
            let mut query = String::new();
            if let Some(next) = &next {
                query = format!("continuation-token={}&", encoded(next));
            }
            query.push_str(&format!("list-type=2&prefix={}", encoded(&self.folder)));
            let page = self.tried(|| {
                let Some(mut answer) = self.get(&self.bucket, &query, "")? else {
                    return Err(Fault::final_of(format!("there is no bucket {}", self.bucket)));
                };
                let mut text = String::new();
                let mut page = answer.body_mut().as_reader().take(LONGEST_PAGE);
                page.read_to_string(&mut text).map_err(|fault| Fault::passing(fault.to_string()))?;
                Ok(text)
            })?;
            all.extend(listed(&page, &self.folder));
            next = between(&page, "NextContinuationToken").map(unescaped);
            if next.is_none() {
                return Ok(all);
            }
        }
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{}{}", self.bucket, self.folder, encoded(name))
    }

    fn get(&self, path: &str, query: &str, name: &str) -> Tried<Option<Answer>> {
        let mark = if query.is_empty() { "" } else { "?" };
        let mut request = self.agent.get(format!("{}{path}{mark}{query}", self.root));
        for (header, value) in self.signed("GET", path, query, EMPTY) {
            request = request.header(header, value);
        }
        let answer = request.call().map_err(|fault| Fault::passing(fault.to_string()))?;
        answered("fetch", name, answer)
    }

    fn tried<T>(&self, work: impl Fn() -> Tried<T>) -> Result<T> {
        let mut waits = AGAIN_AFTER.iter();
        loop {
            match work() {
                Ok(done) => return Ok(done),
                Err(fault) => match waits.next().filter(|_| fault.is_passing) {
                    Some(wait) => std::thread::sleep(*wait),
                    None => return Err(Error::internal(format!("the store {}: {}", self.host, fault.text))),
                },
            }
        }
    }

    /// The headers of a request, its signature among them.
    fn signed(&self, method: &str, path: &str, query: &str, payload: &str) -> Vec<(&'static str, String)> {
        let at = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let headers = [("host", self.host.as_str()), ("x-amz-content-sha256", payload), ("x-amz-date", at.as_str())];
        let authorization = authorization(&self.at, &at, method, path, query, &headers, payload);
        vec![
            ("authorization", authorization),
            ("x-amz-content-sha256", payload.to_string()),
            ("x-amz-date", at.clone()),
        ]
    }
}

/// Why a store did not do what it was asked, and whether another try may be.
struct Fault {
    text: String,
    is_passing: bool,
}

type Tried<T> = std::result::Result<T, Fault>;

impl Fault {
    fn passing(text: String) -> Fault {
        Fault { text, is_passing: true }
    }

    fn final_of(text: String) -> Fault {
        Fault { text, is_passing: false }
    }
}

type Answer = wire::Response<ureq::Body>;

/// The answer; none where there is no such thing.
fn answered(verb: &str, name: &str, mut answer: Answer) -> Tried<Option<Answer>> {
    let status = answer.status().as_u16();
    if (200..300).contains(&status) {
        return Ok(Some(answer));
    }
    let mut text = String::new();
    // What is wrong is said in the first lines; where it cannot be read the status has to do.
    let _ = answer.body_mut().as_reader().take(2_000).read_to_string(&mut text);
    let code = between(&text, "Code").unwrap_or_default().to_string();
    if status == 404 && code != "NoSuchBucket" {
        return Ok(None);
    }
    let fault = format!("could not {verb} {name}: {status} {code}");
    Err(Fault { text: fault, is_passing: status >= 500 || status == 429 })
}

/// Length and SHA-256 of a file.
fn summed(path: &Path) -> Result<(u64, String)> {
    let mut file = File::open(path).map_err(Error::internal)?;
    let (mut sum, mut part, mut length) = (Sha256::new(), vec![0_u8; 1 << 20], 0_u64);
    loop {
        let read = file.read(&mut part).map_err(Error::internal)?;
        let Some(part) = part.get(..read).filter(|part| !part.is_empty()) else { break };
        sum.update(part);
        length += read as u64;
    }
    Ok((length, hex(&sum.finalize())))
}

/// Signature Version 4, as the stores' makers describe it. `headers` are all that are signed, sorted by name.
fn authorization(
    at: &ObjectStore,
    moment: &str,
    method: &str,
    path: &str,
    query: &str,
    headers: &[(&str, &str)],
    payload: &str,
) -> String {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let request = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{payload}");
    let day = moment.get(..8).unwrap_or_default();
    let scope = format!("{day}/{}/s3/aws4_request", at.region);
    let text = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{}", hex(&Sha256::digest(request.as_bytes())));
    let mut key = format!("AWS4{}", at.secret.expose()).into_bytes();
    for part in [day, at.region.as_str(), "s3", "aws4_request", text.as_str()] {
        key = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), part.as_bytes()).as_ref().to_vec();
    }
    format!("AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={}", at.key_id, hex(&key))
}

/// As addresses and signatures want it.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

fn between<'t>(text: &'t str, tag: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(&format!("<{tag}>"))?;
    rest.split_once(&format!("</{tag}>")).map(|(inside, _)| inside)
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

fn listed(page: &str, folder: &str) -> Vec<Listed> {
    let entries = page.split("<Contents>").skip(1);
    entries
        .filter_map(|entry| {
            let name = unescaped(between(entry, "Key")?).strip_prefix(folder)?.to_string();
            let changed_at = Time::parse(between(entry, "LastModified")?)?;
            (!name.is_empty() && !name.contains('/')).then_some(Listed { name, changed_at })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> ObjectStore {
        ObjectStore {
            url: url.into(),
            region: "us-east-1".into(),
            key_id: "AKIAIOSFODNN7EXAMPLE".into(),
            secret: Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        }
    }

    #[test]
    fn signatures_are_those_of_the_published_examples() {
        let headers = [
            ("host", "examplebucket.s3.amazonaws.com"),
            ("x-amz-content-sha256", EMPTY),
            ("x-amz-date", "20130524T000000Z"),
        ];
        for (query, signature) in [
            ("max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
            ("lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ] {
            let signed = authorization(&at("https://x/b"), "20130524T000000Z", "GET", "/", query, &headers, EMPTY);
            assert!(signed.ends_with(&format!("Signature={signature}")), "{signed}");
            assert!(signed.contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date"), "{signed}");
        }
    }

    #[test]
    fn an_address_names_a_bucket_and_perhaps_a_folder() {
        let objects = Objects::new(&at("http://127.0.0.1:9000/company/lake/")).unwrap();
        assert_eq!(objects.path("2026-01-x.parquet"), "/company/lake/2026-01-x.parquet");
        assert_eq!(Objects::new(&at("https://s3.example/b")).unwrap().path("a b"), "/b/a%20b");
        for unfit in ["", "s3://b/x", "https://s3.example", "https://s3.example/", "https://s3.example/a?b"] {
            assert!(Objects::new(&at(unfit)).is_err(), "{unfit}");
        }
    }

    #[test]
    fn a_listing_names_what_lies_in_the_folder_itself() {
        let page = "<ListBucketResult><Contents><Key>lake/a.parquet</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified>\
                    </Contents><Contents><Key>lake/deeper/b</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents>\
                    <NextContinuationToken>a&amp;b</NextContinuationToken></ListBucketResult>";
        let names: Vec<String> = listed(page, "lake/").into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["a.parquet"]);
        assert_eq!(between(page, "NextContinuationToken").map(unescaped).as_deref(), Some("a&b"));
    }
}
