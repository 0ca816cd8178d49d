//! A set: the verdict and what it comes from, then a table of each thing that
//! it has.

use super::grid::Grid;
use super::{escaped, items};
use crate::message::checklist_label::{ChecklistLabel, item_name, section_name};
use crate::message::compare_label::{CompareLabel, metric_name};
use crate::message::faults_label::FaultsLabel;
use crate::message::label::{Label, criterion_name};
use crate::message::page_label::PageLabel;
use crate::message::report_label::ReportLabel;
use crate::message::set_label::SetLabel;
use crate::message::set_page_label::SetPageLabel;
use crate::message::sweep_label::SweepLabel;
use crate::message::{Lang, Localized};
use crate::model::advice::Advice;
use crate::model::comparison::Compared;
use crate::model::fault::FaultRow;
use crate::model::set::{Row, Set};
use crate::report::advice_text::changes;
use crate::report::change;
use crate::report::faults_text::remarks;
use crate::report::number::Numbers;
use crate::report::set_text::{Step, dates, found, left_changed, place, steps};
use crate::report::signoff_text::{SECTIONS, counts};
use crate::report::sweep_text::kept;
use crate::report::wrap::in_a_row;
use std::fmt::Write;

/// The report of a set.
pub fn set(set: &Set, lang: Lang) -> String {
    let mut out = String::new();
    head(&mut out, set, lang);
    if set.kind == "signoff" {
        runs(set, lang).write(&mut out);
    } else {
        table(set, lang).write(&mut out);
    }
    compared(set, lang).write(&mut out);
    advice(set, lang).write(&mut out);
    faults(&set.faults, lang).write(&mut out);
    items(&mut out, &notes(set, lang));
    for section in SECTIONS {
        checklist(&mut out, set, section, lang);
    }
    let (set_id, version) = (set.set_id.clone(), set.tool_version.clone());
    let schema = set.schema_version.clone();
    let closing = ReportLabel::MarkdownSetClosing { set_id, version, schema };
    // Writing to a String can't fail.
    let _ = writeln!(out, "{}", escaped(&closing.text(lang)));
    out
}

fn head(out: &mut String, set: &Set, lang: Lang) {
    let word = set.verdict.text(lang);
    let is_rehearsal = set.kind == "signoff" && set.private;
    let heading = match is_rehearsal {
        true => ChecklistLabel::RehearsalTitle {}.text(lang),
        false => format!("pgvalidate {}: {word}", set.kind),
    };
    let title = SetLabel::SetTitle { kind: set.kind.clone(), runs: set.members.len() };
    let _ = writeln!(out, "## {}\n", escaped(&heading));
    let _ = writeln!(out, "{}  ", escaped(&title.text(lang)));
    let place = place(set).text(lang);
    let _ = writeln!(out, "{}, {}\n", escaped(&place), escaped(&dates(set).text(lang)));
    let mut lines = Vec::new();
    if is_rehearsal {
        lines.push(ChecklistLabel::RehearsalVerdict { verdict: word }.text(lang));
    }
    lines.extend(counts(&set.checklist).iter().map(|c| c.text(lang)));
    let found = set.capacity.iter().flat_map(|capacity| found(capacity, &steps(set).1, lang));
    lines.extend(found.map(|line| line.text(lang)));
    lines.extend(left_changed(set, lang));
    lines.extend(set.reasons.iter().chain(&set.findings).map(|note| note.text(lang)));
    items(out, &lines);
}

/// The runs of a sign-off.
fn runs(set: &Set, lang: Lang) -> Grid {
    let n = Numbers(lang);
    let mut grid = Grid::new(lang)
        .text(&ChecklistLabel::RunsHead {})
        .text(&Label::VerdictHead {})
        .number(&ChecklistLabel::RowsHead {})
        .number(&PageLabel::ResponseP99Ms {});
    for member in &set.members {
        let row = set.table.iter().find(|row| row.role == member.role);
        grid.row([
            Some(member.label.clone()),
            member.verdict.map(|verdict| verdict.text(lang)),
            row.and_then(|row| row.rows_per_s).map(|rate| n.whole(rate.round() as u64)),
            row.and_then(|row| row.response_p99_ms).map(|ms| n.short(ms)),
        ]);
    }
    grid
}

