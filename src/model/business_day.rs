//! A Vietnamese business day: how busy its hours are beside each other.
//!
//! The shape is that of office hours: most offices work from 8:00 to 12:00 and
//! from 13:30 to 17:30 (public ones from 7:30 to 11:30 and from 13:00 to
//! 16:30), people eat and rest between 11:30 and 13:30, the morning is busier
//! than the afternoon, and at night there is what runs by itself. The heights
//! are an assumption, not a measurement; your own day has other ones.

/// Hours of a day.
pub const HOURS: f64 = 24.0;

/// An hour of the day and its share of the busiest one; straight lines between.
pub const DAY: [(f64, f64); 17] = [
    // Night: batch jobs and a few early and late ones.
    (0.0, 0.05),
    (5.0, 0.03),
    // The first offices open.
    (7.0, 0.15),
    (8.0, 0.70),
    // The morning's peak.
    (9.0, 1.00),
    (11.0, 1.00),
    // Lunch, 11:30 to 13:30.
    (11.5, 0.80),
    (12.0, 0.30),
    (13.0, 0.30),
    (13.5, 0.70),
    // The afternoon's peak.
    (14.5, 0.90),
    (16.5, 0.90),
    // People go home.
    (17.5, 0.50),
    (19.0, 0.20),
    (21.0, 0.12),
    (22.0, 0.08),
    (24.0, 0.05),
];

/// Shares of the tenants in north, centre and south: business is around Hà Nội
/// and Thành phố Hồ Chí Minh, and less of it lies between them.
pub const REGIONS: [f64; 3] = [40.0, 20.0, 40.0];

/// A part of the day, as it is told apart in the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// 22:00 to 7:00.
    Night,
    /// 7:00 to 11:30.
    Morning,
    /// 11:30 to 13:30.
    Lunch,
    /// 13:30 to 17:30.
    Afternoon,
    /// 17:30 to 22:00.
    Evening,
}

impl Part {
    /// The part that an hour is in.
    pub fn of(hour: f64) -> Part {
        match hour {
            h if !(7.0..22.0).contains(&h) => Part::Night,
            h if h < 11.5 => Part::Morning,
            h if h < 13.5 => Part::Lunch,
            h if h < 17.5 => Part::Afternoon,
            _ => Part::Evening,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busiest(part: Part) -> f64 {
        let of_part = DAY.iter().filter(|(hour, _)| Part::of(*hour) == part);
        of_part.map(|(_, weight)| *weight).fold(0.0, f64::max)
    }

    #[test]
    fn the_day_has_two_peaks_a_lunch_and_a_quiet_night() {
        assert!(DAY.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!((DAY[0].0, DAY[16].0, DAY[0].1 == DAY[16].1), (0.0, HOURS, true));
        assert_eq!(busiest(Part::Morning), 1.0);
        assert!(busiest(Part::Afternoon) >= 0.9);
        let lunch = DAY.iter().find(|(hour, _)| *hour == 12.0).unwrap().1;
        assert!(lunch < busiest(Part::Afternoon) / 2.0);
        assert!(busiest(Part::Night) < 0.1 && busiest(Part::Evening) < 0.6);
    }

    #[test]
    fn each_hour_is_in_one_part() {
        let parts: Vec<Part> =
            [0.0, 6.9, 7.0, 11.4, 11.5, 13.4, 13.5, 17.4, 17.5, 21.9, 22.0].map(Part::of).to_vec();
        use Part::*;
        assert_eq!(
            parts,
            [
                Night, Night, Morning, Morning, Lunch, Lunch, Afternoon, Afternoon, Evening,
                Evening, Night
            ]
        );
    }
}
