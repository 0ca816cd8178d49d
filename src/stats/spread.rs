//! The middle of values and their spread, both deaf to a few that stand out.

/// What makes the median absolute deviation of normally distributed values
/// their standard deviation: 1 / 0.6745.
const AS_SIGMA: f64 = 1.4826;

/// The middle of `values`, of the two in the middle their mean; None where there are none.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    let upper = *sorted.get(half)?;
    match sorted.len() % 2 {
        0 => sorted.get(half - 1).map(|lower| (lower + upper) / 2.0),
        _ => Some(upper),
    }
}

/// How far `values` usually are from their median, scaled to a standard
/// deviation; None where there are none.
pub fn spread(values: &[f64]) -> Option<f64> {
    let middle = median(values)?;
    let off: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    median(&off).map(|off| off * AS_SIGMA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_that_stand_out_change_nothing() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[1.0, 2.0, 1e9]), Some(2.0));
        let off = spread(&[8.0, 9.0, 10.0, 11.0, 1e9]).unwrap();
        assert!((off - AS_SIGMA).abs() < 1e-9, "{off}");
        assert_eq!(spread(&[5.0, 5.0]), Some(0.0));
    }
}
