//! A set of spans of time, and what lies between them.

/// Spans in microseconds, ascending, apart and not touching; starts inclusive, ends exclusive.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    spans: Vec<(i64, i64)>,
    /// For each span, how much time the spans before it cover.
    before: Vec<i64>,
}

impl Coverage {
    /// Adds spans in any order; those that overlap or touch become one.
    pub(crate) fn extend(&mut self, spans: Vec<(i64, i64)>) {
        let mut all = std::mem::take(&mut self.spans);
        all.extend(spans.into_iter().filter(|(from, to)| from < to));
        all.sort_unstable();
        for span in all {
            match self.spans.last_mut() {
                Some(last) if span.0 <= last.1 => last.1 = last.1.max(span.1),
                _ => self.spans.push(span),
            }
        }
        let lengths = self.spans.iter().scan(0_i64, |sum, (from, to)| {
            let before = *sum;
            *sum = sum.saturating_add(to.saturating_sub(*from));
            Some(before)
        });
        self.before = lengths.collect();
    }

    /// Whether an instant is covered.
    pub(crate) fn holds(&self, at: i64) -> bool {
        self.spans.get(self.first_after(at)).is_some_and(|(from, _)| *from <= at)
    }

    /// The position of the first span that ends after an instant.
    fn first_after(&self, at: i64) -> usize {
        self.spans.partition_point(|(_, to)| *to <= at)
    }

    /// How many spans reach into a span.
    pub(crate) fn pieces(&self, from: i64, to: i64) -> usize {
        self.spans.partition_point(|span| span.0 < to).saturating_sub(self.first_after(from))
    }

    /// The free parts of a span, ascending.
    pub(crate) fn gaps(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
        let inside = self.spans.iter().skip(self.first_after(from)).take_while(move |span| span.0 < to);
        let mut cursor = from;
        inside.copied().chain([(to, to)]).filter_map(move |(start, end)| {
            let gap = (cursor, start);
            cursor = end;
            (gap.0 < gap.1).then_some(gap)
        })
    }

    /// The end of the last free part of a span.
    pub(crate) fn last_free(&self, from: i64, to: i64) -> Option<i64> {
        let last = self.spans.partition_point(|span| span.0 < to).checked_sub(1).and_then(|last| self.spans.get(last));
        let end = last.filter(|span| span.1 >= to).map_or(to, |span| span.0);
        (end > from).then_some(end)
    }

    /// How much of a span is free.
    pub(crate) fn free_us(&self, from: i64, to: i64) -> i64 {
        to.saturating_sub(from).saturating_sub(self.covered_until(to).saturating_sub(self.covered_until(from)))
    }

    /// How much time before an instant is covered.
    fn covered_until(&self, at: i64) -> i64 {
        let position = self.first_after(at);
        match (self.spans.get(position), self.before.get(position)) {
            (Some((from, _)), Some(before)) => before.saturating_add(at.saturating_sub(*from).max(0)),
            _ => self
                .spans
                .iter()
                .zip(&self.before)
                .next_back()
                .map_or(0, |((from, to), before)| before.saturating_add(to.saturating_sub(*from))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn coverage_agrees_with_a_row_of_flags(
            batches in proptest::collection::vec(proptest::collection::vec((0_i64..50, 0_i64..9), 0..6), 0..4),
            from in 0_i64..60, length in 1_i64..30,
        ) {
            let mut coverage = Coverage::default();
            let mut flags = [false; 100];
            for batch in batches {
                batch.iter().for_each(|(start, length)| flags[*start as usize..(start + length) as usize].fill(true));
                coverage.extend(batch.iter().map(|(start, length)| (*start, start + length)).collect());
            }
            let to = from + length;
            let free: Vec<i64> = (from..to).filter(|at| !flags[*at as usize]).collect();
            let found: Vec<i64> = coverage.gaps(from, to).flat_map(|(start, end)| start..end).collect();
            prop_assert_eq!(&found, &free);
            prop_assert_eq!(coverage.free_us(from, to), free.len() as i64);
            prop_assert_eq!(coverage.holds(from), flags[from as usize]);
            if let Some(last) = free.last() {
                prop_assert_eq!(coverage.last_free(from, to), Some(last + 1));
            }
            prop_assert!(coverage.gaps(from, to).count() <= coverage.pieces(from, to) + 1);
        }
    }
}
