//! Injects a fault while the load runs, heals it, and waits for the recovery.

use super::commits::{self, Commits, Span};
use crate::faults::{Fault as FaultKind, FaultError, Kind, Scene};
use crate::message::Lang;
use crate::model::fault::Fault;
use crate::model::observed::FaultNote;
use rand::RngExt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How often it is looked whether the load has recovered.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How often healing is tried, how long one attempt may take, and how long is
/// waited in between.
const HEALINGS: u32 = 60;
const HEAL_WITHIN: Duration = Duration::from_secs(60);
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

/// What came of an injection.
enum Held {
    /// It was injected, and lasted as long as it was to.
    Whole(Span),
    /// The load was over while it was being injected.
    CutShort(Span),
    /// It couldn't be injected.
    Never,
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
        let seconds = |at: Instant| began().map(|b| at.saturating_duration_since(b).as_secs_f64());
        let held = self.hold(&mut fault).await;
        if let Held::Whole(span) | Held::CutShort(span) = held {
            fault.injected_at_s = seconds(span.injected);
            fault.healed_at_s = seconds(span.healed);
        }
        let Held::Whole(span) = held else { return fault };
        let is_back = self.unless_over(self.recovery(span, before)).await;
        self.enough.cancel();
        commits::enter(&mut fault, &self.commits.all(), span, before);
        let within_s = self.plan.recovery.as_secs_f64();
        let missed = match (fault.recovered_s, fault.before_rows_per_s, is_back) {
            (Some(_), ..) => None,
            (None, None, _) => Some(FaultNote::NothingBefore {}),
            (None, Some(_), None) => Some(FaultNote::LoadOverBeforeRecovery {}),
            (None, Some(_), Some(())) => Some(FaultNote::NotRecovered { within_s }),
        };
        fault.is_recovered = match &missed {
            None => Some(true),
            Some(FaultNote::NotRecovered { .. }) => Some(false),
            Some(_) => None,
        };
        fault.notes.extend(missed.map(Into::into));
        fault
    }

    /// Injects and heals.
    async fn hold(&self, fault: &mut Fault) -> Held {
        let mut kind = (self.plan.kind.make)();
        let injected = Instant::now();
        let hit = self.unless_over(kind.inject(self.scene)).await;
        if let Some(Ok(_)) = &hit {
            self.unless_over(tokio::time::sleep(self.plan.kind.hold)).await;
        }
        // Whatever happened: what was begun is undone.
        fault.is_healed = Some(self.heal(kind.as_mut(), fault).await);
        fault.notes.extend(kind.notes().into_iter().map(Into::into));
        match hit {
            Some(Ok(hit)) => {
                fault.hit = hit;
                Held::Whole(Span { injected, healed: Instant::now() })
            }
            Some(Err(error)) => {
                let (en, vi) = words(&error);
                fault.notes.push(match error {
                    FaultError::ThroughTls {} => FaultNote::ThroughTls {}.into(),
                    _ => FaultNote::NotInjected { en, vi }.into(),
                });
                self.enough.cancel();
                Held::Never
            }
            None => {
                fault.notes.push(FaultNote::LoadOverMeanwhile {}.into());
                Held::CutShort(Span { injected, healed: Instant::now() })
            }
        }
    }

    /// Undoes it, in several attempts where it must be. Whether that was done.
    async fn heal(&self, kind: &mut dyn FaultKind, fault: &mut Fault) -> bool {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let after_s = HEAL_WITHIN.as_secs();
            let healed = tokio::time::timeout(HEAL_WITHIN, kind.heal(self.scene)).await;
            let Err(error) = healed.unwrap_or(Err(FaultError::TookTooLong { after_s })) else {
                return true;
            };
            if attempts == HEALINGS {
                let (en, vi) = words(&error);
                fault.notes.push(FaultNote::NotHealed { en, vi }.into());
                return false;
            }
            tokio::time::sleep(HEAL_AGAIN).await;
        }
    }

    /// Waits until the load is as before, for as long as it may take.
    async fn recovery(&self, span: Span, before: Duration) {
        let mut seen = Fault::default();
        // The last moment at which it may be back, and the window that shows it.
        let until = span.healed + self.plan.recovery + commits::WINDOW + LOOK_EVERY;
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
