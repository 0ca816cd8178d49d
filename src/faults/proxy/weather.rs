//! The weather on the way: what every connection through the proxy meets.

use rand::RngExt;
use std::time::Duration;
use tokio::sync::watch;

/// What every connection through the proxy meets, in both directions. Fair by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weather {
    /// How long what was read at once, up to 64 kB, is held back.
    pub latency: Duration,
    /// Up to how much longer, by chance; the order is kept.
    pub jitter: Duration,
    /// Bytes a second of each connection and direction; None where unlimited.
    pub bytes_per_s: Option<u32>,
    /// What is sent vanishes, ends too, and new connections are never
    /// answered. A connection that lost something is dead for good.
    pub swallows: bool,
    /// The server's side of a connection that was closed slowly stays open.
    pub lingers: bool,
    /// Nobody listens: new connections are refused.
    pub refuses: bool,
}

impl Weather {
    /// Nothing is held back, lost or refused.
    pub const FAIR: Weather = Weather {
        latency: Duration::ZERO,
        jitter: Duration::ZERO,
        bytes_per_s: None,
        swallows: false,
        lingers: false,
        refuses: false,
    };

    /// How long so many bytes are held back.
    pub(super) fn delay(&self, bytes: usize) -> Duration {
        let jitter = match self.jitter {
            Duration::ZERO => Duration::ZERO,
            most => most.mul_f64(rand::rng().random_range(0.0..1.0)),
        };
        let sending =
            self.bytes_per_s.map(|rate| Duration::from_secs_f64(bytes as f64 / f64::from(rate)));
        self.latency + jitter + sending.unwrap_or_default()
    }
}

/// The weather as a connection sees it.
pub(super) type Outlook = watch::Receiver<Weather>;

/// Waits until the weather is so. Where the proxy is gone it is over too.
pub(super) async fn until(outlook: &mut Outlook, so: impl FnMut(&Weather) -> bool) {
    // An error says that there is no more weather: the proxy is gone.
    let _ = outlook.wait_for(so).await;
}

/// How a connection is ended from the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Both sides see its end.
    Fin,
    /// The client sees a reset where it came by TCP; the server sees its end.
    Reset,
    /// The client sees its end; the server sees nothing for as long as
    /// [`Weather::lingers`] says.
    Slow,
}
