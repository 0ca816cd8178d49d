//! Causes on the tool's own side: no connection free, no processor free.

use super::window::{Window, percent};
use super::{Case, MOST, Rank};
use crate::judge::validity::BUSY_LIMIT;
use crate::model::Cause;
use crate::model::observed::Evidence;
use crate::model::series::Point;

/// A pool is full where so much of it is in use, on the mean of ten samples.
const FULL: f64 = 0.95;

/// The server did its work as usual where no second's batches took longer
/// than so many times what they take elsewhere, once they had a connection.
const AS_USUAL: f64 = 2.0;

/// The tool is busier than elsewhere from so many times that on.
const BUSIER: f64 = 1.25;

/// More batches come than the pool has connections for, while the server does
/// its work as usual. Where the server is slow the pool fills, too; that is no
/// cause but what follows from one.
pub(super) fn pool_wait(window: &Window) -> Option<Case> {
    let size = f64::from(window.record.scenario.write_pool);
    let (in_use, _) = window.means(|point| point.in_use)?;
    let (waiting, usually_waiting) = window.means(|point| point.waiting)?;
    let usual = service_s(&window.outside)?;
    let mut seconds = window.inside.iter().map(|point| service_s(&[*point]));
    let as_usual = seconds.all(|s| s.is_some_and(|service_s| service_s <= AS_USUAL * usual));
    // By Little's law, of the time that batches are open.
    let share = waiting / (waiting + in_use);
    let is_cause = in_use >= FULL * size && as_usual && share >= MOST && waiting > usually_waiting;
    is_cause.then(|| Case {
        cause: Cause::PoolWait,
        rank: Rank::Client,
        strength: share,
        evidence: vec![
            Evidence::PoolFull {
                in_use: in_use.round() as u32,
                size: window.record.scenario.write_pool,
                waiting: waiting.round() as u64,
                usually_waiting: usually_waiting.round() as u64,
            }
            .into(),
        ],
    })
}

/// How long a batch had a connection: connections in use over batches a second.
fn service_s(points: &[&Point]) -> Option<f64> {
    let (mut in_use, mut batches) = (0.0, 0);
    for point in points {
        in_use += point.in_use?;
        batches += point.batches;
    }
    (batches > 0).then(|| in_use / batches as f64)
}

/// The tool has every processor of its machine busy, and more so than usual.
pub(super) fn cpu(window: &Window) -> Option<Case> {
    let (busy, usual) = window.means(|point| point.client_cpu)?;
    let cpus = window.record.host.cpus;
    let is_full = busy >= BUSY_LIMIT * f64::from(cpus) && busy >= BUSIER * usual;
    // A server that waits for its client shows that; one on the same machine
    // waits for a processor.
    let waits = |kind: &str, name: &str| kind == "CPU" || (kind, name) == ("Client", "ClientRead");
    let share = window.lost.as_ref().map_or(1.0, |lost| lost.share(waits));
    (is_full && share >= MOST).then(|| Case {
        cause: Cause::ClientCpu,
        rank: Rank::Client,
        strength: share,
        evidence: vec![
            Evidence::ClientBusy {
                percent: percent(busy / f64::from(cpus.max(1))),
                usual_percent: percent(usual / f64::from(cpus.max(1))),
                cpus,
            }
            .into(),
        ],
    })
}
