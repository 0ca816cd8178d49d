//! The summary of isolation: leaks first, then what PostgreSQL shows to
//! everyone and what to do about it, then the counts.

use super::lines::{Summary, align_right, bare};
use crate::message::isolation_label::IsolationLabel;
use crate::message::report_label::ReportLabel;
use crate::message::{Lang, Localized};
use crate::model::isolation::{Group, Isolation, Probe, ProbeOutcome};
use crate::model::{Note, RunRecord};

/// Lines of leaks that are shown: one of each probe.
const LEAKS_SHOWN: usize = 12;

/// The outcomes' order in the table.
const OUTCOMES: [ProbeOutcome; 4] =
    [ProbeOutcome::Denied, ProbeOutcome::OpenByDesign, ProbeOutcome::Leak, ProbeOutcome::NotTried];

impl Summary {
    /// What was asked for.
    pub(super) fn isolation_title(&mut self, record: &RunRecord) {
        let n = self.numbers;
        let probes = record.isolation.as_ref().map_or(0, |isolation| isolation.probes.len());
        self.line(&IsolationLabel::Title {
            tenants: n.whole(record.scenario.tenants.into()),
            tenancy: record.scenario.tenancy.name().to_owned(),
            attempts: n.whole(probes as u64),
        });
    }

    /// What came of it.
    pub(super) fn isolation(&mut self, record: &RunRecord) {
        let Some(isolation) = &record.isolation else { return };
        let n = self.numbers;
        if isolation.tried == 0 {
            self.indented(&IsolationLabel::NothingTried {});
        } else {
            self.indented(&IsolationLabel::PairsLine {
                pairs: n.whole(isolation.pairs),
                all: n.whole(isolation.pairs_all),
                beside: n.whole(isolation.beside_load.unwrap_or_default()),
            });
        }
        self.leaks(isolation);
        self.with_notes(&IsolationLabel::OpenHead {}, isolation, ProbeOutcome::OpenByDesign);
        self.with_notes(&IsolationLabel::NotTriedHead {}, isolation, ProbeOutcome::NotTried);
        self.groups(isolation);
    }

    fn leaks(&mut self, isolation: &Isolation) {
        let leaks = of(isolation, ProbeOutcome::Leak);
        if leaks.is_empty() {
            return;
        }
        self.gap();
        self.line(&IsolationLabel::LeaksHead {});
        let mut shown: Vec<&Probe> = Vec::new();
        for leak in &leaks {
            if shown.len() < LEAKS_SHOWN && !shown.iter().any(|known| known.name == leak.name) {
                shown.push(leak);
            }
        }
        let or = IsolationLabel::Or {}.text(self.lang);
        for (at, leak) in shown.iter().enumerate() {
            let expected: Vec<_> = leak.expected.iter().map(ToString::to_string).collect();
            self.indented(&IsolationLabel::LeakLine {
                name: leak.name.clone(),
                from: leak.from,
                to: leak.to,
                when: leak.when.text(self.lang),
                expected: expected.join(&format!(" {or} ")),
                observed: leak.observed.as_ref().map(ToString::to_string).unwrap_or_default(),
            });
            // One remedy for several is said once, after the last of them.
            if shown.get(at + 1).is_none_or(|next| next.note != leak.note) {
                self.note(leak.note.as_ref());
            }
        }
        let more = (leaks.len() - shown.len()) as u64;
        if more > 0 {
            self.indented(&IsolationLabel::MoreLeaks { attempts: self.numbers.whole(more) });
        }
    }

    /// Probes of one outcome, those with the same note together.
    fn with_notes(&mut self, head: &IsolationLabel, isolation: &Isolation, outcome: ProbeOutcome) {
        let mut noted: Vec<(Option<&Note>, Vec<&str>)> = Vec::new();
        for probe in of(isolation, outcome) {
            let note = probe.note.as_ref();
            match noted.iter_mut().find(|(known, _)| *known == note) {
                Some((_, names)) if names.contains(&probe.name.as_str()) => {}
                Some((_, names)) => names.push(&probe.name),
                None => noted.push((note, vec![&probe.name])),
            }
        }
        if noted.is_empty() {
            return;
        }
        self.gap();
        self.line(head);
        for (note, names) in noted {
            self.indented(&IsolationLabel::Names { names: names.join(", ") });
            self.note(note);
        }
    }

    fn note(&mut self, note: Option<&Note>) {
        if let Some(note) = note {
            let text = note.text(self.lang);
            self.wrapped(4, &text);
        }
    }

    fn groups(&mut self, isolation: &Isolation) {
        let (n, lang) = (self.numbers, self.lang);
        self.gap();
        let mut table = bare();
        table.set_header([
            format!("  {}", IsolationLabel::GroupHead {}.text(lang)),
            IsolationLabel::TriedHead {}.text(lang),
            IsolationLabel::DeniedHead {}.text(lang),
            IsolationLabel::OpenColumn {}.text(lang),
            IsolationLabel::LeakColumn {}.text(lang),
            IsolationLabel::NotTriedColumn {}.text(lang),
        ]);
        let mut row = |name: String, probes: &[&Probe]| {
            let count = |outcome| probes.iter().filter(|p| p.outcome == outcome).count() as u64;
            let counts = OUTCOMES.map(count);
            let tried = probes.len() as u64 - counts[3];
            let mut cells = vec![format!("  {name}"), n.whole(tried)];
            cells.extend(counts.map(|count| n.whole(count)));
            table.add_row(cells);
        };
        for group in Group::ALL {
            let probes: Vec<_> = isolation.probes.iter().filter(|p| p.group == group).collect();
            if !probes.is_empty() {
                row(group.text(lang), &probes);
            }
        }
        row(IsolationLabel::All {}.text(lang), &isolation.probes.iter().collect::<Vec<_>>());
        align_right(&mut table, 1..6);
        self.table(&table);
    }
}

fn of(isolation: &Isolation, outcome: ProbeOutcome) -> Vec<&Probe> {
    isolation.probes.iter().filter(|probe| probe.outcome == outcome).collect()
}

/// The probes that got through, in a line; None where there were none.
pub(super) fn got_through(record: &RunRecord, lang: Lang) -> Option<String> {
    let leaks = of(record.isolation.as_ref()?, ProbeOutcome::Leak);
    let mut names: Vec<&str> = Vec::new();
    for leak in &leaks {
        if !names.contains(&leak.name.as_str()) {
            names.push(&leak.name);
        }
    }
    let names = names.join(", ");
    (!names.is_empty()).then(|| ReportLabel::GotThrough { names }.text(lang))
}
