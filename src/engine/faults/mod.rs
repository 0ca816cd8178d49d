//! A fault beside the load: when it is injected, that it is healed whatever
//! happens, and how the load came back.

mod commits;
mod injection;
mod orphans;

pub use commits::Commits;
pub use injection::{FaultPlan, Injection};

use super::place::Place;
use super::run::{Run, WRITE};
use crate::faults::{Detour, Scene};
use crate::message::{Lang, Localized};
use crate::model::fault::{Fault, Recovery};
use crate::model::observed::FaultNote;
use crate::model::{Reason, RunRecord, Unavailable};
use crate::session::Target;
use crate::table::Tenant;
use crate::work::WriteContext;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use std::sync::{Arc, Mutex};

impl Run<'_, '_> {
    /// What a fault of this run may touch.
    pub(super) fn scene<'a>(
        &self,
        place: &'a Place,
        record: &RunRecord,
        tenants: &Arc<Vec<Tenant>>,
        context: &WriteContext,
        detour: Option<Arc<Detour>>,
    ) -> Scene<'a> {
        Scene {
            target: &place.target,
            server: place.private.as_ref(),
            standby: place.standby.as_ref(),
            detour,
            writers: self.name(WRITE),
            run_id: self.run_id,
            tenants: tenants.clone(),
            table: self.table.name,
            method: record.scenario.method,
            results: self.folder.path().to_owned(),
            program: self.options.guard_exe.clone(),
            drops: context.drops.clone(),
            chance: Mutex::new(Xoshiro256PlusPlus::seed_from_u64(record.scenario.seed)),
        }
    }
}

/// The note that a standby was promoted.
const PROMOTED: &str = "promoted";

/// Enters, with the fault, what the proof says of a standby that took over.
pub(super) fn enter_takeover(record: &mut RunRecord) {
    let Some(batches) = record.verification.as_ref().map(|v| v.acknowledged_lost) else { return };
    let taken_over =
        record.faults.iter_mut().filter(|fault| fault.notes.iter().any(|note| note.id == PROMOTED));
    for fault in taken_over {
        fault.notes.push(match batches {
            0 => FaultNote::AllTakenOver {}.into(),
            batches => FaultNote::NotTakenOver { batches }.into(),
        });
    }
}

/// Enters a fault, and what it left in the server once the pools are closed.
pub(super) async fn enter(record: &mut RunRecord, fault: Fault, target: &Target, writers: &str) {
    let unseen =
        |path: &str, reason: Reason| Unavailable { path: path.to_owned(), reason: reason.into() };
    let mut recovery = Recovery {
        first_commit_s: fault.first_commit_s,
        recovered_s: fault.recovered_s,
        not_recovered: fault.is_recovered.map(|is_back| u64::from(!is_back)),
        not_healed: u64::from(fault.is_healed == Some(false)),
        ..Recovery::default()
    };
    match orphans::look(target, writers).await {
        Ok((sessions, locks)) => {
            recovery.orphaned_sessions = Some(sessions);
            recovery.orphaned_locks = Some(locks);
        }
        Err(error) => {
            let (en, vi) = (error.text(Lang::En), error.text(Lang::Vi));
            for path in ["recovery.orphaned_sessions", "recovery.orphaned_locks"] {
                let failed = Reason::RunFailed { en: en.clone(), vi: vi.clone() };
                record.unavailable.push(unseen(path, failed));
            }
        }
    }
    if let Some(note) = fault.notes.last().filter(|_| fault.recovered_s.is_none()) {
        let all = ["recovery.recovered_s", "recovery.first_commit_s", "recovery.not_recovered"];
        for path in all.into_iter().take(if fault.is_recovered.is_some() { 2 } else { 3 }) {
            record.unavailable.push(Unavailable { path: path.to_owned(), reason: note.clone() });
        }
    }
    record.faults.push(fault);
    record.recovery = Some(recovery);
}
