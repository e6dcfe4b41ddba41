//! Samples as Observations: one a point, or one a bucket where summaries were asked for.

use super::{
    codes::{self, BLOOD_PRESSURE, BLOOD_PRESSURE_PROFILE, DIASTOLIC, SYSTOLIC},
    resource::{
        Component, Concept, DAILY_TOTAL, Effective, Identifier, Observation, Quantity, SERIES, SLEEP_STAGE, Value,
    },
    units,
    writer::{FhirWriter, meta},
};
use crate::{
    record::{About, Reading, Sample, point_id},
    samples::SampleRow,
    when::date_time,
};
use model::{Aggregation, Group, SeriesType, SleepStage};

impl FhirWriter {
    /// A reading. None holds a number that is not finite.
    pub(super) fn observation<'a>(&self, reading: &Reading<'_, 'a>) -> Option<Observation<'a>> {
        let first = reading.first()?;
        let about = &self.about;
        let id = point_id(about, first);
        let source = first.row.source;
        let (code, value, component, category, profile) = match reading {
            Reading::One(sample) => {
                let names = codes::of_series(sample.series);
                (code(sample), value(sample), Vec::new(), category(sample.series), names.profile)
            }
            Reading::Pressure(systolic, diastolic) => {
                let components = vec![half(SYSTOLIC, *systolic), half(DIASTOLIC, *diastolic)];
                let code = Concept::coded(&[BLOOD_PRESSURE], SERIES, "blood_pressure");
                (code, None, components, Some(Concept::vital_signs()), Some(BLOOD_PRESSURE_PROFILE))
            }
        };
        Some(Observation {
            resource_type: "Observation",
            identifier: [Identifier { system: "urn:wearhouse:sample", value: id.clone() }],
            id,
            meta: meta(source, profile),
            status: "final",
            category: category.map(|category| [category]),
            code,
            subject: self.subject(),
            effective: effective(&first.row),
            value,
            method: method(about, first),
            device: self.device_of(source),
            has_member: Vec::new(),
            component,
        })
    }
}

/// When it holds: an instant, or from one to another.
fn effective(row: &SampleRow<'_>) -> Effective {
    if row.duration_us <= 0 {
        return Effective::At(date_time(row.at, row.offset));
    }
    let end = row.at.plus_micros(row.duration_us);
    Effective::During { start: date_time(row.at, row.offset), end: date_time(end, row.offset) }
}

fn value<'a>(sample: &Sample<'_>) -> Option<Value<'a>> {
    // a stage is no quantity, though its number is kept like one
    if let (SeriesType::SLEEP_STAGE, Some(stage)) = (sample.series, SleepStage::of_value(sample.row.value)) {
        return Some(Value::Concept(Concept::coded(&[], SLEEP_STAGE, stage.as_str())));
    }
    Some(Value::Quantity(Quantity::new(sample.row.value, units::of_series(sample.series))))
}

fn half<'a>(code: codes::Loinc, sample: Option<&Sample<'_>>) -> Component<'a> {
    let value = sample.and_then(value);
    Component { code: Concept::loinc(code), value: value.unwrap_or_else(|| Value::Absent(Concept::unknown())) }
}

/// Totals of whole days have codes of their own: beside samples of the day they would be counted twice.
pub(super) fn code<'a>(sample: &Sample<'_>) -> Concept<'a> {
    let names = codes::of_series(sample.series);
    let is_amount = sample.series.spec().aggregation == Aggregation::Sum;
    if is_amount && sample.row.is_daily_total == Some(true) {
        return Concept::coded(names.daily.as_slice(), DAILY_TOTAL, sample.series.as_str());
    }
    Concept::coded(names.loinc, SERIES, sample.series.as_str())
}

pub(super) fn category<'a>(series: SeriesType) -> Option<Concept<'a>> {
    match series.spec().group {
        _ if codes::of_series(series).profile.is_some() => Some(Concept::vital_signs()),
        Group::Activity | Group::Distance | Group::Walking | Group::Running | Group::Swimming | Group::Fitness => {
            Some(Concept::activity())
        }
        _ => None,
    }
}

/// How several became one.
fn method<'a>(about: &About, sample: &Sample<'_>) -> Option<Concept<'a>> {
    let Some(resolution) = about.summary else {
        return sample.row.is_reduced.then(|| Concept::text("may stand for several samples"));
    };
    let word = match sample.series.spec().aggregation {
        _ if sample.row.is_daily_total == Some(true) => return None,
        Aggregation::Sum => "sum",
        Aggregation::Mean => "mean",
        Aggregation::Max => "highest",
        Aggregation::Last => "latest",
    };
    Some(Concept::text(format!("{word} over {resolution}")))
}
