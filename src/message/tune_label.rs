//! The lines of a tuning that was measured.

use super::catalogue;

catalogue! {
    /// A line or label of a tuning.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum TuneLabel {
        MeasuredHead { runs: usize }
            => "measured again, {runs} runs in all, each side in turns; a CHECKPOINT at the end counts in the time (*: decides)",
               "đo lại, tổng cộng {runs} lần chạy, hai bên xen kẽ; CHECKPOINT cuối được tính vào thời gian (*: chỉ số quyết định)";
        MeasuredAtHead { runs: usize, rate: String }
            => "measured again at {rate} rows a second, {runs} runs in all, each side in turns; what gets worse decides, then what gets better, of the response's p99, WAL a row and what was stored of what was due (*: decided)",
               "đo lại ở {rate} dòng mỗi giây, tổng cộng {runs} lần chạy, hai bên xen kẽ; quyết định là chỉ số kém đi, rồi đến chỉ số tốt lên, trong p99 phản hồi, WAL mỗi dòng và phần đã lưu so với phần đến hạn (*: đã quyết định)";
        Outcome { rule: String, outcome: String } => "{rule}: {outcome}", "{rule}: {outcome}";
        Unmeasured { rules: String, why: String } => "{rules}: {why}", "{rules}: {why}";
        CouldSee { percent: String, runs: String }
            => "these runs could have been sure of a change of {percent}%; {runs} a side would tell one of 5%",
               "các lần chạy này chỉ chắc chắn được với thay đổi {percent}%; cần {runs} lần mỗi bên để nhận ra thay đổi 5%";
    }
}
