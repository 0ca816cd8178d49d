//! Standbys: how far they are behind before we begin.

use super::{count, failed, field, seconds, unanswered};
use crate::model::Check;
use crate::model::observed::Surroundings;
use crate::model::size::Bytes;
use crate::session::{Session, SessionError, sql};

/// Further behind than this is worth a word: four WAL segments.
const BEHIND_BYTES: u64 = 64 << 20;

/// The same in time.
const BEHIND_S: u64 = 10;

/// A standby.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Standby {
    pub name: String,
    /// None where the role may not see it.
    pub state: Option<String>,
    pub behind_bytes: Option<u64>,
    pub behind_s: Option<f64>,
}

/// Asks; the one that is furthest behind is first.
pub(super) async fn ask(session: &Session) -> Result<Vec<Standby>, SessionError> {
    let query = session.client.query_typed(sql!("preflight/standbys.sql"), &[]);
    let rows = query.await.map_err(failed())?;
    let standby = |row| {
        let behind: Option<i64> = field(row, "behind_bytes")?;
        Ok(Standby {
            name: field(row, "name")?,
            state: field(row, "state")?,
            behind_bytes: behind.map(count),
            behind_s: field(row, "behind_s")?,
        })
    };
    rows.iter().map(standby).collect()
}

/// Judges.
pub(super) fn check(answer: &Result<Vec<Standby>, SessionError>, role: &str) -> Check {
    let id = "standbys";
    let standbys = match answer {
        Err(error) => return unanswered(id, error),
        Ok(standbys) => standbys,
    };
    // In bytes; an idle standby's lag in time is NULL, which is none.
    let Some(first) = standbys.iter().max_by_key(|s| s.behind_bytes) else {
        return Check::ok(id, Surroundings::NoStandbys {});
    };
    let slowest = standbys.iter().map(|s| seconds(s.behind_s)).max().unwrap_or(0);
    let behind_bytes = Bytes(first.behind_bytes.unwrap_or(0));
    if behind_bytes.0 > BEHIND_BYTES || slowest > BEHIND_S {
        let standby = first.name.clone();
        let note = Surroundings::StandbyBehind { standby, behind_bytes, behind_s: slowest };
        return Check::warning(id, note);
    }
    let hidden = standbys.iter().filter(|s| s.state.is_none()).count();
    if hidden > 0 {
        let role = role.to_owned();
        return Check::unknown(id, Surroundings::StandbysHidden { standbys: hidden, role });
    }
    let standbys = standbys.len();
    Check::ok(id, Surroundings::StandbysFollow { standbys, behind_bytes, behind_s: slowest })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(standbys: &[(Option<u64>, Option<f64>)]) -> String {
        let standby = |(behind_bytes, behind_s): &(Option<u64>, Option<f64>)| Standby {
            name: "walreceiver".into(),
            state: behind_bytes.map(|_| "streaming".into()),
            behind_bytes: *behind_bytes,
            behind_s: *behind_s,
        };
        check(&Ok(standbys.iter().map(standby).collect()), "u").note.id
    }

    #[test]
    fn lag_that_is_not_seen_is_not_called_good() {
        assert_eq!(note(&[]), "no_standbys");
        assert_eq!(note(&[(Some(0), None)]), "standbys_follow");
        assert_eq!(note(&[(Some(65 << 20), None)]), "standby_behind");
        assert_eq!(note(&[(Some(1), Some(11.0))]), "standby_behind");
        assert_eq!(note(&[(None, None)]), "standbys_hidden");
        assert_eq!(note(&[(Some(0), None), (None, None)]), "standbys_hidden");
    }
}
