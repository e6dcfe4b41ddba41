//! What belongs together of samples: the two blood pressures of one measurement.

use super::Sample;
use model::SeriesType;

/// A sample, or two that are one measurement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reading<'s, 'a> {
    One(&'s Sample<'a>),
    /// Systolic and diastolic; one may be missing.
    Pressure(Option<&'s Sample<'a>>, Option<&'s Sample<'a>>),
}

/// The readings, in the order of their first sample. Two pressures are one reading where everything but the series
/// is the same.
pub(crate) fn readings<'s, 'a>(samples: &'s [Sample<'a>]) -> Vec<Reading<'s, 'a>> {
    let mut readings: Vec<Reading<'s, 'a>> = Vec::with_capacity(samples.len());
    for sample in samples {
        let (systolic, diastolic) = match sample.series {
            SeriesType::BLOOD_PRESSURE_SYSTOLIC => (Some(sample), None),
            SeriesType::BLOOD_PRESSURE_DIASTOLIC => (None, Some(sample)),
            _ => {
                readings.push(Reading::One(sample));
                continue;
            }
        };
        // samples are in order of time, so the other half is among the last
        let since = readings.iter().rposition(|reading| !reading.is_at(sample)).map_or(0, |last| last + 1);
        let waiting = readings.iter_mut().skip(since).find_map(|reading| reading.half_for(sample));
        match waiting {
            Some(half) => *half = Some(sample),
            None => readings.push(Reading::Pressure(systolic, diastolic)),
        }
    }
    readings
}

impl<'s, 'a> Reading<'s, 'a> {
    /// Its first sample.
    pub(crate) fn first(&self) -> Option<&'s Sample<'a>> {
        match self {
            Self::One(sample) => Some(sample),
            Self::Pressure(systolic, diastolic) => systolic.or(*diastolic),
        }
    }

    fn is_at(&self, sample: &Sample<'_>) -> bool {
        self.first().is_some_and(|first| first.row.at == sample.row.at)
    }

    /// The half that is missing and that a sample is.
    fn half_for(&mut self, sample: &Sample<'_>) -> Option<&mut Option<&'s Sample<'a>>> {
        let key = |it: &Sample<'_>| (it.source, it.context, it.row.at, it.row.duration_us);
        let first = self.first()?;
        if key(first) != key(sample) || first.series == sample.series {
            return None;
        }
        match self {
            Self::Pressure(systolic @ None, Some(_)) => Some(systolic),
            Self::Pressure(Some(_), diastolic @ None) => Some(diastolic),
            _ => None,
        }
    }
}
