//! Signals: the first ends the run in order, the second at once.

use crate::model::Reason;
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
    signal: Arc<Mutex<Option<Signal>>>,
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
        self.signal.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(signal);
        self.token.cancel();
    }

    /// By which signal.
    pub fn signal(&self) -> Option<Signal> {
        *self.signal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why, where the run is to end.
    pub fn reason(&self) -> Option<Reason> {
        self.signal().map(|s| Reason::StoppedBySignal { signal: s.name().to_owned() })
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
            loop {
                let caught = tokio::select! {
                    _ = interrupt.recv() => Signal::Interrupt,
                    _ = terminate.recv() => Signal::Terminate,
                    _ = hangup.recv() => Signal::Hangup,
                };
                if stop.is_stopped() {
                    second(caught);
                } else {
                    stop.stop(caught);
                    first(caught);
                }
            }
        });
        Ok(())
    }
}
