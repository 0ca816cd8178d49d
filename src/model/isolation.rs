//! Isolation: what one tenant tried to get at of another's, and what came of it.

use super::Note;
use crate::message::{Lang, Localized};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Every attempt of every tenant at every other.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Isolation {
    /// Ordered pairs of tenants that were probed, of those that there are.
    pub pairs: u64,
    /// Ordered pairs that there are.
    pub pairs_all: u64,
    /// The attempts, in the order in which they were made.
    pub probes: Vec<Probe>,
    /// Attempts whose outcome is known.
    pub tried: u64,
    /// Attempts that were refused, or saw nothing.
    pub denied: u64,
    /// Attempts that saw what PostgreSQL shows to everyone.
    pub open_by_design: u64,
    /// Attempts that got at the other tenant; null where there was none, and one
    /// that matters could not be tried.
    pub leaks: Option<u64>,
    /// Attempts that could not be made, or whose outcome isn't known.
    pub not_tried: u64,
    /// Attempts that were made while writers were at work; null where there were none.
    pub beside_load: Option<u64>,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Probe {
    /// The probe's name; its statement is `sql/isolation/NAME.sql`.
    pub name: String,
    /// What it is about.
    pub group: Group,
    /// When it was made.
    pub when: When,
    /// The tenant that tries, by its number.
    pub from: i32,
    /// The tenant that is tried.
    pub to: i32,
    /// What a server that keeps them apart answers: one of these.
    pub expected: Vec<Answer>,
    /// What it answered; null where it wasn't asked, or the answer says nothing.
    pub observed: Option<Answer>,
    /// What that means.
    pub outcome: ProbeOutcome,
    /// What to do about it, or why it wasn't tried.
    pub note: Option<Note>,
}

/// What a server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Answer {
    /// So many rows, lines or objects of the other tenant's.
    Count(u64),
    /// A refusal, by its SQLSTATE.
    Sqlstate(String),
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Answer::Count(count) => count.fmt(f),
            Answer::Sqlstate(code) => f.write_str(code),
        }
    }
}

/// What a probe is about.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Reading rows, files, programs' output.
    Reading,
    /// Writing rows.
    Writing,
    /// Views, functions, sequences, keys, large objects, temporary tables.
    Objects,
    /// Making, changing and dropping what is the other tenant's.
    Definitions,
    /// Becoming somebody else.
    Roles,
    /// What row-level security has to hold against.
    RowSecurity,
    /// What statistics and catalogs say.
    Statistics,
    /// What sessions of one database share.
    Shared,
    /// What a tenant leaves in a connection of the tool's own pool.
    Pool,
    /// Whether the rows are what they were.
    Proof,
}

impl Group {
    /// All, in the order in which they are shown.
    pub const ALL: [Group; 10] = [
        Group::Reading,
        Group::Writing,
        Group::Objects,
        Group::Definitions,
        Group::Roles,
        Group::RowSecurity,
        Group::Statistics,
        Group::Shared,
        Group::Pool,
        Group::Proof,
    ];
}

/// When an attempt was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Before the load, with nobody else at work.
    AtRest,
    /// Beside the load.
    BesideLoad,
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProbeOutcome {
    /// It was refused, or saw nothing.
    Denied,
    /// It saw what PostgreSQL shows to everyone.
    OpenByDesign,
    /// It got at the other tenant.
    Leak,
    /// It could not be made, or what came of it isn't known.
    NotTried,
}

impl Isolation {
    /// Counts anew. `is_known` says whether all that matters was tried.
    pub fn count(&mut self, is_known: bool) {
        let of = |outcome| self.probes.iter().filter(|p| p.outcome == outcome).count() as u64;
        let leaks = of(ProbeOutcome::Leak);
        self.denied = of(ProbeOutcome::Denied);
        self.open_by_design = of(ProbeOutcome::OpenByDesign);
        self.not_tried = of(ProbeOutcome::NotTried);
        self.tried = self.probes.len() as u64 - self.not_tried;
        self.leaks = (is_known || leaks > 0).then_some(leaks);
    }
}

impl Localized for Group {
    fn text(&self, lang: Lang) -> String {
        let (en, vi) = match self {
            Group::Reading => ("reading rows and files", "đọc dòng và tệp"),
            Group::Writing => ("writing rows", "ghi dòng"),
            Group::Objects => ("views, functions, other objects", "view, hàm, đối tượng khác"),
            Group::Definitions => ("making, changing, dropping", "tạo, sửa, xóa đối tượng"),
            Group::Roles => ("becoming somebody else", "mạo danh vai trò khác"),
            Group::RowSecurity => ("row-level security", "bảo mật cấp dòng"),
            Group::Statistics => ("statistics and catalogs", "thống kê và catalog"),
            Group::Shared => ("what sessions share", "thứ các phiên dùng chung"),
            Group::Pool => ("state left in the pool", "trạng thái sót trong pool"),
            Group::Proof => ("rows as they were", "dòng còn nguyên"),
        };
        match lang {
            Lang::En => en,
            Lang::Vi => vi,
        }
        .to_owned()
    }
}

impl Localized for When {
    fn text(&self, lang: Lang) -> String {
        match (self, lang) {
            (When::AtRest, Lang::En) => "at rest",
            (When::AtRest, Lang::Vi) => "khi rảnh",
            (When::BesideLoad, Lang::En) => "beside the load",
            (When::BesideLoad, Lang::Vi) => "khi đang ghi",
        }
        .to_owned()
    }
}
