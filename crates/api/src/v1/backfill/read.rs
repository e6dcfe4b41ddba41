//! How a user's history is shown: the peer's overall word and matrix, and beside them what is really known.

use ::sync::HistoryStatus;
use model::{LocalDate, RunId, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;
use store::{History, Interval, IntervalState as State, RunState, days_between};
use utoipa::ToSchema;

/// Days in a column of the matrix.
const WINDOW_S: i64 = 30 * 86_400;
/// The peer gives up after so many attempts; kept for its shape.
const MAX_ATTEMPTS: u32 = 3;

/// How a user's history stands.
#[derive(Serialize, ToSchema)]
#[allow(clippy::struct_excessive_bools)] // the peer's shape
pub(crate) struct BackfillStatus {
    /// `pending`, `in_progress`, `retry_in_progress`, `complete`, `cancelled` or `permanently_failed`.
    overall_status: &'static str,
    /// The youngest window that is not done; windows are counted back from the end of the run.
    current_window: usize,
    /// How many windows of 30 days there are.
    total_windows: usize,
    /// For each window and type `done`, `pending` or `failed`.
    windows: BTreeMap<String, BTreeMap<String, &'static str>>,
    /// The same, counted for each type.
    summary: BTreeMap<String, CellCounts>,
    /// Whether something is going on.
    in_progress: bool,
    /// Whether what failed is being asked for again.
    retry_phase: bool,
    /// Always null: several types are asked for at once.
    retry_type: Option<String>,
    /// Always null, likewise.
    retry_window: Option<u32>,
    /// How often the most stubborn interval failed.
    attempt_count: u32,
    /// The peer's limit; here each interval has a schedule of its own.
    max_attempts: u32,
    /// Whether something was given up. Ask again with `retry`; reconnecting is not needed.
    permanently_failed: bool,
    /// The run, as sync events name it.
    #[schema(value_type = Option<String>)]
    run_id: Option<RunId>,
    /// The first instant that is wanted.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// The last one.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// When the run began.
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// Why it is not complete.
    error: Option<String>,
    /// Days of all types that are settled.
    days_done: u32,
    /// Days of all types.
    days_total: u32,
    /// When the next request may be made, if one waits; the budget of the credentials may put it off.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_request_at: Option<Timestamp>,
    /// Each type in detail.
    types: Vec<TypeStatus>,
}

/// Cells of a type.
#[derive(Default, Serialize, ToSchema)]
pub(crate) struct CellCounts {
    done: u32,
    pending: u32,
    /// Always 0: a type of which nothing comes is done, not timed out.
    timed_out: u32,
    failed: u32,
}

/// How the history of a type stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct TypeStatus {
    /// The type.
    #[serde(rename = "type")]
    name: String,
    /// Whether it may be asked for through this connection.
    permitted: bool,
    /// Intervals by state: `waiting`, `requested`, `accepted`, `duplicate`, `received`, `empty`, `unavailable`,
    /// `failed`, `cancelled`, `held`.
    intervals: BTreeMap<&'static str, u32>,
    /// Days by the same states.
    days: BTreeMap<&'static str, u32>,
    /// The earliest instant that the provider gives, once it said so.
    #[schema(value_type = Option<String>, format = DateTime)]
    earliest: Option<Timestamp>,
    /// Settled days of which there is no data, for the type that comes every day.
    #[schema(value_type = Option<Vec<String>>)]
    missing_days: Option<Vec<LocalDate>>,
    /// When its next request may be made, if one waits.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_request_at: Option<Timestamp>,
    /// What went wrong last.
    error: Option<String>,
}

