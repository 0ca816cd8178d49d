//! What can go wrong with the ledger and the schemas.

use crate::message::catalogue;
use crate::session::SessionError;

catalogue! {
    /// The ledger or a schema could not be made, read or removed.
    pub error LedgerError {
        /// A schema `pgvalidate` that isn't ours.
        ForeignLedger { owner: String }
            => "the database has a schema \"pgvalidate\" that this tool did not make (owner {owner}); rename it, or point --url at another database",
               "cơ sở dữ liệu đã có schema \"pgvalidate\" không do công cụ này tạo (chủ sở hữu {owner}); hãy đổi tên schema đó hoặc dùng --url tới cơ sở dữ liệu khác";
        /// A ledger of a newer version of the tool.
        NewerLedger { format: i32 }
            => "the ledger in the schema \"pgvalidate\" is of format {format}, which a newer pgvalidate made; use that one, or remove the ledger with its `pgvalidate clean`",
               "sổ cái trong schema \"pgvalidate\" có định dạng {format} do bản pgvalidate mới hơn tạo; hãy dùng bản đó, hoặc xóa sổ cái bằng `pgvalidate clean` của nó";
        /// A schema with the tenants' prefix that isn't ours.
        ForeignTenant { schema: String }
            => "the schema \"{schema}\" exists and this tool did not make it; choose another --tenant-prefix",
               "schema \"{schema}\" đã tồn tại và không do công cụ này tạo; hãy chọn --tenant-prefix khác";
        /// Data of an earlier run.
        Existing { schema: String, run_id: String }
            => "the schema \"{schema}\" holds data of run {run_id}; remove it with `pgvalidate clean`, or run with --replace",
               "schema \"{schema}\" chứa dữ liệu của lần chạy {run_id}; hãy xóa bằng `pgvalidate clean` hoặc chạy với --replace";
        /// A run that is still going on.
        UnderWay { run_id: String }
            => "run {run_id} is still going on here; wait for its end or stop it first",
               "lần chạy {run_id} vẫn đang diễn ra; hãy đợi hoặc dừng nó trước";
        /// No run of that id.
        NoRun { run_id: String }
            => "there is no run {run_id} on this server; a run can be joined only while it goes on",
               "không có lần chạy {run_id} trên máy chủ này; chỉ tham gia được khi lần chạy đang diễn ra";
        /// A run without a queue.
        NoQueue { run_id: String, scenario: String }
            => "run {run_id} is a {scenario} and has no queue; only scans and mixed can be joined",
               "lần chạy {run_id} là {scenario} nên không có hàng đợi; chỉ tham gia được scans và mixed";
        /// A run whose rows this process would make otherwise.
        OtherRun { run_id: String, what: String }
            => "run {run_id} can't be joined: this pgvalidate would make another {what} of it; take the same version, and a run whose tenants have a schema each",
               "không tham gia được lần chạy {run_id}: {what} khác với những gì bản pgvalidate này tạo ra; hãy dùng cùng phiên bản và lần chạy mà mỗi khách thuê có schema riêng";
        /// A load has used up what its batches can be numbered with.
        NumbersUsedUp { last: i32 }
            => "no number is left for the batches of another scan: the last is {last}; use a larger --size or a shorter --duration",
               "không còn số cho các lô của một lượt quét nữa: số cuối là {last}; hãy dùng --size lớn hơn hoặc --duration ngắn hơn";
        /// The ledger's row of a batch is gone.
        Gone { tenant_no: i32, batch_no: i32 }
            => "batch {batch_no} of tenant {tenant_no} is no longer in the ledger: somebody removed it during the run; run again",
               "lô {batch_no} của khách thuê {tenant_no} không còn trong sổ cái: có người đã xóa trong lúc chạy; hãy chạy lại";
        /// Something of somebody else's is in the way.
        NotRemoved { schema: String, detail: String }
            => "the schema \"{schema}\" was left: {detail}; drop or move what is yours there, or depends on it, and run `pgvalidate clean` again",
               "schema \"{schema}\" chưa được xóa: {detail}; hãy chuyển các đối tượng khác ra ngoài rồi chạy lại `pgvalidate clean`";
        /// A role whose rows nothing keeps apart.
        NoRowSecurity { relation: String, writer: String }
            => "the row-level security of {relation} doesn't hold for {writer}, so it would test nothing; give --writer-role a role that is neither superuser nor BYPASSRLS nor a member of the table's owner",
               "bảo mật cấp dòng của {relation} không áp dụng cho {writer} nên không kiểm được gì; hãy cho --writer-role một vai trò không phải superuser, không BYPASSRLS và không thuộc chủ sở hữu bảng";
        /// No worker can take a batch, while the queue still has some.
        ClaimsFail { detail: String }
            => "batches are waiting in the queue, but no claim of one succeeds any more: {detail}; look at the server's log and its free disk, then run again",
               "hàng đợi còn lô nhưng không lần nhận lô nào thành công nữa: {detail}; hãy xem log và dung lượng đĩa trống của máy chủ rồi chạy lại";
        /// The session or a statement failed.
        Session { source: SessionError } => "{source}", "{source}";
        /// The file of acknowledgements can't be written or read.
        File { path: String, detail: String }
            => "the file of acknowledgements {path} can't be used: {detail}; check the disk and --results",
               "không dùng được tệp xác nhận {path}: {detail}; hãy kiểm tra đĩa và --results";
        /// What came back isn't what COPY BINARY sends.
        BadCopyData { schema: String, detail: String }
            => "reading back \"{schema}\" failed: {detail}; run `pgvalidate` again, and report it where it stays",
               "đọc lại \"{schema}\" thất bại: {detail}; hãy chạy lại `pgvalidate`, nếu vẫn lỗi hãy báo cáo";
    }
}

impl From<SessionError> for LedgerError {
    fn from(source: SessionError) -> LedgerError {
        LedgerError::Session { source }
    }
}
