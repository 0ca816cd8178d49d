//! Whether a server is set as that of a finished run was: what is advised for
//! one says nothing about a server that is set otherwise.

use crate::judge::value::shown;
use crate::model::facts::SettingFact;

/// The settings that decide what a write costs. What ties a server to its
/// machine, and what is there to see with, may differ.
pub const BEAR_ON_IT: [&str; 32] = [
    "max_wal_size",
    "min_wal_size",
    "checkpoint_timeout",
    "checkpoint_completion_target",
    "checkpoint_flush_after",
    "wal_buffers",
    "wal_compression",
    "wal_level",
    "wal_init_zero",
    "wal_recycle",
    "wal_segment_size",
    "wal_log_hints",
    "wal_sync_method",
    "wal_writer_delay",
    "wal_writer_flush_after",
    "fsync",
    "full_page_writes",
    "synchronous_commit",
    "commit_delay",
    "commit_siblings",
    "data_checksums",
    "shared_buffers",
    "block_size",
    "work_mem",
    "maintenance_work_mem",
    "bgwriter_delay",
    "bgwriter_lru_maxpages",
    "bgwriter_lru_multiplier",
    "bgwriter_flush_after",
    "backend_flush_after",
    "default_toast_compression",
    "jit",
];

/// A setting in which two servers differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// Its name.
    pub name: String,
    /// Its value in the run, with its unit.
    pub was: String,
    /// Its value on the server that is to be measured.
    pub is: String,
}

/// The settings that bear on a trial and that both have, in which they differ.
pub fn differing(was: &[SettingFact], is: &[SettingFact]) -> Vec<Differing> {
    let pair = |was: &SettingFact| {
        let is = is.iter().find(|is| is.name == was.name && is.value != was.value)?;
        Some(Differing { name: was.name.clone(), was: in_words(was), is: in_words(is) })
    };
    let bears = |was: &&SettingFact| BEAR_ON_IT.contains(&was.name.as_str());
    was.iter().filter(bears).filter_map(pair).collect()
}

fn in_words(setting: &SettingFact) -> String {
    match setting.value.parse() {
        Ok(number) => shown(number, &setting.unit),
        Err(_) => setting.value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_the_cost_of_a_write_is_to_be_the_same() {
        let fact = |name: &str, value: &str, unit: &str| SettingFact {
            name: name.to_owned(),
            value: value.to_owned(),
            unit: unit.to_owned(),
            ..SettingFact::default()
        };
        let was = [
            fact("max_wal_size", "64", "MB"),
            fact("wal_compression", "off", ""),
            fact("max_connections", "500", ""),
            fact("data_checksums", "off", ""),
        ];
        let is = [
            fact("max_wal_size", "1024", "MB"),
            fact("wal_compression", "off", ""),
            fact("max_connections", "100", ""),
        ];
        let found = differing(&was, &is);
        let [one] = &found[..] else { panic!("{found:?}") };
        assert_eq!((&*one.name, &*one.was, &*one.is), ("max_wal_size", "64MB", "1GB"));
        assert!(differing(&was, &was).is_empty());
    }
}
