//! The transaction of either engine that all statements run on. Places for values are `?1`, `?2` and so on, and the text
//! must mean the same to both engines.

use super::{
    Scope,
    value::{Row, Value},
};
use crate::Result;
use std::{borrow::Cow, ops::ControlFlow};

/// Called with each row of an answer; breaks when it has seen enough.
pub(crate) type EachRow<'f> = &'f mut dyn FnMut(Row<'_>) -> Result<ControlFlow<()>>;

/// A transaction: all its statements see one state of the store and take effect together or not at all.
pub(crate) trait Transaction {
    /// Runs a statement without an answer; how many rows it changed.
    fn execute(&self, text: &str, values: &[Value<'_>]) -> Result<usize>;
    /// Runs a statement with an answer, row by row.
    fn query(&self, text: &str, values: &[Value<'_>], each: EachRow<'_>) -> Result<()>;
    /// Takes further lanes for this transaction, where what it found out needs them. What is known beforehand belongs
    /// to the scope: two that take lanes one by one may have to be run again.
    fn hold(&self, _scope: Scope) -> Result<()> {
        Ok(())
    }
    /// Runs a statement once for each set of values, in order; how many rows each changed. One trip for all of them
    /// where the engine is elsewhere.
    fn execute_all(&self, text: &str, sets: &[Vec<Value<'_>>]) -> Result<Vec<usize>> {
        sets.iter().map(|values| self.execute(text, values)).collect()
    }
    /// Runs a query once for each set of values, in order, as [`Transaction::execute_all`] does.
    fn query_all(&self, text: &str, sets: &[Vec<Value<'_>>], each: EachRow<'_>) -> Result<()> {
        for values in sets {
            self.query(text, values, each)?;
        }
        Ok(())
    }
}

/// A statement to be run on a transaction.
#[derive(Clone)]
pub(crate) struct Statement<'t> {
    tx: &'t dyn Transaction,
    text: Cow<'t, str>,
}

impl<'t> dyn Transaction + 't {
    pub(crate) fn sql(&'t self, text: impl Into<Cow<'t, str>>) -> Statement<'t> {
        Statement { tx: self, text: text.into() }
    }
}

impl Statement<'_> {
    /// How many rows were changed.
    pub(crate) fn execute(&self, values: &[Value<'_>]) -> Result<usize> {
        self.tx.execute(&self.text, values)
    }

    /// How many rows each set of values changed.
    pub(crate) fn execute_all(&self, sets: &[Vec<Value<'_>>]) -> Result<Vec<usize>> {
        if sets.is_empty() { Ok(Vec::new()) } else { self.tx.execute_all(&self.text, sets) }
    }

    pub(crate) fn rows<T>(&self, values: &[Value<'_>], mut map: impl FnMut(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.walk(values, |row| {
            rows.push(map(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(rows)
    }

    /// The rows of each set of values, one after another.
    pub(crate) fn rows_of_all<T>(
        &self,
        sets: &[Vec<Value<'_>>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        if !sets.is_empty() {
            self.tx.query_all(&self.text, sets, &mut |row| {
                rows.push(map(&row)?);
                Ok(ControlFlow::Continue(()))
            })?;
        }
        Ok(rows)
    }

    /// The first row, if there is one.
    pub(crate) fn find<T>(&self, values: &[Value<'_>], map: impl FnOnce(&Row<'_>) -> Result<T>) -> Result<Option<T>> {
        let (mut map, mut found) = (Some(map), None);
        self.walk(values, |row| {
            if let Some(map) = map.take() {
                found = Some(map(row)?);
            }
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// The only row of an answer that always has one.
    pub(crate) fn one<T>(&self, values: &[Value<'_>], map: impl FnOnce(&Row<'_>) -> Result<T>) -> Result<T> {
        self.find(values, map)?.ok_or_else(|| crate::StoreError::Engine("an answer had no row".to_owned()))
    }

    pub(crate) fn exists(&self, values: &[Value<'_>]) -> Result<bool> {
        Ok(self.find(values, |_| Ok(()))?.is_some())
    }

    /// Row by row, until told to stop.
    pub(crate) fn walk(
        &self,
        values: &[Value<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        self.tx.query(&self.text, values, &mut |row| each(&row))
    }
}
