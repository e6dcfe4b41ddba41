//! Notices a JSON body that ends in the middle while it is taken: its sender, not told that it was accepted, sends
//! it again. Reads a text that stands beside the lists on the way, for it may come last. Anything else that may be
//! wrong with the body is found later, when it is cut.

use crate::quotes::closing_quote;
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use std::{
    fmt::Display,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

/// Longer texts are none that is asked for.
const LONGEST: usize = 100;

/// A text of the outer object, by its key; found while the body is taken.
#[derive(Clone)]
pub(crate) struct OuterText {
    key: &'static str,
    found: Arc<Mutex<Option<String>>>,
}

impl OuterText {
    pub(crate) fn of(key: &'static str) -> Self {
        Self { key, found: Arc::default() }
    }

    /// The text; the last one where the key stands twice.
    pub(crate) fn take(&self) -> Option<String> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Hears what stands in the outer object itself.
struct Listener {
    wanted: OuterText,
    text: Vec<u8>,
    is_key: bool,
    is_value: bool,
}

impl Listener {
    fn hear(&mut self, byte: u8, in_string: bool) {
        match byte {
            b'"' if in_string => self.text.clear(),
            b'"' if self.is_value => {
                let found = String::from_utf8_lossy(&self.text).into_owned();
                *self.wanted.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
                self.is_value = false;
            }
            b'"' => self.is_key = self.text == self.wanted.key.as_bytes(),
            _ if in_string && self.text.len() < LONGEST => self.text.push(byte),
            _ if in_string => {}
            b':' => self.is_value = self.is_key,
            b',' => (self.is_key, self.is_value) = (false, false),
            _ => {}
        }
    }
}

/// Where in its brackets and strings a body stands.
#[derive(Default)]
struct Brackets {
    depth: u64,
    in_string: bool,
    is_escaped: bool,
    bytes: u64,
    listener: Option<Listener>,
}

impl Brackets {
    fn feed(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        let mut rest = bytes;
        while let Some(place) = self.next_that_counts(rest) {
            let (Some(byte), Some(after)) = (rest.get(place), rest.get(place + 1..)) else { return };
            self.step(*byte);
            rest = after;
        }
    }

    /// The place of the next byte that changes something: all of them where a listener hears, else quotes and
    /// brackets.
    fn next_that_counts(&mut self, bytes: &[u8]) -> Option<usize> {
        if self.depth == 1 && self.listener.is_some() {
            return (!bytes.is_empty()).then_some(0);
        }
        if self.in_string {
            return closing_quote(bytes, &mut self.is_escaped);
        }
        bytes.iter().position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']'))
    }

    fn step(&mut self, byte: u8) {
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' if self.in_string => self.is_escaped = true,
            b'"' => self.in_string = !self.in_string,
            b'{' | b'[' if !self.in_string => self.depth += 1,
            b'}' | b']' if !self.in_string => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if self.depth == 1
            && let Some(listener) = &mut self.listener
        {
            listener.hear(byte, self.in_string);
        }
    }

    fn is_open(&self) -> bool {
        self.depth > 0 || self.in_string
    }
}

/// The same body; it ends with an error if it ends in the middle. `wanted` is listened for.
pub(crate) fn whole<S, E>(body: S, wanted: Option<OuterText>) -> impl Stream<Item = Result<Bytes, String>> + Send
where
    S: Stream<Item = Result<Bytes, E>> + Send,
    E: Display,
{
    struct Reading<S>(Pin<Box<S>>, Brackets);
    let listener = wanted.map(|wanted| Listener { wanted, text: Vec::new(), is_key: false, is_value: false });
    let brackets = Brackets { listener, ..Brackets::default() };
    stream::unfold(Some(Reading(Box::pin(body), brackets)), async |reading| {
        let Reading(mut body, mut brackets) = reading?;
        match body.next().await {
            Some(Ok(chunk)) => {
                brackets.feed(&chunk);
                Some((Ok(chunk), Some(Reading(body, brackets))))
            }
            Some(Err(error)) => Some((Err(error.to_string()), None)),
            None if brackets.is_open() => {
                Some((Err(format!("it ends in the middle, at byte {}", brackets.bytes)), None))
            }
            None => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    async fn taken(chunks: &[&'static str]) -> Result<usize, String> {
        let chunks = chunks.iter().map(|chunk| Ok::<_, Infallible>(Bytes::from_static(chunk.as_bytes())));
        let taken: Vec<Result<Bytes, String>> = whole(stream::iter(chunks.collect::<Vec<_>>()), None).collect().await;
        taken.into_iter().map(|chunk| chunk.map(|bytes| bytes.len())).sum()
    }

    #[tokio::test]
    async fn a_body_that_ends_in_the_middle_is_noticed_and_no_other() {
        for body in [&[r#"{"a":[{"b":"x]"#, r#"}\"["}]}"#][..], &["[]", "\n"], &["17"], &[""], &["}}"], &[r#"["\\"]"#]]
        {
            assert_eq!(taken(body).await, Ok(body.iter().map(|chunk| chunk.len()).sum()), "{body:?}");
        }
        for body in [&[r#"{"a":[{"b":1}]"#][..], &["["], &[r#"{"a":"#, r#""]}"#], &[r#"["\"]"#]] {
            assert!(taken(body).await.unwrap_err().contains("in the middle"), "{body:?}");
        }
    }

    #[tokio::test]
    async fn a_text_of_the_outer_object_is_heard_wherever_it_stands() {
        for (body, wanted) in [
            (r#"{"provider":"apple","data":{"provider":"no"}}"#, Some("apple")),
            (r#"{"data":{"provider":"no","x":["provider"]} , "provider" : "google" }"#, Some("google")),
            (r#"{"sdk":"provider","data":{}}"#, None),
            (r#"{"provider":null,"x":"y"}"#, None),
            (r#"{"provider":{"a":"b"}}"#, None),
            (r#"["provider","apple"]"#, None),
        ] {
            let text = OuterText::of("provider");
            let bytes = body.bytes().map(|byte| Ok::<_, Infallible>(Bytes::from(vec![byte])));
            let taken: Vec<Result<Bytes, String>> =
                whole(stream::iter(bytes.collect::<Vec<_>>()), Some(text.clone())).collect().await;
            assert!(taken.iter().all(Result::is_ok));
            assert_eq!(text.take().as_deref(), wanted, "{body}");
        }
    }
}
