//! Finds the items of a JSON body without building it: bytes in, bytes of each item out.
//!
//! Only what is needed to cut is checked (brackets, strings); whether an item makes sense is for its
//! mapper to say. Memory does not grow with the body.

use std::io::{self, Read, Write};

/// Keys and account names longer than this are cut off.
const TEXT_BYTES: usize = 1024;
/// No health payload nests deeper.
const DEPTH: u32 = 128;

/// Why a body could not be cut further. What was cut before stands.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ScanError {
    /// The body ends in the middle.
    #[error("the body breaks off at byte {0}")]
    Truncated(u64),
    /// The body is not JSON of the expected shape.
    #[error("the body is not a JSON object of lists: unexpected byte at {0}")]
    Malformed(u64),
    /// The body cannot be read.
    #[error("the body cannot be read")]
    Io(#[from] io::Error),
    /// The receiver of items failed.
    #[error("the items could not be kept")]
    Sink(#[from] Box<crate::IngestError>),
}

/// Takes the items.
pub(crate) trait Items {
    /// Where the next item's bytes go.
    fn begin(&mut self, list: &str) -> Result<(), ScanError>;
    /// Some of its bytes.
    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// It is whole; `account` is the text of its field of that name.
    fn end(&mut self, list: &str, account: Option<&str>) -> Result<(), ScanError>;
}

pub(crate) struct Scanner<R> {
    input: R,
    buffer: Vec<u8>,
    position: usize,
    filled: usize,
    consumed: u64,
    account_field: Vec<u8>,
}

impl<R: Read> Scanner<R> {
    pub(crate) fn new(input: R, account_field: &str) -> Self {
        let account_field = account_field.as_bytes().to_vec();
        Self { input, buffer: vec![0; 64 * 1024], position: 0, filled: 0, consumed: 0, account_field }
    }

    /// `{"list": [item, …], …}`: every item of every list. A lone object counts as a list of one.
    pub(crate) fn object_of_lists(&mut self, items: &mut impl Items) -> Result<(), ScanError> {
        self.expect(b'{')?;
        if self.peek_after_space()? == b'}' {
            self.take()?;
            return self.expect_end();
        }
        loop {
            let name = self.string()?;
            self.expect(b':')?;
            self.list(&name, items)?;
            match self.next_after_space()? {
                b',' => {}
                b'}' => return self.expect_end(),
                _ => return Err(self.malformed()),
            }
        }
    }

    /// `[item, …]`: every item. A lone object counts as a list of one.
    pub(crate) fn bare_list(&mut self, name: &str, items: &mut impl Items) -> Result<(), ScanError> {
        self.list(name, items)?;
        self.expect_end()
    }

    fn list(&mut self, name: &str, items: &mut impl Items) -> Result<(), ScanError> {
        match self.peek_after_space()? {
            b'[' => {}
            b'{' => return self.item(name, items),
            // null and other plain values hold no items
            _ => return self.value(&mut None::<&mut io::Sink>).map(|_| ()),
        }
        self.take()?;
        if self.peek_after_space()? == b']' {
            self.take()?;
            return Ok(());
        }
        loop {
            self.item(name, items)?;
            match self.next_after_space()? {
                b',' => {}
                b']' => return Ok(()),
                _ => return Err(self.malformed()),
            }
        }
    }

    fn item(&mut self, name: &str, items: &mut impl Items) -> Result<(), ScanError> {
        self.peek_after_space()?;
        items.begin(name)?;
        let account = self.value(&mut Some(Sink(items)))?;
        items.end(name, account.as_deref())
    }

    /// Copies one value; says the account if the value is an object that names one.
    fn value<W: Write>(&mut self, sink: &mut Option<W>) -> Result<Option<String>, ScanError> {
        let mut account = None;
        let mut depth = 0u32;
        // inside the outer object: whether the next string is a key, and whether the next value is the account
        let (mut at_key, mut at_account) = (false, false);
        loop {
            let byte = self.peek_after_space()?;
            match byte {
                b'{' | b'[' => {
                    depth += 1;
                    if depth > DEPTH {
                        return Err(self.malformed());
                    }
                    at_key = depth == 1 && byte == b'{';
                    at_account = false;
                    self.copy_one(sink)?;
                }
                b'}' | b']' => {
                    if depth == 0 {
                        return Err(self.malformed());
                    }
                    depth -= 1;
                    at_key = false;
                    at_account = false;
                    self.copy_one(sink)?;
                }
                b',' => {
                    if depth == 0 {
                        return Err(self.malformed());
                    }
                    at_key = depth == 1;
                    self.copy_one(sink)?;
                }
                b':' => {
                    if depth == 0 {
                        return Err(self.malformed());
                    }
                    self.copy_one(sink)?;
                }
                b'"' => {
                    let text = self.copy_string(sink, depth == 1 && (at_key || at_account))?;
                    if depth == 1 && at_key {
                        at_account = text.as_deref() == Some(self.account_field.as_slice());
                        at_key = false;
                    } else if at_account {
                        account = text.and_then(|bytes| json_text(&bytes));
                        at_account = false;
                    }
                }
                _ => {
                    let text = self.copy_plain(sink)?;
                    if at_account && text.first().is_some_and(u8::is_ascii_digit) {
                        account = String::from_utf8(text).ok();
                    }
                    at_account = false;
                }
            }
            if depth == 0 {
                return Ok(account);
            }
        }
    }

    fn copy_one<W: Write>(&mut self, sink: &mut Option<W>) -> Result<(), ScanError> {
        let byte = self.take()?;
        write(sink, &[byte])
    }

    /// A number, `true`, `false` or `null`.
    fn copy_plain<W: Write>(&mut self, sink: &mut Option<W>) -> Result<Vec<u8>, ScanError> {
        let mut text = Vec::new();
        while self.fill()? {
            let rest = self.rest();
            let length = rest.iter().position(|byte| !is_plain(*byte)).unwrap_or(rest.len());
            let part = rest.get(..length).unwrap_or_default();
            write(sink, part)?;
            let room = TEXT_BYTES.saturating_sub(text.len()).min(length);
            text.extend_from_slice(part.get(..room).unwrap_or_default());
            self.skip(length);
            if self.position < self.filled {
                break;
            }
        }
        if text.is_empty() { Err(self.malformed()) } else { Ok(text) }
    }

    /// A string with its quotes; `keep` returns what is between them, still escaped.
    fn copy_string<W: Write>(&mut self, sink: &mut Option<W>, keep: bool) -> Result<Option<Vec<u8>>, ScanError> {
        self.copy_one(sink)?;
        let mut text = Vec::new();
        let mut escaped = false;
        loop {
            if !self.fill()? {
                return Err(ScanError::Truncated(self.consumed));
            }
            let rest = self.rest();
            let mut length = 0;
            let mut closed = false;
            for byte in rest {
                length += 1;
                if escaped {
                    escaped = false;
                } else if *byte == b'\\' {
                    escaped = true;
                } else if *byte == b'"' {
                    closed = true;
                    break;
                }
            }
            let part = rest.get(..length).unwrap_or_default();
            write(sink, part)?;
            if keep {
                let room = TEXT_BYTES.saturating_sub(text.len()).min(length - usize::from(closed));
                text.extend_from_slice(part.get(..room).unwrap_or_default());
            }
            self.skip(length);
            if closed {
                return Ok(keep.then_some(text));
            }
        }
    }

    fn string(&mut self) -> Result<String, ScanError> {
        if self.peek_after_space()? != b'"' {
            return Err(self.malformed());
        }
        let text = self.copy_string(&mut None::<io::Sink>, true)?.unwrap_or_default();
        json_text(&text).ok_or_else(|| self.malformed())
    }

    fn expect(&mut self, wanted: u8) -> Result<(), ScanError> {
        if self.next_after_space()? == wanted { Ok(()) } else { Err(self.malformed()) }
    }

    fn expect_end(&mut self) -> Result<(), ScanError> {
        match self.peek_after_space() {
            Err(ScanError::Truncated(_)) => Ok(()),
            Ok(_) => Err(self.malformed()),
            Err(error) => Err(error),
        }
    }

    fn next_after_space(&mut self) -> Result<u8, ScanError> {
        self.peek_after_space()?;
        self.take()
    }

    fn peek_after_space(&mut self) -> Result<u8, ScanError> {
        loop {
            if !self.fill()? {
                return Err(ScanError::Truncated(self.consumed));
            }
            match self.buffer.get(self.position) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.skip(1),
                // some senders begin with a byte-order mark
                Some(0xEF | 0xBB | 0xBF) if self.consumed < 3 => self.skip(1),
                Some(byte) => return Ok(*byte),
                None => return Err(ScanError::Truncated(self.consumed)),
            }
        }
    }

    fn take(&mut self) -> Result<u8, ScanError> {
        if !self.fill()? {
            return Err(ScanError::Truncated(self.consumed));
        }
        let byte = self.buffer.get(self.position).copied().ok_or(ScanError::Truncated(self.consumed))?;
        self.skip(1);
        Ok(byte)
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.position..self.filled).unwrap_or_default()
    }

    fn skip(&mut self, length: usize) {
        self.position += length;
        self.consumed += length as u64;
    }

    /// Whether there is a byte to look at.
    fn fill(&mut self) -> Result<bool, ScanError> {
        if self.position < self.filled {
            return Ok(true);
        }
        self.position = 0;
        self.filled = loop {
            match self.input.read(&mut self.buffer) {
                Ok(length) => break length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        };
        Ok(self.filled > 0)
    }

    fn malformed(&self) -> ScanError {
        ScanError::Malformed(self.consumed)
    }
}

