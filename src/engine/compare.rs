//! Two groups of runs that are there already, compared: reads their records,
//! refuses what isn't comparable, and leaves a set.

use super::EngineError;
use super::records::{self, Read};
use super::results::{ResultFolder, utc};
use super::set::{Done, SET_FILE, empty};
use crate::judge::compare::metrics::Unusable;
use crate::judge::compare::{Comparable, Metric, Roles, comparable, judge};
use crate::message::{Lang, Localized, catalogue};
use crate::model::set::{Member, Set};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use uuid::Uuid;

/// What the groups are called.
pub const ROLES: Roles<'static> = Roles { base: "A", other: "B" };

catalogue! {
    /// Groups that aren't compared; the command line is at fault.
    pub error CompareError {
        /// Runs of different conditions.
        NotComparable { en: String, vi: String }
            => "A and B are not compared, since {en}; compare runs of the same scenario, durability and build, or give --force",
               "không so sánh A và B vì {vi}; hãy so sánh các lần chạy cùng kịch bản, độ bền vững và bản dựng, hoặc dùng --force";
        /// A run that is there twice.
        Twice { run_id: String, path: String }
            => "run {run_id} is given twice, the second time as {path}: it counts once; name each run once, in A or in B",
               "lần chạy {run_id} được chỉ hai lần, lần sau là {path}: chỉ tính một lần; hãy chỉ mỗi lần chạy một lần, trong A hoặc B";
        /// No number of the record.
        UnknownMetric { metric: String }
            => "--metric {metric}: the record has no such number; give a path, as in load.rows_per_s or latency.batch.service_ms.p99",
               "--metric {metric}: bản ghi không có số liệu này; hãy dùng đường dẫn, ví dụ load.rows_per_s hoặc latency.batch.service_ms.p99";
        /// A number of which it isn't known what is better.
        NoDirection { metric: String }
            => "--metric {metric}: whether more of it is better isn't known; give a rate, a duration or a cost a row",
               "--metric {metric}: không biết nhiều hơn có tốt hơn không; hãy dùng tốc độ, thời gian hoặc chi phí mỗi dòng";
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct CompareOptions {
    /// The runs of the base, as [`records::group`] takes them.
    pub base: String,
    /// The runs that are compared with it.
    pub other: String,
    /// The path of the metric that decides.
    pub metric: String,
    /// The change, as a share, that makes a practical difference.
    pub threshold: f64,
    /// Whether runs that aren't comparable are compared all the same.
    pub force: bool,
    /// Where the set goes.
    pub results: PathBuf,
    /// The command line, for the record.
    pub argv: Vec<String>,
}

/// Compares, and leaves the set in a folder of its own: both are returned.
///
/// # Errors
/// Where records can't be read, aren't comparable, or the set can't be written.
pub fn run(options: &CompareOptions) -> Result<(Set, PathBuf), EngineError> {
    let metric = metric(&options.metric)?;
    let groups = [
        (ROLES.base, records::group(&options.base)?),
        (ROLES.other, records::group(&options.other)?),
    ];
    refuse_twice(groups.iter().flat_map(|(_, runs)| runs))?;
    let done: Vec<Done> = groups
        .iter()
        .flat_map(|(role, runs)| runs.iter().enumerate().map(|(index, run)| done(role, index, run)))
        .collect();
    let found = comparable(&done, ROLES);
    if !found.refusals.is_empty() && !options.force {
        return Err(refusal(&found).into());
    }
    let is_private = |done: &Done| done.record.server.as_ref().is_some_and(|s| s.private);
    let id = Uuid::new_v4();
    let folder = ResultFolder::create(&options.results, "compare", id)?;
    let mut set = empty("compare", &options.argv, done.iter().all(is_private), id);
    let runs = groups.iter().flat_map(|(_, runs)| runs);
    set.members =
        done.iter().zip(runs).map(|(done, run)| member(done, run, folder.path())).collect();
    judge(&mut set, &done, ROLES, &metric, options.threshold, found);
    set.finished_at = Some(utc(SystemTime::now()));
    folder.write_json(SET_FILE, &set)?;
    Ok((set, folder.path().to_owned()))
}

fn metric(path: &str) -> Result<Metric, CompareError> {
    let metric = path.to_owned();
    Metric::at(path).map_err(|unusable| match unusable {
        Unusable::Unknown => CompareError::UnknownMetric { metric },
        Unusable::NoDirection => CompareError::NoDirection { metric },
    })
}

/// A run that counted twice would make noise look smaller than it is.
fn refuse_twice<'a>(mut runs: impl Iterator<Item = &'a Read>) -> Result<(), CompareError> {
    let mut seen = HashSet::new();
    let twice = runs.find(|run| !seen.insert(&run.record.run_id));
    twice.map_or(Ok(()), |run| {
        let (run_id, path) = (run.record.run_id.clone(), run.path.display().to_string());
        Err(CompareError::Twice { run_id, path })
    })
}

fn done(role: &str, index: usize, run: &Read) -> Done {
    let folder = run.path.parent().and_then(Path::file_name).unwrap_or_default();
    let label = format!("{role} #{} ({})", index + 1, folder.display());
    Done { label, role: role.to_owned(), record: run.record.clone() }
}

fn member(done: &Done, run: &Read, folder: &Path) -> Member {
    Member {
        label: done.label.clone(),
        role: done.role.clone(),
        run_id: run.record.run_id.clone(),
        sha256: run.sha256.clone(),
        path: from(folder, &run.path).display().to_string(),
        verdict: run.record.verdict,
    }
}

/// The way from a folder to a file: beside it in the same results, or absolute.
fn from(folder: &Path, file: &Path) -> PathBuf {
    let results = folder.parent().and_then(|results| results.canonicalize().ok());
    match results.and_then(|results| file.strip_prefix(results).ok().map(Path::to_owned)) {
        Some(beside) => Path::new("..").join(beside),
        None => file.to_owned(),
    }
}

fn refusal(found: &Comparable) -> CompareError {
    let all = |lang: Lang| {
        let texts: Vec<String> = found.refusals.iter().map(|note| note.text(lang)).collect();
        texts.join("; ")
    };
    CompareError::NotComparable { en: all(Lang::En), vi: all(Lang::Vi) }
}
