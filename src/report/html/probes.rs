//! Isolation: what tenants tried to get at of each other's; leaks first.

use super::table::{Table, cell};
use super::words::{Both, say, whole};
use crate::message::Localized;
use crate::message::isolation_label::IsolationLabel;
use crate::message::page_label::PageLabel;
use crate::model::isolation::{Group, Isolation, Probe, ProbeOutcome};
use crate::report::number::Numbers;
use maud::{Markup, html};

/// So many leaks are shown; the record has all.
const LEAKS_SHOWN: usize = 50;

/// What was tried, and what came of it.
pub(super) fn attempts(isolation: &Isolation) -> Markup {
    let line = match isolation.tried {
        0 => say(&IsolationLabel::NothingTried {}),
        _ => Both::of(|lang| {
            let n = Numbers(lang);
            let (pairs, all) = (n.whole(isolation.pairs), n.whole(isolation.pairs_all));
            let beside = n.whole(isolation.beside_load.unwrap_or_default());
            IsolationLabel::PairsLine { pairs, all, beside }.text(lang)
        }),
    };
    html! {
        p { (line) }
        (leaks(isolation))
        (groups(isolation))
        (noted(&IsolationLabel::OpenHead {}, isolation, ProbeOutcome::OpenByDesign))
        (noted(&IsolationLabel::NotTriedHead {}, isolation, ProbeOutcome::NotTried))
    }
}

fn leaks(isolation: &Isolation) -> Markup {
    let mut table = Table::new(&IsolationLabel::LeaksHead {}, &PageLabel::ProbeHead {});
    table.text(PageLabel::FromToHead {}).text(PageLabel::WhenHead {});
    table.text(PageLabel::ExpectedHead {}).text(PageLabel::AnsweredHead {});
    table.text(PageLabel::WhyHead {});
    let leaks = isolation.probes.iter().filter(|probe| probe.outcome == ProbeOutcome::Leak);
    let count = leaks.clone().count();
    for leak in leaks.take(LEAKS_SHOWN) {
        let expected: Vec<String> = leak.expected.iter().map(ToString::to_string).collect();
        let observed = leak.observed.as_ref().map(ToString::to_string).unwrap_or_default();
        let cells = [
            html! { span.whole { (leak.from.to_string()) " \u{2192} " (leak.to.to_string()) } },
            cell(&say(&leak.when)),
            html! { (expected.join(" / ")) },
            html! { strong.bad { (observed) } },
            html! { @if let Some(note) = &leak.note { (say(note)) } },
        ];
        table.row(html! { code { (leak.name) } }, cells);
    }
    let more = count.saturating_sub(LEAKS_SHOWN) as u64;
    html! {
        (table.markup())
        @if more > 0 {
            p { (Both::of(|lang| {
                IsolationLabel::MoreLeaks { attempts: Numbers(lang).whole(more) }.text(lang)
            })) }
        }
    }
}

fn groups(isolation: &Isolation) -> Markup {
    let mut table = Table::new(&PageLabel::AttemptsTable {}, &IsolationLabel::GroupHead {});
    table.number(IsolationLabel::TriedHead {}).number(IsolationLabel::DeniedHead {});
    table.number(IsolationLabel::OpenColumn {}).number(IsolationLabel::LeakColumn {});
    table.number(IsolationLabel::NotTriedColumn {});
    let mut row = |name: Both, probes: &[&Probe]| {
        let of = |outcome| probes.iter().filter(|p| p.outcome == outcome).count() as u64;
        let not_tried = of(ProbeOutcome::NotTried);
        let leaks = of(ProbeOutcome::Leak);
        let cells = [
            cell(&whole(probes.len() as u64 - not_tried)),
            cell(&whole(of(ProbeOutcome::Denied))),
            cell(&whole(of(ProbeOutcome::OpenByDesign))),
            html! { @if leaks == 0 { "0" } @else { strong.bad { (whole(leaks)) } } },
            cell(&whole(not_tried)),
        ];
        table.row(cell(&name), cells);
    };
    for group in Group::ALL {
        let probes: Vec<&Probe> = isolation.probes.iter().filter(|p| p.group == group).collect();
        if !probes.is_empty() {
            row(say(&group), &probes);
        }
    }
    row(say(&IsolationLabel::All {}), &isolation.probes.iter().collect::<Vec<_>>());
    table.markup()
}

/// Probes of one outcome, those with the same note together.
fn noted(head: &IsolationLabel, isolation: &Isolation, outcome: ProbeOutcome) -> Markup {
    let mut noted: Vec<(Both, Vec<&str>)> = Vec::new();
    for probe in isolation.probes.iter().filter(|probe| probe.outcome == outcome) {
        let note = probe.note.as_ref().map_or_else(|| Both::same(""), say);
        match noted.iter_mut().find(|(known, _)| *known == note) {
            Some((_, names)) if names.contains(&probe.name.as_str()) => {}
            Some((_, names)) => names.push(&probe.name),
            None => noted.push((note, vec![&probe.name])),
        }
    }
    let mut table = Table::new(head, &PageLabel::ProbeHead {});
    table.text(PageLabel::WhyHead {});
    for (note, names) in &noted {
        let names = html! {
            @for (i, name) in names.iter().enumerate() { @if i > 0 { ", " } code { (name) } }
        };
        table.row(names, [cell(note)]);
    }
    table.markup()
}
