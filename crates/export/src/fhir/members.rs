//! What a workout consists of, as members of it: laps, legs, pool lengths, sets, pauses and the time in each zone, each
//! an Observation with its own time and everything known of it.

use super::{
    event::{effective, field},
    resource::{Component, Concept, EVENT, FIELD, Observation, Quantity, Value},
    units,
    writer::FhirWriter,
};
use crate::events::Event;
use model::{Timestamp, ZoneKind, derived_id};
use serde_json::{Map, Value as Json};

/// The lists of a workout that become members, and what one of each is called.
pub(super) const LISTS: [(&str, &str); 6] = [
    ("legs", "leg"),
    ("laps", "lap"),
    ("lengths", "pool_length"),
    ("sets", "set"),
    ("pauses", "pause"),
    ("zones", "zone"),
];
/// What says how long a member took, the best first: that is its value.
const LENGTHS: [&str; 4] = ["timer_s", "elapsed_s", "duration_s", "seconds"];
/// What says when it was.
const TIMES: [&str; 2] = ["start", "end"];

impl FhirWriter {
    /// The members of an event, list by list, each in its order.
    pub(super) fn members<'e>(&self, event: &Event<'_>, values: &'e Map<String, Json>) -> Vec<Observation<'e>> {
        let lists = LISTS.iter().filter_map(|(list, name)| Some((*name, values.get(*list)?.as_array()?)));
        let items = lists.flat_map(|(name, items)| items.iter().enumerate().map(move |(at, item)| (name, at, item)));
        items.map(|(name, at, item)| self.member(event, name, at, item)).collect()
    }

    fn member<'e>(&self, event: &Event<'_>, name: &'static str, place: usize, item: &'e Json) -> Observation<'e> {
        // by its place: laps of a file that was read again are the same laps
        let id = derived_id(&[name.as_bytes(), event.id.as_bytes(), &(place as u64).to_be_bytes()]).to_string();
        let (from, to) = span(event, item);
        let own = LENGTHS.iter().find(|length| item.get(**length).is_some_and(Json::is_number));
        let seconds = match own {
            Some(own) => item.get(*own).and_then(Json::as_f64),
            None if item.is_array() => Some(to.micros_since(from) as f64 / 1e6),
            None => None,
        };
        let value = seconds.map(|seconds| Value::Quantity(Quantity::new(seconds, units::SECONDS)));
        let component: Vec<Component<'e>> = item.as_object().map(|fields| components(fields, own)).unwrap_or_default();
        let value = match value {
            None if component.is_empty() => Some(Value::Absent(Concept::unknown())),
            value => value,
        };
        let effective = effective(from, to, event.offset);
        let whole = self.of_event(event, id, Concept::coded(&[], EVENT, name), effective, value);
        Observation { component, ..whole }
    }
}

fn components<'e>(fields: &'e Map<String, Json>, own: Option<&&str>) -> Vec<Component<'e>> {
    let others = fields.iter().filter(|(name, _)| Some(&name.as_str()) != own && !TIMES.contains(&name.as_str()));
    others.filter_map(|(name, value)| edge(fields, name, value).or_else(|| field(name, value))).collect()
}

/// The upper edge of a zone has the unit of what the zone divides.
fn edge<'e>(fields: &Map<String, Json>, name: &'e str, value: &Json) -> Option<Component<'e>> {
    let kind = fields.get("kind")?.as_str()?;
    let unit = if kind == ZoneKind::Power.as_str() { units::of_field("_w") } else { units::of_field("_bpm") };
    let value = value.as_f64().filter(|_| name == "high")?;
    Some(Component { code: Concept::coded(&[], FIELD, name), value: Value::Quantity(Quantity::new(value, unit)) })
}

/// From when to when; the whole workout where nothing is told.
fn span(event: &Event<'_>, item: &Json) -> (Timestamp, Timestamp) {
    let time = |value: Option<&Json>| value.and_then(Json::as_str).and_then(Timestamp::parse_rfc3339);
    if let Some(pair) = item.as_array() {
        let (from, to) = (time(pair.first()), time(pair.get(1)));
        return (from.unwrap_or(event.start), to.unwrap_or(event.end));
    }
    let Some(from) = time(item.get("start")) else { return (event.start, event.end) };
    let lasting = ["elapsed_s", "duration_s", "timer_s"].iter().find_map(|name| item.get(*name)?.as_f64());
    let lasting = lasting.filter(|seconds| (0.0..1e9).contains(seconds));
    let end = || lasting.map(|seconds| from.plus_micros((seconds * 1e6) as i64));
    (from, time(item.get("end")).or_else(end).unwrap_or(from))
}

