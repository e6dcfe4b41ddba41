//! The FIT protocol as it is written: header, definitions, messages, checksums. Knows how fields lie, not what they mean.

use rustyfit::profile::PROFILE_VERSION;

/// The base type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Base {
    Enum = 0x00,
    Sint8 = 0x01,
    Uint8 = 0x02,
    Text = 0x07,
    Uint16 = 0x84,
    Sint32 = 0x85,
    Uint32 = 0x86,
}

impl Base {
    fn size(self) -> usize {
        match self {
            Self::Enum | Self::Sint8 | Self::Uint8 | Self::Text => 1,
            Self::Uint16 => 2,
            Self::Sint32 | Self::Uint32 => 4,
        }
    }

    /// The bit pattern for "nothing was measured", which is also the first number that does not fit.
    fn none(self) -> i64 {
        match self {
            Self::Enum | Self::Uint8 => 0xFF,
            Self::Text => 0,
            Self::Sint8 => 0x7F,
            Self::Uint16 => 0xFFFF,
            Self::Sint32 => 0x7FFF_FFFF,
            Self::Uint32 => 0xFFFF_FFFF,
        }
    }

    fn least(self) -> i64 {
        match self {
            Self::Sint8 => -0x7F,
            Self::Sint32 => -0x7FFF_FFFF,
            _ => 0,
        }
    }
}

/// A field and its value.
pub(super) struct Field {
    number: u8,
    base: Base,
    bytes: Vec<u8>,
}

impl Field {
    /// A whole number; none, also for what does not fit.
    pub(super) fn whole(number: u8, base: Base, value: Option<i64>) -> Self {
        let fits = value.filter(|value| (base.least()..base.none()).contains(value));
        let bytes = fits.unwrap_or(base.none()).to_le_bytes();
        Self { number, base, bytes: bytes.iter().take(base.size()).copied().collect() }
    }

    /// `(value + offset) * scale`, rounded.
    pub(super) fn scaled(number: u8, base: Base, value: Option<f64>, scale: f64, offset: f64) -> Self {
        let raw = value.map(|value| ((value + offset) * scale).round()).filter(|raw| raw.abs() < 9e15);
        Self::whole(number, base, raw.map(|raw| raw as i64))
    }

    /// Text with its end mark, at most 254 bytes of it.
    pub(super) fn text(number: u8, text: &str) -> Self {
        let mut bytes = Vec::new();
        for letter in text.chars().filter(|letter| *letter != '\0') {
            let mut room = [0; 4];
            let encoded = letter.encode_utf8(&mut room).as_bytes();
            if bytes.len() + encoded.len() > 254 {
                break;
            }
            bytes.extend_from_slice(encoded);
        }
        bytes.push(0);
        Self { number, base: Base::Text, bytes }
    }

    fn layout(&self) -> [u8; 3] {
        [self.number, self.bytes.len() as u8, self.base as u8]
    }
}

/// Writes a file in memory.
#[derive(Default)]
pub(super) struct Encoder {
    messages: Vec<u8>,
    /// What each local number stands for: a kind of message and its layout.
    defined: Vec<(u16, Vec<[u8; 3]>)>,
}

impl Encoder {
    /// Adds a message; its definition first where its layout is another than before. An activity has fewer than
    /// the 16 kinds of messages that can be told apart.
    pub(super) fn message(&mut self, number: u16, fields: &[Field]) {
        let layout: Vec<[u8; 3]> = fields.iter().map(Field::layout).collect();
        let local = match self.defined.iter().position(|(kind, _)| *kind == number) {
            Some(local) => local,
            None => {
                self.defined.push((number, Vec::new()));
                self.defined.len() - 1
            }
        };
        let local_bits = (local & 0xF) as u8;
        if let Some((_, known)) = self.defined.get_mut(local).filter(|(_, known)| *known != layout) {
            self.messages.extend([0x40 | local_bits, 0, 0]);
            self.messages.extend(number.to_le_bytes());
            self.messages.push(layout.len() as u8);
            self.messages.extend(layout.as_flattened());
            *known = layout;
        }
        self.messages.push(local_bits);
        fields.iter().for_each(|field| self.messages.extend_from_slice(&field.bytes));
    }

    /// The file: header with its own checksum, messages, checksum of all.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.messages.len() + 16);
        bytes.extend([14, 0x20]);
        bytes.extend(PROFILE_VERSION.to_le_bytes());
        bytes.extend(u32::try_from(self.messages.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend(b".FIT");
        bytes.extend(checksum(&bytes).to_le_bytes());
        bytes.extend(self.messages);
        let sum = checksum(&bytes);
        bytes.extend(sum.to_le_bytes());
        bytes
    }
}

/// CRC-16 with the reversed polynomial 0xA001.
fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xA001 } else { sum >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_repeated_only_where_the_layout_changes() {
        let mut encoder = Encoder::default();
        let beat = |value| [Field::whole(3, Base::Uint8, Some(value))];
        encoder.message(20, &beat(60));
        encoder.message(20, &beat(61));
        encoder.message(20, &[Field::whole(3, Base::Uint16, Some(62))]);
        let definition = |size, base| [0x40, 0, 0, 20, 0, 1, 3, size, base];
        let expected = [&definition(1, 0x02)[..], &[0, 60, 0, 61], &definition(2, 0x84), &[0, 62, 0]].concat();
        assert_eq!(encoder.messages, expected);
    }

    #[test]
    fn what_does_not_fit_is_none() {
        assert_eq!(Field::whole(1, Base::Uint8, Some(255)).bytes, [0xFF]);
        assert_eq!(Field::whole(1, Base::Uint8, Some(-1)).bytes, [0xFF]);
        assert_eq!(Field::whole(1, Base::Sint8, Some(-5)).bytes, [0xFB]);
        assert_eq!(Field::scaled(1, Base::Uint32, Some(f64::NAN), 5.0, 500.0).bytes, [0xFF; 4]);
        assert_eq!(Field::scaled(1, Base::Uint16, Some(-1.0), 5.0, 500.0).bytes, 2495_u16.to_le_bytes());
        assert_eq!(Field::text(8, &"ä".repeat(200)).bytes.len(), 255);
    }
}
