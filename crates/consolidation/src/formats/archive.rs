//! Checks a ZIP archive (XLSX is one) before a library opens it: number of entries, unpacked bytes, ratio.
//! What the archive declares about sizes is not believed: every entry is unpacked once into nothing, and counted.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::DeflateDecoder;
use kernel::{Error, Result, limits};

use super::disk_error;

const END_RECORD: [u8; 4] = [0x50, 0x4b, 0x05, 0x06];
const DIRECTORY_ENTRY: [u8; 4] = [0x50, 0x4b, 0x01, 0x02];
const LOCAL_HEADER: [u8; 4] = [0x50, 0x4b, 0x03, 0x04];
/// The end record with the longest comment.
const TAIL: u64 = 22 + 0xffff;

/// Refuses an archive that is damaged or would unpack to more than [`limits`] allow.
pub(super) fn check(path: &Path) -> Result<()> {
    let mut file = File::open(path).map_err(disk_error)?;
    let size = file.metadata().map_err(disk_error)?.len();
    let entries = directory(&mut file, size)?;
    let mut unpacked = 0u64;
    for entry in &entries {
        unpacked += count(&mut file, entry, limits::ARCHIVE_BYTES.saturating_sub(unpacked))?;
        if unpacked > limits::ARCHIVE_BYTES {
            return Err(Error::TooLarge("the workbook unpacks to more than 200 MB; save it as CSV".to_string()));
        }
    }
    if unpacked > 10 << 20 && unpacked / size.max(1) > limits::ARCHIVE_RATIO {
        return Err(Error::TooLarge(
            "the workbook unpacks to more than a hundred times its size; save it as CSV".to_string(),
        ));
    }
    Ok(())
}

struct Entry {
    method: u16,
    packed: u64,
    header_at: u64,
}

fn directory(file: &mut File, size: u64) -> Result<Vec<Entry>> {
    let damaged = || Error::Unreadable("the workbook is damaged: its table of contents cannot be read".to_string());
    let from = size.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(from)).map_err(disk_error)?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail).map_err(disk_error)?;
    let at = tail.windows(4).rposition(|window| window == END_RECORD).ok_or_else(damaged)?;
    let end = tail.get(at..).unwrap_or(&[]);
    let count = usize::from(u16_at(end, 10).ok_or_else(damaged)?);
    let directory_at = u32_at(end, 16).ok_or_else(damaged)?;
    // 0xffff and 0xffffffff point to the ZIP64 form, which only archives far beyond our limits need.
    if count == 0xffff || directory_at == u32::MAX {
        return Err(Error::TooLarge("the workbook is larger than can be taken; save it as CSV".to_string()));
    }
    if count > limits::ARCHIVE_ENTRIES {
        return Err(Error::TooLarge(format!("the workbook has more than {} parts", limits::ARCHIVE_ENTRIES)));
    }
    file.seek(SeekFrom::Start(u64::from(directory_at))).map_err(disk_error)?;
    let mut input = io::BufReader::new(file.take(size));
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        let mut fixed = [0u8; 46];
        input.read_exact(&mut fixed).map_err(|_| damaged())?;
        if !fixed.starts_with(&DIRECTORY_ENTRY) {
            return Err(damaged());
        }
        let field = |at| u16_at(&fixed, at).map_or(0, u64::from);
        entries.push(Entry {
            method: u16_at(&fixed, 10).ok_or_else(damaged)?,
            packed: u32_at(&fixed, 20).map_or(0, u64::from),
            header_at: u32_at(&fixed, 42).map_or(0, u64::from),
        });
        let behind = field(28) + field(30) + field(32);
        io::copy(&mut (&mut input).take(behind), &mut io::sink()).map_err(disk_error)?;
    }
    Ok(entries)
}

/// Bytes that an entry unpacks to, counted up to a little more than `most`.
fn count(file: &mut File, entry: &Entry, most: u64) -> Result<u64> {
    let damaged = || Error::Unreadable("the workbook is damaged: one of its parts cannot be read".to_string());
    file.seek(SeekFrom::Start(entry.header_at)).map_err(disk_error)?;
    let mut header = [0u8; 30];
    file.read_exact(&mut header).map_err(|_| damaged())?;
    if !header.starts_with(&LOCAL_HEADER) {
        return Err(damaged());
    }
    let behind = u16_at(&header, 26).map_or(0, i64::from) + u16_at(&header, 28).map_or(0, i64::from);
    file.seek(SeekFrom::Current(behind)).map_err(disk_error)?;
    let packed = io::BufReader::new(file.take(entry.packed));
    match entry.method {
        0 => Ok(entry.packed),
        8 => {
            let mut unpacked = DeflateDecoder::new(packed).take(most.saturating_add(1));
            io::copy(&mut unpacked, &mut io::sink()).map_err(|_| damaged())
        }
        _ => Err(Error::Unreadable(
            "the workbook is packed in a way spreadsheets do not use, or protected by a password".to_string(),
        )),
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair: [u8; 2] = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u16::from_le_bytes(pair))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_le_bytes(four))
}
