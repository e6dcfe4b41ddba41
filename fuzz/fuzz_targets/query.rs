//! Query strings: all that is asked of one, for each of its own parameters and for one that is not there. Private to
//! their crate, so their files are taken as they are.
#![no_main]

#[path = "../../crates/api/src/wire/cursor.rs"]
#[allow(dead_code)] // its makers are not asked here
mod cursor;
#[path = "../../crates/api/src/wire/query.rs"]
mod query;
#[path = "../../crates/api/src/wire/time.rs"]
#[allow(dead_code)]
mod time;

/// The errors that the files name.
mod error {
    pub type Result<T> = std::result::Result<T, ApiError>;

    #[derive(Debug)]
    #[allow(dead_code)]
    pub enum ApiError {
        BadRequest(String),
    }

    impl ApiError {
        pub fn invalid(name: &str, message: impl Into<String>) -> Self {
            Self::BadRequest(format!("{name}: {}", message.into()))
        }
    }
}

mod wire {
    pub(crate) use crate::time::{Instant, parse_instant};
}

/// What requests are answered from; nothing is.
pub struct State;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let parameters: Vec<(String, String)> = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    let query = query::Query::of(parameters.clone());
    for name in parameters.iter().map(|(name, _)| name.as_str()).chain(["limit"]) {
        if let Ok(number) = query.integer(name, 50, 1..=10_000) {
            assert!((1..=10_000).contains(&number));
        }
        assert_eq!(query.required(name).ok(), query.text(name));
        assert_eq!(query.all(name).last(), query.text(name), "the last value counts");
        let _ = (query.flag(name), query.choice(name, 0, &[("asc", 1), ("desc", 2)]), query.instant(name));
        let _ = query.id::<model::UserId>(name);
        if let Some(place) = query.text(name).and_then(|text| cursor::Cursor::decode(text).ok()) {
            assert_eq!(cursor::Cursor::decode(&place.encode()).ok(), Some(place), "a cursor is what it was made of");
        }
    }
});
