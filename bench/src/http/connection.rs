//! A connection that stays open: requests out, whole answers in.

use super::Address;
use crate::stopwatch::Stopwatch;
use anyhow::{Context, bail};
use std::{
    io::{self, ErrorKind, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

const PATIENCE: Duration = Duration::from_mins(5);
const ROOM: usize = 256 * 1024;

/// An answer, until the next request.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) head: &'a str,
    pub(crate) body: &'a [u8],
    /// From the first byte that was sent to the first byte that came.
    pub(crate) first_byte: Duration,
}

pub(crate) struct Connection {
    address: Address,
    stream: TcpStream,
    /// Whether it has carried an answer: such a one may have been closed since.
    used: bool,
    buffer: Vec<u8>,
    filled: usize,
}

/// Where the parts of an answer lie in the buffer.
struct Layout {
    status: u16,
    head_end: usize,
    body_end: usize,
    closes: bool,
}

impl Connection {
    pub(crate) fn open(address: &Address) -> anyhow::Result<Self> {
        let stream = connect(address)?;
        Ok(Self { address: address.clone(), stream, used: false, buffer: vec![0; ROOM], filled: 0 })
    }

    /// Sends a request and reads the whole answer. A connection that was closed while it lay idle is
    /// opened again.
    pub(crate) fn send(&mut self, request: &[u8]) -> anyhow::Result<Answer<'_>> {
        let (layout, first_byte) = match self.try_send(request) {
            Err(error) if self.used && self.filled == 0 && is_closed(&error) => {
                self.stream = connect(&self.address)?;
                self.try_send(request)
            }
            tried => tried,
        }
        .with_context(|| format!("no answer from {}", self.address.authority))?;
        self.used = true;
        if layout.closes {
            self.stream = connect(&self.address)?;
        }
        let (head, body) = (self.buffer.get(..layout.head_end), self.buffer.get(layout.head_end..layout.body_end));
        let head = std::str::from_utf8(head.unwrap_or_default()).context("the head of an answer is not text")?;
        Ok(Answer { status: layout.status, head, body: body.unwrap_or_default(), first_byte })
    }

    /// Sends a request whose answer must be a success.
    pub(crate) fn expect(&mut self, request: &[u8]) -> anyhow::Result<Answer<'_>> {
        let answer = self.send(request)?;
        if !(200..300).contains(&answer.status) {
            let line = request.split(|byte| *byte == b'\r').next().unwrap_or_default();
            let body = String::from_utf8_lossy(answer.body).chars().take(300).collect::<String>();
            bail!("{} was answered {}: {body}", String::from_utf8_lossy(line), answer.status);
        }
        Ok(answer)
    }

    /// Sends a request whose answer has no end; what came of it so far is dropped.
    pub(crate) fn into_stream(mut self, request: &[u8]) -> anyhow::Result<TcpStream> {
        self.stream.write_all(request)?;
        self.filled = 0;
        loop {
            self.read_more()?;
            if let Some(end) = self.find(b"\r\n\r\n", 0) {
                let head = String::from_utf8_lossy(self.buffer.get(..end).unwrap_or_default()).into_owned();
                if status_of(&head) != Some(200) {
                    bail!("a stream was refused: {}", head.lines().next().unwrap_or_default());
                }
                return Ok(self.stream);
            }
        }
    }

    fn try_send(&mut self, request: &[u8]) -> io::Result<(Layout, Duration)> {
        self.filled = 0;
        let watch = Stopwatch::start();
        self.stream.write_all(request)?;
        self.read_more()?;
        let first_byte = watch.elapsed();
        Ok((self.read_answer()?, first_byte))
    }

    fn read_answer(&mut self) -> io::Result<Layout> {
        let head_end = self.read_until(b"\r\n\r\n", 0)?;
        let head = std::str::from_utf8(self.buffer.get(..head_end).unwrap_or_default()).map_err(io::Error::other)?;
        let status = status_of(head).ok_or_else(|| io::Error::other("an answer has no status"))?;
        let closes = header(head, "connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let length = header(head, "content-length").and_then(|value| value.parse::<usize>().ok());
        let chunked = header(head, "transfer-encoding").is_some_and(|value| value.contains("chunked"));
        let body_end = match length {
            _ if chunked => self.read_chunks(head_end)?,
            Some(length) => {
                while self.filled < head_end + length {
                    self.read_more()?;
                }
                head_end + length
            }
            None if matches!(status, 204 | 304) => head_end,
            None => return Err(io::Error::other("an answer does not say how long it is")),
        };
        Ok(Layout { status, head_end, body_end, closes })
    }

    /// Reads chunks to the last one and moves their contents together; where these end.
    fn read_chunks(&mut self, start: usize) -> io::Result<usize> {
        let (mut at, mut end) = (start, start);
        loop {
            let content = self.read_until(b"\r\n", at)?;
            let line = self.buffer.get(at..content - 2).unwrap_or_default();
            let size = std::str::from_utf8(line).ok().and_then(|line| line.split(';').next());
            let size = size.and_then(|size| usize::from_str_radix(size.trim(), 16).ok());
            let size = size.ok_or_else(|| io::Error::other("a chunk does not say how long it is"))?;
            while self.filled < content + size + 2 {
                self.read_more()?;
            }
            if size == 0 {
                return Ok(end);
            }
            self.buffer.copy_within(content..content + size, end);
            end += size;
            at = content + size + 2;
        }
    }

    /// Reads until these bytes have come; where they end.
    fn read_until(&mut self, wanted: &[u8], from: usize) -> io::Result<usize> {
        loop {
            if let Some(at) = self.find(wanted, from) {
                return Ok(at + wanted.len());
            }
            self.read_more()?;
        }
    }

    fn find(&self, wanted: &[u8], from: usize) -> Option<usize> {
        let come = self.buffer.get(from..self.filled)?;
        come.windows(wanted.len()).position(|window| window == wanted).map(|at| from + at)
    }

    fn read_more(&mut self) -> io::Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        match self.stream.read(self.buffer.get_mut(self.filled..).unwrap_or_default())? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            read => {
                self.filled += read;
                Ok(())
            }
        }
    }
}

