//! What the tenant before left in a connection of the tool's own pool: a pool
//! of one connection, leased by one tenant, given back, leased by the next.

use super::NOTHING;
use super::ground::{Ground, Tenant};
use super::pair::{Unasked, answer, counted};
use super::places::{Peer, filled, lock_key, places};
use super::probe::{Expect, How, Probe};
use crate::model::isolation::{Answer, Group};
use crate::model::observed::Isolated;
use crate::session::{AcquireError, Lease, Pool, PoolOptions, sql};
use std::time::Duration;

const GROUP: Group = Group::Pool;

/// What a session keeps beyond COMMIT, unless its pool resets it.
const STAYS: Expect = Expect::Open(&[], || Isolated::OpenPoolSession {});

/// The probes.
pub(super) const PROBES: &[Probe] = &[
    Probe::new("pool_role", GROUP, sql!("isolation/pool_role.sql"))
        .everywhere(NOTHING)
        .by(How::AfterWork),
    Probe::new("pool_setting", GROUP, sql!("isolation/pool_setting.sql"))
        .everywhere(NOTHING)
        .by(How::AfterWork),
    Probe::new("pool_search_path", GROUP, sql!("isolation/pool_search_path.sql"))
        .everywhere(NOTHING)
        .by(How::AfterWork),
    Probe::new("pool_temp_table", GROUP, sql!("isolation/pool_temp_table.sql"))
        .everywhere(NOTHING)
        .by(How::AfterWork),
    Probe::new("pool_prepared", GROUP, sql!("isolation/pool_prepared.sql"))
        .everywhere(STAYS)
        .by(How::AfterWork),
    Probe::new("pool_cursor", GROUP, sql!("isolation/pool_cursor.sql"))
        .everywhere(STAYS)
        .by(How::AfterWork),
    Probe::new("pool_lock", GROUP, sql!("isolation/pool_lock.sql"))
        .everywhere(NOTHING)
        .by(How::AfterWork),
    Probe::new("pool_listen", GROUP, sql!("isolation/pool_listen.sql"))
        .everywhere(STAYS)
        .by(How::AfterWork),
    Probe::new("pool_session", GROUP, sql!("isolation/pool_session.sql"))
        .everywhere(STAYS)
        .by(How::AfterState),
];

/// How long a lease may take.
const ACQUIRE_WITHIN: Duration = Duration::from_secs(10);

/// The pool, and what a tenant does with it.
pub(super) struct Pooled {
    pool: Pool,
    work: String,
    state: String,
}

impl Pooled {
    /// The pool, whose connection isn't open yet.
    pub fn open(ground: &Ground, tenant: &Tenant) -> Result<Pooled, AcquireError> {
        let pool = Pool::new(&PoolOptions {
            engine: ground.pool,
            target: &ground.target,
            control: &ground.target,
            application_name: &ground.session_name,
            size: 1,
            acquire_timeout: ACQUIRE_WITHIN,
            log_slow_ms: None,
            first: None,
            delayed: false,
        })?;
        let mut places = places(ground, tenant, tenant, &Peer::default(), &Default::default());
        // Another one than that which the other tenant's session holds.
        places.retain(|(name, _)| *name != "key");
        places.push(("key", lock_key(tenant).wrapping_add(1).to_string()));
        Ok(Pooled {
            pool,
            work: filled(sql!("isolation/pool_work.sql"), &places),
            state: filled(sql!("isolation/pool_state.sql"), &places),
        })
    }

    /// A tenant's transaction, then a look by the next tenant.
    pub async fn after_work(&self, look: &str) -> Result<Answer, Unasked> {
        let mut lease = self.lease().await?;
        let first = lease.begin_with(&self.work).await?.map(|backend| backend.pid);
        lease.client().batch_execute("COMMIT").await?;
        lease.release();
        self.look(first, look).await
    }

    /// What a tenant has its session do, then a look by the next tenant.
    pub async fn after_state(&self, look: &str) -> Result<Answer, Unasked> {
        let mut lease = self.lease().await?;
        let first = lease.begin().await?.map(|backend| backend.pid);
        lease.client().batch_execute("COMMIT").await?;
        lease.client().batch_execute(&self.state).await?;
        lease.release();
        self.look(first, look).await
    }

    async fn lease(&self) -> Result<Lease, Unasked> {
        self.pool.acquire().await.map_err(|error| Unasked::Failed(error.to_string()))
    }

    /// Looks, and throws the connection away: the next probe gets a new one.
    async fn look(&self, first: Option<i32>, sql: &str) -> Result<Answer, Unasked> {
        let mut lease = self.lease().await?;
        let second = lease.begin().await?.map(|backend| backend.pid);
        if first.is_none() || first != second {
            return Err(Unasked::Because(Isolated::NotSameConnection {}));
        }
        let said = lease.client().simple_query(sql).await;
        answer(said.map(|messages| counted(&messages)))
    }

    pub async fn close(self) {
        self.pool.close().await;
    }
}
