//! Ranges of whole seconds, cut at UTC days: what of a range is missing, and in which pieces it is asked for.

use model::Timestamp;

pub(super) const DAY_S: i64 = 86_400;
/// What is shorter is an edge between two ranges, not history.
const SHORTEST_S: i64 = 60;

/// From a second to a second, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Range {
    pub(super) from: i64,
    pub(super) to: i64,
}

impl Range {
    pub(super) fn new(from: Timestamp, to: Timestamp) -> Self {
        Self { from: from.as_seconds(), to: to.as_seconds() }
    }

    pub(super) fn first_instant(self) -> Timestamp {
        Timestamp::from_seconds(self.from)
    }

    pub(super) fn last_instant(self) -> Timestamp {
        Timestamp::from_seconds(self.to)
    }

    /// Whether it only says since when something is not permitted: there is nothing to ask for.
    pub(super) fn is_instant(self) -> bool {
        self.from == self.to
    }

    /// How many UTC days it touches.
    pub(super) fn days(self) -> i64 {
        self.to.div_euclid(DAY_S) - self.from.div_euclid(DAY_S) + 1
    }

    /// What of it lies in none of the others.
    pub(super) fn without(self, taken: &[Range]) -> Vec<Range> {
        let mut taken: Vec<_> = taken.iter().filter(|it| it.to >= self.from && it.from <= self.to).copied().collect();
        taken.sort_unstable();
        let (mut rest, mut from) = (Vec::new(), self.from);
        for other in taken {
            rest.push(Range { from, to: other.from - 1 });
            from = from.max(other.to + 1);
        }
        rest.push(Range { from, to: self.to });
        rest.retain(|piece| piece.to - piece.from >= SHORTEST_S);
        rest
    }

    /// In pieces of at most so many UTC days, the last one first.
    pub(super) fn pieces(self, days: u32) -> Vec<Range> {
        let length = i64::from(days.max(1)) * DAY_S;
        let (mut pieces, mut to) = (Vec::new(), self.to);
        while to >= self.from {
            let from = (start_of_day(to) + DAY_S - length).max(self.from);
            pieces.push(Range { from, to });
            to = from - 1;
        }
        pieces
    }
}

/// The UTC midnight at or before a second.
pub(super) fn start_of_day(second: i64) -> i64 {
    second.div_euclid(DAY_S) * DAY_S
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: i64, to: i64) -> Range {
        Range { from: from * DAY_S, to: (to + 1) * DAY_S - 1 }
    }

    #[test]
    fn what_is_missing_is_what_nothing_covers() {
        assert_eq!(range(0, 9).without(&[]), [range(0, 9)]);
        assert_eq!(range(0, 9).without(&[range(3, 4), range(-5, 0)]), [range(1, 2), range(5, 9)]);
        assert_eq!(range(0, 9).without(&[range(2, 5), range(4, 7), range(3, 3)]), [range(0, 1), range(8, 9)]);
        assert!(range(0, 9).without(&[range(-1, 20)]).is_empty());
        let nearly = Range { from: 30, ..range(0, 9) };
        assert!(range(0, 9).without(&[nearly]).is_empty(), "half a minute is no history");
    }

    #[test]
    fn pieces_are_whole_days_from_the_end_and_keep_to_the_cap() {
        assert_eq!(range(0, 9).pieces(4), [range(6, 9), range(2, 5), range(0, 1)]);
        let until_noon = Range { from: 0, to: 9 * DAY_S + 43_200 };
        let pieces = until_noon.pieces(5);
        assert_eq!(pieces, [Range { from: 5 * DAY_S, to: until_noon.to }, range(0, 4)]);
        for piece in pieces {
            assert!(store::days_between(piece.first_instant(), piece.last_instant()) <= 5);
        }
        assert_eq!(range(3, 3).pieces(0), [range(3, 3)]);
    }
}
