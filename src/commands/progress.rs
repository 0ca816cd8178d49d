//! Progress on stderr: a bar on a terminal, plain lines elsewhere.

use crate::engine::phases::Progress;
use crate::message::label::Label;
use crate::message::{Lang, Localized};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often the bar moves.
const BAR_EVERY: Duration = Duration::from_millis(100);

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Shows where a run is.
pub struct Shown {
    lang: Lang,
    is_terminal: bool,
    began: Instant,
}

impl Shown {
    /// On stderr, in `lang`.
    pub fn new(lang: Lang) -> Shown {
        Shown { lang, is_terminal: std::io::stderr().is_terminal(), began: Instant::now() }
    }
}

/// The thread that moves the bar; ends when this is dropped.
struct Mover {
    done: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Mover {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A bar that panicked is no reason to fail.
            let _ = thread.join();
        }
    }
}

impl Progress for Shown {
    fn phase(&self, what: &Label) {
        let seconds = self.began.elapsed().as_secs_f64();
        super::tell(&format!("{seconds:7.1} s  {}", what.text(self.lang)));
    }

    fn rows<'a>(
        &'a self,
        rows_done: Arc<dyn Fn() -> u64 + Send + Sync>,
        rows: u64,
    ) -> Box<dyn Send + 'a> {
        let done = Arc::new(AtomicBool::new(false));
        let (is_terminal, told) = (self.is_terminal, done.clone());
        let thread = std::thread::Builder::new()
            .name("progress".to_owned())
            .spawn(move || match is_terminal {
                true => bar(&*rows_done, rows, &told),
                false => lines(&*rows_done, rows, &told),
            })
            .ok();
        Box::new(Mover { done, thread })
    }
}

fn bar(rows_done: &dyn Fn() -> u64, rows: u64, done: &AtomicBool) {
    let bar = ProgressBar::with_draw_target(Some(rows), ProgressDrawTarget::stderr());
    let template = "           {bar:30} {human_pos}/{human_len} {per_sec} {eta}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    while !done.load(Ordering::Relaxed) {
        bar.set_position(rows_done());
        std::thread::park_timeout(BAR_EVERY);
    }
    bar.finish_and_clear();
}

fn lines(rows_done: &dyn Fn() -> u64, rows: u64, done: &AtomicBool) {
    let mut next = Instant::now() + LINE_EVERY;
    while !done.load(Ordering::Relaxed) {
        std::thread::park_timeout(BAR_EVERY);
        if Instant::now() >= next {
            super::tell(&format!("           {}/{rows}", rows_done()));
            next += LINE_EVERY;
        }
    }
}
