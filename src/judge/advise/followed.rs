//! What is advised, done: the next run of the same load asks for nothing more
//! of the same rule. Whether the change helped or not: evidence that stays as it
//! was is the worst case, and that of a server that does what is expected of it
//! the best.

use super::advise;
use super::lab::{Lab, MB};
use super::seen::Given;
use crate::model::advice::{Advice, Recommendation};
use crate::model::database::{Buffers, IoCount};
use std::collections::BTreeSet;

/// Settings that the rules of the write path go by, besides those of every lab:
/// a number with its unit, or a word.
const NUMBERS: [(&str, &str, &str); 11] = [
    ("checkpoint_flush_after", "0", "8kB"),
    ("wal_buffers", "512", "8kB"),
    ("bgwriter_delay", "200", "ms"),
    ("bgwriter_lru_maxpages", "100", ""),
    ("bgwriter_lru_multiplier", "2", ""),
    ("autovacuum_max_workers", "3", ""),
    ("autovacuum_naptime", "60", "s"),
    ("autovacuum_vacuum_cost_limit", "-1", ""),
    ("vacuum_cost_limit", "200", ""),
    ("log_min_duration_statement", "-1", "ms"),
    ("autovacuum_worker_slots", "16", ""),
];
const WORDS: [(&str, &str); 7] = [
    ("wal_compression", "off"),
    ("wal_init_zero", "on"),
    ("wal_recycle", "on"),
    ("track_io_timing", "off"),
    ("track_wal_io_timing", "off"),
    ("log_checkpoints", "off"),
    ("log_lock_waits", "off"),
];

/// A run of `seconds` on a server with the defaults.
fn server(seconds: u32) -> Lab {
    let lab =
        NUMBERS.iter().fold(Lab::new(16), |lab, (name, value, unit)| lab.unit(name, value, unit));
    let lab = WORDS.iter().fold(lab, |lab, (name, value)| lab.value(name, value));
    lab.choices("wal_compression", &["pglz", "lz4", "on", "off"]).run_s(seconds)
}

fn says(lab: &Lab) -> Vec<Recommendation> {
    advise(&lab.record, &Given::default())
}

/// The rules that ask for a change.
fn asking(said: &[Recommendation]) -> BTreeSet<&str> {
    let asks = |one: &&Recommendation| matches!(one.outcome, Advice::Proposed | Advice::Trial);
    said.iter().filter(asks).map(|one| one.rule.as_str()).collect()
}

/// Sets what is proposed.
fn follow(mut lab: Lab, said: &[Recommendation]) -> Lab {
    for proposal in said.iter().flat_map(|one| &one.settings) {
        let Some(proposed) = &proposal.proposed else { continue };
        let number = proposal.in_base_unit.map(|number| number.to_string());
        lab = lab.value(&proposal.name, &number.unwrap_or_else(|| proposed.clone()));
    }
    lab
}

/// Follows the advice, lets the server answer it, and asks again: no rule asks
/// twice, and after three rounds none asks at all.
fn asks_once(mut lab: Lab, answers: impl Fn(Lab) -> Lab, what: &str) {
    let mut asked = BTreeSet::new();
    for _ in 0..3 {
        let said = says(&lab);
        for rule in asking(&said) {
            // From 16 MB on there is one more step, as a trial.
            let is_first = asked.insert(rule.to_owned()) || rule == "wal_buffers";
            assert!(is_first, "{rule} asks again: {what}: {said:#?}");
        }
        lab = answers(follow(lab, &said));
    }
    let said = says(&lab);
    assert!(asking(&said).is_empty(), "{:?} after three rounds: {what}", asking(&said));
}

/// Checkpoints as the server begins them at a rate of WAL: when the time is
/// over, or max_wal_size is used up, whatever is first. Writers wait for new
/// files as long as min_wal_size is the default.
fn begins(mut lab: Lab, rate: u64) -> Lab {
    let (timeout_s, trigger, elapsed_s) = lab.seen(|seen| {
        let timeout_s = seen.size("checkpoint_timeout").unwrap();
        (timeout_s, seen.trigger().unwrap(), seen.database().unwrap().elapsed_s)
    });
    let by_wal_s = trigger / rate as f64;
    let is_by_wal = by_wal_s < timeout_s;
    // As long as it takes to see some.
    let run_s = elapsed_s.max(4.0 * timeout_s.min(by_wal_s)).ceil();
    lab = lab.run_s(run_s as u32).wal(rate, rate);
    let keeps = lab.seen(|seen| seen.number("min_wal_size").unwrap()) > 80.0;
    let waits = if keeps { 0 } else { 40 };
    lab = lab.waits(&[("IO:WALInitWrite", waits), ("CPU", 960)]);
    let begun = (run_s / timeout_s.min(by_wal_s)) as u64;
    if is_by_wal { lab.checkpoints(0, begun) } else { lab.checkpoints(begun, 0) }
}

#[test]
fn checkpoints_and_wal_ask_once_whatever_the_rate_and_the_disk() {
    for rate in [1, 5, 42, 140, 600].map(|mb| mb * MB) {
        for max_wal_size in ["64", "1024", "4096", "13312"] {
            for (timeout_s, target) in [("30", "0.9"), ("300", "0.5"), ("900", "0.9")] {
                for (disk, share) in [(27_u64, 0.7), (200, 0.2), (2_000, 0.7)] {
                    let lab = server(240)
                        .value("max_wal_size", max_wal_size)
                        .value("checkpoint_timeout", timeout_s)
                        .value("checkpoint_completion_target", target)
                        .wal_disk(disk << 30)
                        .full_pages(share)
                        .busy(0.4);
                    let what = format!("{rate} B/s, {max_wal_size} MB, {timeout_s} s, {disk} GB");
                    asks_once(begins(lab, rate), |lab| begins(lab, rate), &what);
                }
            }
        }
    }
}

