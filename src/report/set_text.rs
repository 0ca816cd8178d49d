//! A set for a terminal, within 80 columns.

use super::lines::{Summary, address, align_right, bare};
use super::number::Numbers;
use super::terminal::Terminal;
use crate::message::checklist_label::ChecklistLabel;
use crate::message::label::{Label, criterion_name};
use crate::message::set_label::SetLabel;
use crate::message::set_page_label::SetPageLabel;
use crate::message::{Lang, Localized};
use crate::model::set::{Capacity, Row, Set};
use crate::model::{Note, RunRecord};

/// The text of a set; `first` is the record of its first run.
pub fn summary(set: &Set, first: Option<&RunRecord>, on: impl Into<Terminal>) -> String {
    let mut out = Summary::new(on.into());
    out.set_head(set, first);
    match &set.capacity {
        Some(capacity) => out.capacity(set, capacity),
        None => out.methods(set),
    }
    out.set_notes(set);
    out.text
}

impl Summary {
    fn set_head(&mut self, set: &Set, first: Option<&RunRecord>) {
        let runs = set.members.len();
        self.line(&match set.kind.as_str() {
            "methods" => SetLabel::MethodsTitle { runs },
            "capacity" => SetLabel::CapacityTitle { runs },
            kind => SetLabel::SetTitle { kind: kind.to_owned(), runs },
        });
        self.set_server(first);
    }

    /// On which server the runs were, and how durable it is.
    pub(super) fn set_server(&mut self, first: Option<&RunRecord>) {
        let Some(server) = first.and_then(|record| record.server.as_ref()) else { return };
        let version = server.version.clone();
        self.line(&match server.private {
            true => Label::PrivateServer { version },
            false => Label::TargetServer { version, address: address(&server.address, self.lang) },
        });
        let deciding = ["fsync", "full_page_writes", "synchronous_commit"];
        let settings = server.settings.iter().filter(|s| deciding.contains(&s.name.as_str()));
        let settings: Vec<_> = settings.map(|s| format!("{} = {}", s.name, s.value)).collect();
        self.line(&SetLabel::Durability { settings: settings.join(", ") });
    }

    fn methods(&mut self, set: &Set) {
        if set.table.is_empty() {
            return;
        }
        self.gap();
        let mut table = bare();
        let heads = [
            SetLabel::MethodHead {},
            SetLabel::RateHead {},
            SetLabel::SpreadHead {},
            SetLabel::GainHead {},
            SetLabel::WalHead {},
            SetLabel::ClientCpuHead {},
            SetLabel::ServerCpuHead {},
            SetLabel::P99Head {},
        ];
        table.set_header(heads.map(|head| head.text(self.lang)));
        for row in &set.table {
            table.add_row(self.method(row));
        }
        align_right(&mut table, 1..8);
        self.table(&table);
        self.below(&SetLabel::Legend {});
        if let Some(best) = set.table.iter().find(|row| row.best) {
            self.line(&SetLabel::BestLine { role: best.role.clone() });
        }
    }

    fn capacity(&mut self, set: &Set, capacity: &Capacity) {
        let (rates, closed) = steps(set);
        if !closed.is_empty() {
            self.gap();
            self.steps(SetLabel::WritersHead {}, &closed, None);
        }
        if !rates.is_empty() {
            self.gap();
            self.steps(SetLabel::RatesHead {}, &rates, capacity.sustained_rows_per_s);
        }
        self.gap();
        for line in found(capacity, &closed, self.lang) {
            self.indented(&line);
        }
    }

    /// Steps of a capacity set, of which those with rates up to `held` held.
    fn steps(&mut self, head: SetLabel, rows: &[&Row], held: Option<f64>) {
        let n = self.numbers;
        let whole = |v: f64| n.whole(v.round() as u64);
        let seen = |value: Option<f64>, say: &dyn Fn(f64) -> String| {
            value.map_or_else(|| "-".to_owned(), say)
        };
        let mut table = bare();
        let heads = [
            head,
            SetLabel::RunsHead {},
            SetLabel::RateHead {},
            SetLabel::ResponseHead {},
            SetLabel::OutcomeHead {},
        ];
        table.set_header(heads.map(|head| head.text(self.lang)));
        for row in rows {
            let name = match row.offered_rows_per_s {
                Some(rate) => whole(rate),
                None => writers(row).to_owned(),
            };
            table.add_row([
                name,
                row.runs.to_string(),
                seen(row.rows_per_s, &whole),
                seen(row.response_p99_ms, &|v| n.short(v)),
                Step::of(row, held).map_or_else(String::new, |step| step.text(row, self.lang)),
            ]);
        }
        align_right(&mut table, 0..4);
        self.table(&table);
    }

    fn method(&self, row: &Row) -> [String; 8] {
        let n = self.numbers;
        let whole = |v: f64| n.whole(v.round() as u64);
        let seen = |value: Option<f64>, say: &dyn Fn(f64) -> String| {
            value.map_or_else(|| "-".to_owned(), say)
        };
        let thousands = |v: f64| n.short(v / 1e3);
        let spread = row.rows_per_s_min.zip(row.rows_per_s_max);
        let mark = if row.best { "*" } else { "" };
        [
            format!("{}{mark}", row.role),
            seen(row.rows_per_s, &whole),
            spread.map_or_else(
                || "-".to_owned(),
                |(a, b)| format!("{}-{}", thousands(a), thousands(b)),
            ),
            seen(row.gain, &|gain| format!("{}x", n.short(gain))),
            seen(row.wal_bytes_per_row, &whole),
            seen(row.client_cpu_us_per_row, &|v| n.short(v)),
            seen(row.server_cpu_us_per_row, &|v| n.short(v)),
            seen(row.service_p99_ms, &|v| n.short(v)),
        ]
    }