#[cfg(test)]
mod tests {
    use crate::{
        events::EventDetail,
        record::{
            RecordFormat,
            tests::{event, lines},
        },
    };
    use model::{Lap, PoolLength, ProviderName, Source, StrengthSet, Timestamp, WorkoutDetail, Zone, ZoneKind};
    use serde_json::{Value, json};
    use std::sync::LazyLock;

    static WATCH: LazyLock<Source> = LazyLock::new(|| Source::of(ProviderName::from_static("garmin")));

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(1_790_000_000 + second)
    }

    fn told(detail: &WorkoutDetail) -> Vec<Value> {
        let all = lines(RecordFormat::Fhir, &[], &[event(EventDetail::Workout(detail), &WATCH)]);
        all.into_iter().filter(|resource| resource["resourceType"] == "Observation").collect()
    }

    fn component<'v>(observation: &'v Value, code: &str) -> &'v Value {
        let has = |it: &&Value| it["code"]["coding"].as_array().unwrap().iter().any(|coding| coding["code"] == code);
        observation["component"].as_array().unwrap().iter().find(has).unwrap()
    }

    #[test]
    fn what_a_workout_consists_of_are_members_with_their_own_time_and_value() {
        let lap = Lap { start: Some(at(0)), end: Some(at(60)), timer_s: Some(55.5), ..Lap::default() };
        let detail = WorkoutDetail {
            duration_s: Some(1_800.0),
            laps: vec![lap.clone(), Lap { start: Some(at(60)), elapsed_s: Some(30.0), energy_kcal: Some(9.0), ..lap }],
            lengths: vec![PoolLength { start: Some(at(5)), elapsed_s: Some(31.5), ..PoolLength::default() }],
            sets: vec![StrengthSet { repetitions: Some(12.0), active: Some(true), ..StrengthSet::default() }],
            pauses: vec![(at(55), at(57))],
            zones: vec![Zone { kind: ZoneKind::HeartRate, zone: 3, high: Some(150.0), seconds: 61.5 }],
            ..WorkoutDetail::default()
        };
        let found = told(&detail);
        let kinds: Vec<_> = found.iter().map(|it| it["code"]["coding"].as_array().unwrap().last().unwrap()).collect();
        let kinds: Vec<_> = kinds.iter().map(|coding| coding["code"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["lap", "lap", "pool_length", "set", "pause", "zone", "workout"]);
        let [first, second, length, set, pause, zone, workout] = &found[..] else { panic!() };
        let period = json!({"start": "2026-09-21T16:13:20+02:00", "end": "2026-09-21T16:14:20+02:00"});
        assert_eq!((&first["effectivePeriod"], &first["valueQuantity"]["value"]), (&period, &json!(55.5)));
        assert_eq!(component(second, "energy_kcal")["valueQuantity"]["code"], "kcal");
        assert_eq!(component(second, "41981-2")["valueQuantity"]["value"], 9.0);
        assert_eq!(length["effectivePeriod"]["end"], "2026-09-21T16:13:56.5+02:00");
        assert_eq!(component(set, "repetitions")["valueQuantity"]["value"], 12.0);
        assert_eq!(component(set, "active")["valueBoolean"], true);
        assert!(set.get("valueQuantity").is_none(), "nobody told how long it took");
        assert_eq!(pause["valueQuantity"]["value"], 2.0);
        assert_eq!((&zone["valueQuantity"]["value"], &zone["valueQuantity"]["code"]), (&json!(61.5), &json!("s")));
        assert_eq!(component(zone, "high")["valueQuantity"]["code"], "/min");
        assert_eq!(component(zone, "kind")["valueString"], "heart_rate");
        let members: Vec<_> = workout["hasMember"].as_array().unwrap().iter().map(|it| &it["reference"]).collect();
        let ids: Vec<_> =
            found[..6].iter().map(|it| json!(format!("Observation/{}", it["id"].as_str().unwrap()))).collect();
        assert_eq!(members, ids.iter().collect::<Vec<_>>());
    }

    #[test]
    fn a_lap_that_says_nothing_and_times_that_cannot_be_are_told_as_far_as_they_go() {
        let absurd = Lap { start: Some(at(10)), end: Some(at(3)), elapsed_s: Some(1e300), ..Lap::default() };
        let detail = WorkoutDetail { laps: vec![Lap::default(), absurd], ..WorkoutDetail::default() };
        let found = told(&detail);
        assert_eq!(found[0]["dataAbsentReason"]["coding"][0]["code"], "unknown");
        assert_eq!(found[0]["effectivePeriod"]["end"], "2026-09-21T17:13:20+02:00", "that of the workout");
        assert_eq!(found[1]["effectiveDateTime"], "2026-09-21T16:13:30+02:00");
        let ids: std::collections::BTreeSet<_> = found.iter().map(|it| it["id"].to_string()).collect();
        assert_eq!(ids.len(), 3);
        assert_eq!(told(&detail), found, "ids stay");
    }
}
