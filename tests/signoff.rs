//! Sign-offs on real servers: what the checklist reads from them, drift, and
//! the whole command with two short loads, isolation and two faults.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use assert_cmd::Command;
use common::tls::{Authority, TcpServer};
use pgvalidate::judge::checklist::{self, Expected, Seen, conf};
use pgvalidate::model::facts::Facts;
use pgvalidate::model::set::{Answer, Answered, Item, Set};
use pgvalidate::probes::signoff;
use pgvalidate::session::Target;
use std::path::{Path, PathBuf};

/// Two runs that take a second each.
const TINY: &str = "[burst]\nbatches = 3\nsize = 1000\nbaseline-time = '100ms'\n\
                    [soak]\nduration = '2s'\nwarm-up = '0s'\nrate = 200\nsize = 20\ntenants = 2\n\
                    [isolation]\n[faults]\nonly = ['writer-dropped', 'deadlocks', 'kill-backend']\n\
                    writers = 2\nsize = 20\n[faults.quick]\nonly = ['writer-dropped', 'kill-backend']\n";

/// The checklist without a run.
async fn checklist(target: &Target, expected: Option<&Expected>) -> Vec<Item> {
    let facts = signoff::ask(target).await.unwrap();
    answered(&facts, expected)
}

fn answered(facts: &Facts, expected: Option<&Expected>) -> Vec<Item> {
    let snapshot = ["settings.json".to_owned()];
    checklist::answer(&Seen {
        runs: Vec::new(),
        isolation: Vec::new(),
        faults: Vec::new(),
        left_out: &[],
        unrun: &[],
        before: facts,
        after: facts,
        expected,
        snapshot: &snapshot,
        is_private: false,
        is_quick: false,
    })
}

fn item<'a>(items: &'a [Item], id: &str) -> &'a Item {
    items.iter().find(|item| item.id == id).unwrap_or_else(|| panic!("no item {id}"))
}

