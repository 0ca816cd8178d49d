//! Peers that hold a transaction open and do nothing, as an application does
//! that waits for its user: a snapshot, and a lock on a tenant's tables.

use super::{Fault, FaultError, Scene};
use crate::message::doing;
use crate::session::{Session, SessionError, sql};
use futures_util::future::BoxFuture;
use tokio_postgres::types::Type;

/// How many at most, each on another tenant's tables.
const PEERS: usize = 4;

/// The peers. Closing their sessions ends their transactions.
#[derive(Default)]
pub(super) struct IdlePeers(Vec<Session>);

impl Fault for IdlePeers {
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async move {
            let failed = || SessionError::statement(doing::INJECTING);
            for tenant in scene.tenants.iter().take(PEERS) {
                let peer = scene.session().await?;
                // The first statement takes the snapshot.
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                peer.client.batch_execute(begin).await.map_err(failed())?;
                let tables = peer
                    .client
                    .query_typed(sql!("faults/tables.sql"), &[(&tenant.schema, Type::TEXT)])
                    .await
                    .map_err(failed())?;
                for table in tables {
                    let name: &str = table.get(0);
                    let lock = format!("LOCK TABLE {name} IN ACCESS SHARE MODE");
                    peer.client.batch_execute(&lock).await.map_err(failed())?;
                }
                self.0.push(peer);
            }
            Ok(Some(self.0.len() as u64))
        })
    }

    fn heal<'a>(&'a mut self, _scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        Box::pin(async {
            self.0.clear();
            Ok(())
        })
    }
}
