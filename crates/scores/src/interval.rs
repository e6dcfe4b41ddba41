//! Sets of seconds: unions and differences of intervals, whatever the order in which they were told.

/// From the first second to the one behind the last.
pub(crate) type Interval = (i64, i64);

/// The same seconds as intervals in order that do not touch. Empty and backward ones are left out.
pub(crate) fn union(intervals: impl IntoIterator<Item = Interval>) -> Vec<Interval> {
    let mut sorted: Vec<Interval> = intervals.into_iter().filter(|(start, end)| start < end).collect();
    sorted.sort_unstable();
    let mut merged: Vec<Interval> = Vec::new();
    for (start, end) in sorted {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// The seconds of `from` that are not in `what`; both as [`union`] gives them.
pub(crate) fn without(from: &[Interval], what: &[Interval]) -> Vec<Interval> {
    let mut left = Vec::new();
    let mut next = 0;
    for &(mut start, end) in from {
        while what.get(next).is_some_and(|hole| hole.1 <= start) {
            next += 1;
        }
        for &(hole_start, hole_end) in what.iter().skip(next).take_while(|hole| hole.0 < end) {
            if start < hole_start {
                left.push((start, hole_start));
            }
            start = start.max(hole_end);
        }
        if start < end {
            left.push((start, end));
        }
    }
    left
}

/// Those seconds that lie within the bounds.
pub(crate) fn within(intervals: &[Interval], bounds: Interval) -> Vec<Interval> {
    let cut = intervals.iter().map(|(start, end)| ((*start).max(bounds.0), (*end).min(bounds.1)));
    cut.filter(|(start, end)| start < end).collect()
}

pub(crate) fn seconds(intervals: &[Interval]) -> f64 {
    intervals.iter().map(|(start, end)| (end - start) as f64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unions_and_differences_are_of_seconds() {
        assert_eq!(union([(5, 9), (0, 3), (3, 4), (8, 12), (7, 7), (9, 2)]), [(0, 4), (5, 12)]);
        assert_eq!(without(&[(0, 10), (20, 30)], &[(2, 3), (5, 22), (40, 50)]), [(0, 2), (3, 5), (22, 30)]);
        assert_eq!(within(&[(0, 10), (20, 30)], (5, 25)), [(5, 10), (20, 25)]);
        assert_eq!(seconds(&[(5, 10), (20, 25)]), 10.0);
    }
}
