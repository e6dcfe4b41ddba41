//! Why an answer is what it is: who gave a merged value and by which rule, or what wrote a point.

use super::row::Row;
use crate::{trust::Ranking, wire::SourceMetadata};
use model::{Aggregation, Point, SeriesType, Stamp, Timestamp};
use serde::Serialize;
use series::Share;
use store::StoredSource;
use utoipa::ToSchema;

/// What is remembered of why a row is what it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Why {
    /// A point as it is, and what wrote it.
    Written(Stamp),
    /// What each source gave.
    Given(Vec<Given>),
}

/// What a source gave to a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Given {
    share: Share,
    /// Its place in the order of trust.
    place: i32,
    rule: String,
    /// The total of the day that it told, if that counts.
    total: Option<f64>,
}

/// Why a sample is what it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Explanation {
    /// Of merged samples: what each source gave, the most trusted first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sources: Vec<Contribution>,
    /// Of a point as it is: what wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<Written>,
}

/// What a source gave to a merged sample.
#[derive(Serialize, ToSchema)]
pub(crate) struct Contribution {
    /// Who measured.
    source: Option<SourceMetadata>,
    /// Its place among the user's sources for this series; 1 is best.
    place: i32,
    /// What gives it this place: `device priority 1`, `provider priority 2`, `device type watch 1`, `first seen`,
    /// `only source`.
    rule: String,
    /// `counts`; `covered` where better sources cover all that it told; `daily total` where its own total of the day
    /// stands for its samples.
    outcome: &'static str,
    /// How many of its points count.
    points: u32,
    /// How much time of its intervals counts.
    seconds: f64,
    /// Of amounts: what it gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<f64>,
    /// How many points it told of.
    told_points: u32,
    /// Of amounts: what it told, whether or not a better source covers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    told_amount: Option<f64>,
}

/// What wrote a point.
#[derive(Serialize, ToSchema)]
pub(crate) struct Written {
    /// The receipt of the delivery: microseconds, unique.
    receipt: i64,
    /// When that came.
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    /// The revision rank that it had; a higher one stands against later writings.
    rank: i32,
}

impl Why {
    /// Of a point as it counts, or a part of one; `there` are the sources that told something of its day.
    pub(super) fn point(ranking: &Ranking, point: &Point, source: i32, there: &[i32]) -> Self {
        let (points, told_points) = (1, 1);
        let covered_us = point.duration_us.max(0);
        let share = Share { source, points, covered_us, amount: point.value, told_points, told: point.value };
        let (place, rule) = (ranking.place(source), ranking.rule(source, there));
        Self::Given(vec![Given { share, place, rule, total: None }])
    }

    /// What sources gave by their shares. `total` is the total of the day that counts, and whose it is.
    pub(super) fn given(ranking: &Ranking, shares: &[Share], total: Option<(i32, f64)>) -> Self {
        let mut shares = shares.to_vec();
        if let Some((source, _)) = total.filter(|(source, _)| shares.iter().all(|share| share.source != *source)) {
            shares.push(Share { source, ..Share::default() });
        }
        let among: Vec<i32> = shares.iter().map(|share| share.source).collect();
        let given = |share: Share| Given {
            place: ranking.place(share.source),
            rule: ranking.rule(share.source, &among),
            total: total.filter(|(source, _)| *source == share.source).map(|(_, amount)| amount),
            share,
        };
        let mut given: Vec<Given> = shares.into_iter().map(given).collect();
        given.sort_by_key(|given| (given.place, given.share.source));
        Self::Given(given)
    }
}

impl Explanation {
    /// Of a row, if it knows why.
    pub(crate) fn of(row: &Row, sources: &[StoredSource]) -> Option<Self> {
        Some(match row.why.as_deref()? {
            Why::Written(stamp) => Self {
                sources: Vec::new(),
                written: Some(Written {
                    receipt: stamp.receipt,
                    received_at: Timestamp::from_micros(stamp.receipt),
                    rank: stamp.rank,
                }),
            },
            Why::Given(given) => Self {
                sources: given.iter().map(|given| Contribution::of(given, row.id.series, sources)).collect(),
                written: None,
            },
        })
    }
}

impl Contribution {
    fn of(given: &Given, series: SeriesType, sources: &[StoredSource]) -> Self {
        let Given { share, place, rule, total } = given;
        let source = sources.iter().find(|stored| stored.number == share.source);
        let is_amount = series.spec().aggregation == Aggregation::Sum;
        Self {
            source: source.map(|stored| SourceMetadata::from(&stored.source)),
            place: *place,
            rule: rule.clone(),
            outcome: match total {
                Some(_) => "daily total",
                None if share.points > 0 => "counts",
                None => "covered",
            },
            points: share.points,
            seconds: share.covered_us as f64 / 1e6,
            amount: is_amount.then(|| total.unwrap_or(share.amount)),
            told_points: share.told_points,
            told_amount: is_amount.then_some(share.told),
        }
    }
}
