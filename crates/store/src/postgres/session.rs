//! One connection and the thread that waits for it: closures of statements run here as they do on the embedded engine.
//!
//! The connection is driven by the same thread that waits for its answers, so an answer wakes nobody else.

use super::setup::{self, Place};
use crate::{
    Result, StoreError,
    sql::{
        Scope,
        transaction::{EachRow, Transaction},
        value::{Row, Value},
    },
};
use futures::{
    TryStreamExt,
    future::{try_join, try_join_all},
    pin_mut,
};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    ops::ControlFlow,
};
use tokio::runtime::Runtime;
use tokio_postgres::{Client, Config, Statement};

/// How many sets of values are on their way at once.
const PIPELINE: usize = 256;

/// A connection with the statements that it has prepared.
pub(crate) struct Session {
    /// None only while it goes.
    runtime: Option<Runtime>,
    place: Place,
    client: Client,
    statements: RefCell<HashMap<String, Statement>>,
    /// Sent with the next statement, in the same trip.
    ahead: RefCell<Option<String>>,
    /// Whether a statement has failed since the transaction began: the engine undoes such a one and says that it was
    /// committed.
    has_failed: Cell<bool>,
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // whoever drops it may stand in a runtime of their own, where nobody may wait
            runtime.shutdown_background();
        }
    }
}

type Answer<T> = std::result::Result<T, tokio_postgres::Error>;

impl Session {
    pub(super) fn connect(config: &Config, place: Place) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| StoreError::Engine(error.to_string()))?;
        let (client, connection) = runtime.block_on(setup::connect(config))?;
        runtime.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the database ended");
            }
        });
        Ok(Self {
            runtime: Some(runtime),
            place,
            client,
            statements: RefCell::default(),
            ahead: RefCell::default(),
            has_failed: Cell::default(),
        })
    }

    pub(super) fn is_broken(&self) -> bool {
        self.client.is_closed()
    }

    /// Several statements without values, in one trip.
    pub(crate) fn batch(&self, text: &str) -> Result<()> {
        self.wait(self.with_ahead(self.client.batch_execute(text)))
    }

    /// Begins a transaction with statements that go with the next one.
    pub(super) fn begin(&self, text: String) {
        self.has_failed.set(false);
        *self.ahead.borrow_mut() = Some(text);
    }

    /// Whether a statement has failed since the transaction began.
    pub(super) fn has_failed(&self) -> bool {
        self.has_failed.get()
    }

    /// Waits on this thread.
    fn wait<T>(&self, request: impl Future<Output = Answer<T>>) -> Result<T> {
        let Some(runtime) = &self.runtime else { return Err(StoreError::Closed) };
        runtime.block_on(request).map_err(|error| {
            self.has_failed.set(true);
            error.into()
        })
    }

    /// Sends statements without values and does not wait for their end. Nobody may care whether they went well.
    pub(super) fn send(&self, text: &str) {
        if self.ahead.borrow_mut().take().is_some() {
            // nothing was asked, so nothing was begun
            return;
        }
        let Some(runtime) = &self.runtime else { return };
        runtime.block_on(async {
            let sending = self.client.batch_execute(text);
            pin_mut!(sending);
            if futures::poll!(sending).is_pending() {
                // the connection writes when it has its turn
                tokio::task::yield_now().await;
            }
        });
    }

    /// Runs a request in one trip with what was to go before it.
    async fn with_ahead<T>(&self, request: impl Future<Output = Answer<T>>) -> Answer<T> {
        let ahead = self.ahead.borrow_mut().take();
        match ahead {
            None => request.await,
            Some(text) => try_join(self.client.batch_execute(&text), request).await.map(|(_, answer)| answer),
        }
    }

    fn statement(&self, text: &str) -> Result<Statement> {
        if let Some(known) = self.statements.borrow().get(text) {
            return Ok(known.clone());
        }
        let prepared = self.wait(self.with_ahead(self.client.prepare(&places(text))))?;
        self.statements.borrow_mut().insert(text.to_owned(), prepared.clone());
        Ok(prepared)
    }
}

/// `?1` is `$1` here, and `like` is blind to the case of letters only under another name.
fn places(text: &str) -> String {
    let text = text.replace(" like ", " ilike ");
    let mut converted = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let is_place = sign == '?' && signs.peek().is_some_and(char::is_ascii_digit);
        converted.push(if is_place { '$' } else { sign });
    }
    converted
}

impl Transaction for Session {
    fn hold(&self, scope: Scope) -> Result<()> {
        if scope.is_empty() { Ok(()) } else { self.batch(&self.place.take(scope)) }
    }

    fn execute(&self, text: &str, values: &[Value<'_>]) -> Result<usize> {
        let statement = self.statement(text)?;
        let changed = self.wait(self.with_ahead(self.client.execute_raw(&statement, values)))?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    fn query(&self, text: &str, values: &[Value<'_>], each: EachRow<'_>) -> Result<()> {
        let statement = self.statement(text)?;
        let rows = self.wait(self.with_ahead(self.client.query_raw(&statement, values)))?;
        pin_mut!(rows);
        while let Some(row) = self.wait(rows.try_next())? {
            if each(Row(&row))? == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    fn execute_all(&self, text: &str, sets: &[Vec<Value<'_>>]) -> Result<Vec<usize>> {
        let statement = self.statement(text)?;
        let mut changed = Vec::with_capacity(sets.len());
        for sets in sets.chunks(PIPELINE) {
            let all = sets.iter().map(|values| self.client.execute_raw(&statement, values));
            let counts = self.wait(self.with_ahead(try_join_all(all)))?;
            changed.extend(counts.into_iter().map(|count| usize::try_from(count).unwrap_or(usize::MAX)));
        }
        Ok(changed)
    }

    fn query_all(&self, text: &str, sets: &[Vec<Value<'_>>], each: EachRow<'_>) -> Result<()> {
        let statement = self.statement(text)?;
        for sets in sets.chunks(PIPELINE) {
            let all = sets.iter().map(async |values| {
                let rows = self.client.query_raw(&statement, values).await?;
                rows.try_collect::<Vec<_>>().await
            });
            for rows in self.wait(self.with_ahead(try_join_all(all)))? {
                for row in &rows {
                    if each(Row(row))? == ControlFlow::Break(()) {
                        break;
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn places_are_written_as_the_engine_wants_them() {
        assert_eq!(super::places("select ?1, '?', a ? b where c = ?12"), "select $1, '?', a ? b where c = $12");
    }
}
