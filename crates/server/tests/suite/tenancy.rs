//! One team never reaches another team through any route or key.

use crate::{
    account::Team,
    install::{Install, Server},
};
use serde_json::Value;

/// Two teams, a user of the first, and the running server.
fn two_teams() -> (Install, Server, Team, Team, String) {
    let install = Install::new();
    let (one, other) = (Team::create(&install, "one@example.com"), Team::create(&install, "other@example.com"));
    let server = install.serve();
    let user = one.add_user("someone");
    (install, server, one, other, user)
}

fn is_empty_list(answer: &Value) -> bool {
    ["data", "items"].iter().any(|rows| answer[rows].as_array().is_some_and(Vec::is_empty))
}

#[test]
fn another_teams_key_finds_no_user_on_any_route() {
    let (install, _server, one, other, user) = two_teams();
    let document = install.get("/openapi.json").unwrap().json();
    let (mut tried, token) = (0, other.log_in());
    for (path, methods) in document["paths"].as_object().unwrap() {
        if !path.contains("{user_id}") {
            continue;
        }
        let target = path.replace("{user_id}", &user).replace("{provider}", "garmin");
        let target = target.replace("{workout_id}", &user).replace("{sleep_id}", &user);
        let target = target.replace("{cycle_id}", &user).replace("{type_name}", "dailies");
        let target = target.replace("{receipt}", "1").replace("{upload_id}", &user).replace("{file_id}", "1-1");
        let target = target.replace("{name}", "garmin-2026-01-1.parquet");
        assert!(!target.contains('{'), "{target}: say here what to put there");
        let span = "start_date=2020-01-01&end_date=2030-01-01&start_time=2020-01-01&end_time=2030-01-01";
        for method in methods.as_object().unwrap().keys() {
            let body: &[u8] = if matches!(method.as_str(), "post" | "patch" | "put") { b"{}" } else { b"" };
            let (method, asked) = (method.to_uppercase(), format!("{target}?{span}"));
            let mut answer = other.send(&method, &asked, body).unwrap();
            if matches!(answer.status, 400 | 401) {
                // what only developers may do, as one; where an application may too, a key alone is 400
                answer = other.try_as_developer(&method, &asked, &token, body);
            }
            // lists of events and samples show nothing of anyone who is not there, as the peer's do
            let hidden = answer.status == 404 || (answer.status == 200 && is_empty_list(&answer.json()));
            assert!(hidden, "{method} {path}: {} {}", answer.status, answer.text());
            tried += 1;
        }
    }
    assert!(tried >= 12, "only {tried} routes");
    assert_eq!(one.get(&format!("/api/v1/users/{user}"))["external_user_id"], "someone");
    assert_eq!(other.get("/api/v1/users")["items"].as_array().unwrap().len(), 0);
}
