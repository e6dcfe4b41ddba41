//! History: plans, claims within the budget, answers, and days that came.

use crate::given::{GARMIN, app_id, application, at, connection, run_id, team, user};
use model::{LocalDate, ProviderAppId, Timestamp};
use std::sync::Arc;
use store::{
    Account, Answer, Backfill, Budget, Claimed, Coverage, Interval, IntervalState as State, Plan, ProviderApp,
    RunState, Store, Verdict,
};

/// 2026-09-22, the first midnight after the day of the other cases.
const MIDNIGHT: i64 = 1_790_035_200;
const BUDGET: Budget = Budget { days_per_minute: 100, limit: 50 };

fn day(number: i64) -> Timestamp {
    Timestamp::from_seconds(MIDNIGHT + number * 86_400)
}

fn last_of(number: i64) -> Timestamp {
    day(number + 1).plus_seconds(-1)
}

async fn app(store: &Arc<dyn Store>, client_id: &str) -> ProviderAppId {
    let id = app_id();
    store
        .put_provider_app(ProviderApp {
            id,
            team_id: None,
            provider: GARMIN,
            client_id: client_id.to_owned(),
            client_secret: Vec::new(),
            webhook_secret_hash: [0; 32],
            created_at: at(0),
        })
        .await
        .unwrap();
    id
}

fn account(app_id: ProviderAppId) -> Account {
    Account { app_id, id: "account".to_owned() }
}

fn backfill(account: &Account) -> Backfill {
    Backfill {
        account: account.clone(),
        provider: GARMIN,
        run_id: run_id(),
        state: RunState::Running,
        is_retry: false,
        from: day(-30),
        to: day(0),
        since: day(0),
        started_at: day(0),
        ended_at: None,
        error: None,
        told: 0,
        gaps_at: day(1),
        ver: 0,
    }
}

fn interval(account: &Account, part_type: &str, from: i64, to: i64) -> Interval {
    Interval {
        account: account.clone(),
        part_type: part_type.to_owned(),
        number: 0,
        age: i32::try_from(-to / 30).unwrap(),
        from: day(from),
        to: last_of(to),
        state: State::Waiting,
        is_gap: false,
        attempts: 0,
        cuts: 0,
        run_at: day(0),
        asked_at: None,
        data_at: None,
        error: None,
    }
}

fn plan(account: &Account, add: Vec<Interval>) -> Plan {
    Plan { backfill: backfill(account), remove: Vec::new(), release: Vec::new(), add, fulfils: None }
}

async fn given(store: &Arc<dyn Store>, ranges: &[(&str, i64, i64)]) -> Account {
    let account = account(app(store, "client").await);
    let add = ranges.iter().map(|(part_type, from, to)| interval(&account, part_type, *from, *to)).collect();
    assert!(store.plan_history(plan(&account, add)).await.unwrap());
    account
}

async fn claim(store: &Arc<dyn Store>, now: Timestamp) -> Vec<Claimed> {
    store.claim_history(&GARMIN, now, now.plus_seconds(120), BUDGET).await.unwrap().claimed
}

async fn one(store: &Arc<dyn Store>) -> Claimed {
    claim(store, day(0)).await.remove(0)
}

/// From, to and state of every interval, in days.
async fn shown(store: &Arc<dyn Store>, account: &Account) -> Vec<(i64, i64, State)> {
    let history = store.find_history(account.clone()).await.unwrap().unwrap();
    let days = |at: Timestamp| (at.as_seconds() - MIDNIGHT).div_euclid(86_400);
    let mut shown: Vec<_> = history.intervals.iter().map(|it| (days(it.from), days(it.to), it.state)).collect();
    shown.sort_unstable();
    shown
}

pub(crate) async fn a_plan_is_written_once_and_the_youngest_days_are_asked_first(store: Arc<dyn Store>) {
    let account = given(&store, &[("dailies", -60, -31), ("dailies", -30, -1), ("sleeps", -30, -1)]).await;
    let again = plan(&account, vec![interval(&account, "dailies", -9, -1)]);
    assert!(!store.plan_history(again).await.unwrap(), "somebody had planned meanwhile");
    let claimed = claim(&store, day(0)).await;
    let asked: Vec<_> = claimed.iter().map(|it| (it.interval.part_type.as_str(), it.interval.age)).collect();
    assert_eq!(asked, [("dailies", 0), ("sleeps", 0), ("dailies", 1)]);
    assert!(claim(&store, day(0).plus_seconds(119)).await.is_empty(), "what is asked is not asked twice");
}

