//! What the tuning rules say, for people: a few lines in a run's summary, and
//! all of it for `tune`.

use super::lines::{Summary, address, bare};
use super::number::{Numbers, percent};
use super::terminal::Terminal;
use crate::message::advice_label::{AdviceLabel, evidence_name};
use crate::message::label::Label;
use crate::message::{Lang, Localized};
use crate::model::RunRecord;
use crate::model::advice::{Advice, Evidence, Proposal, Recommendation, longer_run_s};
use crate::model::size::Bytes;

/// So many changes are shown in a summary, the gravest first.
const SHOWN: usize = 4;

/// So many numbers speak for each of them there.
const NUMBERS: usize = 2;

/// The note of a setting that wasn't seen; its rules are named together.
const SETTING_UNSEEN: &str = "setting_unseen";

/// What is told in full, in this order; the others are in tables.
const IN_FULL: [Advice; 5] =
    [Advice::Critical, Advice::Proposed, Advice::Trial, Advice::Option, Advice::Report];

/// What the rules say of a run.
pub fn full(record: &RunRecord, said: &[Recommendation], on: impl Into<Terminal>) -> String {
    let mut out = Summary::new(on.into());
    out.tune_title(record);
    for outcome in IN_FULL {
        for one in said.iter().filter(|one| one.outcome == outcome) {
            out.recommendation(one);
        }
    }
    if !said.iter().any(|one| changes_something(one.outcome)) {
        out.gap();
        out.line(&AdviceLabel::NothingProposed {});
    }
    out.settled(said);
    out.lacking(said);
    if let Some(seconds) = longer_run_s(said) {
        let (count, all) = (lacking(said), said.len());
        out.line(&AdviceLabel::LackingLine { count, all, soak: format!("{seconds}s") });
    }
    out.text
}

impl Summary {
    /// The lines of a run's summary; nothing where nothing was asked.
    pub(super) fn advice(&mut self, record: &RunRecord) {
        let said = &record.recommendations;
        if said.is_empty() {
            return;
        }
        self.indented(&AdviceLabel::Head {});
        let of = |outcome| said.iter().filter(move |one| one.outcome == outcome);
        let changes: Vec<_> = of(Advice::Critical).chain(of(Advice::Proposed)).collect();
        for one in changes.iter().take(SHOWN) {
            self.change_line(one);
        }
        match changes.len() {
            0 => self.below(&AdviceLabel::NothingProposed {}),
            all if all > SHOWN => self.below(&AdviceLabel::MoreChanges { count: all - SHOWN }),
            _ => {}
        }
        let others = [Advice::Trial, Advice::Option, Advice::Report];
        let count = said.iter().filter(|one| others.contains(&one.outcome)).count();
        if count > 0 {
            self.below(&AdviceLabel::MoreLine { count });
        }
        let (count, all) = (lacking(said), said.len());
        match longer_run_s(said) {
            Some(seconds) => {
                let soak = format!("{seconds}s");
                self.below(&AdviceLabel::LackingLine { count, all, soak });
            }
            None if count > 0 => self.below(&AdviceLabel::LackingLineBare { count, all }),
            None => {}
        }
    }

    fn change_line(&mut self, one: &Recommendation) {
        let changes = changes(one, self.lang);
        if one.outcome == Advice::Critical {
            let why = one.notes.first().map_or_else(String::new, |note| note.text(self.lang));
            return self.below(&AdviceLabel::CriticalLine { changes, why });
        }
        let applies = one.applies.text(self.lang);
        let numbers = one.evidence.iter().take(NUMBERS).map(|number| self.evidence(number));
        let evidence = numbers.collect::<Vec<_>>().join("; ");
        match evidence.is_empty() {
            true => self.below(&AdviceLabel::ChangeLineBare { changes, applies }),
            false => self.below(&AdviceLabel::ChangeLine { changes, applies, evidence }),
        }
    }

