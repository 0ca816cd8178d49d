//! A chart of dots: a row each with its name, a dot where its number stands, a
//! bar for how far that may be off, and the number itself. Names of any length
//! have room, and a narrow screen too.

use super::chart::{DOT, Drawn, compact, sheet, text, ticks};
use super::sheet::{Ink, Sheet};
use super::words::{Both, number, say};
use crate::message::Localized;
use crate::message::set_page_label::SetPageLabel;
use maud::{Markup, Render, html};
use plotters::chart::ChartBuilder;
use plotters::drawing::IntoDrawingArea;
use plotters::element::{Circle, PathElement};
use plotters::style::Color;
use std::ops::Range;

/// The size of a row's sheet, finer than the pixels that it is shown with.
const SIZE: (u32, u32) = (4000, 100);

/// At most so many places of the axis are labelled.
const LABELS: usize = 7;

/// Numbers beyond this stand at the end of the axis.
const FAR: f64 = 1e300;

/// The chart.
pub(super) struct Dots {
    /// Its id within the page.
    pub id: &'static str,
    /// What it shows.
    pub caption: Both,
    /// What the dots and the bars are.
    pub legend: Both,
    /// What stands behind the numbers of the axis.
    pub unit: &'static str,
    /// Its rows; those without a number are left out by who makes it.
    pub rows: Vec<Dot>,
}

/// A row.
pub(super) struct Dot {
    /// What it is.
    pub name: Both,
    /// Where the dot stands.
    pub at: f64,
    /// Where the bar begins and ends.
    pub bar: Option<(f64, f64)>,
    /// The number in words.
    pub value: Both,
    /// Whether it stands out.
    pub is_marked: bool,
}

impl Dots {
    /// The figure; nothing without a row.
    pub fn figure(&self) -> Markup {
        if self.rows.is_empty() {
            return html! {};
        }
        let range = self.range();
        let ticks = ticks(&range, LABELS);
        let percent = |at: f64| format!("{:.2}%", share(at, &range) * 100.0);
        let (caption, summary) = (format!("{}-caption", self.id), format!("{}-summary", self.id));
        html! {
            figure id=(self.id) {
                figcaption id=(caption) { (self.caption) }
                p.sum id=(summary) { (self.summary()) }
                div.dots role="img" aria-labelledby=(caption) aria-describedby=(summary) {
                    @for row in &self.rows {
                        div {
                            span.name.best[row.is_marked] { (row.name) }
                            div.track { (sheet(row.drawn(&range, &ticks), SIZE)) }
                            span.value { (row.value) }
                        }
                    }
                    div.axis {
                        svg.xlabels aria-hidden="true" focusable="false" {
                            @for (index, tick) in ticks.iter().enumerate() {
                                @let label = Both::of(|lang| compact(*tick, lang) + self.unit);
                                (text(&percent(*tick), "13", index % 2 == 1, &label))
                            }
                        }
                    }
                }
                p.sum { (self.legend) }
            }
        }
    }

    /// The most and the least of the rows.
    fn summary(&self) -> Both {
        let by = |a: &&Dot, b: &&Dot| a.at.total_cmp(&b.at);
        let ends = self.rows.iter().max_by(by).zip(self.rows.iter().min_by(by));
        let Some((most, least)) = ends else { return Both::same("") };
        let text = |both: &Both, lang| both.text(lang).to_owned();
        Both::of(|lang| match self.rows.len() {
            1 => {
                let (name, value) = (text(&most.name, lang), text(&most.value, lang));
                SetPageLabel::OneDotSummary { name, value }.text(lang)
            }
            _ => {
                let [most, most_value] = [&most.name, &most.value].map(|both| text(both, lang));
                let [least, least_value] = [&least.name, &least.value].map(|both| text(both, lang));
                SetPageLabel::DotsSummary { most, most_value, least, least_value }.text(lang)
            }
        })
    }

