//! A headless Chromium of a test's own, which is told what to do over a pipe
//! with the DevTools protocol. Where it lies is known to `scripts/chromium`
//! alone; a missing one is a failure.

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tempfile::TempDir;

/// A page in a file, which stays to be looked at.
pub fn page(name: &str, text: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("html");
    std::fs::create_dir_all(&dir).unwrap();
    let file = dir.join(name);
    std::fs::write(&file, text).unwrap();
    file
}

/// How long an answer may take.
const WITHIN: Duration = Duration::from_secs(60);

/// The browser reads commands from descriptor 3 and answers on 4. It ends when
/// they are closed, so also where the test is killed.
const PIPED: &str = r#"exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#;

const FLAGS: [&str; 12] = [
    "--headless",
    "--remote-debugging-pipe",
    // The page is our own, and in a container there may be no namespaces.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND",
];

/// Texts whose colour is too near to what is behind it (WCAG 2, level AA).
pub const POOR_CONTRAST: &str = r"(() => {
    const parts = (c) => c.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
        .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (e) => {
        for (; e; e = e.parentElement) {
            const c = parts(getComputedStyle(e).backgroundColor);
            if (c.length === 3 || c[3] > 0) return c;
        }
        return [255, 255, 255];
    };
    const poor = [];
    for (const e of document.querySelectorAll('body *')) {
        const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
        const style = getComputedStyle(e);
        if (!own || !e.getClientRects().length || style.visibility === 'hidden' || e.closest('script')) continue;
        const color = parts(e instanceof SVGElement ? style.fill : style.color);
        const [a, b] = [light(color), light(behind(e))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        const large = parseFloat(style.fontSize) >= 24;
        if (ratio < (large ? 3 : 4.5)) poor.push(e.outerHTML.slice(0, 90) + ' ' + ratio.toFixed(2));
    }
    return poor;
})()";

/// A browser with one page.
pub struct Browser {
    child: Child,
    to: Option<ChildStdin>,
    messages: Receiver<Value>,
    last_id: u64,
    session: Option<String>,
    /// What happened in the page and wasn't asked for.
    pub events: Vec<Value>,
    _home: TempDir,
}

fn program() -> PathBuf {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/chromium");
    let asked = Command::new(script).arg("where").output().unwrap();
    assert!(
        asked.status.success(),
        "there is no browser to test with: run scripts/setup chromium\n{}",
        String::from_utf8_lossy(&asked.stderr)
    );
    PathBuf::from(String::from_utf8(asked.stdout).unwrap().trim_end())
}

impl Browser {
    /// Starts it with an empty page.
    pub fn start() -> Browser {
        let home = tempfile::tempdir().unwrap();
        let mut child = Command::new("sh")
            .args(["-c", PIPED, "sh"])
            .arg(program())
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", home.path().join("profile").display()))
            .env("HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path())
            .env("XDG_CACHE_HOME", home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for message in from.split(0).map_while(Result::ok) {
                let Ok(message) = serde_json::from_slice(&message) else { continue };
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let (last_id, session, events) = (0, None, Vec::new());
        let mut browser = Browser { child, to, messages, last_id, session, events, _home: home };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = browser.call("Target.attachToTarget", attach);
        browser.session = session["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network", "Accessibility"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    /// Calls a method and waits for its result.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let mut message = json!({"id": self.last_id, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let to = self.to.as_mut().unwrap();
        to.write_all(format!("{message}\0").as_bytes()).unwrap();
        to.flush().unwrap();
        loop {
            let answer = self.messages.recv_timeout(WITHIN).expect(method);
            if answer["id"] == self.last_id {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.events.push(answer);
        }
    }

    /// Opens a file and waits until it is loaded.
    pub fn open(&mut self, file: &Path) {
        let is_load = |event: &Value| event["method"] == "Page.loadEventFired";
        self.events.retain(|event| !is_load(event));
        self.call("Page.navigate", json!({"url": format!("file://{}", file.display())}));
        while !self.events.iter().any(is_load) {
            let event = self.messages.recv_timeout(WITHIN).expect("the page is loaded");
            self.events.push(event);
        }
    }

    /// The value of an expression in the page.
    pub fn value(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let result = self.call("Runtime.evaluate", params);
        assert!(result.get("exceptionDetails").is_none(), "{expression}: {result}");
        result["result"]["value"].clone()
    }

    /// Moves the mouse to the middle of the first element that matches, and presses it.
    pub fn click(&mut self, selector: &str) {
        let place = format!(
            "(() => {{ const e = document.querySelector('{selector}'); \
             e.scrollIntoView({{block: 'center', behavior: 'instant'}}); \
             const b = e.getBoundingClientRect(); \
             return [b.x + b.width / 2, b.y + b.height / 2]; }})()"
        );
        // What the mouse leaves may change, and so move what it goes to.
        let at = self.value(&place);
        self.mouse("mouseMoved", &at);
        let at = self.value(&place);
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            self.mouse(kind, &at);
        }
    }

    fn mouse(&mut self, kind: &str, at: &Value) {
        let button = if kind == "mouseMoved" { "none" } else { "left" };
        let params =
            json!({"type": kind, "x": at[0], "y": at[1], "button": button, "clickCount": 1});
        self.call("Input.dispatchMouseEvent", params);
    }

    /// Presses a key.
    pub fn key(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            self.call("Input.dispatchKeyEvent", json!({"type": kind, "key": key, "code": key}));
        }
    }

    /// Shows the page as wide as this, in a light or dark theme.
    pub fn look(&mut self, width: u32, theme: &str) {
        let screen =
            json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", screen);
        let feature = json!([{"name": "prefers-color-scheme", "value": theme}]);
        self.call("Emulation.setEmulatedMedia", json!({"media": "", "features": feature}));
    }

    /// What the page complained of, and what it asked for besides itself.
    pub fn complaints(&self, file: &Path) -> Vec<String> {
        let own = format!("file://{}", file.display());
        let of = |event: &Value| {
            let params = &event["params"];
            match event["method"].as_str()? {
                "Runtime.exceptionThrown" | "Log.entryAdded" | "Runtime.consoleAPICalled" => {
                    Some(event.to_string())
                }
                "Network.requestWillBeSent" => {
                    let url = params["request"]["url"].as_str()?;
                    let is_own = url.split('#').next() == Some(&own) || url == "data:,";
                    (!is_own).then(|| url.to_owned())
                }
                _ => None,
            }
        };
        self.events.iter().filter_map(of).collect()
    }

    /// A picture of the whole page.
    pub fn picture(&mut self, file: &Path) {
        let params = json!({"format": "png", "captureBeyondViewport": true});
        let size = self.call("Page.getLayoutMetrics", json!({}))["cssContentSize"].clone();
        let clip =
            json!({"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1});
        let mut params = params;
        params["clip"] = clip;
        let picture = self.call("Page.captureScreenshot", params);
        save(&picture["data"], file);
    }
}

/// Writes what the browser gave in base64.
pub fn save(data: &Value, file: &Path) {
    let bytes = BASE64_STANDARD.decode(data.as_str().unwrap()).unwrap();
    assert!(!bytes.is_empty());
    std::fs::write(file, bytes).unwrap();
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends by itself when nobody is left to tell it what to do.
        drop(self.to.take());
        let _ = self.child.wait();
    }
}
