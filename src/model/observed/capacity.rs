//! What the tuning rules about memory, connections, locks, autovacuum and
//! statements say besides their numbers.

use crate::message::catalogue;
use crate::model::size::Bytes;
use serde::{Deserialize, Serialize};

catalogue! {
    /// What a tuning rule about a limit of the server says.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Capacity {
        PerRoleFirst {}
            => "every sort and hash of every session may take this much: where only some roles need it, ALTER ROLE ... SET work_mem is enough",
               "mỗi phép sắp xếp hay băm của mỗi phiên có thể dùng ngần này: nếu chỉ vài vai trò cần, ALTER ROLE ... SET work_mem là đủ";
        MemoryAllowsNoMore { most: Bytes }
            => "there were temporary files, and the memory allows no more than {most} for each session: fewer connections, or less memory elsewhere, would",
               "có tệp tạm, nhưng bộ nhớ chỉ cho phép {most:#} mỗi phiên: cần ít kết nối hơn hoặc giảm bộ nhớ dùng ở nơi khác";
        VacuumMemoryAllowsNoMore { most: Bytes }
            => "a vacuum went over the indexes more than once, and the memory allows no more than {most} for each worker",
               "có lần vacuum phải duyệt chỉ mục nhiều lượt, nhưng bộ nhớ chỉ cho phép {most:#} mỗi tiến trình";
        CappedByWorkers { workers: u64, share: Bytes }
            => "{workers} autovacuum workers together may take a tenth of the memory, {share}",
               "{workers} tiến trình autovacuum cùng lúc được dùng tối đa một phần mười bộ nhớ, tức {share:#}";
        PoolerFirst {}
            => "a connection pooler first: a session that waits for its client takes memory and a slot, and does nothing",
               "trước hết hãy dùng bộ gom kết nối (pooler): phiên đang chờ máy khách chiếm bộ nhớ và một chỗ mà không làm gì";
        FewerWriters { active: u64, cpus: u32 }
            => "{active} sessions were at work at once on {cpus} processors: more connections would only wait there, so write with fewer",
               "{active} phiên cùng làm việc trên {cpus} bộ xử lý: thêm kết nối chỉ thêm chờ, hãy ghi bằng ít kết nối hơn";
        OneTenantATransaction { locks: u64, capacity: u64 }
            => "{locks} of {capacity} locks were in use: first of all, change one tenant's tables in a transaction and not those of many",
               "đã dùng {locks} trên {capacity} khóa: trước hết, mỗi giao dịch chỉ nên thay đổi bảng của một bên thuê, không phải của nhiều bên";
        AutovacuumOff {}
            => "autovacuum is off, so nobody cleans up what the load leaves: ALTER SYSTEM SET autovacuum = on",
               "autovacuum đang tắt nên không ai dọn những gì tải ghi để lại: ALTER SYSTEM SET autovacuum = on";
        InsertVacuumOff {}
            => "autovacuum_vacuum_insert_threshold is -1: tables that are only inserted into are vacuumed when their transaction ids run out, all at once",
               "autovacuum_vacuum_insert_threshold là -1: bảng chỉ được chèn thêm sẽ chỉ được vacuum khi sắp hết mã giao dịch, và vacuum toàn bộ một lượt";
        InsertVacuumDue { table: String, inserted: u64, threshold: u64 }
            => "{table} was due for a vacuum ({inserted} rows inserted, threshold {threshold}) and none came to it during the run: where that stays so, look at the workers",
               "{table} đã tới hạn vacuum (chèn {inserted} dòng, ngưỡng {threshold}) nhưng trong lần chạy chưa có lượt nào: nếu cứ như vậy, hãy xem số tiến trình";
        InsertVacuumPerTable { table: String }
            => "for large tables only, as in ALTER TABLE {table} SET (autovacuum_vacuum_insert_scale_factor = 0.05): a vacuum then comes sooner and has less to do",
               "chỉ áp dụng cho bảng lớn, ví dụ ALTER TABLE {table} SET (autovacuum_vacuum_insert_scale_factor = 0.05): vacuum sẽ đến sớm hơn và mỗi lần ít việc hơn";
        CostLimitHighest { limit: u64 }
            => "the cost limit is {limit} already: beyond 2000 the disk is what is slow, or autovacuum_vacuum_cost_delay",
               "giới hạn chi phí đã là {limit}: trên 2000 thì điểm nghẽn là đĩa hoặc autovacuum_vacuum_cost_delay";
        CappedAtMost { most: u64 }
            => "no rule of ours goes beyond {most}", "quy tắc không đề xuất quá {most}";
        WorkersHighest { workers: u64, cpus: u32 }
            => "{workers} workers were all busy, and {cpus} processors allow no more",
               "cả {workers} tiến trình đều bận, và {cpus} bộ xử lý không cho phép thêm";
        SharedCostLimit {}
            => "all workers share one cost limit: with more of them each gets less, so the limit is raised along with them",
               "các tiến trình dùng chung một giới hạn chi phí: thêm tiến trình thì mỗi tiến trình được ít hơn, nên giới hạn được nâng cùng";
        JitForRole {}
            => "for the role that writes: a compilation takes longer than one of these statements; reports may well gain by it",
               "chỉ cho vai trò ghi: biên dịch tốn thời gian hơn chính câu lệnh ghi; truy vấn báo cáo vẫn có thể có lợi";
        NewValuesOnly {}
            => "values that are stored already stay as they are compressed; a dump or a replica needs a server that knows lz4, too",
               "giá trị đã lưu vẫn giữ kiểu nén cũ; bản sao hay máy chủ khôi phục cũng phải hỗ trợ lz4";
        BuiltWithoutLz4 {}
            => "this server was built without lz4", "máy chủ này được biên dịch không có lz4";
    }
}
