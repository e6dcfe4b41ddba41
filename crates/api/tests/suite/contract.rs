//! The recorded pairs of the contract, for every route that is here: the same request gets the same status and
//! a body of the same structure, but for the differences listed below with their reasons.

use crate::{
    documents::operations,
    events,
    shape::differences,
    world::{KEY_HEADER, PASSWORD, World, request},
};
use model::UserId;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// What differs on purpose: the recording, what differs there, and why.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("api_key_create", "$.key_id added", "a key has a lasting id beside its mask"),
    ("api_key_create", "$.last_used_at added", "a key says when it was last used"),
    ("api_key_list", "$[].key_id added", "a key has a lasting id beside its mask"),
    ("api_key_list", "$[].last_used_at added", "a key says when it was last used"),
    ("user_create", "$.time_zone added", "users have a time zone"),
    ("user_create_duplicate_external_id", "$.time_zone added", "users have a time zone"),
    ("user_create_empty_body", "$.time_zone added", "users have a time zone"),
    ("user_get", "$.time_zone added", "users have a time zone"),
    ("user_list", "$.items[].time_zone added", "users have a time zone"),
    ("user_list_search_sort", "$.items[].time_zone added", "users have a time zone"),
    ("user_patch", "$.time_zone added", "users have a time zone"),
    ("webhook_event_types", "$[].description added", "the recording leaves prose out"),
    ("timeseries_limit_too_big_400", "status 200", "pages of up to 10,000 are accepted"),
    ("webhook_endpoints_svix_disabled", "status 200", "deliveries are part of this server"),
    ("webhook_endpoint_create_svix_disabled", "status 201", "deliveries are part of this server"),
    ("events_sleep", "$.data[].calendar_date added", "a night belongs to a local date"),
    ("events_sleep_by_priority", "$.data[].calendar_date added", "a night belongs to a local date"),
    ("events_workouts", "$.data[].child_ids added", "totals must not double"),
    ("events_workouts", "$.data[].counts_towards_totals added", "totals must not double"),
    ("events_workouts", "$.data[].duplicate_ids added", "one workout of two services should be seen to be one"),
    ("events_workouts", "$.data[].duplicate_of added", "one workout of two services should be seen to be one"),
    ("events_workouts", "$.data[].is_manual added", "what a person typed in should be told from what was recorded"),
    ("events_workouts", "$.data[].is_parent added", "totals must not double"),
    ("events_workouts", "$.data[].is_web_upload added", "what a person typed in should be told from what was recorded"),
    ("events_workouts", "$.data[].parent_id added", "totals must not double"),
    ("events_workouts", "$.data[].same_effort_ids added", "totals must not double"),
    ("oauth_authorize", "status 401", "connecting needs a key or a token"),
    ("oauth_authorize_sdk_provider_400", "status 401", "connecting needs a key or a token"),
    ("oauth_authorize_unknown_provider", "status 401", "connecting needs a key or a token"),
    ("sdk_sync_unknown_user_still_202", "status 404", "data of nobody is not taken"),
    ("webhook_provider_without_handler_501", "status 404", "this provider is not here yet"),
];

/// Recordings whose difference in status is that they need credentials here: compared again with a key.
const AGAIN_WITH_KEY: &[&str] =
    &["oauth_authorize", "oauth_authorize_sdk_provider_400", "oauth_authorize_unknown_provider"];

const RECORDED_USER: &str = "c7fc2178-41d8-430a-b6f3-ec46a112461d";
const RECORDED_ACCOUNT: &str = "garmin-8316b4ccf0";

struct Recording {
    name: String,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Value>,
    status: u16,
    answer: Value,
}

fn recordings() -> Option<BTreeMap<String, Recording>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/contracts/open-wearables/examples");
    let files = std::fs::read_dir(&folder).ok()?;
    let mut found = BTreeMap::new();
    for file in files {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let pair: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let asked = &pair["request"];
        let headers = asked["headers"].as_object().unwrap().iter();
        let recording = Recording {
            name: name.clone(),
            method: asked["method"].as_str().unwrap().to_owned(),
            path: asked["path"].as_str().unwrap().to_owned(),
            headers: headers.map(|(key, value)| (key.to_lowercase(), value.as_str().unwrap().to_owned())).collect(),
            body: Some(asked["body"].clone()).filter(|body| !body.is_null()),
            status: pair["response"]["status"].as_u64().unwrap() as u16,
            answer: pair["response"]["body"].clone(),
        };
        found.insert(name, recording);
    }
    Some(found)
}

/// Whether a route of the document has this path (whatever its method: 405 is an answer too).
fn is_here(path: &str, routes: &[String]) -> bool {
    let path = path.split('?').next().unwrap();
    let matches = |route: &String| {
        let (ours, theirs): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
        ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| a.starts_with('{') || *a == b)
    };
    path == "/api/v1/nope" || routes.iter().any(matches)
}

/// What stands for a recorded value here.
struct Stand<'a> {
    world: &'a World,
    user: UserId,
    phone: String,
    refresh_token: String,
    cursor: String,
}

