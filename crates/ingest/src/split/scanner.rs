//! Finds the items of a JSON body without building it: bytes in, bytes of each item out.
//!
//! Only what is needed to cut is checked (brackets, strings); whether an item makes sense is for its
//! mapper to say. Memory does not grow with the body.

use crate::quotes::closing_quote;
use std::io::{self, Read};

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

/// What is read at once.
const BUFFER: usize = 64 * 1024;

pub(crate) struct Scanner<R> {
    input: R,
    buffer: Vec<u8>,
    position: usize,
    filled: usize,
    /// From here to the position, what is copied has not gone to its sink yet: it goes in pieces as large as
    /// can be, because bodies consist of very many very short tokens.
    uncopied: usize,
    consumed: u64,
    account_field: Vec<u8>,
}

/// Where what is copied goes; none where it is only skipped.
type Sink<'a> = Option<&'a mut dyn Items>;

impl<R: Read> Scanner<R> {
    /// Over an input of about `size` bytes.
    pub(crate) fn new(input: R, size: u64, account_field: &str) -> Self {
        let room = usize::try_from(size).map_or(BUFFER, |size| size.clamp(1, BUFFER));
        let account_field = account_field.as_bytes().to_vec();
        Self { input, buffer: vec![0; room], position: 0, filled: 0, uncopied: 0, consumed: 0, account_field }
    }

    /// `{"list": [item, …], …}`: every item of every list. A lone object counts as a list of one.
    pub(crate) fn object_of_lists(&mut self, items: &mut impl Items) -> Result<(), ScanError> {
        self.each_key(|scanner, name| scanner.list(name, items))?;
        self.expect_end()
    }

    /// `{"outer": {"list": [item, …], …}, …}`: every item of every list of the inner object; the rest is passed over.
    pub(crate) fn lists_within(&mut self, outer: &str, items: &mut impl Items) -> Result<(), ScanError> {
        self.each_key(|scanner, name| {
            if name == outer && scanner.peek_after_space(&mut None)? == b'{' {
                scanner.each_key(|scanner, name| scanner.list(name, items))
            } else {
                scanner.value(&mut None).map(|_| ())
            }
        })?;
        self.expect_end()
    }

