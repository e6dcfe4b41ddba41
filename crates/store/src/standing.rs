//! How a connection stands with its provider: what is permitted, why it ended, and what follows of that.

use model::Timestamp;

/// What is known of a connection beside its status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// When it was made the last time: `created_at` stays when an account is connected again. Set by the store.
    pub connected_at: Timestamp,
    /// As of when the scope is known. What is older does not replace it.
    pub permissions_at: Option<Timestamp>,
    /// Part types that the provider refused for want of a permission, whatever the scope says.
    pub lacking: Vec<String>,
    /// Why it ended the last time.
    pub end_reason: Option<EndReason>,
    /// When the data that came through it was erased. Set by the store.
    pub erased_at: Option<Timestamp>,
    /// When the refresh token ends, where the provider tells.
    pub refresh_expires_at: Option<Timestamp>,
    /// When its tokens are renewed if nobody used them until then.
    pub renew_at: Option<Timestamp>,
}

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The team ended it.
    Disconnected,
    /// The provider gave notice that the account is no longer ours.
    Deregistration,
    /// The provider answered a call with "consent was withdrawn".
    ConsentWithdrawn,
    /// The provider refused to renew the tokens.
    RefreshFailed,
    /// The tokens ended without a way to renew them.
    TokensEnded,
}

impl EndReason {
    const ALL: [Self; 5] =
        [Self::Disconnected, Self::Deregistration, Self::ConsentWithdrawn, Self::RefreshFailed, Self::TokensEnded];

    /// The code, as subscribers are told.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disconnected => "user_disconnected",
            Self::Deregistration => "deregistration",
            Self::ConsentWithdrawn => "consent_withdrawn",
            Self::RefreshFailed => "refresh_failed",
            Self::TokensEnded => "tokens_ended",
        }
    }

    /// The reason with this code.
    #[must_use]
    pub fn find(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == code)
    }

    /// What a connection is that ended so.
    #[must_use]
    pub fn status(self) -> crate::ConnectionStatus {
        match self {
            Self::TokensEnded => crate::ConnectionStatus::Expired,
            _ => crate::ConnectionStatus::Revoked,
        }
    }

    /// Whether the person withdrew at the provider: then the team's policy says what becomes of their data.
    #[must_use]
    pub fn is_withdrawal(self) -> bool {
        matches!(self, Self::Deregistration | Self::ConsentWithdrawn)
    }

    /// For people.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Disconnected => "disconnected",
            Self::Deregistration => "the provider gave notice that the account is no longer connected",
            Self::ConsentWithdrawn => "the person withdrew their consent at the provider",
            Self::RefreshFailed => "the provider revoked the connection",
            Self::TokensEnded => "the tokens ended and cannot be renewed",
        }
    }
}

/// The end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionEnd {
    /// Why.
    pub reason: EndReason,
    /// Whether its data is erased whatever the team's policy says.
    pub erase: bool,
    /// When notice was received: a connection that was made after it stays as it is.
    pub noticed_at: Option<Timestamp>,
}

impl From<EndReason> for ConnectionEnd {
    fn from(reason: EndReason) -> Self {
        Self { reason, erase: false, noticed_at: None }
    }
}

/// A change of a connection that a provider's notice asks for, made in the transaction that ends the notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionChange {
    /// It ended.
    End(ConnectionEnd),
    /// These permissions are given, as of then; nothing is permitted when there are none.
    Permissions {
        /// Sorted.
        permissions: Vec<String>,
        /// As of when, in the provider's time.
        changed_at: Timestamp,
    },
}
