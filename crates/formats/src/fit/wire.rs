//! The FIT protocol: headers, definitions, messages, compressed timestamps, developer fields, checksums.
//! Knows how fields lie, not what they mean. Field bytes are read as the file defines them, never as a
//! profile would have them: writers use smaller types than the profile's, and "none" depends on the type.

use super::{
    input::{Ended, Input},
    value::{Base, Value},
};
use model::{Issue, IssueCode, Timestamp};
use std::io::Read;

/// FIT counts seconds from 1989-12-31T00:00:00Z.
const EPOCH_SECONDS: i64 = 631_065_600;
/// Smaller times count from when the device was switched on.
const FIRST_ABSOLUTE_TIME: u32 = 0x1000_0000;
const TIMESTAMP_FIELD: u8 = 253;

/// The instant of a FIT time.
pub(super) fn instant(seconds: u32) -> Timestamp {
    Timestamp::from_seconds(EPOCH_SECONDS + i64::from(seconds))
}

/// Whether a FIT time counts from when the device was switched on.
pub(super) fn is_relative(seconds: u32) -> bool {
    seconds < FIRST_ABSOLUTE_TIME
}

/// What a file is made of, in order.
pub(super) enum Part<'a> {
    /// A sequence begins; what was defined before is void.
    Sequence,
    /// A message.
    Message(Message<'a>),
    /// Something is wrong; the reader has already gone on as far as it can.
    Issue(Issue),
}

#[derive(Clone, Copy)]
struct FieldLayout {
    number: u8,
    base: u8,
    size: usize,
    start: usize,
}

#[derive(Default)]
struct Layout {
    message: u16,
    big_endian: bool,
    fields: Vec<FieldLayout>,
    developer: Vec<FieldLayout>,
    size: usize,
}

/// One message: fields by number.
#[derive(Clone, Copy)]
pub(super) struct Message<'a> {
    pub(super) number: u16,
    time: Option<u32>,
    layout: &'a Layout,
    payload: &'a [u8],
}

impl<'a> Message<'a> {
    /// Every developer field: developer index, number, bytes. Their type is described in the file.
    pub(super) fn developer_fields(&self) -> impl Iterator<Item = (u8, u8, &'a [u8])> + use<'a> {
        let payload = self.payload;
        self.layout.developer.iter().filter_map(move |field| {
            Some((field.base, field.number, payload.get(field.start..field.start + field.size)?))
        })
    }

    pub(super) fn big_endian(&self) -> bool {
        self.layout.big_endian
    }

    /// The field with this number.
    pub(super) fn find(&self, number: u8) -> Option<Value<'a>> {
        let field = self.layout.fields.iter().find(|field| field.number == number)?;
        value(self.layout, self.payload, field, Base::of(field.base))
    }

    pub(super) fn number(&self, field: u8) -> Option<f64> {
        self.find(field)?.number()
    }

    pub(super) fn scaled(&self, field: u8, scale: f64) -> Option<f64> {
        Some(self.number(field)? / scale)
    }

    pub(super) fn unsigned(&self, field: u8) -> Option<u64> {
        self.find(field)?.unsigned()
    }

    pub(super) fn text(&self, field: u8) -> Option<String> {
        self.find(field)?.text()
    }

    pub(super) fn seconds(&self, field: u8) -> Option<u32> {
        self.unsigned(field).and_then(|seconds| u32::try_from(seconds).ok())
    }

    pub(super) fn instant(&self, field: u8) -> Option<Timestamp> {
        self.seconds(field).map(instant)
    }

    /// When the message was written, in FIT seconds.
    pub(super) fn fit_time(&self) -> Option<u32> {
        self.time
    }

    /// When the message was written.
    pub(super) fn time(&self) -> Option<Timestamp> {
        self.time.map(instant)
    }
}

fn value<'a>(layout: &Layout, payload: &'a [u8], field: &FieldLayout, base: Base) -> Option<Value<'a>> {
    let bytes = payload.get(field.start..field.start + field.size)?;
    Some(Value { base, big_endian: layout.big_endian, bytes })
}

/// Why a sequence cannot be read on.
enum Fault {
    Ended,
    Undefined(u8),
    NotFit,
}

impl From<Ended> for Fault {
    fn from(_: Ended) -> Self {
        Self::Ended
    }
}

/// Goes through a file once; gives the digest of its bytes.
pub(super) fn read(reader: &mut dyn Read, visit: &mut dyn FnMut(Part<'_>)) -> [u8; 16] {
    let mut decoder = Decoder::new(Input::new(reader));
    let mut sequences = 0u32;
    while decoder.input.peek().is_some() {
        match decoder.sequence(visit) {
            Ok(()) => {}
            Err(Fault::Undefined(local)) => {
                let message = format!("message kind {local} is used before it is defined; the rest is left out");
                visit(Part::Issue(Issue::new(IssueCode::Damaged, decoder.place(), message)));
                if decoder.skip_rest().is_err() {
                    break;
                }
            }
            Err(Fault::Ended) => {
                let message = "the bytes break off; what came before is kept";
                visit(Part::Issue(Issue::new(IssueCode::Truncated, decoder.place(), message)));
                break;
            }
            Err(Fault::NotFit) => {
                let message = if sequences == 0 { "this is not a FIT file" } else { "what follows is not FIT" };
                visit(Part::Issue(Issue::new(IssueCode::Damaged, decoder.place(), message)));
                break;
            }
        }
        sequences += 1;
    }
    if decoder.input.position() == 0 {
        visit(Part::Issue(Issue::new(IssueCode::Truncated, "file", "the file is empty")));
    }
    decoder.input.finish()
}

struct Decoder<'r> {
    input: Input<'r>,
    layouts: [Option<Layout>; 16],
    payload: Vec<u8>,
    /// FIT seconds of the latest timestamp, to which compressed ones add.
    clock: Option<u32>,
    /// Where the sequence's messages end; none when its header does not say.
    end: Option<u64>,
}

