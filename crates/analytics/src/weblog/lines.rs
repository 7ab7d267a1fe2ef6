//! The lines of a stream, packed or not, in constant memory.

use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufReader, Cursor, Read};

/// A longer line is damage: no server writes one.
pub const LONGEST_LINE: usize = 64 * 1024;
const BUFFER: usize = 4 * LONGEST_LINE;

/// The stream as text: unpacked if it begins as gzip does.
pub fn unpacked<'r>(mut input: impl Read + 'r) -> io::Result<Box<dyn Read + 'r>> {
    let mut head = Vec::with_capacity(2);
    input.by_ref().take(2).read_to_end(&mut head)?;
    let packed = head == [0x1f, 0x8b];
    let whole = Cursor::new(head).chain(input);
    if packed {
        return Ok(Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, whole))));
    }
    Ok(Box::new(whole))
}

/// What comes next.
#[derive(Debug, PartialEq)]
pub enum Next<'a> {
    /// Without its end; a mark of byte order at the start of the stream is taken off.
    Line(&'a [u8]),
    TooLong,
    End,
}

/// Reads line by line. A line ends with a line feed, before which a carriage return is dropped, or with the stream.
pub struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// The number of the line that was read last, from 1.
    pub number: u64,
    ended: bool,
}

impl<R: Read> Lines<R> {
    pub fn new(input: R) -> Lines<R> {
        Lines { input, buffer: vec![0; BUFFER], start: 0, end: 0, number: 0, ended: false }
    }

    pub fn next(&mut self) -> io::Result<Next<'_>> {
        let mut searched = self.start;
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[searched..self.end]) {
                let line = self.start..searched + at;
                self.start = line.end + 1;
                self.number += 1;
                if line.len() > LONGEST_LINE {
                    return Ok(Next::TooLong);
                }
                let line = &self.buffer[line];
                return Ok(Next::Line(trimmed(line, self.number)));
            }
            searched = self.end;
            if self.end - self.start > LONGEST_LINE {
                return self.skip();
            }
            if self.ended {
                if self.start == self.end {
                    return Ok(Next::End);
                }
                let line = self.start..self.end;
                self.start = self.end;
                self.number += 1;
                return Ok(Next::Line(trimmed(&self.buffer[line], self.number)));
            }
            if self.end == self.buffer.len() {
                self.buffer.copy_within(self.start..self.end, 0);
                searched -= self.start;
                (self.start, self.end) = (0, self.end - self.start);
            }
            self.fill()?;
        }
    }

    /// Passes over the rest of a line that is too long.
    fn skip(&mut self) -> io::Result<Next<'static>> {
        self.number += 1;
        loop {
            (self.start, self.end) = (0, 0);
            self.fill()?;
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[..self.end]) {
                self.start = at + 1;
                return Ok(Next::TooLong);
            }
            if self.ended {
                self.start = self.end;
                return Ok(Next::TooLong);
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.ended = true,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            return Ok(());
        }
    }
}

fn trimmed(line: &[u8], number: u64) -> &[u8] {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn all(input: impl Read) -> Vec<String> {
        let mut lines = Lines::new(input);
        let mut found = Vec::new();
        loop {
            match lines.next().unwrap() {
                Next::Line(line) => found.push(String::from_utf8_lossy(line).into_owned()),
                Next::TooLong => found.push(format!("{} too long", lines.number)),
                Next::End => return found,
            }
        }
    }

    /// Gives one byte at a time.
    struct Drop<'a>(&'a [u8]);

    impl Read for Drop<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            into[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    #[test]
    fn lines_end_as_unix_and_as_windows_write_them_and_the_last_needs_no_end() {
        let text = b"\xef\xbb\xbfone\r\n\ntwo\nthree";
        assert_eq!(all(&text[..]), ["one", "", "two", "three"]);
        assert_eq!(all(Drop(text)), ["one", "", "two", "three"]);
        assert!(all(&b""[..]).is_empty());
    }

    #[test]
    fn a_line_without_end_is_passed_over_in_constant_memory() {
        let mut text = b"first\n".to_vec();
        text.extend(vec![b'x'; 3 * BUFFER]);
        text.extend(b"\nlast\n");
        assert_eq!(all(&text[..]), ["first", "2 too long", "last"]);
    }

    #[test]
    fn packed_streams_are_unpacked_also_when_several_were_joined() {
        let pack = |text: &[u8]| {
            let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packer.write_all(text).unwrap();
            packer.finish().unwrap()
        };
        let joined = [pack(b"one\n"), pack(b"two\n")].concat();
        assert_eq!(all(unpacked(&joined[..]).unwrap()), ["one", "two"]);
        assert_eq!(all(unpacked(&b"x"[..]).unwrap()), ["x"]);
    }
}
