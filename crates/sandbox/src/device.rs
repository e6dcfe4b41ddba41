//! What a person's device uploads: a history, what happened until now, or everything once more. Each upload
//! is kept for pulls and queued for notification, if the person is connected and permits it.

use crate::{
    generator::{Night, Validation, WorkoutPlan, extra_workout, planned_workouts},
    kind::Kind,
    notify::{Notice, NoticeBody},
    state::{Account, Item, Shared, State},
    subject::Subject,
};
use model::LocalDate;
use std::collections::BTreeMap;

/// How many items of each type were queued.
pub(crate) type Queued = BTreeMap<&'static str, usize>;

/// Live updates that a night stays tentative.
const TENTATIVE_UPDATES: u32 = 3;

/// Uploads a person's days up to and including `until`: the past as it finally was, today as far as it is.
pub(crate) fn upload_history(shared: &Shared, user_id: &str, days: u32, until: Option<LocalDate>) -> Queued {
    let now = shared.now().as_seconds();
    let mut state = shared.lock();
    let Some(account) = state.accounts.get(user_id) else { return Queued::new() };
    let today = account.person.local_date(now);
    let last = until.unwrap_or(today).min(today);
    let dates = (0..days).rev().map(|back| last.plus_days(-(back as i32)));
    let subjects: Vec<Subject> = dates.flat_map(|date| subjects_of(account, date, now)).collect();
    upload(shared, &mut state, user_id, &subjects, None)
}

/// Uploads again what was recorded between two instants, of one type; files come along with activities.
pub(crate) fn upload_recorded(shared: &Shared, user_id: &str, kind: Kind, from: i64, to: i64) -> Queued {
    let now = shared.now().as_seconds();
    let mut state = shared.lock();
    let Some(account) = state.accounts.get(user_id) else { return Queued::new() };
    let person = &account.person;
    let (first, last) = (person.local_date(from), person.local_date(to.min(now)).plus_days(1));
    let dates = (first.as_days()..=last.as_days()).map(LocalDate::from_days);
    let recorded = dates.flat_map(|date| subjects_of(account, date, now));
    let subjects: Vec<Subject> = recorded.filter(|s| (from..=to).contains(&s.start(person))).collect();
    upload(shared, &mut state, user_id, &subjects, Some(kind))
}

/// Everything of one date that is over at `now`, in the order in which it happened.
fn subjects_of(account: &Account, date: LocalDate, now: i64) -> Vec<Subject> {
    let person = &account.person;
    let mut subjects = Vec::new();
    let night = Night::of(person, date);
    if night.end() <= now {
        let recent = night.end() + 6 * 3600 > now;
        let validation = if recent { Validation::Tentative } else { Validation::Final };
        subjects.push(Subject::Night { date, validation });
    }
    let workouts = planned_workouts(person, date).into_iter().filter(|plan| plan.end() <= now);
    subjects.extend(workouts.map(Subject::Workout));
    subjects.extend(day_until(account, date, now));
    subjects
}

/// The date as far as it is; nothing in its first minute.
fn day_until(account: &Account, date: LocalDate, now: i64) -> Option<Subject> {
    let passed = u32::try_from(now - account.person.midnight(date)).ok()?.min(86_400);
    let until = passed / 15 * 15;
    (until >= 60).then_some(Subject::Day { date, until })
}

/// One sync at this moment: the growing day, nights and workouts that are over, a surer version of the last
/// night, and, if `extra` says so and no other workout is in the way, a short workout that has just ended.
pub(crate) fn sync_now(shared: &Shared, user_id: &str, extra: bool) -> Queued {
    let now = shared.now().as_seconds();
    let mut state = shared.lock();
    let Some(account) = state.accounts.get_mut(user_id) else { return Queued::new() };
    account.live_updates = account.live_updates.saturating_add(1);
    let today = account.person.local_date(now);
    let mut subjects: Vec<Subject> = Vec::new();
    for date in [today.plus_days(-1), today] {
        subjects.extend(subjects_of(account, date, now).into_iter().filter(|subject| is_news(account, subject)));
    }
    if account.live_updates.is_multiple_of(TENTATIVE_UPDATES) {
        subjects.extend(surer_nights(account));
    }
    if extra && let Some(plan) = unplanned(account, today, now) {
        account.add_extra(plan);
        subjects.push(Subject::Workout(plan));
    }
    upload(shared, &mut state, user_id, &subjects, None)
}

