//! The lines of the summary that are about scans and their queue.

use super::catalogue;

catalogue! {
    /// A line about scans.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum ScansLabel {
        OpenTitle { tenants: String, records: String, rate: String, size: String, workers: u32, method: String }
            => "pgvalidate scans: {tenants} tenants x {records} rows, {rate} tenants/s, batches of {size}, {workers} workers, {method}",
               "pgvalidate scans: {tenants} khách thuê x {records} dòng, {rate} khách thuê/giây, lô {size} dòng, {workers} luồng ghi, {method}";
        ClosedTitle { tenants: String, records: String, concurrent: u32, size: String, workers: u32, method: String }
            => "pgvalidate scans: {tenants} tenants x {records} rows, {concurrent} at once, batches of {size}, {workers} workers, {method}",
               "pgvalidate scans: {tenants} khách thuê x {records} dòng, {concurrent} cùng lúc, lô {size} dòng, {workers} luồng ghi, {method}";
        QueueLine { depth: String, p95: String, completed: String, scans: String }
            => "queue: at most {depth} batches waiting, p95 {p95}; {completed} of {scans} scans stored",
               "hàng đợi: nhiều nhất {depth} lô chờ, p95 {p95}; {completed}/{scans} scan đã lưu";
        UnseenQueueLine { completed: String, scans: String }
            => "queue: its depth was not seen; {completed} of {scans} scans stored",
               "hàng đợi: không thấy được số lô chờ; {completed}/{scans} scan đã lưu";
        DrainLine { seconds: String }
            => "empty {seconds} s after the last arrival", "hết sau {seconds} giây kể từ lượt đến cuối cùng";
        TakenOut { holders: u64, given_up: u64 }
            => "silent holders ended: {holders}; batches given up: {given_up}",
               "luồng giữ lô im lặng bị kết thúc: {holders}; lô bị bỏ: {given_up}";
        LatencyHead {} => "response, ms", "phản hồi, ms";
        Submission {} => "submission", "gửi scan";
        Poll {} => "status", "trạng thái";
        Scan {} => "whole scan", "cả scan";
    }
}
