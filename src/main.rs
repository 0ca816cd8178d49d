//! The binary: reads the command line, runs the command, maps its end to an
//! exit code.

use clap::Parser;
use pgvalidate::cli::file::Refusal;
use pgvalidate::cli::{self, Cli, Command, exit};
use pgvalidate::commands;
use pgvalidate::engine::EngineError;
use pgvalidate::message::label::Label;
use pgvalidate::message::{Lang, Localized};
use pgvalidate::server::run_guard;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let lang = cli.lang();
    let cli = match cli::run::resolve(cli) {
        Ok(cli) => cli,
        Err(Refusal::Typed(error)) => error.exit(),
        Err(Refusal::File(error)) => {
            commands::tell(&Label::ErrorLine { text: error.text(lang) }.text(lang));
            return ExitCode::from(exit::USAGE);
        }
    };
    if let Command::Guard(args) = cli.command {
        return run_guard(&args);
    }
    // What a run writes is for whoever ran it: names, addresses and settings of
    // a server are in it.
    rustix::process::umask(rustix::fs::Mode::from_bits_truncate(0o077));
    commands::undo::remind(&cli.command, lang);
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_env("PGVALIDATE_LOG").unwrap_or_default())
        .with_writer(std::io::stderr)
        .init();
    let lang = cli.lang();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            commands::tell(&Label::ErrorLine { text: error.to_string() }.text(lang));
            return ExitCode::from(exit::COULD_NOT_RUN);
        }
    };
    ExitCode::from(runtime.block_on(run(&cli, lang)).unwrap_or_else(|error| refuse(&error, lang)))
}

async fn run(cli: &Cli, lang: Lang) -> Result<u8, EngineError> {
    match &cli.command {
        Command::Burst(args) => commands::run::burst(args, lang).await,
        Command::Soak(args) => commands::run::soak(args, lang).await,
        Command::Mixed(args) => commands::run::mixed(args, lang).await,
        Command::Scans(args) => commands::run::scans(args, lang).await,
        Command::Methods(args) => commands::sets::methods(args, lang).await,
        Command::Capacity(args) => commands::sets::capacity(args, lang).await,
        Command::Faults(args) => commands::faults::run(args, lang).await,
        Command::Sweep(args) => commands::sweep::run(args, lang).await,
        Command::Signoff(args) => commands::signoff::run(args, lang).await,
        Command::Compare(args) => commands::compare::run(args, lang),
        Command::Report(args) => commands::report::run(args, lang),
        Command::Results(args) => commands::results::run(args, lang),
        Command::Completions(args) => Ok(commands::shell::completions(args)),
        Command::Man(args) => Ok(commands::shell::man(args, lang)),
        Command::Tune(args) => commands::tune::run(args, lang).await,
        Command::Isolation(args) => commands::isolation::run(args, lang).await,
        Command::Work(args) => commands::work::run(args, lang).await,
        Command::Preflight(args) => commands::preflight::run(args, lang).await,
        Command::Clean(args) => commands::clean::run(args, lang).await,
        Command::Undo(args) => commands::undo::run(args, lang).await,
        Command::Guard(_) | Command::Run(_) => Ok(exit::USAGE),
    }
}

fn refuse(error: &EngineError, lang: Lang) -> u8 {
    commands::tell(&Label::ErrorLine { text: error.text(lang) }.text(lang));
    if error.is_usage() { exit::USAGE } else { exit::COULD_NOT_RUN }
}
