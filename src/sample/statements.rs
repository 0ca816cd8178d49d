//! What pg_stat_statements counted in the measure phase: two snapshots, and
//! their difference folded by shape.
//!
//! The variant of the query follows the extension's version, which pg_upgrade
//! leaves as it was, and not the server's. Only the statements of our role and
//! the writers' in our database count: those of others are none of the run's.
//! Where the writers' role is another than ours, its texts are hidden without
//! pg_read_all_stats, and the result is partial.

use super::statement_shape::{comparable, shape};
use crate::message::doing;
use crate::model::database::{Statement, Statements};
use crate::model::observed::Sampler;
use crate::model::{Note, Reason};
use crate::session::{Session, SessionError, sql, with_schema};
use std::collections::{BTreeMap, HashSet};
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

/// How many shapes the record keeps, by total and by mean.
const KEPT: usize = 10;

/// How much of a text it keeps, in characters.
const TEXT_LENGTH: usize = 300;

/// pg_stat_statements at a moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    version: String,
    schema: String,
    /// Times that entries were thrown away.
    dealloc: i64,
    /// When all was last reset.
    reset_us: Option<i64>,
    /// By role and query.
    entries: BTreeMap<(String, i64), Entry>,
    /// Whether some of the writers' are hidden.
    is_hidden: bool,
}

/// An entry; all counters since it was made.
#[derive(Debug, Clone, Default, PartialEq)]
struct Entry {
    /// Its beginning; null where the server lost its file of texts.
    query: Option<String>,
    calls: u64,
    rows: u64,
    total_ms: f64,
    blocks_hit: u64,
    blocks_read: u64,
    wal_bytes: u64,
    /// Functions compiled just in time; from 1.10 on.
    jit_functions: Option<u64>,
    /// When it was made; from 1.11 on.
    since_us: Option<i64>,
}

impl Entry {
    /// What was counted since `before`; None where it is not the same entry
    /// any more.
    fn since(&self, before: &Entry) -> Option<Entry> {
        let same = self.since_us == before.since_us && self.total_ms >= before.total_ms;
        same.then_some(())?;
        Some(Entry {
            query: self.query.clone(),
            calls: self.calls.checked_sub(before.calls)?,
            rows: self.rows.checked_sub(before.rows)?,
            total_ms: self.total_ms - before.total_ms,
            blocks_hit: self.blocks_hit.checked_sub(before.blocks_hit)?,
            blocks_read: self.blocks_read.checked_sub(before.blocks_read)?,
            wal_bytes: self.wal_bytes.checked_sub(before.wal_bytes)?,
            jit_functions: match (self.jit_functions, before.jit_functions) {
                (Some(after), Some(before)) => Some(after.checked_sub(before)?),
                _ => None,
            },
            since_us: self.since_us,
        })
    }
}

/// Takes a snapshot; `writer` is the role of the writers, where it isn't ours.
///
/// # Errors
/// Why there is none, for the record's `unavailable`: the library isn't loaded,
/// the database lacks the extension or has an old one, nothing is recorded, or
/// a statement failed.
pub async fn read(session: &Session, writer: Option<&str>) -> Result<Snapshot, Note> {
    let unanswered =
        |error: SessionError| Note::from(Reason::QueryFailed { error: error.to_string() });
    let (version, schema) = there(session).await.map_err(unanswered)??;
    let query = match parsed(&version) {
        Some(version) if version >= (1, 11) => sql!("sample/statements_v1_11.sql"),
        Some(version) if version >= (1, 10) => sql!("sample/statements_v1_10.sql"),
        Some(version) if version >= (1, 9) => sql!("sample/statements_v1_9.sql"),
        _ => return Err(Sampler::StatementsOutdated { version }.into()),
    };
    snapshot(session, version, schema, query, writer).await.map_err(unanswered)
}

/// The extension's version and schema, or why it is of no use.
async fn there(session: &Session) -> Result<Result<(String, String), Note>, SessionError> {
    let asked = session.client.query_typed_one(sql!("sample/statements_there.sql"), &[]).await;
    let row = asked.map_err(SessionError::statement(doing::READING_STATEMENTS))?;
    let version: Option<String> = field(&row, "version")?;
    let schema: Option<String> = field(&row, "schema")?;
    let missing = match () {
        () if !field::<bool>(&row, "loaded")? => Sampler::StatementsUnloaded {},
        () if field::<bool>(&row, "without_ids")? => Sampler::QueryIdsMissing {},
        () if field::<Option<bool>>(&row, "untracked")? == Some(true) => {
            Sampler::StatementsUntracked {}
        }
        () => match version.zip(schema) {
            Some(found) => return Ok(Ok(found)),
            None => Sampler::StatementsUncreated {},
        },
    };
    Ok(Err(missing.into()))
}

async fn snapshot(
    session: &Session,
    version: String,
    schema: String,
    query: &str,
    writer: Option<&str>,
) -> Result<Snapshot, SessionError> {
    let failed = || SessionError::statement(doing::READING_STATEMENTS);
    let info = with_schema(sql!("sample/statements_info.sql"), &schema);
    let info = session.client.query_typed_one(&info, &[]).await.map_err(failed())?;
    let query = with_schema(query, &schema);
    let asked = session.client.query_typed(&query, &[(&writer, Type::TEXT)]).await;
    let (mut entries, mut is_hidden) = (BTreeMap::new(), false);
    for row in &asked.map_err(failed())? {
        match field::<Option<i64>>(row, "queryid")? {
            Some(id) => _ = entries.insert((field(row, "role")?, id), entry(row)?),
            None => is_hidden |= field::<Option<&str>>(row, "role")? == writer,
        }
    }
    Ok(Snapshot {
        dealloc: field(&info, "dealloc")?,
        reset_us: field(&info, "reset_us")?,
        version,
        schema,
        entries,
        is_hidden,
    })
}

