//! A stand-in for a provider's consent that costs next to nothing: whoever asks with an account for a
//! code is given tokens for that account. The sandbox would invent a person for each.

use crate::http::{Arrived, Listener};

const PERMISSIONS: &str = "[\"ACTIVITY_EXPORT\",\"HEALTH_EXPORT\",\"HISTORICAL_DATA_EXPORT\"]";

/// Starts it; its address.
pub(crate) fn start() -> anyhow::Result<String> {
    Ok(Listener::start(|request| answer(&request))?.url)
}

fn answer(request: &Arrived) -> String {
    if request.path.ends_with("/oauth/token") {
        let mut form = url::form_urlencoded::parse(&request.body);
        let account = form.find(|(name, _)| name == "code" || name == "refresh_token");
        let account = account.map(|(_, value)| value.into_owned()).unwrap_or_default();
        return format!(
            "{{\"access_token\":\"{account}\",\"token_type\":\"bearer\",\"refresh_token\":\"{account}\",\
             \"expires_in\":86400,\"refresh_token_expires_in\":7775998}}"
        );
    }
    match request.path.ends_with("/user/permissions") {
        true => PERMISSIONS.to_owned(),
        false => format!("{{\"userId\":\"{}\"}}", request.bearer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tokens_of_a_code_are_those_of_its_account() {
        let ask = |path: &str, bearer: &str, body: &str| {
            answer(&Arrived { path: path.to_owned(), bearer: bearer.to_owned(), body: body.into() })
        };
        assert!(ask("/di/oauth/token", "", "grant_type=x&code=ann").contains("\"access_token\":\"ann\""));
        assert_eq!(ask("/rest/user/id", "ann", ""), "{\"userId\":\"ann\"}");
    }
}
