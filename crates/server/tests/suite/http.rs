//! A small blocking HTTP/1.1 client: one request a connection, nothing retried, so that a test knows
//! exactly which of its requests were answered.

use serde_json::Value;
use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}: {}", self.status, self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let of = |line: &'_ str| line.split_once(':').map(|(key, _)| key.trim().eq_ignore_ascii_case(name));
        let line = self.head.lines().find(|line| of(line) == Some(true))?;
        line.split_once(':').map(|(_, value)| value.trim())
    }
}

/// The head of a request.
pub(crate) fn head(method: &str, target: &str, headers: &[(&str, &str)], length: usize) -> String {
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {length}\r\n\r\n"));
    head
}

/// A connection with patience.
pub(crate) fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.set_write_timeout(Some(Duration::from_secs(60)))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Sends a request and waits for the whole answer. An error says that there was none.
pub(crate) fn send(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Answer> {
    let mut stream = connect(address)?;
    stream.write_all(head(method, target, headers, body.len()).as_bytes())?;
    stream.write_all(body)?;
    read(&mut stream, method != "HEAD")
}

/// Reads an answer to its end; an answer that breaks off is an error. What is asked for its head alone has a length and
/// no body.
fn read(stream: &mut TcpStream, has_body: bool) -> io::Result<Answer> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let broken = || io::Error::new(io::ErrorKind::UnexpectedEof, "the answer breaks off");
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(broken)?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(broken)?;
    let mut answer = Answer { status, head, body: bytes.split_off(end + 4) };
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.body = dechunked(&answer.body).ok_or_else(broken)?;
    } else if let Some(length) = answer.header("content-length").and_then(|text| text.parse::<usize>().ok())
        && has_body
        && answer.body.len() != length
    {
        return Err(broken());
    }
    Ok(answer)
}

fn dechunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?.trim(), 16).ok()?;
        rest = &rest[end + 2..];
        if length == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(rest.get(..length)?);
        rest = rest.get(length + 2..)?;
    }
}
