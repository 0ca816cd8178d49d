//! A chart: a figure with a caption, a sentence that says what is to be seen,
//! the drawing, and a legend. Lines and areas are drawn by plotters; axes are
//! texts around the drawing, which keep their size where it is stretched.

use super::sheet::{Ink, Sheet};
use super::words::Both;
use crate::message::Lang;
use crate::report::number::Numbers;
use maud::{Markup, PreEscaped, html};
use plotters::chart::ChartBuilder;
use plotters::coord::ranged1d::Ranged;
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::{DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::style::Color;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::convert::Infallible;
use std::ops::Range;

/// The sheet's units: finer than the pixels that it is shown with.
const SIZE: (u32, u32) = (4000, 1000);

/// The radius of a dot, which the style decides.
pub(super) const DOT: i32 = 1;

/// What drawing comes to.
pub(super) type Drawn = Result<(), DrawingAreaErrorKind<Infallible>>;

/// At most so many labels stand at the upright axis.
const Y_LABELS: usize = 5;

/// Beyond this an axis would have no end, and no ticks.
const FAR: f64 = 1e300;

/// A chart.
#[derive(Debug, Clone)]
pub(super) struct Chart {
    /// Its id within the page.
    pub id: Cow<'static, str>,
    /// What it shows, with its unit.
    pub caption: Both,
    /// What is to be seen, for who doesn't see it.
    pub summary: Both,
    /// The level axis.
    pub x: Axis,
    /// The upright axis.
    pub y: Upright,
    /// What is drawn.
    pub series: Vec<Series>,
    /// Whether the series stand on each other.
    pub is_stacked: bool,
    /// What lies behind them.
    pub spans: Vec<Span>,
    /// What the level axis is called; empty where it is plain.
    pub x_name: Both,
}

/// The upright axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Upright {
    /// From 0 to the greatest value.
    FromZero,
    /// From 0 to this one.
    UpTo(f64),
    /// A logarithm, in whole powers of ten; what isn't above 0 is not on it.
    Log,
}

/// The level axis.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    /// Which axis: charts with the same one share a cursor.
    pub kind: Cow<'static, str>,
    /// From where to where it goes.
    pub range: Range<f64>,
    /// Where the points of the series are.
    pub at: Vec<f64>,
    /// What the script calls these points, where that isn't the time.
    pub names: Vec<String>,
    /// The places that are labelled.
    pub ticks: Vec<(f64, Both)>,
}

/// A line, or a layer of a stack.
#[derive(Debug, Clone)]
pub(super) struct Series {
    /// What it is.
    pub name: Both,
    /// Its value at each point; None: not seen.
    pub values: Vec<Option<f64>>,
    /// Whether its points are dots, without a line.
    pub is_dots: bool,
}

/// A part of the level axis that is marked.
#[derive(Debug, Clone)]
pub(super) struct Span {
    /// What with.
    pub ink: Ink,
    /// From where to where; a line where both are the same.
    pub range: Range<f64>,
    /// What stands above it; empty for nothing.
    pub label: String,
}

