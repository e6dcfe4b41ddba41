//! Which lanes a write needs for itself. The embedded engine has one writer and needs no telling; where several
//! processes write, whoever holds a lane is alone with the rows of its users and accounts.

use crate::Lane;
use model::UserId;

/// A set of lanes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope(u64);

impl Scope {
    /// For what one statement does alone, or the engine's own rules keep right.
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn lane(lane: Lane) -> Self {
        Self(1 << u32::from(lane.0.unsigned_abs() % 64))
    }

    pub(crate) fn user(user: UserId) -> Self {
        Self::lane(Lane::of_user(user))
    }

    /// For rows of neither user nor account: whoever names the same key is kept apart.
    pub(crate) fn key(key: &[u8]) -> Self {
        Self::lane(Lane::of_bytes(key))
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In rising order, in which everyone takes them.
    pub(crate) fn lanes(self) -> impl Iterator<Item = Lane> {
        Lane::all().filter(move |lane| self.0 & (1 << u32::from(lane.0.unsigned_abs())) != 0)
    }
}

impl FromIterator<Lane> for Scope {
    fn from_iter<I: IntoIterator<Item = Lane>>(lanes: I) -> Self {
        lanes.into_iter().fold(Self::NONE, |scope, lane| scope.and(Self::lane(lane)))
    }
}
