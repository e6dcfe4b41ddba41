//! Scores of a user: the highest stamp stands.

use super::convert::to_json;
use super::transaction::Transaction;
use super::value::{Row, params};
use crate::{Result, ScoreQuery, StoredScore};
use model::{ProviderName, ScoreCategory, ScoreId, Stamp, UserId};

const SCORE: &str = "id, category, source, at, offset_s, offset_kind, value, qualifier, components,
    stamp_rank, stamp_receipt, stamp_part";

fn score(row: &Row<'_>) -> Result<StoredScore> {
    Ok(StoredScore {
        id: ScoreId::from_uuid(row.uuid(0)?),
        category: row.code(1)?,
        source: row.get(2)?,
        at: row.time(3)?,
        offset: row.offset(4, 5)?,
        value: row.get(6)?,
        qualifier: row.get(7)?,
        components: row.json(8)?,
        stamp: Stamp { rank: row.get(9)?, receipt: row.get(10)?, part: row.get(11)? },
    })
}

/// Keeps a score unless one with an equal or higher stamp is there.
pub(super) fn write(tx: &dyn Transaction, user: UserId, score: &StoredScore) -> Result<()> {
    tx.sql(format!(
        "insert into score (user_id, {SCORE}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             on conflict (user_id, id) do update set source = excluded.source, at = excluded.at,
             offset_s = excluded.offset_s, offset_kind = excluded.offset_kind, value = excluded.value,
             qualifier = excluded.qualifier, components = excluded.components, stamp_rank = excluded.stamp_rank,
             stamp_receipt = excluded.stamp_receipt, stamp_part = excluded.stamp_part
             where (excluded.stamp_rank, excluded.stamp_receipt, excluded.stamp_part)
                 >= (score.stamp_rank, score.stamp_receipt, score.stamp_part)"
    ))
    .execute(params![
        user.as_bytes(),
        score.id.as_bytes(),
        score.category.as_str(),
        score.source,
        score.at.as_micros(),
        score.offset.map(|offset| offset.seconds),
        score.offset.map(|offset| offset.kind.as_str()),
        score.value,
        score.qualifier,
        to_json(&score.components)?,
        score.stamp.rank,
        score.stamp.receipt,
        score.stamp.part
    ])?;
    Ok(())
}

/// Those of these scores that are kept.
pub(super) fn load(tx: &dyn Transaction, user: UserId, ids: &[ScoreId]) -> Result<Vec<StoredScore>> {
    let select = tx.sql(format!("select {SCORE} from score where user_id = ?1 and id = ?2"));
    let mut found = Vec::new();
    for id in ids {
        found.extend(select.find(params![user.as_bytes(), id.as_bytes()], score)?);
    }
    Ok(found)
}

/// What no category and no provider is called: a filter that is not asked for.
const ANY: &str = "";

pub(super) fn list(tx: &dyn Transaction, user: UserId, query: &ScoreQuery) -> Result<Vec<StoredScore>> {
    let select = tx.sql(format!(
        "select {SCORE} from score where user_id = ?1 and at >= ?2 and at < ?3 and (?4 = '' or category = ?4)
             and (?5 = '' or source in (select number from source where user_id = ?1 and provider = ?5))
             order by at desc, id limit ?6 offset ?7"
    ));
    let offset = i64::try_from(query.offset).unwrap_or(i64::MAX);
    let (category, provider) = filters(query);
    let (from, to) = (query.from.as_micros(), query.to.as_micros());
    select.rows(params![user.as_bytes(), from, to, category, provider, query.limit, offset], score)
}

pub(super) fn count(tx: &dyn Transaction, user: UserId, query: &ScoreQuery) -> Result<u64> {
    let (category, provider) = filters(query);
    tx.sql(
        "select count(*) from score where user_id = ?1 and at >= ?2 and at < ?3 and (?4 = '' or category = ?4)
             and (?5 = '' or source in (select number from source where user_id = ?1 and provider = ?5))",
    )
    .one(params![user.as_bytes(), query.from.as_micros(), query.to.as_micros(), category, provider], |row| row.get(0))
}

fn filters(query: &ScoreQuery) -> (&str, &str) {
    let category = query.category.map_or(ANY, ScoreCategory::as_str);
    (category, query.provider.as_ref().map_or(ANY, ProviderName::as_str))
}