impl Chart {
    /// The figure; nothing where no series has a value.
    pub fn figure(&self, marks: &[(Ink, Both)]) -> Markup {
        let series: Vec<(usize, &Series)> =
            self.series.iter().enumerate().filter(|(_, s)| s.is_seen()).collect();
        if series.is_empty() {
            return html! {};
        }
        let frame = self.frame();
        let mut drawing = String::new();
        // Drawing on a string can't fail.
        let _ = self.draw(&mut drawing, &frame);
        let (caption, summary) = (format!("{}-caption", self.id), format!("{}-summary", self.id));
        html! {
            figure id=(self.id) data-x=(self.x.kind) {
                figcaption id=(caption) { (self.caption) }
                p.sum id=(summary) { (self.summary) }
                div.chart.marked[self.spans.iter().any(|span| span.ink == Ink::Stall)] role="img" aria-labelledby=(caption) aria-describedby=(summary) {
                    svg.ylabels aria-hidden="true" focusable="false" {
                        @for tick in self.y_ticks(&frame) { (self.y_label(tick, &frame)) }
                    }
                    div.area {
                        (sheet(drawing, SIZE))
                        svg.over aria-hidden="true" focusable="false" {
                            @for span in self.spans.iter().filter(|span| !span.label.is_empty()) {
                                // Those of stalls stand above the drawing, others beside their line.
                                @let (class, y) = match span.ink {
                                    Ink::Stall => ("mark", "-4"),
                                    _ => ("mark beside", "13"),
                                };
                                @let at = match span.ink {
                                    Ink::Stall => middle(&span.range),
                                    _ => span.range.start,
                                };
                                text class=(class) x=(self.percent(at)) y=(y) {
                                    (span.label)
                                }
                            }
                        }
                    }
                    svg.xlabels aria-hidden="true" focusable="false" {
                        @for (index, (at, label)) in self.x.ticks.iter().enumerate() {
                            (text(&self.percent(*at), "13", index % 2 == 1, label))
                        }
                    }
                }
                ul.legend {
                    @if !self.x_name.en.is_empty() { li.axis { (self.x_name) } }
                    @for (no, one) in series {
                        li data-s=(no) {
                            span class={"key s" (no)} {} span.name { (one.name) }
                            " " span.val { @if let Some(range) = one.range_text() { (range) } }
                        }
                    }
                    @for (ink, name) in marks {
                        @if self.spans.iter().any(|span| span.ink == *ink) {
                            li.mark { span class={"key " (ink.class())} {} span.name { (name) } }
                        }
                    }
                }
            }
        }
    }

    /// The values, for the script.
    pub fn data(&self) -> Option<(String, Value)> {
        self.series.iter().any(Series::is_seen).then(|| {
            let rounded = |v: &f64| rounded(*v).map_or(Value::Null, Value::from);
            let at: Vec<Value> = self.x.at.iter().map(rounded).collect();
            let series = self.series.iter();
            let values: Vec<Vec<Value>> = series
                .map(|s| s.values.iter().map(|v| v.as_ref().map_or(Value::Null, rounded)).collect())
                .collect();
            let range = [self.x.range.start, self.x.range.end];
            let value = json!({"range": range, "at": at, "names": self.x.names, "values": values});
            (self.id.to_string(), value)
        })
    }

    fn percent(&self, at: f64) -> String {
        let Range { start, end } = self.x.range;
        format!("{:.2}%", (at - start) / (end - start) * 100.0)
    }

    /// From where to where the upright axis goes, in what it is drawn with.
    fn frame(&self) -> Range<f64> {
        let values = || self.series.iter().flat_map(|s| s.values.iter().flatten().copied());
        let top = match self.y {
            Upright::Log => {
                let tens = || values().map(|v| self.placed(v)).filter(|ten| ten.is_finite());
                let low = tens().fold(f64::INFINITY, f64::min).floor();
                let high = tens().fold(f64::NEG_INFINITY, f64::max).ceil();
                return if low <= high { low..high.max(low + 1.0) } else { 0.0..1.0 };
            }
            Upright::UpTo(top) => top,
            Upright::FromZero if self.is_stacked => {
                self.stack().last().map_or(0.0, |top| top.iter().copied().fold(0.0, f64::max))
            }
            Upright::FromZero => values().fold(0.0, f64::max),
        };
        0.0..if top > 0.0 { top.min(FAR) * 1.06 } else { 1.0 }
    }

    /// A value in what the upright axis is drawn with.
    fn placed(&self, value: f64) -> f64 {
        match self.y {
            Upright::Log => value.log10(),
            _ => value,
        }
    }

    /// The places of the upright axis that are labelled.
    fn y_ticks(&self, frame: &Range<f64>) -> Vec<f64> {
        if self.y != Upright::Log {
            return ticks(frame, Y_LABELS);
        }
        let decades = (frame.end - frame.start).round() as usize;
        let (step, within): (usize, &[f64]) = match decades {
            0..=2 => (1, &[1.0, 2.0, 5.0]),
            _ => (decades.div_ceil(Y_LABELS), &[1.0]),
        };
        let tens = (0..=decades).step_by(step).map(|i| frame.start + i as f64);
        let all = tens.flat_map(|ten| within.iter().map(move |part| ten + part.log10()));
        all.filter(|tick| *tick <= frame.end).collect()
    }

