//! The summary's words about how a load was shared out.

use super::catalogue;

catalogue! {
    /// A line, or a part of one.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum SharesLabel {
        /// What a business day looked like.
        Day { rate: String, night: String, morning: String, lunch: String, afternoon: String, evening: String }
            => "business day, {rate} rows/s in its busiest hour; rows: night {night}, morning {morning}, lunch {lunch}, afternoon {afternoon}, evening {evening}",
               "ngày làm việc, giờ cao điểm {rate} dòng/giây; số dòng: đêm {night}, sáng {morning}, trưa {lunch}, chiều {afternoon}, tối {evening}";
        /// A stage after which the next one could begin.
        StageHeld { percent: String, tenants: u32, rate: String, p99: String }
            => "stage {percent} (tenants: {tenants}): {rate} rows/s, p99 {p99} ms, held",
               "giai đoạn {percent} (khách thuê: {tenants}): {rate} dòng/giây, p99 {p99} ms, đạt";
        /// A stage that was the last one.
        StageBroke { percent: String, tenants: u32, rate: String, p99: String, broken: String }
            => "stage {percent} (tenants: {tenants}): {rate} rows/s, p99 {p99} ms, broke: {broken}",
               "giai đoạn {percent} (khách thuê: {tenants}): {rate} dòng/giây, p99 {p99} ms, vi phạm: {broken}";
        /// The spread between tenants.
        Tenants { min: String, p50: String, max: String, slowest: i32, busiest: String }
            => "tenants, p99 response: {min} to {max} ms, median {p50}; slowest no. {slowest}; busiest has {busiest} of the rows",
               "khách thuê, phản hồi p99: {min} đến {max} ms, trung vị {p50}; chậm nhất: số {slowest}; bận nhất có {busiest} số dòng";
        /// The regions beside each other.
        Regions { each: String }
            => "regions, p99 response, ms: {each}", "vùng, phản hồi p99, ms: {each}";
        /// One of them.
        Region { name: String, p99: String, tenants: u32 }
            => "{name} {p99} (tenants: {tenants})", "{name} {p99} (khách thuê: {tenants})";
        /// The north.
        North {} => "north", "Bắc";
        /// The centre.
        Central {} => "central", "Trung";
        /// The south.
        South {} => "south", "Nam";
    }
}
