//! Signals: the first ends the run in order, the second at once.

use crate::model::{Note, Reason};
use std::sync::Mutex;
use std::sync::{Arc, PoisonError};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// The signal that ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// `kill`.
    Terminate,
    /// The terminal is gone.
    Hangup,
}

impl Signal {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Signal::Interrupt => "SIGINT",
            Signal::Terminate => "SIGTERM",
            Signal::Hangup => "SIGHUP",
        }
    }

    /// The exit code: 130 for Ctrl-C, 143 for the others.
    pub fn exit_code(self) -> u8 {
        match self {
            Signal::Interrupt => 130,
            Signal::Terminate | Signal::Hangup => 143,
        }
    }
}

/// Whether, and by what, the run is to end.
#[derive(Clone, Default)]
pub struct Stop {
    token: CancellationToken,
    cause: Arc<Mutex<Option<Cause>>>,
}

/// What ends a run before its time; the first one counts.
#[derive(Debug, Clone)]
enum Cause {
    Signal(Signal),
    Limit(Note),
}

impl Stop {
    /// What the work waits on.
    pub fn token(&self) -> &CancellationToken {
        &self.token
    }

    /// Whether the run is to end.
    pub fn is_stopped(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Ends the run as if by `signal`.
    pub fn stop(&self, signal: Signal) {
        self.end(Cause::Signal(signal));
    }

    /// Ends the run since a limit was crossed, as `note` says.
    pub fn cross(&self, note: Note) {
        self.end(Cause::Limit(note));
    }

    fn end(&self, cause: Cause) {
        self.cause.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(cause);
        self.token.cancel();
    }

    fn cause(&self) -> Option<Cause> {
        self.cause.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// By which signal.
    pub fn signal(&self) -> Option<Signal> {
        match self.cause()? {
            Cause::Signal(signal) => Some(signal),
            Cause::Limit(_) => None,
        }
    }

    /// By which limit.
    pub fn limit(&self) -> Option<Note> {
        match self.cause()? {
            Cause::Signal(_) => None,
            Cause::Limit(note) => Some(note),
        }
    }

    /// Why, where the run is to end.
    pub fn reason(&self) -> Option<Note> {
        let by = |s: Signal| Reason::StoppedBySignal { signal: s.name().to_owned() }.into();
        self.signal().map(by).or_else(|| self.limit())
    }

    /// Listens for signals from now on. At the first it stops the run and calls
    /// `first`; at the second it calls `second`, which isn't expected to return.
    ///
    /// # Errors
    /// Where a handler can't be installed.
    pub fn listen(
        &self,
        first: impl Fn(Signal) + Send + 'static,
        second: impl Fn(Signal) + Send + 'static,
    ) -> std::io::Result<()> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        let stop = self.clone();
        tokio::spawn(async move {
            // Of a run that a limit ended the first is no second.
            let mut is_told = false;
            loop {
                let caught = tokio::select! {
                    _ = interrupt.recv() => Signal::Interrupt,
                    _ = terminate.recv() => Signal::Terminate,
                    _ = hangup.recv() => Signal::Hangup,
                };
                if is_told {
                    second(caught);
                } else {
                    is_told = true;
                    stop.stop(caught);
                    first(caught);
                }
            }
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_run_first_counts() {
        let limit: Note = Reason::NotReached {}.into();
        let stop = Stop::default();
        assert_eq!((stop.is_stopped(), stop.reason()), (false, None));
        stop.cross(limit.clone());
        stop.stop(Signal::Interrupt);
        assert!(stop.is_stopped());
        assert_eq!(
            (stop.signal(), stop.limit(), stop.reason()),
            (None, Some(limit.clone()), Some(limit))
        );
        let stop = Stop::default();
        stop.stop(Signal::Terminate);
        stop.cross(Reason::NotReached {}.into());
        assert_eq!((stop.signal(), stop.limit()), (Some(Signal::Terminate), None));
        assert_eq!(stop.reason().unwrap().id, "stopped_by_signal");
    }
}
