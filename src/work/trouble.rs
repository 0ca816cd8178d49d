//! What went wrong in an attempt, and whether another one may succeed.

use crate::session::error::describe;
use crate::session::{AcquireError, retry};
use tokio_postgres::Error;

/// What went wrong in an attempt.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// A SQLSTATE, `connection` or `timeout`.
    pub code: String,
    /// The text.
    pub text: String,
    /// Whether another attempt may succeed.
    pub may_retry: bool,
}

impl From<&Error> for Trouble {
    fn from(error: &Error) -> Trouble {
        let code = error.code().map_or("connection", |code| code.code()).to_owned();
        Trouble { code, text: describe(error), may_retry: retry::may_retry(error) }
    }
}

impl Trouble {
    /// Something took too long.
    pub fn timed_out(what: &str) -> Trouble {
        let text = format!("{what} took too long");
        Trouble { code: "timeout".to_owned(), text, may_retry: true }
    }

    /// Who was at it is gone, before it was committed.
    pub(super) fn dropped() -> Trouble {
        let text = "the writer was dropped in the middle of a batch".to_owned();
        Trouble { code: "dropped".to_owned(), text, may_retry: true }
    }

    /// Something that another attempt can't mend.
    pub(super) fn final_one(code: &str, text: String) -> Trouble {
        Trouble { code: code.to_owned(), text, may_retry: false }
    }

    /// Whether it is a time-out.
    pub fn is_timeout(&self) -> bool {
        self.code == "timeout"
    }
}

impl From<&AcquireError> for Trouble {
    fn from(error: &AcquireError) -> Trouble {
        match error {
            AcquireError::TimedOut(_) => Trouble::timed_out("waiting for a connection"),
            AcquireError::Connect(error) => Trouble::from(error),
            AcquireError::Closed | AcquireError::NotBuilt(_) => {
                Trouble { code: "connection".into(), text: error.to_string(), may_retry: false }
            }
        }
    }
}
