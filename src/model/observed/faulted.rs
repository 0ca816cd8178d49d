//! What there is to say of a fault besides its numbers.

use crate::message::catalogue;
use crate::model::figure::Figure;
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
        LoadOverMeanwhile {}
            => "the load was over while it was being injected; what was begun was undone",
               "tải kết thúc trong lúc đang tạo lỗi; những gì đã làm đều được hoàn tác";
        NothingBefore {}
            => "nothing was stored just before it, so nothing can be said of a recovery; use smaller batches or more writers",
               "không có dòng nào được ghi ngay trước đó nên không nói được gì về sự hồi phục; hãy dùng lô nhỏ hơn hoặc thêm bộ ghi";
        LoadOverBeforeRecovery {}
            => "the load was over before it could be seen to have recovered; give it more batches",
               "tải đã kết thúc trước khi thấy được sự hồi phục; hãy tăng số lô";
        NotRecovered { within_s: f64 }
            => "the throughput was not back within {within_s} s",
               "thông lượng chưa trở lại trong {within_s} giây";
        OnlyPrivate {}
            => "not run: it is for a server that the tool started itself; leave --url out",
               "không chạy: sự cố này chỉ dành cho máy chủ do công cụ tự khởi động; hãy bỏ --url";
        OnlyAllowed {}
            => "not run: others on this server would feel it; allow it with --allow-disruption",
               "không chạy: người dùng khác trên máy chủ này sẽ bị ảnh hưởng; hãy cho phép bằng --allow-disruption";
        HoldsLocks {}
            => "not run: it holds locks or transactions open on this server; allow it with --allow-disruption",
               "không chạy: sự cố này giữ khóa hoặc giao dịch mở trên máy chủ; hãy cho phép bằng --allow-disruption";
        ThroughTls {}
            => "not run: through TLS a connection's backend can't be read on the way; leave --url out, for a private server",
               "không chạy: qua TLS không đọc được tiến trình máy chủ của kết nối trên đường truyền; hãy bỏ --url để dùng máy chủ riêng";
        NoSmallDisk { detail: String }
            => "not run: the server needs a file system of its own that can run full, and this machine lets the tool make none: {detail}; run it as root, or where users may make namespaces",
               "không chạy: máy chủ cần một hệ thống tệp riêng có thể bị đầy, mà máy này không cho công cụ tạo: {detail}; hãy chạy bằng root, hoặc ở nơi người dùng được tạo namespace";
        DiskInMemory {}
            => "the data were on a file system in memory: it shows what running out of space does, and nothing of a disk's speed or of fsync",
               "dữ liệu nằm trên hệ thống tệp trong bộ nhớ: cho thấy hậu quả khi hết dung lượng, không nói gì về tốc độ ổ đĩa hay fsync";
        WentDown { line: String }
            => "the server went down: {line}",
               "máy chủ đã dừng: {line}";
        Promoted { after_s: Figure }
            => "the standby took writes {after_s} s after it was told to",
               "máy chủ dự phòng nhận ghi sau {after_s:#} giây kể từ khi được lệnh";
        AsyncMayLose {}
            => "an asynchronous standby lacks what hadn't been sent to it: acknowledged batches that are lost so are counted, and not judged",
               "máy chủ dự phòng bất đồng bộ thiếu những gì chưa kịp gửi: các lô đã xác nhận bị mất vì thế được đếm nhưng không bị phán xét";
        AllTakenOver {}
            => "the new primary had every batch that was acknowledged",
               "máy chủ chính mới có đủ mọi lô đã xác nhận";
        NotTakenOver { batches: u64 }
            => "the new primary lacked {batches} batches that were acknowledged",
               "máy chủ chính mới thiếu {batches} lô đã xác nhận";
        SlotsLeft {}
            => "a target keeps ten slots, or a tenth of them, for its others: whether a writer was refused is in the errors, as 53300",
               "máy chủ đích được chừa mười slot, hoặc một phần mười: có trình ghi nào bị từ chối hay không thì xem trong các lỗi, mã 53300";
        KillProvesNoFsync {}
            => "killing processes leaves what the kernel was given: it proves nothing about fsync; a power cut would",
               "hủy tiến trình không làm mất dữ liệu đã giao cho nhân hệ điều hành: không chứng minh gì về fsync, chỉ mất điện mới chứng minh";
    }
}
