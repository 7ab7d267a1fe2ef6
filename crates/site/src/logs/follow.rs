//! A log that grows is followed: what it holds at once, what is added as it comes.
//!
//! Where it was is kept nowhere: whoever begins anew reads the file from its start, which takes a second for a million
//! lines and changes nothing that is known. A visit is written when it ended.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use analytics::weblog::{Format, Reading};
use foundation::App;
use kernel::{Error, Id, Result};

use super::read::{Input, Visitors, opened, options, unreadable};
use super::{Asked, Figures, writer};
use crate::visits::GAP_MS;

/// How often the file is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// Read in one go: whole lines.
const CHUNK: usize = 4 << 20;

/// Follows a file until told to stop; what is open then is written too.
pub fn follow(app: &App, import: Id, path: &PathBuf, asked: &Asked, stop: &AtomicBool) -> Result<Figures> {
    let name = path.display().to_string();
    let mut options = options(app, &[Input::File(path.clone())], asked)?;
    let mut file = opened(path)?;
    let mut first = [0_u8; 1];
    if options.format.is_none() && file.read(&mut first).map_err(unreadable(path))? == 1 {
        options.format = Some(Format::of(&first));
        file.seek(SeekFrom::Start(0)).map_err(unreadable(path))?;
    }
    let visitors = Visitors::of(app)?;
    std::thread::scope(|scope| {
        let (mut sessions, writer) = writer::start(scope, app, import, None);
        let mut reading = Reading::new(options, &visitors, &mut sessions);
        let mut log = Followed::new(path.clone(), file);
        let mut followed = Ok(());
        while followed.is_ok() {
            let stopping = stop.load(Ordering::SeqCst);
            match log.next(stopping)? {
                Some((before, lines)) => followed = reading.feed_on(&name, before, lines),
                None if stopping => break,
                None => {
                    let ended = (app.now().0 - GAP_MS) / 1000;
                    followed = reading.hand_out_before(ended);
                    std::thread::sleep(LOOK);
                }
            }
        }
        let totals = followed.and_then(|()| reading.finish());
        drop(sessions);
        let put = writer::joined(writer)?;
        Ok(Figures::of(&totals.map_err(Error::internal)?, put))
    })
}

/// The file, how far it was read, and what of its last line is there.
struct Followed {
    path: PathBuf,
    file: File,
    /// Lines that were given out.
    lines: u64,
    /// What begins a W3C log says what stands where in it.
    header: Vec<u8>,
    rest: Vec<u8>,
}

impl Followed {
    fn new(path: PathBuf, file: File) -> Followed {
        Followed { path, file, lines: 0, header: Vec::new(), rest: Vec::new() }
    }

    /// Whole lines that are new, with the number of those before; none where nothing is new. `all` gives out an unfinished
    /// line too.
    fn next(&mut self, all: bool) -> Result<Option<(u64, Cursor<Vec<u8>>)>> {
        let read = self.read()?;
        if read == 0 && self.was_rotated()? {
            self.file = opened(&self.path)?;
            self.lines = 0;
            self.header.clear();
            return self.next(all);
        }
        let whole = match self.rest.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            None if all || self.rest.len() > CHUNK => self.rest.len(),
            None => 0,
        };
        if whole == 0 {
            return Ok(None);
        }
        let rest = self.rest.split_off(whole);
        let lines = std::mem::replace(&mut self.rest, rest);
        let before = self.lines;
        self.lines += lines.iter().filter(|byte| **byte == b'\n').count() as u64;
        let header = self.header.clone();
        let of_header = header.iter().filter(|byte| **byte == b'\n').count() as u64;
        for line in lines.split_inclusive(|byte| *byte == b'\n').filter(|line| line.starts_with(b"#Fields")) {
            self.header = line.to_vec();
        }
        Ok(Some((before.saturating_sub(of_header), Cursor::new([header, lines].concat()))))
    }

    fn read(&mut self) -> Result<usize> {
        let mut limited = (&mut self.file).take(CHUNK as u64);
        limited.read_to_end(&mut self.rest).map_err(unreadable(&self.path))
    }

    /// Another file has its name, or it was emptied.
    fn was_rotated(&mut self) -> Result<bool> {
        let held = self.file.metadata().map_err(unreadable(&self.path))?;
        let Ok(named) = std::fs::metadata(&self.path) else { return Ok(false) };
        let at = self.file.stream_position().map_err(unreadable(&self.path))?;
        Ok((held.dev(), held.ino()) != (named.dev(), named.ino()) || named.len() < at)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn text(given: Option<(u64, Cursor<Vec<u8>>)>) -> Option<(u64, String)> {
        given.map(|(before, lines)| (before, String::from_utf8(lines.into_inner()).unwrap()))
    }

    #[test]
    fn a_growing_file_is_given_out_by_whole_lines_and_again_after_it_was_rotated() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("access.log");
        let mut log = File::create(&path).unwrap();
        log.write_all(b"#Fields: a\none\ntw").unwrap();
        let mut followed = Followed::new(path.clone(), File::open(&path).unwrap());
        assert_eq!(text(followed.next(false).unwrap()), Some((0, "#Fields: a\none\n".into())));
        assert_eq!(text(followed.next(false).unwrap()), None);
        log.write_all(b"o\n").unwrap();
        assert_eq!(text(followed.next(false).unwrap()), Some((1, "#Fields: a\ntwo\n".into())), "line 3 is line 3");
        std::fs::rename(&path, folder.path().join("access.log.1")).unwrap();
        File::create(&path).unwrap().write_all(b"new").unwrap();
        assert_eq!(text(followed.next(false).unwrap()), None);
        assert_eq!(text(followed.next(true).unwrap()), Some((0, "new".into())));
    }
}
