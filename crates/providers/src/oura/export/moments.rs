//! Heart rates and skin temperatures of a moment.

use super::{NAME, Putting, document::Document, document::plain, time, untimely};
use crate::{
    gathered::Base,
    json::{Notes, wire},
    table::Row,
};
use model::{Context, Mapped, SeriesType, Source};

wire! {
    /// A heart rate.
    Beat {
        at: String = "timestamp",
        rate: f64 = "bpm",
    }
}

impl Beat {
    pub(super) fn of_row(row: &Row<'_>) -> Self {
        let mut beat = Self::default();
        plain(&mut beat.at, row);
        plain(&mut beat.rate, row);
        beat
    }
}

impl Putting {
    pub(super) fn beat(&mut self, beat: &Beat, path: &str, mapped: &mut Mapped) {
        let mut notes = Notes::new(&mut mapped.issues, path);
        let Some((at, offset)) = beat.at.value().and_then(|text| time(text)) else {
            return untimely(&mut notes, beat.at.key);
        };
        match notes.positive(&beat.rate, 300.0) {
            Some(rate) => {
                let base = Base { at, offset, source: Source::of(NAME) };
                self.gathered.add(&base, SeriesType::HEART_RATE, Context::SAMPLES, rate);
            }
            None => self.unmapped.count("heart rate of none"),
        }
    }

    pub(super) fn skin(&mut self, document: &Document, path: &str, mapped: &mut Mapped) {
        let mut notes = Notes::new(&mut mapped.issues, path);
        let Some((at, offset)) = document.timestamp.value().and_then(|text| time(text)) else {
            return untimely(&mut notes, document.timestamp.key);
        };
        if let Some(value) = notes.positive(&document.skin, 50.0) {
            let base = Base { at, offset, source: Source::of(NAME) };
            self.gathered.add(&base, SeriesType::SKIN_TEMPERATURE, Context::SAMPLES, value);
        }
    }
}
