//! What the looks say together: which limit is crossed, and what couldn't be
//! seen for too long. A function of what was seen and when.

use crate::model::limits::{Limits, Watched};
use crate::model::observed::WatchNote;
use crate::model::size::Bytes;
use crate::probes::watch::{Follower, Free, Look, Written};
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// A limit that can't be watched for longer ends the run: long enough for a
/// restart of the server, or for a standby to come back.
const BLIND_MOST: Duration = Duration::from_secs(30);

/// How many positions of the WAL are remembered, one a look.
const POSITIONS_MOST: usize = 100_000;

/// What was seen until now.
pub(super) struct Sight {
    limits: Limits,
    /// Goes on blindly.
    yes: bool,
    watched: Watched,
    /// Where the WAL began, and how large the tables were: those of a ledger
    /// that is there already are not the run's.
    began: Option<u64>,
    /// Where the server was when, for the time that a standby is behind.
    positions: VecDeque<(Instant, u64)>,
    /// The most standbys of each name that were there at once.
    most: BTreeMap<String, usize>,
    free: Last,
    lag: Last,
    written: Last,
}

/// When something was seen last, and why not since.
struct Last {
    flag: &'static str,
    at: Instant,
    detail: String,
}

impl Last {
    fn new(flag: &'static str, at: Instant) -> Last {
        Last { flag, at, detail: String::new() }
    }

    fn seen(&mut self, now: Instant) {
        self.at = now;
    }

    /// What there is to say where it couldn't be seen for too long.
    fn unseen(&mut self, detail: &str, now: Instant, at: &str) -> Option<WatchNote> {
        detail.clone_into(&mut self.detail);
        let blind = now.saturating_duration_since(self.at);
        (blind > BLIND_MOST).then(|| WatchNote::WatchBlind {
            flag: self.flag.to_owned(),
            blind_s: blind.as_secs(),
            detail: self.detail.clone(),
            at: at.to_owned(),
        })
    }
}

impl Sight {
    /// Nothing seen yet.
    pub(super) fn new(limits: Limits, yes: bool, now: Instant) -> Sight {
        Sight {
            limits,
            yes,
            watched: Watched::default(),
            began: None,
            positions: VecDeque::new(),
            most: BTreeMap::new(),
            free: Last::new("--min-free", now),
            lag: Last::new("--max-lag", now),
            written: Last::new("--disk-budget", now),
        }
    }

    /// What was seen until now.
    pub(super) fn watched(&self) -> Watched {
        self.watched
    }

    /// The limit that this look, made at `now`, which is `at` for people, shows
    /// to be crossed.
    pub(super) fn judge(&mut self, look: &Look, now: Instant, at: &str) -> Option<WatchNote> {
        self.watched.looks += 1;
        let free = look.free.as_ref().and_then(|free| self.judge_free(free, now, at));
        let lag = look.followers.as_ref().and_then(|them| self.judge_lag(them, now, at));
        let written = look.written.as_ref().and_then(|it| self.judge_written(it, now, at));
        free.or(lag).or(written)
    }

    fn judge_free(
        &mut self,
        free: &Result<Free, String>,
        now: Instant,
        at: &str,
    ) -> Option<WatchNote> {
        let free = match free {
            Ok(free) => free,
            Err(detail) => {
                // What may be written is limited in its place.
                let goes_on = self.yes || self.limits.disk_budget_bytes.is_some();
                return self.free.unseen(detail, now, at).filter(|_| !goes_on);
            }
        };
        self.free.seen(now);
        let least = self.watched.free_bytes_min.map_or(free.bytes, |least| least.min(free.bytes));
        self.watched.free_bytes_min = Some(least);
        let limit = self.limits.min_free_bytes.filter(|limit| free.bytes < *limit)?;
        Some(WatchNote::FreeCrossed {
            free_bytes: Bytes(free.bytes),
            limit_bytes: Bytes(limit),
            path: free.path.display().to_string(),
            at: at.to_owned(),
        })
    }

