use super::*;
use proptest::prelude::*;

const PREFIX: &str = "pgv_tenant_";

fn entry(query: &str, calls: u64, total_ms: f64) -> Entry {
    Entry {
        query: Some(query.to_owned()),
        calls,
        rows: calls * 10,
        total_ms,
        blocks_hit: calls * 3,
        blocks_read: calls,
        wal_bytes: calls * 100,
        jit_functions: Some(calls),
        since_us: None,
    }
}

fn snapshot(entries: &[(i64, Entry)]) -> Snapshot {
    Snapshot {
        version: "1.10".to_owned(),
        schema: "public".to_owned(),
        dealloc: 3,
        reset_us: Some(7),
        entries: entries.iter().cloned().map(|(id, e)| (("u".to_owned(), id), e)).collect(),
        is_hidden: false,
    }
}

fn copy(tenant: u32) -> String {
    format!("COPY \"pgv_tenant_{tenant:05}\".t (a) FROM STDIN (FORMAT binary)")
}

#[test]
fn entries_are_differences_folded_by_shape() {
    let before = snapshot(&[(1, entry(&copy(1), 5, 50.0)), (4, entry("SELECT 4", 9, 9.0))]);
    let after = snapshot(&[
        (1, entry(&copy(1), 8, 80.5)),
        (2, entry(&copy(2), 4, 9.5)),
        (3, entry("SELECT 3", 1, 40.0)),
        (4, entry("SELECT 4", 9, 9.0)),
    ]);
    let folded = fold(&before, &after, PREFIX, &[]);
    let copies = Statement {
        query: "COPY {tenant}.t (a) FROM STDIN (FORMAT binary)".to_owned(),
        of_sampler: false,
        entries: 2,
        calls: 7,
        rows: 70,
        total_ms: 40.0,
        mean_ms: 40.0 / 7.0,
        blocks_hit: 21,
        blocks_read: 7,
        wal_bytes: 700,
    };
    assert!(!folded.is_partial);
    assert_eq!(folded.version, "1.10");
    assert_eq!(folded.by_total.len(), 2, "what wasn't called isn't there");
    assert_eq!(folded.by_total[0], copies);
    let names: Vec<_> = folded.by_mean.iter().map(|s| s.query.as_str()).collect();
    assert_eq!(names, ["SELECT 3", copies.query.as_str()]);
}

#[test]
fn what_fell_or_came_back_is_left_out_and_said() {
    let before = snapshot(&[(1, entry("a", 5, 50.0)), (2, entry("b", 5, 50.0))]);
    let fell = snapshot(&[(1, entry("a", 4, 60.0)), (2, entry("b", 6, 51.0))]);
    let folded = fold(&before, &fell, PREFIX, &[]);
    assert!(folded.is_partial);
    let left: Vec<_> = folded.by_total.iter().map(|s| (s.query.as_str(), s.calls)).collect();
    assert_eq!(left, [("b", 1)]);
    // It has more calls than before and is another entry all the same.
    let since = |calls, since_us| Entry { since_us: Some(since_us), ..entry("a", calls, 99.0) };
    let before = snapshot(&[(1, since(5, 10))]);
    let came_back = fold(&before, &snapshot(&[(1, since(9, 2_000))]), PREFIX, &[]);
    assert!(came_back.is_partial && came_back.by_total.is_empty());
    // New ones count whole, also one whose first call was under way at the first snapshot.
    let empty = snapshot(&[]);
    let new = fold(&empty, &snapshot(&[(1, since(9, 1_500))]), PREFIX, &[]);
    assert_eq!((new.is_partial, new.by_total[0].calls), (false, 9));
}

#[test]
fn entries_thrown_away_and_resets_make_it_partial() {
    let before = snapshot(&[(1, entry("a", 5, 50.0))]);
    let later = [(1, entry("a", 6, 60.0)), (2, entry("b", 2, 1.0))];
    let dealloc = Snapshot { dealloc: 4, ..snapshot(&later) };
    let folded = fold(&before, &dealloc, PREFIX, &[]);
    assert!(folded.is_partial);
    assert_eq!(folded.by_total.iter().map(|s| s.calls).collect::<Vec<_>>(), [1, 2]);
    // After a reset of all nothing of the first snapshot can be subtracted.
    let reset = Snapshot { reset_us: Some(8), ..snapshot(&later) };
    let folded = fold(&before, &reset, PREFIX, &[]);
    assert!(folded.is_partial);
    let left: Vec<_> = folded.by_total.iter().map(|s| (s.query.as_str(), s.calls)).collect();
    assert_eq!(left, [("b", 2)]);
    // A text that the server lost.
    let lost = snapshot(&[(2, Entry { query: None, ..entry("", 1, 1.0) })]);
    assert!(fold(&snapshot(&[]), &lost, PREFIX, &[]).is_partial);
}

