//! What went wrong with a load, what speaks for its cause, and what to do next.

use crate::message::catalogue;
use crate::model::size::Bytes;
use serde::{Deserialize, Serialize};

catalogue! {
    /// Trouble with a load. `limit` is what the server was seen at, with its
    /// share, as in `IO:WALSync 62%`.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Trouble {
        TimeoutsInPool { percent: u32, waits: u64, in_use: u32, size: u32, cpu_percent: u32, disk_percent: u32 }
            => "time-outs on {percent}% of the batches, {waits} of them waits for a connection, with {in_use} of {size} connections in use; the server had room (processors {cpu_percent}%, disk {disk_percent}%): raise --write-pool",
               "quá hạn ở {percent}% số lô, trong đó {waits} lần do chờ kết nối, khi dùng {in_use}/{size} kết nối; máy chủ còn dư sức (CPU {cpu_percent}%, đĩa {disk_percent}%): hãy tăng --write-pool";
        TimeoutsBehindServer { percent: u32, waits: u64, in_use: u32, size: u32, limit: String }
            => "time-outs on {percent}% of the batches, {waits} of them waits for a connection, with {in_use} of {size} connections in use; the server itself was at its limit ({limit}), so a larger pool would only move the wait there: relieve that, or write less at once",
               "quá hạn ở {percent}% số lô, trong đó {waits} lần do chờ kết nối, khi dùng {in_use}/{size} kết nối; chính máy chủ đã tới hạn ({limit}) nên pool lớn hơn chỉ dời chỗ chờ: hãy giải quyết điểm đó hoặc ghi ít hơn cùng lúc";
        TimeoutsInPoolUnclear { percent: u32, waits: u64, in_use: u32, size: u32 }
            => "time-outs on {percent}% of the batches, {waits} of them waits for a connection, with {in_use} of {size} connections in use; whether the server has room for more wasn't seen: look at its processors and disk before --write-pool is raised",
               "quá hạn ở {percent}% số lô, trong đó {waits} lần do chờ kết nối, khi dùng {in_use}/{size} kết nối; không thấy được máy chủ còn dư sức hay không: hãy xem CPU và đĩa trước khi tăng --write-pool";
        TimeoutsOfServer { percent: u32, timeouts: u64, size: u32, limit: String }
            => "time-outs on {percent}% of the batches, most of {timeouts} while the server was at work; it was at its limit ({limit}): relieve that; batches of fewer rows than {size} are also done sooner",
               "quá hạn ở {percent}% số lô, phần lớn trong {timeouts} lần là khi máy chủ đang xử lý; máy chủ đã tới hạn ({limit}): hãy giải quyết điểm đó; lô ít hơn {size} dòng cũng xong sớm hơn";
        TimeoutsOfServerUnclear { percent: u32, timeouts: u64, size: u32 }
            => "time-outs on {percent}% of the batches, most of {timeouts} while the server was at work, and nothing that was seen there says why; batches of fewer rows than {size} are done sooner",
               "quá hạn ở {percent}% số lô, phần lớn trong {timeouts} lần là khi máy chủ đang xử lý, và số liệu không cho biết vì sao; lô ít hơn {size} dòng sẽ xong sớm hơn";
        IndexCacheSmall { percent: u32, shared_buffers: String, indexes: Bytes }
            => "{percent}% of the index blocks were found in the cache: the indexes take {indexes}, and shared_buffers is {shared_buffers}; raise shared_buffers, or use keys that grow (--key uuidv7)",
               "{percent}% khối chỉ mục có sẵn trong cache: chỉ mục chiếm {indexes:#} còn shared_buffers là {shared_buffers}; hãy tăng shared_buffers hoặc dùng khóa tăng dần (--key uuidv7)";
        IndexCacheCold { percent: u32, shared_buffers: String, indexes: Bytes }
            => "{percent}% of the index blocks were found in the cache though the indexes, {indexes}, fit into shared_buffers, which is {shared_buffers}: they were read for the first time, or others use the cache; run for longer before shared_buffers is changed",
               "{percent}% khối chỉ mục có sẵn trong cache dù chỉ mục ({indexes:#}) vừa với shared_buffers ({shared_buffers}): có thể là lần đọc đầu hoặc cache đang phục vụ việc khác; hãy chạy lâu hơn trước khi đổi shared_buffers";
        HeapCacheSmall { percent: u32, shared_buffers: String, tables: Bytes }
            => "{percent}% of the tables' blocks were found in the cache: the tables take {tables}, and shared_buffers is {shared_buffers}; where they are read over and over, raise shared_buffers",
               "{percent}% khối bảng có sẵn trong cache: bảng chiếm {tables:#} còn shared_buffers là {shared_buffers}; nếu dữ liệu được đọc lặp lại, hãy tăng shared_buffers";
        QueueWantsWorkers { depth: u64, workers: u32, in_use: u32, size: u32, cpu_percent: u32, disk_percent: u32 }
            => "the queue was {depth} batches deep with {workers} workers; pool ({in_use} of {size} in use) and server (processors {cpu_percent}%, disk {disk_percent}%) had room: raise --workers",
               "hàng đợi sâu tới {depth} lô với {workers} tiến trình xử lý; pool (dùng {in_use}/{size}) và máy chủ (CPU {cpu_percent}%, đĩa {disk_percent}%) còn dư: hãy tăng --workers";
        QueueWantsPool { depth: u64, workers: u32, size: u32, free: u32 }
            => "the queue was {depth} batches deep with {workers} workers and all {size} connections of the write pool in use; the server had room, and {free} more connections: raise --workers and --write-pool together",
               "hàng đợi sâu tới {depth} lô với {workers} tiến trình xử lý và đã dùng hết {size} kết nối của pool ghi; máy chủ còn dư sức và còn {free} kết nối: hãy tăng cả --workers lẫn --write-pool";
        QueueBehindServer { depth: u64, workers: u32, limit: String }
            => "the queue was {depth} batches deep with {workers} workers, and the server was at its limit ({limit}): more workers would only wait there; relieve that, or let less arrive",
               "hàng đợi sâu tới {depth} lô với {workers} tiến trình xử lý và máy chủ đã tới hạn ({limit}): thêm tiến trình chỉ làm tăng chờ; hãy giải quyết điểm đó hoặc giảm lượng đến";
        QueueUnclear { depth: u64, workers: u32, in_use: u32, size: u32 }
            => "the queue was {depth} batches deep with {workers} workers and {in_use} of {size} connections in use; whether pool and server have room for more workers doesn't show: look at the server's processors, disk and free connections first",
               "hàng đợi sâu tới {depth} lô với {workers} tiến trình xử lý, dùng {in_use}/{size} kết nối; không rõ pool và máy chủ còn chỗ cho thêm tiến trình hay không: trước hết hãy xem CPU, đĩa và số kết nối trống của máy chủ";
    }
}