    fn judge_lag(
        &mut self,
        followers: &Result<Vec<Follower>, String>,
        now: Instant,
        at: &str,
    ) -> Option<WatchNote> {
        let followers = match followers {
            Ok(followers) => followers,
            Err(detail) => return self.lag.unseen(detail, now, at).filter(|_| !self.yes),
        };
        let seen: Vec<(&Follower, u64)> =
            followers.iter().filter_map(|f| Some((f, f.replayed_bytes?))).collect();
        if let Some((first, _)) = seen.first() {
            self.remember(now, first.written_bytes, seen.iter().map(|(_, at)| *at).min());
        }
        let mut crossed = None;
        for (follower, replayed) in &seen {
            let behind_bytes = follower.written_bytes.saturating_sub(*replayed);
            let behind_s = match behind_bytes {
                0 => 0.0,
                _ => self.since(*replayed, now).max(follower.replay_lag_s.unwrap_or(0.0)),
            };
            let most = &mut self.watched;
            most.lag_bytes_max = Some(most.lag_bytes_max.unwrap_or(0).max(behind_bytes));
            most.lag_s_max = Some(most.lag_s_max.unwrap_or(0.0).max(behind_s));
            crossed = crossed.or_else(|| self.beyond(follower, behind_bytes, behind_s, at));
        }
        let gone = self.gone(&seen);
        let detail = match (followers.len() > seen.len(), gone) {
            (false, None) => {
                self.lag.seen(now);
                return crossed;
            }
            (false, Some(name)) => format!("a standby that was connected is gone: {name}"),
            (true, _) => "the role may not see how far the standbys are behind".to_owned(),
        };
        crossed.or(self.lag.unseen(&detail, now, at).filter(|_| !self.yes))
    }

    /// A standby that was there and isn't any more.
    fn gone(&mut self, seen: &[(&Follower, u64)]) -> Option<String> {
        let mut now: BTreeMap<&str, usize> = BTreeMap::new();
        for (follower, _) in seen {
            *now.entry(&follower.name).or_default() += 1;
        }
        for (name, count) in &now {
            let most = self.most.entry((*name).to_owned()).or_default();
            *most = (*most).max(*count);
        }
        let is_gone = |(name, most): &(&String, &usize)| {
            now.get(name.as_str()).is_none_or(|count| count < *most)
        };
        self.most.iter().find(is_gone).map(|(name, _)| name.clone())
    }

    fn beyond(
        &self,
        follower: &Follower,
        behind_bytes: u64,
        behind_s: f64,
        at: &str,
    ) -> Option<WatchNote> {
        let (standby, at) = (follower.name.clone(), at.to_owned());
        if let Some(limit) = self.limits.max_lag_bytes.filter(|limit| behind_bytes > *limit) {
            let (behind_bytes, limit_bytes) = (Bytes(behind_bytes), Bytes(limit));
            return Some(WatchNote::LagSizeCrossed { standby, behind_bytes, limit_bytes, at });
        }
        let limit_s = self.limits.max_lag_s.filter(|limit| behind_s > *limit)?;
        Some(WatchNote::LagTimeCrossed { standby, behind_s, limit_s, at })
    }

    /// Remembers where the server is, and forgets what every standby has replayed.
    fn remember(&mut self, now: Instant, written: u64, replayed: Option<u64>) {
        if self.positions.back().is_none_or(|(_, last)| *last < written) {
            self.positions.push_back((now, written));
        }
        let is_replayed = |(_, at): &(Instant, u64)| replayed.is_some_and(|r| *at <= r);
        while self.positions.front().is_some_and(is_replayed)
            || self.positions.len() > POSITIONS_MOST
        {
            self.positions.pop_front();
        }
    }

