//! The types that columns have.

/// A type of PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlType {
    /// `integer`
    Int4,
    /// `uuid`
    Uuid,
    /// `text`
    Text,
    /// `text[]`
    TextArray,
    /// `timestamp with time zone`
    Timestamptz,
}

impl SqlType {
    /// Its OID, the same in every database (`src/include/catalog/pg_type.dat`).
    pub fn oid(self) -> u32 {
        match self {
            SqlType::Int4 => 23,
            SqlType::Uuid => 2950,
            SqlType::Text => 25,
            SqlType::TextArray => 1009,
            SqlType::Timestamptz => 1184,
        }
    }

    /// Its name as `format_type()` gives it.
    pub fn name(self) -> &'static str {
        match self {
            SqlType::Int4 => "integer",
            SqlType::Uuid => "uuid",
            SqlType::Text => "text",
            SqlType::TextArray => "text[]",
            SqlType::Timestamptz => "timestamp with time zone",
        }
    }
}
