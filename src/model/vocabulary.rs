//! The words with a fixed set of values: flags, the record and the code share them.

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a batch's rows are written.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
    ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// COPY FROM STDIN in binary format.
    #[default]
    CopyBinary,
    /// COPY FROM STDIN in text format.
    CopyText,
    /// Multi-row INSERT … VALUES.
    Values,
    /// INSERT … SELECT FROM unnest() of one array a column.
    Unnest,
    /// One prepared INSERT a row, sent without waiting for the replies.
    Pipeline,
    /// One prepared INSERT a row, each reply awaited.
    Single,
    /// One prepared INSERT and one transaction a row.
    Autocommit,
}

impl Method {
    /// Every method, the fastest by experience first.
    pub const ALL: [Method; 7] = [
        Method::CopyBinary,
        Method::CopyText,
        Method::Values,
        Method::Unnest,
        Method::Pipeline,
        Method::Single,
        Method::Autocommit,
    ];

    /// Its name as the flag and the record spell it.
    pub fn name(self) -> &'static str {
        match self {
            Method::CopyBinary => "copy-binary",
            Method::CopyText => "copy-text",
            Method::Values => "values",
            Method::Unnest => "unnest",
            Method::Pipeline => "pipeline",
            Method::Single => "single",
            Method::Autocommit => "autocommit",
        }
    }

    /// Whether the rows travel as COPY data.
    pub fn is_copy(self) -> bool {
        matches!(self, Method::CopyBinary | Method::CopyText)
    }
}

/// What the primary key of a tenant's table is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema, ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Key {
    /// A random UUID, which goes anywhere in the index.
    #[default]
    #[value(name = "uuidv4")]
    UuidV4,
    /// A UUID that begins with the time, so that it goes to the index's end.
    #[value(name = "uuidv7")]
    UuidV7,
    /// A number from a sequence of the table.
    Bigint,
}

impl Key {
    /// Every key.
    pub const ALL: [Key; 3] = [Key::UuidV4, Key::UuidV7, Key::Bigint];

    /// Its name as the flag and the record spell it.
    pub fn name(self) -> &'static str {
        match self {
            Key::UuidV4 => "uuidv4",
            Key::UuidV7 => "uuidv7",
            Key::Bigint => "bigint",
        }
    }
}

/// How tenants are kept apart.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema, ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Tenancy {
    /// A schema and a table a tenant.
    #[default]
    Schema,
    /// One table for all, with a tenant_id and row-level security.
    Rls,
}

impl Tenancy {
    /// Both.
    pub const ALL: [Tenancy; 2] = [Tenancy::Schema, Tenancy::Rls];

    /// Its name as the flag and the record spell it.
    pub fn name(self) -> &'static str {
        match self {
            Tenancy::Schema => "schema",
            Tenancy::Rls => "rls",
        }
    }

    /// How rows are written where nothing is said: COPY FROM isn't supported
    /// under row-level security.
    pub fn default_method(self) -> Method {
        match self {
            Tenancy::Schema => Method::default(),
            Tenancy::Rls => Method::Unnest,
        }
    }

    /// Whether rows can be written so: under row-level security COPY FROM isn't
    /// supported, and a transaction says first whose rows it writes.
    pub fn allows(self, method: Method) -> bool {
        self == Tenancy::Schema || !(method.is_copy() || method == Method::Autocommit)
    }
}

/// The library behind a connection pool.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema, ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum PoolEngine {
    /// deadpool-postgres.
    #[default]
    Deadpool,
    /// bb8, on a connection manager of our own.
    Bb8,
}

impl PoolEngine {
    /// Every engine.
    pub const ALL: [PoolEngine; 2] = [PoolEngine::Deadpool, PoolEngine::Bb8];

    /// Its name as the flag and the record spell it.
    pub fn name(self) -> &'static str {
        match self {
            PoolEngine::Deadpool => "deadpool",
            PoolEngine::Bb8 => "bb8",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled<T: ValueEnum + Serialize>(value: &T) -> (String, String) {
        let flag = value.to_possible_value().map(|v| v.get_name().to_owned());
        let record = serde_json::to_value(value).unwrap();
        (flag.unwrap(), record.as_str().unwrap().to_owned())
    }

    #[test]
    fn flag_record_and_name_are_spelled_alike() {
        for m in Method::ALL {
            assert_eq!(spelled(&m), (m.name().to_owned(), m.name().to_owned()));
        }
        for k in Key::ALL {
            assert_eq!(spelled(&k), (k.name().to_owned(), k.name().to_owned()));
        }
        for t in Tenancy::ALL {
            assert_eq!(spelled(&t), (t.name().to_owned(), t.name().to_owned()));
        }
        for p in PoolEngine::ALL {
            assert_eq!(spelled(&p), (p.name().to_owned(), p.name().to_owned()));
        }
        assert_eq!(Method::value_variants(), &Method::ALL);
        assert_eq!(Key::value_variants(), &Key::ALL);
        assert_eq!(PoolEngine::value_variants(), &PoolEngine::ALL);
    }
}