    /// How long ago the server was first seen beyond `replayed`, in seconds. A
    /// standby that says nothing any more is so behind too, while what the
    /// server tells of it stands still.
    fn since(&self, replayed: u64, now: Instant) -> f64 {
        let first = self.positions.iter().find(|(_, written)| *written > replayed);
        first.map_or(0.0, |(at, _)| now.saturating_duration_since(*at).as_secs_f64())
    }

    fn judge_written(
        &mut self,
        written: &Result<Written, String>,
        now: Instant,
        at: &str,
    ) -> Option<WatchNote> {
        let written = match written {
            Ok(written) => written,
            Err(detail) => return self.written.unseen(detail, now, at).filter(|_| !self.yes),
        };
        self.written.seen(now);
        let began = *self.began.get_or_insert(written.wal_bytes);
        let bytes = written.wal_bytes.saturating_sub(began).saturating_add(written.tables_bytes);
        self.watched.written_bytes = Some(self.watched.written_bytes.unwrap_or(0).max(bytes));
        let budget = self.limits.disk_budget_bytes.filter(|budget| bytes > *budget)?;
        Some(WatchNote::BudgetCrossed {
            written_bytes: Bytes(bytes),
            budget_bytes: Bytes(budget),
            at: at.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks at whole seconds, and what comes of them.
    struct Looks {
        sight: Sight,
        began: Instant,
    }

    impl Looks {
        fn with(limits: Limits, yes: bool) -> Looks {
            let began = Instant::now();
            Looks { sight: Sight::new(limits, yes, began), began }
        }

        fn at(&mut self, second: u64, look: Look) -> Option<WatchNote> {
            self.sight.judge(&look, self.began + Duration::from_secs(second), "now")
        }
    }

    fn free(bytes: u64) -> Look {
        Look { free: Some(Ok(Free { path: "/d".into(), bytes })), ..Look::default() }
    }

    fn standby(replayed: Option<u64>, written: u64, replay_lag_s: Option<f64>) -> Follower {
        let name = "a".to_owned();
        Follower { name, replayed_bytes: replayed, written_bytes: written, replay_lag_s }
    }

    fn followers(followers: Vec<Follower>) -> Look {
        Look { followers: Some(Ok(followers)), ..Look::default() }
    }

    #[test]
    fn free_disk_is_held_to_the_byte() {
        let limits = Limits { min_free_bytes: Some(100), ..Limits::default() };
        let mut looks = Looks::with(limits, false);
        assert_eq!(looks.at(0, free(500)), None);
        assert_eq!(looks.at(1, free(100)), None);
        assert!(matches!(
            looks.at(2, free(99)),
            Some(WatchNote::FreeCrossed { free_bytes: Bytes(99), limit_bytes: Bytes(100), .. })
        ));
        assert_eq!(looks.sight.watched().free_bytes_min, Some(99));
        assert_eq!(looks.sight.watched().looks, 3);
    }

    #[test]
    fn a_limit_that_cannot_be_watched_ends_the_run_unless_the_user_said_so() {
        let unseen = || Look { free: Some(Err("lost".to_owned())), ..Look::default() };
        let limits = Limits { min_free_bytes: Some(100), ..Limits::default() };
        let mut looks = Looks::with(limits, false);
        assert_eq!(looks.at(1, free(500)), None);
        assert_eq!(looks.at(31, unseen()), None);
        let blind = looks.at(32, unseen());
        assert!(
            matches!(&blind, Some(WatchNote::WatchBlind { flag, blind_s: 31, detail, .. })
                if flag == "--min-free" && detail == "lost"),
            "{blind:?}"
        );
        assert_eq!(Looks::with(limits, true).at(99, unseen()), None);
        let budget = Limits { disk_budget_bytes: Some(1), ..limits };
        assert_eq!(Looks::with(budget, false).at(99, unseen()), None);
    }

    #[test]
    fn lag_in_bytes_and_in_time() {
        let by_size = Limits { max_lag_bytes: Some(100), ..Limits::default() };
        let mut looks = Looks::with(by_size, false);
        assert_eq!(looks.at(0, followers(vec![standby(Some(0), 100, Some(9.0))])), None);
        assert!(matches!(
            looks.at(1, followers(vec![standby(Some(50), 60, None), standby(Some(0), 101, None)])),
            Some(WatchNote::LagSizeCrossed { behind_bytes: Bytes(101), .. })
        ));
        assert_eq!(looks.sight.watched().lag_bytes_max, Some(101));

        let by_time = Limits { max_lag_s: Some(3.0), ..Limits::default() };
        let mut looks = Looks::with(by_time, false);
        // Its last lag was long, and it has caught up.
        assert_eq!(looks.at(0, followers(vec![standby(Some(10), 10, Some(9.0))])), None);
        // What the server tells of a standby that hangs stands still; our own clock doesn't.
        for (second, written) in [(1, 20), (2, 30), (3, 40), (4, 50)] {
            let stuck = standby(Some(10), written, Some(0.1));
            assert_eq!(looks.at(second, followers(vec![stuck])), None, "{second}");
        }
        let crossed = looks.at(5, followers(vec![standby(Some(10), 50, Some(0.1))]));
        assert!(
            matches!(crossed, Some(WatchNote::LagTimeCrossed { behind_s: 4.0, limit_s: 3.0, .. })),
            "{crossed:?}"
        );
        // One that follows is only behind by what it has not replayed.
        let mut looks = Looks::with(by_time, false);
        for second in 0..20 {
            let follows = standby(Some(10 * second), 10 * second + 15, None);
            assert_eq!(looks.at(second, followers(vec![follows])), None, "{second}");
        }
        let told = looks.at(20, followers(vec![standby(Some(200), 215, Some(3.1))]));
        assert!(matches!(told, Some(WatchNote::LagTimeCrossed { behind_s: 3.1, .. })), "{told:?}");
    }

    #[test]
    fn a_standby_that_is_hidden_or_gone_is_not_one_that_follows() {
        let limits = Limits { max_lag_s: Some(3.0), ..Limits::default() };
        let mut looks = Looks::with(limits, false);
        assert_eq!(looks.at(0, followers(vec![])), None, "there is none to be behind");
        assert_eq!(looks.at(40, followers(vec![standby(Some(1), 1, None)])), None);
        assert_eq!(looks.at(41, followers(vec![])), None);
        let gone = looks.at(71, followers(vec![]));
        assert!(
            matches!(&gone, Some(WatchNote::WatchBlind { detail, .. }) if detail.ends_with("gone: a")),
            "{gone:?}"
        );
        // Another in its place isn't the one that was there.
        let other = Follower { name: "b".to_owned(), ..standby(Some(1), 1, None) };
        let seen = looks.at(72, followers(vec![other]));
        assert!(matches!(seen, Some(WatchNote::WatchBlind { .. })), "{seen:?}");
        let hidden = || followers(vec![standby(None, 1, None)]);
        let mut looks = Looks::with(limits, false);
        assert_eq!(looks.at(30, hidden()), None);
        assert!(matches!(looks.at(31, hidden()), Some(WatchNote::WatchBlind { .. })));
        assert_eq!(looks.sight.watched().lag_s_max, None, "nothing was seen");
        assert_eq!(Looks::with(limits, true).at(99, hidden()), None);
    }

    #[test]
    fn a_budget_counts_from_the_first_look() {
        let limits = Limits { disk_budget_bytes: Some(100), ..Limits::default() };
        let written = |wal_bytes, tables_bytes| Look {
            written: Some(Ok(Written { wal_bytes, tables_bytes })),
            ..Look::default()
        };
        let mut looks = Looks::with(limits, false);
        assert_eq!(looks.at(0, written(5_000, 0)), None);
        assert_eq!(looks.at(1, written(5_060, 40)), None);
        assert!(matches!(
            looks.at(2, written(5_060, 41)),
            Some(WatchNote::BudgetCrossed { written_bytes: Bytes(101), .. })
        ));
    }
}
