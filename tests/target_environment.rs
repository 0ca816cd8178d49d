//! The tool finds its target as libpq's programs do, when it is asked to, and
//! starts a server of its own otherwise.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use assert_cmd::Command;
use common::tls::{Authority, TcpServer};
use pgvalidate::model::RunRecord;
use std::os::unix::fs::PermissionsExt;

/// A small burst of the tool, at home in the server's folder.
fn burst(server: &TcpServer, args: &[&str]) -> Command {
    let mut command = Command::new(common::BIN);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command.env("PGVALIDATE_LANG", "en");
    command.env("HOME", server.files.path()).current_dir(server.files.path());
    command.args([
        "burst",
        "--batches",
        "2",
        "--size",
        "2000",
        "--no-baseline",
        "--format",
        "json",
    ]);
    command.args(args);
    command
}

fn record(command: &mut Command) -> (RunRecord, String) {
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let seen: RunRecord = serde_json::from_slice(&output.stdout).expect(&told);
    assert_eq!(output.status.code(), Some(0), "{told} {:?}", seen.criteria);
    (seen, told)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_by_variables_service_and_password_file() {
    let ours = Authority::new("ours");
    let server = TcpServer::with_tls(&ours).await;
    let admin = common::connect(&server.server.dsn()).await;
    let database = "CREATE ROLE dba LOGIN PASSWORD 's3cret'; ";
    admin.batch_execute(database).await.unwrap();
    admin.batch_execute("CREATE DATABASE app OWNER dba").await.unwrap();
    server.hba("hostssl all dba 127.0.0.0/8 scram-sha-256").await;
    let root = server.file("root.pem", &ours.pem());
    let pgpass = server.file(".pgpass", "db.test:5432:app:dba:s3cret\n");
    let with_variables = |args: &[&str]| {
        let mut command = burst(&server, args);
        command.env("PGHOST", "db.test").env("PGHOSTADDR", &server.address);
        command.env("PGUSER", "dba").env("PGDATABASE", "app");
        command.env("PGSSLMODE", "verify-full").env("PGSSLROOTCERT", &root);
        command
    };

    let (seen, told) = record(&mut with_variables(&["--url", "postgresql://"]));
    let address = "db.test:5432/app as dba";
    assert_eq!(seen.server.as_ref().unwrap().address, address);
    assert!(!told.contains("s3cret") && !format!("{seen:?}").contains("s3cret"));
    assert!(!seen.findings.iter().any(|note| note.id == "plain_network"), "{:?}", seen.findings);

    // Variables alone never turn a private run into one on a production server.
    let (seen, _) = record(&mut with_variables(&[]));
    assert!(seen.server.unwrap().private);

    let service = format!(
        "[app]\nhost=db.test\nhostaddr={}\nuser=dba\ndbname=app\nsslmode=verify-full\nsslrootcert={}\n",
        server.address,
        root.display()
    );
    server.file(".pg_service.conf", &service);
    let (seen, _) = record(&mut burst(&server, &["--service", "app"]));
    assert_eq!(seen.server.unwrap().address, address);

    std::fs::set_permissions(&pgpass, PermissionsExt::from_mode(0o644)).unwrap();
    let output = burst(&server, &["--service", "app"]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("warning: ") && told.contains("chmod 600"), "{told}");
    let (_, told) = record(burst(&server, &["--service", "app"]).env("PGPASSWORD", "s3cret"));
    assert!(!told.contains("warning: "), "nobody needed the file: {told}");
    server.server.stop().await.unwrap();
}