    /// The axis: 0 is always on it.
    fn range(&self) -> Range<f64> {
        let ends = |row: &Dot| {
            let (low, high) = row.bar.unwrap_or((row.at, row.at));
            [row.at, low, high].map(|at| at.clamp(-FAR, FAR))
        };
        let all = || self.rows.iter().flat_map(ends);
        let (low, high) = (all().fold(0.0, f64::min), all().fold(0.0, f64::max));
        match high - low {
            0.0 => 0.0..1.0,
            // The dots at its ends have room.
            width => low - if low < 0.0 { width * 0.04 } else { 0.0 }..high + width * 0.04,
        }
    }
}

impl Dot {
    fn drawn(&self, range: &Range<f64>, ticks: &[f64]) -> String {
        let mut out = String::new();
        // Drawing on a string can't fail.
        let _ = self.draw(&mut out, range, ticks);
        out
    }

    fn draw(&self, out: &mut String, range: &Range<f64>, ticks: &[f64]) -> Drawn {
        let area = Sheet { out, size: SIZE }.into_drawing_area();
        let mut chart = ChartBuilder::on(&area).build_cartesian_2d(range.clone(), 0.0..1.0)?;
        let upright = |at: f64, ink: Ink| PathElement::new(vec![(at, 0.0), (at, 1.0)], ink.color());
        chart.draw_series(ticks.iter().map(|tick| upright(*tick, Ink::Grid)))?;
        // Where nothing would be, and what is better from what is worse.
        chart.draw_series((range.start < 0.0).then(|| upright(0.0, Ink::Event)))?;
        let ink = Ink::Series(if self.is_marked { 2 } else { 0 }).color();
        let within = |at: f64| at.clamp(range.start, range.end);
        chart.draw_series(self.bar.map(|(low, high)| {
            PathElement::new(vec![(within(low), 0.5), (within(high), 0.5)], ink)
        }))?;
        let dot = Circle::new((within(self.at), 0.5), DOT, ink.filled());
        chart.draw_series(std::iter::once(dot))?;
        Ok(())
    }
}

fn share(at: f64, range: &Range<f64>) -> f64 {
    (at - range.start) / (range.end - range.start)
}

/// Rows a second, as the number of a row.
pub(super) fn rate(rows_per_s: f64) -> Both {
    number(|n| n.whole(rows_per_s.round() as u64))
}

/// A name that is marked as the best.
pub(super) fn marked(name: impl Render, is_best: bool) -> Markup {
    html! { (name) @if is_best { " " span.badge.good { (say(&SetPageLabel::Best {})) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dots(rows: &[(f64, Option<(f64, f64)>)]) -> Dots {
        let none = || Both::same("");
        let row = |(at, bar): &(f64, Option<(f64, f64)>)| Dot {
            name: none(),
            at: *at,
            bar: *bar,
            value: none(),
            is_marked: false,
        };
        let rows = rows.iter().map(row).collect();
        Dots { id: "d", caption: none(), legend: none(), unit: "", rows }
    }

    #[test]
    fn nothing_is_on_the_axis_and_everything_within_it() {
        assert_eq!(dots(&[(50.0, Some((40.0, 100.0)))]).range(), 0.0..104.0);
        assert_eq!(dots(&[(-10.0, Some((-50.0, 50.0)))]).range(), -54.0..54.0);
        assert_eq!(dots(&[(0.0, None)]).range(), 0.0..1.0);
        let far = dots(&[(f64::MAX, None), (f64::MIN, None)]);
        assert!(far.range().end.is_finite() && far.range().start.is_finite());
        assert!(far.figure().0.len() < 10_000);
    }

    #[test]
    fn a_row_has_a_bar_and_a_dot() {
        let drawn = dots(&[]).figure().0 + &dots(&[(50.0, Some((0.0, 100.0)))]).figure().0;
        assert_eq!(drawn.matches("<path class=\"d s0\"").count(), 1);
        assert_eq!(drawn.matches("<path class=\"l s0\"").count(), 1);
    }
}