    fn y_label(&self, tick: f64, frame: &Range<f64>) -> Markup {
        let value = if self.y == Upright::Log { 10_f64.powf(tick) } else { tick };
        let label = Both::of(|lang| compact(value, lang));
        let share = (tick - frame.start) / (frame.end - frame.start);
        text("100%", &format!("{:.2}%", 100.0 - share * 100.0), false, &label)
    }

    /// The upper edge of each layer at each point.
    fn stack(&self) -> Vec<Vec<f64>> {
        let mut sum = vec![0.0; self.x.at.len()];
        let add = |one: &Series| {
            sum.iter_mut().zip(&one.values).for_each(|(sum, v)| *sum += v.unwrap_or(0.0));
            sum.clone()
        };
        self.series.iter().map(add).collect()
    }

    fn draw(&self, out: &mut String, frame: &Range<f64>) -> Drawn {
        let area = Sheet { out, size: SIZE }.into_drawing_area();
        let mut chart =
            ChartBuilder::on(&area).build_cartesian_2d(self.x.range.clone(), frame.clone())?;
        let Range { start, end } = self.x.range;
        chart.draw_series(self.spans.iter().map(|span| {
            let from = span.range.start.max(start);
            let corners = [(from, frame.start), (span.range.end.min(end).max(from), frame.end)];
            Rectangle::new(corners, span.ink.color().filled())
        }))?;
        chart.draw_series(
            self.y_ticks(frame)
                .into_iter()
                .map(|tick| PathElement::new(vec![(start, tick), (end, tick)], Ink::Grid.color())),
        )?;
        if self.is_stacked {
            let mut floor = vec![0.0; self.x.at.len()];
            for (no, ceiling) in (0..).zip(self.stack()) {
                let corner = |edge: &[f64]| {
                    self.x.at.iter().copied().zip(edge.iter().copied()).collect::<Vec<_>>()
                };
                let mut corners = corner(&ceiling);
                corners.extend(corner(&floor).into_iter().rev());
                let layer = Polygon::new(corners, Ink::Series(no).color());
                chart.draw_series(std::iter::once(layer))?;
                floor = ceiling;
            }
            return Ok(());
        }
        for (no, one) in (0..).zip(&self.series) {
            let ink = Ink::Series(no).color();
            let lines = one.pieces(&self.x.at, |value| self.placed(value)).into_iter();
            if one.is_dots {
                chart.draw_series(lines.flatten().map(|at| Circle::new(at, DOT, ink.filled())))?;
            } else {
                chart.draw_series(lines.map(|line| PathElement::new(line, ink)))?;
            }
        }
        Ok(())
    }
}

impl Series {
    /// A line, or a layer.
    pub fn line(name: Both, values: Vec<Option<f64>>) -> Series {
        Series { name, values, is_dots: false }
    }

    fn is_seen(&self) -> bool {
        self.values.iter().any(Option::is_some)
    }

    /// The least and the greatest value, which stand in the legend while nothing is pointed at.
    fn range_text(&self) -> Option<Both> {
        // Dots belong to a line, which has it.
        if self.is_dots {
            return None;
        }
        let mut seen = self.values.iter().flatten().copied();
        let first = seen.next()?;
        let (low, high) = seen.fold((first, first), |(low, high), v| (low.min(v), high.max(v)));
        Some(Both::of(|lang| {
            let n = Numbers(lang);
            match low == high {
                true => n.plain(low),
                false => format!("{} – {}", n.plain(low), n.plain(high)),
            }
        }))
    }

    /// The line without what wasn't seen, or has no place, which parts it.
    fn pieces(&self, at: &[f64], placed: impl Fn(f64) -> f64) -> Vec<Vec<(f64, f64)>> {
        let mut pieces = vec![Vec::new()];
        for (x, value) in at.iter().zip(&self.values) {
            let y = value.map(&placed).filter(|y| y.is_finite());
            match (y, pieces.last_mut()) {
                (Some(y), Some(piece)) => piece.push((*x, y)),
                _ => pieces.push(Vec::new()),
            }
        }
        pieces.retain(|piece| !piece.is_empty());
        pieces
    }
}

