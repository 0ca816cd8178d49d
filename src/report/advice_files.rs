//! The recommendations as files that they can be applied with: a fragment of
//! postgresql.conf, and an ALTER SYSTEM script with one that undoes it; where
//! ALTER SYSTEM isn't to be used, the parameters with their values.

use super::wrap::wrapped;
use crate::message::advice_label::AdviceLabel;
use crate::message::label::Label;
use crate::message::{Lang, Localized};
use crate::model::RunRecord;
use crate::model::advice::{Advice, Applies, Proposal, Recommendation};
use crate::model::facts::SettingFact;
use crate::model::tuning::Tuning;
use std::fmt::Write;

/// Where ALTER SYSTEM writes.
const AUTO_CONF: &str = "postgresql.auto.conf";

/// How wide a comment is.
const COLUMNS: usize = 78;

/// What the files are called.
pub const NAMES: [&str; 4] =
    ["recommended.conf", "recommended.sql", "undo-recommended.sql", "recommended-parameters.txt"];

/// Files by name, with their text; none where nothing is proposed.
pub fn files(
    record: &RunRecord,
    said: &[Recommendation],
    lang: Lang,
) -> Vec<(&'static str, String)> {
    let Some(tuning) = &record.tuning else { return Vec::new() };
    let changes = Changes::of(said);
    if changes.of_server.is_empty() && changes.elsewhere.is_empty() {
        return Vec::new();
    }
    let writer = Writer { run: &record.run_id, tuning, changes, lang };
    let conf = ("recommended.conf", writer.conf());
    if tuning.managed_by.is_some() || tuning.may_alter_system == Some(false) {
        return vec![conf, ("recommended-parameters.txt", writer.parameters())];
    }
    vec![conf, ("recommended.sql", writer.sql()), ("undo-recommended.sql", writer.undo())]
}

/// What is to be changed, each setting once.
struct Changes<'a> {
    /// Of the whole server.
    of_server: Vec<(&'a Recommendation, &'a Proposal)>,
    /// For a role or a table.
    elsewhere: Vec<(&'a Recommendation, &'a Proposal)>,
    /// What only a person, or a measurement, can choose.
    open: Vec<(&'a Recommendation, &'a Proposal)>,
}

impl<'a> Changes<'a> {
    fn of(said: &'a [Recommendation]) -> Changes<'a> {
        let mut changes =
            Changes { of_server: Vec::new(), elsewhere: Vec::new(), open: Vec::new() };
        for one in said {
            for proposal in one.settings.iter().filter(|proposal| proposal.proposed.is_some()) {
                let list = match (one.outcome, one.applies) {
                    (Advice::Trial | Advice::Option, _) => &mut changes.open,
                    (Advice::Critical | Advice::Proposed, Applies::Role | Applies::Table) => {
                        &mut changes.elsewhere
                    }
                    (Advice::Critical | Advice::Proposed, _) => &mut changes.of_server,
                    _ => continue,
                };
                // Of two rules the later one reckons with the earlier.
                list.retain(|(_, other)| other.name != proposal.name);
                list.push((one, proposal));
            }
        }
        changes
    }
}

struct Writer<'a> {
    run: &'a str,
    tuning: &'a Tuning,
    changes: Changes<'a>,
    lang: Lang,
}