#[test]
fn statements_of_a_writers_role_that_are_hidden_make_it_partial() {
    let after = snapshot(&[(1, entry("SELECT 1", 1, 1.0))]);
    let hidden = Snapshot { is_hidden: true, ..after.clone() };
    assert!(!fold(&snapshot(&[]), &after, PREFIX, &[]).is_partial);
    assert!(fold(&snapshot(&[]), &hidden, PREFIX, &[]).is_partial);
}

#[test]
fn ten_are_kept_and_long_texts_are_cut() {
    let letters = |n: i64| "x".repeat(400) + &n.to_string();
    let entries: Vec<_> =
        (0..25).map(|n| (n, entry(&letters(n), 1 + n as u64, n as f64))).collect();
    let folded = fold(&snapshot(&[]), &snapshot(&entries), PREFIX, &[]);
    assert_eq!((folded.by_total.len(), folded.by_mean.len()), (10, 10));
    assert_eq!(folded.by_total[0].total_ms, 24.0);
    // Cut, and still counted apart.
    assert!(folded.by_total.iter().all(|s| s.query.chars().count() == 303 && s.entries == 1));
    assert_eq!(cut("năm"), "năm");
}

#[test]
fn the_samplers_own_are_marked() {
    let file = sql!("sample/statements_info.sql");
    let sent = with_schema(file, "public");
    let normalized = sent.replace("1000000", "$1").replace("-- Privileges: none\n", "");
    let entries = [(1, entry(&normalized, 1, 2.0)), (2, entry("SELECT 1", 1, 1.0))];
    let folded = fold(
        &snapshot(&[]),
        &snapshot(&entries),
        PREFIX,
        &super::super::files::FILES.iter().map(|file| file.sql).collect::<Vec<_>>(),
    );
    let marks: Vec<_> = folded.by_total.iter().map(|s| s.of_sampler).collect();
    assert_eq!(marks, [true, false]);
}

#[test]
fn versions_are_numbers() {
    assert_eq!(parsed("1.9"), Some((1, 9)));
    assert!(parsed("1.10") > parsed("1.9"));
    assert_eq!(parsed("1"), None);
    assert_eq!(parsed("unpackaged"), None);
}

proptest! {
    /// However the calls are dealt out to tenants and snapshots, none is lost
    /// and none counted twice.
    #[test]
    fn calls_are_kept(calls in proptest::collection::vec((0_u64..50, 0_u64..50), 1..40)) {
        let at = |counts: fn(&(u64, u64)) -> u64| {
            let entries = calls.iter().enumerate().filter(|(_, pair)| counts(pair) > 0);
            let entries = entries.map(|(i, pair)| {
                let calls = counts(pair);
                (i as i64, entry(&copy(i as u32), calls, calls as f64))
            });
            snapshot(&entries.collect::<Vec<_>>())
        };
        let folded = fold(&at(|(a, _)| *a), &at(|(a, b)| a + b), PREFIX, &[]);
        let expected: u64 = calls.iter().map(|(_, b)| b).sum();
        prop_assert!(!folded.is_partial);
        prop_assert_eq!(folded.by_total.iter().map(|s| s.calls).sum::<u64>(), expected);
        prop_assert!(folded.by_total.len() <= 1);
        prop_assert!(folded.by_total.iter().all(|s| s.rows == 10 * expected));
    }
}

#[test]
fn jit_is_counted_for_what_writes_where_the_extension_counts_it() {
    let before = snapshot(&[(1, entry("INSERT INTO t SELECT", 5, 50.0))]);
    let after = snapshot(&[
        (1, entry("INSERT INTO t SELECT", 8, 80.5)),
        (2, entry("  update t", 4, 9.5)),
        (3, entry("SELECT 3", 100, 40.0)),
    ]);
    assert_eq!(jit_functions(&before, &after), Ok(7));
    let old = Snapshot { version: "1.9".to_owned(), ..after.clone() };
    assert_eq!(jit_functions(&before, &old), Err("1.9".to_owned()));
}
