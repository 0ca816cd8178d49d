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
        RunsOnly { what: String }
            => "{what} is for a single run: name one of the set's runs; a set is shown as text or json",
               "{what} chỉ dùng cho một lần chạy: hãy chỉ một lần chạy trong bộ; bộ kết quả xem được bằng text hoặc json";
        Unwritten { path: String, detail: String }
            => "{path} can't be written: {detail}; the record is there all the same: pgvalidate report RUN --output FILE writes the report elsewhere",
               "không ghi được {path}: {detail}; bản ghi vẫn còn: pgvalidate report RUN --output FILE ghi báo cáo vào chỗ khác";

        // In Markdown and JUnit.
        FindingsHead {} => "What else there is to know", "Những điều cần biết thêm";
        Broken { criterion: String, observed: String, limit: String }
            => "{criterion}: observed {observed}, limit {limit}",
               "{criterion}: đo được {observed}, giới hạn {limit}";
        MarkdownClosing { run_id: String, version: String, schema: String }
            => "Run {run_id}; made by pgvalidate {version} from run.json (schema {schema}) alone.",
               "Lần chạy {run_id}; do pgvalidate {version} tạo, chỉ từ run.json (schema {schema}).";
    }
}