pub(crate) async fn no_minute_holds_more_days_than_the_budget(store: Arc<dyn Store>) {
    let account = given(&store, &[("a", -30, -1), ("b", -30, -1), ("c", -30, -1), ("d", -30, -1)]).await;
    let other = self::account(app(&store, "other client").await);
    store.plan_history(plan(&other, vec![interval(&other, "a", -90, -1)])).await.unwrap();
    let now = day(0);
    let claims = store.claim_history(&GARMIN, now, now.plus_seconds(300), BUDGET).await.unwrap();
    let of = |account: &Account| claims.claimed.iter().filter(|it| it.interval.account == *account).count();
    assert_eq!((of(&account), of(&other)), (3, 1), "credentials have budgets of their own");
    // open requests count however long they take; answered ones for a minute more
    let later = now.plus_seconds(100);
    assert!(claim(&store, later).await.is_empty());
    for claimed in claims.claimed {
        store.note_answer(claimed, Answer::Accepted { look_at: day(9) }, later).await.unwrap();
    }
    let claims = store.claim_history(&GARMIN, later.plus_seconds(60), day(1), BUDGET).await.unwrap();
    assert_eq!((claims.claimed.len(), claims.room_at), (0, Some(later.plus_seconds(62))));
    assert_eq!(claim(&store, later.plus_seconds(62)).await.len(), 1);
}

pub(crate) async fn apps_with_the_same_credentials_share_a_budget(store: Arc<dyn Store>) {
    for _ in 0..2 {
        let account = account(app(&store, "client").await);
        store.plan_history(plan(&account, vec![interval(&account, "dailies", -60, -1)])).await.unwrap();
    }
    assert_eq!(claim(&store, day(0)).await.len(), 1);
}

pub(crate) async fn a_refusal_for_the_rate_empties_the_budget(store: Arc<dyn Store>) {
    let account = given(&store, &[("a", -5, -1), ("b", -5, -1)]).await;
    let budget = Budget { limit: 1, ..BUDGET };
    let first = store.claim_history(&GARMIN, day(0), day(1), budget).await.unwrap().claimed.remove(0);
    let until = day(0).plus_seconds(300);
    store.note_answer(first, Answer::Limited { until }, day(0)).await.unwrap();
    assert!(claim(&store, until.plus_seconds(-1)).await.is_empty());
    assert_eq!(claim(&store, until).await.len(), 2);
    assert!(shown(&store, &account).await.iter().all(|it| it.2 == State::Requested));
}

pub(crate) async fn what_a_killed_process_asked_is_asked_again_and_still_counts(store: Arc<dyn Store>) {
    let account = given(&store, &[("a", -90, -1), ("b", -90, -1)]).await;
    assert_eq!(claim(&store, day(0)).await.len(), 1);
    store.release_claims().await.unwrap();
    // the test store's own clock stands long before: so the share is back at once, and the claim too
    let again = claim(&store, day(0)).await;
    assert_eq!((again.len(), again[0].interval.part_type.as_str()), (1, "a"));
    store.note_answer(again[0].clone(), Answer::Accepted { look_at: day(1) }, day(0)).await.unwrap();
    let states: Vec<_> = shown(&store, &account).await.into_iter().map(|it| it.2).collect();
    assert_eq!(states, [State::Waiting, State::Accepted]);
}

pub(crate) async fn the_floor_makes_older_days_unavailable_and_cuts_the_interval_on_it(store: Arc<dyn Store>) {
    let account = given(&store, &[("a", -90, -61), ("a", -60, -31), ("a", -30, -1), ("b", -90, -61)]).await;
    let budget = Budget { days_per_minute: 30, limit: 1 };
    let first = store.claim_history(&GARMIN, day(0), day(1), budget).await.unwrap().claimed.remove(0);
    store.note_answer(first, Answer::Accepted { look_at: day(9) }, day(0)).await.unwrap();
    let second = store.claim_history(&GARMIN, day(0).plus_seconds(63), day(1), budget).await.unwrap().claimed.remove(0);
    assert_eq!(second.interval.from, day(-60));
    let floor = day(-40).plus_seconds(3600);
    store.note_answer(second, Answer::Floor(floor), day(0)).await.unwrap();
    let mut wanted = [
        (-90, -61, State::Unavailable),
        (-90, -61, State::Waiting),
        (-60, -40, State::Unavailable),
        (-40, -31, State::Waiting),
        (-30, -1, State::Accepted),
    ];
    wanted.sort_unstable();
    assert_eq!(shown(&store, &account).await, wanted);
    assert_eq!(store.find_history(account).await.unwrap().unwrap().floors, [("a".to_owned(), floor)]);
}

