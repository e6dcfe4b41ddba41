//! Webhooks: nights are pushed, and each makes a message to each of several endpoints. How long from the
//! beginning of a push to the last of its messages, and how many messages a second arrive in a storm.

use super::alone::one_by_one;
use crate::{
    bodies::{BEGINNING, DAY_S, night},
    http::Listener,
    load,
    stage::{Outcome, Stage},
    stopwatch::Stopwatch,
};
use anyhow::Context;
use serde_json::{Value, json};
use std::{
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

const ENDPOINTS: usize = 4;
/// Away from what other scenarios push.
const FIRST: i64 = BEGINNING + 180 * DAY_S;
/// So many at most: the last of them may not lie in the future.
const MOST_NIGHTS: usize = 60;
const PATIENCE: Duration = Duration::from_mins(2);

pub(super) fn run(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    let door = match stage.door() {
        Ok(door) => door,
        Err(outcome) => return Ok(outcome),
    };
    let Some(token) = stage.target.developer_token()? else {
        return Ok(Outcome::NotServed("endpoints need --developer".to_owned()));
    };
    let (told, messages) = channel();
    let receiver = Listener::start(move |_| {
        let _ = told.send(());
        "{}".to_owned()
    })?;
    let endpoints = (0..ENDPOINTS).map(|_| add(stage, &token, &receiver.url)).collect::<anyhow::Result<Vec<_>>>()?;
    let (people, bodies) = (stage.crowd()?, night(door));
    let write = |number: usize, into: &mut Vec<u8>| {
        let start = FIRST + (number / people.len()) as i64 * DAY_S;
        bodies.get(number).fill(into, &people[number % people.len()].account, start);
    };
    let (mut alone, pushed) = one_by_one(stage, &write, || receive(&messages, ENDPOINTS), || ())?;
    let most = (people.len() * MOST_NIGHTS).saturating_sub(pushed);
    let watch = Stopwatch::start();
    let load =
        load::up_to(stage.target, 8, stage.options.seconds / 2.0, most, &|number, into| write(pushed + number, into))?;
    let count = load.answered * ENDPOINTS;
    receive(&messages, count)?;
    let took = watch.seconds();
    for id in endpoints {
        let path = format!("/api/v1/webhooks/endpoints/{id}");
        stage.target.connection()?.expect(&stage.target.as_developer(&token, "DELETE", &path, &Value::Null))?;
    }
    Ok(Outcome::Measured(vec![
        ("webhook_p50_ms", alone.percentile(50).unwrap_or_default()),
        ("webhook_p99_ms", alone.percentile(99).unwrap_or_default()),
        ("webhooks_per_s", count as f64 / took),
    ]))
}

/// Adds an endpoint for nights; its id.
fn add(stage: &Stage<'_>, token: &str, url: &str) -> anyhow::Result<String> {
    let wanted = json!({ "url": format!("{url}/hook"), "description": "bench", "filter_types": ["sleep.created"] });
    let request = stage.target.as_developer(token, "POST", "/api/v1/webhooks/endpoints", &wanted);
    let made = stage.target.connection()?.expect(&request)?.json()?;
    Ok(made.get("id").and_then(Value::as_str).context("an endpoint has no id")?.to_owned())
}

fn receive(messages: &Receiver<()>, count: usize) -> anyhow::Result<()> {
    for received in 0..count {
        let message = messages.recv_timeout(PATIENCE);
        message.with_context(|| format!("{received} of {count} messages came, then none for {PATIENCE:?}"))?;
    }
    Ok(())
}
