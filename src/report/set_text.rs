//! A set for a terminal, within 80 columns.

use super::lines::{Summary, address, align_right, bare};
use super::terminal::Terminal;
use crate::message::Localized;
use crate::message::label::{Label, criterion_name};
use crate::message::set_label::SetLabel;
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
        let n = self.numbers;
        let (rates, closed): (Vec<&Row>, Vec<&Row>) =
            set.table.iter().partition(|row| row.offered_rows_per_s.is_some());
        if !closed.is_empty() {
            self.gap();
            self.steps(SetLabel::WritersHead {}, &closed, None);
        }
        if !rates.is_empty() {
            self.gap();
            self.steps(SetLabel::RatesHead {}, &rates, capacity.sustained_rows_per_s);
        }
        self.gap();
        let whole = |rate: f64| n.whole(rate.round() as u64);
        if let Some(writers) = capacity.best_writers {
            let is_most = closed.last().is_some_and(|row| number(row) == writers.to_string());
            self.indented(&match is_most {
                true => SetLabel::BestWritersTried { writers },
                false => SetLabel::BestWriters { writers },
            });
        }
        if let Some(rate) = capacity.sustained_rows_per_s.map(whole) {
            self.indented(&SetLabel::Sustained { rate });
        }
        if let (Some(rate), Some(id)) = (capacity.broken_rows_per_s, &capacity.first_broken) {
            let criterion = criterion_name(id, self.lang);
            self.indented(&SetLabel::FirstBroken { rate: whole(rate), criterion });
        }
        if let (Some(need), Some(headroom)) = (capacity.need_rows_per_s, capacity.headroom) {
            let (need, headroom) = (whole(need), n.short(headroom));
            self.indented(&SetLabel::Headroom { need, headroom });
        }
    }

    /// Steps of a capacity set, by their rates, of which those up to `held` held.
    fn steps(&mut self, head: SetLabel, rows: &[&Row], held: Option<f64>) {
        let n = self.numbers;
        let whole = |v: f64| n.whole(v.round() as u64);
        let seen = |value: Option<f64>, say: &dyn Fn(f64) -> String| {
            value.map_or_else(|| "-".to_owned(), say)
        };
        let mut rows = rows.to_vec();
        rows.sort_by(|a, b| {
            a.offered_rows_per_s
                .partial_cmp(&b.offered_rows_per_s)
                .unwrap_or(std::cmp::Ordering::Equal)
        });
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
                None => number(row).to_owned(),
            };
            table.add_row([
                name,
                row.runs.to_string(),
                seen(row.rows_per_s, &whole),
                seen(row.response_p99_ms, &|v| n.short(v)),
                self.step_outcome(row, held),
            ]);
        }
        align_right(&mut table, 0..4);
        self.table(&table);
    }

    fn step_outcome(&self, row: &Row, held: Option<f64>) -> String {
        let name = |id: &String| criterion_name(id, self.lang);
        let is_held = held.zip(row.offered_rows_per_s).is_some_and(|(held, rate)| rate <= held);
        match row.broken.first() {
            Some(_) if is_held => SetLabel::HeldMostly {}.text(self.lang),
            Some(first) => {
                let (criterion, more) = (name(first), row.broken.len() - 1);
                match more {
                    0 => SetLabel::Broke { criterion },
                    _ => SetLabel::BrokeAndMore { criterion, more },
                }
                .text(self.lang)
            }
            None if row.offered_rows_per_s.is_none() => String::new(),
            None if !row.notes.is_empty() => SetLabel::ClientWasLimit {}.text(self.lang),
            None => SetLabel::Held {}.text(self.lang),
        }
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

/// The number of writers in the role of a closed loop.
fn number(row: &Row) -> &str {
    row.role.rsplit(' ').next().unwrap_or_default()
}
