//! The watchdog: looks once a second, beside everything that a run does from
//! its first write on, at what has a limit, and ends the run as a signal would
//! where a limit is crossed. (The guard is something else: the process that
//! cleans up a private server.)

mod sight;

use super::signals::Stop;
use crate::model::limits::{Limits, Watched};
use crate::model::observed::WatchNote;
use crate::probes::watch::{FreeBytes, Watch};
use crate::session::Target;
use sight::Sight;
use std::time::{Duration, Instant, SystemTime};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How long after the beginning of a look the next one begins.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A look that costs much is made less often: it may take this share of the time.
const MOST_OF_THE_TIME: u32 = 50;

/// But not less often than that.
const LOOK_AT_LEAST_EVERY: Duration = Duration::from_secs(10);

/// What is watched, and for whom.
pub(super) struct Order {
    pub(super) target: Target,
    pub(super) limits: Limits,
    pub(super) run_id: Uuid,
    /// Goes on where a limit can't be watched.
    pub(super) yes: bool,
    /// Stands in for the file systems of the server, in tests.
    pub(super) free_bytes: Option<FreeBytes>,
}

/// A watchdog at work.
pub(super) struct Watchdog {
    task: JoinHandle<Option<Watched>>,
    is_over: CancellationToken,
}

impl Watchdog {
    /// Looks for the first time, and then on until the run is over; None where
    /// there is no limit.
    pub(super) async fn start(order: Order, stop: &Stop) -> Option<Watchdog> {
        let Order { target, limits, run_id, yes, free_bytes } = order;
        if limits.is_none() {
            return None;
        }
        let mut watch = Watch::new(&target, limits, run_id, free_bytes);
        let mut sight = Sight::new(limits, yes, Instant::now());
        let began = Instant::now();
        // Before the first write: what is written is counted from here.
        look(&mut watch, &mut sight, stop).await;
        let (stop, is_over) = (stop.clone(), CancellationToken::new());
        let over = is_over.clone();
        let mut took = began.elapsed();
        let whole_run = stop.clone();
        let looking = tokio::spawn(async move {
            loop {
                let pause = (took * MOST_OF_THE_TIME).clamp(LOOK_EVERY, LOOK_AT_LEAST_EVERY);
                tokio::select! {
                    () = over.cancelled() => return sight.watched(),
                    () = stop.token().cancelled() => return sight.watched(),
                    () = tokio::time::sleep(pause.saturating_sub(took)) => {}
                }
                let began = Instant::now();
                look(&mut watch, &mut sight, &stop).await;
                took = began.elapsed();
            }
        });
        let task = tokio::spawn(async move {
            let watched = looking.await.ok();
            if watched.is_none() && !yes {
                // Nobody looks any more: the run has no limits.
                whole_run.cross(blind(limits).into());
            }
            watched
        });
        Some(Watchdog { task, is_over })
    }

    /// Ends it; what it saw. None where it came to an end by itself, by a panic.
    pub(super) async fn finish(self) -> Option<Watched> {
        self.is_over.cancel();
        self.task.await.ok().flatten()
    }
}

/// What there is to say where the watchdog itself failed.
fn blind(limits: Limits) -> WatchNote {
    let flags = [
        ("--min-free", limits.min_free_bytes.is_some()),
        ("--max-lag", limits.limits_lag()),
        ("--disk-budget", limits.disk_budget_bytes.is_some()),
    ];
    let flags: Vec<&str> = flags.into_iter().filter(|(_, is)| *is).map(|(flag, _)| flag).collect();
    WatchNote::WatchBlind {
        flag: flags.join(", "),
        blind_s: 0,
        detail: "the watchdog came to an end by a panic".to_owned(),
        at: super::results::utc(SystemTime::now()),
    }
}

async fn look(watch: &mut Watch, sight: &mut Sight, stop: &Stop) {
    let look = watch.look().await;
    let at = super::results::utc(SystemTime::now());
    if let Some(crossed) = sight.judge(&look, Instant::now(), &at) {
        stop.cross(crossed.into());
    }
}