/// A drawing, stretched to its place.
pub(super) fn sheet(drawing: String, size: (u32, u32)) -> Markup {
    html! {
        svg.sheet viewBox={"0 0 " (size.0) " " (size.1)} preserveAspectRatio="none"
            aria-hidden="true" focusable="false" { (PreEscaped(drawing)) }
    }
}

/// At most so many places of an axis that are worth a label.
pub(super) fn ticks(range: &Range<f64>, most: usize) -> Vec<f64> {
    RangedCoordf64::from(range.clone()).key_points(most)
}

/// A label of an axis; every other one is left out where there is little room.
pub(super) fn text(x: &str, y: &str, is_minor: bool, label: &Both) -> Markup {
    let class = is_minor.then_some("minor");
    html! {
        @if label.en == label.vi { text class=[class] x=(x) y=(y) { (label.en) } } @else {
            text class=[class] x=(x) y=(y) lang="en" { (label.en) }
            text class=[class] x=(x) y=(y) lang="vi" { (label.vi) }
        }
    }
}

fn middle(range: &Range<f64>) -> f64 {
    range.start.midpoint(range.end)
}

/// A number short enough for an axis.
pub(super) fn compact(value: f64, lang: Lang) -> String {
    let (value, unit) = match value.abs() {
        v if v >= 1e6 => (value / 1e6, "M"),
        v if v >= 1e4 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let text = format!("{:.3}", value);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let text = if lang == Lang::Vi { text.replace('.', ",") } else { text.to_owned() };
    format!("{text}{unit}")
}

/// Four digits of a number: what can be read off a chart.
fn rounded(value: f64) -> Option<f64> {
    format!("{value:.3e}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_short_numbers() {
        let both = |v| (compact(v, Lang::En), compact(v, Lang::Vi));
        assert_eq!(both(2_500_000.0), ("2.5M".to_owned(), "2,5M".to_owned()));
        assert_eq!(both(20_000.0).0, "20k");
        assert_eq!(both(0.25).1, "0,25");
        assert_eq!(both(0.0).0, "0");
    }

    #[test]
    fn what_was_not_seen_parts_a_line() {
        let values = vec![Some(1.0), None, None, Some(2.0), Some(3.0), None];
        let series = Series::line(Both::same("s"), values);
        let at: Vec<f64> = (0..6).map(f64::from).collect();
        let pieces = series.pieces(&at, |value| value);
        assert_eq!(pieces, [vec![(0.0, 1.0)], vec![(3.0, 2.0), (4.0, 3.0)]]);
    }

    #[test]
    fn a_logarithm_goes_by_whole_powers_of_ten_and_leaves_out_what_it_has_no_place_for() {
        let of = |values: &[f64]| {
            let values: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
            let at: Vec<f64> = (0..values.len()).map(|at| at as f64).collect();
            let series = vec![Series { name: Both::same("s"), values, is_dots: true }];
            let x = Axis { kind: "x".into(), range: 0.0..1.0, at, names: vec![], ticks: vec![] };
            let (none, y) = (Both::same(""), Upright::Log);
            let (caption, summary) = (none.clone(), none.clone());
            let (is_stacked, spans, id) = (false, vec![], "log".into());
            Chart { id, caption, summary, x, y, series, is_stacked, spans, x_name: none }
        };
        let chart = of(&[20.0, 0.0, 3_000.0]);
        assert_eq!(chart.frame(), 1.0..4.0);
        assert_eq!(chart.y_ticks(&chart.frame()), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(chart.figure(&[]).0.matches("<path class=\"d s0\"").count(), 2);
        let narrow = of(&[20.0]);
        let labels: Vec<f64> =
            narrow.y_ticks(&narrow.frame()).iter().map(|t| 10_f64.powf(*t).round()).collect();
        assert_eq!(labels, [10.0, 20.0, 50.0, 100.0]);
        assert!(of(&[f64::MIN_POSITIVE, f64::MAX]).y_ticks(&(-308.0..309.0)).len() <= 6);
        assert_eq!(of(&[0.0]).frame(), 0.0..1.0);
        assert!(Chart { y: Upright::FromZero, ..of(&[f64::MAX]) }.frame().end.is_finite());
    }
}
