//! TLS for a target: authorities, client certificate, revocation list and
//! protocol versions, from files to rustls.

use super::environment::Environment;
use super::error::SessionError;
use super::handshake::Connector;
use super::params::Parameters;
use super::sslmode::Mode;
use super::verifier::{Check, Verifier};
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::{ClientConfig, Error, RootCertStore, SupportedProtocolVersion};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What TLS 1.3 servers of PostgreSQL 17 want to hear with sslnegotiation=direct.
const ALPN: &[u8] = b"postgresql";

/// A connector as the parameters ask for it.
///
/// # Errors
/// Where a file isn't there, can't be used, or must not be.
pub(super) fn connector(
    parameters: &Parameters,
    mode: Mode,
    environment: &Environment,
) -> Result<Connector, SessionError> {
    let files = Files { parameters, environment };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier {
        check: check(&files, mode, &provider)?,
        algorithms: provider.signature_verification_algorithms,
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&versions(parameters)?)
        .map_err(setup)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match client_certificate(&files)? {
        None => builder.with_no_client_auth(),
        Some(Client { certificate, key, chain, secret }) => {
            builder.with_client_auth_cert(chain, secret).map_err(|error| match error {
                Error::InconsistentKeys(_) => SessionError::KeyMismatch {
                    certificate: certificate.display().to_string(),
                    key: key.display().to_string(),
                },
                error => unusable("sslcert", &certificate, error),
            })?
        }
    };
    config.enable_sni = parameters.choice("sslsni", &[("1", true), ("0", false)], true)?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    Ok(Connector::new(config))
}

/// A connector where TLS will not be tried: no file is read for it.
///
/// # Errors
/// Where rustls can't be set up.
pub(super) fn unused() -> Result<Connector, SessionError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let verifier = Verifier { check: Check::Nothing, algorithms };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(setup)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Connector::new(config))
}

/// Where files are looked for.
struct Files<'a> {
    parameters: &'a Parameters,
    environment: &'a Environment,
}

impl Files<'_> {
    /// The file that `name` says, or the one in ~/.postgresql, where it exists.
    /// One that was asked for and isn't there is an error: a typo must not turn
    /// verification off.
    fn find(&self, name: &str, default: &str) -> Result<Option<PathBuf>, SessionError> {
        if let Some(path) = self.parameters.get(name) {
            let path = PathBuf::from(path);
            return match std::fs::metadata(&path) {
                Ok(_) => Ok(Some(path)),
                Err(error) => Err(unusable(name, &path, error)),
            };
        }
        Ok(self.default(default).filter(|path| path.exists()))
    }

    fn default(&self, name: &str) -> Option<PathBuf> {
        self.environment.at_home(Path::new(".postgresql").join(name))
    }
}

fn unusable(name: &str, path: &Path, error: impl ToString) -> SessionError {
    let (path, detail) = (path.display().to_string(), error.to_string());
    SessionError::TlsFile { name: name.to_owned(), path, detail }
}

fn setup(error: impl ToString) -> SessionError {
    SessionError::TlsSetup { detail: error.to_string() }
}

/// All certificates or lists of a PEM file, one at least.
fn read_all<T: PemObject>(name: &str, path: &Path) -> Result<Vec<T>, SessionError> {
    let items = T::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<T>, _>>)
        .map_err(|error| unusable(name, path, error))?;
    match items.is_empty() {
        true => Err(unusable(name, path, "no PEM section of that kind")),
        false => Ok(items),
    }
}

/// As in libpq the authorities count in every mode, where there are any.
fn check(files: &Files, mode: Mode, provider: &Arc<CryptoProvider>) -> Result<Check, SessionError> {
    const NAME: &str = "sslrootcert";
    let roots: Vec<CertificateDer<'static>> = match files.parameters.get(NAME) {
        Some("system") => {
            let found = rustls_native_certs::load_native_certs();
            if found.certs.is_empty() {
                let path = Path::new("system");
                return Err(unusable(NAME, path, "this system has no certificates of authorities"));
            }
            found.certs
        }
        _ => match files.find(NAME, "root.crt")? {
            Some(path) => read_all(NAME, &path)?,
            None if mode.verifies() => {
                let path = files.default("root.crt").unwrap_or_else(|| "root.crt".into());
                let path = path.display().to_string();
                return Err(SessionError::NoRoots { mode: mode.name().to_owned(), path });
            }
            None => return Ok(Check::Nothing),
        },
    };
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(roots.iter().cloned());
    let mut builder =
        WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone());
    if let Some(path) = files.find("sslcrl", "root.crl")? {
        let lists: Vec<CertificateRevocationListDer<'static>> = read_all("sslcrl", &path)?;
        builder = builder.with_crls(lists);
    }
    let chain = builder.build().map_err(setup)?;
    Ok(Check::Chain { chain, roots, name: mode == Mode::VerifyFull })
}

