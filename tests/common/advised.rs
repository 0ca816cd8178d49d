//! A run that the tuning rules have a lot to say about.

use pgvalidate::model::RunRecord;
use serde_json::{Value, json};

/// Settings as a server has them: name, value, unit, type, choices.
fn settings() -> Value {
    let integer = |name: &str, value: &str, unit: &str| json!([name, value, unit, "integer", []]);
    let word = |name: &str, value: &str| json!([name, value, "", "bool", []]);
    let all = [
        integer("max_wal_size", "1024", "MB"),
        integer("min_wal_size", "80", "MB"),
        integer("wal_segment_size", "16777216", "B"),
        integer("checkpoint_timeout", "300", "s"),
        json!(["checkpoint_completion_target", "0.5", "", "real", []]),
        integer("checkpoint_flush_after", "0", "8kB"),
        integer("wal_buffers", "512", "8kB"),
        json!(["wal_compression", "off", "", "enum", ["pglz", "on", "off"]]),
        word("wal_init_zero", "on"),
        word("wal_recycle", "on"),
        json!(["wal_level", "replica", "", "enum", ["minimal", "replica", "logical"]]),
        json!(["archive_mode", "off", "", "enum", ["always", "on", "off"]]),
        integer("max_wal_senders", "10", ""),
        word("fsync", "on"),
        word("full_page_writes", "on"),
        json!(["synchronous_commit", "on", "", "enum", ["local", "on", "off"]]),
        integer("wal_writer_delay", "200", "ms"),
        integer("commit_delay", "0", ""),
        integer("commit_siblings", "5", ""),
        integer("shared_buffers", "16384", "8kB"),
        integer("bgwriter_delay", "200", "ms"),
        integer("bgwriter_lru_maxpages", "100", ""),
        json!(["bgwriter_lru_multiplier", "2", "", "real", []]),
        integer("effective_io_concurrency", "1", ""),
        json!(["huge_pages", "try", "", "enum", ["off", "on", "try"]]),
        word("track_io_timing", "off"),
        word("track_wal_io_timing", "off"),
        word("log_checkpoints", "off"),
        word("log_lock_waits", "off"),
        integer("log_min_duration_statement", "-1", "ms"),
    ];
    let fact = |one: &Value| {
        json!({"name": one[0], "value": one[1], "built_in": one[1], "unit": one[2], "type": one[3],
            "choices": one[4], "context": "sighup", "source": "default", "file": "", "line": 0,
            "pending_restart": false})
    };
    all.iter().map(fact).collect()
}

/// A soak of ten minutes on a server that is set badly in every way.
pub fn soak() -> RunRecord {
    let mut value: Value =
        serde_json::from_str(include_str!("../../results/example/run.json")).unwrap();
    value["scenario"]["name"] = json!("soak");
    value["server"]["version_num"] = json!(160_002);
    value["tuning"] = json!({
        "settings": settings(),
        "machine": {"cpus": 8, "memory_bytes": 32_u64 << 30, "wal_free_bytes": 199_u64 << 30,
            "wal_bytes": 1_u64 << 30, "wal_copies_on_write": false},
        "peaks": {}, "may_alter_system": true, "managed_by": null
    });
    let mut record: RunRecord = serde_json::from_value(value).unwrap();
    let database = json!({
        "elapsed_s": 576.0,
        "checkpoints": {"timed": 0, "requested": 48, "write_ms": 70_000.0, "sync_ms": 30_000.0,
            "buffers": 9, "source": "polling", "each": []},
        "wal": {"bytes": (576_u64 * 42) << 20, "records": 9, "full_page_images": 9,
            "buffers_full": 18_400, "writes": 21_050, "syncs": 52_000, "write_ms": 9.0,
            "sync_ms": 208_000.0, "bytes_per_row": 900.0, "full_page_share_at_most": 0.67},
        "io": [{"backend_type": "client backend", "object": "relation", "context": "normal",
            "hits": 900, "reads": 100, "evictions": 80, "writes": 300}],
        "buffers": {"checkpointer": 9, "background_writer": 9, "backends": 9, "backend_fsyncs": 0,
            "allocated": 518_400, "maxwritten_clean": 300},
        "cache": null, "tables": null, "statements": null,
        "transactions": {"commits": 62_400, "rollbacks": 0, "rows_inserted": 9, "rows_updated": 0,
            "deadlocks": 0, "temp_bytes": 0, "of_other_databases": 0},
        "waits": [{"who": "writers", "events": [{"event": "IO:WALSync", "samples": 500},
            {"event": "IO:WALInitWrite", "samples": 40}, {"event": "CPU", "samples": 460}]}],
        "replication": [], "archiver": null, "dropped": []
    });
    record.database = Some(serde_json::from_value(database).unwrap());
    let storage = record.storage.as_mut().unwrap();
    (storage.table_bytes, storage.index_bytes) = (100 << 20, 100 << 20);
    let point = |second: u32| {
        json!({"second": second, "rows": 9, "batches": 9, "failed": 0, "response_ms": null,
            "in_use": 16.0, "waiting": 0.0, "queue_depth": 0, "client_cpu": 0.1,
            "server": {"wal_bytes": 48 << 20, "waits": {}, "cpu": 3.6}})
    };
    record.series = (0..576).map(|s| serde_json::from_value(point(s)).unwrap()).collect();
    record
}
