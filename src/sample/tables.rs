//! What the tenants' tables and their indexes say of themselves before the
//! measure phase and after it: rows, blocks found and read, sizes.
//!
//! A backend publishes its counts when it is idle or ends, at most once a
//! second: the second reading means something once the writers' sessions are
//! closed and the counters stand still.

use crate::message::doing;
use crate::model::database::{Cache, DropReason, TableCounts};
use crate::model::observed::Sampler;
use crate::model::{Note, Reason};
use crate::session::{Session, SessionError, sql};
use tokio_postgres::types::Type;
use uuid::Uuid;

/// The sums over the tables at a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tables {
    /// How many tables there were.
    pub tables: u64,
    rows_inserted: u64,
    autovacuums: u64,
    autoanalyzes: u64,
    inserted_since_vacuum: u64,
    dead_rows: u64,
    heap_blocks_hit: u64,
    heap_blocks_read: u64,
    index_blocks_hit: u64,
    index_blocks_read: u64,
    toast_blocks: u64,
    table_bytes: u64,
    index_bytes: u64,
    /// When the database's statistics were last reset, in microseconds since 1970.
    reset_us: Option<i64>,
    /// When the server was started.
    started_us: i64,
}

/// Reads the sums over the table called `table` of every tenant of the run.
///
/// # Errors
/// Why they can't be had, for the record's `unavailable`: the statement failed,
/// or track_counts is off, so that all counters stay 0.
pub async fn read(session: &Session, run_id: Uuid, table: &str) -> Result<Tables, Note> {
    match ask(session, run_id, table).await {
        Ok(Some(tables)) => Ok(tables),
        Ok(None) => Err(Sampler::CountsMissing {}.into()),
        Err(error) => Err(Reason::QueryFailed { error: error.to_string() }.into()),
    }
}

/// None where nothing is counted.
async fn ask(session: &Session, run_id: Uuid, table: &str) -> Result<Option<Tables>, SessionError> {
    let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
        [(&run_id, Type::UUID), (&table, Type::TEXT)];
    let failed = || SessionError::statement(doing::READING_TABLES);
    let asked = session.client.query_typed_one(sql!("sample/tables.sql"), &parameters).await;
    let row = asked.map_err(failed())?;
    if !row.try_get::<_, bool>("counted").map_err(failed())? {
        return Ok(None);
    }
    let count = |column| {
        let value = row.try_get::<_, i64>(column).map_err(failed())?;
        // None is negative; a number that is would be no count.
        Ok::<u64, SessionError>(u64::try_from(value).unwrap_or(0))
    };
    Ok(Some(Tables {
        tables: count("tables")?,
        rows_inserted: count("rows_inserted")?,
        autovacuums: count("autovacuums")?,
        autoanalyzes: count("autoanalyzes")?,
        inserted_since_vacuum: count("inserted_since_vacuum")?,
        dead_rows: count("dead_rows")?,
        heap_blocks_hit: count("heap_blocks_hit")?,
        heap_blocks_read: count("heap_blocks_read")?,
        index_blocks_hit: count("index_blocks_hit")?,
        index_blocks_read: count("index_blocks_read")?,
        toast_blocks: count("toast_blocks")?,
        table_bytes: count("table_bytes")?,
        index_bytes: count("index_bytes")?,
        reset_us: row.try_get("reset_us").map_err(failed())?,
        started_us: row.try_get("started_us").map_err(failed())?,
    }))
}

/// What happened between two readings.
///
/// # Errors
/// Why the difference means nothing: the statistics were reset (of one table,
/// too), the server restarted, or a counter or the number of tables fell.
pub fn difference(before: &Tables, after: &Tables) -> Result<(TableCounts, Cache), DropReason> {
    if before.started_us != after.started_us {
        return Err(DropReason::Restarted);
    }
    if before.reset_us != after.reset_us {
        return Err(DropReason::Reset);
    }
    let risen = |of: fn(&Tables) -> u64| of(after).checked_sub(of(before)).ok_or(DropReason::Fell);
    risen(|t| t.tables)?;
    let counts = TableCounts {
        rows_inserted: risen(|t| t.rows_inserted)?,
        autovacuums: risen(|t| t.autovacuums)?,
        autoanalyzes: risen(|t| t.autoanalyzes)?,
        inserted_since_vacuum: after.inserted_since_vacuum,
        dead_rows: after.dead_rows,
        table_bytes_before: before.table_bytes,
        table_bytes_after: after.table_bytes,
        index_bytes_before: before.index_bytes,
        index_bytes_after: after.index_bytes,
    };
    let (index_hit, index_read) = (risen(|t| t.index_blocks_hit)?, risen(|t| t.index_blocks_read)?);
    let (heap_hit, heap_read) = (risen(|t| t.heap_blocks_hit)?, risen(|t| t.heap_blocks_read)?);
    let cache = Cache {
        index_blocks_hit: index_hit,
        index_blocks_read: index_read,
        index_hit_ratio: ratio(index_hit, index_read),
        heap_blocks_hit: heap_hit,
        heap_blocks_read: heap_read,
        heap_hit_ratio: ratio(heap_hit, heap_read),
    };
    Ok((counts, cache))
}

