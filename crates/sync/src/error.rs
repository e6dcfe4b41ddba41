//! What can go wrong with a connection, by what its caller can do about it.

use model::ProviderName;
use net::oauth::OAuthError;
use store::StoreError;

/// Why a connection could not be made, used or ended.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// No provider has this name.
    #[error("unknown provider `{0}`")]
    UnknownProvider(ProviderName),
    /// The provider's accounts are not connected by OAuth.
    #[error("provider `{0}` does not support OAuth")]
    NotSupported(ProviderName),
    /// Neither the team nor the installation has credentials at the provider.
    #[error("provider `{0}` is not configured: it has no client id")]
    NotConfigured(ProviderName),
    /// The team has no such user.
    #[error("user not found")]
    UserNotFound,
    /// The user has no connection to the provider.
    #[error("connection not found")]
    ConnectionNotFound,
    /// The redirect address is not on the allow list.
    #[error("redirect_uri is not allowed: add it to the configured list of redirect addresses")]
    RedirectRefused,
    /// The state is missing, unknown, used, too old, or of another provider.
    #[error("invalid or expired state: start again")]
    InvalidState,
    /// The person or the provider said no; the provider's code, reduced to plain characters.
    #[error("the provider refused: {0}")]
    Denied(String),
    /// The provider sent the person back without a code.
    #[error("the provider sent no code")]
    NoCode,
    /// The connection is not active: its person must connect again.
    #[error("the connection is not active")]
    NotActive,
    /// Its tokens ended and could not be renewed: its person must connect again.
    #[error("the connection was revoked or its tokens ended")]
    Ended,
    /// Someone else is renewing the tokens and did not end in time.
    #[error("the tokens are being renewed")]
    Renewing,
    /// The token endpoint granted nothing.
    #[error("{0}")]
    Tokens(#[from] OAuthError),
    /// The provider would not say which account this is; without it no data could be matched.
    #[error("the provider did not tell which account this is: {0}")]
    NoAccount(String),
    /// A secret at rest does not open: its key is missing, or it is damaged.
    #[error("a stored secret does not open")]
    Sealed(#[from] seal::SealError),
    /// A provider's addresses are not usable.
    #[error("addresses of provider `{provider}` are not usable: {reason}")]
    Setup {
        /// The provider.
        provider: ProviderName,
        /// Why.
        reason: String,
    },
    /// What the account's connection before left could not be erased.
    #[error("data of the connection before could not be erased yet")]
    Erasing(#[from] ingest::IngestError),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

impl SyncError {
    /// Whether trying again later can help.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Tokens(error) => error.is_retryable(),
            Self::Store(error) => error.is_temporary(),
            Self::Renewing => true,
            _ => false,
        }
    }
}
