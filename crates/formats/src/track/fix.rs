//! One point of a track while it is read.

use super::moment::Moment;
use model::SeriesType;

/// Nothing a device measures is larger; keeps sums and products finite.
const LARGEST: f64 = 1e15;

/// A number as it is written; none where it is no number.
pub(crate) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|value: &f64| value.abs() <= LARGEST)
}

/// A point: when, where, and what else was measured.
#[derive(Default)]
pub(crate) struct Fix {
    pub(super) time: Option<Moment>,
    latitude_deg: Option<f64>,
    longitude_deg: Option<f64>,
    pub(super) values: Vec<(SeriesType, f64)>,
    /// How many values could not be read.
    pub(super) unreadable: u64,
}

impl Fix {
    pub(crate) fn time(&mut self, text: &str) {
        self.time = Moment::parse(text);
        self.unreadable += u64::from(self.time.is_none());
    }

    pub(crate) fn latitude(&mut self, text: &str) {
        self.latitude_deg = self.within(text, 90.0);
    }

    pub(crate) fn longitude(&mut self, text: &str) {
        self.longitude_deg = self.within(text, 180.0);
    }

    /// A value, `factor` times which is in the series' unit. The first of a series counts.
    pub(crate) fn value(&mut self, series: SeriesType, text: &str, factor: f64) {
        match number(text).map(|value| value * factor) {
            // a heart rate of zero means that there was no sensor
            Some(value) if series == SeriesType::HEART_RATE && value <= 0.0 => {}
            Some(value) if self.values.iter().all(|(known, _)| *known != series) => self.values.push((series, value)),
            Some(_) => {}
            None => self.unreadable += 1,
        }
    }

    /// Degrees north and east, where both are known.
    pub(super) fn position(&self) -> Option<(f64, f64)> {
        self.latitude_deg.zip(self.longitude_deg)
    }

    fn within(&mut self, text: &str, most: f64) -> Option<f64> {
        let degrees = number(text).filter(|degrees| degrees.abs() <= most);
        self.unreadable += u64::from(degrees.is_none());
        degrees
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_or_not_on_earth_is_counted_and_left_out() {
        let mut fix = Fix::default();
        fix.latitude("91");
        fix.longitude("-180");
        fix.value(SeriesType::POWER, "inf", 1.0);
        fix.value(SeriesType::SPEED, "2.50", 1.0);
        fix.value(SeriesType::HEART_RATE, "0", 1.0);
        fix.time("noon");
        assert_eq!((fix.position(), fix.unreadable), (None, 3));
        assert_eq!(fix.values, [(SeriesType::SPEED, 2.5)]);
    }
}
