//! A key and its value as words of a command line.

use super::{FileError, Source, read};
use crate::model::{Method, Tenancy};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, ValueEnum};
use std::ffi::OsString;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeValue};

/// What a key of a file stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// The key: the flag without its dashes.
    pub key: String,
    /// The command line's words; none for a switch that is false.
    pub words: Vec<String>,
    /// Where the key stands in the file's text.
    pub key_span: Range<usize>,
    /// Where its value stands.
    pub value_span: Range<usize>,
}

/// The flag of `command` that `key` names, with `value`.
pub(super) fn flag(
    source: &Source,
    command: &Command,
    key: &Spanned<DeString<'_>>,
    value: &Spanned<DeValue<'_>>,
) -> Result<Flag, FileError> {
    let name = key.get_ref().to_string();
    let arg = find(command, &name).ok_or_else(|| unknown(source, command.get_name(), key))?;
    let wrong = |wanted| FileError::WrongType {
        place: source.place(&value.span()),
        key: name.clone(),
        wanted,
    };
    let is_list = matches!(arg.get_action(), ArgAction::Append);
    let words = match (value.get_ref(), is_switch(arg)) {
        (DeValue::Boolean(true), true) => vec![format!("--{name}")],
        (DeValue::Boolean(false), true) => Vec::new(),
        (_, true) => return Err(wrong(super::error::SWITCH)),
        (DeValue::Array(items), false) => {
            let items: Option<Vec<_>> = items.iter().map(|item| scalar(item.get_ref())).collect();
            let items = items.ok_or_else(|| wrong(super::error::LIST))?;
            match is_list {
                true => items.iter().map(|item| format!("--{name}={item}")).collect(),
                false => vec![format!("--{name}={}", items.join(","))],
            }
        }
        (one, false) => {
            let one = scalar(one).ok_or_else(|| wrong(super::error::VALUE))?;
            vec![format!("--{name}={one}")]
        }
    };
    Ok(Flag { key: name, words, key_span: key.span(), value_span: value.span() })
}

/// A flag of the command's own: not help, not what all commands share.
fn find<'a>(command: &'a Command, name: &str) -> Option<&'a Arg> {
    let own =
        |arg: &&Arg| !arg.is_global_set() && (is_switch(arg) || arg.get_action().takes_values());
    command.get_arguments().filter(own).find(|arg| arg.get_long() == Some(name))
}

fn is_switch(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::SetTrue)
}

/// A value that is one word. Numbers keep their digits, so that clap sees
/// what was written; other bases are written in ten.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Integer(number) => {
            let digits = number.as_str();
            let decimal = i128::from_str_radix(digits, number.radix());
            Some(decimal.map_or_else(|_| digits.to_owned(), |number| number.to_string()))
        }
        _ => None,
    }
}

fn unknown(source: &Source, scenario: &str, key: &Spanned<DeString<'_>>) -> FileError {
    let (place, name) = (source.place(&key.span()), key.get_ref().to_string());
    let scenario = scenario.to_owned();
    let words = std::iter::once(OsString::from(format!("--{name}")));
    let suggested =
        read(&scenario, words).err().and_then(|error| match error.get(ContextKind::SuggestedArg) {
            Some(ContextValue::String(flag)) => Some(flag.trim_start_matches('-').to_owned()),
            _ => None,
        });
    match suggested {
        Some(like) => FileError::UnknownKeyLike { place, key: name, scenario, like },
        None => FileError::UnknownKey { place, key: name, scenario },
    }
}

/// Lets clap judge a flag by itself. What it needs besides is judged later.
pub(super) fn check(source: &Source, scenario: &str, flag: &Flag) -> Result<(), FileError> {
    let Err(error) = read(scenario, flag.words.iter().map(OsString::from)) else { return Ok(()) };
    let (place, key) = (source.place(&flag.value_span), flag.key.clone());
    let values = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) => values.join(", "),
        _ => String::new(),
    };
    match error.kind() {
        ErrorKind::MissingRequiredArgument | ErrorKind::ArgumentConflict => Ok(()),
        ErrorKind::InvalidValue if !values.is_empty() => {
            Err(FileError::NoSuchValue { place, key, values })
        }
        _ => Err(FileError::Refused { place, detail: said(&error) }),
    }
}

/// What clap says, on one line, without usage and hints.
pub(super) fn said(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let lines: Vec<_> = first.lines().map(str::trim).collect();
    let joined = lines.join(" ");
    joined.strip_prefix("error: ").unwrap_or(&joined).to_owned()
}

/// Whether a flag of the file gives way to what was typed.
pub(super) fn is_overridden(command: &Command, flag: &Flag, typed: &[OsString]) -> bool {
    let is_typed = |arg: &Arg| {
        arg.get_long().is_some_and(|long| {
            typed.iter().map(|word| word.to_string_lossy()).any(|word| {
                let name = word.strip_prefix("--").map(|rest| rest.split('=').next());
                name.flatten() == Some(long)
            })
        })
    };
    let Some(own) = find(command, &flag.key) else { return false };
    let excludes = |a: &Arg, b: &Arg| {
        command.get_arg_conflicts_with(a).iter().any(|other| other.get_id() == b.get_id())
    };
    let contradicts = |arg: &Arg| excludes(own, arg) || excludes(arg, own);
    is_typed(own)
        || is_barred(flag, typed)
        || command.get_arguments().any(|arg| is_typed(arg) && contradicts(arg))
}

/// Whether a method of the file can't be had in the tenancy that was typed.
fn is_barred(flag: &Flag, typed: &[OsString]) -> bool {
    let typed: Vec<_> = typed.iter().map(|word| word.to_string_lossy()).collect();
    let has_rls = typed.iter().any(|word| word == "--tenancy=rls")
        || typed.windows(2).any(|pair| pair[0] == "--tenancy" && pair[1] == "rls");
    let method = flag.words.first().and_then(|word| word.strip_prefix("--method="));
    let method = method.and_then(|name| Method::from_str(name, false).ok());
    has_rls && method.is_some_and(|method| !Tenancy::Rls.allows(method))
}
