//! Compares what is there with what was answered: all of it, once, with the right values, and nothing
//! that was never sent. What was sent and not answered may be there, then whole.

use crate::{
    account::Scene,
    content::{Content, Kind, Point, Thing},
    install::{PATIENCE, text, wait_for},
    ledger::{Fate, Ledger},
    receiver::Receiver,
};
use model::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use tokio::time::Instant;

/// What an audit counted.
#[derive(Debug, Default)]
pub(crate) struct Count {
    pub(crate) workouts: usize,
    pub(crate) nights: usize,
    pub(crate) days: usize,
    pub(crate) points: usize,
}

/// Waits until nothing waits. Gauges are measured every other second, so that they must be seen empty twice
/// with more than that between.
pub(crate) fn settle(scene: &Scene) {
    let names = ["wearhouse_deliveries_waiting", "wearhouse_parts_waiting"];
    let empty = || names.iter().all(|name| scene.install.gauge(name) == Some(0.0));
    let began = Instant::now();
    let mut since: Option<Instant> = None;
    wait_for("empty queues", || {
        assert!(began.elapsed() < PATIENCE * 10, "the queues do not empty");
        since = if empty() { since.or_else(|| Some(Instant::now())) } else { None };
        std::thread::sleep(std::time::Duration::from_millis(100));
        since.filter(|since| since.elapsed().as_millis() > 2_300)
    });
    assert_eq!(scene.install.gauge("wearhouse_parts_dead"), Some(0.0), "dead parts");
    assert_eq!(scene.install.gauge("wearhouse_parts_unmatched"), Some(0.0), "parts of nobody");
}

/// Looks at everything; ends the test at the first difference.
pub(crate) fn audit(scene: &Scene, content: Content, ledger: &Ledger) -> Count {
    let mut fates: Vec<BTreeMap<Thing, Fate>> = scene.people.iter().map(|_| BTreeMap::new()).collect();
    for (thing, fate) in ledger.fates() {
        fates[thing.person].insert(thing, fate);
    }
    let mut count = Count::default();
    for (person, fates) in fates.iter().enumerate() {
        Auditor { scene, content, user: &scene.people[person].id, fates }.person(&mut count);
    }
    count
}

/// Whether every workout and night that is there was announced by one message, and nothing else was.
pub(crate) fn audit_messages(scene: &Scene, receiver: &Receiver) -> usize {
    wait_for("all messages", || scene.install.gauge("wearhouse_messages_waiting").filter(|waiting| *waiting == 0.0));
    let mut announced: BTreeMap<(String, String), usize> = BTreeMap::new();
    let told = receiver.told();
    for body in told.values().filter(|body| text(body, "type").ends_with(".created")) {
        if let Some(id) = body["data"]["id"].as_str() {
            *announced.entry((text(body, "type").to_owned(), id.to_owned())).or_default() += 1;
        }
    }
    let span = "start_date=1980-01-01&end_date=2100-01-01";
    for person in &scene.people {
        let nights = scene.team.list(&format!("/api/v1/users/{}/events/sleep?{span}", person.id));
        let workouts = scene.team.workouts(&person.id);
        let events =
            workouts.iter().map(|it| ("workout.created", it)).chain(nights.iter().map(|it| ("sleep.created", it)));
        for (kind, event) in events {
            let count = announced.remove(&(kind.to_owned(), text(event, "id").to_owned()));
            assert_eq!(count, Some(1), "{kind} of {event}");
        }
    }
    announced.retain(|(kind, _), _| kind == "workout.created" || kind == "sleep.created");
    assert!(announced.is_empty(), "announced and not there: {announced:?}");
    told.len()
}

struct Auditor<'a> {
    scene: &'a Scene,
    content: Content,
    user: &'a str,
    fates: &'a BTreeMap<Thing, Fate>,
}

