//! Starts `initdb` and the server from the guard, as the server's user.
//!
//! The server is exec'ed by way of this program, which first asks the kernel to
//! signal it when the guard dies: the guard cleans up after a killed tool, and
//! this is for the day when the guard itself is killed. (Only the directory is
//! left behind then.)

use super::args::GuardArgs;
use super::{Identity, Layout, conf};
use rustix::process::getppid;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

/// This program, reachable for a user who can't reach its directory.
const SELF: &str = "/proc/self/exe";

/// Starts `command` in a process group of its own and gives its pid. The handle
/// is dropped: the guard reaps all its children alike.
pub(super) fn spawn(
    mut command: Command,
    dir: &Path,
    log: &File,
    identity: Option<Identity>,
) -> std::io::Result<i32> {
    if let Some(Identity { uid, gid }) = identity {
        command.uid(uid).gid(gid);
    }
    // The caller's connection settings are not for this server, and what ends
    // up in the log should be in one language.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C").process_group(0).current_dir(dir);
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log.try_clone()?);
    i32::try_from(command.spawn()?.id()).map_err(std::io::Error::other)
}

/// The server by way of this program, or directly where its user (another one
/// than ours if `dropped`) can't run this.
pub(super) fn server_command(args: &GuardArgs, dropped: bool) -> Command {
    let usable = std::fs::metadata(SELF).is_ok_and(|own| !dropped || own.mode() & 0o5 == 0o5);
    if !usable {
        return postgres(args);
    }
    let mut command = Command::new(SELF);
    command.arg("guard").arg("--dir").arg(&args.dir);
    command.arg("--bin-dir").arg(&args.bin_dir);
    command.args(args.settings.iter().flat_map(|setting| ["--setting", setting]));
    command.arg("--exec-under").arg(std::process::id().to_string());
    command
}

fn postgres(args: &GuardArgs) -> Command {
    let mut postgres = Command::new(args.bin_dir.join("postgres"));
    postgres.args(conf::server_arguments(&Layout::new(&args.dir), &args.settings));
    postgres
}

/// Becomes `postgres`. The signal for the guard's death survives the exec, but
/// would not have survived a change of user, which has therefore been before.
pub(super) fn exec_server(args: &GuardArgs, guard: i32) -> ExitCode {
    #[cfg(target_os = "linux")]
    let armed =
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::QUIT));
    #[cfg(not(target_os = "linux"))]
    let armed = rustix::io::Result::Ok(());
    // The guard may have died before the kernel was asked.
    let orphaned = getppid().map(|pid| pid.as_raw_nonzero().get()) != Some(guard);
    if armed.is_err() || orphaned {
        return ExitCode::FAILURE;
    }
    let mut postgres = postgres(args);
    let failed = postgres.exec();
    let _ = writeln!(std::io::stderr(), "{}: {failed}", postgres.get_program().display());
    ExitCode::FAILURE
}
