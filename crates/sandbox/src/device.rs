//! What a person's device uploads: a history, what happened until now, or everything once more. Each upload
//! is kept for pulls and queued for notification, if the person is connected and permits it.

use crate::{
    account::{Account, Item},
    generator::{Cycle, NightSpan, Person, Persona, Validation, WorkoutPlan, extra_workout, planned_workouts},
    kind::Kind,
    notify::announce,
    state::{Shared, State},
    subject::{Subject, Subjectee},
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
    let subjects: Vec<Subject> =
        dates.flat_map(|date| subjects_of(&account.person, &account.extras, date, now)).collect();
    upload(shared, &mut state, user_id, &subjects)
}

/// What was recorded between two instants, both included, and is sent as this type, as it was known at `now`.
pub(crate) fn recorded(account: &Account, kind: Kind, from: i64, to: i64, now: i64) -> Vec<Subject> {
    let person = &account.person;
    let (first, last) = (person.local_date(from), person.local_date(to.min(now)).plus_days(1));
    let dates = (first.as_days()..=last.as_days()).map(LocalDate::from_days);
    let of_kind = |subject: &Subject| subject.is_history_of(person, kind, now);
    let subjects = dates.flat_map(|date| subjects_of(person, &account.extras, date, now)).filter(of_kind);
    subjects.filter(|subject| (from..=to).contains(&subject.start(person))).collect()
}

/// Everything of one date that is over at `now`, in the order in which it happened.
fn subjects_of(person: &Person, extras: &[WorkoutPlan], date: LocalDate, now: i64) -> Vec<Subject> {
    let mut subjects = Vec::new();
    if person.persona == Persona::NeverSyncs {
        return subjects;
    }
    let night = NightSpan::of(person, date);
    if night.end <= now {
        let [first, .., last] = Validation::course(person, date);
        let recent = night.end + 6 * 3600 > now;
        subjects.push(Subject::Night { date, validation: if recent { first } else { last } });
    }
    let extras = extras.iter().copied().filter(|plan| person.local_date(plan.start) == date);
    for plan in planned_workouts(person, date).into_iter().chain(extras).filter(|plan| plan.end() <= now) {
        subjects.push(Subject::Workout(plan));
        subjects.extend(plan.edited_at(person).filter(|at| *at <= now).map(|_| Subject::Edited(plan)));
    }
    let measured = Subject::noticed(person, date).into_iter().chain(Subject::spots(person, date));
    subjects.extend(measured.filter(|subject| subject.start(person) + LONGEST_SPAN <= now));
    subjects.extend(cycle_on(person, date, now));
    subjects.extend(day_until(person, date, now));
    subjects
}

/// Seconds after whose beginning any noticed movement or measurement is surely over.
const LONGEST_SPAN: i64 = 1500;

/// A cycle that begins on a date, as it is known now.
fn cycle_on(person: &Person, date: LocalDate, now: i64) -> Option<Subject> {
    let cycle = Cycle::of(person, date).filter(|cycle| cycle.start == date)?;
    let today = person.local_date(now);
    let told = cycle.told_on(today.min(date.plus_days(cycle.length - 1)));
    (person.midnight(told) + 30_000 <= now).then_some(Subject::Cycle { cycle, told })
}

/// The date as far as it is, in whole minutes; nothing in its first one.
fn day_until(person: &Person, date: LocalDate, now: i64) -> Option<Subject> {
    let passed = u32::try_from(now - person.midnight(date)).ok()?.min(person.day_seconds(date));
    let until = passed / 60 * 60;
    (until > 0).then_some(Subject::Day { date, since: 0, until })
}

/// For each type, the ids on the wire and the starts of everything recorded on a range of dates, as a partner
/// with every permission has it in the end: the latest version of each, over at `now`.
pub(crate) fn truth(
    subjectee: &Subjectee,
    (from, to): (LocalDate, LocalDate),
    now: i64,
) -> BTreeMap<Kind, BTreeMap<String, i64>> {
    let mut truth: BTreeMap<Kind, BTreeMap<String, i64>> = BTreeMap::new();
    for date in (from.as_days()..=to.as_days()).map(LocalDate::from_days) {
        for subject in subjects_of(&subjectee.person, &subjectee.extras, date, now) {
            for kind in subject.kinds(&subjectee.person) {
                truth.entry(kind).or_default().extend(subject.expected(subjectee, kind));
            }
        }
    }
    truth
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
        subjects.extend(
            subjects_of(&account.person, &account.extras, date, now)
                .into_iter()
                .filter_map(|subject| news(account, subject)),
        );
    }
    let cycle = Cycle::of(&account.person, today).and_then(|cycle| cycle_on(&account.person, cycle.start, now));
    subjects.extend(cycle.and_then(|subject| news(account, subject)));
    if account.live_updates.is_multiple_of(TENTATIVE_UPDATES) {
        subjects.extend(surer_nights(account));
    }
    if extra && let Some(plan) = unplanned(account, today, now) {
        account.add_extra(plan);
        subjects.push(Subject::Workout(plan));
    }
    upload(shared, &mut state, user_id, &subjects)
}

/// What has not been uploaded yet, or of which there was less.
fn news(account: &Account, subject: Subject) -> Option<Subject> {
    let kind = subject.kinds(&account.person).first().copied()?;
    let kept = account.items.get(&(kind, subject.summary_id(&account.person, kind))).map(|item| item.subject);
    match (subject, kept) {
        (_, None) => Some(subject),
        (Subject::Day { date, until, .. }, Some(Subject::Day { until: since, .. })) if until > since => {
            Some(Subject::Day { date, since, until })
        }
        (_, Some(before)) => subject.says_more_than(&before).then_some(subject),
    }
}

/// Last night once more, as the service knows it by now.
fn surer_nights(account: &Account) -> Vec<Subject> {
    let nights =
        account.items.range((Kind::Sleeps, String::new())..).take_while(|((kind, _), _)| *kind == Kind::Sleeps);
    let surer = nights.filter_map(|(_, item)| {
        let Subject::Night { date, validation } = item.subject else { return None };
        let course = Validation::course(&account.person, date);
        let next = course.into_iter().find(|next| *next > validation)?;
        Some(Subject::Night { date, validation: next })
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

/// Keeps and queues. Upload times are distinct seconds that end now, so that pulls can tell them apart.
fn upload(shared: &Shared, state: &mut State, user_id: &str, subjects: &[Subject]) -> Queued {
    let now = shared.now().as_seconds();
    let mut queued = Queued::new();
    for (index, subject) in subjects.iter().enumerate() {
        let uploaded = now - (subjects.len() - 1 - index) as i64;
        let Some(account) = state.accounts.get(user_id) else { continue };
        for kind in subject.kinds(&account.person) {
            let item = Item { subject: *subject, uploaded };
            let Some(account) = state.accounts.get_mut(user_id) else { continue };
            account.keep(kind, item);
            announce(shared, state, user_id, kind, item, &mut queued);
        }
    }
    shared.wake.notify_one();
    queued
}
