//! Compares the structure of two JSON values: same keys, same types. Null matches anything; lists compare the
//! shape of their elements.

use serde_json::Value;

/// Where two values differ in structure, as paths with what is different there.
pub(crate) fn differences(expected: &Value, actual: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("$", expected, actual, &mut found);
    found.sort();
    found.dedup();
    found
}

fn compare(path: &str, expected: &Value, actual: &Value, found: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(expected), Value::Object(actual)) => {
            for (key, value) in expected {
                match actual.get(key) {
                    Some(other) => compare(&format!("{path}.{key}"), value, other, found),
                    None => found.push(format!("{path}.{key} missing")),
                }
            }
            for key in actual.keys().filter(|key| !expected.contains_key(*key)) {
                found.push(format!("{path}.{key} added"));
            }
        }
        (Value::Array(expected), Value::Array(actual)) => {
            if !expected.is_empty() && actual.is_empty() {
                found.push(format!("{path}[] is empty"));
            }
            for other in actual {
                let best = expected.iter().map(|value| {
                    let mut inner = Vec::new();
                    compare(&format!("{path}[]"), value, other, &mut inner);
                    inner
                });
                found.extend(best.min_by_key(Vec::len).unwrap_or_default());
            }
        }
        (Value::Bool(_), Value::Bool(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::String(_), Value::String(_)) => {}
        _ => found.push(format!("{path} is of another type")),
    }
}

#[test]
fn structure_is_compared_and_values_are_not() {
    use serde_json::json;
    assert_eq!(differences(&json!({"a": [1], "b": null}), &json!({"a": [2, 3], "b": "x"})), Vec::<String>::new());
    let found = differences(&json!({"a": [{"x": 1}], "b": 1}), &json!({"a": [{"x": "1"}, {}], "c": 1}));
    assert_eq!(found, ["$.a[].x is of another type", "$.a[].x missing", "$.b missing", "$.c added"]);
    assert_eq!(differences(&json!([1]), &json!([])), ["$[] is empty"]);
}
