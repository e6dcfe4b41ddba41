//! The FIT protocol, writing side: header, definition and data messages, checksums. Little-endian.

const HEADER_BYTES: u8 = 14;
const PROTOCOL_VERSION: u8 = 0x20; // 2.0
const PROFILE_VERSION: u16 = 21_158;

/// How a field is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    Enum,
    Sint8,
    Uint8,
    /// Characters, ended by a zero.
    Text,
    Byte,
    Uint16,
    Sint32,
    Uint32,
    Uint32z,
    /// The bits of the number as its raw value.
    Float32,
}

impl Base {
    pub(super) fn code(self) -> u8 {
        match self {
            Base::Enum => 0x00,
            Base::Sint8 => 0x01,
            Base::Uint8 => 0x02,
            Base::Text => 0x07,
            Base::Byte => 0x0D,
            Base::Uint16 => 0x84,
            Base::Sint32 => 0x85,
            Base::Uint32 => 0x86,
            Base::Uint32z => 0x8C,
            Base::Float32 => 0x88,
        }
    }

    fn size(self) -> u8 {
        match self {
            Base::Enum | Base::Sint8 | Base::Uint8 | Base::Text | Base::Byte => 1,
            Base::Uint16 => 2,
            Base::Sint32 | Base::Uint32 | Base::Uint32z | Base::Float32 => 4,
        }
    }

    /// The value that says "not known".
    fn invalid(self) -> i64 {
        match self {
            Base::Enum | Base::Uint8 | Base::Byte => 0xFF,
            Base::Sint8 => 0x7F,
            Base::Uint16 => 0xFFFF,
            Base::Sint32 => 0x7FFF_FFFF,
            Base::Uint32 | Base::Float32 => 0xFFFF_FFFF,
            Base::Uint32z | Base::Text => 0,
        }
    }
}

/// One field of a message: its number, how it is stored, and its raw values; an unknown one has the
/// value that says so.
pub(super) struct Field {
    number: u8,
    base: Base,
    values: Vec<i64>,
    /// Described in the file itself, by its only developer.
    developer: bool,
}

/// A field with a value.
pub(super) fn field(number: u8, base: Base, value: impl Into<i64>) -> Field {
    Field { number, base, values: vec![value.into()], developer: false }
}

/// A field that may be unknown.
pub(super) fn maybe(number: u8, base: Base, value: Option<impl Into<i64>>) -> Field {
    let raw = value.map_or_else(|| base.invalid(), Into::into);
    Field { number, base, values: vec![raw], developer: false }
}

/// A field that holds a list.
pub(super) fn list(number: u8, base: Base, values: Vec<i64>) -> Field {
    Field { number, base, values, developer: false }
}

/// A field with a text.
pub(super) fn text(number: u8, value: &str) -> Field {
    list(number, Base::Text, value.bytes().map(i64::from).chain([0]).collect())
}

/// A field that the file describes itself. Comes after all others.
pub(super) fn developer(number: u8, base: Base, value: i64) -> Field {
    Field { number, base, values: vec![value], developer: true }
}

/// Collects messages into a file. A definition is written whenever a local type changes its layout.
#[derive(Default)]
pub(super) struct Writer {
    data: Vec<u8>,
    layouts: [Option<Layout>; 16],
}

#[derive(PartialEq)]
struct Layout {
    global: u16,
    fields: Vec<(u8, Base, u8)>,
    developer: Vec<(u8, Base, u8)>,
}

impl Writer {
    /// Adds a message under a local type (0 to 15).
    pub(super) fn message(&mut self, local: u8, global: u16, fields: &[Field]) {
        let local = local & 0x0F;
        let shape = |field: &Field| (field.number, field.base, field.values.len() as u8);
        let shapes = |developer| fields.iter().filter(|field| field.developer == developer).map(shape).collect();
        let layout = Layout { global, fields: shapes(false), developer: shapes(true) };
        if let Some(slot) = self.layouts.get_mut(usize::from(local))
            && slot.as_ref() != Some(&layout)
        {
            define(&mut self.data, local, &layout);
            *slot = Some(layout);
        }
        self.data.push(local);
        for field in fields {
            for value in &field.values {
                self.data.extend(value.to_le_bytes().iter().take(usize::from(field.base.size())));
            }
        }
    }

    /// The whole file: header with its checksum, messages, checksum of all.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut file = Vec::with_capacity(self.data.len() + 16);
        file.extend([HEADER_BYTES, PROTOCOL_VERSION]);
        file.extend(PROFILE_VERSION.to_le_bytes());
        file.extend(u32::try_from(self.data.len()).unwrap_or(u32::MAX).to_le_bytes());
        file.extend(*b".FIT");
        file.extend(checksum(&file).to_le_bytes());
        file.extend(self.data);
        file.extend(checksum(&file).to_le_bytes());
        file
    }
}

fn define(data: &mut Vec<u8>, local: u8, layout: &Layout) {
    let described = if layout.developer.is_empty() { 0 } else { 0x20 };
    data.extend([0x40 | described | local, 0, 0]); // definition, reserved, little-endian
    data.extend(layout.global.to_le_bytes());
    data.push(layout.fields.len() as u8);
    for (number, base, count) in &layout.fields {
        data.extend([*number, base.size() * count, base.code()]);
    }
    if described != 0 {
        data.push(layout.developer.len() as u8);
        for (number, base, count) in &layout.developer {
            data.extend([*number, base.size() * count, 0]); // of the first developer
        }
    }
}

/// CRC-16 with polynomial 0x8005, reflected, starting at zero.
fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0u16, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xA001 } else { crc >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_has_its_published_check_value() {
        assert_eq!(checksum(b"123456789"), 0xBB3D);
    }

    #[test]
    fn a_layout_is_defined_once_and_again_when_it_changes() {
        let mut writer = Writer::default();
        writer.message(0, 20, &[field(3, Base::Uint8, 90)]);
        writer.message(0, 20, &[field(3, Base::Uint8, 91)]);
        let two = writer.data.len();
        assert_eq!(two, 9 + 2 + 2);
        writer.message(0, 20, &[field(3, Base::Uint8, 91), maybe(4, Base::Uint16, None::<i64>)]);
        assert_eq!(writer.data.len(), two + 12 + 4);
        assert_eq!(writer.data.get(two + 14..), Some(&[0xFF, 0xFF][..]));
    }
}
