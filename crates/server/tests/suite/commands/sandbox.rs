//! `wearhouse sandbox` as a process of its own: killed and started again on the same folder, and told on its
//! command line what it cannot do.

use crate::{
    http::{self, Answer},
    install::{CLIENT_SECRET, Install, Sandbox, free_port, wait_for},
};
use serde_json::{Value, json};
use std::{net::SocketAddr, path::Path};
use url::Url;

const DAY: i64 = 86_400;
/// The example of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A sandbox at one address whose receiver is not there.
struct Kept<'a> {
    install: &'a Install,
    address: SocketAddr,
    notify: String,
    more: Vec<&'a str>,
}

impl<'a> Kept<'a> {
    fn new(install: &'a Install, more: &[&'a str]) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        Self { install, address, notify: format!("http://127.0.0.1:{}/hook", free_port()), more: more.to_vec() }
    }

    fn start(&self) -> Sandbox {
        Sandbox::start_with(self.install, &self.address.to_string(), &self.notify, &self.more)
    }

    fn send(&self, method: &str, path: &str, token: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        http::send(self.address, method, path, &headers, &body).unwrap()
    }

    fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.send(method, path, "", &body);
        assert!(answer.status < 300, "{path}: {} {}", answer.status, answer.text());
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    }

    /// The tokens of a person who agrees to everything.
    fn connect(&self, person: &str) -> Value {
        let mut consent = Url::parse("http://localhost/oauth2Confirm").unwrap();
        consent.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", "client-of-these-tests"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("sandbox_user", person),
            ("sandbox_auto", "1"),
        ]);
        let target = format!("{}?{}", consent.path(), consent.query().unwrap());
        let answer = self.send("GET", &target, "", &Value::Null);
        let back = Url::parse(answer.header("location").unwrap()).unwrap();
        assert!(back.as_str().starts_with("http://127.0.0.1:9/back?"), "{back}");
        let code = back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        self.tokens(&[("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)])
    }

    fn tokens(&self, fields: &[(&str, &str)]) -> Value {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs([("client_id", "client-of-these-tests"), ("client_secret", CLIENT_SECRET)]);
        let form = form.extend_pairs(fields).finish();
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let path = "/di-oauth2-service/oauth/token";
        let answer = http::send(self.address, "POST", path, &headers, form.as_bytes()).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    fn endpoint(&self, kind: &str) -> Value {
        let all = self.control("GET", "/sandbox/endpoints", Value::Null);
        all.as_array().unwrap().iter().find(|endpoint| endpoint["type"] == kind).unwrap().clone()
    }
}

fn field<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

#[test]
fn everything_is_there_after_a_kill() {
    let install = Install::new();
    let folder = install.folder().join("kept").display().to_string();
    let more = ["--data", &folder, "--live", "off", "--redirect-url", "http://127.0.0.1:9/back"];
    let slow = ["--set", "backfill_gap_s=3600"];
    let kept = Kept::new(&install, &[&more[..], &slow[..]].concat());
    let running = kept.start();
    let wish = json!({ "name": "Noor", "persona": "swimmer", "zone": "Asia/Tokyo" });
    let noor = kept.control("POST", "/sandbox/users", wish);
    let tokens = kept.connect("Noor");
    kept.control("POST", "/sandbox/users/Noor/generate", json!({ "days": 3 }));
    wait_for("a notification that was not delivered", || {
        kept.endpoint("dailies")["failed"].as_u64().filter(|failed| *failed > 0)
    });
    let now = model::Clock::system().now().as_seconds();
    let range = |from: i64, to: i64| {
        let range = format!("summaryStartTimeInSeconds={from}&summaryEndTimeInSeconds={to}");
        format!("/wellness-api/rest/backfill/sleeps?{range}")
    };
    let history = range(now - 20 * DAY, now - 10 * DAY);
    assert_eq!(kept.send("GET", &history, field(&tokens, "access_token"), &Value::Null).status, 202);
    let fault = json!({ "fault": "status", "status": 503, "path": "/never", "count": 4 });
    kept.control("POST", "/sandbox/faults", fault);
    let waiting = kept.endpoint("dailies")["pending"].clone();
    assert!(waiting.as_u64() >= Some(3), "{waiting}");
    drop(running); // kill -9

    let running = kept.start();
    let state = kept.control("GET", "/sandbox/state", Value::Null);
    let people = state["people"].as_array().unwrap();
    let again = people.iter().find(|person| person["name"] == "Noor").unwrap();
    assert_eq!((again["id"].clone(), again["connected"].clone()), (noor["id"].clone(), json!(true)));
    assert_eq!((again["persona"].clone(), again["offset_seconds"].clone()), (json!("swimmer"), json!(9 * 3600)));
    assert_eq!(again["backfills_open"], 1, "history that was asked for");
    assert_eq!(kept.endpoint("dailies")["pending"], waiting, "what was not delivered");
    assert_eq!(state["faults"][0]["count"], 4);
    let access = field(&tokens, "access_token");
    assert_eq!(kept.send("GET", "/wellness-api/rest/user/id", access, &Value::Null).status, 200);
    let second = kept.send("GET", &history, access, &Value::Null);
    assert_eq!(second.status, 409, "{}", second.text());
    let refresh = field(&tokens, "refresh_token");
    let fresh = kept.tokens(&[("grant_type", "refresh_token"), ("refresh_token", refresh)]);
    drop(running);

    let _running = kept.start();
    let access = field(&fresh, "access_token");
    assert_eq!(kept.send("GET", "/wellness-api/rest/user/id", access, &Value::Null).status, 200, "also fresh tokens");
    private(Path::new(&folder));
    let second = install.run(&["sandbox", "--listen", "127.0.0.1:0", "--data", &folder]);
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(second.status.code() == Some(1) && said.contains("another sandbox runs on"), "{said}");
}

/// Only the owner looks into the folder.
#[cfg(unix)]
fn private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
}

#[cfg(not(unix))]
fn private(_: &Path) {}

#[test]
fn flags_and_a_file_decide_where_it_starts() {
    let install = Install::new();
    let file = install.folder().join("settings.json").display().to_string();
    std::fs::write(&file, r#"{ "items_per_body": 7, "history_depth_days": 400 }"#).unwrap();
    let more = ["--settings", &file, "--set", "items_per_body=8", "--set", "permission_shape=object", "--mode", "ping"];
    let places = ["--notify", "dailies=http://127.0.0.1:9/dailies", "--public-url", "http://sandbox.example"];
    let kept = Kept::new(&install, &[&more[..], &places[..]].concat());
    let running = kept.start();
    assert_eq!(running.url, "http://sandbox.example");
    let settings = kept.control("GET", "/sandbox/settings", Value::Null);
    assert_eq!((&settings["items_per_body"], &settings["history_depth_days"]), (&json!(8), &json!(400)));
    assert_eq!(settings["permission_shape"], "object");
    let (dailies, sleeps) = (kept.endpoint("dailies"), kept.endpoint("sleeps"));
    assert_eq!((field(&dailies, "url"), field(&dailies, "mode")), ("http://127.0.0.1:9/dailies", "ping"));
    assert_eq!((field(&sleeps, "url"), field(&sleeps, "mode")), (kept.notify.as_str(), "ping"));
    assert_eq!(field(&kept.endpoint("deregistrations"), "mode"), "push");
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let install = Install::new();
    let file = install.folder().join("settings.json").display().to_string();
    std::fs::write(&file, r#"{ "permission_shape": "round" }"#).unwrap();
    for (arguments, words) in [
        (["--set", "backfil_gap_s=1"], ["--set", "backfil_gap_s"]),
        (["--set", "items_per_body=many"], ["--set", "items_per_body"]),
        (["--set", "history_depth_days=99999"], ["--set", "history_depth_days"]),
        (["--set", "items_per_body"], ["--set", "backfill_days_per_minute=100"]),
        (["--settings", &file], ["settings.json", "permission_shape"]),
        (["--settings", "elsewhere.json"], ["cannot read", "elsewhere.json"]),
        (["--notify", "dailys=http://127.0.0.1:9/"], ["--notify", "dailys"]),
        (["--notify", "dailies=nowhere"], ["--notify", "dailies"]),
        (["--mode", "pull"], ["--mode", "pull"]),
        (["--live", "often"], ["--live", "often"]),
        (["--public-url", "ftp://sandbox.example"], ["--public-url", "ftp"]),
    ] {
        let output = install.run(&["sandbox", "--listen", "127.0.0.1:0", arguments[0], arguments[1]]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && words.iter().all(|word| said.contains(word)), "{arguments:?}: {said}");
    }
}

#[test]
fn every_flag_is_documented() {
    let help = Install::new().run_well(&["sandbox", "--help"]);
    let readme = include_str!("../../../../sandbox/README.md");
    let flags = help.lines().filter_map(|line| line.trim().strip_prefix("--")?.split([' ', ',']).next());
    let own: Vec<&str> = flags.filter(|flag| *flag != "config").collect();
    assert!(own.len() >= 12, "{own:?}");
    for flag in own {
        assert!(readme.contains(&format!("`--{flag}")), "--{flag}");
    }
}
