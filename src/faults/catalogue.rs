//! Every fault that there is, by name.

use super::Fault;
use super::backends::{Backends, Blow};
use super::checkpoints::CheckpointStorm;
use super::cutting::Cutting;
use super::deadlocks::Deadlocks;
use super::disk_full::DiskFull;
use super::failover::Failover;
use super::freeze::Freeze;
use super::kill_backend::KillBackend;
use super::network::Network;
use super::outage::{Down, Outage};
use super::peers::IdlePeers;
use super::proxy::{Cut, End, Weather};
use super::slots::SlotsTaken;
use super::small_pool::SmallPool;
use super::table_lock::TableLock;
use super::way::Way;
use super::worker_killed::WorkerKilled;
use super::writers::WriterDropped;
use crate::model::Criterion;
use crate::model::fault::FaultLoad;
use crate::model::observed::FaultNote;
use crate::server::{Replication, Shutdown};
use crate::work::seams::Point;
use std::time::Duration;

/// Where a fault may be injected: what is asked of the server, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Anywhere: it meets the run's own connections alone.
    Nothing,
    /// Anywhere but in a sign-off of a target: it holds locks or transactions
    /// open in the server, on nothing but the run's own tables.
    Locks,
    /// On a target only where that is allowed in so many words: others feel it.
    Disruption,
    /// On a server that the tool started itself.
    Private,
}

/// What a private server is to be, for the fault that comes into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// One server, on a disk.
    One,
    /// One with a standby that can take over.
    Pair(Replication),
    /// One on a file system of its own that can run full.
    SmallDisk,
}

/// Makes what is to be said of a fault whatever it met.
pub type Caveat = fn() -> FaultNote;

/// A fault, before it is injected.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// As `--only` names it.
    pub name: &'static str,
    /// Where it may be injected.
    pub needs: Needs,
    /// How long it lasts, from the end of `inject` to `heal`.
    pub hold: Duration,
    /// Makes one.
    pub make: fn() -> Box<dyn Fault>,
    /// How the writers reach the server.
    pub way: Way,
    /// What it comes into, whatever the others come into: it needs a queue, or
    /// a load that goes on.
    pub into: Option<FaultLoad>,
    /// What the private server is to be.
    pub ground: Ground,
    /// The writers for each connection of their pool; None where the pool is as ever.
    pub writers_a_connection: Option<u32>,
    /// What it can't show, for whoever reads its row.
    pub caveat: Option<Caveat>,
}

impl Kind {
    const fn new(name: &'static str, make: fn() -> Box<dyn Fault>) -> Kind {
        let hold = Duration::ZERO;
        Kind {
            name,
            needs: Needs::Nothing,
            hold,
            make,
            way: Way::Straight,
            writers_a_connection: None,
            into: None,
            ground: Ground::One,
            caveat: None,
        }
    }

    const fn way(mut self, way: Way) -> Kind {
        self.way = way;
        self
    }

    const fn writers_a_connection(mut self, writers: u32) -> Kind {
        self.writers_a_connection = Some(writers);
        self
    }

    const fn hold(mut self, s: u64) -> Kind {
        self.hold = Duration::from_secs(s);
        self
    }

    const fn needs(mut self, needs: Needs) -> Kind {
        self.needs = needs;
        self
    }

    const fn into(mut self, load: FaultLoad) -> Kind {
        self.into = Some(load);
        self
    }

    const fn on(mut self, ground: Ground) -> Kind {
        self.ground = ground;
        self
    }

    const fn caveat(mut self, caveat: fn() -> FaultNote) -> Kind {
        self.caveat = Some(caveat);
        self
    }

    /// Whether a run with it is judged by this: what an asynchronous standby
    /// lacks was lost by how it follows, and not by the server or the load.
    pub fn is_judged_by(&self, criterion: &Criterion) -> bool {
        self.ground != Ground::Pair(Replication::Async)
            || criterion.metric != "verification.acknowledged_lost"
    }
}

/// A private server that is away for a second.
const fn down(name: &'static str, make: fn() -> Box<dyn Fault>) -> Kind {
    Kind::new(name, make).needs(Needs::Private).hold(1)
}

/// A pair of private servers whose primary is killed, and the standby promoted
/// a second later.
const fn failover(name: &'static str, how: Replication) -> Kind {
    down(name, || Box::new(Failover::default())).on(Ground::Pair(how)).into(FaultLoad::Soak)
}

fn kill_proves_no_fsync() -> FaultNote {
    FaultNote::KillProvesNoFsync {}
}

fn slots_left() -> FaultNote {
    FaultNote::SlotsLeft {}
}

/// 20 to 30 ms each way.
const LATE: Weather =
    Weather { latency: Duration::from_millis(20), jitter: Duration::from_millis(10), ..FAIR };
