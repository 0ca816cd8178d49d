//! The parameters that libpq knows, and what becomes of each of them here.

/// What becomes of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Support {
    /// It is used.
    Used,
    /// It means nothing here, whatever its value.
    Ignored,
    /// These values are what is done anyway; every other one is refused.
    Only(&'static [&'static str]),
    /// It is refused: to leave it out would promise what isn't kept.
    Refused,
}

/// A parameter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keyword {
    /// Its name in a connection string.
    pub(super) name: &'static str,
    /// The environment variable that stands in for it.
    pub(super) variable: Option<&'static str>,
    /// What becomes of it.
    pub(super) support: Support,
}

const fn used(name: &'static str, variable: &'static str) -> Keyword {
    Keyword { name, variable: Some(variable), support: Support::Used }
}

const fn given(name: &'static str, support: Support) -> Keyword {
    Keyword { name, variable: None, support }
}

const fn limited(name: &'static str, variable: &'static str, support: Support) -> Keyword {
    Keyword { name, variable: Some(variable), support }
}

/// Every parameter of PostgreSQL 18's libpq, and one of ours.
pub(super) const KEYWORDS: &[Keyword] = &[
    used("host", "PGHOST"),
    used("hostaddr", "PGHOSTADDR"),
    used("port", "PGPORT"),
    used("dbname", "PGDATABASE"),
    used("user", "PGUSER"),
    used("password", "PGPASSWORD"),
    used("passfile", "PGPASSFILE"),
    // Read before all others.
    given("service", Support::Used),
    given("servicefile", Support::Used),
    used("channel_binding", "PGCHANNELBINDING"),
    used("connect_timeout", "PGCONNECT_TIMEOUT"),
    used("options", "PGOPTIONS"),
    used("target_session_attrs", "PGTARGETSESSIONATTRS"),
    given("keepalives", Support::Used),
    given("keepalives_idle", Support::Used),
    given("keepalives_interval", Support::Used),
    given("keepalives_count", Support::Used),
    given("tcp_user_timeout", Support::Used),
    used("sslmode", "PGSSLMODE"),
    used("sslnegotiation", "PGSSLNEGOTIATION"),
    used("sslrootcert", "PGSSLROOTCERT"),
    used("sslcert", "PGSSLCERT"),
    used("sslkey", "PGSSLKEY"),
    used("sslcrl", "PGSSLCRL"),
    used("sslsni", "PGSSLSNI"),
    limited("sslcertmode", "PGSSLCERTMODE", Support::Only(&["allow", "disable"])),
    used("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"),
    used("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"),
    // Sessions have names of their own, by which they are found again.
    given("application_name", Support::Ignored),
    given("fallback_application_name", Support::Ignored),
    // TLS doesn't compress here, as it doesn't in libpq since OpenSSL 1.1.
    given("sslcompression", Support::Ignored),
    given("client_encoding", Support::Only(&["UTF8", "utf8", "UTF-8", "utf-8", "auto"])),
    limited("gssencmode", "PGGSSENCMODE", Support::Only(&["prefer", "disable"])),
    limited("load_balance_hosts", "PGLOADBALANCEHOSTS", Support::Only(&["disable"])),
    limited("min_protocol_version", "PGMINPROTOCOLVERSION", Support::Only(&["3.0"])),
    limited("max_protocol_version", "PGMAXPROTOCOLVERSION", Support::Only(&["3.0", "latest"])),
    limited("requirepeer", "PGREQUIREPEER", Support::Refused),
    limited("require_auth", "PGREQUIREAUTH", Support::Refused),
    limited("sslcrldir", "PGSSLCRLDIR", Support::Refused),
    given("sslpassword", Support::Refused),
    given("sslkeylogfile", Support::Refused),
    given("krbsrvname", Support::Refused),
    given("gsslib", Support::Refused),
    given("gssdelegation", Support::Only(&["0"])),
    given("replication", Support::Only(&["0", "false", "off", "no"])),
    given("scram_client_key", Support::Refused),
    given("scram_server_key", Support::Refused),
    given("oauth_issuer", Support::Refused),
    given("oauth_client_id", Support::Refused),
    given("oauth_client_secret", Support::Refused),
    given("oauth_scope", Support::Refused),
    // Ours, and not libpq's: what stands before the server.
    given("pooler", Support::Used),
];

/// The parameter called `name`.
pub(super) fn find(name: &str) -> Option<&'static Keyword> {
    KEYWORDS.iter().find(|keyword| keyword.name == name)
}

/// Whether the value of the parameter `name` is a secret.
pub(super) fn is_secret(name: &str) -> bool {
    matches!(name, "password" | "sslpassword" | "scram_client_key" | "oauth_client_secret")
}
