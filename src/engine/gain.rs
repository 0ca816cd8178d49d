//! The baseline phase and the gain over it.

use super::EngineError;
use crate::message::doing;
use crate::model::record::{Baseline, Gain};
use crate::model::{Reason, RunRecord, Unavailable};
use crate::session::{Session, SessionError, Target};
use crate::stats::Recorder;
use crate::work::baseline::{Baseline as Measurement, Measured};
use std::time::Instant;

/// Round trips that are timed.
const PINGS: u32 = 200;

/// Both halves of the baseline, and the round trip that explains them.
pub struct BaselinePhase {
    serial: Measured,
    concurrent: Option<Measured>,
    round_trip_ms: Option<f64>,
}

/// Measures one row a transaction by `serial` on one connection, as the seed's
/// API did, and on `connections`, as many as the burst has at once.
///
/// # Errors
/// Where a connection or a statement fails.
pub async fn measure(serial: Measurement, connections: u32) -> Result<BaselinePhase, EngineError> {
    let round_trip_ms = round_trip_ms(&serial.target).await?;
    let concurrent = Measurement { connections, first_batch: 2, ..serial.clone() };
    let serial = serial.measure().await?;
    let concurrent = match connections {
        0 | 1 => None,
        _ => Some(concurrent.measure().await?),
    };
    Ok(BaselinePhase { serial, concurrent, round_trip_ms })
}

/// The median of empty queries on an idle connection.
async fn round_trip_ms(target: &Target) -> Result<Option<f64>, SessionError> {
    let session = Session::open(target, "pgvalidate baseline").await?;
    let mut recorder = Recorder::default();
    for _ in 0..PINGS {
        let sent = Instant::now();
        session
            .client
            .batch_execute("")
            .await
            .map_err(SessionError::statement(doing::TIMING_ROUND_TRIP))?;
        recorder.record(sent.elapsed());
    }
    Ok(recorder.distribution().map(|d| d.p50))
}

/// Puts the gain into the record, once the load is there.
pub fn enter(record: &mut RunRecord, phase: &BaselinePhase) {
    let rows_per_s = record.load.as_ref().map(|l| l.rows_per_s).filter(|rate| *rate > 0.0);
    let mut unavailable = Vec::new();
    let mut half = |path: &str, measured: &Measured| {
        let baseline = entry(measured, rows_per_s);
        if baseline.is_none() {
            let reason = Reason::BaselineNotProved {
                acknowledged: measured.acknowledged,
                attempted: measured.attempted,
                found: measured.found,
            };
            unavailable.push(Unavailable { path: path.to_owned(), reason: reason.into() });
        }
        baseline
    };
    let serial = half("gain.serial", &phase.serial);
    let concurrent = phase.concurrent.as_ref().and_then(|m| half("gain.concurrent", m));
    if phase.concurrent.is_none() {
        // The burst has one connection at once: the serial half is this one too.
        let reason = Reason::SameAs { path: "gain.serial".to_owned() }.into();
        unavailable.push(Unavailable { path: "gain.concurrent".to_owned(), reason });
    }
    record.unavailable.extend(unavailable);
    record.gain = Some(Gain { serial, concurrent, round_trip_ms: phase.round_trip_ms });
}

/// None where the rows don't add up, or there are none.
fn entry(measured: &Measured, load_rows_per_s: Option<f64>) -> Option<Baseline> {
    let commit_ms = measured.commit.distribution().filter(|_| measured.is_proved())?;
    let elapsed_s = measured.elapsed.as_secs_f64();
    let rows_per_s = measured.acknowledged as f64 / elapsed_s;
    Some(Baseline {
        connections: measured.connections,
        rows: measured.acknowledged,
        elapsed_s,
        rows_per_s,
        ratio: load_rows_per_s.map(|rate| rate / rows_per_s),
        commit_ms,
    })
}