/// A megabyte a second, each connection and way.
const NARROW: Weather = Weather { bytes_per_s: Some(1_000_000), ..FAIR };
const BLACK_HOLE: Weather = Weather { swallows: true, ..FAIR };
const LINGERING: Weather = Weather { lingers: true, ..FAIR };
const REFUSING: Weather = Weather { refuses: true, ..FAIR };
const FAIR: Weather = Weather::FAIR;

/// All of them, in the order in which they are tried: the mildest first.
pub const ALL: &[Kind] = &[
    Kind::new("cancel-backends", || Box::new(Backends::new(Blow::Cancel))),
    Kind::new("terminate-backends", || Box::new(Backends::new(Blow::Terminate))),
    Kind::new("writer-dropped", || Box::new(WriterDropped)),
    Kind::new("worker-killed", || Box::new(WorkerKilled::default()))
        .needs(Needs::Private)
        .into(FaultLoad::Scans),
    Kind::new("table-lock", || Box::new(TableLock::default())).needs(Needs::Locks).hold(3),
    Kind::new("deadlocks", || Box::new(Deadlocks)).needs(Needs::Locks),
    Kind::new("checkpoint-storm", || Box::new(CheckpointStorm)).needs(Needs::Disruption),
    Kind::new("freeze", || Box::new(Freeze::default())).needs(Needs::Private).hold(3),
    Kind::new("network-latency", || Box::new(Network::weather(LATE))).way(Way::Proxied).hold(4),
    Kind::new("network-bandwidth", || Box::new(Network::weather(NARROW))).way(Way::Proxied).hold(4),
    Kind::new("network-blackhole", || Box::new(Network::weather(BLACK_HOLE)))
        .way(Way::Proxied)
        .hold(4),
    Kind::new("network-fin", || Box::new(Network::end(End::Fin))).way(Way::Proxied),
    Kind::new("network-rst", || Box::new(Network::end(End::Reset))).way(Way::ProxiedTcp),
    Kind::new("slow-close", || Box::new(Network::end(End::Slow).in_weather(LINGERING)))
        .way(Way::Proxied)
        .hold(3),
    Kind::new("connections-refused", || {
        Box::new(Network::end(End::Fin).of_every(2).in_weather(REFUSING))
    })
    .way(Way::Proxied)
    .hold(3),
    Kind::new("copy-cut", || Box::new(Cutting::at(Point::BeforeData, Cut::AfterBytes(2_000))))
        .way(Way::Proxied),
    Kind::new("commit-reply-cut", || Box::new(Cutting::at(Point::BeforeCommit, Cut::AfterForward)))
        .way(Way::Proxied),
    Kind::new("pool-too-small", || Box::new(SmallPool)).hold(3).writers_a_connection(4),
    Kind::new("idle-in-transaction", || Box::new(IdlePeers::default())).needs(Needs::Locks).hold(3),
    Kind::new("slots-taken", || Box::new(SlotsTaken::default()))
        .way(Way::Proxied)
        .needs(Needs::Disruption)
        .hold(3)
        .caveat(slots_left),
    down("fast-shutdown", || Box::new(Outage::new(Down::ShutDown(Shutdown::Fast)))),
    down("immediate-shutdown", || Box::new(Outage::new(Down::ShutDown(Shutdown::Immediate))))
        .caveat(kill_proves_no_fsync),
    down("kill-postmaster", || Box::new(Outage::new(Down::ShutDown(Shutdown::Kill))))
        .caveat(kill_proves_no_fsync),
    down("crash", || Box::new(Outage::new(Down::Crash))).caveat(kill_proves_no_fsync),
    Kind::new("kill-backend", || Box::new(KillBackend::default()))
        .needs(Needs::Private)
        .caveat(kill_proves_no_fsync),
    Kind::new("disk-full", || Box::new(DiskFull::default()))
        .needs(Needs::Private)
        .hold(2)
        .on(Ground::SmallDisk)
        .into(FaultLoad::Soak)
        .caveat(|| FaultNote::DiskInMemory {}),
    failover("failover-async", Replication::Async).caveat(|| FaultNote::AsyncMayLose {}),
    failover("failover-sync", Replication::Sync).caveat(kill_proves_no_fsync),
];

/// The one of this name.
pub fn named(name: &str) -> Option<&'static Kind> {
    ALL.iter().find(|kind| kind.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_plain() {
        for kind in ALL {
            assert_eq!(ALL.iter().filter(|other| other.name == kind.name).count(), 1);
            assert!(
                kind.name.bytes().all(|b| b.is_ascii_lowercase() || b"-0123456789".contains(&b))
            );
        }
    }
}