impl Writer<'_> {
    fn conf(&self) -> String {
        let mut text = String::new();
        let run = self.run.to_owned();
        comment(&mut text, "#", &AdviceLabel::ConfHead { run }.text(self.lang));
        let mut last = "";
        for (one, proposal) in &self.changes.of_server {
            self.explain(&mut text, "#", one, proposal, &mut last);
            put(&mut text, &setting(proposal));
        }
        for (one, proposal) in self.changes.elsewhere.iter().chain(&self.changes.open) {
            self.explain(&mut text, "#", one, proposal, &mut last);
            put(&mut text, &format!("#{}", setting(proposal)));
        }
        text
    }

    fn sql(&self) -> String {
        let mut text = String::new();
        let run = self.run.to_owned();
        comment(&mut text, "--", &AdviceLabel::SqlHead { run }.text(self.lang));
        let mut last = "";
        for (one, proposal) in &self.changes.of_server {
            self.explain(&mut text, "--", one, proposal, &mut last);
            put(&mut text, &format!("ALTER SYSTEM SET {};", setting(proposal)));
        }
        for (one, proposal) in self.changes.elsewhere.iter().chain(&self.changes.open) {
            self.explain(&mut text, "--", one, proposal, &mut last);
            put(&mut text, &format!("-- {}", elsewhere(one.applies, proposal)));
        }
        self.reload(&mut text);
        text
    }

    fn undo(&self) -> String {
        let mut text = String::new();
        let run = self.run.to_owned();
        comment(&mut text, "--", &AdviceLabel::UndoHead { run }.text(self.lang));
        put(&mut text, "");
        for (_, proposal) in &self.changes.of_server {
            let name = &proposal.name;
            let stood = self.tuning.setting(name).map_or(Stood::Unseen, Stood::of);
            match (stood, &proposal.current) {
                (Stood::ByAlterSystem, Some(current)) => {
                    put(&mut text, &format!("ALTER SYSTEM SET {name} = '{}';", quoted(current)));
                }
                (Stood::Elsewhere, _) => put(&mut text, &format!("ALTER SYSTEM RESET {name};")),
                // What stood there would be lost by a RESET.
                _ => {
                    let unseen = AdviceLabel::UnseenBack { name: name.clone() };
                    comment(&mut text, "--", &unseen.text(self.lang));
                    put(&mut text, &format!("-- ALTER SYSTEM RESET {name};"));
                }
            }
        }
        self.reload(&mut text);
        text
    }

    fn parameters(&self) -> String {
        let mut text = String::new();
        let run = self.run.to_owned();
        comment(&mut text, "#", &AdviceLabel::ParametersHead { run }.text(self.lang));
        let mut last = "";
        for (one, proposal) in &self.changes.of_server {
            self.explain(&mut text, "#", one, proposal, &mut last);
            let unit = match proposal.unit.as_str() {
                "" => AdviceLabel::NoUnit {}.text(self.lang),
                unit => unit.to_owned(),
            };
            let number = proposal.in_base_unit.map(|number| number.to_string());
            let value = number.or_else(|| proposal.proposed.clone()).unwrap_or_default();
            put(&mut text, &format!("{} = {value} ({unit})", proposal.name));
        }
        text
    }

    /// What a change is, once a rule why.
    fn explain<'a>(
        &self,
        text: &mut String,
        mark: &str,
        one: &'a Recommendation,
        proposal: &Proposal,
        last: &mut &'a str,
    ) {
        if *last != one.rule {
            put(text, "");
            for note in &one.notes {
                comment(text, mark, &note.text(self.lang));
            }
            if matches!(one.outcome, Advice::Trial | Advice::Option) {
                let (outcome, risk) = (one.outcome.text(self.lang), one.risk.text(self.lang));
                let label = AdviceLabel::NotDoneUnlessChosen { outcome, risk };
                comment(text, mark, &label.text(self.lang));
            }
            *last = &one.rule;
        }
        let unseen = || Label::NotSeen {}.text(self.lang);
        let current = proposal.current.clone().unwrap_or_else(unseen);
        let applies = one.applies.text(self.lang);
        comment(text, mark, &AdviceLabel::NowIs { current, applies }.text(self.lang));
    }

    fn reload(&self, text: &mut String) {
        put(text, "");
        put(text, "SELECT pg_catalog.pg_reload_conf();");
        let restarts = |one: &Recommendation| {
            matches!(one.applies, Applies::Restart | Applies::OperatingSystem)
        };
        let waiting = self.changes.of_server.iter().filter(|(one, _)| restarts(one));
        let names: Vec<_> = waiting.map(|(_, proposal)| proposal.name.as_str()).collect();
        if !names.is_empty() {
            let settings = names.join(", ");
            comment(text, "--", &AdviceLabel::NeedsRestart { settings }.text(self.lang));
        }
    }
}

/// Whether postgresql.auto.conf, which goes before postgresql.conf, had a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stood {
    /// It had.
    ByAlterSystem,
    /// It hadn't: the value is the default, or another file's.
    Elsewhere,
    /// The role doesn't see which file, or something else goes before the files.
    Unseen,
}

impl Stood {
    fn of(setting: &SettingFact) -> Stood {
        match (setting.source.as_str(), setting.file.as_str()) {
            ("default", _) => Stood::Elsewhere,
            ("configuration file", file) if file.ends_with(AUTO_CONF) => Stood::ByAlterSystem,
            ("configuration file", "") => Stood::Unseen,
            ("configuration file", _) => Stood::Elsewhere,
            _ => Stood::Unseen,
        }
    }
}

/// `name = 'value'`, as both postgresql.conf and ALTER SYSTEM have it.
fn setting(proposal: &Proposal) -> String {
    let value = proposal.proposed.as_deref().unwrap_or_default();
    format!("{} = '{}'", proposal.name, quoted(value))
}

/// The statement of what isn't the whole server's.
fn elsewhere(applies: Applies, proposal: &Proposal) -> String {
    match applies {
        Applies::Role => format!("ALTER ROLE ... SET {};", setting(proposal)),
        Applies::Table => format!("ALTER TABLE ... SET ({});", setting(proposal)),
        _ => format!("ALTER SYSTEM SET {};", setting(proposal)),
    }
}

fn quoted(value: &str) -> String {
    value.replace('\'', "''")
}

fn comment(text: &mut String, mark: &str, words: &str) {
    for line in wrapped(words, COLUMNS - mark.len() - 1, 0) {
        put(text, &format!("{mark} {line}"));
    }
}

fn put(text: &mut String, line: &str) {
    // Writing to a String can't fail.
    let _ = writeln!(text, "{line}");
}
