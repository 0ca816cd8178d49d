//! Runs of the same role as one row: the median of each figure, and how far
//! the rates were apart.

use super::Done;
use crate::judge::validity;
use crate::model::criterion::CriterionKind;
use crate::model::figure::CriterionIds;
use crate::model::observed::SetNote;
use crate::model::record::Latency;
use crate::model::set::Row;
use crate::model::{RunRecord, Verdict};
use crate::stats::spread::median;

/// A row for each role, in the order in which they appear first.
pub fn rows<'d>(done: impl IntoIterator<Item = &'d Done>) -> Vec<Row> {
    let done: Vec<&Done> = done.into_iter().collect();
    let mut roles: Vec<&str> = Vec::new();
    for one in &done {
        if !roles.contains(&one.role.as_str()) {
            roles.push(&one.role);
        }
    }
    let of = |role: &str| -> Vec<&RunRecord> {
        done.iter().filter(|d| d.role == role).map(|d| &d.record).collect()
    };
    roles.iter().map(|role| row(role, &of(role))).collect()
}

/// The row of the runs of one role.
pub fn row(role: &str, records: &[&RunRecord]) -> Row {
    let rates = seen(records, |r| Some(r.load.as_ref()?.rows_per_s));
    let limited = records.iter().filter(|r| is_clients(r)).count() as u32;
    let mut broken: Vec<String> = Vec::new();
    for criterion in records.iter().flat_map(|r| &r.criteria) {
        if criterion.verdict == Verdict::Fail && !broken.contains(&criterion.id) {
            broken.push(criterion.id.clone());
        }
    }
    let runs = records.len() as u32;
    let limit = SetNote::ClientLimit { runs: limited, of: runs };
    Row {
        role: role.to_owned(),
        runs,
        offered_rows_per_s: middle(records, |r| r.scenario.soak.as_ref()?.rate_rows_per_s),
        rows_per_s: median(&rates),
        rows_per_s_min: rates.iter().copied().reduce(f64::min),
        rows_per_s_max: rates.iter().copied().reduce(f64::max),
        gain: None,
        wal_bytes_per_row: middle(records, |r| r.database.as_ref()?.wal.as_ref()?.bytes_per_row),
        client_cpu_us_per_row: middle(records, |r| r.harness.client_cpu_us_per_row),
        server_cpu_us_per_row: middle(records, server_cpu_us_per_row),
        service_p99_ms: middle(records, |r| Some(batch(r)?.service_ms.p99)),
        response_p99_ms: middle(records, |r| Some(batch(r)?.response_ms.p99)),
        best: false,
        broken,
        arm: None,
        notes: if limited > 0 { vec![limit.into()] } else { Vec::new() },
    }
}

/// Whether the client was the limit, and not only the server not durable.
pub fn is_clients(record: &RunRecord) -> bool {
    let why = validity::invalid(record);
    let is_undurable = !why.is_empty() && why.iter().all(|note| note.id == "not_durable");
    record.verdict == Some(Verdict::Invalid) && !is_undurable
}

fn batch(record: &RunRecord) -> Option<&Latency> {
    record.latency.as_ref()?.batch.as_ref()
}

fn seen(records: &[&RunRecord], of: impl Fn(&RunRecord) -> Option<f64>) -> Vec<f64> {
    records.iter().filter_map(|record| of(record)).collect()
}

fn middle(records: &[&RunRecord], of: impl Fn(&RunRecord) -> Option<f64>) -> Option<f64> {
    median(&seen(records, of))
}

/// Processor time of the server's machine a row, the tool's taken off: what
/// was busy in each second of the load, less what the tool kept busy. None
/// where a second wasn't seen, or the server isn't on this machine. Whatever
/// else ran on the machine is in it.
pub fn server_cpu_us_per_row(record: &RunRecord) -> Option<f64> {
    let load = record.load.as_ref().filter(|load| load.rows_acknowledged > 0)?;
    let mut cpu_s = 0.0;
    for point in &record.series {
        // The last second is not a whole one.
        let part_s = (load.elapsed_s - f64::from(point.second)).clamp(0.0, 1.0);
        let busy = point.server.as_ref()?.cpu? - point.client_cpu?;
        cpu_s += part_s * busy.max(0.0);
    }
    (!record.series.is_empty()).then(|| cpu_s * 1e6 / load.rows_acknowledged as f64)
}

/// Whether an integrity criterion is broken: proved, whatever else happened.
pub fn breaks_integrity(record: &RunRecord) -> bool {
    let broken = |kind, verdict| kind == CriterionKind::Integrity && verdict == Verdict::Fail;
    record.criteria.iter().any(|criterion| broken(criterion.kind, criterion.verdict))
}

/// The criteria that a run broke, and the run.
pub fn broke(done: &Done) -> Option<SetNote> {
    let failed = done.record.criteria.iter().filter(|c| c.verdict == Verdict::Fail);
    let criteria = CriterionIds::of(failed.map(|c| &c.id));
    let label = done.label.clone();
    (!criteria.0.is_empty()).then_some(SetNote::RunBroke { label, criteria })
}
