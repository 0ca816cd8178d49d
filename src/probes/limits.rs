//! Whether what ends a run can be watched: a limit that can't be seen is
//! said, and wants the user's word.

use super::disk::Places;
use super::needs::Needs;
use super::seconds;
use super::standbys::Standby;
use crate::model::Check;
use crate::model::observed::WatchNote;
use crate::model::size::Bytes;
use crate::session::SessionError;

/// Judges what `--min-free` can see; None where it isn't asked for.
pub(super) fn free(places: Option<&Places>, needs: &Needs) -> Option<Check> {
    let (id, limit) = ("min_free", needs.limits.min_free_bytes?);
    let limit_bytes = Bytes(limit);
    let Some(places) = places else {
        let is_allowed = needs.yes || needs.limits.disk_budget_bytes.is_some();
        return Some(match is_allowed {
            true => Check::warning(id, WatchNote::FreeUnwatched { limit_bytes }),
            false => Check::blocking(id, WatchNote::FreeUnseen { limit_bytes }),
        });
    };
    let (tables, wal) = (&places.tables, &places.wal);
    let place = if wal.free_bytes < tables.free_bytes { wal } else { tables };
    let (free_bytes, path) = (Bytes(place.free_bytes), place.path.display().to_string());
    Some(if place.free_bytes < limit {
        Check::blocking(id, WatchNote::FreeBelowLimit { free_bytes, limit_bytes, path })
    } else if !places.wal_is_seen {
        Check::warning(id, WatchNote::FreeOfDataAlone { free_bytes, limit_bytes, path })
    } else {
        Check::ok(id, WatchNote::FreeAboveLimit { free_bytes, limit_bytes, path })
    })
}

/// Judges what `--max-lag` can see; None where it isn't asked for.
pub(super) fn lag(
    standbys: &Result<Vec<Standby>, SessionError>,
    needs: &Needs,
    role: &str,
) -> Option<Check> {
    let limits = &needs.limits;
    let id = "max_lag";
    if !limits.limits_lag() {
        return None;
    }
    // Why it failed is said by the check of the standbys.
    let standbys = standbys.as_ref().map_or(&[][..], Vec::as_slice);
    let bytes = |standby: &Standby| standby.behind_bytes.unwrap_or(0);
    let beyond = |standby: &&Standby| {
        let in_time = |most| standby.behind_s.is_some_and(|s| s > most) && bytes(standby) > 0;
        limits.max_lag_bytes.is_some_and(|most| bytes(standby) > most)
            || limits.max_lag_s.is_some_and(in_time)
    };
    if let Some(standby) = standbys.iter().find(beyond) {
        let (behind_bytes, behind_s) = (Bytes(bytes(standby)), seconds(standby.behind_s));
        let standby = standby.name.clone();
        return Some(Check::blocking(
            id,
            WatchNote::LagBeyondLimit { standby, behind_bytes, behind_s },
        ));
    }
    let hidden = standbys.iter().filter(|standby| standby.state.is_none()).count();
    let role = role.to_owned();
    Some(match (hidden, standbys.len()) {
        (_, 0) => Check::warning(id, WatchNote::LagNoStandby {}),
        (0, standbys_there) => {
            let behind_bytes = Bytes(standbys.iter().map(bytes).max().unwrap_or(0));
            let behind_s = standbys.iter().map(|s| seconds(s.behind_s)).max().unwrap_or(0);
            Check::ok(
                id,
                WatchNote::LagWatched { standbys: standbys_there, behind_bytes, behind_s },
            )
        }
        (standbys, _) if needs.yes => {
            Check::warning(id, WatchNote::LagUnwatched { standbys, role })
        }
        (standbys, _) => Check::blocking(id, WatchNote::LagHidden { standbys, role }),
    })
}

#[cfg(test)]
mod tests {
    use super::super::disk::Place;
    use super::*;
    use crate::model::Outcome;
    use crate::model::limits::Limits;

    fn limited(limits: Limits) -> Needs {
        Needs { limits, ..Needs::small() }
    }

    fn places(tables: u64, wal: u64, wal_is_seen: bool) -> Places {
        let place = |device, free_bytes| Place { path: "/d".into(), device, free_bytes };
        Places { tables: place(1, tables), wal: place(2, wal), wal_is_seen }
    }

    #[test]
    fn free_disk_is_held_to_the_last_byte_and_unseen_disk_wants_a_word() {
        let needs = limited(Limits { min_free_bytes: Some(100), ..Limits::default() });
        let outcome =
            |places: Option<Places>, needs: &Needs| free(places.as_ref(), needs).unwrap().outcome;
        assert!(free(None, &Needs::small()).is_none());
        assert_eq!(outcome(Some(places(100, 100, true)), &needs), Outcome::Ok);
        assert_eq!(outcome(Some(places(100, 99, true)), &needs), Outcome::Blocking);
        assert_eq!(outcome(Some(places(99, 100, true)), &needs), Outcome::Blocking);
        assert_eq!(outcome(Some(places(100, 100, false)), &needs), Outcome::Warning);
        assert_eq!(outcome(None, &needs), Outcome::Blocking);
        assert_eq!(outcome(None, &Needs { yes: true, ..needs.clone() }), Outcome::Warning);
        let mut budget = needs;
        budget.limits.disk_budget_bytes = Some(1 << 30);
        assert_eq!(outcome(None, &budget), Outcome::Warning);
    }

    #[test]
    fn lag_that_is_hidden_wants_a_word_and_lag_beyond_the_limit_forbids() {
        let by_size = limited(Limits { max_lag_bytes: Some(100), ..Limits::default() });
        let by_time = limited(Limits { max_lag_s: Some(2.0), ..Limits::default() });
        let standby = |behind_bytes: Option<u64>, behind_s| Standby {
            name: "a".to_owned(),
            state: behind_bytes.map(|_| "streaming".to_owned()),
            behind_bytes,
            behind_s,
        };
        let note = |standbys: &[Standby], needs: &Needs| {
            let check = lag(&Ok(standbys.to_vec()), needs, "u").unwrap();
            (check.outcome, check.note.id)
        };
        assert!(lag(&Ok(vec![]), &Needs::small(), "u").is_none());
        assert_eq!(note(&[], &by_size).0, Outcome::Warning);
        assert_eq!(note(&[standby(Some(100), Some(9.0))], &by_size).0, Outcome::Ok);
        assert_eq!(note(&[standby(Some(101), None)], &by_size).1, "lag_beyond_limit");
        assert_eq!(note(&[standby(Some(1), Some(2.1))], &by_time).1, "lag_beyond_limit");
        // Caught up: what is told is the lag of before.
        assert_eq!(note(&[standby(Some(0), Some(2.1))], &by_time).0, Outcome::Ok);
        let hidden = [standby(Some(0), None), standby(None, None)];
        assert_eq!(note(&hidden, &by_time).0, Outcome::Blocking);
        let told = Needs { yes: true, ..by_time };
        assert_eq!(note(&hidden, &told), (Outcome::Warning, "lag_unwatched".to_owned()));
    }
}