    fn tune_title(&mut self, record: &RunRecord) {
        let (scenario, started) = (record.scenario.name.clone(), record.started_at.clone());
        let seconds =
            record.database.as_ref().map(|database| self.numbers.short(database.elapsed_s));
        self.line(&match seconds {
            Some(seconds) => AdviceLabel::TuneTitle { scenario, seconds, started },
            None => AdviceLabel::TuneTitleBare { scenario, started },
        });
        if let Some(server) = &record.server {
            let version = server.version.clone();
            let address = address(&server.address, self.lang);
            self.line(&match server.private {
                true => Label::PrivateServer { version },
                false => Label::TargetServer { version, address },
            });
        }
        if let Some(rate) = record.scenario.soak.as_ref().and_then(|soak| soak.rate_rows_per_s) {
            let rate = self.numbers.plain(rate);
            self.line(&AdviceLabel::AtRate { rate });
        }
        match &record.tuning {
            None => {
                let version = record.schema_version.clone();
                self.line(&AdviceLabel::NoTuning { version });
            }
            Some(tuning) => match &tuning.managed_by {
                Some(role) => self.line(&AdviceLabel::Managed { role: role.clone() }),
                None if tuning.may_alter_system == Some(false) => {
                    self.line(&AdviceLabel::NoAlterSystem {});
                }
                None => {}
            },
        }
    }

    fn recommendation(&mut self, one: &Recommendation) {
        let lang = self.lang;
        self.gap();
        let outcome = one.outcome.text(lang);
        self.line(&AdviceLabel::RuleLine { outcome, changes: changes(one, lang) });
        for note in &one.notes {
            self.indented(&AdviceLabel::WhyLine { text: note.text(lang) });
        }
        let numbers: Vec<_> = one.evidence.iter().map(|number| self.evidence(number)).collect();
        if !numbers.is_empty() {
            self.indented(&AdviceLabel::EvidenceLine { evidence: numbers.join("; ") });
        }
        for proposal in &one.settings {
            self.formula(proposal);
        }
        let mut sources: Vec<_> =
            one.settings.iter().filter_map(|p| p.current_source.clone()).collect();
        sources.dedup();
        if !sources.is_empty() {
            self.indented(&AdviceLabel::From { source: sources.join(", ") });
        }
        if one.outcome != Advice::Report {
            let (applies, risk) = (one.applies.text(lang), one.risk.text(lang));
            let confidence = one.confidence.text(lang);
            self.indented(&AdviceLabel::TermsLine { applies, risk, confidence });
        }
        self.indented(&AdviceLabel::SourceLine { source: one.source.clone() });
    }

    fn formula(&mut self, proposal: &Proposal) {
        let Some(raw) = proposal.raw else { return };
        let name = proposal.name.clone();
        let raw = match proposal.unit.as_str() {
            "" => self.numbers.short(raw),
            unit if unit.starts_with(|c: char| c.is_ascii_digit()) => {
                format!("{} x {unit}", self.numbers.short(raw))
            }
            unit => format!("{} {unit}", self.numbers.short(raw)),
        };
        self.indented(&match &proposal.capped_by {
            Some(why) => AdviceLabel::CappedLine { name, raw, why: why.text(self.lang) },
            None => AdviceLabel::FormulaLine { name, raw },
        });
    }

    /// A number of the evidence, with its threshold.
    fn evidence(&self, one: &Evidence) -> String {
        let name = evidence_name(&one.id, self.lang);
        let value = one.value.map_or_else(
            || Label::NotSeen {}.text(self.lang),
            |value| quantity(&one.id, value, self.lang),
        );
        let (Some(is), Some(limit)) = (one.is, one.threshold) else {
            return AdviceLabel::GoesIn { name, value }.text(self.lang);
        };
        let (sign, threshold) = (is.sign().to_owned(), quantity(&one.id, limit, self.lang));
        let holds = one.value.is_some_and(|value| is.holds(value, limit));
        match holds {
            true => AdviceLabel::Holds { name, value, sign, threshold },
            false => AdviceLabel::HoldsNot { name, value, sign, threshold },
        }
        .text(self.lang)
    }

