//! What the sampler reads besides counters and waits: tables and statements
//! when the measure phase begins and when all is over, the checkpoints one by
//! one, and the machine that the server runs on.

use super::checkpoint_log::{appended, logged, position};
use super::checkpoints::{Checkpointer, Clock, polled};
use super::files::FILES;
use super::host::{HostReader, data_dir_here};
use super::link::{Link, failed};
use super::options::SamplerOptions;
use super::peaks::{PeakWatch, Reading};
use super::statements;
use super::tables::{self, ForRules, Tables};
use super::tuned::{self, Counted};
use crate::model::database::{Cache, CheckpointSource, Database, Dropped, TableCounts};
use crate::model::observed::Unseen;
use crate::model::series::ServerPoint;
use crate::model::tuning::Tuning;
use crate::model::{Note, Reason, Unavailable};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The view that tables are read from, as a dropped difference names it.
const TABLES_VIEW: &str = "pg_stat_user_tables";

/// What was read at the beginning, and what reads on.
pub(super) struct Evidence {
    clock: Clock,
    /// The private server's log, and how long it was.
    log: Option<(PathBuf, u64)>,
    host: Option<HostReader>,
    /// The server is here, and its role may not see where its data is.
    is_dir_hidden: bool,
    tables: Option<Result<Tables, Note>>,
    statements: Option<Result<statements::Snapshot, Note>>,
    peaks: PeakWatch,
}

impl Evidence {
    /// Remembers where the log of a private server ends.
    pub(super) fn new(options: &SamplerOptions) -> Evidence {
        let log = options.local.as_ref().map(|local| (local.log.clone(), position(&local.log)));
        Evidence {
            clock: Clock::of_this_machine(),
            log,
            host: None,
            is_dir_hidden: false,
            tables: None,
            statements: None,
            peaks: PeakWatch::default(),
        }
    }

    /// Reads what is read when the measure phase begins, once.
    pub(super) async fn begin(&mut self, link: &mut Link, options: &SamplerOptions) {
        if self.tables.is_some() {
            return;
        }
        self.find_host(link, options).await;
        if options.local.is_none()
            && let Some(clock) = link.clock().await
        {
            self.clock = clock;
        }
        self.tables = Some(read_tables(link, options).await);
        self.statements = Some(read_statements(link, options).await);
    }

    async fn find_host(&mut self, link: &mut Link, options: &SamplerOptions) {
        let data_dir = match &options.local {
            Some(local) => Some(Some(local.data_dir.clone())),
            None => {
                let asked =
                    link.read(async |session| data_dir_here(session).await.map_err(failed)).await;
                asked.ok().flatten()
            }
        };
        self.is_dir_hidden = data_dir == Some(None);
        self.host = data_dir.and_then(|data_dir| HostReader::open(data_dir.as_deref()));
    }

    /// A second is over: what its machine did belongs to `point`, where the
    /// second is one that counts.
    pub(super) fn second(&mut self, point: Option<&mut ServerPoint>) {
        let Some(host) = &mut self.host else { return };
        let seen = host.second();
        if let Some(point) = point {
            point.cpu = seen.cpu;
            (point.disk_written_bytes, point.disk_busy) = (seen.disk_written_bytes, seen.disk_busy);
        }
    }

    /// Reads what comes close to a limit, once a second.
    pub(super) async fn peaks(&mut self, link: &mut Link) {
        let Some(rows) = link.ask("peaks").await else { return };
        let sees_all = link.facts.as_ref().is_some_and(|facts| facts.sees_all);
        if let Some(reading) = rows.first().and_then(Reading::of) {
            self.peaks.add(&reading, sees_all);
        }
    }

    /// What the caches did until now, for whoever watches live.
    pub(super) async fn cache(&self, link: &mut Link, options: &SamplerOptions) -> Option<Cache> {
        let Some(Ok(before)) = &self.tables else { return None };
        let now = read_tables(link, options).await.ok()?;
        tables::difference(before, &now).ok().map(|(_, cache)| cache)
    }

