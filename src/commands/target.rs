//! What is to be said about a target before anything is done with it.

use super::tell;
use crate::message::label::Label;
use crate::message::{Lang, Localized};
use crate::session::Target;

/// Tells the warnings. What is wrong with the target is said by whoever opens it.
pub(super) fn warn(url: Option<&str>, lang: Lang) {
    if let Some(Ok(target)) = url.map(Target::parse) {
        for warning in target.warnings() {
            tell(&Label::WarningLine { text: warning.text(lang) }.text(lang));
        }
    }
}
