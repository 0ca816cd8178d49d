//! What keeps a run from being carried through.

use super::compare::CompareError;
use super::records::RecordsError;
use super::set::error::SetError;
use crate::faults::FaultError;
use crate::journal::JournalError;
use crate::judge::CriteriaError;
use crate::judge::checklist::ExpectError;
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
        /// COPY into a table with row-level security.
        CopyUnderRls { method: String }
            => "--method {method} goes not with --tenancy rls: COPY FROM isn't supported under row-level security; use --method unnest, the default there",
               "--method {method} không đi cùng --tenancy rls: COPY FROM không được hỗ trợ khi có bảo mật cấp dòng; hãy dùng --method unnest, mặc định ở chế độ này";
        /// Transactions of a row, of which none would say whose it is.
        AutocommitUnderRls {}
            => "--method autocommit goes not with --tenancy rls: each transaction says first whose rows it writes, and a row's own transaction can't; use --method single or unnest",
               "--method autocommit không đi cùng --tenancy rls: mỗi giao dịch phải khai trước dòng thuộc khách thuê nào, giao dịch một dòng thì không thể; hãy dùng --method single hoặc unnest";
        /// No role for whom row-level security would hold.
        NoWriterRole {}
            => "--tenancy rls needs --writer-role on a target: row-level security doesn't hold for a table's owner, so writers work as another role; run CREATE ROLE pgvalidate_writer NOLOGIN there, grant it to the role that connects, and give --writer-role pgvalidate_writer",
               "--tenancy rls cần --writer-role khi có máy chủ đích: bảo mật cấp dòng không áp dụng cho chủ sở hữu bảng nên phải ghi bằng vai trò khác; hãy chạy CREATE ROLE pgvalidate_writer NOLOGIN, cấp vai trò đó cho vai trò kết nối và dùng --writer-role pgvalidate_writer";
        /// A closed loop can't rise.
        RampWithoutRate {}
            => "--ramp needs --rate: writers that send the next batch when the last one is stored have no rate that could rise; add --rate ROWS",
               "--ramp cần --rate: các luồng ghi gửi lô kế tiếp khi lô trước đã lưu thì không có tốc độ để tăng dần; hãy thêm --rate DÒNG";
        /// No skew.
        Skew {}
            => "--skew takes zipf:S with S from 0 to 10, or noisy:SHARE with a share between 0 and 1, as in zipf:1.1 or noisy:0.5",
               "--skew nhận zipf:S với S từ 0 đến 10, hoặc noisy:TỈ_LỆ với tỉ lệ giữa 0 và 1, ví dụ zipf:1.1 hoặc noisy:0.5";
        /// No stages.
        Stages {}
            => "--stages takes shares that rise, above 0% and up to 100%, as in 10%,50%,100%",
               "--stages nhận các tỉ lệ tăng dần, trên 0% và không quá 100%, ví dụ 10%,50%,100%";
        /// No regions.
        Regions {}
            => "--regions takes a weight for each of north, central and south, none below 0 and not all 0, as in north=40,central=20,south=40",
               "--regions nhận trọng số của north, central và south, không âm và không cùng bằng 0, ví dụ north=40,central=20,south=40";
        /// More than the client can make.
        RateAboveCeiling { flag: String, rate: String, ceiling: String }
            => "{flag} asks for {rate} rows/s, more than this machine can make: with no server behind it the tool generates and encodes {ceiling} rows/s here; lower {flag}, or take a machine with more processors",
               "{flag} đòi {rate} dòng/giây, vượt khả năng của máy này: khi không có máy chủ phía sau, công cụ chỉ tạo và mã hóa được {ceiling} dòng/giây; hãy giảm {flag} hoặc dùng máy nhiều bộ xử lý hơn";
        /// A run that is still going on.
        RunUnderWay { run_id: String }
            => "run {run_id} is going on here; stop it first, or clean all the same with --yes",
               "lần chạy {run_id} đang diễn ra; hãy dừng nó trước, hoặc dùng --yes";
        /// Nothing to clean.
        NoTarget {}
            => "no server is named; give --url or --service, or set PGVALIDATE_URL",
               "chưa chỉ máy chủ; hãy dùng --url hoặc --service, hoặc đặt PGVALIDATE_URL";
        /// Roles that were made for probes are still there; everything else was removed.
        RolesLeft { roles: String, detail: String }
            => "roles could not be removed: {roles} ({detail}); in each database where one of them owns or was granted something, run DROP OWNED BY role, then DROP ROLE role",
               "không xóa được các vai trò: {roles} ({detail}); tại mỗi cơ sở dữ liệu mà vai trò sở hữu đối tượng hoặc được cấp quyền, hãy chạy DROP OWNED BY vai_trò, rồi DROP ROLE vai_trò";
        /// A folder of another run.
        OtherResults { path: String, of_run: String }
            => "--results {path}: that isn't the run's own folder, where its proof looks for what was acknowledged here; its name ends in {of_run}",
               "--results {path}: đây không phải thư mục của lần chạy, nơi phần kiểm chứng tìm những gì đã xác nhận ở đây; tên thư mục kết thúc bằng {of_run}";
        /// The read-back could not begin.
        BackendsLeft { backends: u64 }
            => "{backends} backends of the run were still at work long after its end, so nothing could be verified; look at them in pg_stat_activity",
               "{backends} tiến trình backend của lần chạy vẫn hoạt động sau khi kết thúc nên không kiểm chứng được; hãy xem pg_stat_activity";
        /// Recommendations are measured by changing settings.
        VerifyAlters {}
            => "--verify changes settings of the server for the runs that measure them; on a target that takes --allow-alter-system, and `pgvalidate undo` puts them back where the tool is killed",
               "--verify đổi thiết lập của máy chủ trong các lần chạy đo; với máy chủ đích cần --allow-alter-system, và `pgvalidate undo` sẽ khôi phục nếu công cụ bị dừng đột ngột";
        /// What is advised for one server isn't measured on another.
        SetOtherwise { settings: String }
            => "the server of the measurement isn't set as that of the run was: {settings}; give it those settings (--config, --settings-from), or let tune make a run on it by leaving RUN out",
               "máy chủ dùng để đo có thiết lập khác máy chủ của lần chạy: {settings}; hãy cho nó các thiết lập đó (--config, --settings-from), hoặc bỏ RUN để tune tự chạy trên nó";
        /// No such rule.
        NoRule { rule: String, known: String }
            => "--only {rule}: there is no such rule; the rules are {known}",
               "--only {rule}: không có quy tắc này; các quy tắc gồm {known}";
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
    /// What a sign-off expects of the settings.
    #[error(transparent)]
    Expect(#[from] ExpectError),
    /// The private server.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// A fault that can't even be prepared.
    #[error(transparent)]
    Fault(#[from] FaultError),
    /// A session.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The preflight.
    #[error(transparent)]
    Preflight(#[from] PreflightError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A set that can't be continued.
    #[error(transparent)]
    Set(#[from] SetError),
    /// Settings of a target that can't be changed, or put back.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Records that can't be read back.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// Runs that aren't compared.
    #[error(transparent)]
    Compare(#[from] CompareError),
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
        if let EngineError::Set(error) = self {
            return error.is_usage();
        }
        if let EngineError::Journal(error) = self {
            return error.is_usage();
        }
        matches!(
            self,
            EngineError::Setup(
                SetupError::OutOfBounds { .. }
                    | SetupError::Shares { .. }
                    | SetupError::Prefix { .. }
                    | SetupError::Conflict { .. }
                    | SetupError::CopyUnderRls { .. }
                    | SetupError::AutocommitUnderRls {}
                    | SetupError::NoWriterRole {}
                    | SetupError::NoTarget {}
                    | SetupError::VerifyAlters {}
                    | SetupError::SetOtherwise { .. }
                    | SetupError::NoRule { .. }
                    | SetupError::RampWithoutRate {}
                    | SetupError::Skew {}
                    | SetupError::Stages {}
                    | SetupError::Regions {}
                    | SetupError::RateAboveCeiling { .. }
            ) | EngineError::Criteria(_)
                | EngineError::Records(_)
                | EngineError::Compare(_)
                | EngineError::Expect(_)
                | EngineError::Server(ServerError::ConfigUnreadable { .. })
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
            EngineError::Expect(e) => e.text(lang),
            EngineError::Server(e) => e.text(lang),
            EngineError::Fault(e) => e.words(lang),
            EngineError::Session(e) => e.text(lang),
            EngineError::Ledger(LedgerError::Session { source }) => source.text(lang),
            EngineError::Preflight(e) => e.text(lang),
            EngineError::Ledger(e) => e.text(lang),
            EngineError::Set(e) => e.text(lang),
            EngineError::Journal(e) => e.text(lang),
            EngineError::Records(e) => e.text(lang),
            EngineError::Compare(e) => e.text(lang),
            EngineError::Stopped => String::new(),
        }
    }
}
