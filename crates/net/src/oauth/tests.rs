//! The token endpoint's answers, one by one, over real HTTP.

use super::*;
use crate::{
    client::Limits,
    hosts::AllowedHosts,
    retry_after::RetryAfter,
    testing::{Server, answer},
};
use std::time::Duration;

struct Provider {
    server: Server,
    client: Client,
    endpoint: TokenEndpoint,
}

async fn provider(
    client_auth: ClientAuth,
    status: &'static str,
    headers: &'static str,
    body: &'static str,
) -> Provider {
    let server = Server::start(move |_| Some(answer(status, headers, body))).await;
    let allowed = AllowedHosts::default().with_loopback(&server.origin()).unwrap();
    let client = Client::for_provider(allowed, Limits::PROVIDER).unwrap();
    let endpoint = TokenEndpoint { url: server.url("/token"), client_auth };
    Provider { server, client, endpoint }
}

async fn refreshed(status: &'static str, headers: &'static str, body: &'static str) -> Result<TokenAnswer, OAuthError> {
    let provider = provider(ClientAuth::Body, status, headers, body).await;
    refresh(&provider.client, &provider.endpoint, "id", Some(&Secret::new("s")), &Secret::new("r")).await
}

#[test]
fn the_authorize_address_carries_everything_encoded_and_keeps_the_endpoints_own_query() {
    let endpoint = Url::parse("https://a.test/consent?lang=en").unwrap();
    let mut authorization = Authorization {
        endpoint: &endpoint,
        client_id: "i&d",
        redirect_uri: "https://w.test/back?x=1",
        state: "s t",
        scope: Some("a b"),
        pkce_challenge: Some("ch"),
        extra: &[("prompt", "consent")],
    };
    let expected = "https://a.test/consent?lang=en&response_type=code&client_id=i%26d\
        &redirect_uri=https%3A%2F%2Fw.test%2Fback%3Fx%3D1&state=s+t&scope=a+b\
        &code_challenge=ch&code_challenge_method=S256&prompt=consent";
    assert_eq!(authorize_url(&authorization).as_str(), expected);
    authorization = Authorization { scope: None, pkce_challenge: None, extra: &[], ..authorization };
    assert!(!authorize_url(&authorization).as_str().contains("scope"));
}

#[tokio::test]
async fn a_code_is_exchanged_with_the_secret_in_the_form() {
    let body = r#"{"access_token":"at","refresh_token":"rt","expires_in":"3600","scope":"a b","token_type":"bearer",
        "refresh_token_expires_in":7200,"user_id":5}"#;
    let provider = provider(ClientAuth::Body, "200 OK", "", body).await;
    let (secret, code, verifier) = (Secret::new("s&s"), Secret::new("c"), Secret::new("v"));
    let answer = exchange_code(
        &provider.client,
        &provider.endpoint,
        "id",
        Some(&secret),
        &code,
        "https://w.test/back",
        Some(&verifier),
    )
    .await
    .unwrap();
    assert_eq!((answer.access_token.reveal(), answer.refresh_token.as_ref().map(Secret::reveal)), ("at", Some("rt")));
    assert_eq!(answer.expires_in, Some(Duration::from_secs(3600)));
    assert_eq!(answer.refresh_token_expires_in, Some(Duration::from_secs(7200)));
    assert_eq!((answer.scope.as_deref(), answer.extra["user_id"].as_i64()), (Some("a b"), Some(5)));
    assert!(!answer.extra.contains_key("access_token") && !format!("{answer:?}").contains("\"at\""));
    let seen = provider.server.seen().remove(0);
    assert!(seen.starts_with("POST /token ") && !seen.contains("authorization:"), "{seen}");
    let form = "grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fw.test%2Fback\
        &code_verifier=v&client_id=id&client_secret=s%26s";
    assert!(seen.ends_with(form), "{seen}");
}

