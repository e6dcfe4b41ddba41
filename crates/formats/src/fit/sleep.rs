//! A night as a watch writes it: a message at the beginning of each stage (some write one a minute), and one that judges
//! the whole.
//!
//! A stage lasts until the next message. How long the last one lasts nobody says, unless all messages are one step
//! apart: then it is a step.

use super::wire::{Message, instant};
use crate::columns::Columns;
use model::{Issue, IssueCode, Point, ScoreComponent, SeriesType, SleepStage, Timestamp};
use rustyfit::profile::{
    mesgdef::{SleepAssessment as Field, SleepLevel as LevelField},
    typedef::SleepLevel,
};

/// A night has some hundreds of messages, a month of nights with one a minute some ten thousand.
const MOST_LEVELS: usize = 100_000;
/// No stage lasts longer: the next message is of another night.
const LONGEST_S: u32 = 4 * 3600;

/// What is judged, with the names that components get.
const JUDGED: [(u8, &str); 12] = [
    (Field::COMBINED_AWAKE_SCORE, "combined_awake"),
    (Field::AWAKE_TIME_SCORE, "awake_time"),
    (Field::AWAKENINGS_COUNT_SCORE, "awakenings_count"),
    (Field::DEEP_SLEEP_SCORE, "deep_sleep"),
    (Field::SLEEP_DURATION_SCORE, "sleep_duration"),
    (Field::LIGHT_SLEEP_SCORE, "light_sleep"),
    (Field::SLEEP_QUALITY_SCORE, "sleep_quality"),
    (Field::SLEEP_RECOVERY_SCORE, "sleep_recovery"),
    (Field::REM_SLEEP_SCORE, "rem_sleep"),
    (Field::SLEEP_RESTLESSNESS_SCORE, "sleep_restlessness"),
    (Field::INTERRUPTIONS_SCORE, "interruptions"),
    (Field::AWAKENINGS_COUNT, "awakenings"),
];
const AVERAGE_STRESS: &str = "average_stress";

/// How a watch judges a night.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SleepScore {
    /// When the night began; when the message was written where no stage says.
    pub at: Option<Timestamp>,
    /// The whole, 0 to 100.
    pub value: Option<f64>,
    /// What it is made of.
    pub components: Vec<ScoreComponent>,
}

/// The nights of a file.
#[derive(Default)]
pub(super) struct Sleep {
    levels: Vec<(u32, SleepStage)>,
    refused: u64,
    score: Option<SleepScore>,
}

impl Sleep {
    pub(super) fn level(&mut self, message: &Message<'_>) {
        let stage =
            message.unsigned(LevelField::SLEEP_LEVEL).and_then(|level| u8::try_from(level).ok()).and_then(stage);
        let (Some(at), Some(stage)) = (message.fit_time(), stage) else { return };
        if self.levels.len() == MOST_LEVELS {
            self.refused += 1;
            return;
        }
        self.levels.push((at, stage));
    }

    /// The last one of a file holds.
    pub(super) fn assessment(&mut self, message: &Message<'_>) {
        let component =
            |name: &str, value: f64| ScoreComponent { name: name.to_owned(), value: Some(value), qualifier: None };
        let judged = JUDGED.iter().filter_map(|(field, name)| Some(component(name, message.number(*field)?)));
        let stress = message.scaled(Field::AVERAGE_STRESS_DURING_SLEEP, 100.0);
        let components: Vec<_> = judged.chain(stress.map(|stress| component(AVERAGE_STRESS, stress))).collect();
        let value = message.number(Field::OVERALL_SLEEP_SCORE);
        if value.is_some() || !components.is_empty() {
            self.score = Some(SleepScore { at: message.time(), value, components });
        }
    }

    /// Ends a part: its stages become points; what of them could not be used; how the night is judged.
    pub(super) fn take(&mut self, columns: &mut Columns) -> (Option<SleepScore>, Option<Issue>) {
        let mut taken = std::mem::take(self);
        // a time twice is told anew
        taken.levels.reverse();
        taken.levels.sort_by_key(|(at, _)| *at);
        taken.levels.dedup_by_key(|(at, _)| *at);
        let step = step(&taken.levels);
        let (mut unended, mut open) = (0u64, None::<(u32, u32, SleepStage)>);
        let mut first = None;
        let nexts = taken.levels.iter().skip(1).map(|(at, _)| Some(*at)).chain([None]);
        for ((at, stage), next) in taken.levels.iter().zip(nexts) {
            let length = next.map(|next| next - at).filter(|length| *length <= LONGEST_S).or(step);
            let Some(length) = length else {
                unended += 1;
                continue;
            };
            first.get_or_insert(*at);
            let end = at.saturating_add(length);
            match &mut open {
                Some((_, until, same)) if *until == *at && same == stage => *until = end,
                _ => {
                    push(columns, open);
                    open = Some((*at, end, *stage));
                }
            }
        }
        push(columns, open);
        if let Some(score) = &mut taken.score {
            score.at = first.map(instant).or(score.at);
        }
        (taken.score, issue(unended, taken.refused))
    }
}

fn push(columns: &mut Columns, span: Option<(u32, u32, SleepStage)>) {
    let Some((from, to, stage)) = span else { return };
    let duration_us = i64::from(to - from) * 1_000_000;
    let point = Point { start: instant(from), duration_us, value: stage.as_value() };
    columns.push_apart(SeriesType::SLEEP_STAGE, stage.context(), point);
}

/// What is from each message to the next, if that is the same throughout and of several.
fn step(levels: &[(u32, SleepStage)]) -> Option<u32> {
    let mut steps = levels.windows(2).filter_map(|pair| match pair {
        [(one, _), (other, _)] => Some(other - one).filter(|step| *step <= LONGEST_S),
        _ => None,
    });
    let (first, second) = (steps.next()?, steps.next()?);
    (first == second && steps.all(|step| step == first)).then_some(first)
}

fn stage(level: u8) -> Option<SleepStage> {
    Some(match SleepLevel(level) {
        SleepLevel::UNMEASURABLE => SleepStage::Unknown,
        SleepLevel::AWAKE => SleepStage::Awake,
        SleepLevel::LIGHT => SleepStage::Light,
        SleepLevel::DEEP => SleepStage::Deep,
        SleepLevel::REM => SleepStage::Rem,
        _ => return None,
    })
}

fn issue(unended: u64, refused: u64) -> Option<Issue> {
    if refused > 0 {
        let message = format!("{refused} stages are beyond the limit");
        return Some(Issue::new(IssueCode::Truncated, "sleep_level", message));
    }
    let message = format!("of {unended} stages the file does not say when they ended");
    (unended > 0).then(|| Issue::new(IssueCode::Missing, "sleep_level.timestamp", message))
}
