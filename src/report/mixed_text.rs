//! The summary's part about a mixed load: who reads and writes, what the
//! dashboards waited, and whether one waited for the other.

use super::lines::{Summary, align_right, bare};
use super::number::percent;
use crate::message::Localized;
use crate::message::label::Label;
use crate::message::mixed_label::MixedLabel;
use crate::model::RunRecord;
use crate::model::record::{Distribution, Latencies};
use crate::model::scenario::Mixed;

impl Summary {
    /// What was asked for.
    pub(super) fn mixed_title(&mut self, record: &RunRecord, mixed: &Mixed) {
        let n = self.numbers;
        let (duration, tenants) =
            (n.plain(mixed.duration_s), n.whole(record.scenario.tenants.into()));
        let (reads, writes) = (percent(mixed.reads), percent(mixed.writes));
        let method = record.scenario.method.name().to_owned();
        self.line(&match mixed.rate_per_s {
            Some(rate) => {
                let rate = n.plain(rate);
                MixedLabel::RateTitle { duration, reads, writes, rate, tenants, method }
            }
            None => {
                let users = n.whole(mixed.users.unwrap_or_default().into());
                MixedLabel::UsersTitle { duration, reads, writes, users, tenants, method }
            }
        });
    }

    /// What was read.
    pub(super) fn reads(&mut self, record: &RunRecord) {
        let (Some(reads), n) = (&record.reads, self.numbers) else { return };
        self.indented(&MixedLabel::ReadsLine {
            succeeded: n.whole(reads.succeeded),
            total: n.whole(reads.total),
            failed: reads.failed,
            timeouts: reads.timeouts,
            rate: n.short(reads.reads_per_s),
            share: percent(reads.share),
        });
        if let Some(latencies) = &record.latency {
            self.read_latency(latencies);
        }
        self.contention(record);
        for error in &reads.errors {
            self.indented(&MixedLabel::ReadErrorsLine {
                code: error.code.clone(),
                count: error.count,
                example: error.example.clone(),
            });
        }
    }

    fn read_latency(&mut self, latencies: &Latencies) {
        let (n, lang) = (self.numbers, self.lang);
        let mut table = bare();
        table.set_header([
            format!("  {}", MixedLabel::LatencyHead {}.text(lang)),
            MixedLabel::Count {}.text(lang),
            Label::Mean {}.text(lang),
            "p50".to_owned(),
            "p95".to_owned(),
            "p99".to_owned(),
            Label::Max {}.text(lang),
        ]);
        let all = latencies.read.as_ref();
        let rows = [
            (MixedLabel::Read {}, all.map(|l| &l.response_ms)),
            (MixedLabel::Summary {}, latencies.summary.as_ref().map(|l| &l.response_ms)),
            (MixedLabel::Page {}, latencies.page.as_ref().map(|l| &l.response_ms)),
            (MixedLabel::Health {}, latencies.health.as_ref().map(|l| &l.response_ms)),
            (MixedLabel::Acquire {}, all.map(|l| &l.acquire_ms)),
        ];
        for (name, distribution) in rows {
            let Some(Distribution { count, mean, p50, p95, p99, max, .. }) = distribution else {
                continue;
            };
            let mut row = vec![format!("    {}", name.text(lang)), n.whole(*count)];
            row.extend([mean, p50, p95, p99, max].map(|ms| n.short(*ms)));
            table.add_row(row);
        }
        align_right(&mut table, 1..7);
        self.table(&table);
    }

    fn contention(&mut self, record: &RunRecord) {
        let Some(pools) = &record.pools else { return };
        if let Some(pool) = &pools.read {
            self.indented(&MixedLabel::ReadPoolLine {
                in_use: pool.in_use_max,
                size: pool.size,
                peak: percent(pool.utilization_peak),
                mean: percent(pool.utilization_mean),
                timeouts: pool.timeouts,
            });
        }
        let Some(contention) = &pools.contention else { return };
        let (reads, writes) = (contention.reads_waited, contention.writes_waited);
        let one_pool = record.scenario.mixed.as_ref().is_some_and(|mixed| mixed.one_pool);
        self.indented(&match one_pool {
            true => MixedLabel::OnePoolLine { reads, writes },
            false => MixedLabel::ContentionLine { reads, writes },
        });
    }
}
