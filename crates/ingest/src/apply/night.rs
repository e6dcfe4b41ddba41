//! What a night was, given its stages: pure. Stages come from devices in pieces, overlap, and may be told twice.

use model::{LocalOffset, SleepDetail, SleepStage, StageInterval, Timestamp};

/// Stages further apart than this belong to different nights.
pub(super) const GAP_S: i64 = 120 * 60;

/// An interval of one stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stage {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    pub(super) stage: SleepStage,
    pub(super) offset: Option<LocalOffset>,
}

/// A night: stages that lie close together.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Night {
    /// From the first stage of any kind to the last.
    pub(super) reach: (Timestamp, Timestamp),
    /// When what counts of it began.
    pub(super) start: Timestamp,
    /// When that ended.
    pub(super) end: Timestamp,
    /// The offset at its start.
    pub(super) offset: Option<LocalOffset>,
    /// The rest.
    pub(super) detail: SleepDetail,
}

/// The nights that stages make up, in order; the same whatever the order of the stages.
pub(super) fn nights(mut stages: Vec<Stage>) -> Vec<Night> {
    stages.sort_by_key(|stage| (stage.start, stage.end, stage.stage));
    let mut nights: Vec<Night> = Vec::new();
    let mut rest = stages.as_slice();
    while let Some(first) = rest.first() {
        let mut reached = first.end;
        let mut length = 0;
        for stage in rest {
            if stage.start.micros_since(reached) > GAP_S * 1_000_000 {
                break;
            }
            reached = reached.max(stage.end);
            length += 1;
        }
        let (night, later) = rest.split_at(length);
        nights.extend(Night::of(night, (first.start, reached)));
        rest = later;
    }
    nights
}

impl Night {
    fn of(stages: &[Stage], reach: (Timestamp, Timestamp)) -> Option<Self> {
        let counted = clipped(counting(stages));
        let (first, last) = (counted.first()?, counted.last()?);
        Some(Self { reach, start: first.start, end: last.end, offset: first.offset, detail: detail(stages, &counted) })
    }
}

/// The stages that count: those of a device that tells light, deep and REM sleep, else those of one that tells sleep,
/// else the time in bed.
fn counting(stages: &[Stage]) -> Vec<Stage> {
    let has = |wanted: &[SleepStage]| stages.iter().any(|stage| wanted.contains(&stage.stage));
    let of = |wanted: &[SleepStage]| stages.iter().filter(|stage| wanted.contains(&stage.stage)).copied().collect();
    use SleepStage::{Awake, Deep, InBed, Light, Rem, Sleeping, Unknown};
    if has(&[Light, Deep, Rem]) {
        of(&[Light, Deep, Rem, Awake, Unknown])
    } else if has(&[Sleeping]) {
        of(&[Sleeping, Awake, Unknown])
    } else if has(&[InBed]) {
        of(&[InBed])
    } else {
        of(&[Awake, Unknown])
    }
}

/// Stages that begin before an earlier one ended begin where it ends.
fn clipped(stages: Vec<Stage>) -> Vec<Stage> {
    let mut reached = Timestamp::MIN;
    let cut = |stage: Stage| {
        let start = stage.start.max(reached);
        reached = reached.max(stage.end);
        (start < stage.end).then_some(Stage { start, ..stage })
    };
    stages.into_iter().filter_map(cut).collect()
}

fn seconds(stages: &[Stage], which: impl Fn(SleepStage) -> bool) -> Option<f64> {
    let lengths = stages.iter().filter(|stage| which(stage.stage)).map(|stage| stage.end.micros_since(stage.start));
    let sum: i64 = lengths.sum();
    (sum > 0).then_some(sum as f64 / 1e6)
}

