//! What a probe is: a statement, and what a server that keeps tenants apart
//! answers to it. Judging an answer is a pure function.

use crate::model::isolation::{Answer, Group, ProbeOutcome};
use crate::model::observed::Isolated;
use crate::model::{Note, Tenancy};

/// No right to do that.
pub(super) const NO_RIGHT: &str = "42501";

/// There is no such schema.
const NO_SCHEMA: &str = "3F000";

/// Names of what was found that are shown.
const NAMES_SHOWN: usize = 10;

/// An attempt, as data.
#[derive(Clone)]
pub(super) struct Probe {
    /// Its name, and that of the file of its statement.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// What is sent, with places.
    pub sql: &'static str,
    /// How it is sent.
    pub how: How,
    /// What is expected where each tenant has a schema; None where it isn't tried there.
    pub in_schemas: Option<Expect>,
    /// The same where tenants share a table.
    pub in_one_table: Option<Expect>,
    /// Whether not having tried it leaves the run without an answer.
    pub matters: bool,
}

/// How a statement is sent, and what is counted of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// As it is: the rows of its last statement, returned or changed.
    Plain,
    /// The same; each row is the name of something that was found.
    Named,
    /// COPY FROM STDIN without a row.
    CopyIn,
    /// COPY TO STDOUT: lines with the other tenant's id.
    CopyOut,
    /// LISTEN: notifications of the other tenant's.
    Listen,
    /// EXPLAIN: 1 where it estimates another number for the other tenant than for nobody.
    Estimate,
    /// On a pooled connection, after the other tenant's transaction.
    AfterWork,
    /// On a pooled connection, after what the other tenant had its session do.
    AfterState,
}

/// What a server that keeps tenants apart answers.
#[derive(Clone, Copy)]
pub(super) enum Expect {
    /// A refusal with one of these SQLSTATEs: even to be let in and see nothing is too much.
    Refused(&'static [&'static str]),
    /// Nothing seen or changed, or a refusal with one of these.
    Nothing(&'static [&'static str]),
    /// It is known to be seen, and by these SQLSTATEs too.
    Open(&'static [&'static str], fn() -> Isolated),
    /// It is known to be told by this SQLSTATE; any other answer tells nothing.
    OpenBy(&'static str, fn() -> Isolated),
    /// Refused from this major on; before that known to be open.
    RefusedFrom(u32, fn() -> Isolated),
}

impl Probe {
    /// A statement that is expected to be refused, or to see nothing, for want of a right.
    pub const fn new(name: &'static str, group: Group, sql: &'static str) -> Probe {
        Probe {
            name,
            group,
            sql,
            how: How::Plain,
            in_schemas: None,
            in_one_table: None,
            matters: true,
        }
    }

    /// The same answer is expected in both tenancies.
    pub const fn everywhere(self, expect: Expect) -> Probe {
        self.schemas(expect).one_table(expect)
    }

    /// Where each tenant has a schema.
    pub const fn schemas(self, expect: Expect) -> Probe {
        Probe { in_schemas: Some(expect), ..self }
    }

    /// Where tenants share a table.
    pub const fn one_table(self, expect: Expect) -> Probe {
        Probe { in_one_table: Some(expect), ..self }
    }

    /// Sent in another way than as it is.
    pub const fn by(self, how: How) -> Probe {
        Probe { how, ..self }
    }

    /// One without which there is an answer all the same.
    pub const fn optional(self) -> Probe {
        Probe { matters: false, ..self }
    }

    /// What is expected under a tenancy.
    pub fn expects(&self, tenancy: Tenancy) -> Option<Expect> {
        match tenancy {
            Tenancy::Schema => self.in_schemas,
            Tenancy::Rls => self.in_one_table,
        }
    }

    /// What a leak by this probe is due to, for the most part; `names` are
    /// those of what was found.
    fn due_to(&self, names: &[String]) -> Isolated {
        let shown = || {
            let more = (names.len() > NAMES_SHOWN).then_some("...");
            let shown = names.iter().take(NAMES_SHOWN).map(String::as_str);
            shown.chain(more).collect::<Vec<_>>().join(", ")
        };
        match (self.name, self.group) {
            ("views_as_owner", _) => Isolated::LeakByViews { views: shown() },
            ("functions_as_owner", _) => Isolated::LeakByFunctions { functions: shown() },
            (_, Group::RowSecurity) => Isolated::LeakByRowSecurity {},
            (_, Group::Pool) => Isolated::LeakByPool {},
            _ => Isolated::LeakByRight {},
        }
    }

    /// What an answer means on a server of `major`: its outcome, and what to do
    /// about it. `names` are those of what was found, where it has any.
    pub fn judge(
        &self,
        expect: Expect,
        major: u32,
        answer: &Answer,
        names: &[String],
    ) -> (ProbeOutcome, Option<Note>) {
        let denied = (ProbeOutcome::Denied, None);
        let leak = || (ProbeOutcome::Leak, Some(self.due_to(names).into()));
        let open =
            |remedy: fn() -> Isolated| (ProbeOutcome::OpenByDesign, Some(Note::from(remedy())));
        let unknown = || {
            let error = answer.to_string();
            (ProbeOutcome::NotTried, Some(Isolated::UnexpectedAnswer { error }.into()))
        };
        match (expect, answer) {
            (Expect::Refused(codes) | Expect::Nothing(codes), Answer::Sqlstate(code))
                if codes.contains(&code.as_str()) =>
            {
                denied
            }
            (Expect::RefusedFrom(..) | Expect::Open(..), Answer::Sqlstate(code))
                if code == NO_RIGHT =>
            {
                denied
            }
            (Expect::RefusedFrom(..), Answer::Sqlstate(code)) if code == NO_SCHEMA => denied,
            (_, Answer::Sqlstate(code)) if TELLS.contains(&code.as_str()) => leak(),
            (Expect::Open(codes, remedy), Answer::Sqlstate(code))
                if codes.contains(&code.as_str()) =>
            {
                open(remedy)
            }
            (Expect::OpenBy(code, remedy), Answer::Sqlstate(seen)) if code == seen => open(remedy),
            (_, Answer::Sqlstate(_)) => unknown(),
            (Expect::OpenBy(..), Answer::Count(_))
            | (Expect::Nothing(_) | Expect::Open(..), Answer::Count(0)) => denied,
            (Expect::Open(_, remedy), Answer::Count(_)) => open(remedy),
            (Expect::RefusedFrom(from, remedy), Answer::Count(_)) if major < from => open(remedy),
            (_, Answer::Count(_)) => leak(),
        }
    }
}

