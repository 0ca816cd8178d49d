//! sslmode: whether TLS is tried, in which order, and what is verified.

use super::error::SessionError;
use super::params::Parameters;

/// libpq's six modes, from the weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    /// Never TLS.
    Disable,
    /// Plain text first, TLS where the server wants it.
    Allow,
    /// TLS first, plain text where there is none. The default.
    Prefer,
    /// TLS.
    Require,
    /// TLS, with a certificate of a trusted authority.
    VerifyCa,
    /// TLS, with a certificate of a trusted authority for this host.
    VerifyFull,
}

/// How one connection is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Without TLS.
    Plain,
    /// With TLS where the server has it.
    TlsIfThere,
    /// With TLS.
    Tls,
}

const MODES: [(&str, Mode); 6] = [
    ("disable", Mode::Disable),
    ("allow", Mode::Allow),
    ("prefer", Mode::Prefer),
    ("require", Mode::Require),
    ("verify-ca", Mode::VerifyCa),
    ("verify-full", Mode::VerifyFull),
];

impl Mode {
    /// The mode that is asked for.
    ///
    /// # Errors
    /// Where there is no such mode, or it doesn't go with another parameter.
    pub(super) fn of(parameters: &Parameters) -> Result<Mode, SessionError> {
        let system = parameters.get("sslrootcert") == Some("system");
        let default = if system { Mode::VerifyFull } else { Mode::Prefer };
        let mode = parameters.choice("sslmode", &MODES, default)?;
        if system && mode != Mode::VerifyFull && mode != Mode::Disable {
            return Err(SessionError::WeakMode { mode: mode.name().to_owned() });
        }
        if parameters.get("sslnegotiation") == Some("direct") && mode < Mode::Require {
            return Err(SessionError::DirectNeedsTls { mode: mode.name().to_owned() });
        }
        Ok(mode)
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        MODES.iter().find(|(_, mode)| *mode == self).map_or("", |(name, _)| name)
    }

    /// Whether authorities are needed.
    pub(super) fn verifies(self) -> bool {
        matches!(self, Mode::VerifyCa | Mode::VerifyFull)
    }

    /// What is tried, one after the other.
    pub(super) fn steps(self) -> &'static [Step] {
        match self {
            Mode::Disable => &[Step::Plain],
            Mode::Allow => &[Step::Plain, Step::Tls],
            Mode::Prefer => &[Step::TlsIfThere, Step::Plain],
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => &[Step::Tls],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(text: &str) -> Result<Mode, String> {
        Mode::of(&Parameters::parse(text).unwrap()).map_err(|e| e.to_string())
    }

    #[test]
    fn prefer_is_the_default_but_for_the_systems_authorities() {
        assert_eq!(mode(""), Ok(Mode::Prefer));
        assert_eq!(mode("sslrootcert=system"), Ok(Mode::VerifyFull));
        assert!(mode("sslrootcert=system sslmode=require").unwrap_err().contains("verify-full"));
        assert!(mode("sslmode=prefer sslnegotiation=direct").unwrap_err().contains("direct"));
        assert!(mode("sslmode=on").unwrap_err().contains("verify-ca"));
    }
}
