//! Whether settings may be changed here, and these by this role: everything is
//! looked at before the first change, so that a refusal leaves nothing behind.

use super::error::{JournalError, Refusal};
use super::limited;
use super::look::{Seen, Server, field};
use super::value;
use crate::message::doing::READING_SETTINGS;
use crate::session::{Session, quote_ident, sql};

/// ALTER SYSTEM is a privilege from here on.
const PRIVILEGES: i32 = 150_000;

/// What is never changed on a target: what data in a crash depends on, and
/// what may hold a password or a command, which the journal must not have.
const NEVER: [&str; 8] = [
    "fsync",
    "full_page_writes",
    "primary_conninfo",
    "archive_command",
    "restore_command",
    "archive_cleanup_command",
    "recovery_end_command",
    "ssl_passphrase_command",
];

/// Over these sources postgresql.auto.conf wins.
const WEAKER: [&str; 3] = ["default", "environment variable", "configuration file"];

/// Whether the server and the role are such that settings can be changed and
/// put back.
pub(super) fn check_server(server: &Server) -> Result<(), Refusal> {
    let Server { is_superuser, version_num, alter_system, .. } = server;
    let can_be_granted = *version_num >= PRIVILEGES || alter_system.managed_by.is_some();
    match server {
        Server { in_recovery: true, .. } => Err(Refusal::Standby {}),
        _ if !alter_system.allowed => Err(Refusal::Forbidden {}),
        _ if !is_superuser && !can_be_granted => {
            Err(Refusal::NoSuperuser { role: server.role.clone() })
        }
        _ => Ok(()),
    }
}

/// Whether the role lacks none of the settings, sees what was, and may reload.
pub(super) fn check_role(server: &Server, lacking: &[String]) -> Result<(), Refusal> {
    let role = || quote_ident(&server.role);
    let lacking = lacking.join(", ");
    let refusal = match (&server.alter_system.managed_by, lacking.is_empty()) {
        (Some(managed), false) => Refusal::Managed { role: managed.clone(), names: lacking },
        (None, false) => Refusal::NoAlterSystem { role: role(), names: lacking },
        _ if !server.may_reload => Refusal::NoReload { role: role() },
        _ if !server.reads_files => Refusal::NoSight { role: role() },
        _ => return Ok(()),
    };
    Err(refusal)
}

/// Whether the server can load its files at all: behind a line that it can't
/// read, what stands in postgresql.auto.conf is hidden.
pub(super) async fn check_files(session: &Session) -> Result<(), JournalError> {
    let question = session.client.query_opt(sql!("settings/fault.sql"), &[]);
    let Some(row) = limited(READING_SETTINGS, question).await? else { return Ok(()) };
    let (file, line) = (field(&row, "file")?, field(&row, "line")?);
    Err(Refusal::FileFault { file, line, detail: field(&row, "error")? }.into())
}

/// Whether a reload would bring into effect what somebody else only wrote down.
/// Superusers alone can see it.
pub(super) async fn check_waiting(session: &Session, server: &Server) -> Result<(), JournalError> {
    if !server.is_superuser {
        return Ok(());
    }
    let question = session.client.query_typed(sql!("settings/waiting.sql"), &[]);
    let rows = limited(READING_SETTINGS, question).await?;
    let files = rows.iter().map(|row| field(row, "path")).collect::<Result<Vec<String>, _>>()?;
    match files.is_empty() {
        true => Ok(()),
        false => Err(Refusal::Waiting { files: files.join(", ") }.into()),
    }
}

/// Whether a name may be changed at all.
pub(super) fn check_names(names: &[String]) -> Result<(), Refusal> {
    for (no, name) in names.iter().enumerate() {
        if NEVER.iter().any(|never| never.eq_ignore_ascii_case(name)) {
            return Err(Refusal::Never { name: name.clone() });
        }
        if names[..no].iter().any(|before| before.eq_ignore_ascii_case(name)) {
            return Err(Refusal::Twice { name: name.clone() });
        }
    }
    Ok(())
}