fn detail(stages: &[Stage], counted: &[Stage]) -> SleepDetail {
    let of = |wanted: SleepStage| seconds(counted, |stage| stage == wanted);
    let asleep = seconds(counted, SleepStage::is_asleep);
    let awake = of(SleepStage::Awake);
    let told = stages.iter().filter(|stage| stage.stage == SleepStage::InBed).copied().collect();
    let in_bed = seconds(&clipped(told), |_| true).unwrap_or(0.0);
    let in_bed = in_bed.max(asleep.unwrap_or(0.0) + awake.unwrap_or(0.0));
    let is_staged = counted.iter().any(|stage| stage.stage.is_asleep() && stage.stage != SleepStage::Sleeping);
    // a device that tells stages, and none of this one, saw none of it
    let stage = |wanted| of(wanted).or(is_staged.then_some(0.0));
    SleepDetail {
        asleep_s: asleep,
        in_bed_s: (in_bed > 0.0).then_some(in_bed),
        deep_s: stage(SleepStage::Deep),
        light_s: stage(SleepStage::Light),
        rem_s: stage(SleepStage::Rem),
        awake_s: stage(SleepStage::Awake),
        unmeasurable_s: of(SleepStage::Unknown),
        efficiency_percent: asleep.filter(|_| in_bed > 0.0).map(|asleep| asleep / in_bed * 100.0),
        stages: counted
            .iter()
            .map(|stage| StageInterval { stage: stage.stage, start_time: stage.start, end_time: stage.end })
            .collect(),
        ..SleepDetail::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SleepStage::{Awake, Deep, InBed, Light, Rem, Sleeping};
    use proptest::prelude::*;

    /// From minute to minute.
    fn stage(stage: SleepStage, from: i64, to: i64) -> Stage {
        let at = |minute: i64| Timestamp::from_seconds(1_790_000_000 + minute * 60);
        Stage { start: at(from), end: at(to), stage, offset: None }
    }

    fn minutes(night: &Night) -> (i64, i64) {
        let from = Timestamp::from_seconds(1_790_000_000);
        (night.start.micros_since(from) / 60_000_000, night.end.micros_since(from) / 60_000_000)
    }

    #[test]
    fn stages_leave_in_bed_and_generic_sleep_out_but_for_the_time_in_bed() {
        let told = vec![
            stage(InBed, 0, 500),
            stage(Sleeping, 10, 490),
            stage(Light, 20, 200),
            stage(Deep, 200, 300),
            stage(Awake, 300, 310),
            stage(Rem, 310, 420),
        ];
        let nights = nights(told);
        assert_eq!(nights.len(), 1);
        let detail = &nights[0].detail;
        assert_eq!(minutes(&nights[0]), (20, 420));
        assert_eq!((detail.asleep_s, detail.awake_s), (Some(390.0 * 60.0), Some(600.0)));
        assert_eq!((detail.light_s, detail.deep_s, detail.rem_s), (Some(10_800.0), Some(6000.0), Some(6600.0)));
        assert_eq!(detail.in_bed_s, Some(500.0 * 60.0));
        assert_eq!(detail.efficiency_percent, Some(78.0));
        assert_eq!(detail.stages.len(), 4);
    }

    #[test]
    fn a_device_that_knows_only_sleep_or_only_the_bed_tells_that() {
        let asleep = nights(vec![stage(InBed, 0, 400), stage(Sleeping, 10, 200), stage(Sleeping, 210, 390)]);
        let detail = &asleep[0].detail;
        assert_eq!((detail.asleep_s, detail.light_s), (Some(370.0 * 60.0), None));
        assert_eq!((detail.in_bed_s, minutes(&asleep[0])), (Some(24_000.0), (10, 390)));
        let bed = nights(vec![stage(InBed, 0, 400)]);
        assert_eq!((bed[0].detail.asleep_s, bed[0].detail.efficiency_percent), (None, None));
        assert_eq!(bed[0].detail.in_bed_s, Some(24_000.0));
    }

    #[test]
    fn stages_that_overlap_count_once_and_two_hours_apart_are_two_nights() {
        let told = vec![stage(Light, 0, 100), stage(Deep, 50, 150), stage(Rem, 60, 90), stage(Light, 271, 300)];
        let nights = nights(told);
        assert_eq!(nights.iter().map(minutes).collect::<Vec<_>>(), [(0, 150), (271, 300)]);
        let detail = &nights[0].detail;
        assert_eq!((detail.light_s, detail.deep_s, detail.rem_s), (Some(6000.0), Some(3000.0), Some(0.0)));
    }

    proptest! {
        #[test]
        fn any_order_gives_the_same_nights(
            spans in proptest::collection::vec((0_i64..3000, 1_i64..200, 0_usize..7), 0..30), order: [u64; 30],
        ) {
            let told: Vec<Stage> =
                spans.iter().map(|(from, length, kind)| stage(SleepStage::ALL[*kind], *from, from + length)).collect();
            let mut keys = order.iter();
            let mut shuffled = told.clone();
            shuffled.sort_by_cached_key(|_| keys.next().copied());
            let made = nights(told.clone());
            prop_assert_eq!(&made, &nights(shuffled));
            for pair in made.windows(2) {
                prop_assert!(pair[1].reach.0.micros_since(pair[0].reach.1) > GAP_S * 1_000_000);
            }
            prop_assert!(told.iter().all(|stage| made.iter().any(|night| night.reach.0 <= stage.start && stage.end <= night.reach.1)));
        }
    }
}
