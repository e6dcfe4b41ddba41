//! Why a workout is linked to others, or is not: with which it was compared, by what, and which of them is the first.

use super::relations::Related;
use crate::wire::SourceMetadata;
use model::{EventId, Likeness, Pair, WorkoutSpan};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a workout is linked to others, or is not.
#[derive(Serialize, ToSchema)]
pub(crate) struct WorkoutExplanation {
    /// The place of its source among the user's sources; 1 is best.
    place: i32,
    /// What makes it the first of its duplicates or another the first: `provider priority 1`, `device priority 1`, `device
    /// type watch 1`; of those equally trusted `longer`, `shorter` or `began first`; `only source` without duplicates.
    rule: String,
    /// The workouts that it was compared with: those at the same time, and those that differ by what an offset would.
    compared: Vec<ComparedWorkout>,
}

/// A workout that another was compared with.
#[derive(Serialize, ToSchema)]
pub(crate) struct ComparedWorkout {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    workout_id: EventId,
    /// Who recorded it.
    source: Option<SourceMetadata>,
    /// `duplicate`: the same workout; `same_time`: at the same time, of another length or part, it counts once; `apart`.
    outcome: &'static str,
    /// What made duplicates of them: `time`, `distance` or `heart_rate`.
    decided_by: Option<&'static str>,
    /// The mean of the scores that are known, 0 to 1. It decides nothing.
    score: f64,
    /// What was compared.
    criteria: Vec<ComparedBy>,
    /// How alike the heart beat; null unless both tell enough.
    heart_rate: Option<ComparedHearts>,
}

/// One thing by which workouts were compared.
#[derive(Serialize, ToSchema)]
pub(crate) struct ComparedBy {
    /// `start`, `overlap`, `duration`, `distance`, `type` or `heart_rate`.
    criterion: &'static str,
    /// Seconds between the starts; the share of the shorter within the longer; the smaller by the larger duration or
    /// distance; 1 where types agree; the correlation. Null where one of both tells nothing.
    measured: Option<f64>,
    /// How much it speaks for one workout, 0 to 1.
    score: Option<f64>,
}

/// How alike the heart beat in two workouts.
#[derive(Serialize, ToSchema)]
pub(crate) struct ComparedHearts {
    /// Correlation, -1 to 1.
    correlation: f64,
    /// By how many beats a minute both differ on average.
    mean_difference_bpm: f64,
    /// How many moments were compared.
    moments: u32,
}

impl WorkoutExplanation {
    /// Of a workout among those that were related.
    pub(super) fn of(related: &Related, id: EventId) -> Option<Self> {
        let span = related.spans.get(&id)?;
        let pairs = related.pairs.iter().filter(|pair| pair.one == id || pair.other == id);
        Some(Self {
            place: related.ranking.place(span.source),
            rule: rule(related, span),
            compared: pairs.map(|pair| ComparedWorkout::of(related, pair, id)).collect(),
        })
    }
}

/// What decides between a duplicate and its first, or between the first and the most trusted of its duplicates.
fn rule(related: &Related, span: &WorkoutSpan) -> String {
    let relations = related.of(span.id);
    let first = relations.and_then(|found| found.duplicate_of);
    let duplicates = relations.map(|found| found.duplicates.as_slice()).unwrap_or_default();
    let level = |span: &WorkoutSpan| related.ranking.level(span.source);
    let others = duplicates.iter().filter(|other| first.is_none_or(|first| first == **other));
    let best = others.filter_map(|other| related.spans.get(other)).min_by_key(|other| (level(other), other.start));
    let Some(other) = best else { return "only source".to_owned() };
    if level(span) != level(other) {
        return related.ranking.rule(span.source, &[other.source]);
    }
    let length = |span: &WorkoutSpan| span.end.micros_since(span.start);
    let word = match length(span).cmp(&length(other)) {
        std::cmp::Ordering::Greater => "longer",
        std::cmp::Ordering::Less => "shorter",
        std::cmp::Ordering::Equal => "began first",
    };
    word.to_owned()
}

impl ComparedWorkout {
    fn of(related: &Related, pair: &Pair, seen_from: EventId) -> Self {
        let workout_id = if pair.one == seen_from { pair.other } else { pair.one };
        let number = related.spans.get(&workout_id).map(|span| span.source);
        let stored = related.sources.iter().find(|stored| Some(stored.number) == number);
        let likeness = &pair.likeness;
        Self {
            workout_id,
            source: stored.map(|stored| SourceMetadata::from(&stored.source)),
            outcome: likeness.outcome.as_str(),
            decided_by: likeness.decided_by.map(model::DecidedBy::as_str),
            score: rounded(likeness.score()),
            criteria: criteria(likeness),
            heart_rate: likeness.heart_rate.map(|heart| ComparedHearts {
                correlation: rounded(heart.correlation),
                mean_difference_bpm: rounded(heart.mean_difference_bpm),
                moments: heart.moments,
            }),
        }
    }
}

fn criteria(likeness: &Likeness) -> Vec<ComparedBy> {
    let all = likeness.criteria().into_iter();
    let show = |it: model::Criterion| ComparedBy {
        criterion: it.name,
        measured: it.measured.map(rounded),
        score: it.score.map(rounded),
    };
    all.map(show).collect()
}

/// To a ten-thousandth: more would pretend to know more.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
