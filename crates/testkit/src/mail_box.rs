//! A mail server for tests: takes letters over the loopback address as any server does (RFC 5321), and can be away, refuse,
//! or take a letter and never say so.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// A letter that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    pub to: Vec<String>,
    /// Head and body as they came, lines ending in `\n`; what was quoted-printable is readable again.
    pub text: String,
}

impl Taken {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (head, _) = self.text.split_once("\n\n")?;
        head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

#[derive(Default)]
struct Said {
    taken: Vec<Taken>,
    /// Recipients that do not exist.
    unknown: Vec<String>,
}

#[derive(Default)]
struct Shared {
    said: Mutex<Said>,
    is_silent: AtomicBool,
    is_away: AtomicBool,
}

impl Shared {
    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See the module.
pub struct MailBox {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

impl MailBox {
    /// On a free port.
    pub fn new() -> MailBox {
        MailBox::at((Ipv4Addr::LOCALHOST, 0).into(), Arc::default())
    }

    fn at(address: SocketAddr, shared: Arc<Shared>) -> MailBox {
        let listener = TcpListener::bind(address).expect("a port for mail");
        let address = listener.local_addr().expect("an address");
        shared.is_away.store(false, Ordering::SeqCst);
        let kept = shared.clone();
        let listening = std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                if kept.is_away.load(Ordering::SeqCst) {
                    return;
                }
                let shared = kept.clone();
                std::thread::spawn(move || drop(converse(socket, &shared)));
            }
        });
        MailBox { address, shared, listening: Some(listening) }
    }

    pub fn url(&self) -> String {
        format!("smtp://rapport:a%20password@{}", self.address)
    }

    /// What was taken so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.shared.said().taken.clone()
    }

    /// Nobody of that address is here.
    pub fn refuse(&self, recipient: &str) {
        self.shared.said().unknown.push(recipient.to_string());
    }

    /// From now on letters are taken, and the sender is told nothing; or told again.
    pub fn be_silent(&self, silent: bool) {
        self.shared.is_silent.store(silent, Ordering::SeqCst);
    }

    /// Nobody answers at its address until [`MailBox::come_back`].
    pub fn go_away(&mut self) {
        self.shared.is_away.store(true, Ordering::SeqCst);
        // Wakes it from waiting for somebody to call.
        let _ = TcpStream::connect(self.address);
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }

    pub fn come_back(&mut self) {
        *self = MailBox::at(self.address, self.shared.clone());
    }
}

impl Default for MailBox {
    fn default() -> MailBox {
        MailBox::new()
    }
}

/// One conversation, up to its end or to where the other side leaves.
fn converse(socket: TcpStream, shared: &Shared) -> std::io::Result<()> {
    socket.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut out = socket.try_clone()?;
    let mut lines = BufReader::new(socket).lines();
    let mut to = Vec::new();
    out.write_all(b"220 mail.rapport.test ESMTP\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-mail.rapport.test\r\n250-8BITMIME\r\n250 AUTH PLAIN",
            // rapport, a password
            "AUTH" if line.ends_with("AHJhcHBvcnQAYSBwYXNzd29yZA==") => "235 2.7.0 welcome",
            "AUTH" => "535 5.7.8 who are you",
            "MAIL" | "RSET" => {
                to.clear();
                "250 2.1.0 well"
            }
            "RCPT" => {
                let recipient = line.split(['<', '>']).nth(1).unwrap_or_default().to_string();
                if shared.said().unknown.contains(&recipient) {
                    "550 5.1.1 there is nobody of that name"
                } else {
                    to.push(recipient);
                    "250 2.1.5 well"
                }
            }
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                let mut text = String::new();
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push('\n');
                }
                shared.said().taken.push(Taken { to: to.clone(), text: readable(&text) });
                while shared.is_silent.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(20));
                }
                "250 2.0.0 taken"
            }
            "NOOP" => "250 2.0.0 well",
            "QUIT" => {
                out.write_all(b"221 2.0.0 good-bye\r\n")?;
                return Ok(());
            }
            _ => "502 5.5.2 not known here",
        };
        out.write_all(answer.as_bytes())?;
        out.write_all(b"\r\n")?;
    }
    Ok(())
}

/// Quoted-printable (RFC 2045) undone throughout: what is not written so hardly looks like it.
fn readable(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let bytes = joined.as_bytes();
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, hex(bytes.get(at + 1)), hex(bytes.get(at + 2))) {
            (b'=', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
