//! A password is nowhere: not in what is printed or logged, not in the
//! results, not on a command line, not in the server's log. What is written is
//! for its owner alone.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use pgvalidate::server::PrivateServer;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// In no other word, and nothing that a shell or a parser would change.
const PASSWORD: &str = "zq7Xk2vSecret9w";

/// A server that asks for it, over its socket, and writes down every statement.
async fn server() -> PrivateServer {
    let server = common::server(&[("log_statement", "all"), ("log_connections", "on")]).await;
    let admin = common::connect(&server.dsn()).await;
    // Not by way of the log.
    admin.batch_execute("SET log_statement = 'none'").await.unwrap();
    let role = format!(
        "CREATE ROLE dba LOGIN PASSWORD '{PASSWORD}'; GRANT CREATE ON DATABASE postgres TO dba; \
         GRANT pg_monitor TO dba"
    );
    admin.batch_execute(&role).await.unwrap();
    let hba = server.data_dir().join("pg_hba.conf");
    std::fs::write(hba, "local all postgres trust\nlocal all all scram-sha-256\n").unwrap();
    admin.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    let wrong = format!("{} password=wrong", dsn(&server));
    let deadline = Instant::now() + Duration::from_secs(20);
    while tokio_postgres::connect(&wrong, tokio_postgres::NoTls).await.is_ok() {
        assert!(Instant::now() < deadline, "the server was to ask for passwords");
    }
    server
}

fn dsn(server: &PrivateServer) -> String {
    server.dsn().replace("user=postgres", "user=dba")
}

/// The command, as chatty as it can be.
fn pgvalidate(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(common::BIN);
    command
        .env("PGVALIDATE_LANG", "en")
        .env("PGVALIDATE_LOG", "trace")
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .env("PGVALIDATE_STATE_DIR", dir.join("state"))
        .env_remove("PGVALIDATE_URL")
        .env_remove("PGPASSWORD")
        .current_dir(dir)
        .args(args);
    command
}

/// Every file below `dir`.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => all.extend(files(&path)),
            false => all.push(path),
        }
    }
    all
}

fn holds(bytes: &[u8]) -> bool {
    bytes.windows(PASSWORD.len()).any(|part| part == PASSWORD.as_bytes())
}

fn is_silent(output: &Output, what: &str) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!holds(&output.stdout), "{what}: in stdout");
    assert!(!holds(&output.stderr), "{what}: in stderr");
    assert!(!text.contains("panicked"), "{what}: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_nowhere_in_what_is_written() {
    let server = server().await;
    let dir = tempfile::tempdir().unwrap();
    let passfile = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(passfile.path(), format!("*:*:*:dba:{PASSWORD}\n")).unwrap();
    std::fs::set_permissions(passfile.path(), PermissionsExt::from_mode(0o600)).unwrap();
    let (plain, given) = (dsn(&server), format!("{} password={PASSWORD}", dsn(&server)));
    let burst = ["burst", "--batches", "3", "--size", "100", "--no-baseline"];
    let set = ["methods", "--methods", "unnest", "--sizes", "50", "--rounds", "1", "--rows", "200"];

    let glued = format!("--url={given}");
    // A set by a password file, a burst by each other way.
    let methods = [&set[..], &["--writers", "2", "--url", &plain]].concat();
    let by_file = ("PGPASSFILE", passfile.path().to_str().unwrap());
    let on_line = [&burst[..], &["--tenant-prefix", "line_", "--url", &given]].concat();
    let glued = [&burst[..], &["--tenant-prefix", "glued_", &glued]].concat();
    let by_url = [&burst[..], &["--tenant-prefix", "url_"]].concat();
    let preflight = vec!["preflight", "--url", &given];
    let none = ("PGVALIDATE_TEST", "");
    let runs = [
        (methods, by_file),
        (on_line, none),
        (glued, none),
        (by_url, ("PGVALIDATE_URL", given.as_str())),
        (preflight, none),
    ];
    let dir_path = dir.path();
    std::thread::scope(|all| {
        for (args, (name, value)) in &runs {
            all.spawn(move || {
                let output = pgvalidate(dir_path, args).env(name, value).output().unwrap();
                let text = String::from_utf8_lossy(&output.stderr);
                assert!(!text.contains("error: "), "{args:?}: {text}");
                assert!(matches!(output.status.code(), Some(0 | 1 | 4)), "{args:?}: {text}");
                // What is said at the level of diagnosis is looked through too.
                let is_run = args[0] != "preflight";
                assert!(!is_run || text.contains("INFO pgvalidate"), "{args:?}: {text}");
                is_silent(&output, &args.join(" "));
            });
        }
    });
    let cleaned = pgvalidate(dir_path, &["clean", "--url", &given]).output().unwrap();
    assert_eq!(cleaned.status.code(), Some(0));
    is_silent(&cleaned, "clean");

    // What can't be read, can't connect or goes wrong isn't quoted.
    let elsewhere = given.replace("host=/", "host=/nowhere/");
    let unread = format!("postgresql://dba:{PASSWORD}@h:port/d");
    let unescaped = format!("postgresql://dba:a@{PASSWORD}/b@h/d");
    let unknown = format!("{plain} {PASSWORD}=1 password=x");
    let wrong = format!("{plain} password={PASSWORD}wrong");
    for (url, code) in [(&elsewhere, 3), (&unread, 2), (&unescaped, 2), (&unknown, 2), (&wrong, 3)]
    {
        let output = pgvalidate(dir_path, &burst).args(["--url", url]).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{text}");
        is_silent(&output, url);
    }

    let written = files(dir.path());
    assert!(written.iter().filter(|path| path.ends_with("run.json")).count() >= 5, "{written:?}");
    assert!(written.iter().any(|path| path.ends_with("set.json")));
    for path in &written {
        assert!(!holds(&std::fs::read(path).unwrap()), "{}", path.display());
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is {mode:o}", path.display());
        for folder in path.ancestors().take_while(|folder| *folder != dir.path()).skip(1) {
            let mode = std::fs::metadata(folder).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{} is {mode:o}", folder.display());
        }
    }
    let log = std::fs::read(server.log_path()).unwrap();
    assert!(String::from_utf8_lossy(&log).contains("pgv_tenant_00001"), "statements are logged");
    assert!(!holds(&log), "in the server's log");
    server.stop().await.unwrap();
}

