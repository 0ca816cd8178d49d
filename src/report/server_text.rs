//! The summary's part about the server: what it said of itself. What is empty
//! or unremarkable is left out.

use super::lines::{Summary, align_right, bare};
use super::number::{fine_percent, percent};
use super::wrap::cut;
use crate::message::server_label::ServerLabel;
use crate::message::{Lang, Localized};
use crate::model::RunRecord;
use crate::model::database::{
    Cache, Checkpoint, CheckpointPhase, Checkpoints, Database, Statements, Transactions, Wal,
};
use crate::model::size::Bytes;

/// So many waits and statements are shown, the greatest ones.
const SHOWN: usize = 5;

/// And so many intervals that were left out.
const DROPPED_SHOWN: usize = 3;

/// A statement's text is cut to so many characters, so that its numbers fit.
const QUERY_COLUMNS: usize = 38;

/// Work of others is told from this share of our transactions on.
const OTHERS_SHARE: f64 = 0.05;

/// How long checkpoints were at work in the measure phase. The server does one at a time.
fn at_work_s(each: &[Checkpoint], elapsed_s: f64) -> f64 {
    let at_work = |c: &Checkpoint| c.ended_s.unwrap_or(elapsed_s) - c.began_s.max(0.0);
    each.iter().map(at_work).filter(|seconds| *seconds > 0.0).sum()
}

impl Summary {
    /// Checkpoints, WAL, cache, waits, statements, and what watching them cost.
    pub(super) fn server(&mut self, record: &RunRecord) {
        if let Some(database) = &record.database {
            let seconds = self.numbers.short(database.elapsed_s);
            self.indented(&ServerLabel::ServerHead { seconds });
            self.facts(database);
        }
        self.sampler(record);
    }

    fn facts(&mut self, database: &Database) {
        if let Some(checkpoints) = &database.checkpoints {
            self.checkpoints(checkpoints, database.elapsed_s);
        }
        if let Some(wal) = &database.wal {
            self.wal(wal);
        }
        if let Some(cache) = &database.cache {
            self.cache(cache);
        }
        self.waits(database);
        if let Some(transactions) = &database.transactions {
            self.others(transactions);
        }
        self.surroundings(database);
        if let Some(statements) = &database.statements {
            self.statements(statements);
        }
        self.dropped(database);
    }

    fn checkpoints(&mut self, checkpoints: &Checkpoints, elapsed_s: f64) {
        let n = self.numbers;
        let Checkpoints { timed, requested, each, .. } = checkpoints;
        if timed + requested == 0 && each.is_empty() {
            return self.below(&ServerLabel::NoCheckpoint {});
        }
        let (timed, requested) = (*timed, *requested);
        self.below(&match each.is_empty() {
            true => ServerLabel::CheckpointsUnseen { timed, requested },
            // The counters' times are of checkpoints that ended, begun before or not.
            false => {
                let busy = n.short(at_work_s(each, elapsed_s));
                ServerLabel::CheckpointsLine { timed, requested, busy }
            }
        });
        let phases = checkpoints.by_phase.iter().filter(|p| p.phase != CheckpointPhase::None);
        let ratios: Vec<String> = phases
            .filter_map(|p| {
                let (phase, ratio) = (p.phase.text(self.lang), n.short(p.ratio?));
                Some(ServerLabel::PhaseRatio { phase, ratio }.text(self.lang))
            })
            .collect();
        if !ratios.is_empty() {
            self.below(&ServerLabel::PhasesLine { phases: ratios.join(", ") });
        }
    }

    fn wal(&mut self, wal: &Wal) {
        let none = || crate::message::label::Label::NotSeen {}.text(self.lang);
        self.below(&ServerLabel::WalLine {
            bytes: wal.bytes_per_row.map_or_else(none, |b| self.numbers.whole(b.round() as u64)),
            share: wal.full_page_share_at_most.map_or_else(none, percent),
        });
    }

    fn cache(&mut self, cache: &Cache) {
        let n = self.numbers;
        if let Some(ratio) = cache.index_hit_ratio {
            self.below(&ServerLabel::IndexCache { share: fine_percent(ratio, n) });
        }
        if let Some(ratio) = cache.heap_hit_ratio {
            self.below(&ServerLabel::HeapCache { share: percent(ratio) });
        }
    }

