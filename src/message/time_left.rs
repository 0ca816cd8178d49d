//! How long something will still take, as a part of a sentence.

use std::fmt;
use std::time::Duration;

/// The time that is left; None says nothing. In a format string `{}` is
/// English and `{:#}` Vietnamese, and both begin with a comma.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLeft(pub Option<Duration>);

impl fmt::Display for TimeLeft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(left) = self.0 else { return Ok(()) };
        let time = about(left, f.alternate());
        if f.alternate() {
            write!(f, ", còn khoảng {time}")
        } else {
            write!(f, ", about {time} left")
        }
    }
}

/// The least time that something takes. In a format string `{}` is English and
/// `{:#}` Vietnamese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtLeast(pub Duration);

impl fmt::Display for AtLeast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = about(self.0, f.alternate());
        if f.alternate() { write!(f, "ít nhất {time}") } else { write!(f, "at least {time}") }
    }
}

/// A time as people say it: seconds below two minutes, else minutes, above two hours hours.
fn about(time: Duration, is_vi: bool) -> String {
    let seconds = time.as_secs_f64().ceil();
    let (value, en, vi) = match seconds {
        s if s < 120.0 => (format!("{s:.0}"), "s", "giây"),
        s if s < 7_200.0 => (format!("{:.0}", s / 60.0), "min", "phút"),
        s => (format!("{:.1}", s / 3_600.0), "h", "giờ"),
    };
    match is_vi {
        true => format!("{} {vi}", value.replace('.', ",")),
        false => format!("{value} {en}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_both_languages() {
        let left = |seconds| TimeLeft(Some(Duration::from_secs(seconds)));
        assert_eq!(format!("{}", left(119)), ", about 119 s left");
        assert_eq!(format!("{}", left(450)), ", about 8 min left");
        assert_eq!(format!("{:#}", left(9_000)), ", còn khoảng 2,5 giờ");
        let least = AtLeast(Duration::from_secs(600));
        assert_eq!(format!("{least} {least:#}"), "at least 10 min ít nhất 10 phút");
        assert_eq!(format!("{}{:#}", TimeLeft(None), TimeLeft(None)), "");
    }
}
