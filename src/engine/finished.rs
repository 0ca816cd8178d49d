//! A finished run, read back from where its results are.

use crate::message::catalogue;
use crate::model::RunRecord;
use crate::model::record::SCHEMA_VERSION;
use serde_json::Value;
use std::path::{Path, PathBuf};

catalogue! {
    /// A run's record can't be read back.
    pub error RecordError {
        /// There is none, or it is none.
        Unreadable { path: String, detail: String }
            => "{path}: no run can be read there: {detail}; name a run's folder, or its run.json",
               "{path}: không đọc được lần chạy: {detail}; hãy chỉ thư mục của lần chạy hoặc tệp run.json";
        /// A set has no record of its own.
        IsSet { path: String }
            => "{path} is a set of runs; name the folder of one of them, below runs/",
               "{path} là một bộ nhiều lần chạy; hãy chỉ thư mục của một lần chạy trong đó";
        /// A record that this version would misread.
        OtherVersion { path: String, found: String, wanted: String }
            => "{path}: the record's schema is {found}, and this version reads {wanted}; use the version of the tool that wrote it",
               "{path}: schema của bản ghi là {found}, phiên bản này đọc {wanted}; hãy dùng phiên bản đã ghi ra nó";
    }
}

/// A finished run.
#[derive(Debug)]
pub struct FinishedRun {
    /// Its record.
    pub record: RunRecord,
    /// The folder that it is in.
    pub folder: PathBuf,
}

/// Reads the run in a folder, or a record.
///
/// # Errors
/// Where there is none, or one of another major version of the schema.
pub fn read(path: &Path) -> Result<FinishedRun, RecordError> {
    let file = if path.is_dir() { path.join("run.json") } else { path.to_owned() };
    let name = || file.display().to_string();
    let unreadable = |detail: String| RecordError::Unreadable { path: name(), detail };
    if !file.exists() && path.join("set.json").exists() {
        return Err(RecordError::IsSet { path: path.display().to_string() });
    }
    let bytes = std::fs::read(&file).map_err(|error| unreadable(error.to_string()))?;
    let value: Value =
        serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
    let found = value["schema_version"].as_str().unwrap_or_default().to_owned();
    if !found.is_empty() && major(&found) != major(SCHEMA_VERSION) {
        let wanted = SCHEMA_VERSION.to_owned();
        return Err(RecordError::OtherVersion { path: name(), found, wanted });
    }
    let record = serde_json::from_value(value).map_err(|error| unreadable(error.to_string()))?;
    let folder = file.parent().map_or_else(PathBuf::new, Path::to_owned);
    Ok(FinishedRun { record, folder })
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or_default()
}
