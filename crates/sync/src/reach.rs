//! What can be reached of a provider: its addresses, or those of a sandbox in their place, and the
//! clients that reach nothing else. Tokens are asked for by one client, data by another: neither
//! reaches the other's hosts.

use crate::SyncError;
use net::{
    AllowedHosts, Client, InvalidHost, Limits, Refusal, Url,
    oauth::{ClientAuth, TokenEndpoint},
};
use providers::{Manifest, OAuth, Provider};

/// A provider with its addresses and clients.
pub(crate) struct Reach {
    pub(crate) provider: &'static dyn Provider,
    pub(crate) authorize_url: Url,
    pub(crate) token: TokenEndpoint,
    pub(crate) token_client: Client,
    pub(crate) api_client: Client,
    api_url: Url,
    api_hosts: AllowedHosts,
}

impl Reach {
    /// `None` for a provider that accounts are not connected to.
    pub(crate) fn open(provider: &'static dyn Provider, stand_in: Option<&str>) -> Result<Option<Self>, SyncError> {
        let manifest = provider.manifest();
        let (Some(oauth), Some(api)) = (&manifest.oauth, &manifest.api) else { return Ok(None) };
        let failed = |reason: String| SyncError::Setup { provider: manifest.name.clone(), reason };
        let stand_in = stand_in.map(Url::parse).transpose().map_err(|error| failed(error.to_string()))?;
        let stand_in = stand_in.as_ref();
        let place = |text: &str| place(text, stand_in).map_err(|error| failed(error.to_string()));
        let token_url = place(&oauth.token_url)?;
        let (token_hosts, api_hosts) = match stand_in {
            Some(origin) => stand_in_hosts(origin).map(|hosts| (hosts.clone(), hosts)),
            None => hosts_of(&token_url, &api.hosts),
        }
        .map_err(|error| failed(error.to_string()))?;
        let client = |hosts: &AllowedHosts| {
            Client::for_provider(hosts.clone(), Limits::PROVIDER).map_err(|error| failed(error.describe()))
        };
        Ok(Some(Self {
            provider,
            authorize_url: place(&oauth.authorize_url)?,
            token_client: client(&token_hosts)?,
            api_client: client(&api_hosts)?,
            token: TokenEndpoint { url: token_url, client_auth: client_auth(oauth) },
            api_url: place(&api.base_url)?,
            api_hosts,
        }))
    }

    pub(crate) fn manifest(&self) -> &'static Manifest {
        self.provider.manifest()
    }

    /// An address of the provider's API.
    pub(crate) fn api(&self, path: &str) -> Option<Url> {
        Url::parse(&format!("{}{path}", self.api_url.as_str().trim_end_matches('/'))).ok()
    }

    /// The part type of files.
    pub(crate) fn file_type(&self) -> Option<&'static str> {
        self.manifest().types.iter().find(|(_, part)| part.file).map(|(name, _)| name.as_str())
    }

    /// Whether data may be fetched from there, and tokens sent there.
    pub(crate) fn check(&self, url: &Url) -> Result<(), Refusal> {
        self.api_hosts.check(url)
    }
}

/// The address itself, or its path below the stand-in.
fn place(text: &str, stand_in: Option<&Url>) -> Result<Url, impl std::fmt::Display + use<>> {
    let url = Url::parse(text);
    match (url, stand_in) {
        (Ok(url), Some(origin)) => Url::parse(&format!("{}{}", origin.as_str().trim_end_matches('/'), url.path())),
        (url, _) => url,
    }
}

fn hosts_of(token_url: &Url, api_hosts: &[String]) -> Result<(AllowedHosts, AllowedHosts), InvalidHost> {
    Ok((AllowedHosts::https(token_url.host_str())?, AllowedHosts::https(api_hosts)?))
}

fn stand_in_hosts(origin: &Url) -> Result<AllowedHosts, InvalidHost> {
    if origin.scheme() == "https" {
        let port = origin.port().map(|port| format!(":{port}")).unwrap_or_default();
        return AllowedHosts::https(origin.host_str().map(|host| format!("{host}{port}")));
    }
    AllowedHosts::default().with_loopback(&origin.origin().ascii_serialization())
}

fn client_auth(oauth: &OAuth) -> ClientAuth {
    match oauth.client_auth {
        providers::ClientAuth::Body => ClientAuth::Body,
        providers::ClientAuth::Basic => ClientAuth::Basic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn garmin(stand_in: Option<&str>) -> Result<Option<Reach>, SyncError> {
        Reach::open(providers::find("garmin").unwrap(), stand_in)
    }

    #[test]
    fn data_comes_only_from_the_manifests_hosts() {
        let reach = garmin(None).unwrap().unwrap();
        let check = |url: &str| reach.check(&Url::parse(url).unwrap());
        assert_eq!(check("https://apis.garmin.com/wellness-api/rest/activities?a=1"), Ok(()));
        assert_eq!(check("http://apis.garmin.com/"), Err(Refusal::Scheme));
        assert_eq!(check("https://apis.garmin.com.example.com/"), Err(Refusal::Host));
        assert_eq!(check("https://apis.garmin.com:8443/"), Err(Refusal::Host));
        assert_eq!(check("https://apis.garmin.com@example.com/"), Err(Refusal::Credentials));
        assert_eq!(check("http://169.254.169.254/"), Err(Refusal::Host));
    }

    #[test]
    fn a_stand_in_takes_every_place_and_the_real_hosts_are_out_of_reach() {
        let reach = garmin(Some("http://127.0.0.1:9100")).unwrap().unwrap();
        assert_eq!(reach.token.url.as_str(), "http://127.0.0.1:9100/di-oauth2-service/oauth/token");
        assert_eq!(reach.authorize_url.as_str(), "http://127.0.0.1:9100/oauth2Confirm");
        assert_eq!(reach.api("/x").unwrap().as_str(), "http://127.0.0.1:9100/x");
        assert!(reach.check(&Url::parse("https://apis.garmin.com/x").unwrap()).is_err());
    }

    #[test]
    fn a_stand_in_over_plain_http_is_only_on_this_machine() {
        for unusable in ["http://sandbox.example.com", "127.0.0.1:9100", ""] {
            assert!(matches!(garmin(Some(unusable)), Err(SyncError::Setup { .. })), "{unusable}");
        }
        assert!(garmin(Some("https://sandbox.example.com:8443")).unwrap().is_some());
    }

    #[test]
    fn a_provider_without_accounts_has_no_reach() {
        let without = providers::all().find(|provider| provider.manifest().oauth.is_none()).unwrap();
        assert!(Reach::open(without, None).unwrap().is_none());
    }
}
