//! The summary's part about stalls: each with its cause.

use super::lines::Summary;
use super::number::percent;
use crate::message::Localized;
use crate::message::server_label::ServerLabel;
use crate::model::RunRecord;
use crate::model::stall::Stall;

/// So many stalls are shown, the worst ones.
const SHOWN: usize = 5;

impl Summary {
    /// The stalls; nothing where they couldn't be looked for.
    pub(super) fn stalls(&mut self, record: &RunRecord) {
        let n = self.numbers;
        let Some(summary) = &record.stall_summary else { return };
        let (usual, limit) = (n.short(summary.usual_ms), n.short(summary.limit_ms));
        if record.stalls.is_empty() {
            return self.indented(&ServerLabel::NoStall { usual, limit });
        }
        self.indented(&ServerLabel::StallsLine {
            stalls: record.stalls.len(),
            seconds: summary.stalled_seconds,
            usual,
            limit,
            explained: percent(summary.explained_share.unwrap_or(0.0)),
        });
        let mut worst: Vec<&Stall> = record.stalls.iter().collect();
        worst.sort_by(|a, b| b.response_ms.total_cmp(&a.response_ms));
        worst.truncate(SHOWN);
        worst.sort_by_key(|stall| stall.from_s);
        for stall in &worst {
            let evidence = stall.evidence.iter().take(2).map(|note| note.text(self.lang));
            self.below(&ServerLabel::StallLine {
                from: stall.from_s,
                until: stall.until_s,
                response: n.short(stall.response_ms),
                cause: stall.cause.text(self.lang),
                evidence: evidence.collect::<Vec<_>>().join("; "),
            });
        }
        let stalls = record.stalls.len() - worst.len();
        if stalls > 0 {
            self.below(&ServerLabel::MoreStalls { stalls });
        }
    }
}
