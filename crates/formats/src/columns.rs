//! Samples of a file, a column a series; columns grow as the file is read, up to a limit.

use model::{Context, Point, SeriesType, Timestamp};

/// How many points a file may hold: about three days at a point a second for each of twenty series. It
/// bounds memory, since two bytes of a hostile file can make a point of twenty-four.
const MOST_POINTS: usize = 5_000_000;

/// Samples of one series in the file's order.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What was measured.
    pub series: SeriesType,
    /// What keeps it apart from others in the same slots: of a day, which activity it was.
    pub context: Context,
    /// The values, in the series' unit.
    pub points: Vec<Point>,
}

#[derive(Default)]
pub(crate) struct Columns {
    list: Vec<Column>,
    count: usize,
    /// Points that found no room.
    pub(crate) refused: u64,
}

impl Columns {
    pub(crate) fn push(&mut self, series: SeriesType, at: Timestamp, value: f64) {
        self.push_point(series, Point::at(at, value));
    }

    pub(crate) fn push_point(&mut self, series: SeriesType, point: Point) {
        self.push_apart(series, Context::SAMPLES, point);
    }

    pub(crate) fn push_apart(&mut self, series: SeriesType, context: Context, point: Point) {
        if !point.value.is_finite() {
            return;
        }
        if self.count == MOST_POINTS {
            self.refused += 1;
            return;
        }
        self.count += 1;
        match self.list.iter_mut().find(|column| column.series == series && column.context == context) {
            Some(column) => column.points.push(point),
            None => self.list.push(Column { series, context, points: vec![point] }),
        }
    }

    /// What was collected so far; what follows is collected anew, within the same limit.
    pub(crate) fn take(&mut self) -> Vec<Column> {
        std::mem::take(&mut self.list)
    }
}
