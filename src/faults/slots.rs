//! Every free connection slot taken from outside, while half of the writers'
//! connections end, four times a second: on a private server those who come
//! back meet 53300 (too_many_connections), a target keeps some for its others.

use super::proxy::End;
use super::{Detour, Fault, FaultError, Scene};
use crate::message::doing;
use crate::session::{Session, SessionError, Target, sql};
use futures_util::future::BoxFuture;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;

/// How many try at once for what becomes free, and how often.
const TAKERS: usize = 4;
const AGAIN: Duration = Duration::from_millis(2);

/// How often the writers' connections end.
const END_AGAIN: Duration = Duration::from_millis(250);

/// What is left on a server that others use: this many, or that part.
const LEFT: i32 = 10;
const LEFT_PART: i32 = 10;

/// Who takes, and what was taken. Dropping both gives the slots back: that
/// needs no new session.
#[derive(Default)]
pub(super) struct SlotsTaken {
    takers: JoinSet<()>,
    taken: Arc<Mutex<Vec<Session>>>,
}

impl Fault for SlotsTaken {
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async move {
            let most = match scene.server {
                Some(_) => usize::MAX,
                None => spare(scene).await?,
            };
            // Until there are none left, or as many as may be taken are.
            while count(&self.taken) < most {
                match scene.session().await {
                    Ok(session) => keep(&self.taken, session),
                    Err(_) if count(&self.taken) > 0 => break,
                    Err(error) => return Err(error.into()),
                }
            }
            if scene.server.is_some() {
                for _ in 0..TAKERS {
                    self.takers.spawn(take(scene.target.clone(), self.taken.clone()));
                }
            }
            let detour = scene.detour.clone().ok_or_else(FaultError::nowhere)?;
            self.takers.spawn(end(detour));
            match count(&self.taken) {
                0 => Err(FaultError::NothingToHit { what: doing::FREE_SLOT }),
                taken => Ok(Some(taken as u64)),
            }
        })
    }

    fn heal<'a>(&'a mut self, _scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        Box::pin(async {
            self.takers.shutdown().await;
            self.taken.lock().unwrap_or_else(PoisonError::into_inner).clear();
            Ok(())
        })
    }
}

/// Ends every second connection of the writers, again and again: who is quick
/// gets the slot back that he had.
async fn end(detour: Arc<Detour>) {
    loop {
        detour.proxy.end(End::Fin, 2);
        tokio::time::sleep(END_AGAIN).await;
    }
}

/// How many slots of a target may be taken.
async fn spare(scene: &Scene<'_>) -> Result<usize, FaultError> {
    let session = scene.session().await?;
    let row = session
        .client
        .query_typed_one(sql!("faults/free_slots.sql"), &[])
        .await
        .map_err(SessionError::statement(doing::LOOKING_FOR_SLOTS))?;
    let (all, free): (i32, i32) = (row.get(0), row.get(1));
    Ok(usize::try_from(free - LEFT.max(all / LEFT_PART)).unwrap_or(0))
}

/// Takes whatever becomes free.
async fn take(target: Target, taken: Arc<Mutex<Vec<Session>>>) {
    loop {
        match Session::open(&target, "pgvalidate fault").await {
            Ok(session) => keep(&taken, session),
            Err(_) => tokio::time::sleep(AGAIN).await,
        }
    }
}

fn keep(taken: &Mutex<Vec<Session>>, session: Session) {
    taken.lock().unwrap_or_else(PoisonError::into_inner).push(session);
}

fn count(taken: &Mutex<Vec<Session>>) -> usize {
    taken.lock().unwrap_or_else(PoisonError::into_inner).len()
}
