//! The real program as a process of its own, for what only a process shows: signals, restarts, exit codes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use db::Target;
use serde_json::Value;

/// `rapport serve` on a free port of the loopback address. Killed when dropped.
pub struct Program {
    child: Child,
    pub address: String,
    log: Arc<Mutex<String>>,
}

/// A command of the program, with the company's place as its arguments say.
pub fn command(binary: &Path, data: &Path, target: &Target, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command.args(arguments).arg("--data").arg(data).env_remove("RAPPORT_LOG").env_remove("RAPPORT_DATA");
    match target {
        Target::Folder(_) => command.env_remove("RAPPORT_DATABASE"),
        Target::Postgres(url) => command.env("RAPPORT_DATABASE", url),
    };
    command
}

impl Program {
    /// Runs a command to its end.
    pub fn run(binary: &Path, data: &Path, target: &Target, arguments: &[&str]) -> Output {
        command(binary, data, target, arguments).output().expect("the program runs")
    }

    /// Starts serving and waits until it is ready.
    pub fn serve(binary: &Path, data: &Path, target: &Target) -> Program {
        Program::started(command(binary, data, target, &["serve", "--listen", "127.0.0.1:0"]))
    }

    /// [`Program::serve`] with a command of one's own.
    pub fn started(mut command: Command) -> Program {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("its log")).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let mut address = None;
        while address.is_none() {
            let line =
                lines.next().unwrap_or_else(|| panic!("the program ended: {}", read(&log))).expect("a line of the log");
            address = line
                .split_once("address=")
                .map(|(_, rest)| rest.split_whitespace().next().unwrap_or_default().to_string());
            add(&log, &line);
        }
        // The log must be read on, or the program would wait for room in the pipe.
        let kept = log.clone();
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| add(&kept, &line)));
        let program = Program { child, address: address.unwrap_or_default(), log };
        let until = Instant::now() + Duration::from_secs(30);
        while program.try_get("/readyz").is_none_or(|(status, _)| status != 200) {
            assert!(Instant::now() < until, "the program did not get ready");
            std::thread::sleep(Duration::from_millis(20));
        }
        program
    }

    /// What it printed so far.
    pub fn said(&self) -> String {
        read(&self.log)
    }

    /// `kill -9`: no chance to finish anything.
    pub fn kill(mut self) {
        self.child.kill().expect("the program is killed");
        self.child.wait().expect("the program is gone");
    }

    /// SIGTERM, and what it ended with.
    pub fn stop(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("a signal is sent");
        assert!(sent.success());
        self.child.wait().expect("the program is gone").code()
    }

    /// A plain request over a socket; none if nobody answers.
    pub fn ask(&self, method: &str, path: &str, key: &str, body: &str) -> Option<(u16, Value)> {
        let mut socket = TcpStream::connect(&self.address).ok()?;
        socket.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
        let authorization = if key.is_empty() { String::new() } else { format!("authorization: Bearer {key}\r\n") };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\n{authorization}content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        );
        socket.write_all(request.as_bytes()).ok()?;
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).ok()?;
        let text = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split_whitespace().nth(1)?.parse().ok()?;
        Some((status, serde_json::from_str(body).unwrap_or(Value::String(body.to_string()))))
    }

    fn try_get(&self, path: &str) -> Option<(u16, Value)> {
        self.ask("GET", path, "", "")
    }
}

fn add(log: &Mutex<String>, line: &str) {
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    log.push_str(line);
    log.push('\n');
}

fn read(log: &Mutex<String>) -> String {
    log.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
