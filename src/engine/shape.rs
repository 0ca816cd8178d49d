//! The shape of a soak: its stretches, of which there is one unless it is
//! rolled out by stages, and the rate over time in each.

use crate::model::business_day::{DAY, HOURS};
use crate::model::scenario::{Pattern, Soak};
use crate::work::Profile;

/// A part of a soak that is carried out by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stretch {
    /// The share of rate, writers and tenants.
    pub(super) share: f64,
    /// How long it runs before it is measured: the first one alone.
    pub(super) warm_up_s: f64,
    /// How long it is measured.
    pub(super) duration_s: f64,
}

/// The stretches, in their order: a stage each, the duration in equal parts.
pub(super) fn stretches(soak: &Soak) -> Vec<Stretch> {
    let shares = if soak.stages.is_empty() { &[1.0][..] } else { &soak.stages };
    let duration_s = soak.duration_s / shares.len() as f64;
    let warm_up_s = |index| if index == 0 { soak.warm_up_s } else { 0.0 };
    let shares = shares.iter().enumerate();
    shares
        .map(|(i, share)| Stretch { share: *share, warm_up_s: warm_up_s(i), duration_s })
        .collect()
}

impl Stretch {
    /// Rows a second that are due, at the most; None in a closed loop.
    pub(super) fn rate(&self, soak: &Soak) -> Option<f64> {
        soak.rate_rows_per_s.map(|rate| rate * self.share)
    }

    /// So many of `all`, one at least.
    pub(super) fn part_of(&self, all: u32) -> u32 {
        ((f64::from(all) * self.share).round() as u32).max(1)
    }

    /// Batches a second over the time from the warm-up on; None in a closed loop.
    pub(super) fn profile(&self, soak: &Soak, size: u32) -> Option<Profile> {
        let rate = self.rate(soak)? / f64::from(size);
        Some(match soak.pattern {
            // The warm-up is a piece of the night that the day begins with.
            Pattern::BusinessHours => {
                let at = |hour: f64| self.warm_up_s + hour / HOURS * self.duration_s;
                let day = DAY.iter().map(|(hour, weight)| (at(*hour), weight * rate));
                let night = [(0.0, DAY[0].1 * rate)];
                Profile::through(&night.into_iter().chain(day).collect::<Vec<_>>())
            }
            Pattern::Constant if soak.ramp_s > 0.0 => Profile::ramp(rate, soak.ramp_s),
            Pattern::Constant => Profile::constant(rate),
        })
    }

    /// Batches that are due in warm-up and measure phase; None in a closed loop.
    pub(super) fn due(&self, soak: &Soak, size: u32) -> Option<(u64, u64)> {
        let profile = self.profile(soak, size)?;
        let early = profile.count_until(self.warm_up_s);
        Some((early, profile.count_until(self.warm_up_s + self.duration_s) - early))
    }
}

/// Batches that are due in warm-up and measure phase of all stretches; None in
/// a closed loop.
pub(super) fn due(soak: &Soak, size: u32) -> Option<(u64, u64)> {
    stretches(soak).iter().try_fold((0, 0), |(early, measured), stretch| {
        let due = stretch.due(soak, size)?;
        Some((early + due.0, measured + due.1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soak(rate: f64) -> Soak {
        let (duration_s, warm_up_s) = (48.0, 4.0);
        Soak { duration_s, warm_up_s, rate_rows_per_s: Some(rate), ..Soak::default() }
    }

    #[test]
    fn without_a_shape_there_is_one_stretch_at_a_constant_rate() {
        let soak = soak(1_000.0);
        let all = stretches(&soak);
        assert_eq!(all, [Stretch { share: 1.0, warm_up_s: 4.0, duration_s: 48.0 }]);
        assert_eq!(all[0].profile(&soak, 100), Some(Profile::constant(10.0)));
        assert_eq!(due(&soak, 100), Some((40, 480)));
        let closed = Soak { rate_rows_per_s: None, writers: Some(4), ..soak };
        assert_eq!((due(&closed, 100), stretches(&closed).len()), (None, 1));
    }

    #[test]
    fn stages_divide_the_time_and_share_rate_and_tenants() {
        let soak = Soak { stages: vec![0.1, 0.5, 1.0], ..soak(1_000.0) };
        let all = stretches(&soak);
        assert_eq!(all[0], Stretch { share: 0.1, warm_up_s: 4.0, duration_s: 16.0 });
        assert_eq!(all[2], Stretch { share: 1.0, warm_up_s: 0.0, duration_s: 16.0 });
        let tenants: Vec<u32> = all.iter().map(|stage| stage.part_of(10)).collect();
        assert_eq!(tenants, [1, 5, 10]);
        assert_eq!((all[0].part_of(3), all[1].part_of(100)), (1, 50));
        // 1, 5 and 10 batches a second.
        assert_eq!(due(&soak, 100), Some((4, 16 * 16)));
    }

    #[test]
    fn a_ramp_begins_with_the_warm_up() {
        let soak = Soak { ramp_s: 8.0, ..soak(1_000.0) };
        let profile = stretches(&soak)[0].profile(&soak, 100).unwrap();
        assert_eq!(
            (profile.until(4.0), profile.until(8.0), profile.until(9.0)),
            (10.0, 40.0, 50.0)
        );
    }

    #[test]
    fn a_business_day_fills_the_duration_and_its_busiest_hour_has_the_rate() {
        let soak = Soak { pattern: Pattern::BusinessHours, ..soak(1_000.0) };
        let profile = stretches(&soak)[0].profile(&soak, 100).unwrap();
        assert_eq!(profile.peak(), 10.0);
        // An hour lasts two seconds, after four of warm-up.
        let rows = |from: f64, to: f64| {
            100.0 * (profile.until(4.0 + 2.0 * to) - profile.until(4.0 + 2.0 * from))
        };
        assert!((rows(9.0, 11.0) - 4_000.0).abs() < 1e-6, "{}", rows(9.0, 11.0));
        assert!((rows(12.0, 13.0) - 600.0).abs() < 1e-6);
        let day = rows(0.0, 24.0);
        assert!(rows(7.0, 17.5) > 0.8 * day && rows(0.0, 5.0) < 0.05 * day, "{day}");
        assert!((profile.until(4.0) - 2.0).abs() < 1e-9, "the warm-up is night");
    }
}