/// Has this not been uploaded yet, or was there less of it?
fn is_news(account: &Account, subject: &Subject) -> bool {
    let kind = subject.kinds().first().copied().unwrap_or(Kind::Dailies);
    let kept = account.items.get(&(kind, subject.summary_id(&account.person, kind))).map(|item| item.subject);
    match (subject, kept) {
        (_, None) => true,
        (Subject::Day { until, .. }, Some(Subject::Day { until: before, .. })) => *until > before,
        _ => false,
    }
}

fn surer_nights(account: &Account) -> Vec<Subject> {
    let kept = account.items.values().map(|item| item.subject);
    let surer = kept.filter_map(|subject| match subject {
        Subject::Night { date, validation: Validation::Tentative } => {
            Some(Subject::Night { date, validation: Validation::Final })
        }
        _ => None,
    });
    surer.collect()
}

/// A short workout that ends now, unless it would overlap another.
fn unplanned(account: &Account, today: LocalDate, now: i64) -> Option<WorkoutPlan> {
    let plan = extra_workout(&account.person, now - 20);
    let planned = [-1, 0].into_iter().flat_map(|back| planned_workouts(&account.person, today.plus_days(back)));
    let in_the_way = planned.chain(account.extras.iter().copied());
    let overlaps = |other: WorkoutPlan| other.start < plan.end() + 60 && plan.start < other.end() + 60;
    (!in_the_way.into_iter().any(overlaps)).then_some(plan)
}

/// Sends notices again for what was uploaded, for one user or all, for one type or all.
pub(crate) fn resend(shared: &Shared, user_id: Option<&str>, kind: Option<Kind>) -> Queued {
    let mut state = shared.lock();
    let mut queued = Queued::new();
    let wanted: Vec<String> = state.accounts.keys().filter(|id| user_id.is_none_or(|u| u == *id)).cloned().collect();
    for id in wanted {
        let Some(account) = state.accounts.get(&id) else { continue };
        let mut items: Vec<(Kind, Item)> = account.items.iter().map(|((kind, _), item)| (*kind, *item)).collect();
        items.retain(|(of, _)| kind.is_none_or(|kind| kind == *of));
        items.sort_by_key(|(_, item)| item.uploaded);
        for (kind, item) in items {
            notify(shared, &mut state, &id, kind, item, &mut queued);
        }
    }
    drop(state);
    shared.wake.notify_one();
    queued
}

/// Keeps and queues. Upload times are distinct seconds that end now, so that pulls can tell them apart.
fn upload(shared: &Shared, state: &mut State, user_id: &str, subjects: &[Subject], only: Option<Kind>) -> Queued {
    let now = shared.now().as_seconds();
    let mut queued = Queued::new();
    for (index, subject) in subjects.iter().enumerate() {
        let uploaded = now - (subjects.len() - 1 - index) as i64;
        let wanted = |kind: &&Kind| only.is_none_or(|only| only == **kind || only == kind.announced_with());
        for kind in subject.kinds().iter().filter(wanted) {
            let item = Item { subject: *subject, uploaded };
            let Some(account) = state.accounts.get_mut(user_id) else { continue };
            account.keep(*kind, item);
            notify(shared, state, user_id, *kind, item, &mut queued);
        }
    }
    shared.wake.notify_one();
    queued
}

/// Queues a notice, if the person is connected and permits it.
fn notify(shared: &Shared, state: &mut State, user_id: &str, kind: Kind, item: Item, queued: &mut Queued) {
    let State { accounts, grants, outbox, .. } = state;
    if !accounts.get(user_id).is_some_and(|account| account.connected && account.permits(kind)) {
        return;
    }
    let now = shared.now();
    let body = match item.subject {
        Subject::Workout(plan) if kind == Kind::ActivityFiles => {
            let token = grants.issue_file_link(&shared.config.rng, now, user_id, plan);
            NoticeBody::File { plan, token }
        }
        _ => NoticeBody::Summary(item),
    };
    outbox.queue(kind, Notice { user_id: user_id.to_owned(), queued: now, body });
    *queued.entry(kind.key()).or_default() += 1;
}

/// Ends a user's consent: tokens and waiting notices go, and the partner is told.
pub(crate) fn deregister(shared: &Shared, user_id: &str) {
    let mut state = shared.lock();
    let Some(account) = state.accounts.get_mut(user_id) else { return };
    account.connected = false;
    account.backfills.clear();
    state.grants.withdraw(user_id);
    state.outbox.forget(user_id);
    let notice = Notice { user_id: user_id.to_owned(), queued: shared.now(), body: NoticeBody::Deregistered };
    state.outbox.queue(Kind::Deregistrations, notice);
    drop(state);
    shared.wake.notify_one();
}