#[tokio::test]
async fn basic_authentication_keeps_the_secret_out_of_the_form() {
    let provider = provider(ClientAuth::Basic, "200 OK", "", r#"{"access_token":"at"}"#).await;
    let (secret, token) = (Secret::new("secret"), Secret::new("r"));
    let answer = refresh(&provider.client, &provider.endpoint, "id", Some(&secret), &token).await.unwrap();
    assert!(answer.refresh_token.is_none() && answer.expires_in.is_none());
    let seen = provider.server.seen().remove(0);
    assert!(seen.contains("authorization: Basic aWQ6c2VjcmV0"), "{seen}");
    assert!(seen.ends_with("\r\n\r\ngrant_type=refresh_token&refresh_token=r"), "{seen}");
}

#[tokio::test]
async fn a_public_client_sends_its_id_alone() {
    let provider = provider(ClientAuth::Basic, "200 OK", "", r#"{"access_token":"at"}"#).await;
    refresh(&provider.client, &provider.endpoint, "id", None, &Secret::new("r")).await.unwrap();
    assert!(provider.server.seen().remove(0).ends_with("refresh_token=r&client_id=id"));
}

#[tokio::test]
async fn an_invalid_grant_means_revoked_in_each_of_its_forms() {
    for (status, body) in [
        ("400 Bad Request", r#"{"error":"invalid_grant","error_description":"gone"}"#),
        ("401 Unauthorized", r#"{"error":"invalid_grant"}"#),
        ("400 Bad Request", r#"{"success":false,"errors":[{"errorType":"invalid_grant"}]}"#),
        ("200 OK", r#"{"error":"invalid_grant"}"#),
    ] {
        let error = refreshed(status, "", body).await.unwrap_err();
        assert!(matches!(error, OAuthError::Revoked) && !error.is_retryable(), "{error:?}");
    }
}

#[tokio::test]
async fn trouble_at_the_provider_never_counts_as_revoked() {
    for status in ["500 Oops", "503 Service Unavailable", "429 Too Many Requests", "408 Request Timeout"] {
        let error = refreshed(status, "retry-after: 7\r\n", r#"{"error":"invalid_grant"}"#).await.unwrap_err();
        let OAuthError::Unavailable { retry_after, .. } = &error else { panic!("{error:?}") };
        assert_eq!(*retry_after, Some(RetryAfter::In(Duration::from_secs(7))));
        assert!(error.is_retryable());
    }
    for body in ["<html>", "[]", "{}", r#"{"access_token":""}"#, r#"{"access_token":7}"#] {
        let error = refreshed("200 OK", "", body).await.unwrap_err();
        assert!(matches!(error, OAuthError::Malformed) && error.is_retryable(), "{error:?}");
    }
}

#[tokio::test]
async fn other_refusals_are_final_and_name_their_code() {
    let error = refreshed("401 Unauthorized", "", r#"{"error":"invalid_client\nx"}"#).await.unwrap_err();
    assert!(matches!(&error, OAuthError::Rejected { code, .. } if code == "invalid_clientx"), "{error:?}");
    assert!(!error.is_retryable());
    let error = refreshed("403 Forbidden", "", "<html>").await.unwrap_err();
    assert!(matches!(&error, OAuthError::Rejected { code, .. } if code.is_empty()), "{error:?}");
    let error = refreshed("302 Found", "location: https://evil.test/\r\n", "").await.unwrap_err();
    assert!(matches!(error, OAuthError::Rejected { .. }), "{error:?}");
}

#[tokio::test]
async fn a_token_endpoint_off_the_allow_list_gets_nothing() {
    let listed = provider(ClientAuth::Body, "200 OK", "", "{}").await;
    let other = provider(ClientAuth::Body, "200 OK", "", "{}").await;
    let error = refresh(&listed.client, &other.endpoint, "id", None, &Secret::new("r")).await.unwrap_err();
    assert!(matches!(error, OAuthError::Transport(crate::Error::Refused(_))) && !error.is_retryable());
    assert_eq!(other.server.connections(), 0);
}