    /// What is to be known of each row and of all, and the verdict.
    pub(super) fn set_notes(&mut self, set: &Set) {
        self.gap();
        for row in &set.table {
            for note in &row.notes {
                let (role, text) = (row.role.clone(), note.text(self.lang));
                self.line(&SetLabel::RowNote { role, text });
            }
            if set.capacity.is_none() && !row.broken.is_empty() {
                let names: Vec<_> =
                    row.broken.iter().map(|id| criterion_name(id, self.lang)).collect();
                let (role, criteria) = (row.role.clone(), names.join("; "));
                self.line(&SetLabel::BrokeNote { role, criteria });
            }
        }
        self.set_verdict(set);
    }

    /// Why, what is to be known besides, and the verdict.
    pub(super) fn set_verdict(&mut self, set: &Set) {
        let say = |note: &Note| Label::NoteLine { text: note.text(self.lang) };
        let notes: Vec<_> = set.reasons.iter().chain(&set.findings).map(say).collect();
        notes.iter().for_each(|note| self.line(note));
        if let Some(verdict) = set.verdict {
            self.line(&Label::VerdictLine { verdict: verdict.text(self.lang) });
        }
    }
}

/// When a set was made.
pub(super) fn dates(set: &Set) -> ChecklistLabel {
    let began = set.started_at.clone();
    match set.finished_at.clone() {
        Some(ended) => ChecklistLabel::Dates { began, ended },
        None => ChecklistLabel::BeganAt { began },
    }
}

/// On what kind of server.
pub(super) fn place(set: &Set) -> SetPageLabel {
    match set.private {
        true => SetPageLabel::OnPrivate {},
        false => SetPageLabel::OnTarget {},
    }
}

/// Settings that were changed for a run and not put back.
pub(super) fn left_changed(set: &Set, lang: Lang) -> impl Iterator<Item = String> {
    let left = set.journal.iter().filter(|one| one.undone_at.is_none());
    let word = SetPageLabel::NotUndone {}.text(lang);
    left.map(move |one| format!("{} ({}): {word}", one.setting, one.label))
}

/// The steps of a capacity set: those that had a rate, from the lowest on, and
/// those of writers alone.
pub(super) fn steps(set: &Set) -> (Vec<&Row>, Vec<&Row>) {
    let (mut rates, closed): (Vec<&Row>, Vec<&Row>) =
        set.table.iter().partition(|row| row.offered_rows_per_s.is_some());
    let rate = |row: &Row| row.offered_rows_per_s.unwrap_or_default();
    rates.sort_by(|a, b| rate(a).total_cmp(&rate(b)));
    (rates, closed)
}

/// The number of writers in the role of a closed loop.
pub(super) fn writers(row: &Row) -> &str {
    row.role.rsplit(' ').next().unwrap_or_default()
}

/// What a capacity set found.
pub(super) fn found(capacity: &Capacity, closed: &[&Row], lang: Lang) -> Vec<SetLabel> {
    let n = Numbers(lang);
    let whole = |rate: f64| n.whole(rate.round() as u64);
    let mut lines = Vec::new();
    if let Some(best) = capacity.best_writers {
        let is_most = closed.last().is_some_and(|row| writers(row) == best.to_string());
        lines.push(match is_most {
            true => SetLabel::BestWritersTried { writers: best },
            false => SetLabel::BestWriters { writers: best },
        });
    }
    if let Some(rate) = capacity.sustained_rows_per_s.map(whole) {
        lines.push(SetLabel::Sustained { rate });
    }
    if let (Some(rate), Some(id)) = (capacity.broken_rows_per_s, &capacity.first_broken) {
        let criterion = criterion_name(id, lang);
        lines.push(SetLabel::FirstBroken { rate: whole(rate), criterion });
    }
    if let (Some(need), Some(headroom)) = (capacity.need_rows_per_s, capacity.headroom) {
        let (need, headroom) = (whole(need), n.short(headroom));
        lines.push(SetLabel::Headroom { need, headroom });
    }
    lines
}

/// What came of a step with a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Held,
    HeldMostly,
    Broke,
    ClientWasLimit,
}

impl Step {
    /// Rates up to `held` held; None of writers alone, which have nothing to hold.
    pub fn of(row: &Row, held: Option<f64>) -> Option<Step> {
        let is_held = held.zip(row.offered_rows_per_s).is_some_and(|(held, rate)| rate <= held);
        match row.broken.is_empty() {
            false if is_held => Some(Step::HeldMostly),
            false => Some(Step::Broke),
            true if row.offered_rows_per_s.is_none() => None,
            true if !row.notes.is_empty() => Some(Step::ClientWasLimit),
            true => Some(Step::Held),
        }
    }

    /// The same in words, with what broke first.
    pub fn text(self, row: &Row, lang: Lang) -> String {
        let label = match (self, row.broken.split_first()) {
            (Step::Broke, Some((first, more))) => {
                let (criterion, more) = (criterion_name(first, lang), more.len());
                match more {
                    0 => SetLabel::Broke { criterion },
                    _ => SetLabel::BrokeAndMore { criterion, more },
                }
            }
            (Step::HeldMostly, _) => SetLabel::HeldMostly {},
            (Step::ClientWasLimit, _) => SetLabel::ClientWasLimit {},
            _ => SetLabel::Held {},
        };
        label.text(lang)
    }
}
