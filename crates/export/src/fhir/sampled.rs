//! Samples at a regular pace as one Observation with all their values (SampledData), where that was asked for.
//!
//! Only instants of levels become such runs: a total needs its interval, and pressures need each other. A run has
//! neither the profile nor the code of a vital sign, for these demand one quantity each.

use super::{
    codes,
    observation::{category, code},
    resource::{Concept, Effective, Identifier, Observation, Quantity, SERIES, SampledData, Value},
    units,
    writer::{FhirWriter, meta},
};
use crate::{
    record::{Sample, point_id},
    when::date_time,
};
use model::{Aggregation, Context, SeriesType, derived_id};
use std::collections::BTreeMap;

/// Fewer are told one by one.
const LEAST: usize = 4;

/// What the samples of a run share.
type Shared = (SeriesType, i32, Context, Option<i32>);

/// Samples at one pace.
pub(super) type Run<'s, 'a> = Vec<&'s Sample<'a>>;

/// The runs, and in their order the samples that are in none.
pub(super) fn split<'s, 'a>(samples: &'s [Sample<'a>]) -> (Vec<Run<'s, 'a>>, Vec<Sample<'a>>) {
    let mut alike: BTreeMap<Shared, Vec<(usize, &'s Sample<'a>)>> = BTreeMap::new();
    let mut is_in_run = vec![false; samples.len()];
    for (place, sample) in samples.iter().enumerate().filter(|(_, sample)| can_be_in_run(sample)) {
        let offset = sample.row.offset.map(|offset| offset.seconds);
        alike.entry((sample.series, sample.source, sample.context, offset)).or_default().push((place, sample));
    }
    let mut runs = Vec::new();
    for alike in alike.values() {
        let mut rest = alike.as_slice();
        while rest.len() >= LEAST {
            let (run, later) = rest.split_at(regular(rest));
            rest = later;
            if run.len() >= LEAST {
                for (place, _) in run {
                    is_in_run[*place] = true;
                }
                runs.push(run.iter().map(|(_, sample)| *sample).collect());
            }
        }
    }
    let alone = samples.iter().zip(is_in_run).filter(|(_, is_in_run)| !is_in_run).map(|(sample, _)| *sample);
    (runs, alone.collect())
}

fn can_be_in_run(sample: &Sample<'_>) -> bool {
    let pressures = [SeriesType::BLOOD_PRESSURE_SYSTOLIC, SeriesType::BLOOD_PRESSURE_DIASTOLIC];
    let row = &sample.row;
    let is_level = sample.series.spec().aggregation == Aggregation::Mean && sample.series != SeriesType::SLEEP_STAGE;
    let is_instant = row.duration_us == 0 && row.is_daily_total != Some(true) && !row.is_reduced;
    is_level && is_instant && row.value.is_finite() && !pressures.contains(&sample.series)
}

