//! The statements of `sql/sample/`, and which of them a major version gets.
//!
//! The one place where versions are told apart: the sampler asks by name, and
//! a test prepares and runs every file here on every major that it is for.

use crate::model::MAJORS;

/// What a statement's parameter stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// The application_name of the run's writers, text.
    Writers,
    /// The run's id, uuid.
    RunId,
    /// The name of the table that is written, text.
    Table,
    /// The role of the writers, text.
    WriterRole,
}

/// A statement.
#[derive(Debug, Clone, Copy)]
pub struct File {
    /// What it is asked for by.
    pub name: &'static str,
    /// Its file below `sql/sample/`.
    pub path: &'static str,
    /// Its text.
    pub sql: &'static str,
    /// The first major that it is for.
    pub from: u32,
    /// Its parameters, in their order.
    pub parameters: &'static [Parameter],
}

macro_rules! files {
    ($($name:literal $path:literal $from:literal [$($parameter:ident),*];)*) => {
        /// Every statement; of one name the file of the newest major comes last.
        pub const FILES: &[File] = &[$(File {
            name: $name,
            path: $path,
            sql: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/sample/", $path)),
            from: $from,
            parameters: &[$(Parameter::$parameter),*],
        }),*];
    };
}

files! {
    "facts" "facts.sql" 14 [];
    "snapshot" "snapshot.sql" 14 [Writers];
    "snapshot" "snapshot_pg17.sql" 17 [Writers];
    "snapshot" "snapshot_pg18.sql" 18 [Writers];
    "io" "io_pg16.sql" 16 [];
    "io" "io_pg18.sql" 18 [];
    "control" "control.sql" 14 [];
    "standbys" "standbys.sql" 14 [];
    "clock" "clock.sql" 14 [];
    "activity" "activity.sql" 14 [Writers];
    "settled" "settled.sql" 14 [Writers];
    "table_sizes" "table_sizes.sql" 14 [RunId, Table];
    "tables" "tables.sql" 14 [RunId, Table];
    "peaks" "peaks.sql" 14 [];
    "most_inserted" "most_inserted.sql" 14 [RunId, Table];
    "most_inserted" "most_inserted_pg18.sql" 18 [RunId, Table];
    "wal_size" "wal_size.sql" 14 [];
    "data_directory" "data_directory.sql" 14 [];
    "statements_there" "statements_there.sql" 14 [];
    "statements_info" "statements_info.sql" 14 [];
    // By the extension's version: these are the ones that the majors bring.
    "statements" "statements_v1_9.sql" 14 [WriterRole];
    "statements" "statements_v1_10.sql" 15 [WriterRole];
    "statements" "statements_v1_11.sql" 17 [WriterRole];
}

/// The statement of that name for a major; None where there is none for it.
pub fn file(name: &str, major: u32) -> Option<&'static File> {
    FILES.iter().rev().find(|file| file.name == name && file.from <= major)
}

/// The majors that get this file.
pub fn majors(of: &File) -> impl Iterator<Item = u32> {
    MAJORS.filter(move |major| file(of.name, *major).is_some_and(|file| file.path == of.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_major_gets_the_newest_file_that_is_not_newer() {
        let path = |name, major| file(name, major).map(|file| file.path);
        assert_eq!(path("snapshot", 14), Some("snapshot.sql"));
        assert_eq!(path("snapshot", 17), Some("snapshot_pg17.sql"));
        assert_eq!(path("snapshot", 19), Some("snapshot_pg18.sql"));
        assert_eq!((path("io", 15), path("io", 16)), (None, Some("io_pg16.sql")));
        assert_eq!(path("nothing", 18), None);
    }

    #[test]
    fn a_suffix_says_from_which_major_on() {
        // `_v1_11` is the extension's version, not the server's.
        for file in FILES.iter().filter(|file| !file.path.contains("_v1_")) {
            let suffix = file.path.trim_end_matches(".sql").split_once("_pg");
            let from = suffix.map_or(14, |(_, major)| major.parse().unwrap());
            assert_eq!(file.from, from, "{}", file.path);
            assert!(majors(file).next().is_some(), "{} is for no major", file.path);
        }
    }
}
