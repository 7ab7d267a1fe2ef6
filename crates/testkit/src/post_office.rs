//! A real post office: Dovecot for mail that is read, Exim for mail that goes out, each a process of its own on a free port of
//! the loopback address, with a configuration and a folder that are gone with it. Two people live there: ana and ben, with
//! the password `secret`. Where either program is missing (`bin/test` installs them), tests say so and pass.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// See the module. Stopped when dropped.
pub struct PostOffice {
    folder: tempfile::TempDir,
    imap: u16,
    smtp: u16,
    dovecot: Option<Child>,
    exim: Option<Child>,
}

/// Who the processes are: the mail belongs to whom Exim runs as.
struct Owner {
    uid: String,
    gid: String,
    is_root: bool,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a free port").port()
}

fn id(arguments: &[&str]) -> String {
    let said = Command::new("id").args(arguments).output().expect("id runs").stdout;
    String::from_utf8_lossy(&said).trim().to_string()
}

fn program(name: &str) -> Option<PathBuf> {
    ["/usr/sbin", "/usr/bin", "/usr/local/sbin"].iter().map(|at| Path::new(at).join(name)).find(|path| path.is_file())
}

impl PostOffice {
    /// Opens it; none where it cannot be.
    pub fn open() -> Option<PostOffice> {
        let (Some(_), Some(_)) = (program("dovecot"), program("exim4")) else {
            eprintln!("skipped: no Dovecot and Exim to read and send mail by");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("post").tempdir().expect("a folder");
        let mut office = PostOffice { folder, imap: free_port(), smtp: free_port(), dovecot: None, exim: None };
        office.furnish();
        office.open_again();
        Some(office)
    }

    /// Where letters are read.
    pub fn imap(&self) -> u16 {
        self.imap
    }

    /// Where letters are handed in.
    pub fn smtp(&self) -> u16 {
        self.smtp
    }

    fn furnish(&self) {
        let at = self.folder.path();
        let is_root = id(&["-u"]) == "0";
        let owner = if is_root {
            Owner { uid: id(&["-u", "Debian-exim"]), gid: id(&["-g", "Debian-exim"]), is_root }
        } else {
            Owner { uid: id(&["-u"]), gid: id(&["-g"]), is_root }
        };
        for part in ["run", "mail", "spool", "log"] {
            fs::create_dir_all(at.join(part)).expect("a folder is made");
        }
        if owner.is_root {
            let who = format!("{}:{}", owner.uid, owner.gid);
            let parts = ["mail", "spool", "log"].map(|part| at.join(part));
            let done = Command::new("chown").arg(&who).args(&parts).status().expect("chown runs");
            assert!(done.success(), "the folders get their owner");
            let done = Command::new("chmod").arg("755").arg(at).status().expect("chmod runs");
            assert!(done.success(), "the folder is open");
        }
        let root = at.display();
        let people = "ana@rapport.test:secret::::::\nben@rapport.test:secret::::::\n";
        fs::write(at.join("users"), people).expect("the people are written down");
        let users = if owner.is_root {
            String::new()
        } else {
            let me = id(&["-un"]);
            format!(
                "default_internal_user = {me}\ndefault_login_user = {me}\ndefault_internal_group = {}\n",
                id(&["-gn"])
            )
        };
        let dovecot = format!(
            "protocols = imap\nbase_dir = {root}/run\nlog_path = {root}/log/dovecot\nssl = no\ndisable_plaintext_auth = no\n\
             listen = 127.0.0.1\nmail_location = maildir:{root}/mail/%n\nfirst_valid_uid = 1\nlast_valid_uid = 0\n{users}\
             service imap-login {{\n chroot =\n inet_listener imap {{\n port = {}\n }}\n inet_listener imaps {{\n port = 0\n }}\n}}\n\
             service anvil {{\n chroot =\n}}\n\
             passdb {{\n driver = passwd-file\n args = scheme=PLAIN username_format=%u {root}/users\n}}\n\
             userdb {{\n driver = static\n args = uid={} gid={} home={root}/mail/%n\n}}\n\
             namespace inbox {{\n inbox = yes\n separator = /\n mailbox Sent {{\n auto = create\n special_use = \\Sent\n }}\n}}\n",
            self.imap, owner.uid, owner.gid
        );
        fs::write(at.join("dovecot.conf"), dovecot).expect("a configuration is written");
        let exim = format!(
            "primary_hostname = mail.rapport.test\nspool_directory = {root}/spool\nlog_file_path = {root}/log/exim-%s\n\
             pid_file_path = {root}/log/exim.pid\ntls_advertise_hosts =\nlocal_interfaces = 127.0.0.1\ndaemon_smtp_ports = {}\n\
             domainlist local_domains = rapport.test\nacl_smtp_rcpt = check_rcpt\nacl_smtp_data = accept\nhost_lookup =\n\
             rfc1413_query_timeout = 0s\nkeep_environment =\ndeliver_drop_privilege = true\nmessage_size_limit = 60M\n\
             begin acl\ncheck_rcpt:\n  deny message = 550 5.1.1 no such user here\n       local_parts = nobody\n  accept\n\
             begin routers\nhere:\n  driver = accept\n  domains = +local_domains\n  local_part_suffix = +*\n  local_part_suffix_optional\n  local_parts = ana : ben\n  transport = maildir\n\
             elsewhere:\n  driver = redirect\n  data = :blackhole:\n\
             begin transports\nmaildir:\n  driver = appendfile\n  directory = {root}/mail/$local_part_data\n  maildir_format\n  create_directory\n\
             begin retry\nbegin authenticators\nplain:\n  driver = plaintext\n  public_name = PLAIN\n  server_prompts = :\n\
             \x20 server_condition = ${{if eq{{$auth3}}{{secret}}}}\n  server_set_id = $auth2\n  server_advertise_condition = true\n",
            self.smtp
        );
        fs::write(at.join("exim.conf"), exim).expect("a configuration is written");
    }

    /// Both programs begin, on the same ports as before.
    pub fn open_again(&mut self) {
        let at = self.folder.path();
        let start = |name: &str, arguments: &[&str], conf: &str, flag: &str| {
            Command::new(program(name).expect("it was there"))
                .args(arguments)
                .arg(flag)
                .arg(at.join(conf))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("it starts")
        };
        self.dovecot = Some(start("dovecot", &["-F"], "dovecot.conf", "-c"));
        self.exim = Some(start("exim4", &["-bdf"], "exim.conf", "-C"));
        for port in [self.imap, self.smtp] {
            let until = Instant::now() + Duration::from_secs(30);
            while TcpStream::connect(("127.0.0.1", port)).is_err() {
                assert!(Instant::now() < until, "the post office does not open: {}", self.log());
                std::thread::sleep(Duration::from_millis(50));
            }
        }
    }

    /// Both programs end; what was delivered stays.
    pub fn close(&mut self) {
        for mut child in [self.dovecot.take(), self.exim.take()].into_iter().flatten() {
            // Its children go with it only if it is asked.
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let until = Instant::now() + Duration::from_secs(10);
            while child.try_wait().ok().flatten().is_none() && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(20));
            }
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// What the programs have to say.
    pub fn log(&self) -> String {
        let files = fs::read_dir(self.folder.path().join("log")).into_iter().flatten().filter_map(Result::ok);
        files.filter_map(|file| fs::read_to_string(file.path()).ok()).collect::<Vec<_>>().join("\n")
    }

    /// Hands a letter in as another server would, and waits until it lies in its box.
    pub fn post(&self, to: &str, letter: &str) {
        let before = self.letters(to, "").len();
        let mut line = TcpStream::connect(("127.0.0.1", self.smtp)).expect("the post office is open");
        let mut answers = BufReader::new(line.try_clone().expect("a line"));
        let mut hear = || {
            loop {
                let mut said = String::new();
                answers.read_line(&mut said).expect("an answer");
                assert!(said.starts_with(['2', '3']), "{said}");
                if said.as_bytes().get(3) != Some(&b'-') {
                    return;
                }
            }
        };
        hear();
        for said in ["EHLO elsewhere.example", "MAIL FROM:<>", &format!("RCPT TO:<{to}@rapport.test>"), "DATA"] {
            line.write_all(format!("{said}\r\n").as_bytes()).expect("it listens");
            hear();
        }
        let plain = letter.replace("\r\n", "\n").replace("\n.", "\n..").replace('\n', "\r\n");
        line.write_all(format!("{plain}\r\n.\r\n").as_bytes()).expect("it listens");
        hear();
        let until = Instant::now() + Duration::from_secs(30);
        while self.letters(to.split('+').next().unwrap_or(to), "").len() <= before {
            assert!(Instant::now() < until, "the letter does not arrive: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Puts a letter straight into somebody's box, whatever it looks like.
    pub fn drop_in(&self, to: &str, name: &str, letter: &[u8]) {
        let folder = self.folder.path().join("mail").join(to);
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(folder.join(part)).expect("a box");
        }
        let place = folder.join("new").join(format!("1.{name}.rapport"));
        fs::write(&place, letter).expect("a letter is dropped");
        if id(&["-u"]) == "0" {
            let done = Command::new("chown").args(["-R", "Debian-exim:Debian-exim"]).arg(&folder).status();
            assert!(done.expect("chown runs").success());
        }
    }

    /// The letters in a folder of somebody's, `""` for the inbox, `Sent`.
    pub fn letters(&self, of: &str, folder: &str) -> Vec<String> {
        let mut at = self.folder.path().join("mail").join(of);
        if !folder.is_empty() {
            at = at.join(format!(".{folder}"));
        }
        let files = ["new", "cur"].into_iter().flat_map(|part| fs::read_dir(at.join(part)).into_iter().flatten());
        let files = files.filter_map(Result::ok);
        files.map(|file| String::from_utf8_lossy(&fs::read(file.path()).unwrap_or_default()).into_owned()).collect()
    }

    /// The ids of a box mean other messages from now on, as after a server was moved. The post office must be closed.
    pub fn renumber(&self, of: &str) {
        let at = self.folder.path().join("mail").join(of);
        for file in fs::read_dir(at).into_iter().flatten().filter_map(Result::ok) {
            if file.file_name().to_string_lossy().starts_with("dovecot") {
                fs::remove_file(file.path()).expect("its numbers go");
            }
        }
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        self.close();
    }
}
