//! A tuning for a terminal, within 80 columns: what the rules say, and what
//! came of measuring it again.

use super::advice_text;
use super::lines::Summary;
use super::terminal::Terminal;
use crate::message::Localized;
use crate::message::label::Label;
use crate::message::tune_label::TuneLabel;
use crate::model::RunRecord;
use crate::model::advice::{Recommendation, Verification, Verified};
use crate::model::comparison::Compared;
use crate::model::set::Set;

/// What is shown of a comparison besides what decides.
const SHOWN: [&str; 6] = [
    "load.offered_share",
    "latency.batch.response_ms.p99",
    "database.wal.bytes_per_row",
    "database.wal.full_page_share_at_most",
    "database.checkpoints.requested",
    "database.checkpoints.timed",
];

/// The text of a set of the kind `tune`; `record` is that of the evidence.
pub fn summary(set: &Set, record: Option<&RunRecord>, on: impl Into<Terminal>) -> String {
    let on = on.into();
    let lang = on.lang;
    let mut out = Summary::new(on);
    if let Some(record) = record.filter(|record| record.tuning.is_some()) {
        out.text = advice_text::full(record, &set.recommendations, on);
    }
    out.verifications(set);
    out.gap();
    for note in set.reasons.iter().chain(&set.findings) {
        out.line(&Label::NoteLine { text: note.text(lang) });
    }
    if let Some(verdict) = set.verdict {
        out.line(&Label::VerdictLine { verdict: verdict.text(lang) });
    }
    out.text
}

impl Summary {
    fn verifications(&mut self, set: &Set) {
        let measured: Vec<(&Recommendation, &Verified)> =
            set.recommendations.iter().filter_map(|r| Some((r, r.verified.as_ref()?))).collect();
        if measured.is_empty() {
            return;
        }
        self.gap();
        let runs = set.members.len();
        match set.table.iter().find_map(|row| row.offered_rows_per_s) {
            Some(rate) => {
                let rate = self.numbers.plain(rate);
                self.line(&TuneLabel::MeasuredAtHead { runs, rate });
            }
            None => self.line(&TuneLabel::MeasuredHead { runs }),
        }
        for (recommendation, verified) in &measured {
            if verified.compared.is_empty() {
                continue;
            }
            self.gap();
            self.outcome(&recommendation.rule, verified.outcome);
            self.sides(&verified.compared);
            for note in &verified.notes {
                self.below(&Label::NoteLine { text: note.text(self.lang) });
            }
        }
        if let Some(first) = set.comparisons.first() {
            self.gap();
            self.outcome(&first.other, (first.outcome).into());
            self.sides(&set.comparisons);
        }
        self.unmeasured(&measured);
    }

    /// What wasn't measured, each reason once.
    fn unmeasured(&mut self, all: &[(&Recommendation, &Verified)]) {
        let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
        for (recommendation, verified) in all.iter().filter(|(_, v)| v.compared.is_empty()) {
            let why = verified.notes.first().map_or_else(String::new, |note| note.text(self.lang));
            match reasons.iter_mut().find(|(known, _)| *known == why) {
                Some((_, rules)) => rules.push(&recommendation.rule),
                None => reasons.push((why, vec![&recommendation.rule])),
            }
        }
        if !reasons.is_empty() {
            self.gap();
        }
        for (why, rules) in reasons {
            self.line(&TuneLabel::Unmeasured { rules: rules.join(", "), why });
        }
    }

    fn outcome(&mut self, rule: &str, outcome: Verification) {
        let (rule, outcome) = (rule.to_owned(), outcome.text(self.lang));
        self.line(&TuneLabel::Outcome { rule, outcome });
    }

    fn sides(&mut self, compared: &[Compared]) {
        let (first, rest) = match compared.split_first() {
            Some(sides) => sides,
            None => return,
        };
        let shown = rest.iter().filter(|one| SHOWN.contains(&one.metric.as_str()));
        let rows: Vec<Compared> = std::iter::once(first).chain(shown).cloned().collect();
        let table = self.comparisons(&rows);
        self.table(&table);
        let could_see = first.could_see.map(|share| self.numbers.plain((share * 100.0).round()));
        if let Some(percent) = could_see {
            let runs = first.runs_needed.map_or_else(|| "-".to_owned(), |runs| runs.to_string());
            self.below(&TuneLabel::CouldSee { percent, runs });
        }
        for note in &first.notes {
            let text = note.text(self.lang);
            self.below(&Label::NoteLine { text });
        }
    }
}
