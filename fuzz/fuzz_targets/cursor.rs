//! Cursors and times of query strings. They are private to their crate, so their files are taken as they are.
#![no_main]

#[path = "../../crates/api/src/wire/cursor.rs"]
#[allow(dead_code)] // its makers are not asked here
mod cursor;
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
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(place) = cursor::Cursor::decode(text) {
        assert_eq!(cursor::Cursor::decode(&place.encode()).ok(), Some(place), "a cursor is what it was made of");
    }
    let _ = time::parse_instant(text);
});
