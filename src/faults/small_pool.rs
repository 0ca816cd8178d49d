//! A pool that is smaller than its load: nothing is done to anybody, the run
//! itself has the pool, and the time-outs of those who wait are in its errors.

use super::{Fault, FaultError, Scene};
use futures_util::future::BoxFuture;

/// Does nothing.
pub(super) struct SmallPool;

impl Fault for SmallPool {
    fn inject<'a>(
        &'a mut self,
        _scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async { Ok(None) })
    }

    fn heal<'a>(&'a mut self, _scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        Box::pin(async { Ok(()) })
    }
}
