//! All batches at once.

use super::{bounded, pool_for};
use crate::engine::error::SetupError;

/// The most tenants that are made without being asked for.
const DEFAULT_TENANTS_MOST: u32 = 50;

/// What a burst is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct BurstWork {
    /// How many batches.
    pub batches: u32,
}

impl BurstWork {
    pub(in crate::engine) fn check(
        &self,
        size: u32,
        writers_per_tenant: Option<u32>,
    ) -> Result<(), SetupError> {
        let batches = u64::from(self.batches);
        bounded("--batches", batches, 1, 100_000)?;
        bounded("--batches x --size =", batches * u64::from(size), 1, 10_000_000_000)?;
        let writers = u64::from(writers_per_tenant.unwrap_or(1));
        bounded("--writers-per-tenant", writers, 1, batches)
    }

    pub(in crate::engine) fn default_tenants(&self, writers_per_tenant: Option<u32>) -> u32 {
        match writers_per_tenant {
            Some(writers) => self.batches.div_ceil(writers),
            None => self.batches.min(DEFAULT_TENANTS_MOST),
        }
    }

    pub(in crate::engine) fn default_pool(&self) -> u32 {
        pool_for(self.batches)
    }
}
