//! The words: every sentence that a person reads, in English and Vietnamese.
//!
//! Reasons, findings and errors travel as `{id, args}`; a sentence is made
//! only where it is shown. [`catalogue!`] makes an enum whose variants cannot
//! lack a language, so a missing translation does not compile.

pub mod doing;
pub mod label;
pub mod mixed_label;
pub mod scans_label;
pub mod server_label;

use serde::{Deserialize, Serialize};

/// A language that the tool speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English, the default.
    #[default]
    En,
    /// Vietnamese.
    Vi,
}

/// Something that can be said in every language.
pub trait Localized {
    /// The sentence in `lang`.
    fn text(&self, lang: Lang) -> String;
}

/// A phrase within a sentence. In a format string `{}` is English and `{:#}`
/// Vietnamese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// English.
    pub en: &'static str,
    /// Vietnamese.
    pub vi: &'static str,
}

impl std::fmt::Display for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if f.alternate() { self.vi } else { self.en })
    }
}

/// Declares an enum of messages: each variant with its named arguments and
/// its sentence in each language. The arguments are used inline, as in
/// `format!("{name}")`. `Display` is the English sentence.
///
/// With `error` before the name the enum is a `std::error::Error` too; a field
/// named `source` is then its cause.
macro_rules! catalogue {
    (@impl $name:ident { $( $variant:ident { $($field:ident),* } => $en:literal, $vi:literal; )* }) => {
        impl $crate::message::Localized for $name {
            #[allow(unused_variables)]
            fn text(&self, lang: $crate::message::Lang) -> String {
                match (self, lang) {
                    $(
                        ($name::$variant { $($field),* }, $crate::message::Lang::En) => format!($en),
                        ($name::$variant { $($field),* }, $crate::message::Lang::Vi) => format!($vi),
                    )*
                }
            }
        }
    };
    (
        $(#[$meta:meta])*
        pub error $name:ident {
            $(
                $(#[$vmeta:meta])*
                $variant:ident { $( $(#[$fmeta:meta])* $field:ident : $ty:ty ),* $(,)? }
                => $en:literal, $vi:literal;
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, thiserror::Error)]
        pub enum $name {
            $(
                $(#[$vmeta])*
                #[error($en)]
                #[allow(missing_docs)]
                $variant { $( $(#[$fmeta])* $field: $ty ),* },
            )*
        }
        $crate::message::catalogue!(@impl $name { $( $variant { $($field),* } => $en, $vi; )* });
    };
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $(
                $(#[$vmeta:meta])*
                $variant:ident { $( $(#[$fmeta:meta])* $field:ident : $ty:ty ),* $(,)? }
                => $en:literal, $vi:literal;
            )*
        }
    ) => {
        $(#[$meta])*
        pub enum $name {
            $(
                $(#[$vmeta])*
                #[allow(missing_docs)]
                $variant { $( $(#[$fmeta])* $field: $ty ),* },
            )*
        }
        $crate::message::catalogue!(@impl $name { $( $variant { $($field),* } => $en, $vi; )* });
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::message::Localized::text(self, $crate::message::Lang::En))
            }
        }
    };
}
pub(crate) use catalogue;
