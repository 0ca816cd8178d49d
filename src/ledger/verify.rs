//! Verification: the ledger against the acknowledgements and the read-back.
//!
//! A batch whose rows have the digest that its writer left in the ledger is
//! proved. Only the others are generated again, row by row, and told apart.

use super::readback::{self, FoundRow, Rows};
use super::{Acknowledged, LedgerError, verify_shared};
use crate::message::doing;
use crate::model::record::Verification;
use crate::session::{Pool, Session, SessionError, Target, sql};
use crate::table::tenant::Origin;
use crate::table::{BatchRows, Digest, Table, Tenant};
use bytes::BytesMut;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::JoinSet;
use tokio_postgres::Client;
use tokio_postgres::types::Type;
use uuid::Uuid;

/// A batch as the ledger has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    rows: u32,
    /// The writer's digest; None while the batch is pending.
    pub(super) digest: Option<Digest>,
}

/// What verification is asked about.
pub struct Question {
    /// What the rows are a function of.
    pub origin: Origin,
    /// The table.
    pub table: Arc<Table>,
    /// The run's tenants.
    pub tenants: Arc<Vec<Tenant>>,
    /// Every batch that was acknowledged to us.
    pub acknowledged: Vec<Acknowledged>,
}

/// The ledger of a run: the batches of each tenant.
pub(super) type Ledger = HashMap<i32, BTreeMap<i32, Entry>>;

/// Compares, on as many connections at once as the pool of `readers` has. `elapsed_s` and `first_read_wal_bytes` are the caller's to fill in.
///
/// # Errors
/// Where the ledger or a table can't be read.
pub async fn verify(
    target: &Target,
    readers: &Arc<Pool>,
    question: Arc<Question>,
) -> Result<Verification, LedgerError> {
    let session = Session::open(target, "pgvalidate verify").await?;
    let ledger = Arc::new(load(&session, question.origin.run_id).await?);
    let mut total = match question.tenants.first().is_some_and(|tenant| tenant.shares) {
        true => verify_shared::compare(target, readers, &question, &ledger).await?,
        false => by_tenant(target, readers, &question, &ledger).await?,
    };
    total.acknowledged_lost = acknowledged_lost(&question.acknowledged, &ledger);
    Ok(total)
}

pub(super) fn failed() -> impl FnOnce(tokio_postgres::Error) -> SessionError {
    SessionError::statement(doing::READING_BACK)
}

