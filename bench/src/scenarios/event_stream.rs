//! Server-sent events: ten streams for each of some people, all of whom are pushed for. How long from the
//! beginning of a push until all ten have told of it, and how many events a second reach clients in a storm.

use super::alone::one_by_one;
use crate::{
    bodies::{BEGINNING, DAY_S, SMALL_EVERY_S, small},
    load,
    stage::{Outcome, Stage},
    stopwatch::Stopwatch,
    target::Person,
};
use std::{
    io::{BufRead as _, BufReader},
    net::TcpStream,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::Duration,
};

const PEOPLE: usize = 20;
const STREAMS_EACH: usize = 10;
/// Away from what other scenarios push.
const FIRST: i64 = BEGINNING + 60 * DAY_S;
/// Nothing for so long, and the storm is over.
const QUIET: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn run(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    let door = match stage.door() {
        Ok(door) => door,
        Err(outcome) => return Ok(outcome),
    };
    let crowd = stage.crowd()?;
    let people = &crowd[..PEOPLE.min(crowd.len())];
    let (told, events) = channel();
    let mut open = Vec::new();
    for person in people {
        for _ in 0..STREAMS_EACH {
            open.push(follow(stage, person, told.clone())?);
        }
    }
    drain(&events, QUIET);
    let bodies = small(door);
    let write = |number: usize, into: &mut Vec<u8>| {
        let start = FIRST + (number / people.len()) as i64 * SMALL_EVERY_S;
        bodies.get(number).fill(into, &people[number % people.len()].account, start);
    };
    let (mut alone, pushed) = one_by_one(
        stage,
        &write,
        || all_told(&events),
        || {
            // where a push makes more than one event
            drain(&events, Duration::from_millis(20));
        },
    )?;
    let watch = Stopwatch::start();
    load::run(stage.target, 8, stage.options.seconds / 2.0, &|number, into| write(pushed + number, into))?;
    let (count, quiet) = drain(&events, QUIET);
    let took = watch.seconds() - quiet;
    for stream in open {
        // its reader ends by that
        stream.shutdown(std::net::Shutdown::Both)?;
    }
    Ok(Outcome::Measured(vec![
        ("stream_p50_ms", alone.percentile(50).unwrap_or_default()),
        ("stream_p99_ms", alone.percentile(99).unwrap_or_default()),
        ("stream_events_per_s", count as f64 / took.max(1e-3)),
    ]))
}

/// Opens a stream; each event that comes is told.
fn follow(stage: &Stage<'_>, person: &Person, told: Sender<()>) -> anyhow::Result<TcpStream> {
    let request = stage.target.get(&format!("/api/v1/users/{}/sync/stream?replay=1", person.id));
    let stream = stage.target.connection()?.into_stream(&request)?;
    let reader = BufReader::new(stream.try_clone()?);
    thread::Builder::new().stack_size(64 * 1024).spawn(move || {
        for line in reader.lines().map_while(Result::ok) {
            if line.starts_with("data:") && told.send(()).is_err() {
                return;
            }
        }
    })?;
    Ok(stream)
}

/// Waits until all streams of a person have told of a push.
fn all_told(events: &Receiver<()>) -> anyhow::Result<()> {
    for _ in 0..STREAMS_EACH {
        if events.recv_timeout(PATIENCE).is_err() {
            anyhow::bail!("a push was not told of on every stream within {PATIENCE:?}");
        }
    }
    Ok(())
}

/// Counts events until none comes for a while; with how long nothing came.
fn drain(events: &Receiver<()>, quiet: Duration) -> (usize, f64) {
    let mut count = 0;
    loop {
        match events.recv_timeout(quiet) {
            Ok(()) => count += 1,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return (count, quiet.as_secs_f64()),
        }
    }
}
