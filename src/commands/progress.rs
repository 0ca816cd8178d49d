//! Progress on stderr: a bar on a terminal, plain lines elsewhere.

use crate::engine::phases::{Goal, Progress};
use crate::message::label::Label;
use crate::message::{Lang, Localized};
use crate::report::number::Numbers;
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
        goal: Goal,
    ) -> Box<dyn Send + 'a> {
        let done = Arc::new(AtomicBool::new(false));
        let (is_terminal, told, lang) = (self.is_terminal, done.clone(), self.lang);
        let thread = std::thread::Builder::new()
            .name("progress".to_owned())
            .spawn(move || match is_terminal {
                true => bar(&*rows_done, goal, &told, lang),
                false => lines(&*rows_done, goal, &told, lang),
            })
            .ok();
        Box::new(Mover { done, thread })
    }
}

/// To the nearest second: the thread that shows it begins a moment late.
fn seconds_until(began: Instant, end: Instant) -> u64 {
    end.saturating_duration_since(began).as_secs_f64().round() as u64
}

fn so_far(done: u64, all: u64, rows: u64, lang: Lang) -> String {
    let rows = Numbers(lang).whole(rows);
    Label::RowsSoFar { done, all, rows }.text(lang)
}

fn bar(rows_done: &dyn Fn() -> u64, goal: Goal, done: &AtomicBool, lang: Lang) {
    let began = Instant::now();
    let (length, template) = match goal {
        Goal::Rows(rows) => (rows, "           {bar:30} {human_pos}/{human_len} {per_sec} {eta}"),
        Goal::Until(end) => {
            let length = seconds_until(began, end);
            (length, "           {bar:30} {msg}")
        }
    };
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    while !done.load(Ordering::Relaxed) {
        match goal {
            Goal::Rows(_) => bar.set_position(rows_done()),
            Goal::Until(_) => {
                let done = began.elapsed().as_secs().min(length);
                bar.set_position(done);
                bar.set_message(so_far(done, length, rows_done(), lang));
            }
        }
        std::thread::park_timeout(BAR_EVERY);
    }
    bar.finish_and_clear();
}

fn lines(rows_done: &dyn Fn() -> u64, goal: Goal, done: &AtomicBool, lang: Lang) {
    let began = Instant::now();
    let mut next = Instant::now() + LINE_EVERY;
    while !done.load(Ordering::Relaxed) {
        std::thread::park_timeout(BAR_EVERY);
        if Instant::now() >= next {
            let rows = rows_done();
            super::tell(&match goal {
                Goal::Rows(all) => format!("           {rows}/{all}"),
                Goal::Until(end) => {
                    let length = seconds_until(began, end);
                    let done = began.elapsed().as_secs().min(length);
                    format!("           {}", so_far(done, length, rows, lang))
                }
            });
            next += LINE_EVERY;
        }
    }
}
