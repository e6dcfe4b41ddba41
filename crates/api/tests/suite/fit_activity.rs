//! A FIT file in which everything is that only a file can say: zones, a pool length, a set, a pause,
//! beats, and fields of an application.

#[derive(Default)]
struct Fit(Vec<u8>);

const ENUM: u8 = 0x00;
const UINT8: u8 = 0x02;
const TEXT: u8 = 0x07;
const BYTE: u8 = 0x0D;
const UINT16: u8 = 0x84;
const UINT32: u8 = 0x86;

impl Fit {
    /// A definition and one message of it. Fields of an application come last.
    fn message(&mut self, number: u16, fields: &[(u8, u8, u8)], own: &[(u8, u8)], parts: &[&[u8]]) {
        self.0.extend([if own.is_empty() { 0x40 } else { 0x60 }, 0, 0]);
        self.0.extend(number.to_le_bytes());
        self.0.push(fields.len() as u8);
        fields.iter().for_each(|(number, size, base)| self.0.extend([*number, *size, *base]));
        if !own.is_empty() {
            self.0.push(own.len() as u8);
            own.iter().for_each(|(number, size)| self.0.extend([*number, *size, 0]));
        }
        self.0.push(0);
        self.0.extend(parts.concat());
    }

    /// Describes a field of the application with index 0.
    fn describe(&mut self, number: u8, name: &[u8; 12], unit: &[u8; 8]) {
        let fields = [(0, 1, UINT8), (1, 1, UINT8), (2, 1, UINT8), (3, 12, TEXT), (8, 8, TEXT)];
        self.message(206, &fields, &[], &[&[0, number, UINT8], name, unit]);
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![12, 0x20, 0, 0];
        bytes.extend((self.0.len() as u32).to_le_bytes());
        bytes.extend(b".FIT");
        bytes.extend(&self.0);
        let sum = bytes.iter().fold(0u16, |sum, byte| {
            (0..8).fold(sum ^ u16::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xA001 } else { sum >> 1 })
        });
        bytes.extend(sum.to_le_bytes());
        bytes
    }
}

/// Seconds after 2021-09-08T01:46:40Z.
fn at(seconds: u32) -> [u8; 4] {
    (1_000_000_000 + seconds).to_le_bytes()
}

/// A minute with one of each.
pub(crate) fn of_everything() -> Vec<u8> {
    let mut fit = Fit::default();
    let id = [(0, 1, ENUM), (1, 2, UINT16), (2, 2, UINT16), (3, 4, 0x8C), (4, 4, UINT32)];
    let (maker, product) = (1u16.to_le_bytes(), 3291u16.to_le_bytes());
    fit.message(0, &id, &[], &[&[4], &maker, &product, &77u32.to_le_bytes(), &at(0)]);
    fit.message(207, &[(3, 1, UINT8), (1, 16, BYTE)], &[], &[&[0], &[0xA7; 16]]);
    fit.describe(0, b"Leg spring\0\0", b"kN/m\0\0\0\0");
    fit.describe(1, b"Effort\0\0\0\0\0\0", b"points\0\0");
    let time = (253, 4, UINT32);
    for (second, kind) in [(0, 0), (10, 4), (20, 0)] {
        fit.message(21, &[time, (0, 1, ENUM), (1, 1, ENUM)], &[], &[&at(second), &[0], &[kind]]);
    }
    for (second, heart_rate, spring) in [(0, 120, 9), (60, 130, 10)] {
        fit.message(20, &[time, (3, 1, UINT8)], &[(0, 1)], &[&at(second), &[heart_rate], &[spring]]);
    }
    let beats = [800u16, 850, 0xFFFF].map(u16::to_le_bytes).concat();
    fit.message(78, &[(0, 6, UINT16)], &[], &[&beats]);
    let start = (2, 4, UINT32);
    let length = [time, start, (3, 4, UINT32), (5, 2, UINT16), (7, 1, ENUM), (12, 1, ENUM)];
    let (long, strokes) = (25_500u32.to_le_bytes(), 14u16.to_le_bytes());
    fit.message(101, &length, &[], &[&at(26), &at(0), &long, &strokes, &[0], &[1]]);
    let set = [
        (254, 4, UINT32),
        (0, 4, UINT32),
        (3, 2, UINT16),
        (4, 2, UINT16),
        (5, 1, UINT8),
        (6, 4, UINT32),
        (7, 2, UINT16),
    ];
    let (weight, category) = ((41u16 * 8).to_le_bytes(), 28u16.to_le_bytes());
    let (long, count) = (30_000u32.to_le_bytes(), 12u16.to_le_bytes());
    fit.message(225, &set, &[], &[&at(30), &long, &count, &weight, &[1], &at(0), &category]);
    let minute = 60_000u32.to_le_bytes();
    fit.message(19, &[time, start, (7, 4, UINT32), (25, 1, ENUM)], &[], &[&at(60), &at(0), &minute, &[1]]);
    let zones = [1_500u32, 58_500].map(u32::to_le_bytes).concat();
    let edges = [(0, 2, UINT16), (2, 8, UINT32), (6, 2, UINT8)];
    fit.message(216, &edges, &[], &[&18u16.to_le_bytes(), &zones, &[100, 120]]);
    let session = [time, start, (7, 4, UINT32), (8, 4, UINT32), (5, 1, ENUM)];
    fit.message(18, &session, &[(1, 1)], &[&at(60), &at(0), &minute, &minute, &[1], &[7]]);
    fit.bytes()
}
