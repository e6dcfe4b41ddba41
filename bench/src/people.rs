//! Makes people and connects their accounts, many at once.

use crate::{
    http::Connection,
    installation::CLIENT_ADDRESS,
    target::{Accounts, Person, Target, text},
};
use anyhow::{Context, bail};
use serde_json::json;
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

const CLIENTS: usize = 8;

/// So many people more. Accounts are numbered from `first` on.
pub(crate) fn connect(target: &Target, first: usize, count: usize) -> anyhow::Result<Vec<Person>> {
    match &target.accounts {
        Accounts::Consent => at_once(target, count, |connection, number| {
            let account = format!("{:032x}", 0x00be_0000_0000 + first + number);
            let id = create_user(target, connection)?;
            consent(target, connection, &id, &account, first + number)?;
            Ok(Person { id, account })
        }),
        Accounts::Given(people) => {
            let given = people.get(first..).unwrap_or_default();
            if given.is_empty() {
                bail!("{} connected accounts are too few", people.len());
            }
            Ok(given.iter().take(count).cloned().collect())
        }
    }
}

/// So many users without any account.
pub(crate) fn create(target: &Target, count: usize) -> anyhow::Result<Vec<Person>> {
    at_once(target, count, |connection, _| Ok(Person { id: create_user(target, connection)?, account: String::new() }))
}

fn at_once(
    target: &Target,
    count: usize,
    make: impl Fn(&mut Connection, usize) -> anyhow::Result<Person> + Sync,
) -> anyhow::Result<Vec<Person>> {
    let next = AtomicUsize::new(0);
    let work = || -> anyhow::Result<Vec<Person>> {
        let mut connection = target.connection()?;
        let mut made = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return Ok(made);
            }
            made.push(make(&mut connection, number)?);
        }
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS.min(count)).map(|_| scope.spawn(work)).collect();
        let mut people = Vec::with_capacity(count);
        for client in clients {
            people.extend(client.join().map_err(|_| anyhow::anyhow!("a client panicked"))??);
        }
        Ok(people)
    })
}

fn create_user(target: &Target, connection: &mut Connection) -> anyhow::Result<String> {
    let user = connection.expect(&target.post("/api/v1/users", &json!({ "first_name": "Bench" })))?.json()?;
    Ok(text(&user, "id")?.to_owned())
}

/// What the person's browser does: to the provider, where they agree, and back.
fn consent(
    target: &Target,
    connection: &mut Connection,
    user: &str,
    account: &str,
    number: usize,
) -> anyhow::Result<()> {
    let begun = target.get(&format!("/api/v1/oauth/garmin/authorize?user_id={user}"));
    let begun = connection.expect(&begun)?.json()?;
    let place = url::Url::parse(text(&begun, "authorization_url")?)?;
    let state = place.query_pairs().find(|(name, _)| name == "state").context("an authorisation has no state")?.1;
    let back: String = url::form_urlencoded::Serializer::new("/api/v1/oauth/garmin/callback?".to_owned())
        .append_pair("code", account)
        .append_pair("state", &state)
        .finish();
    let from = format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
    let answer = connection.send(&target.address.request("GET", &back, &[(CLIENT_ADDRESS, &from)], &[]))?;
    let ended = answer.header("location").unwrap_or_default();
    if !ended.contains("success") {
        bail!("an account was not connected: status {}, on to `{ended}`", answer.status);
    }
    Ok(())
}
