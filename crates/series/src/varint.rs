//! Whole numbers in few bytes, and a reader that never runs past the end.

use crate::DecodeError;

/// Appends `value`, seven bits a byte, low bits first.
pub(crate) fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a signed number; small magnitudes of both signs take few bytes.
pub(crate) fn put_signed(out: &mut Vec<u8>, value: i64) {
    put(out, ((value << 1) ^ (value >> 63)) as u64);
}

/// Appends a value exactly: whole numbers in few bytes, others in nine.
pub(crate) fn put_value(out: &mut Vec<u8>, value: f64) {
    const EXACT: f64 = (1_i64 << 52) as f64;
    let whole = value as i64;
    if value.abs() < EXACT && (whole as f64).to_bits() == value.to_bits() {
        put(out, (((whole << 1) ^ (whole >> 63)) as u64) << 1);
    } else {
        out.push(1);
        out.extend_from_slice(&value.to_le_bytes());
    }
}

/// Reads from the front of a slice.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let (head, rest) = self.rest.split_at_checked(count).ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, DecodeError> {
        let (&first, rest) = self.rest.split_first().ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(first)
    }

    pub(crate) fn f64(&mut self) -> Result<f64, DecodeError> {
        let bytes = self.take(8)?.try_into().map_err(|_| DecodeError::Truncated)?;
        Ok(f64::from_le_bytes(bytes))
    }

    pub(crate) fn unsigned(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(DecodeError::Corrupt("number"));
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(DecodeError::Corrupt("number"))
    }

    pub(crate) fn signed(&mut self) -> Result<i64, DecodeError> {
        self.unsigned().map(unzigzag)
    }

    pub(crate) fn value(&mut self) -> Result<f64, DecodeError> {
        let number = self.unsigned()?;
        if number & 1 == 1 {
            return self.f64();
        }
        Ok(unzigzag(number >> 1) as f64)
    }

    /// A section that [`put_section`] wrote.
    pub(crate) fn section(&mut self) -> Result<Reader<'a>, DecodeError> {
        let length = usize::try_from(self.unsigned()?).map_err(|_| DecodeError::Truncated)?;
        self.take(length).map(Reader::new)
    }
}

/// Appends bytes behind their length.
pub(crate) fn put_section(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back_exactly(unsigned: u64, signed: i64, bits: u64, whole: i32) {
            let mut out = Vec::new();
            put(&mut out, unsigned);
            put_signed(&mut out, signed);
            put_value(&mut out, f64::from_bits(bits));
            put_value(&mut out, f64::from(whole));
            put_value(&mut out, -0.0);
            let mut reader = Reader::new(&out);
            prop_assert_eq!(reader.unsigned(), Ok(unsigned));
            prop_assert_eq!(reader.signed(), Ok(signed));
            prop_assert_eq!(reader.value().map(f64::to_bits), Ok(bits));
            prop_assert_eq!(reader.value(), Ok(f64::from(whole)));
            prop_assert_eq!(reader.value().map(f64::to_bits), Ok((-0.0_f64).to_bits()));
            prop_assert!(reader.is_empty());
        }
    }

    #[test]
    fn a_number_without_end_is_refused() {
        assert_eq!(Reader::new(&[0xff; 11]).unsigned(), Err(DecodeError::Corrupt("number")));
        assert_eq!(Reader::new(&[0xff; 3]).unsigned(), Err(DecodeError::Truncated));
    }
}
