//! Where it was run, and how to run it again: settings, machine, the tool's
//! own cost, the command line.

use super::table::{Table, cell};
use super::words::{Both, say, seen, size, whole};
use crate::message::page_label::{PageLabel, phase_name};
use crate::model::RunRecord;
use crate::report::number::{Numbers, percent};
use maud::{Markup, html};

/// Settings: those that somebody changed, then those that decide durability or
/// that the tuning rules go by.
pub(super) fn settings(record: &RunRecord) -> Markup {
    let known = record.server.iter().flat_map(|server| &server.settings);
    let (stock, changed): (Vec<_>, Vec<_>) = known.partition(|s| s.source == "default");
    let mut table = Table::new(&PageLabel::ChangedTable {}, &PageLabel::SettingHead {});
    table.text(PageLabel::ValueHead {}).text(PageLabel::SourceHead {});
    for one in &changed {
        table.row(
            html! { code { (one.name) } },
            [html! { code { (one.value) } }, html! { (one.source) }],
        );
    }
    let facts = record.tuning.iter().flat_map(|tuning| &tuning.settings);
    let is_new = |name: &str| !changed.iter().chain(&stock).any(|s| s.name == name);
    let others: Vec<_> = facts.filter(|fact| is_new(&fact.name)).collect();
    let mut rest = Table::new(&PageLabel::OtherSettingsTable {}, &PageLabel::SettingHead {});
    rest.text(PageLabel::ValueHead {}).text(PageLabel::SourceHead {});
    for one in &stock {
        rest.row(
            html! { code { (one.name) } },
            [html! { code { (one.value) } }, html! { (one.source) }],
        );
    }
    for one in &others {
        let unit = match one.unit.as_str() {
            "" => String::new(),
            unit if unit.starts_with(|c: char| c.is_ascii_digit()) => format!(" × {unit}"),
            unit => format!(" {unit}"),
        };
        rest.row(
            html! { code { (one.name) } },
            [html! { code { (one.value) (unit) } }, html! { (one.source) }],
        );
    }
    html! {
        (table.markup())
        @if stock.len() + others.len() > 0 {
            details { summary { (say(&PageLabel::MoreSettings {})) } (rest.markup()) }
        }
    }
}

/// The machines, and what the tool cost.
pub(super) fn machine(record: &RunRecord) -> Markup {
    let (host, h) = (&record.host, &record.harness);
    let unseen = || seen(None, Numbers::plain);
    let mut rows = vec![
        (PageLabel::OperatingSystem {}, Both::same(&host.os)),
        (PageLabel::Processors {}, whole(host.cpus.into())),
        (PageLabel::Memory {}, host.memory_bytes.map_or_else(unseen, size)),
    ];
    if let Some(machine) = record.tuning.as_ref().map(|tuning| &tuning.machine) {
        let cpus = seen(machine.cpus.map(f64::from), Numbers::plain);
        rows.push((PageLabel::ServerProcessors {}, cpus));
        rows.push((PageLabel::ServerMemory {}, machine.memory_bytes.map_or_else(unseen, size)));
        rows.push((PageLabel::WalSpace {}, machine.wal_free_bytes.map_or_else(unseen, size)));
    }
    rows.extend([
        (PageLabel::ClientCpu {}, seen(h.client_cpu_us_per_row, Numbers::short)),
        (PageLabel::ClientMemory {}, h.peak_rss_bytes.map_or_else(unseen, size)),
        (
            PageLabel::BusiestThread {},
            h.busiest_thread.as_ref().map_or_else(unseen, |t| Both::same(&percent(t.busy))),
        ),
        (PageLabel::Ceiling {}, seen(h.ceiling_rows_per_s, |n, v| n.whole(v.round() as u64))),
    ]);
    let mut table = Table::new(&PageLabel::MachineTable {}, &PageLabel::WhatHead {});
    table.number(PageLabel::ValueHead {});
    for (name, value) in &rows {
        table.row(cell(&say(name)), [cell(value)]);
    }
    table.markup()
}

/// How long each phase took.
pub(super) fn phases(record: &RunRecord) -> Markup {
    let mut table = Table::new(&PageLabel::PhasesTable {}, &PageLabel::PhaseNameHead {});
    table.number(PageLabel::SecondsHead {});
    for phase in &record.phases {
        let seconds = seen(Some(phase.elapsed_s), Numbers::short);
        let name = Both::of(|lang| phase_name(&phase.name, lang));
        table.row(cell(&name), [cell(&seconds)]);
    }
    table.markup()
}

/// The command line, the seed, and what else decides what is run.
pub(super) fn repeat(record: &RunRecord) -> Markup {
    let s = &record.scenario;
    let has_seed = record.argv.iter().chain(&record.from_file).any(|w| w.starts_with("--seed"));
    let seed = ["--seed".to_owned(), s.seed.to_string()];
    html! {
        (command_line(&record.argv, if has_seed { &[] } else { &seed }))
        @if !record.from_file.is_empty() {
            p { (say(&PageLabel::FileStoodFor {})) }
            pre { code { (shell(&record.from_file)) } }
        }
        p { (say(&PageLabel::SeedLine {
            seed: s.seed, version: record.tool_version.clone(), schema: record.schema_version.clone(),
        })) }
        @if let Some(config) = &s.config {
            p { (say(&PageLabel::ConfigLine {
                name: config.name.clone(), sha256: config.sha256.clone(),
            })) }
        }
    }
}

/// A command line as it was typed, with `more` after it.
pub(super) fn command_line(argv: &[String], more: &[String]) -> Markup {
    let typed = argv.split_first().map_or(&[][..], |(_, words)| words);
    let hides_address = argv.iter().any(|word| word.starts_with('('));
    html! {
        pre { code { "pgvalidate " (shell(typed)) " " (shell(more)) } }
        @if hides_address { p.dim { (say(&PageLabel::AddressHidden {})) } }
    }
}

fn shell(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_quoted_as_a_shell_wants_it() {
        assert_eq!(quoted("--rate=5"), "--rate=5");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
