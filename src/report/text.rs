//! The summary for a terminal: to be read in ten seconds, within 80 columns.

use super::checks;
use super::lines::{Summary, address, align_right, bare};
use super::number::{Numbers, percent};
use super::terminal::Terminal;
use crate::message::label::{Label, criterion_name};
use crate::message::{Lang, Localized};
use crate::model::record::{Baseline, Distribution, Latency, Load, RunRecord};
use crate::model::scenario::ISOLATION;
use crate::model::{Tenancy, Verdict};

/// The finding that the pool's utilization is decided by flags.
const FROM_FLAGS: &str = "utilization_follows_from_flags";

/// Why a burst has no stalls, which its reader doesn't expect.
const NO_STALLS: &str = "stalls_of_soaks_only";

/// Why nothing is said of checkpoints, which in what is short nobody expects.
const NO_CHECKPOINT: &str = "no_checkpoint";

/// The summary of a record.
pub fn summary(record: &RunRecord, on: impl Into<Terminal>) -> String {
    let mut out = Summary::new(on.into());
    out.head(record);
    out.isolation(record);
    match record.scenario.name.as_str() {
        // Who may do what, and not how fast.
        ISOLATION => out.load_and_proof(record),
        _ => out.measured(record),
    }
    out.criteria(record);
    out.notes(record);
    out.end(record);
    out.text
}