impl Auditor<'_> {
    fn person(&self, count: &mut Count) {
        let shown = self.points();
        let mut expected = Vec::new();
        count.workouts += self.workouts(&mut expected);
        count.nights += self.nights(&mut expected);
        count.days += self.days(&shown, &mut expected);
        expected.sort_by(by_place);
        count.points += shown.len();
        for (expected, shown) in expected.iter().zip(&shown) {
            assert_eq!(expected, shown, "the first point that differs for {}", self.user);
        }
        assert_eq!(expected.len(), shown.len(), "the number of points of {}", self.user);
    }

    /// Every point of every series, in order.
    fn points(&self) -> Vec<Point> {
        let span = "start_time=1980-01-01T00:00:00Z&end_time=2100-01-01T00:00:00Z";
        let rows = self.scene.team.list(&format!("/api/v1/users/{}/timeseries?{span}", self.user));
        let mut points: Vec<Point> = rows.iter().map(point).collect();
        points.sort_by(by_place);
        points
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&Thing, &Fate)> {
        self.fates.iter().filter(move |(thing, _)| thing.kind == kind)
    }

    fn workouts(&self, expected: &mut Vec<Point>) -> usize {
        let listed = self.scene.team.workouts(self.user);
        let mut by_start = index_by_start(&listed);
        for (thing, fate) in self.of_kind(Kind::Workout) {
            match by_start.remove(&self.content.workout(*thing).start) {
                Some(row) => self.workout(*thing, fate, row, expected),
                None => assert!(fate.answered.is_empty(), "{thing:?} was answered and is lost"),
            }
        }
        assert!(by_start.is_empty(), "workouts that nobody sent: {by_start:?}");
        listed.len()
    }

    fn workout(&self, thing: Thing, fate: &Fate, row: &Value, expected: &mut Vec<Point>) {
        let wanted = self.content.workout(thing);
        let full = self.scene.team.get(&format!("/api/v1/users/{}/events/workouts/{}", self.user, text(row, "id")));
        for view in [row, &full] {
            assert_eq!(text(view, "name"), wanted.name, "{thing:?}");
            assert_eq!(text(view, "type"), "running", "{thing:?}");
            assert_eq!(view["duration_seconds"], wanted.duration_s, "{thing:?}");
            assert_eq!(view["distance_meters"], wanted.distance_m, "{thing:?}");
            assert_eq!(view["calories_kcal"], wanted.energy_kcal, "{thing:?}");
            assert_eq!(view["avg_heart_rate_bpm"], wanted.heart_rate.0, "{thing:?}");
            assert_eq!(view["max_heart_rate_bpm"], wanted.heart_rate.1, "{thing:?}");
        }
        assert_eq!(text(&full, "external_id"), wanted.external_id);
        let facets: Vec<&str> = full["documents"].as_array().unwrap().iter().map(|it| text(it, "facet")).collect();
        let has = |version: u8| facets.contains(&["summary", "details"][usize::from(version)]);
        assert!(facets.len() <= 2, "{thing:?}: {facets:?}");
        for version in [0, 1] {
            assert!(has(version) || !fate.answered.contains(&version), "{thing:?}: {version} was answered and is lost");
            assert!(!has(version) || fate.attempted.contains(&version), "{thing:?}: {version} was never sent");
        }
        // every version that spoke of it changed it once, whatever was sent how often
        assert!(full["revision"].as_u64().unwrap() <= facets.len() as u64, "{thing:?}: {}", full["revision"]);
        if has(1) {
            expected.extend(self.content.points(thing, 1));
        }
    }

    fn nights(&self, expected: &mut Vec<Point>) -> usize {
        let span = "start_date=1980-01-01&end_date=2100-01-01";
        let listed = self.scene.team.list(&format!("/api/v1/users/{}/events/sleep?{span}", self.user));
        let mut by_start = index_by_start(&listed);
        for (thing, fate) in self.of_kind(Kind::Night) {
            let Some(row) = by_start.remove(&self.content.night(*thing, 0).start) else {
                assert!(fate.answered.is_empty(), "{thing:?} was answered and is lost");
                continue;
            };
            let version = fate.allowed().find(|version| self.is_night(*thing, *version, row));
            let version = version.unwrap_or_else(|| panic!("{thing:?} is not as any allowed version: {row}"));
            expected.extend(self.content.points(*thing, version));
        }
        assert!(by_start.is_empty(), "nights that nobody sent: {by_start:?}");
        listed.len()
    }

    fn is_night(&self, thing: Thing, version: u8, row: &Value) -> bool {
        let wanted = self.content.night(thing, version);
        let stages = row["sleep_stage_intervals"].as_array().unwrap();
        let stage = |stage: &Value| -> (String, Timestamp, Timestamp) {
            (text(stage, "stage").to_owned(), time(stage, "start_time"), time(stage, "end_time"))
        };
        let same = |(shown, (name, from, until)): (&Value, &(&str, Timestamp, Timestamp))| {
            stage(shown) == ((*name).to_owned(), *from, *until)
        };
        row["sleep_duration_seconds"] == wanted.asleep_s
            && stages.len() == wanted.stages.len()
            && stages.iter().zip(&wanted.stages).all(same)
    }

    /// A day shows itself by its total of steps.
    fn days(&self, shown: &[Point], expected: &mut Vec<Point>) -> usize {
        let steps: BTreeMap<Timestamp, f64> = shown
            .iter()
            .filter(|(series, _, _)| *series == "steps")
            .map(|(_, start, value)| (*start, *value))
            .collect();
        for (thing, fate) in self.of_kind(Kind::Day) {
            let total = |version: u8| {
                let points = self.content.points(*thing, version);
                points.into_iter().find(|(series, _, _)| *series == "steps").unwrap()
            };
            let Some(found) = steps.get(&total(0).1) else {
                assert!(fate.answered.is_empty(), "{thing:?} was answered and is lost");
                continue;
            };
            let version = fate.allowed().find(|version| total(*version).2 == *found);
            let version = version.unwrap_or_else(|| panic!("{thing:?} is not as any allowed version: {found} steps"));
            expected.extend(self.content.points(*thing, version));
        }
        steps.len()
    }
}

impl Fate {
    /// The versions of a ranked thing that may be shown: none that an answered one outranks.
    fn allowed(&self) -> impl Iterator<Item = u8> {
        let least = self.answered.last().copied().unwrap_or(0);
        self.attempted.iter().copied().filter(move |version| *version >= least)
    }
}

fn index_by_start(rows: &[Value]) -> BTreeMap<Timestamp, &Value> {
    let mut by_start = BTreeMap::new();
    for row in rows {
        let twice = by_start.insert(time(row, "start_time"), row);
        assert!(twice.is_none(), "twice: {row}");
    }
    by_start
}

fn time(value: &Value, field: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text(value, field)).unwrap()
}

fn point(row: &Value) -> Point {
    let series = model::SeriesType::find(text(row, "type")).unwrap().as_str();
    (series, time(row, "timestamp"), row["value"].as_f64().unwrap())
}

fn by_place(one: &Point, other: &Point) -> std::cmp::Ordering {
    (one.0, one.1).cmp(&(other.0, other.1)).then(one.2.total_cmp(&other.2))
}
