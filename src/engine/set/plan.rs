//! What a set is made of: steps, each a run, and a plan that says which comes next.

use crate::engine::{EngineError, RunOptions};
use crate::judge::set::Done;
use crate::message::label::Label;
use crate::table::processing_activities;
use std::time::Duration;

/// A run that is to be done.
pub struct Step {
    /// What it is called, as in `copy-binary 5000 #2`; unique in its set.
    pub label: String,
    /// What it is for: the row of the table that it belongs to.
    pub role: String,
    /// The run. Its place and where its results go are the set's to say.
    pub options: RunOptions,
    /// Settings of a target that are changed for this run alone, and undone after it.
    pub altered: Vec<(String, String)>,
}

/// Says what comes next. Nothing but what is done decides: no clock, no
/// chance. So a set that was stopped goes on as if it never had been, and a
/// plan is tested on constructed records.
pub trait Plan: Sync {
    /// What comes after `done`; None where nothing does.
    fn next(&self, done: &[Done]) -> Option<Step>;

    /// How many steps there will be after `done`, these included; None where
    /// that depends on what they show.
    fn total(&self, done: &[Done]) -> Option<usize>;

    /// The most connections that a step has in its pools.
    ///
    /// # Errors
    /// Where a step's options contradict each other: so the user hears of it
    /// before the first run.
    fn connections(&self) -> Result<u32, EngineError>;

    /// Whether the runs share one place. Else each run starts a private server
    /// by its own options, a fresh one, and removes it.
    fn shares_place(&self) -> bool {
        true
    }

    /// Whether this run needs a place of its own though the others share one.
    fn is_apart(&self, _step: &Step) -> bool {
        false
    }

    /// Whether a run that this error kept from being carried through is one of
    /// the set, and the next one is made all the same. Else it ends the set.
    fn keeps_failure(&self, _step: &Step, _error: &EngineError) -> bool {
        false
    }

    /// What is to be said before the step after `done`.
    fn announces(&self, _done: &[Done]) -> Option<Label> {
        None
    }

    /// How long the rest will take, where that can be told from `done`.
    fn time_left(&self, _done: &[Done]) -> Option<Duration> {
        None
    }
}

/// Connections in the pools of a run by `options`.
///
/// # Errors
/// Where the options contradict each other.
pub fn connections(options: &RunOptions) -> Result<u32, EngineError> {
    let scenario = options.scenario(&processing_activities::table(options.key))?;
    Ok(scenario.write_pool + scenario.read_pool)
}
