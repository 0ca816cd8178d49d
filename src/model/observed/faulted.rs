//! What there is to say of a fault besides its numbers.

use crate::message::catalogue;
use serde::{Deserialize, Serialize};

catalogue! {
    /// What there is to say of a fault besides its numbers.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum FaultNote {
        NotInjected { en: String, vi: String }
            => "could not be injected: {en}",
               "không tạo được lỗi: {vi}";
        NotHealed { en: String, vi: String }
            => "could not be healed: {en}",
               "không khắc phục được lỗi: {vi}";
        LoadOverFirst {}
            => "the load was over before the fault was due; give it more batches",
               "tải đã kết thúc trước khi đến lúc tạo lỗi; hãy tăng số lô";
        LoadOverBeforeRecovery {}
            => "the load was over before it could be seen to have recovered; give it more batches",
               "tải đã kết thúc trước khi thấy được sự hồi phục; hãy tăng số lô";
        NotRecovered { within_s: f64 }
            => "the throughput was not back within {within_s} s",
               "thông lượng chưa trở lại trong {within_s} giây";
        OnlyPrivate {}
            => "not run: it is for a server that the tool started itself; leave --url out",
               "không chạy: lỗi này chỉ dành cho máy chủ do công cụ tự khởi động; hãy bỏ --url";
        OnlyAllowed {}
            => "not run: others on this server would feel it; allow it with --allow-disruption",
               "không chạy: người dùng khác trên máy chủ này sẽ bị ảnh hưởng; hãy cho phép bằng --allow-disruption";
        KillProvesNoFsync {}
            => "killing processes leaves what the kernel was given: it proves nothing about fsync; a power cut would",
               "hủy tiến trình không làm mất dữ liệu đã giao cho nhân hệ điều hành: không chứng minh gì về fsync, chỉ mất điện mới chứng minh";
    }
}
