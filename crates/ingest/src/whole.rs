//! Notices a JSON body that ends in the middle while it is taken: its sender, not told that it was accepted, sends
//! it again. Anything else that may be wrong with it is found later, when it is cut.

use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use std::{fmt::Display, pin::Pin};

/// Where in its brackets and strings a body stands.
#[derive(Debug, Default)]
struct Brackets {
    depth: u64,
    in_string: bool,
    is_escaped: bool,
    bytes: u64,
}

impl Brackets {
    fn feed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' if self.in_string => self.is_escaped = true,
                b'"' => self.in_string = !self.in_string,
                b'{' | b'[' if !self.in_string => self.depth += 1,
                b'}' | b']' if !self.in_string => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        self.bytes += bytes.len() as u64;
    }

    fn is_open(&self) -> bool {
        self.depth > 0 || self.in_string
    }
}

/// The same body; it ends with an error if it ends in the middle.
pub(crate) fn whole<S, E>(body: S) -> impl Stream<Item = Result<Bytes, String>> + Send
where
    S: Stream<Item = Result<Bytes, E>> + Send,
    E: Display,
{
    struct Reading<S>(Pin<Box<S>>, Brackets);
    stream::unfold(Some(Reading(Box::pin(body), Brackets::default())), async |reading| {
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
        let taken: Vec<Result<Bytes, String>> = whole(stream::iter(chunks.collect::<Vec<_>>())).collect().await;
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
}