/// Whether a reload changes the setting.
pub(super) fn is_by_reload(seen: &Seen) -> bool {
    let context = seen.context.as_deref();
    context.is_some_and(|context| !["postmaster", "internal"].contains(&context))
}

/// Whether a reload changes the setting, the change takes effect, and there is
/// a way to the new value and back.
pub(super) fn check_setting(seen: &Seen, after: &str) -> Result<(), Refusal> {
    let name = || seen.name.clone();
    let (Some(context), Some(source)) = (&seen.context, &seen.source) else {
        return Err(Refusal::Unknown { name: name() });
    };
    if !is_by_reload(seen) {
        return Err(Refusal::NotByReload { name: name(), context: context.clone() });
    }
    if !WEAKER.contains(&source.as_str()) {
        return Err(Refusal::Overridden { name: name(), by: source.clone() });
    }
    for value in [Some(after), seen.stands.as_deref()] {
        if value::statement(&seen.name, value).is_none() {
            let value = value.unwrap_or_default().to_owned();
            return Err(Refusal::NoWayBack { name: name(), value });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::alter_system::AlterSystem;

    fn seen(context: &str, source: &str, stands: Option<&str>) -> Seen {
        Seen {
            name: "search_path".to_owned(),
            context: Some(context.to_owned()),
            source: Some(source.to_owned()),
            in_effect: Some("a".to_owned()),
            stands: stands.map(str::to_owned),
            complaint: None,
            loaded_us: 0,
        }
    }

    #[test]
    fn what_a_reload_would_not_change_is_refused() {
        for context in ["sighup", "superuser", "user", "backend", "superuser-backend"] {
            assert!(check_setting(&seen(context, "default", None), "b").is_ok(), "{context}");
        }
        for context in ["postmaster", "internal"] {
            let refused = check_setting(&seen(context, "default", None), "b").unwrap_err();
            assert!(matches!(refused, Refusal::NotByReload { .. }), "{refused}");
        }
        for source in ["command line", "database", "user", "database user", "client", "override"] {
            let refused = check_setting(&seen("user", source, None), "b").unwrap_err();
            assert!(refused.to_string().contains(&format!("\"{source}\"")), "{refused}");
        }
        let unknown = Seen { context: None, ..seen("user", "default", None) };
        assert!(matches!(check_setting(&unknown, "b"), Err(Refusal::Unknown { .. })));
    }

    #[test]
    fn what_could_not_be_put_back_is_not_changed() {
        let from = |stands| check_setting(&seen("user", "configuration file", stands), "b");
        assert!(from(None).is_ok() && from(Some("a, b")).is_ok());
        assert!(matches!(from(Some("")), Err(Refusal::NoWayBack { .. })));
        assert!(matches!(from(Some("a\nb")), Err(Refusal::NoWayBack { .. })));
    }

    #[test]
    fn some_names_are_refused_however_they_are_spelt() {
        let names = |names: &[&str]| {
            check_names(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        };
        assert!(names(&["max_wal_size", "work_mem"]).is_ok());
        assert!(matches!(names(&["FSync"]), Err(Refusal::Never { .. })));
        assert!(matches!(names(&["work_mem", "Work_Mem"]), Err(Refusal::Twice { .. })));
    }

    #[test]
    fn servers_that_keep_their_settings_elsewhere_are_left_alone() {
        let good = || Server {
            system_identifier: "1".to_owned(),
            version_num: 140_000,
            in_recovery: false,
            role: "u".to_owned(),
            is_superuser: true,
            may_reload: true,
            reads_files: true,
            alter_system: AlterSystem { allowed: true, lacking: Vec::new(), managed_by: None },
        };
        assert!(check_server(&good()).is_ok());
        let standby = Server { in_recovery: true, ..good() };
        assert!(matches!(check_server(&standby), Err(Refusal::Standby {})));
        let alter_system = AlterSystem { allowed: false, ..good().alter_system };
        let kept = Server { alter_system, ..good() };
        assert!(matches!(check_server(&kept), Err(Refusal::Forbidden {})));
        let plain = Server { is_superuser: false, ..good() };
        assert!(matches!(check_server(&plain), Err(Refusal::NoSuperuser { .. })));
    }
}