/// Shows how a user's history stands.
pub(super) fn show(status: HistoryStatus) -> BackfillStatus {
    let HistoryStatus { run_id, history, types, mut missing } = status;
    let windows = history.as_ref().map(windows).unwrap_or_default();
    let mut summary: BTreeMap<String, CellCounts> = BTreeMap::new();
    for (part_type, cell) in windows.values().flatten() {
        let counts = summary.entry(part_type.clone()).or_default();
        match *cell {
            "done" => counts.done += 1,
            "failed" => counts.failed += 1,
            _ => counts.pending += 1,
        }
    }
    let undone = windows.values().position(|cells| cells.values().any(|cell| *cell != "done"));
    let intervals: &[Interval] = history.as_ref().map_or(&[], |history| &history.intervals);
    let overall_status = history.as_ref().map_or("pending", overall);
    let run = history.as_ref().map(|history| &history.backfill);
    let types = types.into_iter().map(|(name, permitted)| {
        let of_type: Vec<&Interval> = intervals.iter().filter(|it| it.part_type == name).collect();
        let floor = history.iter().flat_map(|it| &it.floors).find(|(part_type, _)| *part_type == name);
        show_type(missing.remove(&name), permitted, &of_type, floor.map(|(_, floor)| *floor), name)
    });
    let types = types.collect();
    let days = |counts: &dyn Fn(State) -> bool| {
        intervals.iter().filter(|it| counts(it.state) && is_range(it)).map(|it| days_between(it.from, it.to)).sum()
    };
    BackfillStatus {
        overall_status,
        current_window: undone.unwrap_or_default(),
        total_windows: windows.len(),
        windows: windows.into_iter().map(|(window, cells)| (window.to_string(), cells)).collect(),
        summary,
        in_progress: matches!(overall_status, "pending" | "in_progress" | "retry_in_progress") && history.is_some(),
        retry_phase: overall_status == "retry_in_progress",
        retry_type: None,
        retry_window: None,
        attempt_count: intervals.iter().map(|it| it.attempts).max().unwrap_or_default(),
        max_attempts: MAX_ATTEMPTS,
        permanently_failed: overall_status == "permanently_failed",
        run_id,
        from: run.map(|run| run.from),
        to: run.map(|run| run.to),
        started_at: run.map(|run| run.started_at),
        ended_at: run.and_then(|run| run.ended_at),
        error: run.and_then(|run| run.error.clone()),
        days_done: days(&|state| !state.is_open() && state != State::Held),
        days_total: days(&|_| true),
        next_request_at: next_request(intervals.iter()),
        types,
    }
}

fn overall(history: &History) -> &'static str {
    let run = &history.backfill;
    match run.state {
        RunState::Complete => "complete",
        RunState::Failed => "permanently_failed",
        RunState::Cancelled => "cancelled",
        RunState::Running if run.is_retry => "retry_in_progress",
        RunState::Running if history.intervals.iter().all(|it| it.asked_at.is_none()) => "pending",
        RunState::Running => "in_progress",
    }
}

/// An instant only says since when its type is not permitted.
fn is_range(interval: &Interval) -> bool {
    interval.from < interval.to
}

/// For each window, from the youngest, the cells of all types. A cell is as bad as its worst interval.
fn windows(history: &History) -> BTreeMap<usize, BTreeMap<String, &'static str>> {
    let (from, to) = (history.backfill.from.as_seconds(), history.backfill.to.as_seconds());
    let count = usize::try_from((to - from).max(0) / WINDOW_S + 1).unwrap_or(1);
    let mut windows = BTreeMap::new();
    for window in 0..count {
        let last = to - i64::try_from(window).unwrap_or(i64::MAX) * WINDOW_S;
        let first = last - WINDOW_S + 1;
        let mut cells: BTreeMap<String, &'static str> = BTreeMap::new();
        let touching =
            |it: &&Interval| it.from.as_seconds() <= last && it.to.as_seconds() >= first && !it.is_gap && is_range(it);
        for interval in history.intervals.iter().filter(touching) {
            let cell = cells.entry(interval.part_type.clone()).or_insert("done");
            *cell = match (interval.state, *cell) {
                (State::Failed | State::Held, _) | (_, "failed") => "failed",
                (state, _) if state.is_open() || state == State::Cancelled => "pending",
                (_, cell) => cell,
            };
        }
        windows.insert(window, cells);
    }
    windows
}

fn show_type(
    missing_days: Option<Vec<LocalDate>>,
    permitted: bool,
    of_type: &[&Interval],
    earliest: Option<Timestamp>,
    name: String,
) -> TypeStatus {
    let (mut intervals, mut days) = (BTreeMap::new(), BTreeMap::new());
    for interval in of_type {
        *intervals.entry(interval.state.as_str()).or_default() += 1;
        *days.entry(interval.state.as_str()).or_default() += days_between(interval.from, interval.to);
    }
    TypeStatus {
        name,
        permitted,
        intervals,
        days,
        earliest,
        missing_days,
        next_request_at: next_request(of_type.iter().copied()),
        error: of_type.iter().rev().find_map(|it| it.error.clone()),
    }
}

fn next_request<'a>(intervals: impl Iterator<Item = &'a Interval>) -> Option<Timestamp> {
    intervals.filter(|it| it.state == State::Waiting).map(|it| it.run_at).min()
}
