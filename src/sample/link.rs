//! The sampler's one session: opened again where it was lost, every statement
//! prepared once, timed and counted.

use super::checkpoints::Clock;
use super::delta::Reading;
use super::files;
use super::snapshot::{self, Snapshot, View};
use crate::message::doing;
use crate::model::{Note, Reason};
use crate::session::{Session, SessionError, Target};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use tokio_postgres::error::{Severity, SqlState};
use tokio_postgres::types::Type;
use tokio_postgres::{Row, Statement};

/// What its session calls itself.
pub const NAME: &str = "pgvalidate sampler";

/// How long an answer may take. Later the session is given up: a connection
/// that was cut would else never be noticed.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// How long what is read at the beginning and at the end may take.
const READ_WITHIN: Duration = Duration::from_secs(60);

/// What the role may see and the server's settings let it see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    pub role: String,
    /// pg_read_all_stats.
    pub sees_all: bool,
    pub times_io: bool,
    pub times_wal: bool,
    pub sees_activity: bool,
    pub counts_rows: bool,
    /// pg_ls_waldir(), which fails without the right to it.
    pub lists_wal: bool,
}

/// Statements sent, and how long they were waited for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Cost {
    pub queries: u64,
    pub elapsed: Duration,
}

/// The session.
pub(super) struct Link {
    target: Target,
    writers: String,
    major: u32,
    open: Option<Open>,
    /// None until they could be asked for.
    pub facts: Option<Facts>,
    /// Statements from the last call of [`Link::begin_counting`] on.
    pub cost: Cost,
    /// Statements that the role may not send.
    forbidden: BTreeSet<&'static str>,
    /// The last error of each statement, `open` for that of the session.
    pub errors: BTreeMap<&'static str, String>,
}

struct Open {
    session: Session,
    prepared: BTreeMap<&'static str, Statement>,
}

impl Link {
    /// A link that isn't open.
    pub(super) fn new(target: Target, writers: String, version_num: u32) -> Link {
        Link {
            target,
            writers,
            major: version_num / 10_000,
            open: None,
            facts: None,
            cost: Cost::default(),
            forbidden: BTreeSet::new(),
            errors: BTreeMap::new(),
        }
    }

    /// The server's major version.
    pub(super) fn major(&self) -> u32 {
        self.major
    }

    /// Counts statements from 0 again.
    pub(super) fn begin_counting(&mut self) {
        self.cost = Cost::default();
    }

    /// Whether there is a session.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Opens a session and prepares its statements; where that fails, `errors`
    /// has why.
    pub(super) async fn open(&mut self) {
        let opening = tokio::time::timeout(ANSWER_WITHIN, begin(&self.target));
        let session = match opening.await {
            Ok(Ok(session)) => session,
            Ok(Err(error)) => return self.failed("open", &error),
            Err(_) => return self.failed("open", &too_late()),
        };
        self.open = Some(Open { session, prepared: BTreeMap::new() });
        let prepared = tokio::time::timeout(ANSWER_WITHIN, async {
            if !self.prepares() {
                return;
            }
            for name in ["snapshot", "io", "control", "peaks", "activity", "settled"] {
                // An error is met again, and kept, when the statement is asked.
                let _ = self.prepare(name).await;
            }
        });
        if prepared.await.is_err() {
            self.open = None;
            return self.failed("open", &too_late());
        }
        if self.facts.is_none() {
            self.facts = self.ask_facts().await;
        }
    }

    async fn ask_facts(&mut self) -> Option<Facts> {
        let rows = self.ask("facts").await?;
        let row = rows.first()?;
        let is = |name: &str| row.try_get::<_, bool>(name).ok();
        Some(Facts {
            role: snapshot::text(row, "role")?,
            sees_all: is("sees_all")?,
            times_io: is("times_io")?,
            times_wal: is("times_wal")?,
            sees_activity: is("sees_activity")?,
            counts_rows: is("counts_rows")?,
            lists_wal: is("lists_wal")?,
        })
    }

    /// Whether its session keeps what it prepares.
    fn prepares(&self) -> bool {
        self.open.as_ref().is_none_or(|open| open.session.pooler().keeps_state())
    }

    async fn prepare(
        &mut self,
        name: &'static str,
    ) -> Option<Result<Statement, tokio_postgres::Error>> {
        let file = files::file(name, self.major)?;
        let open = self.open.as_mut()?;
        if let Some(statement) = open.prepared.get(name) {
            return Some(Ok(statement.clone()));
        }
        let prepared = open.session.client.prepare(file.sql).await;
        if let Ok(statement) = &prepared {
            open.prepared.insert(name, statement.clone());
        }
        Some(prepared)
    }