/// What only the tuning rules go by, where the [`difference`] means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForRules {
    /// Blocks of TOAST tables that were found or read.
    pub toast_blocks: u64,
    /// By how many the rows grew that vacuum has yet to see.
    pub backlog_grown: i64,
}

/// What happened between two readings, for the tuning rules.
///
/// # Errors
/// As [`difference`].
pub fn for_rules(before: &Tables, after: &Tables) -> Result<ForRules, DropReason> {
    difference(before, after)?;
    let toast_blocks = after.toast_blocks.checked_sub(before.toast_blocks);
    let backlog = |t: &Tables| t.inserted_since_vacuum.saturating_add(t.dead_rows);
    let backlog_grown = i64::try_from(i128::from(backlog(after)) - i128::from(backlog(before)));
    Ok(ForRules {
        toast_blocks: toast_blocks.ok_or(DropReason::Fell)?,
        backlog_grown: backlog_grown.unwrap_or(i64::MAX),
    })
}

/// None where no block was touched.
fn ratio(hit: u64, read: u64) -> Option<f64> {
    let all = hit.saturating_add(read);
    (all > 0).then(|| hit as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reading() -> Tables {
        Tables {
            tables: 2,
            rows_inserted: 100,
            autovacuums: 1,
            autoanalyzes: 2,
            inserted_since_vacuum: 60,
            dead_rows: 5,
            heap_blocks_hit: 1_000,
            heap_blocks_read: 10,
            index_blocks_hit: 500,
            index_blocks_read: 20,
            toast_blocks: 4,
            table_bytes: 8_192,
            index_bytes: 16_384,
            reset_us: None,
            started_us: 77,
        }
    }

    #[test]
    fn counters_are_differences_and_the_rest_is_as_it_is() {
        let before = reading();
        let after = Tables {
            rows_inserted: 350,
            autovacuums: 2,
            inserted_since_vacuum: 40,
            dead_rows: 0,
            heap_blocks_hit: 1_030,
            heap_blocks_read: 20,
            index_blocks_hit: 1_490,
            index_blocks_read: 30,
            table_bytes: 81_920,
            ..before
        };
        let (counts, cache) = difference(&before, &after).unwrap();
        let expected = TableCounts {
            rows_inserted: 250,
            autovacuums: 1,
            autoanalyzes: 0,
            inserted_since_vacuum: 40,
            dead_rows: 0,
            table_bytes_before: 8_192,
            table_bytes_after: 81_920,
            index_bytes_before: 16_384,
            index_bytes_after: 16_384,
        };
        assert_eq!(counts, expected);
        assert_eq!((cache.index_blocks_hit, cache.index_blocks_read), (990, 10));
        assert_eq!((cache.heap_blocks_hit, cache.heap_blocks_read), (30, 10));
        assert_eq!((cache.index_hit_ratio, cache.heap_hit_ratio), (Some(0.99), Some(0.75)));
        let toasted = Tables { toast_blocks: 9, ..after };
        // 60 and 5 rows waited for a vacuum before, 40 and none after.
        let expected = ForRules { toast_blocks: 5, backlog_grown: -25 };
        assert_eq!(for_rules(&before, &toasted), Ok(expected));
        let fell = Tables { toast_blocks: 3, ..after };
        assert_eq!(for_rules(&before, &fell), Err(DropReason::Fell));
        // No block touched is no ratio.
        let (_, cache) = difference(&before, &before).unwrap();
        assert_eq!((cache.index_hit_ratio, cache.heap_hit_ratio), (None, None));
    }

    #[test]
    fn what_means_nothing_is_told_apart() {
        let before = reading();
        let dropped = |after: Tables| difference(&before, &after).unwrap_err();
        assert_eq!(dropped(Tables { reset_us: Some(1), ..before }), DropReason::Reset);
        assert_eq!(dropped(Tables { started_us: 78, ..before }), DropReason::Restarted);
        assert_eq!(dropped(Tables { tables: 1, ..before }), DropReason::Fell);
        for fell in [
            Tables { rows_inserted: 99, ..before },
            Tables { autovacuums: 0, ..before },
            Tables { autoanalyzes: 1, ..before },
            Tables { heap_blocks_hit: 999, ..before },
            Tables { heap_blocks_read: 9, ..before },
            Tables { index_blocks_hit: 499, ..before },
            Tables { index_blocks_read: 19, ..before },
        ] {
            assert_eq!(dropped(fell), DropReason::Fell);
        }
    }

    proptest! {
        #[test]
        fn a_ratio_is_a_share(hit: u64, read: u64) {
            let share = ratio(hit, read);
            prop_assert_eq!(share.is_none(), hit == 0 && read == 0);
            prop_assert!(share.is_none_or(|share| (0.0..=1.0).contains(&share)));
        }
    }
}
