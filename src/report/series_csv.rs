//! The series as CSV (RFC 4180): a row a second, for a spreadsheet or a script.
//!
//! The columns are the record's keys, joined with points, and the same ones for
//! each run; after them comes a column for each wait that was seen. What wasn't
//! seen is an empty cell. Histograms are left to `run.json`. No cell begins with
//! a text from elsewhere, so that a spreadsheet takes none for a formula.

use super::shown::shown;
use crate::model::RunRecord;
use crate::model::series::{Point, PointLatency, ServerPoint};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What isn't a cell: long, and of no use without its decoder.
const LEFT_OUT: &str = "response_ms.histogram";

/// The waits, of which each is a column.
const WAITS: &str = "server.waits.";

/// The series of a run, with a line of heads.
pub fn series(record: &RunRecord) -> String {
    let rows: Vec<_> = record.series.iter().map(flat).collect();
    let mut columns: Vec<String> = flat(&whole()).into_iter().map(|(key, _)| key).collect();
    let waits: BTreeSet<&String> =
        rows.iter().flat_map(|row| row.keys()).filter(|key| key.starts_with(WAITS)).collect();
    columns.extend(waits.into_iter().cloned());
    let mut out = line(columns.iter().map(|name| name.to_owned()));
    for row in &rows {
        out += &line(columns.iter().map(|name| row.get(name).map_or_else(String::new, text)));
    }
    out
}

/// A point that has every key.
fn whole() -> Point {
    let histogram = String::new();
    let latency = PointLatency { mean: 0.0, p50: 0.0, p95: 0.0, p99: 0.0, max: 0.0, histogram };
    Point { response_ms: Some(latency), server: Some(ServerPoint::default()), ..Point::default() }
}

/// A point's values by their paths.
fn flat(point: &Point) -> Map<String, Value> {
    let mut all = Map::new();
    // A point serializes: its numbers are finite and its keys are strings.
    if let Ok(Value::Object(point)) = serde_json::to_value(point) {
        point.into_iter().for_each(|(key, value)| enter(&mut all, key, value));
    }
    all
}

fn enter(all: &mut Map<String, Value>, path: String, value: Value) {
    match value {
        Value::Object(inner) => {
            inner.into_iter().for_each(|(key, value)| enter(all, format!("{path}.{key}"), value));
        }
        value if path != LEFT_OUT => {
            all.insert(path, value);
        }
        _ => {}
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A line, with its end.
fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| quoted(&shown(&cell))).collect();
    cells.join(",") + "\r\n"
}

/// A cell, in quotes where it needs them.
fn quoted(cell: &str) -> String {
    match cell.contains(['"', ',', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}