/// What is made of the runs, role by role.
fn table(set: &Set, lang: Lang) -> Grid {
    let n = Numbers(lang);
    let whole = |value: f64| n.whole(value.round() as u64);
    let arm = set.table.iter().find_map(|row| row.arm.as_ref());
    let metric = arm.map(|arm| metric_name(&arm.metric, lang)).unwrap_or_default();
    let mut grid = Grid::new(lang)
        .text(&PageLabel::WhatHead {})
        .number(&SetLabel::RunsHead {})
        .column(metric, true)
        .number(&CompareLabel::IntervalHead {})
        .number(&SetPageLabel::RateDueHead {})
        .number(&PageLabel::RowsPerSecond {})
        .number(&SetPageLabel::RangeHead {})
        .number(&SetPageLabel::GainOverHead {})
        .number(&PageLabel::ResponseP99Ms {})
        .number(&SetPageLabel::ServiceP99Ms {})
        .number(&PageLabel::WalBytesPerRow {})
        .text(&SetLabel::OutcomeHead {})
        .text(&SweepLabel::DurableHead {});
    // Rates were tried as the search went; they are shown from the lowest on.
    let (rates, others) = steps(set);
    for row in others.into_iter().chain(rates) {
        let arm = row.arm.as_ref();
        let best = row.best.then(|| format!(" ({})", SetPageLabel::Best {}.text(lang)));
        let range = |low: f64, high: f64| format!("{} – {}", n.short(low), n.short(high));
        let gives_up = arm.map(|arm| arm.gives_up.join("; ")).filter(|names| !names.is_empty());
        grid.row([
            Some(row.role.clone() + &best.unwrap_or_default()),
            Some(n.whole(row.runs.into())),
            arm.and_then(|arm| arm.median).map(|median| n.short(median)),
            arm.and_then(|arm| arm.low.zip(arm.high)).map(|(low, high)| range(low, high)),
            row.offered_rows_per_s.map(whole),
            row.rows_per_s.filter(|_| arm.is_none()).map(whole),
            row.rows_per_s_min
                .zip(row.rows_per_s_max)
                .filter(|(low, high)| arm.is_none() && low < high)
                .map(|(low, high)| range(low, high)),
            row.gain.map(|gain| format!("{}x", n.short(gain))),
            row.response_p99_ms.map(|ms| n.short(ms)),
            row.service_p99_ms.map(|ms| n.short(ms)),
            row.wal_bytes_per_row.map(whole),
            outcome(set, row, lang),
            gives_up,
        ]);
    }
    grid
}

/// What came of a step of `capacity`, or of a configuration's criteria.
fn outcome(set: &Set, row: &Row, lang: Lang) -> Option<String> {
    match (&row.arm, &set.capacity) {
        (Some(arm), _) => kept(row, arm).map(|kept| kept.text(lang)),
        (None, Some(capacity)) => {
            Step::of(row, capacity.sustained_rows_per_s).map(|step| step.text(row, lang))
        }
        (None, None) => None,
    }
}

/// What there is to say of each row, and of each fault.
fn notes(set: &Set, lang: Lang) -> Vec<String> {
    let of_row = |row: &Row| {
        let broken = row.broken.iter().filter(|_| set.capacity.is_none());
        let broken =
            broken.map(|id| SetLabel::Broke { criterion: criterion_name(id, lang) }.text(lang));
        row.notes.iter().map(|note| note.text(lang)).chain(broken).collect::<Vec<_>>()
    };
    let rows = set.table.iter().map(|row| (&row.role, of_row(row)));
    let faults = set.faults.iter().map(|row| (&row.fault.name, remarks(row, lang)));
    let said = rows.chain(faults).filter(|(_, said)| !said.is_empty());
    said.map(|(name, said)| format!("{name}: {}", in_a_row(said))).collect()
}

/// Groups of runs beside each other: metrics of the same two, or others
/// beside their base.
fn compared(set: &Set, lang: Lang) -> Grid {
    let n = Numbers(lang);
    let all = &set.comparisons;
    let first = all.first();
    let pair = |one: &Compared| (one.base.clone(), one.other.clone());
    let are_two = all.iter().all(|one| first.map(pair) == Some(pair(one)));
    let (base, other) = match set.kind.as_str() {
        "tune" => (PageLabel::BeforeHead {}.text(lang), PageLabel::AfterHead {}.text(lang)),
        _ => first.map(pair).unwrap_or_default(),
    };
    let what = match are_two {
        true => CompareLabel::MetricHead {}.text(lang),
        false => SweepLabel::ConfigHead {}.text(lang),
    };
    let mut grid = Grid::new(lang)
        .column(what, false)
        .text(&SetPageLabel::BaseHead {})
        .column(base, true)
        .column(other, true)
        .number(&CompareLabel::ChangeHead {})
        .number(&CompareLabel::IntervalHead {})
        .number(&SetPageLabel::PHead {})
        .text(&CompareLabel::OutcomeHead {});
    for one in all {
        let median = |value: Option<f64>| value.filter(|_| are_two).map(|v| change::median(n, v));
        grid.row([
            Some(if are_two { metric_name(&one.metric, lang) } else { one.other.clone() }),
            (!are_two).then(|| one.base.clone()),
            median(one.base_median),
            median(one.other_median),
            one.change.map(|share| change::share(n, share)),
            change::interval(n, one),
            one.p.map(|p| change::probability(n, p)),
            one.more_is_better.map(|_| one.outcome.text(lang)),
        ]);
    }
    grid
}

