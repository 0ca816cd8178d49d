//! The lines of the summary about isolation.

use super::catalogue;

catalogue! {
    /// A line or label about isolation.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum IsolationLabel {
        Title { tenants: String, tenancy: String, attempts: String }
            => "pgvalidate isolation: {tenants} tenants, tenancy {tenancy}, {attempts} attempts",
               "pgvalidate isolation: {tenants} khách thuê, kiểu {tenancy}, {attempts} phép thử";
        NothingTried {}
            => "nothing was tried", "chưa thử được gì";
        PairsLine { pairs: String, all: String, beside: String }
            => "{pairs} of {all} ordered pairs of tenants, at rest and beside the load; {beside} attempts while writers were at work",
               "{pairs}/{all} cặp khách thuê có thứ tự, khi rảnh và khi đang ghi; {beside} phép thử trong khi luồng ghi hoạt động";
        LeaksHead {} => "LEAKS", "RÒ RỈ";
        OpenHead {}
            => "open by design: PostgreSQL shows this to everyone",
               "mở theo thiết kế: PostgreSQL cho mọi người thấy";
        NotTriedHead {} => "not tried", "chưa thử được";
        LeakLine { name: String, from: i32, to: i32, when: String, expected: String, observed: String }
            => "{name}, tenant {from} to {to}, {when}: expected {expected}, observed {observed}",
               "{name}, khách thuê {from} sang {to}, {when}: mong đợi {expected}, nhận {observed}";
        MoreLeaks { attempts: String }
            => "and {attempts} more attempts by these probes, in the record",
               "và {attempts} lần khác của các phép thử này, xem bản ghi";
        Names { names: String } => "{names}:", "{names}:";
        Or {} => "or", "hoặc";
        GroupHead {} => "attempts at", "nhóm phép thử";
        TriedHead {} => "tried", "đã thử";
        DeniedHead {} => "denied", "bị chặn";
        OpenColumn {} => "open", "mở";
        LeakColumn {} => "leaks", "rò rỉ";
        NotTriedColumn {} => "not tried", "chưa thử";
        All {} => "all", "tất cả";
    }
}
