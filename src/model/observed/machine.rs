//! Why something that the tuning rules go by wasn't seen.

use crate::message::catalogue;
use serde::{Deserialize, Serialize};

catalogue! {
    /// Why something that the tuning rules go by wasn't seen.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Unseen {
        MemoryElsewhere {}
            => "the server isn't provably on this machine, so its memory can't be seen: say how much it has with --ram, as in --ram 64GB",
               "không chứng minh được máy chủ nằm trên máy này nên không xem được bộ nhớ của nó: hãy cho biết bằng --ram, ví dụ --ram 64GB";
        WalDiskElsewhere {}
            => "the server isn't provably on this machine, so the disk of its WAL can't be seen: say how much is free with --wal-disk, as in --wal-disk 200GB",
               "không chứng minh được máy chủ nằm trên máy này nên không xem được đĩa chứa WAL của nó: hãy cho biết dung lượng trống bằng --wal-disk, ví dụ --wal-disk 200GB";
        WalFolderUnreadable { path: String, error: String }
            => "{path} can't be looked at ({error}): run as the server's user, or say how much is free with --wal-disk",
               "không xem được {path} ({error}): hãy chạy bằng người dùng của máy chủ hoặc cho biết dung lượng trống bằng --wal-disk";
        FilesystemUnknown { path: String }
            => "{path} is on a filesystem laid over another one, which doesn't say whether it copies on write",
               "{path} nằm trên hệ tệp phủ lên hệ tệp khác nên không biết nó có sao chép khi ghi hay không";
        NoVacuumSeen {}
            => "no autovacuum was seen at work in any sample",
               "không mẫu nào thấy autovacuum đang chạy";
        JitUncounted { version: String }
            => "pg_stat_statements {version} doesn't count functions compiled just in time: 1.10 does; run: ALTER EXTENSION pg_stat_statements UPDATE",
               "pg_stat_statements {version} không đếm hàm được biên dịch tức thời (JIT): bản 1.10 mới đếm; hãy chạy: ALTER EXTENSION pg_stat_statements UPDATE";
    }
}
