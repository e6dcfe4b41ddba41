//! What a record says, whatever it is written as.

use super::{About, RecordFormat, RecordWriter, Sample};
use crate::{
    events::{Event, EventDetail},
    samples::SampleRow,
};
use model::{Context, LocalOffset, ProviderName, SeriesType, Source, Timestamp, UserId};
use serde_json::Value;

pub(crate) fn about() -> About {
    let user: UserId = "00000000-0000-0000-0000-000000000007".parse().unwrap();
    About::of(user, Timestamp::from_seconds(1_795_262_400))
}

pub(crate) fn watch() -> Source {
    Source { device: Some("fenix 7".to_owned()), ..Source::of(ProviderName::from_static("garmin")) }
}

pub(crate) fn sample(series: SeriesType, second: i64, value: f64, source: Option<&Source>) -> Sample<'_> {
    Sample {
        series,
        source: 1,
        context: Context::SAMPLES,
        twin: 0,
        row: SampleRow {
            at: Timestamp::from_seconds(1_790_000_000 + second),
            duration_us: 0,
            value,
            offset: None,
            source,
            is_daily_total: None,
            is_reduced: false,
        },
    }
}

/// A record of samples and events, as text.
pub(crate) fn written(format: RecordFormat, about: About, samples: &[Sample<'_>], events: &[Event<'_>]) -> String {
    let (mut writer, mut out) = (RecordWriter::new(format, about), Vec::new());
    writer.begin(&[watch()], &mut out).unwrap();
    writer.samples(samples, &mut out).unwrap();
    events.iter().for_each(|event| writer.event(event, &mut out).unwrap());
    writer.finish(&mut out);
    String::from_utf8(out).unwrap()
}

/// The same, line by line.
pub(crate) fn lines(format: RecordFormat, samples: &[Sample<'_>], events: &[Event<'_>]) -> Vec<Value> {
    let text = written(format, about(), samples, events);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn event<'a>(detail: EventDetail<'a>, source: &'static Source) -> Event<'a> {
    Event {
        id: "00000000-0000-0000-0000-000000000009".to_owned(),
        source,
        start: Timestamp::from_seconds(1_790_000_000),
        end: Timestamp::from_seconds(1_790_003_600),
        offset: Some(LocalOffset::device(7_200)),
        detail,
    }
}

#[test]
fn every_sample_has_an_id_of_its_own_that_stays() {
    let watch = watch();
    let mut samples = vec![
        sample(SeriesType::HEART_RATE, 0, 60.0, Some(&watch)),
        sample(SeriesType::HEART_RATE, 1, 60.0, Some(&watch)),
        sample(SeriesType::RESTING_HEART_RATE, 0, 60.0, Some(&watch)),
    ];
    samples.push(Sample { source: 2, ..samples[0] });
    samples.push(Sample { context: Context::MANUAL, ..samples[0] });
    samples.push(Sample { twin: 1, ..samples[0] });
    for format in [RecordFormat::Fhir, RecordFormat::OpenMHealth] {
        let id = |line: &Value| line["id"].as_str().or(line["header"]["id"].as_str()).unwrap().to_owned();
        let ids: Vec<String> = lines(format, &samples, &[]).iter().map(id).collect();
        let mut distinct = ids.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), ids.len(), "{format:?}");
        let mut changed = samples.clone();
        changed[0].row.value = 61.0;
        assert_eq!(lines(format, &changed, &[]).iter().map(id).collect::<Vec<_>>(), ids, "whatever the value");
    }
    let merged = About { is_merged: true, ..about() };
    assert_ne!(
        written(RecordFormat::Fhir, merged, &samples[..1], &[]),
        written(RecordFormat::Fhir, about(), &samples[..1], &[])
    );
    let hourly = About { summary: Some("1hour"), ..about() };
    assert_ne!(
        written(RecordFormat::Fhir, hourly, &samples[..1], &[]),
        written(RecordFormat::Fhir, about(), &samples[..1], &[])
    );
}

#[test]
fn a_record_that_broke_off_says_so() {
    for (format, sign) in [(RecordFormat::Fhir, "OperationOutcome"), (RecordFormat::OpenMHealth, "\"truncated\":true")]
    {
        let (writer, mut out) = (RecordWriter::new(format, about()), Vec::new());
        writer.break_off(&mut out);
        assert!(String::from_utf8(out).unwrap().contains(sign), "{format:?}");
    }
    let (mut writer, mut out) = (RecordWriter::new(RecordFormat::FhirBundle, about()), Vec::new());
    writer.begin(&[], &mut out).unwrap();
    writer.break_off(&mut out);
    assert!(serde_json::from_slice::<Value>(&out).is_err());
}
