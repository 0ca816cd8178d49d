//! The write-ahead log as a cause: full-page images, the flush, wal_buffers.

use super::background::of_lost_time;
use super::window::{Window, percent};
use super::{Case, MOST, Rank, waits};
use crate::model::Cause;
use crate::model::observed::Evidence;
use crate::model::series::Point;

/// A page.
const PAGE_BYTES: u64 = 8_192;

/// Full-page images have grown where their share of the WAL is so much greater
/// than elsewhere.
const SHARE_RISE: f64 = 0.3;

/// And the WAL has, where a row costs so many times what it costs elsewhere;
/// else the rows' own WAL has only shrunk.
const WAL_RISE: f64 = 1.5;

/// WAL of some seconds.
#[derive(Default)]
struct Sum {
    wal_bytes: u64,
    image_bytes: u64,
    rows: u64,
}

impl Sum {
    /// None where it wasn't seen, or nothing was written.
    fn of(points: &[&Point]) -> Option<Sum> {
        let mut sum = Sum::default();
        for point in points {
            let Some(server) = &point.server else { continue };
            if let (Some(wal), Some(images)) = (server.wal_bytes, server.full_page_images) {
                sum.wal_bytes += wal;
                sum.image_bytes += images * PAGE_BYTES;
                sum.rows += point.rows;
            }
        }
        (sum.wal_bytes > 0 && sum.rows > 0).then_some(sum)
    }

    /// At most, since holes in pages aren't logged.
    fn share(&self) -> f64 {
        (self.image_bytes as f64 / self.wal_bytes as f64).min(1.0)
    }

    fn bytes_per_row(&self) -> f64 {
        self.wal_bytes as f64 / self.rows as f64
    }
}

/// After a checkpoint each page is logged whole when it is changed first.
pub(super) fn full_page_images(window: &Window) -> Option<Case> {
    let (inside, outside) = (Sum::of(&window.inside)?, Sum::of(&window.outside)?);
    let rise = inside.share() - outside.share();
    let is_more = inside.bytes_per_row() >= WAL_RISE * outside.bytes_per_row();
    let share = window.lost.as_ref()?.share(waits::of_wal);
    let mut evidence = vec![
        Evidence::FullPages {
            percent: percent(inside.share()),
            usual_percent: percent(outside.share()),
        }
        .into(),
        Evidence::WalPerRow {
            bytes: inside.bytes_per_row() as u64,
            usual_bytes: outside.bytes_per_row() as u64,
        }
        .into(),
    ];
    let waits = "IO:WALSync, IO:WALWrite, LWLock:WALWrite, LWLock:WALInsert";
    evidence.extend(of_lost_time(window, waits::of_wal, waits));
    (rise >= SHARE_RISE && is_more && share >= MOST).then_some(Case {
        cause: Cause::FullPageImages,
        rank: Rank::Behind,
        strength: share * rise,
        evidence,
    })
}

/// Commits wait for their flush, and nothing behind it is seen.
pub(super) fn flush(window: &Window) -> Option<Case> {
    let waits = "IO:WALSync, LWLock:WALWrite";
    waits::case(window, Cause::WalFlush, waits::of_flush, waits)
}

/// Backends wait until WAL is written, to have room for theirs.
pub(super) fn buffers(window: &Window) -> Option<Case> {
    let waits = "LWLock:WALBufMapping";
    let mut case = waits::case(window, Cause::WalBuffers, waits::of_wal_buffers, waits)?;
    let full = window.server_means(|server| server.wal_buffers_full.map(|n| n as f64));
    if let Some((per_s, usual)) = full {
        let (per_s, usual_per_s) = (per_s.round() as u64, usual.round() as u64);
        case.evidence.push(Evidence::BuffersFull { per_s, usual_per_s }.into());
    }
    Some(case)
}
