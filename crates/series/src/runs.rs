//! A list in which neighbours are mostly equal, kept as runs.

/// Values by position, stored as runs of equal neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runs<T> {
    /// Each run's end position and value; ends ascend.
    runs: Vec<(u32, T)>,
}

impl<T> Default for Runs<T> {
    fn default() -> Self {
        Self { runs: Vec::new() }
    }
}

impl<T: Copy + PartialEq> Runs<T> {
    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.runs.last().map_or(0, |(end, _)| *end as usize)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The value at a position.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<T> {
        let run = self.runs.partition_point(|(end, _)| *end as usize <= index);
        self.runs.get(run).map(|(_, value)| *value)
    }

    /// The runs in order: how many values each has, and which.
    pub fn runs(&self) -> impl Iterator<Item = (usize, T)> + '_ {
        let mut start = 0;
        self.runs.iter().map(move |(end, value)| {
            let length = (*end - start) as usize;
            start = *end;
            (length, *value)
        })
    }

    /// Every value in order.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.runs().flat_map(|(length, value)| std::iter::repeat_n(value, length))
    }

    /// Appends `count` equal values. Callers keep the total within `MAX_BLOCK_POINTS`.
    pub(crate) fn push(&mut self, count: usize, value: T) {
        let end = u32::try_from(self.len().saturating_add(count)).unwrap_or(u32::MAX);
        match self.runs.last_mut() {
            _ if count == 0 => {}
            Some((last_end, last)) if *last == value => *last_end = end,
            _ => self.runs.push((end, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_neighbours_share_a_run() {
        let mut runs = Runs::default();
        for (count, value) in [(2, 'a'), (1, 'a'), (0, 'x'), (2, 'b'), (1, 'a')] {
            runs.push(count, value);
        }
        assert_eq!(runs.runs().collect::<Vec<_>>(), [(3, 'a'), (2, 'b'), (1, 'a')]);
        assert_eq!(runs.iter().collect::<String>(), "aaabba");
        assert_eq!(
            (0..7).map(|i| runs.get(i)).collect::<Vec<_>>()[2..],
            [Some('a'), Some('b'), Some('b'), Some('a'), None]
        );
    }
}
