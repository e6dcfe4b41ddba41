//! A document in the words of the API, and those of its first version; of a table's row, or of JSON.

use crate::{
    json::{Field, Lenient, List, Said, wire},
    table::Row,
};

wire! {
    /// Any of the documents; what it is follows from which fields it has.
    Document {
        id: String = "id",
        day: String = "day",
        summary_date: String = "summary_date",
        timestamp: String = "timestamp" | "day_start",
        score: f64 = "score",
        contributors: Contributors = "contributors",
        bedtime_start: String = "bedtime_start",
        bedtime_end: String = "bedtime_end",
        kind: String = "type",
        is_longest: f64 = "is_longest",
        asleep: f64 = "total_sleep_duration" | "total",
        in_bed: f64 = "time_in_bed" | "duration",
        deep: f64 = "deep_sleep_duration" | "deep",
        light: f64 = "light_sleep_duration" | "light",
        rem: f64 = "rem_sleep_duration" | "rem",
        awake: f64 = "awake_time" | "awake",
        efficiency: f64 = "efficiency",
        heart_avg: f64 = "average_heart_rate" | "hr_average",
        variability: f64 = "average_hrv" | "rmssd",
        breath: f64 = "average_breath" | "breath_average",
        phases: String = "sleep_phase_5_min" | "hypnogram_5min",
        fine_phases: String = "sleep_phase_30_sec",
        heart_rate: Series = "heart_rate",
        hrv: Series = "hrv",
        heart_list: List<f64> = "hr_5min",
        hrv_list: List<f64> = "rmssd_5min",
        steps: f64 = "steps",
        active_energy: f64 = "active_calories" | "cal_active",
        total_energy: f64 = "total_calories" | "cal_total",
        moderate: f64 = "medium_activity_time",
        vigorous: f64 = "high_activity_time",
        deviation: f64 = "temperature_deviation",
        trend: f64 = "temperature_trend_deviation",
        previous_night: f64 = "score_previous_night",
        oxygen: Oxygen = "spo2_percentage",
        disturbance: f64 = "breathing_disturbance_index",
        stress_high: f64 = "stress_high",
        recovery_high: f64 = "recovery_high",
        day_summary: String = "day_summary",
        vascular_age: f64 = "vascular_age",
        fitness: f64 = "vo2_max",
        skin: f64 = "skin_temp",
        activity: String = "activity",
        start: String = "start_datetime",
        end: String = "end_datetime",
        calories: f64 = "calories",
        distance: f64 = "distance",
        label: String = "label",
        source: String = "source",
    }

    /// What a score is made of; which of them there are tells whose it is.
    Contributors {
        deep_sleep: f64 = "deep_sleep",
        rem_sleep: f64 = "rem_sleep",
        restfulness: f64 = "restfulness",
        efficiency: f64 = "efficiency",
        previous_night: f64 = "previous_night",
        sleep_balance: f64 = "sleep_balance",
        recovery_index: f64 = "recovery_index",
        activity_balance: f64 = "activity_balance",
        meet_daily_targets: f64 = "meet_daily_targets",
        stay_active: f64 = "stay_active",
        training_volume: f64 = "training_volume",
    }

    /// Values at even distances, with gaps.
    Series {
        interval: f64 = "interval",
        items: Gaps = "items",
        timestamp: String = "timestamp",
    }

    /// Oxygen of a night.
    Oxygen {
        average: f64 = "average",
    }
}

/// Values of which some are none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gaps(pub(super) Vec<Option<f64>>);

impl Lenient for Gaps {
    fn from_list<'de, A: serde::de::SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let mut gaps = Self::default();
        while let Some(said) = list.next_element::<Said<f64>>()? {
            gaps.0.push(if let Said::Value(value) = said { Some(value) } else { None });
        }
        Ok(Some(gaps))
    }
}

/// Reads a cell as text that it is.
pub(super) fn plain<T: Lenient>(field: &mut Field<T>, row: &Row<'_>) {
    if let Some(text) = row.text(field.key) {
        field.hear(T::from_text(&text).map_or(Said::Unreadable, Said::Value));
    }
}

/// Reads a cell as the JSON that it holds.
fn nested<T: Lenient>(field: &mut Field<T>, row: &Row<'_>) {
    if let Some(text) = row.text(field.key) {
        field.hear(serde_json::from_str(&text).unwrap_or(Said::Unreadable));
    }
}

impl Document {
    /// A row of a table.
    pub(super) fn of_row(row: &Row<'_>) -> Self {
        let mut document = Self::default();
        let d = &mut document;
        let texts = [
            &mut d.id,
            &mut d.day,
            &mut d.timestamp,
            &mut d.bedtime_start,
            &mut d.bedtime_end,
            &mut d.kind,
            &mut d.phases,
            &mut d.fine_phases,
            &mut d.day_summary,
            &mut d.activity,
            &mut d.start,
            &mut d.end,
            &mut d.label,
            &mut d.source,
        ];
        texts.into_iter().for_each(|field| plain(field, row));
        let numbers = [
            &mut d.score,
            &mut d.asleep,
            &mut d.in_bed,
            &mut d.deep,
            &mut d.light,
            &mut d.rem,
            &mut d.awake,
            &mut d.efficiency,
            &mut d.heart_avg,
            &mut d.variability,
            &mut d.breath,
            &mut d.steps,
            &mut d.active_energy,
            &mut d.total_energy,
            &mut d.moderate,
            &mut d.vigorous,
            &mut d.deviation,
            &mut d.trend,
            &mut d.disturbance,
            &mut d.stress_high,
            &mut d.recovery_high,
            &mut d.vascular_age,
            &mut d.fitness,
            &mut d.skin,
            &mut d.calories,
            &mut d.distance,
        ];
        numbers.into_iter().for_each(|field| plain(field, row));
        nested(&mut d.contributors, row);
        nested(&mut d.heart_rate, row);
        nested(&mut d.hrv, row);
        nested(&mut d.oxygen, row);
        document
    }
}
