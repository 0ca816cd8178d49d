//! The words: every sentence that a person reads, in English and Vietnamese.
//!
//! Reasons, findings and errors travel as `{id, args}`; a sentence is made
//! only where it is shown. [`catalogue!`] makes an enum whose variants cannot
//! lack a language, so a missing translation does not compile.

pub mod advice_label;
pub mod checklist_label;
pub mod compare_label;
pub mod doing;
pub mod faults_label;
pub mod isolation_label;
pub mod label;
pub mod mixed_label;
pub mod page_label;
pub mod report_label;
pub mod scans_label;
pub mod server_label;
pub mod set_label;
pub mod set_page_label;
pub mod shares_label;
pub mod sweep_label;
pub mod time_left;
pub mod tune_label;
pub mod undo_label;

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

impl Lang {
    /// What the surroundings ask for: `PGVALIDATE_LANG`, else the locale.
    pub fn of_surroundings() -> Lang {
        Lang::by(|name| std::env::var(name).ok())
    }

    /// The first that is set and not empty decides, as for any program
    /// (setlocale(3)); what isn't Vietnamese is English.
    fn by(variable: impl Fn(&str) -> Option<String>) -> Lang {
        let names = ["PGVALIDATE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];
        let locale = names.into_iter().filter_map(variable).find(|value| !value.is_empty());
        match locale.is_some_and(|locale| locale.to_ascii_lowercase().starts_with("vi")) {
            true => Lang::Vi,
            false => Lang::En,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_says_something_decides() {
        let lang = |set: &[(&str, &str)]| {
            Lang::by(|name| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
        };
        assert_eq!(lang(&[]), Lang::En);
        assert_eq!(lang(&[("LANG", "vi_VN.UTF-8")]), Lang::Vi);
        assert_eq!(lang(&[("LC_ALL", "C.UTF-8"), ("LANG", "vi_VN.UTF-8")]), Lang::En);
        assert_eq!(lang(&[("LC_ALL", ""), ("LC_MESSAGES", "vi_VN")]), Lang::Vi);
        assert_eq!(lang(&[("PGVALIDATE_LANG", "vi"), ("LC_ALL", "en_US.UTF-8")]), Lang::Vi);
        assert_eq!(lang(&[("PGVALIDATE_LANG", "en"), ("LANG", "vi_VN")]), Lang::En);
        assert_eq!(lang(&[("LANG", "fr_FR.UTF-8")]), Lang::En);
    }
}