/// How many of the first are at the pace of the first two; one where these are at the same time.
fn regular(samples: &[(usize, &Sample<'_>)]) -> usize {
    let step = |pair: &[(usize, &Sample<'_>)]| match pair {
        [(_, one), (_, other)] => other.row.at.micros_since(one.row.at),
        _ => 0,
    };
    let first = samples.windows(2).next().map_or(0, step);
    // the last of a run that breaks off may begin another
    let steps = samples.windows(2).take_while(|pair| first > 0 && step(pair) == first).count();
    if steps + 1 >= LEAST { steps + 1 } else { 1 }
}

impl FhirWriter {
    pub(super) fn run<'a>(&self, run: &Run<'_, 'a>) -> Option<Observation<'a>> {
        let (first, second, last) = (*run.first()?, *run.get(1)?, *run.last()?);
        let id = derived_id(&[b"sampled", point_id(&self.about, first).as_bytes()]).to_string();
        let data: Vec<String> = run.iter().map(|sample| sample.row.value.to_string()).collect();
        let is_vital_sign = codes::of_series(first.series).profile.is_some();
        let value = SampledData {
            origin: Quantity::new(0.0, units::of_series(first.series)),
            period: second.row.at.micros_since(first.row.at) as f64 / 1e3,
            dimensions: 1,
            data: data.join(" "),
        };
        let time = |sample: &Sample<'_>| date_time(sample.row.at, sample.row.offset);
        Some(Observation {
            resource_type: "Observation",
            identifier: [Identifier { system: "urn:wearhouse:sample", value: id.clone() }],
            id,
            meta: meta(first.row.source, None),
            status: "final",
            category: if is_vital_sign { None } else { category(first.series).map(|category| [category]) },
            code: if is_vital_sign { Concept::coded(&[], SERIES, first.series.as_str()) } else { code(first) },
            subject: self.subject(),
            effective: Effective::During { start: time(first), end: time(last) },
            value: Some(Value::Sampled(value)),
            method: None,
            device: self.device_of(first.row.source),
            has_member: Vec::new(),
            component: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::record::{
        About, RecordFormat, Sample,
        tests::{about, sample, watch, written},
    };
    use model::SeriesType;
    use serde_json::{Value, json};

    fn observations(samples: &[Sample<'_>]) -> Vec<Value> {
        let text = written(RecordFormat::Fhir, About { sampled: true, ..about() }, samples, &[]);
        let all = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        all.filter(|resource| resource["resourceType"] == "Observation").collect()
    }

    #[test]
    fn instants_at_one_pace_are_one_observation_and_others_stay_as_they_are() {
        let watch = watch();
        let beats = |seconds: &[i64]| -> Vec<Sample<'_>> {
            let beat = |second: &i64| sample(SeriesType::HEART_RATE, *second, 60.5 + *second as f64, Some(&watch));
            seconds.iter().map(beat).collect()
        };
        let found = observations(&beats(&[0, 2, 4, 6, 7, 17, 18, 19, 20, 21]));
        let data: Vec<_> = found.iter().filter_map(|it| it["valueSampledData"]["data"].as_str()).collect();
        assert_eq!(data, ["60.5 62.5 64.5 66.5", "77.5 78.5 79.5 80.5 81.5"]);
        assert_eq!(found.len(), 3, "the one between is alone");
        let run = &found[0]["valueSampledData"];
        assert_eq!((&run["period"], &run["dimensions"]), (&json!(2_000.0), &json!(1)));
        assert_eq!(run["origin"]["code"], "/min");
        let period = json!({"start": "2026-09-21T14:13:20Z", "end": "2026-09-21T14:13:26Z"});
        assert_eq!(found[0]["effectivePeriod"], period);
        assert_eq!(observations(&beats(&[0, 1, 2])).len(), 3, "too few");
        assert_eq!(observations(&beats(&[5, 5, 5, 5, 5])).len(), 5, "no pace");
    }

    #[test]
    fn a_run_is_no_vital_sign_of_the_profiles_which_want_one_quantity() {
        let watch = watch();
        let run = |series| -> Vec<Sample<'_>> { (0..5).map(|at| sample(series, at, 36.5, Some(&watch))).collect() };
        let [rate] = &observations(&run(SeriesType::HEART_RATE))[..] else { panic!() };
        assert_eq!(rate["code"]["coding"], json!([{"system": "urn:wearhouse:series", "code": "heart_rate"}]));
        assert!(rate["meta"].get("profile").is_none() && rate.get("category").is_none());
        let [skin] = &observations(&run(SeriesType::SKIN_TEMPERATURE))[..] else { panic!() };
        assert_eq!(skin["code"]["coding"][0]["system"], "http://loinc.org");
    }

    #[test]
    fn amounts_pressures_and_what_lasts_are_told_one_by_one() {
        let watch = watch();
        for series in [SeriesType::STEPS, SeriesType::BLOOD_PRESSURE_SYSTOLIC, SeriesType::SLEEP_STAGE] {
            let samples: Vec<_> = (0..5).map(|at| sample(series, at, 2.0, Some(&watch))).collect();
            assert_eq!(observations(&samples).len(), 5, "{series}");
        }
        let mut lasting: Vec<_> = (0..5).map(|at| sample(SeriesType::HEART_RATE, at, 60.0, Some(&watch))).collect();
        lasting.iter_mut().for_each(|sample| sample.row.duration_us = 1_000_000);
        assert_eq!(observations(&lasting).len(), 5);
        let mut mixed: Vec<_> = (0..8).map(|at| sample(SeriesType::HEART_RATE, at / 2, 60.0, Some(&watch))).collect();
        mixed.iter_mut().skip(1).step_by(2).for_each(|sample| sample.source = 2);
        assert_eq!(observations(&mixed).len(), 2, "a run of each source");
    }
}
