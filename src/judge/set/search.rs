//! The search for the highest rate that holds, as a pure function from what
//! was tried to what is tried next: up by doubling until a rate breaks, down
//! by halving until one holds, then between the two. A short step can hold or
//! break by chance, so both ends are tried once more, and where two runs of a
//! rate disagree a third decides.

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All criteria held.
    Held,
    /// One was broken.
    Broken,
    /// The client was the limit: neither held nor broken.
    Client,
    /// Not enough was seen.
    Unseen,
}

/// A step that was done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tried {
    /// Rows a second that were due.
    pub rate: f64,
    /// What came of it.
    pub outcome: Outcome,
}

/// Where the search begins and ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The first rate.
    pub start: f64,
    /// How near the ends must be, as a share of the upper one.
    pub precision: f64,
    /// No rate below this is tried.
    pub least: f64,
    /// No rate above this is tried.
    pub most: f64,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Next {
    /// Try this rate.
    Try(f64),
    /// The search is over.
    Over(Found),
}

/// What the search found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// The highest rate that held, below every one that broke.
    pub held: Option<f64>,
    /// The lowest rate that broke.
    pub broken: Option<f64>,
    /// What ended it before its time, and at which rate: [`Outcome::Client`]
    /// or [`Outcome::Unseen`].
    pub cut_short: Option<(f64, Outcome)>,
}

/// The runs of a rate.
#[derive(Debug, Clone, Copy)]
struct Runs {
    rate: f64,
    held: u32,
    broken: u32,
}

impl Runs {
    fn is_tied(&self) -> bool {
        self.held == self.broken
    }

    fn once(&self) -> bool {
        self.held + self.broken == 1
    }
}

/// What comes after `tried`.
pub fn next(tried: &[Tried], bounds: &Bounds) -> Next {
    let runs = runs(tried);
    let (held, broken) = ends(&runs);
    let over = |cut_short| {
        let rate = |end: Option<Runs>| end.map(|runs| runs.rate);
        Next::Over(Found { held: rate(held), broken: rate(broken), cut_short })
    };
    let is_settled = |outcome| matches!(outcome, Outcome::Held | Outcome::Broken);
    if let Some(cut) = tried.iter().find(|tried| !is_settled(tried.outcome)) {
        return over(Some((cut.rate, cut.outcome)));
    }
    if let Some(tied) = runs.iter().find(|runs| runs.is_tied()) {
        return Next::Try(tied.rate);
    }
    let (low, high) = match (held, broken) {
        (None, None) => return Next::Try(bounds.start.clamp(bounds.least, bounds.most)),
        (Some(low), None) if low.rate >= bounds.most => return over(None),
        (Some(low), None) => return Next::Try((2.0 * low.rate).min(bounds.most)),
        // What broke at once is tried once more before the search goes below it all.
        (None, Some(high)) if high.rate <= bounds.least => match high.once() {
            true => return Next::Try(high.rate),
            false => return over(None),
        },
        (None, Some(high)) => return Next::Try((high.rate / 2.0).max(bounds.least)),
        (Some(low), Some(high)) => (low, high),
    };
    let middle = rounded((low.rate + high.rate) / 2.0);
    let is_between = low.rate < middle && middle < high.rate;
    if high.rate - low.rate > bounds.precision * high.rate && is_between {
        return Next::Try(middle);
    }
    match [low, high].iter().find(|end| end.once()) {
        Some(end) => Next::Try(end.rate),
        None => over(None),
    }
}

/// Three significant digits: what is tried is to be read and typed again.
pub fn rounded(rate: f64) -> f64 {
    let unit = 10f64.powf((rate.abs().log10().floor() - 2.0).max(0.0));
    (rate / unit).round() * unit
}

/// The runs of each rate.
fn runs(tried: &[Tried]) -> Vec<Runs> {
    let mut all: Vec<Runs> = Vec::new();
    for step in tried {
        let (held, broken) = match step.outcome {
            Outcome::Held => (1, 0),
            Outcome::Broken => (0, 1),
            Outcome::Client | Outcome::Unseen => continue,
        };
        match all.iter_mut().find(|runs| runs.rate == step.rate) {
            Some(runs) => (runs.held, runs.broken) = (runs.held + held, runs.broken + broken),
            None => all.push(Runs { rate: step.rate, held, broken }),
        }
    }
    all
}

