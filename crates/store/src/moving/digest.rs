//! A digest of a table that does not depend on the order of its rows, nor on how an engine writes them.

use crate::sql::value::Value;
use sha2::{Digest as _, Sha256};

/// Count and sum of the rows' hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Digest {
    pub(super) rows: u64,
    sum: u128,
}

impl Digest {
    pub(super) fn add(&mut self, row: &[Value<'_>]) {
        let mut hash = Sha256::new();
        for value in row {
            // text and its bytes are the same: one engine keeps as bytes what nobody searches
            let (kind, bytes): (u8, &[u8]) = match value {
                Value::Null => (0, &[]),
                Value::Integer(number) => (1, &number.to_be_bytes()),
                Value::Bool(is_true) => (1, &i64::from(*is_true).to_be_bytes()),
                Value::Real(number) => (2, &number.to_be_bytes()),
                Value::Text(text) => (3, text.as_bytes()),
                Value::Bytes(bytes) => (3, bytes),
            };
            hash.update([kind]);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
        let mut half = [0; 16];
        half.copy_from_slice(&hash.finalize()[..16]);
        self.sum = self.sum.wrapping_add(u128::from_be_bytes(half));
        self.rows += 1;
    }

    pub(super) fn shown(&self) -> String {
        format!("{:032x}", self.sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::value::owned;

    #[test]
    fn rows_count_in_any_order_and_each_place_counts() {
        let digest = |rows: &[Vec<Value<'_>>]| {
            let mut digest = Digest::default();
            rows.iter().for_each(|row| digest.add(row));
            digest
        };
        let (one, two) = (vec![owned("a"), owned(1_i64)], vec![owned("b"), Value::Null]);
        assert_eq!(digest(&[one.clone(), two.clone()]), digest(&[two.clone(), one.clone()]));
        assert_ne!(digest(&[one.clone(), two.clone()]), digest(&[one.clone(), one.clone()]));
        assert_ne!(digest(&[vec![owned("ab"), owned("c")]]), digest(&[vec![owned("a"), owned("bc")]]));
        assert_eq!(digest(&[vec![owned("a")]]), digest(&[vec![owned(b"a".as_slice())]]));
        assert_ne!(digest(&[vec![owned(1.0_f64)]]), digest(&[vec![owned(1_i64)]]));
    }
}
