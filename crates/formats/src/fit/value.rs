//! The value of a field: base types, byte order, and which bit patterns mean that nothing was measured.

/// Nothing a device measures is larger; keeps sums and products finite.
const LARGEST: f64 = 1e15;

/// How a field's bytes are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// Unsigned whole number of so many bytes; all bits set means none.
    Unsigned(u8),
    /// Unsigned whole number of so many bytes; zero means none.
    NonZero(u8),
    /// Signed whole number of so many bytes; the highest one means none.
    Signed(u8),
    Float32,
    Float64,
    Text,
}

impl Base {
    /// By the base type's number; the flag for byte order (bit 7) does not matter. Unknown ones are bytes.
    pub(super) fn of(number: u8) -> Self {
        match number & 0x1F {
            1 => Self::Signed(1),
            3 => Self::Signed(2),
            4 => Self::Unsigned(2),
            5 => Self::Signed(4),
            6 => Self::Unsigned(4),
            7 => Self::Text,
            8 => Self::Float32,
            9 => Self::Float64,
            10 => Self::NonZero(1),
            11 => Self::NonZero(2),
            12 => Self::NonZero(4),
            14 => Self::Signed(8),
            15 => Self::Unsigned(8),
            16 => Self::NonZero(8),
            _ => Self::Unsigned(1),
        }
    }

    /// Bytes of one element.
    pub(super) fn size(self) -> usize {
        match self {
            Self::Unsigned(size) | Self::NonZero(size) | Self::Signed(size) => usize::from(size),
            Self::Float32 => 4,
            Self::Float64 => 8,
            Self::Text => 1,
        }
    }
}

/// A field's bytes and how to read them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a> {
    pub(super) base: Base,
    pub(super) big_endian: bool,
    pub(super) bytes: &'a [u8],
}

impl<'a> Value<'a> {
    /// The first element as a whole number, unless it means none.
    pub(super) fn unsigned(&self) -> Option<u64> {
        let bits = self.bits(self.bytes.get(..self.base.size())?);
        let none = match self.base {
            Base::Unsigned(size) => bits == mask(size),
            Base::NonZero(_) => bits == 0,
            _ => true,
        };
        (!none).then_some(bits)
    }

    /// The first element, unless it means none.
    pub(super) fn number(&self) -> Option<f64> {
        self.element(self.bytes.get(..self.base.size())?)
    }

    /// Every element; `None` for those that mean none.
    pub(super) fn numbers(self) -> impl Iterator<Item = Option<f64>> + 'a {
        self.bytes.chunks_exact(self.base.size().max(1)).map(move |bytes| self.element(bytes))
    }

    /// Text up to its end mark, if there is any.
    pub(super) fn text(&self) -> Option<String> {
        if self.base != Base::Text {
            return None;
        }
        let end = self.bytes.iter().position(|byte| *byte == 0).unwrap_or(self.bytes.len());
        let text = String::from_utf8_lossy(self.bytes.get(..end)?);
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn element(&self, bytes: &[u8]) -> Option<f64> {
        let bits = self.bits(bytes);
        match self.base {
            Base::Unsigned(size) => (bits != mask(size)).then_some(bits as f64),
            Base::NonZero(_) => (bits != 0).then_some(bits as f64),
            Base::Signed(size) => {
                let shift = 64 - 8 * u32::from(size);
                (bits != mask(size) >> 1).then_some(((bits << shift) as i64 >> shift) as f64)
            }
            Base::Float32 => Some(f64::from(f32::from_bits(bits as u32))).filter(|value| value.abs() <= LARGEST),
            Base::Float64 => Some(f64::from_bits(bits)).filter(|value| value.abs() <= LARGEST),
            Base::Text => None,
        }
    }

    fn bits(&self, bytes: &[u8]) -> u64 {
        let join = |bits: u64, byte: &u8| bits << 8 | u64::from(*byte);
        if self.big_endian { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) }
    }
}

fn mask(size: u8) -> u64 {
    u64::MAX >> (64 - 8 * u32::from(size.clamp(1, 8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(base: u8, big_endian: bool, bytes: &[u8]) -> Value<'_> {
        Value { base: Base::of(base), big_endian, bytes }
    }

    #[test]
    fn numbers_are_read_in_both_byte_orders_and_with_their_sign() {
        assert_eq!(value(0x84, false, &[0x34, 0x12]).number(), Some(4660.0));
        assert_eq!(value(0x84, true, &[0x12, 0x34]).number(), Some(4660.0));
        assert_eq!(value(0x01, false, &[0xFB]).number(), Some(-5.0));
        assert_eq!(value(0x85, false, &(-7i32).to_le_bytes()).number(), Some(-7.0));
        assert_eq!(value(0x88, false, &1.5f32.to_le_bytes()).number(), Some(1.5));
        assert_eq!(value(0x8E, false, &i64::MIN.to_le_bytes()).number(), Some(i64::MIN as f64));
    }

    #[test]
    fn what_means_none_is_none() {
        assert_eq!(value(0x02, false, &[0xFF]).number(), None);
        assert_eq!(value(0x01, false, &[0x7F]).number(), None);
        assert_eq!(value(0x0A, false, &[0x00]).unsigned(), None);
        assert_eq!(value(0x86, false, &[0xFF; 4]).unsigned(), None);
        assert_eq!(value(0x88, false, &[0xFF; 4]).number(), None);
        assert_eq!(value(0x86, false, &[1]).number(), None, "too few bytes for the type");
        assert_eq!(value(0x07, false, b"\0abc").text(), None);
        assert_eq!(value(0x07, false, b"ab").text().as_deref(), Some("ab"), "text may lack its end mark");
    }
}