/// The highest rate that held below every one that broke, and the lowest that broke.
fn ends(runs: &[Runs]) -> (Option<Runs>, Option<Runs>) {
    let broken = runs.iter().filter(|runs| runs.broken > runs.held);
    let high = broken.min_by(|a, b| a.rate.total_cmp(&b.rate)).copied();
    let is_below = |runs: &&Runs| high.is_none_or(|high| runs.rate < high.rate);
    let held = runs.iter().filter(|runs| runs.held > runs.broken).filter(is_below);
    (held.max_by(|a, b| a.rate.total_cmp(&b.rate)).copied(), high)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { start: 100.0, precision: 0.05, least: 10.0, most: 1e6 };

    /// Searches on a server of which `step` says what becomes of a rate at its
    /// n-th run: the rates in their order, and what was found.
    fn search(bounds: &Bounds, step: impl Fn(f64, usize) -> Outcome) -> (Vec<f64>, Found) {
        let mut tried: Vec<Tried> = Vec::new();
        loop {
            assert!(tried.len() < 100, "{tried:?}");
            match next(&tried, bounds) {
                Next::Try(rate) => {
                    let before = tried.iter().filter(|tried| tried.rate == rate).count();
                    tried.push(Tried { rate, outcome: step(rate, before + 1) });
                }
                Next::Over(found) => return (tried.iter().map(|t| t.rate).collect(), found),
            }
        }
    }

    fn capacity(of: f64) -> impl Fn(f64, usize) -> Outcome {
        move |rate, _| if rate <= of { Outcome::Held } else { Outcome::Broken }
    }

    #[test]
    fn it_doubles_then_bisects_then_confirms_both_ends() {
        let (rates, found) = search(&BOUNDS, capacity(330.0));
        assert_eq!(rates, [100.0, 200.0, 400.0, 300.0, 350.0, 325.0, 338.0, 325.0, 338.0]);
        assert_eq!(found, Found { held: Some(325.0), broken: Some(338.0), cut_short: None });
    }

    #[test]
    fn it_halves_where_the_start_breaks() {
        let (rates, found) = search(&BOUNDS, capacity(30.0));
        assert_eq!(rates, [100.0, 50.0, 25.0, 38.0, 32.0, 29.0, 31.0, 30.0, 30.0, 31.0]);
        assert_eq!((found.held, found.broken), (Some(30.0), Some(31.0)));
    }

    #[test]
    fn every_capacity_is_found_to_the_precision() {
        for of in [11.0, 57.0, 99.0, 100.0, 101.0, 4_321.0, 77_777.0, 400_000.0] {
            let (rates, found) = search(&BOUNDS, capacity(of));
            let (held, broken) = (found.held.unwrap(), found.broken.unwrap());
            assert!(held <= of && of < broken, "{of}: {found:?}");
            assert!(broken - held <= 0.05 * broken + 1.0, "{of}: {found:?}");
            assert!(rates.len() < 25, "{of}: {rates:?}");
        }
    }

    #[test]
    fn a_server_that_holds_nothing_is_tried_twice_at_the_least_rate() {
        let (rates, found) = search(&BOUNDS, capacity(1.0));
        assert_eq!(rates, [100.0, 50.0, 25.0, 12.5, 10.0, 10.0]);
        assert_eq!((found.held, found.broken), (None, Some(10.0)));
    }

    #[test]
    fn one_that_holds_everything_ends_at_the_most() {
        let bounds = Bounds { most: 300.0, ..BOUNDS };
        let (rates, found) = search(&bounds, capacity(1e9));
        assert_eq!(rates, [100.0, 200.0, 300.0]);
        assert_eq!((found.held, found.broken), (Some(300.0), None));
    }

    #[test]
    fn a_rate_that_broke_by_chance_is_outvoted() {
        // 200 breaks the first time alone, as by a checkpoint.
        let (rates, found) = search(&BOUNDS, |rate, run| match (rate, run) {
            (200.0, 1) => Outcome::Broken,
            _ => capacity(330.0)(rate, run),
        });
        let runs_of_200 = rates.iter().filter(|rate| **rate == 200.0).count();
        assert_eq!(runs_of_200, 3, "{rates:?}");
        let (held, broken) = (found.held.unwrap(), found.broken.unwrap());
        assert!(held <= 330.0 && 330.0 < broken && broken - held <= 0.05 * broken, "{found:?}");
    }

    #[test]
    fn a_rate_that_held_by_chance_is_outvoted() {
        // Just below, 338 holds once.
        let (_, found) = search(&BOUNDS, |rate, run| match (rate, run) {
            (338.0, 1) => Outcome::Held,
            _ => capacity(330.0)(rate, run),
        });
        assert_eq!((found.held, found.broken), (Some(325.0), Some(338.0)));
    }

    #[test]
    fn a_server_that_breaks_in_the_middle_alone_is_held_to_that() {
        // Not monotonous: 150 to 250 break, above and below hold.
        let (_, found) = search(&Bounds { start: 200.0, ..BOUNDS }, |rate, _| {
            if (150.0..250.0).contains(&rate) { Outcome::Broken } else { Outcome::Held }
        });
        let (held, broken) = (found.held.unwrap(), found.broken.unwrap());
        assert!(held < 150.0 && (150.0..160.0).contains(&broken), "{found:?}");
    }

    #[test]
    fn the_search_stops_where_the_client_is_the_limit() {
        let (rates, found) = search(&BOUNDS, |rate, run| match rate > 300.0 {
            true => Outcome::Client,
            false => capacity(1e9)(rate, run),
        });
        assert_eq!(rates, [100.0, 200.0, 400.0]);
        assert_eq!(found.held, Some(200.0));
        assert_eq!(found.cut_short, Some((400.0, Outcome::Client)));
        let (rates, found) = search(&BOUNDS, |_, _| Outcome::Unseen);
        assert_eq!((rates.len(), found.cut_short), (1, Some((100.0, Outcome::Unseen))));
    }

    #[test]
    fn rates_have_three_digits() {
        assert_eq!(
            [12_345.0, 999.6, 9.0, 123_456.0].map(rounded),
            [12_300.0, 1000.0, 9.0, 123_000.0]
        );
    }
}
