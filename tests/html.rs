//! The report's page: what it holds, how large it is, and how it does in a
//! browser. Pictures of it are left in `target/tmp/html`, for people to look at.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "common/advised.rs"]
mod advised;
#[path = "common/browser.rs"]
mod browser;
#[path = "common/long_run.rs"]
mod long_run;

use browser::{Browser, POOR_CONTRAST, page};
use long_run::long_run;
use pgvalidate::message::Lang;
use pgvalidate::model::RunRecord;
use pgvalidate::report::html;
use pgvalidate::report::listed::Listed;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

fn example() -> Value {
    serde_json::from_str(include_str!("../results/example/run.json")).unwrap()
}

fn record(value: Value) -> RunRecord {
    serde_json::from_value(value).unwrap()
}

#[test]
fn a_long_run_makes_a_small_page_fast_and_the_same_one_each_time() {
    let record = long_run();
    assert_eq!((record.series.len(), record.tenants.as_ref().unwrap().count), (600, 100));
    assert_eq!(record.database.as_ref().unwrap().checkpoints.as_ref().unwrap().each.len(), 20);
    let began = Instant::now();
    let text = html::run(&record, Lang::En);
    let took = began.elapsed();
    assert!(text.len() < 500_000, "{} bytes", text.len());
    // Less than a second where it is optimized and alone; here it is neither.
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert_eq!(html::run(&record, Lang::En), text);
    let other = html::run(&record, Lang::Vi);
    assert_ne!(other, text);
    println!("{} bytes in {took:?}", text.len());
}

/// Text that means something in markup, controls, and what turns the way of
/// writing around.
const HOSTILE: &str = "</script><script>window.owned=1</script><img src=x onerror=window.owned=1>\
    \"'`&amp;<!--]]>\u{0}\u{1b}[31m\u{7f}\u{202e}gnp.exe\u{200f}\u{2066}";

/// Every text of the record that comes from elsewhere, replaced.
fn hostile() -> RunRecord {
    let mut value = serde_json::to_value(long_run()).unwrap();
    let texts = [
        "/server/version",
        "/server/address",
        "/server/settings/0/name",
        "/server/settings/0/value",
        "/server/settings/0/source",
        "/tuning/settings/0/name",
        "/tuning/settings/0/value",
        "/database/statements/by_total/0/query",
        "/database/replication/0/name",
        "/load/errors/0/code",
        "/load/errors/0/example",
        "/tenants/slowest/0/region",
        "/host/os",
        "/run_id",
        "/started_at",
        "/tool_version",
        "/argv/5",
        "/criteria/0/id",
        "/unavailable/0/path",
        "/stalls/0/evidence/1/args/waits",
        "/recommendations/0/rule",
        "/recommendations/0/source",
        "/phases/0/name",
        "/faults/0/name",
        "/isolation/probes/1/name",
        "/isolation/probes/1/observed",
        "/scenario/table",
        "/scenario/name",
    ];
    for path in texts {
        *value.pointer_mut(path).expect(path) = json!(HOSTILE);
    }
    let waits = value["series"][5]["server"]["waits"].as_object_mut().unwrap();
    waits.insert(HOSTILE.to_owned(), json!(9_000));
    value["findings"] = json!([{"id": HOSTILE, "args": {HOSTILE: HOSTILE}},
        {"id": "server_said", "args": {"line": HOSTILE}}]);
    record(value)
}

#[test]
fn hostile_text_is_text() {
    let text = html::run(&hostile(), Lang::En);
    for hidden in ['\u{0}', '\u{1b}', '\u{7f}', '\u{202e}', '\u{200f}', '\u{2066}'] {
        assert!(!text.contains(hidden), "{hidden:?} is in the page");
    }
    assert_eq!(text.matches("<script").count(), 2);
    assert_eq!(text.matches("</script").count(), 2);
    assert!(!text.contains("<img"));
    assert!(text.contains("[U+202E]gnp.exe"));
}

