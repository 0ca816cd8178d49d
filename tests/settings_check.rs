//! What is looked at before anything depends on it that a target's settings can
//! be changed: the files, the role's rights, and what is still to be undone.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::journal::{self, Applied, JournalError, Refusal, StateDir, undo};
use pgvalidate::session::Target;
use std::io::Write;

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_changed_is_known_before_anything_is() {
    let bin = common::majors::bin_dir(16);
    let server = common::majors::server_of(&bin, &[]).await;
    let admin = common::connect(&server.dsn()).await;
    admin
        .batch_execute(
            "CREATE ROLE tuner LOGIN; \
             GRANT SELECT ON pg_file_settings TO tuner; \
             GRANT EXECUTE ON FUNCTION pg_show_all_file_settings(), pg_reload_conf() TO tuner",
        )
        .await
        .unwrap();
    let state = tempfile::tempdir().unwrap();
    let dir = StateDir::at(state.path());
    let dsn = server.dsn().replace("user=postgres", "user=tuner");
    let target = Target::parse_alone(&dsn).unwrap();
    let owned = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    // What takes a restart is of no matter, nor is what this major doesn't have.
    let names = owned(&["max_wal_size", "wal_compression", "shared_buffers", "io_method"]);

    // Without any of them there is nothing to go on with.
    let refused = journal::check_in(&dir, &target, &names).await.unwrap_err();
    assert!(refused.to_string().contains("ON PARAMETER max_wal_size"), "{refused}");
    admin.batch_execute("GRANT ALTER SYSTEM ON PARAMETER max_wal_size TO tuner").await.unwrap();
    let denied = journal::check_in(&dir, &target, &names).await.unwrap();
    assert_eq!(denied, ["wal_compression"]);
    let others = owned(&["wal_compression", "shared_buffers"]);
    let refused = journal::check_in(&dir, &target, &others).await.unwrap_err();
    assert!(refused.to_string().contains("PARAMETER wal_compression"), "{refused}");

    // Left by a tool that was killed.
    let changes = [("max_wal_size", "2GB")];
    drop(Applied::apply_in(&dir, &target, &changes).await.unwrap());
    let error = journal::check_in(&dir, &target, &names).await.unwrap_err();
    assert!(matches!(error, JournalError::Refused(Refusal::Pending { .. })), "{error}");

    // Behind a line that can't be read, our value is hidden: that is no undo.
    let conf = server.data_dir().join("postgresql.conf");
    let good = std::fs::read_to_string(&conf).unwrap();
    let line = good.lines().count() + 1;
    let mut file = std::fs::File::options().append(true).open(&conf).unwrap();
    file.write_all(b"max_wal_size 'unclosed\n").unwrap();
    let claim = || dir.claim(&server_id(&state)).unwrap();
    let error = undo(&claim(), &target).await.unwrap_err().to_string();
    let place = format!("postgresql.conf, line {line}: syntax error");
    assert!(error.contains(&place), "{error}");
    file.set_len(good.len() as u64).unwrap();
    assert_eq!(undo(&claim(), &target).await.unwrap().len(), 1);

    file.write_all(b"no_such_setting = 1\n").unwrap();
    for error in [
        Applied::apply_in(&dir, &target, &changes).await.unwrap_err(),
        journal::check_in(&dir, &target, &names).await.unwrap_err(),
    ] {
        assert!(matches!(error, JournalError::Refused(Refusal::FileFault { .. })), "{error}");
    }
    // What waits for a restart keeps nothing from being loaded.
    file.set_len(good.len() as u64).unwrap();
    file.write_all(b"max_prepared_transactions = 7\n").unwrap();
    Applied::apply_in(&dir, &target, &changes).await.unwrap().undo().await.unwrap();
    server.stop().await.unwrap();
}

/// The server whose journal lies in the directory.
fn server_id(state: &tempfile::TempDir) -> String {
    let mut files = std::fs::read_dir(state.path().join("settings")).unwrap();
    let lock = files.find(|file| file.as_ref().unwrap().path().extension().unwrap() == "lock");
    lock.unwrap().unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()
}