impl<'r> Decoder<'r> {
    fn new(input: Input<'r>) -> Self {
        Self { input, layouts: Default::default(), payload: Vec::new(), clock: None, end: None }
    }

    fn place(&self) -> String {
        format!("byte {}", self.input.position())
    }

    fn sequence(&mut self, visit: &mut dyn FnMut(Part<'_>)) -> Result<(), Fault> {
        self.header()?;
        self.layouts = Default::default();
        self.clock = None;
        visit(Part::Sequence);
        if self.end.is_none() {
            let message = "the header does not say how long the file is; it was not closed properly";
            visit(Part::Issue(Issue::new(IssueCode::Damaged, self.place(), message)));
        }
        while self.has_message() {
            self.message(visit)?;
        }
        let computed = self.input.checksum();
        let stated = u16::from_le_bytes(self.bytes()?);
        if stated != computed {
            let message = "the checksum does not fit the bytes; some may be wrong";
            visit(Part::Issue(Issue::new(IssueCode::Damaged, self.place(), message)));
        }
        Ok(())
    }

    /// Without a stated length the messages go on until only a checksum is left.
    fn has_message(&mut self) -> bool {
        match self.end {
            Some(end) => self.input.position() < end,
            None => self.input.has(3),
        }
    }

    /// The header's own checksum is not looked at: the one at the end covers it, and zero is allowed.
    fn header(&mut self) -> Result<(), Fault> {
        self.input.restart_checksum();
        let size = u64::from(self.byte()?);
        if size < 12 {
            return Err(Fault::NotFit);
        }
        let rest: [u8; 11] = self.bytes()?;
        let [_, _, _, a, b, c, d, mark @ ..] = rest;
        if &mark != b".FIT" {
            return Err(Fault::NotFit);
        }
        self.input.skip(size - 12)?;
        // A device that loses power leaves a length of zero behind.
        let length = u64::from(u32::from_le_bytes([a, b, c, d]));
        self.end = (length > 0).then(|| self.input.position() + length);
        Ok(())
    }

    fn skip_rest(&mut self) -> Result<(), Ended> {
        match self.end {
            Some(end) => self.input.skip((end + 2).saturating_sub(self.input.position())),
            None => Err(Ended),
        }
    }

    fn message(&mut self, visit: &mut dyn FnMut(Part<'_>)) -> Result<(), Fault> {
        let header = self.byte()?;
        if header & 0x80 != 0 {
            let time = self.compressed_time(u32::from(header & 0x1F));
            self.data((header >> 5) & 0x3, time, visit)
        } else if header & 0x40 != 0 {
            self.definition(header & 0xF, header & 0x20 != 0)
        } else {
            self.data(header & 0xF, None, visit)
        }
    }

    fn compressed_time(&mut self, offset: u32) -> Option<u32> {
        let clock = self.clock?;
        let time = clock.wrapping_add(offset.wrapping_sub(clock) & 0x1F);
        self.clock = Some(time);
        self.clock
    }

    fn definition(&mut self, local: u8, has_developer: bool) -> Result<(), Fault> {
        let [_, order, first, second, fields] = self.bytes()?;
        let big_endian = order & 1 == 1;
        let number = if big_endian { [first, second] } else { [second, first] };
        let mut layout = Layout { message: u16::from_be_bytes(number), big_endian, ..Layout::default() };
        for _ in 0..fields {
            let [number, size, base] = self.bytes()?;
            layout.add(false, FieldLayout { number, base, size: usize::from(size), start: 0 });
        }
        if has_developer {
            for _ in 0..self.byte()? {
                let [number, size, developer] = self.bytes()?;
                layout.add(true, FieldLayout { number, base: developer, size: usize::from(size), start: 0 });
            }
        }
        if let Some(slot) = self.layouts.get_mut(usize::from(local)) {
            *slot = Some(layout);
        }
        Ok(())
    }

    fn data(&mut self, local: u8, time: Option<u32>, visit: &mut dyn FnMut(Part<'_>)) -> Result<(), Fault> {
        let Some(layout) = self.layouts.get(usize::from(local)).and_then(Option::as_ref) else {
            return Err(Fault::Undefined(local));
        };
        self.payload.resize(layout.size, 0);
        self.input.take(&mut self.payload)?;
        let mut message = Message { number: layout.message, time, layout, payload: &self.payload };
        if let Some(stated) = message.seconds(TIMESTAMP_FIELD) {
            message.time = Some(stated);
            self.clock = Some(stated);
        }
        visit(Part::Message(message));
        Ok(())
    }

    fn byte(&mut self) -> Result<u8, Ended> {
        self.bytes::<1>().map(|[byte]| byte)
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Ended> {
        let mut bytes = [0; N];
        self.input.take(&mut bytes)?;
        Ok(bytes)
    }
}

impl Layout {
    /// Fields without bytes say nothing and are left out, so that a message's cost stays within its size.
    fn add(&mut self, developer: bool, mut field: FieldLayout) {
        field.start = self.size;
        self.size += field.size;
        if field.size > 0 {
            if developer { &mut self.developer } else { &mut self.fields }.push(field);
        }
    }
}
