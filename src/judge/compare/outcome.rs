//! What a metric's values in two groups of runs come to.

use super::{Metric, Roles};
use crate::model::comparison::{Change, Compared};
use crate::model::observed::CompareNote;
use crate::stats::bootstrap::{Interval, ratio_interval};
use crate::stats::power::{FEWEST, P, can_be_sure, could_see, log_spread, runs_needed};
use crate::stats::rank::mann_whitney;
use crate::stats::spread::median;

/// Compares the values of a metric.
pub(super) fn compared(
    metric: &Metric,
    base: &[f64],
    other: &[f64],
    roles: Roles<'_>,
    threshold: f64,
) -> Compared {
    let is_enough = base.len() >= 2 && other.len() >= 2;
    let (of_base, of_other) = (median(base), median(other));
    let interval = interval(base, other);
    let p = mann_whitney(base, other).filter(|_| is_enough);
    let outcome = match can_be_sure(base.len(), other.len()) {
        true => outcome(metric.more_is_better, interval, p, threshold),
        false => Change::Inconclusive,
    };
    let seen = |value: f64| Some(value).filter(|value| value.is_finite());
    let mut compared = Compared {
        base: roles.base.to_owned(),
        other: roles.other.to_owned(),
        metric: metric.path.clone().into_owned(),
        more_is_better: metric.more_is_better,
        base_runs: base.len() as u32,
        other_runs: other.len() as u32,
        base_median: of_base,
        other_median: of_other,
        change: of_base.zip(of_other).and_then(|(base, other)| change(base, other)),
        change_low: interval.and_then(|interval| seen(interval.low - 1.0)),
        change_high: interval.and_then(|interval| seen(interval.high - 1.0)),
        p,
        outcome,
        could_see: None,
        runs_needed: None,
        notes: Vec::new(),
    };
    if outcome == Change::Inconclusive {
        say_what_would_do(&mut compared, base, other, threshold);
    }
    compared
}

/// Runs that don't have the number, of so many of both groups.
pub(super) fn note_missing(compared: &mut Compared, of: u32) {
    let missing = of - compared.base_runs - compared.other_runs;
    if missing > 0 {
        compared.notes.push(CompareNote::MissingIn { missing, of }.into());
    }
}

/// other / base - 1; None of a base that isn't above zero, unless there is no change.
fn change(base: f64, other: f64) -> Option<f64> {
    match base == other {
        true => Some(0.0),
        false => (base > 0.0).then(|| other / base - 1.0),
    }
}

/// The interval of other / base. Where the base's median is zero it is that of
/// base / other, turned over.
fn interval(base: &[f64], other: &[f64]) -> Option<Interval> {
    let first = base.first()?;
    if base.len() > 1 && other.len() > 1 && base.iter().chain(other).all(|value| value == first) {
        return Some(Interval { median: 1.0, low: 1.0, high: 1.0 });
    }
    ratio_interval(base, other).or_else(|| {
        let turned = ratio_interval(other, base)?;
        let over = |ratio: f64| 1.0 / ratio;
        Some(Interval {
            median: over(turned.median),
            low: over(turned.high),
            high: over(turned.low),
        })
    })
}

fn outcome(
    more_is_better: Option<bool>,
    interval: Option<Interval>,
    p: Option<f64>,
    threshold: f64,
) -> Change {
    let Some((interval, p)) = interval.zip(p) else { return Change::Inconclusive };
    let (low, high) = (interval.low - 1.0, interval.high - 1.0);
    let is_more = low > threshold;
    if is_more || high < -threshold {
        return match more_is_better {
            Some(more_is_better) if p < P && more_is_better == is_more => Change::Better,
            Some(_) if p < P => Change::Worse,
            _ => Change::Inconclusive,
        };
    }
    match low >= -threshold && high <= threshold {
        true => Change::Same,
        false => Change::Inconclusive,
    }
}

