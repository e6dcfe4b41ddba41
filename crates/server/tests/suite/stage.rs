//! A server beside a simulated provider that notifies it, both as processes of their own, and a team with
//! people who are connected.

use crate::{
    account::{Person, Team},
    http::{self, Answer},
    install::{Install, Sandbox, Server, free_port, wait_for},
};
use serde_json::Value;
use std::net::SocketAddr;
use tokio::time::Instant;

/// The two processes and what they need to find each other again after a restart.
pub(crate) struct Stage {
    pub(crate) install: Install,
    pub(crate) team: Team,
    /// Where notifications go.
    pub(crate) webhook: String,
    provider: SocketAddr,
    arguments: Vec<String>,
    sandbox: Option<Sandbox>,
    server: Option<Server>,
}

impl Stage {
    /// Both run when this returns. `arguments` are the simulated provider's.
    pub(crate) fn new(configure: impl FnOnce(&mut Install), arguments: &[&str]) -> Self {
        let mut install = Install::new();
        let provider = SocketAddr::from(([127, 0, 0, 1], free_port()));
        install.set("PROVIDERS__GARMIN__SANDBOX_URL", &format!("http://{provider}"));
        for option in ["ALLOW_PRIVATE", "ALLOW_HTTP", "ALLOW_ANY_PORT"] {
            install.set(&format!("WEBHOOKS__{option}"), "true");
        }
        configure(&mut install);
        let team = Team::create(&install, "team@example.com");
        let advice = install.run_well(&["doctor"]);
        let line = advice.lines().find_map(|line| line.split("webhook address of garmin: ").nth(1)).unwrap();
        let webhook = line.trim().to_owned();
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let mut stage = Self { install, team, webhook, provider, arguments, sandbox: None, server: None };
        stage.start_provider();
        stage.start_server();
        stage
    }

    pub(crate) fn start_provider(&mut self) {
        let more: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let listen = self.provider.to_string();
        self.sandbox = Some(Sandbox::start_with(&self.install, &listen, &self.webhook, &more));
    }

    pub(crate) fn start_server(&mut self) {
        self.server = Some(self.install.serve());
    }

    /// `kill -9`.
    pub(crate) fn kill_server(&mut self) {
        self.server.take().unwrap().kill();
    }

    /// A call to the simulated provider's tools.
    pub(crate) fn provider(&self, method: &str, target: &str, body: &Value) -> Answer {
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let headers: &[_] = if body.is_null() { &[] } else { &[("Content-Type", "application/json")] };
        http::send(self.provider, method, target, headers, &bytes).unwrap()
    }

    /// One that must succeed.
    pub(crate) fn tell(&self, method: &str, target: &str, body: &Value) -> Value {
        let answer = self.provider(method, target, body);
        assert!((200..300).contains(&answer.status), "{target}: {} {}", answer.status, answer.text());
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    }

    /// What the provider has of somebody, of one type, oldest first.
    pub(crate) fn summaries(&self, person: &Person, kind: &str) -> Vec<Value> {
        let shown = self.tell("GET", &format!("/sandbox/data?user={}&type={kind}", person.account), &Value::Null);
        let uploads = shown.as_array().unwrap().iter();
        uploads.flat_map(|upload| upload["summaries"].as_array().unwrap().clone()).collect()
    }

    /// How many items the provider has not delivered yet.
    fn undelivered(&self) -> u64 {
        let state = self.tell("GET", "/sandbox/state", &Value::Null);
        state["endpoints"].as_array().unwrap().iter().filter_map(|endpoint| endpoint["pending"].as_u64()).sum()
    }

    /// Waits until nothing waits on either side. The server's gauges are measured every other second, so that
    /// they must be seen empty over more than that.
    pub(crate) fn settle(&self) {
        let names = ["deliveries", "parts", "jobs"].map(|queue| format!("wearhouse_{queue}_waiting"));
        let is_quiet = || self.undelivered() == 0 && names.iter().all(|name| self.install.gauge(name) == Some(0.0));
        let mut since: Option<Instant> = None;
        wait_for("empty queues", || {
            since = if is_quiet() { since.or_else(|| Some(Instant::now())) } else { None };
            std::thread::sleep(std::time::Duration::from_millis(100));
            since.filter(|since| since.elapsed().as_millis() > 2_500)
        });
    }
}
