//! The numbers of a comparison for people, where there is room for them: the
//! tables of a terminal have shorter ones.

use super::number::Numbers;
use crate::message::Lang;
use crate::model::comparison::Compared;
use crate::model::figure::Probability;

/// A share as a percentage with its sign.
pub(super) fn share(n: Numbers, share: f64) -> String {
    let percent = share * 100.0;
    let sign = if percent > 0.0 { "+" } else { "" };
    format!("{sign}{}%", n.short(percent))
}

/// The ends of the change's interval; one without an upper end has none.
pub(super) fn interval(n: Numbers, one: &Compared) -> Option<String> {
    let low = share(n, one.change_low?);
    let high = one.change_high.map(|high| share(n, high)).unwrap_or_default();
    Some(format!("{low} … {high}"))
}

/// A median: what is too small for three digits isn't 0.
pub(super) fn median(n: Numbers, value: f64) -> String {
    match value > 0.0 && value < 1e-3 {
        true => probability(n, value),
        false => n.plain(value),
    }
}

/// How likely a difference is by chance.
pub(super) fn probability(n: Numbers, p: f64) -> String {
    match n.0 {
        Lang::En => format!("{}", Probability(p)),
        Lang::Vi => format!("{:#}", Probability(p)),
    }
}
