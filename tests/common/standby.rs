//! A standby that really streams: a second private server whose data directory
//! is a copy of the first one's.

use super::{connect, server};
use pgvalidate::server::PrivateServer;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// A streaming standby of `primary`, which calls itself `name`.
pub async fn standby_of(primary: &PrivateServer, name: &str) -> PrivateServer {
    let server = server(&[]).await;
    server.crash().await.unwrap();
    let admin = connect(&primary.dsn()).await;
    let major: i32 = admin
        .query_one("SELECT current_setting('server_version_num')::int / 10000", &[])
        .await
        .unwrap()
        .get(0);
    let (start, stop) = match major >= 15 {
        true => ("pg_backup_start('test', true)", "pg_backup_stop(false)"),
        false => ("pg_start_backup('test', true, false)", "pg_stop_backup(false, false)"),
    };
    admin.batch_execute(&format!("SELECT {start}")).await.unwrap();
    copy(primary.data_dir(), server.data_dir());
    let stop = format!("SELECT labelfile FROM {stop}");
    let label: String = admin.query_one(&stop, &[]).await.unwrap().get(0);
    let socket = primary.socket_dir().display();
    let conninfo = format!("host={socket} port=5432 user=postgres application_name={name}");
    for (file, text) in [
        ("backup_label", label),
        ("standby.signal", String::new()),
        ("postgresql.auto.conf", format!("primary_conninfo = '{conninfo}'\n")),
    ] {
        write(&server.data_dir().join(file), &text);
    }
    server.restart().await.unwrap();
    let streams = "SELECT count(*) FROM pg_stat_replication \
                   WHERE application_name = $1 AND state = 'streaming'";
    let deadline = Instant::now() + Duration::from_secs(30);
    while admin.query_one(streams, &[&name]).await.unwrap().get::<_, i64>(0) == 0 {
        assert!(Instant::now() < deadline, "the standby was to stream");
    }
    server
}

/// The files of a data directory, but for what says that a server runs there.
fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(to).unwrap().flatten() {
        match entry.file_type().unwrap().is_dir() {
            true => std::fs::remove_dir_all(entry.path()).unwrap(),
            false => std::fs::remove_file(entry.path()).unwrap(),
        }
    }
    let copied = Command::new("cp").arg("-a").arg(from.join(".")).arg(to).status().unwrap();
    assert!(copied.success());
    std::fs::remove_file(to.join("postmaster.pid")).unwrap();
}

/// A file of the server's own user.
fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    let owner = std::fs::metadata(path.parent().unwrap()).unwrap();
    chown(path, Some(owner.uid()), Some(owner.gid())).unwrap();
}
