//! What the role may see.

use super::{failed, field, unanswered};
use crate::model::Check;
use crate::model::observed::Sampler;
use crate::session::{Session, SessionError, sql};

/// What the role may see of others.
pub(super) struct Privileges {
    pub reads_statistics: bool,
    pub reads_settings: bool,
}

/// Asks.
pub(super) async fn ask(session: &Session) -> Result<Privileges, SessionError> {
    let row = session
        .client
        .query_typed_one(sql!("preflight/privileges.sql"), &[])
        .await
        .map_err(failed())?;
    Ok(Privileges {
        reads_statistics: field(&row, "reads_statistics")?,
        reads_settings: field(&row, "reads_settings")?,
    })
}

/// Judges.
pub(super) fn check(answer: &Result<Privileges, SessionError>, role: &str) -> Check {
    let (id, role) = ("monitor_privilege", role.to_owned());
    match answer {
        Err(error) => unanswered(id, error),
        Ok(p) if p.reads_statistics && p.reads_settings => Check::ok(id, Sampler::SeesAll { role }),
        Ok(_) => Check::warning(id, Sampler::SeesOwn { role }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Outcome;

    #[test]
    fn half_of_pg_monitor_is_not_enough() {
        let outcome = |reads_statistics, reads_settings| {
            check(&Ok(Privileges { reads_statistics, reads_settings }), "u").outcome
        };
        assert_eq!(outcome(true, true), Outcome::Ok);
        assert_eq!(outcome(true, false), Outcome::Warning);
        assert_eq!(outcome(false, false), Outcome::Warning);
    }
}
