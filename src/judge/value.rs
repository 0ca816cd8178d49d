//! Values of settings as the server understands them: with units, synonyms of
//! on and off, and names in any case (parse_int, parse_real, parse_bool,
//! convert_to_base_unit and convert_int_from_base_unit in guc.c).

use crate::model::facts::SettingFact;

/// How a value compares with a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compared {
    /// The same.
    Same,
    /// Another one.
    Other,
    /// No value that this setting can have.
    Unreadable,
}

/// Units of memory, in bytes, the greatest first.
const MEMORY: [(&str, f64); 5] = [
    ("TB", 1_099_511_627_776.0),
    ("GB", 1_073_741_824.0),
    ("MB", 1_048_576.0),
    ("kB", 1_024.0),
    ("B", 1.0),
];

/// Units of time, in microseconds, the greatest first.
const TIME: [(&str, f64); 6] =
    [("d", 86_400e6), ("h", 3_600e6), ("min", 60e6), ("s", 1e6), ("ms", 1e3), ("us", 1.0)];

/// A real setting is shown with six digits.
const REAL_TOLERANCE: f64 = 1e-5;

/// Compares.
pub(super) fn compare(expected: &str, setting: &SettingFact) -> Compared {
    let same = match setting.kind.as_str() {
        "bool" => both(boolean(expected), boolean(&setting.value), |a, b| a == b),
        "integer" => {
            let expected = number(expected, &setting.unit).map(round);
            both(expected, setting.value.parse().ok(), |a: f64, b| a == b)
        }
        "real" => both(number(expected, &setting.unit), setting.value.parse().ok(), |a, b| {
            (a - b).abs() <= REAL_TOLERANCE * a.abs().max(b.abs()).max(1.0)
        }),
        "enum" => both(choice(expected, setting), choice(&setting.value, setting), |a, b| a == b),
        _ => Some(words(expected) == words(&setting.value)),
    };
    match same {
        Some(true) => Compared::Same,
        Some(false) => Compared::Other,
        None => Compared::Unreadable,
    }
}

/// A time as the server shows it, `5min`, in seconds.
pub fn seconds(text: &str) -> Option<f64> {
    number(text, "s")
}

/// What one of a setting's base unit is: bytes, or seconds; None where it has no unit.
pub(super) fn base_size(unit: &str) -> Option<f64> {
    let (times, name) = split_base(unit)?;
    let find = |units: &[(&str, f64)]| units.iter().find(|(n, _)| *n == name).map(|(_, s)| *s);
    let size = find(&MEMORY).or_else(|| find(&TIME).map(|us| us / 1e6))?;
    Some(times * size)
}

/// A value in the base unit as the server shows it: in the greatest unit of
/// which it is a whole number. What is 0 or less has no unit.
pub(super) fn shown(value: f64, base: &str) -> String {
    let whole = || {
        let (times, name) = split_base(base).filter(|_| value > 0.0)?;
        let units = [&MEMORY[..], &TIME[..]].into_iter();
        let units = units.into_iter().find(|units| units.iter().any(|(n, _)| *n == name))?;
        let (_, size) = units.iter().find(|(n, _)| *n == name)?;
        let in_smallest = value * times * size;
        let fits = |(_, unit): &&(&str, f64)| (in_smallest / unit).fract() == 0.0;
        let (unit, of) = units.iter().find(fits)?;
        Some(format!("{}{unit}", in_smallest / of))
    };
    whole().unwrap_or_else(|| value.to_string())
}

fn both<T>(expected: Option<T>, is: Option<T>, same: impl FnOnce(T, T) -> bool) -> Option<bool> {
    Some(same(expected?, is?))
}

/// Half to even, as rint() does.
fn round(value: f64) -> f64 {
    value.round_ties_even()
}

/// A number in the setting's base unit, as in `8kB`.
pub(super) fn number(text: &str, base: &str) -> Option<f64> {
    let text = text.trim();
    let is_unit = |c: char| c.is_ascii_alphabetic();
    let is_hex = text.trim_start_matches(['-', '+']).to_ascii_lowercase().starts_with("0x");
    let end = match is_hex {
        true => text.len(),
        // An exponent is no unit, and no unit begins with e.
        false => text.find(|c| is_unit(c) && c != 'e' && c != 'E').unwrap_or(text.len()),
    };
    let (digits, unit) = (text[..end].trim_end(), &text[end..]);
    let number = integer(digits).or_else(|| digits.parse().ok()).filter(|n: &f64| n.is_finite())?;
    if unit.is_empty() {
        return Some(number);
    }
    let (times, base) = split_base(base)?;
    for units in [&MEMORY[..], &TIME[..]] {
        let Some(base) = units.iter().find(|(name, _)| *name == base) else { continue };
        let at = units.iter().position(|(name, _)| *name == unit)?;
        let (_, size) = units[at];
        // 0.1GB is a whole number of MB: the next smaller unit is rounded to.
        let smaller = units.get(at + 1).map_or(size, |(_, smaller)| *smaller);
        let value = if at + 1 < units.len() {
            round(number * size / smaller) * smaller
        } else {
            number * size
        };
        return Some(value / (base.1 * times));
    }
    None
}

