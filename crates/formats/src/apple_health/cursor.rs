//! The tags of an export, one after the other, on bytes and without copies: hundreds of megabytes of short
//! elements go through here, and an event for each attribute would cost more than all that is done with it.

use memchr::{memchr, memmem};
use std::borrow::Cow;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag<'a> {
    /// An element of this name begins; its attributes are still to be read.
    Open(&'a [u8]),
    /// An element ends.
    Close,
}

/// A place between the elements of some bytes. What breaks off ends it.
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next tag. After [`Tag::Open`] the attributes must be read.
    pub(super) fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            self.pass(memchr(b'<', self.rest)?);
            match self.rest.get(1)? {
                b'/' => {
                    self.pass(memchr(b'>', self.rest)? + 1);
                    return Some(Tag::Close);
                }
                b'!' | b'?' => self.pass(no_element(self.rest)?),
                _ => {
                    self.pass(1);
                    let length = self.rest.iter().position(|byte| ends_name(*byte))?;
                    let name = self.rest.get(..length)?;
                    self.pass(length);
                    return Some(Tag::Open(name));
                }
            }
        }
    }

    /// Tells each attribute, as it is written, of the element whose name was read; whether the element is empty.
    pub(super) fn attributes(&mut self, mut take: impl FnMut(&'a [u8], &'a [u8])) -> bool {
        loop {
            self.pass_space();
            match self.rest.first() {
                None => return true,
                Some(b'>') => {
                    self.pass(1);
                    return false;
                }
                Some(b'/') => {
                    self.pass(1);
                    if self.rest.first() == Some(&b'>') {
                        self.pass(1);
                        return true;
                    }
                }
                Some(_) => match self.attribute() {
                    Some((name, value)) => take(name, value),
                    None => self.rest = &[],
                },
            }
        }
    }

    fn attribute(&mut self) -> Option<(&'a [u8], &'a [u8])> {
        let length = memchr(b'=', self.rest)?;
        let name = self.rest.get(..length)?.trim_ascii_end();
        self.pass(length + 1);
        self.pass_space();
        let quote = *self.rest.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
        self.pass(1);
        let length = memchr(quote, self.rest)?;
        let value = self.rest.get(..length)?;
        self.pass(length + 1);
        Some((name, value))
    }

    /// Goes behind the end of the element whose attributes were read last and that is not empty.
    pub(super) fn skip(&mut self) {
        let mut depth = 1u32;
        while depth > 0 {
            match self.next() {
                Some(Tag::Open(_)) => depth += u32::from(!self.attributes(|_, _| ())),
                Some(Tag::Close) => depth -= 1,
                None => return,
            }
        }
    }

    fn pass_space(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    fn pass(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or_default();
    }
}

pub(super) fn ends_name(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>')
}

/// How long a comment, an instruction or a section of characters is, at whose beginning the bytes stand.
pub(super) fn no_element(bytes: &[u8]) -> Option<usize> {
    let end: &[u8] = match bytes {
        [b'<', b'!', b'-', b'-', ..] => b"-->",
        [b'<', b'!', b'[', ..] => b"]]>",
        [b'<', b'?', ..] => b"?>",
        _ => b">",
    };
    memmem::find(bytes, end).map(|at| at + end.len())
}

/// The text of an attribute's value: only the entities of XML itself and numbered characters are resolved.
pub(super) fn text(raw: &[u8]) -> Cow<'_, str> {
    let raw = String::from_utf8_lossy(raw);
    if !raw.contains('&') {
        return raw;
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = &*raw;
    while let Some((before, after)) = rest.split_once('&') {
        text.push_str(before);
        match after.split_once(';').and_then(|(name, after)| Some((entity(name)?, after))) {
            Some((character, after)) => {
                text.push(character);
                rest = after;
            }
            None => {
                text.push('&');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

fn entity(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(xml: &str) -> Vec<String> {
        let mut cursor = Cursor::new(xml.as_bytes());
        let mut told = Vec::new();
        while let Some(tag) = cursor.next() {
            let Tag::Open(name) = tag else {
                told.push("/".to_owned());
                continue;
            };
            let mut line = String::from_utf8_lossy(name).into_owned();
            let empty =
                cursor.attributes(|name, value| line += &format!(" {}={}", String::from_utf8_lossy(name), text(value)));
            told.push(line + if empty { "." } else { "" });
        }
        told
    }

    #[test]
    fn elements_and_their_attributes_are_told_in_order() {
        let xml = "<?xml version='1.0'?><!-- <no/> --><a x=\"1\" y = 'a>b'><b/>text<c k=\"&lt;&amp;&#233;&#x20ac;&no;\" /></a>";
        assert_eq!(told(xml), ["a x=1 y=a>b", "b.", "c k=<&\u{e9}\u{20ac}&no;.", "/"]);
    }

    #[test]
    fn what_breaks_off_ends() {
        for xml in ["<a x=\"1", "<a x", "<", "<a", "<a x=1>", "</a", "<!-- "] {
            assert!(told(xml).len() <= 1, "{xml}");
        }
    }

    #[test]
    fn the_inside_of_an_element_can_be_passed_over() {
        let mut cursor = Cursor::new(b"<a><b><c/></b><!-- </a> --></a><d/>");
        assert_eq!(cursor.next(), Some(Tag::Open(b"a")));
        assert!(!cursor.attributes(|_, _| ()));
        cursor.skip();
        assert_eq!(cursor.next(), Some(Tag::Open(b"d")));
    }
}
