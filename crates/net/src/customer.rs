//! Which addresses a customer may have us call. The URL is judged here, before anything is sent; what
//! a name resolves to is judged by the resolver when the connection is made.

use crate::{
    address::{Reach, reach},
    error::Refusal,
};
use std::net::IpAddr;
use url::{Host, Url};

/// What webhook endpoints may be. The default is for an installation with strangers as customers:
/// HTTPS on port 443 of public addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CustomerPolicy {
    /// Loopback and local networks too: for development, and for those who run all of it at home.
    /// Link-local and metadata addresses stay refused.
    pub allow_private: bool,
    /// Plain HTTP too (port 80).
    pub allow_http: bool,
    /// Any port, not only 80 and 443.
    pub allow_any_port: bool,
}

impl CustomerPolicy {
    /// Judges a URL by what can be seen in it. Use it when an endpoint is registered, so that its owner
    /// learns at once; the client asks again before every request.
    ///
    /// # Errors
    /// Says which rule forbids it.
    pub fn check(&self, url: &Url) -> Result<(), Refusal> {
        match url.scheme() {
            "https" => {}
            "http" if self.allow_http => {}
            _ => return Err(Refusal::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials);
        }
        if !self.allow_any_port && !matches!(url.port_or_known_default(), Some(80 | 443)) {
            return Err(Refusal::Port);
        }
        let permitted = match url.host() {
            Some(Host::Ipv4(address)) => self.permits(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => self.permits(IpAddr::V6(address)),
            Some(Host::Domain(name)) => self.allow_private || !is_local_name(name),
            None => false,
        };
        if permitted { Ok(()) } else { Err(Refusal::Address) }
    }

    /// Whether a connection to this address may be made.
    pub(crate) fn permits(&self, address: IpAddr) -> bool {
        match reach(address) {
            Reach::Public => true,
            Reach::Private => self.allow_private,
            Reach::Forbidden => false,
        }
    }
}

fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(policy: CustomerPolicy, url: &str) -> Result<(), Refusal> {
        policy.check(&Url::parse(url).unwrap())
    }

    const STRICT: CustomerPolicy = CustomerPolicy { allow_private: false, allow_http: false, allow_any_port: false };
    const ANY_PORT_AND_HTTP: CustomerPolicy =
        CustomerPolicy { allow_private: false, allow_http: true, allow_any_port: true };
    const DEVELOPMENT: CustomerPolicy = CustomerPolicy { allow_private: true, allow_http: true, allow_any_port: true };

    #[test]
    fn a_private_address_is_refused_in_every_spelling() {
        let spellings = [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.1",
            "017700000001",
            "0",
            "0.0.0.0",
            "[::1]",
            "[::]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "10.1",
            "0xa.0x0.0x0.0x1",
            "3232235777",
            "192.168.257",
            "169.254.169.254",
            "0xa9fea9fe",
            "2852039166",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "100.64.0.1",
            "224.0.0.1",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "１２７.0.0.1",
            "127。0。0。1",
            "%31%32%37.0.0.1",
        ];
        for host in spellings {
            let url = format!("http://{host}/hook");
            assert_eq!(check(ANY_PORT_AND_HTTP, &url), Err(Refusal::Address), "{url}");
        }
    }

    #[test]
    fn the_default_is_https_on_the_usual_port() {
        assert_eq!(CustomerPolicy::default(), STRICT);
        assert_eq!(check(STRICT, "https://hooks.example.com/a"), Ok(()));
        assert_eq!(check(STRICT, "https://1.1.1.1/a"), Ok(()));
        assert_eq!(check(STRICT, "http://hooks.example.com/a"), Err(Refusal::Scheme));
        assert_eq!(check(STRICT, "file:///etc/passwd"), Err(Refusal::Scheme));
        assert_eq!(check(STRICT, "https://hooks.example.com:22/"), Err(Refusal::Port));
        assert_eq!(check(STRICT, "https://user:pw@hooks.example.com/"), Err(Refusal::Credentials));
        assert_eq!(check(ANY_PORT_AND_HTTP, "http://hooks.example.com:8080/"), Ok(()));
    }

    #[test]
    fn private_networks_can_be_allowed_but_metadata_never() {
        for url in ["http://127.0.0.1:3000/", "http://192.168.1.5/", "https://[fd12::1]/", "http://localhost:1/"] {
            assert_eq!(check(DEVELOPMENT, url), Ok(()), "{url}");
        }
        for url in ["http://169.254.169.254/", "http://[fe80::1]/", "http://0.0.0.0/", "http://[fd00:ec2::254]/"] {
            assert_eq!(check(DEVELOPMENT, url), Err(Refusal::Address), "{url}");
        }
    }
}