struct Sink<'a, I>(&'a mut I);

impl<I: Items> Write for Sink<'_, I> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.bytes(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write<W: Write>(sink: &mut Option<W>, bytes: &[u8]) -> Result<(), ScanError> {
    if let Some(sink) = sink {
        sink.write_all(bytes)?;
    }
    Ok(())
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

/// The text of a JSON string, given what stands between its quotes.
fn json_text(escaped: &[u8]) -> Option<String> {
    if !escaped.contains(&b'\\') {
        return String::from_utf8(escaped.to_vec()).ok();
    }
    let mut quoted = Vec::with_capacity(escaped.len() + 2);
    quoted.push(b'"');
    quoted.extend_from_slice(escaped);
    quoted.push(b'"');
    serde_json::from_slice(&quoted).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Collected {
        items: Vec<(String, String, Option<String>)>,
        current: Vec<u8>,
    }

    impl Items for Collected {
        fn begin(&mut self, _list: &str) -> Result<(), ScanError> {
            self.current.clear();
            Ok(())
        }
        fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
            self.current.extend_from_slice(bytes);
            Ok(())
        }
        fn end(&mut self, list: &str, account: Option<&str>) -> Result<(), ScanError> {
            let text = String::from_utf8_lossy(&self.current).into_owned();
            self.items.push((list.to_owned(), text, account.map(str::to_owned)));
            Ok(())
        }
    }

    /// Gives one byte at a time, so that every boundary falls everywhere.
    struct Trickle<'a>(&'a [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn scan(text: &str) -> (Collected, Result<(), String>) {
        let mut whole = Collected::default();
        let result = Scanner::new(text.as_bytes(), "userId").object_of_lists(&mut whole).map_err(|e| e.to_string());
        let mut trickled = Collected::default();
        let again =
            Scanner::new(Trickle(text.as_bytes()), "userId").object_of_lists(&mut trickled).map_err(|e| e.to_string());
        assert_eq!((&whole.items, &result), (&trickled.items, &again));
        (whole, result)
    }

    #[test]
    fn items_are_cut_with_their_account() {
        let (found, result) = scan(
            r#" {"a" : [ {"userId":"u1","x":{"userId":"no"}}, {"x":[1,{"y":"]}\""}],"userId" : "u\u0032"} ],
                "b":[], "c":null, "d":{"userId":42}} "#,
        );
        assert_eq!(result, Ok(()));
        let accounts: Vec<_> =
            found.items.iter().map(|(list, _, account)| (list.as_str(), account.as_deref())).collect();
        assert_eq!(accounts, [("a", Some("u1")), ("a", Some("u2")), ("d", Some("42"))]);
        assert_eq!(found.items[1].1, r#"{"x":[1,{"y":"]}\""}],"userId":"u\u0032"}"#);
    }

    #[test]
    fn what_came_before_the_damage_is_cut() {
        for (text, count) in [
            (r#"{"a":[{"userId":"u"},{"userId":"v"#, 1),
            (r#"{"a":[{"userId":"u"}"#, 1),
            (r#"{"a":[{"userId":"u"}]} tail"#, 1),
            (r#"{"a":[{"userId":"u"};"#, 1),
            ("[1]", 0),
            ("", 0),
            ("{", 0),
            (r#"{"a" [}"#, 0),
        ] {
            let (found, result) = scan(text);
            assert!(result.is_err(), "{text}");
            assert_eq!(found.items.len(), count, "{text}");
        }
        assert!(scan(&format!("{{\"a\":{}", "[".repeat(100_000))).1.is_err());
        assert_eq!(scan("\u{feff}{}").1, Ok(()));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            let mut found = Collected::default();
            let _ = Scanner::new(bytes.as_slice(), "userId").object_of_lists(&mut found);
            let _ = Scanner::new(bytes.as_slice(), "userId").bare_list("a", &mut found);
        }

        #[test]
        fn any_items_come_back_as_they_were(values in proptest::collection::vec(("[a-z]{1,5}", ".{0,20}", -1e9..1e9f64), 1..20)) {
            let items: Vec<_> = values.iter().map(|(user, text, number)| serde_json::json!({"t": text, "userId": user, "n": [number]})).collect();
            let mut found = Collected::default();
            let body = serde_json::json!({ "list": items }).to_string();
            Scanner::new(body.as_bytes(), "userId").object_of_lists(&mut found).unwrap();
            let cut: Vec<serde_json::Value> = found.items.iter().map(|(_, text, _)| serde_json::from_str(text).unwrap()).collect();
            proptest::prop_assert_eq!(cut, items);
        }
    }
}
