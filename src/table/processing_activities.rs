//! The first table: the processing activities of the Vietnamese personal data
//! protection law, as the load test that this tool replaces wrote them.

use super::plan::{Column, Dictionary, Generator, Part, Source, Table};
use super::sql_type::SqlType::{Int4, Text, TextArray, Timestamptz, Uuid};
use super::vi_vn::{self, ACTIVITIES, CATEGORIES, DATA_FIELDS, Industry, LEGAL_BASES, Region};
use crate::model::Key;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// Fills the dictionaries, the same in every run: the run's seed decides
/// which entries a row draws, not what they say.
const DICTIONARY_SEED: u64 = 0x7067_7661_6c69_6461;

/// 2025-01-01 00:00 UTC in microseconds from 2000-01-01 (9,132 days).
const YEAR_2025_US: i64 = 9_132 * 86_400 * 1_000_000;

/// The year 2025.
const YEAR_US: u64 = 365 * 86_400 * 1_000_000;

/// The table with its dictionaries filled and `key` as its primary key.
pub fn table(key: Key) -> Table {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(DICTIONARY_SEED);
    let companies = Dictionary::texts((0..1_000).map(|_| vi_vn::company(&mut rng)));
    let people = Dictionary::texts((0..1_000).map(|_| vi_vn::person(&mut rng)));
    let column = |name, sql_type, generator| Column { name, sql_type, generator };
    let choice = |entries: &[&str]| Generator::Choice(Source::Shared(Dictionary::texts(entries)));
    let (key_type, clock_key) = match key {
        Key::UuidV4 => ("uuid NOT NULL", None),
        Key::UuidV7 => ("uuid NOT NULL", Some("id")),
        Key::Bigint => ("bigint GENERATED ALWAYS AS IDENTITY", None),
    };
    let create = include_str!("../../sql/tables/processing_activities.sql")
        .replace("{{key_type}}", key_type);
    let mut table = Table {
        name: "processing_activities",
        ddl: create.clone() + include_str!("../../sql/tables/processing_activities_schema.sql"),
        shared_ddl: create + include_str!("../../sql/tables/processing_activities_rls.sql"),
        clock_key,
        columns: vec![
            column("batch_no", Int4, Generator::BatchNo),
            column("row_no", Int4, Generator::RowNo),
            column("tenant_id", Uuid, Generator::TenantId),
            column("region", Text, Generator::TenantRegion),
            column(
                "created_at",
                Timestamptz,
                Generator::Timestamp { from_us: YEAR_2025_US, span_us: YEAR_US },
            ),
            column("activity_name", Text, choice(ACTIVITIES)),
            column("pdpl_category", Text, choice(CATEGORIES)),
            column(
                "data_fields",
                TextArray,
                Generator::Choice(Source::Shared(Dictionary::text_arrays(DATA_FIELDS))),
            ),
            column("purpose", Text, purpose(people)),
            column("legal_basis", Text, choice(LEGAL_BASES)),
            column(
                "retention_period",
                Text,
                Generator::Choice(Source::Shared(Dictionary::texts(
                    (1..=10).map(|years| format!("{years} năm")),
                ))),
            ),
            column(
                "data_recipients",
                TextArray,
                Generator::Elements { source: Source::Shared(companies), min: 1, max: 3 },
            ),
        ],
    };
    if key == Key::UuidV4 {
        // After batch_no, row_no and tenant_id, where the read-back looks.
        table.columns.insert(3, column("id", Uuid, Generator::UuidV4));
    }
    table
}

/// "<purpose of the industry> tại <city of the region>; phụ trách: <person>; hồ sơ 012345"
fn purpose(people: Dictionary) -> Generator {
    Generator::Text(vec![
        Part::Choice(Source::ByIndustry(Industry::ALL.map(|i| Dictionary::texts(i.purposes())))),
        Part::Literal(" tại "),
        Part::Choice(Source::ByRegion(Region::ALL.map(|r| Dictionary::texts(r.cities())))),
        Part::Literal("; phụ trách: "),
        Part::Choice(Source::Shared(people)),
        Part::Literal("; hồ sơ "),
        Part::Digits(6),
    ])
}
