//! A section: a flat struct whose fields are variables. The macro keeps type, default and meaning in one place.

use super::Reader;

/// One variable, as the reference tells it.
#[derive(Clone, Debug)]
pub struct Field {
    /// The variable: the field's name in capitals.
    pub variable: String,
    /// What kind of value it holds, for people.
    pub kind: &'static str,
    /// The default as one would write it; none where the variable is required or may be absent.
    pub default: Option<String>,
    /// Whether the process cannot start without it.
    pub required: bool,
    /// Whether it may come from a file, and is never shown.
    pub secret: bool,
    /// Whether it may change while the process runs.
    pub live: bool,
    /// What it means.
    pub about: String,
}

/// A flat struct of variables that belong together. Written by [`section!`](crate::section).
pub trait Section: Sized {
    /// The variables, in the order of the fields.
    fn fields() -> Vec<Field>;

    /// The section, or none where a variable is missing or invalid, which the reader has then noted.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;
}

/// A service's configuration: no section, one, or a tuple of them.
pub trait Sections: Sized {
    /// The variables of all sections.
    fn fields() -> Vec<Field>;

    /// All sections. Every one is read, so that every mistake is noted.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;
}

impl<S: Section> Sections for S {
    fn fields() -> Vec<Field> {
        S::fields()
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        S::read(reader)
    }
}

macro_rules! sections {
    ($(($($name:ident),*)),* $(,)?) => {$(
        impl<$($name: Sections),*> Sections for ($($name,)*) {
            fn fields() -> Vec<Field> {
                [$($name::fields()),*].concat()
            }

            #[expect(non_snake_case, reason = "a type parameter and its value share a name")]
            fn read(reader: &mut Reader<'_>) -> Option<Self> {
                $(let $name = $name::read(reader);)*
                Some(($($name?,)*))
            }
        }
    )*};
}

sections! { (A, B), (A, B, C), (A, B, C, D), (A, B, C, D, E), (A, B, C, D, E, F), (A, B, C, D, E, F, G), (A, B, C, D, E, F, G, H) }

impl Sections for () {
    fn fields() -> Vec<Field> {
        Vec::new()
    }

    fn read(_: &mut Reader<'_>) -> Option<Self> {
        Some(())
    }
}

/// Declares a section of the configuration: a field is a variable, its doc comment is the reference.
///
/// A field with `= default` may be absent, as may an `Option`; every other field is required. A [`Secret`](super::Secret)
/// may also come from the file that `X_FILE` names. A [`Live`](super::Live) field may change while the process runs.
#[macro_export]
macro_rules! section {
    (
        $(#[doc = $about:literal])*
        $visible:vis struct $name:ident {
            $($(#[doc = $meaning:literal])* $reach:vis $field:ident : $type:ty $(= $default:expr)?),* $(,)?
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug)]
        $visible struct $name { $($(#[doc = $meaning])* $reach $field: $type),* }

        impl $crate::config::Section for $name {
            fn fields() -> Vec<$crate::config::Field> {
                vec![$($crate::config::Reader::field::<$type>(
                    stringify!($field), concat!($($meaning),*), $crate::section!(@default $type $(, $default)?),
                )),*]
            }

            fn read(reader: &mut $crate::config::Reader<'_>) -> Option<Self> {
                $(let $field = reader.value::<$type>(stringify!($field), $crate::section!(@default $type $(, $default)?));)*
                Some(Self { $($field: $field?),* })
            }
        }
    };
    (@default $type:ty) => { None::<$type> };
    (@default $type:ty, $default:expr) => { Some::<$type>($default) };
}
