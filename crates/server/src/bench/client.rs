//! A small HTTP/1.1 client with one kept connection: enough to measure a server on this machine, nothing more.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use kernel::{Error, Result};

pub struct Client {
    stream: BufReader<TcpStream>,
    key: String,
}

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    pub took: Duration,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Fails unless the server answered as hoped, so that no bench measures errors.
    pub fn ok(self) -> Result<Answer> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        Err(Error::internal(format!(
            "{}: {}",
            self.status,
            String::from_utf8_lossy(&self.body).chars().take(300).collect::<String>()
        )))
    }
}

impl Client {
    pub fn connect(address: &str, key: &str) -> Result<Client> {
        let stream = TcpStream::connect(address).map_err(Error::internal)?;
        stream.set_nodelay(true).map_err(Error::internal)?;
        stream.set_read_timeout(Some(Duration::from_secs(120))).map_err(Error::internal)?;
        Ok(Client { stream: BufReader::new(stream), key: key.to_string() })
    }

    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.send("GET", path, b"")
    }

    pub fn post(&mut self, path: &str, body: &serde_json::Value) -> Result<Answer> {
        self.send("POST", path, body.to_string().as_bytes())
    }

    pub fn send(&mut self, method: &str, path: &str, body: &[u8]) -> Result<Answer> {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.key,
            body.len()
        );
        let started = Instant::now();
        let stream = self.stream.get_mut();
        stream.write_all(&[head.as_bytes(), body].concat()).map_err(Error::internal)?;
        let mut line = String::new();
        self.stream.read_line(&mut line).map_err(Error::internal)?;
        let status = line.split_whitespace().nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        let (mut length, mut chunked) = (0usize, false);
        loop {
            line.clear();
            self.stream.read_line(&mut line).map_err(Error::internal)?;
            let header = line.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
            chunked |= header.starts_with("transfer-encoding:") && header.contains("chunked");
        }
        let mut answer = vec![0u8; if chunked { 0 } else { length }];
        if chunked {
            loop {
                line.clear();
                self.stream.read_line(&mut line).map_err(Error::internal)?;
                let size = usize::from_str_radix(line.trim(), 16).map_err(Error::internal)?;
                let mut part = vec![0u8; size + 2];
                self.stream.read_exact(&mut part).map_err(Error::internal)?;
                if size == 0 {
                    break;
                }
                part.truncate(size);
                answer.append(&mut part);
            }
        } else {
            self.stream.read_exact(&mut answer).map_err(Error::internal)?;
        }
        Ok(Answer { status, body: answer, took: started.elapsed() })
    }
}

/// Encodes a query parameter.
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}
