//! Several runs on one place, one after the other, as one set. Interleaving
//! and resuming live here, once; what a set is made of is its plan's to say.

pub mod arms;
pub mod capacity;
pub(super) mod error;
pub mod faults;
pub mod methods;
mod order;
mod plan;
mod resume;
mod time_left;
pub mod trial;
pub mod tune;

pub use crate::judge::set::Done;
use crate::judge::set::table::breaks_integrity;
pub use error::SetError;
pub use plan::{Plan, Step, connections};
pub(in crate::engine) use time_left::took_s;

use super::phases::Progress;
use super::place::Place;
use super::records::sha256;
use super::results::{ResultFolder, utc};
use super::run::unless_stopped;
use super::signals::Stop;
use super::{EngineError, Finished, RunOptions, SetupError};
use crate::journal::{Applied, Undone};
use crate::message::label::{Label, TimeLeft};
use crate::message::{Lang, Localized};
use crate::model::record::SCHEMA_VERSION;
use crate::model::set::{Altered, Member, Set};
use crate::model::{Note, Reason, RunRecord, Verdict};
use crate::server::Kept;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use uuid::Uuid;

/// The file of a set, in its folder.
pub const SET_FILE: &str = "set.json";

/// What a set is asked for.
pub struct SetOptions {
    /// `methods`, `capacity`, `signoff` or `sweep`.
    pub kind: &'static str,
    /// What all runs have in common: the target or the private server, where
    /// results go, the command line.
    pub base: RunOptions,
    /// The folder of a set that is to be continued.
    pub resume: Option<PathBuf>,
}

/// A set that came to its end, whatever that was.
pub struct FinishedSet {
    /// The set, as it was written.
    pub set: Set,
    /// Its runs with their records.
    pub done: Vec<Done>,
    /// Its folder.
    pub path: PathBuf,
    /// The private server that was left running.
    pub kept: Option<Kept>,
    /// What kept it from being carried through.
    pub error: Option<EngineError>,
}

/// Carries a set out: opens it, does every step of `plan`, and lets `judge`
/// fill in what the runs say together.
///
/// # Errors
/// As [`SetRun::open`] and [`SetRun::close`].
pub async fn run(
    options: &SetOptions,
    plan: &dyn Plan,
    judge: impl FnOnce(&mut Set, &[Done]),
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<FinishedSet, EngineError> {
    let mut set = SetRun::open(options, plan, progress, stop).await?;
    Box::pin(set.carry_out(plan)).await;
    set.close(judge).await
}

/// A set under way.
pub struct SetRun<'a> {
    base: &'a RunOptions,
    progress: &'a dyn Progress,
    stop: &'a Stop,
    folder: ResultFolder,
    set: Set,
    done: Vec<Done>,
    place: Option<Arc<Place>>,
    is_complete: bool,
    error: Option<EngineError>,
}

