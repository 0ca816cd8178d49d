//! What the tool itself does in each second: connections in use, batches that
//! wait, and its own processor time.

use super::process::process_cpu_s;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// How often the gauges are read.
const EVERY: Duration = Duration::from_millis(100);

/// The gauges at a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Connections in use.
    pub in_use: u32,
    /// Batches waiting for one.
    pub waiting: u64,
    /// Batches due and not finished with.
    pub open: u64,
}

/// One second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClientSecond {
    /// Which, from 0.
    pub second: u32,
    /// The mean of the samples.
    pub in_use: f64,
    /// The mean of the samples.
    pub waiting: f64,
    /// The most of the samples.
    pub queue_depth: u64,
    /// Processors that were busy.
    pub cpu: f64,
}

/// Reads the gauges until it is stopped.
pub struct ClientSampler {
    stop: CancellationToken,
    task: JoinHandle<Vec<ClientSecond>>,
}

impl ClientSampler {
    /// Reads `gauges` from `began` on, which may lie ahead.
    pub fn start(
        began: Instant,
        gauges: impl Fn() -> Gauges + Send + Sync + 'static,
    ) -> ClientSampler {
        let stop = CancellationToken::new();
        let task = tokio::spawn(watch(began, gauges, stop.clone()));
        ClientSampler { stop, task }
    }

    /// Ends it.
    pub async fn finish(self) -> Vec<ClientSecond> {
        self.stop.cancel();
        match self.task.await {
            Ok(seconds) => seconds,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
}

async fn watch(
    began: Instant,
    gauges: impl Fn() -> Gauges,
    stop: CancellationToken,
) -> Vec<ClientSecond> {
    tokio::select! {
        () = stop.cancelled() => return Vec::new(),
        () = tokio::time::sleep_until(began.into()) => {}
    }
    let mut tick = tokio::time::interval_at(began.into(), EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut seconds = Vec::new();
    let mut under_way = Sum::begin(0, process_cpu_s(), began);
    loop {
        let stopped = tokio::select! {
            () = stop.cancelled() => true,
            _ = tick.tick() => false,
        };
        let now = Instant::now();
        let second = now.saturating_duration_since(began).as_secs() as u32;
        if second > under_way.second || stopped {
            let cpu_s = process_cpu_s();
            seconds.extend(under_way.end(cpu_s, now));
            under_way = Sum::begin(second, cpu_s, now);
        }
        if stopped {
            return seconds;
        }
        under_way.add(gauges());
    }
}

/// The samples of a second.
struct Sum {
    second: u32,
    began_cpu_s: f64,
    began: Instant,
    samples: u32,
    in_use: u64,
    waiting: u64,
    queue_depth: u64,
}

impl Sum {
    fn begin(second: u32, began_cpu_s: f64, began: Instant) -> Sum {
        Sum { second, began_cpu_s, began, samples: 0, in_use: 0, waiting: 0, queue_depth: 0 }
    }

    fn add(&mut self, gauges: Gauges) {
        self.samples += 1;
        self.in_use += u64::from(gauges.in_use);
        self.waiting += gauges.waiting;
        self.queue_depth = self.queue_depth.max(gauges.open);
    }

    /// None where there was no sample.
    fn end(&self, cpu_s: f64, now: Instant) -> Option<ClientSecond> {
        let mean = |sum: u64| sum as f64 / f64::from(self.samples);
        let elapsed_s = now.saturating_duration_since(self.began).as_secs_f64();
        (self.samples > 0 && elapsed_s > 0.0).then(|| ClientSecond {
            second: self.second,
            in_use: mean(self.in_use),
            waiting: mean(self.waiting),
            queue_depth: self.queue_depth,
            cpu: (cpu_s - self.began_cpu_s) / elapsed_s,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_is_the_mean_of_its_samples() {
        let began = Instant::now();
        let mut sum = Sum::begin(3, 1.0, began);
        assert_eq!(sum.end(1.5, began + Duration::from_secs(1)), None);
        sum.add(Gauges { in_use: 2, waiting: 0, open: 5 });
        sum.add(Gauges { in_use: 4, waiting: 1, open: 3 });
        let seen = sum.end(1.5, began + Duration::from_secs(1)).unwrap();
        let expected =
            ClientSecond { second: 3, in_use: 3.0, waiting: 0.5, queue_depth: 5, cpu: 0.5 };
        assert_eq!(seen, expected);
    }
}
