//! One row of the answer, and the identity by which rows of the same instant are ordered.

use super::explain::Why;
use model::{Aggregation, Context, LocalOffset, SeriesType, Timestamp};
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) at: Timestamp,
    pub(crate) id: RowId,
    pub(crate) value: f64,
    pub(crate) offset: Option<LocalOffset>,
    /// Why it is what it is, if that was asked.
    pub(crate) why: Option<Arc<Why>>,
}

/// What tells rows of one instant apart; the second part of a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowId {
    pub(crate) series: SeriesType,
    pub(crate) source: i32,
    pub(crate) context: Context,
    pub(crate) duration_us: i64,
}

impl RowId {
    /// As a cursor holds it.
    pub(crate) fn encode(&self) -> String {
        let Self { series, source, context, duration_us } = self;
        format!("{}.{source}.{}.{duration_us}", series.as_stored(), context.as_stored())
    }

    /// From a cursor.
    pub(crate) fn decode(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let id = Self {
            series: SeriesType::from_stored(parts.next()?.parse().ok()?)?,
            source: parts.next()?.parse().ok()?,
            context: Context::from_stored(parts.next()?.parse().ok()?),
            duration_us: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(id)
    }
}

impl Row {
    /// Its place in the order of the answer.
    pub(crate) fn place(&self) -> (Timestamp, RowId) {
        (self.at, self.id)
    }
}

/// Whether a row is the total or average of a whole day; none for levels that never are one.
pub(crate) fn daily_total(row: &Row) -> Option<bool> {
    let amount = row.id.series.spec().aggregation == Aggregation::Sum;
    if row.id.context.is_daily() { Some(true) } else { amount.then_some(false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_other_text_does_not() {
        let id = RowId { series: SeriesType::STEPS, source: 3, context: Context::DAILY, duration_us: 9 };
        assert_eq!(RowId::decode(&id.encode()), Some(id));
        for text in ["", "1", "1.2.3", "1.2.3.4.5", "6.0.0.0", "x.0.0.0", "1.0.0.x", "99999999999.0.0.0"] {
            assert_eq!(RowId::decode(text), None, "{text}");
        }
    }
}
