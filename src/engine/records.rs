//! Records of runs, read back: one of them, a folder of them, or the members
//! of a set.

use crate::message::catalogue;
use crate::model::RunRecord;
use crate::model::record::SCHEMA_VERSION;
use crate::model::set::Set;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::{Path, PathBuf};

catalogue! {
    /// Records that can't be read back; the command line is at fault.
    pub error RecordsError {
        /// Nothing is there, or it isn't JSON.
        Unreadable { path: String, detail: String }
            => "{path} can't be read: {detail}; name a folder that pgvalidate wrote results into, or a run.json or set.json in it",
               "không đọc được {path}: {detail}; hãy chỉ thư mục kết quả do pgvalidate ghi, hoặc tệp run.json hay set.json trong đó";
        /// Another file.
        WrongFile { path: String }
            => "{path} is no record of pgvalidate: neither a run.json nor a set.json",
               "{path} không phải bản ghi của pgvalidate: không phải run.json cũng không phải set.json";
        /// A record that a reader of this version would misread.
        OtherVersion { path: String, found: String, known: String }
            => "{path} has schema_version {found}, and this pgvalidate reads {known}, of the same major alone; take the version that wrote it",
               "{path} có schema_version {found}, còn pgvalidate này đọc {known} và chỉ cùng số chính; hãy dùng phiên bản đã ghi nó";
        /// No run there.
        Empty { path: String }
            => "no run lies in {path}: a folder of runs has folders with a run.json in them",
               "không có lần chạy nào trong {path}: thư mục chứa nhiều lần chạy phải có các thư mục con có run.json";
        /// A set without such members.
        NoRole { path: String, role: String, roles: String }
            => "{path} has no members of the role {role}; its roles: {roles}",
               "{path} không có thành viên với vai trò {role}; các vai trò: {roles}";
        /// A record that isn't the one that its set was written with.
        ChangedSince { path: String, expected: String, found: String }
            => "{path} isn't the record that its set was written with: its SHA-256 is {found}, and the set has {expected}; put the record back, or name the run.json itself",
               "{path} không phải bản ghi lúc lập bộ kết quả: SHA-256 là {found}, trong bộ là {expected}; hãy khôi phục bản ghi hoặc chỉ thẳng run.json";
    }
}

/// A record with the file that it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The record.
    pub record: RunRecord,
    /// Its file, absolute and without links.
    pub path: PathBuf,
    /// The file's SHA-256, in hexadecimal.
    pub sha256: String,
}

/// The runs that `given` names: a run's folder or run.json, a folder of runs,
/// a set's folder or set.json, the last two with `:ROLE` for the members of
/// that role, or several of these with commas in between.
///
/// # Errors
/// Where one of them can't be read, isn't a record, or has no runs.
pub fn group(given: &str) -> Result<Vec<Read>, RecordsError> {
    if Path::new(given).exists() || !given.contains(',') {
        return piece(given);
    }
    let mut all = Vec::new();
    for one in given.split(',') {
        all.extend(piece(one.trim())?);
    }
    Ok(all)
}

/// The record in a file.
///
/// # Errors
/// Where it can't be read or isn't the record of a run.
pub fn run(path: &Path) -> Result<Read, RecordsError> {
    let bytes = std::fs::read(path).map_err(|e| unreadable(path, &e))?;
    let value = value(path, &bytes)?;
    match kind(&value) {
        Some(Kind::Run) => read(path, value, &bytes),
        _ => Err(RecordsError::WrongFile { path: path.display().to_string() }),
    }
}

/// The set in a file.
///
/// # Errors
/// Where it can't be read or isn't the record of a set.
pub fn set(path: &Path) -> Result<Set, RecordsError> {
    let bytes = std::fs::read(path).map_err(|e| unreadable(path, &e))?;
    let value = value(path, &bytes)?;
    match kind(&value) {
        Some(Kind::Set) => parsed(path, value),
        _ => Err(RecordsError::WrongFile { path: path.display().to_string() }),
    }
}

/// A path, with or without a role.
fn piece(given: &str) -> Result<Vec<Read>, RecordsError> {
    let path = Path::new(given);
    if path.exists() {
        return whole(path, None);
    }
    let role = given.match_indices(':').map(|(at, _)| (Path::new(&given[..at]), &given[at + 1..]));
    match role.into_iter().find(|(path, _)| path.exists()) {
        Some((path, role)) => whole(path, Some(role)),
        None => Err(unreadable(path, &std::io::Error::from(std::io::ErrorKind::NotFound))),
    }
}

