//! Writes the files that recommendations can be applied with.

use super::tell;
use crate::message::advice_label::AdviceLabel;
use crate::message::label::Label;
use crate::message::{Lang, Localized};
use crate::model::RunRecord;
use crate::model::advice::Recommendation;
use crate::report::advice_files;
use std::path::Path;

/// Writes them beside the run's record where something is proposed; what can't
/// be written is told. The line that names those that were written.
pub(super) fn write(
    folder: &Path,
    record: &RunRecord,
    said: &[Recommendation],
    lang: Lang,
) -> Option<String> {
    let mut written = Vec::new();
    let files = advice_files::files(record, said, lang);
    // What an earlier look at the same run wrote, and this one doesn't.
    for name in advice_files::NAMES.iter().filter(|name| !files.iter().any(|(n, _)| n == *name)) {
        let _ = std::fs::remove_file(folder.join(name));
    }
    for (name, text) in files {
        let path = folder.join(name);
        match std::fs::write(&path, text) {
            Ok(()) => written.push(path.display().to_string()),
            Err(error) => {
                let (path, detail) = (path.display().to_string(), error.to_string());
                let text = AdviceLabel::FilesUnwritten { path, detail }.text(lang);
                tell(&Label::WarningLine { text }.text(lang));
            }
        }
    }
    let files = written.join(", ");
    (!files.is_empty()).then(|| AdviceLabel::FilesLine { files }.text(lang))
}
