//! The five numbers that a report begins with.

use super::number::{Numbers, percent};
use crate::message::page_label::PageLabel;
use crate::message::{Lang, Localized};
use crate::model::RunRecord;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it is, with its unit.
    pub name: PageLabel,
    /// The number; None where it wasn't seen.
    pub value: Option<String>,
    /// What it is out of, or stands beside.
    pub more: Option<String>,
}

/// Rows a second, batches stored, response p99, rows lost or duplicated, WAL a row.
pub fn five(record: &RunRecord, lang: Lang) -> [Figure; 5] {
    let n = Numbers(lang);
    let rounded = |v: f64| n.whole(v.round() as u64);
    let load = record.load.as_ref();
    let response = record.latency.as_ref().and_then(|latencies| latencies.batch.as_ref());
    let response = response.map(|batch| &batch.response_ms);
    let proof = record.verification.as_ref();
    let wal = record.database.as_ref().and_then(|database| database.wal.as_ref());
    let full_pages = wal.and_then(|wal| wal.full_page_share_at_most);
    let figure = |name, value, more: Option<PageLabel>| Figure {
        name,
        value,
        more: more.map(|more| more.text(lang)),
    };
    [
        figure(
            PageLabel::RowsPerSecond {},
            load.map(|load| rounded(load.rows_per_s)),
            load.map(|load| PageLabel::RowsInSeconds {
                rows: n.whole(load.rows_acknowledged),
                seconds: n.short(load.elapsed_s),
            }),
        ),
        figure(
            PageLabel::BatchesStored {},
            load.map(|load| n.whole(load.batches.succeeded)),
            load.map(|load| PageLabel::OfBatches {
                total: n.whole(load.batches.total),
                failed: load.batches.failed,
            }),
        ),
        figure(
            PageLabel::ResponseP99Ms {},
            response.map(|response| n.short(response.p99)),
            response.map(|response| PageLabel::MedianMs { p50: n.short(response.p50) }),
        ),
        figure(
            PageLabel::LostOrDoubled {},
            proof.map(|v| n.whole(v.lost.saturating_add(v.duplicated))),
            proof.map(|v| PageLabel::OfRowsRead { rows: n.whole(v.rows_found) }),
        ),
        figure(
            PageLabel::WalBytesPerRow {},
            wal.and_then(|wal| wal.bytes_per_row).map(rounded),
            full_pages.map(|share| PageLabel::FullPagesAtMost { share: percent(share) }),
        ),
    ]
}
