//! Sets for a pull request and for what builds and deploys: what each kind
//! holds, and that texts stay texts.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "common/advised.rs"]
mod advised;
#[path = "common/sets.rs"]
mod sets;

use pgvalidate::message::Lang;
use pgvalidate::model::Verdict;
use pgvalidate::model::set::{Answer, Set};
use pgvalidate::report::{junit, markdown};
use pulldown_cmark::{Event, Options, Parser, Tag};
use quick_junit::{NonSuccessKind, Report, TestCaseStatus, TestSuite};
use serde_json::{Value, json};

const HOSTILE: &str = "</script><b>|`x`| a,\"b\";'c' &amp;]]> @all [l](http://e.vil) \
    www.e.vil **x**\r\n- y\u{0}\u{1b}[31m\u{ffff}\u{202e}gnp.exe\u{200f}";

const HIDDEN: [char; 5] = ['\u{0}', '\u{1b}', '\u{ffff}', '\u{202e}', '\u{200f}'];

#[test]
fn each_kind_looks_as_it_is_meant_to() {
    for set in sets::all() {
        for (code, lang) in [("en", Lang::En), ("vi", Lang::Vi)] {
            let kind = &set.kind;
            insta::assert_snapshot!(format!("markdown_{kind}_{code}"), markdown::set(&set, lang));
            insta::assert_snapshot!(format!("junit_{kind}_{code}"), junit::set(&set, lang));
        }
    }
}

/// The JUnit report, read by a reader of JUnit that isn't ours.
fn read(set: &Set) -> TestSuite {
    let text = junit::set(set, Lang::En);
    for hidden in HIDDEN {
        assert!(!text.contains(hidden), "{hidden:?} in {}", set.kind);
    }
    Report::deserialize_from_str(&text).unwrap().test_suites.remove(0)
}

fn outcome<'s>(suite: &'s TestSuite, class: &str, name: &str) -> (&'static str, &'s str) {
    let is_it = |class_name: &str| class_name == format!("pgvalidate.{class}");
    let mut cases = suite.test_cases.iter().filter(|case| {
        case.name.as_str() == name && case.classname.as_ref().is_some_and(|c| is_it(c.as_str()))
    });
    let case = cases.next().expect(name);
    assert!(cases.next().is_none(), "{class} {name} is there twice");
    let said = |message: &'s Option<quick_junit::XmlString>| message.as_ref().unwrap().as_str();
    match &case.status {
        TestCaseStatus::Success { .. } => ("passed", ""),
        TestCaseStatus::NonSuccess { kind: NonSuccessKind::Failure, message, .. } => {
            ("failed", said(message))
        }
        TestCaseStatus::NonSuccess { message, .. } => ("error", said(message)),
        TestCaseStatus::Skipped { message, .. } => ("skipped", said(message)),
    }
}

#[test]
fn an_item_of_the_checklist_is_a_test_case() {
    let set = sets::signoff(false, "fail");
    let suite = read(&set);
    for item in &set.checklist {
        let expected = match item.answer {
            Answer::Yes | Answer::Warning => "passed",
            Answer::No => "failed",
            Answer::Inconclusive | Answer::NotRun | Answer::Open => "skipped",
        };
        assert_eq!(outcome(&suite, "signoff.checklist", &item.id).0, expected, "{}", item.id);
    }
    for member in &set.members {
        assert_eq!(outcome(&suite, "signoff.run", &member.label).0, "passed");
    }
    let (kind, said) = outcome(&suite, "signoff", "verdict");
    assert_eq!(kind, "failed");
    assert!(said.contains("2 items"), "{said}");
    assert_eq!(suite.test_cases.len(), set.checklist.len() + set.members.len() + 1);
    assert_eq!((suite.failures, suite.errors), (2, 0));
    assert_eq!(suite.time.unwrap().as_secs(), 15 * 60 + 10);
}

#[test]
fn a_fault_is_a_test_case_and_what_was_lost_is_told() {
    let mut value = serde_json::to_value(sets::set("faults")).unwrap();
    (value["faults"][0]["verdict"], value["faults"][0]["lost"]) = (json!("fail"), json!(1_200));
    let set: Set = serde_json::from_value(value).unwrap();
    let suite = read(&set);
    assert_eq!(suite.test_cases.len(), set.faults.len() + 1);
    let (kind, said) = outcome(&suite, "faults.fault", &set.faults[0].fault.name);
    assert_eq!(kind, "failed");
    assert!(said.starts_with("fail; rows lost: 1,200"), "{said}");
    let not_run: Vec<_> = set.faults.iter().filter(|row| row.verdict.is_none()).collect();
    assert!(!not_run.is_empty());
    for row in not_run {
        assert_eq!(outcome(&suite, "faults.fault", &row.fault.name).0, "skipped");
    }
}

