//! A sweep for a terminal, within 80 columns: who is ahead, what it costs, and
//! what is to be known of each.

use super::lines::{Summary, align_right, bare};
use super::terminal::Terminal;
use crate::message::sweep_label::SweepLabel;
use crate::message::{Lang, Localized};
use crate::model::arm::Arm;
use crate::model::comparison::{Change, Compared};
use crate::model::set::{Row, Set};
use crate::model::{RunRecord, Verdict};

/// Longer names are cut in their middle.
const NAME_COLUMNS: usize = 17;

/// The text of a sweep; `first` is the record of its first run.
pub fn summary(set: &Set, first: Option<&RunRecord>, on: impl Into<Terminal>) -> String {
    let mut out = Summary::new(on.into());
    out.sweep_head(set, first);
    if !set.table.is_empty() {
        out.gap();
        out.ranking(set);
        out.gap();
        out.costs(set, first.is_some_and(|record| record.scenario.batches.is_some()));
    }
    if let Some(best) = set.table.iter().find(|row| row.best) {
        out.line(&SweepLabel::BestConfig { role: best.role.clone() });
    }
    out.set_notes(set);
    out.text
}

impl Summary {
    fn sweep_head(&mut self, set: &Set, first: Option<&RunRecord>) {
        let (configs, runs) = (set.table.len(), set.members.len());
        let scenario = first.map_or_else(String::new, |record| record.scenario.name.clone());
        self.line(&SweepLabel::SweepTitle { configs, runs, scenario });
        if let Some(server) = first.and_then(|record| record.server.as_ref()) {
            self.line(&SweepLabel::FreshServers { version: server.version.clone() });
        }
        let Some(arm) = set.table.iter().find_map(|row| row.arm.as_ref()) else { return };
        let metric = arm.metric.clone();
        let is_more = set.comparisons.first().is_none_or(|c| c.more_is_better == Some(true));
        self.line(&match is_more {
            true => SweepLabel::MostFirst { metric },
            false => SweepLabel::LeastFirst { metric },
        });
    }

    fn ranking(&mut self, set: &Set) {
        let mut table = bare();
        let heads = [
            SweepLabel::ConfigHead {},
            SweepLabel::RunsHead {},
            SweepLabel::MedianHead {},
            SweepLabel::IntervalHead {},
            SweepLabel::ChangeHead {},
            SweepLabel::PHead {},
            SweepLabel::OutcomeHead {},
        ];
        table.set_header(heads.map(|head| head.text(self.lang)));
        let base = base(set);
        for row in &set.table {
            table.add_row(self.ranked(row, with_base(set, row), base == Some(row.role.as_str())));
        }
        align_right(&mut table, 1..6);
        self.table(&table);
        if let Some(base) = base {
            self.below(&SweepLabel::SweepLegend { base: base.to_owned() });
        }
    }

    fn ranked(&self, row: &Row, compared: Option<&Compared>, is_base: bool) -> [String; 7] {
        let n = self.numbers;
        let seen = |value: Option<f64>, say: &dyn Fn(f64) -> String| {
            value.map_or_else(|| "-".to_owned(), say)
        };
        let arm = row.arm.clone().unwrap_or_default();
        let outcome = outcome(arm.median, compared, is_base);
        let p = |p: f64| if p < 0.001 { format!("<{}", n.short(0.001)) } else { n.short(p) };
        [
            name(row),
            row.runs.to_string(),
            seen(arm.median, &|v| n.short(v)),
            self.interval_of(&arm),
            seen(compared.and_then(|c| c.change), &|v| self.change_of(v)),
            seen(compared.and_then(|c| c.p), &p),
            outcome.map_or_else(String::new, |outcome| outcome.text(self.lang)),
        ]
    }

    /// In thousands where the numbers are large, to keep both short.
    fn interval_of(&self, arm: &Arm) -> String {
        let n = self.numbers;
        match (arm.low, arm.high) {
            (Some(low), Some(high)) if high >= 10_000.0 => {
                format!("{}-{} k", n.short(low / 1e3), n.short(high / 1e3))
            }
            (Some(low), Some(high)) => format!("{}-{}", n.short(low), n.short(high)),
            _ => "-".to_owned(),
        }
    }

