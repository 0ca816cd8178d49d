//! What the tuning rules need besides the statistics: read when the load is
//! over, and put together with the peaks that were watched.

use super::host::data_dir_here;
use super::link::{Link, failed};
use super::options::SamplerOptions;
use super::peaks::PeakWatch;
use super::tables::ForRules;
use super::{machine, snapshot};
use crate::message::doing;
use crate::model::observed::{Sampler as Said, Unseen};
use crate::model::tuning::{MostInserted, Peaks, SETTINGS, Tuning};
use crate::model::{Note, Reason, Unavailable};
use crate::session::alter_system::may_alter;
use crate::session::{Session, SessionError, settings, sql};
use std::path::PathBuf;
use tokio_postgres::types::{ToSql, Type};

/// What was counted from the beginning to the end.
pub(super) struct Counted {
    /// What happened in the tenants' tables.
    pub of_tables: Result<ForRules, Note>,
    /// Functions compiled just in time.
    pub jit_functions: Result<u64, Note>,
}

/// Reads what is to be read, and says what of it wasn't there.
pub(super) async fn read(
    link: &mut Link,
    options: &SamplerOptions,
    watch: &PeakWatch,
    counted: Counted,
) -> (Tuning, Vec<Unavailable>) {
    let mut missing = Vec::new();
    let mut say = |path: &str, reason: Note| {
        missing.push(Unavailable { path: format!("tuning.{path}"), reason });
    };
    let settings = link
        .read(async |session| {
            let asked = settings::read(session, Some(SETTINGS)).await;
            asked.map_err(|error| failed(SessionError::statement(doing::SAMPLING)(error)))
        })
        .await
        .unwrap_or_else(|reason| {
            say("settings", reason);
            Vec::new()
        });
    let wal_bytes = match link.facts.as_ref().is_some_and(|facts| facts.lists_wal) {
        true => link.read(async |session| wal_size(session).await.map_err(failed)).await,
        false => Ok(None),
    };
    let place = link.read(async |session| place(session, options).await.map_err(failed)).await;
    let known = wal_bytes.as_ref().ok().copied().flatten();
    let machine = match place {
        Ok(place) => {
            let (machine, unseen) = match place {
                Some((pid, data_dir)) => machine::here(pid, data_dir.as_deref(), known),
                None => machine::elsewhere(known),
            };
            for (field, reason) in unseen {
                say(&format!("machine.{field}"), reason);
            }
            machine
        }
        Err(reason) => {
            say("machine", reason);
            machine::elsewhere(known).0
        }
    };
    let role = || link.facts.as_ref().map_or_else(String::new, |facts| facts.role.clone());
    if machine.wal_bytes.is_none() {
        let hidden = || Said::SeesOwn { role: role() }.into();
        say("machine.wal_bytes", wal_bytes.err().unwrap_or_else(hidden));
    }
    let most_inserted =
        link.read(async |session| most_inserted(session, options).await.map_err(failed)).await;
    let mut peaks = watch.peaks();
    for (field, reason) in unseen(&peaks, link) {
        say(&format!("peaks.{field}"), reason);
    }
    peaks.most_inserted = match most_inserted {
        Ok(Some(table)) => Some(table),
        Ok(None) => {
            say("peaks.most_inserted", Reason::NotReached {}.into());
            None
        }
        Err(reason) => {
            say("peaks.most_inserted", reason);
            None
        }
    };
    match counted.of_tables {
        Ok(ForRules { toast_blocks, backlog_grown }) => {
            peaks.toast_blocks = Some(toast_blocks);
            peaks.vacuum_backlog_grown = Some(backlog_grown);
        }
        Err(reason) => {
            say("peaks.toast_blocks", reason.clone());
            say("peaks.vacuum_backlog_grown", reason);
        }
    }
    match counted.jit_functions {
        Ok(functions) => peaks.jit_functions = Some(functions),
        Err(reason) => say("peaks.jit_functions", reason),
    }
    let altering =
        link.read(async |session| altering(session, options).await.map_err(failed)).await;
    let (may_alter_system, managed_by) = match altering {
        Ok((may_alter, managed_by)) => (Some(may_alter), managed_by),
        Err(reason) => {
            say("may_alter_system", reason.clone());
            say("managed_by", reason);
            (None, None)
        }
    };
    (Tuning { settings, machine, peaks, may_alter_system, managed_by }, missing)
}