fn whole(path: &Path, role: Option<&str>) -> Result<Vec<Read>, RecordsError> {
    let wrong = |path: &Path| RecordsError::WrongFile { path: path.display().to_string() };
    if path.is_dir() {
        let names = ["run.json", "set.json"];
        return match names.map(|name| path.join(name)).into_iter().find(|file| file.is_file()) {
            Some(file) => whole(&file, role),
            None if role.is_none() => folder(path),
            None => Err(wrong(path)),
        };
    }
    let bytes = std::fs::read(path).map_err(|e| unreadable(path, &e))?;
    let value = value(path, &bytes)?;
    match (kind(&value), role) {
        (Some(Kind::Run), None) => Ok(vec![read(path, value, &bytes)?]),
        (Some(Kind::Set), role) => members(path, &parsed(path, value)?, role),
        _ => Err(wrong(path)),
    }
}

/// The runs in the folders of a folder, in the order of their names, which is
/// that of their times.
fn folder(path: &Path) -> Result<Vec<Read>, RecordsError> {
    let entries = std::fs::read_dir(path).map_err(|e| unreadable(path, &e))?;
    let mut files: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path().join("run.json"))).collect();
    files.retain(|file| file.is_file());
    files.sort_unstable();
    if files.is_empty() {
        return Err(RecordsError::Empty { path: path.display().to_string() });
    }
    files.iter().map(|file| run(file)).collect()
}

/// The members of a set, of one role or all, as they were when it was written.
fn members(path: &Path, set: &Set, role: Option<&str>) -> Result<Vec<Read>, RecordsError> {
    let name = path.display().to_string();
    let of_role = set.members.iter().filter(|m| role.is_none_or(|role| m.role == role));
    let of_role: Vec<_> = of_role.collect();
    match role {
        _ if set.members.is_empty() => return Err(RecordsError::Empty { path: name }),
        Some(role) if of_role.is_empty() => {
            let mut roles: Vec<&str> = set.members.iter().map(|m| m.role.as_str()).collect();
            roles.sort_unstable();
            roles.dedup();
            let (role, roles) = (role.to_owned(), roles.join("; "));
            return Err(RecordsError::NoRole { path: name, role, roles });
        }
        _ => {}
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let member = |member: &crate::model::set::Member| {
        let read = run(&folder.join(&member.path))?;
        if read.sha256 == member.sha256 {
            return Ok(read);
        }
        let path = read.path.display().to_string();
        let (expected, found) = (member.sha256.clone(), read.sha256);
        Err(RecordsError::ChangedSince { path, expected, found })
    };
    of_role.into_iter().map(member).collect()
}

/// What a file of ours can be.
enum Kind {
    Run,
    Set,
}

fn kind(value: &Value) -> Option<Kind> {
    let has = |key| value.get(key).is_some();
    if has("run_id") && has("scenario") {
        return Some(Kind::Run);
    }
    (has("set_id") && has("members")).then_some(Kind::Set)
}

/// The JSON of a record of a version that this one reads.
fn value(path: &Path, bytes: &[u8]) -> Result<Value, RecordsError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|e| unreadable(path, &e))?;
    let name = path.display().to_string();
    let Some(found) = value.get("schema_version").and_then(Value::as_str) else {
        return Err(RecordsError::WrongFile { path: name });
    };
    if major(found) != major(SCHEMA_VERSION) {
        let (found, known) = (found.to_owned(), SCHEMA_VERSION.to_owned());
        return Err(RecordsError::OtherVersion { path: name, found, known });
    }
    Ok(value)
}

fn read(path: &Path, value: Value, bytes: &[u8]) -> Result<Read, RecordsError> {
    let record = parsed(path, value)?;
    let path = path.canonicalize().map_err(|e| unreadable(path, &e))?;
    Ok(Read { record, path, sha256: sha256(bytes) })
}

fn parsed<T: DeserializeOwned>(path: &Path, value: Value) -> Result<T, RecordsError> {
    serde_json::from_value(value).map_err(|e| unreadable(path, &e))
}

fn unreadable(path: &Path, detail: &impl ToString) -> RecordsError {
    RecordsError::Unreadable { path: path.display().to_string(), detail: detail.to_string() }
}

/// The major of a schema's version.
pub(super) fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or_default()
}

/// The SHA-256 of `bytes`, in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_known_one() {
        // FIPS 180-2, appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), abc);
    }
}
