//! Writers that are dropped in the middle of a batch, as a task is whose
//! request was cancelled: what it was at is never finished, its connection is
//! closed with the transaction open, and the batch is somebody else's to retry.
//!
//! A COMMIT that was sent is never dropped: what became of it would be known
//! to nobody.

use tokio::sync::Semaphore;

/// How many writers are to be dropped yet. The default drops none.
#[derive(Debug)]
pub struct Drops(Semaphore);

impl Default for Drops {
    fn default() -> Drops {
        Drops(Semaphore::new(0))
    }
}

impl Drops {
    /// Drops so many, those that are in the middle of a batch first.
    pub fn strike(&self, writers: usize) {
        self.0.add_permits(writers);
    }

    /// How many of these haven't been met yet.
    pub fn left(&self) -> usize {
        self.0.available_permits()
    }

    /// Drops no more; how many weren't met.
    pub fn end(&self) -> usize {
        self.0.forget_permits(usize::MAX >> 3)
    }

    /// Waits until it is this writer's turn to be dropped.
    pub(super) async fn met(&self) {
        match self.0.acquire().await {
            Ok(permit) => permit.forget(),
            // It is never closed.
            Err(_) => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn as_many_are_dropped_as_was_said() {
        let drops = Drops::default();
        assert!(drops.met().now_or_never().is_none());
        drops.strike(2);
        assert!(drops.met().now_or_never().is_some());
        assert_eq!((drops.left(), drops.end()), (1, 1));
        assert!(drops.met().now_or_never().is_none());
    }
}
