//! Where people may be sent after connecting. An open redirect would lend our name to a phisher, so the
//! list is exact: what is not on it is refused.

use net::Url;

/// Whether an address is one of ours or on the list.
pub(crate) fn is_allowed(address: &str, public_url: &Url, allow_list: &[String]) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    // Browsers read control characters and backslashes in their own ways; nobody needs them here.
    let is_plain = !address.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\');
    if !is_plain || !url.has_authority() || !url.username().is_empty() || url.password().is_some() {
        return false;
    }
    let is_ours = url.origin().is_tuple() && url.origin() == public_url.origin();
    is_ours
        || (is_web(&url) && is_loopback(&url) && is_loopback(public_url))
        || allow_list.iter().any(|entry| is_match(&url, entry))
}

fn is_match(url: &Url, entry: &str) -> bool {
    if !entry.contains("://") {
        let host = url.host_str().map(|host| match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        });
        return url.scheme() == "https" && host.is_some_and(|host| host.eq_ignore_ascii_case(entry));
    }
    let Ok(entry) = Url::parse(entry) else { return false };
    if entry.scheme() != url.scheme() {
        return false;
    }
    let names_host = is_web(&entry) || entry.host_str().is_some_and(|host| !host.is_empty());
    if names_host && (entry.host() != url.host() || entry.port_or_known_default() != url.port_or_known_default()) {
        return false;
    }
    is_below(url.path(), entry.path())
}

/// Whether a path is another, or below it: `/a/b` is below `/a`, `/ab` is not.
fn is_below(path: &str, base: &str) -> bool {
    let base = base.trim_end_matches('/');
    path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(address: &str, public: &str, list: &[&str]) -> bool {
        let list: Vec<String> = list.iter().map(|&entry| entry.to_owned()).collect();
        is_allowed(address, &Url::parse(public).unwrap(), &list)
    }

    const PUBLIC: &str = "https://health.example.com";
    const LIST: &[&str] = &["app.example.com", "https://other.example.com/done", "myapp://", "their://host"];

    #[test]
    fn own_listed_and_app_addresses_are_allowed() {
        for address in [
            "https://health.example.com/users/1/pair",
            "https://app.example.com",
            "https://app.example.com/a?b=c#d",
            "https://other.example.com/done",
            "https://other.example.com/done/well?x=1",
            "myapp://connected",
            "their://host/path",
        ] {
            assert!(allowed(address, PUBLIC, LIST), "{address}");
        }
    }

    #[test]
    fn lookalikes_other_schemes_and_tricks_are_refused() {
        for address in [
            "",
            "/relative",
            "//app.example.com",
            "http://app.example.com",
            "http://health.example.com",
            "https://app.example.com:8443",
            "https://app.example.com.evil.example",
            "https://evil.example/app.example.com",
            "https://app.example.com@evil.example",
            "https://user@app.example.com",
            "https://evil.example\\@app.example.com",
            "https://app.example.com\n",
            "https://other.example.com/donerer",
            "https://other.example.com/done/../steal",
            "javascript:alert(1)",
            "data:text/html,x",
            "their://elsewhere/path",
            "http://localhost:3000",
        ] {
            assert!(!allowed(address, PUBLIC, LIST), "{address}");
        }
    }

    #[test]
    fn a_developers_own_machine_may_be_any_port_of_itself() {
        assert!(allowed("http://localhost:3000/done", "http://127.0.0.1:8000", &[]));
        assert!(!allowed("http://evil.example/done", "http://127.0.0.1:8000", &[]));
    }
}
