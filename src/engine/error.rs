//! What keeps a run from being carried through.

use crate::judge::CriteriaError;
use crate::ledger::LedgerError;
use crate::message::{Lang, Localized, catalogue};
use crate::probes::preflight::PreflightError;
use crate::server::ServerError;
use crate::session::{AcquireError, SessionError};

catalogue! {
    /// An engine's own error.
    pub error SetupError {
        /// The results can't be written.
        Results { path: String, detail: String }
            => "--results {path} can't be written to: {detail}; name another folder",
               "không ghi được vào --results {path}: {detail}; hãy chọn thư mục khác";
        /// The metrics can't be served there.
        Metrics { address: String, detail: String }
            => "--metrics {address} can't be listened on: {detail}; name an address of this machine and a port that is free, or leave --metrics out",
               "không mở được --metrics {address}: {detail}; hãy chọn địa chỉ của máy này với cổng còn trống, hoặc bỏ --metrics";
        /// A number is out of bounds.
        OutOfBounds { flag: String, value: String, least: u64, most: u64 }
            => "{flag} {value} is out of bounds; give {least} to {most}",
               "{flag} {value} ngoài phạm vi; hãy chọn từ {least} đến {most}";
        /// Shares of reads and writes that aren't the whole.
        Shares { reads: u32, writes: u32 }
            => "--reads {reads} and --writes {writes} don't add up to 100; give shares in percent that do, as in --reads 70 --writes 30",
               "--reads {reads} và --writes {writes} không cộng lại bằng 100; hãy chọn tỷ lệ phần trăm có tổng 100, ví dụ --reads 70 --writes 30";
        /// A prefix that makes no safe schema name.
        Prefix { prefix: String }
            => "--tenant-prefix {prefix} is not usable; take 3 to 40 of a-z, 0-9 and _, beginning with a letter, and not pg_ or pgvalidate",
               "--tenant-prefix {prefix} không dùng được; hãy dùng 3 đến 40 ký tự a-z, 0-9 và _, bắt đầu bằng chữ cái, không phải pg_ hay pgvalidate";
        /// A flag that only goes with the private server, or only with a target.
        Conflict { flag: String, other: String }
            => "{flag} goes not with {other}; leave one out",
               "{flag} không đi cùng {other}; hãy bỏ một trong hai";
        /// A run that is still going on.
        RunUnderWay { run_id: String }
            => "run {run_id} is going on here; stop it first, or clean all the same with --yes",
               "lần chạy {run_id} đang diễn ra; hãy dừng nó trước, hoặc dùng --yes";
        /// Nothing to clean.
        NoTarget {}
            => "no server is named; give --url or --service, or set PGVALIDATE_URL",
               "chưa chỉ máy chủ; hãy dùng --url hoặc --service, hoặc đặt PGVALIDATE_URL";
        /// The read-back could not begin.
        BackendsLeft { backends: u64 }
            => "{backends} backends of the run were still at work long after its end, so nothing could be verified; look at them in pg_stat_activity",
               "{backends} tiến trình backend của lần chạy vẫn hoạt động sau khi kết thúc nên không kiểm chứng được; hãy xem pg_stat_activity";
        /// A pool could not be opened.
        Pool { flag: String, size: u32, detail: String }
            => "a pool of {size} connections could not be opened: {detail}; lower {flag}",
               "không mở được pool {size} kết nối: {detail}; hãy giảm {flag}";
        /// Rows that are to be there beforehand could not be written.
        Preload { failed: u64, error: String }
            => "{failed} batches of --preload could not be written: {error}; mend that, or leave --preload out",
               "không ghi được {failed} lô của --preload: {error}; hãy khắc phục hoặc bỏ --preload";
    }
}

/// What keeps a run from being carried through.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Before the first connection.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The criteria.
    #[error(transparent)]
    Criteria(#[from] CriteriaError),
    /// The private server.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// A session.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The preflight.
    #[error(transparent)]
    Preflight(#[from] PreflightError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The run was stopped: not an error of anything.
    #[error("stopped")]
    Stopped,
}

impl EngineError {
    /// Whether the command line is at fault (exit code 2), and not the world (3).
    pub fn is_usage(&self) -> bool {
        if let EngineError::Session(error) = self {
            return error.is_usage();
        }
        matches!(
            self,
            EngineError::Setup(
                SetupError::OutOfBounds { .. }
                    | SetupError::Shares { .. }
                    | SetupError::Prefix { .. }
                    | SetupError::Conflict { .. }
                    | SetupError::NoTarget {}
            ) | EngineError::Criteria(_)
        )
    }

    /// A pool that could not be opened.
    pub(super) fn pool(flag: &str, size: u32) -> impl FnOnce(AcquireError) -> EngineError {
        let flag = flag.to_owned();
        move |e| SetupError::Pool { flag, size, detail: e.to_string() }.into()
    }
}

impl Localized for EngineError {
    fn text(&self, lang: Lang) -> String {
        match self {
            EngineError::Setup(e) => e.text(lang),
            EngineError::Criteria(e) => e.text(lang),
            EngineError::Server(e) => e.text(lang),
            EngineError::Session(e) => e.text(lang),
            EngineError::Ledger(LedgerError::Session { source }) => source.text(lang),
            EngineError::Preflight(e) => e.text(lang),
            EngineError::Ledger(e) => e.text(lang),
            EngineError::Stopped => String::new(),
        }
    }
}
