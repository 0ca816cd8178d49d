//! Names that break out of statements where somebody forgot to quote them:
//! none does, and what a message proposes to paste is quoted too.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use futures_util::future::join_all;
use pgvalidate::engine::RunOptions;
use pgvalidate::engine::Work;
use pgvalidate::engine::clean::clean;
use pgvalidate::engine::workload::ScanWork;
use pgvalidate::judge::criteria;
use pgvalidate::message::{Lang, Localized};
use pgvalidate::model::scenario::ISOLATION;
use pgvalidate::model::{Outcome, Tenancy};
use pgvalidate::probes::signoff;
use pgvalidate::server::PrivateServer;
use pgvalidate::session::{Target, quote_ident};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// 63 bytes, which is the longest name that there is.
fn longest(name: &str) -> String {
    let mut name = name.to_owned();
    while name.len() < 63 {
        name.push('x');
    }
    assert_eq!(name.len(), 63);
    name
}

/// Each would drop `canary`, or end a statement, where it isn't quoted.
fn names() -> Vec<String> {
    [
        r#"a"; DROP SCHEMA canary CASCADE; --"#,
        r"b'; DROP SCHEMA canary CASCADE; -- \",
        "c $$ {{schema}} {{writer}} %s $1 /* pg.public.ữ ñ 表 \u{1F600}",
        "D\nDROP SCHEMA canary CASCADE;\n\t--=? &host=/ #%41:@",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([longest("e\"'é")])
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_and_databases_with_hostile_names_are_worked_with_and_break_nothing() {
    let server = common::server(&[]).await;
    let admin = common::connect(&server.dsn()).await;
    let dir = tempfile::tempdir().unwrap();
    for name in names() {
        let (ident, writer) = (quote_ident(&name), quote_ident(&writer_of(&name)));
        let roles = format!("CREATE ROLE {ident} LOGIN; CREATE ROLE {writer} NOLOGIN");
        admin.batch_execute(&roles).await.unwrap();
        admin.batch_execute(&format!("CREATE DATABASE {ident}")).await.unwrap();
    }
    let dir = dir.path();
    let tried = names().into_iter().map(|name| Box::pin(try_name(&server, dir, name)));
    join_all(tried).await;
    server.stop().await.unwrap();
}

fn writer_of(name: &str) -> String {
    name.chars().take(40).collect::<String>() + "w"
}

/// Runs into the database of that name, as the role of that name, with a
/// writers' role whose name is like it.
async fn try_name(server: &PrivateServer, dir: &Path, name: String) {
    let value = |text: &str| format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"));
    let dsn = |user: &str| {
        let given = format!("user={} dbname={}", value(user), value(&name));
        server.dsn().replace("user=postgres dbname=postgres", &given)
    };
    let there = common::connect(&dsn("postgres")).await;
    there.batch_execute("CREATE SCHEMA canary; CREATE TABLE canary.t (a int)").await.unwrap();
    let work = Work::Scans(ScanWork {
        records: 20,
        arrival: 50.0,
        poll: Duration::from_millis(50),
        ..ScanWork::default()
    });
    let scans = RunOptions {
        work,
        tenants: Some(2),
        tenancy: Tenancy::Rls,
        method: Tenancy::Rls.default_method(),
        writer_role: Some(writer_of(&name)),
        keep_data: true,
        ..common::options(&dsn(&name), 2, 10, dir)
    };
    // What a refusal proposes is pasted as it stands, and helps: here for two
    // reasons, a line each.
    let refused = common::refusal(&scans).await;
    let proposed: Vec<&str> = refused.split("run: ").skip(1).collect();
    assert_eq!(proposed.len(), 2, "{refused}");
    let [database, role] = ["GRANT CREATE ON DATABASE ", "GRANT \""].map(|begin| {
        let one = proposed.iter().find(|one| one.starts_with(begin)).expect(&refused);
        // Up to the next reason.
        let reasons = [
            "\nthe role ",
            &format!("\n{name} may "),
            &format!("\n{} may ", name.replace('"', "\"\"")),
        ]
        .map(|next| one.find(next).unwrap_or(one.len()));
        one[..reasons.into_iter().min().unwrap()].to_owned()
    });
    there.batch_execute(&database).await.expect(&database);
    there.batch_execute(&role).await.expect(&role);
    let record = common::run(&scans).await.record;
    assert_eq!(common::damage(&record), [0; 6], "{name}");
    let monitor = record.preflight.iter().find(|c| c.id == "monitor_privilege").unwrap();
    assert_eq!(monitor.outcome, Outcome::Warning);
    let said = monitor.note.text(Lang::En);
    let grant = said.split_once("run: ").unwrap().1;
    there.batch_execute(grant).await.expect(grant);

    signoff::ask(&Target::parse_alone(&dsn(&name)).unwrap()).await.unwrap();
    let cleaned = clean(&dsn(&name), false).await.unwrap();
    assert!(cleaned.ledger && cleaned.schemas == 1);
    assert_eq!(common::schemas(&there).await, ["canary", "public"], "{name}");
    there.batch_execute("SELECT * FROM canary.t").await.unwrap();
}

/// What is made for probes is named after the connecting role in a comment too.
#[tokio::test(flavor = "multi_thread")]
async fn isolation_as_a_role_with_a_line_break_in_its_name_runs_nothing_of_it() {
    let server = common::server(&[]).await;
    let admin = common::connect(&server.dsn()).await;
    let dir = tempfile::tempdir().unwrap();
    let name = "D\nDROP SCHEMA canary CASCADE;\n--{{key}}";
    let ident = quote_ident(name);
    let there = format!(
        "CREATE ROLE {ident} LOGIN CREATEROLE; GRANT CREATE ON DATABASE postgres TO {ident}; \
         CREATE SCHEMA canary AUTHORIZATION {ident}"
    );
    admin.batch_execute(&there).await.unwrap();
    let options = RunOptions {
        isolation: true,
        url: Some(server.dsn().replace("user=postgres", &format!("user='{name}'"))),
        guard_exe: Some(common::BIN.into()),
        baseline: false,
        sampling: false,
        preload: 20,
        tenants: Some(2),
        ..RunOptions::new(
            Work::soak(Duration::from_secs(30), Duration::ZERO, None, 1),
            20,
            criteria::load(None, ISOLATION).unwrap(),
            dir.path().to_owned(),
        )
    };
    let record = common::run(&options).await.record;
    assert_eq!(record.isolation.as_ref().unwrap().leaks, Some(0), "{:?}", record.reasons);
    assert_eq!(common::schemas(&admin).await, ["canary", "public"]);
    server.stop().await.unwrap();
}

#[test]
fn prefixes_that_are_no_plain_names_are_refused_before_anything_is_done() {
    let dir = tempfile::tempdir().unwrap();
    let long = "a".repeat(41);
    let mut prefixes = names();
    prefixes
        .extend(["a b", "a-b", "a.b", "a--", "a;", "Ab_", "ñab", "a\u{0}b", &long].map(Into::into));
    for prefix in prefixes.iter().filter(|prefix| !prefix.contains('\0')) {
        let output = Command::new(common::BIN)
            .env("PGVALIDATE_LANG", "en")
            .env_remove("PGVALIDATE_URL")
            .current_dir(dir.path())
            .args(["burst", "--url", "host=/nowhere", "--tenant-prefix", prefix])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{prefix}: {text}");
        assert!(text.contains("--tenant-prefix"), "{prefix}: {text}");
        assert!(!dir.path().join("results").exists(), "{prefix}");
    }
}
