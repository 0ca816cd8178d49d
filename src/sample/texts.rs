//! Every statement of the sampler, so that it is known again among those that
//! the server counted.

use crate::session::sql;

/// The files of `sql/sample/`.
pub const ALL: &[&str] = &[
    sql!("sample/copy_waits.sql"),
    sql!("sample/data_directory.sql"),
    sql!("sample/statements_info.sql"),
    sql!("sample/statements_there.sql"),
    sql!("sample/statements_v1_11.sql"),
    sql!("sample/statements_v1_9.sql"),
    sql!("sample/table_sizes.sql"),
    sql!("sample/tables.sql"),
];

#[cfg(test)]
mod tests {
    #[test]
    fn every_file_is_among_them() {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/sql/sample");
        let mut files = 0;
        for file in std::fs::read_dir(dir).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(super::ALL.contains(&text.as_str()), "{} is missing", path.display());
            files += 1;
        }
        assert_eq!(files, super::ALL.len());
    }
}
