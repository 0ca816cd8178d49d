//! Waiting in one pool because of the other: who is to blame for a wait, and
//! how many such waits there were.

use super::load;
use crate::model::share::Contention;
use crate::model::{Reason, RunRecord, Unavailable};
use crate::session::Pool;
use std::time::Instant;

/// Counts, from now on, a wait for a connection of one pool while the other one
/// has none free. Where both use one pool: a wait while the other kind has a
/// connection of it.
pub(super) fn watch(reads: &Pool, writes: &Pool, one_pool: bool) {
    let (r, w) = (reads.meter().clone(), writes.meter().clone());
    if one_pool {
        // The writers' meter is that of the whole pool, readers included.
        reads.blame(move || w.in_use() > r.in_use());
        let r = reads.meter().clone();
        writes.blame(move || r.in_use() > 0);
        return;
    }
    let size = writes.size();
    reads.blame(move || w.in_use() >= size);
    let (r, size) = (r, reads.size());
    writes.blame(move || r.in_use() >= size);
}

/// Enters it, and the read pool; the write pool is there already.
pub(super) fn enter(record: &mut RunRecord, one_pool: bool, reads: &Pool, writes: &Pool) {
    let engine = record.scenario.pool;
    let Some(pools) = &mut record.pools else { return };
    let hindered = |pool: &Pool| pool.meter().usage(Instant::now()).hindered;
    let (reads_waited, writes_waited) = (hindered(reads), hindered(writes));
    let waited = reads_waited + writes_waited;
    pools.contention = Some(Contention { reads_waited, writes_waited, waited });
    if one_pool {
        let reason = Reason::SameAs { path: "pools.write".to_owned() }.into();
        record.unavailable.push(Unavailable { path: "pools.read".to_owned(), reason });
    } else {
        pools.read = Some(load::pool_entry(reads, engine));
    }
}
