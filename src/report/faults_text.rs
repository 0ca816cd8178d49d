//! A set of faults for a terminal, within 80 columns: a row a fault, and below
//! it what there is to say of each.

use super::lines::{Summary, align_right, bare};
use super::terminal::Terminal;
use crate::message::faults_label::FaultsLabel;
use crate::message::set_page_label::SetPageLabel;
use crate::message::{Lang, Localized};
use crate::model::RunRecord;
use crate::model::fault::FaultRow;
use crate::model::set::Set;

/// The text of a set of faults; `first` is the record of its first run.
pub fn summary(set: &Set, first: Option<&RunRecord>, on: impl Into<Terminal>) -> String {
    let mut out = Summary::new(on.into());
    let faults = set.faults.len();
    match set.faults.iter().filter(|row| row.verdict.is_some()).count() {
        0 => out.line(&FaultsLabel::FaultsNone { faults }),
        faults => out.line(&SetPageLabel::FaultsPageTitle { faults }),
    }
    out.set_server(first);
    if !set.faults.is_empty() {
        out.gap();
        out.faults(&set.faults);
        out.below(&FaultsLabel::FaultsLegend {});
    }
    for row in &set.faults {
        out.fault_notes(row);
    }
    out.gap();
    out.set_verdict(set);
    out.text
}

impl Summary {
    fn faults(&mut self, rows: &[FaultRow]) {
        let mut table = bare();
        let heads = [
            FaultsLabel::FaultHead {},
            FaultsLabel::HitHead {},
            FaultsLabel::DoneHead {},
            FaultsLabel::RetriedHead {},
            FaultsLabel::DoubtHead {},
            FaultsLabel::LostHead {},
            FaultsLabel::TwiceHead {},
            FaultsLabel::FirstHead {},
            FaultsLabel::BackHead {},
            FaultsLabel::VerdictHead {},
        ];
        table.set_header(heads.map(|head| head.text(self.lang)));
        for row in rows {
            table.add_row(self.fault(row));
        }
        align_right(&mut table, 1..9);
        self.table(&table);
    }

    fn fault(&self, row: &FaultRow) -> [String; 10] {
        let n = self.numbers;
        let dash = || "-".to_owned();
        let count = |value: Option<u64>| value.map_or_else(dash, |v| n.whole(v));
        let time = |value: Option<f64>| value.map_or_else(dash, |v| n.short(v));
        let batches = row.batches.as_ref();
        [
            row.fault.name.clone(),
            count(row.fault.hit),
            count(batches.map(|b| b.succeeded)),
            count(batches.map(|b| b.retried)),
            count(batches.map(|b| b.in_doubt)),
            count(row.lost),
            count(row.duplicated),
            time(row.fault.first_commit_s),
            time(row.fault.recovered_s),
            match row.verdict {
                Some(verdict) => verdict.text(self.lang).to_owned(),
                None => FaultsLabel::NotRun {}.text(self.lang),
            },
        ]
    }

    fn fault_notes(&mut self, row: &FaultRow) {
        let lines = remarks(row, self.lang);
        if lines.is_empty() {
            return;
        }
        self.raw(&format!("  {}", row.fault.name));
        for line in lines {
            self.wrapped(4, &line);
        }
    }
}

/// What there is to say of a fault besides its numbers.
pub(super) fn remarks(row: &FaultRow, lang: Lang) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut say = |label: FaultsLabel| lines.push(label.text(lang));
    if let Some(batches) = row.acknowledged_lost.filter(|batches| *batches > 0) {
        say(FaultsLabel::AcknowledgedLost { batches });
    }
    let (corrupted, misplaced) = (row.corrupted.unwrap_or(0), row.misplaced.unwrap_or(0));
    if corrupted > 0 || misplaced > 0 {
        say(FaultsLabel::RowsDamaged { corrupted, misplaced });
    }
    if let Some(batches) = &row.batches {
        let settled = batches.in_doubt_committed.saturating_add(batches.in_doubt_rolled_back);
        match batches.in_doubt.saturating_sub(settled) {
            0 => {}
            open => say(FaultsLabel::Unsettled { batches: open }),
        }
        if batches.failed > 0 {
            say(FaultsLabel::Failed { batches: batches.failed });
        }
    }
    if let Some(recovery) = &row.recovery {
        let (sessions, locks) =
            (recovery.orphaned_sessions.unwrap_or(0), recovery.orphaned_locks.unwrap_or(0));
        if sessions > 0 || locks > 0 {
            say(FaultsLabel::Orphans { sessions, locks });
        }
    }
    if !row.errors.is_empty() {
        let errors = row.errors.iter().map(|e| format!("{} x {}", e.code, e.count));
        say(FaultsLabel::Errors { errors: errors.collect::<Vec<_>>().join(", ") });
    }
    lines.extend(row.fault.notes.iter().map(|note| note.text(lang)));
    lines
}