    /// Hands over each key of an object, with its value to be read.
    fn each_key(&mut self, mut value: impl FnMut(&mut Self, &str) -> Result<(), ScanError>) -> Result<(), ScanError> {
        self.expect(b'{')?;
        if self.peek_after_space(&mut None)? == b'}' {
            self.skip(1);
            return Ok(());
        }
        loop {
            let name = self.string()?;
            self.expect(b':')?;
            value(self, &name)?;
            match self.next_after_space()? {
                b',' => {}
                b'}' => return Ok(()),
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
        match self.peek_after_space(&mut None)? {
            b'[' => {}
            b'{' => return self.item(name, items),
            // null and other plain values hold no items
            _ => return self.value(&mut None).map(|_| ()),
        }
        self.skip(1);
        if self.peek_after_space(&mut None)? == b']' {
            self.skip(1);
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
        self.peek_after_space(&mut None)?;
        items.begin(name)?;
        self.uncopied = self.position;
        let sink: &mut Sink<'_> = &mut Some(&mut *items);
        let account = self.value(sink)?;
        self.copy(sink)?;
        items.end(name, account.as_deref())
    }

    /// Copies one value; says the account if the value is an object that names one.
    fn value(&mut self, sink: &mut Sink<'_>) -> Result<Option<String>, ScanError> {
        let mut account = None;
        let mut depth = 0u32;
        // inside the outer object: whether the next string is a key, and whether the next value is the account
        let (mut at_key, mut at_account) = (false, false);
        loop {
            let byte = self.peek_after_space(sink)?;
            match byte {
                b'{' | b'[' => {
                    depth += 1;
                    if depth > DEPTH {
                        return Err(self.malformed());
                    }
                    at_key = depth == 1 && byte == b'{';
                    at_account = false;
                    self.skip(1);
                }
                b'}' | b']' | b',' | b':' if depth == 0 => return Err(self.malformed()),
                b'}' | b']' => {
                    depth -= 1;
                    (at_key, at_account) = (false, false);
                    self.skip(1);
                }
                b',' => {
                    at_key = depth == 1;
                    self.skip(1);
                }
                b':' => self.skip(1),
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
                    let text = self.copy_plain(sink, at_account)?;
                    if text.first().is_some_and(u8::is_ascii_digit) {
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

    /// A number, `true`, `false` or `null`; its text if that is to be kept.
    fn copy_plain(&mut self, sink: &mut Sink<'_>, keep: bool) -> Result<Vec<u8>, ScanError> {
        let (mut text, begin) = (Vec::new(), self.consumed);
        while self.fill(sink)? {
            let rest = self.rest();
            let length = rest.iter().position(|byte| !is_plain(*byte)).unwrap_or(rest.len());
            if keep {
                keep_some(&mut text, rest.get(..length));
            }
            self.skip(length);
            if self.position < self.filled {
                break;
            }
        }
        if self.consumed == begin { Err(self.malformed()) } else { Ok(text) }
    }

    /// A string with its quotes; `keep` returns what is between them, still escaped.
    fn copy_string(&mut self, sink: &mut Sink<'_>, keep: bool) -> Result<Option<Vec<u8>>, ScanError> {
        self.skip(1);
        let mut text = Vec::new();
        let mut is_escaped = false;
        loop {
            if !self.fill(sink)? {
                return Err(ScanError::Truncated(self.consumed));
            }
            let rest = self.rest();
            let close = closing_quote(rest, &mut is_escaped);
            if keep {
                keep_some(&mut text, rest.get(..close.unwrap_or(rest.len())));
            }
            self.skip(close.map_or(rest.len(), |before| before + 1));
            if close.is_some() {
                return Ok(keep.then_some(text));
            }
        }
    }

    fn string(&mut self) -> Result<String, ScanError> {
        if self.peek_after_space(&mut None)? != b'"' {
            return Err(self.malformed());
        }
        let text = self.copy_string(&mut None, true)?.unwrap_or_default();
        json_text(&text).ok_or_else(|| self.malformed())
    }

    fn expect(&mut self, wanted: u8) -> Result<(), ScanError> {
        if self.next_after_space()? == wanted { Ok(()) } else { Err(self.malformed()) }
    }

    fn expect_end(&mut self) -> Result<(), ScanError> {
        match self.peek_after_space(&mut None) {
            Err(ScanError::Truncated(_)) => Ok(()),
            Ok(_) => Err(self.malformed()),
            Err(error) => Err(error),
        }
    }

    fn next_after_space(&mut self) -> Result<u8, ScanError> {
        let byte = self.peek_after_space(&mut None)?;
        self.skip(1);
        Ok(byte)
    }

    /// The next byte that is no space; spaces are not copied.
    fn peek_after_space(&mut self, sink: &mut Sink<'_>) -> Result<u8, ScanError> {
        loop {
            if !self.fill(sink)? {
                return Err(ScanError::Truncated(self.consumed));
            }
            match self.buffer.get(self.position) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.leave_out(sink)?,
                // some senders begin with a byte-order mark
                Some(0xEF | 0xBB | 0xBF) if self.consumed < 3 => self.leave_out(sink)?,
                Some(byte) => return Ok(*byte),
                None => return Err(ScanError::Truncated(self.consumed)),
            }
        }
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.position..self.filled).unwrap_or_default()
    }

    fn skip(&mut self, length: usize) {
        self.position += length;
        self.consumed += length as u64;
    }

    /// Goes on behind the next byte without copying it.
    fn leave_out(&mut self, sink: &mut Sink<'_>) -> Result<(), ScanError> {
        self.copy(sink)?;
        self.skip(1);
        self.uncopied = self.position;
        Ok(())
    }

    /// Copies what was passed since the last time.
    fn copy(&mut self, sink: &mut Sink<'_>) -> Result<(), ScanError> {
        if let Some(items) = sink
            && let Some(bytes) = self.buffer.get(self.uncopied..self.position)
            && !bytes.is_empty()
        {
            items.bytes(bytes)?;
        }
        self.uncopied = self.position;
        Ok(())
    }

    /// Whether there is a byte to look at.
    fn fill(&mut self, sink: &mut Sink<'_>) -> Result<bool, ScanError> {
        if self.position < self.filled {
            return Ok(true);
        }
        self.copy(sink)?;
        (self.position, self.uncopied) = (0, 0);
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

/// Keeps text up to the longest that is of use.
fn keep_some(text: &mut Vec<u8>, more: Option<&[u8]>) {
    let room = TEXT_BYTES.saturating_sub(text.len());
    text.extend(more.unwrap_or_default().iter().take(room));
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
        let size = text.len() as u64;
        let result =
            Scanner::new(text.as_bytes(), size, "userId").object_of_lists(&mut whole).map_err(|e| e.to_string());
        let mut trickled = Collected::default();
        let again = Scanner::new(Trickle(text.as_bytes()), size, "userId")
            .object_of_lists(&mut trickled)
            .map_err(|e| e.to_string());
        assert_eq!((&whole.items, &result), (&trickled.items, &again));
        let mut small = Collected::default();
        let again = Scanner::new(text.as_bytes(), 7, "userId").object_of_lists(&mut small).map_err(|e| e.to_string());
        assert_eq!((&whole.items, &result), (&small.items, &again));
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
    fn lists_that_lie_deeper_are_cut_and_what_is_beside_them_is_passed_over() {
        let text = r#"{"provider":"apple","more":{"records":[{"no":1}]},"data":{"records":[{"a":1},{"b":"]}"}],
            "sleep":[],"workouts":null,"deleted":["x"]},"late":[{"no":2}]}"#;
        let mut found = Collected::default();
        Scanner::new(Trickle(text.as_bytes()), 7, "").lists_within("data", &mut found).unwrap();
        let items: Vec<_> = found.items.iter().map(|(list, item, _)| (list.as_str(), item.as_str())).collect();
        assert_eq!(items, [("records", r#"{"a":1}"#), ("records", r#"{"b":"]}"}"#), ("deleted", r#""x""#)]);
        for text in [r#"{"data":[1]}"#, r#"{"data":null}"#, "{}"] {
            let mut found = Collected::default();
            Scanner::new(text.as_bytes(), 7, "").lists_within("data", &mut found).unwrap();
            assert!(found.items.is_empty(), "{text}");
        }
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
            let _ = Scanner::new(bytes.as_slice(), bytes.len() as u64, "userId").object_of_lists(&mut found);
            let _ = Scanner::new(bytes.as_slice(), bytes.len() as u64, "userId").bare_list("a", &mut found);
        }

        #[test]
        fn any_items_come_back_as_they_were(values in proptest::collection::vec(("[a-z]{1,5}", ".{0,20}", -1e9..1e9f64), 1..20)) {
            let items: Vec<_> = values.iter().map(|(user, text, number)| serde_json::json!({"t": text, "userId": user, "n": [number]})).collect();
            let mut found = Collected::default();
            let body = serde_json::json!({ "list": items }).to_string();
            Scanner::new(body.as_bytes(), 64, "userId").object_of_lists(&mut found).unwrap();
            let cut: Vec<serde_json::Value> = found.items.iter().map(|(_, text, _)| serde_json::from_str(text).unwrap()).collect();
            proptest::prop_assert_eq!(cut, items);
        }
    }
}