#[test]
fn the_command_renders_a_finished_run() {
    let dir = tempfile::tempdir().unwrap();
    let run = dir.path().join("a run");
    std::fs::create_dir(&run).unwrap();
    std::fs::write(run.join("run.json"), include_str!("../results/example/run.json")).unwrap();
    let report = |args: &[&str]| {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_pgvalidate"));
        command.env("PGVALIDATE_LANG", "en").current_dir(dir.path()).arg("report").args(args);
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let page = html::run(&record(example()), Lang::Vi);
    let said = (Some(0), "báo cáo: a run/report.html\n".to_owned(), String::new());
    assert_eq!(report(&["a run", "--lang", "vi"]), said);
    assert_eq!(std::fs::read_to_string(run.join("report.html")).unwrap(), page);
    let said = (Some(0), "report: b.html\n".to_owned(), String::new());
    assert_eq!(report(&["a run/run.json", "--format", "html", "--output", "b.html"]), said);
    let (code, text, _) = report(&["a run", "--output", "-"]);
    let page = html::run(&record(example()), Lang::En);
    assert_eq!((code, text.trim_end()), (Some(0), page.trim_end()));
    assert_eq!(std::fs::read_to_string(dir.path().join("b.html")).unwrap(), page);
    let (code, _, error) = report(&["a run", "--output", "nowhere/b.html"]);
    assert_eq!(code, Some(3));
    assert!(error.contains("nowhere/b.html can't be written"), "{error}");
    let (code, _, error) = report(&["elsewhere"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("elsewhere can't be read"), "{error}");
    // Nothing is left half written.
    assert_eq!(std::fs::read_dir(&run).unwrap().count(), 2);
}

/// Escaping is left to the rendering: what goes around it is drawn by us.
#[test]
fn only_the_frame_and_the_charts_go_around_the_escaping() {
    let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/html");
    let mut around = Vec::new();
    for entry in std::fs::read_dir(room).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        if text.contains("PreEscaped(") {
            around.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
    }
    around.sort_unstable();
    assert_eq!(around, ["chart.rs", "page.rs"]);
}

#[test]
fn a_browser_shows_it() {
    let mut browser = Browser::start();
    for (name, record) in [("long", long_run()), ("burst", record(example()))] {
        let file = page(&format!("{name}.html"), &html::run(&record, Lang::En));
        for (width, theme) in [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")] {
            browser.look(width, theme);
            browser.open(&file);
            for lang in ["en", "vi"] {
                browser.click(&format!("label[for=lang-{lang}]"));
                let (other, shown) = if lang == "en" {
                    ("vi", "ows lost or duplicated")
                } else {
                    ("en", "òng mất hoặc trùng")
                };
                let text = browser.value("document.querySelector('main').innerText");
                assert!(text.as_str().unwrap().contains(shown), "{name} {width} {lang}");
                let hidden = format!(
                    "[...document.querySelectorAll('.page [lang={other}]')].every((e) => !e.getClientRects().length)"
                );
                assert_eq!(browser.value(&hidden), true, "{name} {width} {lang}");
                assert_eq!(browser.value("document.documentElement.lang"), lang);
                let wide = browser.value("document.documentElement.scrollWidth");
                assert!(wide.as_u64().unwrap() <= u64::from(width), "{name}: {wide} of {width}");
                assert_eq!(browser.value(POOR_CONTRAST), json!([]), "{name} {width} {theme}");
                if name == "burst" {
                    continue;
                }
                browser.value("window.scrollTo(0, 0)");
                browser.picture(&page(&format!("{name}-{width}-{theme}-{lang}.png"), ""));
            }
        }
        assert_eq!(browser.complaints(&file), [""; 0], "{name}");
        browser.events.clear();
    }
}

/// Sets the script to a moment, and hides a series.
#[test]
fn the_script_shows_values_and_hides_series() {
    let mut browser = Browser::start();
    let file = page("script.html", &html::run(&long_run(), Lang::En));
    browser.look(1280, "light");
    browser.open(&file);
    let legend = |browser: &mut Browser, id: &str| {
        let text = browser.value(&format!("document.querySelector('#{id} .legend').innerText"));
        text.as_str().unwrap().to_owned()
    };
    browser.value("document.querySelector('#rows .chart').focus()");
    for _ in 0..6 {
        browser.key("ArrowRight");
    }
    // The sixth second, in every chart over the time.
    assert!(legend(&mut browser, "rows").ends_with("0:05"), "{}", legend(&mut browser, "rows"));
    assert!(legend(&mut browser, "wal").ends_with("0:05"));
    assert!(!legend(&mut browser, "percentiles").contains("0:05"));
    browser.key("Escape");
    assert!(!legend(&mut browser, "rows").contains("0:05"));
    browser.click("#response .area");
    let middle = legend(&mut browser, "response");
    assert!(middle.ends_with("4:59") || middle.ends_with("5:00"), "{middle}");
    let drawn = "document.querySelector('#response .sheet .s1').getClientRects().length";
    assert_eq!(browser.value(drawn), 1);
    browser.click(r#"#response [data-s="1"] button"#);
    assert_eq!(browser.value(drawn), 0);
    let pressed = r#"document.querySelector('#response [data-s="1"] button').ariaPressed"#;
    assert_eq!(browser.value(pressed), "false");
    assert_eq!(browser.complaints(&file), [""; 0]);
}

/// Without scripts the page has all but what the script adds.
/// The trend of a load, and its values run by run; the other load's is left alone.
#[test]
fn the_page_of_all_results_shows_the_runs_under_the_cursor() {
    let listed = |name: &str, rate: f64, batches: u32| {
        let mut value = example();
        value["load"]["rows_per_s"] = json!(rate);
        value["scenario"]["batches"] = json!(batches);
        Listed::run(name, &record(value), true)
    };
    let all = [
        listed("one", 80_001.0, 50),
        listed("two<b>\u{202e}", 90_002.0, 50),
        listed("three", 60_000.0, 40),
        listed("four", 70_000.0, 40),
    ];
    let mut browser = Browser::start();
    let file = page("index.html", &html::index(&all, Lang::En));
    for width in [1280, 390] {
        browser.look(width, "light");
        browser.open(&file);
        let wide = browser.value("document.documentElement.scrollWidth");
        assert!(wide.as_u64().unwrap() <= u64::from(width), "{wide} of {width}");
        browser.value("window.scrollTo(0, 0)");
        browser.picture(&page(&format!("index-{width}.png"), ""));
    }
    let legends = "[...document.querySelectorAll('figure .legend')].map((l) => l.innerText)";
    browser.value("document.querySelectorAll('figure .chart')[2].focus()");
    browser.key("End");
    let said = browser.value(legends);
    let said: Vec<&str> = said.as_array().unwrap().iter().map(|l| l.as_str().unwrap()).collect();
    assert_eq!(
        said.iter().filter(|legend| legend.contains("two<b>[U+202E]")).count(),
        2,
        "{said:?}"
    );
    assert!(said.iter().any(|legend| legend.contains("90,000")), "{said:?}");
    assert_eq!(browser.complaints(&file), [""; 0]);
}

#[test]
fn it_is_readable_without_scripts_and_to_a_screen_reader() {
    let mut browser = Browser::start();
    browser.call("Emulation.setScriptExecutionDisabled", json!({"value": true}));
    let record = hostile();
    let file = page("still.html", &html::run(&record, Lang::Vi));
    browser.look(1280, "light");
    browser.open(&file);
    assert_eq!(browser.value("document.querySelectorAll('.legend button').length"), 0);
    let text = |browser: &mut Browser| {
        browser.value("document.querySelector('main').innerText").as_str().unwrap().to_owned()
    };
    assert!(text(&mut browser).contains("òng mất hoặc trùng"));
    browser.click("label[for=lang-en]");
    assert!(text(&mut browser).contains("ows lost or duplicated"));
    assert!(!text(&mut browser).contains("òng mất hoặc trùng"));
    for chart in ["rows", "response", "percentiles", "pool", "queue", "waits", "wal", "full-pages"]
    {
        let marks = format!("document.querySelectorAll('#{chart} .sheet path:not(.grid)').length");
        assert!(browser.value(&marks).as_u64().unwrap() > 0, "{chart} is empty");
    }
    let heads = "[...document.querySelectorAll('h1,h2,h3,h4')].map((h) => Number(h.tagName[1]))";
    let heads: Vec<u64> = serde_json::from_value(browser.value(heads)).unwrap();
    assert!(
        heads.starts_with(&[1, 2]) && heads.windows(2).all(|two| two[1] <= two[0] + 1),
        "{heads:?}"
    );
    let unnamed = "[...document.querySelectorAll('table')].filter((t) => !t.caption?.textContent.trim() \
        || [...t.querySelectorAll('th')].some((h) => !h.scope)).length";
    assert_eq!(browser.value(unnamed), 0);
    let tree = browser.call("Accessibility.getFullAXTree", json!({}));
    let nodes = tree["nodes"].as_array().unwrap();
    let of_role =
        |role: &str| nodes.iter().filter(|n| n["role"]["value"] == role).collect::<Vec<_>>();
    let images = of_role("image");
    assert_eq!(images.len(), 8);
    for image in images {
        assert_ne!(image["name"]["value"], "");
        assert!(image.get("description").is_some(), "{image}");
    }
    assert_eq!(of_role("radio").len(), 2);
    assert_eq!(of_role("main").len(), 1);
    assert_eq!(browser.value("window.owned ?? 'nobody'"), "nobody");
    assert_eq!(browser.complaints(&file), [""; 0]);
}

/// On paper nothing is folded away, and the theme is the light one.
#[test]
fn it_fits_paper() {
    let mut browser = Browser::start();
    let file = page("paper.html", &html::run(&long_run(), Lang::Vi));
    browser.open(&file);
    let dark = json!([{"name": "prefers-color-scheme", "value": "dark"}]);
    browser.call("Emulation.setEmulatedMedia", json!({"media": "print", "features": dark}));
    let background = "getComputedStyle(document.documentElement).backgroundColor";
    assert_eq!(browser.value(background), "rgb(255, 255, 255)");
    assert_eq!(browser.value("document.querySelector('nav').getClientRects().length"), 0);
    let pdf = browser.call("Page.printToPDF", json!({"paperWidth": 8.27, "paperHeight": 11.69}));
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("html/paper.pdf");
    browser::save(&pdf["data"], &dir);
}
