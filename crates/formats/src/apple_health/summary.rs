//! A day's rings: what the person moved, exercised and stood, as the phone adds it up from all sources.

use super::{cursor::Cursor, cursor::text, statistics::quantity, units::Quantity};
use crate::Notes;
use model::{
    Context, DailyDetail, DailyRecord, IssueCode, LocalDate, Point, ProviderName, Record, SampleBatch, SeriesType,
    Source, Timestamp,
};

const DAY_US: i64 = 86_400_000_000;

/// Reads the summary whose name was read last. A day is of the person's own calendar; which instant it began
/// at is not told, so it stands at midnight of UTC without an offset.
pub(super) fn read(provider: &ProviderName, cursor: &mut Cursor<'_>, notes: &mut Notes) -> Option<Record> {
    let [mut date, mut energy, mut unit, mut moved, mut exercise, mut stood] = [&b""[..]; 6];
    let mut goals = 0;
    let empty = cursor.attributes(|name, value| match name {
        b"dateComponents" => date = value,
        b"activeEnergyBurned" => energy = value,
        b"activeEnergyBurnedUnit" => unit = value,
        b"appleMoveTime" | b"appleMoveMinutes" => moved = value,
        b"appleExerciseTime" => exercise = value,
        b"appleStandHours" => stood = value,
        _ => goals += u64::from(name.ends_with(b"Goal")),
    });
    if !empty {
        cursor.skip();
    }
    let Some(date) = LocalDate::parse(&text(date)) else {
        notes.add(
            IssueCode::Invalid,
            "ActivitySummary.dateComponents",
            "days have no readable date, and were left out",
        );
        return None;
    };
    if goals > 0 {
        notes.add_many(IssueCode::Unmapped, "ActivitySummary", "goals of days have no place; they are kept raw", goals);
    }
    let energy = quantity(Quantity::Kilocalories, energy, unit);
    let start = Timestamp::from_seconds(i64::from(date.as_days()) * 86_400);
    let totals = [
        (SeriesType::ENERGY, energy),
        (SeriesType::ACTIVE_TIME, quantity(Quantity::Minutes, moved, b"min").filter(|minutes| *minutes > 0.0)),
        (SeriesType::EXERCISE_TIME, quantity(Quantity::Minutes, exercise, b"min")),
        (SeriesType::STAND_HOURS, quantity(Quantity::Count, stood, b"count")),
    ];
    let source = Source::of(provider.clone());
    let total = |(series, value): (SeriesType, Option<f64>)| {
        let points = vec![Point { start, duration_us: DAY_US, value: value? }];
        Some(SampleBatch { series, source: source.clone(), context: Context::DAILY, rank: 0, offset: None, points })
    };
    let samples = totals.into_iter().filter_map(total).collect();
    Some(Record::Daily(Box::new(DailyRecord {
        external_id: format!("activity-summary:{date}"),
        rank: 0,
        source: source.clone(),
        date,
        start,
        offset: None,
        detail: DailyDetail { active_energy_kcal: energy, ..DailyDetail::default() },
        samples,
        scores: Vec::new(),
    })))
}
