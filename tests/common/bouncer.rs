//! A PgBouncer of a test's own before a server, on a socket only, as the
//! server's user: as root it doesn't run. Ends when it is dropped, and with the
//! test where this one is killed.

use super::prometheus::until;
use pgvalidate::server::PrivateServer;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Starts a program, and ends it when the shell's standard input does.
const LEASH: &str = r#""$@" & read -r _; kill $!; wait"#;

/// A PgBouncer.
pub struct Bouncer {
    process: Child,
    dir: TempDir,
}

impl Bouncer {
    /// One in `mode` (`transaction`, `session`) with so many server connections.
    pub fn start(server: &PrivateServer, mode: &str, connections: u32) -> Bouncer {
        let dir = tempfile::tempdir().unwrap();
        let here = dir.path().display();
        let server_dir = server.socket_dir();
        let conf = format!(
            "[databases]\n* = host={}\n[pgbouncer]\nunix_socket_dir = {here}\nlisten_port = 5432\n\
             logfile = {here}/log\nauth_type = trust\nauth_file = {here}/users\n\
             pool_mode = {mode}\ndefault_pool_size = {connections}\nmax_client_conn = 200\n",
            server_dir.display()
        );
        std::fs::write(dir.path().join("conf"), conf).unwrap();
        std::fs::write(dir.path().join("users"), "\"postgres\" \"\"\n").unwrap();
        let mut command = Command::new("sh");
        let owner = std::fs::metadata(server_dir).unwrap();
        if rustix::process::geteuid().is_root() {
            for path in ["", "conf", "users"] {
                chown(dir.path().join(path), Some(owner.uid()), Some(owner.gid())).unwrap();
            }
            command.uid(owner.uid()).gid(owner.gid());
        }
        command.args(["-c", LEASH, "sh"]).arg(program()).args(["-q", "conf"]);
        command.current_dir(dir.path()).stdin(Stdio::piped());
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let bouncer = Bouncer { process, dir };
        until("PgBouncer doesn't listen", || {
            let said = std::fs::read_to_string(bouncer.dir.path().join("log"));
            std::os::unix::net::UnixStream::connect(bouncer.socket())
                .map_err(|error| format!("{error}: {said:?}"))
        });
        bouncer
    }

    /// Its socket.
    pub fn socket(&self) -> PathBuf {
        self.dir.path().join(".s.PGSQL.5432")
    }

    /// How to connect through it.
    pub fn dsn(&self) -> String {
        through(self.dir.path())
    }
}

/// How to connect by the socket in `dir`.
pub fn through(dir: &Path) -> String {
    format!("host={} port=5432 user=postgres dbname=postgres", dir.display())
}

fn program() -> PathBuf {
    let dirs = std::env::var_os("PATH").unwrap_or_default();
    // Debian's package puts it where an ordinary user's PATH doesn't lead.
    let dirs = std::env::split_paths(&dirs).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let found = dirs.map(|dir| dir.join("pgbouncer")).find(|path| path.exists());
    found.expect("there is no PgBouncer to test with: run scripts/setup pgbouncer")
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        // The leash.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
