//! Changes to a server's settings on real servers: that each is in effect, and
//! that it can be taken back, whatever ended the tool.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::journal::{Applied, Failure, JournalError, Refusal, StateDir};
use pgvalidate::message::{Lang, Localized};
use pgvalidate::server::PrivateServer;
use pgvalidate::session::Target;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use tempfile::TempDir;

/// A server whose settings are changed, and the directory of the journal.
struct Bench {
    server: PrivateServer,
    state: TempDir,
    admin: tokio_postgres::Client,
}

impl Bench {
    async fn of(major: u32, settings: &[(&str, &str)]) -> Bench {
        let server = common::majors::server_of(&common::majors::bin_dir(major), settings).await;
        let admin = common::connect(&server.dsn()).await;
        Bench { server, state: tempfile::tempdir().unwrap(), admin }
    }

    fn target(&self) -> Target {
        Target::parse_alone(&self.server.dsn()).unwrap()
    }

    async fn apply(&self, changes: &[(&str, &str)]) -> Result<Applied, JournalError> {
        self.apply_to(&self.target(), changes).await
    }

    async fn apply_to(
        &self,
        target: &Target,
        changes: &[(&str, &str)],
    ) -> Result<Applied, JournalError> {
        Applied::apply_in(&StateDir::at(self.state.path()), target, changes).await
    }

    async fn refusal(&self, changes: &[(&str, &str)]) -> JournalError {
        let error = self.apply(changes).await.unwrap_err();
        assert_eq!(self.journals().len(), 0, "{error}: a refusal leaves no journal");
        error
    }

    /// What stands in postgresql.auto.conf.
    fn file(&self) -> String {
        std::fs::read_to_string(self.server.data_dir().join("postgresql.auto.conf")).unwrap()
    }

    /// What a new session has.
    async fn shown(&self, name: &str) -> String {
        let client = common::connect(&self.server.dsn()).await;
        client.query_one("SELECT current_setting($1)", &[&name]).await.unwrap().get(0)
    }

    async fn set(&self, statement: &str) {
        self.admin.batch_execute(statement).await.unwrap();
    }

    /// The files of journals, those that were set aside too.
    fn journals(&self) -> Vec<PathBuf> {
        let Ok(files) = std::fs::read_dir(self.state.path().join("settings")) else {
            return Vec::new();
        };
        let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end != "lock"));
        paths
    }

    /// Runs the tool: its exit code, what it printed, and what it said beside that.
    fn tool(&self, args: &[&str]) -> (i32, String, String) {
        let output = Command::new(common::BIN)
            .args(args)
            .env("PGVALIDATE_STATE_DIR", self.state.path())
            .env("PGVALIDATE_LANG", "en")
            .env_remove("PGVALIDATE_URL")
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        assert!(!err.contains("panicked"), "{err}");
        (output.status.code().unwrap(), out, err)
    }

    /// Changes settings in a process of its own and returns while that is running.
    fn changing(&self, changes: &str) -> std::process::Child {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_process_that_changes_settings", "--ignored", "--nocapture"])
            .env("CHANGE_URL", self.server.dsn())
            .env("CHANGE_STATE", self.state.path())
            .env("CHANGE", changes)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("changed")), "the child changed nothing");
        child
    }
}

/// Not a test: what other tests start as a process, and kill.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "is started by other tests"]
async fn a_process_that_changes_settings() {
    let variable = |name| std::env::var(name).unwrap();
    let target = Target::parse_alone(&variable("CHANGE_URL")).unwrap();
    let change = variable("CHANGE");
    let changes: Vec<_> = change.split(';').map(|one| one.split_once('=').unwrap()).collect();
    let dir = StateDir::at(Path::new(&variable("CHANGE_STATE")));
    let applied = Applied::apply_in(&dir, &target, &changes).await.unwrap();
    println!("changed");
    // Until it is killed, or whoever started it is gone.
    let _ = std::io::stdin().read_line(&mut String::new());
    applied.undo().await.unwrap();
}

