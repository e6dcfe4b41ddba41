//! What is sent: method, address, headers, body, and a bearer token that stays out of sight.

use crate::{error::Error, secret::Secret};
use bytes::Bytes;
use reqwest::{
    Method,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use std::{fmt, time::Duration};
use url::Url;
use zeroize::Zeroizing;

/// One outgoing request.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The whole address, with its query.
    pub url: Url,
    /// Headers beside those that the client sets itself.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
    /// Sent as `Authorization: Bearer …`.
    pub bearer: Option<Secret>,
    /// Sent as `Authorization: Basic …` when there is no bearer token: user and password.
    pub basic: Option<(String, Secret)>,
    /// A time limit other than the client's.
    pub timeout: Option<Duration>,
}

/// A request body.
#[derive(Clone, Default)]
pub enum Body {
    /// None.
    #[default]
    Empty,
    /// Bytes as they are; the caller sets the content type.
    Bytes(Bytes),
    /// `application/x-www-form-urlencoded`. Values are wiped when dropped, as they can be secrets.
    Form(Vec<(&'static str, Zeroizing<String>)>),
    /// `application/json`.
    Json(serde_json::Value),
}

impl Request {
    /// A request without headers and body.
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: Body::Empty, bearer: None, basic: None, timeout: None }
    }

    /// A GET request.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// A POST request.
    #[must_use]
    pub fn post(url: Url) -> Self {
        Self::new(Method::POST, url)
    }

    /// Reads method and address from text.
    ///
    /// # Errors
    /// When either is malformed.
    pub fn parse(method: &str, url: &str) -> Result<Self, Error> {
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| Error::Invalid("malformed method"))?;
        let url = Url::parse(url).map_err(|_| Error::Invalid("malformed url"))?;
        Ok(Self::new(method, url))
    }

    /// Adds a header.
    ///
    /// # Errors
    /// When name or value cannot stand in a header.
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Error::Invalid("malformed header name"))?;
        let value = HeaderValue::from_str(value).map_err(|_| Error::Invalid("malformed header value"))?;
        self.headers.append(name, value);
        Ok(self)
    }

    /// Sets the bearer token.
    #[must_use]
    pub fn with_bearer(mut self, token: Secret) -> Self {
        self.bearer = Some(token);
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// Sets a time limit other than the client's.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

/// Host and header names only: paths, queries, values and bodies can carry secrets and health data.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("host", &self.url.host_str())
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Body::Empty => f.write_str("Empty"),
            Body::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Body::Form(fields) => write!(f, "Form({} fields)", fields.len()),
            Body::Json(_) => f.write_str("Json(…)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_token_nor_query_nor_body() {
        let request = Request::parse("POST", "https://a.test/private?token=hush").unwrap();
        let request = request.with_bearer(Secret::new("hush")).with_header("x-key", "hush").unwrap();
        for body in [
            Body::Bytes(Bytes::from_static(b"hush")),
            Body::Form(vec![("a", Zeroizing::new("hush".to_owned()))]),
            Body::Json(serde_json::json!("hush")),
        ] {
            let shown = format!("{:?}", request.clone().with_body(body));
            assert!(shown.contains("a.test") && !shown.contains("hush") && !shown.contains("private"), "{shown}");
        }
    }

    #[test]
    fn malformed_methods_addresses_and_headers_are_errors() {
        assert!(Request::parse("GE T", "https://a.test").is_err());
        assert!(Request::parse("GET", "/relative").is_err());
        let request = Request::parse("GET", "https://a.test").unwrap();
        assert!(request.clone().with_header("bad name", "x").is_err());
        assert!(request.with_header("x", "two\r\nlines: yes").is_err());
    }
}
