//! A team as its developers see it: an account from the command line, people over the API, their
//! accounts at the simulated provider.

use crate::{
    http::{self, Answer},
    install::{Install, Sandbox, text},
};
use serde_json::{Value, json};
use std::{io, net::SocketAddr};

/// A team with an API key.
#[derive(Clone)]
pub(crate) struct Team {
    address: SocketAddr,
    email: String,
    pub(crate) key: String,
}

/// A person whose account at the provider is connected.
#[derive(Clone)]
pub(crate) struct Person {
    /// The id here.
    pub(crate) id: String,
    /// The id at the provider.
    pub(crate) account: String,
}

pub(crate) const PASSWORD: &str = "a password of these tests";

/// A store with a team and some people, whose server has stopped: for what the command line does.
pub(crate) fn at_rest(people: usize) -> (Install, Team, Vec<String>) {
    let install = Install::new();
    let team = Team::create(&install, "me@example.com");
    let server = install.serve();
    let users = (0..people).map(|number| team.add_user(&format!("someone {number}"))).collect();
    server.terminate();
    assert!(server.wait().success());
    (install, team, users)
}

impl Team {
    /// By `wearhouse admin create`.
    pub(crate) fn create(install: &Install, email: &str) -> Self {
        let printed = install.run_well(&["admin", "create", "--email", email, "--password", PASSWORD]);
        let line = printed.lines().find(|line| line.starts_with("API key")).unwrap();
        Self {
            address: install.address,
            email: email.to_owned(),
            key: line.split_whitespace().nth(2).unwrap().to_owned(),
        }
    }

    /// A team of a store that was there before, by its key.
    pub(crate) fn known(install: &Install, key: &str) -> Self {
        Self { address: install.address, email: String::new(), key: key.to_owned() }
    }

    pub(crate) fn send(&self, method: &str, target: &str, body: &[u8]) -> io::Result<Answer> {
        let headers = [("X-Open-Wearables-API-Key", &*self.key), ("Content-Type", "application/json")];
        http::send(self.address, method, target, &headers, body)
    }

    /// A question that must be answered.
    pub(crate) fn get(&self, target: &str) -> Value {
        let answer = self.send("GET", target, &[]).unwrap();
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        answer.json()
    }

    /// All rows of a list, page after page.
    pub(crate) fn list(&self, target: &str) -> Vec<Value> {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{target}&limit=10000{cursor}"));
            rows.extend(page["data"].as_array().unwrap().iter().cloned());
            match page["pagination"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return rows,
            }
        }
    }

    pub(crate) fn workouts(&self, user: &str) -> Vec<Value> {
        self.list(&format!("/api/v1/users/{user}/events/workouts?start_date=1980-01-01&end_date=2100-01-01"))
    }

    pub(crate) fn add_user(&self, name: &str) -> String {
        let user = json!({ "first_name": name, "external_user_id": name }).to_string();
        let answer = self.send("POST", "/api/v1/users", user.as_bytes()).unwrap();
        assert!((200..300).contains(&answer.status), "{}", answer.text());
        text(&answer.json(), "id").to_owned()
    }

    /// An access token of the developer.
    pub(crate) fn log_in(&self) -> String {
        let form: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("username", &self.email)
            .append_pair("password", PASSWORD)
            .finish();
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let answer = http::send(self.address, "POST", "/api/v1/auth/login", &headers, form.as_bytes()).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        text(&answer.json(), "access_token").to_owned()
    }

    /// A call that only developers may make.
    pub(crate) fn try_as_developer(&self, method: &str, target: &str, token: &str, body: &[u8]) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", &*bearer), ("Content-Type", "application/json")];
        http::send(self.address, method, target, &headers, body).unwrap()
    }

    /// A call that only developers may make, and that must succeed.
    pub(crate) fn as_developer(&self, method: &str, target: &str, token: &str, body: &[u8]) -> Value {
        let answer = self.try_as_developer(method, target, token, body);
        assert!((200..300).contains(&answer.status), "{target}: {} {}", answer.status, answer.text());
        answer.json()
    }

    /// An endpoint for everything; its id.
    pub(crate) fn add_endpoint(&self, url: &str) -> String {
        let wanted = json!({ "url": url, "description": "a receiver of these tests" }).to_string();
        let made = self.as_developer("POST", "/api/v1/webhooks/endpoints", &self.log_in(), wanted.as_bytes());
        text(&made, "id").to_owned()
    }

    /// A user with a connected account: authorisation, consent and callback as a browser walks them.
    pub(crate) fn connect(&self, name: &str) -> Person {
        let id = self.add_user(name);
        let started = self.get(&format!("/api/v1/oauth/garmin/authorize?user_id={id}"));
        let consent = format!("{}&sandbox_user={name}&sandbox_auto=1", text(&started, "authorization_url"));
        let ended = browse(&consent);
        assert!(ended.contains("/oauth/success"), "the browser ended at {ended}");
        let connections = self.get(&format!("/api/v1/users/{id}/connections"));
        let account = text(&connections[0], "provider_user_id").to_owned();
        Person { id, account }
    }
}

/// Follows redirects; where it ended.
fn browse(start: &str) -> String {
    let mut url = url::Url::parse(start).unwrap();
    for _ in 0..6 {
        let address = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap()).parse().unwrap();
        let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let answer = http::send(address, "GET", target, &[], &[]).unwrap();
        match answer.header("location") {
            Some(location) => url = url.join(location).unwrap(),
            None => {
                assert_eq!(answer.status, 200, "{url}: {}", answer.text());
                return url.into();
            }
        }
    }
    panic!("too many redirects")
}

/// An installation with simulated providers, a team, connected people and the address of its webhooks.
/// The server does not run yet.
pub(crate) struct Scene {
    pub(crate) install: Install,
    pub(crate) team: Team,
    pub(crate) people: Vec<Person>,
    pub(crate) webhook: String,
    _sandbox: Sandbox,
}

impl Scene {
    pub(crate) fn new(people: usize) -> Self {
        Self::with(people, |_| {})
    }

    /// With an installation that is configured further.
    pub(crate) fn with(people: usize, configure: impl FnOnce(&mut Install)) -> Self {
        let mut install = Install::new();
        for option in ["ALLOW_PRIVATE", "ALLOW_HTTP", "ALLOW_ANY_PORT"] {
            install.set(&format!("WEBHOOKS__{option}"), "true");
        }
        configure(&mut install);
        let sandbox = Sandbox::start(&install);
        install.set("PROVIDERS__GARMIN__SANDBOX_URL", &sandbox.url);
        let team = Team::create(&install, "storm@example.com");
        let advice = install.run_well(&["doctor"]);
        let line = advice.lines().find_map(|line| line.split("webhook address of garmin: ").nth(1)).unwrap();
        let webhook = url::Url::parse(line.trim()).unwrap().path().to_owned();
        let server = install.serve();
        let people = (0..people).map(|number| team.connect(&format!("person-{number}"))).collect();
        server.terminate();
        assert!(server.wait().success());
        Self { install, team, people, webhook, _sandbox: sandbox }
    }

    /// Pushes a body as the provider does; an error says that nothing was answered.
    pub(crate) fn push(&self, body: &[u8]) -> io::Result<u16> {
        let headers = [("Content-Type", "application/json")];
        http::send(self.install.address, "POST", &self.webhook, &headers, body).map(|answer| answer.status)
    }
}
