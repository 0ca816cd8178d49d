//! A run, or a set, as one page that needs nothing else: both languages, charts, tables.
//! A pure function of the record, so that it is the same bytes each time.
//!
//! `page` is the frame; the other files are a part of the page each. Texts are
//! escaped by being rendered, and `PreEscaped` is only for what `chart` drew
//! and what `page` brings along.

mod advice;
mod capacity;
mod chart;
mod compare;
mod comparison;
mod dots;
mod faults;
mod first;
mod latency;
mod methods;
mod over_time;
mod page;
mod probes;
mod proof;
mod server;
mod set;
mod shares;
mod sheet;
mod signoff;
mod surroundings;
mod sweep;
mod table;
mod trend;
mod tune;
mod words;

use crate::message::page_label::PageLabel;
use crate::message::{Lang, Localized};
use crate::model::RunRecord;
use chart::Chart;
use maud::{Markup, html};
use page::{Page, Section};
use serde_json::{Map, Value};
pub use set::set;
pub use trend::index;

/// Whether a text is a page of the tool's: it has our mark or, if it is of an
/// older version, the switch between the languages.
pub fn is_ours(page: &str) -> bool {
    let marks = ["<meta name=\"generator\" content=\"pgvalidate\">", "id=\"lang-vi\""];
    marks.iter().any(|mark| page.contains(mark))
}

use words::{Both, say};

/// The report of a run, in both languages; it opens in `lang`.
pub fn run(record: &RunRecord, lang: Lang) -> String {
    let load = over_time::of_load(record);
    let percentiles = latency::charts(record);
    let pools = over_time::of_pools(record);
    let server = over_time::of_server(record);
    let all = [&load, &percentiles, &pools, &server].into_iter().flatten();
    let data: Map<String, Value> = all.filter_map(Chart::data).collect();
    let section = Section::new;
    let sections = vec![
        section(
            "over-time",
            PageLabel::OverTimeHead {},
            html! { (figures(&load)) (server::stalls(record)) },
        ),
        section(
            "latency",
            PageLabel::LatencyHead {},
            html! { (figures(&percentiles)) (latency::table(record)) (latency::gain(record)) },
        ),
        section("pools", PageLabel::PoolsHead {}, figures(&pools)),
        section(
            "server",
            PageLabel::ServerHead {},
            html! {
                (figures(&server)) (server::counters(record)) (server::surroundings(record))
            },
        ),
        section("checkpoints", PageLabel::CheckpointsHead {}, server::checkpoints(record)),
        section("statements", PageLabel::StatementsHead {}, server::statements(record)),
        section("shares", PageLabel::SharesHead {}, shares::section(record)),
        section("advice", PageLabel::AdviceHead {}, advice::section(&record.recommendations)),
        section("verification", PageLabel::VerificationHead {}, proof::verification(record)),
        section("isolation", PageLabel::IsolationHead {}, proof::isolation(record)),
        section("faults", PageLabel::FaultsHead {}, proof::faults(record)),
        section("settings", PageLabel::SettingsHead {}, surroundings::settings(record)),
        section(
            "machine",
            PageLabel::MachineHead {},
            html! { (surroundings::machine(record)) (surroundings::phases(record)) },
        ),
        section("repeat", PageLabel::RepeatHead {}, surroundings::repeat(record)),
        section(
            "missing",
            PageLabel::MissingHead {},
            html! { (proof::notes(record)) (proof::missing(record)) },
        ),
    ];
    let page = Page {
        title: title(record),
        header: first::head(record),
        first: first::verdict(record),
        sections,
        closing: closing(record),
        data: Value::Object(data),
    };
    page.html(lang)
}

fn figures(charts: &[Chart]) -> Markup {
    let marks = over_time::marks();
    html! { @for chart in charts { (chart.figure(&marks)) } }
}

fn title(record: &RunRecord) -> Both {
    let (scenario, started) = (record.scenario.name.clone(), record.started_at.clone());
    Both::of(|lang| {
        let verdict = record.verdict.text(lang);
        let (scenario, started) = (scenario.clone(), started.clone());
        PageLabel::DocumentTitle { scenario, started, verdict }.text(lang)
    })
}

fn closing(record: &RunRecord) -> Markup {
    let (version, schema) = (record.tool_version.clone(), record.schema_version.clone());
    html! { p.dim { (say(&PageLabel::Closing { version, schema })) } }
}