    fn waits(&mut self, database: &Database) {
        let Some(writers) = database.waits.iter().find(|waiting| waiting.who == "writers") else {
            return;
        };
        let mut events: Vec<_> = writers.events.iter().collect();
        events.sort_by_key(|wait| std::cmp::Reverse(wait.samples));
        let all: u64 = events.iter().map(|wait| wait.samples).fold(0, u64::saturating_add);
        let shares: Vec<String> = events
            .iter()
            .take(SHOWN)
            .map(|wait| {
                let share = percent(wait.samples as f64 / all.max(1) as f64);
                ServerLabel::EventShare { event: wait.event.clone(), share }.text(self.lang)
            })
            .collect();
        if all > 0 {
            self.below(&ServerLabel::WaitsLine { events: shares.join(", ") });
        }
    }

    fn others(&mut self, transactions: &Transactions) {
        let others = transactions.of_other_databases;
        if others as f64 > OTHERS_SHARE * transactions.commits as f64 {
            let transactions = self.numbers.whole(others);
            self.below(&ServerLabel::OthersLine { transactions });
        }
    }

    fn surroundings(&mut self, database: &Database) {
        let none = || crate::message::label::Label::NotSeen {}.text(self.lang);
        let lines: Vec<ServerLabel> = database
            .replication
            .iter()
            .map(|standby| ServerLabel::StandbyLine {
                name: standby.name.clone(),
                state: standby.sync_state.clone().unwrap_or_else(none),
                lag: standby.replay_lag_bytes_max.map_or_else(none, |lag| self.size(lag)),
            })
            .collect();
        lines.iter().for_each(|line| self.below(line));
        if let Some(archiver) = database.archiver.as_ref().filter(|archiver| archiver.failed > 0) {
            let (failed, archived) = (archiver.failed, archiver.archived);
            self.below(&ServerLabel::ArchiverFailed { failed, archived });
        }
    }

    fn size(&self, bytes: u64) -> String {
        match self.lang {
            Lang::En => format!("{}", Bytes(bytes)),
            Lang::Vi => format!("{:#}", Bytes(bytes)),
        }
    }

    /// The ones that took the most time, without the sampler's own.
    fn statements(&mut self, statements: &Statements) {
        let n = self.numbers;
        let head = match statements.is_partial {
            false => ServerLabel::StatementsHead {},
            true => ServerLabel::PartialStatementsHead {},
        };
        let words = [ServerLabel::Calls {}, ServerLabel::Rows {}, ServerLabel::MeanMs {}];
        let mut table = bare();
        let mut header = vec![format!("   {}", head.text(self.lang))];
        header.extend(words.map(|word| word.text(self.lang)));
        table.set_header(header);
        let ours = statements.by_total.iter().filter(|statement| !statement.of_sampler);
        let mut rows = 0;
        for statement in ours.take(SHOWN) {
            rows += 1;
            table.add_row([
                format!("     {}", cut(&statement.query, self.name_columns(QUERY_COLUMNS))),
                n.whole(statement.calls),
                n.whole(statement.rows),
                n.short(statement.mean_ms),
            ]);
        }
        align_right(&mut table, 1..4);
        if rows > 0 {
            self.table(&table);
        }
    }

    fn dropped(&mut self, database: &Database) {
        let n = self.numbers;
        let mut intervals: Vec<String> = database
            .dropped
            .iter()
            .take(DROPPED_SHOWN)
            .map(|dropped| {
                let interval = ServerLabel::DroppedInterval {
                    view: dropped.view.clone(),
                    from: n.whole(dropped.from_s.max(0.0) as u64),
                    until: n.whole(dropped.until_s.max(0.0).ceil() as u64),
                    why: dropped.why.text(self.lang),
                };
                interval.text(self.lang)
            })
            .collect();
        if database.dropped.len() > DROPPED_SHOWN {
            intervals.push(format!("+{}", database.dropped.len() - DROPPED_SHOWN));
        }
        if !intervals.is_empty() {
            self.below(&ServerLabel::DroppedLine { intervals: intervals.join(", ") });
        }
    }

    fn sampler(&mut self, record: &RunRecord) {
        let n = self.numbers;
        let Some(cost) = &record.harness.sampler_cost else { return };
        let (queries, share) = (n.whole(cost.queries), fine_percent(cost.share_of_time, n));
        self.indented(&match cost.share_of_statements {
            None => ServerLabel::SamplerLine { queries, share },
            Some(of_all) => {
                let statements = fine_percent(of_all, n);
                ServerLabel::SamplerLineOf { queries, share, statements }
            }
        });
        if cost.ticks_missed > 0 {
            self.below(&ServerLabel::TicksMissed { ticks: cost.ticks_missed });
        }
    }
}
