//! What details look like as JSON: the names, kinds and meanings of their fields, told by the types
//! themselves, so that a document that describes them cannot drift from them.

use crate::{LocalDate, LocalOffset, OffsetKind, SleepStage, StageInterval, Timestamp, WorkoutType, Zone, ZoneKind};

/// The kind of a JSON value.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A number with decimals.
    Number,
    /// A whole number.
    Whole,
    /// Text.
    Text,
    /// True or false.
    Flag,
    /// An instant, RFC 3339.
    Instant,
    /// A date.
    Date,
    /// A code of a closed list, which gives them all.
    Code(fn() -> Vec<&'static str>),
    /// An object that has a name.
    Object(&'static str, &'static [FieldShape]),
    /// A list of one kind.
    List(&'static Shape),
    /// Two of one kind, as a list of two.
    Pair(&'static Shape),
}

/// A field of an object.
#[derive(Clone, Copy, Debug)]
pub struct FieldShape {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether it is always there.
    pub always: bool,
}

/// A type that says what it looks like.
pub trait Shaped {
    /// What it looks like.
    const SHAPE: Shape;
}

macro_rules! shapes {
    ($($type:ty => $shape:expr;)*) => { $(impl Shaped for $type { const SHAPE: Shape = $shape; })* };
}

const fn always(name: &'static str, meaning: &'static str, shape: Shape) -> FieldShape {
    FieldShape { name, meaning, shape, always: true }
}

shapes! {
    f64 => Shape::Number;
    i32 => Shape::Whole;
    u64 => Shape::Whole;
    String => Shape::Text;
    bool => Shape::Flag;
    Timestamp => Shape::Instant;
    LocalDate => Shape::Date;
    (Timestamp, Timestamp) => Shape::Pair(&Shape::Instant);
    WorkoutType => Shape::Code(|| WorkoutType::ALL.iter().map(|it| it.as_str()).collect());
    ZoneKind => Shape::Code(|| ZoneKind::ALL.iter().map(|it| it.as_str()).collect());
    OffsetKind => Shape::Code(|| OffsetKind::ALL.iter().map(|it| it.as_str()).collect());
    SleepStage => Shape::Code(|| SleepStage::ALL.iter().map(|it| it.as_str()).collect());
    LocalOffset => Shape::Object("LocalOffset", &[
        always("seconds", "Seconds east of UTC.", Shape::Whole),
        always("kind", "Where the offset comes from.", OffsetKind::SHAPE),
    ]);
    Zone => Shape::Object("Zone", &[
        always("kind", "What is divided.", ZoneKind::SHAPE),
        always("zone", "The zone's number, from 0 for below the first.", Shape::Whole),
        FieldShape { name: "high", meaning: "Its upper edge, if the device said.", shape: Shape::Number, always: false },
        always("seconds", "Seconds spent in it.", Shape::Number),
    ]);
    StageInterval => Shape::Object("StageInterval", &[
        always("stage", "Which stage.", SleepStage::SHAPE),
        always("start_time", "When it began.", Shape::Instant),
        always("end_time", "When it ended.", Shape::Instant),
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn check(path: &str, shape: Shape, value: &Value) {
        let fits = match shape {
            Shape::Number => value.is_number(),
            Shape::Whole => value.is_i64() || value.is_u64(),
            Shape::Text => value.is_string(),
            Shape::Flag => value.is_boolean(),
            Shape::Instant => value.as_str().and_then(Timestamp::parse_rfc3339).is_some(),
            Shape::Date => value.as_str().and_then(LocalDate::parse).is_some(),
            Shape::Code(codes) => value.as_str().is_some_and(|code| codes().contains(&code)),
            Shape::Object(_, fields) => {
                let object = value.as_object().unwrap();
                let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
                assert!(object.keys().all(|key| names.contains(&&**key)), "{path}: {names:?} and {value}");
                for field in fields {
                    assert!(!field.meaning.trim().is_empty(), "{path}.{}", field.name);
                    match object.get(field.name) {
                        Some(value) => check(&format!("{path}.{}", field.name), field.shape, value),
                        None => assert!(!field.always, "{path}.{}", field.name),
                    }
                }
                true
            }
            Shape::List(item) => value.as_array().unwrap().iter().all(|value| {
                check(&format!("{path}[]"), *item, value);
                true
            }),
            Shape::Pair(item) => value.as_array().is_some_and(|pair| {
                pair.iter().for_each(|value| check(&format!("{path}[]"), *item, value));
                pair.len() == 2
            }),
        };
        assert!(fits, "{path}: {value}");
    }

    /// A value of each kind, read by the type itself and written again.
    fn example(shape: Shape) -> Value {
        match shape {
            Shape::Number | Shape::Whole => 3.into(),
            Shape::Text => "text".into(),
            Shape::Flag => true.into(),
            Shape::Instant => "2026-11-21T08:00:00Z".into(),
            Shape::Date => "2026-11-21".into(),
            Shape::Code(codes) => codes()[0].into(),
            Shape::Object(_, fields) => {
                fields.iter().map(|field| (field.name.to_owned(), example(field.shape))).collect()
            }
            Shape::List(item) => Value::Array(vec![example(*item)]),
            Shape::Pair(item) => Value::Array(vec![example(*item), example(*item)]),
        }
    }

    fn survives<T: Shaped + serde::Serialize + serde::de::DeserializeOwned>() {
        let told = example(T::SHAPE);
        let read: T = serde_json::from_value(told.clone()).unwrap();
        let written = serde_json::to_value(&read).unwrap();
        check("$", T::SHAPE, &written);
        let count = |value: &Value| value.as_object().map(serde_json::Map::len);
        assert_eq!(count(&written), count(&told), "{written}");
    }

    #[test]
    fn details_are_written_as_their_shape_says() {
        survives::<crate::WorkoutDetail>();
        survives::<crate::FileDetail>();
        survives::<crate::SleepDetail>();
        survives::<crate::DailyDetail>();
        survives::<crate::ActivityDetail>();
        survives::<crate::MenstrualCycleDetail>();
        survives::<crate::HealthSnapshotDetail>();
    }
}
