//! Several clients that send one request after the other for some time.

use crate::{http::Connection, latencies::Latencies, stopwatch::Stopwatch, target::Target};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

/// What was sent.
pub(crate) struct Load {
    pub(crate) watch: Stopwatch,
    /// How long until every client had its last answer.
    pub(crate) seconds: f64,
    pub(crate) answered: usize,
    /// Of whole answers.
    pub(crate) latencies: Latencies,
}

impl Load {
    /// Answers a second.
    pub(crate) fn rate(&self) -> f64 {
        self.answered as f64 / self.seconds
    }
}

/// Writes the request of a number into a buffer.
pub(crate) type Write<'a> = &'a (dyn Fn(usize, &mut Vec<u8>) + Sync);

/// Sends the requests 0, 1, 2 … for so many seconds.
pub(crate) fn run(target: &Target, clients: usize, seconds: f64, write: Write<'_>) -> anyhow::Result<Load> {
    up_to(target, clients, seconds, usize::MAX, write)
}

/// Sends so many requests, however long it takes.
pub(crate) fn send(target: &Target, clients: usize, count: usize, write: Write<'_>) -> anyhow::Result<Load> {
    up_to(target, clients, f64::from(u32::MAX), count, write)
}

/// Sends for so many seconds, and no more than so many requests.
pub(crate) fn up_to(
    target: &Target,
    clients: usize,
    seconds: f64,
    most: usize,
    write: Write<'_>,
) -> anyhow::Result<Load> {
    let (next, limit) = (AtomicUsize::new(0), Duration::from_secs_f64(seconds));
    let connections = (0..clients).map(|_| target.connection()).collect::<anyhow::Result<Vec<_>>>()?;
    let watch = Stopwatch::start();
    let work = |mut connection: Connection| -> anyhow::Result<Latencies> {
        let (mut request, mut latencies) = (Vec::new(), Latencies::default());
        while !watch.passed(limit) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= most {
                break;
            }
            write(number, &mut request);
            let sent = Stopwatch::start();
            connection.expect(&request)?;
            latencies.add(sent.milliseconds());
        }
        Ok(latencies)
    };
    thread::scope(|scope| {
        let work = &work;
        let clients: Vec<_> = connections.into_iter().map(|it| scope.spawn(move || work(it))).collect();
        let mut latencies = Latencies::default();
        for client in clients {
            latencies.merge(client.join().map_err(|_| anyhow::anyhow!("a client panicked"))??);
        }
        Ok(Load { watch, seconds: watch.seconds(), answered: latencies.count(), latencies })
    })
}
