//! A collector of traces: takes what is posted to it and reads the protocol buffers of OTLP's trace service, as far
//! as the tests look at them.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

/// A span as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) trace: String,
    pub(super) parent: String,
    pub(super) name: String,
    pub(super) kind: u64,
    attributes: BTreeMap<String, String>,
}

impl Span {
    pub(super) const SERVER: u64 = 2;

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// A request as it arrived.
struct Export {
    path: String,
    head: String,
    body: Vec<u8>,
}

/// A collector on a port of its own, for as long as the test lasts.
pub(super) struct Collector {
    address: SocketAddr,
    exports: Arc<Mutex<Vec<Export>>>,
}

impl Collector {
    pub(super) fn start() -> Self {
        Self::with(|stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        })
    }

    /// Takes requests and says nothing.
    pub(super) fn that_never_answers() -> Self {
        Self::with(|stream| {
            // until the other side has had enough
            let _ = stream.read(&mut [0]);
        })
    }

    fn with(answer: fn(&mut TcpStream)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, exports) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<Export>>>::default());
        let kept = Arc::clone(&exports);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, kept) = (stream.unwrap(), Arc::clone(&kept));
                std::thread::spawn(move || {
                    if let Some(export) = read(&mut stream) {
                        kept.lock().unwrap().push(export);
                        answer(&mut stream);
                    }
                });
            }
        });
        Self { address, exports }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn find(&self, wanted: impl Fn(&Span) -> bool) -> Option<Span> {
        let exports = self.exports.lock().unwrap();
        exports.iter().flat_map(|export| spans(&export.body)).find(|span| wanted(span))
    }

    /// Every request: its path, its head, and the attributes of what sent it.
    pub(super) fn each_request(&self, look: impl Fn(&str, &str, &BTreeMap<String, String>)) {
        let exports = self.exports.lock().unwrap();
        assert!(!exports.is_empty());
        for export in exports.iter() {
            for resource_spans in messages(&export.body, 1) {
                let resource = messages(resource_spans, 1).into_iter().next().unwrap();
                look(&export.path, &export.head, &attributes(resource, 1));
            }
        }
    }

    /// Whether these bytes came in any request.
    pub(super) fn heard(&self, text: &str) -> bool {
        let exports = self.exports.lock().unwrap();
        exports.iter().any(|export| export.body.windows(text.len()).any(|bytes| bytes == text.as_bytes()))
    }
}

fn read(stream: &mut TcpStream) -> Option<Export> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|bytes| *bytes > 0)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Export { path: head.split(' ').nth(1)?.to_owned(), head, body })
}

/// A field of a message in protocol buffers.
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let (mut value, mut shift) = (0, 0);
    loop {
        let (first, rest) = bytes.split_first().expect("a whole number");
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        shift += 7;
        if first & 0x80 == 0 {
            return value;
        }
    }
}

fn fields(mut bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        let field = match tag & 7 {
            0 => Field::Number(varint(&mut bytes)),
            kind => {
                let length = match kind {
                    1 => 8,
                    2 => varint(&mut bytes) as usize,
                    5 => 4,
                    _ => panic!("no such kind of field: {kind}"),
                };
                let (value, rest) = bytes.split_at(length);
                bytes = rest;
                Field::Bytes(value)
            }
        };
        found.push((tag >> 3, field));
    }
    found
}

fn messages(bytes: &[u8], number: u64) -> Vec<&[u8]> {
    let of = |(field, value)| match value {
        Field::Bytes(bytes) if field == number => Some(bytes),
        _ => None,
    };
    fields(bytes).into_iter().filter_map(of).collect()
}

fn text(bytes: &[u8], number: u64) -> String {
    messages(bytes, number).first().map(|text| String::from_utf8_lossy(text).into_owned()).unwrap_or_default()
}

fn hex(bytes: &[u8], number: u64) -> String {
    messages(bytes, number).first().map(hex::encode).unwrap_or_default()
}

/// The value of an attribute: text, or a number.
fn value(bytes: &[u8]) -> String {
    match fields(bytes).into_iter().next() {
        Some((1, Field::Bytes(text))) => String::from_utf8_lossy(text).into_owned(),
        Some((_, Field::Number(number))) => number.to_string(),
        _ => String::new(),
    }
}

fn attributes(bytes: &[u8], number: u64) -> BTreeMap<String, String> {
    let pair = |bytes| (text(bytes, 1), messages(bytes, 2).first().map(|bytes| value(bytes)).unwrap_or_default());
    messages(bytes, number).into_iter().map(pair).collect()
}

/// The spans of a request: resources, scopes, spans.
fn spans(body: &[u8]) -> Vec<Span> {
    let scopes = messages(body, 1).into_iter().flat_map(|resource| messages(resource, 2));
    let spans = scopes.flat_map(|scope| messages(scope, 2));
    let kind = |bytes| {
        fields(bytes).into_iter().find_map(|(number, field)| match field {
            Field::Number(kind) if number == 6 => Some(kind),
            _ => None,
        })
    };
    let span = |bytes| Span {
        trace: hex(bytes, 1),
        parent: hex(bytes, 4),
        name: text(bytes, 5),
        kind: kind(bytes).unwrap_or_default(),
        attributes: attributes(bytes, 9),
    };
    spans.map(span).collect()
}