/// What is recommended, and what came of measuring it again.
fn advice(set: &Set, lang: Lang) -> Grid {
    let n = Numbers(lang);
    let mut grid = Grid::new(lang)
        .text(&PageLabel::RuleHead {})
        .text(&PageLabel::ProposedHead {})
        .text(&SetPageLabel::VerifiedHead {})
        .text(&SetPageLabel::OfTheMetricHead {})
        .number(&CompareLabel::ChangeHead {})
        .number(&CompareLabel::IntervalHead {});
    let asks = |outcome| !matches!(outcome, Advice::Settled | Advice::NotEnoughEvidence);
    for one in set.recommendations.iter().filter(|one| asks(one.outcome)) {
        let verified = one.verified.as_ref();
        let first = verified.and_then(|verified| verified.compared.first());
        let change = changes(one, lang).replace(" -> ", " \u{2192} ");
        let said = [one.outcome.text(lang), change].into_iter().filter(|part| !part.is_empty());
        grid.row([
            Some(one.rule.clone()),
            Some(said.collect::<Vec<_>>().join(": ")),
            verified.map(|verified| verified.outcome.text(lang)),
            first.map(|first| metric_name(&first.metric, lang)),
            first.and_then(|first| first.change).map(|share| change::share(n, share)),
            first.and_then(|first| change::interval(n, first)),
        ]);
    }
    grid
}

/// What the ledger proves of each fault's run.
fn faults(rows: &[FaultRow], lang: Lang) -> Grid {
    let n = Numbers(lang);
    let mut grid = Grid::new(lang)
        .text(&PageLabel::FaultHead {})
        .text(&Label::VerdictHead {})
        .number(&PageLabel::BatchesStored {})
        .number(&SetPageLabel::RetriedHead {})
        .number(&SetPageLabel::InDoubtHead {})
        .number(&SetPageLabel::LostRowsHead {})
        .number(&SetPageLabel::TwiceRowsHead {})
        .number(&SetPageLabel::DamagedRowsHead {});
    for row in rows {
        let batches = row.batches.as_ref();
        let damaged = row.corrupted.zip(row.misplaced).map(|(a, b)| a.saturating_add(b));
        let counts = [
            batches.map(|batches| batches.succeeded),
            batches.map(|batches| batches.retried),
            batches.map(|batches| batches.in_doubt),
            row.lost,
            row.duplicated,
            damaged,
        ];
        let counts = counts.into_iter().map(|count| count.map(|count| n.whole(count)));
        let verdict = match row.verdict {
            Some(verdict) => verdict.text(lang),
            None => FaultsLabel::NotRun {}.text(lang),
        };
        grid.row([Some(row.fault.name.clone()), Some(verdict)].into_iter().chain(counts));
    }
    grid
}

fn checklist(out: &mut String, set: &Set, section: &str, lang: Lang) {
    let mut grid = Grid::new(lang)
        .text(&PageLabel::ItemHead {})
        .text(&PageLabel::AnswerHead {})
        .text(&PageLabel::EvidenceHead {});
    for item in set.checklist.iter().filter(|item| item.section == section) {
        let evidence: Vec<String> = item.evidence.iter().map(|note| note.text(lang)).collect();
        let evidence = (!evidence.is_empty()).then(|| in_a_row(evidence));
        grid.row([Some(item_name(&item.id, lang)), Some(item.answer.text(lang)), evidence]);
    }
    if set.checklist.iter().any(|item| item.section == section) {
        // Writing to a String can't fail.
        let _ = writeln!(out, "### {}\n", escaped(&section_name(section, lang)));
    }
    grid.write(out);
}
