//! From a symptom to what to do next: time-outs, a cache that misses, a queue
//! that is deep. The symptoms are those that operators know; what is advised
//! is only what the record supports. Where two causes fit, and what would tell
//! them apart wasn't seen, that is said instead.

use crate::model::observed::Trouble;
use crate::model::record::{Load, Pool, Storage};
use crate::model::size::Bytes;
use crate::model::{Note, RunRecord};

/// More time-outs than this a batch are trouble.
const TIMEOUTS: f64 = 0.05;

/// A lower share of blocks found in the cache is trouble.
const CACHE_HIT: f64 = 0.95;

/// A deeper queue is trouble.
const QUEUE_DEPTH: u64 = 100;

/// A resource that is busier than this on average, or a wait that took a
/// greater share of the writers' samples, is a limit.
const AT_LIMIT: f64 = 0.85;
const MOST_WAITS: f64 = 0.5;

/// Below this there is room for more.
const ROOM: f64 = 0.7;

/// Fewer samples of the writers say nothing about what they wait for.
const SAMPLES_NEEDED: u64 = 20;

/// Until 15 an extension counts as one block, so that the heap's ratio shows
/// the version (docs/statistics.md).
const HEAP_RATIO_FROM: u32 = 160_000;

/// What the server could still have done.
enum Server {
    /// More: the mean shares of its processors and its disk.
    HasRoom { cpu: f64, disk: f64 },
    /// No more: what it was at.
    AtLimit(String),
    /// Not enough was seen.
    Unclear,
}

/// Enters what was found.
pub fn enter(record: &mut RunRecord) {
    let found = troubles(record);
    record.findings.extend(found);
}

/// The symptoms of a record, each with its evidence and what to do next.
pub fn troubles(record: &RunRecord) -> Vec<Note> {
    let found = [timeouts(record), index_cache(record), heap_cache(record), queue(record)];
    found.into_iter().flatten().map(Note::from).collect()
}

fn percent(share: f64) -> u32 {
    (share * 100.0).round() as u32
}

fn timeouts(record: &RunRecord) -> Option<Trouble> {
    let Load { batches, .. } = record.load.as_ref()?;
    let share = batches.timeouts as f64 / batches.total.max(1) as f64;
    if share <= TIMEOUTS {
        return None;
    }
    let (percent, timeouts) = (percent(share), batches.timeouts);
    let size = record.scenario.size;
    let server = server(record);
    let pool = write_pool(record).filter(|pool| pool.timeouts * 2 > timeouts);
    Some(match (pool, server) {
        (Some(pool), server) => {
            let (waits, in_use, size) = (pool.timeouts, pool.in_use_max, pool.size);
            match server {
                Server::HasRoom { cpu, disk } => {
                    let (cpu_percent, disk_percent) = (self::percent(cpu), self::percent(disk));
                    let is_full = in_use >= size;
                    match is_full {
                        true => Trouble::TimeoutsInPool {
                            percent,
                            waits,
                            in_use,
                            size,
                            cpu_percent,
                            disk_percent,
                        },
                        false => Trouble::TimeoutsInPoolUnclear { percent, waits, in_use, size },
                    }
                }
                Server::AtLimit(limit) => {
                    Trouble::TimeoutsBehindServer { percent, waits, in_use, size, limit }
                }
                Server::Unclear => Trouble::TimeoutsInPoolUnclear { percent, waits, in_use, size },
            }
        }
        (None, Server::AtLimit(limit)) => {
            Trouble::TimeoutsOfServer { percent, timeouts, size, limit }
        }
        (None, _) => Trouble::TimeoutsOfServerUnclear { percent, timeouts, size },
    })
}

fn index_cache(record: &RunRecord) -> Option<Trouble> {
    let ratio = record.database.as_ref()?.cache.as_ref()?.index_hit_ratio?;
    let Storage { index_bytes, index_over_shared_buffers, .. } = record.storage.as_ref()?;
    let (percent, shared_buffers) = (percent(ratio), setting(record, "shared_buffers")?);
    let indexes = Bytes(*index_bytes);
    (ratio < CACHE_HIT).then_some(match *index_over_shared_buffers >= 1.0 {
        true => Trouble::IndexCacheSmall { percent, shared_buffers, indexes },
        false => Trouble::IndexCacheCold { percent, shared_buffers, indexes },
    })
}

