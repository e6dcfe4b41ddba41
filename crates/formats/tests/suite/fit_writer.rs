//! Writes small FIT files for tests, right or wrong on purpose.

/// A FIT file in the making: one sequence.
#[derive(Default)]
pub(crate) struct FitWriter {
    messages: Vec<u8>,
}

/// Fields of a definition: number, size, base type.
pub(crate) type Fields<'a> = &'a [(u8, u8, u8)];

pub(crate) const ENUM: u8 = 0x00;
pub(crate) const SINT8: u8 = 0x01;
pub(crate) const UINT8: u8 = 0x02;
pub(crate) const TEXT: u8 = 0x07;
pub(crate) const UINT16: u8 = 0x84;
pub(crate) const SINT32: u8 = 0x85;
pub(crate) const UINT32: u8 = 0x86;

impl FitWriter {
    pub(crate) fn define(&mut self, local: u8, message: u16, fields: Fields<'_>) -> &mut Self {
        self.messages.extend([0x40 | local, 0, 0]);
        self.messages.extend(message.to_le_bytes());
        self.fields(fields);
        self
    }

    /// A definition with developer fields: number, size, developer index.
    pub(crate) fn define_developer(
        &mut self,
        local: u8,
        message: u16,
        fields: Fields<'_>,
        own: Fields<'_>,
    ) -> &mut Self {
        self.messages.extend([0x60 | local, 0, 0]);
        self.messages.extend(message.to_le_bytes());
        self.fields(fields);
        self.fields(own);
        self
    }

    fn fields(&mut self, fields: Fields<'_>) {
        self.messages.push(fields.len() as u8);
        for (number, size, base) in fields {
            self.messages.extend([*number, *size, *base]);
        }
    }

    pub(crate) fn data(&mut self, local: u8, parts: &[&[u8]]) -> &mut Self {
        self.messages.push(local);
        self.messages.extend(parts.concat());
        self
    }

    pub(crate) fn compressed(&mut self, local: u8, offset: u8, parts: &[&[u8]]) -> &mut Self {
        self.messages.push(0x80 | local << 5 | (offset & 0x1F));
        self.messages.extend(parts.concat());
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.bytes_stating(self.messages.len() as u32)
    }

    /// The file with another length in its header than it has.
    pub(crate) fn bytes_stating(&self, length: u32) -> Vec<u8> {
        let mut bytes = vec![14, 0x20, 0, 0];
        bytes.extend(length.to_le_bytes());
        bytes.extend(b".FIT\0\0");
        bytes.extend(&self.messages);
        let sum = checksum(&bytes);
        bytes.extend(sum.to_le_bytes());
        bytes
    }
}

fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xA001 } else { sum >> 1 })
    })
}

/// Seconds after an instant of 2021 in FIT time, as bytes.
pub(crate) fn at(seconds: u32) -> [u8; 4] {
    (1_000_000_000 + seconds).to_le_bytes()
}

/// That instant.
pub(crate) fn instant(seconds: i64) -> model::Timestamp {
    model::Timestamp::from_seconds(631_065_600 + 1_000_000_000 + seconds)
}

/// A run of `seconds` records with heart rate, cadence and distance, a lap, a session, and local time.
pub(crate) fn run(seconds: u32) -> FitWriter {
    let mut file = FitWriter::default();
    file.define(0, 0, &[(0, 1, ENUM), (1, 2, UINT16), (2, 2, UINT16), (3, 4, 0x8C), (4, 4, UINT32)]);
    file.data(0, &[&[4], &1u16.to_le_bytes(), &3291u16.to_le_bytes(), &77u32.to_le_bytes(), &at(0)]);
    file.define(1, 20, &[(253, 4, UINT32), (3, 1, UINT8), (4, 1, UINT8), (5, 4, UINT32)]);
    for second in 0..seconds {
        file.data(1, &[&at(second), &[120 + (second % 30) as u8], &[85], &(second * 300).to_le_bytes()]);
    }
    file.define(2, 19, &[(253, 4, UINT32), (2, 4, UINT32), (7, 4, UINT32), (25, 1, ENUM)]);
    file.data(2, &[&at(seconds), &at(0), &(seconds * 1000).to_le_bytes(), &[1]]);
    session(&mut file, 0, seconds, 1);
    file.define(4, 34, &[(253, 4, UINT32), (5, 4, UINT32)]);
    file.data(4, &[&at(seconds), &at(seconds + 7200)]);
    file
}

/// A session message: start, length and sport.
pub(crate) fn session(file: &mut FitWriter, start: u32, seconds: u32, sport: u8) {
    file.define(
        3,
        18,
        &[(253, 4, UINT32), (2, 4, UINT32), (7, 4, UINT32), (8, 4, UINT32), (9, 4, UINT32), (5, 1, ENUM)],
    );
    let length = (seconds * 1000).to_le_bytes();
    file.data(3, &[&at(start + seconds), &at(start), &length, &length, &(seconds * 300).to_le_bytes(), &[sport]]);
}