async fn changes_are_in_effect_and_leave_no_trace(major: u32) {
    let bench = Bench::of(major, &[("checkpoint_timeout", "4min")]).await;
    let untouched = bench.file();
    bench.set("ALTER SYSTEM SET work_mem = '5MB'; ").await;
    bench.set("SELECT pg_reload_conf()").await;
    let before = bench.file();
    let changes = [
        ("max_wal_size", "3GB"),
        ("Checkpoint_Timeout", "600"),
        ("pg_stat_statements.track", "all"),
    ];
    let begun = Instant::now();
    let applied = bench.apply(&changes).await.unwrap();
    println!("{major}: applied in {:?}", begun.elapsed());
    let now: Vec<_> = applied
        .in_effect()
        .iter()
        .map(|s| (s.name.as_str(), s.before.as_str(), s.now.as_str()))
        .collect();
    assert_eq!(
        now,
        [
            ("max_wal_size", "1GB", "3GB"),
            ("checkpoint_timeout", "4min", "10min"),
            ("pg_stat_statements.track", "top", "all")
        ]
    );
    assert_eq!(bench.shown("checkpoint_timeout").await, "10min");
    // The journal is the user's alone.
    let [journal] = &bench.journals()[..] else { panic!("one journal a server") };
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(journal), mode(journal.parent().unwrap())), (0o600, 0o700));
    let text = std::fs::read_to_string(journal).unwrap();
    assert!(text.contains("\"before\": null") && text.contains("\"state\": \"done\""), "{text}");

    let begun = Instant::now();
    let undone = applied.undo().await.unwrap();
    println!("{major}: undone in {:?}", begun.elapsed());
    assert!(undone.iter().all(|s| !s.conflict && s.was_in_effect == s.in_effect), "{undone:?}");
    assert_eq!(bench.file(), before, "byte for byte");
    assert_eq!(bench.shown("checkpoint_timeout").await, "4min");
    assert_eq!(bench.journals().len(), 0);

    // From the very file that initdb wrote.
    bench.set("ALTER SYSTEM RESET ALL").await;
    bench.set("SELECT pg_reload_conf()").await;
    assert_eq!(bench.file(), untouched);
    bench.apply(&[("max_wal_size", "2GB")]).await.unwrap().undo().await.unwrap();
    assert_eq!(bench.file(), untouched);
    old_values_come_back_whatever_they_hold(&bench).await;
    what_others_changed_is_left(&bench).await;
    bench.server.stop().await.unwrap();
}

