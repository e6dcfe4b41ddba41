//! The items of a part, one at a time: a JSON array of objects, or one bare object.

use super::{Lenient, field::Said, note};
use model::{IssueCode, Mapped};
use serde::de::{Deserialize, Deserializer as _, SeqAccess, Visitor};
use serde_json::{
    Deserializer,
    de::{self, SliceRead},
    value::RawValue,
};
use std::{
    fmt,
    io::{BufRead, BufReader, Cursor, Read},
    marker::PhantomData,
};

/// A body up to this is read at once: reading it byte by byte takes several times as long.
const AT_ONCE: u64 = 1024 * 1024;

/// One item and where it was.
pub(crate) struct Item<T> {
    pub(crate) path: String,
    pub(crate) value: T,
}

/// Hands over each item that can be read. An item is held as text until it is read, so that one that
/// cannot be read costs only itself: for types whose items are small.
pub(crate) fn each_item<T: Lenient>(
    name: &str,
    body: &mut dyn Read,
    mapped: &mut Mapped,
    mut take: impl FnMut(Item<T>, &mut Mapped),
) {
    let mut start = Vec::new();
    // what fails while it is read ends there; whoever reads knows why
    let _ = body.take(AT_ONCE).read_to_end(&mut start);
    if (start.len() as u64) < AT_ONCE {
        let first = start.iter().copied().find(|byte| !byte.is_ascii_whitespace());
        let json = Deserializer::new(SliceRead::new(&start));
        return each::<&RawValue, _>(name, first, json, mapped, |path, raw, mapped| {
            hand_over(path, serde_json::from_str(raw.get()).unwrap_or(Said::Unreadable), mapped, &mut take);
        });
    }
    let mut body = buffered(Cursor::new(start).chain(body));
    let (first, json) = (first_byte(&mut body), Deserializer::from_reader(body));
    each::<Box<RawValue>, _>(name, first, json, mapped, |path, raw, mapped| {
        hand_over(path, serde_json::from_str(raw.get()).unwrap_or(Said::Unreadable), mapped, &mut take);
    });
}

/// Hands over each item that can be read, without ever holding its text: for types whose items are
/// large. A number that no float can hold ends the reading here.
pub(crate) fn each_streamed<T: Lenient>(
    name: &str,
    body: &mut dyn Read,
    mapped: &mut Mapped,
    mut take: impl FnMut(Item<T>, &mut Mapped),
) {
    let mut body = buffered(body);
    let (first, json) = (first_byte(&mut body), Deserializer::from_reader(body));
    each::<Said<T>, _>(name, first, json, mapped, |path, said, mapped| hand_over(path, said, mapped, &mut take));
}

/// Hands over the text of each item of a body that is in memory.
pub(crate) fn each_raw<'a>(
    name: &str,
    text: &'a [u8],
    mapped: &mut Mapped,
    take: impl FnMut(String, &'a RawValue, &mut Mapped),
) {
    let first = text.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    each(name, first, Deserializer::new(SliceRead::new(text)), mapped, take);
}

fn buffered<R: Read>(body: R) -> BufReader<R> {
    BufReader::with_capacity(64 * 1024, body)
}

fn hand_over<T>(path: String, said: Said<T>, mapped: &mut Mapped, take: &mut impl FnMut(Item<T>, &mut Mapped)) {
    match said {
        Said::Value(value) => take(Item { path, value }, mapped),
        _ => note(&mut mapped.issues, IssueCode::Invalid, path, "not an object that can be read"),
    }
}

fn each<'de, T: Deserialize<'de>, R: de::Read<'de>>(
    name: &str,
    first: Option<u8>,
    mut json: Deserializer<R>,
    mapped: &mut Mapped,
    mut take: impl FnMut(String, T, &mut Mapped),
) {
    let read = if first == Some(b'[') {
        let mut take = |item: T, mapped: &mut Mapped| {
            let path = format!("{name}[{}]", mapped.items);
            mapped.items = mapped.items.saturating_add(1);
            take(path, item, mapped);
        };
        json.deserialize_seq(Items { mapped, take: &mut take, item: PhantomData })
    } else {
        T::deserialize(&mut json).map(|item| {
            mapped.items = 1;
            take(name.to_owned(), item, mapped);
        })
    };
    let read = read.and_then(|()| json.end());
    if let Err(error) = read {
        let at = format!("{name} (line {}, column {})", error.line(), error.column());
        let (code, message) = match error.classify() {
            serde_json::error::Category::Eof => (IssueCode::Truncated, "breaks off; what came before is kept"),
            serde_json::error::Category::Io => (IssueCode::Truncated, "could not be read on; what came before is kept"),
            _ => (IssueCode::Damaged, "is not JSON from here on; what came before is kept"),
        };
        note(&mut mapped.issues, code, at, message);
    }
}

/// The first byte that is not white space, left in place.
fn first_byte(body: &mut impl BufRead) -> Option<u8> {
    loop {
        let (blank, found) = {
            let chunk = body.fill_buf().ok()?;
            let blank = chunk.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            (blank, chunk.get(blank).copied())
        };
        if found.is_some() || blank == 0 {
            return found;
        }
        body.consume(blank);
    }
}

struct Items<'a, T, F> {
    mapped: &'a mut Mapped,
    take: &'a mut F,
    item: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>, F: FnMut(T, &mut Mapped)> Visitor<'de> for Items<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(item) = list.next_element()? {
            (self.take)(item, self.mapped);
        }
        Ok(())
    }
}