/// Hexadecimal and octal, too.
fn integer(digits: &str) -> Option<f64> {
    let (sign, plain) = match digits.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, digits.strip_prefix('+').unwrap_or(digits)),
    };
    let (text, radix) = match plain.strip_prefix("0x").or_else(|| plain.strip_prefix("0X")) {
        Some(hex) => (hex, 16),
        None if plain.len() > 1 && plain.starts_with('0') => (&plain[1..], 8),
        None => (plain, 10),
    };
    i64::from_str_radix(text, radix).ok().map(|n| sign * n as f64)
}

/// `8kB` is 8 and kB.
fn split_base(base: &str) -> Option<(f64, &str)> {
    let end = base.find(|c: char| !c.is_ascii_digit())?;
    let times = if end == 0 { 1.0 } else { base[..end].parse().ok()? };
    Some((times, &base[end..]))
}

/// on, off, their synonyms, and beginnings of those that are unique.
fn boolean(text: &str) -> Option<bool> {
    let text = text.trim().to_ascii_lowercase();
    let begins = |word: &str, least: usize| text.len() >= least && word.starts_with(&text);
    if begins("true", 1) || begins("yes", 1) || begins("on", 2) || text == "1" {
        Some(true)
    } else if begins("false", 1) || begins("no", 1) || begins("off", 2) || text == "0" {
        Some(false)
    } else {
        None
    }
}

/// One of the setting's choices, or a synonym that isn't among those shown.
fn choice(text: &str, setting: &SettingFact) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let has = |choice: &str| setting.choices.iter().any(|one| one.eq_ignore_ascii_case(choice));
    if has(&text) {
        return Some(text);
    }
    let synonym = match text.as_str() {
        "true" | "yes" | "1" => "on",
        "false" | "no" | "0" => "off",
        "archive" | "hot_standby" if setting.name == "wal_level" => "replica",
        "debug" => "debug2",
        _ => return None,
    };
    has(synonym).then(|| synonym.to_owned())
}

/// A text, or a list of which blanks beside the commas are no part.
fn words(text: &str) -> Vec<&str> {
    text.split(',').map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(kind: &str, unit: &str, value: &str) -> SettingFact {
        let (kind, unit, value) = (kind.to_owned(), unit.to_owned(), value.to_owned());
        SettingFact { kind, unit, value, ..SettingFact::default() }
    }

    #[test]
    fn numbers_are_compared_in_their_units() {
        let buffers = setting("integer", "8kB", "16384");
        for same in ["128MB", "131072kB", "16384", "0.125GB", "0x4000", "128 MB"] {
            assert_eq!(compare(same, &buffers), Compared::Same, "{same}");
        }
        assert_eq!(compare("129MB", &buffers), Compared::Other);
        for wrong in ["128mb", "128 M", "much", "", "5min"] {
            assert_eq!(compare(wrong, &buffers), Compared::Unreadable, "{wrong}");
        }
        let timeout = setting("integer", "s", "300");
        for same in ["5min", "300s", "300", "300000ms"] {
            assert_eq!(compare(same, &timeout), Compared::Same, "{same}");
        }
        // 0.1GB is 102 MB and not 102.4.
        assert_eq!(compare("0.1GB", &setting("integer", "kB", "104448")), Compared::Same);
        assert_eq!(compare("-1", &setting("integer", "kB", "-1")), Compared::Same);
        assert_eq!(compare("0600", &setting("integer", "", "384")), Compared::Same);
        assert_eq!(compare("2ms", &setting("real", "ms", "2")), Compared::Same);
        assert_eq!(compare("0.90", &setting("real", "", "0.9")), Compared::Same);
        assert_eq!(compare("1e2", &setting("real", "", "100")), Compared::Same);
    }

    #[test]
    fn numbers_are_shown_as_the_server_shows_them() {
        let pairs = [
            (16384.0, "8kB", "128MB"),
            (1024.0, "MB", "1GB"),
            (1500.0, "MB", "1500MB"),
            (300.0, "s", "5min"),
            (200.0, "ms", "200ms"),
            (-1.0, "8kB", "-1"),
            (0.0, "8kB", "0"),
            (0.9, "", "0.9"),
            (16777216.0, "B", "16MB"),
            (64.0, "kB", "64kB"),
        ];
        for (value, unit, text) in pairs {
            assert_eq!(shown(value, unit), text);
        }
        assert_eq!(base_size("8kB"), Some(8192.0));
        assert_eq!(base_size("ms"), Some(0.001));
        assert_eq!(base_size(""), None);
    }

    #[test]
    fn words_are_compared_as_the_server_knows_them() {
        let on = setting("bool", "", "on");
        for same in ["on", "true", "YES", "1", "t"] {
            assert_eq!(compare(same, &on), Compared::Same, "{same}");
        }
        assert_eq!(compare("off", &on), Compared::Other);
        assert_eq!(compare("o", &on), Compared::Unreadable);
        let choices = ["local", "remote_write", "on", "off"].map(str::to_owned).to_vec();
        let commit = SettingFact { choices, ..setting("enum", "", "on") };
        assert_eq!(compare("TRUE", &commit), Compared::Same);
        assert_eq!(compare("remote_write", &commit), Compared::Other);
        assert_eq!(compare("sometimes", &commit), Compared::Unreadable);
        let list = setting("string", "", "pg_stat_statements, auto_explain");
        assert_eq!(compare("pg_stat_statements,auto_explain", &list), Compared::Same);
        assert_eq!(compare("pg_stat_statements", &list), Compared::Other);
    }
}