/// Values with quotes, backslashes, lists and units.
async fn old_values_come_back_whatever_they_hold(bench: &Bench) {
    let sets = [
        r#"search_path = '$user', 'Odd "name", O''Brien', 'public'"#,
        r#"session_preload_libraries = 'pg_stat_statements'"#,
        r#"temp_tablespaces = ''"#,
        r#"log_filename = 'it''s \ "a", b'"#,
        r#"maintenance_work_mem = '65536kB'"#,
        r#"vacuum_cost_delay = '1.5ms'"#,
    ];
    for set in sets {
        bench.set(&format!("ALTER SYSTEM SET {set}")).await;
    }
    bench.set("SELECT pg_reload_conf()").await;
    let lines = |text: String| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let before = lines(bench.file());
    let changes = [
        ("search_path", r#"public, "Other ""x""""#),
        ("session_preload_libraries", "\"$libdir/pg_stat_statements\", pg_stat_statements"),
        ("temp_tablespaces", "pg_default"),
        ("log_filename", r"another'\one"),
        ("maintenance_work_mem", "1GB"),
        ("vacuum_cost_delay", "0.25"),
    ];
    let applied = bench.apply(&changes).await.unwrap();
    assert_eq!(bench.shown("search_path").await, r#"public, "Other ""x""""#);
    assert_eq!(bench.shown("log_filename").await, r"another'\one");
    assert_eq!(bench.shown("maintenance_work_mem").await, "1GB");
    let undone = applied.undo().await.unwrap();
    assert!(undone.iter().all(|s| !s.conflict && s.was_in_effect == s.in_effect), "{undone:?}");
    assert_eq!(lines(bench.file()), before);
    bench.set("ALTER SYSTEM RESET ALL").await;
    bench.set("SELECT pg_reload_conf()").await;
}

/// What somebody else has set meanwhile stays, and is told.
async fn what_others_changed_is_left(bench: &Bench) {
    let changes = [("max_wal_size", "2GB"), ("work_mem", "8MB"), ("wal_writer_delay", "100ms")];
    let applied = bench.apply(&changes).await.unwrap();
    drop(applied);
    bench.set("ALTER SYSTEM SET max_wal_size = '5GB'").await;
    bench.set("ALTER SYSTEM RESET work_mem").await;
    let (code, out, _) = bench.tool(&["undo", "--list"]);
    assert!(code == 0 && out.contains("max_wal_size was set to 2GB"), "{out}");
    let (code, out, err) = bench.tool(&["undo"]);
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("CONFLICT: max_wal_size was left: we had set 2GB"), "{out}");
    assert!(out.contains("set 5GB; before us: none"), "{out}");
    assert!(out.contains("work_mem is out of postgresql.auto.conf again"), "{out}");
    assert!(bench.file().ends_with("\nmax_wal_size = '5GB'\n"), "{}", bench.file());
    // It was told; what is left is for people.
    let [aside] = &bench.journals()[..] else { panic!("the journal was set aside") };
    assert!(std::fs::read_to_string(aside).unwrap().contains("\"state\": \"conflict\""));
    assert_eq!(bench.tool(&["undo"]).0, 0);
    assert!(!bench.tool(&["clean"]).2.contains("undo"));
    std::fs::remove_file(aside).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn pg14_changes_are_in_effect_and_leave_no_trace() {
    changes_are_in_effect_and_leave_no_trace(14).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pg18_changes_are_in_effect_and_leave_no_trace() {
    changes_are_in_effect_and_leave_no_trace(18).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_undo_puts_everything_back() {
    let bench = Bench::of(15, &[]).await;
    let before = bench.file();
    let mut child = bench.changing("max_wal_size=2GB;checkpoint_timeout=1min");
    assert_eq!(bench.shown("max_wal_size").await, "2GB");

    // A tool that is still running is left alone, and has the server to itself.
    let (code, out, _) = bench.tool(&["undo"]);
    assert!(code == 0 && out.contains("still running"), "{out}");
    assert!(!bench.tool(&["clean"]).2.contains("undo"));
    let busy = bench.apply(&[("work_mem", "8MB")]).await.unwrap_err();
    assert!(matches!(&busy, JournalError::Refused(Refusal::Busy { .. })), "{busy}");
    assert_eq!(bench.shown("max_wal_size").await, "2GB");

    child.kill().unwrap();
    child.wait().unwrap();
    // The next start of any command says so, and nothing more is changed.
    let (code, _, err) = bench.tool(&["clean"]);
    assert!(code == 2 && err.contains("not put back; run: pgvalidate undo"), "{err}");
    let pending = bench.apply(&[("work_mem", "8MB")]).await.unwrap_err();
    assert!(matches!(&pending, JournalError::Refused(Refusal::Pending { .. })), "{pending}");
    let vi = pending.text(Lang::Vi);
    assert!(vi.contains("chưa được khôi phục"), "{vi}");

    // A server that is down: nothing is lost.
    bench.server.crash().await.unwrap();
    let (code, _, err) = bench.tool(&["undo"]);
    assert!(code == 3 && err.contains("cannot connect to"), "{err}");
    bench.server.restart().await.unwrap();
    assert_eq!(bench.shown("checkpoint_timeout").await, "1min");
    let journal = bench.journals().pop().unwrap();
    let text = std::fs::read(&journal).unwrap();
    let (code, out, err) = bench.tool(&["undo", "--url", &bench.server.dsn()]);
    assert_eq!(code, 0, "{err}");
    let told = "max_wal_size is out of postgresql.auto.conf again; in effect: 1GB";
    assert!(out.contains(told), "{out}");
    assert_eq!((bench.file(), bench.journals().len()), (before.clone(), 0));
    assert_eq!(bench.shown("checkpoint_timeout").await, "5min");

    // Killed before the first change, or after the undo: there is nothing to do, and it is seen.
    std::fs::write(&journal, &text).unwrap();
    let output = bench.tool(&["undo", "--lang", "vi"]);
    assert!(output.0 == 0 && output.1.contains("đã được bỏ khỏi"), "{output:?}");
    assert_eq!((bench.file(), bench.journals().len()), (before, 0));

    the_session_that_was_left_is_ended_first(&bench, &journal, &text).await;

    // Reached elsewhere, and without our values: perhaps a copy.
    let elsewhere = String::from_utf8(text.clone()).unwrap();
    let at = |line: &&str| line.contains("\"at\":");
    let line = elsewhere.lines().find(at).unwrap();
    std::fs::write(&journal, elsewhere.replace(line, "\"at\": \"elsewhere:5432\",")).unwrap();
    let (code, _, err) = bench.tool(&["undo", "--url", &bench.server.dsn()]);
    assert!(code == 3 && err.contains("a copy of it"), "{err}");

    // Another server behind the address.
    let id = journal.file_stem().unwrap().to_str().unwrap();
    let other = elsewhere.replace(id, "123");
    std::fs::remove_file(&journal).unwrap();
    let other_path = journal.with_file_name("123.json");
    std::fs::write(&other_path, other).unwrap();
    let (code, _, err) = bench.tool(&["undo"]);
    assert!(code == 3 && err.contains("is not the one whose settings were changed"), "{err}");
    let (code, out, _) = bench.tool(&["undo", "--url", &bench.server.dsn()]);
    assert!(code == 0 && out.contains("nothing is to be undone"), "{out}");
    bench.server.stop().await.unwrap();
}

/// A statement of a tool that was killed may still be under way, and must not come after the undo.
async fn the_session_that_was_left_is_ended_first(bench: &Bench, journal: &Path, text: &[u8]) {
    let left = common::connect(&bench.server.dsn()).await;
    let question = "SELECT pid, (extract(epoch FROM backend_start) * 1000000)::bigint \
                    FROM pg_stat_activity WHERE pid = pg_backend_pid()";
    let row = left.query_one(question, &[]).await.unwrap();
    let mut entry: serde_json::Value = serde_json::from_slice(text).unwrap();
    entry["server"]["backend_pid"] = row.get::<_, i32>(0).into();
    entry["server"]["backend_start_us"] = row.get::<_, i64>(1).into();
    std::fs::write(journal, entry.to_string()).unwrap();
    let (code, _, err) = bench.tool(&["undo"]);
    assert_eq!(code, 0, "{err}");
    assert!(left.simple_query("SELECT 1").await.is_err(), "the session is still there");
}

#[test]
fn a_journal_that_cannot_be_read_is_told() {
    let state = tempfile::tempdir().unwrap();
    let dir = state.path().join("settings");
    std::fs::create_dir(&dir).unwrap();
    let tool = |args: &[&str]| {
        let mut command = Command::new(common::BIN);
        command.args(args).env("PGVALIDATE_STATE_DIR", state.path()).env_remove("PGVALIDATE_URL");
        let output = command.env("PGVALIDATE_LANG", "en").output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for (text, said) in [
        ("", "can't be read"),
        ("{\"schema_version\": \"1.0\"", "can't be read"),
        ("{\"schema_version\": \"1.0\", \"tool\": 7}", "can't be read"),
        ("[]", "can't be read"),
        ("{\"schema_version\": \"2.0\"}", "a newer pgvalidate wrote"),
    ] {
        std::fs::write(dir.join("1.json"), text).unwrap();
        for (args, expected) in [(["undo"], 3), (["clean"], 2)] {
            let (code, err) = tool(&args);
            assert!(code == expected && err.contains(said), "{text}: {err}");
            assert!(err.contains("1.json") && !err.contains("panicked"), "{text}: {err}");
        }
    }
    // What anybody may write is not believed.
    std::fs::set_permissions(&dir, PermissionsExt::from_mode(0o777)).unwrap();
    let (code, err) = tool(&["undo"]);
    assert!(code == 3 && err.contains("chmod 700"), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_changed_is_refused_before_anything_is() {
    let bench = Bench::of(18, &[]).await;
    let before = bench.file();
    for (changes, said) in [
        (&[("shared_buffers", "1GB")][..], "doesn't change with a reload"),
        (&[("fsync", "off")], "never changed"),
        (&[("no_such_setting", "1")], "no setting no_such_setting"),
        (&[("work_mem", "1MB"), ("WORK_MEM", "2MB")], "two values at once"),
        // The test's server has it on its command line.
        (&[("log_line_prefix", "x")], "\"command line\""),
        (&[("application_name", "x")], "\"client\""),
        (&[("search_path", "")], "can't be written with ALTER SYSTEM"),
        (&[("work_mem", "8MB"), ("allow_alter_system", "off")], "allow_alter_system"),
    ] {
        let error = bench.refusal(changes).await;
        assert!(error.to_string().contains(said), "{changes:?}: {error}");
        assert_eq!(bench.file(), before, "{changes:?}");
    }
    // The second fails: the first is put back, and the SQLSTATE is kept.
    let error = bench.refusal(&[("work_mem", "8MB"), ("max_wal_size", "8 apples")]).await;
    assert_eq!(error.sqlstate(), Some("22023"), "{error}");
    assert_eq!((bench.file(), bench.shown("work_mem").await), (before.clone(), "4MB".to_owned()));

    bench.set("ALTER ROLE postgres SET work_mem = '6MB'").await;
    let error = bench.refusal(&[("work_mem", "8MB")]).await;
    assert!(error.to_string().contains("\"user\""), "{error}");

    // Somebody has edited a file and not reloaded yet.
    let conf = bench.server.data_dir().join("postgresql.conf");
    let file = std::fs::File::options().append(true).open(&conf).unwrap();
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    file.set_modified(later).unwrap();
    let error = bench.refusal(&[("max_wal_size", "2GB")]).await;
    assert!(error.to_string().contains("postgresql.conf was changed after"), "{error}");

    // A standby.
    bench.server.crash().await.unwrap();
    let signal = bench.server.data_dir().join("standby.signal");
    std::fs::copy(bench.server.data_dir().join("PG_VERSION"), &signal).unwrap();
    use std::os::unix::fs::{MetadataExt, chown};
    let owner = std::fs::metadata(bench.server.data_dir()).unwrap();
    chown(&signal, Some(owner.uid()), Some(owner.gid())).unwrap();
    bench.server.restart().await.unwrap();
    let error = bench.refusal(&[("max_wal_size", "2GB")]).await;
    assert!(matches!(error, JournalError::Refused(Refusal::Standby {})), "{error}");
    bench.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_forbids_alter_system_is_left_alone() {
    let bench = Bench::of(17, &[("allow_alter_system", "off")]).await;
    let error = bench.refusal(&[("max_wal_size", "2GB")]).await;
    assert!(matches!(error, JournalError::Refused(Refusal::Forbidden {})), "{error}");
    bench.server.stop().await.unwrap();
    let bench = Bench::of(14, &[]).await;
    bench.set("CREATE ROLE plain LOGIN").await;
    let plain = bench.server.dsn().replace("user=postgres", "user=plain");
    let target = Target::parse_alone(&plain).unwrap();
    let error = bench.apply_to(&target, &[("max_wal_size", "2GB")]).await.unwrap_err();
    assert!(error.to_string().contains("for superusers alone"), "{error}");
    bench.set("CREATE ROLE rds_superuser").await;
    let error = bench.apply_to(&target, &[("max_wal_size", "2GB")]).await.unwrap_err();
    assert!(error.to_string().contains("set max_wal_size in the service's"), "{error}");
    bench.server.stop().await.unwrap();
}

/// A role is told what it lacks, one thing after the other; the grants that are
/// named suffice, and nothing more is needed.
#[tokio::test(flavor = "multi_thread")]
async fn a_role_with_the_privilege_alone_can_change_and_undo() {
    let bench = Bench::of(16, &[]).await;
    bench.set("CREATE ROLE tuner LOGIN PASSWORD 's3cret'").await;
    let dsn = bench.server.dsn().replace("user=postgres", "user=tuner password=s3cret");
    let target = Target::parse_alone(&dsn).unwrap();
    let changes = [("max_wal_size", "2GB"), ("work_mem", "8MB")];
    let before = bench.file();
    let mut granted = 0;
    let applied = loop {
        match bench.apply_to(&target, &changes).await {
            Ok(applied) => break applied,
            Err(error) => {
                let text = error.to_string();
                let (_, grants) = text.split_once("run: ").expect(&text);
                bench.set(grants).await;
                granted += 1;
                assert!(granted <= 3, "{text}");
            }
        }
    };
    assert_eq!((granted, bench.shown("max_wal_size").await), (3, "2GB".to_owned()));
    let text = std::fs::read_to_string(&bench.journals()[0]).unwrap();
    assert!(text.contains("tuner") && !text.contains("s3cret"), "{text}");
    // Left by its tool, and undone at the address that stands in the journal.
    drop(applied);
    let (code, out, err) = bench.tool(&["undo"]);
    assert!(code == 0 && out.contains("max_wal_size is out of"), "{out}{err}");
    assert_eq!(bench.file(), before);
    // A right that is taken away meanwhile: the journal stays.
    drop(bench.apply_to(&target, &changes).await.unwrap());
    bench.set("REVOKE ALTER SYSTEM ON PARAMETER work_mem FROM tuner").await;
    let (code, _, err) = bench.tool(&["undo"]);
    assert!(code == 3 && err.contains("42501"), "{err}");
    assert_eq!(bench.journals().len(), 1);
    assert_eq!(bench.tool(&["undo", "--url", &bench.server.dsn()]).0, 0);
    assert_eq!(bench.file(), before);
    bench.server.stop().await.unwrap();
}

/// Where not even the undo is possible, the error says both, and the journal is left.
#[tokio::test(flavor = "multi_thread")]
async fn a_state_directory_that_cannot_be_written_stops_the_change() {
    let bench = Bench::of(18, &[]).await;
    let before = bench.file();
    let file = bench.state.path().join("file");
    std::fs::write(&file, "").unwrap();
    let dir = StateDir::at(&file);
    let error =
        Applied::apply_in(&dir, &bench.target(), &[("max_wal_size", "2GB")]).await.unwrap_err();
    assert!(matches!(&error, JournalError::Failed(Failure::StateDir { .. })), "{error}");
    assert_eq!(bench.file(), before);
    bench.server.stop().await.unwrap();
}
