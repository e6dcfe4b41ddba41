//! What the simulated provider recorded of somebody, compared with what the server shows: everything once, at
//! its instant, and nothing else.

use crate::{account::Person, stage::Stage};
use model::{LocalDate, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;

/// A span of local dates, both included.
#[derive(Clone, Copy)]
pub(crate) struct Dates {
    pub(crate) from: LocalDate,
    pub(crate) to: LocalDate,
}

/// What was compared.
#[derive(Debug, Default)]
pub(crate) struct Count {
    pub(crate) events: usize,
    pub(crate) days: usize,
    pub(crate) points: usize,
}

/// Instants of what the provider recorded, by type.
type Truth = BTreeMap<String, BTreeMap<String, i64>>;

/// Types that become events, and where these are shown.
const EVENTS: [(&[&str], &str); 5] = [
    (&["activities", "manuallyUpdatedActivities"], "workouts"),
    (&["sleeps"], "sleep"),
    (&["moveIQActivities"], "activities"),
    (&["mct"], "menstrual-cycles"),
    (&["healthSnapshot"], "health-snapshots"),
];

/// Types of single measurements, and a series of which each makes one point.
const SPOTS: [(&str, &str); 3] = [
    ("bodyComps", "weight"),
    ("bloodPressures", "blood_pressure_systolic"),
    ("skinTemp", "skin_temperature_deviation"),
];

/// A person with the dates that are compared.
pub(crate) struct Audit<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) person: &'a Person,
    pub(crate) dates: Dates,
}

impl Audit<'_> {
    /// Ends the test at the first difference.
    pub(crate) fn run(&self, count: &mut Count) {
        let Dates { from, to } = self.dates;
        // a night may begin on the day before its date
        let (first, last) = (from.plus_days(-1), to.plus_days(1));
        let path = format!("/sandbox/truth?user={}&from={first}&to={last}", self.person.account);
        let truth: Truth = serde_json::from_value(self.stage.tell("GET", &path, &Value::Null)).unwrap();
        for (kinds, route) in EVENTS {
            let recorded = kinds.iter().filter_map(|kind| truth.get(*kind));
            let recorded: BTreeMap<&String, i64> = recorded.flatten().map(|(id, start)| (id, *start)).collect();
            let recorded: Vec<i64> = recorded.into_values().collect();
            count.events += recorded.len();
            let shown = self.events(route);
            self.same(route, if route == "menstrual-cycles" { dated(recorded, &shown) } else { recorded }, shown);
        }
        for (kind, series) in SPOTS {
            let recorded: Vec<i64> = truth.get(kind).into_iter().flatten().map(|(_, start)| *start).collect();
            count.points += recorded.len();
            let shown = self.points(series);
            self.same(series, if kind == "skinTemp" { dated(recorded, &shown) } else { recorded }, shown);
        }
        let days = truth.get("dailies").cloned().unwrap_or_default();
        count.days += days.len();
        self.days(days.into_values().collect(), count);
    }

    /// When the events of a kind begin.
    fn events(&self, route: &str) -> Vec<i64> {
        let (from, to) = self.around();
        let path = format!("/api/v1/users/{}/events/{route}?start_date={from}&end_date={to}", self.person.id);
        let shown = self.stage.team.list(&path);
        // naps come inside the nights
        let whole = shown.iter().filter(|event| event["is_nap"] != true);
        whole.map(|event| seconds(&event["start_time"])).collect()
    }

    /// When the points of a series are.
    fn points(&self, series: &str) -> Vec<i64> {
        let (from, to) = self.around();
        let path =
            format!("/api/v1/users/{}/timeseries?types={series}&start_time={from}&end_time={to}", self.person.id);
        self.stage.team.list(&path).iter().map(|row| seconds(&row["timestamp"])).collect()
    }

    /// Each day has one total, which is the provider's and begins when the day did; on some days the slots are
    /// compared with it.
    fn days(&self, recorded: Vec<i64>, count: &mut Count) {
        let Dates { from, to } = self.dates;
        // who pushes a wheelchair makes no steps
        let path = |series: &str| format!("/api/v1/users/{}/timeseries?types={series}", self.person.id);
        let shown = |series: &str| {
            let days = format!("{}&resolution=1day&start_time={from}&end_time={to}", path(series));
            let mut rows = self.stage.team.list(&days);
            rows.retain(|row| row["is_daily_total"] == true);
            rows
        };
        let (series, totals) = match shown("steps") {
            steps if steps.is_empty() => ("push_count", shown("push_count")),
            steps => ("steps", steps),
        };
        let starts: Vec<i64> = totals.iter().map(|row| seconds(&row["timestamp"])).collect();
        self.same("days", recorded, starts.clone());
        for pair in totals.windows(2).step_by(29) {
            let (starts, ends) = (seconds(&pair[0]["timestamp"]), seconds(&pair[1]["timestamp"]));
            let slots = self.stage.team.list(&format!("{}&start_time={starts}&end_time={ends}", path(series)));
            let slots: Vec<&Value> = slots.iter().filter(|row| row["is_daily_total"] == false).collect();
            let counted: f64 = slots.iter().map(|slot| slot["value"].as_f64().unwrap()).sum();
            assert_eq!(Some(counted), pair[0]["value"].as_f64(), "{}: the slots of {}", self.person.id, pair[0]);
            count.points += slots.len();
        }
    }

    /// A day more on both sides, as local dates are not those of UTC.
    fn around(&self) -> (LocalDate, LocalDate) {
        (self.dates.from.plus_days(-1), self.dates.to.plus_days(2))
    }

    /// Whether both are the same instants, where both may be seen: not around the ends of the span.
    fn same(&self, what: &str, mut recorded: Vec<i64>, mut shown: Vec<i64>) {
        let (first, last) = (self.dates.from.plus_days(1), self.dates.to);
        let inside = |at: &i64| (noon(first)..noon(last)).contains(at);
        recorded.retain(inside);
        shown.retain(inside);
        recorded.sort_unstable();
        shown.sort_unstable();
        let missing = difference(&recorded, &shown);
        let unknown = difference(&shown, &recorded);
        let Person { id, account } = self.person;
        assert!(
            missing.is_empty() && unknown.is_empty(),
            "{what} of {id} ({account}): missing {missing:?}, not recorded or twice {unknown:?}"
        );
    }
}

/// What is told by date is shown at the beginning of that date: the instants shown in place of the recorded.
fn dated(mut recorded: Vec<i64>, shown: &[i64]) -> Vec<i64> {
    for at in &mut recorded {
        let nearest = shown.iter().min_by_key(|shown| shown.abs_diff(*at));
        *at = nearest.copied().filter(|shown| shown.abs_diff(*at) <= 43_200).unwrap_or(*at);
    }
    recorded
}

fn noon(date: LocalDate) -> i64 {
    i64::from(date.as_days()) * 86_400 + 43_200
}

/// What is in the first and not, or less often, in the second; both are in order.
fn difference(first: &[i64], second: &[i64]) -> Vec<Timestamp> {
    let mut rest = second.to_vec();
    let is_alone = |at: &&i64| match rest.binary_search(at) {
        Ok(place) => {
            rest.remove(place);
            false
        }
        Err(_) => true,
    };
    first.iter().filter(is_alone).map(|at| Timestamp::from_seconds(*at)).collect()
}

fn seconds(value: &Value) -> i64 {
    value.as_str().and_then(Timestamp::parse_rfc3339).unwrap_or_else(|| panic!("{value}")).as_seconds()
}
