//! A small FIT file, byte by byte, for tests of what is made of files.

use model::Timestamp;

const FIT_EPOCH: i64 = 631_065_600;
const ENUM: u8 = 0x00;
const UINT8: u8 = 0x02;
const UINT16: u8 = 0x84;
const SINT32: u8 = 0x85;
const UINT32: u8 = 0x86;
const UINT32Z: u8 = 0x8C;

/// One message: its number, and each field's number, base type and raw value.
fn message(out: &mut Vec<u8>, number: u16, fields: &[(u8, u8, i64)]) {
    let size = |base| match base {
        ENUM | UINT8 => 1,
        UINT16 => 2,
        _ => 4,
    };
    out.extend([0x40, 0, 0]);
    out.extend(number.to_le_bytes());
    out.push(u8::try_from(fields.len()).unwrap());
    out.extend(fields.iter().flat_map(|(field, base, _)| [*field, size(*base), *base]));
    out.push(0);
    for (_, base, value) in fields {
        out.extend(&value.to_le_bytes()[..usize::from(size(*base))]);
    }
}

/// The checksum of the protocol, a nibble at a time.
fn checksum(bytes: &[u8]) -> u16 {
    const TABLE: [u16; 16] = [
        0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401, 0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01,
        0x8801, 0x4400,
    ];
    let nibble = |crc: u16, nibble: u8| (crc >> 4) ^ TABLE[usize::from(crc & 0xF)] ^ TABLE[usize::from(nibble & 0xF)];
    bytes.iter().fold(0, |crc, byte| nibble(nibble(crc, *byte), byte >> 4))
}

fn file(body: &[u8]) -> Vec<u8> {
    let mut out = vec![14, 0x20, 0x54, 0x08];
    out.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
    out.extend(b".FIT\0\0");
    out.extend(body);
    out.extend(checksum(&out).to_le_bytes());
    out
}

/// A run of 60 seconds with three records.
pub(crate) fn run(start: Timestamp) -> Vec<u8> {
    let at = start.as_seconds() - FIT_EPOCH;
    let mut body = Vec::new();
    message(&mut body, 0, &[(0, ENUM, 4), (1, UINT16, 1), (2, UINT16, 3291), (3, UINT32Z, 77), (4, UINT32, at)]);
    for (second, rate) in [(0, 120), (30, 130), (60, 140)] {
        let (now, distance) = (at + second, second * 300);
        message(
            &mut body,
            20,
            &[
                (253, UINT32, now),
                (3, UINT8, rate),
                (5, UINT32, distance),
                (4, UINT8, 80),
                (0, SINT32, 500_000_000),
                (1, SINT32, -90_000_000),
            ],
        );
    }
    let times = [(253, UINT32, at + 60), (2, UINT32, at), (7, UINT32, 60_000), (8, UINT32, 60_000)];
    message(&mut body, 18, &[times.as_slice(), &[(9, UINT32, 18_000), (5, ENUM, 1), (6, ENUM, 0)]].concat());
    file(&body)
}

/// What a scale writes.
pub(crate) fn weight(at: Timestamp) -> Vec<u8> {
    let at = at.as_seconds() - FIT_EPOCH;
    let mut body = Vec::new();
    message(&mut body, 0, &[(0, ENUM, 9), (1, UINT16, 1), (3, UINT32Z, 78), (4, UINT32, at)]);
    message(&mut body, 30, &[(253, UINT32, at), (0, UINT16, 7150)]);
    file(&body)
}