impl Answer<'_> {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }

    pub(crate) fn json(&self) -> anyhow::Result<serde_json::Value> {
        serde_json::from_slice(self.body).context("an answer is not JSON")
    }
}

fn connect(address: &Address) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(&address.authority);
    let stream = stream.with_context(|| format!("nobody listens at {}", address.authority))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn is_closed(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe)
}

fn status_of(head: &str) -> Option<u16> {
    head.split(' ').nth(1)?.parse().ok()
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|it| it.1.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    /// Answers each request on each connection with the next of these bytes, then closes.
    fn answering(answers: &'static [&'static str]) -> Address {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = Address::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 1024];
                assert!(stream.read(&mut request).unwrap() > 0);
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        address
    }

    #[test]
    fn answers_with_a_length_in_chunks_and_after_a_silent_close_are_read_whole() {
        let address = answering(&[
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
        ]);
        let mut connection = Connection::open(&address).unwrap();
        let request = address.request("GET", "/", &[], &[]);
        let answer = connection.send(&request).unwrap();
        assert_eq!((answer.status, answer.body, answer.header("content-length")), (200, &b"hello"[..], Some("5")));
        let answer = connection.send(&request).unwrap();
        assert_eq!((answer.status, answer.body), (202, &b"abcde"[..]));
    }

    #[test]
    fn a_refusal_is_told_with_its_request_and_reason() {
        let address = answering(&["HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"]);
        let mut connection = Connection::open(&address).unwrap();
        let error = connection.expect(&address.request("GET", "/secret", &[], &[])).err().unwrap().to_string();
        assert_eq!(error, "GET /secret HTTP/1.1 was answered 403: no");
    }
}
