//! Finds the server programs. Distributions keep them out of PATH, and where
//! PATH has them they are often symbolic links, beside which nothing else lies.

use super::ServerError;
use crate::model::MAJORS;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Directories with one installation for each entry whose name starts with the
/// prefix; the programs are in its `bin`.
const USUAL: [(&str, &str); 5] = [
    ("/usr/lib/postgresql", ""),
    ("/usr", "pgsql-"),
    ("/opt/homebrew/opt", "postgresql"),
    ("/usr/local/opt", "postgresql"),
    ("/usr/local", "pgsql"),
];

/// An installation of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The real directory of `postgres` and `initdb`.
    pub dir: PathBuf,
    /// The major version, such as 15.
    pub version_num: u32,
    /// The version as the server says it, such as `15.7` or `18beta1`.
    pub version: String,
}

/// Finds the server programs: in `bin_dir` and nowhere else if it is given,
/// else the newest supported major of PATH, `pg_config` and the usual places,
/// or the newest of all where none is supported.
/// Runs `postgres --version` for each, some 10 ms.
///
/// # Errors
/// Where there are none, or `bin_dir` doesn't hold both programs.
pub fn find_binaries(bin_dir: Option<&Path>) -> Result<Binaries, ServerError> {
    if let Some(dir) = bin_dir {
        return inspect(dir)
            .map_err(|detail| ServerError::BadBinDir { dir: dir.display().to_string(), detail });
    }
    let mut found: Vec<Binaries> = Vec::new();
    for dir in candidates() {
        if let Ok(binaries) = inspect(&dir)
            && !found.contains(&binaries)
        {
            found.push(binaries);
        }
    }
    // Stable: within a major version the order of the candidates holds.
    found.sort_by_key(|binaries| std::cmp::Reverse(preference(binaries.version_num)));
    found.into_iter().next().ok_or(ServerError::NoBinaries {})
}

/// A supported major before any other, then the newer one.
fn preference(major: u32) -> (bool, u32) {
    (MAJORS.contains(&major), major)
}

fn candidates() -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).filter(|dir| dir.is_absolute()).collect())
        .unwrap_or_default();
    dirs.extend(pg_config(Path::new("pg_config"), "--bindir"));
    for (parent, prefix) in USUAL {
        let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
        let mut matching: Vec<PathBuf> = entries
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
            .map(|entry| entry.path().join("bin"))
            .collect();
        matching.sort();
        dirs.extend(matching);
    }
    dirs.retain(|dir| dir.join("postgres").exists());
    dirs
}

/// What `pg_config` says to `question`.
pub(super) fn pg_config(program: &Path, question: &str) -> Option<PathBuf> {
    let output =
        Command::new(program).arg(question).stdin(Stdio::null()).stderr(Stdio::null()).output();
    let text = String::from_utf8(output.ok()?.stdout).ok()?;
    let path = PathBuf::from(text.trim());
    path.is_absolute().then_some(path)
}

/// The installation that `dir` leads to, or why there is none.
fn inspect(dir: &Path) -> Result<Binaries, String> {
    let link = dir.join("postgres");
    let real = link.canonicalize().map_err(|e| format!("{}: {e}", link.display()))?;
    let dir = real.parent().map(Path::to_owned).unwrap_or_default();
    let postgres = dir.join("postgres");
    for program in [&postgres, &dir.join("initdb")] {
        if !program.is_file() {
            return Err(format!("there is no {}", program.display()));
        }
    }
    let output = Command::new(&postgres)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("{}: {e}", postgres.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let (version_num, version) = parse_version(&text).ok_or_else(|| {
        format!("{} --version says \"{}\"", postgres.display(), text.trim().escape_debug())
    })?;
    Ok(Binaries { dir, version_num, version })
}

/// Major version and version out of `postgres (PostgreSQL) 15.7 (Debian …)`.
fn parse_version(text: &str) -> Option<(u32, String)> {
    let word = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let version = word?;
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    Some((version[..digits].parse().ok()?, version.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions() {
        for (text, major, version) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", 15, "15.18"),
            ("postgres (PostgreSQL) 18beta1", 18, "18beta1"),
            ("postgres (PostgreSQL) 19devel", 19, "19devel"),
            ("postgres (EnterpriseDB Advanced Server) 16.2.0", 16, "16.2.0"),
            ("postgres (PostgreSQL) 9.6.24", 9, "9.6.24"),
        ] {
            assert_eq!(parse_version(text), Some((major, version.to_owned())), "{text}");
        }
        assert_eq!(parse_version("postgres: command not found"), None);
        assert_eq!(parse_version(""), None);
    }

    #[test]
    fn a_supported_major_goes_before_a_newer_one() {
        let mut majors = [13, 19, 17, 9, 18];
        majors.sort_by_key(|major| std::cmp::Reverse(preference(*major)));
        assert_eq!(majors, [18, 17, 19, 13, 9]);
    }

    #[test]
    fn a_wrong_bin_dir_is_named() {
        let error = find_binaries(Some(Path::new("/nonexistent/bin"))).map_err(|e| e.to_string());
        assert!(error.is_err_and(|text| text.contains("--pg-bin /nonexistent/bin")));
    }
}
