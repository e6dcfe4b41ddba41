//! Bodies made while they are sent: one text many times, and a text that breaks off.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, ReadBuf};

/// A beginning, one text many times, and an end.
pub(crate) struct Repeated {
    start: Vec<u8>,
    unit: Vec<u8>,
    end: Vec<u8>,
    times: u64,
    /// Bytes read so far.
    at: u64,
}

impl Repeated {
    /// At least so many bytes.
    pub(crate) fn new(start: String, unit: String, end: &str, at_least: u64) -> Self {
        let times = at_least.saturating_sub(start.len() as u64).div_ceil(unit.len().max(1) as u64);
        Self { start: start.into_bytes(), unit: unit.into_bytes(), end: end.into(), times, at: 0 }
    }

    pub(crate) fn len(&self) -> u64 {
        self.start.len() as u64 + self.times * self.unit.len() as u64 + self.end.len() as u64
    }

    /// What comes next, as far as it lies in one piece.
    fn next(&self) -> &[u8] {
        let (start, middle) = (self.start.len() as u64, self.times * self.unit.len() as u64);
        let (piece, offset) = if self.at < start {
            (&self.start, self.at)
        } else if self.at < start + middle {
            (&self.unit, (self.at - start) % self.unit.len() as u64)
        } else {
            (&self.end, self.at - start - middle)
        };
        piece.get(offset as usize..).unwrap_or_default()
    }
}

impl AsyncRead for Repeated {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            let next = self.next();
            let count = next.len().min(into.remaining());
            into.put_slice(next.get(..count).unwrap_or_default());
            self.at += count as u64;
            if count == 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

/// Bytes, and then an error instead of an end.
pub(crate) struct Broken(pub(crate) io::Cursor<Vec<u8>>);

impl AsyncRead for Broken {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        match Pin::new(&mut self.0).poll_read(cx, into) {
            Poll::Ready(Ok(())) if into.filled().len() == before => {
                Poll::Ready(Err(io::Error::from(io::ErrorKind::ConnectionAborted)))
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt as _;

    #[tokio::test]
    async fn a_repeated_text_is_as_long_as_it_says() {
        let mut body = Repeated::new("[1".into(), ",1".into(), "]", 9);
        let length = body.len();
        let mut read = String::new();
        body.read_to_string(&mut read).await.unwrap();
        assert_eq!(read, "[1,1,1,1,1]");
        assert_eq!(length, read.len() as u64);
    }

    #[tokio::test]
    async fn a_broken_text_ends_in_an_error() {
        let mut read = Vec::new();
        let mut body = Broken(io::Cursor::new(b"half".to_vec()));
        assert!(body.read_to_end(&mut read).await.is_err());
        assert_eq!(read, b"half");
    }
}
