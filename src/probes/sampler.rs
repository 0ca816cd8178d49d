//! What the sampler will be able to see, by the server's settings.

use super::{failed, field, unanswered};
use crate::model::Check;
use crate::model::observed::Sampler as Said;
use crate::session::{Session, SessionError, sql};

/// The settings that decide it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings {
    pub track_io_timing: String,
    pub track_wal_io_timing: String,
    pub track_counts: String,
    pub track_activities: String,
    pub log_checkpoints: String,
    pub compute_query_id: String,
    pub statements_loaded: bool,
    /// The extension's version; None where this database lacks it.
    pub statements_version: Option<String>,
    pub statements_track: Option<String>,
    pub statements_track_utility: Option<String>,
}

/// Asks.
pub(super) async fn ask(session: &Session) -> Result<Settings, SessionError> {
    let query = session.client.query_typed_one(sql!("preflight/sampler.sql"), &[]);
    let row = query.await.map_err(failed())?;
    Ok(Settings {
        track_io_timing: field(&row, "track_io_timing")?,
        track_wal_io_timing: field(&row, "track_wal_io_timing")?,
        track_counts: field(&row, "track_counts")?,
        track_activities: field(&row, "track_activities")?,
        log_checkpoints: field(&row, "log_checkpoints")?,
        compute_query_id: field(&row, "compute_query_id")?,
        statements_loaded: field(&row, "statements_loaded")?,
        statements_version: field(&row, "statements_version")?,
        statements_track: field(&row, "statements_track")?,
        statements_track_utility: field(&row, "statements_track_utility")?,
    })
}

/// Judges: each setting on its own.
pub(super) fn checks(answer: &Result<Settings, SessionError>) -> Vec<Check> {
    let s = match answer {
        Err(error) => return vec![unanswered("sampler_settings", error)],
        Ok(settings) => settings,
    };
    let switches = [
        ("track_io_timing", &s.track_io_timing, Said::IoTimesMissing {}),
        ("track_wal_io_timing", &s.track_wal_io_timing, Said::WalTimesMissing {}),
        ("track_counts", &s.track_counts, Said::CountsMissing {}),
        ("track_activities", &s.track_activities, Said::ActivitiesMissing {}),
        ("log_checkpoints", &s.log_checkpoints, Said::CheckpointsUnlogged {}),
        // Others than off are auto, on and regress.
        ("compute_query_id", &s.compute_query_id, Said::QueryIdsMissing {}),
    ];
    let mut checks: Vec<Check> = switches
        .into_iter()
        .map(|(setting, value, missing)| match value == "off" {
            true => Check::warning(setting, missing),
            false => {
                let (setting, value) = (setting.to_owned(), value.clone());
                Check::ok(&setting.clone(), Said::SettingGood { setting, value })
            }
        })
        .collect();
    checks.push(statements(s));
    checks
}

/// What stands in the way of statements first.
fn statements(s: &Settings) -> Check {
    let id = "pg_stat_statements";
    let is = |setting: &Option<String>, value: &str| setting.as_deref() == Some(value);
    match &s.statements_version {
        _ if !s.statements_loaded => Check::warning(id, Said::StatementsUnloaded {}),
        None => Check::warning(id, Said::StatementsUncreated {}),
        Some(_) if is(&s.statements_track, "none") => {
            Check::warning(id, Said::StatementsUntracked {})
        }
        Some(_) if is(&s.statements_track_utility, "off") => {
            Check::warning(id, Said::UtilityUntracked {})
        }
        Some(version) => Check::ok(id, Said::StatementsThere { version: version.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Outcome;

    fn good() -> Settings {
        let on = || "on".to_owned();
        Settings {
            track_io_timing: on(),
            track_wal_io_timing: on(),
            track_counts: on(),
            track_activities: on(),
            log_checkpoints: on(),
            compute_query_id: "auto".into(),
            statements_loaded: true,
            statements_version: Some("1.10".into()),
            statements_track: Some("top".into()),
            statements_track_utility: Some("on".into()),
        }
    }

    fn warned(change: fn(&mut Settings)) -> Vec<String> {
        let mut settings = good();
        change(&mut settings);
        let checks = checks(&Ok(settings)).into_iter();
        checks.filter(|c| c.outcome == Outcome::Warning).map(|c| c.note.id).collect()
    }

    #[test]
    fn each_setting_that_blinds_the_sampler_is_told() {
        assert!(warned(|_| {}).is_empty());
        assert_eq!(warned(|s| s.track_io_timing = "off".into()), ["io_times_missing"]);
        assert_eq!(warned(|s| s.track_wal_io_timing = "off".into()), ["wal_times_missing"]);
        assert_eq!(warned(|s| s.track_counts = "off".into()), ["counts_missing"]);
        assert_eq!(warned(|s| s.track_activities = "off".into()), ["activities_missing"]);
        assert_eq!(warned(|s| s.log_checkpoints = "off".into()), ["checkpoints_unlogged"]);
        assert_eq!(warned(|s| s.compute_query_id = "off".into()), ["query_ids_missing"]);
        assert_eq!(warned(|s| s.statements_loaded = false), ["statements_unloaded"]);
        assert_eq!(warned(|s| s.statements_version = None), ["statements_uncreated"]);
        assert_eq!(warned(|s| s.statements_track = Some("none".into())), ["statements_untracked"]);
        assert_eq!(
            warned(|s| s.statements_track_utility = Some("off".into())),
            ["utility_untracked"]
        );
    }
}
