//! A stretch of a soak: warm-up, measuring, draining, while the ledger is kept
//! ahead of the writers.

use super::EngineError;
use super::phases::Phases;
use super::place::Place;
use super::run::{Run, unless_stopped};
use super::shape::Stretch;
use crate::ledger::schema;
use crate::message::label::Label;
use crate::model::{Scenario, scenario};
use crate::session::{Session, SessionError, Target};
use crate::work::soak::{Arrival, Numbers, Soak, Soaked};
use crate::work::{Deal, Seams, WriteContext};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The ledger is to be ahead of the writers by as much as they use up in that time.
const AHEAD: Duration = Duration::from_secs(10);

/// Batches that are entered at once, at least and at most.
const BLOCK: (i32, i32) = (1_000, 100_000);

/// How long a server that was lost may take to come back.
const SERVER_BACK_WITHIN: Duration = Duration::from_secs(60);

/// How often it is looked how far the writers are.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Batches of an open loop that may be due and not finished with. One that
/// waits takes some kilobytes, so these take no more than a hundred megabytes.
const OPEN_MOST: u32 = 10_000;

/// What a stretch of a soak by this scenario does, measured from `measured_from` on.
pub(super) fn plan(
    scenario: &Scenario,
    soak: &scenario::Soak,
    stretch: &Stretch,
    measured_from: Instant,
    seams: &Seams,
) -> Soak {
    let warm_up = Duration::from_secs_f64(stretch.warm_up_s);
    let tenants = stretch.part_of(scenario.tenants);
    Soak {
        arrival: match stretch.profile(soak, scenario.size) {
            Some(profile) => Arrival::Open { profile: Arc::new(profile) },
            None => Arrival::Closed { writers: stretch.part_of(soak.writers.unwrap_or(1)) },
        },
        began: measured_from.checked_sub(warm_up).unwrap_or(measured_from),
        measured_from,
        until: measured_from + Duration::from_secs_f64(stretch.duration_s),
        rows: scenario.size,
        deal: Deal::new(soak.skew, tenants, scenario.seed),
        open_most: seams.open_most.unwrap_or(OPEN_MOST),
    }
}

/// Writes, and shows where it is: what is `measured` and what comes behind it.
pub(super) async fn write(
    phases: &mut Phases<'_>,
    context: &Arc<WriteContext>,
    plan: &Soak,
    numbers: &Arc<Numbers>,
    measured: &Label,
) -> Result<Soaked, EngineError> {
    let work = plan.carry_out(context, numbers);
    tokio::pin!(work);
    let steps =
        [("measure", measured, plan.measured_from), ("drain", &Label::Draining {}, plan.until)];
    for (name, label, at) in steps {
        tokio::select! {
            ended = &mut work => return Ok(ended?),
            () = tokio::time::sleep_until(at.into()) => phases.begin(name, label),
        }
    }
    Ok(work.await?)
}

impl Run<'_, '_> {
    /// Enters the first batches of `plan` into the ledger, and keeps it ahead.
    pub(super) async fn registrar(
        &self,
        place: &Place,
        context: &WriteContext,
        plan: Soak,
        numbers: Numbers,
    ) -> Result<(Registrar, Arc<Numbers>), EngineError> {
        let numbers = Arc::new(numbers);
        let entering = async {
            let entering = Entering { target: place.target.clone(), name: self.name("register") };
            let stop = context.stop.clone();
            Ok(Registrar::start(entering, self.run_id, plan, numbers.clone(), stop).await?)
        };
        Ok((unless_stopped(self.stop, entering).await?, numbers))
    }
}

/// Where and as whom batches are entered: on a session for each block, since
/// blocks are far apart and the server may restart between them.
pub(super) struct Entering {
    pub(super) target: Target,
    pub(super) name: String,
}

/// Enters batches into the ledger, ahead of the writers, until it is finished with.
pub(super) struct Registrar {
    stop: CancellationToken,
    task: tokio::task::JoinHandle<Result<(), SessionError>>,
}

impl Registrar {
    /// Enters the first block, then goes on in the background. Where it can't
    /// go on, `failed` is cancelled: no batch may begin that the ledger hasn't.
    pub(super) async fn start(
        entering: Entering,
        run_id: Uuid,
        soak: Soak,
        numbers: Arc<Numbers>,
        failed: CancellationToken,
    ) -> Result<Registrar, SessionError> {
        let first = match &soak.arrival {
            Arrival::Open { profile } => block(profile.peak()),
            Arrival::Closed { writers } => BLOCK.0.max(*writers as i32 * 4),
        };
        let before = numbers.registered();
        let ahead = Ahead { entering, run_id, soak, numbers, before };
        let last = ahead.last_of(first);
        ahead.enter(before + 1..=last).await?;
        ahead.numbers.entered(last);
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let kept = ahead.keep(stopped).await;
            if kept.is_err() {
                failed.cancel();
            }
            kept
        });
        Ok(Registrar { stop, task })
    }

    /// Ends it.
    pub(super) async fn finish(self) -> Result<(), SessionError> {
        self.stop.cancel();
        match self.task.await {
            Ok(kept) => kept,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
}

/// The ledger ahead of the writers.
struct Ahead {
    entering: Entering,
    run_id: Uuid,
    soak: Soak,
    numbers: Arc<Numbers>,
    /// The number before the first that is entered here.
    before: i32,
}

impl Ahead {
    async fn keep(&self, stop: CancellationToken) -> Result<(), SessionError> {
        tokio::select! {
            () = stop.cancelled() => Ok(()),
            kept = self.keep_on() => kept,
        }
    }

    async fn keep_on(&self) -> Result<(), SessionError> {
        let mut at = self.entering.target.reached();
        let (mut used, mut since) = (self.numbers.next(), Instant::now());
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let reached = self.entering.target.reached();
            if reached != at {
                // A standby that took over may lack what was entered last.
                self.insist(self.before + 1..=self.numbers.registered()).await?;
                at = reached;
            }
            let next = self.numbers.next();
            let rate = f64::from(next - used) / since.elapsed().as_secs_f64();
            let wanted = block(rate);
            if self.numbers.registered() - next < wanted / 2 {
                let last = self.last_of(wanted);
                self.insist(self.numbers.registered() + 1..=last).await?;
                self.numbers.entered(last);
                (used, since) = (next, Instant::now());
            }
        }
    }

    /// Enters them, trying again while the server may be restarting.
    async fn insist(&self, numbers: RangeInclusive<i32>) -> Result<(), SessionError> {
        let deadline = Instant::now() + SERVER_BACK_WITHIN;
        loop {
            match self.enter(numbers.clone()).await {
                Err(error) if Instant::now() > deadline => return Err(error),
                Err(_) => tokio::time::sleep(LOOK_EVERY).await,
                Ok(()) => return Ok(()),
            }
        }
    }

    /// The last of so many more.
    fn last_of(&self, count: i32) -> i32 {
        self.numbers.registered().saturating_add(count)
    }

    /// Enters them where they aren't there.
    async fn enter(&self, numbers: RangeInclusive<i32>) -> Result<(), SessionError> {
        let session = Session::open(&self.entering.target, &self.entering.name).await?;
        let batches: Vec<_> = numbers
            .map(|number| self.soak.batch(self.run_id, number))
            .map(|batch| (batch.key.tenant_no, batch.key.batch_no, batch.rows))
            .collect();
        schema::enter_batches(&session.client, self.run_id, &batches).await
    }
}

/// How many batches last [`AHEAD`].
fn block(rate: f64) -> i32 {
    ((rate * AHEAD.as_secs_f64()) as i32).clamp(BLOCK.0, BLOCK.1)
}
