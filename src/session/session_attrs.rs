//! target_session_attrs: which kind of server a session may be on.

use super::error::SessionError;
use super::params::Parameters;

/// libpq's six kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SessionAttrs {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    PreferStandby,
}

const KINDS: [(&str, SessionAttrs); 6] = [
    ("any", SessionAttrs::Any),
    ("read-write", SessionAttrs::ReadWrite),
    ("read-only", SessionAttrs::ReadOnly),
    ("primary", SessionAttrs::Primary),
    ("standby", SessionAttrs::Standby),
    ("prefer-standby", SessionAttrs::PreferStandby),
];

impl SessionAttrs {
    /// The kind that is asked for.
    ///
    /// # Errors
    /// Where there is no such kind.
    pub(super) fn of(parameters: &Parameters) -> Result<SessionAttrs, SessionError> {
        parameters.choice("target_session_attrs", &KINDS, SessionAttrs::Any)
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// What is looked for, in one round through the hosts after the other.
    pub(super) fn rounds(&self) -> &[SessionAttrs] {
        match self {
            SessionAttrs::PreferStandby => &[SessionAttrs::Standby, SessionAttrs::Any],
            one => std::slice::from_ref(one),
        }
    }

    /// Whether a server will do.
    pub(super) fn fits(self, in_recovery: bool, read_only: bool) -> bool {
        match self {
            SessionAttrs::Any | SessionAttrs::PreferStandby => true,
            SessionAttrs::ReadWrite => !in_recovery && !read_only,
            SessionAttrs::ReadOnly => in_recovery || read_only,
            SessionAttrs::Primary => !in_recovery,
            SessionAttrs::Standby => in_recovery,
        }
    }
}
