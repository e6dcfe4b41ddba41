//! Names of single records, as the store of a phone gives them: what a deletion names.

use sha2::{Digest, Sha256};

/// The bits of `1.0`: every name is the fraction of a number from 1 to 2, so that names can lie in a column of values.
const ONE: u64 = 0x3FF0_0000_0000_0000;
const BITS: u32 = 52;

/// A record's name in 52 bits. Of ten million records of a person and a thousand deletions, one in half a million
/// times would a deletion take a further record with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordName(u64);

impl RecordName {
    /// The name of a record with this id.
    #[must_use]
    pub fn of(id: &str) -> Self {
        let digest = Sha256::digest(id.as_bytes());
        let bits = digest.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        Self(bits >> (u64::BITS - BITS))
    }

    /// The name as a number among values: finite, and the same bits for the same name.
    #[must_use]
    pub fn as_value(self) -> f64 {
        f64::from_bits(ONE | self.0)
    }

    /// The name of such a number; none where it is none.
    #[must_use]
    pub fn of_value(value: f64) -> Option<Self> {
        let bits = value.to_bits() ^ ONE;
        (bits >> BITS == 0).then_some(Self(bits))
    }

    /// As it is stored.
    #[must_use]
    pub fn as_stored(self) -> i64 {
        i64::try_from(self.0).unwrap_or_default()
    }

    /// As it was stored.
    #[must_use]
    pub fn from_stored(stored: i64) -> Self {
        Self(stored.unsigned_abs() & ((1 << BITS) - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_from_its_value_and_from_the_store() {
        for id in ["", "4F1C6A7E-7D5D-4E43-9C3B-2B6E1E0F7A11", "x", "x-s0-3"] {
            let name = RecordName::of(id);
            assert_eq!(RecordName::of_value(name.as_value()), Some(name));
            assert_eq!(RecordName::from_stored(name.as_stored()), name);
            assert!(name.as_value().is_finite());
        }
        assert_ne!(RecordName::of("x"), RecordName::of("X"));
        assert_eq!(RecordName::of_value(61.5), None);
    }
}