#[test]
fn a_set_that_passed_has_no_failure_and_a_rehearsal_has_not_passed() {
    for set in sets::all() {
        let suite = read(&set);
        let failed = suite.failures + suite.errors;
        assert_eq!(set.verdict == Some(Verdict::Fail), failed > 0, "{}", set.kind);
    }
    let rehearsal = sets::signoff(true, "pass");
    let suite = read(&rehearsal);
    let (kind, said) = outcome(&suite, "signoff", "verdict");
    assert_eq!(kind, "skipped");
    assert!(said.contains("REHEARSAL"), "{said}");
    let text = markdown::set(&rehearsal, Lang::En);
    assert!(text.lines().next().unwrap().contains("REHEARSAL"), "{text}");
    assert!(text.contains("pass (REHEARSAL"), "{text}");
}

/// A step of `capacity` that breaks is what it looks for.
#[test]
fn runs_that_decide_nothing_are_no_cases() {
    for kind in ["methods", "capacity", "sweep", "tune", "compare"] {
        let of = |verdict: Value| {
            let mut value = serde_json::to_value(sets::set(kind)).unwrap();
            value["verdict"] = verdict;
            let suite = read(&serde_json::from_value(value).unwrap());
            assert_eq!(suite.test_cases.len(), 1, "{kind}");
            outcome(&suite, kind, "verdict").0
        };
        let verdicts = ["pass", "fail", "inconclusive", "invalid", "aborted"];
        let all = verdicts.map(|verdict| of(json!(verdict)));
        assert_eq!(all, ["passed", "failed", "skipped", "error", "error"], "{kind}");
        assert_eq!(of(Value::Null), "error", "{kind}");
    }
}

#[test]
fn hostile_text_is_text() {
    for set in sets::all() {
        let set = sets::hostile(&set, HOSTILE);
        // A class and a name may be there twice: all are the same text.
        assert!(!read(&set).test_cases.is_empty());
        let text = markdown::set(&set, Lang::En);
        for hidden in HIDDEN {
            assert!(!text.contains(hidden), "{hidden:?} in {}", set.kind);
        }
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        for event in Parser::new_ext(&text, options) {
            match event {
                // It parts an @ from the name behind it.
                Event::InlineHtml(html) => assert_eq!(&*html, "<!-- -->", "{}", set.kind),
                Event::Html(_) | Event::Code(_) | Event::Rule => panic!("{}: {event:?}", set.kind),
                Event::Start(
                    tag @ (Tag::Link { .. } | Tag::Image { .. } | Tag::Strong | Tag::Emphasis),
                ) => panic!("{}: {tag:?}", set.kind),
                _ => {}
            }
        }
        assert!(!text.contains("http://") && !text.contains("www.") && !text.contains("@a"));
        // Each row has as many cells as its table's head.
        let cells = |line: &str| line.replace("\\|", "").matches('|').count();
        let mut columns = None;
        for line in text.lines() {
            match line.starts_with('|') {
                true => assert_eq!(*columns.get_or_insert(cells(line)), cells(line), "{line}"),
                false => columns = None,
            }
        }
    }
}

/// Whatever a set holds, and however little.
#[test]
fn there_is_always_a_report() {
    for set in sets::all() {
        let empty = Set { kind: set.kind.clone(), ..Set::default() };
        assert!(markdown::set(&empty, Lang::En).contains("not judged"), "{}", set.kind);
        let suite = read(&empty);
        assert_eq!((suite.errors, suite.time), (1, None), "{}", set.kind);
        for odd in [0.0, -1.5, 1e-320, f64::MAX, f64::MIN] {
            let mut value = serde_json::to_value(&set).unwrap();
            sets::each(&mut value, &mut |_, value| {
                if value.is_f64() {
                    *value = json!(odd);
                }
            });
            let text = markdown::set(&serde_json::from_value(value).unwrap(), Lang::Vi);
            assert!(!text.contains("NaN"), "{} {odd}", set.kind);
        }
    }
}

#[test]
fn the_command_makes_both() {
    let dir = tempfile::tempdir().unwrap();
    let report = |format: &str| {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_pgvalidate"));
        command.env("PGVALIDATE_LANG", "en").current_dir(dir.path());
        let output = command.args(["report", ".", "--format", format]).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    for set in sets::all() {
        std::fs::write(dir.path().join("set.json"), serde_json::to_vec(&set).unwrap()).unwrap();
        let (code, text, error) = report("markdown");
        assert_eq!((code, error.as_str()), (Some(0), ""), "{}", set.kind);
        assert_eq!(text.trim(), markdown::set(&set, Lang::En).trim());
        assert_eq!(report("junit").1.trim(), junit::set(&set, Lang::En).trim());
        // It has no series.
        assert_eq!(report("csv").0, Some(2), "{}", set.kind);
    }
}
