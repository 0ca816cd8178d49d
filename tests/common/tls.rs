//! Servers that speak TLS on a loopback address of their own, and the
//! certificates for them.

use super::BIN;
use pgvalidate::server::{PrivateServer, ServerOptions};
use pgvalidate::session::{Environment, Session, SessionError, Target};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A certificate and its key, as PEM.
#[derive(Clone)]
pub struct Pair {
    pub certificate: String,
    pub key: String,
}

/// Somebody who signs certificates.
pub struct Authority(pub CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new(name: &str) -> Authority {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Authority(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for `names`, which are host names and addresses.
    pub fn issue(&self, names: &[&str]) -> Pair {
        self.issue_changed(names, |_| {})
    }

    pub fn issue_changed(
        &self,
        names: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Pair {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap().pem();
        Pair { certificate, key: key.serialize_pem() }
    }

    /// A client's certificate, for the role `user`.
    pub fn client(&self, user: &str) -> Pair {
        self.issue_changed(&[], |p| p.distinguished_name.push(DnType::CommonName, user))
    }
}

/// Signed by itself and marked as an authority, as `openssl req -x509` makes them.
pub fn self_signed(names: &[&str]) -> Pair {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap().pem();
    Pair { certificate, key: key.serialize_pem() }
}

/// Makes a certificate that was valid long ago.
pub fn long_ago(params: &mut CertificateParams) {
    params.not_before = date_time_ymd(2001, 1, 1);
    params.not_after = date_time_ymd(2002, 1, 1);
}

/// A server on TCP.
pub struct TcpServer {
    pub server: PrivateServer,
    /// Its address: on the loopback interface, and nobody else's.
    pub address: String,
    /// The client's home, and the server's files.
    pub files: TempDir,
}

impl TcpServer {
    /// A server that speaks TLS with a certificate from `authority`, and takes
    /// clients' certificates from it.
    pub async fn with_tls(authority: &Authority) -> TcpServer {
        let files = files();
        let server_files = files.path().join("server");
        std::fs::create_dir(&server_files).unwrap();
        std::fs::set_permissions(&server_files, PermissionsExt::from_mode(0o755)).unwrap();
        write_pair(&server_files, &authority.issue(&["db.test"]));
        std::fs::write(server_files.join("ca.crt"), authority.pem()).unwrap();
        let path = |name: &str| server_files.join(name).display().to_string();
        let settings = [
            ("ssl_cert_file", path("server.crt")),
            ("ssl_key_file", path("server.key")),
            ("ssl_ca_file", path("ca.crt")),
        ];
        TcpServer::start(files, &settings, &[("ssl", "on")]).await
    }

    /// A server without TLS.
    pub async fn plain(settings: &[(&str, String)]) -> TcpServer {
        TcpServer::start(files(), settings, &[]).await
    }

    async fn start(
        files: TempDir,
        settings: &[(&str, String)],
        last: &[(&str, &str)],
    ) -> TcpServer {
        // All of 127.0.0.0/8 is this machine, so the port can stay as it is.
        let [_, _, .., a, b, c] = *uuid::Uuid::new_v4().as_bytes();
        let address = format!("127.{}.{b}.{}", 1 + a % 250, 1 + c % 250);
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let mut last_settings: Vec<_> = last.iter().copied().map(owned).collect();
        last_settings.push(owned(("listen_addresses", &address)));
        let options = ServerOptions {
            guard_exe: Some(BIN.into()),
            max_connections: 100,
            settings: settings.iter().map(|(n, v)| owned((n, v))).collect(),
            last_settings,
            ..ServerOptions::default()
        };
        let server = PrivateServer::start(&options).await.unwrap();
        let started = TcpServer { server, address, files };
        started.hba("host all all 127.0.0.0/8 trust").await;
        started
    }

    /// Lets clients in by these lines; the socket stays open.
    pub async fn hba(&self, lines: &str) {
        let path = self.server.data_dir().join("pg_hba.conf");
        std::fs::write(path, format!("local all all trust\n{lines}\n")).unwrap();
        self.reload().await;
    }

    /// Makes the server show another certificate.
    pub async fn present(&self, pair: &Pair) {
        write_pair(&self.files.path().join("server"), pair);
        self.reload().await;
    }

    async fn reload(&self) {
        let asked = "SELECT pg_conf_load_time()::text";
        let client = super::connect(&self.server.dsn()).await;
        let before: String = client.query_one(asked, &[]).await.unwrap().get(0);
        client.batch_execute("SELECT pg_reload_conf()").await.unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            // The postmaster's value, which a new backend inherits.
            let client = super::connect(&self.server.dsn()).await;
            let now: String = client.query_one(asked, &[]).await.unwrap().get(0);
            if now != before {
                return;
            }
            assert!(Instant::now() < deadline, "the server did not reload");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// A file of the client's, readable by it alone.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.files.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        path
    }

    /// A target with these parameters, by the server's address and no name.
    pub fn target(&self, parameters: &str) -> Result<Target, SessionError> {
        let environment =
            Environment { home: Some(self.files.path().to_owned()), ..Environment::alone() };
        let address = &self.address;
        let all = format!("hostaddr={address} user=postgres dbname=postgres {parameters}");
        Target::resolve(&all, &environment)
    }

    /// Opens a session with these parameters; whether it is encrypted, which
    /// the server must confirm.
    pub async fn open(&self, parameters: &str) -> Result<bool, SessionError> {
        let session = Session::open(&self.target(parameters)?, "a test").await?;
        let asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let encrypted: bool = session.client.query_one(asked, &[]).await.unwrap().get(0);
        assert_eq!(session.backend.is_encrypted(), encrypted, "{parameters}");
        Ok(encrypted)
    }

    /// What keeps a session from being opened.
    pub async fn refusal(&self, parameters: &str) -> SessionError {
        match self.open(parameters).await {
            Ok(encrypted) => panic!("{parameters} opened a session (encrypted: {encrypted})"),
            Err(error) => error,
        }
    }
}

fn files() -> TempDir {
    let files = tempfile::tempdir().unwrap();
    std::fs::set_permissions(files.path(), PermissionsExt::from_mode(0o755)).unwrap();
    files
}

/// Writes server.crt and server.key, the key for the server's user alone.
fn write_pair(dir: &Path, pair: &Pair) {
    std::fs::write(dir.join("server.crt"), &pair.certificate).unwrap();
    let key = dir.join("server.key");
    std::fs::write(&key, &pair.key).unwrap();
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o600)).unwrap();
    if rustix::process::geteuid().is_root() {
        let (uid, gid) = server_user();
        chown(&key, Some(uid), Some(gid)).unwrap();
    }
}

/// The user that a private server runs as where the test is root's.
fn server_user() -> (u32, u32) {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap();
    let of = |name: &str| {
        passwd
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .find(|f| f[0] == name)
            .map(|fields| (fields[2].parse().unwrap(), fields[3].parse().unwrap()))
    };
    of("postgres").or_else(|| of("nobody")).unwrap()
}
