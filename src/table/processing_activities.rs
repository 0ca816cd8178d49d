//! The first table: the processing activities of the Vietnamese personal data
//! protection law, as the load test that this tool replaces wrote them.

use super::plan::{Column, Dictionary, Generator, Part, Source, Table};
use super::vi_vn::{self, ACTIVITIES, CATEGORIES, DATA_FIELDS, Industry, LEGAL_BASES, Region};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// Fills the dictionaries, the same in every run: the run's seed decides
/// which entries a row draws, not what they say.
const DICTIONARY_SEED: u64 = 0x7067_7661_6c69_6461;

/// 2025-01-01 00:00 UTC in microseconds from 2000-01-01 (9,132 days).
const YEAR_2025_US: i64 = 9_132 * 86_400 * 1_000_000;

/// The year 2025.
const YEAR_US: u64 = 365 * 86_400 * 1_000_000;

/// The table with its dictionaries filled.
pub fn table() -> Table {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(DICTIONARY_SEED);
    let companies = Dictionary::texts((0..1_000).map(|_| vi_vn::company(&mut rng)));
    let people = Dictionary::texts((0..1_000).map(|_| vi_vn::person(&mut rng)));
    let column = |name, sql_type, generator| Column { name, sql_type, generator };
    let choice = |entries: &[&str]| Generator::Choice(Source::Shared(Dictionary::texts(entries)));
    Table {
        name: "processing_activities",
        ddl: include_str!("../../sql/tables/processing_activities.sql"),
        columns: vec![
            column("batch_no", "integer", Generator::BatchNo),
            column("row_no", "integer", Generator::RowNo),
            column("tenant_id", "uuid", Generator::TenantId),
            column("id", "uuid", Generator::UuidV4),
            column("region", "text", Generator::TenantRegion),
            column(
                "created_at",
                "timestamp with time zone",
                Generator::Timestamp { from_us: YEAR_2025_US, span_us: YEAR_US },
            ),
            column("activity_name", "text", choice(ACTIVITIES)),
            column("pdpl_category", "text", choice(CATEGORIES)),
            column(
                "data_fields",
                "text[]",
                Generator::Choice(Source::Shared(Dictionary::text_arrays(DATA_FIELDS))),
            ),
            column("purpose", "text", purpose(people)),
            column("legal_basis", "text", choice(LEGAL_BASES)),
            column(
                "retention_period",
                "text",
                Generator::Choice(Source::Shared(Dictionary::texts(
                    (1..=10).map(|years| format!("{years} năm")),
                ))),
            ),
            column(
                "data_recipients",
                "text[]",
                Generator::Elements { source: Source::Shared(companies), min: 1, max: 3 },
            ),
        ],
    }
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
