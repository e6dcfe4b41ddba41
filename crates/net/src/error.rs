//! Why a request brought no answer. Never names a URL: paths and queries can carry tokens.

use std::{error::Error as StdError, fmt};

/// Why a request brought no (whole) answer. Any HTTP status is an answer, not an error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Policy forbids the request; nothing was sent.
    #[error("refused by policy")]
    Refused(#[source] Refusal),
    /// The request cannot be expressed in HTTP.
    #[error("invalid request: {0}")]
    Invalid(&'static str),
    /// No connection: name not found, nobody listening, TLS failure.
    #[error("no connection")]
    Connect(#[source] reqwest::Error),
    /// The time limit passed.
    #[error("timed out")]
    Timeout,
    /// The answer is longer than the limit.
    #[error("answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// Anything else: connection lost midway, an answer that is not HTTP.
    #[error("request failed")]
    Other(#[source] reqwest::Error),
}

/// Which rule forbids a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither HTTPS nor permitted HTTP.
    #[error("scheme is not allowed")]
    Scheme,
    /// The provider's host list does not have this host and port.
    #[error("host is not on the allow list")]
    Host,
    /// The host is, or resolves only to, an address that is not public.
    #[error("address is not public")]
    Address,
    /// A port other than the usual ones.
    #[error("port is not allowed")]
    Port,
    /// User name or password in the URL.
    #[error("credentials in the address")]
    Credentials,
}

impl Error {
    /// Whether the same request may succeed later. Says nothing about whether it is safe to repeat.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Error::Connect(_) | Error::Timeout => true,
            Error::Other(source) => !source.is_builder(),
            Error::Refused(_) | Error::Invalid(_) | Error::TooLarge { .. } => false,
        }
    }

    /// The error and its causes, parted by `: `. Holds no URL.
    #[must_use]
    pub fn describe(&self) -> String {
        struct Chain<'a>(&'a dyn StdError);
        impl fmt::Display for Chain<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)?;
                self.0.source().map_or(Ok(()), |source| write!(f, ": {}", Chain(source)))
            }
        }
        Chain(self).to_string()
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::Refused(refusal)
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if let Some(refusal) = find_refusal(&error) {
            Error::Refused(refusal)
        } else if error.is_timeout() {
            Error::Timeout
        } else if error.is_connect() {
            Error::Connect(error)
        } else {
            Error::Other(error)
        }
    }
}

/// The resolver's refusal arrives wrapped by the layers between.
fn find_refusal(error: &(dyn StdError + 'static)) -> Option<Refusal> {
    let refusal = error.downcast_ref::<Refusal>().copied();
    refusal.or_else(|| find_refusal(error.source()?))
}
