//! A sign-off's page: its checklist, the places to write in, and how it does
//! in a browser. Pictures of it are left in `target/tmp/html`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "common/browser.rs"]
#[allow(dead_code)]
mod browser;

use browser::{Browser, page};
use pgvalidate::message::Lang;
use pgvalidate::model::set::Set;
use pgvalidate::report::html;
use serde_json::{Value, json};

const HOSTILE: &str = "</script><script>window.owned=1</script>\u{202e}";

fn item(id: &str, section: &str, how: &str, answer: &str, evidence: Value) -> Value {
    json!({"id": id, "section": section, "how": how, "answer": answer, "evidence": evidence})
}

fn note(id: &str, args: Value) -> Value {
    json!({"id": id, "args": args})
}

fn set(private: bool, verdict: &str) -> Set {
    let member = |name: &str| {
        json!({"label": name, "role": name, "run_id": "1", "sha256": "", "verdict": "pass",
            "path": format!("20260101T000000Z-{name}-1b4e28ba/run.json")})
    };
    let row = |name: &str| {
        json!({"role": name, "runs": 1, "rows_per_s": 19_990.4, "response_p99_ms": 97.8,
            "best": false, "broken": [], "notes": []})
    };
    let passed = |name: &str| note("member_passed", json!({"member": name}));
    let hostile = note("not_verified", json!({"member": HOSTILE}));
    let checklist = json!([
        item("load_test", "load", "measured", "yes", json!([passed("burst"), passed("soak")])),
        item("gain", "load", "measured", "yes", json!([])),
        item("nothing_lost", "load", "measured", "inconclusive", json!([hostile])),
        item("durability", "server", "read", "yes", json!([])),
        item("logging", "server", "read", "warning", json!([])),
        item("tls", "security", "read", "no", json!([])),
        item("credentials", "security", "person", "open", json!([])),
        item("restore", "operations", "person", "open", json!([])),
        item("audit_trail", "compliance", "person", "not-run", json!([])),
    ]);
    let value = json!({
        "schema_version": "1.4", "tool_version": "0.1.0", "set_id": "7c7bcf26", "kind": "signoff",
        "started_at": "2026-11-25T13:36:05Z", "finished_at": "2026-11-25T13:51:15Z",
        "argv": ["pgvalidate", "signoff", "--url", "(db.example:5432/app as app)"],
        "private": private, "members": [member("burst"), member("soak"), member(HOSTILE),
            {"label": "far", "role": "far", "run_id": "1", "sha256": "", "verdict": "pass",
                "path": "//far.example/run.json"}],
        "table": [row("burst"), row("soak")], "checklist": checklist, "verdict": verdict,
        "reasons": [note("items_open", json!({"items": 2}))], "findings": []
    });
    serde_json::from_value(value).unwrap()
}

#[test]
fn only_a_pass_on_a_target_can_be_signed() {
    let can_be_signed = |set: &Set| html::signoff(set, Lang::En).contains("<dl class=\"sign\">");
    assert!(can_be_signed(&set(false, "pass")));
    assert!(!can_be_signed(&set(false, "inconclusive")));
    assert!(!can_be_signed(&set(true, "pass")));
    let rehearsal = html::signoff(&set(true, "pass"), Lang::En);
    assert!(rehearsal.contains("REHEARSAL"));
    assert_eq!(html::signoff(&set(true, "pass"), Lang::En), rehearsal);
}

#[test]
fn the_command_renders_a_sign_off_and_refuses_other_sets() {
    let dir = tempfile::tempdir().unwrap();
    let report = |set: &Set| {
        let file = dir.path().join("set.json");
        std::fs::write(file, serde_json::to_vec(set).unwrap()).unwrap();
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_pgvalidate"));
        command.env("PGVALIDATE_LANG", "en").arg("report").arg(dir.path());
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let signed = set(false, "pass");
    assert_eq!(report(&signed), (Some(0), String::new()));
    let page = std::fs::read_to_string(dir.path().join("report.html")).unwrap();
    assert_eq!(page, html::signoff(&signed, Lang::En));
    let (code, error) = report(&Set { kind: "sweep".to_owned(), ..signed });
    assert_eq!(code, Some(2));
    assert!(error.contains("no page for a set of the kind sweep"), "{error}");
}

#[test]
fn a_sign_off_is_read_and_signed() {
    let mut browser = Browser::start();
    let set = set(false, "pass");
    let file = page("signoff.html", &html::signoff(&set, Lang::En));
    for width in [1280, 390] {
        browser.look(width, "light");
        browser.open(&file);
        let wide = browser.value("document.documentElement.scrollWidth");
        assert!(wide.as_u64().unwrap() <= u64::from(width), "{wide} of {width}");
        for (lang, item) in [("vi", "không mất dữ liệu"), ("en", "nothing lost")] {
            browser.click(&format!("label[for=lang-{lang}]"));
            let text = browser.value("document.querySelector('main').innerText");
            assert!(text.as_str().unwrap().contains(item), "{text}");
            browser.value("window.scrollTo(0, 0)");
            browser.picture(&page(&format!("signoff-{width}-{lang}.png"), ""));
        }
    }
    // Each run's page by its side, but for one whose name could lead elsewhere.
    let links = "[...document.querySelectorAll('main section a, .scroll a')].map((a) => a.getAttribute('href'))";
    let folder = |name: &str| format!("20260101T000000Z-{name}-1b4e28ba/report.html");
    assert_eq!(browser.value(links), json!([folder("burst"), folder("soak")]));
    // Two items that are open, with three places each, and four for the signature.
    assert_eq!(browser.value("document.querySelectorAll('.blank').length"), 10);
    assert_eq!(browser.value("window.owned ?? 'nobody'"), "nobody");
    let bad = ["Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled"];
    let complaints: Vec<&Value> = browser
        .events
        .iter()
        .filter(|e| bad.contains(&e["method"].as_str().unwrap_or("")))
        .collect();
    assert!(complaints.is_empty(), "{complaints:?}");
}