    /// Reads what is read when all is over, and enters everything.
    pub(super) async fn end(
        self,
        link: &mut Link,
        options: &SamplerOptions,
        checkpointer: &Checkpointer,
        (began, elapsed): (Instant, Duration),
        database: &mut Database,
    ) -> (Tuning, Vec<Unavailable>) {
        let mut missing = Vec::new();
        let mut say = |path: &str, reason: Note| {
            missing.push(Unavailable { path: path.to_owned(), reason });
        };
        let after = read_tables(link, options).await;
        let (of_tables, jit_functions);
        match differ(self.tables, after) {
            Ok((counts, cache, for_rules)) => {
                of_tables = Ok(for_rules);
                for (path, ratio) in [
                    ("database.cache.index_hit_ratio", cache.index_hit_ratio),
                    ("database.cache.heap_hit_ratio", cache.heap_hit_ratio),
                ] {
                    if ratio.is_none() {
                        say(path, Reason::NoBlocksTouched {}.into());
                    }
                }
                (database.tables, database.cache) = (Some(counts), Some(cache));
            }
            Err(Gap::Unread(reason)) => {
                say("database.tables", reason.clone());
                say("database.cache", reason.clone());
                of_tables = Err(reason);
            }
            Err(Gap::Dropped(why)) => {
                let (from_s, until_s) = (0.0, database.elapsed_s);
                let view = TABLES_VIEW.to_owned();
                database.dropped.push(Dropped { view, from_s, until_s, why });
                let reason: Note = Reason::NoIntervalLeft { view: TABLES_VIEW.to_owned() }.into();
                for path in ["database.tables", "database.cache"] {
                    say(path, reason.clone());
                }
                of_tables = Err(reason);
            }
        }
        let after = read_statements(link, options).await;
        match (self.statements.unwrap_or_else(not_reached), after) {
            (Ok(before), Ok(after)) => {
                let own: Vec<&str> = FILES.iter().map(|file| file.sql).collect();
                let folded = statements::fold(&before, &after, &options.tenant_prefix, &own);
                database.statements = Some(folded);
                let counted = statements::jit_functions(&before, &after);
                jit_functions = counted.map_err(|version| Unseen::JitUncounted { version }.into());
            }
            (Err(reason), _) | (_, Err(reason)) => {
                say("database.statements", reason.clone());
                jit_functions = Err(reason);
            }
        }
        if let Some(checkpoints) = &mut database.checkpoints {
            let log = self.log.and_then(|(path, from)| appended(&path, from).ok());
            let logged = log.map(|log| logged(&log, &self.clock, began, elapsed));
            // None in the log may mean that log_checkpoints was switched off.
            (checkpoints.source, checkpoints.each) = match logged.filter(|all| !all.is_empty()) {
                Some(each) => (CheckpointSource::Log, each),
                None => {
                    let Checkpointer { observations, phases } = checkpointer;
                    if observations.is_empty() {
                        say("database.checkpoints.each", link.why_not("control"));
                    }
                    let each = polled(observations, phases, &self.clock, began, elapsed);
                    (CheckpointSource::Polling, each)
                }
            };
        }
        match &self.host {
            Some(host) if host.sees_disk() => {}
            Some(_) => {
                let what = "/proc/diskstats".to_owned();
                let reason = match self.is_dir_hidden {
                    true => Reason::DataDirectoryHidden {},
                    false => Reason::NotOnThisSystem { what },
                };
                say("series.server.disk_busy", reason.into());
            }
            None => {
                for path in ["series.server.cpu", "series.server.disk_busy"] {
                    say(path, Reason::ServerElsewhere {}.into());
                }
            }
        }
        let counted = Counted { of_tables, jit_functions };
        let (tuning, unseen) = tuned::read(link, options, &self.peaks, counted).await;
        missing.extend(unseen);
        (tuning, missing)
    }
}

/// Why tables can't be compared.
enum Gap {
    Unread(Note),
    Dropped(crate::model::database::DropReason),
}

fn differ(
    before: Option<Result<Tables, Note>>,
    after: Result<Tables, Note>,
) -> Result<(TableCounts, Cache, ForRules), Gap> {
    let before = before.unwrap_or_else(not_reached).map_err(Gap::Unread)?;
    let after = after.map_err(Gap::Unread)?;
    let for_rules = tables::for_rules(&before, &after).map_err(Gap::Dropped)?;
    let (counts, cache) = tables::difference(&before, &after).map_err(Gap::Dropped)?;
    Ok((counts, cache, for_rules))
}

fn not_reached<T>() -> Result<T, Note> {
    Err(Reason::NotReached {}.into())
}

async fn read_tables(link: &mut Link, options: &SamplerOptions) -> Result<Tables, Note> {
    link.read(async |session| tables::read(session, options.run_id, &options.table).await).await
}

async fn read_statements(
    link: &mut Link,
    options: &SamplerOptions,
) -> Result<statements::Snapshot, Note> {
    let writer = options.writer_role.as_deref();
    link.read(async |session| statements::read(session, writer).await).await
}
