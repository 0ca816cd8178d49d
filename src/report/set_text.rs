//! A set for a terminal, within 80 columns.

use super::lines::{Summary, align_right, bare};
use super::number::Numbers;
use crate::message::label::{Label, criterion_name};
use crate::message::set_label::SetLabel;
use crate::message::{Lang, Localized};
use crate::model::set::{Row, Set};
use crate::model::{Note, RunRecord};

/// The text of a set; `first` is the record of its first run.
pub fn summary(set: &Set, first: Option<&RunRecord>, lang: Lang) -> String {
    let mut out = Summary { text: String::new(), lang, numbers: Numbers(lang) };
    out.set_head(set, first);
    if set.kind == "methods" {
        out.methods(set);
    }
    out.set_notes(set);
    out.text
}

impl Summary {
    fn set_head(&mut self, set: &Set, first: Option<&RunRecord>) {
        let runs = set.members.len();
        self.line(&SetLabel::MethodsTitle { runs });
        let Some(server) = first.and_then(|record| record.server.as_ref()) else { return };
        let version = server.version.clone();
        self.line(&match server.private {
            true => Label::PrivateServer { version },
            false => Label::TargetServer { version, address: server.address.clone() },
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

    fn method(&self, row: &Row) -> [String; 8] {
        let n = self.numbers;
        let whole = |v: f64| n.whole(v.round() as u64);
        let seen = |value: Option<f64>, say: &dyn Fn(f64) -> String| {
            value.map_or_else(|| "-".to_owned(), say)
        };
        let spread = row.rows_per_s_min.zip(row.rows_per_s_max);
        let mark = if row.best { "*" } else { "" };
        [
            format!("{}{mark}", row.role),
            seen(row.rows_per_s, &whole),
            spread.map_or_else(|| "-".to_owned(), |(a, b)| format!("{}-{}", whole(a), whole(b))),
            seen(row.gain, &|gain| format!("{}x", n.short(gain))),
            seen(row.wal_bytes_per_row, &whole),
            seen(row.client_cpu_us_per_row, &|v| n.short(v)),
            seen(row.server_cpu_us_per_row, &|v| n.short(v)),
            seen(row.service_p99_ms, &|v| n.short(v)),
        ]
    }

    fn set_notes(&mut self, set: &Set) {
        self.gap();
        for row in &set.table {
            for note in &row.notes {
                let (role, text) = (row.role.clone(), note.text(self.lang));
                self.line(&SetLabel::RowNote { role, text });
            }
            if !row.broken.is_empty() {
                let names: Vec<_> =
                    row.broken.iter().map(|id| criterion_name(id, self.lang)).collect();
                let (role, criteria) = (row.role.clone(), names.join("; "));
                self.line(&SetLabel::BrokeNote { role, criteria });
            }
        }
        let say = |note: &Note| Label::NoteLine { text: note.text(self.lang) };
        let notes: Vec<_> = set.reasons.iter().chain(&set.findings).map(say).collect();
        notes.iter().for_each(|note| self.line(note));
        if let Some(verdict) = set.verdict {
            self.line(&Label::VerdictLine { verdict: verdict.text(self.lang) });
        }
    }
}
