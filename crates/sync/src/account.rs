//! What a provider says about an account: its id, its permissions; and the goodbye.

use crate::{Sync, SyncError, reach::Reach};
use net::{Method, Request, Response, Secret};

/// What asking at one of several addresses gave.
enum Asked {
    Answer(Response),
    /// The next address, if there is one, may know.
    Elsewhere,
    Failed(String),
}

impl Sync {
    /// The account's id, asked at each of the manifest's addresses.
    pub(crate) async fn account_id(&self, reach: &Reach, token: &Secret) -> Result<String, SyncError> {
        let mut reason = "it has no address for that".to_owned();
        for path in reach.manifest().api.iter().flat_map(|api| &api.user_id_paths) {
            match self.ask(reach, path, token).await {
                Asked::Answer(response) => match reach.provider.parse_user_id(&response.body) {
                    Some(id) => return Ok(id),
                    None => reason = "its answer has no id".to_owned(),
                },
                Asked::Elsewhere => reason = "its address is not there".to_owned(),
                Asked::Failed(why) => return Err(SyncError::NoAccount(why)),
            }
        }
        Err(SyncError::NoAccount(reason))
    }

    /// The account's permissions, where the provider tells them.
    pub(crate) async fn permissions(&self, reach: &Reach, token: &Secret) -> Option<Vec<String>> {
        for path in reach.manifest().api.iter().flat_map(|api| &api.permissions_paths) {
            match self.ask(reach, path, token).await {
                Asked::Answer(response) => {
                    if let Some(permissions) = reach.provider.parse_permissions(&response.body) {
                        return Some(permissions);
                    }
                }
                Asked::Elsewhere => {}
                Asked::Failed(reason) => {
                    tracing::info!(provider = %reach.manifest().name, reason, "permissions are not known");
                    return None;
                }
            }
        }
        None
    }

    /// Tells the provider that the account is no longer ours; says why when it did not listen.
    pub(crate) async fn deregister(&self, reach: &Reach, token: &Secret) -> Result<(), String> {
        let Some(path) = reach.manifest().api.as_ref().and_then(|api| api.deregistration_path.as_ref()) else {
            return Ok(());
        };
        let url = reach.api(path).ok_or_else(|| "malformed address".to_owned())?;
        let request = Request::new(Method::DELETE, url).with_bearer(token.clone());
        match reach.api_client.send(request).await {
            Ok(response) if response.status.is_success() => Ok(()),
            Ok(response) => Err(format!("status {}", response.status.as_u16())),
            Err(error) => Err(error.describe()),
        }
    }

    /// Asks at one address, with some patience: the code is spent, so giving up loses the consent.
    async fn ask(&self, reach: &Reach, path: &str, token: &Secret) -> Asked {
        let Some(url) = reach.api(path) else { return Asked::Failed("malformed address".to_owned()) };
        let mut attempt = 0;
        loop {
            let answer = reach.api_client.send(Request::get(url.clone()).with_bearer(token.clone())).await;
            let (reason, is_temporary) = match answer {
                Ok(response) if response.status.is_success() => return Asked::Answer(response),
                Ok(response) if response.status.as_u16() == 404 => return Asked::Elsewhere,
                Ok(response) => {
                    let status = response.status;
                    let is_temporary = status.is_server_error() || status.as_u16() == 429;
                    (format!("it answered with status {}", status.as_u16()), is_temporary)
                }
                Err(error) => (error.describe(), error.is_retryable()),
            };
            match self.pace.brief_retry.delay(attempt, &self.rng).filter(|_| is_temporary) {
                Some(delay) => tokio::time::sleep(delay).await,
                None => return Asked::Failed(reason),
            }
            attempt += 1;
        }
    }
}
