//! The OAuth 2 client: where to send a person, a code for tokens, a refresh token for new ones.
//!
//! It knows the protocol (RFC 6749, RFC 7636), not the providers, and keeps nothing. Only one
//! [`refresh`] per connection may run at a time, and its answer must be durable before it is used:
//! both are the caller's part.

mod answer;
mod error;
#[cfg(test)]
mod tests;

pub use answer::TokenAnswer;
pub use error::OAuthError;

use crate::{
    client::Client,
    request::{Body, Request},
    secret::Secret,
};
use url::Url;
use zeroize::Zeroizing;

/// What goes into the address that a person is sent to.
#[derive(Clone, Copy, Debug)]
pub struct Authorization<'a> {
    /// The provider's consent page.
    pub endpoint: &'a Url,
    /// Our id at the provider.
    pub client_id: &'a str,
    /// Where the provider sends the person back to.
    pub redirect_uri: &'a str,
    /// Ties the answer to the question; random and single-use.
    pub state: &'a str,
    /// Scopes as the provider joins them; `None` where it knows none.
    pub scope: Option<&'a str>,
    /// The `S256` challenge, where the provider supports it.
    pub pkce_challenge: Option<&'a str>,
    /// What a provider wants beside these.
    pub extra: &'a [(&'a str, &'a str)],
}

/// The address that a person is sent to.
#[must_use]
pub fn authorize_url(authorization: &Authorization<'_>) -> Url {
    let mut url = authorization.endpoint.clone();
    let mut query = url.query_pairs_mut();
    query.append_pair("response_type", "code");
    query.append_pair("client_id", authorization.client_id);
    query.append_pair("redirect_uri", authorization.redirect_uri);
    query.append_pair("state", authorization.state);
    if let Some(scope) = authorization.scope {
        query.append_pair("scope", scope);
    }
    if let Some(challenge) = authorization.pkce_challenge {
        query.append_pair("code_challenge", challenge).append_pair("code_challenge_method", "S256");
    }
    query.extend_pairs(authorization.extra);
    drop(query);
    url
}

/// How we say who we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// `client_id` and `client_secret` in the form.
    Body,
    /// HTTP Basic. Sent as they are, without the form encoding that the RFC asks for and providers do not expect.
    Basic,
}

/// Where tokens are given.
#[derive(Clone, Debug)]
pub struct TokenEndpoint {
    /// Its address; must be on the client's allow list.
    pub url: Url,
    /// How it wants to know us.
    pub client_auth: ClientAuth,
}

/// Trades a code for tokens.
///
/// # Errors
/// [`OAuthError`] says whether trying again can help.
pub async fn exchange_code(
    client: &Client,
    endpoint: &TokenEndpoint,
    client_id: &str,
    client_secret: Option<&Secret>,
    code: &Secret,
    redirect_uri: &str,
    pkce_verifier: Option<&Secret>,
) -> Result<TokenAnswer, OAuthError> {
    let mut form = vec![
        ("grant_type", Zeroizing::new("authorization_code".to_owned())),
        ("code", Zeroizing::new(code.reveal().to_owned())),
        ("redirect_uri", Zeroizing::new(redirect_uri.to_owned())),
    ];
    if let Some(verifier) = pkce_verifier {
        form.push(("code_verifier", Zeroizing::new(verifier.reveal().to_owned())));
    }
    ask(client, endpoint, client_id, client_secret, form).await
}

/// Trades a refresh token for new tokens. Where the answer has no refresh token, the old one stays good.
///
/// # Errors
/// [`OAuthError::Revoked`] means that the person must connect again; never retry it.
pub async fn refresh(
    client: &Client,
    endpoint: &TokenEndpoint,
    client_id: &str,
    client_secret: Option<&Secret>,
    refresh_token: &Secret,
) -> Result<TokenAnswer, OAuthError> {
    let form = vec![
        ("grant_type", Zeroizing::new("refresh_token".to_owned())),
        ("refresh_token", Zeroizing::new(refresh_token.reveal().to_owned())),
    ];
    ask(client, endpoint, client_id, client_secret, form).await
}

async fn ask(
    client: &Client,
    endpoint: &TokenEndpoint,
    client_id: &str,
    client_secret: Option<&Secret>,
    mut form: Vec<(&'static str, Zeroizing<String>)>,
) -> Result<TokenAnswer, OAuthError> {
    let mut request = Request::post(endpoint.url.clone()).with_header("accept", "application/json")?;
    match (endpoint.client_auth, client_secret) {
        (ClientAuth::Basic, Some(secret)) => {
            request.basic = Some((client_id.to_owned(), secret.clone()));
        }
        (_, secret) => {
            form.push(("client_id", Zeroizing::new(client_id.to_owned())));
            form.extend(secret.map(|secret| ("client_secret", Zeroizing::new(secret.reveal().to_owned()))));
        }
    }
    let response = client.send(request.with_body(Body::Form(form))).await?;
    if response.status.is_success() { TokenAnswer::read(&response) } else { Err(OAuthError::read(&response)) }
}