pub(crate) async fn of_a_duplicate_only_the_rest_is_asked_again(store: Arc<dyn Store>) {
    let account = given(&store, &[("a", -90, -1)]).await;
    let answer = Answer::Duplicate { from: day(-60), to: last_of(-31), look_at: day(1) };
    store.note_answer(one(&store).await, answer, day(0)).await.unwrap();
    let wanted = [(-90, -61, State::Waiting), (-60, -31, State::Duplicate), (-30, -1, State::Waiting)];
    assert_eq!(shown(&store, &account).await, wanted);
}

pub(crate) async fn a_duplicate_of_another_range_counts_as_the_asked_one(store: Arc<dyn Store>) {
    let account = given(&store, &[("a", -90, -1)]).await;
    let answer = Answer::Duplicate { from: day(-500), to: last_of(-400), look_at: day(1) };
    store.note_answer(one(&store).await, answer, day(0)).await.unwrap();
    assert_eq!(shown(&store, &account).await, [(-90, -1, State::Duplicate)]);
}

pub(crate) async fn a_missing_permission_holds_one_type_or_all(store: Arc<dyn Store>) {
    let account = given(&store, &[("a", -30, -1), ("a", -60, -31), ("b", -30, -1)]).await;
    let held = |all_types| Answer::Held { all_types, error: "no permission".to_owned() };
    let first = one(&store).await;
    store.note_answer(first.clone(), held(false), day(0)).await.unwrap();
    let states = async || {
        let history = store.find_history(account.clone()).await.unwrap().unwrap();
        history.intervals.iter().map(|it| (it.part_type.clone(), it.state)).collect::<Vec<_>>()
    };
    let of = |part_type: &str, state| (part_type.to_owned(), state);
    assert_eq!(states().await, [of("a", State::Held), of("a", State::Held), of("b", State::Requested)]);
    let mut again = plan(&account, Vec::new());
    again.backfill = Backfill { ver: 1, ..again.backfill };
    again.release = vec![("a".to_owned(), 1), ("a".to_owned(), 2)];
    assert!(store.plan_history(again).await.unwrap());
    assert_eq!(states().await[0], of("a", State::Waiting));
}

pub(crate) async fn what_is_cancelled_stays_so_whatever_is_answered(store: Arc<dyn Store>) {
    let account = given(&store, &[("a", -30, -1), ("b", -30, -1)]).await;
    let claimed =
        store.claim_history(&GARMIN, day(0), day(1), Budget { limit: 1, ..BUDGET }).await.unwrap().claimed.remove(0);
    assert!(store.cancel_history(account.clone(), day(0)).await.unwrap());
    assert!(!store.cancel_history(account.clone(), day(0)).await.unwrap(), "nothing runs any more");
    store.note_answer(claimed, Answer::Later { at: day(0), error: "503".to_owned() }, day(0)).await.unwrap();
    assert!(claim(&store, day(9)).await.is_empty());
    assert!(shown(&store, &account).await.iter().all(|it| it.2 == State::Cancelled));
}

fn seen(account: &Account, part_type: &str, first: i64, last: i64, received: Timestamp) -> Coverage {
    let date = |number: i64| day(number).local_date(0).as_days();
    Coverage {
        account: account.clone(),
        part_type: part_type.to_owned(),
        first: day(first),
        last: day(last),
        days: (date(first)..=date(last)).map(LocalDate::from_days).collect(),
        received_at: received,
    }
}

