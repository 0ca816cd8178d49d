//! The archiver: WAL that it can't archive stays on the disk.

use super::{count, failed, field, seconds, unanswered};
use crate::model::Check;
use crate::model::observed::Storage;
use crate::session::{Session, SessionError, sql};

/// What is known of the archiver.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Archiver {
    pub mode: String,
    pub no_command: bool,
    pub archived: u64,
    pub failures: u64,
    pub last_failed: String,
    /// Whether the last attempt failed.
    pub fails: bool,
    pub failed_ago_s: Option<f64>,
}

/// Asks.
pub(super) async fn ask(session: &Session) -> Result<Archiver, SessionError> {
    let query = session.client.query_typed_one(sql!("preflight/archiver.sql"), &[]);
    let row = query.await.map_err(failed())?;
    Ok(Archiver {
        mode: field(&row, "archive_mode")?,
        no_command: field(&row, "no_command")?,
        archived: count(field(&row, "archived_count")?),
        failures: count(field(&row, "failed_count")?),
        last_failed: field(&row, "last_failed_wal")?,
        fails: field(&row, "fails")?,
        failed_ago_s: field(&row, "failed_ago_s")?,
    })
}

/// Judges.
pub(super) fn check(answer: &Result<Archiver, SessionError>) -> Check {
    let id = "archiver";
    match answer {
        Err(error) => unanswered(id, error),
        Ok(a) if a.mode == "off" => Check::ok(id, Storage::ArchiverOff {}),
        Ok(a) if a.no_command => Check::warning(id, Storage::ArchiverNoCommand {}),
        Ok(a) if a.fails => Check::warning(
            id,
            Storage::ArchiverFails {
                file: a.last_failed.clone(),
                failures: a.failures,
                failed_ago_s: seconds(a.failed_ago_s),
            },
        ),
        Ok(a) => Check::ok(id, Storage::ArchiverWorks { archived: a.archived }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_archiver_that_is_on_can_fail() {
        let note = |change: fn(&mut Archiver)| {
            let mut archiver = Archiver {
                mode: "on".into(),
                no_command: false,
                archived: 7,
                failures: 3,
                last_failed: "000000010000000000000003".into(),
                fails: false,
                failed_ago_s: Some(12.0),
            };
            change(&mut archiver);
            check(&Ok(archiver)).note.id
        };
        assert_eq!(note(|_| {}), "archiver_works", "it failed once, and no longer");
        assert_eq!(note(|a| a.fails = true), "archiver_fails");
        assert_eq!(note(|a| a.no_command = true), "archiver_no_command");
        let off = |a: &mut Archiver| {
            a.mode = "off".into();
            a.fails = true;
        };
        assert_eq!(note(off), "archiver_off");
    }
}
