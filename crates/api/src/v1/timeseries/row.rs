//! One row of the answer, and the identity by which rows of the same instant are ordered.

use model::{Context, LocalOffset, SeriesType, Timestamp};

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) at: Timestamp,
    pub(super) id: RowId,
    pub(super) value: f64,
    pub(super) offset: Option<LocalOffset>,
}

/// What tells rows of one instant apart; the second part of a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RowId {
    pub(super) series: SeriesType,
    pub(super) source: i32,
    pub(super) context: Context,
    pub(super) duration_us: i64,
}

impl RowId {
    /// As a cursor holds it.
    pub(super) fn encode(&self) -> String {
        let Self { series, source, context, duration_us } = self;
        format!("{}.{source}.{}.{duration_us}", series.as_stored(), context.as_stored())
    }

    /// From a cursor.
    pub(super) fn decode(text: &str) -> Option<Self> {
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
    pub(super) fn place(&self) -> (Timestamp, RowId) {
        (self.at, self.id)
    }
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
