//! A CHECKPOINT before the load and one after it, whose time counts: what a
//! load leaves in memory has to be written some day. Without it a setting that
//! puts checkpoints off would look like one that saves them.

use super::EngineError;
use super::place::Place;
use super::run::{Run, unless_stopped};
use crate::message::doing;
use crate::model::{Reason, RunRecord, Unavailable};
use crate::session::{Session, SessionError, Target};
use std::time::{Duration, Instant};

/// The path of what is measured.
const PATH: &str = "load.closing_checkpoint_s";

impl Run<'_, '_> {
    /// Before the load, so that a run doesn't write what the one before left.
    /// A private server's warm-up ended with one.
    pub(super) async fn opening_checkpoint(&self, place: &Place) -> Result<(), EngineError> {
        if self.options.closing_checkpoint && place.private.is_none() {
            let name = self.name("checkpoint");
            let made = async { Ok(checkpoint(&place.target, &name).await?) };
            unless_stopped(self.stop, made).await?;
        }
        Ok(())
    }

    /// After the last snapshot of the statistics, which don't have it.
    pub(super) async fn closing_checkpoint(&self, record: &mut RunRecord, place: &Place) {
        if !self.options.closing_checkpoint || self.stop.is_stopped() {
            return;
        }
        let Some(load) = &mut record.load else { return };
        let name = self.name("checkpoint");
        let made = async { Ok(checkpoint(&place.target, &name).await?) };
        match unless_stopped(self.stop, made).await {
            Err(EngineError::Stopped) => {}
            Ok(took) => {
                let closing_s = took.as_secs_f64();
                load.closing_checkpoint_s = Some(closing_s);
                let all_s = load.elapsed_s + closing_s;
                load.checkpointed_rows_per_s = Some(load.rows_acknowledged as f64 / all_s);
            }
            Err(error) => record.unavailable.push(Unavailable {
                path: PATH.to_owned(),
                reason: Reason::QueryFailed { error: error.to_string() }.into(),
            }),
        }
    }
}

async fn checkpoint(target: &Target, name: &str) -> Result<Duration, SessionError> {
    let session = Session::open(target, name).await?;
    let began = Instant::now();
    let failed = SessionError::statement(doing::CHECKPOINTING);
    session.client.batch_execute("CHECKPOINT").await.map_err(failed)?;
    Ok(began.elapsed())
}
