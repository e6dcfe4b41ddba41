//! The points of partner verification: each is passed or says why not.

use super::notes::Handling;
use crate::{kind::Kind, notify::Endpoint, state::State};
use serde::Serialize;
use url::{Host, Url};

const TWO_USERS: usize = 2;
const MEGABYTE: u64 = 1_000_000;

/// How a point stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    Passed,
    /// Nothing was seen yet by which it could be judged, or not enough.
    Open,
    Failed,
}

/// One point.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Point {
    /// The stable name.
    pub(crate) point: String,
    /// What is asked for.
    pub(crate) asks: String,
    pub(crate) passed: bool,
    pub(crate) standing: Standing,
    /// Why it is not passed, or what was seen.
    pub(crate) reason: String,
}

/// What was seen, or why a point is not passed.
type Outcome = Result<String, (Standing, String)>;

fn open(reason: impl Into<String>) -> Outcome {
    Err((Standing::Open, reason.into()))
}

fn failed(reason: impl Into<String>) -> Outcome {
    Err((Standing::Failed, reason.into()))
}

fn point(name: impl Into<String>, asks: impl Into<String>, outcome: Outcome) -> Point {
    let (standing, reason) = match outcome {
        Ok(seen) => (Standing::Passed, seen),
        Err(lack) => lack,
    };
    Point { point: name.into(), asks: asks.into(), passed: standing == Standing::Passed, standing, reason }
}

/// The size of a body that must be accepted for a type.
pub(crate) fn must_accept(kind: Kind) -> u64 {
    if kind == Kind::ActivityDetails { 100 * MEGABYTE } else { 10 * MEGABYTE }
}

/// All points as things stand.
pub(crate) fn points(state: &State) -> Vec<Point> {
    let mut points = vec![
        point("two_users", "At least two users are connected", two_users(state)),
        point("deregistrations", "The end of a consent is accepted", announcement(state, Kind::Deregistrations)),
        point(
            "permission_changes",
            "Changed permissions are accepted",
            announcement(state, Kind::UserPermissionsChange),
        ),
    ];
    let enabled = || {
        let with_data = Kind::ALL.into_iter().filter(|kind| kind.permission().is_some());
        with_data.filter(|kind| state.outbox.is_enabled(*kind))
    };
    for kind in enabled() {
        let asks = format!("Notifications of {} are handled", kind.key());
        points.push(point(format!("type:{}", kind.key()), asks, handled(state, kind)));
    }
    points.push(point("answers", "Every notification is answered with 200 within 30 seconds", answers(state)));
    points.push(point("asynchronous", "The answer to a ping comes before the data are fetched", asynchronous(state)));
    for kind in [Kind::Dailies, Kind::ActivityDetails].into_iter().filter(|kind| state.outbox.is_enabled(*kind)) {
        let size = must_accept(kind) / MEGABYTE;
        let asks = format!("A body of {size} MB with {} is accepted", kind.key());
        points.push(point(format!("large_body:{}", kind.key()), asks, large_body(state, kind)));
    }
    points.push(point("no_pull_only", "Nothing is pulled that no ping has named", pull_only(state)));
    points.push(point("files", "Each file is fetched once and without a bearer token", files(state)));
    points.push(point("addresses", "Endpoints are HTTPS on the standard port, or on this machine", addresses(state)));
    points
}

fn two_users(state: &State) -> Outcome {
    let connected = state.accounts.values().filter(|account| account.connected).count();
    if connected >= TWO_USERS {
        Ok(format!("{connected} are"))
    } else {
        open(format!("{connected} of {TWO_USERS} are"))
    }
}

fn announcement(state: &State, kind: Kind) -> Outcome {
    if !state.outbox.is_enabled(kind) {
        return failed("the endpoint is switched off");
    }
    let handling = state.notes.handling.get(&kind).cloned().unwrap_or_default();
    match handling.pushes + handling.pings {
        0 => untold(&handling),
        accepted => Ok(format!("{accepted} accepted")),
    }
}

fn untold(handling: &Handling) -> Outcome {
    match &handling.last_failure {
        Some(failure) => failed(format!("none was accepted; the last one: {failure}")),
        None => open("none was sent yet"),
    }
}

fn handled(state: &State, kind: Kind) -> Outcome {
    let handling = state.notes.handling.get(&kind).cloned().unwrap_or_default();
    let Handling { pushes, pings, fetches, .. } = handling;
    match (pushes, pings, fetches) {
        (0, 0, _) => untold(&handling),
        (0, _, 0) => open(format!("{pings} pings accepted, but nothing was fetched")),
        _ => Ok(format!("{pushes} pushes and {pings} pings accepted, {fetches} fetches")),
    }
}

fn answers(state: &State) -> Outcome {
    let all = || state.notes.handling.iter();
    let failures: u64 = all().map(|(_, handling)| handling.failures).sum();
    let slowest = all().map(|(_, handling)| handling.slowest_ms).max();
    match (failures, slowest) {
        (_, None) => open("nothing was sent yet"),
        (0, Some(slowest)) => Ok(format!("the slowest took {slowest} ms")),
        _ => {
            let last = all().filter_map(|(kind, it)| Some(format!("{}: {}", kind.key(), it.last_failure.as_ref()?)));
            failed(format!("{failures} were not; {}", last.collect::<Vec<_>>().join("; ")))
        }
    }
}

fn asynchronous(state: &State) -> Outcome {
    match state.notes.early_fetches {
        0 => Ok("no fetch came before its answer".to_owned()),
        early => failed(format!("{early} fetches came before their ping was answered")),
    }
}

fn large_body(state: &State, kind: Kind) -> Outcome {
    match state.notes.probes.get(&kind) {
        None => open("not tried yet: start a run"),
        Some(probe) => match &probe.failure {
            Some(failure) => failed(format!("{} bytes: {failure}", probe.bytes)),
            None => Ok(format!("{} bytes accepted", probe.bytes)),
        },
    }
}

fn pull_only(state: &State) -> Outcome {
    match (state.notes.pull_only, &state.notes.last_pull_only) {
        (0, _) => Ok("nothing was".to_owned()),
        (count, last) => failed(format!("{count} pulls; the last one: {}", last.as_deref().unwrap_or("unknown"))),
    }
}

fn files(state: &State) -> Outcome {
    let notes = &state.notes;
    if notes.bearers_leaked > 0 {
        return failed(format!("{} downloads carried a bearer token", notes.bearers_leaked));
    }
    match (notes.files_fetched_again, notes.files_fetched) {
        (0, fetched) => Ok(format!("{fetched} fetched")),
        (again, _) => failed(format!("{again} were asked for again")),
    }
}

fn addresses(state: &State) -> Outcome {
    let enabled = state.outbox.endpoints.values().filter(|endpoint| endpoint.enabled);
    match enabled.map(|Endpoint { url, .. }| url).find(|url| !is_fit(url)) {
        Some(url) => failed(format!("{}://{} is not", url.scheme(), url.host_str().unwrap_or_default())),
        None => Ok("all are".to_owned()),
    }
}

fn is_fit(url: &Url) -> bool {
    let on_this_machine = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    on_this_machine || (url.scheme() == "https" && url.port().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_https_on_its_port_or_on_this_machine() {
        for (url, fit) in [
            ("https://example.org/hook", true),
            ("https://example.org:8443/hook", false),
            ("http://example.org/hook", false),
            ("http://127.0.0.1:8600/hook", true),
            ("http://localhost:1/hook", true),
        ] {
            assert_eq!(is_fit(&Url::parse(url).unwrap()), fit, "{url}");
        }
    }
}