    /// Asks a statement that takes the writers' name or nothing. None where
    /// this version has none of that name, where there is no session, and
    /// where it fails: `errors` has why.
    pub(super) async fn ask(&mut self, name: &'static str) -> Option<Vec<Row>> {
        let file = files::file(name, self.major)?;
        self.open.as_ref()?;
        if self.forbidden.contains(name) {
            return None; // each time it would be an error in the server's log
        }
        let began = Instant::now();
        let answer = tokio::time::timeout(ANSWER_WITHIN, self.answer(name, file)).await;
        self.cost.queries += 1;
        self.cost.elapsed += began.elapsed();
        match answer {
            Ok(Some(Ok(rows))) => {
                self.errors.remove(name);
                Some(rows)
            }
            Ok(None) => None,
            Ok(Some(Err(error))) => {
                let is_closed = self.open.as_ref().is_none_or(|o| o.session.client.is_closed());
                // A message of the server's that ends the session comes before its end.
                let ends = is_closed
                    || error
                        .as_db_error()
                        .is_none_or(|e| e.parsed_severity() != Some(Severity::Error));
                if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
                    self.forbidden.insert(name);
                }
                self.failed(name, &SessionError::statement(doing::SAMPLING)(error));
                if ends {
                    self.open = None;
                }
                None
            }
            Err(_) => {
                self.failed(name, &too_late());
                self.open = None;
                None
            }
        }
    }

    async fn answer(
        &mut self,
        name: &'static str,
        file: &files::File,
    ) -> Option<Result<Vec<Row>, tokio_postgres::Error>> {
        if !self.prepares() {
            let client = &self.open.as_ref()?.session.client;
            let writers = [(&self.writers as _, Type::TEXT)];
            let parameters = if file.parameters.is_empty() { &[][..] } else { &writers };
            return Some(client.query_typed(file.sql, parameters).await);
        }
        let statement = match self.prepare(name).await? {
            Ok(statement) => statement,
            Err(error) => return Some(Err(error)),
        };
        let client = &self.open.as_ref()?.session.client;
        Some(match file.parameters {
            [] => client.query(&statement, &[]).await,
            _ => client.query(&statement, &[&self.writers]).await,
        })
    }

    /// Why a statement gave no answer.
    pub(super) fn why_not(&self, name: &str) -> Note {
        match self.errors.get(name).or_else(|| self.errors.get("open")) {
            Some(error) => Reason::QueryFailed { error: error.clone() }.into(),
            None => Reason::NotReached {}.into(),
        }
    }

    /// The server's clock, as it was at an instant of ours; half of the round
    /// trip is what it may be off by.
    pub(super) async fn clock(&mut self) -> Option<Clock> {
        let sent = Instant::now();
        let rows = self.ask("clock").await?;
        let unix_us = snapshot::number(rows.first()?, "unix_us")?;
        Some(Clock { at: sent + sent.elapsed() / 2, unix_s: unix_us as f64 / 1e6 })
    }

    /// Reads what isn't asked by name, on the same session, timed likewise.
    pub(super) async fn read<T>(
        &mut self,
        what: impl AsyncFnOnce(&Session) -> Result<T, Note>,
    ) -> Result<T, Note> {
        if !self.is_open() {
            self.open().await;
        }
        let Some(open) = &self.open else {
            let error = self.errors.get("open").cloned().unwrap_or_default();
            return Err(Reason::QueryFailed { error }.into());
        };
        let began = Instant::now();
        let answer = tokio::time::timeout(READ_WITHIN, what(&open.session)).await;
        self.cost.queries += 1;
        self.cost.elapsed += began.elapsed();
        answer.unwrap_or_else(|_| {
            self.open = None;
            Err(Reason::QueryFailed { error: too_late().to_string() }.into())
        })
    }

    fn failed(&mut self, name: &'static str, error: &SessionError) {
        tracing::debug!(name, %error, "the sampler was not answered");
        self.errors.insert(name, error.to_string());
    }

    /// Takes a snapshot; None where even the counters couldn't be read.
    pub(super) async fn snapshot(&mut self) -> Option<Snapshot> {
        let rows = self.ask("snapshot").await?;
        let row = rows.first()?;
        let started_us = snapshot::number(row, "started_us")?;
        let mut views = snapshot::one_row_views(row, started_us);
        let at = Instant::now();
        if let Some(rows) = self.ask("io").await {
            let reading: Reading = snapshot::io(&rows, started_us);
            views.insert(View::Io, reading);
        }
        let control = self.ask("control").await;
        let standbys = match snapshot::count(row, "standbys") {
            Some(0) => Some(Vec::new()),
            _ => {
                self.ask("standbys").await.map(|rows| rows.iter().map(snapshot::standby).collect())
            }
        };
        let sees_activity = self.facts.as_ref().is_some_and(|facts| facts.sees_activity);
        Some(Snapshot {
            at,
            views,
            control: control.and_then(|rows| rows.first().and_then(snapshot::control)),
            standbys,
            copying_rows: snapshot::count(row, "copying_rows").filter(|_| sees_activity),
        })
    }
}

/// The sampler's session.
async fn begin(target: &Target) -> Result<Session, SessionError> {
    let session = Session::open(target, NAME).await?;
    if !session.pooler().keeps_state() {
        return Ok(session);
    }
    // The size of a table that somebody has locked is waited for: not by us.
    let briefly = session.client.batch_execute("SET lock_timeout = '500ms'").await;
    briefly.map_err(SessionError::statement(doing::SAMPLING))?;
    Ok(session)
}

fn too_late() -> SessionError {
    SessionError::TimedOut { what: doing::SAMPLING, after_s: ANSWER_WITHIN.as_secs_f64() }
}

/// Why a question has no answer.
pub(super) fn failed(error: SessionError) -> Note {
    Reason::QueryFailed { error: error.to_string() }.into()
}
