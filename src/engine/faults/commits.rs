//! When rows were acknowledged, as finely as they were: what a recovery is
//! timed by.

use crate::model::fault::Fault;
use crate::work::{BatchOutcome, Ending, Observer};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// The share of the rows of before at which a load is as before.
const RECOVERED_SHARE: f64 = 0.8;

/// Over how long a rate is taken.
const WINDOW: Duration = Duration::from_secs(1);

/// Every batch that was acknowledged: when, and its rows.
pub struct Commits {
    all: Mutex<Vec<(Instant, u32)>>,
    seen: watch::Sender<usize>,
}

impl Default for Commits {
    fn default() -> Commits {
        Commits { all: Mutex::default(), seen: watch::channel(0).0 }
    }
}

impl Observer for Commits {
    fn finished(&self, outcome: &BatchOutcome, at: Instant) {
        if outcome.ending == Ending::Succeeded {
            let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
            all.push((at, outcome.rows));
            self.seen.send_replace(all.len());
        }
    }
}

impl Commits {
    /// Waits for the first, and says when it was.
    pub async fn first(&self) -> Option<Instant> {
        let mut seen = self.seen.subscribe();
        seen.wait_for(|count| *count > 0).await.ok()?;
        self.all().first().map(|(at, _)| *at)
    }

    /// All of them so far, in the order of their ends.
    pub fn all(&self) -> Vec<(Instant, u32)> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner).clone();
        all.sort_unstable_by_key(|(at, _)| *at);
        all
    }
}

/// When a fault began and ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Before the first thing was done.
    pub injected: Instant,
    /// When all was undone.
    pub healed: Instant,
}

/// Enters how fast it was around a fault, from `commits` in their order.
/// `before` is how long is looked back.
pub fn enter(fault: &mut Fault, commits: &[(Instant, u32)], span: Span, before: Duration) {
    let from = span.injected.checked_sub(before).unwrap_or(span.injected);
    let rate = |from: Instant, to: Instant| {
        let length_s = to.saturating_duration_since(from).as_secs_f64();
        (length_s > 0.0).then(|| rows(commits, from, to) / length_s)
    };
    fault.before_rows_per_s = rate(from, span.injected);
    fault.during_rows_per_s = rate(span.injected, span.healed);
    let first = commits.iter().map(|(at, _)| *at).find(|at| *at >= span.healed);
    fault.first_commit_s = first.map(|at| (at - span.healed).as_secs_f64());
    fault.recovered_s = fault
        .before_rows_per_s
        .and_then(|before| recovered(commits, span.healed, before))
        .map(|at| (at - span.healed).as_secs_f64());
}

/// The beginning of the first window from `healed` on that has the rows of
/// before; None where no whole window had.
pub fn recovered(
    commits: &[(Instant, u32)],
    healed: Instant,
    before_rows_per_s: f64,
) -> Option<Instant> {
    let last = commits.last()?.0;
    let enough = before_rows_per_s * RECOVERED_SHARE * WINDOW.as_secs_f64();
    // A window with more rows than the one before it begins at a commit.
    let later = commits.iter().map(|(at, _)| *at).filter(|at| *at > healed);
    std::iter::once(healed)
        .chain(later)
        .take_while(|from| *from + WINDOW <= last)
        .find(|from| rows(commits, *from, *from + WINDOW) >= enough)
}

/// Rows from `from` to just before `to`.
fn rows(commits: &[(Instant, u32)], from: Instant, to: Instant) -> f64 {
    let begin = commits.partition_point(|(at, _)| *at < from);
    let end = commits.partition_point(|(at, _)| *at < to);
    commits[begin..end.max(begin)].iter().map(|(_, rows)| f64::from(*rows)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A batch of ten rows at each of these milliseconds.
    fn commits(began: Instant, at_ms: impl IntoIterator<Item = u64>) -> Vec<(Instant, u32)> {
        at_ms.into_iter().map(|ms| (began + Duration::from_millis(ms), 10)).collect()
    }

    #[test]
    fn a_load_that_stood_still_recovers_where_its_rows_are_back() {
        let began = Instant::now();
        let at = |ms| began + Duration::from_millis(ms);
        // 100 rows a second; nothing from 3 s to 6.5 s; half of it until 8 s.
        let times = (0..30).map(|n| n * 100).chain((0..8).map(|n| 6_500 + n * 200));
        let commits = commits(began, times.chain((0..21).map(|n| 8_100 + n * 100)));
        let mut fault = Fault::default();
        let span = Span { injected: at(3_000), healed: at(5_000) };
        enter(&mut fault, &commits, span, Duration::from_secs(3));
        assert_eq!(fault.before_rows_per_s, Some(100.0));
        assert_eq!(fault.during_rows_per_s, Some(0.0));
        assert_eq!(fault.first_commit_s, Some(1.5));
        // From 7.7 s on: 7.7, 7.9 and six of the tenths from 8.1 on are 80 rows.
        assert_eq!(fault.recovered_s, Some(2.7));
    }

    #[test]
    fn what_never_stopped_is_back_at_once_and_what_ended_never() {
        let began = Instant::now();
        let at = |ms| began + Duration::from_millis(ms);
        let steady = commits(began, (0..60).map(|n| n * 100));
        assert_eq!(recovered(&steady, at(3_000), 100.0), Some(at(3_000)));
        assert_eq!(recovered(&steady[..35], at(3_000), 100.0), None);
        assert_eq!(recovered(&[], at(0), 100.0), None);
    }
}
