//! The sampler: while the load runs it asks the server once a second for its
//! counters and ten times a second for what backends do, one statement after
//! the other on one session of its own outside the pools.
//!
//! It never fails a run: what it can't see becomes a gap with a reason. After
//! a restart of the server it connects again and goes on.

use super::activity::Seen;
use super::evidence::Evidence;
use super::link::Link;
use super::options::SamplerOptions;
use super::snapshot::View;
use super::watched::Watched;
use super::{sections, snapshot};
use crate::model::database::{Cache, Database};
use crate::model::record::{SamplerCost, WaitCount};
use crate::model::series::ServerPoint;
use crate::model::tuning::Tuning;
use crate::model::{Note, Reason, Unavailable};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::{CancellationToken, DropGuard};

/// How often it is looked what backends do.
const TICK: Duration = Duration::from_millis(100);

/// Ticks a second.
const TICKS: u64 = 10;

/// How often the caches are read for whoever watches live, in seconds.
const CACHE_EVERY_S: u32 = 10;

/// How long counters may go on moving after the writers are done.
const SETTLES_WITHIN: Duration = Duration::from_secs(3);

/// How often it is looked whether they stand still. Up to 14 a collector
/// process publishes them, twice a second; from 15 on backends do, as they end.
const LOOK_EVERY: [Duration; 2] = [Duration::from_millis(600), Duration::from_millis(100)];

/// Is told of every second that is complete: which, what the server did in
/// it, and the sums until now.
pub type OnSecond = Arc<dyn Fn(u32, &ServerPoint, &Database) + Send + Sync>;

/// What was sampled.
#[derive(Debug)]
pub struct Sampled {
    /// The sums; None where nothing was read before the load was over.
    pub database: Option<Database>,
    /// What the tuning rules need besides; likewise.
    pub tuning: Option<Tuning>,
    /// By second of the measure phase.
    pub points: BTreeMap<u32, ServerPoint>,
    /// WAL by its insert position: what was generated in the measure phase and
    /// not, as counters have it, published in it.
    pub inserted_wal_bytes: Option<u64>,
    /// What our COPYs waited for.
    pub copy_waits: Vec<WaitCount>,
    /// Why that was never seen.
    pub copy_waits_error: Option<String>,
    /// What it cost.
    pub cost: SamplerCost,
    /// What couldn't be seen.
    pub unavailable: Vec<Unavailable>,
    /// What a reader should know besides.
    pub findings: Vec<Note>,
}

/// A sampler that waits to begin.
pub struct Sampler {
    options: SamplerOptions,
    link: Link,
    evidence: Evidence,
    on_second: Option<OnSecond>,
}

/// A sampler at work.
pub struct Sampling {
    began: Instant,
    stop: CancellationToken,
    task: JoinHandle<State>,
    // A run that breaks off takes its sampler with it.
    _guard: DropGuard,
}

/// What the task works on.
struct State {
    options: SamplerOptions,
    link: Link,
    on_second: Option<OnSecond>,
    evidence: Evidence,
    /// What the caches did, as whoever watches live was told last.
    cache: Option<Cache>,
    watched: Watched,
    began: Instant,
    ended: Instant,
    /// The next second at whose beginning a snapshot is due.
    next_second: u64,
    last_tick: Option<u64>,
    ticks_missed: u64,
    stands_still: bool,
    /// Made at the end, with what couldn't be read for it; None where nothing
    /// was read before.
    database: Option<Database>,
    tuning: Option<Tuning>,
    missing: Vec<Unavailable>,
}

impl Sampler {
    /// Opens the sampler's session. It never fails: where there is no session
    /// it is tried again each second.
    pub async fn open(options: SamplerOptions) -> Sampler {
        let target = options.target.clone();
        let mut link = Link::new(target, options.application_name.clone(), options.version_num);
        link.open().await;
        let evidence = Evidence::new(&options);
        Sampler { options, link, evidence, on_second: None }
    }

