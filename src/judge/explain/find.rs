//! Finds stalls: seconds whose response times stand out from the run's own
//! spread. Neighbouring ones are one stall.

use crate::model::Reason;
use crate::model::series::Point;
use crate::stats::spread::{median, spread};

/// With fewer seconds in which something was finished, none can stand out from
/// the others.
const SECONDS_NEEDED: usize = 10;

/// A second stands out beyond so many standard deviations of the logarithm of
/// the seconds' p99 (latencies vary by factors, not by sums): by chance one
/// second in 30,000, which is eight hours.
const SIGMAS: f64 = 4.0;

/// However even a run is, a second that is not twice as slow as usual is no stall.
const FACTOR: f64 = 2.0;

/// Nor is one that is slower by less than this: as much comes from the
/// scheduling of a busy machine, and nobody notices it.
const FLOOR_MS: f64 = 50.0;

/// A limit above this, and above so many times what is usual, finds nothing
/// that anybody would miss: it comes from response times that grow or jump all
/// the while, as those of a backlog do, and not from an even run.
const USELESS_MS: f64 = 5_000.0;
const USELESS_FACTOR: f64 = 10.0;

/// A second is as bad as the worst of its stall from this share of it on.
const NEAR_WORST: f64 = 0.8;

/// What was found.
pub(super) struct Found {
    /// Seconds that were looked at: in which something was finished, or open.
    pub seconds: u32,
    /// The median of the seconds' p99.
    pub usual_ms: f64,
    /// Beyond this a second stands out.
    pub limit_ms: f64,
    /// The stalls.
    pub intervals: Vec<Interval>,
}

/// A stall.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Interval {
    /// Its first second.
    pub from: u32,
    /// The second after its last.
    pub until: u32,
    /// The greatest p99, or how long nothing was finished.
    pub response_ms: f64,
    /// The first second in which its slow batches were open all the while.
    pub open_from: u32,
    /// The last second as bad as its worst: what comes after it is the backlog.
    pub worst: u32,
}

/// Why it says nothing that nothing stood out: only what nobody could miss would.
pub(in crate::judge) fn too_uneven(usual_ms: f64, limit_ms: f64) -> Option<Reason> {
    let is_useless = limit_ms > USELESS_MS.max(USELESS_FACTOR * usual_ms);
    let (usual_ms, limit_s) = (usual_ms.round() as u64, (limit_ms / 1_000.0).round() as u64);
    is_useless.then_some(Reason::TooUneven { usual_ms, limit_s })
}

/// Finds the stalls of a series.
///
/// # Errors
/// Why there are none to be found: too few seconds, or seconds that differ too
/// much for one to stand out.
pub(super) fn find(series: &[Point]) -> Result<Found, Reason> {
    let p99s: Vec<f64> = series.iter().filter_map(p99).filter(|p99| *p99 > 0.0).collect();
    let too_few =
        Reason::TooFewSeconds { seconds: p99s.len() as u64, needed: SECONDS_NEEDED as u64 };
    if p99s.len() < SECONDS_NEEDED {
        return Err(too_few);
    }
    let logarithms: Vec<f64> = p99s.iter().map(|p99| p99.ln()).collect();
    let (Some(usual_ms), Some(sigma)) = (median(&p99s), spread(&logarithms)) else {
        return Err(too_few);
    };
    let limit_ms = (usual_ms * (SIGMAS * sigma).exp().max(FACTOR)).max(usual_ms + FLOOR_MS);
    let levels = levels(series, limit_ms);
    let mut stalls: Vec<Vec<Level>> = Vec::new();
    for level in levels.iter().copied().filter(|level| level.ms > limit_ms) {
        match stalls.last_mut() {
            Some(stall) if stall.last().is_some_and(|last| last.second + 1 == level.second) => {
                stall.push(level);
            }
            _ => stalls.push(vec![level]),
        }
    }
    let intervals: Vec<_> = stalls.iter().filter_map(|stall| interval(stall)).collect();
    if let Some(reason) = too_uneven(usual_ms, limit_ms).filter(|_| intervals.is_empty()) {
        return Err(reason);
    }
    Ok(Found { seconds: levels.len() as u32, usual_ms, limit_ms, intervals })
}

/// How slow a second was.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Level {
    second: u32,
    ms: f64,
    /// The first whole second in which a batch was open that took so long.
    open_from: u32,
}

/// Neighbouring seconds with how slow each was.
fn interval(stall: &[Level]) -> Option<Interval> {
    let (from, until) = (stall.first()?.second, stall.last()?.second + 1);
    let response_ms = stall.iter().map(|level| level.ms).fold(0.0, f64::max);
    let mut worst = stall.iter().filter(|level| level.ms >= NEAR_WORST * response_ms);
    let worst = worst.next_back()?.second;
    let up_to_worst = stall.iter().filter(|level| level.second <= worst);
    let open_from = up_to_worst.map(|level| level.open_from).min()?;
    Some(Interval { from, until, response_ms, open_from, worst })
}

/// The first whole second in which a batch was open that took `level_ms` and
/// ended in the middle of `second`.
fn open_from(second: u32, level_ms: f64) -> u32 {
    // The cast saturates at 0.
    ((f64::from(second) + 0.5 - level_ms / 1_000.0).ceil() as u32).min(second)
}

fn p99(point: &Point) -> Option<f64> {
    point.response_ms.as_ref().map(|response| response.p99)
}

