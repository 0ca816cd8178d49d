//! Old transactions: while they are open, dead rows stay.

use super::{failed, field, seconds, unanswered};
use crate::model::observed::Surroundings;
use crate::model::{Check, Note};
use crate::session::{Session, SessionError, sql};

/// From this age on a transaction is worth a word.
const OLD_S: u64 = 60;

/// A transaction that keeps dead rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Transaction {
    pub is_prepared: bool,
    /// A prepared one's name, or the pid of an open one.
    pub name: String,
    pub role: String,
    /// None where the role may not see it.
    pub age_s: Option<f64>,
}

/// Asks; the oldest is first.
pub(super) async fn ask(session: &Session) -> Result<Vec<Transaction>, SessionError> {
    let query = session.client.query_typed(sql!("preflight/old_transactions.sql"), &[]);
    let rows = query.await.map_err(failed())?;
    let transaction = |row| {
        Ok(Transaction {
            is_prepared: field(row, "prepared")?,
            name: field(row, "name")?,
            role: field(row, "role")?,
            age_s: field(row, "age_s")?,
        })
    };
    rows.iter().map(transaction).collect()
}

/// Judges open transactions and prepared ones, which end in different ways.
pub(super) fn checks(answer: &Result<Vec<Transaction>, SessionError>, role: &str) -> Vec<Check> {
    let (open, prepared) = ("old_transactions", "prepared_transactions");
    let all = match answer {
        Err(error) => return vec![unanswered(open, error), unanswered(prepared, error)],
        Ok(all) => all,
    };
    let old = |is_prepared: bool| -> Vec<&Transaction> {
        all.iter().filter(|t| t.is_prepared == is_prepared && seconds(t.age_s) >= OLD_S).collect()
    };
    let hidden = all.iter().filter(|t| t.age_s.is_none()).count();
    let good = || Surroundings::NoOldTransaction { limit_s: OLD_S };
    let sessions = match (old(false).as_slice(), hidden) {
        ([first, rest @ ..], _) => Check::warning(open, told(first, rest.len() + 1)),
        ([], 0) => Check::ok(open, good()),
        ([], hidden) => {
            let role = role.to_owned();
            Check::unknown(open, Surroundings::TransactionsHidden { hidden, role })
        }
    };
    let left = match old(true).as_slice() {
        [first, rest @ ..] => Check::warning(prepared, told(first, rest.len() + 1)),
        [] => Check::ok(prepared, good()),
    };
    vec![sessions, left]
}

fn told(t: &Transaction, old: usize) -> Note {
    let (name, role, age_s) = (t.name.clone(), t.role.clone(), seconds(t.age_s));
    match t.is_prepared {
        true => Surroundings::OldPrepared { name, role, age_s, old }.into(),
        false => Surroundings::OldTransaction { pid: name, role, age_s, old }.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Outcome::{Ok as Good, Unknown, Warning};

    #[test]
    fn old_ones_are_told_and_hidden_ones_are_not_called_young() {
        let transaction = |is_prepared, age_s| Transaction {
            is_prepared,
            name: "7".into(),
            role: "r".into(),
            age_s,
        };
        let outcomes = |all: Vec<Transaction>| {
            checks(&Ok(all), "u").iter().map(|c| c.outcome).collect::<Vec<_>>()
        };
        assert_eq!(outcomes(vec![]), [Good, Good]);
        assert_eq!(outcomes(vec![transaction(false, Some(59.0))]), [Good, Good]);
        assert_eq!(outcomes(vec![transaction(false, Some(60.0))]), [Warning, Good]);
        assert_eq!(outcomes(vec![transaction(true, Some(90.0))]), [Good, Warning]);
        assert_eq!(outcomes(vec![transaction(false, None)]), [Unknown, Good]);
        let both = vec![transaction(false, Some(90.0)), transaction(false, None)];
        assert_eq!(outcomes(both), [Warning, Good]);
    }
}