/// An item's answer and the messages of its evidence.
fn said<'a>(items: &'a [Item], id: &str) -> (Answer, Vec<&'a str>) {
    let item = item(items, id);
    (item.answer, item.evidence.iter().map(|note| note.id.as_str()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_come_in_is_read_from_the_server() {
    let server = TcpServer::with_tls(&Authority::new("an authority")).await;
    let admin = common::connect(&server.server.dsn()).await;
    admin.batch_execute("CREATE ROLE app LOGIN; CREATE ROLE old LOGIN PASSWORD 'md5aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'").await.unwrap();
    // Encrypted, as a superuser, who sees everything.
    let target = server.target("sslmode=require").unwrap();
    let items = checklist(&target, None).await;
    assert_eq!(said(&items, "tls"), (Answer::Yes, vec!["tls_used"]));
    assert_eq!(said(&items, "role"), (Answer::No, vec!["role_superuser"]));
    assert_eq!(said(&items, "hba_trust"), (Answer::Warning, vec!["hba_trust_local"]));
    let (answer, notes) = said(&items, "password_method");
    assert_eq!((answer, notes), (Answer::No, vec!["passwords_scram", "md5_roles"]));
    assert_eq!(item(&items, "password_method").evidence[1].args["roles"], "old");
    // Not encrypted, and on a socket.
    let items = checklist(&server.target("sslmode=disable").unwrap(), None).await;
    assert_eq!(said(&items, "tls"), (Answer::Warning, vec!["tls_unused_loopback"]));
    let socket = Target::parse_alone(&server.server.dsn()).unwrap();
    let items = checklist(&socket, None).await;
    assert_eq!(said(&items, "tls"), (Answer::Open, vec!["socket_only"]));
    // Lines that let strangers in, and the way in which passwords are asked for.
    server.hba("host all all 127.0.0.0/8 trust\nhost all all 10.0.0.0/8 trust\nhostssl all all 192.0.2.0/24 password\nhost all all 198.51.100.0/24 md5").await;
    let items = checklist(&target, None).await;
    let trust = item(&items, "hba_trust");
    assert_eq!(said(&items, "hba_trust").0, Answer::No);
    let places = trust.evidence[0].args["places"].as_str().unwrap();
    assert!(places.starts_with("pg_hba.conf:3 host 10.0.0.0"), "{places}");
    let (answer, notes) = said(&items, "password_method");
    assert_eq!((answer, notes), (Answer::No, vec!["hba_password", "hba_md5", "md5_roles"]));
    // A plain role: what it may not see names the right, and is nobody's yes.
    let plain = server.target("user=app sslmode=require").unwrap();
    let items = checklist(&plain, None).await;
    assert_eq!(said(&items, "role"), (Answer::Yes, vec!["role_plain"]));
    for id in ["hba_trust", "password_method", "config_files"] {
        let item = item(&items, id);
        assert_eq!((item.answer, item.how), (Answer::Open, Answered::Person), "{id}");
        let grants = item.evidence[0].args["grants"].as_str().unwrap();
        assert!(
            grants.starts_with("GRANT SELECT ON pg_") && grants.contains("\"app\""),
            "{grants}"
        );
    }
    let (_, notes) = said(&items, "rollback_plan");
    assert_eq!(notes, ["snapshot_kept", "snapshot_partial"]);
    server.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_told_by_value_and_what_waits_by_name() {
    let server = common::server(&[("work_mem", "8MB"), ("checkpoint_timeout", "10min")]).await;
    let admin = common::connect(&server.dsn()).await;
    admin
        .batch_execute("CREATE ROLE app LOGIN; ALTER ROLE app SET work_mem = '16MB'")
        .await
        .unwrap();
    let target = Target::parse_alone(&server.dsn()).unwrap();
    let same = "work_mem = 8192kB\ncheckpoint_timeout = 600\nfsync = yes\nwal_level = hot_standby\n\
                checkpoint_completion_target = 0.90\nlog_line_prefix = '%m [%p] '\n";
    let same = conf::parse(same, "same.conf").unwrap();
    let items = checklist(&target, Some(&same)).await;
    let (answer, notes) = said(&items, "settings_expected");
    let settings = &item(&items, "settings_expected").evidence[0].args["settings"];
    assert_eq!((answer, notes, settings.as_u64()), (Answer::Yes, vec!["as_expected"], Some(6)));
    assert_eq!(said(&items, "pending_restart").0, Answer::Yes);

    admin.batch_execute("ALTER SYSTEM SET max_connections = 77").await.unwrap();
    admin.batch_execute("ALTER SYSTEM SET wal_buffers = '32MB'").await.unwrap();
    admin.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    let other = "work_mem = 9MB\nno_such_setting = 1\nfsync = perhaps\nwal_buffers = 32MB\n";
    let other = conf::parse(other, "other.conf").unwrap();
    // The reload is seen by new sessions soon.
    let items = loop {
        let items = checklist(&target, Some(&other)).await;
        if said(&items, "pending_restart").0 == Answer::No {
            break items;
        }
    };
    let waiting = &item(&items, "pending_restart").evidence[0].args["names"];
    assert_eq!(waiting, "max_connections, wal_buffers");
    let drift = item(&items, "settings_expected");
    let notes = said(&items, "settings_expected");
    let expected = ["drift", "expected_unknown", "expected_unreadable", "drift_waits"];
    assert_eq!(notes, (Answer::No, expected.to_vec()));
    assert_eq!(drift.evidence[0].args["is"], "8192 kB");
    assert_eq!(said(&items, "config_files"), (Answer::Yes, vec!["files_good"]));

    // A role has a value of its own, and can't tell a hidden setting from none.
    let app = Target::parse_alone(&server.dsn().replace("user=postgres", "user=app")).unwrap();
    let hidden = "work_mem = 16MB\nshared_preload_libraries = 'pg_stat_statements'\n";
    let hidden = conf::parse(hidden, "hidden.conf").unwrap();
    let items = checklist(&app, Some(&hidden)).await;
    let notes = said(&items, "settings_expected");
    assert_eq!(notes, (Answer::Open, vec!["expected_hidden", "as_expected"]));
    server.stop().await.unwrap();
}

fn command(dir: &Path, args: &[&str]) -> Command {
    std::fs::write(dir.join("tiny.toml"), TINY).unwrap();
    let mut command = Command::new(common::BIN);
    command.current_dir(dir).env_remove("PGVALIDATE_URL").args(["signoff", "tiny.toml"]).args(args);
    command
}

/// The set that a command left, and its folder.
fn set(dir: &Path) -> (Set, PathBuf) {
    let mut folders = std::fs::read_dir(dir.join("results")).unwrap();
    let folder = folders.next().unwrap().unwrap().path();
    let text = std::fs::read(folder.join("set.json")).unwrap();
    (serde_json::from_slice(&text).unwrap(), folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_signed_off_item_by_item() {
    let server = common::server(&[]).await;
    let admin = common::connect(&server.dsn()).await;
    let before = common::schemas(&admin).await;
    let dir = tempfile::tempdir().unwrap();
    let url = server.dsn();
    let output = command(dir.path(), &["--url", &url]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    let (found, folder) = set(dir.path());
    assert_eq!(found.kind, "signoff", "{errors}");
    let members: Vec<_> = found.members.iter().map(|member| member.label.as_str()).collect();
    let expected = vec!["burst", "soak", "isolation", "faults writer-dropped"];
    assert_eq!((members, found.private), (expected, false), "{errors}");
    assert!(errors.contains("4 runs, of which 1 with a fault"), "{errors}");
    let (answer, notes) = said(&found.checklist, "tenant_isolation");
    assert_eq!((answer, notes), (Answer::Yes, vec!["isolation_held"]), "{text}");
    // What holds locks there, or ends the server, is left out and named.
    let (answer, notes) = said(&found.checklist, "faults");
    let expected = vec!["faults_survived", "faults_left_out", "faults_left_out"];
    assert_eq!((answer, notes), (Answer::Yes, expected), "{text}");
    let rows: Vec<_> = found.faults.iter().map(|row| (row.fault.name.as_str(), row.lost)).collect();
    let expected = [("writer-dropped", Some(0)), ("deadlocks", None), ("kill-backend", None)];
    assert_eq!(rows, expected);
    let of_speed: Vec<_> = found.table.iter().map(|row| row.role.as_str()).collect();
    assert_eq!(of_speed, ["burst", "soak"]);
    assert_eq!(said(&found.checklist, "gain").0, Answer::Yes);
    assert_eq!(said(&found.checklist, "nothing_lost").0, Answer::Yes);
    // What was left out is not taken for good.
    let (answer, notes) = said(&found.checklist, "queue_depth");
    assert_eq!((answer, notes), (Answer::Inconclusive, vec!["member_not_run"; 2]));
    let (answer, notes) = said(&found.checklist, "checkpoints_on_schedule");
    assert_eq!(answer, Answer::Inconclusive);
    assert_eq!(notes[..2], ["criterion_unseen", "no_checkpoint"]);
    // A superuser is no role of an application.
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("only a pass is signed") && !text.contains("REHEARSAL"), "{text}");
    // The snapshot is whole, and undo.sql removes what a run would have left.
    assert_eq!(common::schemas(&admin).await, before);
    for name in ["settings.json", "settings.conf"] {
        assert!(
            std::fs::read_to_string(folder.join(name))
                .unwrap()
                .contains("shared_preload_libraries")
        );
    }
    let left = common::options(&url, 2, 5, dir.path());
    common::run(&pgvalidate::engine::RunOptions { keep_data: true, ..left }).await;
    assert_ne!(common::schemas(&admin).await, before);
    let undo = std::fs::read_to_string(folder.join("undo.sql")).unwrap();
    admin.batch_execute(&undo).await.unwrap();
    assert_eq!(common::schemas(&admin).await, before);
    // A second time there is nothing to undo, and a stranger's schema is left.
    admin.batch_execute("CREATE SCHEMA pgv_tenant_00001").await.unwrap();
    admin.batch_execute(&undo).await.unwrap();
    assert_eq!(common::schemas(&admin).await.len(), before.len() + 1);
    // A run that the preflight refused says so, by its check; the next wasn't reached.
    let other = tempfile::tempdir().unwrap();
    let small = ["--url", &url, "--tenant-prefix", "pgv_b_", "--disk-budget", "1MB"];
    let output = command(other.path(), &small).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let (found, _) = set(other.path());
    let item = item(&found.checklist, "load_test");
    let refused = item.evidence.iter().find(|note| note.id == "member_refused").unwrap();
    assert_eq!(
        (&refused.args["member"], &refused.args["checks"]),
        (&"burst".into(), &"disk".into())
    );
    assert!(item.evidence.iter().any(|note| note.id == "member_not_reached"), "{item:?}");
    server.stop().await.unwrap();
}

#[test]
fn a_rehearsal_says_so_and_signs_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let output = command(dir.path(), &["--lang", "en", "--quick"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(4), "{text}");
    let first = text.lines().next().unwrap();
    assert!(first.contains("REHEARSAL"), "{first}");
    let verdict = text.lines().find(|line| line.starts_with("verdict:")).unwrap();
    assert!(verdict.contains("REHEARSAL"), "{verdict}");
    assert!(text.contains("no place for a signature: this was a rehearsal"));
    assert!(!text.contains("signature ____"), "{text}");
    let (found, folder) = set(dir.path());
    // It is a page too, which leads to those of its runs.
    let page = std::fs::read_to_string(folder.join("report.html")).unwrap();
    assert!(page.contains("REHEARSAL") && !page.contains("<dl class=\"sign\">"));
    for member in &found.members {
        let link = member.path.replace("run.json", "report.html");
        assert!(page.contains(&format!("href=\"{link}\"")), "{link}");
        assert!(folder.join(&link).is_file(), "{link}");
    }
    assert!(found.private && found.findings.iter().any(|note| note.id == "rehearsal"));
    // Quick is no way round a checkpoint.
    for id in ["checkpoints_on_schedule", "no_checkpoint_stall"] {
        assert_eq!(said(&found.checklist, id), (Answer::Inconclusive, vec!["quick_soak"]));
    }
    // A fault that kills processes has a server of its own.
    assert_eq!(said(&found.checklist, "tenant_isolation"), (Answer::Yes, vec!["isolation_held"]));
    let (answer, notes) = said(&found.checklist, "faults");
    assert_eq!((answer, notes), (Answer::Yes, vec!["faults_survived"]), "{text}");
    assert_eq!(found.faults.iter().filter(|row| row.lost == Some(0)).count(), 2);
    goes_on_where_it_was_stopped(dir.path(), &folder, found.clone());
    // A private server says nothing about another one.
    for id in ["tls", "role", "hba_trust", "password_method", "backups", "replication"] {
        assert_eq!(said(&found.checklist, id).0, Answer::NotRun, "{id}");
    }
}

/// Takes the last run away, with the sign-off's end, and has it made again.
fn goes_on_where_it_was_stopped(dir: &Path, folder: &Path, mut found: Set) {
    let last = found.members.pop().unwrap();
    found.finished_at = None;
    std::fs::write(folder.join("set.json"), serde_json::to_vec(&found).unwrap()).unwrap();
    let resume = ["--quick", "--resume", folder.to_str().unwrap()];
    let output = command(dir, &resume).output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
    let (again, _) = set(dir);
    let made = again.members.last().unwrap();
    assert_eq!((made.label.as_str(), again.members.len()), (last.label.as_str(), 5));
    assert!(made.run_id != last.run_id && again.finished_at.is_some());
    assert_eq!(again.members[..4], found.members[..]);
    assert_eq!(said(&again.checklist, "faults"), (Answer::Yes, vec!["faults_survived"]));
    assert_eq!(said(&again.checklist, "tenant_isolation").0, Answer::Yes);
}

/// As a role that may not make roles nothing can be tried, and nothing is a pass.
#[tokio::test(flavor = "multi_thread")]
async fn a_member_without_its_right_is_not_run_and_says_which() {
    let server = common::server(&[]).await;
    let admin = common::connect(&server.dsn()).await;
    let app =
        "CREATE ROLE app LOGIN; GRANT CREATE ON DATABASE postgres TO app; GRANT pg_monitor TO app";
    admin.batch_execute(app).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let url = server.dsn().replace("user=postgres", "user=app");
    let mut command = command(dir.path(), &["--url", &url, "--no-faults"]);
    std::fs::write(dir.path().join("tiny.toml"), "[isolation]\n[faults]\n").unwrap();
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (found, _) = set(dir.path());
    let (answer, notes) = said(&found.checklist, "tenant_isolation");
    assert_eq!(
        (answer, notes),
        (Answer::NotRun, vec!["members_unmade", "no_create_role"]),
        "{text}"
    );
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("ALTER ROLE \"app\" CREATEROLE"), "{text}");
    assert_eq!(said(&found.checklist, "faults"), (Answer::NotRun, vec!["faults_not_run"]));
    assert_eq!((found.members.len(), output.status.code()), (1, Some(4)), "{text}");
    server.stop().await.unwrap();
}

#[test]
fn what_contradicts_itself_is_an_error_of_usage() {
    let dir = tempfile::tempdir().unwrap();
    let code = |args: &[&str]| command(dir.path(), args).output().unwrap().status.code();
    assert_eq!(code(&["--url", "host=/nowhere", "--rehearsal"]), Some(2));
    assert_eq!(code(&["--expect", "missing.conf"]), Some(2));
    std::fs::write(dir.path().join("bad.conf"), "work_mem 4MB 5MB\n").unwrap();
    assert_eq!(code(&["--expect", "bad.conf"]), Some(2));
    assert!(!dir.path().join("results").exists(), "nothing was begun");
}
