//! A customer's receiver of webhooks: takes everything, or never answers.

use serde_json::Value;
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

/// A message as it arrived.
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) body: Value,
}

/// A receiver on a port of its own, for as long as the test lasts.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    messages: Arc<Mutex<Vec<Message>>>,
}

impl Receiver {
    /// Answers every message with 200.
    pub(crate) fn start() -> Self {
        Self::with(|messages, stream| {
            if let Some(message) = read(stream) {
                messages.lock().unwrap().push(message);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
        })
    }

    /// Takes connections and says nothing.
    pub(crate) fn that_never_answers() -> Self {
        Self::with(|messages, stream| {
            if let Some(message) = read(stream) {
                messages.lock().unwrap().push(message);
                // until the other side has had enough
                let _ = stream.read(&mut [0]);
            }
        })
    }

    fn with(take: fn(&Mutex<Vec<Message>>, &mut TcpStream)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, messages) = (listener.local_addr().unwrap(), Arc::default());
        let kept = Arc::clone(&messages);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, kept) = (stream.unwrap(), Arc::clone(&kept));
                std::thread::spawn(move || take(&kept, &mut stream));
            }
        });
        Self { address, messages }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/webhooks", self.address)
    }

    pub(crate) fn count(&self) -> usize {
        self.messages.lock().unwrap().len()
    }

    /// Every message once: each id with what it said, which was the same however often it came.
    pub(crate) fn told(&self) -> BTreeMap<String, Value> {
        let mut told: BTreeMap<String, Value> = BTreeMap::new();
        for message in self.messages.lock().unwrap().iter() {
            let first = told.entry(message.id.clone()).or_insert_with(|| message.body.clone());
            assert_eq!(*first, message.body, "{} changed between attempts", message.id);
        }
        told
    }

    /// All messages so far.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&[Message]) -> T) -> T {
        look(&self.messages.lock().unwrap())
    }
}

fn read(stream: &mut TcpStream) -> Option<Message> {
    let mut reader = BufReader::new(stream);
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|bytes| *bytes > 0)?;
        let Some((name, value)) = line.trim().split_once(':') else {
            if line.trim().is_empty() {
                break;
            }
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "webhook-id" => value.trim().clone_into(&mut id),
            "content-length" => length = value.trim().parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Message { id, body: serde_json::from_slice(&body).ok()? })
}
