//! A small client of the API and of the simulated provider, as any customer would write it.

use anyhow::{Context, bail};
use net::{Body, Client, CustomerPolicy, Limits, Method, Request, Response};
use serde_json::Value;
use url::Url;

pub(super) struct Caller {
    client: Client,
    api: Url,
    sandbox: Url,
    api_key: String,
}

impl Caller {
    pub(super) fn new(api: &Url, sandbox: &Url, api_key: String) -> anyhow::Result<Self> {
        let policy = CustomerPolicy { allow_private: true, allow_http: true, allow_any_port: true };
        let limits = Limits { body_bytes: 64 * 1024 * 1024, ..Limits::CUSTOMER };
        let client = Client::for_customers(policy, limits)?;
        Ok(Self { client, api: api.clone(), sandbox: sandbox.clone(), api_key })
    }

    pub(super) fn api_key(&self) -> &str {
        &self.api_key
    }

    /// Calls the API with the key.
    pub(super) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let request = Request::get(self.api.join(path)?).with_header("X-Open-Wearables-API-Key", &self.api_key)?;
        json(path, &self.client.send(request).await?)
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> anyhow::Result<Value> {
        let request = Request::post(self.api.join(path)?)
            .with_header("X-Open-Wearables-API-Key", &self.api_key)?
            .with_body(Body::Json(body));
        json(path, &self.client.send(request).await?)
    }

    /// Calls the API as a logged-in developer.
    pub(super) async fn call_as_developer(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Value> {
        let mut request = Request::new(method, self.api.join(path)?).with_bearer(net::Secret::new(token));
        if let Some(body) = body {
            request = request.with_body(Body::Json(body));
        }
        json(path, &self.client.send(request).await?)
    }

    /// Logs in and returns the access token.
    pub(super) async fn log_in(&self, email: &str, password: &str) -> anyhow::Result<String> {
        let form = vec![("username", email.to_owned().into()), ("password", password.to_owned().into())];
        let request = Request::post(self.api.join("api/v1/auth/login")?).with_body(Body::Form(form));
        let answer = json("login", &self.client.send(request).await?)?;
        Ok(text(&answer, "access_token")?.to_owned())
    }

    /// Calls the simulated provider's controls.
    pub(super) async fn steer(&self, path: &str, body: Value) -> anyhow::Result<Value> {
        let request = Request::post(self.sandbox.join(path)?).with_body(Body::Json(body));
        json(path, &self.client.send(request).await?)
    }

    /// Follows redirects as a browser does; returns where it ended.
    pub(super) async fn browse(&self, start: Url) -> anyhow::Result<Url> {
        let mut url = start;
        for _ in 0..5 {
            let answer = self.client.send(Request::get(url.clone())).await?;
            if !answer.status.is_redirection() {
                if !answer.status.is_success() {
                    bail!("{} answered {}: {}", url.path(), answer.status, answer.text());
                }
                return Ok(url);
            }
            let location = answer.headers.get("location").and_then(|value| value.to_str().ok());
            url = url.join(location.context("a redirect without an address")?)?;
        }
        bail!("too many redirects")
    }
}

fn json(what: &str, answer: &Response) -> anyhow::Result<Value> {
    if !answer.status.is_success() {
        bail!("{what} answered {}: {}", answer.status, answer.text());
    }
    if answer.body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&answer.body).with_context(|| format!("{what} did not answer JSON"))
}

/// A text field of an answer.
pub(super) fn text<'a>(answer: &'a Value, field: &str) -> anyhow::Result<&'a str> {
    answer.get(field).and_then(Value::as_str).with_context(|| format!("the answer has no `{field}`"))
}
