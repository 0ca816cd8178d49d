//! Criteria files: TOML, a `[[criterion]]` each.

use super::metric;
use crate::message::catalogue;
use crate::model::criterion::CriterionKind;
use crate::model::scenario::NAMES;
use crate::model::{Criterion, Limit};
use serde::Deserialize;
use std::collections::HashSet;
use std::path::Path;

/// The criteria that a scenario is judged by where the user gives none.
const SHIPPED: [(&str, &str, &str); 8] = [
    ("burst", "configs/criteria/burst.toml", include_str!("../../configs/criteria/burst.toml")),
    ("soak", "configs/criteria/soak.toml", include_str!("../../configs/criteria/soak.toml")),
    ("mixed", "configs/criteria/mixed.toml", include_str!("../../configs/criteria/mixed.toml")),
    (
        "capacity",
        "configs/criteria/capacity.toml",
        include_str!("../../configs/criteria/capacity.toml"),
    ),
    (
        "methods",
        "configs/criteria/methods.toml",
        include_str!("../../configs/criteria/methods.toml"),
    ),
    ("faults", "configs/criteria/faults.toml", include_str!("../../configs/criteria/faults.toml")),
    ("scans", "configs/criteria/scans.toml", include_str!("../../configs/criteria/scans.toml")),
    (
        "isolation",
        "configs/criteria/isolation.toml",
        include_str!("../../configs/criteria/isolation.toml"),
    ),
];

catalogue! {
    /// A criteria file can't be used.
    pub error CriteriaError {
        /// It can't be read.
        Unreadable { path: String, detail: String }
            => "--criteria {path} can't be read: {detail}; name a file as those in configs/criteria",
               "không đọc được --criteria {path}: {detail}; hãy chỉ một tệp như các tệp trong configs/criteria";
        /// It isn't what is expected.
        Malformed { path: String, detail: String }
            => "--criteria {path} is not a criteria file: {detail}; see docs/criteria.md",
               "--criteria {path} không phải tệp tiêu chí: {detail}; xem docs/criteria.md";
        /// A metric that no record has.
        UnknownMetric { path: String, criterion: String, metric: String }
            => "--criteria {path}: criterion {criterion} names {metric}, which is no number of the record; docs/criteria.md lists them",
               "--criteria {path}: tiêu chí {criterion} dùng {metric}, không phải giá trị số trong bản ghi; xem docs/criteria.md";
        /// A limit that nothing can be compared with.
        NoLimit { path: String, criterion: String }
            => "--criteria {path}: the limit of criterion {criterion} is no number; give one, or the path of a value",
               "--criteria {path}: giới hạn của tiêu chí {criterion} không phải là số; hãy ghi một số hoặc đường dẫn của một giá trị";
        /// A scenario that there isn't.
        UnknownScenario { path: String, criterion: String, scenario: String, known: String }
            => "--criteria {path}: criterion {criterion} is only_for {scenario}, which is no scenario; take of: {known}",
               "--criteria {path}: tiêu chí {criterion} có only_for {scenario}, không phải tên kịch bản; hãy chọn trong: {known}";
        /// Two of one name.
        Twice { path: String, criterion: String }
            => "--criteria {path}: criterion {criterion} stands twice; give each its own id",
               "--criteria {path}: tiêu chí {criterion} bị lặp; hãy đặt id riêng";
        /// None at all.
        Empty { path: String }
            => "--criteria {path} has no criterion; add a [[criterion]]",
               "--criteria {path} không có tiêu chí nào; hãy thêm [[criterion]]";
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    criterion: Vec<Criterion>,
}

/// The criteria of `path`; the shipped ones for `scenario` where there is none.
///
/// # Errors
/// Where the file can't be read, isn't one, or names a metric that doesn't exist.
pub fn load(path: Option<&Path>, scenario: &str) -> Result<Vec<Criterion>, CriteriaError> {
    match path {
        None => {
            let shipped = SHIPPED.iter().find(|(name, ..)| *name == scenario);
            let (_, path, text) = shipped.unwrap_or(&SHIPPED[0]);
            parse(text, path)
        }
        Some(path) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path).map_err(|e| CriteriaError::Unreadable {
                path: name.clone(),
                detail: e.to_string(),
            })?;
            parse(&text, &name)
        }
    }
}

