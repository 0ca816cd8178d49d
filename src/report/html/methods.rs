//! A set of methods: which of them, with which batch size, is the fastest, and
//! what each costs.

use super::dots::{Dot, Dots, marked, rate};
use super::page::Section;
use super::set::{Own, known};
use super::table::{Table, cell};
use super::words::{Both, say, seen, whole};
use crate::message::Localized;
use crate::message::page_label::PageLabel;
use crate::message::set_label::SetLabel;
use crate::message::set_page_label::SetPageLabel;
use crate::model::set::{Row, Set};
use crate::report::number::Numbers;
use maud::{Markup, html};

/// What a set of methods has to show.
pub(super) fn own(set: &Set) -> Own {
    let best = set.table.iter().find(|row| row.best);
    let best = best.map(|row| say(&SetPageLabel::BestMethod { role: row.role.clone() }));
    let shown = html! { (rates(&set.table, &SetPageLabel::MethodsDots {}, name).figure()) (table(&set.table)) };
    Own {
        lines: best.into_iter().collect(),
        sections: vec![
            Section::new("shown", SetPageLabel::ShownHead {}, shown),
            Section::new("known", SetPageLabel::KnownHead {}, known(&set.table, true)),
        ],
        ..Own::titled(&SetLabel::MethodsTitle { runs: set.members.len() })
    }
}

fn name(row: &Row) -> Both {
    Both::same(&row.role)
}

/// Rows a second of each row, with their range.
pub(super) fn rates<'a>(
    rows: impl IntoIterator<Item = &'a Row>,
    caption: &impl Localized,
    name: impl Fn(&Row) -> Both,
) -> Dots {
    let dot = |row: &Row| {
        let at = row.rows_per_s?;
        let bar = row.rows_per_s_min.zip(row.rows_per_s_max).filter(|(low, high)| low < high);
        Some(Dot { name: name(row), at, bar, value: rate(at), is_marked: row.best })
    };
    Dots {
        id: "rates",
        caption: say(caption),
        legend: say(&SetPageLabel::RangeLegend {}),
        unit: "",
        rows: rows.into_iter().filter_map(dot).collect(),
    }
}

fn table(rows: &[Row]) -> Markup {
    let mut table = Table::new(&SetPageLabel::MethodsTable {}, &SetLabel::MethodHead {});
    table.number(SetLabel::RunsHead {}).number(PageLabel::RowsPerSecond {});
    table.number(SetPageLabel::RangeHead {}).number(SetPageLabel::GainOverHead {});
    table.number(PageLabel::WalBytesPerRow {}).number(SetPageLabel::ClientCpuHead {});
    table.number(SetPageLabel::ServerCpuHead {}).number(SetPageLabel::ServiceP99Ms {});
    for row in rows {
        let cells = [
            whole(row.runs.into()),
            seen(row.rows_per_s, rounded),
            range(row),
            seen(row.gain, |n, gain| format!("{}x", n.short(gain))),
            seen(row.wal_bytes_per_row, rounded),
            seen(row.client_cpu_us_per_row, Numbers::short),
            seen(row.server_cpu_us_per_row, Numbers::short),
            seen(row.service_p99_ms, Numbers::short),
        ];
        table.row(marked(&row.role, row.best), cells.iter().map(cell));
    }
    table.markup()
}

/// A rate, or bytes.
pub(super) fn rounded(n: Numbers, value: f64) -> String {
    n.whole(value.round() as u64)
}

fn range(row: &Row) -> Both {
    match row.rows_per_s_min.zip(row.rows_per_s_max) {
        Some((low, high)) => Both::join(&[rate(low), rate(high)], " – "),
        None => seen(None, rounded),
    }
}