impl Stand<'_> {
    fn path(&self, recording: &Recording) -> String {
        let path = recording.path.replace(RECORDED_USER, &self.user.to_string());
        match path.split_once("&cursor=") {
            Some((front, cursor)) if cursor != "zzz" => format!("{front}&cursor={}", self.cursor),
            _ => path,
        }
    }

    fn headers(&self, recording: &Recording) -> Vec<(String, String)> {
        let stand = |(name, value): &(String, String)| {
            let value = match name.as_str() {
                KEY_HEADER if recording.name != "user_get_bad_key_401" => self.world.a.key.clone(),
                "authorization" if recording.name.starts_with("sdk_sync") => format!("Bearer {}", self.phone),
                "authorization" if value.starts_with("Bearer eyJ") => format!("Bearer {}", self.world.a.token),
                _ => value.clone(),
            };
            (name.clone(), value)
        };
        recording.headers.iter().map(stand).collect()
    }

    fn body(&self, recording: &Recording) -> Option<Value> {
        match recording.name.as_str() {
            "auth_login" => Some(json!(format!("username=ada%40a.example&password={}", PASSWORD.replace(' ', "+")))),
            "token_refresh" => Some(json!({"refresh_token": self.refresh_token})),
            _ => recording.body.clone(),
        }
    }
}

/// A user with an account and some of everything that the recordings show.
async fn prepared(world: &World, recordings: &BTreeMap<String, Recording>) -> UserId {
    let user = world.person(RECORDED_ACCOUNT).await;
    for name in ["garmin_webhook_push_200"] {
        if let Some(body) = recordings.get(name).and_then(|recording| recording.body.clone()) {
            world.push(&body).await;
        }
    }
    for days in [1, 2, 3, 4] {
        world.push(&events::activity(RECORDED_ACCOUNT, days)).await;
    }
    world.push(&events::night_of(RECORDED_ACCOUNT, 2)).await;
    world.push(&events::night_of(RECORDED_ACCOUNT, 3)).await;
    user
}

#[tokio::test]
async fn recorded_pairs_are_answered_alike() {
    let Some(recordings) = recordings() else {
        eprintln!("SKIPPED: the contract's recordings are not beside this project; nothing was compared");
        return;
    };
    let world = World::with_settings(|settings| settings.compat_open_garmin_path = true).await;
    let user = prepared(&world, &recordings).await;
    let form = json!(format!("username=bob%40b.example&password={}", PASSWORD.replace(' ', "+")));
    let tokens = world.send(request("POST", "/api/v1/auth/login", &[], Some(form))).await.expect(200);
    let page =
        format!("/api/v1/users/{user}/timeseries?start_time=2026-11-16&end_time=2026-11-21&types=heart_rate&limit=3");
    let page = world.get(&page).await.expect(200);
    let phone = world.as_developer("POST", &format!("/api/v1/users/{user}/token"), None).await.expect(200);
    let stand = Stand {
        world: &world,
        user,
        phone: phone["access_token"].as_str().unwrap().to_owned(),
        refresh_token: tokens["refresh_token"].as_str().unwrap().to_owned(),
        cursor: page["pagination"]["next_cursor"].as_str().unwrap().to_owned(),
    };
    let routes: Vec<String> = operations().into_iter().map(|(_, path, _)| path).collect();
    let mut found = BTreeSet::new();
    let mut compared = 0;
    for recording in recordings.values().filter(|recording| is_here(&recording.path, &routes)) {
        compared += 1;
        let headers = stand.headers(recording);
        found.extend(compare(&stand, recording, &headers).await);
        if AGAIN_WITH_KEY.contains(&recording.name.as_str()) {
            let mut with_key = headers.clone();
            with_key.push((KEY_HEADER.to_owned(), world.a.key.clone()));
            found.extend(compare(&stand, recording, &with_key).await);
        }
    }
    let listed: BTreeSet<String> = DIFFERENCES.iter().map(|(name, what, _)| format!("{name}: {what}")).collect();
    assert!(compared >= 50, "only {compared} pairs were compared");
    assert_eq!(found, listed);
}

async fn compare(stand: &Stand<'_>, recording: &Recording, headers: &[(String, String)]) -> Vec<String> {
    let headers: Vec<(&str, &str)> =
        headers.iter().filter(|(name, _)| name != "content-type").map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let path = stand.path(recording);
    let answer = stand.world.send(request(&recording.method, &path, &headers, stand.body(recording))).await;
    let status = answer.status.as_u16();
    if status != recording.status {
        return vec![format!("{}: status {status}", recording.name)];
    }
    let body = answer.json();
    // What a run tells of itself is free-form.
    let free = |what: &String| !what.contains(".metadata.summary") && !what.starts_with("$[].metadata.");
    let found = differences(&recording.answer, &body);
    found.into_iter().filter(free).map(|what| format!("{}: {what}", recording.name)).collect()
}

#[test]
fn every_difference_is_told_with_its_reason() {
    let text = include_str!("../../../../docs/open-wearables.md");
    for (name, _, reason) in DIFFERENCES {
        assert!(text.contains(name) && text.contains(reason), "{name}: {reason}");
    }
}