/// Reads and checks the text of a criteria file called `path`.
///
/// # Errors
/// As [`load`].
pub fn parse(text: &str, path: &str) -> Result<Vec<Criterion>, CriteriaError> {
    let path = path.to_owned();
    let file: File = toml::from_str(text).map_err(|e| CriteriaError::Malformed {
        path: path.clone(),
        detail: e.to_string().trim().replace('\n', " | "),
    })?;
    if file.criterion.is_empty() {
        return Err(CriteriaError::Empty { path });
    }
    let mut seen = HashSet::new();
    for criterion in &file.criterion {
        if !seen.insert(&criterion.id) {
            return Err(CriteriaError::Twice { path, criterion: criterion.id.clone() });
        }
        let mut names = criterion.only_for.iter().flatten();
        if let Some(name) = names.find(|name| !NAMES.contains(&name.as_str())) {
            let (criterion, scenario) = (criterion.id.clone(), name.clone());
            let known = NAMES.join(", ");
            return Err(CriteriaError::UnknownScenario { path, criterion, scenario, known });
        }
        let limit = match &criterion.limit {
            Limit::Metric(metric) => Some(metric),
            Limit::Number(number) if !number.is_finite() => {
                return Err(CriteriaError::NoLimit { path, criterion: criterion.id.clone() });
            }
            Limit::Number(_) => None,
        };
        for metric in std::iter::once(&criterion.metric).chain(limit) {
            if !metric::exists(metric) {
                let (criterion, metric) = (criterion.id.clone(), metric.clone());
                return Err(CriteriaError::UnknownMetric { path, criterion, metric });
            }
        }
    }
    Ok(file.criterion)
}

/// The criterion of `--expect-gain`: so many times the row-at-a-time baseline
/// on one connection.
pub fn expected_gain(ratio: f64) -> Criterion {
    Criterion {
        id: "gain".into(),
        metric: "gain.serial.ratio".into(),
        is: crate::model::criterion::Comparison::AtLeast,
        limit: Limit::Number(ratio),
        kind: CriterionKind::Performance,
        only_for: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_criteria_are_good_and_named_in_both_languages() {
        use crate::message::{Lang, label::criterion_name};
        for (scenario, count) in [
            ("burst", 19),
            ("soak", 17),
            ("scans", 21),
            ("mixed", 24),
            ("methods", 12),
            ("capacity", 15),
            ("isolation", 11),
        ] {
            let criteria = load(None, scenario).unwrap();
            assert_eq!(criteria.len(), count, "{scenario}");
            for criterion in &criteria {
                assert_ne!(criterion_name(&criterion.id, Lang::Vi), criterion.id);
            }
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(32))]
        /// A shipped file with pieces cut out and put in: criteria that can be
        /// judged, or an error that names the file.
        #[test]
        fn whatever_a_file_holds_it_can_be_judged_or_is_refused(
            cuts in proptest::collection::vec((0_usize..4_000, 0_usize..9, proptest::prop_oneof![
                "\\PC{0,6}", "[0-9=<>'\\[\\]\n.]{0,6}", proptest::strategy::Just("nan".to_owned()),
            ]), 0..4),
        ) {
            let mut text = include_str!("../../configs/criteria/burst.toml").to_owned();
            for (at, length, piece) in cuts {
                let at = text.floor_char_boundary(at.min(text.len()));
                let end = text.floor_char_boundary((at + length).min(text.len()));
                text.replace_range(at..end.max(at), &piece);
            }
            match parse(&text, "x.toml") {
                Err(error) => proptest::prop_assert!(error.to_string().contains("x.toml")),
                Ok(criteria) => for criterion in criteria {
                    proptest::prop_assert!(metric::exists(&criterion.metric));
                    match criterion.limit {
                        Limit::Metric(metric) => proptest::prop_assert!(metric::exists(&metric)),
                        Limit::Number(number) => proptest::prop_assert!(number.is_finite()),
                    }
                },
            }
        }
    }

    #[test]
    fn bad_files_are_errors_that_name_the_place() {
        let text = |toml: &str| parse(toml, "x.toml").unwrap_err().to_string();
        assert!(text("").contains("no criterion"));
        assert!(text("[[criterion]]\nid = 1").contains("line 2"));
        let one = "[[criterion]]\nid='a'\nmetric='load.elapsed_s'\nis='<'\nlimit=1\n";
        assert!(text(&format!("{one}{one}")).contains("stands twice"));
        assert!(text(&one.replace("elapsed_s", "elapsd_s")).contains("load.elapsd_s"));
        assert!(text(&one.replace("'<'", "'!'")).contains("line 4"));
        assert!(text(&one.replace("limit=1", "limit=nan")).contains("is no number"));
        let only_for = text(&format!("{one}only_for=['soak', 'soka']"));
        assert!(only_for.contains("only_for soka, which is no scenario"), "{only_for}");
        assert!(text(&format!("{one}limt=2")).contains("limt"));
    }
}
