//! Why something is as it is: reasons of verdicts, findings, missing values.

use crate::message::catalogue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

catalogue! {
    /// A reason with its arguments.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Reason {
        /// The observed value keeps the limit.
        WithinLimit {} => "within the limit", "trong giới hạn";
        /// The observed value breaks the limit.
        BeyondLimit {} => "beyond the limit", "vượt giới hạn";
        /// A criterion that other scenarios are judged by.
        NotForScenario { scenario: String }
            => "{scenario} isn't judged by it: it is too short for that, or has nothing of the kind",
               "không dùng để đánh giá {scenario}: kịch bản này quá ngắn hoặc không có nội dung tương ứng";
        /// The value that a criterion judges wasn't seen.
        NotSeen { metric: String }
            => "{metric} was not seen",
               "không quan sát được {metric}";
        /// A durability setting is off.
        NotDurable { setting: String, value: String }
            => "the server is not durable: {setting} is {value}, so an acknowledged commit can be lost in a crash",
               "máy chủ không bền vững: {setting} đang là {value}, giao dịch đã xác nhận có thể mất khi sự cố";
        /// A thread of the client was the limit.
        ClientThreadBusy { thread: String, busy_percent: u32, limit_percent: u32 }
            => "the client was the limit: its thread {thread} was {busy_percent}% busy for a second (limit {limit_percent}%)",
               "máy khách là điểm nghẽn: luồng {thread} bận {busy_percent}% trong một giây (giới hạn {limit_percent}%)";
        /// The server waited for the client's data.
        ClientReadLeads { client_read_percent: u32, samples: u64 }
            => "the client was the limit: our COPYs waited for its data in {client_read_percent}% of {samples} samples, more than for anything else",
               "máy khách là điểm nghẽn: các lệnh COPY chờ dữ liệu từ máy khách trong {client_read_percent}% của {samples} mẫu, nhiều hơn mọi nguyên nhân khác";
        /// An open loop that its client couldn't keep up with.
        BehindSchedule { offered: u64, made: u64, lag_ms: u64, limit_ms: u64 }
            => "the client was the limit: {offered} rows/s were due and {made} were made, and what was due was begun {lag_ms} ms late (p99; limit {limit_ms} ms); lower --rate (of scans --arrival), raise --size, or take a faster machine",
               "máy khách là điểm nghẽn: đến hạn {offered} dòng/giây, ghi được {made}, và những gì đến hạn bắt đầu trễ {lag_ms} ms (p99; giới hạn {limit_ms} ms); hãy giảm --rate (với scans là --arrival), tăng --size hoặc dùng máy nhanh hơn";
        /// Batches that were due, and that nobody was given.
        NotAllOffered { offered: u64, made: u64, batches: u64 }
            => "{offered} rows/s were due and {made} were made: {batches} batches (of a mixed load: operations) were never released, since as many as the tool keeps in memory were waiting all the while; lower --rate, or raise --size",
               "đến hạn {offered} dòng/giây, ghi được {made}: {batches} lô (với tải mixed là thao tác) không hề được phát ra vì số lượng chờ đã đầy mức công cụ giữ trong bộ nhớ; hãy giảm --rate hoặc tăng --size";
        /// A stage of a rollout broke criteria, so the next one did not begin.
        StageBroken { percent: u32, criteria: String }
            => "the rollout ended at its stage of {percent}%, which broke: {criteria}",
               "quá trình triển khai dừng ở giai đoạn {percent}% vì vi phạm: {criteria}";
        /// A region where nothing was written.
        NoBatchInRegion {}
            => "no tenant with a batch in the measure phase is there",
               "không có khách thuê nào ở đó có lô trong giai đoạn đo";
        /// The user or the system stopped the run.
        StoppedBySignal { signal: String }
            => "stopped by {signal} before it was finished",
               "bị dừng bởi {signal} trước khi hoàn tất";
        /// The run could not be carried through.
        RunFailed { en: String, vi: String }
            => "the run could not be finished: {en}",
               "không thể hoàn tất lần chạy: {vi}";
        /// The criteria are others than those of the run.
        JudgedAgain { path: String }
            => "judged again by the criteria from {path}, not by those that the run was made with",
               "được đánh giá lại theo tiêu chí từ {path}, không phải tiêu chí lúc chạy";
        /// The write pool's utilization is decided by flags.
        UtilizationFollowsFromFlags { in_use_max: u32, pool_size: u32 }
            => "the pool utilization follows from the flags: at most {in_use_max} batches at once on {pool_size} connections",
               "mức sử dụng pool do tham số quyết định: nhiều nhất {in_use_max} lô cùng lúc trên {pool_size} kết nối";
        /// The pools' utilization is decided by users and their think times.
        UtilizationFollowsFromUsers { users: u32, think: String }
            => "the pools' utilization follows from {users} users who think between their operations (--think {think}); with --rate it would follow from a load that doesn't wait",
               "mức sử dụng pool do {users} người dùng có thời gian nghỉ giữa các thao tác quyết định (--think {think}); với --rate nó sẽ theo một tải không chờ đợi";
        /// One and the same as another value.
        SameAs { path: String } => "it would be the same as {path}", "sẽ giống {path}";
        /// Asked for with a flag.
        SwitchedOff { flag: String } => "switched off by {flag}", "đã tắt bằng {flag}";
        /// Never asked for in this scenario.
        NotSampled { scenario: String }
            => "{scenario} is not about speed, and samples nothing", "{scenario} không đo tốc độ nên không lấy mẫu gì";
        /// Measured only where a flag asks for it.
        NotAskedFor { flag: String }
            => "measured only with {flag}", "chỉ đo khi có {flag}";
        /// None was answered in time, or there was none.
        NoneSucceeded {} => "none succeeded", "không có lần nào thành công";
        /// The baseline is a burst's.
        NoBaselineInSoak {}
            => "a soak measures no row-at-a-time baseline; a burst does",
               "soak không đo mức nền ghi từng dòng; burst có đo";
        /// The baseline is a burst's.
        NoBaselineIn { scenario: String }
            => "{scenario} measures no row-at-a-time baseline; a burst does",
               "{scenario} không đo mức nền ghi từng dòng; burst có đo";
        /// Reads of the warm-up that weren't answered.
        WarmUpReadsFailed { reads: u64, error: String }
            => "{reads} reads of the warm-up failed, which no criterion counts; an error: {error}",
               "{reads} lượt đọc trong giai đoạn làm nóng thất bại, không tính vào tiêu chí nào; một lỗi: {error}";
        /// Nothing of the kind was done.
        NoneDone { what: String }
            => "there was none of it in the measure phase: {what}",
               "không có mục nào trong giai đoạn đo: {what}";
        /// The phase that measures it wasn't reached.
        NotReached {} => "the run ended before this was measured", "lần chạy kết thúc trước khi đo giá trị này";
        /// A default pool didn't fit.
        PoolShrunk { wanted: u32, size: u32, free: u32 }
            => "the write pool was made {size} instead of {wanted} connections, since the server has {free} free; raise max_connections, or set --write-pool",
               "pool ghi được giảm còn {size} thay vì {wanted} kết nối vì máy chủ chỉ còn {free}; hãy tăng max_connections hoặc đặt --write-pool";
        /// Only a COPY waits for the client's data in a way that can be told apart.
        OnlyForCopy { method: String }
            => "waits are sampled of COPY alone, and the method is {method}",
               "chỉ lấy mẫu chờ của COPY, còn phương thức là {method}";
        /// Too few samples.
        TooFewSamples { samples: u64, needed: u64 }
            => "only {samples} samples were taken, {needed} are needed",
               "chỉ có {samples} mẫu, cần {needed} mẫu";
        /// Too few seconds of the series.
        TooFewSeconds { seconds: u64, needed: u64 }
            => "batches were finished in {seconds} seconds, and it takes {needed} to tell what is usual",
               "chỉ có {seconds} giây có lô hoàn tất, cần {needed} giây để biết mức bình thường";
        /// Seconds that differ too much for one to stand out.
        TooUneven { usual_ms: u64, limit_s: u64 }
            => "the run's seconds differ so much (p99 usually {usual_ms} ms) that only one above {limit_s} s would stand out, so it can't be told whether there was a stall",
               "các giây của lần chạy khác nhau quá nhiều (p99 thường {usual_ms} ms), chỉ giây nào trên {limit_s} giây mới nổi bật, nên không thể biết có khựng hay không";
        /// A burst's response times grow by themselves.
        StallsOfSoaksOnly {}
            => "the batches of a burst are all due at once, and those of a scan wait in the queue, so their response times grow from second to second by themselves",
               "mọi lô của burst đến hạn cùng lúc, còn lô của scan chờ trong hàng đợi, nên thời gian phản hồi tự tăng theo từng giây";
        /// Nothing can be said about checkpoints where there was none.
        NoCheckpoint { soak_for_s: u64 }
            => "no checkpoint fell into the run; soak for 2 x checkpoint_timeout = {soak_for_s} s",
               "không có checkpoint nào trong lần chạy; hãy chạy soak trong 2 x checkpoint_timeout = {soak_for_s} giây";
        /// Nor whether they stall, where only a part of one was there.
        NoWholeCheckpoint { soak_for_s: u64 }
            => "no checkpoint ran from beginning to end within the run; soak for 2 x checkpoint_timeout = {soak_for_s} s",
               "không có checkpoint nào diễn ra trọn vẹn trong lần chạy; hãy chạy soak trong 2 x checkpoint_timeout = {soak_for_s} giây";
        /// Response times of a queue's batches grow by themselves too.
        NoStallsOfQueues {}
            => "the batches of a scan are all due at once and wait for their turn, so their response times differ by themselves",
               "mọi lô của một scan đến hạn cùng lúc và chờ đến lượt nên thời gian phản hồi tự khác nhau";
        /// A query of ours was refused.
        QueryFailed { error: String } => "its query failed: {error}", "truy vấn thất bại: {error}";
        /// A view that the server's version lacks.
        OnlyFromMajor { view: String, major: u32 }
            => "{view} is there from PostgreSQL {major} on",
               "{view} chỉ có từ PostgreSQL {major}";
        /// Every difference was left out.
        NoIntervalLeft { view: String }
            => "no interval of {view} could be used: database.dropped says why",
               "không có khoảng đo nào của {view} dùng được: xem lý do trong database.dropped";
        /// Snapshots came too late to say in which second something happened.
        SnapshotsLate { intervals: u32 }
            => "{intervals} snapshots were late or missing, so the seconds around them have no differences of their own; the sums have them",
               "{intervals} lần chụp bị trễ hoặc thiếu nên các giây xung quanh không có chênh lệch riêng; tổng vẫn gồm các giá trị đó";
        /// The last snapshot was taken while something still moved.
        CountersMoved { after_s: u32 }
            => "the server's counters still moved {after_s} s after the writers were done, so the last of the load may be missing from the statistics",
               "bộ đếm của máy chủ vẫn thay đổi {after_s} giây sau khi các tiến trình ghi kết thúc, thống kê có thể thiếu phần cuối của tải";
        /// Where the data is can't be seen.
        DataDirectoryHidden {}
            => "the role may not see where the server's data is; GRANT pg_monitor",
               "role không được xem thư mục dữ liệu của máy chủ; hãy GRANT pg_monitor";
        /// A difference that is only a part.
        IntervalDropped { view: String }
            => "an interval of {view} was left out, so it would be of a part of the time: database.dropped says why",
               "một khoảng đo của {view} bị bỏ nên giá trị chỉ phản ánh một phần thời gian: xem lý do trong database.dropped";
        /// The server runs on another machine, or where that can't be told.
        ServerElsewhere {}
            => "the server isn't provably on this machine, so its processors and disk can't be seen",
               "không chứng minh được máy chủ nằm trên máy này nên không xem được CPU và đĩa của nó";
        /// A ratio of nothing.
        NoBlocksTouched {} => "no block was touched", "không có khối nào được truy cập";
        /// The system doesn't tell.
        NotOnThisSystem { what: String } => "{what} cannot be read on this system", "không đọc được {what} trên hệ thống này";
        /// The private server's directory is on a memory file system.
        DataOnTmpfs { path: String }
            => "the private server's data lies on a memory file system ({path}), so its speed says nothing about a disk",
               "dữ liệu của máy chủ riêng nằm trên hệ tệp bộ nhớ ({path}), tốc độ không phản ánh đĩa thật";
        /// A run failed, or its server didn't start: the one line of its log that says why.
        ServerSaid { line: String }
            => "the private server said: {line}", "máy chủ riêng báo: {line}";
        /// The baseline lost or gained rows, so its rate means nothing.
        BaselineNotProved { acknowledged: u64, attempted: u64, found: u64 }
            => "the baseline's rows don't add up: {acknowledged} acknowledged, {attempted} attempted, {found} found",
               "số dòng của phép đo nền không khớp: {acknowledged} đã xác nhận, {attempted} đã thử, {found} tìm thấy";
        /// Commits were acknowledged without the standby.
        AcknowledgedLocal { batches: u64 }
            => "{batches} batches were committed with a warning, so perhaps on this server alone",
               "{batches} lô được commit kèm cảnh báo, có thể chỉ trên máy chủ này";
        /// Batches that did not get through, with the commonest error.
        BatchesFailed { batches: u64, error: String }
            => "{batches} batches failed; the commonest last error: {error}",
               "{batches} lô thất bại; lỗi cuối thường gặp nhất: {error}";
        /// Batches of the warm-up that did not get through.
        WarmUpFailed { batches: u64, error: String }
            => "{batches} batches of the warm-up failed, which no criterion counts; the commonest last error: {error}",
               "{batches} lô trong giai đoạn làm nóng thất bại, không tính vào tiêu chí nào; lỗi cuối thường gặp nhất: {error}";
        /// Nothing was written to a server that isn't durable.
        NothingWritten {}
            => "nothing was written to this server; --allow-unsafe makes the run go on, and it stays invalid",
               "không ghi gì vào máy chủ này; --allow-unsafe cho phép chạy tiếp nhưng kết quả vẫn không hợp lệ";
        /// No TLS on a network.
        PlainNetwork {}
            => "the connections are not encrypted, so the password and the rows can be read on the network",
               "kết nối không được mã hóa, mật khẩu và dữ liệu có thể bị đọc trên mạng";
        /// A pooler in transaction mode keeps nothing for a session.
        PoolerKeepsNothing {}
            => "behind a pooler in transaction mode a session keeps neither settings nor prepared statements; point --url at the server itself",
               "sau pooler ở chế độ transaction, phiên không giữ thiết lập hay câu lệnh đã chuẩn bị; hãy trỏ --url thẳng tới máy chủ";
        /// The role may not have its slow statements logged (15 and later).
        LogSlowNeedsGrant { role: String }
            => "{role} may not set log_min_duration_statement, so statements of ours that take long are not logged; run as a superuser: GRANT SET ON PARAMETER log_min_duration_statement TO \"{role}\"",
               "{role} không được đặt log_min_duration_statement nên các câu lệnh chậm của công cụ không được ghi vào log; hãy chạy với quyền superuser: GRANT SET ON PARAMETER log_min_duration_statement TO \"{role}\"";
        /// The same on 14, where that can't be granted.
        LogSlowNeedsSuperuser { role: String }
            => "statements of ours that take long are not logged: on PostgreSQL 14 only a superuser may set log_min_duration_statement, and {role} is none; from 15 on it can be granted: GRANT SET ON PARAMETER log_min_duration_statement TO \"{role}\"",
               "các câu lệnh chậm của công cụ không được ghi vào log: trên PostgreSQL 14 chỉ superuser được đặt log_min_duration_statement, còn {role} thì không; từ bản 15 có thể cấp quyền: GRANT SET ON PARAMETER log_min_duration_statement TO \"{role}\"";
        /// The metrics can be read from other machines.
        MetricsOpen { address: String }
            => "--metrics {address} can be read by every machine that reaches it, without a password; 127.0.0.1 keeps it to this machine",
               "mọi máy kết nối được đều đọc được --metrics {address} mà không cần mật khẩu; dùng 127.0.0.1 để chỉ máy này đọc được";
        /// What the run made was left in the target.
        ObjectsLeft { command: String }
            => "what the run made could not be removed; remove it with: {command}",
               "không xóa được những gì lần chạy đã tạo; hãy xóa bằng: {command}";
    }
}
