//! The pages of sets: what each kind shows, and how they do in a browser.
//! Pictures of them are left in `target/tmp/html`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "common/advised.rs"]
mod advised;
#[path = "common/browser.rs"]
#[allow(dead_code)]
mod browser;
#[path = "common/sets.rs"]
mod sets;

use browser::{Browser, POOR_CONTRAST, page};
use pgvalidate::message::Lang;
use pgvalidate::model::set::Set;
use pgvalidate::report::html;
use serde_json::{Value, json};
use sets::{all, each, hostile, signoff};
use std::path::Path;

/// Text that means something in markup, controls, and what turns the way of
/// writing around.
const HOSTILE: &str = "</script><script>window.owned=1</script><img src=x onerror=window.owned=1>\
    \"'`&amp;<!--]]>\u{0}\u{1b}[31m\u{7f}\u{202e}gnp.exe\u{200f}\u{2066}";

#[test]
fn only_a_pass_on_a_target_can_be_signed() {
    let can_be_signed = |set: &Set| html::set(set, Lang::En).contains("<dl class=\"sign\">");
    assert!(can_be_signed(&signoff(false, "pass")));
    assert!(!can_be_signed(&signoff(false, "inconclusive")));
    assert!(!can_be_signed(&signoff(true, "pass")));
    let rehearsal = html::set(&signoff(true, "pass"), Lang::En);
    assert!(rehearsal.contains("REHEARSAL"));
    assert_eq!(html::set(&signoff(true, "pass"), Lang::En), rehearsal);
}

#[test]
fn each_page_is_small_and_the_same_each_time() {
    for set in all() {
        for lang in [Lang::En, Lang::Vi] {
            let text = html::set(&set, lang);
            assert!(text.len() < 500_000, "{}: {} bytes", set.kind, text.len());
            assert_eq!(html::set(&set, lang), text, "{}", set.kind);
        }
    }
}

/// Whatever a set holds, and however little.
#[test]
fn there_is_always_a_page() {
    for set in all() {
        let empty = Set { kind: set.kind.clone(), ..Set::default() };
        assert!(html::set(&empty, Lang::En).contains("not judged"), "{}", set.kind);
        for odd in [0.0, -1.5, 1e-320, f64::MAX, f64::MIN] {
            let mut value = serde_json::to_value(&set).unwrap();
            each(&mut value, &mut |_, value| {
                if value.is_f64() {
                    *value = json!(odd);
                }
            });
            let text = html::set(&serde_json::from_value(value).unwrap(), Lang::Vi);
            assert!(text.len() < 500_000, "{} {odd}", set.kind);
            assert!(!text.contains("NaN"), "{} {odd}", set.kind);
        }
    }
    let other = Set { kind: "other".to_owned(), ..sets::set("methods") };
    assert!(html::set(&other, Lang::En).contains("copy-binary 5000 #1"));
}

#[test]
fn hostile_text_is_text() {
    for set in all() {
        let text = html::set(&hostile(&set, HOSTILE), Lang::En);
        for hidden in ['\u{0}', '\u{1b}', '\u{7f}', '\u{202e}', '\u{200f}', '\u{2066}'] {
            assert!(!text.contains(hidden), "{hidden:?} is in the page of {}", set.kind);
        }
        assert_eq!(text.matches("<script").count(), 2, "{}", set.kind);
        assert_eq!(text.matches("</script").count(), 2, "{}", set.kind);
        assert!(!text.contains("<img"), "{}", set.kind);
        assert!(text.contains("[U+202E]gnp.exe"), "{}", set.kind);
    }
}

#[test]
fn the_command_renders_each_set() {
    let dir = tempfile::tempdir().unwrap();
    for set in all() {
        std::fs::write(dir.path().join("set.json"), serde_json::to_vec(&set).unwrap()).unwrap();
        let (code, error) = pgvalidate(dir.path(), &["report", "."]);
        assert_eq!((code, error.as_str()), (Some(0), ""), "{}", set.kind);
        let page = std::fs::read_to_string(dir.path().join("report.html")).unwrap();
        assert_eq!(page, html::set(&set, Lang::En), "{}", set.kind);
    }
}

/// The command in a folder: its exit code and stderr.
fn pgvalidate(dir: &Path, args: &[&str]) -> (Option<i32>, String) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_pgvalidate"));
    let output = command.env("PGVALIDATE_LANG", "en").current_dir(dir).args(args).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_comparison_leaves_its_page() {
    let dir = tempfile::tempdir().unwrap();
    let results = dir.path().join("results");
    for name in ["a", "b"] {
        let mut run: Value =
            serde_json::from_str(include_str!("../results/example/run.json")).unwrap();
        run["run_id"] = json!(name);
        std::fs::create_dir_all(results.join(name)).unwrap();
        std::fs::write(results.join(name).join("run.json"), run.to_string()).unwrap();
    }
    pgvalidate(dir.path(), &["compare", "results/a", "results/b"]);
    let mut folders = std::fs::read_dir(&results).unwrap().map(|entry| entry.unwrap().path());
    let folder = folders.find(|path| path.join("set.json").is_file()).unwrap();
    let page = std::fs::read_to_string(folder.join("report.html")).unwrap();
    let set = std::fs::read_to_string(folder.join("set.json")).unwrap();
    assert_eq!(page, html::set(&serde_json::from_str(&set).unwrap(), Lang::En));
    assert!(page.contains("<a href=\"../a/report.html\">"), "{page}");
}

