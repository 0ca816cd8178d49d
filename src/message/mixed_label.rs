//! The lines of the summary about a mixed load.

use super::catalogue;

catalogue! {
    /// A line or label about a mixed load.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum MixedLabel {
        UsersTitle { duration: String, reads: String, writes: String, users: String, tenants: String, method: String }
            => "pgvalidate mixed: {duration} s, {users} users, of whom {reads} read and {writes} write, {tenants} tenants, {method}",
               "pgvalidate mixed: {duration} giây, {users} người dùng, {reads} đọc và {writes} ghi, {tenants} khách thuê, {method}";
        RateTitle { duration: String, reads: String, writes: String, rate: String, tenants: String, method: String }
            => "pgvalidate mixed: {duration} s, {rate} operations/s, {reads} reads and {writes} writes, {tenants} tenants, {method}",
               "pgvalidate mixed: {duration} giây, {rate} thao tác/giây, {reads} đọc và {writes} ghi, {tenants} khách thuê, {method}";
        ReadsLine { succeeded: String, total: String, failed: u64, timeouts: u64, rate: String, share: String }
            => "reads: {succeeded} of {total} answered, {failed} failed, {timeouts} time-outs; {rate}/s, {share} of all operations",
               "đọc: {succeeded}/{total} được trả lời, {failed} thất bại, {timeouts} lần quá hạn; {rate}/giây, {share} số thao tác";
        LatencyHead {} => "dashboard response, ms", "phản hồi dashboard, ms";
        Count {} => "count", "số lượng";
        Read {} => "all", "tất cả";
        Summary {} => "compliance summary", "tổng hợp tuân thủ";
        Page {} => "page of activities", "trang hoạt động";
        Health {} => "connection health", "tình trạng kết nối";
        Acquire {} => "wait for a connection", "chờ kết nối";
        ReadPoolLine { in_use: u32, size: u32, peak: String, mean: String, timeouts: u64 }
            => "read pool: {in_use} of {size} connections in use, peak {peak}, mean {mean}, {timeouts} time-outs",
               "pool đọc: dùng {in_use}/{size} kết nối, đỉnh {peak}, trung bình {mean}, {timeouts} lần quá hạn";
        ContentionLine { reads: u64, writes: u64 }
            => "contention: {reads} reads and {writes} writes waited while the other pool was full",
               "tranh chấp: {reads} lượt đọc và {writes} lượt ghi phải chờ khi pool kia đã đầy";
        OnePoolLine { reads: u64, writes: u64 }
            => "one pool for both: {reads} reads waited where writers had connections, {writes} writes where readers had",
               "dùng chung một pool: {reads} lượt đọc chờ khi bên ghi giữ kết nối, {writes} lượt ghi chờ khi bên đọc giữ";
        ReadErrorsLine { code: String, count: u64, example: String }
            => "read error {code}, {count} times: {example}",
               "lỗi đọc {code}, {count} lần: {example}";
    }
}