/// Compares every tenant's table.
async fn by_tenant(
    target: &Target,
    pool: &Arc<Pool>,
    question: &Arc<Question>,
    ledger: &Arc<Ledger>,
) -> Result<Verification, LedgerError> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut readers = JoinSet::new();
    for _ in 0..pool.size().min(question.tenants.len() as u32) {
        let (target, pool, question) = (target.clone(), pool.clone(), question.clone());
        let (ledger, next) = (ledger.clone(), next.clone());
        readers.spawn(async move {
            let mut lease = pool.acquire().await.map_err(|e| e.into_session_error(&target))?;
            let mut seen = Verification::default();
            while let Some(tenant) = question.tenants.get(next.fetch_add(1, Ordering::Relaxed)) {
                let entries = ledger.get(&tenant.no);
                lease.hold().await.map_err(failed())?;
                add(&mut seen, &compare(lease.client(), &question, tenant, entries).await?);
                lease.let_go().await.map_err(failed())?;
            }
            lease.release();
            Ok::<_, LedgerError>(seen)
        });
    }
    let mut total = Verification::default();
    while let Some(finished) = readers.join_next().await {
        match finished {
            Ok(seen) => add(&mut total, &seen?),
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
    Ok(total)
}

/// How many batches were acknowledged to us and aren't done in the ledger, as
/// they were acknowledged.
fn acknowledged_lost(acknowledged: &[Acknowledged], ledger: &Ledger) -> u64 {
    let done = |a: &Acknowledged| {
        let entry = ledger.get(&a.tenant_no).and_then(|batches| batches.get(&a.batch_no));
        entry.is_some_and(|e| e.digest == Some(a.digest))
    };
    let lost: HashSet<(i32, i32)> =
        acknowledged.iter().filter(|a| !done(a)).map(|a| (a.tenant_no, a.batch_no)).collect();
    lost.len() as u64
}

async fn load(session: &Session, run_id: Uuid) -> Result<Ledger, LedgerError> {
    let rows = session
        .client
        .query_typed(sql!("ledger/batches.sql"), &[(&run_id, Type::UUID)])
        .await
        .map_err(SessionError::statement(doing::READING_LEDGER))?;
    let mut ledger = Ledger::new();
    for row in rows {
        let count = row.get::<_, i32>(2).unsigned_abs();
        let digest = row
            .get::<_, Option<&[u8]>>(4)
            .filter(|_| row.get::<_, &str>(3) == "done")
            .and_then(|sum| <[u8; 16]>::try_from(sum).ok())
            .map(|sum| Digest::from_parts(u64::from(count), sum));
        let entry = Entry { rows: count, digest };
        ledger.entry(row.get(0)).or_default().insert(row.get(1), entry);
    }
    Ok(ledger)
}

/// Compares one tenant's table with its batches.
async fn compare(
    client: &Client,
    question: &Question,
    tenant: &Tenant,
    entries: Option<&BTreeMap<i32, Entry>>,
) -> Result<Verification, LedgerError> {
    let ids: HashSet<Uuid> = question.tenants.iter().map(|t| t.id).collect();
    let done =
        |batch_no: i32| entries.and_then(|e| e.get(&batch_no)).filter(|e| e.digest.is_some());
    let mut seen = Verification::default();
    let mut found: HashMap<i32, Digest> = HashMap::new();
    readback::read(client, &tenant.schema, &question.table, Rows::All, |row| {
        seen.rows_found += 1;
        if row.tenant_id != tenant.id {
            match ids.contains(&row.tenant_id) {
                true => seen.misplaced += 1,
                false => seen.unexpected += 1,
            }
        } else if done(row.batch_no).is_some() {
            found.entry(row.batch_no).or_default().add(row.hash);
        } else {
            seen.unexpected += 1;
        }
    })
    .await?;
    let of = |batch_no| found.get(&batch_no).copied().unwrap_or_default();
    let differing = differing(entries, of, &mut seen);
    tell_apart(client, question, tenant, entries, &differing, &mut seen).await?;
    Ok(seen)
}

/// Counts a tenant's batches that are done, and gives those of which `found` is another digest.
pub(super) fn differing(
    entries: Option<&BTreeMap<i32, Entry>>,
    found: impl Fn(i32) -> Digest,
    seen: &mut Verification,
) -> Vec<i32> {
    let mut differing = Vec::new();
    for (batch_no, entry) in entries.into_iter().flatten() {
        let Some(digest) = entry.digest else { continue };
        seen.batches_compared += 1;
        seen.rows_expected += u64::from(entry.rows);
        if found(*batch_no) != digest {
            differing.push(*batch_no);
        }
    }
    differing
}

/// Generates the differing batches again and says of each row what became of it.
pub(super) async fn tell_apart(
    client: &Client,
    question: &Question,
    tenant: &Tenant,
    entries: Option<&BTreeMap<i32, Entry>>,
    differing: &[i32],
    seen: &mut Verification,
) -> Result<(), LedgerError> {
    let mut buf = BytesMut::new();
    // One batch at a time: where many are damaged, memory must not be the next thing to fail.
    for batch_no in differing {
        let mut found: HashMap<i32, Vec<u128>> = HashMap::new();
        let mut keep = |row: FoundRow| found.entry(row.row_no).or_default().push(row.hash);
        let (schema, table) = (&tenant.schema, &question.table);
        readback::read(client, schema, table, Rows::OfTenant(tenant.id, *batch_no), &mut keep)
            .await?;
        seen.batches_differing += 1;
        let rows = entries.and_then(|e| e.get(batch_no)).map_or(0, |e| e.rows);
        let mut expected = BatchRows::new(table, &question.origin, tenant, *batch_no, rows);
        while let Some(hash) = expected.encode_next(&mut buf) {
            buf.clear();
            match found.remove(&(expected.encoded() as i32 - 1)) {
                None => seen.lost += 1,
                Some(copies) => {
                    seen.corrupted += u64::from(!copies.contains(&hash));
                    seen.duplicated += copies.len() as u64 - 1;
                }
            }
        }
        // What is left has a row number that its batch doesn't reach.
        seen.unexpected += found.values().map(|copies| copies.len() as u64).sum::<u64>();
    }
    Ok(())
}

pub(super) fn add(total: &mut Verification, part: &Verification) {
    total.rows_expected += part.rows_expected;
    total.rows_found += part.rows_found;
    total.lost += part.lost;
    total.duplicated += part.duplicated;
    total.corrupted += part.corrupted;
    total.misplaced += part.misplaced;
    total.unexpected += part.unexpected;
    total.batches_differing += part.batches_differing;
    total.batches_compared += part.batches_compared;
}
