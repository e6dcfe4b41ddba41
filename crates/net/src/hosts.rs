//! The hosts that a provider client may reach: exact names and ports, HTTPS unless loopback.

use crate::error::Refusal;
use std::net::IpAddr;
use url::{Host, Url};

/// An allow list of origins. Empty allows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedHosts(Vec<Origin>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin {
    scheme: Scheme,
    host: Host<String>,
    port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

/// A text that is no host, or an origin that may not be allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHost {
    /// Not `host` or `host:port`.
    #[error("`{0}` is no host or host:port")]
    NotAHost(String),
    /// Plain HTTP to anything but loopback.
    #[error("`{0}` is no http address of this machine")]
    NotLoopback(String),
}

impl AllowedHosts {
    /// HTTPS hosts, each `host` or `host:port`, as a provider's manifest names them.
    ///
    /// # Errors
    /// When an entry is anything else; no wildcards, schemes or paths.
    pub fn https<T: AsRef<str>>(hosts: impl IntoIterator<Item = T>) -> Result<Self, InvalidHost> {
        let parse = |entry: T| {
            let entry = entry.as_ref();
            let url = Url::parse(&format!("https://{entry}/")).ok();
            let url = url.filter(|url| is_bare(url) && !entry.contains(['/', '?', '#', '@', '\\', '*']));
            url.and_then(|url| Origin::of(&url)).ok_or_else(|| InvalidHost::NotAHost(entry.to_owned()))
        };
        hosts.into_iter().map(parse).collect::<Result<_, _>>().map(Self)
    }

    /// Allows one more origin over plain HTTP: a stand-in on this machine, `http://127.0.0.1:9100` or
    /// `http://localhost:9100`. Comes from configuration, never from a manifest.
    ///
    /// # Errors
    /// When the origin is not plain HTTP to loopback.
    pub fn with_loopback(mut self, origin: &str) -> Result<Self, InvalidHost> {
        let url = Url::parse(origin).ok().filter(|url| is_bare(url) && url.scheme() == "http" && is_loopback(url));
        let origin = url.and_then(|url| Origin::of(&url)).ok_or_else(|| InvalidHost::NotLoopback(origin.to_owned()))?;
        self.0.push(origin);
        Ok(self)
    }

    /// Whether a URL, one that a provider sent for instance, leads to an allowed origin.
    ///
    /// # Errors
    /// Says which rule forbids it.
    pub fn check(&self, url: &Url) -> Result<(), Refusal> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials);
        }
        let origin = Origin::of(url).ok_or(Refusal::Scheme)?;
        if self.0.contains(&origin) {
            return Ok(());
        }
        let other_scheme = self.0.iter().any(|allowed| allowed.host == origin.host && allowed.scheme != origin.scheme);
        Err(if other_scheme { Refusal::Scheme } else { Refusal::Host })
    }
}

impl Origin {
    fn of(url: &Url) -> Option<Self> {
        let scheme = match url.scheme() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return None,
        };
        Some(Self { scheme, host: url.host()?.to_owned(), port: url.port_or_known_default()? })
    }
}

/// Whether the URL is an origin and nothing more.
fn is_bare(url: &Url) -> bool {
    url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hosts: &AllowedHosts, url: &str) -> Result<(), Refusal> {
        hosts.check(&Url::parse(url).unwrap())
    }

    #[test]
    fn only_the_exact_host_and_port_over_https_is_allowed() {
        let hosts = AllowedHosts::https(["api.example.com", "auth.example.com:8443"]).unwrap();
        assert_eq!(check(&hosts, "https://api.example.com/a?b=c"), Ok(()));
        assert_eq!(check(&hosts, "https://API.example.com:443/"), Ok(()));
        assert_eq!(check(&hosts, "https://auth.example.com:8443/"), Ok(()));
        let elsewhere = [
            "https://api.example.com:8443/",
            "https://auth.example.com/",
            "https://example.com/",
            "https://x.api.example.com/",
            "https://api.example.com.evil.test/",
            "https://api.example.com./",
            "https://evil.test/api.example.com",
            "https://evil.test#@api.example.com",
            "https://evil.test\\@api.example.com",
        ];
        for url in elsewhere {
            assert_eq!(check(&hosts, url), Err(Refusal::Host), "{url}");
        }
        assert_eq!(check(&hosts, "http://api.example.com/"), Err(Refusal::Scheme));
        assert_eq!(check(&hosts, "ftp://api.example.com/"), Err(Refusal::Scheme));
        assert_eq!(check(&hosts, "https://api.example.com@evil.test/"), Err(Refusal::Credentials));
        assert_eq!(check(&AllowedHosts::default(), "https://api.example.com/"), Err(Refusal::Host));
    }

    #[test]
    fn plain_http_is_only_for_a_configured_loopback_origin() {
        let hosts = AllowedHosts::default().with_loopback("http://127.0.0.1:9100").unwrap();
        assert_eq!(check(&hosts, "http://127.0.0.1:9100/x"), Ok(()));
        assert_eq!(check(&hosts, "http://127.0.0.1:9101/x"), Err(Refusal::Host));
        assert_eq!(check(&hosts, "https://127.0.0.1:9100/x"), Err(Refusal::Scheme));
        for origin in ["http://example.com", "https://localhost", "http://10.0.0.1", "http://localhost/x", "", "//"] {
            assert!(AllowedHosts::default().with_loopback(origin).is_err(), "{origin}");
        }
        assert!(AllowedHosts::default().with_loopback("http://[::1]:9100/").is_ok());
        assert!(AllowedHosts::default().with_loopback("http://localhost:9100").is_ok());
    }

    #[test]
    fn entries_are_hosts_and_nothing_else() {
        for entry in ["", "*", "*.example.com", "https://example.com", "example.com/x", "u@example.com", "a b", "x#y"] {
            assert!(AllowedHosts::https([entry]).is_err(), "{entry}");
        }
    }
}
