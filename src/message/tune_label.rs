//! The lines of a tuning that was measured.

use super::catalogue;

catalogue! {
    /// A line or label of a tuning.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum TuneLabel {
        MeasuredHead { runs: usize }
            => "measured again, {runs} runs in all, each side in turns; a CHECKPOINT at the end counts in the time (*: decides)",
               "đo lại, tổng cộng {runs} lần chạy, hai bên xen kẽ; CHECKPOINT cuối được tính vào thời gian (*: chỉ số quyết định)";
        Outcome { rule: String, outcome: String } => "{rule}: {outcome}", "{rule}: {outcome}";
        Unmeasured { rules: String, why: String } => "{rules}: {why}", "{rules}: {why}";
        CouldSee { percent: String, runs: String }
            => "these runs could have been sure of a change of {percent}%; {runs} a side would tell one of 5%",
               "các lần chạy này chỉ chắc chắn được với thay đổi {percent}%; cần {runs} lần mỗi bên để nhận ra thay đổi 5%";
    }
}
