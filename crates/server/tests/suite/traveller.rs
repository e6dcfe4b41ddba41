//! A month of somebody who flies from Tokyo to Los Angeles and is home in Berlin when summer time ends: every
//! day, night and step stands on the date that the person's own clock showed.

use crate::{account::Person, install::text, stage::Stage};
use model::{LocalOffset, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const NAME: &str = "Wanda";

fn stage() -> (Stage, Person) {
    let stage = Stage::new(|_| {}, &[]);
    let stays = [("2026-10-01", "Asia/Tokyo"), ("2026-10-12", "America/Los_Angeles"), ("2026-10-20", "Europe/Berlin")];
    let stays: Vec<Value> = stays.iter().map(|(date, zone)| json!({ "date": date, "zone": zone })).collect();
    let wanda = json!({ "name": NAME, "persona": "traveller", "zone": "Europe/Berlin", "itinerary": stays });
    stage.tell("POST", "/sandbox/users", &wanda);
    let person = stage.team.connect(NAME);
    let path = format!("/sandbox/users/{}/generate", person.account);
    stage.tell("POST", &path, &json!({ "days": 31, "until": "2026-10-31" }));
    stage.settle();
    (stage, person)
}

/// The offset as pages show it.
fn shown_offset(summary: &Value) -> String {
    LocalOffset::device(summary["startTimeOffsetInSeconds"].as_i64().unwrap() as i32).as_hours_minutes()
}

fn seconds(value: &Value) -> i64 {
    value.as_str().and_then(Timestamp::parse_rfc3339).unwrap_or_else(|| panic!("{value}")).as_seconds()
}

#[test]
fn a_travellers_days_nights_and_steps_stand_on_the_dates_of_her_own_clock() {
    let (stage, wanda) = stage();
    let mut dailies = stage.summaries(&wanda, "dailies");
    // those of the days around her consent came by themselves
    dailies.retain(|daily| text(daily, "calendarDate").starts_with("2026-10"));
    let mut lengths = BTreeSet::new();
    for daily in &dailies {
        lengths.insert(daily["durationInSeconds"].as_i64().unwrap() / 3600);
        day(&stage, &wanda, daily);
    }
    // eight hours east, sixteen back over the date line, home again, and the Sunday of 25 hours
    assert_eq!(dailies.len(), 31);
    assert!(lengths.contains(&25) && lengths.contains(&40) && lengths.iter().any(|hours| *hours < 24), "{lengths:?}");
    let offsets: BTreeSet<String> = dailies.iter().map(shown_offset).collect();
    assert_eq!(offsets, ["+01:00", "+02:00", "+09:00", "-07:00"].map(str::to_owned).into(), "{offsets:?}");
    nights(&stage, &wanda);
}

/// The total of a date is the provider's, where and when that day began; the slots of the day add up to it.
fn day(stage: &Stage, wanda: &Person, daily: &Value) {
    let date = text(daily, "calendarDate");
    let path = format!("/api/v1/users/{}/timeseries?types=steps&limit=1000", wanda.id);
    let page = stage.team.get(&format!("{path}&resolution=1day&start_time={date}&end_time={date}"));
    let rows = page["data"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{date}: {rows:?}");
    let begins = daily["startTimeInSeconds"].as_i64().unwrap();
    assert_eq!(rows[0]["value"].as_f64(), daily["steps"].as_f64(), "{date}");
    assert_eq!(seconds(&rows[0]["timestamp"]), begins, "{date}");
    assert_eq!(text(&rows[0], "zone_offset"), shown_offset(daily), "{date}");
    assert_eq!(rows[0]["is_daily_total"], true);
    let ends = begins + daily["durationInSeconds"].as_i64().unwrap();
    let slots = stage.team.list(&format!("{path}&start_time={begins}&end_time={ends}"));
    let slots = slots.iter().filter(|row| row["is_daily_total"] == false);
    let walked: f64 = slots.map(|slot| slot["value"].as_f64().unwrap()).sum();
    assert_eq!(Some(walked), daily["steps"].as_f64(), "the slots of {date}");
}

/// Every night once, with its own offset, on the date of waking.
fn nights(stage: &Stage, wanda: &Person) {
    let path = format!("/api/v1/users/{}/events/sleep?start_date=2026-09-01&end_date=2026-12-01", wanda.id);
    let shown = stage.team.list(&path);
    let told = stage.summaries(wanda, "sleeps");
    assert!(told.len() >= 28, "{}", told.len());
    for night in &told {
        let begins = night["startTimeInSeconds"].as_i64().unwrap();
        let found: Vec<&Value> = shown.iter().filter(|session| seconds(&session["start_time"]) == begins).collect();
        assert_eq!(found.len(), 1, "{night}");
        assert_eq!(text(found[0], "zone_offset"), shown_offset(night));
        assert_eq!(found[0]["calendar_date"], night["calendarDate"]);
        assert_eq!(found[0]["is_nap"], false);
    }
    let dates: BTreeSet<&str> = told.iter().map(|night| text(night, "calendarDate")).collect();
    assert_eq!(dates.len(), told.len(), "two nights on one date");
    assert_eq!(
        shown.iter().filter(|session| session["is_nap"] == false).count(),
        told.len(),
        "nights that nobody told"
    );
}
