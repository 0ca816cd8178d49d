//! Connections that are cut at an exact point of a batch's transaction, which
//! the writer itself names: nobody else can see it in an encrypted connection.

use super::proxy::Cut;
use super::{Fault, FaultError, Scene};
use crate::message::doing;
use crate::work::seams::Point;
use futures_util::future::BoxFuture;
use std::time::Duration;

/// How long connections are cut, and of how many batches one is.
const LASTS: Duration = Duration::from_secs(3);
const EVERY: u64 = 5;

/// Every fifth batch is cut there.
pub(super) struct Cutting(Point, Cut);

impl Cutting {
    pub(super) fn at(point: Point, cut: Cut) -> Cutting {
        Cutting(point, cut)
    }
}

impl Fault for Cutting {
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async move {
            let detour = scene.detour()?;
            let before = detour.proxy.cuts();
            detour.cuts.plan(self.0, self.1, EVERY);
            tokio::time::sleep(LASTS).await;
            detour.cuts.none();
            match detour.proxy.cuts() - before {
                0 if scene.session().await?.backend.is_encrypted() => {
                    Err(FaultError::ThroughTls {})
                }
                0 => Err(FaultError::NothingToHit { what: doing::CONNECTION }),
                cut => Ok(Some(cut)),
            }
        })
    }

    fn heal<'a>(&'a mut self, scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        Box::pin(async move {
            scene.detour()?.cuts.none();
            Ok(())
        })
    }
}