/// SQLSTATEs that only a value of the other tenant's can lead to: a cast of it,
/// and the exception of a function that was called with it.
const TELLS: [&str; 2] = ["22P02", "PV001"];

impl Expect {
    /// For the record.
    pub fn answers(&self, major: u32) -> Vec<Answer> {
        let refused = |codes: &[&str]| -> Vec<Answer> {
            codes.iter().map(|code| Answer::Sqlstate((*code).to_owned())).collect()
        };
        match self {
            Expect::Refused(codes) => refused(codes),
            Expect::Nothing(codes) => [vec![Answer::Count(0)], refused(codes)].concat(),
            Expect::RefusedFrom(from, _) if major >= *from => refused(&[NO_RIGHT, NO_SCHEMA]),
            // Anything may be seen.
            Expect::RefusedFrom(..) | Expect::Open(..) | Expect::OpenBy(..) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ProbeOutcome::{Denied, Leak, NotTried, OpenByDesign};

    const PROBE: Probe = Probe::new("select", Group::Reading, "");

    fn outcome(expect: Expect, answer: &Answer) -> ProbeOutcome {
        PROBE.judge(expect, 15, answer, &[]).0
    }

    fn code(code: &str) -> Answer {
        Answer::Sqlstate(code.to_owned())
    }

    #[test]
    fn to_be_let_in_is_too_much_where_a_refusal_is_due() {
        let refused = Expect::Refused(&[NO_RIGHT]);
        assert_eq!(outcome(refused, &code(NO_RIGHT)), Denied);
        assert_eq!(outcome(refused, &Answer::Count(0)), Leak);
        assert_eq!(outcome(refused, &Answer::Count(3)), Leak);
    }

    #[test]
    fn an_answer_that_says_neither_is_no_denial() {
        for expect in [Expect::Refused(&[NO_RIGHT]), Expect::Nothing(&[])] {
            assert_eq!(outcome(expect, &code("42P01")), NotTried);
            assert_eq!(outcome(expect, &code("55P03")), NotTried);
        }
    }

    #[test]
    fn rows_and_errors_about_them_are_leaks_where_nothing_is_to_be_seen() {
        let nothing = Expect::Nothing(&[NO_RIGHT]);
        assert_eq!(outcome(nothing, &Answer::Count(0)), Denied);
        assert_eq!(outcome(nothing, &code(NO_RIGHT)), Denied);
        assert_eq!(outcome(nothing, &Answer::Count(1)), Leak);
        for tells in TELLS {
            assert_eq!(outcome(nothing, &code(tells)), Leak);
            let expected = Expect::Nothing(&["22P02", "PV001"]);
            assert_eq!(outcome(expected, &code(tells)), Denied, "unless that is expected");
        }
    }

    #[test]
    fn what_everyone_may_see_is_no_leak_and_has_a_remedy() {
        let open = Expect::Open(&["55P03"], || Isolated::OpenTableLock {});
        assert_eq!(outcome(open, &Answer::Count(1)), OpenByDesign);
        assert_eq!(outcome(open, &code("55P03")), OpenByDesign);
        assert_eq!(outcome(open, &Answer::Count(0)), Denied);
        assert_eq!(outcome(open, &code(NO_RIGHT)), Denied);
        let by = Expect::OpenBy("23505", || Isolated::OpenUniqueKey {});
        assert_eq!(outcome(by, &code("23505")), OpenByDesign);
        assert_eq!(outcome(by, &Answer::Count(1)), Denied);
        let (_, note) = PROBE.judge(by, 15, &code("23505"), &[]);
        assert_eq!(note.unwrap().id, "open_unique_key");
    }

    #[test]
    fn what_was_found_is_named() {
        let views = Probe::new("views_as_owner", Group::Objects, "");
        let names: Vec<String> = (0..12).map(|no| format!("s.v{no}")).collect();
        let (_, note) = views.judge(Expect::Nothing(&[]), 15, &Answer::Count(12), &names);
        let views = note.unwrap().args["views"].clone();
        let said = views.as_str().unwrap();
        assert!(said.starts_with("s.v0, s.v1,") && said.ends_with("s.v9, ..."), "{said}");
    }

    #[test]
    fn a_default_that_changed_is_judged_by_the_major() {
        let from = Expect::RefusedFrom(15, || Isolated::OpenPublicSchema {});
        let outcome = |major, answer: &Answer| PROBE.judge(from, major, answer, &[]).0;
        assert_eq!(outcome(14, &Answer::Count(0)), OpenByDesign);
        assert_eq!(outcome(15, &Answer::Count(0)), Leak);
        assert_eq!(outcome(14, &code(NO_RIGHT)), Denied);
        for major in [14, 15] {
            assert_eq!(outcome(major, &code(NO_SCHEMA)), Denied, "there is nothing to shadow");
        }
    }
}
