//! Commands: from arguments to an exit code.

pub mod clean;
pub mod compare;
pub mod faults;
pub mod isolation;
pub mod preflight;
mod progress;
mod recommended;
pub mod report;
pub mod results;
pub mod run;
pub mod sets;
pub mod shell;
pub mod signoff;
pub mod sweep;
mod target;
pub mod tune;
pub mod undo;
pub mod work;

use crate::message::Lang;
use crate::report::shown::shown;
use crate::report::terminal::Terminal;
use std::io::{IsTerminal, Write};

/// Writes a line to stderr, but for what would hide or move on a terminal.
/// Where nobody reads it, the run goes on.
pub fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", shown(line));
}

/// Writes to stdout. False where it can't be written.
fn print(text: &str) -> bool {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush()).is_ok()
}

/// What a text on stdout is written for.
fn terminal(lang: Lang) -> Terminal {
    let stdout = std::io::stdout();
    let size = stdout.is_terminal().then(|| rustix::termios::tcgetwinsize(&stdout));
    // One that doesn't know its size says 0.
    let columns = size.and_then(Result::ok).map(|size| size.ws_col).filter(|columns| *columns > 0);
    Terminal::new(lang, columns)
}
