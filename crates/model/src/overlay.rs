//! Details that several documents fill in together: every field is optional, and one document's
//! blanks are filled from the next.

/// Defines a struct of optional fields with `fill_from`, which takes from `other` what this one lacks, and
/// with its shape.
macro_rules! overlay {
    ($(#[$meta:meta])* $name:ident {
        $($(#[doc = $doc:literal])* $field:ident : $type:ty,)*
        $(; $($(#[doc = $ldoc:literal])* $list:ident : Vec<$item:ty>,)*)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $name {
            $($(#[doc = $doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<$type>,)*
            $($($(#[doc = $ldoc])* #[serde(skip_serializing_if = "Vec::is_empty")] pub $list: Vec<$item>,)*)?
        }

        impl $name {
            /// Takes from `other` each field that is blank here.
            pub fn fill_from(&mut self, other: &Self) {
                $(if self.$field.is_none() { self.$field.clone_from(&other.$field); })*
                $($(if self.$list.is_empty() { self.$list.clone_from(&other.$list); })*)?
            }

            /// The names of the fields in which two values differ.
            #[must_use]
            pub fn changed_fields(&self, other: &Self) -> Vec<&'static str> {
                let mut names = Vec::new();
                $(if self.$field != other.$field { names.push(stringify!($field)); })*
                $($(if self.$list != other.$list { names.push(stringify!($list)); })*)?
                names
            }
        }

        impl $crate::Shaped for $name {
            const SHAPE: $crate::Shape = $crate::Shape::Object(stringify!($name), &[
                $($crate::FieldShape {
                    name: stringify!($field),
                    meaning: concat!($($doc),*),
                    shape: <$type as $crate::Shaped>::SHAPE,
                    always: false,
                },)*
                $($($crate::FieldShape {
                    name: stringify!($list),
                    meaning: concat!($($ldoc),*),
                    shape: $crate::Shape::List(&<$item as $crate::Shaped>::SHAPE),
                    always: false,
                },)*)?
            ]);
        }

        impl $crate::Detail for $name {
            fn changed_fields(&self, other: &Self) -> Vec<&'static str> {
                Self::changed_fields(self, other)
            }
        }
    };
}

pub(crate) use overlay;
