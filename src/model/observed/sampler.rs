//! What the sampler will be able to see.

use crate::message::catalogue;
use serde::{Deserialize, Serialize};

catalogue! {
    /// What the sampler will be able to see of the server.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Sampler {
        SeesAll { role: String }
            => "{role} sees the statistics and settings of all roles",
               "{role} xem được thống kê và thiết lập của mọi vai trò";
        SeesOwn { role: String }
            => "{role} sees neither other roles' waits and statements nor the lag of standbys; run: GRANT pg_monitor TO \"{role}\"",
               "{role} không xem được sự kiện chờ và câu lệnh của vai trò khác, cũng như độ trễ máy dự phòng; hãy chạy: GRANT pg_monitor TO \"{role}\"";
        SettingGood { setting: String, value: String }
            => "{setting} = {value}", "{setting} = {value}";
        IoTimesMissing {}
            => "track_io_timing is off: I/O times are unavailable, there are counts only; ALTER SYSTEM SET track_io_timing = on, then SELECT pg_reload_conf()",
               "track_io_timing đang tắt: không có thời gian I/O, chỉ có số lần; ALTER SYSTEM SET track_io_timing = on, rồi SELECT pg_reload_conf()";
        WalTimesMissing {}
            => "track_wal_io_timing is off: the latency of WAL syncs is unknown, samples of waits stand in; ALTER SYSTEM SET track_wal_io_timing = on, then SELECT pg_reload_conf()",
               "track_wal_io_timing đang tắt: không rõ độ trễ đồng bộ WAL, thay bằng mẫu sự kiện chờ; ALTER SYSTEM SET track_wal_io_timing = on, rồi SELECT pg_reload_conf()";
        CountsMissing {}
            => "track_counts is off: tables have no statistics, and autovacuum doesn't run; ALTER SYSTEM SET track_counts = on, then SELECT pg_reload_conf()",
               "track_counts đang tắt: bảng không có thống kê và autovacuum không chạy; ALTER SYSTEM SET track_counts = on, rồi SELECT pg_reload_conf()";
        ActivitiesMissing {}
            => "track_activities is off: what backends wait for can't be sampled; ALTER SYSTEM SET track_activities = on, then SELECT pg_reload_conf()",
               "track_activities đang tắt: không lấy mẫu được sự kiện chờ; ALTER SYSTEM SET track_activities = on, rồi SELECT pg_reload_conf()";
        CheckpointsUnlogged {}
            => "log_checkpoints is off: checkpoints are told by polling LSNs, to the second; ALTER SYSTEM SET log_checkpoints = on, then SELECT pg_reload_conf()",
               "log_checkpoints đang tắt: checkpoint được nhận biết bằng LSN, chính xác đến giây; ALTER SYSTEM SET log_checkpoints = on, rồi SELECT pg_reload_conf()";
        StatementsThere { version: String }
            => "pg_stat_statements {version} is there", "có pg_stat_statements {version}";
        StatementsUnloaded {}
            => "pg_stat_statements is not loaded: the client's own times stand in; add it to shared_preload_libraries and restart the server",
               "pg_stat_statements không được nạp: thay bằng thời gian đo ở máy khách; hãy thêm vào shared_preload_libraries và khởi động lại máy chủ";
        StatementsUncreated {}
            => "pg_stat_statements is loaded and this database lacks the extension: the client's own times stand in; run: CREATE EXTENSION pg_stat_statements",
               "pg_stat_statements đã nạp nhưng cơ sở dữ liệu này thiếu extension: thay bằng thời gian đo ở máy khách; hãy chạy: CREATE EXTENSION pg_stat_statements";
        StatementsUntracked {}
            => "pg_stat_statements.track is none: statements are not recorded; set it to top",
               "pg_stat_statements.track là none: câu lệnh không được ghi lại; hãy đặt là top";
        StatementsOutdated { version: String }
            => "pg_stat_statements is of version {version}, which is too old: the client's own times stand in; run: ALTER EXTENSION pg_stat_statements UPDATE",
               "pg_stat_statements là phiên bản {version}, quá cũ: thay bằng thời gian đo ở máy khách; hãy chạy: ALTER EXTENSION pg_stat_statements UPDATE";
        QueryIdsMissing {}
            => "compute_query_id is off: statements are not recorded; set it to auto",
               "compute_query_id đang tắt: câu lệnh không được ghi lại; hãy đặt là auto";
        UtilityUntracked {}
            => "pg_stat_statements.track_utility is off: COPY is invisible there; pg_stat_progress_copy, pg_stat_wal and (from 16 on) pg_stat_io stand in",
               "pg_stat_statements.track_utility đang tắt: không thấy COPY ở đó; thay bằng pg_stat_progress_copy, pg_stat_wal và (từ bản 16) pg_stat_io";
    }
}