    /// Tells `on_second` of every second that is complete.
    pub fn observed(self, on_second: Option<OnSecond>) -> Sampler {
        Sampler { on_second, ..self }
    }

    /// Samples from `at` on, when the measure phase begins. Where that isn't
    /// ahead, the phase begins when the first snapshot was taken, and this
    /// returns then.
    pub async fn begin(self, at: Instant) -> Sampling {
        let Sampler { options, mut link, mut evidence, on_second } = self;
        link.begin_counting();
        let is_ahead = at > Instant::now();
        if !is_ahead {
            evidence.begin(&mut link, &options).await;
        }
        let first = if is_ahead { None } else { link.snapshot().await };
        let began = at.max(Instant::now());
        let mut watched = Watched::new(began);
        if let Some(first) = first {
            watched.snapshot(first, false);
        }
        let state = State {
            options,
            link,
            on_second,
            evidence,
            cache: None,
            watched,
            began,
            ended: began,
            next_second: u64::from(!is_ahead),
            last_tick: None,
            ticks_missed: 0,
            stands_still: true,
            database: None,
            tuning: None,
            missing: Vec::new(),
        };
        let stop = CancellationToken::new();
        let task = tokio::spawn(state.watch(stop.clone()));
        Sampling { began, _guard: stop.clone().drop_guard(), stop, task }
    }
}

impl Sampling {
    /// When the measure phase began, or will.
    pub fn began(&self) -> Instant {
        self.began
    }

    /// Ends it. To be called when the writers' sessions are closed: it waits,
    /// for a few seconds at most, until their last statistics have arrived.
    pub async fn finish(self) -> Sampled {
        self.stop.cancel();
        match self.task.await {
            Ok(state) => state.into_sampled(),
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
}

impl State {
    async fn watch(mut self, stop: CancellationToken) -> State {
        let mut tick = tokio::time::interval_at(self.began.into(), TICK);
        // Ticks that an answer was too late for are left out, not made up for.
        tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                _ = tick.tick() => self.tick().await,
            }
        }
        self.ended = Instant::now();
        self.end().await;
        self
    }

    async fn tick(&mut self) {
        let now = self.began.elapsed().as_millis() as u64 / TICK.as_millis() as u64;
        if let Some(last) = self.last_tick.replace(now) {
            self.ticks_missed += now.saturating_sub(last + 1);
        }
        if now / TICKS >= self.next_second {
            self.next_second = now / TICKS + 1;
            self.second(false).await;
        }
        self.look().await;
    }

    /// What is done once a second.
    async fn second(&mut self, is_end: bool) {
        if !self.link.is_open() {
            self.link.open().await;
        }
        let Some(snapshot) = self.link.snapshot().await else { return };
        let complete = self.watched.snapshot(snapshot, is_end);
        let point = complete.and_then(|second| self.watched.points.get_mut(&second));
        self.evidence.second(point);
        // Only now, so that the first snapshot isn't late.
        self.evidence.begin(&mut self.link, &self.options).await;
        if !is_end {
            self.evidence.peaks(&mut self.link).await;
        }
        if let Some(second) = complete {
            self.tell(second).await;
        }
    }

    /// Tells whoever watches live. A statement over all tables every second
    /// would be much for whoever has thousands.
    async fn tell(&mut self, second: u32) {
        let Some(on_second) = &self.on_second else { return };
        if second.is_multiple_of(CACHE_EVERY_S) {
            self.cache = self.evidence.cache(&mut self.link, &self.options).await;
        }
        if let Some(point) = self.watched.points.get(&second) {
            let totals = self.watched.database(self.link.facts.as_ref());
            on_second(second, point, &Database { cache: self.cache.clone(), ..totals });
        }
    }

    async fn look(&mut self) {
        let Some(rows) = self.link.ask("activity").await else { return };
        let seen: Vec<Seen> = rows
            .iter()
            .map(|row| Seen {
                who: snapshot::text(row, "who").unwrap_or_default(),
                event: snapshot::text(row, "event").unwrap_or_default(),
                copies: row.try_get("copies").unwrap_or_default(),
                backends: snapshot::count(row, "backends").unwrap_or_default(),
            })
            .collect();
        let sees_all = self.link.facts.as_ref().is_some_and(|facts| facts.sees_all);
        self.watched.look(Instant::now(), &seen, sees_all);
    }

