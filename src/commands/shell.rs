//! `pgvalidate completions` and `pgvalidate man`: what a shell and `man` know of
//! the command line, made from the command line itself.

use super::{print, tell};
use crate::cli::{Cli, CompletionsArgs, ManArgs, exit};
use crate::message::label::Label;
use crate::message::report_label::ReportLabel;
use crate::message::{Lang, Localized};
use clap::CommandFactory;
use clap_mangen::Man;

const NAME: &str = "pgvalidate";

/// Prints a shell's completions.
pub fn completions(args: &CompletionsArgs) -> u8 {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), NAME, &mut text);
    printed(&text)
}

/// Prints a page for `man`.
pub fn man(args: &ManArgs, lang: Lang) -> u8 {
    let mut all = Cli::command();
    // Else a command's page doesn't know whose command it is.
    all.build();
    let command = match &args.command {
        None => Some(&all),
        Some(name) => all.find_subcommand(name).filter(|command| !command.is_hide_set()),
    };
    let Some(command) = command else {
        let known = all.get_subcommands().filter(|command| !command.is_hide_set());
        let known = known.map(|c| c.get_name().to_owned()).collect::<Vec<_>>().join(", ");
        let text = ReportLabel::NoCommand { known }.text(lang);
        tell(&Label::ErrorLine { text }.text(lang));
        return exit::USAGE;
    };
    let mut text = Vec::new();
    // Writing to a Vec can't fail.
    let _ = Man::new(command.clone()).render(&mut text);
    printed(&text)
}

fn printed(text: &[u8]) -> u8 {
    if print(&String::from_utf8_lossy(text)) { exit::PASS } else { exit::COULD_NOT_RUN }
}
