//! What a tuning rule says besides its numbers: why, what bounds a value, what
//! would make it ineffective, and what lacks. Those of a rule's own follow its setting.

use crate::message::catalogue;
use crate::model::size::Bytes;
use serde::{Deserialize, Serialize};

catalogue! {
    /// What a tuning rule says. `soak_for_s` is how long a soak would have to
    /// be that gives the evidence that lacks.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Advised {
        RunTooShort { seconds: u64, needed: u64, soak_for_s: u64 }
            => "the run of {seconds} s is too short, it takes {needed} s: pgvalidate soak --duration {soak_for_s}s",
               "lần chạy {seconds} giây quá ngắn, cần {needed} giây: pgvalidate soak --duration {soak_for_s}s";
        FewCheckpoints { begun: u64, seconds: u64, needed: u64, soak_for_s: u64 }
            => "{begun} checkpoints began in {seconds} s, it takes {needed} in 120 s or more: pgvalidate soak --duration {soak_for_s}s",
               "{begun} checkpoint bắt đầu trong {seconds} giây, cần {needed} trong ít nhất 120 giây: pgvalidate soak --duration {soak_for_s}s";
        SettingUnseen { setting: String }
            => "{setting} was not seen", "không thấy được {setting}";
        EvidenceUnseen { path: String }
            => "{path} was not seen enough of", "không quan sát đủ {path}";
        ShownFromMajor { major: u32 }
            => "the server shows this from PostgreSQL {major} on",
               "máy chủ chỉ cho thấy điều này từ PostgreSQL {major}";
        NeedsInput { flag: String }
            => "the server's machine can't be seen: give {flag}",
               "không thấy được máy của máy chủ: hãy dùng {flag}";
        Overridden { setting: String, source: String }
            => "{setting} comes from the {source}, which goes before the configuration files: change it there, or this has no effect",
               "{setting} đến từ {source}, vốn được ưu tiên hơn tệp cấu hình: hãy đổi tại đó, nếu không sẽ không có tác dụng";
        RestartPends { setting: String }
            => "another value of {setting} stands in the configuration files already, and waits for a restart",
               "tệp cấu hình đã có giá trị khác của {setting} và đang chờ khởi động lại";
        CheckpointsByWal { every_s: u64, timeout_s: u64 }
            => "a checkpoint began every {every_s} s since max_wal_size was used up, and not every {timeout_s} s by the schedule; each one makes pages be logged in full again",
               "cứ {every_s} giây lại có checkpoint vì đã dùng hết max_wal_size, thay vì mỗi {timeout_s} giây theo lịch; mỗi lần như vậy các trang lại bị ghi đầy đủ vào WAL";
        RequestedByOthers { requested: u64, by_wal: u64 }
            => "{requested} checkpoints were requested, and the WAL explains {by_wal} of them: the others were asked for, by a CHECKPOINT, a backup or CREATE DATABASE",
               "{requested} checkpoint theo yêu cầu, lượng WAL chỉ giải thích được {by_wal}: số còn lại do lệnh CHECKPOINT, sao lưu hoặc CREATE DATABASE";
        CappedByDisk { half: Bytes }
            => "half of the space for WAL is {half}, and max_wal_size is no hard limit: a larger disk for pg_wal would allow more",
               "một nửa dung lượng dành cho WAL là {half:#}, và max_wal_size không phải giới hạn cứng: cần đĩa lớn hơn cho pg_wal";
        CappedByRecovery { budget_s: u64 }
            => "a recovery may take {budget_s} s, if WAL is replayed as fast as it was written here",
               "thời gian khôi phục cho phép là {budget_s} giây, nếu WAL được phát lại nhanh như khi ghi ở đây";
    }
}
