//! A small server for what the measured one calls: a thread a connection, bodies with a length.

use anyhow::Context;
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

/// A request that came.
pub(crate) struct Arrived {
    pub(crate) path: String,
    /// What stands behind `Bearer`; empty where nothing does.
    pub(crate) bearer: String,
    pub(crate) body: Vec<u8>,
}

/// Answers every request for as long as the program runs.
pub(crate) struct Listener {
    /// Where it listens, as a URL without a path.
    pub(crate) url: String,
}

impl Listener {
    /// Answers each request with 200 and the JSON that `answer` gives.
    pub(crate) fn start(answer: impl Fn(Arrived) -> String + Send + Sync + 'static) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("no port to listen on")?;
        let url = format!("http://{}", listener.local_addr()?);
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = Arc::clone(&answer);
                thread::spawn(move || serve(stream, &*answer));
            }
        });
        Ok(Self { url })
    }
}

/// Serves a connection until the other side has had enough.
fn serve(stream: TcpStream, answer: &(dyn Fn(Arrived) -> String + Send + Sync)) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut writer = stream.try_clone().ok()?;
    let mut reader = BufReader::new(stream);
    loop {
        let body = answer(read(&mut reader)?);
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        writer.write_all([head, body].concat().as_bytes()).ok()?;
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Arrived> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|bytes| *bytes > 0)?;
    let mut arrived = Arrived { path: line.split(' ').nth(1)?.to_owned(), bearer: String::new(), body: Vec::new() };
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok().filter(|bytes| *bytes > 0)?;
        let Some((name, value)) = line.split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "authorization" => value.trim().trim_start_matches("Bearer ").clone_into(&mut arrived.bearer),
            _ => {}
        }
    }
    arrived.body = vec![0; length];
    reader.read_exact(&mut arrived.body).ok()?;
    Some(arrived)
}
