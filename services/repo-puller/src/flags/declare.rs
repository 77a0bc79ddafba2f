//! The macro behind the table: one line makes a typed field, a flag, a variable and their documentation.

/// One flag, as parser, help text and reference see it.
#[derive(Debug)]
pub(crate) struct Flag {
    /// The field that holds it: the flag's name with `_` for `-`, and `_flag` behind it where a variable has the name.
    pub(crate) field: &'static str,
    pub(crate) class: Class,
    pub(crate) kind: &'static str,
    pub(crate) bare: Option<&'static str>,
    pub(crate) repeats: bool,
    /// The default as one would write it; empty for none.
    pub(crate) default: &'static str,
    /// Variables of older releases. They win over the new one.
    pub(crate) old: &'static [&'static str],
    pub(crate) about: &'static str,
}

/// How a flag may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// On the command line and in the environment.
    Both,
    /// On the command line alone.
    Line,
    /// In the environment alone: secrets do not belong on a command line.
    Environment,
    /// A name of an older release.
    Retired,
}

impl Flag {
    /// The name on the command line, without dashes.
    pub(crate) fn name(&self) -> String {
        match self.class {
            Class::Environment => format!("__env__{}", self.variable().unwrap_or_default()),
            _ => self.plain().trim_end_matches("_flag").replace('_', "-"),
        }
    }

    /// The variable that holds the default.
    pub(crate) fn variable(&self) -> Option<String> {
        let named = matches!(self.class, Class::Both | Class::Environment);
        named.then(|| format!("GITSYNC_{}", self.plain().to_ascii_uppercase()))
    }

    /// The field's name, where it is a keyword of Rust too.
    fn plain(&self) -> &'static str {
        self.field.strip_prefix("r#").unwrap_or(self.field)
    }

    /// Whether the value is a secret, or contains one.
    pub(crate) fn is_secret(&self) -> bool {
        self.class == Class::Environment || matches!(self.field, "credential" | "password_flag")
    }
}

/// Declares the flags: `class field: Type = "default", old ["OLD_VARIABLE"];` under the doc comment that explains it.
macro_rules! flags {
    ($($(#[doc = $about:literal])* $class:ident $field:ident : $type:ty = $default:literal $(, old [$($old:literal),*])?;)*) => {
        /// Every flag with its value.
        #[derive(Clone, Default)]
        pub(crate) struct Flags { $($(#[doc = $about])* pub(crate) $field: $type),* }

        /// Every flag, in the order of the help text.
        pub(crate) static TABLE: &[Flag] = &[$(Flag {
            field: stringify!($field),
            class: Class::$class,
            kind: <$type as Value>::KIND,
            bare: <$type as Value>::BARE,
            repeats: <$type as Value>::REPEATS,
            default: $default,
            old: &[$($($old),*)?],
            about: concat!($($about),*),
        }),*];

        impl Flags {
            /// Gives `field` the value in `text`; where it repeats, one more.
            pub(crate) fn take(&mut self, field: &str, text: &str) -> Result<(), String> {
                match field {
                    $(stringify!($field) => Value::take(&mut self.$field, text),)*
                    _ => Err(format!("unknown flag: {field}")),
                }
            }

            /// Forgets what `field` holds.
            pub(crate) fn forget(&mut self, field: &str) {
                match field {
                    $(stringify!($field) => self.$field = <$type>::default(),)*
                    _ => {}
                }
            }
        }
    };
}
pub(crate) use flags;
