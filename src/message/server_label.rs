//! The lines of the summary about the server, and about stalls.

use super::catalogue;

catalogue! {
    /// A line or label about the server.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum ServerLabel {
        ServerHead { seconds: String }
            => "server, in {seconds} s:", "máy chủ, trong {seconds} giây:";
        CheckpointsLine { timed: u64, requested: u64, busy: String }
            => "checkpoints: {timed} timed, {requested} requested; at work for {busy} s",
               "checkpoint: {timed} theo giờ, {requested} theo yêu cầu; hoạt động {busy} giây";
        CheckpointsUnseen { timed: u64, requested: u64 }
            => "checkpoints: {timed} timed, {requested} requested",
               "checkpoint: {timed} theo giờ, {requested} theo yêu cầu";
        NoCheckpoint {} => "checkpoints: none", "checkpoint: không có";
        PhasesLine { phases: String }
            => "response by checkpoint phase, over that with none: {phases}",
               "phản hồi theo pha checkpoint, so với khi không có: {phases}";
        PhaseRatio { phase: String, ratio: String } => "{phase} {ratio}x", "{phase} {ratio}x";
        WalLine { bytes: String, share: String }
            => "WAL: {bytes} bytes a row, full-page images at most {share}",
               "WAL: {bytes} byte mỗi dòng, ảnh trang đầy đủ nhiều nhất {share}";
        IndexCache { share: String }
            => "index blocks found in cache: {share}", "khối chỉ mục có sẵn trong cache: {share}";
        HeapCache { share: String }
            => "heap blocks: {share} (not judged: it shows the version more than the memory)",
               "khối bảng: {share} (không xét: phụ thuộc phiên bản hơn là bộ nhớ)";
        WaitsLine { events: String }
            => "writers waited for: {events}", "các kết nối ghi chờ: {events}";
        EventShare { event: String, share: String } => "{event} {share}", "{event} {share}";
        StatementsHead {} => "statements", "câu lệnh";
        PartialStatementsHead {}
            => "statements (some are missing)", "câu lệnh (thiếu một số)";
        Calls {} => "calls", "lần gọi";
        Rows {} => "rows", "dòng";
        MeanMs {} => "mean ms", "tr.bình ms";
        StandbyLine { name: String, state: String, lag: String }
            => "standby {name}: {state}, at most {lag} behind",
               "máy dự phòng {name}: {state}, chậm nhiều nhất {lag}";
        ArchiverFailed { failed: u64, archived: u64 }
            => "archiver: {failed} attempts failed, {archived} files archived",
               "lưu trữ WAL: {failed} lần thất bại, {archived} tệp đã lưu";
        OthersLine { transactions: String }
            => "other databases: {transactions} transactions meanwhile",
               "cơ sở dữ liệu khác: {transactions} giao dịch trong lúc đó";
        DroppedLine { intervals: String }
            => "intervals left out: {intervals}", "khoảng bị bỏ qua: {intervals}";
        DroppedInterval { view: String, from: String, until: String, why: String }
            => "{view} {from}-{until} s ({why})", "{view} {from}-{until} giây ({why})";
        SamplerLine { queries: String, share: String }
            => "sampling: {queries} queries, at most {share} of one processor",
               "lấy mẫu: {queries} truy vấn, nhiều nhất {share} của một bộ xử lý";
        SamplerLineOf { queries: String, share: String, statements: String }
            => "sampling: {queries} queries, at most {share} of one processor, {statements} of the time of this role's statements",
               "lấy mẫu: {queries} truy vấn, nhiều nhất {share} của một bộ xử lý, {statements} thời gian các câu lệnh của role này";
        TicksMissed { ticks: u64 }
            => "{ticks} samples were left out, as answers came too late",
               "bỏ {ticks} mẫu vì trả lời quá muộn";
        NoStall { usual: String, limit: String }
            => "stalls: none (p99 of a second usually {usual} ms, none above {limit} ms)",
               "khựng: không có (p99 mỗi giây thường {usual} ms, không giây nào trên {limit} ms)";
        StallsLine { stalls: usize, seconds: u32, usual: String, limit: String, explained: String }
            => "stalls: {stalls} in {seconds} s above {limit} ms (usually {usual} ms), {explained} explained",
               "khựng: {stalls} lần, {seconds} giây trên {limit} ms (thường {usual} ms), giải thích được {explained}";
        StallLine { from: u32, until: u32, response: String, cause: String, evidence: String }
            => "{from}-{until} s, {response} ms: {cause} ({evidence})",
               "giây {from}-{until}, {response} ms: {cause} ({evidence})";
        MoreStalls { stalls: usize }
            => "and {stalls} that were less bad, in the record",
               "và {stalls} lần nhẹ hơn, xem trong bản ghi";
    }
}
