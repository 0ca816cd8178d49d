//! A run, or a set, as a JUnit report, for what builds and deploys: a test
//! suite, with a test case for each thing that is judged.
//!
//! Nobody wrote down JUnit's XML for all. This keeps to what its common readers
//! share: the attributes and the order of elements in the schema of Jenkins.

mod run;
mod set;

use super::shown::shown;
pub use run::run;
pub use set::set;
use std::fmt::Write;

/// What came of a test case.
enum Outcome {
    Passed,
    Failed(String),
    Error(String),
    Skipped(String),
}

/// Something that is judged.
struct Case {
    /// What it is one of, after `pgvalidate.`.
    class: String,
    /// Its name, which no other of its class has.
    name: String,
    outcome: Outcome,
}

/// A report under way.
struct Suite<'a> {
    name: String,
    /// None where that isn't known.
    seconds: Option<f64>,
    started_at: &'a str,
    properties: Vec<(&'static str, String)>,
    cases: Vec<Case>,
}

impl Suite<'_> {
    fn xml(&self) -> String {
        let count =
            |is: fn(&Outcome) -> bool| self.cases.iter().filter(|one| is(&one.outcome)).count();
        let counts = format!(
            "tests=\"{}\" failures=\"{}\" errors=\"{}\"",
            self.cases.len(),
            count(|one| matches!(one, Outcome::Failed(_))),
            count(|one| matches!(one, Outcome::Error(_))),
        );
        let skipped = count(|one| matches!(one, Outcome::Skipped(_)));
        let name = escaped(&self.name);
        let time = self.seconds.map(|s| format!(" time=\"{s:.3}\"")).unwrap_or_default();
        // A reader that wants a time there refuses the file for any other text.
        let started = humantime::parse_rfc3339(self.started_at).ok().map(|_| self.started_at);
        let started =
            started.map(|at| format!(" timestamp=\"{}\"", escaped(at))).unwrap_or_default();
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        // Writing to a String can't fail.
        let _ = writeln!(out, "<testsuites name=\"pgvalidate\" {counts}{time}>");
        let _ = writeln!(
            out,
            "  <testsuite name=\"{name}\" {counts} skipped=\"{skipped}\"{time}{started}>"
        );
        out += "    <properties>\n";
        for (name, value) in &self.properties {
            let (name, value) = (escaped(name), escaped(value));
            let _ = writeln!(out, "      <property name=\"{name}\" value=\"{value}\"/>");
        }
        out += "    </properties>\n";
        self.cases.iter().for_each(|case| case.write(&mut out));
        out += "  </testsuite>\n</testsuites>\n";
        out
    }
}

impl Case {
    fn write(&self, out: &mut String) {
        let (class, name) = (escaped(&self.class), escaped(&self.name));
        let case = format!("<testcase classname=\"pgvalidate.{class}\" name=\"{name}\"");
        let (element, message) = match &self.outcome {
            Outcome::Passed => {
                let _ = writeln!(out, "    {case}/>");
                return;
            }
            Outcome::Failed(message) => ("failure type=\"criterion\"", message),
            Outcome::Error(message) => ("error type=\"verdict\"", message),
            Outcome::Skipped(message) => ("skipped", message),
        };
        let message = escaped(message);
        let _ =
            writeln!(out, "    {case}>\n      <{element} message=\"{message}\"/>\n    </testcase>");
    }
}

/// A text for an attribute. XML 1.0 has no way to write most controls, not even
/// escaped; [`shown`] has made their codes of them.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in shown(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // A reader makes spaces of these where they stand as they are.
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            c => out.push(c),
        }
    }
    out
}