impl<'a> SetRun<'a> {
    /// Makes the folder, or reads back the set that is to be continued, and
    /// opens the place. Where that can't be opened, the set is one without a
    /// run, to be closed.
    ///
    /// # Errors
    /// Where options contradict each other, results can't be written, or the
    /// set to be continued isn't one of these options.
    pub async fn open(
        options: &'a SetOptions,
        plan: &dyn Plan,
        progress: &'a dyn Progress,
        stop: &'a Stop,
    ) -> Result<SetRun<'a>, EngineError> {
        let base = &options.base;
        let connections = plan.connections()?;
        let (folder, set, done) = match &options.resume {
            Some(folder) => {
                let (set, done) = resume::resume(folder, options.kind, base, plan)?;
                (ResultFolder::existing(folder), set, done)
            }
            None => {
                let id = Uuid::new_v4();
                let folder = ResultFolder::create(&base.results, options.kind, id)?;
                (folder, new_set(options, id), Vec::new())
            }
        };
        let (is_complete, error) = (false, None);
        let place = None;
        let mut run = SetRun { base, progress, stop, folder, set, done, place, is_complete, error };
        run.reopen();
        run.write()?;
        if plan.shares_place() && plan.next(&run.done).is_some() {
            run.open_place(connections).await;
        }
        Ok(run)
    }

    async fn open_place(&mut self, connections: u32) {
        let private = self.base.url.is_none();
        let label = if private { Label::StartingServer {} } else { Label::Connecting {} };
        self.progress.phase(&label);
        match unless_stopped(self.stop, Place::open(self.base, connections)).await {
            Ok(place) => self.place = Some(Arc::new(place)),
            Err(error) => self.error = Some(error),
        }
    }

    /// What a closed set said is said anew when it is closed again.
    fn reopen(&mut self) {
        let set = &mut self.set;
        (set.finished_at, set.verdict, set.capacity) = (None, None, None);
        set.table.clear();
        set.faults.clear();
        set.comparisons.clear();
        set.recommendations.clear();
        set.checklist.clear();
        set.reasons.clear();
        set.findings.clear();
    }

    /// The place that the runs share; None where it couldn't be opened.
    pub fn place(&self) -> Option<&Arc<Place>> {
        self.place.as_ref()
    }

    /// The set's folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The runs that are done.
    pub fn done(&self) -> &[Done] {
        &self.done
    }

    /// What keeps it from being carried through, so far.
    pub fn error(&self) -> Option<&EngineError> {
        self.error.as_ref()
    }

    /// Does every step that `plan` has left, until the set is stopped or a run
    /// can't be carried through.
    pub async fn carry_out(&mut self, plan: &dyn Plan) {
        while self.error.is_none() && !self.stop.is_stopped() {
            let Some(step) = plan.next(&self.done) else {
                self.is_complete = true;
                return;
            };
            self.announce(&step.label, plan);
            if let Err(error) = self.step(step, plan).await {
                self.error = Some(error);
            }
        }
    }

    fn announce(&self, label: &str, plan: &dyn Plan) {
        if let Some(said) = plan.announces(&self.done) {
            self.progress.phase(&said);
        }
        let (no, label) = (self.done.len() + 1, label.to_owned());
        self.progress.phase(&match plan.total(&self.done) {
            Some(of) => {
                let left = TimeLeft(plan.time_left(&self.done));
                Label::StepOf { no, of, label, left }
            }
            None => Label::Step { no, label },
        });
    }

    /// Does one step. A run that was stopped is no run of the set, nor is one
    /// that couldn't be carried through, unless it proved a failure, or failures
    /// are kept: then its record says what happened.
    async fn step(&mut self, step: Step, plan: &dyn Plan) -> Result<(), EngineError> {
        let is_apart = plan.is_apart(&step);
        let options = RunOptions {
            url: self.base.url.clone(),
            place: self.place.clone().filter(|_| !is_apart),
            results: self.folder.path().to_owned(),
            ..step.options.clone()
        };
        let altered = self.alter(&step.label, &step.altered).await?;
        let ran = Box::pin(super::run(&options, self.progress, self.stop)).await;
        // Also where it was stopped, or failed: the target is as it was before.
        let undone = self.put_back(altered).await;
        let Finished { record, path, error, .. } = ran?;
        // With settings of somebody else's it is no run of what was to be measured.
        let is_kept = error.as_ref().is_none_or(|error| plan.keeps_failure(&step, error));
        let is_over = is_kept && undone.is_ok();
        if (is_over && !self.stop.is_stopped()) || breaks_integrity(&record) {
            self.enter(step.label, step.role, record, &path)?;
        }
        undone?;
        match error {
            Some(error) if !is_kept => Err(error),
            _ => Ok(()),
        }
    }

    /// Changes settings of the target, for the next run.
    async fn alter(
        &mut self,
        label: &str,
        settings: &[(String, String)],
    ) -> Result<Option<Applied>, EngineError> {
        let Some(place) = self.place.as_ref().filter(|_| !settings.is_empty()) else {
            return Ok(None);
        };
        let changes: Vec<_> = settings.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let applied = Applied::apply(&place.target, &changes).await?;
        let at = utc(SystemTime::now());
        self.set.journal.extend(applied.in_effect().iter().map(|one| Altered {
            label: label.to_owned(),
            setting: one.name.clone(),
            before: one.before.clone(),
            during: one.now.clone(),
            at: at.clone(),
            undone_at: None,
        }));
        Ok(Some(applied))
    }

    /// Puts the target's settings back. One that somebody else has changed
    /// meanwhile is left, and ends the set.
    async fn put_back(&mut self, altered: Option<Applied>) -> Result<(), EngineError> {
        let Some(altered) = altered else { return Ok(()) };
        let from = self.set.journal.len().saturating_sub(altered.in_effect().len());
        let undone = altered.undo().await?;
        let at = utc(SystemTime::now());
        for one in undone.iter().filter(|one| !one.conflict) {
            let mut of_run = self.set.journal.iter_mut().skip(from);
            if let Some(altered) = of_run.find(|altered| altered.setting == one.name) {
                altered.undone_at = Some(at.clone());
            }
        }
        let changed = undone.into_iter().find(|one| one.conflict);
        match changed {
            Some(Undone { name, ours, found, .. }) => {
                let found = found.unwrap_or_else(|| "-".to_owned());
                Err(SetError::ChangedByOthers { name, ours, found }.into())
            }
            None => Ok(()),
        }
    }

    fn enter(
        &mut self,
        label: String,
        role: String,
        record: RunRecord,
        path: &Path,
    ) -> Result<(), EngineError> {
        let file = path.join("run.json");
        let unreadable = |detail: std::io::Error| SetupError::Results {
            path: file.display().to_string(),
            detail: detail.to_string(),
        };
        let bytes = std::fs::read(&file).map_err(unreadable)?;
        let relative = file.strip_prefix(self.folder.path()).unwrap_or(&file);
        self.set.members.push(Member {
            label: label.clone(),
            role: role.clone(),
            run_id: record.run_id.clone(),
            sha256: sha256(&bytes),
            path: relative.display().to_string(),
            verdict: record.verdict,
        });
        self.done.push(Done { label, role, record });
        self.write()
    }

    fn write(&self) -> Result<(), EngineError> {
        self.folder.write_json(SET_FILE, &self.set)
    }

    /// Leaves the place, lets `judge` fill in what the runs say together, and
    /// writes the set for the last time. The verdict of a set that isn't
    /// complete is a failure where that is proved, and none otherwise: it can
    /// be resumed.
    ///
    /// # Errors
    /// Where it can't be written.
    pub async fn close(
        mut self,
        judge: impl FnOnce(&mut Set, &[Done]),
    ) -> Result<FinishedSet, EngineError> {
        let (kept, left) = self.leave().await;
        self.error = self.error.or(left);
        judge(&mut self.set, &self.done);
        if self.is_complete {
            self.set.finished_at = Some(utc(SystemTime::now()));
        } else {
            let broken = self.done.iter().any(|done| breaks_integrity(&done.record));
            self.set.verdict = broken.then_some(Verdict::Fail);
            self.set.reasons.extend(self.interruption());
        }
        self.folder.write_json(SET_FILE, &self.set)?;
        let path = self.folder.path().to_owned();
        Ok(FinishedSet { set: self.set, done: self.done, path, kept, error: self.error })
    }

    fn interruption(&self) -> Option<Note> {
        let failed = self
            .error
            .as_ref()
            .map(|error| Reason::RunFailed { en: error.text(Lang::En), vi: error.text(Lang::Vi) });
        self.stop.reason().or(failed.map(Note::from))
    }

    /// Ends the private server, or leaves it where that was asked for.
    async fn leave(&mut self) -> (Option<Kept>, Option<EngineError>) {
        match self.place.take().and_then(Arc::into_inner) {
            Some(place) => place.leave(self.base.keep && !self.stop.is_stopped()).await,
            None => (None, None),
        }
    }
}

fn new_set(options: &SetOptions, id: Uuid) -> Set {
    empty(options.kind, &options.base.argv, options.base.url.is_none(), id)
}

/// A set that begins now and has no run yet.
pub(super) fn empty(kind: &str, argv: &[String], private: bool, id: Uuid) -> Set {
    Set {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        set_id: id.to_string(),
        kind: kind.to_owned(),
        started_at: utc(SystemTime::now()),
        argv: argv.to_vec(),
        private,
        ..Set::default()
    }
}