    /// The last second, which may be a part of one, and the last snapshot.
    async fn end(&mut self) {
        let cost = self.link.cost;
        if self.watched.is_empty() {
            let path = "database".to_owned();
            self.missing.push(Unavailable { path, reason: self.link.why_not("snapshot") });
            return;
        }
        self.second(true).await;
        self.stands_still = self.settle().await;
        let last = self.link.snapshot().await;
        let end = last.as_ref().map_or_else(Instant::now, |snapshot| snapshot.at);
        if let Some(last) = last {
            self.watched.last(last);
        }
        self.watched.totals.end(end);
        let mut database = self.watched.database(self.link.facts.as_ref());
        let elapsed = self.ended.saturating_duration_since(self.began);
        let evidence = std::mem::replace(&mut self.evidence, Evidence::new(&self.options));
        let (tuning, missing) = evidence
            .end(
                &mut self.link,
                &self.options,
                &self.watched.checkpointer,
                (self.began, elapsed),
                &mut database,
            )
            .await;
        (self.tuning, self.missing) = (Some(tuning), missing);
        self.database = Some(database);
        self.link.cost = cost;
    }

    /// Waits until the writers' backends are gone and what they counted stands
    /// still. False where it didn't in time, or nobody answers.
    async fn settle(&mut self) -> bool {
        let look_every = LOOK_EVERY[usize::from(self.link.major() >= 15)];
        let deadline = self.ended + SETTLES_WITHIN;
        let mut before = None;
        while Instant::now() < deadline {
            let rows = self.link.ask("settled").await.unwrap_or_default();
            let now = rows.first().map(|row| {
                let of = |name| snapshot::count(row, name);
                (of("backends"), of("rows_inserted"), of("rows_updated"))
            });
            if now == before && matches!(now, Some((Some(0), _, _))) {
                return true;
            }
            before = now;
            tokio::time::sleep(look_every).await;
            if !self.link.is_open() {
                self.link.open().await;
            }
        }
        false
    }

    fn into_sampled(self) -> Sampled {
        let State { options, link, watched, began, ended, ticks_missed, .. } = self;
        let State { stands_still, database, tuning, missing, .. } = self;
        let facts = link.facts.as_ref();
        let major = options.version_num / 10_000;
        let looks = watched.activity.looks;
        let mut unavailable = database.as_ref().map_or_else(Vec::new, |database| {
            sections::unavailable(database, &watched.totals, facts, (&link.errors, looks), major)
        });
        unavailable.extend(missing);
        if watched.late > 0 {
            let reason = Reason::SnapshotsLate { intervals: watched.late }.into();
            unavailable.push(Unavailable { path: "series.server".to_owned(), reason });
        }
        let moved = Reason::CountersMoved { after_s: SETTLES_WITHIN.as_secs() as u32 };
        let measured_s = ended.saturating_duration_since(began).as_secs_f64();
        let elapsed_s = link.cost.elapsed.as_secs_f64();
        let error = link.errors.get("activity").or_else(|| link.errors.get("open"));
        Sampled {
            database,
            tuning,
            inserted_wal_bytes: watched.totals.of(View::Lsn, "bytes"),
            copy_waits: watched.activity.copy_waits(),
            copy_waits_error: error.filter(|_| watched.activity.looks == 0).cloned(),
            points: watched.points,
            cost: SamplerCost {
                queries: link.cost.queries,
                elapsed_s,
                share_of_time: if measured_s > 0.0 { elapsed_s / measured_s } else { 0.0 },
                share_of_statements: None,
                ticks_missed,
            },
            unavailable,
            findings: (!stands_still).then(|| moved.into()).into_iter().collect(),
        }
    }
}
