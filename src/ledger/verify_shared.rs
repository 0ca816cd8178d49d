//! The comparison where tenants share a table: it is read once, in ranges of
//! blocks, and its rows are dealt out by their tenant_id. So no index is asked,
//! which might hide a row, and rows of nobody are seen with the others.
//!
//! Whoever reads has `row_security` off: a row that a policy would hide is then
//! an error and not an absence.

use super::LedgerError;
use super::readback::{self, Rows};
use super::verify::{Ledger, Question, add, differing, failed, tell_apart};
use crate::message::doing;
use crate::model::record::Verification;
use crate::session::{Lease, Pool, SessionError, Target, quote_ident};
use crate::table::Digest;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::task::JoinSet;
use tokio_postgres::types::Type;
use uuid::Uuid;

/// Blocks of a range: 32 MiB, so that readers end at about the same time.
const BLOCKS: u32 = 4_096;

/// The digests of what was found, by tenant and batch.
type Found = HashMap<(i32, i32), Digest>;

/// Whose the rows and the batches are.
struct Owners {
    tenants: HashMap<Uuid, i32>,
    /// The batches that are done.
    batches: HashMap<i32, i32>,
}

impl Owners {
    fn of(question: &Question, ledger: &Ledger) -> Owners {
        let done = ledger.iter().flat_map(|(tenant_no, entries)| {
            let done = entries.iter().filter(|(_, entry)| entry.digest.is_some());
            done.map(|(batch_no, _)| (*batch_no, *tenant_no))
        });
        Owners {
            tenants: question.tenants.iter().map(|t| (t.id, t.no)).collect(),
            batches: done.collect(),
        }
    }
}

/// Compares the shared table with all batches, on as many connections at once as the pool has.
///
/// # Errors
/// Where the table can't be read, or rows of it would be hidden from the reader.
pub(super) async fn compare(
    target: &Target,
    readers: &Arc<Pool>,
    question: &Arc<Question>,
    ledger: &Arc<Ledger>,
) -> Result<Verification, LedgerError> {
    let schema = question.tenants.first().map_or("", |tenant| &tenant.schema).to_owned();
    let lease = acquire(target, readers).await?;
    let blocks = blocks(&lease, &schema, question.table.name).await?;
    let owners = Arc::new(Owners::of(question, ledger));
    // The last range has no end.
    let (ranges, next) = (blocks.div_ceil(BLOCKS).max(1), Arc::new(AtomicU32::new(0)));
    let mut reading = JoinSet::new();
    let mut first = Some(lease);
    for _ in 0..readers.size().min(ranges) {
        let mut lease = match first.take() {
            Some(lease) => lease,
            None => acquire(target, readers).await?,
        };
        let (question, owners, next) = (question.clone(), owners.clone(), next.clone());
        let schema = schema.clone();
        reading.spawn(async move {
            let (mut seen, mut found) = (Verification::default(), Found::new());
            loop {
                let range = next.fetch_add(1, Ordering::Relaxed);
                if range >= ranges {
                    lease.release();
                    return Ok::<_, LedgerError>((seen, found));
                }
                let until = (range + 1 < ranges).then_some((range + 1) * BLOCKS);
                let rows = Rows::Blocks(range * BLOCKS, until);
                lease.hold().await.map_err(failed())?;
                read(&lease, &schema, &question, rows, &owners, &mut seen, &mut found).await?;
                lease.let_go().await.map_err(failed())?;
            }
        });
    }
    let (mut total, mut found) = (Verification::default(), Found::new());
    while let Some(finished) = reading.join_next().await {
        let (seen, part) = match finished {
            Ok(read) => read?,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        };
        add(&mut total, &seen);
        for (place, digest) in part {
            found.entry(place).or_default().merge(&digest);
        }
    }
    let mut lease = acquire(target, readers).await?;
    for tenant in question.tenants.iter() {
        let entries = ledger.get(&tenant.no);
        let of = |batch_no| found.get(&(tenant.no, batch_no)).copied().unwrap_or_default();
        let differing = differing(entries, of, &mut total);
        lease.hold().await.map_err(failed())?;
        tell_apart(lease.client(), question, tenant, entries, &differing, &mut total).await?;
        lease.let_go().await.map_err(failed())?;
    }
    lease.release();
    Ok(total)
}

async fn acquire(target: &Target, readers: &Pool) -> Result<Lease, SessionError> {
    readers.acquire().await.map_err(|e| e.into_session_error(target))
}

/// How many blocks the table has.
async fn blocks(lease: &Lease, schema: &str, table: &str) -> Result<u32, SessionError> {
    let statement = "SELECT pg_catalog.pg_relation_size($1::text::pg_catalog.regclass) \
                     / pg_catalog.current_setting('block_size')::bigint";
    let relation = format!("{}.{}", quote_ident(schema), quote_ident(table));
    let row = lease.client().query_typed_one(statement, &[(&relation, Type::TEXT)]).await;
    let row = row.map_err(SessionError::statement(doing::READING_BACK))?;
    // A table has fewer than 2^32 blocks.
    Ok(u32::try_from(row.get::<_, i64>(0)).unwrap_or(0))
}

/// Reads a range and deals its rows out.
async fn read(
    lease: &Lease,
    schema: &str,
    question: &Question,
    rows: Rows<'_>,
    owners: &Owners,
    seen: &mut Verification,
    found: &mut Found,
) -> Result<(), LedgerError> {
    readback::read(lease.client(), schema, &question.table, rows, |row| {
        seen.rows_found += 1;
        let tenant = owners.tenants.get(&row.tenant_id);
        match (tenant, owners.batches.get(&row.batch_no)) {
            (Some(tenant), Some(owner)) if tenant == owner => {
                found.entry((*tenant, row.batch_no)).or_default().add(row.hash);
            }
            // Another tenant's batch under this tenant's id.
            (Some(_), Some(_)) => seen.misplaced += 1,
            _ => seen.unexpected += 1,
        }
    })
    .await
}
