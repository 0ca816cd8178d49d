//! The lines about a report that is written.

use super::catalogue;

catalogue! {
    /// A line about a report.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum ReportLabel {
        Written { path: String } => "report: {path}", "báo cáo: {path}";
        NoPage { kind: String }
            => "there is no page for a set of the kind {kind}: name one of its runs, or a sign-off",
               "chưa có trang cho bộ kết quả loại {kind}: hãy chỉ một lần chạy trong đó, hoặc một đợt ký duyệt";
        Unwritten { path: String, detail: String }
            => "{path} can't be written: {detail}; the record is there all the same: pgvalidate report RUN --output FILE writes the report elsewhere",
               "không ghi được {path}: {detail}; bản ghi vẫn còn: pgvalidate report RUN --output FILE ghi báo cáo vào chỗ khác";
    }
}
