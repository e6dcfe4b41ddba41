//! Objects as documented: named fields, each lenient, unknown keys ignored.

/// Defines a struct of [`Field`](crate::json::Field)s and how it is read. A field may have several
/// spellings; the first is the documented one and stands in issues.
macro_rules! wire {
    ($($(#[$meta:meta])* $name:ident { $($field:ident : $type:ty = $key:literal $(| $also:literal)*,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name { $(pub(crate) $field: $crate::json::Field<$type>,)* }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $crate::json::Field::absent($key),)* }
            }
        }

        impl $crate::json::Lenient for $name {
            fn from_map<'de, A: serde::de::MapAccess<'de>>(mut map: A) -> Result<Option<Self>, A::Error> {
                let mut item = Self::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        $($key $(| $also)* => item.$field.hear(map.next_value()?),)*
                        _ => { map.next_value::<serde::de::IgnoredAny>()?; }
                    }
                }
                Ok(Some(item))
            }
        }
    )*};
}

pub(crate) use wire;
