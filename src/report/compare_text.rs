//! A comparison for a terminal, within 80 columns.

use super::lines::{Summary, align_right, bare};
use super::terminal::Terminal;
use super::wrap::cut;
use crate::message::compare_label::{CompareLabel, metric_name};
use crate::message::label::Label;
use crate::message::{Lang, Localized};
use crate::model::Note;
use crate::model::comparison::Compared;
use crate::model::figure::Probability;
use crate::model::set::Set;
use comfy_table::Table;

/// The widest name of a metric.
const NAME_COLUMNS: usize = 15;

/// The text of a set of the kind `compare`; the first of its comparisons decides.
pub fn summary(set: &Set, threshold: f64, on: impl Into<Terminal>) -> String {
    let mut out = Summary::new(on.into());
    let Some(decides) = set.comparisons.first() else { return out.text };
    let (base, other) = (decides.base.clone(), decides.other.clone());
    let of =
        |role: &str| set.members.iter().filter(|member| member.role == role).collect::<Vec<_>>();
    out.line(&CompareLabel::Title { base: base.clone(), other: other.clone() });
    for role in [&base, &other] {
        let members = of(role);
        let (role, runs) = (role.clone(), members.len());
        let first = members.first().map(|member| member.path.clone()).unwrap_or_default();
        out.line(&match runs {
            1 => CompareLabel::OneRun { role, first },
            _ => CompareLabel::Runs { role, runs, first },
        });
    }
    out.gap();
    let table = out.comparisons(&set.comparisons);
    out.table(&table);
    let threshold = format!("{}%", out.numbers.plain((threshold * 1e3).round() / 10.0));
    out.below(&CompareLabel::Legend { threshold });
    out.gap();
    out.notes_of_metrics(&set.comparisons);
    for note in set.reasons.iter().chain(&set.findings) {
        out.line(&Label::NoteLine { text: note.text(out.lang) });
    }
    if let Some(verdict) = set.verdict {
        out.line(&Label::VerdictLine { verdict: verdict.text(out.lang) });
    }
    out.text
}

impl Summary {
    /// The table of comparisons of the same two roles, of which the first decides.
    pub(super) fn comparisons(&self, all: &[Compared]) -> Table {
        let mut table = bare();
        let head = |label: CompareLabel| label.text(self.lang);
        let role = |of: fn(&Compared) -> &String| all.first().map(of).cloned().unwrap_or_default();
        table.set_header([
            head(CompareLabel::MetricHead {}),
            role(|compared| &compared.base),
            role(|compared| &compared.other),
            head(CompareLabel::ChangeHead {}),
            head(CompareLabel::IntervalHead {}),
            "p".to_owned(),
            head(CompareLabel::OutcomeHead {}),
        ]);
        for (index, compared) in all.iter().enumerate() {
            table.add_row(self.compared(compared, index == 0));
        }
        align_right(&mut table, 1..6);
        table
    }

    fn compared(&self, compared: &Compared, decides: bool) -> [String; 7] {
        let number = |value: Option<f64>| match value {
            Some(value) if value > 0.0 && value < 1e-3 => self.probability(value),
            Some(value) if value.abs() >= 1e6 => format!("{}M", self.numbers.short(value / 1e6)),
            Some(value) => self.numbers.plain(value),
            None => "-".to_owned(),
        };
        let mark = if decides { "*" } else { "" };
        let name = cut(&metric_name(&compared.metric, self.lang), NAME_COLUMNS - mark.len());
        let outcome = match compared.more_is_better {
            Some(_) => compared.outcome.text(self.lang),
            None => "-".to_owned(),
        };
        [
            format!("{name}{mark}"),
            number(compared.base_median),
            number(compared.other_median),
            compared.change.map_or_else(|| "-".to_owned(), |share| self.percent(share)),
            self.interval(compared),
            compared.p.map_or_else(|| "-".to_owned(), |p| self.probability(p)),
            outcome,
        ]
    }

    /// The ends of the interval; one without an upper end has none.
    fn interval(&self, compared: &Compared) -> String {
        let Some(low) = compared.change_low else { return "-".to_owned() };
        let high = compared.change_high.map(|high| self.percent(high)).unwrap_or_default();
        format!("{}..{high}", self.percent(low).trim_end_matches('%'))
    }

    /// A number below 1 with three decimals, or as less than the last of them.
    fn probability(&self, p: f64) -> String {
        let p = Probability(p);
        let text = if self.lang == Lang::Vi { format!("{p:#}") } else { format!("{p}") };
        text.replace(' ', "")
    }

    /// A share as a percentage with its sign, of one decimal where that is worth reading.
    fn percent(&self, share: f64) -> String {
        let percent = share * 100.0;
        if percent >= 999.5 {
            return ">999%".to_owned();
        }
        if percent >= 99.95 {
            return format!("+{percent:.0}%");
        }
        // Neither +0 nor -0.
        let rounded = (percent * 10.0).round() / 10.0;
        let text = match rounded == 0.0 {
            true => "0.0%".to_owned(),
            false => format!("{rounded:+.1}%"),
        };
        if self.lang == Lang::Vi { text.replace('.', ",") } else { text }
    }

    fn notes_of_metrics(&mut self, all: &[Compared]) {
        for (compared, note) in told(all) {
            let metric = metric_name(&compared.metric, self.lang);
            let text = note.text(self.lang);
            self.line(&CompareLabel::MetricNote { metric, text });
        }
    }
}

/// What is to be known of the metric that decides, and of others whose
/// numbers aren't all there.
pub(super) fn told(all: &[Compared]) -> impl Iterator<Item = (&Compared, &Note)> {
    all.iter().enumerate().flat_map(|(index, compared)| {
        let counts = move |note: &&Note| index == 0 || note.id == "missing_in";
        compared.notes.iter().filter(counts).map(move |note| (compared, note))
    })
}
