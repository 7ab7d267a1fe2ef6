//! From a file on disk to a stream of bytes or of UTF-8: unpacking, decoding, counting.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;
use kernel::{Error, Result, limits};

use super::disk_error;

const CHUNK: usize = 64 << 10;

/// A stream of bytes that may move to another thread.
pub(super) type Bytes = Box<dyn Read + Send>;

/// The content of a file, unpacked when it is packed. `progress` counts the packed bytes taken in.
pub(super) fn raw(path: &Path, gzip: bool, progress: Arc<AtomicU64>) -> Result<Bytes> {
    let file = File::open(path).map_err(disk_error)?;
    let counted = Counted { input: file, progress: progress.clone() };
    if !gzip {
        return Ok(Box::new(counted));
    }
    let unpacked = MultiGzDecoder::new(BufReader::with_capacity(CHUNK, counted));
    Ok(Box::new(Unpacked::new(unpacked, progress)))
}

/// The content of a file as UTF-8. A file said to be UTF-8 is passed on as it is (without its mark): the row readers mend
/// single cells that are not valid, instead of losing them.
pub(super) fn decoded(path: &Path, gzip: bool, label: &str, progress: Arc<AtomicU64>) -> Result<Bytes> {
    let input = raw(path, gzip, progress)?;
    let encoding = encoding_of(label);
    if encoding == UTF_8 {
        return Ok(Box::new(WithoutMark { input, started: false, held: Vec::new() }));
    }
    Ok(Box::new(Decoding::new(input, encoding)))
}

/// vCards carry their encoding in each property, so only the two-byte encodings are decoded for the whole file.
pub(super) fn vcard_bytes(path: &Path, gzip: bool, label: &str, progress: Arc<AtomicU64>) -> Result<Bytes> {
    let encoding = encoding_of(label);
    let whole = if encoding == UTF_16LE || encoding == UTF_16BE { label } else { "UTF-8" };
    decoded(path, gzip, whole, progress)
}

/// The encoding of a label; unknown labels are windows-1252, in which every byte means something.
pub(super) fn encoding_of(label: &str) -> &'static Encoding {
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
}

/// The first bytes of a file, unpacked: at most `len`. Damage behind the first byte is left to be found by the reader.
pub(super) fn head(path: &Path, gzip: bool, len: usize) -> Result<Vec<u8>> {
    let input = raw(path, gzip, Arc::default())?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(len).unwrap_or(u64::MAX);
    match input.take(limit).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(_) if !bytes.is_empty() => Ok(bytes),
        Err(cause) => Err(disk_error(cause)),
    }
}

/// A file that can be read at any place, which a packed one must first be unpacked for.
pub(super) enum OnDisk {
    AsIs(PathBuf),
    Unpacked(tempfile::NamedTempFile),
}

impl OnDisk {
    pub(super) fn path(&self) -> &Path {
        match self {
            OnDisk::AsIs(path) => path,
            OnDisk::Unpacked(file) => file.path(),
        }
    }
}

pub(super) fn on_disk(path: &Path, gzip: bool) -> Result<OnDisk> {
    if !gzip {
        return Ok(OnDisk::AsIs(path.to_path_buf()));
    }
    let mut unpacked = tempfile::NamedTempFile::new().map_err(disk_error)?;
    let mut input = raw(path, true, Arc::default())?.take(limits::ARCHIVE_BYTES + 1);
    let size = io::copy(&mut input, &mut unpacked).map_err(disk_error)?;
    if size > limits::ARCHIVE_BYTES {
        return Err(Error::TooLarge("the workbook unpacks to more than 200 MB; save it as CSV".to_string()));
    }
    Ok(OnDisk::Unpacked(unpacked))
}

struct Counted<R> {
    input: R,
    progress: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buf)?;
        self.progress.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Stops a packed file that unpacks to far more than a table can: a bomb. Time and disk are what it would cost, not memory.
pub(super) struct Unpacked<R> {
    input: R,
    out: u64,
    packed: Arc<AtomicU64>,
}

impl<R> Unpacked<R> {
    pub(super) fn new(input: R, packed: Arc<AtomicU64>) -> Unpacked<R> {
        Unpacked { input, out: 0, packed }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buf)?;
        self.out += n as u64;
        let packed = self.packed.load(Ordering::Relaxed).max(1);
        if self.out > limits::ARCHIVE_BYTES && self.out / packed > limits::ARCHIVE_RATIO {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it unpacks to more than a hundred times its size"));
        }
        Ok(n)
    }
}

/// Drops the byte-order mark of UTF-8.
struct WithoutMark {
    input: Bytes,
    started: bool,
    held: Vec<u8>,
}

impl Read for WithoutMark {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if !self.started {
            self.started = true;
            let mut first = Vec::with_capacity(3);
            (&mut self.input).take(3).read_to_end(&mut first)?;
            if first != [0xef, 0xbb, 0xbf] {
                self.held = first;
            }
        }
        if self.held.is_empty() {
            return self.input.read(buf);
        }
        let n = self.held.as_slice().read(buf)?;
        self.held.drain(..n);
        Ok(n)
    }
}

/// Decodes any encoding to UTF-8; what cannot be decoded becomes U+FFFD.
struct Decoding {
    input: Bytes,
    decoder: Decoder,
    encoded: Vec<u8>,
    encoded_from: usize,
    encoded_to: usize,
    at_end: bool,
    finished: bool,
    plain: Vec<u8>,
    plain_from: usize,
    plain_to: usize,
}

impl Decoding {
    fn new(input: Bytes, encoding: &'static Encoding) -> Decoding {
        Decoding {
            input,
            decoder: encoding.new_decoder_with_bom_removal(),
            encoded: vec![0; CHUNK],
            encoded_from: 0,
            encoded_to: 0,
            at_end: false,
            finished: false,
            plain: vec![0; CHUNK * 2],
            plain_from: 0,
            plain_to: 0,
        }
    }
}

impl Read for Decoding {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.plain_from == self.plain_to {
            if self.finished {
                return Ok(0);
            }
            if self.encoded_from == self.encoded_to && !self.at_end {
                self.encoded_from = 0;
                self.encoded_to = self.input.read(&mut self.encoded)?;
                self.at_end = self.encoded_to == 0;
            }
            let waiting = self.encoded.get(self.encoded_from..self.encoded_to).unwrap_or(&[]);
            let (state, read, written, _) = self.decoder.decode_to_utf8(waiting, &mut self.plain, self.at_end);
            self.encoded_from += read;
            self.plain_from = 0;
            self.plain_to = written;
            self.finished = self.at_end && state == CoderResult::InputEmpty;
        }
        let n = self.plain.get(self.plain_from..self.plain_to).unwrap_or(&[]).read(buf)?;
        self.plain_from += n;
        Ok(n)
    }
}