    fn change_of(&self, share: f64) -> String {
        let text = format!("{:+.1}%", share * 100.0);
        if self.lang == Lang::Vi { text.replace('.', ",") } else { text }
    }

    fn costs(&mut self, set: &Set, is_burst: bool) {
        let n = self.numbers;
        let mut table = bare();
        let heads = [
            SweepLabel::ConfigHead {},
            SweepLabel::P99Head {},
            SweepLabel::WalHead {},
            SweepLabel::TimedHead {},
            SweepLabel::RequestedHead {},
            SweepLabel::CriteriaHead {},
            SweepLabel::DurableHead {},
        ];
        table.set_header(heads.map(|head| head.text(self.lang)));
        for row in &set.table {
            let arm = row.arm.clone().unwrap_or_default();
            let p99 = if is_burst { row.service_p99_ms } else { row.response_p99_ms };
            let dash = || "-".to_owned();
            table.add_row([
                name(row),
                p99.map_or_else(dash, |v| n.short(v)),
                row.wal_bytes_per_row.map_or_else(dash, |v| n.whole(v.round() as u64)),
                arm.checkpoints_timed.map_or_else(dash, |v| n.whole(v)),
                arm.checkpoints_requested.map_or_else(dash, |v| n.whole(v)),
                kept(row, &arm).map_or_else(dash, |kept| kept.text(self.lang)),
                match (row.runs, arm.gives_up.is_empty()) {
                    (0, _) => dash(),
                    (_, true) => SweepLabel::Nothing {}.text(self.lang),
                    (_, false) => SweepLabel::Durability {}.text(self.lang),
                },
            ]);
        }
        align_right(&mut table, 1..5);
        self.table(&table);
        let of = if is_burst { SweepLabel::Service {} } else { SweepLabel::Response {} };
        self.below(&SweepLabel::CostLegend { of: of.text(self.lang) });
    }
}

/// The configuration that the others are compared with.
pub(super) fn base(set: &Set) -> Option<&str> {
    set.comparisons.first().map(|compared| compared.base.as_str())
}

/// A row's comparison with the base.
pub(super) fn with_base<'a>(set: &'a Set, row: &Row) -> Option<&'a Compared> {
    let base = base(set);
    set.comparisons.iter().find(|c| Some(c.base.as_str()) == base && c.other == row.role)
}

/// What came of comparing a row with the base; None of one alone, or of runs
/// that are not to be compared.
pub(super) fn outcome(
    median: Option<f64>,
    compared: Option<&Compared>,
    is_base: bool,
) -> Option<SweepLabel> {
    Some(match compared.map(|compared| compared.outcome) {
        _ if median.is_none() => SweepLabel::NotRun {},
        Some(Change::Better) => SweepLabel::Better {},
        Some(Change::Worse) => SweepLabel::Worse {},
        Some(Change::Same) => SweepLabel::Same {},
        Some(Change::Inconclusive) => SweepLabel::CantTell {},
        None if is_base => SweepLabel::Base {},
        None => return None,
    })
}

/// Whether a configuration kept its criteria; None without a run.
pub(super) fn kept(row: &Row, arm: &Arm) -> Option<SweepLabel> {
    Some(match arm.verdict? {
        Verdict::Fail => SweepLabel::Broken { runs: arm.broke_runs, of: row.runs },
        Verdict::Invalid => SweepLabel::ClientsLimit {},
        Verdict::Pass => SweepLabel::Kept {},
        _ => SweepLabel::Undecided {},
    })
}

/// A configuration's name, with the mark of the best.
fn name(row: &Row) -> String {
    let mark = if row.best { "*" } else { "" };
    if row.role.chars().count() <= NAME_COLUMNS {
        return format!("{}{mark}", row.role);
    }
    // The ends tell configurations apart: a folder, or what was tried last.
    let (head, tail) = (NAME_COLUMNS / 2 - 1, NAME_COLUMNS / 2 + 1);
    let chars: Vec<char> = row.role.chars().collect();
    let cut = chars.len().saturating_sub(tail);
    let (start, end) = (chars.iter().take(head), chars.iter().skip(cut));
    format!("{}…{}{mark}", start.collect::<String>(), end.collect::<String>())
}
