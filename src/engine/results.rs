//! The folder of a run's results, and the record in it.

use super::EngineError;
use super::error::SetupError;
use crate::model::RunRecord;
use serde::Serialize;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// `results/<utc>-<scenario>-<id>/`
pub struct ResultFolder {
    path: PathBuf,
}

impl ResultFolder {
    /// Makes the folder, for its owner alone: before anything else, so that a
    /// run isn't made in vain.
    ///
    /// # Errors
    /// Where it can't be made or written to.
    pub fn create(results: &Path, scenario: &str, run_id: Uuid) -> Result<Self, EngineError> {
        let id = run_id.simple().to_string();
        let stamp = utc(std::time::SystemTime::now()).replace([':', '-'], "");
        let path = results.join(format!("{stamp}-{scenario}-{}", &id[..8]));
        let refusal = |detail: std::io::Error| SetupError::Results {
            path: results.display().to_string(),
            detail: detail.to_string(),
        };
        DirBuilder::new().recursive(true).mode(0o700).create(&path).map_err(refusal)?;
        Ok(ResultFolder { path })
    }

    /// A folder that is there already, of a set that is continued.
    pub(super) fn existing(path: &Path) -> ResultFolder {
        ResultFolder { path: path.to_owned() }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file of acknowledgements.
    pub fn acknowledgements(&self) -> PathBuf {
        self.path.join("acknowledged.tsv")
    }

    /// Where the record is.
    pub fn record(&self) -> PathBuf {
        self.path.join("run.json")
    }

    /// Writes the record: whole or not at all.
    ///
    /// # Errors
    /// Where it can't be written.
    pub fn write(&self, record: &RunRecord) -> Result<(), EngineError> {
        self.write_json("run.json", record)
    }

    /// Writes `value` as `name`: whole or not at all.
    pub(super) fn write_json(&self, name: &str, value: &impl Serialize) -> Result<(), EngineError> {
        let refusal =
            |detail: String| SetupError::Results { path: self.path.display().to_string(), detail };
        let json = serde_json::to_vec_pretty(value).map_err(|e| refusal(e.to_string()))?;
        let temporary = self.path.join(format!("{name}.tmp"));
        let write = || -> std::io::Result<()> {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true).mode(0o600);
            let mut file = options.open(&temporary)?;
            file.write_all(&json)?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            std::fs::rename(&temporary, self.path.join(name))?;
            File::open(&self.path)?.sync_all()
        };
        Ok(write().map_err(|e| refusal(e.to_string()))?)
    }
}

/// A time in UTC to the second, RFC 3339.
pub fn utc(time: std::time::SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string()
}