/// The peaks that are null, and why.
fn unseen(peaks: &Peaks, link: &Link) -> Vec<(&'static str, Note)> {
    let mut unseen = Vec::new();
    if peaks.shared_locks.is_none() {
        unseen.push(("shared_locks", link.why_not("peaks")));
    }
    if peaks.connections.is_none() {
        let facts = link.facts.as_ref();
        let of_others = facts.filter(|facts| peaks.shared_locks.is_some() && !facts.sees_all);
        let reason = match of_others {
            Some(facts) => Said::SeesOwn { role: facts.role.clone() }.into(),
            None => link.why_not("peaks"),
        };
        let fields = ["connections", "active", "autovacuum_workers", "autovacuum_full_share"];
        unseen.extend(fields.map(|field| (field, reason.clone())));
        let fields = ["vacuum_delay_share", "vacuum_index_passes"];
        unseen.extend(fields.map(|field| (field, reason.clone())));
        return unseen;
    }
    let none = || Unseen::NoVacuumSeen {}.into();
    if peaks.vacuum_delay_share.is_none() {
        unseen.push(("vacuum_delay_share", none()));
    }
    if peaks.vacuum_index_passes.is_none() {
        unseen.push(("vacuum_index_passes", none()));
    }
    unseen
}

/// A process of the server and its data directory, where the server is here.
async fn place(
    session: &Session,
    options: &SamplerOptions,
) -> Result<Option<(i32, Option<PathBuf>)>, SessionError> {
    let pid = session.backend.pid;
    if let Some(local) = &options.local {
        return Ok(Some((pid, Some(local.data_dir.clone()))));
    }
    Ok(data_dir_here(session).await?.map(|data_dir| (pid, data_dir)))
}

/// Whether the role may use ALTER SYSTEM, and the role that shows a managed service.
async fn altering(
    session: &Session,
    options: &SamplerOptions,
) -> Result<(bool, Option<String>), SessionError> {
    let asked = may_alter(session, options.version_num, SETTINGS).await;
    let rights = asked.map_err(SessionError::statement(doing::SAMPLING))?;
    // One of them at least.
    Ok((rights.allowed && rights.lacking.len() < SETTINGS.len(), rights.managed_by))
}

/// The size of pg_wal.
async fn wal_size(session: &Session) -> Result<Option<u64>, SessionError> {
    let asked = session.client.query_typed_one(sql!("sample/wal_size.sql"), &[]).await;
    let row = asked.map_err(SessionError::statement(doing::SAMPLING))?;
    Ok(snapshot::count(&row, "wal_bytes"))
}

async fn most_inserted(
    session: &Session,
    options: &SamplerOptions,
) -> Result<Option<MostInserted>, SessionError> {
    let query = match options.version_num / 10_000 {
        ..18 => sql!("sample/most_inserted.sql"),
        _ => sql!("sample/most_inserted_pg18.sql"),
    };
    let parameters: [(&(dyn ToSql + Sync), Type); 2] =
        [(&options.run_id, Type::UUID), (&options.table, Type::TEXT)];
    let failed = || SessionError::statement(doing::READING_TABLES);
    let rows = session.client.query_typed(query, &parameters).await.map_err(failed())?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(MostInserted {
        table: row.try_get("table").map_err(failed())?,
        inserted_since_vacuum: snapshot::count(row, "inserted").unwrap_or_default(),
        rows: snapshot::count(row, "rows"),
        unfrozen_share: row.try_get("unfrozen_share").map_err(failed())?,
        autovacuums: snapshot::count(row, "autovacuums").unwrap_or_default(),
    }))
}