pub(crate) async fn days_that_came_are_seen_when_looking_and_todays_own_push_is_no_history(store: Arc<dyn Store>) {
    let account = given(&store, &[("a", -30, 0), ("b", -30, 0)]).await;
    for claimed in claim(&store, day(1)).await {
        store.note_answer(claimed, Answer::Accepted { look_at: day(2) }, day(1)).await.unwrap();
    }
    let team = team(&store).await;
    let user = user(&store, team).await;
    let apply = async |coverage| {
        let mut change = application(team, user);
        change.coverage = vec![coverage];
        store.apply(change).await.unwrap();
    };
    apply(seen(&account, "a", 0, 0, day(1))).await;
    let look = |part_type: &'static str| {
        let store = &store;
        async move {
            let looks = store.list_looks(day(2), 10).await.unwrap();
            looks.into_iter().find(|look| look.interval.part_type == part_type).unwrap()
        }
    };
    assert_eq!(look("a").await.interval.data_at, None);
    assert_eq!(look("a").await.days.len(), 1);
    apply(seen(&account, "a", -20, -10, day(1))).await;
    let found = look("a").await;
    assert_eq!((found.interval.data_at, found.days.len()), (Some(day(1)), 12));
    assert_eq!(look("b").await.interval.data_at, None);
    assert_eq!(look("b").await.account_data_at, Some(day(1)));
    store.note_verdict(found.interval, Verdict::Received).await.unwrap();
    store.note_verdict(look("b").await.interval, Verdict::Later(day(3))).await.unwrap();
    assert!(store.list_looks(day(2), 10).await.unwrap().is_empty());
    store.note_verdict(store.list_looks(day(3), 10).await.unwrap().remove(0).interval, Verdict::Empty).await.unwrap();
    let states: Vec<_> = shown(&store, &account).await.into_iter().map(|it| it.2).collect();
    assert_eq!(states, [State::Received, State::Empty]);
}

pub(crate) async fn days_that_were_asked_for_in_vain_are_remembered(store: Arc<dyn Store>) {
    let account = account(app(&store, "client").await);
    let gap = Interval { is_gap: true, ..interval(&account, "a", -20, -19) };
    store.plan_history(plan(&account, vec![gap])).await.unwrap();
    store.note_answer(one(&store).await, Answer::Accepted { look_at: day(0) }, day(0)).await.unwrap();
    let look = store.list_looks(day(0), 1).await.unwrap().remove(0);
    store.note_verdict(look.interval, Verdict::Empty).await.unwrap();
    let (first, last) = (day(-40).local_date(0), day(0).local_date(0));
    let covered = store.covered_days(account, "a".to_owned(), first, last).await.unwrap();
    assert_eq!(covered.in_vain, [day(-20).local_date(0), day(-19).local_date(0)]);
    assert!(covered.days.is_empty());
}

pub(crate) async fn connecting_leaves_a_wish_until_it_is_fulfilled(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let app = app(&store, "client").await;
    for _ in 0..2 {
        let user = user(&store, team).await;
        store.connect(connection(team, user, app, "account")).await.unwrap();
    }
    let wishes = store.list_wishes(10).await.unwrap();
    assert_eq!(wishes.len(), 1, "two users of one account want the same");
    assert!(wishes[0].connected);
    let mut plan = plan(&wishes[0].account, Vec::new());
    plan.fulfils = Some(wishes[0].clone());
    assert!(store.plan_history(plan).await.unwrap());
    assert!(store.list_wishes(10).await.unwrap().is_empty());
}

pub(crate) async fn a_run_ends_once_and_tells_each_step_once(store: Arc<dyn Store>) {
    let account = given(&store, &[]).await;
    let run = store.find_history(account.clone()).await.unwrap().unwrap().backfill.run_id;
    assert!(store.note_told(account.clone(), run, 10).await.unwrap());
    assert!(!store.note_told(account.clone(), run, 10).await.unwrap());
    assert!(!store.note_told(account.clone(), run_id(), 20).await.unwrap(), "another run");
    assert!(store.end_history(account.clone(), run, RunState::Complete, None, day(0)).await.unwrap());
    assert!(!store.end_history(account, run, RunState::Failed, None, day(0)).await.unwrap());
}

pub(crate) async fn the_history_of_an_account_goes_with_its_last_user(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let account = given(&store, &[("a", -30, -1)]).await;
    let mut users = Vec::new();
    for _ in 0..2 {
        let user = user(&store, team).await;
        store.connect(connection(team, user, account.app_id, &account.id)).await.unwrap();
        users.push(user);
    }
    store.delete_user(team, users[0]).await.unwrap();
    assert!(store.find_history(account.clone()).await.unwrap().is_some());
    store.delete_user(team, users[1]).await.unwrap();
    assert!(store.find_history(account.clone()).await.unwrap().is_none());
    assert!(claim(&store, day(0)).await.is_empty() && store.list_wishes(1).await.unwrap().is_empty());
}

pub(crate) async fn accounts_are_looked_at_for_gaps_when_their_time_has_come(store: Arc<dyn Store>) {
    let account = given(&store, &[]).await;
    assert!(store.list_gap_checks(day(0), 10).await.unwrap().is_empty());
    assert_eq!(store.list_gap_checks(day(1), 10).await.unwrap().len(), 1);
    store.put_off_gap_check(account, day(2)).await.unwrap();
    assert!(store.list_gap_checks(day(1), 10).await.unwrap().is_empty());
}