/// What each kind shows in both languages, and its charts with how many dots each has.
type Shows = (&'static str, [&'static str; 2], &'static [(&'static str, u64)]);

const SHOWS: [Shows; 6] = [
    ("methods", ["gain over autocommit", "mức tăng so với autocommit"], &[("rates", 8)]),
    ("capacity", ["headroom 1.30x", "dư địa 1,30x"], &[("knee", 7), ("rates", 5)]),
    ("sweep", ["shared_bufers", "không khởi động được"], &[("medians", 5)]),
    ("faults", ["proves nothing about fsync", "không chứng minh gì về fsync"], &[("recovery", 5)]),
    ("tune", ["NOT PUT BACK", "CHƯA TRẢ LẠI"], &[("changes", 5)]),
    ("compare", ["surely by more than 5%", "chắc chắn hơn 5%"], &[("changes", 7)]),
];

#[test]
fn a_browser_shows_each_page() {
    let mut browser = Browser::start();
    for (kind, texts, charts) in SHOWS {
        let file = page(&format!("{kind}.html"), &html::set(&sets::set(kind), Lang::En));
        for (width, theme) in [(1280, "light"), (1280, "dark"), (390, "light")] {
            browser.look(width, theme);
            browser.open(&file);
            for (lang, other, text) in [("vi", "en", texts[1]), ("en", "vi", texts[0])] {
                let at = format!("{kind} {width} {theme} {lang}");
                browser.click(&format!("label[for=lang-{lang}]"));
                let shown = browser.value("document.querySelector('main').innerText");
                assert!(shown.as_str().unwrap().contains(text), "{at}: {shown}");
                let hidden = format!(
                    "[...document.querySelectorAll('.page [lang={other}]')].every((e) => !e.getClientRects().length)"
                );
                assert_eq!(browser.value(&hidden), true, "{at}");
                let wide = browser.value("document.documentElement.scrollWidth");
                assert!(wide.as_u64().unwrap() <= u64::from(width), "{at}: {wide}");
                assert_eq!(browser.value(POOR_CONTRAST), json!([]), "{at}");
                browser.value("window.scrollTo(0, 0)");
                browser.picture(&page(&format!("{kind}-{width}-{theme}-{lang}.png"), ""));
            }
        }
        for (chart, dots) in charts {
            let marks = format!("document.querySelectorAll('#{chart} .sheet path.d').length");
            assert_eq!(browser.value(&marks), *dots, "{kind}: {chart}");
        }
        assert_eq!(browser.complaints(&file), [""; 0], "{kind}");
        browser.events.clear();
    }
    // The steps of a search are pointed at one by one.
    browser.open(&page("capacity.html", &html::set(&sets::set("capacity"), Lang::En)));
    browser.value("document.querySelector('#knee .chart').focus()");
    browser.key("ArrowRight");
    let legend = browser.value("document.querySelector('#knee .legend').innerText");
    assert!(legend.as_str().unwrap().ends_with("20000/s"), "{legend}");
}

/// Without scripts a page has all but what the script adds, and whatever is in it.
#[test]
fn each_page_is_readable_without_scripts_and_to_a_screen_reader() {
    let mut browser = Browser::start();
    browser.call("Emulation.setScriptExecutionDisabled", json!({"value": true}));
    for (kind, _, charts) in SHOWS {
        let file = page(
            &format!("{kind}-still.html"),
            &html::set(&hostile(&sets::set(kind), HOSTILE), Lang::Vi),
        );
        browser.look(390, "light");
        browser.open(&file);
        let wide = browser.value("document.documentElement.scrollWidth");
        assert!(wide.as_u64().unwrap() <= 390, "{kind}: {wide}");
        browser.click("label[for=lang-en]");
        let text = browser.value("document.querySelector('main').innerText");
        assert!(text.as_str().unwrap().contains("erdict"), "{text}");
        let heads =
            "[...document.querySelectorAll('h1,h2,h3,h4')].map((h) => Number(h.tagName[1]))";
        let heads: Vec<u64> = serde_json::from_value(browser.value(heads)).unwrap();
        assert!(heads.starts_with(&[1, 2]) && heads.windows(2).all(|two| two[1] <= two[0] + 1));
        let unnamed = "[...document.querySelectorAll('table')].filter((t) => !t.caption?.textContent.trim() \
            || [...t.querySelectorAll('th')].some((h) => !h.scope)).length";
        assert_eq!(browser.value(unnamed), 0, "{kind}");
        let tree = browser.call("Accessibility.getFullAXTree", json!({}));
        let nodes = tree["nodes"].as_array().unwrap();
        let images: Vec<&Value> = nodes.iter().filter(|n| n["role"]["value"] == "image").collect();
        assert_eq!(images.len(), charts.len(), "{kind}");
        for image in images {
            assert_ne!(image["name"]["value"], "", "{kind}");
            assert!(image.get("description").is_some(), "{kind}: {image}");
        }
        assert_eq!(browser.value("window.owned ?? 'nobody'"), "nobody");
        assert_eq!(browser.complaints(&file), [""; 0], "{kind}");
        browser.events.clear();
    }
}

#[test]
fn a_sign_off_is_read_and_signed() {
    let mut browser = Browser::start();
    let set = signoff(false, "pass");
    let file = page("signoff.html", &html::set(&set, Lang::En));
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