/// What was run, in one line.
pub(super) fn title(record: &RunRecord, lang: Lang) -> String {
    let mut out = Summary::new(lang.into());
    out.what_was_run(record);
    out.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Summary {
    /// All that was measured of a load.
    fn measured(&mut self, record: &RunRecord) {
        if let Some(load) = &record.load {
            self.load(record, load);
        }
        self.gain(record);
        if let Some(latencies) = &record.latency {
            if let Some(batch) = &latencies.batch {
                self.latency(batch);
            }
            self.tenants_latencies(latencies);
        }
        self.lag(record);
        self.shares(record);
        self.queue(record);
        self.pool(record);
        self.reads(record);
        self.storage(record);
        self.server(record);
        self.stalls(record);
        self.verification(record);
        self.harness(record);
        self.advice(record);
    }

    /// What was written, and that it is there.
    fn load_and_proof(&mut self, record: &RunRecord) {
        self.gap();
        if let Some(load) = &record.load {
            self.load(record, load);
        }
        self.verification(record);
    }

    /// The verdict, and the criteria to blame.
    fn end(&mut self, record: &RunRecord) {
        let failed = record.criteria.iter().filter(|c| c.verdict == Verdict::Fail);
        let names: Vec<_> = failed.map(|c| criterion_name(&c.id, self.lang)).collect();
        if !names.is_empty() {
            self.line(&Label::FailedLine { names: names.join("; ") });
        }
        let unseen = record.criteria.iter().filter(|c| c.verdict == Verdict::Inconclusive);
        let names: Vec<_> = unseen.map(|c| criterion_name(&c.id, self.lang)).collect();
        if !names.is_empty() {
            self.line(&Label::InconclusiveLine { names: names.join("; ") });
        }
        if let Some(verdict) = record.verdict {
            self.line(&Label::VerdictLine { verdict: verdict.text(self.lang) });
        }
    }

    fn what_was_run(&mut self, record: &RunRecord) {
        match (&record.scenario.scans, &record.scenario.mixed) {
            _ if record.scenario.name == ISOLATION => self.isolation_title(record),
            (Some(scans), _) => self.scans_title(record, scans),
            (_, Some(mixed)) => self.mixed_title(record, mixed),
            _ => self.title(record),
        }
    }

    fn head(&mut self, record: &RunRecord) {
        self.what_was_run(record);
        if let Some(server) = &record.server {
            let version = server.version.clone();
            self.line(&match server.private {
                true => Label::PrivateServer { version },
                false => {
                    Label::TargetServer { version, address: address(&server.address, self.lang) }
                }
            });
            if !server.durable {
                self.line(&Label::NotDurable {});
            }
        }
        if let Some(rtt) = &record.scenario.rtt_ms {
            let n = self.numbers;
            let [north, central, south] = [rtt.north, rtt.central, rtt.south].map(|ms| n.plain(ms));
            self.line(&Label::FarAway { north, central, south });
        }
        self.gap();
    }

    fn title(&mut self, record: &RunRecord) {
        let n = self.numbers;
        let s = &record.scenario;
        let (size, tenants) = (n.whole(s.size.into()), n.whole(s.tenants.into()));
        let method = s.method.name().to_owned();
        let method = match s.tenancy {
            Tenancy::Schema => method,
            Tenancy::Rls => Label::SharedTable { method }.text(self.lang),
        };
        self.line(&match &s.soak {
            None => {
                let batches = n.whole(s.batches.unwrap_or_default().into());
                Label::Title { scenario: s.name.clone(), batches, size, tenants, method }
            }
            Some(soak) => {
                let duration = n.plain(soak.duration_s);
                match soak.rate_rows_per_s {
                    Some(rate) => {
                        let rate = n.plain(rate);
                        Label::OpenSoakTitle { duration, rate, size, tenants, method }
                    }
                    None => {
                        let writers = soak.writers.unwrap_or_default();
                        Label::ClosedSoakTitle { duration, writers, size, tenants, method }
                    }
                }
            }
        });
    }

    fn load(&mut self, record: &RunRecord, load: &Load) {
        let n = self.numbers;
        let (rows, seconds) = (n.whole(load.rows_acknowledged), n.short(load.elapsed_s));
        self.indented(&match record.scenario.rows {
            Some(all) if all != load.rows_acknowledged => {
                Label::RowsOfLine { rows, all: n.whole(all), seconds }
            }
            _ => Label::RowsLine { rows, seconds, rate: n.whole(load.rows_per_s.round() as u64) },
        });
        let b = &load.batches;
        self.indented(&Label::BatchesLine {
            succeeded: n.whole(b.succeeded),
            total: n.whole(b.total),
            failed: b.failed,
            stopped: b.stopped,
            retried: b.retried,
            in_doubt: b.in_doubt,
        });
        if let Some(warm_up) = load.warm_up.as_ref().filter(|warm_up| warm_up.batches > 0) {
            self.indented(&Label::WarmUpLine {
                rows: n.whole(warm_up.rows_acknowledged),
                batches: n.whole(warm_up.batches),
                failed: warm_up.failed,
            });
        }
    }

    fn gain(&mut self, record: &RunRecord) {
        let n = self.numbers;
        let Some(gain) = &record.gain else { return };
        let none = || Label::NotSeen {}.text(self.lang);
        self.indented(&Label::GainHead {
            round_trip: gain.round_trip_ms.map_or_else(none, |v| n.short(v)),
        });
        let mut table = bare();
        for half in [&gain.serial, &gain.concurrent].into_iter().flatten() {
            let Some(line) = gain_line(half, n) else { continue };
            let on = match half.connections {
                1 => Label::OnOneConnection {},
                connections => Label::OnConnections { connections },
            };
            table.add_row([format!("    {}", on.text(self.lang)), line.text(self.lang)]);
        }
        self.table(&table);
    }

    fn latency(&mut self, latency: &Latency) {
        let n = self.numbers;
        let mut table = bare();
        let label = |label: Label| label.text(self.lang);
        table.set_header([
            format!("  {}", label(Label::LatencyHead {})),
            label(Label::Mean {}),
            "p50".to_owned(),
            "p95".to_owned(),
            "p99".to_owned(),
            label(Label::Max {}),
        ]);
        let rows = [
            (Label::Response {}, &latency.response_ms),
            (Label::Service {}, &latency.service_ms),
            (Label::Acquire {}, &latency.acquire_ms),
        ];
        for (name, d) in rows {
            let Distribution { mean, p50, p95, p99, max, .. } = d;
            let mut row = vec![format!("    {}", label(name))];
            row.extend([mean, p50, p95, p99, max].map(|ms| n.short(*ms)));
            table.add_row(row);
        }
        align_right(&mut table, 1..6);
        self.table(&table);
    }

    /// How late an open loop was; in the others a batch is due when it begins.
    fn lag(&mut self, record: &RunRecord) {
        let s = &record.scenario;
        let is_open = s.soak.as_ref().is_some_and(|s| s.rate_rows_per_s.is_some())
            || s.scans.as_ref().is_some_and(|s| s.arrival_per_s.is_some())
            || s.mixed.is_some();
        if let Some(lag) = record.harness.schedule_lag_ms.as_ref().filter(|_| is_open) {
            let [p50, p99, max] = [lag.p50, lag.p99, lag.max].map(|ms| self.numbers.short(ms));
            self.indented(&Label::LagLine { p50, p99, max });
        }
    }

    fn pool(&mut self, record: &RunRecord) {
        let Some(pools) = &record.pools else { return };
        let pool = &pools.write;
        self.indented(&Label::PoolLine {
            in_use: pool.in_use_max,
            size: pool.size,
            peak: percent(pool.utilization_peak),
            mean: percent(pool.utilization_mean),
            timeouts: pool.timeouts,
        });
        if record.findings.iter().any(|note| note.id == FROM_FLAGS) {
            self.below(&Label::FromFlags {});
        }
        if let Some(read) = pools.read.as_ref().filter(|_| record.reads.is_none()) {
            self.indented(&Label::ReadPoolLine { in_use: read.in_use_max, size: read.size });
        }
    }

    fn storage(&mut self, record: &RunRecord) {
        let n = self.numbers;
        let Some(storage) = &record.storage else { return };
        self.indented(&Label::TablesLine {
            key: record.scenario.key.name().to_owned(),
            preload: n.whole(record.scenario.preload),
        });
        self.below(&Label::IndexesLine {
            index: n.whole(storage.index_bytes >> 20),
            ratio: n.short(storage.index_over_shared_buffers),
        });
    }

    fn verification(&mut self, record: &RunRecord) {
        let n = self.numbers;
        let Some(v) = &record.verification else { return };
        self.indented(&Label::VerifiedLine {
            found: n.whole(v.rows_found),
            lost: v.lost,
            duplicated: v.duplicated,
            corrupted: v.corrupted,
        });
        self.below(&Label::VerifiedMore {
            misplaced: v.misplaced,
            unexpected: v.unexpected,
            acknowledged_lost: v.acknowledged_lost,
        });
    }

    fn harness(&mut self, record: &RunRecord) {
        let n = self.numbers;
        let h = &record.harness;
        let none = || Label::NotSeen {}.text(self.lang);
        let Some(ceiling) = h.ceiling_rows_per_s else { return };
        self.indented(&Label::ClientLine {
            cpu: h.client_cpu_us_per_row.map_or_else(none, |v| n.short(v)),
            memory: h.peak_rss_bytes.map_or_else(none, |b| n.whole(b >> 20)),
            busiest: h.busiest_thread.as_ref().map_or_else(none, |t| percent(t.busy)),
        });
        self.below(&Label::CeilingLine { ceiling: n.whole(ceiling as u64) });
    }

    fn criteria(&mut self, record: &RunRecord) {
        let n = self.numbers;
        if record.criteria.is_empty() {
            return;
        }
        self.gap();
        let mut table = bare();
        table.set_header([
            format!("  {}", Label::CriterionHead {}.text(self.lang)),
            Label::ObservedHead {}.text(self.lang),
            Label::LimitHead {}.text(self.lang),
            Label::VerdictHead {}.text(self.lang),
        ]);
        let none = || Label::NotSeen {}.text(self.lang);
        let (judged, others): (Vec<_>, Vec<_>) =
            record.criteria.iter().partition(|c| c.verdict != Verdict::NotApplicable);
        for c in judged {
            table.add_row([
                format!("  {}", criterion_name(&c.id, self.lang)),
                c.observed.map_or_else(none, |v| n.plain(v)),
                format!("{} {}", c.is.sign(), c.limit.map_or_else(none, |v| n.plain(v))),
                c.verdict.text(self.lang),
            ]);
        }
        align_right(&mut table, 1..3);
        self.table(&table);
        let names: Vec<_> = others.iter().map(|c| criterion_name(&c.id, self.lang)).collect();
        if !names.is_empty() {
            self.indented(&Label::NotApplicableLine { names: names.join("; ") });
        }
    }

    /// What the numbers alone don't say: why, what else was found, what is missing.
    fn notes(&mut self, record: &RunRecord) {
        self.gap();
        let is_private = record.server.as_ref().is_some_and(|server| server.private);
        for line in checks::lines(&record.preflight, is_private, self.lang) {
            self.wrapped(0, &line);
        }
        for note in record.reasons.iter().chain(&record.findings) {
            // Said beside the pool already.
            if note.id != FROM_FLAGS {
                let text = note.text(self.lang);
                self.line(&Label::NoteLine { text });
            }
        }
        for (paths, text) in self.missing(record) {
            self.line(&Label::UnavailableLine { path: paths.join(", "), text });
        }
        for error in record.load.iter().flat_map(|load| &load.errors) {
            self.line(&Label::ErrorsLine {
                code: error.code.clone(),
                count: error.count,
                example: error.example.clone(),
            });
        }
    }

    /// What is missing, with each reason once.
    fn missing<'a>(&self, record: &'a RunRecord) -> Vec<(Vec<&'a str>, String)> {
        let mut missing: Vec<(Vec<&str>, String)> = Vec::new();
        let is_soak = record.scenario.soak.is_some();
        let is_expected = |id: &str| id == NO_STALLS || (id == NO_CHECKPOINT && !is_soak);
        for one in record.unavailable.iter().filter(|one| !is_expected(&one.reason.id)) {
            let text = one.reason.text(self.lang);
            match missing.iter_mut().find(|(_, known)| *known == text) {
                Some((paths, _)) => paths.push(&one.path),
                None => missing.push((vec![&one.path], text)),
            }
        }
        missing
    }
}

fn gain_line(half: &Baseline, n: Numbers) -> Option<Label> {
    Some(Label::GainLine {
        ratio: n.short(half.ratio?),
        rate: n.whole(half.rows_per_s.round() as u64),
        commit: n.short(half.commit_ms.p50),
    })
}
