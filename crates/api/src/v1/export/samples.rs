//! Samples as a table: what is at hand, then what lies in cold storage.

use super::cold::{ColdRows, ColdWalk, cold_row};
use crate::{State, error::Result, exporting::Step, v1::query::SampleTable};
use export::samples::{Batch, SampleRow};
use model::Source;
use std::collections::HashMap;
use store::User;

/// The table while it is written.
pub(super) struct SampleSource {
    state: State,
    user: User,
    user_id: String,
    table: SampleTable,
    cold: Option<ColdWalk>,
}

impl SampleSource {
    pub(super) fn new(state: &State, user: User, table: SampleTable, cold: Option<ColdWalk>) -> Self {
        Self { state: state.clone(), user_id: user.id.to_string(), user, table, cold }
    }

    pub(super) async fn fill(&mut self, out: &mut Vec<u8>) -> Result<Step> {
        if self.table.more(out).await? {
            return Ok(Step::More);
        }
        if let Some(cold) = &mut self.cold
            && let Some(rows) = cold.next(&self.state).await?
        {
            self.write(&rows, out)?;
            return Ok(Step::More);
        }
        self.table.end(out)?;
        Ok(Step::End)
    }

    pub(super) fn break_off(&mut self, out: &mut Vec<u8>) {
        crate::exporting::Source::break_off(&mut self.table, out);
    }

    fn write(&mut self, rows: &ColdRows, out: &mut Vec<u8>) -> Result<()> {
        // the same source is the same reference within a batch
        let mut sources: HashMap<Option<String>, Source> = HashMap::new();
        for sample in &rows.rows {
            if !sources.contains_key(&sample.device) {
                sources.insert(sample.device.clone(), rows.source(sample).1);
            }
        }
        for alike in rows.rows.chunk_by(|one, other| one.series == other.series) {
            let row = |sample| -> Option<SampleRow<'_>> {
                let sample: &export::samples::StoredSample = sample;
                Some(cold_row(sample, sources.get(&sample.device)?))
            };
            let written: Vec<SampleRow<'_>> = alike.iter().filter_map(row).collect();
            let Some(first) = alike.first() else { continue };
            let external_user_id = self.user.external_user_id.as_deref();
            let batch = Batch { user_id: &self.user_id, external_user_id, series: first.series, rows: &written };
            self.table.put(&batch, out)?;
        }
        Ok(())
    }
}
