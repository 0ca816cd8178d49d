//! Disk, and what keeps WAL on it.

use crate::message::catalogue;
use crate::model::size::Bytes;
use serde::{Deserialize, Serialize};

catalogue! {
    /// What the disk has room for, and what keeps WAL on it.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Storage {
        DiskRoom { write_bytes: Bytes, free_bytes: Bytes, path: String }
            => "the run writes about {write_bytes}, WAL included; {free_bytes} are free at {path}",
               "lần chạy ghi khoảng {write_bytes:#} kể cả WAL; còn trống {free_bytes:#} tại {path}";
        DiskTight { write_bytes: Bytes, free_bytes: Bytes, path: String, flags: String }
            => "the run writes about {write_bytes}, WAL included, which is more than half of the {free_bytes} that are free at {path}; lower one of {flags}, or free some space",
               "lần chạy ghi khoảng {write_bytes:#} kể cả WAL, hơn một nửa {free_bytes:#} còn trống tại {path}; hãy giảm một trong {flags}, hoặc giải phóng đĩa";
        DiskShort { write_bytes: Bytes, free_bytes: Bytes, path: String, flags: String }
            => "the run writes about {write_bytes}, WAL included, and only {free_bytes} are free at {path}; lower one of {flags}, free some space, or go on with --yes",
               "lần chạy ghi khoảng {write_bytes:#} kể cả WAL nhưng chỉ còn {free_bytes:#} tại {path}; hãy giảm một trong {flags}, giải phóng đĩa, hoặc tiếp tục với --yes";
        DiskUnseen { write_bytes: Bytes }
            => "the server's disk can't be seen from here; the run writes about {write_bytes} there, WAL included",
               "không nhìn thấy đĩa của máy chủ từ đây; lần chạy ghi khoảng {write_bytes:#} lên đó, kể cả WAL";
        DiskUnseenMuch { write_bytes: Bytes }
            => "the server's disk can't be seen from here, and the run writes about {write_bytes} there, WAL included; see that there is room, and say how much it may take with --disk-budget",
               "không nhìn thấy đĩa của máy chủ từ đây mà lần chạy ghi khoảng {write_bytes:#} lên đó, kể cả WAL; hãy kiểm tra dung lượng và cho biết giới hạn bằng --disk-budget";
        DiskUnseenTooMuch { write_bytes: Bytes, most_bytes: Bytes }
            => "the server's disk can't be seen from here, and the run writes about {write_bytes} there, WAL included; above {most_bytes} say how much it may take with --disk-budget SIZE, or go on with --yes",
               "không nhìn thấy đĩa của máy chủ từ đây mà lần chạy ghi khoảng {write_bytes:#} lên đó, kể cả WAL; trên {most_bytes:#} hãy cho biết giới hạn bằng --disk-budget SIZE, hoặc tiếp tục với --yes";
        DiskInBudget { write_bytes: Bytes, budget_bytes: Bytes }
            => "the run writes about {write_bytes}, WAL included, of the {budget_bytes} that --disk-budget allows; the server's disk itself can't be seen from here",
               "lần chạy ghi khoảng {write_bytes:#} kể cả WAL, trong giới hạn {budget_bytes:#} của --disk-budget; không nhìn thấy đĩa của máy chủ từ đây";
        DiskOverBudget { write_bytes: Bytes, budget_bytes: Bytes, flags: String }
            => "the run writes about {write_bytes}, WAL included, and --disk-budget allows {budget_bytes}; lower one of {flags}, or raise --disk-budget",
               "lần chạy ghi khoảng {write_bytes:#} kể cả WAL nhưng --disk-budget chỉ cho {budget_bytes:#}; hãy giảm một trong {flags}, hoặc tăng --disk-budget";
        NoSlots {} => "no replication slot keeps WAL", "không có replication slot nào giữ WAL";
        SlotsFollow { slots: usize, kept_bytes: Bytes }
            => "each replication slot has a consumer ({slots}); the furthest behind keeps {kept_bytes} of WAL",
               "mọi replication slot đều có nơi nhận ({slots}); slot chậm nhất giữ {kept_bytes:#} WAL";
        SlotAbandoned { slot: String, kept_bytes: Bytes, abandoned: usize }
            => "replication slots without a consumer: {abandoned}; \"{slot}\" keeps {kept_bytes} of WAL, and would keep all of ours; start its consumer, or: SELECT pg_drop_replication_slot('{slot}')",
               "số replication slot không có nơi nhận: {abandoned}; \"{slot}\" đang giữ {kept_bytes:#} WAL và sẽ giữ toàn bộ WAL của lần chạy; hãy khởi động nơi nhận, hoặc: SELECT pg_drop_replication_slot('{slot}')";
        SlotAbandonedLimited { slot: String, kept_bytes: Bytes, abandoned: usize, limit_bytes: Bytes }
            => "replication slots without a consumer: {abandoned}; \"{slot}\" keeps {kept_bytes} of WAL; beyond max_slot_wal_keep_size = {limit_bytes} our WAL would invalidate it; start its consumer, or drop the slot",
               "số replication slot không có nơi nhận: {abandoned}; \"{slot}\" đang giữ {kept_bytes:#} WAL; quá max_slot_wal_keep_size = {limit_bytes:#} thì WAL của lần chạy sẽ làm slot mất hiệu lực; hãy khởi động nơi nhận hoặc xóa slot";
        SlotBehind { slot: String, kept_bytes: Bytes }
            => "the consumer of the replication slot \"{slot}\" is {kept_bytes} of WAL behind, which stay on the disk; wait until it has caught up",
               "nơi nhận của replication slot \"{slot}\" chậm {kept_bytes:#} WAL, phần này nằm lại trên đĩa; hãy đợi nó theo kịp";
        ArchiverOff {} => "WAL is not archived (archive_mode = off)", "không lưu trữ WAL (archive_mode = off)";
        ArchiverWorks { archived: u64 }
            => "WAL is archived: {archived} files, and the last attempt worked",
               "WAL được lưu trữ: {archived} tệp, lần cuối thành công";
        ArchiverFails { file: String, failures: u64, failed_ago_s: u64 }
            => "archiving fails: {failures} failures, the last {failed_ago_s} s ago at {file}; until it works all our WAL stays on the disk; look at archive_command and the server's log",
               "lưu trữ WAL thất bại: {failures} lần, lần cuối {failed_ago_s} giây trước tại {file}; đến khi hoạt động lại, toàn bộ WAL của lần chạy nằm lại trên đĩa; hãy xem archive_command và log máy chủ";
        ArchiverNoCommand {}
            => "archive_mode is on and there is no archive_command, so all our WAL stays on the disk; set one, or archive_mode = off",
               "archive_mode đang bật mà không có archive_command nên toàn bộ WAL của lần chạy nằm lại trên đĩa; hãy đặt lệnh, hoặc archive_mode = off";
    }
}
