//! What a fault left in the server: sessions of the run, and their locks.

use crate::message::doing;
use crate::session::{Session, SessionError, Target, sql};
use std::time::{Duration, Instant};
use tokio_postgres::types::Type;

/// How long sessions have to go by themselves.
const GRACE: Duration = Duration::from_secs(5);

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Sessions of the writers that are left once their pools are closed, and the
/// locks on tables that they hold.
///
/// # Errors
/// Where the server can't be asked.
pub(in crate::engine) async fn look(
    target: &Target,
    writers: &str,
) -> Result<(u64, u64), SessionError> {
    let session = Session::open(target, "pgvalidate fault").await?;
    let until = Instant::now() + GRACE;
    loop {
        let row = session
            .client
            .query_typed_one(sql!("faults/orphans.sql"), &[(&writers, Type::TEXT)])
            .await
            .map_err(SessionError::statement(doing::LOOKING_FOR_ORPHANS))?;
        let (sessions, locks): (i64, i64) = (row.get(0), row.get(1));
        if sessions == 0 || Instant::now() >= until {
            return Ok((sessions.unsigned_abs(), locks.unsigned_abs()));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
