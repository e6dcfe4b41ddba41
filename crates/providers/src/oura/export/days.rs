//! Documents of a day: activity, readiness, scores, oxygen, stress, fitness. A day that says its offset lies by it.

use super::{NAME, Putting, document::Document, time};
use crate::{
    gathered::Base,
    json::{Field, Notes},
};
use model::{
    Context, DailyDetail, DailyRecord, LocalDate, Mapped, Point, Record, SampleBatch, ScoreCategory, ScoreComponent,
    ScoreRecord, SeriesType, Source,
};

const DAY_US: i64 = 86_400_000_000;

impl Putting {
    pub(super) fn day(&mut self, document: &Document, path: &str, mapped: &mut Mapped) {
        let Mapped { issues, records, .. } = mapped;
        let mut notes = Notes::new(issues, path);
        let date = notes.date(&document.day).or_else(|| notes.date(&document.summary_date));
        let Some(date) = date else { return };
        let offset = document.timestamp.value().and_then(|text| time(text)).and_then(|(_, offset)| offset);
        let base = self.midnight(date, offset);
        if document.steps.value().is_some() || document.active_energy.value().is_some() {
            return records.push(Record::Daily(Box::new(active_day(document, date, &base, &mut notes))));
        }
        let before = records.len();
        records.extend(score(document, &base, &mut notes).map(Record::Score));
        let values = [
            (SeriesType::SKIN_TEMPERATURE_DEVIATION, notes.between(&document.deviation, -20.0, 20.0)),
            (SeriesType::SKIN_TEMPERATURE_TREND_DEVIATION, notes.between(&document.trend, -20.0, 20.0)),
            (SeriesType::CARDIOVASCULAR_AGE, notes.positive(&document.vascular_age, 150.0)),
            (SeriesType::VO2_MAX, notes.positive(&document.fitness, 100.0)),
            (SeriesType::OXYGEN_SATURATION, oxygen(document, &mut notes)),
            (SeriesType::BREATHING_DISTURBANCE_INDEX, notes.amount(&document.disturbance, 200.0)),
        ];
        let mut found = records.len() > before;
        for (series, value) in values {
            let Some(value) = value else { continue };
            found = true;
            let point = Point { start: base.at, duration_us: DAY_US, value };
            self.gathered.add_point(&base, series, Context::DAILY, point);
        }
        if !found {
            self.unmapped.count("day without a measurement");
        }
    }
}

fn oxygen(document: &Document, notes: &mut Notes<'_>) -> Option<f64> {
    let oxygen = notes.take(&document.oxygen)?;
    notes.positive(&oxygen.average, 100.0)
}

fn active_day(document: &Document, date: LocalDate, base: &Base, notes: &mut Notes<'_>) -> DailyRecord {
    let detail = DailyDetail {
        steps: notes.amount(&document.steps, 1e6),
        active_energy_kcal: notes.amount(&document.active_energy, 1e5),
        moderate_intensity_s: notes.span(&document.moderate),
        vigorous_intensity_s: notes.span(&document.vigorous),
        ..DailyDetail::default()
    };
    let values = [
        (SeriesType::STEPS, detail.steps),
        (SeriesType::ENERGY, detail.active_energy_kcal),
        (SeriesType::TOTAL_ENERGY, notes.positive(&document.total_energy, 1e5)),
    ];
    let batch = |(series, value): (SeriesType, Option<f64>)| {
        let points = vec![Point { start: base.at, duration_us: DAY_US, value: value? }];
        let (source, offset) = (base.source.clone(), base.offset);
        Some(SampleBatch { series, source, context: Context::DAILY, rank: 0, offset, points })
    };
    let value = notes.positive(&document.score, 100.0);
    DailyRecord {
        external_id: notes.text(&document.id).unwrap_or_else(|| format!("day:{date}")),
        rank: 0,
        source: Source::of(NAME),
        date,
        start: base.at,
        offset: base.offset,
        samples: values.into_iter().filter_map(batch).collect(),
        detail,
        scores: value.map(|value| scored(ScoreCategory::Activity, base, Some(value))).into_iter().collect(),
    }
}

fn scored(category: ScoreCategory, base: &Base, value: Option<f64>) -> ScoreRecord {
    ScoreRecord {
        category,
        rank: 0,
        source: base.source.clone(),
        at: base.at,
        offset: base.offset,
        value,
        qualifier: None,
        components: Vec::new(),
    }
}

/// The score of a day; what it is made of tells what it judges.
fn score(document: &Document, base: &Base, notes: &mut Notes<'_>) -> Option<ScoreRecord> {
    let part = |field: &Field<f64>, value: Option<f64>| {
        Some(ScoreComponent { name: field.key.to_owned(), value: Some(value?), qualifier: None })
    };
    if !document.stress_high.is_absent() || !document.day_summary.is_absent() {
        // seconds of a day, of which no number is a score
        let (high, low) = (notes.span(&document.stress_high), notes.span(&document.recovery_high));
        let components = [part(&document.stress_high, high), part(&document.recovery_high, low)];
        let qualifier = notes.text(&document.day_summary);
        let components = components.into_iter().flatten().collect();
        return Some(ScoreRecord { qualifier, components, ..scored(ScoreCategory::Stress, base, None) });
    }
    let value = notes.positive(&document.score, 100.0)?;
    let parts = notes.take(&document.contributors).unwrap_or_default();
    let is = |field: &Field<f64>| field.value().is_some();
    let category = if is(&parts.previous_night) || is(&parts.recovery_index) || is(&document.previous_night) {
        ScoreCategory::Readiness
    } else if is(&parts.deep_sleep) || is(&parts.rem_sleep) || is(&parts.restfulness) {
        ScoreCategory::Sleep
    } else if is(&parts.meet_daily_targets) || is(&parts.stay_active) {
        ScoreCategory::Activity
    } else if !document.deviation.is_absent() {
        ScoreCategory::Readiness
    } else {
        return None;
    };
    let told = [
        &parts.deep_sleep,
        &parts.rem_sleep,
        &parts.restfulness,
        &parts.efficiency,
        &parts.previous_night,
        &parts.sleep_balance,
        &parts.recovery_index,
        &parts.activity_balance,
        &parts.meet_daily_targets,
        &parts.stay_active,
        &parts.training_volume,
    ];
    let components = told.into_iter().filter_map(|field| part(field, notes.positive(field, 100.0))).collect();
    Some(ScoreRecord { components, ..scored(category, base, Some(value)) })
}