/// What these runs could have been sure of, and how many would be enough.
fn say_what_would_do(compared: &mut Compared, base: &[f64], other: &[f64], threshold: f64) {
    if compared.more_is_better.is_none() {
        compared.notes.push(CompareNote::NeitherIsBetter {}.into());
        return;
    }
    let runs = base.len().min(other.len());
    if runs > 0 && !can_be_sure(base.len(), other.len()) {
        compared.notes.push(CompareNote::TooFewRuns { fewest: FEWEST }.into());
    }
    let Some(spread) = log_spread(base, other) else { return };
    compared.could_see = could_see(spread, (base.len(), other.len()), threshold);
    let needed = runs_needed(spread, threshold);
    match needed as usize > runs {
        true => compared.runs_needed = Some(needed),
        false => compared.notes.push(CompareNote::NearThreshold {}.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::THRESHOLD;
    use super::*;
    use crate::stats::simulated::Noise;
    use std::borrow::Cow;

    const ROLES: Roles<'_> = Roles { base: "A", other: "B" };
    const SPREAD: [f64; 8] = [0.97, 0.98, 0.99, 1.0, 1.0, 1.01, 1.02, 1.03];

    fn metric(more_is_better: Option<bool>) -> Metric {
        Metric { path: Cow::Borrowed("load.rows_per_s"), more_is_better }
    }

    fn of(more_is_better: Option<bool>, base: &[f64], other: &[f64]) -> Compared {
        compared(&metric(more_is_better), base, other, ROLES, THRESHOLD)
    }

    fn around(median: f64) -> Vec<f64> {
        SPREAD.iter().map(|value| value * median).collect()
    }

    fn ids(compared: &Compared) -> Vec<&str> {
        compared.notes.iter().map(|note| note.id.as_str()).collect()
    }

    #[test]
    fn a_difference_is_better_or_worse_by_what_is_better() {
        let (base, more) = (around(100.0), around(120.0));
        let better = of(Some(true), &base, &more);
        assert_eq!(
            (better.outcome, of(Some(false), &base, &more).outcome),
            (Change::Better, Change::Worse)
        );
        assert_eq!(of(Some(true), &more, &base).outcome, Change::Worse);
        assert_eq!((better.base_median, better.other_median), (Some(100.0), Some(120.0)));
        assert!((better.change.unwrap() - 0.2).abs() < 1e-9 && better.p.unwrap() < 0.001);
        assert!(better.change_low.unwrap() > 0.15 && better.change_high.unwrap() < 0.25);
        assert_eq!((better.could_see, better.runs_needed, better.notes.len()), (None, None, 0));
    }

    #[test]
    fn a_change_within_the_threshold_is_none_however_sure() {
        let same = of(Some(true), &around(100.0), &around(101.5));
        assert_eq!((same.outcome, same.could_see), (Change::Same, None));
        // Sure, by p alone.
        let tight: Vec<f64> = (0..8).map(|i| 100.0 + f64::from(i) * 0.01).collect();
        let shifted: Vec<f64> = tight.iter().map(|value| value * 1.03).collect();
        let same = of(Some(true), &tight, &shifted);
        assert!(same.p.unwrap() < 0.001);
        assert_eq!(same.outcome, Change::Same);
    }

    #[test]
    fn between_the_two_it_is_inconclusive_and_says_what_would_do() {
        let wide: Vec<f64> = [80.0, 85.0, 95.0, 100.0, 105.0, 115.0, 120.0].to_vec();
        let open = of(Some(true), &wide, &wide);
        assert_eq!(open.outcome, Change::Inconclusive);
        assert!(open.could_see.unwrap() > 0.3, "{open:?}");
        assert!(open.runs_needed.unwrap() > 100 && open.notes.is_empty(), "{open:?}");
        // So many runs that only a change near the threshold leaves a doubt.
        let many: Vec<f64> = (0..40).map(|i| 98.0 + f64::from(i) * 0.1).collect();
        let near: Vec<f64> = many.iter().map(|value| value * 1.05).collect();
        let near = of(Some(true), &many, &near);
        assert_eq!((near.outcome, near.runs_needed), (Change::Inconclusive, None));
        assert_eq!(ids(&near), ["near_threshold"]);
    }

    #[test]
    fn few_runs_are_sure_of_nothing() {
        let single = of(Some(true), &[100.0], &[200.0]);
        assert_eq!((single.outcome, single.change), (Change::Inconclusive, Some(1.0)));
        assert_eq!((single.change_low, single.p, single.could_see), (None, None, None));
        assert_eq!((single.runs_needed, ids(&single)), (None, vec!["too_few_runs"]));
        let four = of(Some(true), &around(100.0)[..4], &around(200.0)[..4]);
        assert_eq!((four.outcome, ids(&four)), (Change::Inconclusive, vec!["too_few_runs"]));
        assert_eq!((four.could_see, four.runs_needed), (None, Some(FEWEST)));
        let five = of(Some(true), &around(100.0)[..5], &around(200.0)[..5]);
        assert_eq!(five.outcome, Change::Better);
        assert_eq!(of(Some(true), &[], &[1.0, 2.0]).outcome, Change::Inconclusive);
    }

    #[test]
    fn counts_that_are_zero_are_compared_too() {
        let (none, many) = ([0.0; 6], [19.0, 20.0, 20.0, 21.0, 22.0, 20.0]);
        let gone = of(Some(false), &many, &none);
        assert_eq!((gone.outcome, gone.change), (Change::Better, Some(-1.0)));
        let come = of(Some(false), &none, &many);
        assert_eq!((come.outcome, come.change, come.change_low), (Change::Worse, None, None));
        let still = of(Some(false), &none, &none);
        assert_eq!((still.outcome, still.change, still.p), (Change::Same, Some(0.0), Some(1.0)));
        let seldom = of(Some(false), &[0.0, 0.0, 0.0, 0.0, 1.0], &[0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!((seldom.outcome, seldom.could_see), (Change::Inconclusive, None));
    }

    #[test]
    fn where_neither_is_better_nothing_is() {
        let other = of(None, &around(100.0), &around(200.0));
        assert_eq!((other.outcome, ids(&other)), (Change::Inconclusive, vec!["neither_is_better"]));
        assert_eq!(of(None, &around(100.0), &around(100.0)).outcome, Change::Same);
    }

    #[test]
    fn a_shift_of_20_percent_is_found_with_8_a_side_and_none_is_not() {
        let mut noise = Noise::new(20);
        let mut count = |shift: f64, outcome| {
            let pairs = (0..20).filter(|_| {
                let (base, other) = (noise.runs(8, 1.0, 0.05), noise.runs(8, shift, 0.05));
                of(Some(true), &base, &other).outcome == outcome
            });
            pairs.count()
        };
        let found = count(1.2, Change::Better);
        assert!(found >= 18, "{found} of 20");
        assert_eq!((count(1.0, Change::Better), count(1.0, Change::Worse)), (0, 0));
    }

    #[test]
    fn a_wider_threshold_is_kept_to() {
        let (base, more) = (around(100.0), around(120.0));
        let wide = compared(&metric(Some(true)), &base, &more, ROLES, 0.25);
        assert_eq!(wide.outcome, Change::Same);
    }
}
