//! The way that the writers take to the server: straight, or through a proxy
//! of ours that stands in between for this one run.

use super::FaultError;
use super::proxy::{Cut, Endpoint, Proxy};
use crate::session::Target;
use crate::work::Seams;
use crate::work::seams::Point;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// How long an attempt to get in may take through a proxy: it may never be answered.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// How the writers reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As everybody.
    Straight,
    /// Through a proxy: a socket before a socket, a port of 127.0.0.1 before an address.
    Proxied,
    /// Through a proxy on a port of 127.0.0.1, for what only TCP has.
    ProxiedTcp,
}

/// A way through a proxy. Its folder goes with it.
pub struct Detour {
    /// The proxy.
    pub proxy: Proxy,
    /// Where cuts are due.
    pub cuts: Arc<Cuts>,
    target: Target,
    _folder: Option<Folder>,
}

impl Detour {
    /// Puts a proxy in front of `target`, which had a session. None where the
    /// way is straight.
    ///
    /// # Errors
    /// Where it can't listen.
    pub async fn open(way: Way, target: &Target) -> Result<Option<Arc<Detour>>, FaultError> {
        if way == Way::Straight {
            return Ok(None);
        }
        let upstream = target.door().ok_or_else(FaultError::nowhere)?;
        let (folder, listen) = match (way, &upstream) {
            (Way::Proxied, Endpoint::Unix(path)) => {
                let folder = Folder::make()?;
                let listen = folder.0.join(path.file_name().unwrap_or_default());
                (Some(folder), Endpoint::Unix(listen))
            }
            _ => (None, Endpoint::Tcp(([127, 0, 0, 1], 0).into())),
        };
        let proxy = Proxy::start(listen, upstream).await;
        let proxy = proxy.map_err(|source| FaultError::Proxy { source })?;
        let target =
            target.by_way_of(proxy.endpoint(), CONNECT_WITHIN).ok_or_else(FaultError::nowhere)?;
        Ok(Some(Arc::new(Detour { proxy, cuts: Arc::default(), target, _folder: folder })))
    }

    /// The server, this way.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The seams, with one by which cuts are armed by whoever comes to a point.
    pub fn seams(self: &Arc<Detour>, seams: Seams) -> Seams {
        let (detour, before) = (self.clone(), seams.at_point.clone());
        let at_point = move |point, pid, attempt| {
            if let Some(before) = &before {
                before(point, pid, attempt);
            }
            if let Some(cut) = detour.cuts.due(point) {
                detour.proxy.arm(pid, cut);
            }
        };
        Seams { at_point: Some(Arc::new(at_point)), ..seams }
    }
}

/// A folder that only this user gets into, and that goes with its proxy.
struct Folder(PathBuf);

impl Folder {
    fn make() -> Result<Folder, FaultError> {
        // A socket's path may have a hundred characters.
        let (name, _) = Uuid::new_v4().as_u64_pair();
        let path = std::env::temp_dir().join(format!("pgvalidate-proxy-{name:x}"));
        let made = DirBuilder::new().mode(0o700).create(&path);
        made.map_err(|source| FaultError::System { what: path.display().to_string(), source })?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What can't be removed is an empty folder in the temporary one.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Where connections are cut: at every so manieth time that a point is reached.
#[derive(Debug, Default)]
pub struct Cuts {
    plan: Mutex<Option<(Point, Cut, u64)>>,
    reached: AtomicU64,
}

impl Cuts {
    /// From now on every `nth` that reaches `point` is cut.
    pub fn plan(&self, point: Point, cut: Cut, nth: u64) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = Some((point, cut, nth.max(1)));
    }

    /// From now on nothing is.
    pub fn none(&self) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn due(&self, reached: Point) -> Option<Cut> {
        let (point, cut, nth) = (*self.plan.lock().unwrap_or_else(PoisonError::into_inner))?;
        let is_due =
            point == reached && self.reached.fetch_add(1, Ordering::Relaxed).is_multiple_of(nth);
        is_due.then_some(cut)
    }
}
