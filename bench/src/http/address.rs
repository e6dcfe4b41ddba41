//! Where a server is, and how requests to it are written.

use anyhow::{Context, bail};
use url::Url;

/// The beginning of all URLs of a server.
#[derive(Clone)]
pub(crate) struct Address {
    /// Host and port.
    pub(crate) authority: String,
    /// What stands before every path; empty for most.
    prefix: String,
}

impl Address {
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let url = Url::parse(text).with_context(|| format!("`{text}` is not a URL"))?;
        if url.scheme() != "http" {
            bail!("`{text}`: only http:// is spoken here; run the bench beside the server");
        }
        let host = url.host_str().with_context(|| format!("`{text}` names no host"))?;
        let port = url.port_or_known_default().unwrap_or(80);
        Ok(Self { authority: format!("{host}:{port}"), prefix: url.path().trim_end_matches('/').to_owned() })
    }

    /// A request as it goes over the wire.
    pub(crate) fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
        let mut request = self.head(method, path, headers, body.len()).into_bytes();
        request.extend_from_slice(body);
        request
    }

    /// A request up to its body, which is so long.
    pub(crate) fn head(&self, method: &str, path: &str, headers: &[(&str, &str)], length: usize) -> String {
        let mut head = format!("{method} {}{path} HTTP/1.1\r\nhost: {}\r\n", self.prefix, self.authority);
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if length > 0 || method != "GET" {
            head.push_str(&format!("content-length: {length}\r\n"));
        }
        head.push_str("\r\n");
        head
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_a_path_stands_before_every_path() {
        let address = Address::parse("http://127.0.0.1:8000/base/").unwrap();
        let request = String::from_utf8(address.request("POST", "/a?b=c", &[("x", "y")], b"{}")).unwrap();
        assert_eq!(request, "POST /base/a?b=c HTTP/1.1\r\nhost: 127.0.0.1:8000\r\nx: y\r\ncontent-length: 2\r\n\r\n{}");
        assert!(Address::parse("https://example.com").is_err());
        assert!(Address::parse("example").is_err());
    }
}
