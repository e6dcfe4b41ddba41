//! Every figure: its name, its unit, what is aimed at, and what was measured of Open Wearables 0.6.3 on two
//! cores, as it is installed and with its worker retuned to two processes.

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Better {
    Higher,
    Lower,
}

pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) better: Better,
    /// On the embedded store, and on PostgreSQL.
    pub(crate) goals: [Option<f64>; 2],
    /// Of Open Wearables as it is installed, and retuned.
    pub(crate) noted: [Option<f64>; 2],
}

impl Figure {
    const fn new(name: &'static str, title: &'static str, unit: &'static str, better: Better) -> Self {
        Self { name, title, unit, better, goals: [None; 2], noted: [None; 2] }
    }

    const fn goals(mut self, embedded: f64, postgres: f64) -> Self {
        self.goals = [Some(embedded), Some(postgres)];
        self
    }

    const fn noted(mut self, installed: f64) -> Self {
        self.noted[0] = Some(installed);
        self
    }

    const fn retuned(mut self, retuned: f64) -> Self {
        self.noted[1] = Some(retuned);
        self
    }

    /// How many times better one value is than another.
    pub(crate) fn times_better(&self, value: f64, than: f64) -> f64 {
        match self.better {
            Better::Higher => value / than,
            Better::Lower => than / value,
        }
    }

    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        FIGURES.iter().find(|figure| figure.name == name)
    }
}

const fn more(name: &'static str, title: &'static str, unit: &'static str) -> Figure {
    Figure::new(name, title, unit, Better::Higher)
}

const fn less(name: &'static str, title: &'static str, unit: &'static str) -> Figure {
    Figure::new(name, title, unit, Better::Lower)
}

pub(crate) const FIGURES: &[Figure] = &[
    less("start_ms", "start to ready, fresh store", "ms").goals(100.0, 200.0),
    less("idle_mb", "idle memory", "MB").goals(40.0, 40.0).noted(1_000.0),
    more("small_pushes_per_s", "small pushes, until readable", "/s").goals(5_000.0, 2_000.0).noted(6.0).retuned(106.0),
    more("small_answers_per_s", "  answered, so on disk", "/s"),
    less("small_answer_p50_ms", "  answer p50", "ms"),
    less("small_answer_p99_ms", "  answer p99", "ms"),
    more("day_points_per_s", "day-sized pushes, until readable", "points/s")
        .goals(2_000_000.0, 800_000.0)
        .noted(4_700.0)
        .retuned(8_300.0),
    more("day_mb_per_s", "  the same in bytes", "MB/s"),
    more("day_answers_per_s", "  answered, so on disk", "/s"),
    more("sdk_records_per_s", "SDK batches, until readable", "records/s")
        .goals(400_000.0, 250_000.0)
        .noted(3_700.0)
        .retuned(6_500.0),
    more("apple_mb_per_s", "Apple export, until readable", "MB/s").noted(1.3),
    more("apple_records_per_s", "  the same in records", "records/s"),
    less("apple_peak_mb", "  highest memory by then", "MB").noted(3_500.0),
    less("after_storm_mb", "memory after the storms", "MB").goals(150.0, 150.0),
    less("peak_mb", "  at its highest", "MB"),
    less("bytes_per_point", "store a heart rate, no raw parts", "bytes").goals(1.3, 1.3),
    less("bytes_per_point_raw", "  raw parts beside it", "bytes"),
    less("bytes_per_point_rest", "  days, log and runs beside it", "bytes"),
    less("bytes_per_point_all", "  growth of the whole store", "bytes"),
    less("page_p50_ms", "first page of any span p50", "ms").goals(0.3, 1.0),
    less("page_p99_ms", "first page of any span p99", "ms").goals(2.0, 5.0),
    less("page_hour_p50_ms", "  of an hour p50", "ms"),
    less("page_hour_p99_ms", "  of an hour p99", "ms"),
    less("page_day_p50_ms", "  of a day p50", "ms").noted(11.0),
    less("page_day_p99_ms", "  of a day p99", "ms"),
    less("page_week_p50_ms", "  of a week p50", "ms"),
    less("page_week_p99_ms", "  of a week p99", "ms"),
    less("page_month_p50_ms", "  of a month p50", "ms"),
    less("page_month_p99_ms", "  of a month p99", "ms"),
    less("page_year_p50_ms", "  of a year p50", "ms"),
    less("page_year_p99_ms", "  of a year p99", "ms"),
    less("page_two_years_p50_ms", "  of two years p50", "ms").noted(526.0),
    less("page_two_years_p99_ms", "  of two years p99", "ms"),
    more("pages_per_s", "first pages of any span, 8 clients", "/s").goals(15_000.0, 6_000.0).noted(59.0),
    more("pages_day_per_s", "  of a day", "/s"),
    more("days_per_s", "whole days of raw minutes, 8 clients", "/s").goals(600.0, 400.0),
    less("day_p50_ms", "  one of them p50", "ms"),
    less("raw_day_p50_ms", "a day raw p50", "ms"),
    less("raw_day_p99_ms", "  p99", "ms"),
    less("minutes_day_p50_ms", "a day at 1min p50", "ms"),
    less("minutes_day_p99_ms", "  p99", "ms"),
    less("five_minutes_week_p50_ms", "a week at 5min p50", "ms"),
    less("five_minutes_week_p99_ms", "  p99", "ms"),
    less("quarters_month_p50_ms", "a month at 15min p50", "ms"),
    less("quarters_month_p99_ms", "  p99", "ms"),
    less("hours_year_p50_ms", "a year at 1hour p50", "ms"),
    less("hours_year_p99_ms", "  p99", "ms"),
    less("days_year_p50_ms", "a year at 1day p50", "ms"),
    less("days_year_p99_ms", "  p99", "ms"),
    less("year_first_byte_ms", "a year at 1hour, first byte", "ms").goals(3.0, 5.0),
    less("year_whole_ms", "  whole answer", "ms").goals(10.0, 15.0),
    less("year_columnar_ms", "  whole answer in columns", "ms").goals(3.0, 5.0),
    less("stream_p50_ms", "push to event on 10 streams p50", "ms"),
    less("stream_p99_ms", "  p99", "ms"),
    more("stream_events_per_s", "events to 200 streams in a storm", "/s"),
    less("webhook_p50_ms", "push to webhook at 4 endpoints p50", "ms"),
    less("webhook_p99_ms", "  p99", "ms"),
    more("webhooks_per_s", "webhooks in a storm", "/s"),
    more("users_created_per_s", "users created", "/s"),
    less("users_page_p50_ms", "  a page of 100 of them p50", "ms"),
    more("users_reads_per_s", "  first pages of any of them, 8 clients", "/s"),
    less("users_read_p99_ms", "  p99", "ms"),
    less("restart_ms", "start to ready, on all this", "ms").goals(100.0, 200.0),
    less("store_mb", "  the store by then", "MB"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_a_name_of_its_own() {
        let mut names: Vec<_> = FIGURES.iter().map(|figure| figure.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FIGURES.len());
    }

    #[test]
    fn twice_as_fast_is_twice_as_good_whichever_way_the_figure_goes() {
        assert!((more("a", "", "").times_better(10.0, 5.0) - 2.0).abs() < 1e-9);
        assert!((less("a", "", "").times_better(5.0, 10.0) - 2.0).abs() < 1e-9);
    }
}
