//! The write path against its rivals, on a private server of its own. What is
//! compared is interleaved; a table gives medians of five with their spread.
//!
//! `make bench` runs everything; `cargo bench --bench write_path -- copy rows`
//! runs those sections alone.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bench;
mod copy;
mod methods;
mod rows;
mod scale;
mod watch;

use bench::Bench;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` asks whether there is something to test.
    if args.iter().any(|arg| arg == "--test") {
        return;
    }
    let wanted: Vec<&str> =
        args.iter().map(String::as_str).filter(|arg| !arg.starts_with('-')).collect();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let bench = Bench::start().await;
        let asked = |name: &str| wanted.is_empty() || wanted.contains(&name);
        if asked("copy") {
            copy::against_copy(&bench).await;
        }
        if asked("methods") {
            methods::one_against_the_other(&bench).await;
        }
        if asked("rows") {
            rows::against_pgbench(&bench).await;
        }
        if asked("scale") {
            scale::memory(&bench);
            scale::read_back(&bench);
            scale::tenants(&bench).await;
        }
        if asked("watch") {
            watch::lag(&bench);
            watch::cost_of_sampling(&bench).await;
        }
        bench.stop().await;
    });
}
