//! The lines about a report that is written.

use super::catalogue;

catalogue! {
    /// A line about a report.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum ReportLabel {
        Written { path: String } => "report: {path}", "báo cáo: {path}";
        RunsOnly { what: String }
            => "{what} is for a single run: name one of the set's runs; a set has no series and no criteria of its own",
               "{what} chỉ dùng cho một lần chạy: hãy chỉ một lần chạy trong bộ; một bộ không có chuỗi số liệu hay tiêu chí riêng";
        Unwritten { path: String, detail: String }
            => "{path} can't be written: {detail}; the record is there all the same: pgvalidate report RUN --output FILE writes the report elsewhere",
               "không ghi được {path}: {detail}; bản ghi vẫn còn: pgvalidate report RUN --output FILE ghi báo cáo vào chỗ khác";

        // Lists of results.
        NoRecord { path: String }
            => "{path} holds no record, neither a run.json nor a set.json",
               "{path} không có bản ghi nào, cả run.json lẫn set.json";
        GotThrough { names: String }
            => "probes that got through: {names}", "phép thử lọt qua được: {names}";
        NoResults {} => "there are no results here", "ở đây không có kết quả nào";
        ForeignPage { path: String }
            => "{path} is no page of pgvalidate and is left as it is; move it away, or keep results in a folder of their own",
               "{path} không phải trang của pgvalidate nên được giữ nguyên; hãy chuyển nó đi, hoặc để kết quả trong thư mục riêng";
        BeganHead {} => "began", "bắt đầu";
        KindHead {} => "scenario", "kịch bản";
        FolderHead {} => "folder", "thư mục";
        IndexTitle {} => "Results of pgvalidate", "Kết quả của pgvalidate";
        IndexClosing {}
            => "Made from the records alone by pgvalidate results, which writes it anew. Times are in UTC. Runs stand in one trend where their load is the same and their server too; a private server is the same as long as its version is.",
               "Do pgvalidate results tạo, chỉ từ các bản ghi; chạy lại lệnh sẽ ghi lại trang này. Thời điểm theo UTC. Các lần chạy nằm chung một xu hướng khi cùng tải và cùng máy chủ; máy chủ riêng được coi là một khi cùng phiên bản.";
        RunByRun {} => "Run by run, the oldest first.", "Theo từng lần chạy, cũ nhất trước.";
        TrendSummary { runs: usize, first: String, last: String, least: String, most: String }
            => "{runs} runs: {first} at first, {last} at last; least {least}, most {most}.",
               "{runs} lần chạy: lần đầu {first}, lần cuối {last}; thấp nhất {least}, cao nhất {most}.";
        NoCommand { known: String }
            => "there is no such command; the commands are {known}",
               "không có lệnh này; các lệnh gồm {known}";

        // In Markdown and JUnit.
        FindingsHead {} => "What else there is to know", "Những điều cần biết thêm";
        Broken { criterion: String, observed: String, limit: String }
            => "{criterion}: observed {observed}, limit {limit}",
               "{criterion}: đo được {observed}, giới hạn {limit}";
        MarkdownClosing { run_id: String, version: String, schema: String }
            => "Run {run_id}; made by pgvalidate {version} from run.json (schema {schema}) alone.",
               "Lần chạy {run_id}; do pgvalidate {version} tạo, chỉ từ run.json (schema {schema}).";
        MarkdownSetClosing { set_id: String, version: String, schema: String }
            => "Set {set_id}; made by pgvalidate {version} from set.json (schema {schema}) alone.",
               "Bộ {set_id}; do pgvalidate {version} tạo, chỉ từ set.json (schema {schema}).";
    }
}
