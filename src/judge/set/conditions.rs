//! Whether runs may be compared at all: the same server, the same durability.

use super::Done;
use crate::model::Note;
use crate::model::observed::SetNote;
use crate::model::record::Server;

/// The settings that decide what an acknowledged commit is worth, and what
/// WAL has to be written for it.
pub(crate) const DURABILITY: [&str; 6] = [
    "fsync",
    "full_page_writes",
    "synchronous_commit",
    "synchronous_standby_names",
    "wal_level",
    "data_checksums",
];

/// Why the runs are not to be compared; empty where they are.
pub fn differ(done: &[Done]) -> Vec<Note> {
    differ_among(done.iter())
}

/// The same of some of the runs.
pub fn differ_among<'a>(done: impl Iterator<Item = &'a Done> + Clone) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    notes.extend(servers(done.clone()));
    for name in DURABILITY {
        notes.extend(setting_differs(done.clone(), name).map(|(first, other, label)| {
            SetNote::SettingsDiffer { setting: name.to_owned(), first, other, label }.into()
        }));
    }
    notes
}

/// The setting's value in the first run, the first other one, and in which run.
pub fn setting_differs<'a>(
    done: impl Iterator<Item = &'a Done>,
    name: &str,
) -> Option<(String, String, String)> {
    first_other(done, |server| setting(server, name))
}

/// That the runs weren't all on servers of the same version and address.
pub fn servers_differ(done: &[Done]) -> Option<Note> {
    servers(done.iter())
}

fn servers<'a>(done: impl Iterator<Item = &'a Done>) -> Option<Note> {
    let (first, other, label) = first_other(done, server)?;
    Some(SetNote::ServersDiffer { first, other, label }.into())
}

/// Settings that changed from run to run and don't forbid to compare.
pub fn changed(done: &[Done]) -> Vec<Note> {
    let servers = || done.iter().filter_map(|done| done.record.server.as_ref());
    let mut names: Vec<&str> = servers()
        .flat_map(|server| server.settings.iter().map(|setting| setting.name.as_str()))
        .filter(|name| !DURABILITY.contains(name))
        .collect();
    names.sort_unstable();
    names.dedup();
    let differs = |name: &&str| {
        let (first, other, label) = setting_differs(done.iter(), name)?;
        let setting = (*name).to_owned();
        Some(SetNote::SettingChanged { setting, first, other, label }.into())
    };
    names.iter().filter_map(differs).collect()
}

fn server(server: &Server) -> String {
    format!("PostgreSQL {} ({})", server.version, server.address)
}

/// `-` where it isn't among those that are recorded: it has its default.
fn setting(server: &Server, name: &str) -> String {
    let found = server.settings.iter().find(|setting| setting.name == name);
    found.map_or_else(|| "-".to_owned(), |setting| format!("'{}'", setting.value))
}

/// The first run that says something else than the very first: both, and its label.
fn first_other<'a>(
    done: impl Iterator<Item = &'a Done>,
    of: impl Fn(&Server) -> String,
) -> Option<(String, String, String)> {
    let mut said = done.filter_map(|d| Some((of(d.record.server.as_ref()?), d.label.clone())));
    let (first, _) = said.next()?;
    let (other, label) = said.find(|(value, _)| *value != first)?;
    Some((first, other, label))
}
