//! Providers' scores that a batch holds, and which of them change what is kept.

use super::{
    batch::{Sources, stamp},
    mapping::MappedPart,
};
use crate::{IngestError, Intake};
use model::{Record, ScoreId, ScoreRecord, UserId, derived_id};
use std::collections::{BTreeSet, HashMap};
use store::{Part, PartKey, StoredScore};

/// The scores of a batch.
pub(super) struct Scores {
    /// All, in the order of their parts: the store keeps the one with the highest stamp.
    all: Vec<StoredScore>,
    /// What each part changes, by category.
    changed: HashMap<PartKey, BTreeSet<&'static str>>,
}

impl Scores {
    pub(super) async fn load(
        intake: &Intake,
        user: UserId,
        mapped: &[MappedPart],
        sources: &Sources,
    ) -> Result<Self, IngestError> {
        let mut told: Vec<(PartKey, StoredScore)> = Vec::new();
        for part in mapped {
            for record in &part.mapped.records {
                let scores = scores_of(user, record, &part.part, sources);
                told.extend(scores.into_iter().map(|score| (part.part.key(), score)));
            }
        }
        let mut changed: HashMap<PartKey, BTreeSet<&'static str>> = HashMap::new();
        if !told.is_empty() {
            let ids = told.iter().map(|(_, score)| score.id).collect();
            let kept = intake.store.load_scores(user, ids).await?;
            let mut kept: HashMap<ScoreId, StoredScore> = kept.into_iter().map(|score| (score.id, score)).collect();
            for (part, score) in &told {
                let before = kept.get(&score.id);
                if before.is_some_and(|before| before.stamp > score.stamp) {
                    continue;
                }
                if before.is_none_or(|before| !is_same(before, score)) {
                    changed.entry(*part).or_default().insert(score.category.as_str());
                }
                kept.insert(score.id, score.clone());
            }
        }
        Ok(Self { all: told.into_iter().map(|(_, score)| score).collect(), changed })
    }

    /// The categories in which a part changed what is kept.
    pub(super) fn changed_by(&self, part: PartKey) -> Vec<&'static str> {
        self.changed.get(&part).into_iter().flatten().copied().collect()
    }

    pub(super) fn into_all(self) -> Vec<StoredScore> {
        self.all
    }
}

/// Whether both show the same, whoever told it and when.
fn is_same(one: &StoredScore, other: &StoredScore) -> bool {
    (one.value, &one.qualifier, &one.components, one.at, one.offset)
        == (other.value, &other.qualifier, &other.components, other.at, other.offset)
}

/// The scores that a record holds.
fn scores_of(user: UserId, record: &Record, part: &Part, sources: &Sources) -> Vec<StoredScore> {
    let found: Vec<&ScoreRecord> = match record {
        Record::Score(score) => vec![score],
        Record::Sleep(sleep) => sleep.score.iter().collect(),
        Record::Daily(daily) => daily.scores.iter().collect(),
        Record::Workout(_)
        | Record::Samples(_)
        | Record::Activity(_)
        | Record::MenstrualCycle(_)
        | Record::HealthSnapshot(_) => Vec::new(),
    };
    found.into_iter().map(|score| stored(user, score, part, sources)).collect()
}

fn stored(user: UserId, score: &ScoreRecord, part: &Part, sources: &Sources) -> StoredScore {
    let id = ScoreId::from_uuid(derived_id(&[
        b"score",
        user.as_bytes(),
        part.provider.as_str().as_bytes(),
        part.account.as_deref().unwrap_or_default().as_bytes(),
        score.category.as_str().as_bytes(),
        &score.at.as_micros().to_be_bytes(),
    ]));
    StoredScore {
        id,
        category: score.category,
        source: sources.number(&score.source),
        at: score.at,
        offset: score.offset,
        value: score.value,
        qualifier: score.qualifier.clone(),
        components: score.components.clone(),
        stamp: stamp(part, score.rank),
    }
}
