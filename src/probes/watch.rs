//! What is limited while a run goes on, looked at once: free disk, standbys,
//! what was written. On a session of its own, which is opened again where it
//! was lost.

use super::disk::{self, Places};
use super::{count, field};
use crate::message::doing;
use crate::model::limits::Limits;
use crate::session::{Session, SessionError, Target, sql};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::types::Type;
use uuid::Uuid;

/// What its session calls itself.
const NAME: &str = "pgvalidate watch";

/// How long a look may take. Later the session is given up.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// Says how many bytes are free on the file system of a path; None where that
/// can't be seen. A test puts its own in the place of statvfs(3).
pub type FreeBytes = Arc<dyn Fn(&Path) -> Option<u64> + Send + Sync>;

/// The least that is free on a file system of the server's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Free {
    /// A directory there.
    pub path: PathBuf,
    /// What is free.
    pub bytes: u64,
}

/// A standby, or a subscriber, that confirms what it has replayed.
#[derive(Debug, Clone, PartialEq)]
pub struct Follower {
    /// Its application_name.
    pub name: String,
    /// Where it is in the WAL, in bytes; None where the role may not see that.
    pub replayed_bytes: Option<u64>,
    /// Where the server is.
    pub written_bytes: u64,
    /// How long it takes from writing to replaying, as the server says; None
    /// where it has caught up, or where that isn't seen.
    pub replay_lag_s: Option<f64>,
}

/// Where the WAL is, and how large the tables of the run are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The WAL's insert position.
    pub wal_bytes: u64,
    /// The tenants' tables with their indexes.
    pub tables_bytes: u64,
}

/// What was seen, or why not; None of what isn't limited.
#[derive(Debug, Default)]
pub struct Look {
    /// The fullest file system.
    pub free: Option<Result<Free, String>>,
    /// The standbys.
    pub followers: Option<Result<Vec<Follower>, String>>,
    /// What was written.
    pub written: Option<Result<Written, String>>,
}

/// Whoever looks.
pub struct Watch {
    target: Target,
    limits: Limits,
    run_id: String,
    free_bytes: FreeBytes,
    places: Option<Places>,
    session: Option<Session>,
}

impl Watch {
    /// Looks at what `limits` has a limit for, of this run. `free_bytes` stands
    /// in for statvfs(3) where it is given.
    pub fn new(
        target: &Target,
        limits: Limits,
        run_id: Uuid,
        free_bytes: Option<FreeBytes>,
    ) -> Watch {
        Watch {
            target: target.clone(),
            limits,
            run_id: run_id.to_string(),
            free_bytes: free_bytes.unwrap_or_else(|| Arc::new(disk::free_bytes)),
            places: None,
            session: None,
        }
    }

    /// Looks at all of it; it takes a few seconds at most.
    pub async fn look(&mut self) -> Look {
        let answered = tokio::time::timeout(ANSWER_WITHIN, self.ask()).await;
        let asked = answered.unwrap_or_else(|_| {
            self.session = None;
            let detail = || "no answer in time".to_owned();
            Look {
                free: None,
                followers: self.limits.limits_lag().then(|| Err(detail())),
                written: self.limits.disk_budget_bytes.map(|_| Err(detail())),
            }
        });
        // The disk is seen also while the server doesn't answer.
        let free = self.limits.min_free_bytes.map(|_| self.free());
        Look { free, ..asked }
    }

    /// Asks the server.
    async fn ask(&mut self) -> Look {
        let mut look = Look::default();
        let needs_places = self.limits.min_free_bytes.is_some() && self.places.is_none();
        let (lag, budget) = (self.limits.limits_lag(), self.limits.disk_budget_bytes.is_some());
        if !needs_places && !lag && !budget {
            return look;
        }
        if let Err(error) = self.open().await {
            look.followers = lag.then(|| Err(error.to_string()));
            look.written = budget.then(|| Err(error.to_string()));
            return look;
        }
        let Some(session) = &self.session else { return look };
        if needs_places {
            self.places = disk::ask(session, &self.target).await.unwrap_or(None);
        }
        if lag {
            look.followers = Some(followers(session).await.map_err(|e| e.to_string()));
        }
        if budget {
            look.written = Some(written(session, &self.run_id).await.map_err(|e| e.to_string()));
        }
        let is_lost =
            matches!(look.followers, Some(Err(_))) || matches!(look.written, Some(Err(_)));
        if is_lost {
            self.session = None;
        }
        look
    }

    async fn open(&mut self) -> Result<(), SessionError> {
        if self.session.is_none() {
            self.session = Some(Session::open(&self.target, NAME).await?);
        }
        Ok(())
    }

    fn free(&self) -> Result<Free, String> {
        let places = self.places.as_ref().ok_or("the server's disk can't be seen from here")?;
        let free = |path: &PathBuf| {
            let bytes = (self.free_bytes)(path);
            let bytes = bytes.ok_or_else(|| format!("{} can't be looked at", path.display()))?;
            Ok::<_, String>(Free { path: path.clone(), bytes })
        };
        let (tables, wal) = (free(&places.tables.path)?, free(&places.wal.path)?);
        Ok(if wal.bytes < tables.bytes { wal } else { tables })
    }
}

async fn followers(session: &Session) -> Result<Vec<Follower>, SessionError> {
    let query = session.client.query_typed(sql!("watch/standbys.sql"), &[]);
    let rows = query.await.map_err(SessionError::statement(doing::WATCHING))?;
    let follower = |row| {
        let state: Option<String> = field(row, "state")?;
        let replayed: Option<i64> = field(row, "replayed_bytes")?;
        Ok(Follower {
            name: field(row, "name")?,
            replayed_bytes: state.and(replayed).map(count),
            written_bytes: count(field(row, "written_bytes")?),
            replay_lag_s: field(row, "replay_lag_s")?,
        })
    };
    rows.iter().map(follower).collect()
}

async fn written(session: &Session, run_id: &str) -> Result<Written, SessionError> {
    let row = session
        .client
        .query_typed_one(sql!("watch/written.sql"), &[(&run_id, Type::TEXT)])
        .await
        .map_err(SessionError::statement(doing::WATCHING))?;
    Ok(Written {
        wal_bytes: count(field(&row, "wal_bytes")?),
        tables_bytes: count(field(&row, "tables_bytes")?),
    })
}
