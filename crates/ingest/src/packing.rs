//! Compresses and decompresses small bodies with contexts that are used again: making one costs more than
//! a small body does.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};
use zstd::{
    bulk::{Compressor, Decompressor},
    zstd_safe::compress_bound,
};

/// How many contexts are kept for later.
const KEPT: usize = 16;
/// More room than this is not kept with a context.
const MOST_ROOM: usize = 512 * 1024;

/// Contexts at rest. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Packing(Arc<Contexts>);

#[derive(Default)]
struct Contexts {
    packers: Mutex<Vec<Packer>>,
    unpackers: Mutex<Vec<Decompressor<'static>>>,
}

/// A context, and room for what it makes: as much as what cannot be compressed would take.
struct Packer {
    context: Compressor<'static>,
    room: Vec<u8>,
}

fn taken<T>(from: &Mutex<Vec<T>>) -> Option<T> {
    from.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

fn put_back<T>(to: &Mutex<Vec<T>>, context: T) {
    let mut kept = to.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() < KEPT {
        kept.push(context);
    }
}

impl Packing {
    /// Compresses; a higher level takes longer and gives less.
    pub(crate) fn pack(&self, bytes: &[u8], level: i32) -> io::Result<Vec<u8>> {
        let known = taken(&self.0.packers);
        let fresh = || Ok::<_, io::Error>(Packer { context: Compressor::new(level)?, room: Vec::new() });
        let Packer { mut context, mut room } = known.map_or_else(fresh, Ok)?;
        context.set_compression_level(level)?;
        room.clear();
        room.reserve(compress_bound(bytes.len()));
        let packed = context.compress_to_buffer(bytes, &mut room).map(|_| room.as_slice().to_vec());
        if room.capacity() > MOST_ROOM {
            room = Vec::new();
        }
        put_back(&self.0.packers, Packer { context, room });
        packed
    }

    /// Decompresses what had `size` bytes.
    pub(crate) fn unpack(&self, packed: &[u8], size: u64) -> io::Result<Vec<u8>> {
        let mut unpacker = taken(&self.0.unpackers).map_or_else(Decompressor::new, Ok)?;
        let bytes = unpacker.decompress(packed, usize::try_from(size).map_err(io::Error::other)?);
        put_back(&self.0.unpackers, unpacker);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_comes_back_and_damage_is_an_error() {
        let packing = Packing::default();
        for (level, text) in [(1, "hello hello hello hello"), (3, ""), (1, "again")] {
            let packed = packing.pack(text.as_bytes(), level).unwrap();
            assert_eq!(packing.unpack(&packed, text.len() as u64).unwrap(), text.as_bytes());
        }
        let packed = packing.pack(b"hello", 1).unwrap();
        assert!(packing.unpack(&packed, 2).is_err());
        assert!(packing.unpack(&packed[..4], 5).is_err());
        assert!(packing.unpack(b"not packed", 5).is_err());
    }
}
