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
            => "tenants, p99 ms: {min} to {max}, median {p50}; no. {slowest} slowest; busiest {busiest} of rows",
               "khách thuê, p99 ms: {min} đến {max}, trung vị {p50}; chậm nhất: số {slowest}; bận nhất: {busiest} số dòng";
        /// The regions beside each other.
        Regions { each: String }
            => "regions (tenants), p99 ms: {each}", "vùng (khách thuê), p99 ms: {each}";
        /// One of them.
        Region { name: String, p99: String, tenants: u32 }
            => "{name} ({tenants}) {p99}", "{name} ({tenants}) {p99}";
        /// The north.
        North {} => "north", "Bắc";
        /// The centre.
        Central {} => "central", "Trung";
        /// The south.
        South {} => "south", "Nam";
    }
}
