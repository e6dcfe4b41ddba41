//! Lanes: the unit of order, and of work that a process takes. A user's work always lies in the same lane.

use model::UserId;

/// How many lanes there are. Stored positions depend on it: never change it.
pub const LANES: i16 = 64;

/// One lane, `0..LANES`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Lane(pub i16);

impl Lane {
    /// The lane of a user's work.
    #[must_use]
    pub fn of_user(user: UserId) -> Self {
        Self::of_bytes(user.as_bytes())
    }

    /// The lane of any other key.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let hash = bytes
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        Self(((hash >> 32) % u64::from(LANES.unsigned_abs())) as i16)
    }

    /// The lane at this place, counted round and round.
    pub(crate) fn of_number(number: i16) -> Self {
        Self(number.rem_euclid(LANES))
    }

    /// All lanes.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..LANES).map(Self)
    }
}
