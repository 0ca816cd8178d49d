//! The series: what was finished, what the tool did and what the server did in
//! each second, put together.

use crate::model::series::{Point, ServerPoint};
use crate::sample::client::ClientSecond;
use crate::work::timeline::Second;
use std::collections::BTreeMap;
use std::time::Duration;

/// One point a second for `elapsed`, or as long as something was finished,
/// whatever of it was seen.
pub(super) fn merge(
    elapsed: Duration,
    finished: Vec<Second>,
    client: Vec<ClientSecond>,
    mut server: BTreeMap<u32, ServerPoint>,
) -> Vec<Point> {
    let last = finished.iter().map(|seen| seen.second + 1).max().unwrap_or(0);
    let seconds = last.max(elapsed.as_secs_f64().ceil() as u32);
    let mut points: Vec<Point> =
        (0..seconds).map(|second| Point { second, ..Point::default() }).collect();
    for seen in finished {
        if let Some(point) = points.get_mut(seen.second as usize) {
            (point.rows, point.batches, point.failed) = (seen.rows, seen.batches, seen.failed);
            point.response_ms = seen.response_ms;
        }
    }
    for seen in client {
        if let Some(point) = points.get_mut(seen.second as usize) {
            (point.in_use, point.waiting) = (Some(seen.in_use), Some(seen.waiting));
            (point.queue_depth, point.client_cpu) = (Some(seen.queue_depth), Some(seen.cpu));
        }
    }
    for point in &mut points {
        point.server = server.remove(&point.second);
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_that_nobody_saw_are_there_and_empty() {
        let second = |second| Second { second, rows: 7, batches: 1, failed: 0, response_ms: None };
        let client =
            ClientSecond { second: 1, in_use: 2.0, waiting: 0.5, queue_depth: 3, cpu: 0.1 };
        let server =
            BTreeMap::from([(1, ServerPoint { wal_bytes: Some(9), ..Default::default() })]);
        let elapsed = Duration::from_millis(2_001);
        let points = merge(elapsed, vec![second(0)], vec![client], server);
        assert_eq!(points.len(), 3);
        assert_eq!((points[0].rows, points[0].in_use), (7, None));
        assert_eq!((points[1].rows, points[1].queue_depth), (0, Some(3)));
        assert_eq!(points[1].server.as_ref().and_then(|s| s.wal_bytes), Some(9));
        assert_eq!((points[2].rows, points[2].server.as_ref()), (0, None));
    }
}
