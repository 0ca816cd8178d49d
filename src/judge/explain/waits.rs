//! Causes that show in what the writers waited for, and which waits belong to
//! what. Both spellings of an event are matched: up to 16, and from 17 on; and
//! always with its type, since `IO:WALWrite` and `LWLock:WALWrite` differ.

use super::window::{Window, percent};
use super::{Case, MOST, Rank};
use crate::model::observed::Evidence;
use crate::model::series::ServerPoint;
use crate::model::size::Bytes;
use crate::model::{Cause, Note};

/// How [`of_storage`] is called in evidence.
pub(super) const STORAGE: &str = "IO, LWLock:WALWrite, LWLock:WALInsert, LWLock:WALBufMapping, LWLock:BufferContent, Lock:extend";

/// Waits that slow storage makes: for I/O itself, for those who are at it, and
/// for a page that the checkpointer is writing.
pub(super) fn of_storage(kind: &str, name: &str) -> bool {
    let behind = matches!(
        (kind, name),
        ("LWLock", "WALWrite" | "WALInsert" | "WALBufMapping" | "BufferContent")
            | ("Lock", "extend")
    );
    kind == "IO" || behind
}

/// Waits for the flush of WAL: by the one who does it, and by those who wait
/// for it to be done.
pub(in crate::judge) fn of_flush(kind: &str, name: &str) -> bool {
    matches!((kind, name), ("IO", "WALSync" | "WalSync") | ("LWLock", "WALWrite"))
}

/// Waits that more WAL makes.
pub(super) fn of_wal(kind: &str, name: &str) -> bool {
    let writes = matches!(
        (kind, name),
        (
            "IO",
            "WALWrite"
                | "WALInitWrite"
                | "WALInitSync"
                | "WalWrite"
                | "WalInitWrite"
                | "WalInitSync"
        ) | ("LWLock", "WALInsert" | "WALBufMapping")
    );
    writes || of_flush(kind, name)
}

/// Waits for room in wal_buffers.
pub(super) fn of_wal_buffers(kind: &str, name: &str) -> bool {
    (kind, name) == ("LWLock", "WALBufMapping")
}

fn of_extension(kind: &str, name: &str) -> bool {
    matches!((kind, name), ("Lock", "extend") | ("IO", "DataFileExtend"))
}

fn of_lock(kind: &str, name: &str) -> bool {
    kind == "Lock" && name != "extend"
}

fn of_standby(kind: &str, name: &str) -> bool {
    (kind, name) == ("IPC", "SyncRep")
}

/// The case for `cause` where most of the lost time went to waits for which
/// `is` holds; they are called `waits`.
pub(super) fn case(
    window: &Window,
    cause: Cause,
    is: impl Fn(&str, &str) -> bool,
    waits: &str,
) -> Option<Case> {
    let share = window.lost.as_ref()?.share(is);
    let lost = Evidence::LostTo { waits: waits.to_owned(), percent: percent(share) };
    let evidence = vec![lost.into()];
    (share >= MOST).then_some(Case { cause, rank: Rank::Wait, strength: share, evidence })
}

/// A table grows, one backend at a time.
pub(super) fn relation_extension(window: &Window) -> Option<Case> {
    let waits = "Lock:extend, IO:DataFileExtend";
    case(window, Cause::RelationExtension, of_extension, waits)
}

/// Somebody holds a lock.
pub(super) fn lock(window: &Window) -> Option<Case> {
    let case = case(window, Cause::Lock, of_lock, "Lock")?;
    let which = window.lost.as_ref().and_then(|lost| lost.leading());
    let which: Option<Note> = which.map(|(event, share)| {
        Evidence::LeadingWait { event: event.to_owned(), percent: percent(share) }.into()
    });
    Some(Case { evidence: case.evidence.into_iter().chain(which).collect(), ..case })
}

/// Commits wait for a standby.
pub(super) fn replication(window: &Window) -> Option<Case> {
    let case = case(window, Cause::Replication, of_standby, "IPC:SyncRep")?;
    let lag = |server: &ServerPoint| server.replay_lag_bytes.map(|bytes| bytes as f64);
    let lag: Option<Note> = window.server_means(lag).map(|(lag, usual)| {
        let (lag, usual) = (Bytes(lag as u64), Bytes(usual as u64));
        Evidence::ReplayLag { lag, usual }.into()
    });
    Some(Case { evidence: case.evidence.into_iter().chain(lag).collect(), ..case })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_one_event_and_the_type_counts() {
        for name in ["WALSync", "WalSync"] {
            assert!(of_flush("IO", name) && of_wal("IO", name) && of_storage("IO", name));
            assert!(!of_flush("LWLock", name));
        }
        assert!(of_flush("LWLock", "WALWrite") && !of_flush("IO", "WALWrite"));
        for name in ["WALWrite", "WALInitWrite", "WALInitSync", "WalWrite", "WalInitWrite"] {
            assert!(of_wal("IO", name), "{name}");
        }
        assert!(of_extension("Lock", "extend") && !of_lock("Lock", "extend"));
        assert!(of_lock("Lock", "transactionid") && !of_lock("LWLock", "LockManager"));
        assert!(!of_storage("CPU", "") && !of_storage("Client", "ClientRead"));
    }
}