#[test]
fn a_disk_that_has_a_little_more_room_than_last_time_is_no_reason() {
    let rate = 140 * MB;
    let first = begins(server(240).wal_disk(27 << 30), rate);
    let said = says(&first);
    assert!(asking(&said).contains("max_wal_size"));
    let again = begins(follow(first, &said).wal_disk(28 << 30), rate);
    assert!(!asking(&says(&again)).contains("max_wal_size"));
}

#[test]
fn the_background_writer_asks_once_though_nothing_gets_better() {
    for allocated_per_s in [100_u64, 900, 1_000, 4_900, 40_000] {
        for backends in [0_u64, 100, 400] {
            for (pages, delay) in [("0", "200"), ("100", "200"), ("1000", "10"), ("400", "75")] {
                let mut lab = server(600)
                    .value("bgwriter_lru_maxpages", pages)
                    .value("bgwriter_delay", delay);
                let row = |who: &str, writes| IoCount {
                    backend_type: who.into(),
                    object: "relation".into(),
                    context: "normal".into(),
                    writes: Some(writes),
                    ..IoCount::default()
                };
                let database = lab.database();
                let allocated = allocated_per_s * 600;
                let maxwritten_clean = 3_000;
                database.buffers =
                    Some(Buffers { allocated, maxwritten_clean, ..Buffers::default() });
                database.io = Some(vec![row("client backend", backends), row("checkpointer", 600)]);
                asks_once(lab, |lab| lab, &format!("{allocated_per_s} a second, {pages}, {delay}"));
            }
        }
    }
}

#[test]
fn autovacuum_asks_once_where_a_greater_limit_makes_it_wait_less() {
    for delayed in [0.4_f64, 0.55, 0.8, 0.95, 1.0] {
        for full in [0.1, 0.9] {
            let mut lab = server(600).each_second(|server| server.autovacuum_workers = Some(3));
            let peaks = &mut lab.tuning().peaks;
            (peaks.vacuum_backlog_grown, peaks.autovacuum_full_share) = (Some(9), Some(full));
            peaks.vacuum_delay_share = Some(delayed);
            // Work between two delays lasts as long as the limit, which all workers share.
            let limit = |lab: &Lab| {
                lab.seen(|seen| {
                    let own = seen.number("autovacuum_vacuum_cost_limit").unwrap();
                    if own > 0.0 { own } else { seen.number("vacuum_cost_limit").unwrap() }
                })
            };
            let worked = (1.0 - delayed) / delayed / limit(&lab);
            let answers = |mut lab: Lab| {
                let delayed = 1.0 / (1.0 + worked * limit(&lab));
                lab.tuning().peaks.vacuum_delay_share = Some(delayed);
                lab
            };
            asks_once(lab, answers, &format!("{delayed} {full}"));
        }
    }
}

#[test]
fn wal_buffers_ask_once_and_then_for_a_trial() {
    for (blocks, lock) in [("8", 700), ("512", 700), ("512", 10), ("2048", 700), ("8192", 700)] {
        let mut lab = server(600).value("wal_buffers", blocks);
        let wal = lab.database().wal.as_mut().unwrap();
        (wal.buffers_full, wal.writes) = (900, Some(1_000));
        lab = lab.waits(&[("LWLock:WALWrite", lock), ("CPU", 500)]);
        let of = |lab: &Lab| {
            let said = says(lab).into_iter().find(|one| one.rule == "wal_buffers").unwrap();
            said.outcome
        };
        let mut outcomes = vec![of(&lab)];
        for _ in 0..2 {
            let said = says(&lab);
            lab = follow(lab, &said);
            outcomes.push(of(&lab));
        }
        let proposed = outcomes.iter().filter(|outcome| **outcome == Advice::Proposed).count();
        let tried = outcomes.iter().filter(|outcome| **outcome == Advice::Trial).count();
        assert!(proposed <= 1 && tried <= 1, "{blocks} {outcomes:?}");
        assert_eq!(outcomes[2], Advice::Report, "{blocks} {outcomes:?}");
    }
}

#[test]
fn memory_asks_once_though_the_tables_grow_a_little() {
    let with = |lab: &mut Lab, bytes: u64| {
        let storage = lab.record.storage.as_mut().unwrap();
        (storage.table_bytes, storage.index_bytes) = (bytes / 2, bytes / 2);
    };
    for gb in [1_u64, 3, 7, 200] {
        let mut lab = server(600);
        lab.database().io = Some(vec![IoCount {
            backend_type: "client backend".into(),
            object: "relation".into(),
            context: "normal".into(),
            hits: Some(900),
            reads: Some(100),
            evictions: Some(80),
            ..IoCount::default()
        }]);
        with(&mut lab, gb << 30);
        let said = says(&lab);
        assert!(asking(&said).contains("shared_buffers"), "{gb}");
        let mut again = follow(lab, &said);
        with(&mut again, (gb << 30) / 10 * 11);
        assert!(!asking(&says(&again)).contains("shared_buffers"), "{gb}");
    }
}
