//! Injects a fault while the load runs, heals it, and waits for the recovery.

use super::commits::{self, Commits, Span};
use crate::faults::{FaultError, Kind, Scene};
use crate::message::Lang;
use crate::model::fault::Fault;
use crate::model::observed::FaultNote;
use rand::RngExt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How often it is looked whether the load has recovered.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How often healing is tried, and how long is waited in between.
const HEALINGS: u32 = 20;
const HEAL_AGAIN: Duration = Duration::from_millis(500);

/// A fault, and when it comes.
#[derive(Debug, Clone, Copy)]
pub struct FaultPlan {
    /// Which.
    pub kind: Kind,
    /// How long the load runs before, at least; up to half as much more by the seed.
    pub before: Duration,
    /// How long the load may take to recover.
    pub recovery: Duration,
}

/// A fault beside a load.
pub struct Injection<'a> {
    /// What and when.
    pub plan: FaultPlan,
    /// Where.
    pub scene: &'a Scene<'a>,
    /// What the load did.
    pub commits: Arc<Commits>,
    /// Cancelled when the load is over, by itself or as the run is to end.
    pub over: CancellationToken,
    /// Cancelled when the load may end: all was seen.
    pub enough: CancellationToken,
}

impl Injection<'_> {
    /// Does it. `began` says when the measure phase began, once it has.
    pub async fn carry_out(self, began: impl Fn() -> Option<Instant>) -> Fault {
        let mut fault = Fault { name: self.plan.kind.name.to_owned(), ..Fault::default() };
        fault.notes.extend(self.plan.kind.caveat.map(|caveat| caveat().into()));
        let before = self.before();
        let first = async {
            let first = self.commits.first().await;
            tokio::time::sleep_until((first.unwrap_or_else(Instant::now) + before).into()).await;
        };
        if self.unless_over(first).await.is_none() {
            fault.notes.push(FaultNote::LoadOverFirst {}.into());
            return fault;
        }
        let Some(span) = self.hold(&mut fault).await else { return fault };
        let seconds = |at: Instant| began().map(|b| at.saturating_duration_since(b).as_secs_f64());
        fault.injected_at_s = seconds(span.injected);
        fault.healed_at_s = seconds(span.healed);
        let is_back = self.unless_over(self.recovery(span, before)).await;
        self.enough.cancel();
        commits::enter(&mut fault, &self.commits.all(), span, before);
        if fault.recovered_s.is_none() {
            let within_s = self.plan.recovery.as_secs_f64();
            fault.notes.push(match is_back {
                None => FaultNote::LoadOverBeforeRecovery {}.into(),
                Some(()) => FaultNote::NotRecovered { within_s }.into(),
            });
        }
        fault
    }

    /// Injects and heals. None where it couldn't be injected.
    async fn hold(&self, fault: &mut Fault) -> Option<Span> {
        let mut kind = (self.plan.kind.make)();
        let injected = Instant::now();
        let hit = self.unless_over(kind.inject(self.scene)).await;
        if let Some(Ok(_)) = &hit {
            self.unless_over(tokio::time::sleep(self.plan.kind.hold)).await;
        }
        // Whatever happened: what was begun is undone.
        let mut healed = kind.heal(self.scene).await;
        for _ in 1..HEALINGS {
            if healed.is_ok() {
                break;
            }
            tokio::time::sleep(HEAL_AGAIN).await;
            healed = kind.heal(self.scene).await;
        }
        if let Err(error) = healed {
            let (en, vi) = words(&error);
            fault.notes.push(FaultNote::NotHealed { en, vi }.into());
        }
        match hit {
            Some(Ok(hit)) => {
                fault.hit = hit;
                Some(Span { injected, healed: Instant::now() })
            }
            Some(Err(error)) => {
                let (en, vi) = words(&error);
                fault.notes.push(FaultNote::NotInjected { en, vi }.into());
                self.enough.cancel();
                None
            }
            None => {
                fault.notes.push(FaultNote::LoadOverFirst {}.into());
                None
            }
        }
    }

    /// Waits until the load is as before, for as long as it may take.
    async fn recovery(&self, span: Span, before: Duration) {
        let mut seen = Fault::default();
        let until = span.healed + self.plan.recovery;
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            commits::enter(&mut seen, &self.commits.all(), span, before);
            if seen.recovered_s.is_some() || Instant::now() >= until {
                return;
            }
        }
    }

    fn before(&self) -> Duration {
        let share = self.scene.chance().random_range(1.0..1.5);
        self.plan.before.mul_f64(share)
    }

    async fn unless_over<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.over.cancelled() => None,
            done = work => Some(done),
        }
    }
}

fn words(error: &FaultError) -> (String, String) {
    (error.words(Lang::En), error.words(Lang::Vi))
}