/// The client's certificate and key.
struct Client {
    certificate: PathBuf,
    key: PathBuf,
    chain: Vec<CertificateDer<'static>>,
    secret: PrivateKeyDer<'static>,
}

fn client_certificate(files: &Files) -> Result<Option<Client>, SessionError> {
    if files.parameters.get("sslcertmode") == Some("disable") {
        return Ok(None);
    }
    let Some(certificate) = files.find("sslcert", "postgresql.crt")? else { return Ok(None) };
    let chain = read_all("sslcert", &certificate)?;
    let Some(key) = files.find("sslkey", "postgresql.key")? else {
        let path = files.default("postgresql.key").unwrap_or_else(|| "postgresql.key".into());
        return Err(unusable("sslkey", &path, "there is no such file"));
    };
    let meta = std::fs::metadata(&key).map_err(|error| unusable("sslkey", &key, error))?;
    if is_open(meta.uid(), meta.mode()) {
        return Err(SessionError::OpenKey { path: key.display().to_string() });
    }
    let text = std::fs::read(&key).map_err(|error| unusable("sslkey", &key, error))?;
    if String::from_utf8_lossy(&text).contains("ENCRYPTED") {
        return Err(SessionError::EncryptedKey { path: key.display().to_string() });
    }
    let secret =
        PrivateKeyDer::from_pem_slice(&text).map_err(|error| unusable("sslkey", &key, error))?;
    Ok(Some(Client { certificate, key, chain, secret }))
}

/// libpq's rule: the owner alone, or, where that is root, a group too.
fn is_open(uid: u32, mode: u32) -> bool {
    mode & if uid == 0 { 0o037 } else { 0o077 } != 0
}

/// TLS 1.2 and 1.3 between the bounds. Older ones don't exist here.
fn versions(
    parameters: &Parameters,
) -> Result<Vec<&'static SupportedProtocolVersion>, SessionError> {
    let least = [("TLSv1", 2), ("TLSv1.1", 2), ("TLSv1.2", 2), ("TLSv1.3", 3)];
    let least = parameters.choice("ssl_min_protocol_version", &least, 2)?;
    let most =
        parameters.choice("ssl_max_protocol_version", &[("TLSv1.2", 2), ("TLSv1.3", 3)], 3)?;
    let versions = [(2, &rustls::version::TLS12), (3, &rustls::version::TLS13)];
    Ok(versions.iter().filter(|(n, _)| (least..=most).contains(n)).map(|(_, v)| *v).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_their_owners_alone() {
        assert!(!is_open(1000, 0o100_600) && is_open(1000, 0o100_640));
        assert!(!is_open(0, 0o100_640) && is_open(0, 0o100_660) && is_open(0, 0o100_604));
    }

    #[test]
    fn files_that_were_named_must_be_there_and_defaults_need_not() {
        let home = tempfile::tempdir().unwrap();
        let environment =
            Environment { home: Some(home.path().to_owned()), ..Environment::alone() };
        let refusal = |text: &str| {
            let parameters = Parameters::parse(text).unwrap();
            let mode = Mode::of(&parameters).unwrap();
            connector(&parameters, mode, &environment).err().map(|error| error.to_string())
        };
        assert_eq!(refusal("sslmode=require"), None);
        for name in ["sslrootcert", "sslcert"] {
            let said = refusal(&format!("{name}=/no/such/file")).unwrap();
            assert!(said.contains(name) && said.contains("/no/such/file"), "{said}");
        }
        let said = refusal("sslmode=verify-ca").unwrap();
        assert!(said.contains("root.crt") && said.contains("sslrootcert=system"), "{said}");
        std::fs::create_dir(home.path().join(".postgresql")).unwrap();
        std::fs::write(home.path().join(".postgresql/root.crt"), "nothing\n").unwrap();
        assert!(refusal("sslmode=require").unwrap().contains("root.crt"), "it counts in require");
        let said = refusal("ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=SSLv3");
        assert!(said.is_some());
    }
}
