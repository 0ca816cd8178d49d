//! Phases: what the run is doing, for whoever watches, and how long each took.

use crate::message::Localized;
use crate::message::label::Label;
use crate::model::record::Phase;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

/// Watches a run. The engine tells it where the run is; what it does with it is its own.
pub trait Progress: Send + Sync {
    /// A phase begins.
    fn phase(&self, what: &Label);
    /// Rows are being written: `rows_done` counts them. The answer is dropped
    /// when the phase is over.
    fn rows<'a>(
        &'a self,
        rows_done: std::sync::Arc<dyn Fn() -> u64 + Send + Sync>,
        goal: Goal,
    ) -> Box<dyn Send + 'a>;
}

/// When a load is done.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    /// When so many rows are written.
    Rows(u64),
    /// At that moment.
    Until(Instant),
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn phase(&self, _: &Label) {}
    fn rows<'a>(
        &'a self,
        _: std::sync::Arc<dyn Fn() -> u64 + Send + Sync>,
        _: Goal,
    ) -> Box<dyn Send + 'a> {
        Box::new(AtomicU64::new(0))
    }
}

/// Times the phases of a run.
pub struct Phases<'a> {
    progress: &'a dyn Progress,
    done: Vec<Phase>,
    current: Option<(String, Instant)>,
}

impl<'a> Phases<'a> {
    /// None yet.
    pub fn new(progress: &'a dyn Progress) -> Phases<'a> {
        Phases { progress, done: Vec::new(), current: None }
    }

    /// Ends the phase under way and begins `name`, shown as `what`.
    pub fn begin(&mut self, name: &str, what: &Label) {
        self.end();
        tracing::info!("{}", what.text(crate::message::Lang::En));
        self.progress.phase(what);
        self.current = Some((name.to_owned(), Instant::now()));
    }

    /// Ends the phase under way.
    pub fn end(&mut self) {
        if let Some((name, began)) = self.current.take() {
            self.done.push(Phase { name, elapsed_s: began.elapsed().as_secs_f64() });
        }
    }

    /// Whoever watches.
    pub fn progress(&self) -> &'a dyn Progress {
        self.progress
    }

    /// The phases that are over.
    pub fn into_record(mut self) -> Vec<Phase> {
        self.end();
        self.done
    }
}
