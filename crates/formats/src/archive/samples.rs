//! Zips as phones, people and programs write them, for tests.

use flate2::{
    Compression, Crc,
    write::{DeflateEncoder, GzEncoder},
};
use std::io::Write;

/// How an entry is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// Sizes before it.
    Plain,
    /// Sizes behind it.
    Streamed,
    /// Sizes behind it, of eight bytes.
    Wide,
    /// Not packed.
    Stored,
    /// Not packed, sizes behind it.
    StoredStreamed,
    /// Not packed, sizes of eight bytes behind it.
    StoredWide,
    /// Sizes before it, of eight bytes.
    Large,
    /// Locked.
    Encrypted,
    /// Locked, sizes behind it.
    EncryptedStreamed,
    /// Packed in a way that is not read.
    Foreign,
}

impl As {
    fn is_stored(self) -> bool {
        matches!(self, Self::Stored | Self::StoredStreamed | Self::StoredWide)
    }

    fn is_wide(self) -> bool {
        matches!(self, Self::Wide | Self::StoredWide)
    }

    fn is_behind(self) -> bool {
        self.is_wide() || matches!(self, Self::Streamed | Self::StoredStreamed | Self::EncryptedStreamed)
    }

    fn is_locked(self) -> bool {
        matches!(self, Self::Encrypted | Self::EncryptedStreamed)
    }
}

/// A zip of these entries.
#[must_use]
pub fn zip(entries: &[(&str, &[u8], As)]) -> Vec<u8> {
    let mut zip: Vec<u8> = entries.iter().flat_map(|(name, bytes, how)| entry(name, bytes, *how)).collect();
    zip.extend(0x0201_4b50u32.to_le_bytes());
    zip.extend([0; 42]);
    zip
}

/// A file packed by itself.
#[must_use]
#[allow(clippy::expect_used)] // into memory
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

#[allow(clippy::expect_used)] // into memory
fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

fn entry(name: &str, bytes: &[u8], how: As) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(bytes);
    let packed = if how.is_stored() { bytes.to_vec() } else { deflated(bytes) };
    let (sum, before, after) = match how {
        _ if how.is_behind() => (0, 0, 0),
        As::Large => (crc.sum(), u32::MAX, u32::MAX),
        _ => (crc.sum(), packed.len() as u32, bytes.len() as u32),
    };
    let method = match how {
        As::Foreign => 93u16,
        _ if how.is_stored() => 0,
        _ => 8,
    };
    let mut extra = Vec::new();
    if how == As::Large {
        extra.extend([9, 9, 1, 0, 0, 1, 0, 16, 0]);
        extra.extend((bytes.len() as u64).to_le_bytes());
        extra.extend((packed.len() as u64).to_le_bytes());
    }
    let mut entry = 0x0403_4b50u32.to_le_bytes().to_vec();
    for number in [20, u16::from(how.is_behind()) << 3 | u16::from(how.is_locked()), method, 0, 0] {
        entry.extend(number.to_le_bytes());
    }
    for number in [sum, before, after] {
        entry.extend(number.to_le_bytes());
    }
    for length in [name.len(), extra.len()] {
        entry.extend((length as u16).to_le_bytes());
    }
    entry.extend([name.as_bytes(), &extra, &packed].concat());
    if how.is_behind() {
        entry.extend(0x0807_4b50u32.to_le_bytes());
        entry.extend(crc.sum().to_le_bytes());
        for size in [packed.len() as u64, bytes.len() as u64] {
            let width = if how.is_wide() { 8 } else { 4 };
            entry.extend(size.to_le_bytes().iter().take(width));
        }
    }
    entry
}
