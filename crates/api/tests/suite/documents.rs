//! The OpenAPI document: every operation in it asks for credentials, unless it is on the list of public ones.

use crate::world::{KEY_HEADER, World, request};
use serde_json::Value;
use std::collections::BTreeSet;

/// What anyone may call, and why.
const PUBLIC: &[(&str, &str)] = &[
    ("GET /", "banner"),
    ("GET /health/live", "probes have no credentials"),
    ("GET /health/ready", "probes have no credentials"),
    ("GET /metrics", "its own token, where one is set"),
    ("GET /openapi.json", "tells nothing of anyone"),
    ("GET /docs", "tells nothing of anyone"),
    ("POST /api/v1/auth/login", "gives credentials"),
    ("POST /api/v1/token/refresh", "the token is the credential"),
    ("POST /api/v1/invitation-code/redeem", "the code is the credential"),
    ("POST /api/v1/uploads/{token}", "the address is signed"),
    ("POST /api/v1/users/{user_id}/token", "an application's credentials are in the body"),
    ("POST /api/v1/token/revoke", "the token is the credential"),
    ("GET /api/v1/oauth/providers", "a catalogue"),
    ("GET /api/v1/oauth/{provider}/callback", "the state is the credential"),
    ("GET /api/v1/oauth/success", "a landing page"),
    ("GET /api/v1/oauth/error", "a landing page"),
    ("GET /api/v1/webhooks/event-types", "a catalogue"),
    ("POST /api/v1/providers/{provider}/webhooks/{app_id}/{secret}", "the path holds the secret"),
    ("POST /api/v1/providers/{provider}/webhooks", "closed, or the client id is compared"),
    ("POST /api/v1/garmin/webhooks/ping", "closed, or the client id is compared"),
    ("POST /api/v1/garmin/webhooks/push", "closed, or the client id is compared"),
];

/// Every operation: method, path, and what the document says of it.
pub(crate) fn operations() -> Vec<(String, String, Value)> {
    let document: Value = serde_json::from_str(&api::openapi().to_json().unwrap()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.push((method.to_uppercase(), path.clone(), operation.clone()));
        }
    }
    found
}

/// A path with its parameters filled in.
pub(crate) fn filled(path: &str) -> String {
    let id = uuid::Uuid::from_u128(7).to_string();
    path.replace("{provider}", "garmin")
        .split('/')
        .map(|part| if part.starts_with('{') { id.clone() } else { part.to_owned() })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test]
async fn no_operation_answers_without_credentials_unless_it_is_public() {
    let world = World::new().await;
    let mut open = BTreeSet::new();
    for (method, path, operation) in operations() {
        let bare = world.send(request(&method, &filled(&path), &[], None)).await;
        let false_key = world.send(request(&method, &filled(&path), &[(KEY_HEADER, "sk-00")], None)).await;
        let secured = operation["security"].as_array().is_some_and(|list| !list.is_empty());
        let name = format!("{method} {path}");
        if [&bare, &false_key].iter().all(|answer| matches!(answer.status.as_u16(), 401 | 403)) && secured {
            continue;
        }
        assert!(!secured, "{name} says it needs credentials and answers {} without", bare.status);
        open.insert(name);
    }
    let listed: BTreeSet<String> = PUBLIC.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(open, listed);
}

#[test]
fn every_operation_has_an_id_a_summary_a_tag_and_errors_of_one_shape() {
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations() {
        let name = format!("{method} {path}");
        assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{name}: the id is used twice");
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{name}: no summary");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name}: one tag");
        for (status, response) in operation["responses"].as_object().unwrap() {
            if status.starts_with('4') || status.starts_with('5') {
                let schema = &response["content"]["application/json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/ErrorBody", "{name}: {status}");
            }
        }
    }
}

#[test]
fn the_document_is_of_version_3_1_and_every_reference_leads_somewhere() {
    let text = api::openapi().to_json().unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}
