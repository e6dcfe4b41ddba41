//! The JSON body of a shipment: for each type a list, of summaries (push) or of where to fetch them (ping).

use super::outbox::{Notice, NoticeBody, Part};
use crate::{
    Config,
    account::Item,
    kind::{Kind, Permission},
    subject::Subjectee,
    verification::Fetch,
    wire,
};
use serde_json::value::{RawValue, to_raw_value};
use std::collections::BTreeMap;

type Items = Vec<Box<RawValue>>;
type People = BTreeMap<String, Subjectee>;

/// The body of these parts, which tell of these people.
pub(super) fn body_of(config: &Config, parts: &[Part], people: &People) -> serde_json::Result<Vec<u8>> {
    let mut body: BTreeMap<&str, Items> = BTreeMap::new();
    for part in parts {
        let items = if part.push { pushes(config, people, part)? } else { pings(config, part)? };
        body.entry(part.kind.key()).or_default().extend(items);
    }
    serde_json::to_vec(&body)
}

/// What the pings among these parts tell a partner to fetch.
pub(super) fn fetches_of(parts: &[Part]) -> Vec<Fetch> {
    let mut fetches = Vec::new();
    for part in parts.iter().filter(|part| !part.push) {
        let kind = part.kind;
        let windows = windows_of(part).into_iter();
        fetches.extend(windows.map(|(user_id, from, to)| Fetch::Window {
            user_id: user_id.to_owned(),
            kind,
            from,
            to,
        }));
        for notice in &part.notices {
            if let NoticeBody::File { token: Some(token), .. } = &notice.body {
                fetches.push(Fetch::File(token.clone()));
            }
        }
    }
    fetches
}

fn pushes(config: &Config, people: &People, part: &Part) -> serde_json::Result<Items> {
    let mut items = Vec::with_capacity(part.notices.len());
    for notice in &part.notices {
        match &notice.body {
            NoticeBody::Summary(item) => {
                let Some(person) = people.get(&notice.user_id) else { continue };
                items.extend(item.subject.render(person, part.kind, true)?);
            }
            _ => items.extend(announcement(config, notice)?),
        }
    }
    Ok(items)
}

/// One ping for each user, with the window of upload times that covers what is new.
fn pings(config: &Config, part: &Part) -> serde_json::Result<Items> {
    let mut items = Vec::new();
    for notice in &part.notices {
        items.extend(announcement(config, notice)?);
    }
    for (user_id, from, to) in windows_of(part) {
        items.push(to_raw_value(&wire::Ping { user_id, callback_url: callback(config, part.kind, from, to) })?);
    }
    Ok(items)
}

/// The upload times of each user's summaries, in pieces that a pull may ask for.
fn windows_of(part: &Part) -> Vec<(&str, i64, i64)> {
    let mut windows: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for notice in &part.notices {
        if let NoticeBody::Summary(Item { uploaded, .. }) = &notice.body {
            let window = windows.entry(&notice.user_id).or_insert((*uploaded, *uploaded));
            *window = (window.0.min(*uploaded), window.1.max(*uploaded));
        }
    }
    let pieces = windows.into_iter().map(|(user_id, window)| (user_id, day_windows(window)));
    pieces.flat_map(|(user_id, windows)| windows.into_iter().map(move |(from, to)| (user_id, from, to))).collect()
}

/// A span of upload times in pieces that a pull may ask for.
fn day_windows((from, to): (i64, i64)) -> Vec<(i64, i64)> {
    let starts = (from..=to).step_by(86_401);
    starts.map(|start| (start, (start + 86_400).min(to))).collect()
}

fn callback(config: &Config, kind: Kind, from: i64, to: i64) -> String {
    let path = kind.path().unwrap_or(kind.key());
    config.address(&format!("/wellness-api/rest/{path}?uploadStartTimeInSeconds={from}&uploadEndTimeInSeconds={to}"))
}

/// What is told in the same way by ping and push.
fn announcement(config: &Config, notice: &Notice) -> serde_json::Result<Option<Box<RawValue>>> {
    let user_id = notice.user_id.as_str();
    match &notice.body {
        NoticeBody::Summary(_) => Ok(None),
        NoticeBody::File { token: None, .. } => Ok(None),
        NoticeBody::File { plan, token: Some(token) } => {
            let link = format!("/wellness-api/rest/activityFile?id={}&token={token}", plan.id);
            to_raw_value(&wire::FilePing::new(user_id, plan, config.address(&link))).map(Some)
        }
        NoticeBody::Deregistered => to_raw_value(&wire::Deregistration { user_id }).map(Some),
        NoticeBody::Permissions { permissions, changed } => to_raw_value(&wire::PermissionsChange {
            user_id,
            summary_id: format!("{user_id}-permissions"),
            permissions: permissions.iter().copied().map(Permission::key).collect(),
            change_time_in_seconds: *changed,
        })
        .map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_at_most_a_day_and_leave_nothing_out() {
        let windows = day_windows((100, 100 + 200_000));
        assert_eq!(windows.first().map(|window| window.0), Some(100));
        assert_eq!(windows.last().map(|window| window.1), Some(200_100));
        assert!(windows.iter().all(|(from, to)| to - from <= 86_400));
        assert!(windows.windows(2).all(|pair| pair[1].0 == pair[0].1 + 1));
        assert_eq!(day_windows((5, 5)), vec![(5, 5)]);
    }
}
