//! The table of days, and the tables of the quarters of one day, which say the time but not the day.

use super::NAME;
use crate::{
    gathered::Unmapped,
    table::{Row, each_row},
    wall::Wall,
};
use jiff::civil::Time;
use model::{
    Context, DailyDetail, DailyRecord, IssueCode, LocalDate, Mapped, PartMeta, Point, Record, SampleBatch, SeriesType,
    Source,
};
use std::io::Read;

pub(super) const COLUMNS: [&str; 3] = ["Date", "Move Minutes count", "Step count"];
pub(super) const INTERVALS: [&str; 3] = ["Start time", "End time", "Move Minutes count"];

pub(super) fn part(part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
    let (mut mapped, mut wall) = (Mapped::default(), Wall::of(meta));
    each_row(part_type, &COLUMNS, body, &mut mapped, |row, mapped| {
        let day = day(row, &mut wall, mapped);
        mapped.records.extend(day.map(|day| Record::Daily(Box::new(day))));
    });
    wall.finish(&mut mapped);
    mapped
}

/// The day stands in the file's name alone, which is not believed; the table of days has its sums.
pub(super) fn intervals(part_type: &str, body: &mut dyn Read) -> Mapped {
    let (mut mapped, mut unmapped) = (Mapped::default(), Unmapped::default());
    each_row(part_type, &INTERVALS, body, &mut mapped, |_, _| {
        unmapped.count("part of a day that the file does not name");
    });
    unmapped.finish(&mut mapped);
    mapped
}

fn day(row: &Row<'_>, wall: &mut Wall, mapped: &mut Mapped) -> Option<DailyRecord> {
    let Some(date) = row.text("Date").and_then(|text| LocalDate::parse(&text)) else {
        row.notes(mapped).add(IssueCode::Invalid, "Date", "missing, or not a date");
        return None;
    };
    let mut midnight = |date: LocalDate| wall.place(date.to_civil().to_datetime(Time::midnight()));
    let ((start, offset), (end, _)) = (midnight(date), midnight(date.plus_days(1)));
    let duration_us = end.micros_since(start).max(0);
    let mut number = |column: &str, most: f64| row.number(column, 0.0, most, mapped);
    let detail = DailyDetail {
        steps: number("Step count", 1e6),
        distance_m: number("Distance (m)", 1e7),
        active_s: number("Move Minutes count", 1500.0).map(|minutes| minutes * 60.0),
        heart_rate_avg_bpm: number("Average heart rate (bpm)", 300.0).filter(|rate| *rate > 0.0),
        heart_rate_max_bpm: number("Max heart rate (bpm)", 300.0).filter(|rate| *rate > 0.0),
        heart_rate_min_bpm: number("Min heart rate (bpm)", 300.0).filter(|rate| *rate > 0.0),
        ..DailyDetail::default()
    };
    let values = [
        (SeriesType::STEPS, detail.steps),
        (SeriesType::DISTANCE_WALKING_RUNNING, detail.distance_m),
        // rest included
        (SeriesType::TOTAL_ENERGY, number("Calories (kcal)", 1e5)),
        (SeriesType::ACTIVE_TIME, detail.active_s.map(|seconds| seconds / 60.0)),
        (SeriesType::WEIGHT, number("Average weight (kg)", 1000.0).filter(|weight| *weight > 0.0)),
    ];
    let batch = |(series, value): (SeriesType, Option<f64>)| {
        let points = vec![Point { start, duration_us, value: value? }];
        Some(SampleBatch { series, source: Source::of(NAME), context: Context::DAILY, rank: 0, offset, points })
    };
    Some(DailyRecord {
        external_id: format!("day:{date}"),
        rank: 0,
        source: Source::of(NAME),
        date,
        start,
        offset,
        samples: values.into_iter().filter_map(batch).collect(),
        detail,
        scores: Vec::new(),
    })
}
