//! A small FIT file, byte by byte: a run of a minute with a record each ten seconds and one lap.

use model::Timestamp;

const FIT_EPOCH: i64 = 631_065_600;
const ENUM: u8 = 0x00;
const UINT8: u8 = 0x02;
const UINT16: u8 = 0x84;
const UINT32: u8 = 0x86;
const UINT32Z: u8 = 0x8C;

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

fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xA001 } else { sum >> 1 })
    })
}

/// The file; its heart rates begin at `rate`.
pub(crate) fn run(start: Timestamp, rate: i64) -> Vec<u8> {
    let at = start.as_seconds() - FIT_EPOCH;
    let mut body = Vec::new();
    message(&mut body, 0, &[(0, ENUM, 4), (1, UINT16, 1), (2, UINT16, 3291), (3, UINT32Z, 77), (4, UINT32, at)]);
    for second in (0..=60).step_by(10) {
        let fields = [(253, UINT32, at + second), (3, UINT8, rate + second / 10), (5, UINT32, second * 300)];
        message(&mut body, 20, &fields);
    }
    let times = [(253, UINT32, at + 60), (2, UINT32, at), (7, UINT32, 60_000), (8, UINT32, 60_000)];
    message(&mut body, 19, &[times.as_slice(), &[(9, UINT32, 18_000)]].concat());
    message(&mut body, 18, &[times.as_slice(), &[(9, UINT32, 18_000), (5, ENUM, 1), (6, ENUM, 0)]].concat());
    let mut file = vec![14, 0x20, 0x54, 0x08];
    file.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
    file.extend(b".FIT\0\0");
    file.extend(body);
    file.extend(checksum(&file).to_le_bytes());
    file
}
