//! The schemas of a workout's details, told by the types of the model themselves.

use model::{Shape, Shaped};
use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, Ref, RefOr, Schema, SchemaFormat,
        schema::{ArrayBuilder, ObjectBuilder, Type},
    },
};

/// All that is known of a workout beside its times and its source.
pub(crate) struct WorkoutDetail;

/// What a workout's file says of itself.
pub(crate) struct FileDetail;

/// How far local time was from UTC.
pub(crate) struct LocalOffset;

macro_rules! schemas {
    ($($name:ident)*) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                RefOr::T(whole(model::$name::SHAPE))
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }

            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                parts(model::$name::SHAPE, schemas);
            }
        }
    )*};
}

schemas! { WorkoutDetail FileDetail LocalOffset }

/// A schema with that of its fields; objects inside it are named.
fn whole(shape: Shape) -> Schema {
    match shape {
        Shape::Object(_, fields) => {
            let object = fields.iter().fold(ObjectBuilder::new(), |object, field| {
                let object = object.property(field.name, described(field.shape, field.meaning.trim()));
                if field.always { object.required(field.name) } else { object }
            });
            object.into()
        }
        Shape::List(item) => ArrayBuilder::new().items(named(*item)).into(),
        Shape::Pair(item) => ArrayBuilder::new().items(named(*item)).min_items(Some(2)).max_items(Some(2)).into(),
        simple => self::simple(simple).into(),
    }
}

fn simple(shape: Shape) -> ObjectBuilder {
    let of = |kind| ObjectBuilder::new().schema_type(kind);
    let text = |format| of(Type::String).format(Some(SchemaFormat::KnownFormat(format)));
    match shape {
        Shape::Number => of(Type::Number),
        Shape::Whole => of(Type::Integer),
        Shape::Flag => of(Type::Boolean),
        Shape::Instant => text(KnownFormat::DateTime),
        Shape::Date => text(KnownFormat::Date),
        Shape::Code(codes) => of(Type::String).enum_values(Some(codes())),
        _ => of(Type::String),
    }
}

fn named(shape: Shape) -> RefOr<Schema> {
    match shape {
        Shape::Object(name, _) => RefOr::Ref(Ref::from_schema_name(name)),
        other => RefOr::T(whole(other)),
    }
}

fn described(shape: Shape, meaning: &str) -> RefOr<Schema> {
    let meaning = Some(meaning);
    match shape {
        Shape::Object(..) => named(shape),
        Shape::List(item) => RefOr::T(ArrayBuilder::new().items(named(*item)).description(meaning).into()),
        Shape::Pair(_) => RefOr::T(whole(shape)),
        other => RefOr::T(simple(other).description(meaning).into()),
    }
}

/// The schemas of the objects inside.
fn parts(shape: Shape, schemas: &mut Vec<(String, RefOr<Schema>)>) {
    match shape {
        Shape::Object(_, fields) => {
            for field in fields {
                let mut inside = field.shape;
                while let Shape::List(item) | Shape::Pair(item) = inside {
                    inside = *item;
                }
                if let Shape::Object(name, _) = inside {
                    schemas.push((name.to_owned(), RefOr::T(whole(inside))));
                    parts(inside, schemas);
                }
            }
        }
        Shape::List(item) | Shape::Pair(item) => parts(*item, schemas),
        _ => {}
    }
}
