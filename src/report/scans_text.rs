//! What the summary says of scans: their title, the queue, and the latencies
//! of what tenants do.

use super::lines::{Summary, align_right, bare};
use crate::message::Localized;
use crate::message::label::Label;
use crate::message::scans_label::ScansLabel;
use crate::model::record::{Latencies, RunRecord};
use crate::model::scenario::Scans;

impl Summary {
    pub(super) fn scans_title(&mut self, record: &RunRecord, scans: &Scans) {
        let n = self.numbers;
        let s = &record.scenario;
        let (tenants, records) = (n.whole(s.tenants.into()), n.whole(scans.records.into()));
        let (size, method) = (n.whole(s.size.into()), s.method.name().to_owned());
        let workers = scans.workers;
        let title = match scans.arrival_per_s {
            Some(rate) => {
                let rate = n.plain(rate);
                ScansLabel::OpenTitle { tenants, records, rate, size, workers, method }
            }
            None => {
                let concurrent = scans.concurrent.unwrap_or_default();
                ScansLabel::ClosedTitle { tenants, records, concurrent, size, workers, method }
            }
        };
        self.line(&title);
    }

    pub(super) fn queue(&mut self, record: &RunRecord) {
        let n = self.numbers;
        let Some(queue) = &record.queue else { return };
        let (completed, scans) = (n.whole(queue.scans_completed), n.whole(queue.scans));
        let line = match (queue.depth_max, queue.depth_p95) {
            (Some(depth), Some(p95)) => {
                let (depth, p95) = (n.whole(depth), n.plain(p95));
                ScansLabel::QueueLine { depth, p95, completed, scans }
            }
            _ => ScansLabel::UnseenQueueLine { completed, scans },
        };
        self.indented(&line);
        if let Some(drain_s) = queue.drain_s {
            self.below(&ScansLabel::DrainLine { seconds: n.short(drain_s) });
        }
        if queue.holders_ended + queue.given_up > 0 {
            let (holders, given_up) = (queue.holders_ended, queue.given_up);
            self.below(&ScansLabel::TakenOut { holders, given_up });
        }
    }

    /// Responses of what tenants do, beside the batches of the workers.
    pub(super) fn tenants_latencies(&mut self, latencies: &Latencies) {
        let rows = [
            (ScansLabel::Submission {}, &latencies.submit),
            (ScansLabel::Poll {}, &latencies.poll),
            (ScansLabel::Scan {}, &latencies.scan),
        ];
        if rows.iter().all(|(_, latency)| latency.is_none()) {
            return;
        }
        let n = self.numbers;
        let mut table = bare();
        table.set_header([
            format!("  {}", ScansLabel::LatencyHead {}.text(self.lang)),
            Label::Mean {}.text(self.lang),
            "p50".to_owned(),
            "p95".to_owned(),
            "p99".to_owned(),
            Label::Max {}.text(self.lang),
        ]);
        for (name, latency) in rows {
            let Some(d) = latency.as_ref().map(|latency| &latency.response_ms) else { continue };
            let mut row = vec![format!("    {}", name.text(self.lang))];
            row.extend([d.mean, d.p50, d.p95, d.p99, d.max].map(|ms| n.short(ms)));
            table.add_row(row);
        }
        align_right(&mut table, 1..6);
        self.table(&table);
    }
}