/// How slow each second was, where that can be said.
fn levels(series: &[Point], limit_ms: f64) -> Vec<Level> {
    let mut levels = Vec::with_capacity(series.len());
    let mut silent: Vec<u32> = Vec::new();
    for point in series {
        let finished = point.batches + point.failed > 0;
        if !finished && point.queue_depth.is_some_and(|open| open > 0) {
            silent.push(point.second);
            continue;
        }
        if finished {
            levels.extend(silence(&silent, Some(point), limit_ms));
        }
        silent.clear();
        let second = point.second;
        levels.extend(p99(point).map(|ms| Level { second, ms, open_from: open_from(second, ms) }));
    }
    levels.extend(silence(&silent, None, limit_ms));
    levels
}

/// Seconds in which nothing was finished though batches were open. They are a
/// stall where a batch was open all the while, as the first that was finished
/// `after` them shows: where batches are rare or long, such seconds are usual.
fn silence(silent: &[u32], after: Option<&Point>, limit_ms: f64) -> Vec<Level> {
    let silence_ms = silent.len() as f64 * 1_000.0;
    let open_throughout = after.is_none_or(|point| {
        let longest = point.response_ms.as_ref().map(|response| response.max);
        point.failed > 0 || longest.is_some_and(|longest| longest >= silence_ms)
    });
    let ms = if open_throughout && silence_ms > limit_ms { silence_ms } else { 0.0 };
    // What was open was so since the silence began, and maybe before.
    let open_from = silent.first().copied().unwrap_or_default();
    silent.iter().map(|second| Level { second: *second, ms, open_from }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::series::PointLatency;

    fn point(second: u32, p99: Option<f64>) -> Point {
        let response_ms = p99.map(|p99| PointLatency {
            mean: p99 / 2.0,
            p50: p99 / 2.0,
            p95: p99,
            p99,
            max: p99,
            histogram: String::new(),
        });
        let batches = u64::from(p99.is_some());
        Point { second, batches, queue_depth: Some(1), response_ms, ..Point::default() }
    }

    fn series(p99s: &[Option<f64>]) -> Vec<Point> {
        (0..).zip(p99s).map(|(second, p99)| point(second, *p99)).collect()
    }

    fn intervals(p99s: &[Option<f64>]) -> Vec<(u32, u32, f64)> {
        let found = find(&series(p99s)).unwrap();
        found.intervals.iter().map(|i| (i.from, i.until, i.response_ms)).collect()
    }

    #[test]
    fn few_seconds_are_no_measure() {
        let reason = Reason::TooFewSeconds { seconds: 9, needed: 10 };
        assert_eq!(find(&series(&[Some(5.0); 9])).err(), Some(reason));
        assert!(find(&series(&[Some(5.0); 10])).is_ok());
    }

    #[test]
    fn neighbouring_seconds_are_one_stall() {
        let mut p99s = vec![Some(100.0); 30];
        (p99s[10], p99s[11], p99s[20]) = (Some(900.0), Some(1_400.0), Some(250.0));
        assert_eq!(intervals(&p99s), [(10, 12, 1_400.0), (20, 21, 250.0)]);
        let found = find(&series(&p99s)).unwrap();
        assert_eq!((found.seconds, found.usual_ms, found.limit_ms), (30, 100.0, 200.0));
        assert_eq!((found.intervals[0].worst, found.intervals[0].open_from), (11, 10));
        // What took ten seconds was open for ten; what follows the worst is its backlog.
        (p99s[25], p99s[26], p99s[27]) = (Some(10_000.0), Some(9_000.0), Some(4_000.0));
        let last = find(&series(&p99s)).unwrap().intervals.pop().unwrap();
        assert_eq!((last.from, last.until, last.worst, last.open_from), (25, 28, 26, 16));
    }

    #[test]
    fn what_nobody_notices_is_no_stall() {
        let mut p99s = vec![Some(1.0); 30];
        p99s[10] = Some(50.0);
        assert_eq!(intervals(&p99s), []);
        p99s[10] = Some(52.0);
        assert_eq!(intervals(&p99s), [(10, 11, 52.0)]);
    }

    #[test]
    fn silence_is_a_stall_where_a_batch_was_open_all_the_while() {
        let mut p99s = vec![Some(100.0); 30];
        (p99s[10], p99s[11], p99s[12]) = (None, None, Some(2_400.0));
        assert_eq!(intervals(&p99s), [(10, 13, 2_400.0)]);
        // Nothing was open for long: the next batch just came late.
        p99s[12] = Some(100.0);
        assert_eq!(intervals(&p99s), []);
        // Nothing was finished any more.
        let mut ends = vec![Some(100.0); 30];
        (ends[28], ends[29]) = (None, None);
        assert_eq!(intervals(&ends), [(28, 30, 2_000.0)]);
    }

    #[test]
    fn where_nothing_could_stand_out_there_is_no_word_of_none() {
        // A backlog that grows by a tenth of a second a second, and by a hundredth.
        let growing = |ms: u32| (1..=60).map(|n| Some(f64::from(n * ms))).collect::<Vec<_>>();
        let reason = Reason::TooUneven { usual_ms: 3_050, limit_s: 51 };
        assert_eq!(find(&series(&growing(100))).err(), Some(reason));
        let slower = find(&series(&growing(9))).unwrap();
        assert!(slower.limit_ms < USELESS_MS && slower.intervals.is_empty());
        // Whatever is found all the same is a fact.
        let mut with_one = growing(100);
        with_one[40] = Some(100_000.0);
        assert_eq!(intervals(&with_one), [(40, 41, 100_000.0)]);
        // Slow, but alike: a limit far up says something there.
        let slow = find(&series(&[Some(30_000.0); 30])).unwrap();
        assert_eq!(slow.limit_ms, 60_000.0);
    }

    #[test]
    fn batches_that_always_take_seconds_leave_seconds_empty() {
        let p99s: Vec<_> = (0..40).map(|n| (n % 2 == 0).then_some(2_900.0)).collect();
        assert_eq!(intervals(&p99s), []);
    }
}
