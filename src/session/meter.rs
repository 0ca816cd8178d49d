//! How busy a pool is: connections in use over time, measured by us and not
//! asked of the pool, so that every engine is measured alike.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The width over which the peak is averaged: a momentary spike is no peak.
const WINDOW: Duration = Duration::from_secs(1);

/// Measures the connections in use, time-weighted, in windows of a second.
#[derive(Debug)]
pub struct Meter {
    state: Mutex<State>,
    /// The meter of the whole pool, where this one is of a part of its users.
    whole: Option<Arc<Meter>>,
}

#[derive(Debug)]
struct State {
    began: Instant,
    last_change: Instant,
    in_use: u32,
    in_use_max: u32,
    /// Connection-seconds since `began`.
    area_s: f64,
    /// Connection-seconds in the window under way, and when it began.
    window_area_s: f64,
    window_began: Instant,
    /// The greatest mean of a whole window.
    peak: Option<f64>,
    timeouts: u64,
    discarded: u64,
    hindered: u64,
}

/// What a meter saw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// The most connections in use at one moment.
    pub in_use_max: u32,
    /// The highest mean over one second; over all the time where it was shorter.
    pub in_use_peak: f64,
    /// The mean over all the time.
    pub in_use_mean: f64,
    /// Waits for a connection that took too long.
    pub timeouts: u64,
    /// Connections thrown away.
    pub discarded: u64,
    /// Waits for a connection that others than the pool's own users brought about.
    pub hindered: u64,
}

impl State {
    fn advance(&mut self, now: Instant) {
        while now.saturating_duration_since(self.window_began) >= WINDOW {
            let end = self.window_began + WINDOW;
            self.add(end);
            let mean = self.window_area_s / WINDOW.as_secs_f64();
            self.peak = Some(self.peak.map_or(mean, |p| p.max(mean)));
            self.window_area_s = 0.0;
            self.window_began = end;
        }
        self.add(now);
    }

    fn add(&mut self, until: Instant) {
        let held = until.saturating_duration_since(self.last_change).as_secs_f64();
        let area = held * f64::from(self.in_use);
        self.area_s += area;
        self.window_area_s += area;
        self.last_change = self.last_change.max(until);
    }
}

impl Default for Meter {
    fn default() -> Self {
        Meter::new(Instant::now())
    }
}

impl Meter {
    /// A meter that measures from `now`.
    pub fn new(now: Instant) -> Meter {
        Meter {
            state: Mutex::new(State {
                began: now,
                last_change: now,
                in_use: 0,
                in_use_max: 0,
                area_s: 0.0,
                window_area_s: 0.0,
                window_began: now,
                peak: None,
                timeouts: 0,
                discarded: 0,
                hindered: 0,
            }),
            whole: None,
        }
    }

    /// A meter of some users of a pool, who count in that of the whole pool too.
    pub(super) fn part_of(whole: Arc<Meter>) -> Meter {
        Meter { whole: Some(whole), ..Meter::default() }
    }

    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Forgets all but what is in use now: the measure phase begins.
    pub fn restart(&self, now: Instant) {
        self.with(|s| {
            let in_use = s.in_use;
            *s = Meter::new(now).state.into_inner().unwrap_or_else(PoisonError::into_inner);
            (s.in_use, s.in_use_max) = (in_use, in_use);
        });
    }

    /// A connection was taken out.
    pub fn taken(&self, now: Instant) {
        self.whole.iter().for_each(|whole| whole.taken(now));
        self.with(|s| {
            s.advance(now);
            s.in_use += 1;
            s.in_use_max = s.in_use_max.max(s.in_use);
        });
    }

    /// A connection was given back, or thrown away.
    pub fn returned(&self, now: Instant, discarded: bool) {
        self.whole.iter().for_each(|whole| whole.returned(now, discarded));
        self.with(|s| {
            s.advance(now);
            s.in_use = s.in_use.saturating_sub(1);
            s.discarded += u64::from(discarded);
        });
    }

    /// Connections in use now.
    pub fn in_use(&self) -> u32 {
        self.with(|s| s.in_use)
    }

    /// Connections of the whole pool in use now, whoever uses them.
    pub fn in_use_by_all(&self) -> u32 {
        self.whole.as_ref().map_or_else(|| self.in_use(), |whole| whole.in_use())
    }

    /// A wait for a connection took too long.
    pub fn timed_out(&self) {
        self.whole.iter().for_each(|whole| whole.timed_out());
        self.with(|s| s.timeouts += 1);
    }

    /// A wait for a connection was brought about by others.
    pub(super) fn hindered(&self) {
        self.with(|s| s.hindered += 1);
    }

    /// What was seen until `now`.
    pub fn usage(&self, now: Instant) -> Usage {
        self.with(|s| {
            s.advance(now);
            let elapsed_s = now.saturating_duration_since(s.began).as_secs_f64();
            let mean = if elapsed_s > 0.0 { s.area_s / elapsed_s } else { f64::from(s.in_use) };
            Usage {
                in_use_max: s.in_use_max,
                // The last part of a second is in no window: the peak is no less than the mean.
                in_use_peak: s.peak.map_or(mean, |peak| peak.max(mean)),
                in_use_mean: mean,
                timeouts: s.timeouts,
                discarded: s.discarded,
                hindered: s.hindered,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(t0: Instant, ms: u64) -> Instant {
        t0 + Duration::from_millis(ms)
    }

    #[test]
    fn the_peak_is_the_highest_whole_second() {
        let t0 = Instant::now();
        let meter = Meter::new(t0);
        meter.taken(at(t0, 0));
        meter.taken(at(t0, 500)); // first second: 1 and 2, mean 1.5
        meter.returned(at(t0, 1_250), false); // second: 2 for 0.25 s, 1 for 0.75 s: 1.25
        meter.returned(at(t0, 2_500), true); // third: 1 for 0.5 s
        let usage = meter.usage(at(t0, 3_000));
        assert_eq!(usage.in_use_max, 2);
        assert!((usage.in_use_peak - 1.5).abs() < 1e-9);
        assert!((usage.in_use_mean - (1.5 + 1.25 + 0.5) / 3.0).abs() < 1e-9);
        assert_eq!(usage.discarded, 1);
    }

    #[test]
    fn a_run_below_a_second_is_averaged_over_its_length() {
        let t0 = Instant::now();
        let meter = Meter::new(t0);
        meter.taken(at(t0, 100));
        let usage = meter.usage(at(t0, 400));
        assert!((usage.in_use_peak - 0.75).abs() < 1e-9);
    }

    #[test]
    fn restarting_keeps_what_is_in_use() {
        let t0 = Instant::now();
        let meter = Meter::new(t0);
        meter.taken(t0);
        meter.restart(at(t0, 5_000));
        let usage = meter.usage(at(t0, 6_000));
        assert_eq!(usage.in_use_max, 1);
        assert!((usage.in_use_mean - 1.0).abs() < 1e-9);
    }
}
