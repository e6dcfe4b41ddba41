//! What an endpoint's fields may hold. Whether what its name stands for may be called is checked when it is.

use super::event_types::is_event_type;
use crate::{
    State,
    error::{ApiError, Result},
};
use deliver::{CustomerPolicy, Refusal};
use model::{TeamId, UserId};
use url::Url;

const LONGEST_URL: usize = 2_048;

/// A URL that messages can go to.
pub(super) fn check_url(policy: &CustomerPolicy, text: &str) -> Result<String> {
    let problem = |problem: &str| ApiError::invalid("url", problem);
    if text.len() > LONGEST_URL {
        return Err(problem("URL should have at most 2048 characters"));
    }
    let url = Url::parse(text.trim()).map_err(|_| problem("Input should be a valid URL"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(problem("URL scheme should be 'http' or 'https'"));
    }
    deliver::check_endpoint_url(policy, &url).map_err(|refusal| problem(advice(refusal)))?;
    Ok(text.trim().to_owned())
}

fn advice(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Scheme => "URL scheme should be 'https'",
        Refusal::Port => "URL port should be 443, or 80 where http is allowed",
        Refusal::Credentials => "URL should hold no user name or password",
        Refusal::Host | Refusal::Address => "URL should not lead to a loopback, private or metadata address",
    }
}

/// Event types that exist, each once.
pub(super) fn check_types(types: Option<Vec<String>>) -> Result<Vec<String>> {
    let mut types = types.unwrap_or_default();
    if let Some(unknown) = types.iter().find(|name| !is_event_type(name)) {
        return Err(ApiError::invalid("filter_types", format!("Unknown event type '{unknown}'")));
    }
    types.sort_unstable();
    types.dedup();
    Ok(types)
}

/// A description that is not endless.
pub(super) fn check_description(description: Option<String>) -> Result<Option<String>> {
    match description {
        Some(text) if text.chars().count() > 1_000 => {
            Err(ApiError::invalid("description", "String should have at most 1000 characters"))
        }
        other => Ok(other),
    }
}

/// A user of the team.
pub(super) async fn check_user(state: &State, team: TeamId, user: Option<UserId>) -> Result<Option<UserId>> {
    if let Some(id) = user
        && state.store.find_user(team, id).await?.is_none()
    {
        return Err(ApiError::NotFound(format!("User with ID: {id} not found.")));
    }
    Ok(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_http_urls_are_taken() {
        let policy = CustomerPolicy { allow_private: true, allow_http: true, allow_any_port: true };
        for good in ["https://example.com/h", "http://localhost:9000/x?y=1"] {
            assert!(check_url(&policy, good).is_ok(), "{good}");
        }
        for bad in ["", "example.com", "ftp://example.com", "file:///etc/passwd", "https://u:p@example.com", "https://"]
        {
            assert!(check_url(&policy, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_event_types_that_exist_are_taken() {
        let types = |names: &[&str]| check_types(Some(names.iter().map(|&name| name.to_owned()).collect()));
        assert_eq!(types(&["workout.updated", "workout.created", "workout.created"]).unwrap().len(), 2);
        assert!(types(&["workout.exploded"]).is_err());
    }
}
