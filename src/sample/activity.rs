//! What backends do, ten times a second: what the writers wait for, and what
//! the checkpointer is at.

use crate::model::database::{CheckpointPhase, Waiting};
use crate::model::record::WaitCount;
use std::collections::BTreeMap;

/// Backends that were seen doing the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// `writers`, or a backend_type.
    pub who: String,
    /// `wait_event_type:wait_event`, or `CPU`.
    pub event: String,
    /// Whether it was a COPY under way.
    pub copies: bool,
    /// How many.
    pub backends: u64,
}

/// One look at all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// The writers' waits.
    pub writers: BTreeMap<String, u32>,
    /// What the checkpointer is at; None where it can't be seen.
    pub phase: Option<CheckpointPhase>,
    /// Autovacuum workers; None where they can't be seen.
    pub autovacuum_workers: Option<u32>,
}

/// The sums of all looks.
#[derive(Debug, Default)]
pub struct Activity {
    waits: BTreeMap<String, BTreeMap<String, u64>>,
    copies: BTreeMap<String, u64>,
    phase: Option<CheckpointPhase>,
    /// Looks that were answered.
    pub looks: u64,
}

const WRITERS: &str = "writers";
const CHECKPOINTER: &str = "checkpointer";
const AUTOVACUUM: &str = "autovacuum worker";

impl Activity {
    /// Adds what was seen, by a role that may see other roles' backends or not.
    pub fn add(&mut self, seen: &[Seen], sees_all: bool) -> Look {
        self.looks += 1;
        let mut look = Look { autovacuum_workers: sees_all.then_some(0), ..Look::default() };
        for Seen { who, event, copies, backends } in seen {
            let mut count = || {
                let events = self.waits.entry(who.clone()).or_default();
                *events.entry(event.clone()).or_default() += backends;
            };
            match who.as_str() {
                WRITERS => {
                    count();
                    *look.writers.entry(event.clone()).or_default() += *backends as u32;
                    if *copies {
                        *self.copies.entry(event.clone()).or_default() += backends;
                    }
                }
                CHECKPOINTER => {
                    count();
                    self.phase = phase(event).or(self.phase);
                    look.phase = self.phase;
                }
                AUTOVACUUM => {
                    if let Some(workers) = &mut look.autovacuum_workers {
                        *workers += *backends as u32;
                    }
                }
                _ => {}
            }
        }
        look
    }

    /// What our COPYs waited for, the most frequent first.
    pub fn copy_waits(&self) -> Vec<WaitCount> {
        by_frequency(&self.copies)
    }

    /// Everybody's waits.
    pub fn waits(&self) -> Vec<Waiting> {
        let in_order = [WRITERS, CHECKPOINTER].into_iter();
        let there = in_order.filter_map(|who| self.waits.get_key_value(who));
        there.map(|(who, e)| Waiting { who: who.clone(), events: by_frequency(e) }).collect()
    }
}

/// What the checkpointer is at, by what it waits for; None where that doesn't
/// tell: it goes on with what it was at.
///
/// The names are those of 14 to 18; 17 changed the spelling of some.
pub fn phase(event: &str) -> Option<CheckpointPhase> {
    Some(match event {
        "Timeout:CheckpointWriteDelay" | "IO:DataFileWrite" | "IO:DataFileFlush" => {
            CheckpointPhase::Write
        }
        "IO:SLRUWrite" | "IO:SlruWrite" | "IO:SLRUSync" | "IO:SlruSync" => CheckpointPhase::Write,
        "IO:DataFileSync" | "IO:SLRUFlushSync" | "IO:SlruFlushSync" => CheckpointPhase::Sync,
        _ if event.starts_with("Activity:") => CheckpointPhase::None,
        _ => return None,
    })
}

/// The phases of one second's looks.
#[derive(Debug, Clone, Copy, Default)]
pub struct PhaseCounts([u32; 3]);

impl PhaseCounts {
    /// In the order of what wins a tie.
    const PHASES: [CheckpointPhase; 3] =
        [CheckpointPhase::None, CheckpointPhase::Write, CheckpointPhase::Sync];

    /// Counts one, and says which was seen most often until now.
    pub fn add(&mut self, phase: CheckpointPhase) -> CheckpointPhase {
        for (count, at) in self.0.iter_mut().zip(Self::PHASES) {
            *count += u32::from(at == phase);
        }
        let most = self.0.iter().zip(Self::PHASES).max_by_key(|(count, _)| **count);
        most.map_or(phase, |(_, at)| at)
    }
}

fn by_frequency(events: &BTreeMap<String, u64>) -> Vec<WaitCount> {
    let mut waits: Vec<WaitCount> = events
        .iter()
        .map(|(event, samples)| WaitCount { event: event.clone(), samples: *samples })
        .collect();
    waits.sort_by(|a, b| b.samples.cmp(&a.samples).then(a.event.cmp(&b.event)));
    waits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(who: &str, event: &str, copies: bool, backends: u64) -> Seen {
        Seen { who: who.into(), event: event.into(), copies, backends }
    }

    #[test]
    fn only_copies_count_as_copies() {
        let mut activity = Activity::default();
        let look = activity.add(
            &[
                seen(WRITERS, "CPU", true, 2),
                seen(WRITERS, "Client:ClientRead", false, 1),
                seen(WRITERS, "CPU", false, 1),
                seen("walwriter", "IO:WALSync", false, 1),
            ],
            false,
        );
        assert_eq!(
            look.writers,
            BTreeMap::from([("CPU".into(), 3), ("Client:ClientRead".into(), 1)])
        );
        // Nobody of those was seen, and the role couldn't have seen them.
        assert_eq!((look.phase, look.autovacuum_workers), (None, None));
        assert_eq!(activity.copy_waits(), [WaitCount { event: "CPU".into(), samples: 2 }]);
        let waits = activity.waits();
        assert_eq!((waits.len(), waits[0].who.as_str()), (1, WRITERS));
        assert_eq!(waits[0].events[0], WaitCount { event: "CPU".into(), samples: 3 });
    }

    #[test]
    fn a_checkpointer_that_computes_goes_on_with_what_it_was_at() {
        let mut activity = Activity::default();
        let mut at = |event| activity.add(&[seen(CHECKPOINTER, event, false, 1)], true).phase;
        assert_eq!(at("CPU"), None);
        assert_eq!(at("Activity:CheckpointerMain"), Some(CheckpointPhase::None));
        assert_eq!(at("CPU"), Some(CheckpointPhase::None));
        assert_eq!(at("Timeout:CheckpointWriteDelay"), Some(CheckpointPhase::Write));
        assert_eq!(at("LWLock:WALWrite"), Some(CheckpointPhase::Write));
        assert_eq!(at("IO:DataFileSync"), Some(CheckpointPhase::Sync));
        assert_eq!(at("CPU"), Some(CheckpointPhase::Sync));
        assert_eq!(activity.add(&[], true).autovacuum_workers, Some(0));
    }

    #[test]
    fn the_phase_of_a_second_is_the_most_frequent_and_in_a_tie_the_rarer_in_life() {
        let mut counts = PhaseCounts::default();
        assert_eq!(counts.add(CheckpointPhase::None), CheckpointPhase::None);
        assert_eq!(counts.add(CheckpointPhase::Sync), CheckpointPhase::Sync);
        assert_eq!(counts.add(CheckpointPhase::None), CheckpointPhase::None);
    }
}
