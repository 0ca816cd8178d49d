//! A run: verdict, five numbers, criteria, what was found.

use super::{escaped, heads, items, row};
use crate::message::label::{Label, criterion_name};
use crate::message::page_label::PageLabel;
use crate::message::report_label::ReportLabel;
use crate::message::{Lang, Localized};
use crate::model::{CriterionResult, RunRecord, Verdict};
use crate::report::five::five;
use crate::report::isolation_text::got_through;
use crate::report::lines::address;
use crate::report::number::Numbers;
use crate::report::text::title;
use std::fmt::Write;

/// The report of a run.
pub fn run(record: &RunRecord, lang: Lang) -> String {
    let mut out = String::new();
    head(&mut out, record, lang);
    numbers(&mut out, record, lang);
    criteria(&mut out, record, lang);
    notes(&mut out, record, lang);
    let (version, schema) = (record.tool_version.clone(), record.schema_version.clone());
    let run_id = record.run_id.clone();
    let closing = ReportLabel::MarkdownClosing { run_id, version, schema };
    // Writing to a String can't fail.
    let _ = writeln!(out, "{}", escaped(&closing.text(lang)));
    out
}

fn head(out: &mut String, record: &RunRecord, lang: Lang) {
    let word = record.verdict.text(lang);
    let scenario = escaped(&record.scenario.name);
    let _ = writeln!(out, "## pgvalidate {scenario}: {}\n", escaped(&word));
    let _ = writeln!(out, "{}  ", escaped(&title(record, lang)));
    if let Some(server) = &record.server {
        let version = server.version.clone();
        let server = match server.private {
            true => Label::PrivateServer { version },
            false => Label::TargetServer { version, address: address(&server.address, lang) },
        };
        let _ = writeln!(out, "{}", escaped(&server.text(lang)));
    }
    out.push('\n');
    let of = |verdict| {
        let names = record.criteria.iter().filter(move |c| c.verdict == verdict);
        let names: Vec<_> = names.map(|c| criterion_name(&c.id, lang)).collect();
        (!names.is_empty()).then(|| names.join("; "))
    };
    let judged = record.criteria.iter().filter(|c| c.verdict != Verdict::NotApplicable).count();
    let held = record.criteria.iter().filter(|c| c.verdict == Verdict::Pass).count();
    let mut lines = vec![PageLabel::CriteriaHeld { held, judged }.text(lang)];
    lines.extend(of(Verdict::Fail).map(|names| Label::FailedLine { names }.text(lang)));
    let unseen = of(Verdict::Inconclusive);
    lines.extend(unseen.map(|names| Label::InconclusiveLine { names }.text(lang)));
    lines.extend(record.reasons.iter().map(|note| note.text(lang)));
    items(out, &lines);
}

fn numbers(out: &mut String, record: &RunRecord, lang: Lang) {
    let five = five(record, lang);
    let unseen = || Label::NotSeen {}.text(lang);
    heads(out, five.iter().map(|figure| (figure.name.text(lang), true)));
    row(out, five.iter().map(|figure| figure.value.clone().unwrap_or_else(unseen)));
    row(out, five.iter().map(|figure| figure.more.clone().unwrap_or_default()));
    out.push('\n');
}

fn criteria(out: &mut String, record: &RunRecord, lang: Lang) {
    let n = Numbers(lang);
    let number = |v: Option<f64>| v.map_or_else(|| Label::NotSeen {}.text(lang), |v| n.plain(v));
    let (judged, others): (Vec<&CriterionResult>, Vec<_>) =
        record.criteria.iter().partition(|c| c.verdict != Verdict::NotApplicable);
    if !judged.is_empty() {
        let columns = [
            (Label::CriterionHead {}, false),
            (Label::VerdictHead {}, false),
            (Label::ObservedHead {}, true),
            (Label::LimitHead {}, true),
        ];
        heads(out, columns.iter().map(|(head, is_number)| (head.text(lang), *is_number)));
        for c in judged {
            row(
                out,
                [
                    criterion_name(&c.id, lang),
                    c.verdict.text(lang),
                    number(c.observed),
                    format!("{} {}", c.is.sign(), number(c.limit)),
                ]
                .into_iter(),
            );
        }
        out.push('\n');
    }
    let names: Vec<_> = others.iter().map(|c| criterion_name(&c.id, lang)).collect();
    if !names.is_empty() {
        let line = Label::NotApplicableLine { names: names.join("; ") };
        let _ = writeln!(out, "{}\n", escaped(&line.text(lang)));
    }
}

/// What was found, what couldn't be seen, and errors.
fn notes(out: &mut String, record: &RunRecord, lang: Lang) {
    let mut lines: Vec<String> = got_through(record, lang).into_iter().collect();
    lines.extend(record.findings.iter().map(|note| note.text(lang)));
    lines.extend(record.unavailable.iter().map(|one| {
        let (path, text) = (one.path.clone(), one.reason.text(lang));
        Label::UnavailableLine { path, text }.text(lang)
    }));
    lines.extend(record.load.iter().flat_map(|load| &load.errors).map(|error| {
        let (code, count, example) = (error.code.clone(), error.count, error.example.clone());
        Label::ErrorsLine { code, count, example }.text(lang)
    }));
    if !lines.is_empty() {
        let _ = writeln!(out, "### {}\n", ReportLabel::FindingsHead {}.text(lang));
        items(out, &lines);
    }
}
