//! What a way back needs of the tool, beside the set: all settings as they
//! were, those that differ from the built-in defaults as a postgresql.conf that
//! can be restored, and the statements that undo what the runs made.

use crate::engine::EngineError;
use crate::engine::error::SetupError;
use crate::model::facts::{Facts, NOT_RECORDED, SettingFact};
use crate::session::{quote_literal, sql};
use std::fmt::Write;
use std::path::Path;

/// All settings.
const SETTINGS: &str = "settings.json";

/// Those that differ, to be restored.
const CONF: &str = "settings.conf";

/// What undoes ours.
const UNDO: &str = "undo.sql";

/// Writes the files; their names.
pub(super) fn write(folder: &Path, facts: &Facts) -> Result<Vec<String>, EngineError> {
    let settings = serde_json::to_string_pretty(&facts.settings).unwrap_or_default();
    let files = [(SETTINGS, settings + "\n"), (CONF, conf(facts)), (UNDO, undo())];
    for (name, text) in &files {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| SetupError::Results {
            path: path.display().to_string(),
            detail: error.to_string(),
        })?;
    }
    Ok(files.into_iter().map(|(name, _)| name.to_owned()).collect())
}

/// Settings that somebody set, and that can be set.
fn conf(facts: &Facts) -> String {
    let session = &facts.session;
    let mut text = format!(
        "# The settings that differ from the built-in defaults, as {} saw them before the\n\
         # sign-off, in their base units. PostgreSQL {}.\n",
        session.role, session.version
    );
    if !session.reads_settings {
        text.push_str("# Settings that only pg_read_all_settings may see are missing.\n");
    }
    let is_set = |s: &&SettingFact| {
        let own = ["default", "override", "session", "client"];
        s.context != "internal" && !own.contains(&s.source.as_str())
    };
    for setting in facts.settings.iter().filter(is_set) {
        let waits =
            if setting.pending_restart { ", another value waits for a restart" } else { "" };
        let unit = match setting.unit.as_str() {
            "" => String::new(),
            unit => format!(", unit {unit}"),
        };
        let note = format!("# {}{unit}{waits}", setting.source);
        // Writing to a String can't fail.
        let _ = match setting.value.as_str() {
            NOT_RECORDED => {
                writeln!(text, "# {} is not recorded: it can hold a password  {note}", setting.name)
            }
            value => writeln!(text, "{} = {}  {note}", setting.name, quoted(value)),
        };
    }
    text
}

/// A value in quotes: a backslash is an escape there.
fn quoted(value: &str) -> String {
    quote_literal(&value.replace('\\', "\\\\").replace('\n', "\\n"))
}

/// The statements with which the tool itself removes what it made.
fn undo() -> String {
    sql!("signoff/undo.sql")
        .replace("{{drop_tenant}}", sql!("ledger/drop_tenant.sql"))
        .replace("{{drop_ledger}}", sql!("ledger/drop.sql"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::checklist::conf::parse;
    use crate::model::facts::{SessionFacts, Sight};

    #[test]
    fn what_is_written_can_be_read_as_a_configuration() {
        let setting = |name: &str, value: &str, source: &str| SettingFact {
            name: name.into(),
            value: value.into(),
            source: source.into(),
            ..SettingFact::default()
        };
        let facts = Facts {
            session: SessionFacts::default(),
            settings: vec![
                setting("log_line_prefix", "%m 'x' \\ ", "configuration file"),
                setting("archive_command", NOT_RECORDED, "configuration file"),
                setting("work_mem", "4096", "default"),
                setting("shared_buffers", "16384", "command line"),
            ],
            files: Sight::Seen(Vec::new()),
            hba: Sight::Seen(Vec::new()),
            md5_roles: Sight::Seen(Vec::new()),
            archiver: Sight::Failed(String::new()),
            standbys: Sight::Seen(Vec::new()),
        };
        let read = parse(&conf(&facts), "settings.conf").unwrap().settings;
        let read: Vec<_> = read.iter().map(|s| (s.name.as_str(), s.value.as_str())).collect();
        assert_eq!(read, [("log_line_prefix", "%m 'x' \\ "), ("shared_buffers", "16384")]);
    }
}