fn heap_cache(record: &RunRecord) -> Option<Trouble> {
    let ratio = record.database.as_ref()?.cache.as_ref()?.heap_hit_ratio?;
    let storage = record.storage.as_ref()?;
    let (percent, shared_buffers) = (percent(ratio), setting(record, "shared_buffers")?);
    let counts = record.server.as_ref()?.version_num >= HEAP_RATIO_FROM;
    let is_larger = storage.table_bytes >= storage.shared_buffers_bytes;
    let tables = Bytes(storage.table_bytes);
    let is_trouble = ratio < CACHE_HIT && counts && is_larger;
    is_trouble.then_some(Trouble::HeapCacheSmall { percent, shared_buffers, tables })
}

fn queue(record: &RunRecord) -> Option<Trouble> {
    let depth = record.queue.as_ref()?.depth_max?;
    let scenario = &record.scenario;
    let workers = scenario.scans.as_ref().map(|scans| scans.workers);
    let workers = workers.or_else(|| scenario.mixed.as_ref().map(|mixed| mixed.workers))?;
    let pool = write_pool(record)?;
    let (in_use, size) = (pool.in_use_max, pool.size);
    let unclear = Trouble::QueueUnclear { depth, workers, in_use, size };
    (depth > QUEUE_DEPTH).then(|| match server(record) {
        Server::AtLimit(limit) => Trouble::QueueBehindServer { depth, workers, limit },
        Server::HasRoom { cpu, disk } if in_use < size && workers < size => {
            let (cpu_percent, disk_percent) = (percent(cpu), percent(disk));
            Trouble::QueueWantsWorkers { depth, workers, in_use, size, cpu_percent, disk_percent }
        }
        Server::HasRoom { .. } => match spare_connections(record) {
            Some(free) if free > 0 => Trouble::QueueWantsPool { depth, workers, size, free },
            _ => unclear,
        },
        Server::Unclear => unclear,
    })
}

fn write_pool(record: &RunRecord) -> Option<&Pool> {
    record.pools.as_ref().map(|pools| &pools.write)
}

/// What the preflight found free beyond what the run needed.
fn spare_connections(record: &RunRecord) -> Option<u32> {
    let check = record.preflight.iter().find(|check| check.note.id == "connections_free")?;
    let of = |name: &str| check.note.args.get(name)?.as_u64();
    Some(of("free")?.saturating_sub(of("needed")?) as u32)
}

fn setting(record: &RunRecord, name: &str) -> Option<String> {
    let settings = &record.server.as_ref()?.settings;
    settings.iter().find(|setting| setting.name == name).map(|setting| setting.value.clone())
}

/// Whether the server could have done more, by its processors and disk where
/// they are seen, and by what the writers waited for.
fn server(record: &RunRecord) -> Server {
    let mean = |of: fn(&crate::model::series::ServerPoint) -> Option<f64>| {
        let seen: Vec<f64> =
            record.series.iter().filter_map(|point| of(point.server.as_ref()?)).collect();
        (!seen.is_empty()).then(|| seen.iter().sum::<f64>() / seen.len() as f64)
    };
    let (cpu, disk) = (mean(|server| server.cpu), mean(|server| server.disk_busy));
    if let Some((event, share)) = leading_wait(record) {
        return Server::AtLimit(format!("{event} {}%", percent(share)));
    }
    for (name, busy) in [("CPU", cpu), ("I/O", disk)] {
        if let Some(busy) = busy.filter(|busy| *busy > AT_LIMIT) {
            return Server::AtLimit(format!("{name} {}%", percent(busy)));
        }
    }
    match (cpu, disk) {
        (Some(cpu), Some(disk)) if cpu < ROOM && disk < ROOM => Server::HasRoom { cpu, disk },
        _ => Server::Unclear,
    }
}

/// What the writers waited for in most of their samples: something of the
/// server's own, not the client and not a processor, which is seen by itself.
fn leading_wait(record: &RunRecord) -> Option<(&str, f64)> {
    let waits = &record.database.as_ref()?.waits;
    let events = &waits.iter().find(|waiting| waiting.who == "writers")?.events;
    let all: u64 = events.iter().map(|event| event.samples).fold(0, u64::saturating_add);
    let most = events.iter().max_by_key(|event| event.samples)?;
    let share = most.samples as f64 / all.max(1) as f64;
    let is_its_own = !most.event.starts_with("Client:") && most.event != "CPU";
    let leads = is_its_own && all >= SAMPLES_NEEDED && share > MOST_WAITS;
    leads.then_some((most.event.as_str(), share))
}