    /// A table of the rules that ask for nothing.
    fn settled(&mut self, said: &[Recommendation]) {
        let settled: Vec<_> = said.iter().filter(|one| one.outcome == Advice::Settled).collect();
        if settled.is_empty() {
            return;
        }
        self.gap();
        self.line(&AdviceLabel::SettledHead {});
        let mut table = bare();
        let label = |label: AdviceLabel| label.text(self.lang);
        table.set_header([
            format!("  {}", label(AdviceLabel::SettingHead {})),
            label(AdviceLabel::NowHead {}),
        ]);
        let all = || said.iter().flat_map(|one| &one.settings);
        let is_changed = |name: &str| all().any(|p| p.name == name && p.proposed.is_some());
        for proposal in settled.iter().flat_map(|one| &one.settings) {
            // One that this major doesn't have, or that another rule changes, isn't named.
            let current = proposal.current.as_ref().filter(|_| !is_changed(&proposal.name));
            if let Some(current) = current {
                table.add_row([format!("    {}", proposal.name), current.clone()]);
            }
        }
        self.table(&table);
        for note in settled.iter().flat_map(|one| &one.notes) {
            self.indented(&AdviceLabel::WhyLine { text: note.text(self.lang) });
        }
    }

    /// What lacks, each once, with the rules that lack it.
    fn lacking(&mut self, said: &[Recommendation]) {
        let mut lacks: Vec<(String, Vec<&str>)> = Vec::new();
        let unseen = AdviceLabel::SettingUnseen {}.text(self.lang);
        for one in said.iter().filter(|one| one.outcome == Advice::NotEnoughEvidence) {
            let text = match one.notes.last() {
                Some(note) if note.id == SETTING_UNSEEN => unseen.clone(),
                Some(note) => note.text(self.lang),
                None => String::new(),
            };
            match lacks.iter_mut().find(|(known, _)| *known == text) {
                Some((_, rules)) => rules.push(&one.rule),
                None => lacks.push((text, vec![&one.rule])),
            }
        }
        if lacks.is_empty() {
            return;
        }
        self.gap();
        self.line(&AdviceLabel::LackingHead {});
        for (text, rules) in lacks {
            self.indented(&AdviceLabel::LackLine { rules: rules.join(", "), text });
        }
    }
}

/// A number as its id says what it is in.
pub(super) fn quantity(id: &str, value: f64, lang: Lang) -> String {
    let size = |bytes: f64| match lang {
        Lang::En => format!("{}", Bytes(bytes as u64)),
        Lang::Vi => format!("{:#}", Bytes(bytes as u64)),
    };
    if id.contains("_share") {
        percent(value)
    } else if id.ends_with("_bytes_per_s") {
        format!("{}/s", size(value))
    } else if id.ends_with("_bytes") {
        size(value)
    } else {
        Numbers(lang).plain(value)
    }
}

fn lacking(said: &[Recommendation]) -> usize {
    said.iter().filter(|one| one.outcome == Advice::NotEnoughEvidence).count()
}

fn changes_something(outcome: Advice) -> bool {
    matches!(outcome, Advice::Critical | Advice::Proposed)
}

/// The settings with their values, those that are to be changed where there are any.
pub(super) fn changes(one: &Recommendation, lang: Lang) -> String {
    let none = || Label::NotSeen {}.text(lang);
    let current = |p: &Proposal| p.current.clone().unwrap_or_else(none);
    let changed: Vec<_> =
        one.settings.iter().filter_map(|p| Some((p, p.proposed.clone()?))).collect();
    let texts: Vec<_> = match changed.is_empty() {
        false => changed
            .into_iter()
            .map(|(p, proposed)| {
                let (name, current) = (p.name.clone(), current(p));
                AdviceLabel::Change { name, current, proposed }.text(lang)
            })
            .collect(),
        true => {
            let seen = one.settings.iter().filter(|p| p.current.is_some());
            seen.map(|p| {
                AdviceLabel::AsItIs { name: p.name.clone(), current: current(p) }.text(lang)
            })
            .collect()
        }
    };
    texts.join(", ")
}