/// The command lines of a process and of all below it.
fn command_lines(root: u32) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let read = |file: &str| std::fs::read(entry.path().join(file)).unwrap_or_default();
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let stat = String::from_utf8_lossy(&read("stat")).into_owned();
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split(' ').nth(2));
        if pid == root {
            lines.push(read("cmdline"));
        } else if parent == Some(&root.to_string()) {
            lines.extend(command_lines(pid));
        }
    }
    lines
}

fn end(mut child: Child) {
    assert!(
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success()
    );
    child.wait().unwrap();
}

/// What the user types stands in the process list, as for every program; what
/// comes from the environment must not come to stand there.
#[tokio::test(flavor = "multi_thread")]
async fn no_process_of_a_run_shows_the_password_and_metrics_are_for_this_machine() {
    use std::io::{BufRead, BufReader};
    let server = server().await;
    let dir = tempfile::tempdir().unwrap();
    let args = ["burst", "--batches", "4", "--size", "2000000", "--no-baseline"];
    let mut child = pgvalidate(dir.path(), &args)
        .args(["--url", &dsn(&server)])
        .env("PGPASSWORD", PASSWORD)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    lines.find(|line| line.as_ref().unwrap().contains("s  writing")).unwrap().unwrap();
    std::thread::spawn(move || lines.for_each(drop));
    let shown = command_lines(child.id());
    assert!(!shown.is_empty() && !shown.iter().any(|line| holds(line)));
    // Nothing listens that wasn't asked for.
    let listens = |file: &str| {
        let text = std::fs::read_to_string(format!("/proc/{}/net/{file}", child.id())).unwrap();
        let inodes = sockets(child.id());
        text.lines().any(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            fields.get(3) == Some(&"0A")
                && fields.get(9).is_some_and(|i| inodes.contains(&(*i).to_owned()))
        })
    };
    assert!(!listens("tcp") && !listens("tcp6"));
    end(child);
    server.stop().await.unwrap();
}

/// The inodes of a process' sockets.
fn sockets(pid: u32) -> Vec<String> {
    let open = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().flatten();
    open.filter_map(|fd| {
        let link = std::fs::read_link(fd.path()).ok()?.to_string_lossy().into_owned();
        Some(link.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())
    })
    .collect()
}
