//! Preflight: everything that is asked before the first write, as a list of
//! checks. What blocks forbids the run; nothing is written to the target.

use super::needs::Needs;
use super::{
    archiver, disk, facts, limits, load, privileges, sampler, schemas, serving, slots, slow_log,
    standbys, transactions, unanswered, writer_role,
};
use crate::message::{Lang, Localized};
use crate::model::observed::Serving;
use crate::model::record::Server;
use crate::model::{Check, Outcome, Reason};
use crate::session::{Pooler, Session, SessionError, Target};
use std::time::Instant;

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Preflight {
    /// The server, for the record; None where it wasn't asked.
    pub server: Option<Server>,
    /// What stands before it.
    pub pooler: Pooler,
    /// Connections that are free, where it was asked.
    pub free_connections: Option<u32>,
    /// Why the server can't be asked to log statements of ours that take long.
    pub log_slow: Result<(), Reason>,
    /// The checks, in the order in which they matter.
    pub checks: Vec<Check>,
}

/// The target is not to be written to.
#[derive(Debug)]
pub enum PreflightError {
    /// Checks that block, one at least.
    Blocked(Vec<Check>),
    /// A question without which nothing can be said failed.
    Session(SessionError),
}

impl From<SessionError> for PreflightError {
    fn from(source: SessionError) -> PreflightError {
        PreflightError::Session(source)
    }
}

impl Localized for PreflightError {
    /// A line for each thing that blocks.
    fn text(&self, lang: Lang) -> String {
        match self {
            PreflightError::Blocked(checks) => {
                let lines: Vec<_> = checks.iter().map(|check| check.note.text(lang)).collect();
                lines.join("\n")
            }
            PreflightError::Session(source) => source.text(lang),
        }
    }
}

impl std::fmt::Display for PreflightError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for PreflightError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            PreflightError::Blocked(_) => None,
            PreflightError::Session(source) => Some(source),
        }
    }
}

/// Asks the target, and judges what it says.
///
/// # Errors
/// Where there is no session, or the first question fails. A later one that
/// fails is a check whose outcome is unknown.
pub async fn look(target: &Target, needs: &Needs) -> Result<Preflight, SessionError> {
    let session = Session::open(target, "pgvalidate preflight").await?;
    let facts = facts::ask(&session, target, needs.private).await?;
    let version = serving::version(&facts);
    let is_supported = version.outcome == Outcome::Ok;
    let pooler = session.pooler();
    let mut checks = vec![pooler_check(pooler, needs), version];
    let mut log_slow = Err(Reason::NotReached {});
    // Of another version nothing else can be asked for certain.
    if is_supported {
        checks.extend(serving::checks(&facts, needs));
        let major = facts.server.version_num / 10_000;
        if !needs.private {
            // On a private server it is made for the run.
            if let Some(writer) = &needs.writer_role {
                let found = writer_role::ask(&session, major, writer).await;
                checks.push(writer_role::check(&found, writer));
            }
            checks.extend(surroundings(&session, needs, &facts.role).await);
        }
        let places = disk::ask(&session, target).await;
        checks.extend(limits::free(places.as_ref().ok().and_then(Option::as_ref), needs));
        checks.push(match places {
            Ok(places) => disk::check(places.as_ref(), needs),
            Err(error) => unanswered("disk", &error),
        });
        checks.extend(sampler::checks(&sampler::ask(&session).await));
        log_slow = match pooler.keeps_state() {
            true => slow_log::ask(&session, major, &facts.role).await,
            false => Err(Reason::PoolerKeepsNothing {}),
        };
    }
    let free_connections = Some(facts.free_connections);
    Ok(Preflight { server: Some(facts.server), pooler, free_connections, log_slow, checks })
}

/// What the run has to do without behind a pooler.
fn pooler_check(pooler: Pooler, needs: &Needs) -> Check {
    let id = "pooler";
    match (pooler, needs.keeps_state) {
        (Pooler::None, _) => Check::ok(id, Serving::NoPooler {}),
        (Pooler::Session, _) => Check::warning(id, Serving::PoolerSession {}),
        (Pooler::Transaction, None) => Check::warning(id, Serving::PoolerTransaction {}),
        (Pooler::Transaction, Some(what)) => {
            Check::blocking(id, Serving::PoolerUnfit { what: what.to_owned() })
        }
    }
}

/// Who and what else is there: nobody on a private server.
async fn surroundings(session: &Session, needs: &Needs, role: &str) -> Vec<Check> {
    let before = load::ask(session).await;
    let began = Instant::now();
    let mut checks =
        schemas::checks(&schemas::ask(session, &needs.tenant_prefix).await, needs, role);
    checks.push(slots::check(&slots::ask(session).await));
    checks.push(archiver::check(&archiver::ask(session).await));
    let followers = standbys::ask(session).await;
    checks.push(standbys::check(&followers, role));
    checks.extend(limits::lag(&followers, needs, role));
    checks.extend(transactions::checks(&transactions::ask(session).await, role));
    checks.push(privileges::check(&privileges::ask(session).await, role));
    tokio::time::sleep(load::APART.saturating_sub(began.elapsed())).await;
    let looks = match (before, load::ask(session).await) {
        (Ok(before), Ok(after)) => Ok((before, after)),
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    checks.push(load::check(&looks, role));
    checks
}

impl Preflight {
    /// Whether anything blocks.
    pub fn blocks(&self) -> bool {
        self.checks.iter().any(|check| check.outcome == Outcome::Blocking)
    }

    /// Whether the run may begin. A server that isn't durable doesn't make it
    /// an error: the verdict says invalid.
    ///
    /// # Errors
    /// Everything that forbids it.
    pub fn permit(&self) -> Result<(), PreflightError> {
        let forbids =
            |check: &&Check| check.outcome == Outcome::Blocking && check.id != serving::DURABILITY;
        let blocking: Vec<Check> = self.checks.iter().filter(forbids).cloned().collect();
        if blocking.is_empty() { Ok(()) } else { Err(PreflightError::Blocked(blocking)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_blocks_is_named_and_durability_is_a_verdict() {
        let blocking = |id| Check::blocking(id, Serving::Standby {});
        let durability = blocking(serving::DURABILITY);
        let found = |checks| Preflight {
            server: None,
            pooler: Pooler::None,
            free_connections: None,
            log_slow: Ok(()),
            checks,
        };
        let durable = found(vec![durability.clone()]);
        assert!(durable.blocks() && durable.permit().is_ok());
        let checks = vec![
            Check::ok("a", Serving::Primary {}),
            durability,
            blocking("b"),
            Check::blocking("c", Serving::EncodingUnfit { encoding: "LATIN1".into() }),
        ];
        let error = found(checks).permit().unwrap_err().to_string();
        assert_eq!(error.lines().count(), 2, "{error}");
        assert!(error.starts_with("the server is a standby") && error.contains("LATIN1"));
    }
}
