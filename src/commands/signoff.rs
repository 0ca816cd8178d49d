//! `pgvalidate signoff`

use super::faults::{self, LeftOut};
use super::progress::Shown;
use super::run::{listen, options_of};
use super::{sets, tell};
use crate::cli::file::Refusal;
use crate::cli::signoff::{MemberArgs, MembersError};
use crate::cli::{Command, SignoffArgs, argv_without_secrets, exit};
use crate::engine::set::{FinishedSet, SetOptions};
use crate::engine::signals::Stop;
use crate::engine::signoff::{self, Member, Members, SignoffOptions};
use crate::engine::{EngineError, RunOptions, SetupError, Work};
use crate::faults::Needs;
use crate::judge::checklist::conf;
use crate::message::label::Label;
use crate::message::{Lang, Localized};

/// Runs the command.
///
/// # Errors
/// Where there was no set to show.
pub async fn run(args: &SignoffArgs, lang: Lang) -> Result<u8, EngineError> {
    let url = args.target.url();
    refuse_contradictions(args, url.is_some())?;
    let members = match args.members() {
        Ok(members) => members,
        Err(error) => return Ok(refuse(error, lang)),
    };
    let expected = args.expect.as_deref().map(conf::load).transpose()?;
    let base = on_place(args, RunOptions::new(Work::burst(1), 1, Vec::new(), args.results.clone()));
    let (all, left_out) = all_members(args, members).await?;
    let mut options = SignoffOptions {
        set: SetOptions { kind: "signoff", base, resume: args.set.resume.clone() },
        members: Members { all, checkpoint_timeout_s: None },
        left_out,
        expected,
        is_quick: args.quick,
    };
    super::target::warn(url.as_deref(), lang);
    let stop = Stop::default();
    listen(&stop, lang);
    let progress = Shown::new(lang);
    let finished = Box::pin(signoff::run(&mut options, &progress, &stop)).await?;
    let printed = sets::show(&finished, &sets::text(&finished, args.format, lang), lang);
    Ok(match exit_code(&finished, &stop, args.rehearsal) {
        exit::PASS if !printed => exit::COULD_NOT_RUN,
        code => code,
    })
}

/// The runs that were asked for, one for each fault, and the faults that aren't
/// injected. On a target these meet the run's own connections alone, unless more
/// is allowed.
async fn all_members(
    args: &SignoffArgs,
    members: Vec<MemberArgs>,
) -> Result<(Vec<Member>, LeftOut), EngineError> {
    let most = if args.allow_disruption { Needs::Disruption } else { Needs::Nothing };
    let (mut all, mut left_out) = (Vec::new(), Vec::new());
    for MemberArgs { name, command, checkpoints } in members {
        match &command {
            Command::Isolation(_) if args.no_isolation => {}
            Command::Faults(_) if args.no_faults => {}
            Command::Faults(of) => {
                let (plan, not_run) =
                    faults::plan(of, most, |options| on_place(args, options)).await?;
                all.extend(plan.kinds.iter().map(|kind| {
                    let name = format!("{name} {}", kind.name);
                    Member { name, options: plan.options(*kind), checkpoints: None }
                }));
                left_out.extend(not_run);
            }
            load => {
                let Some(options) = options_of(load) else { continue };
                all.push(Member { name, options: on_place(args, options?), checkpoints });
            }
        }
    }
    Ok((all, left_out))
}

/// A rehearsal has no target, and the private server's flags no other server.
fn refuse_contradictions(args: &SignoffArgs, has_target: bool) -> Result<(), SetupError> {
    let alone = [
        ("--rehearsal", args.rehearsal),
        ("--config", args.config.is_some()),
        ("--pg-bin", args.pg_bin.is_some()),
    ];
    match alone.into_iter().find(|(_, given)| *given && has_target) {
        Some((flag, _)) => {
            Err(SetupError::Conflict { flag: flag.to_owned(), other: "--url".to_owned() })
        }
        None => Ok(()),
    }
}

/// What is wrong with the file.
fn refuse(error: MembersError, lang: Lang) -> u8 {
    let text = match error {
        MembersError::Own(error) => error.text(lang),
        MembersError::Scenario(Refusal::File(error)) => error.text(lang),
        MembersError::Scenario(Refusal::Typed(error)) => error.to_string(),
    };
    tell(&Label::ErrorLine { text }.text(lang));
    exit::USAGE
}

/// `options` with what is the sign-off's to say for all its runs.
fn on_place(args: &SignoffArgs, options: RunOptions) -> RunOptions {
    RunOptions {
        url: args.target.url(),
        tenant_prefix: args.tenant_prefix.clone(),
        replace: args.replace,
        allow_publication: args.allow_publication,
        allow_event_triggers: args.allow_event_triggers,
        yes: args.yes,
        limits: args.limits.limits(),
        pg_bin: args.pg_bin.clone(),
        config: args.config.clone(),
        argv: argv_without_secrets(
            std::env::args_os().map(|word| word.to_string_lossy().into_owned()),
        ),
        ..options
    }
}

/// The exit code: 4 of a rehearsal that wasn't asked for and did not fail, since
/// nothing was signed off.
fn exit_code(finished: &FinishedSet, stop: &Stop, is_rehearsal: bool) -> u8 {
    match sets::exit_code(finished, stop) {
        exit::PASS if finished.set.private && !is_rehearsal => exit::UNDECIDED,
        code => code,
    }
}