fn entry(row: &Row) -> Result<Entry, SessionError> {
    let count =
        |name| Ok::<u64, SessionError>(u64::try_from(field::<i64>(row, name)?).unwrap_or(0));
    Ok(Entry {
        query: field(row, "query")?,
        calls: count("calls")?,
        rows: count("rows")?,
        total_ms: field(row, "total_ms")?,
        blocks_hit: count("blocks_hit")?,
        blocks_read: count("blocks_read")?,
        wal_bytes: count("wal_bytes")?,
        jit_functions: field::<Option<i64>>(row, "jit_functions")?.map(|n| n.unsigned_abs()),
        since_us: field(row, "since_us")?,
    })
}

fn field<'a, T: FromSql<'a>>(row: &'a Row, name: &str) -> Result<T, SessionError> {
    row.try_get(name).map_err(SessionError::statement(doing::READING_STATEMENTS))
}

/// Major and minor of an extension's version.
fn parsed(version: &str) -> Option<(u32, u32)> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// The entries that count, with what was counted between two snapshots; None
/// where that can't be said.
fn counted<'a>(
    before: &'a Snapshot,
    after: &'a Snapshot,
) -> impl Iterator<Item = Option<Entry>> + 'a {
    let was_reset = before.reset_us != after.reset_us;
    after.entries.iter().map(move |(id, entry)| match before.entries.get(id) {
        Some(_) if was_reset => None,
        Some(earlier) => entry.since(earlier),
        None => Some(entry.clone()),
    })
}

/// Functions that were compiled just in time for statements that write.
///
/// # Errors
/// The extension's version, where that doesn't count them (before 1.10).
pub fn jit_functions(before: &Snapshot, after: &Snapshot) -> Result<u64, String> {
    let counts = [before, after].map(|s| parsed(&s.version) >= Some((1, 10)));
    if counts != [true, true] {
        return Err(after.version.clone());
    }
    let writes = |entry: &Entry| {
        let text = entry.query.as_deref().unwrap_or_default().trim_start().to_ascii_uppercase();
        ["INSERT", "COPY", "UPDATE", "DELETE", "MERGE"].iter().any(|word| text.starts_with(word))
    };
    let ours = counted(before, after).flatten().filter(writes);
    Ok(ours.filter_map(|entry| entry.jit_functions).sum())
}

/// What was counted between two snapshots, folded by shape, the tenants'
/// schemas, which begin with `tenant_prefix`, taken out. `own` are the
/// sampler's statements as they are in `sql/` ([`super::files::FILES`]).
///
/// An entry that isn't in the first snapshot counts whole: it was made later,
/// or its first call was under way, and the view hides what has none behind
/// it. One that left and came back, or whose counters fell, is left out; if
/// all were reset, every entry of the first snapshot is. The result is partial
/// then, and where the server threw entries away.
pub fn fold(before: &Snapshot, after: &Snapshot, tenant_prefix: &str, own: &[&str]) -> Statements {
    let was_reset = before.reset_us != after.reset_us;
    let mut is_partial = was_reset || before.dealloc != after.dealloc || after.is_hidden;
    let own: HashSet<String> =
        own.iter().map(|text| comparable(&with_schema(text, &after.schema))).collect();
    let mut shapes: BTreeMap<String, Statement> = BTreeMap::new();
    for counted in counted(before, after) {
        match counted {
            Some(counted) if counted.calls == 0 => {}
            Some(Entry { query: Some(query), .. }) if query.is_empty() => is_partial = true,
            Some(counted @ Entry { query: Some(_), .. }) => {
                add(&mut shapes, &counted, tenant_prefix, &own)
            }
            _ => is_partial = true,
        }
    }
    let mut all: Vec<Statement> = shapes.into_values().collect();
    for statement in &mut all {
        statement.mean_ms = statement.total_ms / statement.calls as f64;
    }
    let version = after.version.clone();
    let total_ms = all.iter().map(|s| s.total_ms).sum();
    let sampler_ms = all.iter().filter(|s| s.of_sampler).map(|s| s.total_ms).sum();
    let (by_total, by_mean) = (top(&all, |s| s.total_ms), top(&all, |s| s.mean_ms));
    Statements { version, is_partial, total_ms, sampler_ms, by_total, by_mean }
}

fn add(
    shapes: &mut BTreeMap<String, Statement>,
    counted: &Entry,
    tenant_prefix: &str,
    own: &HashSet<String>,
) {
    let text = counted.query.as_deref().unwrap_or_default();
    let shape = shape(text, tenant_prefix);
    let statement = shapes.entry(shape).or_insert_with_key(|shape| Statement {
        query: shape.clone(),
        of_sampler: own.contains(&comparable(text)),
        ..Statement::default()
    });
    statement.entries += 1;
    statement.calls += counted.calls;
    statement.rows += counted.rows;
    statement.total_ms += counted.total_ms;
    statement.blocks_hit += counted.blocks_hit;
    statement.blocks_read += counted.blocks_read;
    statement.wal_bytes += counted.wal_bytes;
}

/// The greatest by `of`, with their texts cut.
fn top(all: &[Statement], of: fn(&Statement) -> f64) -> Vec<Statement> {
    let mut sorted: Vec<&Statement> = all.iter().collect();
    sorted.sort_by(|a, b| of(b).total_cmp(&of(a)).then_with(|| a.query.cmp(&b.query)));
    let kept = sorted.into_iter().take(KEPT);
    kept.map(|s| Statement { query: cut(&s.query), ..s.clone() }).collect()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(TEXT_LENGTH) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
#[path = "statements_tests.rs"]
mod tests;
