//! Details that several documents fill in together: every field is optional, and one document's
//! blanks are filled from the next.

/// Defines a struct of optional fields with `fill_from`: takes from `other` what this one lacks.
macro_rules! overlay {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$fmeta:meta])* $field:ident : $type:ty,)*
        $(; $($(#[$lmeta:meta])* $list:ident : Vec<$item:ty>,)*)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $name {
            $($(#[$fmeta])* #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<$type>,)*
            $($($(#[$lmeta])* #[serde(skip_serializing_if = "Vec::is_empty")] pub $list: Vec<$item>,)*)?
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

        impl $crate::Detail for $name {
            fn changed_fields(&self, other: &Self) -> Vec<&'static str> {
                Self::changed_fields(self, other)
            }
        }
    };
}

pub(crate) use overlay;
